"""LibreOffice Writer itself, set up by the file that an administrator puts on every PC, underlines a planted term.

Writer runs without a screen but draws its windows all the same; what is looked at is what it has drawn.
"""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import docx
import pytest
from lxml import etree

from desk.languagetool.routes import languagetool_app
from tests.desk.editors import desk
from tests.desk.web_serving import running

XCD = Path(__file__).parents[2] / "deploy" / "office" / "lanmu.xcd"
SCRIPT = Path(__file__).with_name("in_writer.py")
SECONDS = 90
#: Red: a slip of the pen. Orange: an organ's old name.
DRAFT = "😀𠮷现就布署工作A&B 50%+1作出通知，请县卫计委落实。"


class Heard:
    """The application, and each body that was sent to it."""

    def __init__(self) -> None:
        self.app = languagetool_app(desk())
        self.bodies: list[bytes] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def listening() -> Any:
            message = await receive()
            self.bodies.append(message.get("body", b""))
            return message

        await self.app(scope, listening if scope["type"] == "http" else receive, send)


def registry(folder: Path, address: str) -> str:
    """The installed office's settings with the administrator's file among them; gives back their layers.

    `folder` becomes what share/registry would be on a PC.
    """
    installed = Path("/usr/lib/libreoffice/program/fundamentalrc").read_text("utf-8")
    (own,) = re.findall(r"^CONFIGURATION_LAYERS=(.*)$", installed, re.MULTILINE)
    first = own.split(" ")[0].removeprefix("xcsxcu:")
    folder.mkdir()
    for one in Path(first.removeprefix("file://")).iterdir():
        (folder / one.name).symlink_to(one)
    pushed = XCD.read_text("utf-8").replace("http://lanmu.example:8600", address)
    assert f"<value>{address}/v2</value>" in pushed
    (folder / XCD.name).write_text(pushed, "utf-8")
    return str(own.replace(first, folder.as_uri()))


@contextmanager
def writer(folder: Path, address: str) -> Iterator[str]:
    """The pipe of a Writer with a profile of its own and the administrator's file for the server at `address`."""
    layers = registry(folder / "registry", address)
    pipe = f"lanmu{os.getpid()}"
    office = subprocess.Popen(
        [
            "soffice", "--norestore", "--nologo", "--nofirststartwizard", "--nodefault",
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            f"-env:CONFIGURATION_LAYERS={layers}",
            f"--accept=pipe,name={pipe};urp;",
        ],
        env={**os.environ, "SAL_USE_VCLPLUGIN": "svp", "HOME": str(folder)},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        yield pipe
        office.wait(SECONDS)
    finally:
        if office.poll() is None:
            os.killpg(office.pid, 9)
            office.wait(SECONDS)


def test_the_administrators_file_is_well_formed_and_says_where_the_server_is() -> None:
    tree = etree.parse(XCD)
    name = "{http://openoffice.org/2001/registry}name"
    said = {one.get(name): one.findtext("value") for one in tree.iter("prop")}
    assert said == {
        "DefaultLocale_CJK": "zh-CN",
        "IsEnabled": "true",
        "BaseURL": "http://lanmu.example:8600/v2",
    }


@pytest.mark.needs("soffice", "uno.py")
def test_writer_underlines_a_planted_term_and_says_what_to_write(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph(DRAFT)
    document.save(str(tmp_path / "稿件.docx"))
    heard = Heard()
    with running(heard) as address, writer(tmp_path, address) as pipe:
        done = subprocess.run(
            ["/usr/bin/python3", str(SCRIPT), pipe, (tmp_path / "稿件.docx").as_uri(), str(tmp_path / "window.bmp")],
            capture_output=True, text=True, timeout=SECONDS,
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, "")
    said = json.loads(done.stdout)
    assert said["underlined"] == [
        ["布", "red"], ["署", "red"], ["卫", "orange"], ["计", "orange"], ["委", "orange"]
    ]  # fmt: skip
    assert {"zh-CN", "en-US"} <= set(said["locales"])
    typo, organ = said["errors"]
    raw = DRAFT.encode("utf-16-le")
    assert [
        raw[2 * one["start"] : 2 * (one["start"] + one["length"])].decode("utf-16-le")
        for one in (typo, organ)
    ] == ["布署", "卫计委"]
    assert (typo["suggestions"], organ["suggestions"]) == (["部署"], ["卫健委"])
    assert typo["short"].startswith("错别字，应为“部署”。依据：《现代汉语词典》")
    assert any(DRAFT.encode() in body for body in heard.bodies)

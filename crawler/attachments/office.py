"""Old Word files (.doc .wps .rtf .odt): turned into .docx by LibreOffice, else read by antiword or catdoc.

LibreOffice comes first: it alone keeps headers, notes and tracked deletions apart. The two others
are small and fast; what they leave out is said to be unchecked.
"""

import functools
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from lxml import etree

from crawler.attachments import docx
from crawler.attachments.kind import kind_of
from crawler.attachments.reading import (
    BYTES,
    AttachmentError,
    AttachmentText,
    Room,
    Text,
    not_checked,
)

#: Seconds for one conversion.
OFFICE_SECONDS = 120
SUFFIX = {"doc": ".doc", "rtf": ".rtf", "odt": ".odt", "word-xml": ".xml"}
MISSING = "本机未安装 LibreOffice，无法读取此格式，请安装：apt-get install libreoffice-writer"
_LESS = "未安装 LibreOffice，页眉页脚、文本框未检查，请安装：apt-get install libreoffice-writer"
_BLOCKS = ("para", "entry", "title")
#: What LibreOffice answers when it has only made its profile and wants to be started again.
_AGAIN = 81
#: A profile in which no document reaches the network, another file or a macro.
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetProxyType" oor:op="fuse"><value>2</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetHTTPProxyName" oor:op="fuse"><value>127.0.0.1</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetHTTPProxyPort" oor:op="fuse"><value>9</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetHTTPSProxyName" oor:op="fuse"><value>127.0.0.1</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetHTTPSProxyPort" oor:op="fuse"><value>9</value></prop></item>
</oor:items>
"""


def read(name: str, body: bytes, room: Room, kind: str) -> AttachmentText:
    """The text of a document of `kind`: a key of `SUFFIX`.

    Raises:
        AttachmentError: no program here can read it, or the one that could failed.
    """
    if office():
        return docx.read(name, as_docx(body, SUFFIX[kind]), room)
    if kind != "doc":
        raise AttachmentError(MISSING)
    text = Text(name, room)
    for line in _by_antiword(body) or _by_catdoc(body):
        text.add(line)
    return text.read((not_checked(name, _LESS),))


def to_word(name: str, body: bytes) -> bytes:
    """An old Word document as a .docx.

    Raises:
        AttachmentError: it is none, there is no LibreOffice, or it failed.
    """
    kind = kind_of(name, body)
    if kind not in SUFFIX:
        raise AttachmentError("不是Word文档")
    if not office():
        raise AttachmentError(MISSING)
    return as_docx(body, SUFFIX[kind])


@functools.cache
def office() -> tuple[str, ...]:
    """The command that starts LibreOffice, () where there is none.

    Its own program rather than the script: one process, which dies with the one that started it.
    """
    script = shutil.which("soffice") or shutil.which("libreoffice")
    if not script:
        return ()
    program = Path(script).resolve().with_name("soffice.bin")
    command = str(program) if program.exists() else script
    guard = shutil.which("setpriv")
    return (guard, "--pdeathsig", "KILL", command) if guard else (command,)


def as_docx(body: bytes, suffix: str) -> bytes:
    """A document converted by LibreOffice.

    Raises:
        AttachmentError: "timeout", or it could not be converted.
    """
    with tempfile.TemporaryDirectory(prefix="lanmu-") as folder:
        place = Path(folder)
        (place / "profile" / "user").mkdir(parents=True)
        (place / "profile" / "user" / "registrymodifications.xcu").write_text(_PROFILE, "utf-8")
        (place / f"in{suffix}").write_bytes(body)
        command = (
            *office(), f"-env:UserInstallation={(place / 'profile').as_uri()}",
            "--headless", "--norestore", "--nolockcheck", "--convert-to", "docx",
            "--outdir", str(place / "out"), str(place / f"in{suffix}"),
        )  # fmt: skip
        if _ran(command, place, OFFICE_SECONDS)[0] == _AGAIN:
            _ran(command, place, OFFICE_SECONDS)
        made = place / "out" / "in.docx"
        if not made.exists():
            raise AttachmentError("layout LibreOffice 无法打开此文件（已加密或已损坏）")
        if made.stat().st_size > BYTES:
            raise AttachmentError(f"too-large 转换后超过{BYTES >> 20}MB，未读")
        return made.read_bytes()


def _ran(command: Sequence[str], folder: Path, seconds: float) -> tuple[int, bytes]:
    """Exit status and output of a program that knows nothing of our environment.

    Raises:
        AttachmentError: "timeout"; it and all it started are gone then.
    """
    known = {key: os.environ[key] for key in ("PATH", "SYSTEMROOT") if key in os.environ}
    process = subprocess.Popen(
        command,
        env=known | {"HOME": str(folder), "LANG": "C.UTF-8", "TMPDIR": str(folder)},
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        raise AttachmentError(f"timeout 转换超过{seconds:.0f}秒") from None
    finally:
        _end(process)
    return process.returncode, output


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
        process.communicate()


def _by_antiword(body: bytes) -> list[str]:
    """Paragraphs and table cells by antiword's DocBook; its plain text would break cells in two."""
    if not (written := _printed(body, "antiword", "-x", "db")):
        return []
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, load_dtd=False)
    root = etree.fromstring(written, parser)
    if root is None:
        return []
    for about in root.findall("bookinfo"):
        root.remove(about)
    blocks = [
        one for one in root.iter(*_BLOCKS) if next(one.iterdescendants(*_BLOCKS), None) is None
    ]
    return ["".join(str(piece) for piece in one.itertext()) for one in blocks]


def _by_catdoc(body: bytes) -> list[str]:
    if not (written := _printed(body, "catdoc", "-w", "-d", "utf-8")):
        if shutil.which("antiword") or shutil.which("catdoc"):
            raise AttachmentError("layout 文件已损坏，无法读取")
        raise AttachmentError(MISSING)
    return written.decode("utf-8", "replace").splitlines()


def _printed(body: bytes, program: str, *options: str) -> bytes:
    """What a program prints of a document; b"" where it is missing or fails."""
    if not (path := shutil.which(program)):
        return b""
    with tempfile.TemporaryDirectory(prefix="lanmu-") as folder:
        (Path(folder) / "in.doc").write_bytes(body)
        status, output = _ran((path, *options, str(Path(folder) / "in.doc")), Path(folder), 60)
    return output if status == 0 and len(output) <= BYTES else b""

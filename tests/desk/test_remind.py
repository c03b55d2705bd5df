"""`lanmu ledger remind`, against a server on this machine: what is sent, when, and what never is printed."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from checks.model import BadInput
from checks.site import load_site
from desk.remind import addresses_of, sent
from store.database import open_database, writing
from store.ledger import move
from tests.desk.test_ledger_commands import LAST, NOW, Office

SECRET = "geheim-7f3a"
#: apprise imports every plugin it has, and one of them an old module of Python's.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


class Inbox:
    """Messages that came in, at an address with a secret in it; `status` is what is answered."""

    def __init__(self) -> None:
        self.got: list[dict[str, Any]] = []
        self.status = 200
        self.address = ""


@contextmanager
def inbox() -> Iterator[Inbox]:
    box = Inbox()

    class Answer(BaseHTTPRequestHandler):
        timeout = 10

        def do_POST(self) -> None:
            body = self.rfile.read(min(int(self.headers["Content-Length"]), 1_000_000))
            if box.status == 200:
                box.got.append(json.loads(body))
            self.send_response(box.status)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    box.address = f"json://127.0.0.1:{server.server_port}/{SECRET}"
    try:
        yield box
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


@pytest.fixture
def box() -> Iterator[Inbox]:
    with inbox() as box:
        yield box


@pytest.fixture
def office(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Office:
    """One finding notified, due on `LAST`."""
    monkeypatch.setenv("LANMU_USER", "张三")
    monkeypatch.setenv("COLUMNS", "160")
    office = Office(tmp_path, capsys)
    engine = open_database(office.db)
    with writing(engine) as connection:
        site = load_site(office.site)
        move(connection, site, [1], "confirmed", who="张三", why="", at=NOW)
        move(connection, site, [1], "notified", who="张三", why="", at=NOW, due=LAST)
    engine.dispose()
    return office


def remind(office: Office, *more: str) -> tuple[int, str, str]:
    return office.run("remind", "--today", LAST.isoformat(), *more)


def test_a_digest_is_sent_once_and_again_when_something_is_new(office: Office, box: Inbox) -> None:
    to = ("--to", box.address)
    assert remind(office, *to) == (0, "第1个接收人：新提醒1项，已发送\n", "")
    (message,) = box.got
    title = f"某县人民政府网整改提醒（{LAST}）：今日到期1项"
    assert message["title"] == title
    assert message["message"] == (
        f"{title}\n其中本次新提醒1项。\n\n【今日到期】\n某县农业农村局（期限{LAST}）1项：台账号1\n\n"
        "详情请看：lanmu ledger show 站点.yaml 台账号"
    )
    assert remind(office, *to) == (0, "第1个接收人：没有新的情况，不发\n", "")
    assert len(box.got) == 1
    with inbox() as other:
        assert remind(office, *to, "--to", other.address) == (
            0, "第1个接收人：没有新的情况，不发\n第2个接收人：新提醒1项，已发送\n", "",
        )  # fmt: skip
        assert (len(box.got), len(other.got)) == (1, 1)


def test_what_is_not_delivered_is_told_and_sent_the_next_time(office: Office, box: Inbox) -> None:
    box.status = 500
    to = ("--to", box.address)
    assert remind(office, *to) == (2, "", "第1个接收人：没有送达；下次运行再发\n")
    box.status = 200
    assert remind(office, *to)[0] == 0
    assert len(box.got) == 1


def test_one_that_fails_keeps_nothing_from_the_others(office: Office, box: Inbox) -> None:
    status, out, err = remind(office, "--to", "nonsense://x", "--to", box.address)
    assert (status, out) == (2, "第2个接收人：新提醒1项，已发送\n")
    assert err == "第1个接收人：通知地址写法有误；下次运行再发\n"


def test_dry_prints_and_sends_nothing(office: Office, box: Inbox) -> None:
    status, out, _ = remind(office, "--dry", "--to", box.address)
    assert status == 0 and "【今日到期】" in out and out.endswith("第1个接收人：新提醒1项\n")
    assert remind(office, "--dry")[0] == 0
    assert box.got == []
    assert remind(office, "--to", box.address)[1] == "第1个接收人：新提醒1项，已发送\n"


def test_the_site_file_names_recipients_whose_addresses_stand_elsewhere(
    office: Office, box: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.site.write_text(
        office.site.read_text("utf-8") + 'notify: ["${OFFICE_INBOX}", geheim.txt]\n', "utf-8"
    )
    with inbox() as other:
        monkeypatch.setenv("OFFICE_INBOX", box.address)
        (office.folder / "geheim.txt").write_text(f"# 钉钉群\n{other.address}\n", "utf-8")
        assert remind(office)[0] == 0
        assert (len(box.got), len(other.got)) == (1, 1)


def test_what_is_wrong_with_recipients_is_said_without_their_addresses(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NOT_SET", raising=False)
    (tmp_path / "latin.txt").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(BadInput) as told:
        addresses_of(["${NOT_SET}", str(tmp_path / "nope.txt"), str(tmp_path / "latin.txt")])
    assert told.value.lines == (
        "第1个接收人：环境变量NOT_SET没有设置",
        "第2个接收人：存放地址的文件无法读取（No such file or directory）",
        "第3个接收人：存放地址的文件不是UTF-8文本",
    )
    assert remind(office) == (2, "", "没有写明发给谁；请在站点文件写 notify，或用 --to\n")


def test_an_address_is_never_printed_or_logged(
    office: Office, box: Inbox, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    said = [*remind(office, "--to", box.address)[1:]]
    box.status = 500
    said += [sent(box.address, "题", "文"), sent(f"nonsense://{SECRET}", "题", "文")]
    logged = [record.getMessage() for record in caplog.records if record.name == "apprise"]
    assert [one for one in (*said, *logged) if SECRET in one] == []
    assert SECRET.encode() not in (office.folder / "l.db").read_bytes()

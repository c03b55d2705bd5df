"""`lanmu serve` as a new office meets it: nobody can sign in yet; what is refused, and why."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from desk.cli import main
from tests.county import Crawled

ROOT = Path(__file__).parents[2]
ENV = {"PYTHONPATH": str(ROOT), "HOME": str(Path.home()), "PATH": os.environ["PATH"]}


@contextmanager
def serving(*arguments: str, errors: list[str]) -> Iterator[tuple[str, str]]:
    """The address of a server nobody can sign in to yet, and what it says of that; its log goes to `errors`."""
    command = [sys.executable, "-m", "desk", "serve", *arguments, "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, env=ENV, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:  # fmt: skip
        try:
            assert process.stdout and process.stderr
            first = process.stdout.readline()
            found = re.fullmatch(r"控制台已打开：(http://127\.0\.0\.1:\d+)/  按Ctrl-C结束\n", first)
            assert found, first + process.stderr.read()
            yield found[1], process.stdout.readline()
        finally:
            process.send_signal(signal.SIGINT)
            errors += process.communicate(timeout=60)[1].splitlines()
    assert process.returncode == 0, errors


def lanmu(*arguments: str, typed: str = "") -> str:
    done = subprocess.run(
        [sys.executable, "-m", "desk", *arguments], input=typed, capture_output=True, text=True, cwd=ROOT, env=ENV,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_a_new_office_starts_the_desk_and_gets_in(county: Crawled, tmp_path: Path) -> None:
    db = f"sqlite:///{tmp_path}/new.db"
    said: list[str] = []
    with (
        serving(str(county.file), "--db", db, errors=said) as (address, printed),
        httpx.Client(base_url=address, timeout=30) as client,
    ):
        client.get("/login").raise_for_status()
        assert "还没有账号" in client.get("/login").text
        lanmu("accounts", "add", "wang", "--shown", "王五", "--role", "admin", "--role", "office", "--db", db, typed="开门请用这个12345\n")  # fmt: skip
        assert "还没有账号" not in client.get("/login").text
        given = {"name": "wang", "password": "开门请用这个12345"}
        entered = client.post("/login", data=given, headers={"Origin": address})
        assert (entered.status_code, entered.headers["location"]) == (303, "/")
        assert client.get("/", follow_redirects=True).status_code == 200
        assert client.get("/people").status_code == 200
        assert client.get("/health").json()["sites"][county.site.id]["last_night"] is None
    assert printed == "还没有账号，谁都不能登录；请另开一个窗口运行：lanmu accounts add 登录名 --shown 姓名 --role admin --role office\n"  # fmt: skip
    lines = [json.loads(one) for one in said]
    assert {"/login", "/people", "/health"} <= {one.get("route") for one in lines}
    assert not any("Traceback" in one or "wang" in one for one in said)


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["serve", *arguments]) == 2
    said = capsys.readouterr()
    assert said.out == "" and said.err.count("\n") == 1
    return said.err


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])
def test_others_are_not_served_in_the_open_unasked(
    capsys: pytest.CaptureFixture[str], host: str
) -> None:
    said = refused(capsys, "--host", host)
    assert said.startswith(f"在{host}上对外提供服务而不用https时，密码会明文经过网络；")
    assert "--plain-http" in said


def test_what_is_wrong_is_told_in_one_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    db = ("--db", f"sqlite:///{tmp_path}/a.db")
    assert refused(capsys, "--port", "70000", *db) == "端口70000不对；应为0至65535\n"
    assert refused(capsys, "--settings", str(tmp_path / "no.yaml"), *db) == f"{tmp_path}/no.yaml: 找不到设置文件；请核对文件名\n"  # fmt: skip
    file = tmp_path / "desk.yaml"
    file.write_text("htps: true\n", "utf-8")
    assert refused(capsys, "--settings", str(file), *db) == f"{file}:1: htps: 不认识这一项；请对照 deploy/desk.yaml 核对拼写\n"  # fmt: skip
    file.write_text("https: true\nnames: [a.cn]\nproxies: [127.0.0.1]\n", "utf-8")
    assert "矛盾" in refused(capsys, "--settings", str(file), "--plain-http", *db)

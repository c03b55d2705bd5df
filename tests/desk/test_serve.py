"""`lanmu serve` and `lanmu demo --serve`: as processes of their own, asked over HTTP."""

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.county import Crawled

ROOT = Path(__file__).parents[2]


@contextmanager
def started(*arguments: str, cwd: Path) -> Iterator[tuple[str, list[str]]]:
    """The console's address, and the lines printed until it was told; ended by Ctrl-C."""
    command = [sys.executable, "-m", "desk", *arguments]
    with subprocess.Popen(
        command, cwd=cwd, env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "PYTHONUTF8": "1"},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        lines: list[str] = []
        try:
            assert process.stdout
            for line in process.stdout:
                lines.append(line.rstrip("\n"))
                if found := re.search(r"控制台已打开：(http://\S+)/", line):
                    yield found[1], lines
                    break
            else:
                raise AssertionError(process.stderr.read() if process.stderr else "")
        finally:
            process.send_signal(signal.SIGINT)
            _, wrong = process.communicate(timeout=60)
    assert "Traceback" not in wrong, wrong


def test_serve_listens_on_loopback_and_ends_on_ctrl_c(county: Crawled, tmp_path: Path) -> None:
    arguments = ("serve", str(county.file), "--port", "0", "--db", f"sqlite:///{tmp_path}/a.db")
    with started(*arguments, cwd=tmp_path) as (address, _):
        assert address.startswith("http://127.0.0.1:")
        answer = httpx.get(f"{address}/login")
    assert (answer.status_code, "还没有账号" in answer.text) == (200, True)


def test_a_port_in_use_is_told_in_one_line(county: Crawled, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "desk", "serve", str(county.file), "--port", str(port), "--db", f"sqlite:///{tmp_path}/a.db"],
            cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
    said = f"不能在127.0.0.1的端口{port}上提供服务（已被占用）；请换一个 --port，或先关掉占用它的程序\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", said)


def test_the_demo_opens_its_console(tmp_path: Path) -> None:
    with started("demo", "--serve", cwd=tmp_path) as (address, lines):
        password = re.findall(r"密码都是 (\w+)", lines[-1])[0]
        with httpx.Client(base_url=address) as client:
            data = {"name": "zhengwu", "password": password}
            assert client.post("/login", data=data, headers={"Origin": address}).status_code == 303
            home = client.get("/", follow_redirects=True)
    assert (home.status_code, "云河县人民政府网" in home.text) == (200, True)

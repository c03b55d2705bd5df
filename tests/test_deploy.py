"""The files in deploy/: they parse, call commands that exist, and probe often enough."""

import configparser
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from desk.cli import app

DEPLOY = Path(__file__).parent.parent / "deploy"
SERVICES = sorted(DEPLOY.glob("*.service"))
TIMERS = sorted(DEPLOY.glob("*.timer"))
CRON_LINE = re.compile(r"(\S+) (\S+) (\S+) (\S+) (\S+)\s+(\w+)\s+(\S.*)")
#: 国办秘函〔2019〕19号, 站点无法访问.
PROBES_A_DAY = 20


def unit(file: Path) -> configparser.RawConfigParser:
    read = configparser.RawConfigParser(strict=True)
    read.optionxform = str  # type: ignore[assignment,method-assign]
    read.read(file, "utf-8")
    return read


def times_a_day(calendar: str) -> int:
    """Of `*-*-* HH:MM:SS` and `*-*-* *:MM/STEP:SS`."""
    hour, minute, _ = calendar.removeprefix("*-*-* ").split(":")
    start, _, step = minute.partition("/")
    return (24 if hour == "*" else 1) * (len(range(int(start), 60, int(step))) if step else 1)


def cron() -> list[tuple[str, ...]]:
    text = (DEPLOY / "lanmu.cron").read_text("utf-8")
    lines = [one for one in text.splitlines() if one and not one.startswith("#")]
    return [hit.groups() for one in lines if (hit := CRON_LINE.fullmatch(one))]


def test_there_is_a_timer_for_every_service_of_the_night_and_the_probe() -> None:
    names = ["lanmu-night@", "lanmu-probe@"]
    assert [one.stem for one in SERVICES] == [one.stem for one in TIMERS] == names


@pytest.mark.parametrize("file", SERVICES, ids=lambda f: f.name)
def test_a_service_calls_a_command_there_is_and_may_do_little(file: Path) -> None:
    service = unit(file)["Service"]
    program, command, argument = service["ExecStart"].split(" ")
    assert program == f"{service['WorkingDirectory']}/.venv/bin/lanmu"
    assert command in app and argument == "%i.yaml"
    assert (service["Type"], service["User"]) == ("oneshot", "lanmu")
    assert service["ReadWritePaths"] == service["WorkingDirectory"]
    assert (service["ProtectSystem"], service["NoNewPrivileges"]) == ("strict", "yes")
    assert "AF_INET6" in service["RestrictAddressFamilies"]
    assert {"TimeoutStartSec", "MemoryMax"} <= set(service)


@pytest.mark.parametrize("file", TIMERS, ids=lambda f: f.name)
def test_a_timer_makes_up_for_what_was_missed(file: Path) -> None:
    timer = unit(file)
    assert timer["Timer"]["Persistent"] == "true"
    assert timer["Install"]["WantedBy"] == "timers.target"


def test_the_timers_probe_often_enough_and_hold_one_night() -> None:
    night, probe = (times_a_day(unit(one)["Timer"]["OnCalendar"]) for one in TIMERS)
    assert (night, probe) == (1, 48)
    assert probe >= PROBES_A_DAY


def test_cron_calls_the_same_as_often() -> None:
    found = {}
    for minute, hour, *days, user, command in cron():
        assert (days, user) == (["*", "*", "*"], "lanmu")
        folder, _, call = command.partition(" && ")
        assert folder == "cd /srv/lanmu"
        name = call.split(" ")[1]
        assert call.startswith(".venv/bin/lanmu ") and name in app
        found[name] = len(minute.split(",")) * (24 if hour == "*" else 1)
    assert found == {"nightly": 1, "probe": 48}


def test_systemd_accepts_the_units(tmp_path: Path) -> None:
    """Where systemd-analyze is there to be asked; elsewhere the unit files have parsed above."""
    copies = []
    for file in (*SERVICES, *TIMERS):
        copy = tmp_path / file.name.replace("@", "@jinghe")
        copy.write_text(
            file.read_text("utf-8").replace("/srv/lanmu/.venv/bin/lanmu", "/bin/true"), "utf-8"
        )
        copies.append(str(copy))
        assert unit(copy).sections()
    if analyze := shutil.which("systemd-analyze"):
        done = subprocess.run([analyze, "verify", *copies], capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, "")

"""The files in deploy/: they parse, call commands that exist, and probe often enough."""

import configparser
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from desk.cli import app
from desk.console.settings_file import load_settings

DEPLOY = Path(__file__).parent.parent / "deploy"
SERVER = DEPLOY / "lanmu-serve@.service"
SERVICES = sorted(set(DEPLOY.glob("*.service")) - {SERVER})
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


def test_the_server_calls_a_command_there_is_and_may_do_little() -> None:
    service, night = unit(SERVER)["Service"], unit(SERVICES[0])["Service"]
    assert service["ExecStart"] == f"{service['WorkingDirectory']}/.venv/bin/lanmu serve %i.yaml --settings desk.yaml"  # fmt: skip
    assert "serve" in app
    hardened = {key for key in night if key.startswith(("Protect", "Restrict", "Private", "NoNew", "Capa"))}  # fmt: skip
    assert {key: service[key] for key in hardened} == {key: night[key] for key in hardened}
    assert (service["Type"], service["Restart"], service["User"]) == ("simple", "on-failure", "lanmu")  # fmt: skip
    assert service["ReadWritePaths"] == service["WorkingDirectory"]
    assert "MemoryMax" in service and unit(SERVER)["Install"]["WantedBy"] == "multi-user.target"


def nginx() -> list[tuple[str, ...]]:
    """The proxy's directives, `{` and `}` among them, each as its words."""
    text = re.sub(r"(^|\s)#.*", "", (DEPLOY / "nginx-lanmu.conf").read_text("utf-8"))
    said: list[tuple[str, ...]] = []
    words: list[str] = []
    for piece in re.findall(r"'[^']*'|[{};]|[^\s{};]+", text):
        if piece in "{};":
            said += [tuple(words)] if words else []
            said += [(piece,)] if piece in "{}" else []
            words = []
        else:
            words.append(piece)
    assert not words
    return said


def test_the_proxy_says_what_the_desk_believes() -> None:
    """It parses, and names the client, the site's name and the size as desk.yaml has them."""
    said, settings = nginx(), load_settings(DEPLOY / "desk.yaml")
    depth = 0
    for one in said:
        depth += {"{": 1, "}": -1}.get(one[0], 0)
        assert depth >= 0
    assert depth == 0
    assert ("proxy_set_header", "Host", "$host") in said
    assert ("proxy_set_header", "X-Forwarded-For", "$remote_addr") in said
    assert ("proxy_pass", "http://127.0.0.1:8600") in said
    assert ("client_max_body_size", f"{settings.upload_bytes >> 20}m") in said
    assert ("server_name", *settings.names) in said
    assert settings.https and "127.0.0.1" in settings.proxies
    (form,) = [" ".join(one) for one in said if one[0] == "log_format"]
    assert "$uri" in form and "$request_uri" not in form and "$args" not in form


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
    for file in (SERVER, *SERVICES, *TIMERS):
        copy = tmp_path / file.name.replace("@", "@jinghe")
        copy.write_text(
            file.read_text("utf-8").replace("/srv/lanmu/.venv/bin/lanmu", "/bin/true"), "utf-8"
        )
        copies.append(str(copy))
        assert unit(copy).sections()
    if analyze := shutil.which("systemd-analyze"):
        done = subprocess.run([analyze, "verify", *copies], capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, "")

"""What stands before every route: whose page asks, by what name, how much is sent, how slowly, how often."""

import gzip
import itertools
import json
import re
import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from limits.storage import memory

from desk.console.entry import BROWSER, own_address
from desk.console.gate import CSP, EDITORS
from desk.console.passwords import verified
from desk.console.seat import COOKIE
from store.database import Engine, reading, writing
from store.sessions import mark_of, open_token, session_account
from tests.county import Crawled
from tests.desk.console.desk import NOON, PASSWORD, Desk, county_desk, own_page, sign_in

LATER = itertools.count(10**6, 10**7)
WRONG = "这不是他的密码12345"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The clock by which tries are counted; a test sets it on."""
    at = SimpleNamespace(now=time.time() + next(LATER))  # what was counted before is over
    monkeypatch.setattr(memory, "time", SimpleNamespace(time=lambda: at.now))
    now = SimpleNamespace(now=lambda: datetime.fromtimestamp(at.now, UTC))
    monkeypatch.setattr("desk.console.tries.clock", now)
    return at


@pytest.fixture(scope="module")
def proxied(county: Crawled, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk behind a proxy on loopback, called desk.example.

    Which names share a counter is a matter of chance (three of a hundred such runs have two that do): here none does.
    """
    folder = tmp_path_factory.mktemp("proxied")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("desk.console.tries.secrets", SimpleNamespace(token_bytes=bytes))
        with county_desk(
            county, folder, names=("desk.example",), proxies=("127.0.0.1",), tries=3,
            most_bytes=20_000, upload_bytes=60_000, body_seconds=3.0, pause_seconds=0.4,
        ) as opened:  # fmt: skip
            yield opened


@pytest.fixture(scope="module")
def secure(county: Crawled, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk whose browsers come by https."""
    with county_desk(county, tmp_path_factory.mktemp("secure"), https=True) as opened:
        yield opened


def from_(client: httpx.Client, address: str) -> httpx.Client:
    client.headers["X-Forwarded-For"] = address
    return client


# -- whose page ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "Cross-Site", "Origin": "same"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://[broken"},
        {"Referer": "http://evil.example/s/"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "http://evil.example"},
    ],
)
def test_another_sites_page_changes_nothing(desk: Desk, headers: dict[str, str]) -> None:
    told = {k: desk.address if v == "same" else v for k, v in headers.items()}
    with desk.client("bianji") as client:
        answer = client.post("/logout", headers=told)
        assert (answer.status_code, answer.text) == (403, "这个请求来自别的网站，没有执行")
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert client.get("/me").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "same"},
        {"Referer": "same"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "same"},
        {"Sec-Fetch-Site": "none"},
    ],
)
def test_our_own_page_needs_its_token_whatever_the_browser_says(
    desk: Desk, headers: dict[str, str]
) -> None:
    told = {k: desk.address if v == "same" else v for k, v in headers.items()}
    with desk.client("bianji") as client:
        token = client.headers.pop("X-Own-Page")
        answer = client.post("/logout", headers=told)
        assert (answer.status_code, "页面已过期" in answer.text) == (403, True)
        for wrong in ("", "x", token[:-1], token.upper() + "é", mark_of(token)):
            assert client.post("/logout", data={"own_page": wrong}, headers=told).status_code == 403
        assert client.get("/me").status_code == 200
        assert client.post("/logout", data={"own_page": token}, headers=told).status_code == 303
        assert client.get("/me").status_code == 303


def test_the_token_of_one_session_is_not_anothers(desk: Desk) -> None:
    with desk.client("bianji") as client, desk.client("bianji") as other:
        client.headers["X-Own-Page"] = own_page(other)
        assert client.post("/logout").status_code == 403


def test_a_programs_token_needs_no_page_and_is_refused_where_a_page_of_others_sends_it(
    desk: Desk,
) -> None:
    token = token_of(desk.engine, desk.people["bianji"].id)
    with desk.client() as program:
        program.headers["Authorization"] = f"Bearer {token}"
        asked: dict[str, Any] = {"json": {"text": "作出布署"}}
        assert program.post("/api/v1/check", **asked).status_code == 200
        away = program.post("/api/v1/check", headers={"Origin": "http://evil.example"}, **asked)
        assert (away.status_code, away.json()) == (403, {"error": "这个请求来自别的网站，没有执行"})
    with desk.client("bianji") as browser:
        del browser.headers["X-Own-Page"]
        assert browser.post("/api/v1/check", **asked).status_code == 403


@pytest.mark.parametrize(
    ("path", "editors"),
    [
        ("/v2/check", True), ("//v2/check", True), ("/v2/v2/check/", True), ("/check", True), ("/check/", True),
        ("/languages", True), ("/v2", True), ("/v2x", False), ("/check/x", False), ("/s/a/check", False),
        ("/api/v1/check", False), ("/login", False), ("///v2/check", False), ("/v2/a\nb", True),
    ],
)  # fmt: skip
def test_only_the_editors_paths_are_open_to_other_pages(path: str, editors: bool) -> None:  # noqa: FBT001
    assert bool(EDITORS.fullmatch(path)) is editors


def test_an_add_on_on_another_page_reaches_the_editors_server(desk: Desk) -> None:
    """Whatever answers there: it is not the guard against other sites' pages."""
    with desk.client() as client:
        headers = {"Origin": "https://cms.example", "Sec-Fetch-Site": "cross-site"}
        for path in ("/v2/check", "/v2/words/add"):
            answer = client.post(path, data={"text": "x"}, headers=headers)
            assert answer.text != "这个请求来自别的网站，没有执行"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://evil.example"},
        {"Referer": "http://evil.example/"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "none", "Origin": "null"},
    ],
)
def test_no_other_page_signs_anybody_in(desk: Desk, headers: dict[str, str]) -> None:
    with desk.client() as client:
        answer = client.post(
            "/login", data={"name": "bianji", "password": PASSWORD}, headers=headers
        )
        assert (answer.status_code, COOKIE in answer.cookies) == (403, False)


@pytest.mark.parametrize(
    "headers", [{"Origin": "same"}, {"Referer": "same"}, {"Sec-Fetch-Site": "same-origin"}]
)
def test_the_doors_own_page_signs_in(desk: Desk, headers: dict[str, str]) -> None:
    told = {k: desk.address if v == "same" else v for k, v in headers.items()}
    with desk.client() as client:
        given = {"name": " Bianji ", "password": PASSWORD, "next": "/me"}
        answer = client.post("/login", data=given, headers=told)
        assert (answer.status_code, answer.headers["location"]) == (303, "/me")


# -- cookies ---------------------------------------------------------------------------------------


def test_a_cookie_that_was_there_before_is_worth_nothing_after(desk: Desk) -> None:
    """A stranger who set it (session fixation), or who knew it, is out."""
    with desk.client() as client:
        client.cookies.set(COOKIE, "known-to-a-stranger", domain="127.0.0.1")
        answer = sign_in(client, "bianji")
        assert answer.cookies[COOKIE] not in ("", "known-to-a-stranger")
    with desk.client("bianji") as client, desk.client() as stranger:
        old = client.cookies[COOKIE]
        sign_in(client, "chushen")
        stranger.cookies.set(COOKIE, old)
        assert stranger.get("/me").status_code == 303
        assert "初审乙" in client.get("/me").text


def test_cookies_are_kept_from_scripts_and_from_other_sites(desk: Desk, secure: Desk) -> None:
    with desk.client() as client:
        cookies = sign_in(client, "bianji").headers.get_list("set-cookie")
        for one in cookies:
            assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(one.split("; "))
            assert "Secure" not in one
        assert [one.split("=")[0] for one in cookies] == [COOKIE, BROWSER]
        assert "max-age=43200" in cookies[0].lower()
    with secure.client() as client:
        answer = sign_in(client, "bianji")
        assert all("Secure" in one.split("; ") for one in answer.headers.get_list("set-cookie"))
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_the_browsers_mark_opens_nothing(desk: Desk) -> None:
    with desk.client("bianji") as client, desk.client() as other:
        mark = client.cookies[BROWSER]
        assert mark == mark_of(client.cookies[COOKIE])
        other.cookies.set(COOKIE, mark)
        assert other.get("/me").status_code == 303


def test_a_session_ends_idle_and_at_its_end(desk: Desk) -> None:
    before = desk.clock.at
    try:
        with desk.client("bianji") as client:
            for _ in range(6):
                desk.clock.on(minutes=119)
                assert client.get("/me").status_code == 200
            desk.clock.on(minutes=7)
            assert client.get("/me").status_code == 303
        with desk.client("bianji") as client:
            desk.clock.on(minutes=120)
            assert client.get("/me").status_code == 303
        with desk.client("bianji") as client:
            secret = client.cookies[COOKIE]
            client.post("/logout")
            client.cookies.set(COOKIE, secret)
            assert client.get("/me").status_code == 303
            with reading(desk.engine) as connection:
                assert session_account(connection, secret, at=desk.clock.at, idle=desk.clock.at - before) is None  # fmt: skip
    finally:
        desk.clock.at = before


@pytest.mark.parametrize(
    ("next", "to"),
    [
        ("/s/a/?b=1", "/s/a/?b=1"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("/a\r\nX: y", "/"),
        ("", "/"),
        ("/a\\..\\b", "/"),
    ],
)
def test_the_door_leads_nowhere_else(desk: Desk, next: str, to: str) -> None:
    assert own_address(next) == to
    with desk.client() as client:
        data = {"name": "bianji", "password": PASSWORD, "next": next}
        answer = client.post("/login", data=data, headers={"Origin": desk.address})
        assert answer.headers["location"] == to


# -- tries -----------------------------------------------------------------------------------------


def tried(client: httpx.Client, name: str, password: str = WRONG) -> httpx.Response:
    client.cookies.delete(COOKIE)
    return sign_in(client, name, password)


def test_after_too_many_tries_one_waits_and_then_gets_in(
    desk: Desk, clock: SimpleNamespace
) -> None:
    with desk.client() as client:
        assert [tried(client, "bianji").status_code for _ in range(6)] == [401] * 5 + [429]
        refused = tried(client, "bianji", PASSWORD)
        assert (refused.status_code, "试的次数太多，请15分钟后再试" in refused.text) == (429, True)
        assert 800 < int(refused.headers["Retry-After"]) <= 902
        clock.now += 14 * 60
        assert tried(client, "bianji", PASSWORD).status_code == 429
        clock.now += 61
        assert tried(client, "bianji", PASSWORD).status_code == 303


def test_right_passwords_do_not_count(desk: Desk, clock: SimpleNamespace) -> None:
    with desk.client() as client:
        assert [tried(client, "bianji", PASSWORD).status_code for _ in range(8)] == [303] * 8


def test_a_name_nobody_has_is_refused_as_one_that_somebody_has(
    desk: Desk, clock: SimpleNamespace
) -> None:
    with desk.client() as client:
        known = [tried(client, "bianji") for _ in range(6)]
        clock.now += 10**6
        unknown = [tried(client, "meiyou") for _ in range(6)]
        assert [one.status_code for one in known] == [one.status_code for one in unknown]
        assert known[0].text == unknown[0].text.replace("meiyou", "bianji")


def test_a_password_is_looked_at_also_where_nobody_has_the_name(
    desk: Desk, clock: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []

    def spy(password: str, kept: str) -> tuple[bool, str]:
        looked.append(kept)
        return verified(password, kept)

    monkeypatch.setattr("desk.console.passwords.verified", spy)
    with desk.client() as client:
        for name in ("bianji", "meiyou", ""):
            assert tried(client, name).status_code == 401
    assert [bool(one) for one in looked] == [True, False, False]


def test_tries_from_elsewhere_keep_nobody_out(proxied: Desk, clock: SimpleNamespace) -> None:
    """Thirty strangers' addresses use up all that a name has; its owner's browser is known and still gets in."""
    with proxied.client() as owner, proxied.client() as stranger, proxied.client() as new:
        assert tried(from_(owner, "10.0.0.1"), "bianji", PASSWORD).status_code == 303
        codes = [
            tried(from_(stranger, f"10.9.0.{number}"), "bianji").status_code
            for number in range(11)
            for _ in range(3)
        ]
        assert codes == [401] * 30 + [429] * 3
        assert tried(from_(new, "10.0.0.2"), "bianji", PASSWORD).status_code == 429
        assert tried(from_(owner, "10.8.0.1"), "bianji", PASSWORD).status_code == 303
        assert tried(from_(new, "10.0.0.2"), "chushen", PASSWORD).status_code == 303
        clock.now += 901
        assert tried(from_(new, "10.0.0.3"), "bianji", PASSWORD).status_code == 303


def test_a_known_browser_has_no_more_tries_than_others(
    proxied: Desk, clock: SimpleNamespace
) -> None:
    with proxied.client() as owner:
        tried(from_(owner, "10.0.0.1"), "bianji", PASSWORD)
        codes = [
            tried(from_(owner, f"10.0.1.{number}"), "bianji").status_code for number in range(5)
        ]
        assert codes == [401] * 3 + [429] * 2
        other = [tried(from_(owner, "10.0.2.1"), "chushen").status_code for number in range(4)]
        assert other == [401] * 3 + [429]


def test_one_address_has_a_bounded_number_of_tries_whatever_the_names(
    proxied: Desk, clock: SimpleNamespace
) -> None:
    with proxied.client() as client:
        from_(client, "2001:db8:1:2::1")
        codes = [tried(client, f"ren{number}").status_code for number in range(31)]
        assert codes == [401] * 30 + [429]
        from_(client, "2001:db8:1:2:ffff::9")
        assert tried(client, "bianji", PASSWORD).status_code == 429
        from_(client, "2001:db8:1:3::1")
        assert tried(client, "bianji", PASSWORD).status_code == 303


def test_only_a_trusted_proxy_says_where_a_client_is(desk: Desk, clock: SimpleNamespace) -> None:
    with desk.client() as client:
        codes = [
            tried(from_(client, f"10.0.0.{number}"), "bianji").status_code for number in range(6)
        ]
        assert codes == [401] * 5 + [429]


# -- names -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("desk.example", 303), ("DESK.example:443", 303), ("desk.example.", 303), ("10.1.2.3:8600", 303),
        ("[::1]:80", 303), ("localhost", 303), ("evil.example", 400), ("desk.example.evil.example", 400),
        ("", 400), ("desk.example@evil.example", 400), ("[::1", 400),
    ],
)  # fmt: skip
def test_the_desk_answers_to_its_own_names(proxied: Desk, host: str, status: int) -> None:
    with proxied.client() as client:
        answer = client.get("/", headers={"Host": host})
        assert answer.status_code == status
        if status == 400 and host:
            assert "names" in answer.text or answer.status_code == 400


def test_without_names_the_desk_answers_to_numbers_and_this_machine(desk: Desk) -> None:
    with desk.client() as client:
        told = client.get("/login", headers={"Host": "rebound.example"})
        assert (told.status_code, "请管理员在设置文件的 names 里写上网站名" in told.text) == (
            400,
            True,
        )


# -- bodies ----------------------------------------------------------------------------------------


@cache
def token_of(engine: Engine, account: int) -> str:
    with writing(engine) as connection:
        return open_token(connection, account, "x", at=NOON)


def signed(desk: Desk) -> dict[str, str]:
    token = token_of(desk.engine, desk.people["bianji"].id)
    return {"Authorization": f"Bearer {token}", "X-Forwarded-For": "10.0.0.1"}


@pytest.mark.parametrize("length", [True, False])
@pytest.mark.parametrize(
    ("kind", "size", "status"),
    [
        ("application/json", 19_000, 200),
        ("application/json", 21_000, 413),
        ("multipart/form-data; boundary=x", 59_000, 422),
        ("multipart/form-data; boundary=x", 61_000, 413),
    ],
)
def test_a_body_is_bounded_with_and_without_its_length(
    proxied: Desk, length: bool, kind: str, size: int, status: int  # noqa: FBT001
) -> None:  # fmt: skip
    if kind == "application/json":
        body = json.dumps({"text": "x" * (size - 20)}).encode()
    else:
        body = b'--x\r\nContent-Disposition: form-data; name="a"; filename="a"\r\n\r\n' + b"x" * size + b"\r\n--x--\r\n"  # fmt: skip
        body = body[: size - 9] + b"\r\n--x--\r\n"

    def pieces() -> Iterator[bytes]:
        yield from (body[i : i + 1000] for i in range(0, len(body), 1000))

    with proxied.client() as client:
        headers = signed(proxied) | {"Content-Type": kind}
        try:
            answer = client.post(
                "/api/v1/check", content=body if length else pieces(), headers=headers
            )
        except httpx.WriteError:  # refused before all of it was sent
            assert status == 413
            return
        assert answer.status_code == status
        if status == 413:
            assert answer.json() == {"error": "内容太大，超过上限"}


@pytest.mark.parametrize("pause", [0.0, 0.2])
def test_a_body_that_does_not_come_is_not_waited_for(proxied: Desk, pause: float) -> None:
    """It stops, or it drips: either way the server's patience ends."""
    host, _, port = proxied.address.removeprefix("http://").partition(":")
    token = signed(proxied)["Authorization"]
    with socket.create_connection((host, int(port)), timeout=20) as line:
        line.sendall(
            f"POST /api/v1/check HTTP/1.1\r\nHost: {host}\r\nAuthorization: {token}\r\n"
            "Content-Type: application/json\r\nContent-Length: 10000\r\n\r\n".encode()
        )
        line.settimeout(0.05 if pause else 20)
        said, until = b"", time.monotonic() + 20
        while not said and time.monotonic() < until:
            if pause:
                line.sendall(b" ")
                time.sleep(pause)
            try:
                said = line.recv(4096)
            except TimeoutError:
                continue
    assert said.startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 19_000, b'{"text":' * 2000, b'{"text": 1e999}', b'{"text": "\\ud800"}', b"\xff\xfe", b"null", b"",
        b'{"text": "a", "text2": 1}', b'{"text": "a", "published": "2025-02-30"}', b'{"text": NaN}',
    ],
)  # fmt: skip
def test_json_that_is_none_is_refused_with_a_line(proxied: Desk, body: bytes) -> None:
    with proxied.client() as client:
        headers = signed(proxied) | {"Content-Type": "application/json"}
        answer = client.post("/api/v1/check", content=body, headers=headers)
        assert answer.status_code in (400, 422)
        assert list(answer.json()) == ["error"] and not answer.json()["error"].isascii()


def test_a_packed_body_is_not_unpacked(proxied: Desk) -> None:
    body = gzip.compress(b'{"text": "' + b"x" * 10_000_000 + b'"}')
    assert len(body) < 20_000
    with proxied.client() as client:
        headers = signed(proxied) | {"Content-Type": "application/json", "Content-Encoding": "gzip"}
        answer = client.post("/api/v1/check", content=body, headers=headers)
        assert answer.status_code in (400, 422)


# -- headers ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/login", "/", "/nothing", "/health", "/api/v1/columns", "/api/openapi.json", "/static/desk.css"]
)  # fmt: skip
def test_every_answer_has_the_headers(desk: Desk, path: str) -> None:
    with desk.client() as client:
        headers = client.get(path).headers
        assert headers["Content-Security-Policy"] == CSP
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "same-origin"
        kept = "immutable" if path.startswith("/static") else "no-store"
        assert kept in headers["Cache-Control"]
        assert "server" not in headers or headers["server"] == "uvicorn"
        assert "Strict-Transport-Security" not in headers
    assert "'unsafe" not in CSP and "default-src 'none'" in CSP


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json", "/static/../app.py", "/static/%2e%2e/app.py"])  # fmt: skip
def test_there_is_nothing_else(desk: Desk, path: str) -> None:
    with desk.client() as client:
        answer = client.get(path)
        assert (answer.status_code, "没有这个页面" in answer.text) == (404, True)


def test_a_page_tells_no_script_or_style_of_its_own(desk: Desk) -> None:
    with desk.client("guanli") as client:
        for path in ("/login", "/me", "/people"):
            text = client.get(path).text
            assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=|<style", text)

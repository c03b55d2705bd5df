"""Signing in by the identity service, against one on loopback that lies in every way."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from joserfc.jwk import RSAKey

from desk.console.hall import Hall
from desk.console.oidc import INSTALL, MOST_WAYS, NO_ANSWER, NOT_BELIEVED, SPENT, Door
from desk.console.rooms.oidc import CLOSED, NOBODY, REFUSED
from desk.console.seat import COOKIE
from desk.console.settings import Oidc
from store.accounts import account_named, change_account
from store.database import reading, writing
from tests.county import Crawled
from tests.desk.console import issuer as issuers
from tests.desk.console.desk import Desk, county_desk
from tests.desk.console.issuer import CLIENT, SECRET, Issuer, running_issuer


@pytest.fixture(scope="module")
def served() -> Iterator[Issuer]:
    with running_issuer() as running:
        yield running


@pytest.fixture(scope="module")
def desk(
    county: Crawled, served: Issuer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Desk]:
    """A desk whose people may come by the service; those it knows by `login`."""
    oidc = Oidc(served.address, CLIENT, SECRET, name="县统一身份认证", claim="login")
    with county_desk(county, tmp_path_factory.mktemp("desk"), oidc=oidc) as opened:
        yield opened


@pytest.fixture
def issuer(served: Issuer, desk: Desk) -> Issuer:
    """The service, honest again."""
    fresh = Issuer(served.address, now=lambda: int(desk.clock.at.timestamp()), key=served.key)
    for name in Issuer.__dataclass_fields__:
        setattr(served, name, getattr(fresh, name))
    return served


def link(desk: Desk, name: str, subject: str) -> None:
    with writing(desk.engine) as connection:
        account = account_named(connection, name)
        assert account is not None
        change_account(connection, account.id, at=desk.clock.now(), subject=subject)


def to_the_service(client: httpx.Client, next: str = "/me") -> str:
    answer = client.get("/oidc/login", params={"next": next})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def come_back(client: httpx.Client, issuer: Issuer, next: str = "/me") -> httpx.Response:
    return client.get(issuer.let_in(to_the_service(client, next)))


def line(answer: httpx.Response) -> str:
    found = re.search(r"<article class=\"told\">\s*<p>(.*?)</p>", answer.text, re.DOTALL)
    assert found, answer.text
    return found[1]


def test_the_door_shows_the_way(desk: Desk) -> None:
    with desk.client() as client:
        text = client.get("/login", params={"next": "/s/a?b=c"}).text
        assert 'href="/oidc/login?next=/s/a%3Fb%3Dc"' in text and "用县统一身份认证登录" in text


def test_who_is_known_there_is_known_here(desk: Desk, issuer: Issuer) -> None:
    link(desk, "bianji", f"{issuer.address}|u-7")
    with desk.client() as client:
        address = to_the_service(client, "/me?a=1")
        assert address.startswith(f"{issuer.address}/authorize?tenant=1&response_type=code&")
        assert SECRET not in address
        answer = client.get(issuer.let_in(address))
        assert (answer.status_code, answer.headers["location"]) == (303, "/me?a=1")
        assert "编辑甲" in client.get("/me").text
        assert "lanmu-way" not in client.cookies
    assert issuer.asked[-1] == "/token"


def test_who_comes_the_first_time_is_found_by_name_and_linked(desk: Desk, issuer: Issuer) -> None:
    issuer.who = {"sub": "u-8", "login": "Chushen"}
    with desk.client() as client:
        assert come_back(client, issuer).status_code == 303
        assert "初审乙" in client.get("/me").text
    issuer.who = {"sub": "u-8", "login": "fushen"}  # renamed there: still the same person
    with desk.client() as client:
        assert come_back(client, issuer).status_code == 303
        assert "初审乙" in client.get("/me").text
    issuer.who = {"sub": "u-9", "login": "chushen"}  # the name was given to another there
    with desk.client() as client:
        answer = come_back(client, issuer)
        assert (answer.status_code, line(answer), COOKIE in client.cookies) == (401, NOBODY, False)


@pytest.mark.parametrize("who", [{"sub": "u-99"}, {"sub": "u-99", "login": "nobody"}, {"sub": "u-99", "login": 7}])  # fmt: skip
def test_nobody_is_let_in_unknown_and_no_account_made(
    desk: Desk, issuer: Issuer, who: dict[str, Any]
) -> None:
    issuer.who = who
    with desk.client() as client:
        answer = come_back(client, issuer)
        assert (answer.status_code, line(answer)) == (401, NOBODY)
        assert client.get("/me").status_code == 303
    with reading(desk.engine) as connection:
        assert account_named(connection, "nobody") is None


def test_a_closed_account_stays_closed(desk: Desk, issuer: Issuer) -> None:
    link(desk, "danwei2", f"{issuer.address}|u-2")
    with writing(desk.engine) as connection:
        change_account(connection, desk.people["danwei2"].id, at=desk.clock.now(), active=False)
    issuer.who = {"sub": "u-2", "login": "danwei2"}
    with desk.client() as client:
        answer = come_back(client, issuer)
        assert (answer.status_code, line(answer)) == (401, CLOSED)


def set_(**what: Any) -> Callable[[dict[str, Any]], None]:
    return lambda claims: claims.update(what)


def drop(name: str) -> Callable[[dict[str, Any]], None]:
    return lambda claims: claims.pop(name) and None


AT = 1759204800  # the desk's clock: 2025-09-30 noon at the site


@pytest.mark.parametrize(
    "spoil",
    [
        set_(nonce="another"), drop("nonce"), set_(aud="another"), set_(aud=["another", "third"]), drop("aud"),
        set_(aud=[CLIENT, "another"]), set_(azp="another"), set_(iss="http://another"), drop("iss"),
        set_(exp=AT - 61), set_(exp=0), drop("exp"), set_(iat=AT + 3600), set_(nbf=AT + 3600), set_(exp="soon"),
        drop("sub"), set_(sub=""), set_(sub=7), set_(sub="x" * 256), set_(nonce=None),
    ],
)  # fmt: skip
def test_a_token_that_is_not_for_us_now_and_this_way_is_refused(
    desk: Desk, issuer: Issuer, spoil: Callable[[dict[str, Any]], None]
) -> None:
    link(desk, "bianji", f"{issuer.address}|u-7")
    issuer.spoil = spoil
    with desk.client() as client:
        answer = come_back(client, issuer)
        assert (answer.status_code, line(answer)) == (401, NOT_BELIEVED)
        assert (COOKIE in client.cookies, client.get("/me").status_code) == (False, 303)


@pytest.mark.parametrize(
    "sign",
    [
        issuers.by_another_key, issuers.unsigned, issuers.by_a_shared_secret, issuers.by_the_clients_secret,
        issuers.changed_after, lambda _issuer, _claims: "a.b.c", lambda _issuer, _claims: "",
    ],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
def test_a_token_that_the_service_did_not_sign_is_refused(
    desk: Desk, issuer: Issuer, sign: Callable[[Issuer, dict[str, Any]], str]
) -> None:
    link(desk, "bianji", f"{issuer.address}|u-7")
    issuer.sign = sign
    with desk.client() as client:
        answer = come_back(client, issuer)
        assert (answer.status_code, line(answer)) == (401, NOT_BELIEVED)
        assert client.get("/me").status_code == 303


def test_clocks_may_differ_by_a_minute(desk: Desk, issuer: Issuer) -> None:
    link(desk, "bianji", f"{issuer.address}|u-7")
    issuer.spoil = set_(exp=AT - 30, iat=AT + 30)
    with desk.client() as client:
        assert come_back(client, issuer).status_code == 303


def test_a_wrong_state_or_none_is_refused(desk: Desk, issuer: Issuer) -> None:
    link(desk, "bianji", f"{issuer.address}|u-7")
    with desk.client() as client:
        good = issuer.let_in(to_the_service(client))
        parts = urlsplit(good)
        code = parts.query.split("&")[0]
        for query in (f"{code}&state=another", code, f"{code}&state=", ""):
            answer = client.get(f"{parts.path}?{query}")
            assert (answer.status_code, line(answer)) == (401, SPENT)
        assert client.get("/me").status_code == 303


def test_a_way_that_began_in_another_browser_ends_nowhere(desk: Desk, issuer: Issuer) -> None:
    """A stranger's own code and state, put before somebody: they are not signed in as the stranger."""
    link(desk, "bianji", f"{issuer.address}|u-7")
    with desk.client() as stranger, desk.client() as victim:
        address = issuer.let_in(to_the_service(stranger))
        assert line(victim.get(address)) == SPENT
        to_the_service(victim)
        assert line(victim.get(address)) == SPENT
        assert stranger.get(address).status_code == 303


def test_nobody_comes_back_twice(desk: Desk, issuer: Issuer) -> None:
    link(desk, "bianji", f"{issuer.address}|u-7")
    issuer.reuse = True  # the service would give a token for the same code again
    with desk.client() as client:
        address = to_the_service(client)
        way = client.cookies["lanmu-way"]
        back = issuer.let_in(address)
        assert client.get(back).status_code == 303
        client.post("/logout", headers={"X-Own-Page": ""})
        client.cookies.clear()
        client.cookies.set("lanmu-way", way)
        answer = client.get(back)
        assert (answer.status_code, line(answer)) == (401, SPENT)
        assert client.get("/me").status_code == 303


def test_a_way_is_over_after_ten_minutes(desk: Desk, issuer: Issuer) -> None:
    link(desk, "bianji", f"{issuer.address}|u-7")
    before = desk.clock.at
    try:
        with desk.client() as client:
            address = issuer.let_in(to_the_service(client))
            desk.clock.on(minutes=10)
            assert line(client.get(address)) == SPENT
    finally:
        desk.clock.at = before


def test_who_was_refused_there_is_told(desk: Desk, issuer: Issuer) -> None:
    with desk.client() as client:
        back = urlsplit(issuer.let_in(to_the_service(client)))
        state = back.query.split("&")[1]
        answer = client.get(f"{back.path}?error=access_denied&error_description=<b>no&{state}")
        assert (answer.status_code, line(answer)) == (401, REFUSED)
        assert "access_denied" not in answer.text and "<b>no" not in answer.text


@pytest.mark.parametrize(
    "about",
    [
        {"issuer": "http://another"},
        {"token_endpoint": None},
        {"jwks_uri": "ftp://a/b"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"jwks_uri": "/nowhere"},
    ],
)
def test_a_service_that_says_odd_things_of_itself_is_not_gone_to(
    desk: Desk, issuer: Issuer, about: dict[str, Any]
) -> None:
    issuer.about = {k: f"{issuer.address}{v}" if v == "/nowhere" else v for k, v in about.items()}
    before = desk.clock.at
    try:
        desk.clock.on(hours=2)
        with desk.client() as client:
            answer = client.get("/oidc/login")
            assert (answer.status_code, line(answer)) == (502, NO_ANSWER)
    finally:
        desk.clock.at = before


def test_a_service_that_does_not_answer_is_told(desk: Desk, issuer: Issuer) -> None:
    with desk.client() as client:
        address = issuer.let_in(to_the_service(client))
        issuer.status = 500
        assert line(client.get(address)) == NO_ANSWER
    gone = Door(Oidc("http://127.0.0.1:9", CLIENT, SECRET), desk.clock.now)
    with pytest.raises(Exception, match="没有正常应答"):
        gone.begin("http://desk/oidc/back", "/")


def test_keys_that_were_changed_are_asked_for_again_but_not_at_every_wrong_token(
    desk: Desk, issuer: Issuer
) -> None:
    link(desk, "bianji", f"{issuer.address}|u-7")
    before = desk.clock.at
    try:
        with desk.client() as client:
            assert come_back(client, issuer).status_code == 303
            issuer.key = RSAKey.generate_key(2048, {"kid": "k2"})
            desk.clock.on(minutes=2)
            issuer.asked.clear()
            assert come_back(client, issuer).status_code == 303
            assert issuer.asked.count("/keys") == 1
            issuer.sign = issuers.by_another_key
            for _ in range(3):
                assert come_back(client, issuer).status_code == 401
            assert issuer.asked.count("/keys") == 1
    finally:
        desk.clock.at = before


def test_ways_are_bounded(desk: Desk, issuer: Issuer) -> None:
    door = Door(Oidc(issuer.address, CLIENT, SECRET), desk.clock.now)
    for _ in range(MOST_WAYS + 5):
        door.begin("http://desk/oidc/back", "/")
    assert len(door._ways) == MOST_WAYS


def made(desk: Desk, issuer: Issuer, who: dict[str, Any], **how: Any) -> Any:
    """What becomes of one whom nobody knows, where accounts are made."""
    from desk.console.rooms.oidc import account_for

    settings = Oidc(issuer.address, CLIENT, SECRET, create=True, **how)
    hall: Hall = desk.hall
    with writing(desk.engine) as connection:
        return account_for(connection, replace(hall, settings=hall.settings), settings, who)


def test_an_account_is_made_only_as_the_settings_say(desk: Desk, issuer: Issuer) -> None:
    unit = desk.site.units[0].id
    who = {"sub": "n-1", "preferred_username": "Zhangsan", "name": "张三", "dept": unit}
    account = made(desk, issuer, who, role="first", unit_claim="dept")
    assert (account.name, account.shown, account.roles) == ("zhangsan", "张三", {"first"})
    assert (account.unit, account.subject, account.password) == (unit, f"{issuer.address}|n-1", "")
    assert made(desk, issuer, who | {"name": "又名"}, role="office") == account


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ({"preferred_username": "li", "name": "李", "dept": "none"}, "没有给出您所在的单位"),
        ({"preferred_username": "li", "name": "李"}, "没有给出您所在的单位"),
        ({"name": "李", "dept": ""}, "没有给出您所在的单位"),
    ],
)
def test_without_a_unit_that_there_is_nobody_sees_all_units(
    desk: Desk, issuer: Issuer, who: dict[str, Any], said: str
) -> None:
    with pytest.raises(Exception, match=said):
        made(desk, issuer, {"sub": "n-2"} | who, unit_claim="dept")


@pytest.mark.parametrize("who", [{}, {"preferred_username": "李"}, {"preferred_username": "guanli"}, {"preferred_username": "li", "name": "管理员庚"}])  # fmt: skip
def test_nobody_takes_anothers_name_by_coming_from_the_service(
    desk: Desk, issuer: Issuer, who: dict[str, Any]
) -> None:
    with pytest.raises(Exception, match="不能自动建立您的账号"):
        made(desk, issuer, {"sub": "n-3"} | who)


def test_what_it_needs_is_asked_for_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "authlib", None)
    with pytest.raises(Exception, match=re.escape(INSTALL)):
        Door(Oidc("https://a", CLIENT, SECRET), SimpleNamespace)  # type: ignore[arg-type]

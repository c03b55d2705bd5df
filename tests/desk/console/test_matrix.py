"""Every route of the desk × everybody: who is let in, who is not, and that no unit reads another's.

A route declares the right it asks for (seat.needs, seat.visiting); `TABLE` says which it should be, by hand. A route
that is not in the table fails the test, and so does a line whose route is gone. A new room adds lines here and
nothing else: what to ask is known from the route itself.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any
from urllib.parse import quote, urlencode

import httpx
import pytest
from fastapi.routing import iter_route_contexts
from sqlalchemy import select, update

from checks.model import Article
from desk.console.app import create_app
from desk.console.rights import ROLE_RIGHTS, WHOLE_SITE, Right, rights_of
from desk.console.seat import COOKIE, in_person, right_of, seated
from desk.console.settings import Oidc
from store import schema
from store.accounts import add_account, change_account
from store.database import Engine, reading, writing
from store.review_rules import Person
from store.reviews import open_draft
from store.sessions import open_session, open_token
from tests.desk.console.desk import NOON, PEOPLE, Desk, own_page

PUBLIC, SEATED, PERSON = "public", "seated", "person"
#: What each role may do, written out: the desk's own table must say the same.
ROLES = {
    "editor": "check draft see terms",
    "first": "check read see terms",
    "second": "check read see terms",
    "final": "check read see terms",
    "office": "check draft see terms triage audit approve circular",
    "admin": "people",
}
#: What nobody may do who belongs to one unit.
NOT_FOR_UNITS = "triage audit approve circular people"
#: What is for them alone, if they may see.
FOR_UNITS = "claim"
#: Route → the right it asks for; PUBLIC: everybody; SEATED: whoever is signed in; PERSON: signed in, and no program.
#: A right with "+person" is not for programs either.
TABLE: Mapping[str, str] = {
    "GET /login": PUBLIC,
    "POST /login": PUBLIC,
    "GET /oidc/login": PUBLIC,
    "GET /oidc/back": PUBLIC,
    "GET /health": PUBLIC,
    "GET /metrics": PUBLIC,  # by where it is asked from; test_health
    "GET /api/openapi.json": PUBLIC,
    "POST /logout": SEATED,
    "GET /": SEATED,
    "GET /me": PERSON,
    "POST /me/password": PERSON,
    "POST /me/sessions/{id}/close": PERSON,
    "POST /me/sessions/close": PERSON,
    "POST /me/tokens": PERSON,
    "POST /me/tokens/{id}/close": PERSON,
    "GET /people": "people+person",
    "POST /people": "people+person",
    "GET /people/{id}": "people+person",
    "POST /people/{id}": "people+person",
    "POST /people/{id}/close": "people+person",
    "POST /people/{id}/open": "people+person",
    "POST /people/{id}/password": "people+person",
    "POST /people/{id}/sign-out": "people+person",
    "POST /people/{id}/tokens/{token}/close": "people+person",
    "POST /api/v1/check": "check",
    "POST /api/v1/drafts": "check",
    "GET /api/v1/findings": "see",
    "GET /api/v1/counts": "see",
    "GET /api/v1/columns": "see",
    "GET /s/{site_id}/": "see",
    "GET /s/{site_id}/articles": "see",
    "GET /s/{site_id}/check": "check",
    "POST /s/{site_id}/check": "check",
    "POST /s/{site_id}/check/now": "check",
    "POST /s/{site_id}/check/word": "check",
    "GET /s/{site_id}/circular": "circular",
    "GET /s/{site_id}/circular/{quarter}/charts": "circular",
    "POST /s/{site_id}/circular/{quarter}/charts": "circular",
    "GET /s/{site_id}/circular/{quarter}/charts/{name}": "circular",
    "GET /s/{site_id}/circular/{quarter}/figures": "circular",
    "POST /s/{site_id}/circular/{quarter}/figures": "circular",
    "GET /s/{site_id}/circular/{quarter}/freeze": "circular",
    "POST /s/{site_id}/circular/{quarter}/freeze": "circular",
    "GET /s/{site_id}/circular/{quarter}/{which}": "circular",
    "GET /s/{site_id}/circular/{quarter}/{which}/figure/{number}": "circular",
    "GET /s/{site_id}/circular/{quarter}/{which}/files/{name}": "circular",
    "GET /s/{site_id}/circular/{quarter}/{which}/work": "circular",
    "POST /s/{site_id}/circular/{quarter}/{which}/work": "circular",
    "GET /s/{site_id}/columns": "see",
    "GET /s/{site_id}/columns.csv": "see",
    "GET /s/{site_id}/columns.xlsx": "see",
    "POST /s/{site_id}/columns/audit": "audit",
    "GET /s/{site_id}/columns/audit/now": "audit",
    "GET /s/{site_id}/columns/{column_id}": "see",
    "GET /s/{site_id}/ledger": "see",
    "POST /s/{site_id}/ledger/claim": "claim",
    "GET /s/{site_id}/ledger/exceptions": "see",
    "POST /s/{site_id}/ledger/exceptions/{number:int}": "approve",
    "GET /s/{site_id}/ledger/papers": "see",
    "GET /s/{site_id}/ledger/papers/file": "see",
    "POST /s/{site_id}/ledger/replies": "triage",
    "POST /s/{site_id}/ledger/step": "triage",
    "GET /s/{site_id}/ledger/{number:int}": "see",
    "GET /s/{site_id}/ledger/{number:int}/evidence/{copy:int}": "see",
    "GET /s/{site_id}/ledger/{number:int}/evidence/{copy:int}/file": "see",
    "GET /s/{site_id}/reviews": "see",
    "POST /s/{site_id}/reviews": "draft",
    "GET /s/{site_id}/reviews/new": "draft",
    "POST /s/{site_id}/reviews/new": "draft",
    "GET /s/{site_id}/reviews/of": "see",
    "GET /s/{site_id}/reviews/{number:int}": "see",
    "POST /s/{site_id}/reviews/{number:int}/address": "draft",
    "GET /s/{site_id}/reviews/{number:int}/differences": "see",
    "POST /s/{site_id}/reviews/{number:int}/pass": "read",
    "GET /s/{site_id}/reviews/{number:int}/receipt.docx": "see",
    "POST /s/{site_id}/reviews/{number:int}/release": "read",
    "POST /s/{site_id}/reviews/{number:int}/return": "read",
    "POST /s/{site_id}/reviews/{number:int}/submit": "draft",
    "POST /s/{site_id}/reviews/{number:int}/withdraw": "draft",
    "GET /s/{site_id}/reviews/{number:int}/write": "draft",
    "POST /s/{site_id}/reviews/{number:int}/write": "draft",
    "GET /s/{site_id}/terms": "terms",
    "GET /s/{site_id}/terms/proposals": "terms",
    "GET /s/{site_id}/terms/proposals/{number:int}": "terms",
    "POST /s/{site_id}/terms/proposals/{number:int}/approve": "approve",
    "GET /s/{site_id}/terms/proposals/{number:int}/trial": "terms",
    "POST /s/{site_id}/terms/proposals/{number:int}/try": "terms",
    "POST /s/{site_id}/terms/proposals/{number:int}/withdraw": "terms",
    "GET /s/{site_id}/terms/propose": "terms",
    "POST /s/{site_id}/terms/propose": "terms",
    "GET /s/{site_id}/terms/term": "terms",
    "GET /s/{site_id}/units": "see",
    "GET /s/{site_id}/units.csv": "see",
    "GET /s/{site_id}/units.xlsx": "see",
    "GET /s/{site_id}/units/{unit_id}": "see",
    "GET /s/{site_id}/units/{unit_id}/articles.csv": "see",
    "GET /s/{site_id}/units/{unit_id}/articles.xlsx": "see",
}
#: Routes that are not asked by those who may: what they do takes long, or what they answer does not end.
NOT_ASKED: frozenset[str] = frozenset()
#: The editors' server has doors of its own (tests/desk/test_languagetool…).
NOT_OURS = re.compile(r"/{1,2}v2(/.*)?|/(check|languages)/?|/static")
NOBODY, CLOSED = "(nobody)", "tingyong"
#: What a parameter of an address may be, beside numbers.
BY_NAME = {"unit_id": "unit", "unit": "unit", "column_id": "column", "column": "column", "quarter": "quarter"}  # fmt: skip
#: What a parameter may be that is a word; and what is asked beside it.
WORDS = {
    "kind": ("notice", "closing", "ledger", "township", "department"), "articles": ("all", "published", "reprinted"),
    "state": ("all", "open", "stale", "written", "first", "released", "pending", "approved"),
    "sort": ("open", "name"), "version": ("0", "1"),
}  # fmt: skip
BESIDE = {"quarter": "2025Q3"}
#: Numbers are asked up to this for leaks; what is stored has low ones.
NUMBERS = 12


@dataclass(frozen=True)
class Route:
    method: str
    path: str
    declared: str
    asks: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"


def routes(app: Any) -> Iterator[Route]:
    for one in iter_route_contexts(app.routes):
        path = getattr(one, "path", "") or ""
        if NOT_OURS.fullmatch(path):
            continue
        for method in sorted(set(getattr(one, "methods", None) or ()) - {"HEAD"}):
            yield Route(
                method, path, declared(one), tuple(asked_for(getattr(one, "dependant", None)))
            )


def declared(route: Any) -> str:
    """What the route asks for, by its dependencies."""
    calls = list(called(getattr(route, "dependant", None)))
    rights = {str(right) for call in calls if (right := right_of(call))}
    assert len(rights) <= 1, f"{route.path} asks for {rights}"
    person = in_person in calls
    if rights:
        return rights.pop() + ("+person" if person else "")
    return PERSON if person else SEATED if seated in calls else PUBLIC


def asked_for(dependant: Any) -> Iterator[str]:
    """The parameters that an address may carry behind its question mark."""
    for one in getattr(dependant, "query_params", ()):
        yield one.alias
    for one in getattr(dependant, "dependencies", ()):
        yield from asked_for(one)


def called(dependant: Any) -> Iterator[Any]:
    for one in getattr(dependant, "dependencies", ()):
        yield one.call
        yield from called(one)


@pytest.fixture(scope="module")
def all_routes(desk: Desk) -> list[Route]:
    """With the identity service's, whose address is asked of nobody."""
    oidc = Oidc("http://127.0.0.1:9", "lanmu", "geheim")
    hall = replace(desk.hall, settings=replace(desk.hall.settings, oidc=oidc))
    return sorted(routes(create_app(hall)), key=lambda one: (one.path, one.method))


def test_every_route_asks_for_what_the_table_says(all_routes: list[Route]) -> None:
    assert {one.name: one.declared for one in all_routes} == dict(TABLE)


def test_every_role_may_what_is_written_here() -> None:
    assert {role: frozenset(rights.split()) for role, rights in ROLES.items()} == {
        role: frozenset(map(str, rights)) for role, rights in ROLE_RIGHTS.items()
    }
    assert frozenset(map(str, WHOLE_SITE)) == frozenset(NOT_FOR_UNITS.split())
    for role, rights in ROLES.items():
        assert rights_of(frozenset({role}), "") == set(rights.split())
        assert rights_of(frozenset({role}), "u") == of_unit(set(rights.split()))
    assert rights_of(frozenset({"king"}), "") == rights_of(frozenset(), "") == set()
    given = {right for rights in (*ROLES.values(), FOR_UNITS) for right in rights.split()}
    assert given == set(map(str, Right))


def of_unit(held: set[str]) -> set[str]:
    """What is left of these rights, and comes to them, where somebody belongs to one unit."""
    return held - set(NOT_FOR_UNITS.split()) | (set(FOR_UNITS.split()) if "see" in held else set())


def may(name: str, asks: str, *, program: bool) -> bool:
    """Whether somebody of PEOPLE is let in where a route asks for this, by the tables above alone."""
    if asks == PUBLIC:
        return True
    if name in (NOBODY, CLOSED):
        return False
    right, _, person = asks.partition("+")
    if program and (person or right == PERSON):
        return False
    if right in (SEATED, PERSON):
        return True
    _, roles, unit = PEOPLE[name]
    held = {one for role in roles for one in ROLES[role].split()}
    return right in (of_unit(held) if unit is not None else held)


@pytest.fixture(scope="module")
def closed(desk: Desk) -> tuple[str, str]:
    """The session and the token of one whose account was closed since."""
    with writing(desk.engine) as connection:
        account = add_account(connection, CLOSED, "停用者", ["office", "admin"], at=NOON)
        secrets = (
            open_session(connection, account.id, at=NOON, hours=9),
            open_token(connection, account.id, "x", at=NOON),
        )
        change_account(connection, account.id, at=NOON, active=False)
    return secrets


@cache
def program_of(engine: Engine, account: int) -> str:
    with writing(engine) as connection:
        return open_token(connection, account, "x", at=NOON)


def let_in_as(desk: Desk, name: str, closed: tuple[str, str], *, program: bool) -> httpx.Client:
    """A browser (or a program) of this person's, new: what another request ended is not ended for it."""
    client = httpx.Client(base_url=desk.address, timeout=60)
    if name == NOBODY:
        if program:
            client.headers["Authorization"] = "Bearer of-nobody"
        return client
    if name == CLOSED:
        session, token = closed
    else:
        token = program_of(desk.engine, desk.people[name].id) if program else ""
        with writing(desk.engine) as connection:
            session = open_session(connection, desk.people[name].id, at=NOON, hours=9)
    if program:
        client.headers["Authorization"] = f"Bearer {token}"
    else:
        client.cookies.set(COOKIE, session)
        client.headers["X-Own-Page"] = own_page(client)
    return client


def address(desk: Desk, path: str, **values: str) -> str:
    known = {"site_id": desk.site.id, **values}
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda hit: known.get(hit[1], "999999"), path)


def status(client: httpx.Client, route: Route, to: str, site: str) -> tuple[int, str]:
    query = {} if "{site_id}" in route.path else {"site_id": site}
    with client.stream(route.method, to, params=query) as answer:
        done = "set-cookie" in answer.headers  # who signs out is led to the door as well
        return answer.status_code, "" if done else answer.headers.get("location", "")


def refused(code: int, location: str) -> bool:
    """401, 403, or led to the door."""
    return code in (401, 403) or (code == 303 and location.startswith("/login"))


@pytest.mark.parametrize("program", [False, True])
@pytest.mark.parametrize("name", [NOBODY, CLOSED, *PEOPLE])
def test_who_is_let_in(
    desk: Desk, all_routes: list[Route], closed: tuple[str, str], name: str, *, program: bool
) -> None:
    served = {one.name for one in routes(create_app(desk.hall))}
    wrong = []
    for route in all_routes:
        asks = TABLE.get(route.name, route.declared)
        allowed = may(name, asks, program=program)
        if route.name not in served or (allowed and route.name in NOT_ASKED):
            continue
        if asks == PUBLIC and route.method != "GET":
            continue  # the door refuses by itself; test_gate
        with let_in_as(desk, name, closed, program=program) as client:
            code, location = status(client, route, address(desk, route.path), desk.site.id)
        out = refused(code, location)
        if out is allowed or code >= 500:
            wrong.append((route.name, asks, code, location))
    assert wrong == []


def test_a_site_that_is_not_ones_own_is_not_there(desk: Desk, all_routes: list[Route]) -> None:
    with writing(desk.engine) as connection:
        account = add_account(connection, "waixian", "外县", ["office"], at=NOON, site="waixian")
        token = open_token(connection, account.id, "x", at=NOON)
    with httpx.Client(
        base_url=desk.address, headers={"Authorization": f"Bearer {token}"}
    ) as client:
        for route in all_routes:
            if "{site_id}" in route.path or route.path.startswith("/api/v1/"):
                body = {"text": "x"} if route.path in ("/api/v1/check", "/api/v1/drafts") else None
                to = address(desk, route.path)
                query = {"site_id": desk.site.id} | {"since": "2025-07-01", "until": "2025-10-01"}
                answer = client.request(route.method, to, params=query, json=body)
                code = answer.status_code
                assert code in (403, 404), (route.name, code)


WILD = (
    "9" * 30,
    str(2**31),
    "-1",
    "\0",
    "x" * 3000,
    "2025Q3",
    "9999Q4",
    "0001Q1",
    "9999-12-31",
    "\ud83d",
)


@pytest.mark.parametrize("name", ["zhengwu", "guanli"])
@pytest.mark.parametrize("value", WILD)
def test_whatever_stands_behind_the_question_mark(
    desk: Desk, all_routes: list[Route], closed: tuple[str, str], name: str, value: str
) -> None:
    """No answer is the program's own fault; what is true of a parameter of the path holds for these too."""
    served = {one.name for one in routes(create_app(desk.hall))}
    raw = value.encode("utf-8", "surrogatepass")
    wrong = []
    with let_in_as(desk, name, closed, program=True) as client:
        for route in all_routes:
            if route.name not in served or route.method != "GET" or route.path.startswith("/api/"):
                continue
            to = address(desk, route.path, number="1", quarter="2025Q3", which="now")
            for one in sorted({*route.asks, "q", "unit", "quarter", "skip"}):
                answer = client.get(f"{to}?{one}={quote(raw)}")
                if answer.status_code >= 500:
                    wrong.append((route.name, one, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("name", ["zhengwu", "guanli", "zhongshen"])
@pytest.mark.parametrize("value", ["9" * 30, str(2**31), "-1", "%00", "x" * 3000])
def test_what_no_database_holds_is_refused_before_it_is_asked(
    desk: Desk, all_routes: list[Route], closed: tuple[str, str], name: str, value: str
) -> None:
    """Any parameter of any address: no answer is the program's own fault."""
    served = {one.name for one in routes(create_app(desk.hall))}
    wrong = []
    with let_in_as(desk, name, closed, program=True) as client:
        for route in all_routes:
            names = [
                one for one in re.findall(r"\{(\w+)(?::\w+)?\}", route.path) if one != "site_id"
            ]
            if route.name not in served or not names:
                continue
            to = address(desk, route.path, **dict.fromkeys(names, value))
            code, _ = status(client, route, to, desk.site.id)
            if code >= 500:
                wrong.append((route.name, code))
    assert wrong == []


# -- leaks -----------------------------------------------------------------------------------------

MARKS = ("甲密字样壹", "乙密字样贰")


@pytest.fixture(scope="module")
def planted(desk: Desk) -> tuple[str, str]:
    """Each of two units' articles, findings, entries and drafts say a word that nobody else says."""
    units = (desk.people["danwei1"].unit, desk.people["danwei2"].unit)
    with writing(desk.engine) as connection:
        for unit, mark in zip(units, MARKS, strict=True):
            mine = schema.findings.c.unit == unit
            if not connection.execute(select(schema.findings.c.id).where(mine)).first():
                nobodys = schema.findings.c.unit == ""
                connection.execute(update(schema.findings).where(nobodys).values(unit=unit))
            number = connection.execute(
                update(schema.findings)
                .where(mine)
                .values(match=mark, message=mark, suggestion=mark)
            ).rowcount
            assert number, f"{unit} has no finding in the demo county"
            urls = list(connection.execute(select(schema.articles.c.url).where(schema.articles.c.unit == unit)).scalars())  # fmt: skip
            assert urls, f"{unit} has no article in the demo county"
            parts = f'[["title", "", "{mark}"], ["body", "", "{mark}"]]'
            articles = schema.articles.c.url.in_(urls)
            connection.execute(
                update(schema.articles).where(articles).values(title=mark, parts=parts)
            )
            named = schema.entries.c.url.in_(urls)
            connection.execute(update(schema.entries).where(named).values(title=mark))
            writer = desk.people["danwei1" if mark == MARKS[0] else "danwei2"]
            who = Person(writer.id, writer.shown, writer.roles, unit)
            draft = Article.draft(f"{mark}，作出部署。", title=mark)
            open_draft(connection, desk.site, draft, who, unit=unit, lists_hash="", at=NOON)
    return units


def bodies(answer: httpx.Response) -> str:
    """All text of an answer, that in packed files too."""
    raw = answer.content
    said = raw.decode("utf-8", "replace")
    if raw[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            said += "".join(
                packed.read(one).decode("utf-8", "replace") for one in packed.namelist()
            )
    return said


def choices(desk: Desk, name: str) -> list[str]:
    """What a parameter of this name may be: everything of its kind that there is."""
    if name in WORDS:
        return list(WORDS[name])
    if name == "cell":
        return [
            f"{one.id} {unit}" for one in desk.site.columns for unit in ("zhengfuban", "caizheng")
        ]
    if name == "url":
        with reading(desk.engine) as connection:
            chosen = select(schema.articles.c.url).order_by(schema.articles.c.id)
            return list(connection.execute(chosen).scalars())
    kind = BY_NAME.get(name, "")
    if kind == "unit":
        return [one.id for one in desk.site.units]
    if kind == "column":
        return [one.id for one in desk.site.columns]
    if kind == "quarter":
        return ["2025Q3"]
    with reading(desk.engine) as connection:
        ids = list(connection.execute(select(schema.findings.c.id).order_by(schema.findings.c.id)).scalars())  # fmt: skip
    return [str(one) for one in dict.fromkeys((*range(1, NUMBERS + 1), *ids))]


def addresses(desk: Desk, route: Route) -> list[str]:
    """The route's address for everything its parameters may name, one parameter at a time."""
    names = [one for one in re.findall(r"\{(\w+)(?::\w+)?\}", route.path) if one != "site_id"]
    found = [
        address(desk, route.path, **dict.fromkeys(names, value))
        for name in names
        for value in choices(desk, name)
    ] or [address(desk, route.path)]  # fmt: skip
    # what stands behind the question mark leads elsewhere on addresses that are there
    there = [one for one in found if "{" not in route.path.replace("{site_id}", "")] or found[:3]
    return found + [
        f"{to}?{urlencode(BESIDE | {name: value})}"
        for to in there
        for name in route.asks
        if name in BY_NAME or name in WORDS or name in ("url", "cell")
        for value in choices(desk, name)
    ]


def test_no_route_gives_a_unit_what_is_anothers(
    desk: Desk, all_routes: list[Route], planted: tuple[str, str], closed: tuple[str, str]
) -> None:
    seen: dict[str, set[str]] = {}
    query = {"site_id": desk.site.id, "since": "2020-01-01", "until": "2026-01-01", "most": "1000"}
    for name, other in (("danwei1", MARKS[1]), ("danwei2", MARKS[0]), ("zhengwu", "")):
        with let_in_as(desk, name, closed, program=False) as client:
            for route in all_routes:
                if route.method != "GET" or route.name in NOT_ASKED or TABLE[route.name] == PUBLIC:
                    continue
                for to in addresses(desk, route):
                    bare = None if "{site_id}" in route.path else query
                    answer = client.get(to, params=bare, follow_redirects=True)
                    said = bodies(answer)
                    assert not other or other not in said, (name, to)
                    seen.setdefault(name, set()).update(one for one in MARKS if one in said)
    assert seen["zhengwu"] == set(MARKS)  # the words can be found where they may be
    assert seen["danwei1"] == {MARKS[0]} and seen["danwei2"] == {MARKS[1]}


def test_the_table_would_notice(all_routes: list[Route]) -> None:
    """A route nobody wrote down, one that lost its right, and one that is gone."""
    found = {one.name: one.declared for one in all_routes}
    assert found | {"GET /s/{site_id}/new": "see"} != dict(TABLE)
    assert found | {"GET /people": PUBLIC} != dict(TABLE)
    assert {key: value for key, value in found.items() if key != "GET /people"} != dict(TABLE)

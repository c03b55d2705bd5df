"""How the desk stands, in numbers, on both databases."""

from datetime import UTC, date, datetime

from sqlalchemy import insert

from checks.model import Severity
from store import schema
from store.accounts import add_account
from store.database import Engine, reading, writing
from store.desk_state import SiteState, desk_state
from store.last_looks import Look, last_looks, last_unchecked
from store.sessions import open_session

NOON = datetime(2025, 9, 30, 4, tzinfo=UTC)


def instant(day: int, hour: int) -> datetime:
    return datetime(2025, 9, day, hour)  # noqa: DTZ001  - as the store keeps it


def night(site: str, day: int, kind: str, *, ended: bool, unchecked: str = "[]") -> dict[str, object]:  # fmt: skip
    return {
        "site": site, "day": date(2025, 9, day), "started": instant(day, 1), "kind": kind, "lanes": "{}",
        "finished": instant(day, 2) if ended else None, "unchecked": unchecked,
    }  # fmt: skip


def finding(mark: str, severity: Severity, state: str) -> dict[str, object]:
    words = dict.fromkeys(("rule", "match", "suggestion", "message", "source", "url", "unit", "column_id", "lists_hash", "found_by"), "")  # fmt: skip
    return words | {
        "site": "a", "fingerprint": mark, "severity": int(severity), "state": state, "part": 0, "start": 0,
        "end": 0, "opened": instant(1, 1), "about": "text",
    }  # fmt: skip


def test_a_site_in_numbers(engine: Engine) -> None:
    with writing(engine) as connection:
        nights = [
            night("a", 28, "night", ended=True), night("a", 29, "night", ended=False),
            night("a", 30, "audit", ended=False), night("a", 28, "audit", ended=False),
            night("b", 30, "audit", ended=True),
        ]  # fmt: skip
        connection.execute(insert(schema.nights), nights)
        found = [
            finding("1", Severity.ERROR, "open"), finding("2", Severity.WARNING, "notified"),
            finding("3", Severity.WARNING, "failed"), finding("4", Severity.ERROR, "closed"),
            finding("5", Severity.ERROR, "dismissed"),
        ]  # fmt: skip
        connection.execute(insert(schema.findings), found)
        wang = add_account(connection, "wang", "王", ["editor"], at=NOON)
        open_session(connection, wang.id, at=NOON, hours=1)
        for number, state in enumerate(("written", "first", "final", "released", "returned")):
            connection.execute(
                insert(schema.drafts).values(
                    site="a", mark=str(number), unit="", column_id="", title="", state=state, texts=1,
                    author_id=wang.id, text_hash="", opened=instant(1, 1), changed=instant(1, 1), url="",
                )
            )  # fmt: skip
    with reading(engine) as connection:
        stands = desk_state(connection, ("a", "b", "c"), now=NOON)
    open_ = {Severity.ERROR: 1, Severity.WARNING: 2}
    assert stands.sessions == 1
    assert stands.sites == {
        "a": SiteState(date(2025, 9, 28), 2, 1, open_), "b": SiteState(), "c": SiteState(),
    }  # fmt: skip


def test_the_last_look_at_each_column(engine: Engine) -> None:
    common = {"newest": None, "entries": 3, "why": "", "whole": True}
    rows = [
        {"site": "a", "column_id": "x", "day": date(2025, 9, 28), "state": "ok", "missing": "[]"},
        {"site": "a", "column_id": "x", "day": date(2025, 9, 29), "state": "incomplete", "missing": '[["进度", "u1"]]'},
        {"site": "a", "column_id": "y", "day": date(2025, 9, 1), "state": "stale", "missing": "[]"},
        {"site": "b", "column_id": "x", "day": date(2025, 9, 30), "state": "empty", "missing": "[]"},
    ]  # fmt: skip
    said = '[["栏目 甲", "timeout"]]'
    with writing(engine) as connection:
        connection.execute(insert(schema.column_days), [one | common for one in rows])
        connection.execute(insert(schema.nights), [night("a", 28, "night", ended=True, unchecked=said), night("a", 29, "night", ended=False)])  # fmt: skip
        looks = last_looks(connection, "a")
        day, unchecked = last_unchecked(connection, "a")
        assert last_unchecked(connection, "b") == (None, ())
    assert looks == {
        "x": Look("x", date(2025, 9, 29), "incomplete", None, 3, (("进度", "u1"),), ""),
        "y": Look("y", date(2025, 9, 1), "stale", None, 3, (), ""),
    }
    assert (day, [(one.what, one.why) for one in unchecked]) == (date(2025, 9, 28), [("栏目 甲", "timeout")])  # fmt: skip

"""A unit's claim of what many pages share, of links and of dates is refuted only by a look after it."""

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import insert

from checks.model import Finding, Severity, Span, fingerprint
from checks.rules.site import dead_link
from checks.seen_page import PageFault
from store import schema
from store.database import Engine, writing
from store.findings import save_findings
from store.ledger import move
from store.looked_at import looked_at
from store.page_faults import save_page_faults
from store.visits import Answer, save_answers, want
from tests.store.test_ledger import SITE, states

CLAIMED = datetime(2025, 9, 2, 2, tzinfo=UTC)  # ten in the morning of the 2nd
PAGES = ("http://a.cn/1.htm", "http://a.cn/2.htm")
LINK = "http://b.cn/dead.htm"


def found(mark: str, url: str) -> Finding:
    return Finding("r", Severity.WARNING, 0, Span(0, 0), "m", "", "说明", "依据", mark, url)


FOOTER = found(fingerprint("s", "mark-missing", "foot"), SITE.home)
DEAD = found(fingerprint("s", dead_link.RULE.id, LINK), SITE.home)
DATES = found("d", PAGES[0])


def answer(engine: Engine, url: str, day: date) -> None:
    with writing(engine) as connection:
        save_answers(connection, "s", [Answer(url, "same", whole=False)], day)


def night(engine: Engine, day: date) -> list[str]:
    """The end of a night that finds everything still there."""
    now = datetime(day.year, day.month, day.day, 3, tzinfo=UTC)
    with writing(engine) as connection:
        looked = looked_at(connection, SITE)
        for about, some in (("page", (FOOTER, DEAD)), ("dates", (DATES,))):
            by_url: dict[str, list[Finding]] = {}
            for one in some:
                by_url.setdefault(one.url, []).append(one)
            save_findings(
                connection,
                "s",
                by_url,
                now=now,
                lists_hash="L",
                about=about,
                day=day,
                fetched=looked,
            )
    return states(engine)


def test_a_claim_waits_for_every_page_that_still_shows_the_fault(engine: Engine) -> None:
    first = date(2025, 9, 1)
    fault = PageFault("mark-missing", "foot", "", "缺少标识", Severity.WARNING)
    with writing(engine) as connection:
        want(connection, "s", [(url, "new", "") for url in PAGES])
        save_page_faults(connection, "s", dict.fromkeys(PAGES, (fault,)), first)
        connection.execute(
            insert(schema.links).values(
                site="s", url=LINK, kind="page", state="dead", checked=first, failed_since=first, why="",
                final_url="", found=first,
            )
        )  # fmt: skip
    for url in PAGES:
        answer(engine, url, first)
    assert night(engine, first) == ["open"] * 3
    with writing(engine) as connection:
        for to in ("confirmed", "claimed"):
            move(connection, SITE, [1, 2, 3], to, who="张三", why="", at=CLAIMED)
    # the same day: nothing was asked since for sure
    for url in PAGES:
        answer(engine, url, date(2025, 9, 2))
    assert night(engine, date(2025, 9, 2)) == ["claimed"] * 3
    # the next night one of the two pages is asked: the dates are of that page, the footer is of both
    answer(engine, PAGES[0], date(2025, 9, 3))
    assert night(engine, date(2025, 9, 3)) == ["claimed", "claimed", "failed"]
    answer(engine, PAGES[1], date(2025, 9, 4))
    assert night(engine, date(2025, 9, 4)) == ["failed", "claimed", "failed"]
    with writing(engine) as connection:
        checked = CLAIMED.date() + timedelta(days=3)
        connection.execute(schema.links.update().values(checked=checked))
    assert night(engine, date(2025, 9, 5)) == ["failed"] * 3

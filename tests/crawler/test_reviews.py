"""A real night on a simulated county: what was released, what differs, what nobody reviewed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from checks.checker import Judgement
from checks.model import Article, Finding, Part, Site
from checks.site import load_site
from crawler.night import Night, run_nights
from store import schema
from store.chain import verify_chain
from store.database import Engine, open_database, reading, writing
from store.ledger import ledger_rows, move
from store.review_matches import match_counts, published_at
from store.review_rows import draft_of, draft_rows
from store.reviews import (
    Checked,
    Person,
    Seen,
    note_address,
    open_draft,
    pass_on,
    release,
    submit,
)
from tests.people import people
from tests.simulation import BASE, County, Served, served

#: Articles 3, 4 and 5 are published from the first day on that reviews are asked for.
COUNTY = County(6, 1, a_day=1, new=0, edits=0, nights=8)
SINCE = BASE - timedelta(days=2)
START = datetime(2025, 9, 29, 1, 0, tzinfo=UTC)
CLEAN = Checked(Judgement(()), "L1")
SAID = "全县各部门扎实推进各项重点工作落地见效，切实解决群众急难愁盼问题。" * 6
RULES = ("unreviewed", "differs-from-released")


def draft(number: int, said: str = SAID) -> Article:
    body = f"{said}\n这是第0稿，编号{number}。"
    return Article("", (Part("title", "", f"第{number}篇工作动态"), Part("body", "", body)))


@dataclass
class Office:
    """A county with its people, its database and its site; `night(n)` runs its n-th night."""

    county: Served
    site: Site
    db: str
    engine: Engine
    staff: list[Person]

    def night(self, number: int) -> Night:
        (night,) = run_nights([self.site], self.db, day=COUNTY.day(number))
        return night

    def release(self, article: Article) -> int:
        author, *readers = self.staff
        with writing(self.engine) as connection:
            number = open_draft(
                connection, self.site, article, author, unit="nongye", lists_hash="L1", at=START
            )
            hash_ = article.text_hash
            submit(connection, self.site, number, author, seen=Seen(hash_, "written"), at=START)
            for who, state, step in zip(
                readers, ("first", "second", "final"), (pass_on, pass_on, release), strict=True
            ):
                step(
                    connection, self.site, number, who, seen=Seen(hash_, state), checked=CLEAN, at=START
                )  # fmt: skip
        return number

    def told(self, night: Night) -> list[tuple[str, str]]:
        found = [one for one in night.findings if one.rule in RULES]
        return sorted((one.rule, one.url.rsplit("/", 1)[1]) for one in found)

    def finding(self, night: Night, rule: str) -> Finding:
        (one,) = (one for one in night.findings if one.rule == rule)
        return one

    def unchecked(self, night: Night) -> list[tuple[str, str]]:
        return [(one.what, one.why) for one in night.unchecked if "签发" in one.what + one.why or "三审" in one.what]  # fmt: skip

    def broken(self) -> list[str]:
        with reading(self.engine) as connection:
            return verify_chain(connection, self.site.id)


@pytest.fixture
def office(tmp_path: Path, db: str) -> Iterator[Office]:
    with served(COUNTY) as county:
        file = COUNTY.site_file(tmp_path, county.address)
        asked = f"reviews: {{since: {SINCE}, keep_days: 30}}\n"
        file.write_text(file.read_text("utf-8") + asked, "utf-8")
        engine = open_database(db)
        staff = people(engine, "王丽", "张三", "李四", "赵六")
        yield Office(county, load_site(file), db, engine, staff)
        engine.dispose()


def test_a_night_tells_what_was_released_what_differs_and_what_nobody_reviewed(
    office: Office,
) -> None:
    right = office.release(draft(3))
    other = office.release(draft(4, SAID.replace("急难愁盼", "最关心的", 1)))
    night = office.night(0)
    assert office.told(night) == [("differs-from-released", "4.htm"), ("unreviewed", "5.htm")]
    assert office.unchecked(night) == []
    assert office.finding(night, "unreviewed").message == (
        "《第5篇工作动态》2025-09-30发布，没有找到三审三校的签发记录"
    )
    differs = office.finding(night, "differs-from-released")
    assert differs.message == (
        f"发布的内容与签发稿（稿件{other}，2025-09-29签发）有1处不一致：“实解决群众最关心的问题。全县”变为“实解决群众急难愁盼问题。全县”"
    )
    assert (differs.unit, differs.columns) == ("nongye", ("c0",))
    with reading(office.engine) as connection:
        assert match_counts(connection, "bianhua") == {"same": 1, "differs": 1, "unreviewed": 1}
        (at,) = published_at(connection, "bianhua", right)
        assert at.url == f"{office.county.address}/a/3.htm"
        assert draft_of(connection, "bianhua", right).published_at == at.url
    assert night.errors == ()
    assert office.broken() == []


def test_the_same_again_changes_nothing_and_what_is_mended_closes(office: Office) -> None:
    office.release(draft(3))
    office.release(draft(4, SAID.replace("急难愁盼", "最关心的", 1)))
    office.night(0)
    before = dump(office)
    office.night(1)
    assert dump(office) == before
    office.release(draft(4))  # the office released what stands there
    late = office.release(draft(5, "一篇完全不同的定稿，标题正文都改过。"))
    with writing(office.engine) as connection:
        url = f"{office.county.address}/a/5.htm"
        note_address(connection, office.site, late, office.staff[0], url, at=START)
    night = office.night(2)
    assert office.told(night) == [("differs-from-released", "5.htm")]
    office.release(draft(5))
    night = office.night(3)
    assert office.told(night) == []
    with reading(office.engine) as connection:
        rows = ledger_rows(connection, office.site, COUNTY.day(3), with_events=True)
        ended = [row for row in rows if row.finding.rule in RULES]
        assert {(row.state, row.events[-1].why) for row in ended} == {
            ("closed", "已找到签发记录，或内容已与签发稿一致")
        }
        assert len(ended) == 3
        assert match_counts(connection, "bianhua") == {"same": 3}
    assert office.broken() == []


def dump(office: Office) -> list[tuple[object, ...]]:
    """What reviews left behind."""
    m, f = schema.review_matches, schema.findings
    chosen = select(f.c.id, f.c.state, f.c.times).where(f.c.about == "review").order_by(f.c.id)
    with reading(office.engine) as connection:
        rows = connection.execute(select(m).order_by(m.c.id)).all()
        return [tuple(row) for row in (*rows, *connection.execute(chosen).all())]


def test_what_cannot_be_told_accuses_nobody(office: Office) -> None:
    """Undated, reprinted, and texts let go; an article of before the day is not asked for at all."""
    office.release(
        draft(
            3,
            "这篇稿件后来在网页上改得面目全非，但标题没有改动，正文也足够长，可以与网页比对，只是文本已清理。"
            * 3,
        )
    )
    office.night(0)
    a = schema.articles
    with writing(office.engine) as connection:
        connection.execute(update(schema.draft_texts).values(parts=None))
        connection.execute(delete(schema.review_matches))
        connection.execute(update(a).where(a.c.url.endswith("/4.htm")).values(published=None))
        connection.execute(update(a).where(a.c.url.endswith("/5.htm")).values(reprinted=True))
        connection.execute(update(a).values(first_seen=SINCE))
    from crawler.reviews import judge_reviews

    told = judge_reviews(
        office.engine, office.site, COUNTY.day(1), lists_hash="L1", now=START + timedelta(days=1)
    )
    assert [(one.what, one.why) for one in told] == [
        (
            "1篇文章是否经过三审三校、与签发稿是否一致",
            "签发稿的文本已按期清理，无法比对（如《第3篇工作动态》）",
        ),
        ("1篇文章是否应经三审三校", "没有发布日期，无法判断（如《第4篇工作动态》）"),
    ]
    with reading(office.engine) as connection:
        rows = ledger_rows(connection, office.site, COUNTY.day(1))
        states = {
            (row.finding.rule, row.finding.url[-5:]): row.state for row in rows if row.finding.rule in RULES
        }  # fmt: skip
    # what was found while it could be told stays; the reprint is not asked for any more
    assert states == {
        ("unreviewed", "3.htm"): "open",
        ("unreviewed", "4.htm"): "open",
        ("unreviewed", "5.htm"): "closed",
    }


def test_a_claim_is_settled_by_the_next_night(office: Office) -> None:
    office.night(0)
    site, day = office.site, COUNTY.day(0)
    with reading(office.engine) as connection:
        rows = ledger_rows(connection, site, day, rule="unreviewed")
    ids = [row.id for row in rows]
    assert len(ids) == 3
    with writing(office.engine) as connection:
        for to, due in (("confirmed", None), ("notified", date(2030, 1, 1)), ("claimed", None)):
            move(connection, site, ids, to, who="王丽", why="已补审", at=datetime.now(UTC), due=due)
    office.release(draft(3))
    office.night(1)
    with reading(office.engine) as connection:
        rows = ledger_rows(connection, site, day, rule="unreviewed")
    assert sorted(row.state for row in rows) == ["closed", "failed", "failed"]


def test_a_night_lets_old_texts_go(office: Office) -> None:
    office.release(draft(3))
    office.night(0)
    for day in (30, 31):
        run_nights([office.site], office.db, day=START.date() + timedelta(days=day))
        with reading(office.engine) as connection:
            (row,) = draft_rows(connection, "bianhua")
        assert (row.forgotten is not None) == (day == 31)
    with reading(office.engine) as connection:
        assert match_counts(connection, "bianhua") == {"same": 1, "unreviewed": 2}
    assert office.broken() == []


def test_a_site_without_reviews_is_left_alone(office: Office) -> None:
    from dataclasses import replace

    (night,) = run_nights([replace(office.site, reviews=None)], office.db, day=BASE)
    assert office.told(night) == []
    with reading(office.engine) as connection:
        assert match_counts(connection, "bianhua") == {}

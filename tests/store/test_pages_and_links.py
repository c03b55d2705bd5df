"""Faults that pages share make one finding; a link stands on pages, is asked when due, is told when dead."""

import random
import string
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import insert

from checks.link_state import LinkAnswer
from checks.model import Article, Finding, LinkWatch, Part, Severity, Site, Switch
from checks.seen_page import LinkKind, PageFault, SeenLink
from store import schema
from store.articles import Judged, save_articles
from store.database import Engine, reading, writing
from store.findings import open_findings, save_findings
from store.links import (
    Answered,
    dead_link_findings,
    due_links,
    link_counts,
    save_answers,
    save_links,
)
from store.page_faults import forget_pages, save_page_faults, shared_findings

DAY = date(2025, 9, 30)
NEXT = DAY + timedelta(days=1)
NOW = datetime(2025, 9, 30, 2, 0, tzinfo=UTC)
HOME = "https://www.example.gov.cn/"
SITE = Site("s", "某县人民政府网", HOME)
GONE, FINE = LinkAnswer(404), LinkAnswer(200)


def url(number: int) -> str:
    return f"{HOME}info/{number}.htm"


def fault(key: str = "PubDate", note: str = "缺少PubDate标签", severity: Severity = Severity.WARNING) -> PageFault:  # fmt: skip
    return PageFault("page-tags-missing", key, key, note, severity)


def save(engine: Engine, found: dict[str, list[PageFault]], day: date = DAY) -> None:
    with writing(engine) as connection:
        save_page_faults(connection, "s", found, day)


def shared(engine: Engine, site: Site = SITE) -> list[tuple[str, str, Severity]]:
    with reading(engine) as connection:
        return [(f.message, f.url, f.severity) for f in shared_findings(connection, site)]


def test_a_fault_on_a_thousand_pages_is_one_finding(engine: Engine) -> None:
    save(engine, {url(n): [fault()] for n in range(1024)})
    assert shared(engine) == [
        (
            "共1,024个页面缺少PubDate标签，如 /info/0.htm、/info/1.htm、/info/2.htm（2025-09-30起）",
            HOME,
            Severity.WARNING,
        )
    ]


def test_a_fault_on_one_page_is_that_pages(engine: Engine) -> None:
    save(engine, {url(1): [fault()]})
    assert shared(engine) == [("缺少PubDate标签（2025-09-30起）", url(1), Severity.WARNING)]


def test_a_fault_on_one_article_names_its_unit(engine: Engine) -> None:
    article = Article(url(1), (Part("title", "", "甲"),), DAY, "县水利局", "shuili")
    with writing(engine) as connection:
        save_articles(connection, "s", [Judged(article, (), ())], now=NOW, day=DAY, lists_hash="L")
    save(engine, {url(1): [fault()]})
    with reading(engine) as connection:
        assert [f.unit for f in shared_findings(connection, SITE)] == ["shuili"]


def test_the_count_changes_and_the_finding_stays_the_same(engine: Engine) -> None:
    save(engine, {url(1): [fault()]})
    with reading(engine) as connection:
        (before,) = shared_findings(connection, SITE)
    save(engine, {url(2): [fault()]}, NEXT)
    with reading(engine) as connection:
        (after,) = shared_findings(connection, SITE)
    assert before.fingerprint == after.fingerprint and before.message != after.message
    assert after.message.endswith("（2025-09-30起）")


def test_a_page_read_again_without_its_fault_is_mended_and_others_stay(engine: Engine) -> None:
    save(engine, {url(1): [fault(), fault("SiteName", "缺少SiteName标签")], url(2): [fault()]})
    save(engine, {url(1): [fault("SiteName", "缺少SiteName标签")]}, NEXT)
    assert shared(engine) == [
        ("缺少PubDate标签（2025-09-30起）", url(2), Severity.WARNING),
        ("缺少SiteName标签（2025-09-30起）", url(1), Severity.WARNING),
    ]


def test_pages_that_are_gone_keep_nothing_open(engine: Engine) -> None:
    save(engine, {url(1): [fault()]})
    with writing(engine) as connection:
        save_links(connection, SITE, {url(1): [link("a.pdf", "attachment")]}, DAY)
        forget_pages(connection, "s", [url(1)])
        assert link_counts(connection, "s") == {}
    assert shared(engine) == []


def test_the_weightiest_of_the_pages_counts(engine: Engine) -> None:
    save(engine, {url(1): [fault(severity=Severity.SUGGESTION)], url(2): [fault()]})
    assert [one[2] for one in shared(engine)] == [Severity.WARNING]


@pytest.mark.parametrize(
    ("switch", "left"),
    [
        (Switch("page-tags-missing", None, "改版中"), []),
        (Switch("page-tags-missing", Severity.SUGGESTION, "改版中"), [Severity.SUGGESTION]),
    ],
)
def test_a_sites_decision_holds_at_once(
    engine: Engine, switch: Switch, left: list[Severity]
) -> None:
    save(engine, {url(1): [fault()]})
    assert [one[2] for one in shared(engine, replace(SITE, switches=(switch,)))] == left


def test_the_ledger_opens_updates_and_closes(engine: Engine) -> None:
    def told(found: dict[str, list[PageFault]], day: date) -> tuple[int, int]:
        save(engine, found, day)
        with writing(engine) as connection:
            many: dict[str, list[Finding]] = {}
            for one in shared_findings(connection, SITE):
                many.setdefault(one.url, []).append(one)
            return save_findings(
                connection, "s", many, now=NOW, lists_hash="L", about="page", gone="网页已改正"
            )

    assert told({url(1): [fault()], url(2): [fault()]}, DAY) == (1, 0)
    assert told({url(1): []}, NEXT) == (0, 0)
    with reading(engine) as connection:
        assert [f.message for f in open_findings(connection, "s")] == [
            "缺少PubDate标签（2025-09-30起）"
        ]
    assert told({url(2): []}, NEXT) == (0, 1)


def test_hostile_words_are_stored(engine: Engine) -> None:
    save(engine, {url(1): [fault("a\0\ud800", "b\0\ud800")]})
    assert shared(engine) == [("b?（2025-09-30起）", url(1), Severity.WARNING)]


def test_a_fault_with_an_endless_key_is_kept_beside_the_longest_address(engine: Engine) -> None:
    """What does not compress is what an index feels."""
    choice = random.Random(1)
    page = HOME + "".join(choice.choices(string.ascii_letters, k=2083 - len(HOME)))
    ends = ["".join(choice.choices(string.ascii_letters, k=9000)) for _ in range(2)]
    faults = [fault("同" * 30 + end, end[:9]) for end in ends]
    for day in (DAY, NEXT):
        save(engine, {page: faults}, day)
        assert sorted(shared(engine)) == sorted(
            (f"{end[:9]}（2025-09-30起）", page, Severity.WARNING) for end in ends
        )


# -- links --------------------------------------------------------------------------------------


def link(path: str, kind: LinkKind = "page", text: str = "文字") -> SeenLink:
    return SeenLink(path if "//" in path else f"{HOME}{path}", text, kind)


def place(engine: Engine, found: dict[str, list[SeenLink]], day: date = DAY) -> None:
    with writing(engine) as connection:
        save_links(connection, SITE, found, day)


def due(engine: Engine, day: date = NEXT, requests: int = 200, **more: frozenset[str]) -> list[str]:
    with reading(engine) as connection:
        found = due_links(connection, "s", day, LinkWatch(requests, 30), **more)
    return [one.url.removeprefix(HOME) for one in found]


def answer(engine: Engine, answers: dict[str, LinkAnswer], day: date = DAY) -> Answered:
    with writing(engine) as connection:
        whole = {path if "//" in path else f"{HOME}{path}": one for path, one in answers.items()}
        return save_answers(connection, "s", whole, day)


def dead(engine: Engine, site: Site = SITE) -> list[Finding]:
    with reading(engine) as connection:
        return list(dead_link_findings(connection, site))


def kill(engine: Engine, *paths: str) -> None:
    for day in (DAY, NEXT):
        answer(engine, dict.fromkeys(paths, GONE), day)


def test_what_kinds_of_links_are_watched(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(
            insert(schema.visits).values(
                site="s",
                url=url(7),
                state="live",
                failed=0,
                why="",
                etag="",
                modified="",
                body_hash="",
            )
        )
    many = [
        link("info/7.htm"), link("a.pdf", "attachment"), link("a.jpg", "image"), link("list.htm"),
        link("http://other.example/"), link("a.js", "script"), link("a.css", "style"), link("f.htm", "frame"),
    ]  # fmt: skip
    place(engine, {HOME: [*many, link("")]})
    with reading(engine) as connection:
        rows = connection.execute(schema.links.select()).all()
    assert sorted((row.url.removeprefix(HOME), row.kind) for row in rows) == [
        ("a.jpg", "image"),
        ("a.pdf", "attachment"),
        ("http://other.example/", "external"),
        ("list.htm", "page"),
    ]


def test_the_longest_link_is_watched_and_a_longer_one_is_not(engine: Engine) -> None:
    choice = random.Random(1)
    chinese = [chr(choice.randrange(0x4E00, 0x9FA5)) for _ in range(700)]
    room = (2083 - len(HOME)) // 3
    longest, longer = "".join(chinese[:room]), "".join(chinese[: room + 1])
    place(engine, {HOME: [link(longest), link(longer)]})
    assert due(engine) == [longest]


def test_a_link_keeps_five_pages_and_the_home_page_always(engine: Engine) -> None:
    place(engine, {url(n): [link("x.htm")] for n in range(20)})
    place(engine, {HOME: [link("x.htm")]})
    with reading(engine) as connection:
        pages = [row.page for row in connection.execute(schema.link_places.select())]
    assert len(pages) == 6 and HOME in pages


def test_suspects_come_first_then_new_ones_then_the_longest_not_asked(engine: Engine) -> None:
    place(engine, {HOME: [link(f"{name}.htm") for name in ("ok", "old", "bad", "new")]})
    answer(engine, {"old.htm": FINE}, DAY - timedelta(days=60))
    answer(engine, {"ok.htm": FINE}, DAY - timedelta(days=40))
    answer(engine, {"bad.htm": GONE}, DAY)
    own = frozenset({"www.example.gov.cn"})
    assert due(engine, own=own) == ["bad.htm", "new.htm", "old.htm", "ok.htm"]
    assert due(engine, DAY, own=own) == ["new.htm", "old.htm", "ok.htm"]


@pytest.mark.parametrize(("days", "asked"), [(29, []), (30, ["a.htm"]), (31, ["a.htm"])])
def test_a_good_link_is_asked_again_after_thirty_days(
    engine: Engine, days: int, asked: list[str]
) -> None:
    place(engine, {HOME: [link("a.htm")]})
    answer(engine, {"a.htm": FINE}, DAY)
    assert due(engine, DAY + timedelta(days=days)) == asked


def test_no_more_are_asked_than_a_night_may(engine: Engine) -> None:
    place(engine, {HOME: [link(f"{n}.htm") for n in range(50)]})
    own = frozenset({"www.example.gov.cn"})
    assert [len(due(engine, requests=n, own=own)) for n in (0, 1, 20)] == [0, 1, 20]


def test_one_host_gets_a_share_only_unless_it_is_the_sites_own(engine: Engine) -> None:
    many = [link(f"http://other.example/{n}") for n in range(90)]
    place(engine, {HOME: [*many, link("a.htm")]})
    assert len(due(engine, requests=100)) == 21
    assert len(due(engine, requests=100, own=frozenset({"other.example"}))) == 91


def test_links_known_to_answer_are_asked_beside_suspects(engine: Engine) -> None:
    place(engine, {HOME: [link("bad.htm"), link("http://other.example/"), link("http://third.example/")]})  # fmt: skip
    answer(engine, {"bad.htm": GONE, "http://other.example/": FINE, "http://third.example/": FINE})
    assert due(engine) == ["bad.htm", "http://other.example/", "http://third.example/"]


def test_a_link_no_page_names_is_neither_asked_nor_told_and_not_forgotten(engine: Engine) -> None:
    place(engine, {HOME: [link("x.htm")]})
    kill(engine, "x.htm")
    place(engine, {HOME: []})
    later = NEXT + timedelta(days=30)
    assert (due(engine, later), dead(engine)) == ([], [])
    place(engine, {HOME: [link("x.htm")]})
    assert (due(engine, later), len(dead(engine))) == (["x.htm"], 1)


def test_a_dead_link_in_every_footer_is_one_finding(engine: Engine) -> None:
    place(engine, {page: [link("x.htm", text="某局")] for page in (HOME, *map(url, range(30)))})
    kill(engine, "x.htm")
    (one,) = dead(engine)
    assert (one.rule, one.url, one.match, one.unit) == ("dead-link", HOME, f"{HOME}x.htm", "")
    assert one.message == (
        "首页链接“某局”（https://www.example.gov.cn/x.htm）打不开：网页不存在（HTTP 404），首次发现2025-09-30；"
        "见 /、/info/0.htm、/info/1.htm等5个以上页面"
    )


def test_dead_links_on_the_home_page_come_first_and_one_pages_link_is_that_pages(
    engine: Engine,
) -> None:
    place(engine, {url(1): [link("a.pdf", "attachment")], HOME: [link("z.htm")]})
    kill(engine, "a.pdf", "z.htm")
    assert [(f.match.removeprefix(HOME), f.url) for f in dead(engine)] == [("z.htm", HOME), ("a.pdf", url(1))]  # fmt: skip


def test_a_suspect_is_told_of_nowhere(engine: Engine) -> None:
    place(engine, {HOME: [link("x.htm")]})
    answer(engine, {"x.htm": GONE})
    assert dead(engine) == []


def test_a_link_gone_wild_is_an_error_where_that_is_sure(engine: Engine) -> None:
    old, new = "http://www.old.gov.cn/", "http://firm.example/"
    place(engine, {HOME: [link(old), link(new)]})
    for day in (DAY, NEXT):
        away = {old: LinkAnswer(200, final_url="http://shop.example/"), new: LinkAnswer(200, final_url="http://other.example/")}  # fmt: skip
        answer(engine, away, day)
    assert [(f.rule, f.severity, f.match) for f in dead(engine)] == [
        ("link-gone-wild", Severity.ERROR, old),
        ("link-gone-wild", Severity.SUGGESTION, new),
    ]
    off = replace(SITE, switches=(Switch("link-gone-wild", None, "试用"),))
    assert dead(engine, off) == []


def test_a_night_without_network_changes_nothing(engine: Engine) -> None:
    place(engine, {HOME: [link("a.htm"), link("b.htm"), link("c.htm")]})
    lost = dict.fromkeys(("a.htm", "b.htm"), LinkAnswer(reason="dns")) | {"c.htm": FINE}
    assert answer(engine, lost) == Answered(trusted=False)
    with reading(engine) as connection:
        assert link_counts(connection, "s") == {"new": 3}


def test_what_could_not_be_told_is_said(engine: Engine) -> None:
    place(engine, {HOME: [link("a.htm"), link("b.htm")]})
    done = answer(engine, {"a.htm": LinkAnswer(403), "b.htm": FINE})
    assert done == Answered(
        trusted=True, changed=2, unread=((f"{HOME}a.htm", "网站防护拒绝了访问（HTTP 403）"),)
    )


def test_the_same_pages_again_change_nothing(engine: Engine) -> None:
    found: dict[str, list[SeenLink]] = {HOME: [link("x.htm")], url(1): [link("x.htm")]}
    place(engine, found)
    kill(engine, "x.htm")
    before = dead(engine)
    place(engine, found, NEXT)
    assert dead(engine) == before

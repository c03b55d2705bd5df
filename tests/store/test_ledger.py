"""The ledger: states, the steps people and nights take, the chain. User threads named where a test is theirs."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text, update

from checks.model import (
    Article,
    BadInput,
    Column,
    Entry,
    Fetched,
    Finding,
    Part,
    Severity,
    Site,
    Span,
    Unit,
)
from checks.wordlist import Term, Wordlist, lists_hash
from store import schema
from store.archive import move_on
from store.articles import Judged, save_articles
from store.chain import is_in_chain, last_hash
from store.database import Engine, reading, writing
from store.findings import leave_deleted, open_findings, save_findings
from store.ledger import LedgerRow, ledger_rows, move, quarter_state, verify_chain
from store.list_sets import save_list_set
from store.settling import held_back

SITE = Site(
    "s", "某县人民政府网", "http://a.cn/", units=(Unit("nongye", "某县农业农村局"),),
    columns=(Column("gzdt", "工作动态", "http://a.cn/gzdt/", units=("nongye",)),),
)  # fmt: skip
NIGHT = datetime(2025, 9, 1, 18, 0, tzinfo=UTC)  # two o'clock in the morning of the 2nd at the site
WHO = "张三"
URL = "http://a.cn/1.htm"
BODY = "会议作出布署。各单位要抓好落实。"


def night(number: int) -> datetime:
    return NIGHT + timedelta(days=number)


def day(number: int) -> date:
    return date(2025, 9, 2) + timedelta(days=number)


def finding(url: str = URL, mark: str = "1", severity: Severity = Severity.WARNING) -> Finding:
    return Finding(
        "typos", severity, 1, Span(4, 6), "布署", "部署", "应为“部署”", "词典", f"{url}-{mark}", url, "nongye",
        ("gzdt",),
    )  # fmt: skip


def read(
    engine: Engine,
    number: int,
    *found: Finding,
    url: str = URL,
    lists: str = "L1",
    body: str = BODY,
    fetched: datetime | None = None,
) -> None:
    """A night that fetched the page at `url` and found these."""
    article = Article(
        url, (Part("title", "", "工作动态一则"), Part("body", "", body)), date(2025, 9, 1), "", "nongye"
    )  # fmt: skip
    at = fetched or night(number)
    one = Judged(article, (Entry("gzdt", url, "工作动态一则"),), found, Fetched(at, 200, 10))
    with writing(engine) as connection:
        save_articles(connection, "s", [one], now=night(number), day=day(number), lists_hash=lists)


def rejudge(engine: Engine, number: int, *found: Finding, lists: str = "L1") -> None:
    """A re-check that judged the stored text of the page again."""
    with writing(engine) as connection:
        save_findings(
            connection, "s", {URL: found}, now=night(number), lists_hash=lists, day=day(number),
            anew=False,
        )  # fmt: skip


def step(
    engine: Engine,
    to: str,
    number: int = 0,
    *ids: int,
    why: str = "核对过",
    due: date | None = None,
    until: date | None = None,
    hours: int = 8,
) -> list[int]:
    """A person's step on the day after the night `number`."""
    with writing(engine) as connection:
        return move(
            connection, SITE, ids or (1,), to, who=WHO, why=why, at=night(number) + timedelta(hours=hours),
            due=due, until=until,
        )  # fmt: skip


def rows(engine: Engine, number: int = 0, **more: object) -> list[LedgerRow]:
    with reading(engine) as connection:
        return ledger_rows(connection, SITE, day(number), **more)  # type: ignore[arg-type]


def states(engine: Engine) -> list[str]:
    return [row.state for row in rows(engine)]


def steps(engine: Engine) -> list[tuple[str, str, str, str]]:
    (row,) = rows(engine, ids=(1,), with_events=True)
    return [(one.who, one.before, one.after, one.why) for one in row.events]


def broken(engine: Engine) -> list[str]:
    with reading(engine) as connection:
        return verify_chain(connection, "s")


def to_notified(engine: Engine) -> None:
    read(engine, 0, finding())
    step(engine, "confirmed")
    step(engine, "notified", due=date(2025, 9, 12))


# -- the life of a finding ---------------------------------------------------------------------------


def test_a_finding_goes_all_its_way_and_is_closed_by_the_night(engine: Engine) -> None:
    to_notified(engine)
    read(engine, 1, finding())
    assert states(engine) == ["notified"]
    step(engine, "claimed", 1)
    read(engine, 2, finding())
    assert states(engine) == ["failed"]
    step(engine, "claimed", 2)
    read(engine, 3, body="会议作出部署。")
    assert steps(engine) == [
        ("lanmu", "", "open", "检查发现"),
        (WHO, "open", "confirmed", "核对过"),
        (WHO, "confirmed", "notified", "核对过"),
        (WHO, "notified", "claimed", "核对过"),
        ("lanmu", "claimed", "failed", "单位报告已改后重新检查，问题仍在"),
        (WHO, "failed", "claimed", "核对过"),
        ("lanmu", "claimed", "closed", "文章已重新检查，问题不再存在"),
    ]
    assert broken(engine) == []
    (row,) = rows(engine, with_events=True)
    assert [one.evidence for one in row.events] == [
        "2025-09-01 18:00:00（UTC）读取；词表 L1",
        "",
        "期限：2025-09-12",
        "",
        "2025-09-03 18:00:00（UTC）读取；词表 L1",
        "",
        "2025-09-04 18:00:00（UTC）读取；词表 L1",
    ]


def test_a_row_says_all_that_is_known(engine: Engine) -> None:
    to_notified(engine)
    assert rows(engine) == [
        LedgerRow(
            id=1, finding=finding(), state="notified", label="已通知", overdue=False, confirmed=True,
            opened=NIGHT.replace(tzinfo=None), due=date(2025, 9, 12), until=None, reason="", times=0, closed=None,
            title="工作动态一则", published=date(2025, 9, 1), sentence=("会议作出", "布署", "。"),
        )
    ]  # fmt: skip


def test_the_sentence_stays_as_it_was_when_the_article_is_mended(engine: Engine) -> None:
    read(engine, 0, finding())
    read(engine, 1, body="已经重写的正文。")
    (row,) = rows(engine)
    assert (row.state, row.sentence) == ("closed", ("会议作出", "布署", "。"))


def test_a_finding_of_a_column_is_told_by_the_columns_name(engine: Engine) -> None:
    stale = Finding(
        "stale-column", Severity.ERROR, 0, Span(0, 0), "工作动态", "", "多日未更新", "指标", "c1", "http://a.cn/gzdt/"
    )  # fmt: skip
    with writing(engine) as connection:
        save_findings(
            connection, "s", {stale.url: [stale]}, now=NIGHT, lists_hash="L1", about="column", column="gzdt"
        )  # fmt: skip
    (row,) = rows(engine)
    assert (row.title, row.sentence, row.published) == ("工作动态", ("", "工作动态", ""), None)
    assert row.finding.columns == ("gzdt",)


@pytest.mark.parametrize(
    ("state", "severity", "due", "until", "label"),
    [
        ("open", Severity.SUGGESTION, None, None, "疑似"),
        ("open", Severity.WARNING, None, None, "待确认"),
        ("open", Severity.ERROR, None, None, "待确认"),
        ("notified", Severity.ERROR, date(2025, 9, 2), None, "已通知"),
        ("notified", Severity.ERROR, date(2025, 9, 1), None, "逾期"),
        ("claimed", Severity.ERROR, date(2025, 9, 1), None, "单位报告已改（逾期）"),
        ("failed", Severity.ERROR, date(2025, 9, 1), None, "复查未改（逾期）"),
        ("closed", Severity.ERROR, date(2025, 9, 1), None, "复查通过（销号）"),
        ("accepted", Severity.ERROR, None, date(2025, 9, 2), "认可保留"),
        ("accepted", Severity.ERROR, None, date(2025, 9, 1), "认可保留（已到期）"),
        ("unverifiable", Severity.ERROR, None, None, "无法复查"),
        ("deleted", Severity.ERROR, None, None, "页面已删除"),
        ("dismissed", Severity.ERROR, None, None, "误报"),
    ],
)
def test_a_state_is_called_as_the_office_calls_it(
    engine: Engine,
    state: str,
    severity: Severity,
    due: date | None,
    until: date | None,
    label: str,
) -> None:
    read(engine, 0, finding(severity=severity))
    with writing(engine) as connection:
        values = {"state": state, "due": due, "until": until}
        connection.execute(update(schema.findings).values(**values))
    assert [(row.label, row.overdue) for row in rows(engine)] == [
        (label, label.endswith("逾期") or "（逾期）" in label)
    ]


def test_what_comes_back_is_the_same_finding_and_counts(engine: Engine) -> None:
    to_notified(engine)
    read(engine, 1)
    read(engine, 2, finding())
    (row,) = rows(engine)
    assert (row.state, row.times, row.due, row.closed, row.opened) == (
        "open", 1, None, None, NIGHT.replace(tzinfo=None),
    )  # fmt: skip
    assert row.confirmed
    read(engine, 3)
    read(engine, 4, finding())
    assert [row.times for row in rows(engine)] == [2]


def test_a_deleted_page_takes_its_findings_with_it_and_brings_them_back(engine: Engine) -> None:
    read(engine, 0, finding(mark="1"), finding(mark="2"), finding(mark="3"))
    step(engine, "confirmed", 0, 1)
    step(engine, "dismissed", 0, 3)
    with writing(engine) as connection:
        leave_deleted(connection, "s", [URL], now=night(1))
    assert states(engine) == ["deleted", "deleted", "dismissed"]
    read(engine, 2, finding(mark="1"), finding(mark="2"), finding(mark="3"))
    assert [(row.state, row.times) for row in rows(engine)] == [
        ("open", 1), ("open", 1), ("dismissed", 0),
    ]  # fmt: skip
    assert broken(engine) == []


def test_what_cannot_be_verified_waits_for_a_page_that_can_be_read(engine: Engine) -> None:
    to_notified(engine)
    step(engine, "unverifiable", 0, why="网页改为登录后可见")
    assert [(row.label, row.reason) for row in rows(engine)] == [("无法复查", "网页改为登录后可见")]
    rejudge(engine, 1, finding())
    assert states(engine) == ["unverifiable"]
    read(engine, 2, finding())
    assert [(row.state, row.times) for row in rows(engine)] == [("open", 1)]


def test_a_claim_is_not_settled_by_a_page_fetched_before_it(engine: Engine) -> None:
    """The night saves at two; the unit claims at five past; the batch in memory was fetched before."""
    to_notified(engine)
    step(engine, "claimed", 0, hours=10)
    read(engine, 1, finding(), fetched=night(0) + timedelta(hours=9))
    assert states(engine) == ["claimed"]
    read(engine, 1, finding(), fetched=night(0) + timedelta(hours=11))
    assert states(engine) == ["failed"]


def test_a_recheck_of_stored_text_neither_settles_a_claim_nor_closes_what_was_confirmed(
    engine: Engine,
) -> None:
    to_notified(engine)
    step(engine, "claimed")
    rejudge(engine, 1, finding())
    assert states(engine) == ["claimed"]
    rejudge(engine, 1, lists="L2")
    assert states(engine) == ["claimed"]


def test_a_recheck_does_not_accuse_a_unit_of_what_a_person_saw_mended(engine: Engine) -> None:
    """The text is stored as it was before the unit mended it."""
    read(engine, 0, finding())
    step(engine, "closed", why="已看过网页")
    rejudge(engine, 1, finding())
    assert states(engine) == ["closed"]
    read(engine, 2, finding())
    assert [(row.state, row.times) for row in rows(engine)] == [("open", 1)]


# -- a list no older ---------------------------------------------------------------------------------


def listed(engine: Engine, number: int, *words: str) -> str:
    lists = (
        Wordlist(
            "typos", "词表", Severity.WARNING, "", "", tuple(Term(word, "对") for word in words)
        ),
    )
    with writing(engine) as connection:
        save_list_set(connection, "s", lists, "grounds", reading_at=night(number))
    return lists_hash(lists)


def test_an_older_list_put_back_closes_nothing(engine: Engine) -> None:
    old, new = listed(engine, 0, "布署"), listed(engine, 1, "布署", "帐号")
    read(engine, 1, finding(mark="new"), lists=new)
    for lists in (old, old):
        listed(engine, 2, "布署")
        read(engine, 2, lists=lists)
        rejudge(engine, 2, lists=lists)
    assert [len(row.events) for row in rows(engine, with_events=True)] == [1]
    assert states(engine) == ["open"]
    with reading(engine) as connection:
        assert held_back(connection, "s", old) == 1
    read(engine, 3, lists=new)
    assert states(engine) == ["closed"]


def test_what_an_older_list_finds_too_it_may_close(engine: Engine) -> None:
    old, new = listed(engine, 0, "布署"), listed(engine, 1, "布署", "帐号")
    read(engine, 1, finding(), lists=new)
    read(engine, 2, finding(), lists=old)
    read(engine, 3, lists=old)
    assert states(engine) == ["closed"]


def test_a_recheck_with_an_older_list_takes_what_it_did_not_find_for_neither_found_nor_mended(
    engine: Engine,
) -> None:
    """Of two findings of the newer list the older one finds the first too, which the re-check need not look at."""
    old, new = listed(engine, 0, "布署"), listed(engine, 1, "布署", "帐号")
    both, only_new = finding(mark="both"), finding(mark="new", url="http://a.cn/2.htm")
    read(engine, 1, both, lists=new)
    read(engine, 1, only_new, url=only_new.url, lists=new)
    with writing(engine) as connection:
        found = {only_new.url: ()}
        save_findings(connection, "s", found, now=night(2), lists_hash=old, anew=False)
        move_on(connection, "s", old, [])
    read(engine, 3, lists=old)
    read(engine, 3, url=only_new.url, lists=old)
    assert states(engine) == ["closed", "open"]


def test_a_newer_list_may_close_and_says_so(engine: Engine) -> None:
    old, new = listed(engine, 0, "布署"), listed(engine, 1, "帐号")
    read(engine, 0, finding(), lists=old)
    read(engine, 1, lists=new)
    assert steps(engine)[-1] == ("lanmu", "open", "closed", "词表已更新，不再判为问题")


# -- people's steps ----------------------------------------------------------------------------------


def test_a_step_is_taken_by_all_or_by_none(engine: Engine) -> None:
    read(engine, 0, finding(mark="1"), finding(mark="2"), finding(mark="3"))
    step(engine, "confirmed", 0, 1, 2)
    with pytest.raises(BadInput) as told:
        step(engine, "notified", 0, 1, 3, 99, due=date(2025, 9, 12))
    assert told.value.lines == (
        "台账号3：现为“待确认”，不能改为“已通知”；应先为：已确认、已通知、单位报告已改、复查未改",
        "台账号99：本站点台账中没有这个号",
    )
    assert states(engine) == ["confirmed", "confirmed", "open"]
    assert broken(engine) == []


@pytest.mark.parametrize(
    ("to", "more", "said"),
    [
        ("dismissed", {"why": " "}, "没有写明理由；“误报”必须写明（--why）"),
        ("accepted", {}, "没有写明到期日；“认可保留”必须写明（--until）"),
        ("notified", {}, "没有写明期限；“已通知”必须写明（--due 或 --working-days）"),
        ("notified", {"due": date(2025, 9, 1)}, "期限2025-09-01已经过去；应不早于2025-09-02"),
        ("confirmed", {"due": date(2025, 9, 9)}, "“已确认”不设期限"),
        ("mended", {}, "没有这种状态：mended；应为 confirmed、notified、claimed、failed、closed、dismissed、accepted、deleted、unverifiable、open"),
    ],
)  # fmt: skip
def test_a_step_that_lacks_something_says_what(
    engine: Engine, to: str, more: dict[str, object], said: str
) -> None:
    read(engine, 0, finding())
    with pytest.raises(BadInput) as told:
        step(engine, to, **more)  # type: ignore[arg-type]
    assert told.value.lines == (said,)
    assert states(engine) == ["open"]


@pytest.mark.parametrize("who", ["", "  ", "lanmu", "长" * 65])
def test_nobody_acts_without_a_name_or_in_the_programs(engine: Engine, who: str) -> None:
    read(engine, 0, finding())
    with pytest.raises(BadInput, match="经办人"), writing(engine) as connection:
        move(connection, SITE, [1], "confirmed", who=who, why="", at=NIGHT)


def test_the_same_step_twice_is_one(engine: Engine) -> None:
    read(engine, 0, finding())
    assert step(engine, "confirmed") == [1]
    assert step(engine, "confirmed") == []
    assert step(engine, "notified", due=date(2025, 9, 12)) == [1]
    assert step(engine, "notified", due=date(2025, 9, 12)) == []
    assert step(engine, "notified", due=date(2025, 9, 19)) == [1]
    assert len(steps(engine)) == 4
    assert [row.due for row in rows(engine)] == [date(2025, 9, 19)]


def test_what_was_dismissed_and_taken_up_again_must_be_confirmed_again(engine: Engine) -> None:
    read(engine, 0, finding())
    step(engine, "confirmed")
    step(engine, "dismissed")
    assert [row.confirmed for row in rows(engine)] == [False]
    step(engine, "open", why="误报判断有误")
    assert [(row.state, row.times, row.confirmed) for row in rows(engine)] == [("open", 0, False)]
    step(engine, "confirmed")
    assert [row.confirmed for row in rows(engine)] == [True]


# -- what is asked of the ledger ---------------------------------------------------------------------


def test_rows_are_chosen_by_what_is_asked(engine: Engine) -> None:
    read(engine, 0, finding(mark="1"))
    other = replace(finding(url="http://a.cn/2.htm"), rule="dates", unit="")
    read(engine, 3, other, url="http://a.cn/2.htm")
    step(engine, "confirmed", 3, 2)

    def ids(**more: object) -> Sequence[int]:
        return [row.id for row in rows(engine, 3, **more)]

    assert ids() == [1, 2]
    assert ids(states=("open",)) == ids(unit="nongye") == ids(rule="typos") == [1]
    assert ids(confirmed=True) == ids(since=day(3)) == ids(since=day(1), until=day(4)) == [2]
    assert ids(until=day(3)) == ids(since=day(0), until=day(1)) == [1]
    assert ids(ids=(2, 1)) == [1, 2]
    assert ids(ids=(2,), states=("open",)) == []
    with pytest.raises(BadInput, match="台账号7：本站点台账中没有这个号"):
        ids(ids=(7,))
    with pytest.raises(BadInput, match="没有这种状态：mended"):
        ids(states=("mended",))


def test_the_day_first_found_is_the_sites(engine: Engine) -> None:
    """18:00 UTC on the 1st is the 2nd in China."""
    read(engine, 0, finding())
    assert rows(engine, since=date(2025, 9, 2), until=date(2025, 9, 3)) != []
    assert rows(engine, until=date(2025, 9, 2)) == []


def test_a_quarter_has_what_stood_in_it_and_was_confirmed(engine: Engine) -> None:
    july, october = date(2025, 7, 1), date(2025, 10, 1)
    for number in (1, 2, 3, 4):
        url = f"http://a.cn/{number}.htm"
        read(engine, -100, finding(url=url), url=url)
    step(engine, "confirmed", -100, 1, 2, 3)
    read(engine, -70, url="http://a.cn/1.htm")  # mended in June
    read(engine, 5, url="http://a.cn/2.htm")  # mended in September
    read(engine, 40, finding(url="http://a.cn/5.htm"), url="http://a.cn/5.htm")  # found in October
    step(engine, "confirmed", 40, 5)
    with reading(engine) as connection:
        found = quarter_state(connection, SITE, july, october, date(2025, 10, 20))
    assert [(row.id, row.state) for row in found] == [(2, "closed"), (3, "confirmed")]
    read(
        engine, 10, finding(url="http://a.cn/1.htm"), url="http://a.cn/1.htm"
    )  # came back in September
    with reading(engine) as connection:
        found = quarter_state(connection, SITE, july, october, date(2025, 10, 20))
    assert [row.id for row in found] == [1, 2, 3]


# -- the chain ---------------------------------------------------------------------------------------


def worked(engine: Engine) -> None:
    """Six events on two findings."""
    read(engine, 0, finding(mark="1"), finding(mark="2"))
    step(engine, "confirmed", 0, 1)
    step(engine, "notified", 0, 1, due=date(2025, 9, 12))
    step(engine, "dismissed", 0, 2)
    step(engine, "claimed", 1, 1)


def tamper(engine: Engine, *statements: str) -> list[str]:
    with writing(engine) as connection:
        for one in statements:
            connection.execute(text(one))
    return broken(engine)


def test_a_whole_chain_is_whole(engine: Engine) -> None:
    worked(engine)
    assert broken(engine) == []
    with reading(engine) as connection:
        assert is_in_chain(connection, "s", last_hash(connection, "s"))
        assert not is_in_chain(connection, "s", "0" * 64)


@pytest.mark.parametrize(
    ("done", "said"),
    [
        ("UPDATE finding_events SET why = '改了' WHERE id = 3", ["第3条记录（台账号1，2025-09-02 02:00）：内容被改动过"]),
        ("UPDATE finding_events SET who = '李四' WHERE id = 4", ["第4条记录（台账号1，2025-09-02 02:00）：内容被改动过"]),
        (
            "UPDATE finding_events SET evidence = '期限：2025-12-31' WHERE id = 4",
            ["第4条记录（台账号1，2025-09-02 02:00）：内容被改动过", "台账号1：期限2025-09-12与记录不一致"],
        ),
        (
            "UPDATE finding_events SET finding_id = 2 WHERE id = 3",
            [
                "第3条记录（台账号2，2025-09-02 02:00）：内容被改动过",
                "第4条记录（台账号1，2025-09-02 02:00）：原状态与该问题前一条记录不一致",
                "第5条记录（台账号2，2025-09-02 02:00）：原状态与该问题前一条记录不一致",
            ],
        ),
        (
            "DELETE FROM finding_events WHERE id = 5",
            [
                "第5条记录（台账号1，2025-09-03 02:00）：与前一条接不上，其前有记录被删除、插入、调换或改动",
                "台账号2：现状态“误报”与最后一条记录“待确认”不一致",
            ],
        ),
        ("DELETE FROM finding_events WHERE id = 6", ["台账号1：现状态“单位报告已改”与最后一条记录“已通知”不一致"]),
        ("UPDATE findings SET state = 'closed' WHERE id = 1", ["台账号1：现状态“复查通过（销号）”与最后一条记录“单位报告已改”不一致"]),
        ("UPDATE findings SET due = '2025-12-31' WHERE id = 1", ["台账号1：期限2025-12-31与记录不一致"]),
    ],
)  # fmt: skip
def test_what_was_changed_taken_out_or_moved_aside_is_told(
    engine: Engine, done: str, said: list[str]
) -> None:
    worked(engine)
    assert tamper(engine, done) == said


def test_an_event_put_in_or_moved_is_told(engine: Engine) -> None:
    worked(engine)
    with reading(engine) as connection:
        before = last_hash(connection, "s")
    put_in = (
        "INSERT INTO finding_events (id, finding_id, at, who, from_state, to_state, why, site, evidence, prev, hash)"
        f" VALUES (99, 1, '2025-09-09 02:00:00', '李四', 'claimed', 'claimed', '', 's', '', '{before}', '{'0' * 64}')"
    )
    assert tamper(engine, put_in) == ["第7条记录（台账号1，2025-09-09 02:00）：内容被改动过"]
    swapped = tamper(
        engine,
        "DELETE FROM finding_events WHERE id = 99",
        "UPDATE finding_events SET id = 98 WHERE id = 4",
    )
    assert (
        "第4条记录（台账号2，2025-09-02 02:00）：与前一条接不上，其前有记录被删除、插入、调换或改动"
        in swapped
    )


def test_each_site_has_a_chain_of_its_own(engine: Engine) -> None:
    worked(engine)
    with writing(engine) as connection:
        save_findings(
            connection, "other", {URL: [replace(finding(), fingerprint="x")]}, now=NIGHT, lists_hash="L1"
        )  # fmt: skip
    tamper(engine, "UPDATE finding_events SET why = '改了' WHERE site = 'other'")
    assert broken(engine) == []
    with reading(engine) as connection:
        assert len(verify_chain(connection, "other")) == 1


# -- other people's scars: DefectDojo/django-DefectDojo ----------------------------------------------


def test_8100_11470_the_same_input_again_closes_nothing(engine: Engine) -> None:
    """Importing the same report again mitigated findings that were live."""
    found = [finding(mark=str(n)) for n in range(5)]
    read(engine, 0, *found)
    before = [row.events for row in rows(engine, with_events=True)]
    read(engine, 1, *found)
    read(engine, 2, *found)
    assert [row.events for row in rows(engine, with_events=True)] == before
    assert states(engine) == ["open"] * 5


def test_6452_the_same_report_twice_makes_no_change(engine: Engine) -> None:
    """Whatever state a finding is in: dismissed, accepted, notified, failed, closed."""
    found = [finding(mark=str(n)) for n in range(1, 6)]
    read(engine, 0, *found, finding(mark="6"))
    step(engine, "confirmed", 0, 1, 2)
    step(engine, "notified", 0, 1, 2, due=date(2025, 9, 12))
    step(engine, "claimed", 0, 2)
    step(engine, "dismissed", 0, 3)
    step(engine, "accepted", 0, 4, until=date(2026, 1, 1))
    read(engine, 1, *found)
    assert states(engine) == ["notified", "failed", "dismissed", "accepted", "open", "closed"]
    with reading(engine) as connection:
        before = last_hash(connection, "s")
    for number in (1, 2, 3):
        read(engine, number, *found)
        rejudge(engine, number, *found)
    with reading(engine) as connection:
        assert last_hash(connection, "s") == before


@pytest.mark.parametrize("found", [True, False])
def test_8797_7447_what_is_accepted_is_not_marked_mended(engine: Engine, found: bool) -> None:  # noqa: FBT001
    """Risk-accepted findings came out as mitigated too."""
    read(engine, 0, finding())
    step(engine, "accepted", until=date(2025, 9, 10))
    for number in range(1, 9):  # the 10th is its last day
        read(engine, number, *([finding()] if found else []))
        assert states(engine) == ["accepted"]
    with reading(engine) as connection:
        assert open_findings(connection, "s") == ()
    read(engine, 9, *([finding()] if found else []))
    assert [(row.state, row.times) for row in rows(engine)] == [
        ("open", 1) if found else ("closed", 0)
    ]


def test_3848_a_false_alarm_is_not_taken_up_again(engine: Engine) -> None:
    """A finding dismissed as false positive was re-activated by the next import."""
    read(engine, 0, finding())
    step(engine, "dismissed", why="引文")
    read(engine, 1)
    read(engine, 2, finding())
    assert [(row.state, row.reason, row.times) for row in rows(engine)] == [
        ("dismissed", "引文", 0)
    ]
    with reading(engine) as connection:
        assert open_findings(connection, "s") == ()


def test_7631_what_one_page_has_no_more_closes_nothing_on_another(engine: Engine) -> None:
    """Findings of other services and files were closed by a report that did not speak of them."""
    other = "http://a.cn/2.htm"
    read(engine, 0, finding())
    read(engine, 0, finding(url=other), url=other)
    read(engine, 1)
    assert states(engine) == ["closed", "open"]

"""三审三校 in the store: who may take which step, what each leaves behind, and that the chain proves it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, text

from checks.checker import Checker, Judgement
from checks.model import (
    Article,
    BadInput,
    Column,
    Finding,
    Part,
    Reviews,
    Severity,
    Site,
    Span,
    Unchecked,
    Unit,
)
from checks.wordlist import shipped
from store import schema
from store.chain import verify_chain
from store.database import Engine, reading, writing
from store.review_keeping import Forgotten, forget_old, kept_until
from store.review_rows import (
    DraftRow,
    awaiting,
    draft_events,
    draft_of,
    draft_rows,
    draft_steps,
    draft_texts,
    newest_text,
    readers_of,
    steps_open_to,
)
from store.review_words import Overruled
from store.reviews import (
    Checked,
    Person,
    Seen,
    note_address,
    open_draft,
    pass_on,
    release,
    send_back,
    submit,
    withdraw,
    write,
)
from tests.people import people

SITE = Site(
    "jinghe", "精河县人民政府网", "http://a.cn/", units=(Unit("shuili", "精河县水利局"), Unit("caizheng", "精河县财政局")),
    columns=(Column("tzgg", "通知公告", "http://a.cn/tzgg/"),), reviews=Reviews(date(2026, 1, 1), keep_days=60),
)  # fmt: skip
START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
BODY = "会议对防汛工作作出布署。各单位要抓好落实。"
CLEAN = Checked(Judgement(()), "L1")
ERROR = Finding(
    "typos", Severity.ERROR, 1, Span(9, 11), "布署", "部署", "应为“部署”", "《现代汉语词典》", "mark"
)  # fmt: skip
FAULTY = Checked(Judgement((ERROR,)), "L1")


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def article(body: str = BODY, title: str = "防汛会议") -> Article:
    return Article("", (Part("title", "", title), Part("body", "", body)))


def of(engine: Engine, number: int) -> DraftRow:
    with reading(engine) as connection:
        return draft_of(connection, "jinghe", number)


def seen(engine: Engine, number: int) -> Seen:
    row = of(engine, number)
    return Seen(row.text_hash, row.state)


def opened(engine: Engine, who: Person, body: str = BODY, *, unit: str = "shuili") -> int:
    with writing(engine) as connection:
        return open_draft(
            connection, SITE, article(body), who, unit=unit, column="tzgg", lists_hash="L0", at=at(0)
        )  # fmt: skip


def do(
    engine: Engine, step: Callable[..., Any], number: int, who: Person, hours: float, **more: Any
) -> Any:
    """One step, by somebody who saw the draft as it is."""
    if step in (pass_on, release):
        more.setdefault("checked", CLEAN)
    more.setdefault("seen", seen(engine, number))
    with writing(engine) as connection:
        return step(connection, SITE, number, who, at=at(hours), **more)


def refusal(
    engine: Engine, step: Callable[..., Any], number: int, who: Person, **more: Any
) -> tuple[str, ...]:
    with pytest.raises(BadInput) as told:
        do(engine, step, number, who, 90, **more)
    return told.value.lines


def released(engine: Engine, author: Person, *readers: Person, body: str = BODY) -> int:
    number = opened(engine, author, body)
    do(engine, submit, number, author, 1)
    do(engine, pass_on, number, readers[0], 2, remark="情况属实")
    do(engine, pass_on, number, readers[1], 3)
    do(engine, release, number, readers[2], 4, remark="同意发布")
    return number


def whole(engine: Engine) -> list[str]:
    with reading(engine) as connection:
        return verify_chain(connection, "jinghe")


def test_a_draft_is_read_by_three_and_released(engine: Engine) -> None:
    author, *readers = people(engine, "王丽", "张三", "李四", "赵六")
    number = released(engine, author, *readers)
    row = of(engine, number)
    text_hash = article().text_hash
    assert row == DraftRow(
        number, "jinghe", "shuili", "tzgg", "防汛会议", "released", "王丽", author.id, 1, text_hash,
        at(0).replace(tzinfo=None), at(4).replace(tzinfo=None), at(4).replace(tzinfo=None), None, "", "",
    )  # fmt: skip
    with reading(engine) as connection:
        (only,) = draft_texts(connection, number)
        assert (only.article, only.by, only.lists_hash) == (article(), "王丽", "L1")
        assert [(s.step, s.verdict, s.by, s.remark) for s in readers_of(connection, row)] == [
            ("first", "passed", "张三", "情况属实"),
            ("second", "passed", "李四", ""),
            ("final", "released", "赵六", "同意发布"),
        ]
        events = draft_events(connection, number)
    assert [(e.who, e.before, e.after, e.why) for e in events] == [
        ("王丽", "", "written", "新建稿件"),
        ("王丽", "written", "first", "送审"),
        ("张三", "first", "second", "情况属实"),
        ("李四", "second", "final", ""),
        ("赵六", "final", "released", "同意发布"),
    ]
    assert events[0].evidence.split("\n") == [
        "稿次：1", f"稿件校验值：{text_hash}", "词表校验值：L0", f"账号：{author.id}", "标题：防汛会议", "单位：shuili",
        "栏目：tzgg", f"起草账号：{author.id}",
    ]  # fmt: skip
    assert events[-1].evidence.split("\n") == [
        "稿次：1", f"稿件校验值：{text_hash}", "词表校验值：L1", f"账号：{readers[2].id}", "未改正的严重错误：0处",
    ]  # fmt: skip
    assert whole(engine) == []


def test_nobody_reads_twice_nor_what_they_wrote(engine: Engine) -> None:
    author, second, a, b = people(engine, "王丽", "周七", "张三", "李四")
    number = opened(engine, author)
    do(engine, write, number, second, 0.5, article=article("改过的正文。"), lists_hash="L0")
    do(engine, submit, number, author, 1)
    assert refusal(engine, pass_on, number, author) == (
        f"稿件{number}：王丽是作者或改过这篇稿件，不能再作初审；应由别人审",
    )
    assert refusal(engine, pass_on, number, second) == (
        f"稿件{number}：周七是作者或改过这篇稿件，不能再作初审；应由别人审",
    )
    do(engine, pass_on, number, a, 2)
    assert refusal(engine, pass_on, number, a) == (
        f"稿件{number}：张三已作过初审，不能再作复审；三次审核应由三个不同的人",
    )
    do(engine, pass_on, number, b, 3)
    for who, step in ((a, "初审"), (b, "复审")):
        told = f"稿件{number}：{who.shown}已作过{step}，不能再作终审；三次审核应由三个不同的人"
        assert refusal(engine, release, number, who) == (told,)
        assert refusal(engine, send_back, number, who, remark="不妥") == (told,)
    assert of(engine, number).state == "final"
    assert whole(engine) == []


def test_a_returned_draft_begins_at_the_first_reading_again(engine: Engine) -> None:
    author, a, b, c = people(engine, "王丽", "张三", "李四", "赵六")
    number = opened(engine, author)
    do(engine, submit, number, author, 1)
    do(engine, pass_on, number, a, 2)
    assert refusal(engine, send_back, number, b, remark=" ") == ("没有写明意见；退回，必须写明",)
    do(engine, send_back, number, b, 3, remark="数字请核对")
    assert refusal(engine, submit, number, author) == (
        "没有写明意见；退回后没有修改就再次送审，必须写明",
    )
    do(engine, submit, number, author, 4, remark="数字已核对，无误")
    assert of(engine, number).state == "first"
    do(engine, pass_on, number, a, 5)  # who read it before it was returned may do so again
    do(engine, send_back, number, c, 6, remark="标题不妥")
    do(engine, write, number, author, 7, article=article(title="防汛工作会议"), lists_hash="L0")
    assert (of(engine, number).state, of(engine, number).title) == ("written", "防汛工作会议")
    do(engine, submit, number, author, 8)
    for who, step in ((c, pass_on), (a, pass_on), (b, release)):
        do(engine, step, number, who, 9)
    with reading(engine) as connection:
        row = draft_of(connection, "jinghe", number)
        assert [one.by for one in readers_of(connection, row)] == ["赵六", "张三", "李四"]
        assert [(s.text, s.step, s.verdict, s.by) for s in draft_steps(connection, number)][:4] == [
            (1, "first", "passed", "张三"),
            (1, "second", "returned", "李四"),
            (1, "first", "passed", "张三"),
            (1, "second", "returned", "赵六"),
        ]
    assert whole(engine) == []


def test_a_reader_is_told_of_whatever_changed_meanwhile(engine: Engine) -> None:
    author, a, b = people(engine, "王丽", "张三", "李四")
    number = opened(engine, author)
    old = Seen(of(engine, number).text_hash, "first")
    do(engine, write, number, author, 0.5, article=article("新的正文。"), lists_hash="L0")
    do(engine, submit, number, author, 1)
    assert refusal(engine, pass_on, number, a, seen=old) == (
        f"稿件{number}：文本在您打开之后改过，现为第2稿；请刷新后重新看过再审核通过",
    )
    here = seen(engine, number)
    do(engine, pass_on, number, a, 2, seen=here)
    assert refusal(engine, pass_on, number, b, seen=here) == (
        f"稿件{number}：您打开时为“待初审”，现为“待复审”（张三已初审通过）；请刷新后再看",
    )
    assert refusal(engine, write, number, author, article=article("又改"), lists_hash="") == (
        f"稿件{number}：现为“待复审”（张三已初审通过），不能修改",
    )


def test_an_error_blocks_release_unless_overruled_with_a_reason(engine: Engine) -> None:
    author, a, b, c = people(engine, "王丽", "张三", "李四", "赵六")
    number = opened(engine, author)
    do(engine, submit, number, author, 1)
    do(engine, pass_on, number, a, 2, checked=FAULTY)
    do(engine, pass_on, number, b, 3, checked=FAULTY)
    blocked = (
        f"稿件{number}：严重错误“布署”（应为“部署”）未改正，不能签发；应退回修改，或由终审人写明推翻的理由",
    )
    assert refusal(engine, release, number, c, checked=FAULTY) == blocked
    assert refusal(engine, release, number, c, checked=FAULTY, overruled={"mark": " "}) == blocked
    assert refusal(engine, release, number, c, overruled={"mark": "引文"}) == (
        f"稿件{number}：要推翻的问题有1个不在这一稿的严重错误之中；请刷新后再签发",
    )
    do(engine, release, number, c, 4, checked=FAULTY, overruled={"mark": "文件原文\n如此"})
    kept = Overruled("typos", "布署", "应为“部署”", "文件原文 如此")
    with reading(engine) as connection:
        assert draft_steps(connection, number)[-1].overruled == (kept,)
        last = draft_events(connection, number)[-1].evidence.split("\n")
    assert last[4:6] == [
        "未改正的严重错误：1处", "推翻：typos “布署” 应为“部署”；理由：文件原文 如此",
    ]  # fmt: skip
    assert last[6].startswith("推翻清单校验值：")
    assert whole(engine) == []


def test_what_could_not_be_checked_needs_a_remark(engine: Engine) -> None:
    author, a, b, c = people(engine, "王丽", "张三", "李四", "赵六")
    number = opened(engine, author)
    do(engine, submit, number, author, 1)
    do(engine, pass_on, number, a, 2)
    do(engine, pass_on, number, b, 3)
    partly = Checked(Judgement((), (Unchecked("附件 名单.doc", "encrypted 有密码"),)), "L1")
    assert refusal(engine, release, number, c, checked=partly) == (
        "没有写明意见；稿件有未能检查的内容，必须写明",
    )
    do(engine, release, number, c, 4, checked=partly, remark="附件已人工核对")
    with reading(engine) as connection:
        last = draft_events(connection, number)[-1].evidence
    assert "未能检查：附件 名单.doc：encrypted 有密码" in last.split("\n")


def test_a_judgement_of_another_text_is_not_taken(engine: Engine) -> None:
    author, a = people(engine, "王丽", "张三")
    number = opened(engine, author)
    do(engine, submit, number, author, 1)
    for wrong in (replace(ERROR, part=7), replace(ERROR, span=Span(0, 2))):
        with pytest.raises(ValueError, match="judged another text"):
            do(engine, pass_on, number, a, 2, checked=Checked(Judgement((wrong,)), "L1"))
    assert of(engine, number).state == "first"


def test_what_the_checker_says_of_the_kept_text_is_taken(engine: Engine) -> None:
    """Also where a personal number was masked in it."""
    author, a = people(engine, "王丽", "张三")
    number = opened(engine, author, "会议作出布署。身份证号 11010519491231002X 已登记。")
    do(engine, submit, number, author, 1)
    with reading(engine) as connection:
        kept = newest_text(connection, number).article
    assert kept
    checker = Checker(shipped(), SITE)
    judgement = checker.judged(kept, today=date(2026, 3, 2))
    assert "布署" in [one.match for one in judgement.findings]
    do(engine, pass_on, number, a, 2, checked=Checked(judgement, checker.lists_hash))
    assert of(engine, number).state == "second"
    assert whole(engine) == []


def test_roles_and_units_are_kept(engine: Engine) -> None:
    (author,) = people(engine, "王丽", roles={"editor"}, unit="shuili")
    (other,) = people(engine, "钱八", roles={"editor", "first"}, unit="caizheng")
    (first,) = people(engine, "张三", roles={"first"})
    number = opened(engine, author)
    assert refusal(engine, submit, number, first) == ("张三：没有“编辑”权限，不能办理稿件",)
    assert refusal(engine, submit, number, other) == (f"稿件{number}：没有这个稿件",)
    with writing(engine) as connection, pytest.raises(BadInput, match="钱八：只能办理本单位的稿件"):
        open_draft(
            connection, SITE, article(), other, unit="shuili", lists_hash="", at=at(0)
        )  # fmt: skip
    do(engine, submit, number, author, 1)
    with reading(engine) as connection:
        assert [row.id for row in awaiting(connection, "jinghe", first)] == [number]
        assert awaiting(connection, "jinghe", other) == []
        assert steps_open_to(connection, "jinghe", number, author) == ("withdraw",)
        assert steps_open_to(connection, "jinghe", number, first) == ("pass", "return")
    do(engine, pass_on, number, first, 2)
    assert refusal(engine, pass_on, number, first) == (
        "张三：没有“复审”权限",
        f"稿件{number}：张三已作过初审，不能再作复审；三次审核应由三个不同的人",
    )
    with reading(engine) as connection:
        assert [row.id for row in draft_rows(connection, "jinghe", unit="shuili")] == [number]
        assert draft_rows(connection, "jinghe", unit="caizheng") == []
        assert draft_rows(connection, "jinghe", states=("first",)) == []
        with pytest.raises(BadInput, match=f"稿件{number}：没有这个稿件"):
            draft_of(connection, "jinghe", number, unit="caizheng")
        with pytest.raises(BadInput, match=f"稿件{number}：没有这个稿件"):
            draft_of(connection, "other", number)


def test_bad_drafts_are_refused_with_every_reason(engine: Engine) -> None:
    (author,) = people(engine, "王丽")
    with writing(engine) as connection, pytest.raises(BadInput) as told:
        open_draft(
            connection, SITE, article(" \n", ""), author, unit="nongye", column="xx", lists_hash="", at=at(0)
        )  # fmt: skip
    assert told.value.lines == (
        "稿件是空的；应有正文",
        "没有id为“nongye”的单位；应为站点文件units里的一个",
        "没有id为“xx”的栏目；应为站点文件columns里的一个",
    )
    number = opened(engine, author)
    long = article("长" * 2_000_001)
    assert refusal(engine, write, number, author, article=long, lists_hash="") == (
        "稿件太长（2000005字）；应在2000000字以内",
    )


def test_personal_numbers_are_never_kept(engine: Engine) -> None:
    (author,) = people(engine, "王丽")
    number = opened(engine, author, "身份证号 11010519491231002X 已登记。")
    with reading(engine) as connection:
        kept = newest_text(connection, number)
    assert kept.article and "11010519491231002X" not in kept.article.body
    assert kept.text_hash == kept.article.text_hash == of(engine, number).text_hash
    assert whole(engine) == []


def test_personal_numbers_in_remarks_and_reasons_are_masked(engine: Engine) -> None:
    author, a, b, c = people(engine, "王丽", "张三", "李四", "赵六")
    number = opened(engine, author)
    said = "已核对 11010519491231002X"
    do(engine, submit, number, author, 1, remark=said)
    do(engine, pass_on, number, a, 2, remark=said)
    do(engine, pass_on, number, b, 3)
    do(engine, release, number, c, 4, checked=FAULTY, overruled={"mark": said})
    with reading(engine) as connection:
        kept = f"{draft_steps(connection, number)}{draft_events(connection, number)}"
    assert "已核对" in kept
    assert "11010519491231002X" not in kept
    assert whole(engine) == []


def test_the_same_text_again_is_no_new_one(engine: Engine) -> None:
    (author,) = people(engine, "王丽")
    number = opened(engine, author)
    assert not do(engine, write, number, author, 1, article=article(), lists_hash="L9")
    assert do(engine, write, number, author, 1, article=article("新"), lists_hash="L9")
    assert do(engine, write, number, author, 2, article=article(), lists_hash="L9")
    with reading(engine) as connection:
        assert [one.number for one in draft_texts(connection, number)] == [1, 2, 3]
    assert whole(engine) == []


def test_a_withdrawn_draft_stays_so(engine: Engine) -> None:
    author, a = people(engine, "王丽", "张三")
    number = opened(engine, author)
    do(engine, submit, number, author, 1)
    do(engine, withdraw, number, author, 2, remark="活动取消")
    assert refusal(engine, withdraw, number, author, remark="再撤") == (
        f"稿件{number}：现为“已撤回”，不能撤回",
    )
    assert refusal(engine, pass_on, number, a) == (f"稿件{number}：现为“已撤回”，不能审核通过",)
    assert whole(engine) == []


def test_where_a_draft_was_published_is_noted(engine: Engine) -> None:
    author, *readers = people(engine, "王丽", "张三", "李四", "赵六")
    number = released(engine, author, *readers)
    for _ in range(2):
        with writing(engine) as connection:
            note_address(connection, SITE, number, author, "http://a.cn/1.htm", at=at(5))
    assert of(engine, number).published_at == "http://a.cn/1.htm"
    with writing(engine) as connection, pytest.raises(BadInput, match="网址不是以http"):
        note_address(connection, SITE, number, author, "javascript:alert(1)", at=at(5))
    with reading(engine) as connection:
        assert len(draft_events(connection, number)) == 6
    assert whole(engine) == []


# -- the chain proves it ------------------------------------------------------------------------

TAMPERED = (
    ("UPDATE drafts SET state = 'final'", "现状态“待终审”与最后一条记录“已签发”不一致"),
    ("UPDATE drafts SET text_hash = 'x'", "稿件校验值“x”与记录"),
    ("UPDATE drafts SET title = '别的'", "标题“别的”与记录“防汛会议”不一致"),
    ("UPDATE drafts SET unit = 'caizheng'", "单位“caizheng”与记录“shuili”不一致"),
    ("UPDATE drafts SET author_id = author_id + 1", "起草人“"),
    ("UPDATE drafts SET released = NULL", "签发时间“（空）”与记录"),
    ("UPDATE drafts SET url = 'http://b.cn/'", "发布网址“http://b.cn/”与记录“（空）”不一致"),
    ("UPDATE draft_texts SET text_hash = 'x'", "第1稿：稿件校验值与记录不一致"),
    ("UPDATE draft_texts SET by_id = by_id + 1", "第1稿：改稿人或时间与记录不一致"),
    ("UPDATE draft_texts SET lists_hash = 'x'", "第1稿：词表校验值与记录不一致"),
    ("UPDATE draft_texts SET parts = NULL", "第1稿：文本已不在，记录中没有清理过"),
    ("DELETE FROM draft_texts", "所存的0稿与记录的1稿不一致"),
    ("UPDATE draft_steps SET by_id = by_id + 1 WHERE step = 'first'", "审核记录3条与"),
    ("UPDATE draft_steps SET remark = '不同意'", "审核记录3条与"),
    ("UPDATE draft_steps SET overruled = '[]'", "审核记录3条与"),
    ("DELETE FROM draft_steps WHERE step = 'second'", "审核记录2条与记录链中的3条不一致"),
)


@pytest.mark.parametrize(("forgery", "told"), TAMPERED, ids=[one for one, _ in TAMPERED])
def test_a_forgery_is_noticed(engine: Engine, forgery: str, told: str) -> None:
    author, *readers = people(engine, "王丽", "张三", "李四", "赵六", "备用")
    released(engine, author, *readers[:3])
    with writing(engine) as connection:
        connection.execute(text(forgery))
    assert any(told in line for line in whole(engine)), whole(engine)


def test_a_forged_text_is_noticed(engine: Engine) -> None:
    from store.parts import packed, parts_json

    author, *readers = people(engine, "王丽", "张三", "李四", "赵六")
    number = released(engine, author, *readers)
    for raw in (packed(parts_json(article("另一篇。").parts)), b"rubbish"):
        with writing(engine) as connection:
            connection.execute(schema.draft_texts.update().values(parts=raw))
        assert whole(engine) == [f"稿件{number}第1稿：文本与校验值不符，被改动过"]


# -- kept only as long as the office says -------------------------------------------------------


def forget(engine: Engine, days: int) -> Forgotten:
    when = START + timedelta(days=days)
    with writing(engine) as connection:
        return forget_old(connection, SITE, when.date(), at=when)


def test_texts_of_ended_drafts_are_let_go_and_the_rest_stays_provable(engine: Engine) -> None:
    author, *readers = people(engine, "王丽", "张三", "李四", "赵六")
    number = released(engine, author, *readers)
    assert kept_until(SITE, of(engine, number)) == date(2026, 5, 1)
    assert forget(engine, 60) == Forgotten()
    assert forget(engine, 61) == Forgotten((), (number,))
    assert forget(engine, 62) == Forgotten()
    row = of(engine, number)
    with reading(engine) as connection:
        text_kept = newest_text(connection, number)
        assert len(readers_of(connection, row)) == 3
        last = draft_events(connection, number)[-1]
    assert (row.title, row.state, row.forgotten) == (
        "防汛会议", "released", (START + timedelta(days=61)).replace(tzinfo=None),
    )  # fmt: skip
    assert (text_kept.parts, text_kept.text_hash) == (None, article().text_hash)
    assert (last.who, last.why) == (
        "lanmu", "超过60天，按规定清理文本；标题、校验值和审核记录保留",
    )  # fmt: skip
    assert kept_until(SITE, row) is None
    assert whole(engine) == []


def test_a_draft_on_its_way_is_withdrawn_first_and_forgotten_only_then(engine: Engine) -> None:
    author, a = people(engine, "王丽", "张三")
    number = opened(engine, author)
    do(engine, submit, number, author, 1)
    assert forget(engine, 60) == Forgotten()
    assert forget(engine, 61) == Forgotten((number,), ())
    with reading(engine) as connection:
        assert newest_text(connection, number).article == article()
        last = draft_events(connection, number)[-1]
    assert (last.who, last.before, last.after) == ("lanmu", "first", "withdrawn")
    assert last.why == "超过60天没有人处理，自动撤回；文本再保留60天"
    assert refusal(engine, pass_on, number, a) == (f"稿件{number}：现为“已撤回”，不能审核通过",)
    assert forget(engine, 121) == Forgotten()
    assert forget(engine, 122) == Forgotten((), (number,))
    assert whole(engine) == []


def test_without_a_rule_of_the_office_nothing_is_forgotten(engine: Engine) -> None:
    (author,) = people(engine, "王丽")
    opened(engine, author)

    def none(connection: Connection) -> Forgotten:
        return forget_old(connection, replace(SITE, reviews=None), date(2099, 1, 1), at=at(0))

    with writing(engine) as connection:
        assert none(connection) == Forgotten()

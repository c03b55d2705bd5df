"""Which released draft an article is; and that nobody is accused who need not be."""

from datetime import date

import pytest

from checks.catalogue import catalogue
from checks.model import Article, Part, Reviews, Severity, Site
from checks.review_compare import Change
from checks.review_match import (
    DIFFERS,
    LET_GO,
    MAY_BE_LET_GO,
    NO_TEXT,
    PARTLY,
    SAME,
    UNKNOWN,
    UNREVIEWED,
    Match,
    ReleasedDraft,
    ReleasedDrafts,
    wanted,
)
from checks.rules.review import differs_from_released, unreviewed

BODY = (
    "3月2日，精河县召开防汛工作会议，安排部署汛期重点工作。会议听取了县水利局关于水库安全度汛情况的汇报，研究了山洪灾害防治措施。"
    "会议要求，各乡镇要压实责任，储备物资，严格执行24小时值班制度，确保人民群众生命财产安全。县领导出席会议并讲话，有关部门负责人参加。"
)
OTHER = (
    "近日，县农业农村局组织农技人员深入田间地头，指导群众开展春耕备耕。截至目前，全县已完成整地12万亩，调运化肥3000吨，检修农机具"
    "1500台次。农技人员现场讲解播种深度和墒情管理要点，为粮食丰收打下基础。群众纷纷表示，心里更有底了，今年的收成一定会更好。"
)
TITLE = "精河县召开防汛工作会议"
DAY = date(2026, 3, 3)


def article(body: str = BODY, title: str = TITLE, url: str = "http://a.cn/1.htm", *, unit: str = "shuili", day: date = DAY) -> Article:  # fmt: skip
    return Article(url, (Part("title", "", title), Part("body", "", body)), day, "", unit)


def draft(
    number: int = 1,
    body: str | None = BODY,
    title: str = TITLE,
    *,
    url: str = "",
    unit: str = "shuili",
    day: date = date(2026, 3, 2),
) -> ReleasedDraft:
    whole = article(body or BODY, title)
    parts = whole.parts if body is not None else None
    return ReleasedDraft(number, unit, title, url, whole.text_hash, day, parts)


def matched(
    one: Article, *drafts: ReleasedDraft, before: int | None = None, taken: tuple[int, ...] = ()
) -> tuple[str, int | None]:
    found = found_for(one, *drafts, before=before, taken=taken)
    return found.state, found.draft.number if found.draft else None


def found_for(
    one: Article, *drafts: ReleasedDraft, before: int | None = None, taken: tuple[int, ...] = ()
) -> Match:
    cabinet = ReleasedDrafts(drafts)
    return cabinet.same(one) or cabinet.nearest(one, before=before, taken=taken)


def test_the_very_text_is_the_same_even_after_it_was_let_go() -> None:
    assert matched(article(), draft()) == (SAME, 1)
    assert matched(article(), draft(body=None)) == (SAME, 1)


def test_a_text_laid_out_otherwise_is_the_same_under_any_title_of_the_file() -> None:
    laid_out = article("\n".join(BODY.split("，")).replace("\n", "，\n\u3000\u3000"))
    assert matched(laid_out, draft(), draft(2, OTHER, "春耕")) == (SAME, 1)
    pasted = ReleasedDraft(
        3, "shuili", TITLE, "", "x", DAY, (Part("body", "", f"{TITLE}\n{BODY}"),)
    )
    assert matched(article(), pasted) == (SAME, 3)
    bare = ReleasedDraft(4, "shuili", BODY[:30], "", "x", DAY, (Part("body", "", BODY),))
    assert matched(article(), bare) == (SAME, 4)


def test_the_address_that_the_office_gave_decides() -> None:
    mine = draft(url="http://a.cn/1.htm")
    assert matched(article(OTHER, "春耕备耕"), mine, draft(2, OTHER, "春耕")) == (DIFFERS, 1)
    assert matched(article(OTHER, "春耕"), mine, draft(2, OTHER, "春耕")) == (SAME, 2)
    assert matched(article(OTHER.replace("12万亩", "13万亩"), "春耕备耕"), mine) == (DIFFERS, 1)


def test_an_edited_article_is_found_by_its_title() -> None:
    edited = article(BODY.replace("24小时", "12小时"))
    found = found_for(edited, draft(2, OTHER, "春耕"), draft())
    assert found == Match(
        DIFFERS, draft(), (Change("，严格执行24小时值班制", "，严格执行12小时值班制"),)
    )


def test_an_edited_article_under_another_title_is_found_by_its_words() -> None:
    edited = article(BODY.replace("24小时", "12小时"), "我县部署汛期工作")
    assert matched(edited, draft(), draft(2, OTHER, "春耕")) == (DIFFERS, 1)


def test_an_article_of_the_same_title_that_says_something_else_was_not_reviewed() -> None:
    assert matched(article(OTHER, TITLE), draft()) == (UNREVIEWED, None)
    assert matched(article(OTHER, "春耕"), draft()) == (UNREVIEWED, None)
    assert matched(article(OTHER, "春耕")) == (UNREVIEWED, None)


def test_a_series_and_forms_are_not_taken_for_one_another() -> None:
    weekly = BODY.replace("3月2日", "3月9日")
    one, next_ = "防汛值班情况（第1期）", "防汛值班情况（第2期）"
    assert matched(article(weekly, next_), draft(title=one)) == (UNREVIEWED, None)
    assert matched(article(BODY + "另行通知。", "会议通知"), draft()) == (UNREVIEWED, None)


def test_a_draft_that_another_article_has_the_text_of_is_not_this_ones() -> None:
    edited = article(BODY.replace("24小时", "12小时"), url="http://a.cn/2.htm")
    assert matched(edited, draft(), taken=(1,)) == (UNREVIEWED, None)
    assert matched(edited, draft(), taken=(1,), before=1) == (DIFFERS, 1)


def test_any_released_text_of_an_article_is_right() -> None:
    first, second = draft(1), draft(2, BODY.replace("24小时", "12小时"))
    assert matched(article(), first, second, before=2) == (SAME, 1)
    assert matched(article(BODY.replace("24", "36")), first, second, before=1) == (DIFFERS, 1)


def test_a_text_that_was_let_go_accuses_nobody() -> None:
    edited = article(BODY.replace("24小时", "12小时"))
    assert found_for(edited, draft(body=None)) == Match(UNKNOWN, draft(body=None), why=LET_GO)
    strange = article(OTHER, "春耕")
    assert found_for(strange, draft(body=None)) == Match(UNKNOWN, why=MAY_BE_LET_GO)
    long_ago = draft(body=None, day=date(2025, 9, 1))
    assert matched(strange, long_ago) == (UNREVIEWED, None)
    of_others = draft(body=None, unit="caizheng")
    assert matched(strange, of_others) == (UNREVIEWED, None)


def test_a_page_without_text_accuses_nobody() -> None:
    empty = article("责任编辑：王丽\n【打印】")
    assert found_for(empty, draft()) == Match(UNKNOWN, why=NO_TEXT)


def test_attachments_that_nobody_compared_are_told() -> None:
    more = (*article().parts, Part("attachment", "名单.xls", "张三"))
    found = found_for(Article("http://a.cn/1.htm", more, DAY, "", "shuili"), draft())
    assert (found.state, found.attachments) == (PARTLY, ("名单.xls",))


@pytest.mark.parametrize(
    ("day", "columns", "reprinted", "reviews", "expected"),
    [
        (date(2025, 12, 31), ("tzgg",), False, Reviews(date(2026, 1, 1)), False),
        (date(2026, 1, 1), ("tzgg",), False, Reviews(date(2026, 1, 1)), True),
        (date(2026, 1, 1), (), False, Reviews(date(2026, 1, 1)), True),
        (date(2026, 1, 1), ("tzgg",), True, Reviews(date(2026, 1, 1)), False),
        (date(2026, 1, 1), ("tzgg",), True, Reviews(date(2026, 1, 1), reprints=True), True),
        (date(2026, 1, 1), ("tzgg",), False, Reviews(date(2026, 1, 1), ("yw",)), False),
        (date(2026, 1, 1), ("tzgg", "yw"), False, Reviews(date(2026, 1, 1), ("yw",)), True),
    ],
)
def test_what_is_asked_for_reviews(
    day: date, columns: tuple[str, ...], reprinted: bool, reviews: Reviews, expected: bool  # noqa: FBT001
) -> None:  # fmt: skip
    assert wanted(reviews, day, columns, reprinted=reprinted) is expected


SITE = Site("jinghe", "精河县人民政府网", "http://a.cn/")


def test_what_a_person_reads_of_it() -> None:
    one = unreviewed.finding(SITE, article())
    assert (one.severity, one.message) == (
        Severity.WARNING, "《精河县召开防汛工作会议》2026-03-03发布，没有找到三审三校的签发记录",
    )  # fmt: skip
    two = differs_from_released.finding(
        SITE, article(), draft(12), [Change(f"旧{n}", f"新{n}") for n in range(4)]
    )
    assert two.message == (
        "发布的内容与签发稿（稿件12，2026-03-02签发）有4处不一致：“旧0”变为“新0”；“旧1”变为“新1”；“旧2”变为“新2”"
    )
    assert (one.url, one.unit, one.fingerprint != two.fingerprint) == (article().url, "shuili", True)  # fmt: skip


def test_the_rules_stand_in_the_catalogue_with_the_offices_own_rule_as_source() -> None:
    told = {one.id: one for one in catalogue(()) if one.kind == "审校"}
    assert {id: (one.title, one.source) for id, one in told.items()} == {
        "unreviewed": ("未经三审三校发布", "本单位信息发布“三审三校”制度（站点文件 reviews）"),
        "differs-from-released": (
            "发布内容与签发稿不一致",
            "本单位信息发布“三审三校”制度（站点文件 reviews）",
        ),
    }

"""What a CMS changes harmlessly is no difference; whatever changes what is said is one."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.model import Article, Part
from checks.review_compare import changes, title_and_body, unreviewed_attachments

TITLE = "精河县召开防汛工作会议"
BODY = (
    "3月2日，精河县召开防汛工作会议，安排部署“汛期”重点工作（含山洪灾害防治）。\n"
    "一、压实责任。各乡镇增长5%的投入，用于物资储备。\n"
    "二、加强值守。严格执行24小时值班制度。"
)


def article(body: str = BODY, title: str = TITLE, *attached: tuple[str, str]) -> Article:
    parts = [Part("title", "", title)] if title else []
    parts += [Part("body", "", body), *(Part("attachment", name, text) for name, text in attached)]
    return Article("", tuple(parts))


HARMLESS = {
    "spaces": BODY.replace("，", "， ").replace("\n", "\n\u3000\u3000"),
    "other line breaks": BODY.replace("\n", "\n\n\n").replace("，", "，\r\n"),
    "one line": BODY.replace("\n", ""),
    "half width": BODY.replace("（", "(").replace("）", ")").replace("，", ","),
    "full-width digits": BODY.replace("24", "２４").replace("5%", "５％"),
    "straight quotes": BODY.replace("“", '"').replace("”", '"'),
    "invisible marks": "\ufeff" + BODY.replace("防汛", "防\u200b汛"),
    "traditional": BODY.replace("县", "縣"),
    "title again": f"{TITLE}\n{BODY}",
    "title twice, broken": f"精河县召开\n防汛工作会议\n{TITLE}\n{BODY}",
    "signatures": f"来源：县水利局　发布时间：2026-03-02\n{BODY}\n（供稿：王丽）\n责任编辑：张三 审核：李四",
    "furniture": f"字体：大 中 小\n{BODY}\n【打印本页】【关闭窗口】\n上一篇：某某通知",
    "file names": f"{BODY}\n附件：1.物资清单\n物资清单.docx",
    "numbers that Word sets": BODY.replace("一、压实", "压实").replace("二、加强", "加强"),
    "bullets": BODY.replace("一、压实", "●压实").replace("二、加强", "• 加强"),
}


@pytest.mark.parametrize("published", HARMLESS.values(), ids=HARMLESS)
def test_what_a_cms_changes_is_no_difference(published: str) -> None:
    assert changes(article(), article(published)) == ()
    assert changes(article(published), article()) == ()


DIFFERENT = {
    "a figure": (BODY.replace("5%", "6%"), ["“各乡镇增长5%的投入，”变为“各乡镇增长6%的投入，”"]),
    "a figure lost": (BODY.replace("24小时", "小时"), ["“。严格执行24小时值班制”变为“。严格执行小时值班制”"]),
    "a number at a paragraph's head that is none": (
        BODY.replace("3月2日", "2日"),
        ["“汛工作会议 3月2日，精河”变为“汛工作会议 2日，精河”"],
    ),
    "a sentence more": (
        f"{BODY}\n欢迎社会监督。",
        ["“值班制度。”变为“值班制度。 欢迎社会监督。”"],
    ),
    "a paragraph less": (
        BODY.replace("一、压实责任。各乡镇增长5%的投入，用于物资储备。\n", ""),
        ["“害防治）。 一、压实责任。各乡镇增长5%的投入，用于物资储备。 二、加强值”变为“害防治）。 二、加强值”"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("published", "told"), DIFFERENT.values(), ids=DIFFERENT)
def test_what_changes_the_words_is_told(published: str, told: list[str]) -> None:
    assert [str(one) for one in changes(article(), article(published))] == told


@pytest.mark.parametrize(
    ("released", "published"),
    [
        ("记者：今年的汛期有什么特点？", "记者：今年的旱情有什么特点？"),
        ("附件中所列企业应当整改。", "附件中所列个人应当整改。"),
        ("审核：材料齐全的，当场办结。", "审核：材料不全的，不予受理。"),
        ("大中型水库", "大小型水库"),
    ],
)
def test_a_line_that_only_begins_like_a_signature_counts(released: str, published: str) -> None:
    found = changes(article(f"{BODY}\n{released}"), article(f"{BODY}\n{published}"))
    assert len(found) >= 1


def test_a_change_is_shown_as_it_was_written() -> None:
    (one,) = changes(article(), article(BODY.replace("增长5%", "增长 ６%").replace("（", "(")))
    assert str(one) == "“各乡镇增长5%的投入，”变为“各乡镇增长 ６%的投入，”"


def test_a_long_change_is_cut_in_the_middle() -> None:
    (one,) = changes(article(), article(BODY + "甲乙丙丁" * 50))
    assert len(one.published) == 50
    assert "……" in one.published


def test_a_title_that_only_one_side_has_is_no_difference() -> None:
    whole = article(f"{TITLE}\n{BODY}", "")
    assert changes(whole, article()) == ()
    assert changes(article(BODY, ""), article()) == ()
    assert changes(article(BODY, ""), article(f"{TITLE}\n{BODY}")) == ()


def test_another_title_is_told() -> None:
    (one,) = changes(article(), article(BODY, "精河县召开防洪工作会议"))
    assert (one.released, one.published) == ("河县召开防汛工作会议 3", "河县召开防洪工作会议 3")


def test_attachments_are_compared_where_the_draft_held_them() -> None:
    released = article(BODY, TITLE, ("清单.docx", "沙袋100个"))
    assert changes(released, article(BODY, TITLE, ("清单.docx", "沙袋 １００个"))) == ()
    (one,) = changes(released, article(BODY, TITLE, ("清单.docx", "沙袋900个")))
    assert str(one) == "“附件清单.docx：沙袋100个”变为“附件清单.docx：沙袋900个”"
    published = article(BODY, TITLE, ("清单.docx", "沙袋100个"), ("名单.xls", "张三"))
    assert changes(released, published) == ()
    assert unreviewed_attachments(released, published) == ("名单.xls",)


@given(st.text(max_size=200))
def test_a_text_is_the_same_as_itself_however_it_is_spaced(text: str) -> None:
    one = article(text)
    assert changes(one, one) == ()
    assert changes(one, article(text.replace("，", " ，　"))) == ()


@given(st.text("甲乙丙，。（）1２a \n", max_size=60), st.text("甲乙丙，。（）1２a \n", max_size=60))
def test_texts_that_are_compared_as_the_same_differ_in_nothing(a: str, b: str) -> None:
    one, other = article(a), article(b)
    if title_and_body(one) == title_and_body(other):
        assert changes(one, other) == ()
    found = changes(one, other)
    assert bool(found) == bool(changes(other, one))
    for change in found:
        assert change.released != change.published


@given(st.integers(0, 40), st.text("丁戊己", min_size=1, max_size=3))
def test_words_put_in_anywhere_are_noticed(place: int, put_in: str) -> None:
    published = BODY[:place] + put_in + BODY[place:]
    assert changes(article(), article(published)) != ()
    assert changes(replace(article(), url="x"), article(published)) != ()

"""Words that are taught, quoted as wrong, or were right in their day are not their writer's mistakes."""

from datetime import date

import pytest

from checks.checker import Checker
from checks.model import Article, Severity
from checks.wordlist import shipped

CHECKER = Checker(shipped())
DAY = date(2025, 9, 30)


def loud(text: str, *, title: str = "", day: date | None = DAY) -> list[str]:
    found = CHECKER.article(Article.draft(text, title=title, published=day))
    return [f.match for f in found if f.severity >= Severity.WARNING]


def quiet(text: str, *, title: str = "") -> list[str]:
    found = CHECKER.article(Article.draft(text, title=title, published=DAY))
    return [f.match for f in found if f.severity is Severity.SUGGESTION]


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("“布署”应为“部署”。", "布署"),
        ("稿件中将“部署”误写为“布署”，已更正。", "布署"),
        ("不应写作“二个维护”，规范表述是“两个维护”。", "二个维护"),
        ("布署→部署", "布署"),
        ("错误：布署　正确：部署", "布署"),
        ("布署\t部署", "布署"),
        ("检查发现错敏词“中华名族”1处，已要求整改。", "中华名族"),
    ],
)
def test_a_lesson_is_not_accused(text: str, match: str) -> None:
    assert loud(text) == []
    assert match in quiet(text)


def test_everything_in_a_lesson_is_only_suspected() -> None:
    text = "写材料时要防止出现布署、按装一类的写法。"
    assert loud(text) == ["布署", "按装"]
    assert loud(text, title="公文常见错别字辨析") == []


@pytest.mark.parametrize(
    "text",
    [
        "增强“四个意思”，坚定“四个自信”。",
        "会议强调，要认真布署下一步工作，应为全县发展作贡献。",
        "他说：“要布署好今年的工作。”",
    ],
)
def test_a_quotation_alone_excuses_nothing(text: str) -> None:
    assert loud(text) != []


@pytest.mark.parametrize(
    "text",
    [
        "由原县国土资源局移交档案。",
        "时任县农业局局长张某某到会。",
        "2016年，县国土资源局发布公告。",
        "撤销县环境保护局，组建县生态环境局。",
        "县国税局、地税局合并组建税务局。",
        "《国家旅游局关于开展文明旅游的通知》",
        "县卫计委更名为县卫健委。",
        "废止《中华人民共和国合同法》。",
        "原《合同法》第五十二条规定的情形。",
    ],
)
def test_names_of_the_past_may_stand_where_they_belong(text: str) -> None:
    assert loud(text) == []


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("县国土资源局发布公告。", "国土资源局"),
        ("平原县国土资源局发布公告。", "国土资源局"),
        ("2025年，县环保局开展执法检查。", "环保局"),
        ("依据《合同法》签订合同。", "《合同法》"),
    ],
)
def test_names_of_the_past_in_use_today_are_found(text: str, match: str) -> None:
    assert loud(text) == [match]
    assert loud(text, day=date(2015, 1, 1)) == []

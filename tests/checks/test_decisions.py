"""What a site decides: rules off, on or lowered with a reason; a roster of people and posts."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from checks.checker import Checker
from checks.model import Article, BadInput, Official, Severity, Site, Switch
from checks.roster import read_roster
from checks.site import load_site
from checks.wordlist import shipped

DAY = date(2025, 9, 30)
SITE = Site("county", "某县", "https://www.example.gov.cn/")
SLIP = Article.draft("作出布署。请于2025年2月30日前报送。", published=DAY)


def found(site: Site, article: Article = SLIP) -> list[tuple[str, Severity]]:
    return [(f.rule, f.severity) for f in Checker(shipped(), site).article(article)]


def test_without_a_decision_everything_counts() -> None:
    assert found(SITE) == [("typos", Severity.WARNING), ("dates", Severity.WARNING)]


def test_a_rule_and_a_list_are_switched_off_and_lowered() -> None:
    switches = (Switch("dates", None, "历史资料"), Switch("typos", Severity.SUGGESTION, "试用"))
    assert found(replace(SITE, switches=switches)) == [("typos", Severity.SUGGESTION)]


def test_a_decision_raises_nothing() -> None:
    site = replace(SITE, switches=(Switch("typos", Severity.ERROR, "试用"),))
    assert found(site)[0] == ("typos", Severity.WARNING)


@pytest.mark.parametrize(
    ("columns", "rules"),
    [(("old",), ["typos"]), (("old", "news"), ["typos", "dates"]), ((), ["typos", "dates"])],
)
def test_a_decision_for_a_column_holds_only_there(
    columns: tuple[str, ...], rules: list[str]
) -> None:
    site = replace(SITE, switches=(Switch("dates", None, "历史资料", ("old",)),))
    assert [rule for rule, _ in found(site, replace(SLIP, columns=columns))] == rules


def test_a_noisy_rule_is_off_until_it_is_switched_on() -> None:
    draft = Article.draft("“清单式”、“网格化”管理。", published=DAY)
    assert found(SITE, draft) == []
    on = replace(SITE, switches=(Switch("style-marks", None, "本县体例", on=True),))
    assert found(on, draft) == [("style-marks", Severity.SUGGESTION)]


ROSTER = (
    Official("张三丰", "县委书记", date(2024, 1, 1), None, 1),
    Official("李建国", "县长", date(2024, 1, 1), None, 2),
    Official("王前任", "县长", date(2020, 1, 1), date(2024, 1, 1), 2),
)


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("县委书记张三丰主持会议。", []),
        ("县委书记张三峰主持会议。", [("张三峰", "张三丰")]),
        ("县 委 书 记 张 三 峰 主持会议。", [("张 三 峰", "张三丰")]),
        ("县委书记李建国主持会议。", [("县委书记李建国", "")]),
        ("县长王前任到会。", [("县长王前任", "")]),
        ("时任县长王前任到会。", []),
        ("副县长张某某到会。", []),
        ("李建国、张三丰参加调研。", [("李建国、张三丰", "张三丰、李建国")]),
        ("张三丰、李建国参加调研。", []),
        ("农民张三峰种植小麦。", []),
        ("县长到会。", []),
    ],
)
def test_people_and_posts(text: str, marked: list[tuple[str, str]]) -> None:
    checker = Checker(shipped(), replace(SITE, roster=ROSTER))
    hits = checker.article(Article.draft(text, published=DAY))
    assert [(f.match, f.suggestion) for f in hits if f.rule == "people-and-posts"] == marked


def test_the_roster_is_read_with_its_faults(tmp_path: Path) -> None:
    good = tmp_path / "people.csv"
    good.write_text("姓名,职务,起,止,排序\n张 三,县长,2024-01-01,,1\n", "utf-8-sig")
    assert read_roster(good) == (Official("张三", "县长", date(2024, 1, 1), None, 1),)
    bad = tmp_path / "bad.csv"
    bad.write_text("姓名,职务,起,止,排序\n,县长,昨天,,甲\n", "gb18030")
    with pytest.raises(BadInput) as told:
        read_roster(bad)
    assert told.value.lines == (
        f"{bad}:2: 姓名为空",
        f"{bad}:2: 起为“昨天”，应为日期，如 2025-09-30",
        f"{bad}:2: 排序为“甲”，应为整数，1排在最前",
    )


def test_the_site_file_says_it(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("姓名,职务\n张三,县长\n", "utf-8")
    file = tmp_path / "site.yaml"
    text = (
        'site: {id: county, name: 某县, home: "https://www.example.gov.cn/"}\n'
        "columns:\n  - {id: old, name: 大事记, url: /old.htm}\n"
        "roster: people.csv\n"
        "rules:\n  - {rule: dates, set: off, reason: 历史资料, columns: [old]}\n"
    )
    file.write_text(text, "utf-8")
    site = load_site(file)
    assert site.switches == (Switch("dates", None, "历史资料", ("old",)),)
    assert site.roster == (Official("张三", "县长"),)
    file.write_text(text.replace("[old]", "[none]").replace("people.csv", "nobody.csv"), "utf-8")
    with pytest.raises(BadInput) as told:
        load_site(file)
    assert told.value.lines == (
        f"{file}:4: 没有“nobody.csv”这个领导名录文件；应写相对于站点文件的CSV或XLSX",
        f"{file}:6: 没有id为“none”的栏目；应写columns里已有的id",
    )

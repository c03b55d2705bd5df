"""What a site decides of rules holds for pages; the office's own words are looked for; each rule's borders."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from checks.catalogue import catalogue
from checks.model import Severity, Site, Switch
from checks.page_judge import judge_page, spam_words
from checks.rules.page import PAGE_RULES
from checks.rules.page.shared import mandated_marks, mandated_tags
from checks.seen_page import Marks, PageFault, PageKind, SeenLink, SeenPage
from checks.wordlist import Term, Wordlist

HOME = "https://www.example.gov.cn/"
SITE = Site("county", "某县人民政府网", HOME, code="6527220001")
TAGS = {
    "sitename": ("某县人民政府",), "sitedomain": ("www.example.gov.cn",), "siteidcode": ("6527220001",),
    "columnname": ("要闻",), "columndescription": ("发布要闻",), "columnkeywords": ("要闻",), "columntype": ("要闻",),
    "articletitle": ("关于召开座谈会的通知",), "pubdate": ("2025-09-30 10:30",), "contentsource": ("县政府办",),
}  # fmt: skip
MARKS = Marks(
    badge="script", reports=(("zfwzgl.www.gov.cn", "6527220001"),), codes=("6527220001",),
    named=frozenset(("icp", "police", "organiser", "contact", "sitemap")),
)  # fmt: skip
GOOD = SeenPage(f"{HOME}a.htm", "article", "关于召开座谈会的通知-某县人民政府", "", TAGS, (), MARKS)


def tagged(**tags: str) -> SeenPage:
    return replace(GOOD, tags={**TAGS, **{name: (said,) for name, said in tags.items()}})


def found(seen: SeenPage, site: Site = SITE, columns: Sequence[str] = ()) -> list[tuple[str, Severity]]:  # fmt: skip
    return [(one.note, one.severity) for one in judge_page(seen, site, columns)]


def faults(seen: SeenPage, rule: str, words: Sequence[str] = ()) -> list[PageFault]:
    return [one for one in judge_page(seen, SITE, words=words) if one.rule == rule]


@pytest.mark.parametrize("kind", ["home", "column", "article"])
def test_a_good_page_has_no_fault(kind: PageKind) -> None:
    assert found(replace(GOOD, kind=kind)) == []


@pytest.mark.parametrize(("kind", "wanted"), [("home", 3), ("column", 7), ("article", 10)])
def test_three_seven_and_ten_tags_are_wanted(kind: PageKind, wanted: int) -> None:
    assert sum(kind in tag.kinds for tag in mandated_tags()) == wanted
    one = replace(GOOD, kind=kind, tags={"sitename": ("某县人民政府",)})
    assert len(faults(one, "page-tags-missing")) == wanted - 1
    (none,) = faults(replace(GOOD, kind=kind, tags={}), "page-tags-missing")
    assert f"应有{wanted}个" in none.note


MISSING = replace(GOOD, tags={name: said for name, said in TAGS.items() if name != "pubdate"})


@pytest.mark.parametrize(
    ("switch", "columns", "left"),
    [
        (None, (), [("缺少PubDate标签", Severity.WARNING)]),
        (Switch("page-tags-missing", None, "改版"), (), []),
        (Switch("page-tags-missing", Severity.SUGGESTION, "改版"), (), [("缺少PubDate标签", Severity.SUGGESTION)]),
        (Switch("page-tags-missing", Severity.ERROR, "改版"), (), [("缺少PubDate标签", Severity.WARNING)]),
        (Switch("page-tags-missing", None, "旧栏目", ("old",)), ("old",), []),
        (Switch("page-tags-missing", None, "旧栏目", ("old",)), ("old", "new"), [("缺少PubDate标签", Severity.WARNING)]),
        (Switch("page-tags-missing", None, "旧栏目", ("old",)), (), [("缺少PubDate标签", Severity.WARNING)]),
    ],
)  # fmt: skip
def test_a_sites_decision_holds_for_pages(
    switch: Switch | None, columns: tuple[str, ...], left: list[tuple[str, Severity]]
) -> None:
    site = replace(SITE, switches=(switch,) if switch else ())
    assert found(MISSING, site, columns) == left


@pytest.mark.parametrize(
    ("tag", "said", "severity"),
    [
        ("sitename", "某县人民政府门户网站", None),
        ("sitename", "某县", Severity.SUGGESTION),
        ("sitename", "他县人民政府", Severity.WARNING),
        ("sitedomain", "example.gov.cn", None),
        ("sitedomain", "https://www.example.gov.cn/", Severity.SUGGESTION),
        ("sitedomain", "xxgk.example.gov.cn", Severity.SUGGESTION),
        ("sitedomain", "gxq.cq.gov.cn", Severity.WARNING),
        ("siteidcode", "6527220002", Severity.WARNING),
        ("siteidcode", "652722000", Severity.WARNING),
        ("pubdate", "2025年9月30日", None),
        ("pubdate", "20250930", None),
        ("pubdate", "待定", Severity.WARNING),
        ("columnname", "栏目名称", Severity.WARNING),
        ("contentsource", "{$source}", Severity.WARNING),
        ("contentsource", "来源", Severity.WARNING),
        ("contentsource", "县政府办", None),
    ],
)
def test_what_a_tag_says_is_held_to_the_site_file(
    tag: str, said: str, severity: Severity | None
) -> None:
    told = [one.severity for one in faults(tagged(**{tag: said}), "page-tags-wrong")]
    assert told == ([severity] if severity else [])


def test_what_the_site_file_does_not_say_is_not_compared() -> None:
    site = replace(SITE, code="", home="http://127.0.0.1:8000/")
    assert found(tagged(siteidcode="5001070001", sitedomain="gxq.cq.gov.cn"), site) == [
        ("页脚网站标识码是6527220001，SiteIDCode标签是5001070001", Severity.WARNING),
        ("找错入口代码是6527220001，SiteIDCode标签是5001070001", Severity.WARNING),
    ]


@pytest.mark.parametrize("mark", [one.mark for one in mandated_marks()])
def test_a_missing_mark_is_told_on_the_home_page(mark: str) -> None:
    marks = replace(
        MARKS,
        badge="" if mark == "badge" else "script",
        reports=() if mark == "report" else MARKS.reports,
        codes=() if mark == "code" else MARKS.codes,
        named=MARKS.named - {mark},
    )
    home = replace(GOOD, kind="home", marks=marks)
    (one,) = faults(home, "footer-marks")
    wanted = next(m for m in mandated_marks() if m.mark == mark)
    assert (one.key, one.note, one.severity) == (mark, f"页脚缺少{wanted.name}", wanted.severity)
    (doubtful,) = faults(replace(home, marks=replace(marks, elsewhere=True)), "footer-marks")
    assert doubtful.severity == Severity.SUGGESTION
    assert faults(replace(home, kind="article"), "footer-marks") == []


def test_a_footer_that_was_not_seen_accuses_nobody() -> None:
    (one,) = faults(replace(GOOD, kind="home", marks=Marks()), "footer-marks")
    assert (one.key, one.severity) == ("全部", Severity.SUGGESTION)


def hides(*links: tuple[str, str]) -> SeenPage:
    hidden = tuple(SeenLink(url, "资讯", "page", by) for url, by in links)  # type: ignore[arg-type]
    return replace(GOOD, links=hidden)


@pytest.mark.parametrize(
    ("url", "by", "severity"),
    [
        ("http://abc-example.top/", "display", Severity.ERROR),
        ("http://abc-example.top/", "folded", Severity.WARNING),
        ("http://abc-example.top/", "", None),
        ("http://shop.example/", "off-screen", Severity.WARNING),
        ("http://shop.example/", "written", Severity.WARNING),
        ("http://shop.example/", "display", Severity.SUGGESTION),
        ("http://shop.example/", "folded", Severity.SUGGESTION),
        ("http://192.0.2.1/", "display", Severity.WARNING),
        ("http://192.0.2.1/", "folded", Severity.SUGGESTION),
        ("http://www.other.gov.cn/", "off-screen", None),
        ("http://www.people.com.cn/", "display", None),
        ("https://xxgk.example.gov.cn/", "off-screen", None),
    ],
)
def test_how_much_a_hidden_link_weighs(url: str, by: str, severity: Severity | None) -> None:
    told = [one.severity for one in faults(hides((url, by)), "hidden-links")]
    assert told == ([severity] if severity else [])


@pytest.mark.parametrize(("count", "severity"), [(4, Severity.SUGGESTION), (5, Severity.ERROR)])
def test_many_hidden_sites_are_no_oversight(count: int, severity: Severity) -> None:
    many = hides(*((f"http://shop{'abcdefgh'[n]}.example/", "display") for n in range(count)))
    assert [one.severity for one in faults(many, "hidden-links")] == [severity] * count
    folded = replace(many, links=tuple(replace(one, hidden="folded") for one in many.links))
    assert {one.severity for one in faults(folded, "hidden-links")} == {Severity.SUGGESTION}


def test_the_offices_own_words_are_looked_for() -> None:
    own = Wordlist("page-spam", "篡改", Severity.ERROR, "", "", (Term("某词", ""),))
    words = spam_words((replace(own, id="other"), own))
    assert words == ("某词",)
    page = replace(
        GOOD,
        title="某词-某县人民政府",
        links=(SeenLink("http://www.people.com.cn/", "某词大全", "page", "folded"),),
    )
    assert [(one.rule, one.key, one.severity) for one in judge_page(page, SITE, words=words)] == [
        ("hidden-links", "www.people.com.cn", Severity.ERROR),
        ("injected-spam", "词 某词", Severity.ERROR),
    ]
    assert found(page) == []


def test_personal_numbers_are_masked() -> None:
    (one,) = faults(tagged(sitename="张三 身份证 110101199003077096"), "page-tags-wrong")
    assert "199003077096" not in one.note + one.match + one.key


def test_every_rule_is_listed_with_its_manual() -> None:
    listed = {one.id: one for one in catalogue(())}
    for rule in PAGE_RULES:
        assert (listed[rule.RULE.id].kind, listed[rule.RULE.id].on) == ("网页", rule.ON)
        assert rule.MANUAL.bad and rule.MANUAL.good
    assert {listed[id].kind for id in ("dead-link", "link-gone-wild")} == {"链接"}

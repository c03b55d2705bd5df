"""Records of an outside monitor and our findings: which are the same, each at most once."""

from dataclasses import replace
from datetime import date
from itertools import permutations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.reconcile import Held, Reconciled, Reported, page_key, paired, reconciled, untagged

PAGE = "a.gov.cn/1.htm"
DAY = date(2025, 9, 10)


def theirs(
    number: int, context: str, word: str = "布署", page: str = PAGE, day: date = DAY
) -> Reported:
    return Reported(number, page, word, context, day)


def held(number: int, marked: str, page: str = PAGE, ended: date | None = None) -> Held:
    """`marked` is a sentence with the wrong word between ‹ and ›."""
    before, rest = marked.split("‹")
    word, after = rest.split("›")
    return Held(number, page, word, before, after, date(2025, 9, 1), ended)


def numbers(reported: list[Reported], ours: list[Held]) -> list[tuple[int, int]]:
    return [(a.number, b.number) for a, b in paired(reported, ours)]


@pytest.mark.parametrize(
    ("context", "same"),
    [
        ("会议对防汛工作作出布署，要求各单位", True),
        ("……工作作出<font color='red'>布署</font>，要求……", True),
        ("对防汛工作 作出【布署】要求各单位", True),
        ("作出布 署,要求", True),
        ("", True),
        ("布署", True),
        ("全面布署安全生产", False),
        ("没有这个词的上下文", True),  # nothing to compare: the word and the page must do
    ],
)
def test_a_record_is_ours_by_its_word_and_what_stands_around_it(
    context: str, *, same: bool
) -> None:
    ours = held(7, "会议对防汛工作作出‹布署›，要求各单位落实。")
    assert numbers([theirs(1, context)], [ours]) == ([(1, 7)] if same else [])


def test_another_page_or_another_word_is_another_finding() -> None:
    ours = held(7, "对防汛工作作出‹布署›，要求")
    assert numbers([theirs(1, "工作作出布署，要求", page="a.gov.cn/2.htm")], [ours]) == []
    assert numbers([theirs(1, "工作作出布署，要求", word="作出")], [ours]) == []


@pytest.mark.parametrize(
    ("word", "context", "same"),
    [
        ("作出布署", "对防汛工作作出布署，要求", True),
        ("布署，", "工作作出布署，要求", True),
        ("作出布署", "", True),
        ("防汛布署", "", False),
        ("安排布署", "安排布署，落实", False),
    ],
)
def test_a_longer_word_is_the_same_where_its_context_is(
    word: str, context: str, *, same: bool
) -> None:
    ours = held(7, "对防汛工作作出‹布署›，要求")
    assert numbers([theirs(1, context, word)], [ours]) == ([(1, 7)] if same else [])


def test_context_decides_between_several_places_of_a_word() -> None:
    ours = [
        held(11, "县长对防汛工作‹布署›并提出要求"),
        held(12, "书记对春耕生产‹布署›并提出要求"),
        held(13, "最后再次‹布署›结束"),
    ]
    reported = [
        theirs(1, "书记对春耕生产布署并提出要求"),
        theirs(2, "县长对防汛工作布署并提出要求"),
    ]
    assert numbers(reported, ours) == [(1, 12), (2, 11)]


def test_a_record_without_context_leaves_the_place_to_the_one_that_has_it() -> None:
    ours = [held(11, "县长对防汛工作‹布署›并提出"), held(12, "书记对春耕生产‹布署›并提出")]
    assert numbers([theirs(1, ""), theirs(2, "县长对防汛工作布署并提出")], ours) == [
        (1, 12),
        (2, 11),
    ]


def test_a_pair_gives_way_where_more_can_be_paired_so() -> None:
    """The record without context fits both findings, the other only the one it would take first."""
    ours = [held(11, "甲乙丙丁‹布署›戊己庚辛"), held(12, "子丑寅卯‹布署›辰巳午未")]
    reported = [theirs(1, "布署"), theirs(2, "甲乙丙丁布署戊己庚辛"), theirs(3, "一二三四布署五")]
    assert numbers(reported, ours) == [(1, 12), (2, 11)]


def test_every_record_goes_one_way() -> None:
    ours = [
        held(11, "对防汛工作‹布署›并提出"),
        held(12, "对春耕生产‹布署›并提出", ended=date(2025, 9, 20)),
        held(13, "坚持‹再接再励›作风"),
        replace(held(14, "某某‹的的›人"), claimed=False),
        held(15, "同月‹已经›改好", ended=date(2025, 9, 4)),
        held(16, "未监测‹的页›面", page="a.gov.cn/9.htm"),
    ]
    reported = [
        theirs(1, "对防汛工作布署并提出"),
        theirs(2, "对春耕生产布署并提出"),
        theirs(3, "对防汛工作布署并提出"),
        theirs(4, "座右铭", "座佑铭"),
        theirs(5, "座右铭", "座佑铭"),
    ]
    found = reconciled(reported, ours, date(2025, 9, 5), date(2025, 9, 30))
    assert found == Reconciled(
        matched=((reported[0], ours[0]),),
        closed=((reported[1], ours[1]),),
        theirs=(reported[3],),
        repeated=(reported[2], reported[4]),
        ours=(ours[2],),
    )


@pytest.mark.parametrize(
    ("opened", "ended", "counts"),
    [
        (date(2025, 9, 30), None, True),
        (date(2025, 10, 1), None, False),
        (date(2025, 7, 1), date(2025, 9, 1), True),
        (date(2025, 7, 1), date(2025, 8, 31), False),
    ],
)
def test_only_what_stood_while_they_watched_is_only_ours(
    opened: date, ended: date | None, *, counts: bool
) -> None:
    ours = replace(held(11, "坚持‹再接再励›作风", ended=ended), opened=opened)
    found = reconciled([theirs(1, "")], [ours], date(2025, 9, 1), date(2025, 9, 30))
    assert found.ours == ((ours,) if counts else ())
    assert reconciled([theirs(1, "")], [ours], None, None).ours == ()


def test_the_scheme_and_markup_are_no_part_of_what_is_compared() -> None:
    assert page_key("https://a.gov.cn/1.htm") == page_key("http://a.gov.cn/1.htm") == PAGE
    assert untagged("作出<em class='x'>布署</em>&amp;要求 1<2") == "作出布署&要求 1<2"


LETTERS = "甲乙"
CONTEXTS = st.tuples(st.text(LETTERS, max_size=4), st.text(LETTERS, max_size=4))
WORDS = st.sampled_from(["布署", "出布署", "布署了"])
PAGES = st.sampled_from([PAGE, "a.gov.cn/2.htm"])
PLACES = st.lists(st.tuples(PAGES, WORDS, CONTEXTS), max_size=7)


def records(places: list[tuple[str, str, tuple[str, str]]]) -> list[Reported]:
    return [
        Reported(n, page, word, f"{before}{word}{after}")
        for n, (page, word, (before, after)) in enumerate(places)
    ]


def findings(places: list[tuple[str, str, tuple[str, str]]]) -> list[Held]:
    return [
        Held(n, page, word, before, after, DAY)
        for n, (page, word, (before, after)) in enumerate(places)
    ]


@given(PLACES, PLACES)
def test_nothing_is_paired_twice_and_either_side_pairs_as_many(
    a: list[tuple[str, str, tuple[str, str]]], b: list[tuple[str, str, tuple[str, str]]]
) -> None:
    pairs = numbers(records(a), findings(b))
    assert len({one for one, _ in pairs}) == len({other for _, other in pairs}) == len(pairs)
    assert len(numbers(records(b), findings(a))) == len(pairs)


@given(PLACES, PLACES, st.randoms())
def test_the_order_of_records_and_findings_changes_nothing(
    a: list[tuple[str, str, tuple[str, str]]],
    b: list[tuple[str, str, tuple[str, str]]],
    random: Random,
) -> None:
    reported, ours = records(a), findings(b)
    expected = paired(reported, ours)
    random.shuffle(reported)
    random.shuffle(ours)
    assert paired(reported, ours) == expected


FEW = st.lists(st.tuples(PAGES, WORDS, CONTEXTS), max_size=4)


@given(FEW, FEW)
def test_as_many_are_paired_as_can_be(
    a: list[tuple[str, str, tuple[str, str]]], b: list[tuple[str, str, tuple[str, str]]]
) -> None:
    """Against trying every way."""
    reported, ours = records(a), findings(b)
    fits = {(x.number, y.number) for x in reported for y in ours if paired([x], [y])}
    partners = [*range(len(ours)), *[-1] * len(reported)]
    ways = set(permutations(partners, len(reported)))
    most = max(sum((i, j) in fits for i, j in enumerate(way)) for way in ways)
    assert len(paired(reported, ours)) == most


@given(PLACES)
def test_every_record_is_told_of_once(places: list[tuple[str, str, tuple[str, str]]]) -> None:
    reported = records(places)
    found = reconciled(reported, findings(places[::2]), DAY, DAY)
    told = [
        *(one.number for one, _ in (*found.matched, *found.closed)),
        *(one.number for one in (*found.theirs, *found.repeated)),
    ]
    assert sorted(told) == [one.number for one in reported]

"""Figures counted from rows: conditions, shares as a person rounds them, and what cannot be counted said so."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.counting import Names, count, percent
from checks.figure import Asked, Condition, Query, Row
from checks.model import Unchecked

ROWS = (
    Row("a", {"unit": "jia", "n": 3, "said": "好"}, "第2行"),
    Row("b", {"unit": "yi", "n": 0, "said": None}, "第3行"),
    Row("c", {"unit": "jia", "n": None, "said": "差"}, "第4行"),
)


@pytest.mark.parametrize(
    ("where", "keys"),
    [
        (Condition("said", "is", ("好", "中")), ("a",)),
        (Condition("said", "not", ("好",)), ("b", "c")),
        (Condition("said", "filled"), ("a", "c")),
        (Condition("said", "empty"), ("b",)),
        (Condition("n", "above", (0,)), ("a",)),
        (Condition("n", "below", (3,)), ("b",)),
        (Condition("n", "is", (0,)), ("b",)),
    ],
)
def test_a_condition_picks_its_rows(where: Condition, keys: tuple[str, ...]) -> None:
    (figure,) = count([Asked("x", "{value}行", Query("f", "count", "", (where,)))], ROWS).figures
    assert (figure.value, figure.rows, figure.words) == (len(keys), keys, f"{len(keys)}行")


def test_different_cells_are_counted_and_listed_once() -> None:
    asked = [
        Asked("units", "{value}个", Query("f", "count", "unit")),
        Asked("names", "有{value}", Query("f", "list", "unit")),
        Asked("each", "{unit}{value}", Query("f", "count"), by="unit"),
    ]
    named = Names(cell={"jia": "甲局", "yi": "乙局"}.__getitem__)
    assert [(one.id, one.value, one.words, one.unit) for one in count(asked, ROWS, named).figures] == [
        ("f.units", 2, "2个", ""),
        ("f.names", ("甲局", "乙局"), "有甲局、乙局", ""),
        ("f.each@jia", 2, "甲局2", "jia"),
        ("f.each@yi", 1, "乙局1", "yi"),
    ]  # fmt: skip


def test_a_sum_with_an_empty_cell_is_unchecked_with_its_row() -> None:
    said = count(
        [Asked("n", "共{value}张", Query("f", "sum", "n"))], ROWS, Names(field=lambda _: "表格数")
    )
    assert (said.figures, said.unchecked) == (
        (), (Unchecked("共…张", "1行没有填“表格数”：第4行"),),
    )  # fmt: skip


def test_a_share_of_nothing_is_unchecked() -> None:
    none = Query("f", "count", "", (Condition("said", "is", ("没有",)),))
    asked = Asked("s", "占{value}%", Query("f", "count", of=none))
    assert count([asked], ROWS).unchecked == (Unchecked("占…%", "总数是0，算不出占比"),)


@pytest.mark.parametrize(
    ("part", "whole", "decimals", "said"),
    [
        (274, 587, 1, "46.7"),
        (313, 587, 1, "53.3"),
        (574, 587, 1, "97.8"),
        (85, 86, 2, "98.84"),
        (1, 8, 1, "12.5"),
        (1, 800, 1, "0.1"),  # 0.125
        (1, 8000, 1, "0.1"),  # not 0: there is one
        (0, 8, 1, "0.0"),
        (7999, 8000, 1, "99.9"),  # not 100: one is lacking
        (8, 8, 1, "100.0"),
        (1, 200, 0, "1"),
        (5, 1000, 1, "0.5"),
        (25, 1000, 0, "3"),  # half up, as a person does
    ],
)
def test_a_share_is_rounded_as_a_person_would(
    part: int, whole: int, decimals: int, said: str
) -> None:
    assert str(percent(Fraction(part), Fraction(whole), decimals)) == said


def shares(parts: list[int]) -> list[Decimal]:
    rows = [Row(f"{n}-{m}", {"kind": n}) for n, part in enumerate(parts) for m in range(part)]
    total = Query("f", "count")
    asked = [
        Asked(f"k{n}", "{value}%", Query("f", "count", "", (Condition("kind", "is", (n,)),), total),
              partition="kinds")
        for n in range(len(parts))
    ]  # fmt: skip
    return [one.value for one in count(asked, rows).figures if isinstance(one.value, Decimal)]


def test_three_thirds_make_a_hundred() -> None:
    assert sorted(map(str, shares([1, 1, 1]))) == ["33.3", "33.3", "33.4"]
    assert sorted(map(str, shares([2, 2, 2, 1]))) == ["14.3", "28.5", "28.6", "28.6"]


@settings(deadline=None)
@given(st.lists(st.integers(0, 60), min_size=1, max_size=6).filter(any))
def test_the_shares_of_a_whole_sum_to_a_hundred_and_stay_near(parts: list[int]) -> None:
    said = shares(parts)
    assert sum(said) == 100
    for share, part in zip(said, parts, strict=True):
        assert abs(float(share) - 100 * part / sum(parts)) <= 0.2

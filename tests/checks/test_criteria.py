"""Who did well and who badly, by criteria that a file declares."""

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.criteria import Criteria, Criterion, Known, load_criteria, standings
from checks.model import BadInput
from reports.ranking import SHIPPED

COUNTY = load_criteria(SHIPPED)
GOOD: Known = {"published": 40, "met": True, "overdue": 0, "errors": 0}
NOTHING: Known = {"published": None, "met": None, "overdue": None, "errors": None}


def stands(*units: Known) -> list[tuple[bool, bool, bool]]:
    return [(one.did_well, one.did_badly, one.unknown) for one in standings(COUNTY, units)]


@pytest.mark.parametrize(
    ("unit", "well", "badly"),
    [
        (GOOD, True, False),
        ({**GOOD, "overdue": 1}, False, True),
        ({**GOOD, "errors": 1}, False, True),
        ({**GOOD, "met": False}, False, True),
        ({**GOOD, "met": None}, True, False),  # no quota: the criterion does not count
        ({**GOOD, "published": 0}, False, False),
    ],
)
def test_a_unit_did_well_by_all_and_badly_by_one(unit: Known, *, well: bool, badly: bool) -> None:
    assert stands(unit) == [(well, badly, False)]


def test_a_unit_nothing_is_known_of_did_neither() -> None:
    assert stands(NOTHING, GOOD) == [(False, False, True), (True, False, False)]


def test_the_first_share_of_27_units_is_8_and_those_equal_to_the_eighth() -> None:
    units = [{**GOOD, "published": n} for n in range(27, 0, -1)]
    assert [one for one, _, _ in stands(*units)] == [True] * 8 + [False] * 19
    tied = [{**GOOD, "published": max(n, 20)} for n in range(27, 0, -1)]
    assert sum(one for one, _, _ in stands(*tied)) == 27


def test_the_criteria_met_are_named() -> None:
    (one,) = standings(COUNTY, [{**GOOD, "met": None, "errors": 2}])
    assert [each.says for each in one.well] == ["发布数量居前30%", "没有逾期未改的问题"]
    assert [each.says for each in one.badly] == ["有已确认的严重错误"]
    assert [each.id for each in one.untold] == ["quota-met"]


FIGURES = st.fixed_dictionaries(
    {
        "published": st.none() | st.integers(0, 5),
        "met": st.none() | st.booleans(),
        "overdue": st.none() | st.integers(0, 2),
        "errors": st.none() | st.integers(0, 2),
    }
)


@given(st.lists(FIGURES, max_size=8))
def test_nobody_did_both_by_the_shipped_criteria_and_order_changes_nothing(
    units: list[dict[str, int | bool | None]],
) -> None:
    found = stands(*units)
    assert not any(well and badly for well, badly, _ in found)
    assert stands(*units[::-1]) == found[::-1]


@pytest.mark.parametrize(
    ("test", "bound", "value", "holds"),
    [
        ("at_least", 2, 2, True), ("at_least", 2, 1, False), ("at_most", 2, 2, True), ("at_most", 2, 3, False),
        ("below", 95, Fraction(9499, 100), True), ("below", 95, 95, False), ("is", 1, True, True), ("is", 0, True, False),
        ("at_least", 2, None, None),
    ],
)  # fmt: skip
def test_bounds(test: str, bound: int, value: object, *, holds: bool | None) -> None:
    one = Criterion("x", "x", "published", test, Fraction(bound))  # type: ignore[arg-type]
    assert one.holds(value, []) is holds  # type: ignore[arg-type]


def test_a_file_of_the_offices_own(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    path.write_text(
        "id: own\ntitle: 本县\nsource: 本县规定\nwell:\n  - {id: a, says: 按时, figure: on_time, at_least: 97.8}\n",
        "utf-8",
    )
    well = (Criterion("a", "按时", "on_time", "at_least", Fraction(978, 10)),)
    assert load_criteria(path) == Criteria("own", "本县", "本县规定", well, ())


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("{id: a, says: x, figure: published}", "“a”应写 at_least、at_most、below、is、top_percent 中的一个"),
        ("{id: a, says: x, figure: published, at_least: 1, below: 2}", "“a”应写 at_least、at_most、below、is、top_percent 中的一个"),
        ("{id: a, says: x, figure: met, at_least: 1}", "“a”：met（是否达标）应写 is，别的数字不写 is"),
        ("{id: a, says: x, figure: open, is: true}", "“a”：met（是否达标）应写 is，别的数字不写 is"),
        ("{id: a, says: x, figure: mood, at_least: 1}", "well.0.figure写的是“mood”；应为published、reprinted、repeated、adopted、met、confirmed、errors、open、overdue、on_time之一"),
    ],
)  # fmt: skip
def test_a_wrong_criterion_is_told_of_with_its_line(tmp_path: Path, row: str, said: str) -> None:
    path = tmp_path / "c.yaml"
    path.write_text(f"id: own\ntitle: 本县\nsource: 规定\nwell:\n  - {row}\n", "utf-8")
    with pytest.raises(BadInput) as refused:
        load_criteria(path)
    assert refused.value.lines == (f"{path}:5: {said}",)

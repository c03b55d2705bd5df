"""Every query asks the same of the table as of the rows."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from checks.counting import count
from checks.figure import Asked, Condition, Measure, Operator, Query, Row, Value
from checks.form import Form, FormField
from store.figure_tables import add_table, query_sql

FORM = Form(
    "my-form",
    "表",
    (
        FormField("said", "说"),
        FormField("n", "数", type="int"),
        FormField("x", "率", type="percent"),
    ),
)
CELLS: dict[str, st.SearchStrategy[Value]] = {
    "said": st.sampled_from(["好", "it's", '"', None]),
    "n": st.sampled_from([0, 1, 7, None]),
    "x": st.sampled_from([0.5, 98.84, None]),
}


@st.composite
def conditions(draw: st.DrawFn) -> Condition:
    field = draw(st.sampled_from(["said", "n", "x"]))
    operators: list[Operator] = ["is", "not", "filled", "empty"]
    operator = draw(
        st.sampled_from(operators if field == "said" else [*operators, "above", "below"])
    )
    if operator in ("filled", "empty"):
        return Condition(field, operator)
    value = draw(CELLS[field].filter(lambda cell: cell is not None))
    return Condition(field, operator, (value,))


@settings(deadline=None)
@given(
    rows=st.lists(st.fixed_dictionaries(CELLS), max_size=8),
    measured=st.sampled_from([("count", ""), ("count", "said"), ("sum", "n"), ("list", "said")]),
    where=st.lists(conditions(), max_size=2),
)
def test_a_query_gives_the_same_in_sql(
    rows: list[dict[str, Value]], measured: tuple[Measure, str], where: list[Condition]
) -> None:
    if measured[0] == "sum":
        where = [*where, Condition("n", "filled")]
    query = Query("my-form", *measured, tuple(where))
    kept = [Row(str(n), cells) for n, cells in enumerate(rows)]
    database = Database(memory=True)
    add_table(database, FORM, kept)
    answers = [one[0] for one in database.execute(query_sql(query))]
    (figure,) = count([Asked("x", "{value}", query)], kept).figures
    if isinstance(figure.value, tuple):
        assert sorted(answers) == sorted(figure.value)
    else:
        assert answers == [figure.value]


def test_a_share_is_one_query_of_two() -> None:
    rows = [Row("1", {"said": "好"}), Row("2", {"said": None}), Row("3", {"said": "好"})]
    database = Database(memory=True)
    add_table(database, FORM, rows)
    query = Query(
        "my-form", "count", "", (Condition("said", "is", ("好",)),), Query("my-form", "count")
    )
    assert [one[0] for one in database.execute(query_sql(query))] == [pytest.approx(200 / 3)]

"""Which spreadsheets a circular's wording wants and nobody imported."""

from checks.form import load_forms
from reports.circular.wanting import wanting
from reports.circular.words import Words, load_words

HOUSE = load_words(None)


def titles(there: set[str], words: Words = HOUSE) -> list[str]:
    return [one.form.id for one in wanting(words, load_forms(), there)]


def test_every_form_of_the_wording_is_wanted_where_nothing_is_there() -> None:
    assert titles(set()) == [
        "demo-scenes", "grassroots-forms", "hotline-orders", "hotline-units", "media-accounts",
        "pilot-projects", "requests", "service-findings",
    ]  # fmt: skip


def test_one_of_two_forms_that_give_the_same_figures_is_enough() -> None:
    assert "hotline-orders" not in titles({"hotline-units"})
    orders = wanting(HOUSE, load_forms(), ())[2]
    assert [one.id for one in orders.instead] == ["hotline-units"]


def test_what_is_not_said_is_told_with_its_figures_open() -> None:
    (projects,) = [
        one for one in wanting(HOUSE, load_forms(), ()) if one.form.id == "pilot-projects"
    ]
    assert projects.clauses == ("积极申报项目的单位有：…",)


def test_nothing_is_wanted_of_a_wording_that_asks_for_nothing() -> None:
    bare = HOUSE.model_copy(update={"lead": ["现将情况通报如下："], "sections": []})
    assert titles(set(), bare) == []

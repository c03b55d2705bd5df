"""Code points and UTF-16 units agree with what Python's own encoder says."""

from hypothesis import given
from hypothesis import strategies as st

from desk.utf16 import Utf16, units, without_halves

TEXTS = st.text(
    st.sampled_from("a部署\n\r😀𠮷👨‍👩‍👧\ufffd\uffff\U0010ffff"), max_size=60
) | st.text(max_size=60)


def encoded(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@given(TEXTS)
def test_each_place_is_as_many_units_as_are_written_before_it(text: str) -> None:
    places = Utf16(text)
    assert [places.units(place) for place in range(len(text) + 1)] == [
        encoded(text[:place]) for place in range(len(text) + 1)
    ]
    assert places.length == units(text) == encoded(text)


@given(TEXTS)
def test_each_unit_belongs_to_the_code_point_it_is_part_of(text: str) -> None:
    owners = [place for place, c in enumerate(text) for _ in range(encoded(c))]
    places = Utf16(text)
    assert [places.code_point(unit) for unit in range(len(owners))] == owners
    assert places.code_point(len(owners)) == len(text)


@given(st.text(st.sampled_from("a部\ud83d\ude00😀"), max_size=40))
def test_halves_of_pairs_are_replaced_in_place(text: str) -> None:
    clean = without_halves(text)
    clean.encode()
    assert (len(clean), units(clean)) == (len(text), units(text))
    assert [c for c in clean if c != "\ufffd"] == [c for c in text if not "\ud800" <= c <= "\udfff"]

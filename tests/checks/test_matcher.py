from hypothesis import given
from hypothesis import strategies as st

from checks.matcher import Hit, Matcher, leftmost_longest

LETTERS = "国家知识产权局aA1é𠮷\ud800\n"
TEXTS = st.text(LETTERS, max_size=40)
NEEDLES = st.lists(st.text(LETTERS, max_size=4), max_size=12)


def naive(needles: list[str], text: str) -> set[Hit]:
    return {
        Hit(place, place + len(needle), number)
        for number, needle in enumerate(needles)
        if needle
        for place in range(len(text))
        if text.startswith(needle, place)
    }


@given(NEEDLES, TEXTS)
def test_places_equal_a_naive_search(needles: list[str], text: str) -> None:
    found = list(Matcher(needles).iter(text))
    assert set(found) == naive(needles, text)
    assert len(found) == len(set(found))


def test_no_match_is_lost_where_a_longer_needle_fails() -> None:
    """pyahocorasick's own iter_long yields nothing here."""
    needles = ["知识产权", "国家知识产权局"]
    assert list(Matcher(needles).iter("国家知识产权")) == [Hit(2, 6, 0)]


def test_no_needles_and_no_text_give_nothing() -> None:
    assert list(Matcher([]).iter("国家")) == []
    assert list(Matcher([""]).iter("国家")) == []
    assert list(Matcher(["国家"]).iter("")) == []


@given(NEEDLES, TEXTS)
def test_leftmost_longest_equals_walking_the_text(needles: list[str], text: str) -> None:
    hits = naive(needles, text)
    walked: list[tuple[int, int]] = []
    place = 0
    while place < len(text):
        ends = [hit.end for hit in hits if hit.start == place]
        if ends:
            walked.append((place, max(ends)))
            place = max(ends)
        else:
            place += 1
    assert [(hit.start, hit.end) for hit in leftmost_longest(hits)] == walked

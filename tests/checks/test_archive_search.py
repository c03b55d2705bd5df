import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.archive_search import VERSION_LENGTH, ArchiveSearch, folded_form, folding
from checks.matcher import Matcher
from checks.model import Part
from checks.normalise import folded, folded_character
from checks.terms import spellings
from store.parts import parts_from, parts_json

#: What may stand between or in place of a word's characters.
PIECES = (
    "作", "出", "布", "署", "佈", "帳", "账", "戶", "户", "⼯", "工", "Ａ", "A", "6", "６", " ", "  ", "\n", "\n\n",
    " \n", "\r\n", "\u3000", "\u00a0", "\u200b", "\ufeff", "\\", "\\n", "n", '"', "\t", "\0", "。", "，", "薴", "苧",
    "苎", "\U00020000", "\ud800",
)  # fmt: skip
TEXT = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
WORD = st.lists(st.sampled_from(PIECES), min_size=1, max_size=4).map("".join)
FILLING = [f"甲{a}乙{b}丙" for a in range(50) for b in range(50)]


def raw_of(*texts: str) -> bytes:
    """As the archive is searched: an article's folded form, its stored JSON where that says no more."""
    form = folded_form(texts)
    if form == folding():
        return parts_json([Part("body", "", text) for text in texts]).encode()
    return form.encode()


def may_hold(search: ArchiveSearch, *texts: str) -> bool:
    return search.holds(raw_of(*texts)) if folded_form(texts) else search.in_texts(texts)


@pytest.mark.parametrize("filling", [[], FILLING], ids=["by-bytes", "by-characters"])
def test_no_article_that_holds_a_word_is_left_out(filling: list[str]) -> None:
    @given(st.lists(WORD, max_size=3), st.lists(TEXT, min_size=1, max_size=2))
    def holds(words: list[str], texts: list[str]) -> None:
        strings = [spelt for word in words for spelt in spellings(word)]
        matcher = Matcher(strings)
        search = ArchiveSearch([*strings, *filling], map(raw_of, texts[:1]))
        if any(matcher.find(folded(text).text) for text in texts):
            assert may_hold(search, *texts)
            assert search.in_texts(texts)

    holds()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("作出布署。", True),
        ("作出布\n署工作。", True),
        ("作\n出\n布\n署\n", True),
        ("作出布 署。", True),
        ("作出布\u200b署。", True),
        ("作出佈署。", True),
        ("作出布\\n署。", False),
        ("作出布。\n署。", False),
        ("作出布\n\n署。", False),
        ("作出布\n置，署\n名。", False),
        ("作出部署。", False),
    ],
)
def test_a_word_is_found_where_folding_joins_it_and_only_there(text: str, found: bool) -> None:  # noqa: FBT001
    assert may_hold(ArchiveSearch(["布署"]), "标题", text) is found


def test_only_what_folding_changes_is_stored_twice() -> None:
    assert folded_form(["标题", "第一行\n第二行。\n1. “引号”"]) == folding()
    assert folded_form(["标题", "布\u3000署"]) == folding() + "标题\\n\\n布署"
    assert folded_form(["孤\ud800"]) == ""
    assert len(folding()) == VERSION_LENGTH


def test_stored_parts_hold_their_characters_and_old_ones_are_read() -> None:
    parts = (Part("title", "", "关于“布署”"), Part("body", "", "甲\n乙\\\0"))
    written = parts_json(parts)
    assert "关于" in written and parts_from(written) == parts
    assert parts_from(json.dumps([[p.kind, p.name, p.text] for p in parts])) == parts
    lone = (Part("body", "", "孤\ud800"),)
    assert parts_json(lone).isascii() and parts_from(parts_json(lone)) == lone


def test_a_search_for_nothing_finds_nothing() -> None:
    assert not may_hold(ArchiveSearch([]), "作出布署")
    assert not may_hold(ArchiveSearch([""]), "作出布署")


def test_folding_leaves_no_line_break_or_backslash_behind_a_character() -> None:
    """What the search relies on: folding gives one character for one, and never makes one that JSON escapes."""
    made = {folded_character(chr(c)) for c in range(0x10000) if not 0xD800 <= c < 0xE000}
    assert all(len(c) == 1 for c in made)
    assert {c for c in map(chr, range(0x20, 0x10000)) if not 0xD800 <= ord(c) < 0xE000 and folded_character(c) in '\n\\"'} == {"\\", '"'}  # fmt: skip

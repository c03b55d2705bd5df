"""Text with markup in between: what is checked, and where a place lies in the client's own document."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.model import Span
from desk.languagetool.annotated import annotated
from desk.languagetool.refusal import Refused


def data(*items: Any) -> str:
    return json.dumps({"annotation": list(items)}, ensure_ascii=False)


def text(shown: str) -> dict[str, str]:
    return {"text": shown}


def markup(shown: str, meant: str | None = None) -> dict[str, str]:
    return {"markup": shown} | ({} if meant is None else {"interpretAs": meant})


def marked(document: str, place: tuple[int, int]) -> str:
    """What stands at a place of the client's document."""
    raw = document.encode("utf-16-le")
    return raw[2 * place[0] : 2 * sum(place)].decode("utf-16-le")


@pytest.mark.parametrize(
    ("items", "checked", "found", "place", "shown"),
    [
        ([text("作出布署")], "作出布署", "布署", (2, 2), "布署"),
        (
            [text("作出布"), markup("<b>"), text("署"), markup("</b>")],
            "作出布署",
            "布署",
            (2, 5),
            "布<b>署",
        ),
        (
            [text("扫黑"), markup("<b>"), text("险"), markup("</b>"), text("恶")],
            "扫黑险恶",
            "扫黑险恶",
            (0, 11),
            "扫黑<b>险</b>恶",
        ),
        (
            [markup("<p>", "\n\n"), text("布署"), markup("</p>", "\n\n")],
            "\n\n布署\n\n",
            "布署",
            (3, 2),
            "布署",
        ),
        (
            [text("😀𠮷"), markup("<i class='😀'>"), text("𠮷布署")],
            "😀𠮷𠮷布署",
            "布署",
            (20, 2),
            "布署",
        ),
        ([text("一\r\n"), markup("<br>", "\n"), text("布署")], "一\r\n\n布署", "布署", (7, 2), "布署"),
        ([text("布"), markup("&#32626;", "署"), text("。")], "布署。", "布署", (0, 9), "布&#32626;"),
        ([markup("&b;", "布署"), text("。")], "布署。", "署", (0, 3), "&b;"),
        ([text("布"), text(""), markup(""), text("署")], "布署", "布署", (0, 2), "布署"),
    ],
)  # fmt: skip
def test_a_place_in_the_text_is_one_in_the_document(
    items: list[dict[str, str]], checked: str, found: str, place: tuple[int, int], shown: str
) -> None:
    read = annotated(data(*items))
    start = read.plain.index(found)
    told = read.place(Span(start, start + len(found)))
    document = "".join(one.get("text", one.get("markup", "")) for one in items)
    assert (read.plain, told, marked(document, told)) == (checked, place, shown)


def test_text_without_markup_may_come_as_data_too() -> None:
    read = annotated('{"text": "😀布署", "metaData": {"a": 1}}')
    assert (read.plain, read.place(Span(1, 3))) == ("😀布署", (2, 2))


def test_nothing_annotated_is_nothing_to_check() -> None:
    read = annotated('{"annotation": []}')
    assert (read.plain, read.place(Span(0, 0))) == ("", (0, 0))


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ("", "data 参数不是JSON"),
        ("[" * 100_000, "data 参数不是JSON"),
        ("1" * 5000, "data 参数不是JSON"),
        ("[]", "data 参数应为一个JSON对象"),
        ("{}", "data 参数里应有 text 或 annotation，且只有其中一个"),
        ('{"text":"a","annotation":[]}', "data 参数里应有 text 或 annotation，且只有其中一个"),
        ('{"text":1}', "data 参数的 text 应为文字"),
        ('{"annotation":{}}', "data 参数的 annotation 应为一组 text 与 markup"),
        ('{"annotation":["a"]}', "annotation 的每一项应有 text 或 markup，且只有其中一个"),
        ('{"annotation":[{}]}', "annotation 的每一项应有 text 或 markup，且只有其中一个"),
        (data({"text": "a", "markup": "b"}), "annotation 的每一项应有 text 或 markup，且只有其中一个"),
        (data({"text": "a", "interpretAs": "b"}), "annotation 中 interpretAs 只能与 markup 同用"),
        (data({"markup": "a", "interpretAs": 1}), "data 参数的 interpretAs 应为文字"),
        (data({"markup": 1}), "data 参数的 markup 应为文字"),
    ],
)  # fmt: skip
def test_data_of_another_shape_is_refused(said: str, line: str) -> None:
    with pytest.raises(Refused) as refused:
        annotated(said)
    assert (refused.value.status, refused.value.lines) == (400, (line,))


PIECES = st.text(st.sampled_from("a布署😀𠮷\n\r<"), max_size=6)
ITEMS = st.lists(
    st.builds(text, PIECES)
    | st.builds(markup, PIECES)
    | st.builds(markup, PIECES, PIECES),
    max_size=8,
)  # fmt: skip


@given(ITEMS, st.data())
def test_places_are_what_counting_unit_by_unit_says(
    items: list[dict[str, str]], draw: st.DataObject
) -> None:
    """The slow way: every character of the plain text with the stretch of the document it stands for."""
    stretches: list[tuple[int, int]] = []
    at = 0
    for one in items:
        shown = one.get("text", one.get("markup", ""))
        width = len(shown.encode("utf-16-le")) // 2
        if "text" in one:
            for c in shown:
                size = len(c.encode("utf-16-le")) // 2
                stretches.append((at, at + size))
                at += size
        else:
            stretches += [(at, at + width)] * len(one.get("interpretAs", ""))
            at += width
    read = annotated(data(*items))
    assert len(read.plain) == len(stretches)
    if stretches:
        start = draw.draw(st.integers(0, len(stretches) - 1))
        end = draw.draw(st.integers(start + 1, len(stretches)))
        first, last = stretches[start][0], stretches[end - 1][1]
        assert read.place(Span(start, end)) == (first, last - first)

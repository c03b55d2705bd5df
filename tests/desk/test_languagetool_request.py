"""How a request is read from its bytes, as each client writes them."""

from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.languagetool.refusal import Refused
from desk.languagetool.request import (
    MOST_CHARACTERS,
    Choice,
    asker,
    check_request,
    fields,
    words,
)

TEXT = "现就布署A&B 50%+1=😀作通知。"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(f"text={TEXT}&language=zh-CN".encode(), id="LibreOffice 7.4 escapes nothing"),
        pytest.param(f"text={quote(TEXT, safe='-._~')}&language=zh-CN".encode(), id="curl escapes"),
        pytest.param(urlencode({"text": TEXT, "language": "zh-CN"}).encode(), id="urlencode"),
        pytest.param(urlencode({"language": "zh-CN", "text": TEXT}).encode(), id="language first"),
    ],
)
def test_every_way_of_writing_a_form_gives_the_same_text(body: bytes) -> None:
    assert fields(b"", body) == {"text": TEXT, "language": "zh-CN"}


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"text=A&B&language=zh-CN", "A&B"),
        (b"text=a b&language=zh-CN", "a b"),
        (b"text=100%&language=zh-CN", "100%"),
        (b"text=100%25 &language=zh-CN", "100%25 "),
        ("text=布署%25&language=zh-CN".encode(), "布署%25"),
        ("text=用&language=zh-CN指定语言&language=zh-CN".encode(), "用&language=zh-CN指定语言"),
        ("text=甲\n乙\r\n丙&language=zh-CN".encode(), "甲\n乙\r\n丙"),
        (b"text=&language=zh-CN", ""),
        (b"text=a%26b+c&language=zh-CN", "a&b c"),
    ],
)
def test_an_unescaped_text_is_taken_as_it_stands(body: bytes, text: str) -> None:
    assert fields(b"", body) == {"text": text, "language": "zh-CN"}


def test_libreoffice_sends_name_and_key_behind_the_text() -> None:
    """As LibreOffice 7.4.7 was seen to send them: nothing escaped."""
    body = "text=甲&乙&language=zh-CN&username=张三 a+b&apiKey=k=e%y&1=="
    assert fields(b"", body.encode()) == {
        "text": "甲&乙", "language": "zh-CN", "username": "张三 a+b", "apiKey": "k=e%y&1=="
    }  # fmt: skip


def test_an_escaped_text_stays_one_when_what_stands_behind_is_not_escaped() -> None:
    said = fields(
        b"", f"text={quote('布署')}&level=picky&language=zh&username=a b&apiKey=x==".encode()
    )
    assert said == {
        "text": "布署", "level": "picky", "language": "zh", "username": "a b", "apiKey": "x=="
    }  # fmt: skip


def test_the_query_counts_where_the_body_says_nothing() -> None:
    assert fields(b"language=en&word=a", b"language=zh") == {"language": "zh", "word": "a"}
    assert fields(b"text=%E5%B8%83%E7%BD%B2&text=b", b"") == {"text": "布署"}


@pytest.mark.parametrize("body", [b"text=\xb2\xbf\xca\xf0&language=zh-CN", b"text=%B2%BF", b"\xff"])
def test_another_encoding_is_refused_not_guessed(body: bytes) -> None:
    with pytest.raises(Refused, match="请求不是UTF-8编码") as refused:
        fields(b"", body)
    assert refused.value.status == 400


def test_too_many_parameters_are_refused() -> None:
    with pytest.raises(Refused, match="参数过多；应不超过1000个"):
        fields(b"", b"a=1&" * 2_000)


@pytest.mark.parametrize(
    ("said", "status", "line"),
    [
        ({}, 400, "缺少 text 或 data 参数"),
        ({"text": "a", "data": "{}"}, 400, "text 与 data 参数只能给一个"),
        ({"data": ""}, 400, "data 参数不是JSON"),
        ({"text": "a", "language": "z" * 201}, 400, "language 参数太长；应不超过200字"),
        (
            {"text": "a", "enabledOnly": "true", "enabledRules": " , "},
            400,
            "enabledOnly 为 true 时，应写明 enabledRules 或 enabledCategories",
        ),
        (
            {"text": "字" * (MOST_CHARACTERS + 1)},
            413,
            "文字有220001字，一次最多检查220000字；请分段检查",
        ),
    ],
)
def test_what_cannot_be_checked_is_refused_in_one_line(
    said: dict[str, str], status: int, line: str
) -> None:
    with pytest.raises(Refused) as refused:
        check_request(said)
    assert (refused.value.status, refused.value.lines) == (status, (line,))


def test_a_countys_longest_report_is_taken() -> None:
    assert len(check_request({"text": "字" * MOST_CHARACTERS}).text.plain) == 220_000


@pytest.mark.parametrize(
    ("said", "choice"),
    [
        ({}, Choice()),
        ({"level": "default", "enabledOnly": "false"}, Choice()),
        ({"level": "picky"}, Choice(picky=True)),
        (
            {"enabledRules": "typos, dates,", "disabledRules": "sums", "enabledOnly": "TRUE"},
            Choice(frozenset({"typos", "dates"}), frozenset({"sums"}), only=True),
        ),
        (
            {"enabledCategories": "TYPOS", "disabledCategories": "STYLE,NUMBERS"},
            Choice(
                on_categories=frozenset({"TYPOS"}), off_categories=frozenset({"STYLE", "NUMBERS"})
            ),
        ),
    ],
)
def test_a_client_chooses_rules_and_categories(said: dict[str, str], choice: Choice) -> None:
    assert check_request({"text": "a", **said}).choice == choice


@pytest.mark.parametrize(("said", "language"), [({}, "auto"), ({"language": " zh-CN "}, "zh-cn")])
def test_a_language_is_any_word(said: dict[str, str], language: str) -> None:
    assert check_request({"text": "a", **said}).language == language


def test_who_asks_is_never_shown() -> None:
    known = asker({"username": "zhang", "apiKey": "secret"})
    assert (known.username, known.key) == ("zhang", "secret")
    assert "zhang" not in repr(known) and "secret" not in repr(known)
    assert "布署" not in repr(check_request({"text": "布署"}))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"word": " 精河 "}, ("精河",)),
        ({"mode": "batch", "words": "精河\n托托镇 大河沿子"}, ("精河", "托托镇", "大河沿子")),
    ],
)
def test_words_come_one_by_one_or_in_a_batch(
    said: dict[str, str], expected: tuple[str, ...]
) -> None:
    assert words(said) == expected


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ({}, "缺少 word 参数"),
        ({"word": " "}, "缺少 word 参数"),
        ({"mode": "batch"}, "缺少 word 参数"),
        ({"word": "字" * 201}, "词太长；应不超过200字"),
        ({"mode": "batch", "words": "词 " * 101}, "一次最多100个词"),
    ],
)
def test_words_are_few_and_short(said: dict[str, str], line: str) -> None:
    with pytest.raises(Refused, match=line):
        words(said)


@given(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=60),
    st.sampled_from(["zh-CN", "en-US", "zh"]),
)
def test_an_escaped_text_comes_back_whole(text: str, language: str) -> None:
    body = urlencode({"text": text, "language": language}).encode()
    assert fields(b"", body) == {"text": text, "language": language}


@given(st.text(st.sampled_from("布署&=%+;#?/ \r\nA1language"), min_size=1, max_size=40))
def test_a_text_with_a_chinese_character_needs_no_escape(text: str) -> None:
    body = f"text=布{text}&language=zh-CN".encode()
    assert fields(b"", body) == {"text": f"布{text}", "language": "zh-CN"}


SAID: st.SearchStrategy[Any] = st.one_of(
    st.binary(max_size=200),
    st.lists(
        st.sampled_from(
            [
                b"text=",
                b"data=",
                b"&",
                b"language=",
                b"zh-CN",
                b"%",
                b"%E5%B8",
                b"{",
                b'{"annotation":[',
                b'{"text":"',
                b'"}',
                b"]}",
                b"\xff",
                b"\x00",
                b"enabledOnly=true",
                b"mode=batch",
                b"words=",
                b"=",
                b"+",
                "布署".encode(),
                b"\\ud83d",
                b"username=",
                b"apiKey=",
            ]
        ),
        max_size=12,
    ).map(b"".join),
)


def refusal(query: bytes, body: bytes) -> Refused | None:
    try:
        said = fields(query, body)
        asker(said)
        check_request(said)
        words(said)
    except Refused as refused:
        return refused
    return None


@given(SAID, SAID)
def test_any_bytes_are_read_or_refused(query: bytes, body: bytes) -> None:
    refused = refusal(query, body)
    assert refused is None or (refused.status in (400, 413) and len(refused.lines) == 1)

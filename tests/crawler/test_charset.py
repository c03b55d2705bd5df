import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.charset import read_page
from crawler.page import PageError

TEXT = (
    "<html><head>{meta}</head><body>县政府召开会议，部署秋收工作。" + "内容" * 50 + "</body></html>"
)


@pytest.mark.parametrize(
    ("meta", "encoding", "header", "read_as", "repaired"),
    [
        ("", "utf-8", "text/html; charset=utf-8", "utf-8", ""),
        ('<meta charset="gb2312">', "gb18030", "text/html", "gb18030", ""),
        (
            '<meta http-equiv="Content-Type" content="text/html; charset=gbk">',
            "gb18030",
            "",
            "gb18030",
            "",
        ),
        ("", "gb18030", "text/html; charset=utf-8", "gb18030", "网页声明编码utf-8，实为gb18030"),
        (
            '<meta charset="gb2312">',
            "utf-8",
            "text/html",
            "utf-8",
            "网页声明编码gb18030，实为utf-8",
        ),
        ("", "gb18030", "", "gb18030", ""),
        ("", "utf-8", "text/html; charset=ISO-8859-1", "utf-8", ""),
        ("", "utf-8", "text/html; charset=no-such-thing", "utf-8", ""),
    ],
)
def test_bytes_are_read_in_what_they_are(
    meta: str, encoding: str, header: str, read_as: str, repaired: str
) -> None:
    text = TEXT.format(meta=meta)
    page = read_page("http://a.cn/", text.encode(encoding), header)
    assert (page.text, page.encoding, page.repaired) == (text, read_as, repaired)


def test_a_byte_order_mark_decides() -> None:
    page = read_page("http://a.cn/", b"\xef\xbb\xbf" + "好".encode(), "text/html; charset=gbk")
    assert (page.text, page.encoding) == ("好", "utf-8")


def test_pictures_are_no_text() -> None:
    with pytest.raises(PageError, match="encoding"):
        read_page("http://a.cn/", b"\x89PNG\r\n" + bytes(100))


@given(
    st.binary(max_size=300),
    st.sampled_from(
        [
            "",
            "text/html; charset=utf-8",
            "text/html; charset=utf-16",
            "x; charset=rot13",
            "charset=idna",
        ]
    ),
)
def test_any_bytes_are_read_or_refused(body: bytes, header: str) -> None:
    try:
        text = read_page("http://a.cn/", body, header).text
    except PageError as error:
        text = error.reason
    assert "\0" not in text


POISONED = [
    "utf-7", "UTF_7", "u7", "utf-16", "utf-16le", "utf-32", "idna", "punycode", "unicode-escape", "unicode_escape",
    "raw-unicode-escape", "hex", "base64", "zip", "bz2", "rot13", "uu", "undefined", "mbcs", "x-user-defined", "hz",
    "iso-2022-kr", "cp037", "cp500", "koi8-r", "windows-1252", "iso-8859-5", "ascii", "utf-8-sig", "../../etc/passwd",
    "x" * 40, "utf-8\\0",
]  # fmt: skip


@pytest.mark.parametrize("charset", POISONED)
@pytest.mark.parametrize("real", ["utf-8", "gb18030"])
def test_a_page_is_read_in_what_it_is_in_whatever_it_says(charset: str, real: str) -> None:
    meta = f"<meta charset={charset}>"
    text = TEXT.format(meta=meta)
    for content_type in ("text/html", f"text/html; charset={charset}"):
        page = read_page("http://a.cn/", text.encode(real), content_type)
        assert page.encoding == real or (real == "gb18030" and charset in VAGUE)
        assert page.text == text or charset in VAGUE


#: What takes any bytes for text: it holds where the bytes are not UTF-8.
VAGUE = {"koi8-r", "windows-1252", "iso-8859-5"}


def test_a_page_that_is_in_a_western_charset_is_read_in_it() -> None:
    page = read_page(
        "http://a.cn/", "“Café”".encode("cp1252") * 20, "text/html; charset=windows-1252"
    )
    assert (page.text, page.encoding) == ("“Café”" * 20, "cp1252")


@pytest.mark.parametrize("mark", [b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\xff\xfe\0\0"])
@pytest.mark.parametrize("real", ["utf-8", "gb18030"])
def test_a_byte_order_mark_that_lies_is_not_believed(mark: bytes, real: str) -> None:
    text = TEXT.format(meta="")
    assert read_page("http://a.cn/", mark + text.encode(real)).text.lstrip() == text


@pytest.mark.parametrize(("mark", "real"), [(b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")])
def test_a_byte_order_mark_that_holds_is_believed(mark: bytes, real: str) -> None:
    text = TEXT.format(meta="<meta charset=gbk>")
    page = read_page("http://a.cn/", mark + text.encode(real))
    assert (page.text, page.encoding) == (text, real)

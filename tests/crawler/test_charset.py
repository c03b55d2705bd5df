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

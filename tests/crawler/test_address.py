from hypothesis import given
from hypothesis import strategies as st

from crawler.address import canonical


def test_one_page_has_one_address() -> None:
    same = (
        "http://www.a.cn/info/1/2.htm",
        "http://www.A.cn:80/info/1/2.htm#top",
        "http://www.a.cn/info/1/2.htm;jsessionid=0F3A?utm_source=wx",
        " http://www.a.cn/info/1/2.htm?from=timeline ",
    )
    assert {canonical(url) for url in same} == {same[0]}


def test_two_pages_keep_two_addresses() -> None:
    different = (
        "http://a.cn/1.htm",
        "http://a.cn/1.html",
        "http://a.cn/1.htm?id=2",
        "https://a.cn/1.htm",
        "http://a.cn:8080/1.htm",
    )
    assert len({canonical(url) for url in different}) == len(different)


@given(st.text("abc/?&=;.:#%中 ", max_size=30))
def test_an_address_once_mended_stays(tail: str) -> None:
    once = canonical("http://a.cn/" + tail)
    assert canonical(once) == once

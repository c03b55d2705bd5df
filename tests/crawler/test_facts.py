"""What is seen of a page as a page: tags, links, what hides them, marks, tricks, days; whatever its markup."""

import time
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checks.model import Severity, Site
from checks.page_judge import judge_page
from checks.seen_page import SeenLink, SeenPage, Trick
from crawler.charset import read_page
from crawler.facts import MOST_LINKS, seen_page
from crawler.page import Page, PageError

URL = "https://www.example.gov.cn/xwzx/a.htm"
SAVED = Path(__file__).parents[3] / "shared" / "data" / "pages"
FAR = "http://shop.example/"


def seen(body: str, head: str = "", url: str = URL) -> SeenPage:
    page = (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'>{head}</head><body>{body}</body></html>"
    )
    return seen_page(Page(url, page), "article")


def test_tags_are_kept_by_name_in_their_order() -> None:
    head = (
        '<META NAME="SiteName" CONTENT=" 某县 政府 "><meta name="sitename" content="乙">'
        '<meta name="PubDate" content=""><meta http-equiv="x" content="y"><meta property="og:title" content="丙">'
    )
    found = seen("", head)
    assert found.tags == {"sitename": ("某县 政府", "乙"), "pubdate": ("",), "og:title": ("丙",)}
    assert (found.tag("SiteName"), found.tag("PubDate"), found.tag("None")) == ("某县 政府", "", "")


@pytest.mark.parametrize(
    ("reference", "url"),
    [
        ("b.htm#top", "https://www.example.gov.cn/xwzx/b.htm"),
        ("/b.htm", "https://www.example.gov.cn/b.htm"),
        ("../b.htm", "https://www.example.gov.cn/b.htm"),
        ("./b.htm", "https://www.example.gov.cn/xwzx/b.htm"),
        ("?page=2", "https://www.example.gov.cn/xwzx/a.htm?page=2"),
        ("//shop.example/b", "https://shop.example/b"),
        ("HTTP://shop.example/b c.htm", "HTTP://shop.example/b c.htm"),
        (" http://shop.example/\n", "http://shop.example/"),
        ("/b.htm;jsessionid=1A?utm_source=x", "https://www.example.gov.cn/b.htm"),
        ("/下载/说明.htm", "https://www.example.gov.cn/%E4%B8%8B%E8%BD%BD/%E8%AF%B4%E6%98%8E.htm"),
    ],
)
def test_where_a_link_leads(reference: str, url: str) -> None:
    assert [one.url for one in seen(f"<a href='{reference}'>文字</a>").links] == [url]


@pytest.mark.parametrize(
    "reference",
    ["", "#", "#top", "javascript:void(0)", " JavaScript:x", "mailto:a@b.cn", "tel:1", "data:,x", "http://", "http://[::", "ftp://a.cn/"],
)  # fmt: skip
def test_what_leads_nowhere_is_no_link(reference: str) -> None:
    assert seen(f"<a href='{reference}'>文字</a>").links == ()


def test_a_base_moves_relative_links() -> None:
    assert [one.url for one in seen("<a href='b.htm'>文字</a>", "<base href='/x/'>").links] == [
        "https://www.example.gov.cn/x/b.htm"
    ]


def test_what_kinds_of_links_there_are() -> None:
    body = (
        "<div class='nav'><a href='/'>首页</a></div><p><a href='1.PDF'>附件<b>1</b></a><a href='2.jpg'><img src='s.jpg' alt='图'></a></p>"
        "<a href='/system/_content/download.jsp?urltype=x&wbfileid=1'>下载</a><iframe src='v.htm'></iframe>"
        "<select><option value='http://www.gov.cn/'>中国政府网</option><option value='1'>一</option></select>"
        "<script src='a.js'></script><div id='footer'><img src='//x.example/l.png'></div>"
    )
    head = "<link rel='stylesheet' href='/a.css'><link rel='icon' href='/i.ico'>"
    here = "https://www.example.gov.cn/"
    whole = seen_page(Page(URL, f"<html><head>{head}</head><body>{body}</body></html>"), "column")
    assert whole.links[1] == SeenLink(here, "首页", "page", chrome=True)
    # of an article's page what can be seen of the navigation says nothing new
    assert seen(body, head).links == (*whole.links[:1], *whole.links[2:])
    assert seen(body, head).links == (
        SeenLink(f"{here}a.css", "", "style"),
        SeenLink(f"{here}xwzx/1.PDF", "附件1", "attachment"),
        SeenLink(f"{here}xwzx/2.jpg", "图", "attachment"),
        SeenLink(f"{here}xwzx/s.jpg", "图", "image"),
        SeenLink(f"{here}system/_content/download.jsp?urltype=x&wbfileid=1", "下载", "attachment"),
        SeenLink(f"{here}xwzx/v.htm", "", "frame"),
        SeenLink("http://www.gov.cn/", "中国政府网", "page"),
        SeenLink(f"{here}xwzx/a.js", "", "script"),
        SeenLink("https://x.example/l.png", "", "image", chrome=True),
    )


def test_links_are_bounded() -> None:
    assert len(seen("<a href='/x'>一</a>" * 5000).links) == MOST_LINKS


@pytest.mark.parametrize(
    ("body", "by"),
    [
        ("<div style='DISPLAY: none'>{}</div>", "display"),
        ("<div hidden>{}</div>", "display"),
        ("<p style='visibility:hidden'>{}</p>", "visibility"),
        ("<div style='position:absolute; left:-9999px'>{}</div>", "off-screen"),
        ("<div style='position:fixed;top:-800px'>{}</div>", "off-screen"),
        ("<div style='overflow:hidden;height:1px;width:1px'>{}</div>", "tiny"),
        ("<div style='font-size:0px'>{}</div>", "font-size"),
        ("<span style='color:#ffffff;background:#FFFFFF'>{}</span>", "colour"),
        ("<marquee height='0' width='2'>{}</marquee>", "marquee"),
        ("<style>#zz1{{position:absolute;left:-5000px}}</style><div id='zz1'>{}</div>", "off-screen"),
        ("<style>.zz1{{display:none}}</style><div class='a zz1'>{}</div>", "folded"),
        ("<div id='zz1'>{}</div><script>document.getElementById('zz1').style.display='none'</script>", "scripted"),
        ("<script>document.write('<div style=\"display:none\">');</script>{}<script>document.write('</div>');</script>", "written"),
        ("<script>document.write(unescape('%3Cdiv style=%22display:none%22%3E'));</script><p>{}</p><script>document.write('</div>')</script>", "written"),
        ("<li>县直部门<ul style='display:none'><li>{}</li></ul></li>", "folded"),
        ("<h3>友情链接</h3><div style='display:none'>{}</div>", "folded"),
        ("<div class='popup' style='display:none'>{}</div>", "folded"),
        ("<script>$('#xyz').show()</script><div id='xyz' style='display:none'>{}</div>", "folded"),
        ("<div style='position:absolute;left:-1200px'>{}<img src='1.jpg'></div>", "folded"),
    ],
)  # fmt: skip
def test_what_hides_a_link(body: str, by: str) -> None:
    links = seen(body.format(f"<a href='{FAR}'>文字</a>")).links
    assert [one.hidden for one in links if one.url == FAR] == [by]


@pytest.mark.parametrize(
    "body",
    [
        "<div style='display:block'>{}</div>",
        "<div class='t'><p class='con1' style='display:none'>{}</p><p class='con2'>另一页</p></div>",
        "<div style='font-size:0'><span style='font-size:14px'>{}</span></div>",
        "<div style='font-size:0.9em'>{}</div>",
        "<ul style='font-size:0'><li class='x'>{}</li></ul>",
        "<div style='position:relative;left:-10px'>{}</div>",
        "<div style='text-indent:-9999px'>{}</div>",
        "<div style='color:#fff;background:#b1252b'>{}</div>",
        "<div style='overflow:hidden;height:100px;width:1000px'>{}</div>",
        "<script>document.write('<div class=\"foot\">');</script>{}<script>document.write('</div>');</script>",
        "<script>document.write('<div style=\"display:none\"></div>');</script>{}",
        "<marquee height='120' width='100%'>{}</marquee>",
        "<span id='section_u5_4' style='display:none'>栏目</span>{}",
    ],
)
def test_what_does_not(body: str) -> None:
    links = seen(body.format(f"<a href='{FAR}'>文字</a>")).links
    assert [one.hidden for one in links if one.url == FAR] == [""]


def test_a_link_without_words_is_empty_unless_it_may_show_something() -> None:
    body = f"<a href='{FAR}1'></a><a href='{FAR}2' class='icon'></a><a href='{FAR}3'><i></i></a><a href='{FAR}4'>&nbsp;</a>"
    assert [one.hidden for one in seen(body).links] == ["empty", "", "", "empty"]


ENCODED = (
    '<script type="text/javascript">document.write(unescape("%3Cspan id=\'_ideConac\' %3E%3C/span%3E%3Cscript '
    "src='http://dcs.conac.cn/js/30/000/0000/60425276/CA300000000604252760001.js' type='text/javascript'%3E%3C/script%3E\"));</script>"
)


def test_marks_are_found_in_what_scripts_write() -> None:
    found = seen(
        ENCODED
        + "<span id='_span_jiucuo'><script id='_jiucuo_' sitecode='6527220001' src='https://zfwzgl.www.gov.cn/exposure/jiucuo.js'></script></span>"
        + "<script>document.write('\\u7f51\\u7ad9\\u6807\\u8bc6\\u7801\\uff1a6527220001 <a href=\\\"http:\\/\\/beian.miit.gov.cn\\/\\\">');</script>"
    )
    marks = found.marks
    assert (marks.badge, marks.reports, marks.codes) == (
        "script",
        (("zfwzgl.www.gov.cn", "6527220001"),),
        ("6527220001",),
    )
    assert SeenLink("http://dcs.conac.cn/js/30/000/0000/60425276/CA300000000604252760001.js", "", "script") in found.links  # fmt: skip


@pytest.mark.parametrize(
    ("foot", "codes", "icp", "police", "records"),
    [
        ("网站标识码：6527220001", ("6527220001",), (), (), ()),
        ("网站标识码</span>：<span>bm17000009</span>", ("bm17000009",), (), (), ()),
        ("标识码:65272200012345", (), (), (), ()),
        ("新ICP备05002727号-1", (), ("新ICP备05002727号-1",), (), ()),
        ("新公网安备 65272202000001号", (), (), ("65272202000001",), ()),
        ("<a href='http://www.beian.gov.cn/portal/registerSystemInfo?recordcode=65272202000001'>", (), (), (), ("65272202000001",)),
        ("<a href='https://beian.mps.gov.cn/#/query/webSearch?code=65272202000001'>", (), (), (), ("65272202000001",)),
    ],
)  # fmt: skip
def test_what_a_footer_prints(
    foot: str, codes: tuple[str], icp: tuple[str], police: tuple[str], records: tuple[str]
) -> None:
    marks = seen(f"<div>{foot}</div>").marks
    assert (marks.codes, marks.icp, marks.police, marks.records) == (codes, icp, police, records)


@pytest.mark.parametrize(
    ("body", "badge", "image"),
    [
        ("<span id='_ideConac'><a href='https://bszs.conac.cn/sitename?method=show&id=081D1D6883441A53E053012819AC0DAA'><img id='imgConac' src='/images/red.png'></a></span>", "image", "red"),
        ("<a href='//bszs.conac.cn/sitename?method=show&amp;id=081D1D6883441A53E053012819AC0DAA'><img src='/i/red_error.png'></a>", "image", "red_error"),
        ("<img src='/i/footer_dzjg.jpg'>", "image", ""),
        ("<img src='/i/x.jpg' alt='党政机关标识'>", "image", ""),
        ("<img src='/i/red.png'>", "", ""),
        ("<p>党政机关网站标识管理办法</p>", "", ""),
    ],
)  # fmt: skip
def test_how_the_badge_is_built_in(body: str, badge: str, image: str) -> None:
    marks = seen(body).marks
    assert (marks.badge, marks.badge_image) == (badge, image)


def test_the_days_a_page_names() -> None:
    found = seen(
        "<div>发布时间：<span>2025年9月29日</span></div>",
        '<meta name="PubDate" content="2025-09-30 10:30">',
        "http://www.example.gov.cn/xw/202509/t20250928_1.html",
    )
    assert found.dates == {
        "meta": date(2025, 9, 30),
        "page": date(2025, 9, 29),
        "url": date(2025, 9, 28),
    }
    assert seen("<p>没有日期</p>").dates == {}


def test_title_and_heading() -> None:
    found = seen("<h1> 关于<b>座谈会</b>的 通知 </h1>", "<title>通知\n-某县</title>")
    assert (found.title, found.heading) == ("通知 -某县", "关于座谈会的 通知")


@pytest.mark.parametrize(
    ("markup", "trick"),
    [
        ('<script>if(document.referrer.indexOf("baidu")>0)location.href="http://abc-example.top/x"</script>', Trick("referrer-redirect", "http://abc-example.top/x")),
        (r'<script>window["\x64\x6f\x63\x75\x6d\x65\x6e\x74"].x="http:\/\/abc-example.top\/"</script>', Trick("hex-names", "http://abc-example.top/")),
        ("<script>eval(unescape('%61%28%22http://abc-example.top/%22%29'))</script>", Trick("packed", "http://abc-example.top/")),
        ("<meta http-equiv='Refresh' content=\"0; URL='/b.htm'\">", Trick("refresh", "https://www.example.gov.cn/b.htm")),
    ],
)  # fmt: skip
def test_what_scripts_do_is_read(markup: str, trick: Trick) -> None:
    assert seen("", markup).tricks == (trick,)


@pytest.mark.parametrize(
    "markup",
    [
        '<script>ga("send", document.referrer); location.hash = "a";</script>',
        '<script>var s="\\x41\\x42\\x43\\x44";</script>',
        "<meta http-equiv='refresh' content='300'>",
        "<meta http-equiv='refresh' content='600;url=/'>",
        "<script>if(/MSIE/.test(navigator.userAgent)){location.href='/old.htm'}</script>",
    ],
)
def test_what_ordinary_scripts_do_is_no_trick(markup: str) -> None:
    assert seen("", markup).tricks == ()


FRAGMENTS = st.sampled_from(
    [
        "<div style='display:none'>", "</div>", "<a href='", "'>文字</a>", "<a href=//x.example/>", "<script>document.write('", "')</script>",
        "<style>#a{display:none}", "</style>", "<iframe width=0 src=http://[::>", "unescape(\"%3C%u00\")", "\\x3c\\ud800", "<meta name='SiteName' content='",
        "标识码：", "6527220001", "jiucuo", "dcs.conac.cn/", "<marquee height='' width=0>", "<!--", "-->", "<base href='http://[::'>", "&#38;&#38;&#38;&#38;",
        "<title>", "</title>", "<option value=http>", "]]>", "\x0b", "\ud800", "document.referrer", "<!DOCTYPE", "<svg><a xlink:href=x>", "getElementById('a').style.display='none'",
    ]
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.one_of(FRAGMENTS, st.text(max_size=8)), max_size=40))
def test_no_markup_breaks_it(pieces: list[str]) -> None:
    try:
        found = seen_page(Page(URL, "".join(pieces)), "home")
    except PageError:
        return
    site = Site("s", "某县人民政府", "https://www.example.gov.cn/", code="6527220001")
    faults = judge_page(found, site, words=("文字",))
    assert len({(one.rule, one.key) for one in faults}) == len(faults)


@pytest.mark.parametrize(
    "text",
    [
        "<div style='display:none'>" * 3000 + "<a href='http://x.example/'>文字</a>",
        "<a href='" + "a" * 200_000 + "'>文字</a>",
        "<script>document.write(unescape('" + "%3C" * 60_000 + "'))</script>",
        "<script>" * 20_000,
        "标识码" + "<b>" * 50_000,
        "<style>" + "#a{display:none}" * 20_000 + "</style><a id='a' href='/x'>文字</a>",
        "ICP" * 60_000 + "公网安备" * 20_000 + "jiucuo" * 20_000,
    ],
    ids=["deep", "long address", "escapes", "scripts", "tags", "styles", "marks"],
)
def test_a_page_made_to_be_slow_is_not(text: str) -> None:
    begun = time.process_time()
    with suppress(PageError):  # nested too deep to be read
        seen_page(Page(URL, f"<html><body>{text}</body></html>"), "article")
    assert time.process_time() - begun < 3


def saved_pages() -> list[Path]:
    return sorted(SAVED.glob("*.html")) if SAVED.is_dir() else []


#: An advertiser's frame, one pixel wide: hidden as a dark link is, and no page of a government's.
KNOWN = {("gne__visiable_test_021news_1.html", "googleads.g.doubleclick.net")}


def test_no_saved_page_is_accused_of_hidden_links() -> None:
    """74 real pages, judged as if they were at a site of their own: tabs, menus and layers say nothing."""
    told = set()
    for file in saved_pages():
        page = read_page(URL, file.read_bytes(), "")
        for one in judge_page(seen_page(page, "article"), Site("s", "某县", URL)):
            if one.rule in ("hidden-links", "script-redirect") and one.severity >= Severity.WARNING:
                told.add((file.name, one.key))
    assert told <= KNOWN

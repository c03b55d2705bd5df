"""What a hostile or broken server can do to a night: nothing but cost the page it does it on.

One night meets every trait at once, each in a column or an article of its own; what it came to is
asked by the tests one by one. Private addresses other than loopback are never aimed at: test_guard.
"""

import resource
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp.abc import AbstractResolver

from checks.model import Column, Site
from checks.verdict import ColumnVerdict
from crawler.night import Night, run_nights
from tests.crawler.hostile import (
    MEGABYTE,
    Answer,
    Asked,
    Hostile,
    bomb,
    endless,
    fixed,
    half_closed,
    hostile,
    packed,
    raw,
    redirect,
    reset,
    response,
    silence,
)

DAY = date(2025, 9, 30)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


def listing(*links: str, more: str = "", head: str = "") -> str:
    """A list page that names `links`, all of one day; with `more` a next page."""
    lines = "".join(
        f"<li><a href='{link}'>关于做好第{n}项工作的通知公告</a><span>2025-09-01</span></li>"
        for n, link in enumerate(links, 1)
    )
    following = f"<p><a href='{more}'>下一页</a></p>" if more else ""
    return f"<html><head>{head}</head><body><ul class='list'>{lines}</ul>{following}</body></html>"


def article(text: str = "各乡镇要认真做好各项工作，保障群众生活。") -> str:
    return (
        f"<html><head><title>通知</title></head><body><h1>关于工作安排的通知</h1><p>发布日期：2025-09-01</p>"
        f"<div id='zoom'><p>{text * 5}</p></div></body></html>"
    )


GOOD = listing(*(f"/good/{n}.htm" for n in range(5)))


class Names(AbstractResolver):
    """The network's name service: every name leads to `address`, a canary's; but six.test to ::1."""

    address = "127.0.0.2"

    async def resolve(self, host: str, port: int = 0, family: Any = socket.AF_INET) -> Any:
        address = {"six.test": "::1"}.get(host.rstrip("."), self.address)
        kind = socket.AF_INET6 if ":" in address else socket.AF_INET
        return [
            {
                "hostname": host,
                "host": address,
                "port": port,
                "family": kind,
                "proto": 0,
                "flags": 0,
            }
        ]

    async def close(self) -> None:
        pass


#: Spellings of the canaries on 127.0.0.2 ({v4}: its port) and ::1 ({v6}).
INSIDE = {
    "dotted": "http://127.0.0.2:{v4}/", "decimal": "http://2130706434:{v4}/", "hex": "http://0x7f000002:{v4}/",
    "octal": "http://0177.0.0.2:{v4}/", "short": "http://127.2:{v4}/", "dot": "http://127.0.0.2.:{v4}/",
    "six": "http://[::1]:{v6}/", "six-long": "http://[0:0:0:0:0:0:0:1]:{v6}/",
    "mapped": "http://[::ffff:127.0.0.2]:{v4}/", "mapped-hex": "http://[::ffff:7f00:2]:{v4}/",
    "wide": "http://１２７。０。０。２:{v4}/", "circled": "http://①②⑦.0.0.2:{v4}/",
    "user": "http://127.0.0.1@127.0.0.2:{v4}/", "backslash": "http://127.0.0.2:{v4}\\@127.0.0.1/",
    "localhost": "http://localhost:{v6}/", "upper": "HTTP://LOCALHOST:{v6}/",
    "name": "http://inside.test:{v4}/", "name-six": "http://six.test:{v6}/", "schemeless": "//127.0.0.2:{v4}/",
}  # fmt: skip


async def calendar(writer: Any, asked: Asked) -> None:
    """Every page names new articles, and a next page; for ever."""
    day = int(parse_qs(urlsplit(asked.target).query).get("day", ["1"])[0])
    path = urlsplit(asked.target).path
    page = listing(*(f"/good/{day}-{n}.htm" for n in range(2)), more=f"{path}?day={day + 1}")
    writer.write(response(page))


async def same_again(writer: Any, asked: Asked) -> None:
    """Every page names the same articles, and a next page; for ever."""
    number = int(parse_qs(urlsplit(asked.target).query).get("page", ["1"])[0])
    page = GOOD.replace("</ul>", f"</ul><a href='?page={number + 1}'>下一页</a>")
    writer.write(response(page))


async def pingpong(writer: Any, asked: Asked) -> None:
    other = "/list/refresh-loop/" + ("b" if asked.target.endswith("a") else "a")
    writer.write(response(f"<html><head><meta http-equiv=refresh content='0;url={other}'></head>"))


async def chain(writer: Any, asked: Asked) -> None:
    tail = asked.target.rpartition("/")[2]
    number = int(tail) if tail.isdigit() else 0
    writer.write(response(b"", 302, Location=f"/list/redirect-chain/{number + 1}"))


def refresh(to: str) -> Answer:
    return fixed(
        f"<html><head><meta http-equiv='refresh' content='0; url={to}'></head><body>x</body>"
    )


def records(following: str) -> Answer:
    """A jcms list of five records, of more, that names the address of the rest."""
    lines = "".join(
        f"<record><![CDATA[<li><a href='/good/{n}.htm'>关于做好第{n}项工作的通知公告</a>2025-09-01</li>]]></record>"
        for n in range(5)
    )
    group = f"<nextgroup><![CDATA[<a href='{following}'></a>]]></nextgroup>"
    return fixed(
        f"<datastore>{group}<totalrecord>99</totalrecord><recordset>{lines}</recordset></datastore>"
    )


def in_charset(said: str, body: bytes | None = None, meta: str = "") -> Answer:
    page = (
        body
        if body is not None
        else GOOD.replace("<head>", f"<head><meta charset='{meta}'>").encode()
    )
    return fixed(page, kind=f"text/html; charset={said}" if said else "text/html")


#: How a page misbehaves, and the reason its column or article then has.
SICK: dict[str, tuple[Answer, str]] = {
    "slow-body": (endless(HEAD + b"\r\n", b"x", 0.1), "timeout"),
    "slow-headers": (endless(HEAD, b"X", 0.1), "timeout"),
    "endless-continue": (endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0.01), "timeout"),
    "silence": (silence, "timeout"),
    "short-body": (raw(HEAD + b"Content-Length: 9999\r\n\r\n" + GOOD.encode()), "refused"),
    "no-number": (raw(HEAD + b"Content-Length: many\r\n\r\n" + GOOD.encode()), "refused"),
    "two-lengths": (raw(HEAD + b"Content-Length: 5\r\nContent-Length: 9\r\n\r\n123456789"), "refused"),
    "bad-chunks": (raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nnonsense"), "refused"),
    "endless-chunks": (
        endless(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b"x" * 65536 + b"\r\n"), "too-large",
    ),
    "half-closed": (half_closed, "refused"),
    "reset": (reset, "refused"),
    "not-http": (raw(b"SSH-2.0-OpenSSH_9.2\r\n" + b"x" * 1000), "refused"),
    "http-0.9": (raw(GOOD.encode()), "refused"),
    "big-page": (raw(HEAD + b"Content-Length: 104857600\r\n\r\n"), "too-large"),
    "big-stream": (endless(HEAD + b"\r\n", b"x" * 65536), "too-large"),
    "long-header": (endless(HEAD + b"X-Long: ", b"x" * 65536), "too-large"),
    "many-headers": (endless(HEAD, b"X-One: 1\r\n" * 5000), "refused"),
    "gzip-bomb": (fixed(bomb("gzip"), Content_Encoding="gzip"), "too-large"),
    "deflate-bomb": (fixed(bomb("deflate"), Content_Encoding="deflate"), "too-large"),
    "br-bomb": (fixed(bomb("br"), Content_Encoding="br"), "too-large"),
    "zstd-bomb": (fixed(bomb("zstd"), Content_Encoding="zstd"), "too-large"),
    "gzip-in-gzip": (
        fixed(packed("0" * 64 * MEGABYTE, 3), Content_Encoding="gzip, gzip, gzip"), "too-large",
    ),
    "gzip-x-50": (fixed(b"\x1f\x8b" * 99, Content_Encoding=", ".join(["gzip"] * 50)), "encoding"),
    "no-gzip": (fixed(GOOD, Content_Encoding="gzip"), "encoding"),
    "no-deflate": (fixed(GOOD, Content_Encoding="deflate"), "encoding"),
    "no-br": (fixed(GOOD, Content_Encoding="br"), "encoding"),
    "no-zstd": (fixed(GOOD, Content_Encoding="zstd"), "encoding"),
    "redirect-to-itself": (redirect("/list/redirect-to-itself/"), "http-310"),
    "redirect-chain": (chain, "http-310"),
    "cookie-wall": (redirect("/list/cookie-wall/", Set_Cookie="seen=1; Path=/"), "http-310"),
    "refresh-loop": (pingpong, "http-310"),
    "to-file": (redirect("file:///etc/passwd"), "http-302"),
    "to-data": (redirect("data:text/html,<a href=/x>x</a>"), "http-302"),
    "to-ftp": (redirect("ftp://127.0.0.1/"), "http-302"),
    "to-script": (redirect("javascript:alert(1)"), "layout"),
    "to-nowhere": (redirect("", 302), "http-302"),
    "to-bad-port": (redirect("http://127.0.0.1:99999/"), "layout"),
    "to-bad-host": (redirect("http://[::1/"), "layout"),
    "to-long": (redirect("/" + "a" * 5000), "layout"),
    "refresh-to-file": (refresh("file:///etc/passwd"), "layout"),
    "script-redirect": (fixed("<html><script>location.href='/good/1.htm'</script></html>"), "layout"),
    "deep": (fixed("<html><body>" + "<div>" * 10_000 + GOOD), "layout"),
    "deep-inline": (fixed("<html><body>" + "<b><font>" * 10_000 + GOOD), "layout"),
    "a-million-links": (fixed("<ul>" + "<li><a href=/1>" * 1_000_000), "too-large"),
    "nuls": (fixed(b"\0" * 1_000_000), "encoding"),
    "binary": (fixed(bytes(range(256)) * 400), "encoding"),
    "empty": (fixed(b""), "layout"),
    "status-403": (fixed("x", 403), "blocked"), "status-412": (fixed("x", 412), "blocked"),
    "status-429": (fixed("x", 429, Retry_After="86400"), "blocked"),
    "status-488": (fixed("x", 488), "blocked"), "status-521": (fixed("x", 521), "blocked"),
    "status-404": (fixed("x", 404), "http-404"), "status-500": (fixed("x", 500), "http-500"),
    "status-503": (fixed("x", 503), "http-503"), "status-999": (fixed("x", 999), "http-999"),
    "status-304": (fixed("", 304), "http-304"), "status-204": (fixed("", 204), "layout"),
    "status-1000": (fixed("x", 1000), "refused"),
}  # fmt: skip

#: What is sick in a list only.
SICK_LISTS: dict[str, tuple[Answer, str]] = {
    "next-bad-host": (records("http://a]b/"), "layout"),
}

#: What is odd and yet can be read: five articles are seen.
ODD: dict[str, Answer] = {
    "long-body": raw(HEAD + f"Content-Length: {len(GOOD.encode())}\r\n\r\n{GOOD}HTTP/1.1 200 OK".encode()),
    "endless-pages": same_again,
    "refresh-itself": fixed(listing(*(f"/good/{n}.htm" for n in range(5)), head="<meta http-equiv=refresh content='5;url=/list/refresh-itself/'>")),
    "refresh-late": fixed(listing(*(f"/good/{n}.htm" for n in range(5)), head="<meta http-equiv=refresh content='600;url=http://127.0.0.2/'>")),
    "bad-links": fixed(GOOD.replace("</ul>", "".join(f"<li><a href='{one}'>一条不能访问的链接在此</a>2025-09-01</li>" for one in (
        "http://127.0.0.1:99999/", "http://[::1/", "http://:[::1]/", "file:///etc/passwd", "http:///x", "/" + "a" * MEGABYTE,
    )) + "</ul>")),
    "next-bad-port": records("http://127.0.0.1:99999/"),
    "next-inside": records("http://127.0.0.2/"), "next-file": records("file:///etc/passwd"),
    "next-long": records("/" + "a" * 5000),
    "long-title": fixed(GOOD.replace("关于做好第1项", "关" * MEGABYTE)),
    "utf-7": in_charset("utf-7"), "utf-16": in_charset("utf-16"), "idna": in_charset("idna"),
    "punycode": in_charset("", meta="punycode"), "hex": in_charset("hex"), "rot13": in_charset("", meta="rot13"),
    "unicode-escape": in_charset("unicode-escape"), "x-user-defined": in_charset("x-user-defined"),
    "ebcdic": in_charset("cp037"), "koi8": in_charset("koi8-r"), "no-charset": in_charset("../../etc/passwd"),
    "bom-of-utf-16": in_charset("utf-8", b"\xff\xfe" + GOOD.encode()),
    "bom-of-utf-8": in_charset("", b"\xef\xbb\xbf" + GOOD.encode("gb18030")),
    "real-utf-16": in_charset("", b"\xff\xfe" + GOOD.encode("utf-16-le")),
    "gbk-as-utf-8": in_charset("utf-8", GOOD.encode("gb18030")),
}  # fmt: skip


@dataclass(frozen=True)
class Met:
    """The night among the hostile, what the server saw of it, and what it took."""

    night: Night
    server: Hostile
    seconds: float
    megabytes: int

    def column(self, id: str) -> ColumnVerdict:
        return next(one for one in self.night.verdicts if one.column.id == id)

    def said(self, path: str) -> str:
        """Why an article was not checked."""
        return next(one.why for one in self.night.unchecked if one.what.endswith(path))


def columns(server: Hostile, ids: Any, *, max_pages: int = 6) -> tuple[Column, ...]:
    at = server.address
    return tuple(Column(id, f"栏目{id}", f"{at}/list/{id}/", max_pages=max_pages) for id in ids)


def site(server: Hostile, *ids: str, delay: float = 0.0) -> Site:
    return Site(
        "hostile", "某县人民政府网", f"{server.address}/", delay=delay,
        hosts=frozenset({"127.0.0.1"}), columns=columns(server, ids),
    )  # fmt: skip


def routes() -> dict[str, Answer]:
    found: dict[str, Answer] = {"/good/": fixed(article()), "/robots.txt": fixed("", 404)}
    found |= {f"/list/{id}/": answer for id, (answer, _) in (SICK | SICK_LISTS).items()}
    found |= {f"/page/{id}.htm": answer for id, (answer, _) in SICK.items()}
    found |= {f"/list/{id}/": answer for id, answer in ODD.items()}
    found["/list/calendar/"] = calendar
    return found


def inside_routes(server: Hostile) -> dict[str, Answer]:
    """Redirects, refreshes and links to the canaries, in every spelling."""
    found: dict[str, Answer] = {}
    spelled = {id: one.format(v4=server.v4, v6=server.v6) for id, one in INSIDE.items()}
    for id, where in spelled.items():
        wire = where.encode().decode("latin-1")
        found[f"/list/redirect-{id}/"] = redirect(wire)
        found[f"/list/refresh-{id}/"] = refresh(where)
    found["/list/links/"] = fixed(listing(*(f"{one}{id}" for id, one in spelled.items())))
    return found


@pytest.fixture(scope="module")
def met(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Met]:
    folder = tmp_path_factory.mktemp("hostile")
    table = routes()
    with pytest.MonkeyPatch.context() as patch, hostile(table) as server:
        table |= inside_routes(server)
        table["/list/articles/"] = fixed(listing(*(f"/page/{id}.htm" for id in SICK)))
        patch.setattr("crawler.settings.DOWNLOAD_TIMEOUT", 4.0)
        patch.setattr("crawler.settings.LANMU_RESOLVER", Names)
        patch.setattr("crawler.patience.SILENT_REQUESTS", 1000)
        ids = [path.split("/")[2] for path in table if path.startswith("/list/")]
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        began = time.monotonic()
        (night,) = run_nights([site(server, *ids)], f"sqlite:///{folder}/n.db", day=DAY)
        taken = time.monotonic() - began
        more = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        yield Met(night, server, taken, more // 1024)


@pytest.mark.parametrize("id", SICK | SICK_LISTS)
def test_a_column_that_cannot_be_read_says_why(met: Met, id: str) -> None:
    verdict = met.column(id)
    assert (verdict.state, verdict.why.split(" ")[0]) == ("unread", (SICK | SICK_LISTS)[id][1])
    assert verdict.why.split(" ", 1)[1]


@pytest.mark.parametrize("id", SICK)
def test_an_article_that_cannot_be_read_says_why(met: Met, id: str) -> None:
    assert met.said(f"/page/{id}.htm").split(" ")[0] == SICK[id][1]


@pytest.mark.parametrize("id", ODD)
def test_what_is_odd_is_read_all_the_same(met: Met, id: str) -> None:
    verdict = met.column(id)
    assert (verdict.state, verdict.why, verdict.entries) == (
        "ok",
        "",
        7 if id == "bad-links" else 5,
    )


@pytest.mark.parametrize("id", INSIDE)
def test_no_way_leads_inside(met: Met, id: str) -> None:
    """Neither a redirect nor a meta refresh nor a link, in any spelling; and no canary was touched."""
    ways = [met.column(f"redirect-{id}").why, met.column(f"refresh-{id}").why]
    assert {one.split(" ")[0] for one in ways} == {"private-address"}
    assert met.server.touched == []


def test_links_inside_are_said_to_be_unchecked(met: Met) -> None:
    """Every spelling of an address is refused as private; names lie outside the site, and are counted."""
    assert met.column("links").entries == len(INSIDE)
    links = [
        one
        for one in met.night.unchecked
        if one.what.startswith("文章 ") and "/page/" not in one.what
    ]
    assert sum(one.why.startswith("private-address") for one in links) == len(INSIDE) - 2
    assert [
        one.why for one in met.night.unchecked if one.what == "栏目 栏目links 中指向站外的2条链接"
    ] == ["站外网页不抓取"]


@pytest.mark.parametrize(
    ("id", "why"),
    [("bad-port", "layout"), ("inside", "private-address"), ("file", "layout"), ("long", "layout")],
)
def test_a_next_page_that_cannot_be_asked_for_is_said(met: Met, id: str, why: str) -> None:
    where = f"栏目 栏目next-{id} 列表页 {met.server.address}/list/next-{id}/"
    assert [one.why.split(" ")[0] for one in met.night.unchecked if one.what == where] == [why]


def test_endless_lists_end(met: Met) -> None:
    """A calendar ends at the column's `max_pages`, and says so; pages that name nothing new end at once."""
    assert met.column("calendar").entries == 12
    assert [one.target for one in met.server.asked if "/list/calendar/" in one.target] == [
        "/list/calendar/", *(f"/list/calendar/?day={n}" for n in range(2, 7)),
    ]  # fmt: skip
    cut = [one.why for one in met.night.unchecked if one.what == "栏目 栏目calendar"]
    assert cut == ["too-large 列表超过6页，其余未读"]
    assert sum("/list/endless-pages/" in one.target for one in met.server.asked) == 2


@pytest.mark.parametrize("id", SICK)
def test_each_page_costs_few_requests(met: Met, id: str) -> None:
    """What may pass is tried three times, a redirect followed five times, all else asked for once."""
    column = sum(one.target.startswith(f"/list/{id}/") for one in met.server.asked)
    page = met.server.times(f"/page/{id}.htm")
    most = {"timeout": 3, "refused": 3, "http-500": 3, "http-503": 3}.get(SICK[id][1], 1)
    if SICK[id][1] == "http-310":  # the article's redirects lead into the column's
        assert (column, page) == (6 + 5, 1)
    else:
        assert (column, page) == ((3, 3) if id == "long-header" else (most, most))


def test_nobody_is_accused_for_what_could_not_be_read(met: Met) -> None:
    """The plain pages served here lack what a site's pages must have; of the sick ones nothing is said."""
    told = [f"{one.url} {one.message}" for one in met.night.findings]
    assert {one.rule for one in met.night.findings} <= {
        "footer-marks", "page-tags-missing", "leave-notice",
    }  # fmt: skip
    assert [
        one for one in told if any(f"/{id}/" in one or f"/{id}.htm" in one for id in SICK)
    ] == []


def test_the_night_itself_went_well(met: Met) -> None:
    assert met.night.errors == ()
    assert met.seconds < 300  # it ends; how soon depends on the machine
    assert met.megabytes < 500

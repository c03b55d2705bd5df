"""A host as a whole: its robots.txt, its pace, its silence, its name, its TLS."""

import asyncio
import datetime
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from scrapy.core.downloader import Downloader

from checks.model import Column, Site, Unchecked
from crawler.night import Night, run_nights
from crawler.spiders.columns import ColumnsSpider
from tests.crawler.hostile import (
    Answer,
    Asked,
    Hostile,
    bomb,
    endless,
    fixed,
    hostile,
    redirect,
    response,
    silence,
)
from tests.crawler.test_hostile_server import DAY, GOOD, Names, article, listing

TEXT = "text/plain"
CLOSED = "User-agent: *\nDisallow: /\n"
OPEN = "User-agent: *\nDisallow: /closed/\n"
#: A robots.txt, and what then becomes of /open/ and of /closed/: "" where it is read.
ROBOTS: dict[str, tuple[Answer, str, str]] = {
    "plain": (fixed(OPEN, kind=TEXT), "", "robots"),
    "missing": (fixed(CLOSED, 404, kind=TEXT), "", ""),
    "forbidden": (fixed(CLOSED, 403, kind=TEXT), "", ""),
    "broken": (fixed(CLOSED, 500, kind=TEXT), "", ""),
    "silent": (silence, "", ""),
    "huge": (fixed(OPEN + "# x\n" * 13_000_000, kind=TEXT), "", "robots"),
    "endless": (endless(b"HTTP/1.1 200 OK\r\n\r\n" + OPEN.encode(), b"# x\n" * 9999), "", "robots"),
    "late": (fixed("# x\n" * 200_000 + CLOSED, kind=TEXT), "", ""),
    "bomb": (fixed(bomb("gzip"), kind=TEXT, Content_Encoding="gzip"), "", ""),
    "binary": (fixed(bytes(range(256)) * 99, kind=TEXT), "", ""),
    "to-itself": (redirect("/robots.txt"), "", ""),
    "to-inside": (redirect("http://127.0.0.2:1/"), "", ""),
    "slowest": (fixed(OPEN + "Crawl-delay: 100000\n", kind=TEXT), "robots", "robots"),
    "nan": (fixed(OPEN + "Crawl-delay: NaN\n", kind=TEXT), "", "robots"),
    "infinite": (fixed(OPEN + "Crawl-delay: 1e999\n", kind=TEXT), "", "robots"),
    "backwards": (fixed(OPEN + "Crawl-delay: -1\n", kind=TEXT), "", "robots"),
    "wild": (fixed(OPEN + "Disallow: /" + "*a" * 5000 + "$\n", kind=TEXT), "", "robots"),
}  # fmt: skip


def site_at(address: str, *paths: str, id: str = "s", delay: float = 0.0, **more: Any) -> Site:
    """A site of one column a path, at `address`; `paths` may be whole addresses."""
    urls = [path if "://" in path else f"{address}{path}" for path in paths]
    columns = tuple(Column(f"c{n}", f"栏目{n}", url, max_pages=3) for n, url in enumerate(urls))
    hosts = more.pop("hosts", frozenset({"127.0.0.1"}))
    return Site(
        id, "某县人民政府网", f"{address}/", delay=delay, hosts=hosts, columns=columns, **more
    )


def whys(night: Night) -> list[str]:
    """The reason code of each column, "" where it was read."""
    return [one.why.split(" ")[0] for one in night.verdicts]


def night_at(folder: Path, *sites: Site) -> list[Night]:
    return run_nights(sites, f"sqlite:///{folder}/n.db", day=DAY)


@pytest.fixture(scope="module")
def robots(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, tuple[Night, Hostile]]]:
    """A site for every robots.txt, all in one night."""
    pages = {"/open/": fixed(GOOD), "/closed/": fixed(GOOD), "/good/": fixed(article())}
    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setattr("crawler.settings.DOWNLOAD_TIMEOUT", 4.0)
        servers = {
            id: stack.enter_context(hostile({"/robots.txt": answer, **pages}))
            for id, (answer, _, _) in ROBOTS.items()
        }
        sites = [site_at(one.address, "/open/", "/closed/", id=id) for id, one in servers.items()]
        nights = night_at(tmp_path_factory.mktemp("robots"), *sites)
        yield {one.site.id: (one, servers[one.site.id]) for one in nights}


@pytest.mark.parametrize("id", ROBOTS)
def test_robots_txt_is_obeyed_whatever_it_is(
    robots: dict[str, tuple[Night, Hostile]], id: str
) -> None:
    night, server = robots[id]
    _, open, closed = ROBOTS[id]
    assert (whys(night), night.errors) == ([open, closed], ())
    assert server.times("/open/") == (not open)
    assert server.times("/closed/") == (not closed)
    assert server.times("/robots.txt") == {"silent": 3, "broken": 3, "to-itself": 6}.get(id, 1)
    assert server.touched == []


# -- pace -------------------------------------------------------------------------------------


async def sometimes(writer: Any, asked: Asked) -> bool:
    """Keeps the connection, and on a kept one closes without a word."""
    key = id(writer)
    if key in _kept:
        return False
    _kept.add(key)
    writer.write(response(listing("/good/2.htm"), Connection="keep-alive"))
    return True


_kept: set[int] = set()


#: Seconds between requests in these tests, and how late one may come in because the machine is busy.
DELAY, LATE = 0.3, 0.25


def too_soon(asked: list[Asked]) -> list[tuple[str, str]]:
    """Pairs of requests that came in sooner one after the other than the delay allows."""
    order = sorted(asked, key=lambda one: one.at)
    return [
        (first.target, other.target)
        for i, first in enumerate(order)
        for n, other in enumerate(order[i + 1 :], 1)
        if other.at - first.at < n * DELAY - LATE
    ]


def test_a_host_is_never_asked_faster_than_the_site_file_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Across ports, spellings of the name, robots.txt, retries, redirects and connections that break."""
    monkeypatch.setattr("crawler.settings.LANMU_RESOLVER", Here)
    pages: dict[str, Answer] = {
        "/a/": fixed(listing("/good/1.htm")), "/b/": sometimes, "/broken/": fixed("x", 503), "/good/": sometimes,
        "/loop/": redirect("/loop/"),
    }  # fmt: skip
    with hostile(pages) as one, hostile(dict(pages)) as two:
        pages["/over/"] = redirect(f"http://site.test:{two.port}/a/")
        paths = [
            "/a/", "/broken/", "/loop/", "/over/", f"http://SITE.test:{one.port}/b/",
            f"http://site.TEST.:{one.port}/a/", f"http://Site.Test:{two.port}/a/",
        ]  # fmt: skip
        home = f"http://site.test:{one.port}"
        site = site_at(home, *paths, delay=DELAY, hosts=frozenset({"site.test"}))
        (night,) = night_at(tmp_path, site)
        asked = one.asked + two.asked
    assert whys(night) == ["", "http-503", "http-310", "", "", "", ""]
    assert len(asked) == night.requests >= 20
    assert too_soon(asked) == []


class Here(Names):
    """Every name is this machine's."""

    address = "127.0.0.1"


def test_a_redirect_to_another_host_waits_for_that_hosts_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crawler.settings.LANMU_RESOLVER", Here)
    pages: dict[str, Answer] = {"/b/": fixed(listing("/gone.htm"))}
    with hostile(pages) as server:
        for n in range(4):
            pages[f"/a{n}/"] = redirect(f"http://b.test:{server.port}/b/?{n}")
        paths = [f"http://a.test:{server.port}/a{n}/" for n in range(4)]
        paths += [f"http://b.test:{server.port}/b/?other{n}" for n in range(4)]
        hosts = frozenset({"a.test", "b.test"})
        (night,) = night_at(tmp_path, site_at(server.address, *paths, delay=DELAY, hosts=hosts))
        by_host = [[x for x in server.asked if x.host.startswith(f"{h}.test")] for h in "ab"]
    assert set(whys(night)) == {""}
    assert [len(one) for one in by_host] == [5, 10]
    assert [too_soon(one) for one in by_host] == [[], []]


def test_a_crawl_delay_outlives_a_pause(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Scrapy forgets the queue of a host that was idle for a minute (here: an instant), and its delay with it."""
    monkeypatch.setattr(Downloader, "_SLOT_GC_INTERVAL", 0.001)
    monkeypatch.setattr(Downloader._slot_gc, "__defaults__", (-60.0,))
    text = f"User-agent: *\nCrawl-delay: {DELAY}\n"
    pages = {"/robots.txt": fixed(text, kind=TEXT), "/": fixed(GOOD), "/good/": fixed(article())}
    with hostile(pages) as server:
        (night,) = night_at(tmp_path, site_at(server.address, "/"))
    articles = [one for one in server.asked if one.target.startswith("/good/")]
    assert (whys(night), len(articles)) == ([""], 5)
    assert too_soon(articles) == []


# -- patience ---------------------------------------------------------------------------------


def test_a_host_that_never_answers_is_left_alone_soon(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crawler.settings.DOWNLOAD_TIMEOUT", 0.3)
    paths = [f"/{n}/" for n in range(60)]
    with hostile({"/": silence, "/robots.txt": fixed("", 404)}) as server:
        (night,) = night_at(tmp_path, site_at(server.address, *paths))
        asked = len(server.asked)
    assert whys(night) == ["timeout"] * 60
    assert sum("其余本次不再访问" in one.why for one in night.verdicts) >= 30
    assert asked <= 1 + 12 + 16  # sixteen are under way when the twelfth has failed


def test_a_night_ends_though_every_page_is_slow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def slow(writer: Any, asked: Asked) -> None:
        await asyncio.sleep(0.5)
        writer.write(response(GOOD))

    monkeypatch.setattr("crawler.settings.LANMU_NIGHT_SECONDS", 1.0)
    with hostile({"/": slow, "/robots.txt": fixed("", 404)}) as server:
        began = time.monotonic()
        (night,) = night_at(tmp_path, site_at(server.address, *[f"/{n}/" for n in range(200)]))
        taken = time.monotonic() - began
    said = {one.why for one in night.verdicts}
    assert said == {"", "timeout 本次巡查已满0小时，其余未读"}
    assert taken < 10


# -- names ------------------------------------------------------------------------------------


class Turncoat(dict[str, Any]):
    """A resolver's answer that is public when it is looked at and a canary when it is used."""

    looked = 0

    def __getitem__(self, key: str) -> Any:
        if key != "host":
            return super().__getitem__(key)
        self.looked += 1
        return "1.1.1.1" if self.looked == 1 else "127.0.0.2"


class Rebinding(Names):
    async def resolve(self, host: str, port: int = 0, family: Any = 0) -> Any:
        return [Turncoat(one) for one in await super().resolve(host, port, family)]


def test_the_address_that_is_connected_to_is_the_one_that_is_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer that changes between the look and the connection (DNS rebinding) leads nowhere."""
    monkeypatch.setattr("crawler.settings.LANMU_RESOLVER", Rebinding)
    with hostile({"/": fixed(GOOD)}) as server:
        site = site_at(server.address, f"http://turn.test:{server.v4}/")
        (night,) = night_at(tmp_path, site)
        assert (whys(night), server.touched) == (["private-address"], [])


# -- links ------------------------------------------------------------------------------------


def test_a_link_that_leads_on_is_judged_by_what_it_leads_to(tmp_path: Path) -> None:
    """One redirects to a page that is gone, one to an address inside, one never ends."""
    links = "".join(f"<a href='/{one}'>详见有关文件</a>" for one in ("moved", "inside", "endless"))
    pages = {
        "/open/": fixed(listing("/good/1.htm")),
        "/good/": fixed(article().replace("</div>", f"<p>{links}</p></div>")),
        "/moved": redirect("/gone.htm"),
        "/inside": redirect("http://127.0.0.2:1/"),
        "/endless": endless(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", b"x" * 65536),
    }
    with hostile(pages) as server:
        site = site_at(server.address, "/open/")
        for n in range(3):
            (night,) = run_nights(
                [site], f"sqlite:///{tmp_path}/n.db", day=DAY + datetime.timedelta(days=n)
            )
    dead = [one for one in night.findings if one.rule == "dead-link"]
    assert [one.match for one in dead] == [f"{server.address}/moved"]
    assert "HTTP 404" in dead[0].message
    assert night.errors == ()


def test_an_entry_that_leads_to_another_site_accuses_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The site file names the other host, so that it is asked at all here; its pages are none of the site's."""
    monkeypatch.setattr("crawler.settings.LANMU_RESOLVER", Here)
    monkeypatch.setattr(ColumnsSpider, "is_own", lambda _, url: "//other.test" not in url)
    slip = article().replace("</div>", "<p>会议作出布署。</p></div>", 1)
    pages: dict[str, Answer] = {
        "/list/": fixed(listing("/good/1.htm", "/away.htm")),
        "/good/": fixed(article()),
        "/there.htm": fixed(slip),
    }
    with hostile(pages) as server:
        there = f"http://other.test:{server.port}/there.htm"
        pages["/away.htm"] = redirect(there)
        hosts = frozenset({"own.test", "other.test"})
        own = f"http://own.test:{server.port}"
        (night,) = night_at(tmp_path, site_at(own, "/list/", hosts=hosts))
    assert [one for one in night.findings if one.rule == "typos"] == []
    why = "layout 跳转到站外网页（other.test），不是本站文章，未检查"
    assert Unchecked(f"文章 {own}/away.htm", why) in night.unchecked


# -- TLS --------------------------------------------------------------------------------------


def certificate(folder: Path, *, bits: int = 2048, days: int = 30) -> tuple[Path, Path]:
    """A certificate signed by itself, valid for `days` from a month ago on; and its key."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    since = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=31)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(since)
        .not_valid_after(since + datetime.timedelta(days=31 + days))
        .sign(key, hashes.SHA256())
    )
    cert, secret = folder / "cert.pem", folder / "key.pem"
    cert.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
    )
    return cert, secret


@contextmanager
def tls_server(context: ssl.SSLContext) -> Iterator[str]:
    pages = {"/": fixed(GOOD), "/good/": fixed(article()), "/robots.txt": fixed("", 404)}
    with hostile(pages, context) as server:
        yield server.address.replace("http:", "https:")


def old_tls(folder: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.load_cert_chain(*certificate(folder, bits=1024))
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1
    return context


def test_old_tls_is_read_only_where_the_site_file_says_so(tmp_path: Path) -> None:
    with tls_server(old_tls(tmp_path)) as address:
        strict = site_at(address, "/", id="strict")
        old = replace(site_at(address, "/", id="old"), legacy_tls=True)
        nights = night_at(tmp_path, strict, old)
    assert [whys(one) for one in nights] == [["tls"], [""]]


@pytest.mark.parametrize("days", [30, -1])
def test_a_certificate_nobody_signed_or_that_has_expired_is_no_reason_not_to_read(
    tmp_path: Path, days: int
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate(tmp_path, days=days))
    with tls_server(context) as address:
        (night,) = night_at(tmp_path, site_at(address, "/"))
    assert whys(night) == [""]


def test_no_tls_where_there_should_be_is_said(tmp_path: Path) -> None:
    with hostile({"/": fixed(GOOD)}) as server:
        (night,) = night_at(tmp_path, site_at(server.address.replace("http:", "https:"), "/"))
    assert whys(night) == ["tls"]


def test_a_handshake_that_never_ends_is_a_timeout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crawler.settings.DOWNLOAD_TIMEOUT", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as mute:  # connections wait in its backlog
        address = f"https://127.0.0.1:{mute.getsockname()[1]}"
        (night,) = night_at(tmp_path, site_at(address, "/"))
    assert whys(night) == ["timeout"]

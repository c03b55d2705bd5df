"""The page as it was fetched stays with the office, and no personal number does."""

import hashlib
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from scrapy.http import Response
from warcio.archiveiterator import ArchiveIterator

from checks.catalogue import catalogue
from checks.model import BadInput
from checks.site import load_site
from checks.wordlist import shipped
from crawler.evidence import Warc, evidence_folder, keepable, kept_page
from crawler.night import run_nights
from store.database import open_database, reading
from store.evidence import Evidence, evidence_of, without_evidence
from tests.county import DAY, Crawled
from tests.serving import Pages, site_of

NOW = datetime(2025, 9, 30, 2, 0, tzinfo=UTC)
ID = "11010519491231002X"


@pytest.fixture(scope="module")
def kept(county: Crawled) -> Iterator[Any]:
    engine = open_database(county.db)
    with reading(engine) as connection:
        yield engine, connection
    engine.dispose()


def test_every_article_with_a_finding_has_its_page_kept_as_it_was(
    county: Crawled, kept: Any
) -> None:
    engine, connection = kept
    texts = {one.id for one in catalogue(shipped()) if one.kind in ("词表", "文字")}
    urls = sorted({f.url for f in county.night.findings if f.rule in texts})
    assert len(urls) == 5
    assert without_evidence(connection, "yunhe", urls) == set()
    for url in urls:
        kept_pages = [
            (one, *kept_page(evidence_folder(engine), one)) for one in evidence_of(connection, url)
        ]
        assert len(kept_pages) == (3 if "_921" in url else 1)  # an article of three pages
        assert kept_pages[0][1] == url
        for one, address, body in kept_pages:
            with urllib.request.urlopen(address, timeout=10) as answer:
                served = answer.read()
            assert (body, one.digest) == (served, hashlib.sha256(served).hexdigest())


def test_a_column_that_something_was_found_of_has_its_list_page_kept(
    county: Crawled, kept: Any
) -> None:
    engine, connection = kept
    urls = {one.column.url for one in county.night.verdicts if one.findings}
    assert len(urls) == 5
    for url in urls:
        one = evidence_of(connection, url)[-1]
        with urllib.request.urlopen(url, timeout=10) as answer:
            served = answer.read()
        assert kept_page(evidence_folder(engine), one) == (url, served)


def test_pages_without_a_finding_are_not_kept(county: Crawled, kept: Any) -> None:
    """Of the 54 pages that share a fault three are kept."""
    engine, connection = kept
    shared = connection.exec_driver_sql(
        "SELECT url FROM page_faults WHERE key = '全部 article'"
    ).fetchall()
    urls = {f.url for f in county.night.findings}
    files = sorted(evidence_folder(engine).glob("*.warc.gz"))
    kept_of = {address for file in files for address, _ in records(file)}
    further = {url for url in kept_of if url.endswith(("_921_1.html", "_921_2.html"))}
    assert len(further) == 2
    examples = kept_of & {row[0] for row in shared}
    assert len(shared) == 54
    assert len(examples) >= 3 and len(examples - urls) <= 3
    assert kept_of - further - examples <= urls


def records(file: Path) -> list[tuple[str, bytes]]:
    """Every page of a WARC file: (address, body)."""
    with file.open("rb") as stream:
        return [
            (one.rec_headers.get_header("WARC-Target-URI"), one.content_stream().read())
            for one in ArchiveIterator(stream)
        ]


def response(body: bytes) -> Response:
    return Response("http://a.cn/1.htm", body=body, headers={"Content-Type": "text/html"})


def test_a_changed_file_is_refused(tmp_path: Path) -> None:
    warc = Warc(tmp_path, "x.warc.gz")
    one = warc.keep("http://a.cn/1.htm", response(b"<p>one"), b"<p>one", NOW)
    two = warc.keep("http://a.cn/1.htm", response(b"<p>two"), b"<p>two", NOW)
    warc.close()
    assert [kept_page(tmp_path, e)[1] for e in (one, two)] == [b"<p>one", b"<p>two"]
    wrong = Evidence(two.url, NOW, 200, one.digest, two.file, two.offset, two.length)
    with pytest.raises(BadInput, match="与记录不符"):
        kept_page(tmp_path, wrong)
    with pytest.raises(BadInput, match="无法读取"):
        kept_page(tmp_path / "none", one)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_no_personal_number_is_kept(encoding: str) -> None:
    split = f"身份证号<b>{ID[:6]}</b>{ID[6:]}，全角１１０１０５".encode(encoding)
    hidden = keepable(split, personal=True)
    assert len(hidden) <= len(split)
    assert not any(48 <= byte <= 57 for byte in hidden)
    whole = f"身份证号{ID}".encode(encoding)
    assert keepable(whole, personal=False) == "身份证号110105********002X".encode(encoding)
    clean = "2025年9月30日，共120公里".encode(encoding)
    assert keepable(clean, personal=False) == clean


def test_a_leaked_number_is_in_no_file_of_a_night(tmp_path: Path) -> None:
    pages = Pages(
        lists={"/tzgg.htm": [("/1.htm", "公示名单", DAY)]},
        texts={"/1.htm": f"<p>张三，身份证号<span>{ID[:10]}</span>{ID[10:]}，作出布署。</p>"},
    )
    with pages.served() as address:
        site = load_site(site_of(tmp_path, address, ["tzgg"]))
        (night,) = run_nights([site], f"sqlite:///{tmp_path}/x.db", day=DAY)
    assert {f.rule for f in night.findings} >= {"personal-data", "typos"}
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(path.suffix == ".gz" for path in files)
    for path in files:
        raw = path.read_bytes()
        if path.suffix == ".gz":
            raw = b"".join(body for _, body in records(path))
        assert ID.encode() not in raw and ID[10:].encode() not in raw

"""Attachments in a whole night: fetched, read in places, judged with their article, kept as evidence."""

from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest
import xlsxwriter

from checks.site import load_site
from crawler.night import Night, run_nights
from store.articles import stored_article
from store.database import open_database, reading
from store.evidence import evidence_of
from tests.county import DAY
from tests.serving import Pages, site_of

ID = "11010519491231002X"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def sheet(*rows: tuple[str, ...]) -> bytes:
    out = BytesIO()
    with xlsxwriter.Workbook(out) as book:
        page = book.add_worksheet("名单")
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    return out.getvalue()


def word(text: str) -> bytes:
    out = BytesIO()
    document = docx.Document()
    document.add_paragraph(text)
    document.save(out)
    return out.getvalue()


def linking(*files: tuple[str, str]) -> str:
    links = "".join(f'<p><a href="{url}">{name}</a></p>' for url, name in files)
    return f"<p>现将补贴名单予以公示，公示期七个工作日，如有异议请向县政府办反映。</p>{links}"


class Site:
    """Pages with attachments, and nights at them."""

    def __init__(self, folder: Path, more: str = "") -> None:
        self.pages = Pages(lists={"/tzgg.htm": [("/1.htm", "补贴名单公示", DAY)]})
        self.db = f"sqlite:///{folder}/x.db"
        self._folder, self._more = folder, more

    def night(self, address: str, day: Any = DAY, **how: Any) -> Night:
        site = load_site(site_of(self._folder, address, ["tzgg"], self._more))
        (done,) = run_nights([site], self.db, day=day, **how)
        assert done.errors == ()
        return done

    def parts(self, address: str) -> list[tuple[str, str]]:
        engine = open_database(self.db)
        with reading(engine) as connection:
            article = stored_article(connection, "ceshi", f"{address}/1.htm")
        engine.dispose()
        assert article
        return [(part.name, part.text) for part in article.parts if part.kind == "attachment"]


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def in_texts(night: Night) -> list[tuple[str, str]]:
    rules = ("typos", "personal-data")
    return sorted((f.rule, f.match) for f in night.findings if f.rule in rules)


def test_attachments_are_judged_with_their_article(site: Site) -> None:
    site.pages.texts["/1.htm"] = linking(
        ("/files/a.xlsx", "附件下载"), ("/files/b.docx", "附件下载"), ("/files/c.rar", "图片.rar")
    )
    site.pages.raw["/files/a.xlsx"] = (XLSX, sheet(("姓名", "身份证号"), ("张三", ID)))
    site.pages.raw["/files/b.docx"] = ("application/msword", word("对下一步工作作出布署。"))
    site.pages.raw["/files/c.rar"] = ("application/x-rar", b"Rar!\x1a\x07\x00rest")
    with site.pages.served() as address:
        night = site.night(address)
        parts = site.parts(address)
    assert in_texts(night) == [("personal-data", "110105********002X"), ("typos", "布署")]
    assert [name for name, _ in parts] == ["附件下载", "附件下载（2）"]
    assert "110105********002X" in parts[0][1] and ID not in parts[0][1]
    (said,) = [one for one in night.unchecked if "图片.rar" in one.what]
    assert said.why


def test_an_attachment_that_fails_tonight_keeps_what_was_read_before(site: Site) -> None:
    site.pages.texts["/1.htm"] = linking(("/files/b.docx", "附件1"))
    site.pages.raw["/files/b.docx"] = ("application/msword", word("对下一步工作作出布署。"))
    with site.pages.served() as address:
        first = site.night(address)
        site.pages.status["/files/b.docx"] = 500
        later = site.night(address, full=True)
        assert site.parts(address) == [("附件1", "对下一步工作作出布署。")]
        assert in_texts(later) == in_texts(first) == [("typos", "布署")]
        assert later.tally.changed == 0
        assert any(
            "附件1" in one.what and one.why.startswith("http-500") for one in later.unchecked
        )
        # what failed for a reason that may pass is asked for whole again
        site.pages.status.clear()
        site.pages.raw["/files/b.docx"] = ("application/msword", word("对下一步工作作出部署。"))
        mended = site.night(address, DAY.replace(month=10, day=1))
    assert in_texts(mended) == []
    assert mended.tally.changed == 1


def test_attachments_elsewhere_or_inside_are_not_fetched(site: Site) -> None:
    site.pages.texts["/1.htm"] = linking(
        ("http://127.0.0.2:9/a.xlsx", "内网附件"), ("http://other.example.com/b.docx", "站外附件")
    )
    with site.pages.served() as address:
        night = site.night(address, columns=["tzgg"])
    said = {one.what.split()[1]: one.why for one in night.unchecked if one.what.startswith("附件")}
    assert said["内网附件"].startswith("private-address")
    assert said["站外附件"] == "站外附件不读取"


def test_an_office_may_leave_attachments_out(tmp_path: Path) -> None:
    site = Site(tmp_path, more=", attachments: 'off'")
    site.pages.texts["/1.htm"] = linking(("/files/b.docx", "附件1"))
    site.pages.raw["/files/b.docx"] = ("application/msword", word("对下一步工作作出布署。"))
    with site.pages.served() as address:
        night = site.night(address, columns=["tzgg"])
    assert in_texts(night) == []
    assert "/files/b.docx" not in site.pages.paths()
    assert any(one.why == "附件不读取（站点文件 attachments: off）" for one in night.unchecked)


def test_an_attachment_with_a_finding_is_kept_and_one_with_personal_numbers_only_masked(
    site: Site, tmp_path: Path
) -> None:
    site.pages.texts["/1.htm"] = linking(("/files/a.xlsx", "名单"), ("/files/b.docx", "通知"))
    site.pages.raw["/files/a.xlsx"] = (XLSX, sheet(("姓名", "身份证号"), ("张三", ID)))
    body = word("对下一步工作作出布署。")
    site.pages.raw["/files/b.docx"] = ("application/msword", body)
    from crawler.evidence import evidence_folder, kept_page

    with site.pages.served() as address:
        night = site.night(address)
        engine = open_database(site.db)
        with reading(engine) as connection:
            kept = evidence_of(connection, f"{address}/1.htm")
        pages = dict(kept_page(evidence_folder(engine), one) for one in kept)
        engine.dispose()
    assert len(night.findings) >= 2
    assert set(pages) == {f"{address}/1.htm", f"{address}/files/a.xlsx", f"{address}/files/b.docx"}
    assert pages[f"{address}/files/b.docx"] == body
    assert "110105********002X" in pages[f"{address}/files/a.xlsx"].decode()

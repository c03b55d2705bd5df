"""What a person is shown of an article's past: its texts, and the page as it was fetched."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from checks.site import load_site
from crawler.night import run_nights
from desk.cli import main
from tests.county import DAY
from tests.serving import Pages, site_of


@pytest.fixture
def edited(tmp_path: Path) -> Iterator[tuple[str, str, Path]]:
    """An article with a slip, mended between two nights: its address, the database, the folder."""
    pages = Pages(
        lists={"/tzgg.htm": [("/1.htm", "会议通知", DAY)]},
        texts={"/1.htm": "<p>会议对下一步工作作出布署，请各单位抓好落实。</p>"},
    )
    db = f"sqlite:///{tmp_path}/x.db"
    with pages.served() as address:
        site = load_site(site_of(tmp_path, address, ["tzgg"]))
        run_nights([site], db, day=DAY)
        pages.texts["/1.htm"] = "<p>会议对下一步工作作出部署，请各单位抓好落实。</p>"
        (later,) = run_nights([site], db, day=DAY.replace(day=1, month=10))
        assert later.tally.changed == 1
        assert later.edited == ((f"{address}/1.htm", "会议通知"),)
        assert not [f for f in later.findings if f.rule == "typos"]
        yield f"{address}/1.htm", db, tmp_path


def test_diff_shows_what_changed_and_since_when(
    edited: tuple[str, str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    url, db, _ = edited
    assert main(["diff", f"{url}?utm_source=x", "--db", db]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"会议通知  {url}?utm_source=x"
    assert [line.split()[0] for line in lines[1:3]] == ["第1稿", "第2稿"]
    assert lines[2].endswith("起，现在的文字")
    assert lines[3:] == [
        "第1稿 → 第2稿：",
        "会议通知",
        "",
        "会议对下一步工作作出[-布-]{+部+}署，请各单位抓好落实。",
    ]


def test_diff_as_json_holds_every_text(
    edited: tuple[str, str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    url, db, _ = edited
    assert main(["diff", url, "--db", db, "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert [(one["number"], one["until"] is None) for one in said["versions"]] == [
        (1, False),
        (2, True),
    ]
    assert said["changes"][0]["diff"] == [
        ["equal", "会议通知\n\n会议对下一步工作作出"],
        ["delete", "布"],
        ["insert", "部"],
        ["equal", "署，请各单位抓好落实。"],
    ]


def test_evidence_gives_the_page_back_as_it_was(
    edited: tuple[str, str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    url, db, folder = edited
    assert (
        main(["evidence", url, "--db", db, "--number", "1", "--out", str(folder / "page.html")])
        == 0
    )
    assert "作出布署" in (folder / "page.html").read_text("utf-8")
    out = capsys.readouterr().out
    assert out.startswith("第1份  ") and "HTTP 200  SHA-256 " in out


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (
            ["diff", "http://a.cn/none.htm"],
            "数据库里没有这篇文章；请核对网址，或先运行 lanmu nightly",
        ),
        (
            ["evidence", "http://a.cn/none.htm"],
            "没有保存这个网页的证据；只保存查出问题的网页，请核对网址",
        ),
    ],
)
def test_an_unknown_article_is_one_line(
    arguments: list[str], line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*arguments, "--db", f"sqlite:///{tmp_path}/y.db"]) == 2
    assert capsys.readouterr().err == f"{arguments[1]}: {line}\n"


def test_a_number_that_is_not_kept_is_refused(
    edited: tuple[str, str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    url, db, _ = edited
    assert main(["evidence", url, "--db", db, "--number", "7"]) == 2
    assert capsys.readouterr().err == "--number 7: 只有2份；应为1到2\n"

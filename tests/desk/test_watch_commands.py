"""`lanmu probe` and `lanmu import media` as a person runs them."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import xlsxwriter

from checks.model import Account
from checks.site import load_site
from crawler import clock
from desk.cli import main
from store.database import open_database, reading
from store.media import accounts_seen
from tests.loopback import free_port

SITE = """\
site: {{id: jinghe, name: 精河, home: "http://127.0.0.1:{port}/", delay: 0}}
units:
  - {{id: zfb, name: 县政府办}}
columns:
  - {{id: tzgg, name: 通知公告, url: /tzgg.htm}}
media:
  - {{id: weixin, name: 精河零距离, platform: 微信公众号, unit: zfb}}
  - {{id: douyin, name: 精河零距离, platform: 抖音}}
  - {{id: weibo, name: 精河发布, platform: 微博}}
"""


@pytest.fixture
def site_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "jinghe.yaml"
    file.write_text(SITE.format(port=free_port()), "utf-8")
    return file


# -- probe ------------------------------------------------------------------------------------


def test_a_site_that_is_down_is_a_result_and_no_failure(
    site_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["probe", str(site_file)]) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[0].partition(" 首页：")[2] == "未打开，refused 服务器拒绝连接"
    assert out[1] == (
        "近7天 首页：有效探测0次，0次未打开，占0.0%"
        "；1次不计入（没有对照主机，不能断定是网站还是本机线路的问题）"
    )


def test_a_probe_of_the_demo_county(county: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    db = f"sqlite:///{tmp_path}/p.db"
    arguments = ["probe", str(county.file), "--db", db, "--json"]
    assert main([*arguments, "--times", "3", "--every", "0"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert [(one["opened"], one["why"], one["control"]) for one in said["probes"]] == [(True, "", None)] * 3  # fmt: skip
    (week,) = said["week"]["targets"]
    assert (week["counted"], week["failed"], week["share"], len(week["days"])) == (3, 0, 0.0, 7)
    assert said["findings"] == []
    assert [one["what"] for one in said["unchecked"]] == ["网站可用性（首页）"]
    assert main([*arguments, "--report"]) == 0
    again = json.loads(capsys.readouterr().out)
    assert (again["probes"], again["week"]["targets"]) == ([], [week])


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--times", "0"], "probe: --times 0，应为1到1440"),
        (["--times", "2", "--every", "-1"], "probe: --every -1，应为0到86400秒，以免妨碍网站"),
        (["--times", "2", "--every", "nan"], "probe: --every nan，应为0到86400秒，以免妨碍网站"),
    ],
)
def test_probe_refuses_what_makes_no_sense(
    site_file: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], line: str
) -> None:
    assert main(["probe", str(site_file), *arguments]) == 2
    assert capsys.readouterr().err == f"{line}\n"


def test_a_real_site_is_not_probed_every_second(
    site_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site_file.write_text(site_file.read_text("utf-8").replace("delay: 0", "delay: 1.0"), "utf-8")
    assert main(["probe", str(site_file), "--times", "2", "--every", "59"]) == 2
    assert "应为60到86400秒" in capsys.readouterr().err


# -- import media -----------------------------------------------------------------------------

TODAY = clock.now().astimezone(ZoneInfo("Asia/Shanghai")).date()
HEAD = ["发布时间", "账号", "链接", "文章标题"]
DATED = datetime(2025, 9, 25, 8, 30)  # noqa: DTZ001  - a cell has no zone
ROWS: list[list[Any]] = [
    [date(2025, 9, 28), "weixin", "https://mp.example/1", "秋收"],
    [DATED, "微信公众号精河零距离", "https://mp.example/2", "通知"],
    ["2025年9月20日", "精河发布", "", "没有链接的"],
]


def sheet(file: Path, *tables: tuple[str, Sequence[Sequence[Any]]]) -> Path:
    with xlsxwriter.Workbook(str(file)) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, rows in tables:
            page = book.add_worksheet(name)
            for r, cells in enumerate(rows):
                for c, cell in enumerate(cells):
                    if isinstance(cell, date):
                        page.write_datetime(r, c, cell, day)
                    else:
                        page.write(r, c, cell)
    return file


def known(site_file: Path) -> dict[str, date | None]:
    engine = open_database("sqlite:///lanmu.db")
    with reading(engine) as connection:
        seen = accounts_seen(connection, load_site(site_file), TODAY)
    engine.dispose()
    return {one.account.id: one.newest for one in seen}


def test_a_spreadsheet_is_imported_and_again_changes_nothing(
    site_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = sheet(tmp_path / "发文.xlsx", ("九月", [["精河县新媒体发文"], [], HEAD, *ROWS, []]), ("空表", []))  # fmt: skip
    arguments = ["import", "media", str(site_file), str(file), "--as-of", "2025-09-30"]
    assert main(arguments) == 0
    assert capsys.readouterr().out == (
        "精河零距离：新增2条，修改0条，相同0条，最近发布2025-09-28；按齐全到2025-09-30计\n"
        "精河发布：新增1条，修改0条，相同0条，最近发布2025-09-20；按齐全到2025-09-30计\n"
    )
    assert main(arguments) == 0
    assert capsys.readouterr().out == (
        "精河零距离：新增0条，修改0条，相同2条，最近发布2025-09-28；按齐全到2025-09-30计\n"
        "精河发布：新增0条，修改0条，相同1条，最近发布2025-09-20；按齐全到2025-09-30计\n"
    )
    assert known(site_file) == {
        "weixin": date(2025, 9, 28),
        "douyin": None,
        "weibo": date(2025, 9, 20),
    }


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_csv_of_one_account_needs_no_account_column(
    site_file: Path, tmp_path: Path, encoding: str
) -> None:
    file = tmp_path / "抖音.csv"
    file.write_text("标题,日期\n甲,2025/9/3\n乙,20250905\n", encoding)
    assert main(["import", "media", str(site_file), str(file), "--account", "douyin"]) == 0
    assert known(site_file)["douyin"] == date(2025, 9, 5)


def test_one_wrong_row_and_nothing_is_imported(
    site_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong: list[list[Any]] = [
        ["九月三十日", "weixin", "https://mp.example/3", "甲"],
        ["2025-13-01", "weixin", "https://mp.example/3", "甲"],
        ["", "weixin", "https://mp.example/3", "甲"],
        ["2025-10-01", "weixin", "https://mp.example/3", "甲"],
        ["2025-09-01", "精河零距离", "https://mp.example/3", "甲"],
        ["2025-09-01", "博州发布", "https://mp.example/3", "甲"],
        ["2025-09-01", "", "https://mp.example/3", "甲"],
        ["2025-09-01", "weixin", "", ""],
    ]
    file = sheet(tmp_path / "发文.xlsx", ("九月", [[], [], HEAD, *ROWS, *wrong]))
    assert main(["import", "media", str(site_file), str(file), "--as-of", "2025-09-30"]) == 2
    at = f"{file}[九月]"
    assert capsys.readouterr().err.splitlines() == [
        f"{at}:7: “日期”列写的是“九月三十日”，应为日期，如 2025-09-30",
        f"{at}:8: “日期”列写的是“2025-13-01”，应为日期，如 2025-09-30",
        f"{at}:9: “日期”列是空的，应为日期，如 2025-09-30",
        f"{at}:10: “日期”列2025-10-01晚于记录的截止日2025-09-30",
        f"{at}:11: “账号”列写的是“精河零距离”，有2个同名账号；应写id：weixin、douyin",
        f"{at}:12: “账号”列写的是“博州发布”，站点文件没有这个账号；现有：精河零距离、精河零距离、精河发布",
        f"{at}:13: “账号”列是空的",
        f"{at}:14: “标题”列和“链接”列都是空的，应至少写一项",
    ]
    assert known(site_file) == dict.fromkeys(("weixin", "douyin", "weibo"))


@pytest.mark.parametrize(
    ("name", "content", "more", "said"),
    [
        ("无.csv", None, [], "找不到这个文件，请核对文件名"),
        ("稿.docx", b"x", [], "不是能读的表格；应为 .xlsx、.xls 或 .csv，请用Excel或WPS另存"),
        ("坏.xlsx", b"PK\x03\x04x", [], "文件已损坏或有密码；应为 .xlsx、.xls 或 .csv，请用Excel或WPS另存"),
        ("坏.xls", b"x", [], "不是能读的表格；应为 .xlsx、.xls 或 .csv，请用Excel或WPS另存"),
        ("空.csv", b"", [], "没有发文记录"),
        ("头.csv", "账号,日期,标题\n".encode(), [], "没有发文记录"),
        ("列.csv", "账号,标题\na,b\n".encode(), [], "没有找到表头，应有“账号”、“日期”列"),
        ("重.csv", "账号,日期,发布时间,标题\n".encode(), [], "“日期”列有2个，应只留一个"),
        ("引.csv", '账号,日期,标题\n"a'.encode(), [], "不是有效的CSV（unexpected end of data），请检查引号"),
        ("字.csv", b"\xff\xff\xff", [], "既不是UTF-8也不是GB18030编码，请另存为“CSV UTF-8”"),
        ("a.csv", b"", ["--account", "qq"], "没有id为“qq”的新媒体账号；现有：weixin、douyin、weibo"),
        ("b.csv", "账号,日期,标题\nweibo,2025-09-01,a\n".encode(), ["--account", "weixin"],
         "“账号”列写的是“weibo”，不是 --account 指定的“精河零距离”"),
        ("c.csv", b"", ["--as-of", "2999-01-01"], f"import media: --as-of 2999-01-01 晚于今天（{TODAY}）"),
    ],
)  # fmt: skip
def test_what_cannot_be_imported_gets_one_line(
    site_file: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    name: str,
    content: bytes | None,
    more: list[str],
    said: str,
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    assert main(["import", "media", str(site_file), str(tmp_path / name), *more]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith(said)


def test_a_spreadsheet_that_unpacks_without_end_is_not_read(
    site_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import zipfile

    file = tmp_path / "弹.xlsx"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(5):
            archive.writestr(f"xl/{number}.xml", b"0" * (100 << 20))
    assert main(["import", "media", str(site_file), str(file)]) == 2
    assert capsys.readouterr().err == f"{file}: 解压后500MB，疑似压缩炸弹，未打开\n"


def test_a_file_of_many_wrong_rows_is_told_shortly(
    site_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "多.csv"
    file.write_text("账号,日期,标题\n" + "weibo,昨天,甲\n" * 500, "utf-8")
    assert main(["import", "media", str(site_file), str(file)]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert (len(lines), lines[-1]) == (201, f"{file}: 另有300处不对")


def test_the_site_file_must_know_the_accounts(
    site_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = site_file.read_text("utf-8")
    site_file.write_text(text[: text.index("media:")], "utf-8")
    assert load_site(site_file).media == ()
    assert main(["import", "media", str(site_file), "x.csv"]) == 2
    assert capsys.readouterr().err == (
        "站点文件没有登记新媒体账号，应在 media 下逐个写明 id 和 name\n"
    )


def test_accounts_are_what_the_site_file_says(site_file: Path) -> None:
    assert load_site(site_file).media[0] == Account("weixin", "精河零距离", "微信公众号", "zfb")

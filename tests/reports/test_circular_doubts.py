"""What nobody knows, confirmed or could look at accuses nobody: it is left out, and said to be so."""

import io
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from docx import Document
from python_calamine import CalamineWorkbook

from checks.model import BadInput, ColumnSnapshot, Finding, Severity, Span
from checks.verdict import judge_column
from desk.cli import main
from reports.templates.circular import template
from store.database import Connection, open_database, writing
from store.findings import save_findings
from store.ledger import ledger_rows, move
from store.nights import save_verdict
from tests.quarter import LAST, Office, at, office_with_the_quarter
from tests.spreadsheets import SAMPLE, TODAY, write_xlsx


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return office_with_the_quarter(tmp_path_factory.mktemp("quarter"))


@pytest.fixture
def office(whole: Office, tmp_path: Path) -> Office:
    """The same quarter, to be changed."""
    for name in ("jinghe.yaml", "jinghe-circular.yaml", "q.db"):
        shutil.copy(whole.folder / name, tmp_path / name)
    return Office(tmp_path, tmp_path / "jinghe.yaml", whole.site, f"sqlite:///{tmp_path}/q.db")


def change(office: Office, work: Callable[[Connection], object]) -> None:
    engine = open_database(office.db)
    with writing(engine) as connection:
        work(connection)
    engine.dispose()


def run(office: Office, *more: str) -> int:
    common = ("--quarter", "2025Q3", "--today", TODAY.isoformat(), "--db", office.db)
    out = () if "--out" in more else ("--out", str(office.folder / "t.docx"))
    return main(["circular", str(office.site_file), *common, *out, *more])


def told(office: Office, *more: str) -> str:
    assert run(office, *more) == 0
    return "\n".join(one.text for one in Document(str(office.folder / "t.docx")).paragraphs)


def sheet(office: Office, name: str) -> list[list[str]]:
    book = CalamineWorkbook.from_path(str(office.folder / "t-通报依据.xlsx"))
    return [list(map(str, row)) for row in book.get_sheet_by_name(name).to_python()][1:]


def moved(office: Office, to: str, column: str) -> None:
    def work(connection: Connection) -> None:
        rows = ledger_rows(connection, office.site, LAST)
        ids = [one.id for one in rows if one.finding.columns == (column,)]
        until = date(2025, 12, 31) if to == "accepted" else None
        assert move(
            connection, office.site, ids, to, who="李四", why="核过", at=at(LAST, 12), until=until
        )

    change(office, work)


def look(office: Office, snapshot: ColumnSnapshot) -> None:
    verdict = judge_column(snapshot, office.site)
    change(office, lambda connection: save_verdict(
        connection, office.site.id, verdict, LAST, now=at(LAST, 12), lists_hash="", whole=snapshot.read,
    ))  # fmt: skip


def test_an_unread_column_accuses_nobody_and_is_said(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    column = office.site.column("yhyshj")
    look(office, ColumnSnapshot.unread(column, LAST, "timeout 连接超时"))
    text = told(office)
    assert "未公开促进民营经济" not in text
    assert "另有1个栏目（优化营商环境）未能检查，不作评价。" in text
    # 县税务局 answers for that column: what it published may stand there
    assert "县民政局、县气象局发布数量未达标。" in text
    assert "县税务局的发布数量因责任栏目或网页未能检查，不作评价。" in text
    assert "  栏目 优化营商环境：timeout 连接超时\n" in capsys.readouterr().out
    assert ["栏目", "栏目 优化营商环境", "timeout 连接超时"] in sheet(office, "未能检查")


@pytest.mark.parametrize("to", ["dismissed", "accepted"])
def test_what_was_found_wrong_or_left_as_it_is_is_not_told(office: Office, to: str) -> None:
    moved(office, to, "aqsc")
    text = told(office)
    assert "安全生产" not in text
    assert "涉农补贴（县农业农村局）、养老服务（县民政局）" in text


def test_what_nobody_confirmed_is_not_told_but_counted_as_waiting(office: Office) -> None:
    text = "由县卫计委承办"
    finding = Finding(
        "outdated-organs", Severity.WARNING, 1, Span(1, 5), "县卫计委", "县卫健委", "机构名称已调整", "", "f" * 32,
        "http://127.0.0.1:9/wrong/0.htm", "minzheng", (),
    )  # fmt: skip
    change(office, lambda connection: save_findings(
        connection, office.site.id, {finding.url: [finding]}, now=at(LAST, 12), lists_hash="",
    ))  # fmt: skip
    assert text not in told(office)
    assert "县政府网站发布信息1318条，同步完成错敏词修改3处，" in told(office)
    said = sheet(office, "未能检查")
    assert [row[1] for row in said] == ["1项问题"]
    assert "没有确认，没有写进通报" in str(said[0][2])


def test_wrong_words_that_are_still_there_are_not_said_to_be_mended(office: Office) -> None:
    def again(connection: Connection) -> None:
        rows = ledger_rows(connection, office.site, LAST)
        (row,) = [one for one in rows if one.finding.match == "IPV6"]
        found = {row.finding.url: [row.finding]}
        save_findings(connection, office.site.id, found, now=at(LAST, 12), lists_hash="")

    change(office, again)
    assert "县政府网站发布信息1318条，确认的3处错敏词中2处已修改，1处尚未修改。" in told(office)


def test_a_missing_spreadsheet_gives_no_sentence(whole: Office, office: Office) -> None:
    change(office, lambda connection: connection.exec_driver_sql("DELETE FROM figures"))
    text = told(office)
    for words in ("依申请公开事项", "新媒体", "热线", "质检", "示范场景", "积极申报项目的单位"):
        assert f"。{words}" not in text
        assert f"情况。第三季度{words}" not in text
    assert "587" not in text
    assert "数据治理体系" not in text
    assert "1.政府网站信息发布情况。" in text
    assert "2.政务新媒体运行情况。" not in text
    # what the office wrote itself for the quarter stands, numbered anew
    assert "3.网络安全开展情况。完成电子政务外网" in text


def test_a_request_answered_late_is_told_so(office: Office) -> None:
    rows = [list(row) for row in SAMPLE["requests"]]
    rows[3][9] = "2025/9/29"
    file = write_xlsx(office.folder / "requests.xlsx", {"表": rows})
    more = ("--quarter", "2025Q3", "--today", TODAY.isoformat(), "--db", office.db, "--replace")
    assert main(["import", "figures", str(office.site_file), "requests", str(file), *more]) == 0
    assert "其中1件已按期回复，1件延期答复，1件逾期答复。" in told(office)


def test_another_quarters_own_words_are_not_told(office: Office) -> None:
    words = office.folder / "jinghe-circular.yaml"
    words.write_text(words.read_text("utf-8").replace("  2025Q3:\n", "  2025Q2:\n"), "utf-8")
    text = told(office)
    assert "网络安全" not in text
    assert "项目管理规范性欠缺" not in text


def test_a_fault_in_the_text_stops_it_before_anything_is_written(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    words = office.folder / "jinghe-circular.yaml"
    words.write_text(words.read_text("utf-8").replace("专线IPv6升级", "专线IPV6升级"), "utf-8")
    assert run(office) == 2
    assert capsys.readouterr().err == (
        "通报文字“推进党政机关互联网专线【IPV6】升级改造。”：技术名称写法有误，应为“IPv6”（规则 technical-names）\n"
        "通报没有写出：请改正以上文字或数据后再生成，或加 --force 写出并把问题列入依据表\n"
    )
    assert not (office.folder / "t.docx").exists()
    assert "专线IPV6升级" in told(office, "--force", "--annex")
    assert "专线【IPV6】升级" in str(sheet(office, "检查提示")[0][0])
    assert "未能检查：0项" in capsys.readouterr().out


def test_sums_that_do_not_add_up_are_seen(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    words = office.folder / "jinghe-circular.yaml"
    said = "全县共检查单位10个，其中合格6个、不合格3个"
    words.write_text(words.read_text("utf-8").replace("完成电子政务外网升级改造项目验收", said), "utf-8")  # fmt: skip
    assert run(office) == 2
    assert "（规则 sums）" in capsys.readouterr().err


def test_the_offices_own_lists_are_in_the_pack(office: Office, capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    lists = office.folder / "lists"
    lists.mkdir()
    (lists / "lists.yaml").write_text("lists:\n  - id: own\n    title: 本县用语\n    severity: warning\n    message: 不用\n    source: 办公室\n", "utf-8")  # fmt: skip
    (lists / "own.csv").write_text("text,use,unless,boundary,since,until,source,bad,good\n质效,质量,,none,,,,质效,质量\n", "utf-8")  # fmt: skip
    file = office.site_file
    file.write_text(file.read_text("utf-8") + "\nlists: [lists]\n", "utf-8")
    assert run(office) == 2
    shutil.rmtree(lists)
    capsys.readouterr()
    assert run(office, "--pack", str(office.folder / "jinghe-2025Q3.db")) == 2
    assert "政务公开工作【质效】有待提升" in capsys.readouterr().err


def test_hostile_titles_are_plain_text_in_every_file(office: Office) -> None:
    title = '=HYPERLINK("http://127.0.0.1")<w:p>{{ 7*7 }}{% raw %}'
    change(office, lambda connection: connection.exec_driver_sql(
        "UPDATE articles SET title = ? WHERE url LIKE '%c1%' OR id = 1", (title,)
    ))  # fmt: skip
    change(office, lambda connection: connection.exec_driver_sql(
        "UPDATE figures SET cells = replace(cells, '商贸物流', '{{ 7*7 }}<商贸>') WHERE kind = 'demo-scenes'"
    ))  # fmt: skip
    assert "涵盖{{ 7*7 }}<商贸>、智慧城市、" in told(office)
    assert title in [row[3] for row in sheet(office, "依据")]


def test_the_offices_own_template_is_used_and_kept(office: Office) -> None:
    made = Document(io.BytesIO(template()))
    made.paragraphs[0].insert_paragraph_before("精政办发〔2025〕　号")
    own = office.folder / "own.docx"
    made.save(str(own))
    assert told(office, "--template", str(own)).startswith(
        "精政办发〔2025〕　号\n关于2025年第三季度"
    )
    own.unlink()
    again = told(office, "--pack", str(office.folder / "jinghe-2025Q3.db"))
    assert again.startswith("精政办发〔2025〕　号\n")


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        ("{%p endfor %}", "通报模板里的{{ }}或{% %}写法有误"),
        ("{{ p.text }}", "通报模板里没有放得下"),
    ],
)
def test_a_template_that_would_lose_text_is_refused(
    office: Office, capsys: pytest.CaptureFixture[str], tag: str, said: str
) -> None:
    made = Document(io.BytesIO(template()))
    for paragraph in made.paragraphs:
        for one in paragraph.runs:
            one.text = one.text.replace(tag, "")
    own = office.folder / "own.docx"
    made.save(str(own))
    assert run(office, "--template", str(own)) == 2
    assert said in capsys.readouterr().err
    own.write_bytes(b"no document")
    assert run(office, "--template", str(own)) == 2
    assert capsys.readouterr().err == "通报模板不是能用的Word文件(.docx)；请用Word另存后再用\n"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--quarter", "2025Q5"), "季度写的是“2025Q5”；应如 2025Q3\n"),
        (("--out", "通报.doc"), "circular: --out 通报.doc 不是.docx文件名；应如 通报.docx\n"),
        (("--pack", "a.db", "--freeze", "b.db"), "circular: --freeze 与 --pack 只能写一个；--pack 是已有的证据包\n"),
        (("--pack", "none.db"), "none.db: 找不到这个证据包，请核对文件名\n"),
        (("--template", "none.docx"), "none.docx: 无法读取（No such file or directory）\n"),
    ],
)  # fmt: skip
def test_bad_options_are_said_in_one_line(
    office: Office, capsys: pytest.CaptureFixture[str], more: tuple[str, ...], said: str
) -> None:
    given = ("--quarter", "2025Q3") if "--quarter" not in more else ()
    assert main(["circular", str(office.site_file), *given, "--db", office.db, *more]) == 2
    assert capsys.readouterr().err == said


def test_a_pack_of_another_quarter_is_refused(office: Office, capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    assert run(office) == 0
    capsys.readouterr()
    pack = str(office.folder / "jinghe-2025Q3.db")
    assert main(["circular", "jinghe.yaml", "--quarter", "2025Q2", "--pack", pack]) == 2
    assert capsys.readouterr().err == f"{pack}: 证据包是2025Q3的，不是2025Q2的\n"


def test_a_quarter_that_nobody_watched_says_nothing_of_columns(office: Office) -> None:
    common = (
        "--today",
        TODAY.isoformat(),
        "--db",
        office.db,
        "--out",
        str(office.folder / "t.docx"),
    )
    assert main(["circular", str(office.site_file), "--quarter", "2025Q2", *common]) == 0
    text = "\n".join(one.text for one in Document(str(office.folder / "t.docx")).paragraphs)
    assert "县政府网站发布信息" not in text
    assert "未达标" not in text
    assert "另有11个栏目（乡村振兴、优化营商环境、" in text
    said = sheet(office, "未能检查")
    assert ["夜间任务", "2025-04-01至2025-06-30的夜间任务", "没有运行或没有做完"] in said


def test_a_file_that_cannot_be_written_leaves_the_old_one(office: Office) -> None:
    from reports.steady import put

    target = office.folder / "t.docx"
    target.write_bytes(b"old")
    with pytest.raises(BadInput, match="无法写入"):
        put(office.folder / "none" / "t.docx", b"new")
    put(target, b"new")
    assert target.read_bytes() == b"new"
    assert [one.name for one in office.folder.iterdir() if one.suffix == ".part"] == []


def test_severity_and_rule_of_a_finding_are_kept(office: Office) -> None:
    """A suggestion is no reason to stop."""
    words = office.folder / "jinghe-circular.yaml"
    said = words.read_text("utf-8").replace("保障重要节点", "进一步提高认识水平，保障重要节点")
    words.write_text(said, "utf-8")
    assert "进一步提高认识水平" in told(office)
    assert replace(Finding("r", Severity.SUGGESTION, 0, Span(0, 0), "", "", "", "", "")).severity < Severity.WARNING  # fmt: skip


def test_a_point_of_which_nothing_is_known_is_not_told_by_its_plain_words_alone(
    office: Office,
) -> None:
    words = office.folder / "jinghe-circular.yaml"
    sections = """
sections:
  - heading: 总体情况
    parts:
      - heading: 检查情况
        points:
          - {heading: 现场检查, say: [组织开展了现场检查, "检查单位{inspections.total}个"]}
          - {heading: 热线, say: ["{period}共受理工单{hotline-units.total}件"]}
          - {heading: 会议, say: [召开了会议]}
  - heading: 存在问题
    parts:
      - {heading: 检查, items: [{heading: 检查不够, say: ["检查单位{inspections.total}个"]}]}
"""
    words.write_text(words.read_text("utf-8") + sections, "utf-8")
    assert told(office).splitlines()[3:] == [
        "一、总体情况",
        "㈠检查情况",
        "1.热线。第三季度共受理工单587件。",
        "2.会议。召开了会议。",
    ]

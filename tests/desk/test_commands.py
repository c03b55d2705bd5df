"""The commands as a person runs them: what is printed, and the exit status."""

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import docx
import jsonschema
import pytest
from python_calamine import CalamineWorkbook

from desk.cli import main
from tests.county import DAY, Crawled

ROOT = Path(__file__).parents[2]
CONTRACT = Path(__file__).parents[1] / "contract"


def run(*arguments: str, text: str | None = None, cwd: Path | None = None) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "desk", *arguments], input=text, capture_output=True, text=True,
        cwd=cwd or ROOT, env={"PYTHONPATH": str(ROOT), "HOME": str(Path.home())},
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout, done.stderr


def valid(text: str, schema: str) -> Any:
    said = json.loads(text)
    jsonschema.validate(said, json.loads((CONTRACT / f"{schema}.schema.json").read_text("utf-8")))
    return said


def test_a_draft_with_a_slip_is_shown_with_what_to_write() -> None:
    status, out, _ = run("check", "-", text="会议对下步工作作出布署。\n")
    assert status == 1
    assert out == (
        "一般错误  标准输入 第1行第10字\n"
        "    会议对下步工作作出【布署】。\n"
        "    应为：部署\n"
        "    说明：错别字，应为“部署”\n"
        "    依据：《现代汉语词典》；《通用规范汉字表》（国发〔2013〕23号）（规则 typos）\n"
        "标准输入: 共13字，一般错误1处\n"
    )


def test_a_clean_draft_is_said_to_be_clean() -> None:
    assert run("check", "-", text="会议对下步工作作出部署。") == (
        0,
        "标准输入: 共12字，未发现问题\n",
        "",
    )


def test_what_is_only_doubtful_leaves_the_status_at_nought() -> None:
    status, out, _ = run("check", "-", text="以及其它事项。")
    assert status == 0 and out.startswith("疑似")


def test_check_prints_the_contracts_json(tmp_path: Path) -> None:
    (tmp_path / "稿.txt").write_bytes("推进IPV6升级。".encode("gb18030"))
    document = docx.Document()
    document.add_paragraph("作出布署")
    document.save(str(tmp_path / "稿.docx"))
    (tmp_path / "稿.html").write_text("<p>作出<b>布</b>署</p><p>部署</p>", "utf-8")
    names = [str(tmp_path / f"稿.{kind}") for kind in ("txt", "docx", "html")]
    status, out, _ = run("check", *names, "--format", "json")
    said = valid(out, "check")
    assert status == 1
    assert [
        (d["name"], [(f["match"], f["start"], f["end"]) for f in d["findings"]])
        for d in said["documents"]
    ] == [
        (names[0], [("IPV6", 2, 6)]),
        (names[1], [("布署", 2, 4)]),
        (names[2], [("布署", 2, 4)]),
    ]


def test_check_prints_sarif() -> None:
    status, out, _ = run("check", "-", "--format", "sarif", text="第一行\n作出布署")
    (result,) = json.loads(out)["runs"][0]["results"]
    region = result["locations"][0]["physicalLocation"]["region"]
    assert status == 1
    assert (result["ruleId"], region["startLine"], region["startColumn"], region["endColumn"]) == (
        "typos",
        2,
        3,
        5,
    )


def test_the_published_day_decides_about_old_names(tmp_path: Path) -> None:
    text = "县国土资源局发布公告。"
    assert run("check", "-", "--published", "2016-05-01", text=text)[0] == 0
    assert run("check", "-", "--published", "2025-05-01", text=text)[0] == 1


def test_an_offices_own_list_is_used_beside_the_shipped_ones(tmp_path: Path) -> None:
    (tmp_path / "lists.yaml").write_text(
        "lists:\n  - id: own\n    title: 本单位\n    severity: error\n    message: 应为{use}\n    source: 本单位规定\n",
        "utf-8",
    )
    (tmp_path / "own.csv").write_text(
        "text,use,unless,boundary,since,until,source,bad,good\n甲乙镇,甲乙乡,,,,,,甲乙镇,甲乙乡\n",
        "utf-8-sig",
    )
    status, out, _ = run(
        "check", "-", "--lists", str(tmp_path), "--format", "json", text="甲乙镇作出布署"
    )
    assert status == 1
    assert [f["rule"] for f in json.loads(out)["documents"][0]["findings"]] == ["own", "typos"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["check"], "check: 没有给出稿件文件"),
        (["check", "no-such-file.txt"], "no-such-file.txt: 找不到这个文件"),
        (["check", "--frmat", "json"], "check: 没有这个选项:--frmat"),
        (["check", "-", "--format", "xml"], "参数的写法不对"),
        (["nosuch"], "没有这个命令"),
        (["nightly"], "没有给出站点文件"),
        (["nightly", "no.yaml"], "no.yaml: 找不到站点文件"),
        (["counts", "x.yaml", "--since", "2025-10-01", "--until", "2025-07-01"], "不早于"),
        (["counts", "x.yaml", "--since", "昨天", "--until", "2025-07-01"], "参数的写法不对"),
        (["counts"], "缺少必需的参数"),
        (["audit", "no.yaml"], "no.yaml: 找不到站点文件"),
        (["terms", "lint", "no-such-folder"], "lists.yaml: 找不到"),
    ],
)
def test_bad_input_gets_one_chinese_line_and_status_two(arguments: list[str], said: str) -> None:
    status, out, err = run(*arguments)
    assert (status, out) == (2, "")
    assert (
        said in err.replace("：", ":").replace("没有这个选项:", "没有这个选项:")
        and err.count("\n") == 1
    )


def test_an_unknown_column_is_named_with_those_there_are(county: Crawled) -> None:
    status, _, err = run("audit", str(county.file), "--column", "gzdtt")
    assert status == 2 and "没有id为“gzdtt”的栏目" in err and "gzdt、tzgg" in err


def test_audit_prints_the_contracts_json(county: Crawled, tmp_path: Path) -> None:
    db = f"sqlite:///{tmp_path}/a.db"
    status, out, _ = run(
        "audit", str(county.file), "--column", "zcjd", "--column", "ylfw", "--column", "wgk", "--db", db, "--today", str(DAY), "--json",
    )  # fmt: skip
    said = valid(out, "audit")
    assert status == 0
    assert [(c["id"], c["state"]) for c in said["columns"]] == [
        ("zcjd", "stale"),
        ("ylfw", "empty"),
        ("wgk", "unread"),
    ]


def test_nightly_prints_the_contracts_json(county: Crawled, tmp_path: Path) -> None:
    db = f"sqlite:///{tmp_path}/n.db"
    status, out, err = run("nightly", str(county.file), "--db", db, "--today", str(DAY), "--json")
    said = valid(out, "nightly")
    assert (status, err) == (0, "")
    assert said["articles"]["new"] == county.night.tally.new
    (slip,) = [f for f in said["findings"] if f["match"] == "再接再励"]
    assert (slip["unit"], slip["columns"]) == ("renshe", ["tzgg"])


def test_nightly_prints_tables_a_person_can_read(county: Crawled, tmp_path: Path) -> None:
    status, out, _ = run(
        "nightly", str(county.file), "--db", f"sqlite:///{tmp_path}/n.db", "--today", str(DAY)
    )
    assert status == 0
    for words in (
        "栏目情况(15个)",
        "不更新",
        "未能检查",
        "布署",
        "部署",
        f"文章新增{county.night.tally.new}篇",
    ):
        assert words in out.replace("（", "(").replace("）", ")")


def test_counts_in_every_form(county: Crawled, tmp_path: Path) -> None:
    since, until = "2025-07-01", "2025-10-01"
    asked = ["counts", str(county.file), "--since", since, "--until", until, "--db", county.db]
    status, out, _ = run(*asked, "--json")
    said = valid(out, "counts")
    assert status == 0
    assert (
        said["total"]
        == sum(u["published"] + u["reprinted"] for u in said["units"])
        + said["reprinted"]
        + said["unattributed"]
    )
    (minzheng,) = [u for u in said["units"] if u["id"] == "minzheng"]
    assert (minzheng["quota"], minzheng["met"]) == (12, False)
    assert run(*asked, "--csv", str(tmp_path / "c.csv"), "--xlsx", str(tmp_path / "c.xlsx"))[0] == 0
    rows = list(csv.reader((tmp_path / "c.csv").read_text("utf-8-sig").splitlines()))
    sheet = CalamineWorkbook.from_path(str(tmp_path / "c.xlsx")).get_sheet_by_index(0).to_python()
    assert (
        rows[0] == sheet[1] == ["单位", "类别", "发布", "其中重复", "转载", "季度任务", "是否达标"]
    )
    published = [u["published"] for u in said["units"]]
    assert [int(row[2]) for row in rows[1 : 1 + len(published)]] == published
    assert [row[2] for row in sheet[2 : 2 + len(published)]] == published
    status, out, _ = run(*asked)
    assert status == 0 and "未达标" in out


def test_recheck_judges_the_store_with_the_lists_now_in_force(
    county: Crawled, tmp_path: Path
) -> None:
    db = tmp_path / "r.db"
    status, _, _ = run(
        "nightly", str(county.file), "--db", f"sqlite:///{db}", "--today", str(DAY), "--json"
    )
    own = tmp_path / "own"
    own.mkdir()
    (own / "lists.yaml").write_text(
        "lists:\n  - id: own\n    title: 本县\n    severity: error\n    message: 应为{use}\n    source: 本县规定\n",
        "utf-8",
    )
    head = "text,use,unless,boundary,since,until,source,bad,good\n"
    (own / "own.csv").write_text(head + "渠道清淤,渠系清淤,,,,,,渠道清淤,渠系清淤\n", "utf-8")
    site = tmp_path / "site.yaml"
    site.write_text(county.file.read_text("utf-8") + "\nlists: [own]\n", "utf-8")
    status, out, _ = run("recheck", str(site), "--db", f"sqlite:///{db}", "--today", str(DAY))
    assert status == 0 and "新发现1项，不再成立0项" in out and "渠道清淤" in out
    (own / "own.csv").write_text(head, "utf-8")
    _, out, _ = run("recheck", str(site), "--db", f"sqlite:///{db}", "--today", str(DAY))
    assert "新发现0项，不再成立1项" in out and "渠道清淤" not in out


def test_the_shipped_lists_pass_their_lint() -> None:
    assert run("terms", "lint") == (0, "词表没有问题。\n", "")


def test_the_demo_tells_everything_and_writes_its_files(tmp_path: Path) -> None:
    status, out, _ = run("demo", "--folder", str(tmp_path / "d"))
    assert status == 0
    for words in ("栏目情况", "布署", "季度任务", "接下来可以试试", "demo.db"):
        assert words in out
    assert {p.name for p in (tmp_path / "d").iterdir()} >= {
        "demo.db",
        "counts.csv",
        "counts.xlsx",
        "site.yaml",
    }


def test_main_gives_the_status_back(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["terms", "lint"]) == 0
    assert main(["nosuch"]) == 2
    assert "没有这个命令" in capsys.readouterr().err


def test_help_is_chinese() -> None:
    for command in ("check", "nightly", "audit", "counts", "recheck", "demo"):
        status, out, _ = run(command, "--help")
        assert status == 0 and "用法: lanmu" in out.replace("：", ":")
        assert not [word for word in ("Usage", "required", "choices", "default:") if word in out]


def test_terminal_controls_from_a_page_are_not_printed() -> None:
    _, out, _ = run("check", "-", text="作出\x1b[31m布署\u202e。")
    assert "\x1b" not in out and "\u202e" not in out

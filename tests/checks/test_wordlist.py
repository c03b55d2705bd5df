from pathlib import Path

import pytest

from checks.model import BadInput, Severity
from checks.wordlist import Term, lists_hash, load_wordlists

HEAD = "text,use,unless,boundary,since,until,source,bad,good\n"
INDEX = """lists:
  - id: own
    title: 本单位词表
    severity: warning
    message: 应为“{use}”
    source: 本单位规定
"""


def folder(tmp_path: Path, rows: str, index: str = INDEX, encoding: str = "utf-8") -> Path:
    (tmp_path / "lists.yaml").write_text(index, "utf-8")
    (tmp_path / "own.csv").write_bytes((HEAD + rows).encode(encoding))
    return tmp_path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_list_is_read_in_the_encodings_spreadsheets_write(tmp_path: Path, encoding: str) -> None:
    rows = "布署,部署,公布署名|发布署名,word,2020-01-01,,文件,布署工作,公布署名\n"
    lists = load_wordlists(folder(tmp_path, rows, encoding=encoding))
    assert [(one.id, one.severity, one.message) for one in lists] == [
        ("own", Severity.WARNING, "应为“{use}”")
    ]
    (term,) = lists[0].terms
    assert (term.text, term.use, term.unless, term.boundary, term.line) == (
        "布署", "部署", ("公布署名", "发布署名"), "word", 2,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (",部署,,,,,,,\n", "own.csv:2: text 为空"),
        ("布署,布署,,,,,,,\n", "own.csv:2: “布署”的 use 与 text 相同"),
        ("布署,部署,公示,,,,,,\n", "own.csv:2: 例外“公示”不包含“布署”"),
        ("布署,部署,布署,,,,,,\n", "own.csv:2: 例外“布署”与词条相同"),
        ("布署,部署,,half,,,,,\n", "own.csv:2: boundary 为“half”，应为 none 或 word"),
        ("布署,部署,,,2025-13-01,,,,\n", "own.csv:2: since 为“2025-13-01”，应为日期"),
        ("布署,部署,,,2025-01-01,2025-01-01,,,\n", "own.csv:2: since 2025-01-01 不早于 until"),
        ("布署,部署\n", "own.csv:2: 有2列，应为9列"),
        ('"布署，部署,,,,,,,\n', "不是有效的CSV"),
        ("a,b,,,,,,,\n\n布署,部署,,,,,,,\n布署,部署,,,,,,,\n", "own.csv:5: “布署”与第4行重复"),
        ("布\0署,部署,,,,,,,\n", "own.csv:2: 含有空字符"),
    ],
)
def test_a_broken_row_is_named_with_its_line(tmp_path: Path, rows: str, said: str) -> None:
    with pytest.raises(BadInput) as caught:
        load_wordlists(folder(tmp_path, rows))
    assert said in str(caught.value)


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    rows = "布署,布署,,,,,,,\n好,坏,,third,,,,,\n"
    with pytest.raises(BadInput) as caught:
        load_wordlists(folder(tmp_path, rows))
    assert len(caught.value.lines) == 2


@pytest.mark.parametrize(
    ("index", "said"),
    [
        (INDEX.replace("warning", "bad"), "severity 为“bad”，应为 error、warning 或 suggestion"),
        (INDEX.replace("id: own", "id: Own"), "id“Own”应为小写字母、数字和连字符"),
        (
            INDEX.replace("id: own", f"id: {'o' * 65}"),
            f"id“{'o' * 65}”应为小写字母、数字和连字符，至多64个",
        ),
        (INDEX.replace("{use}", "{other}"), "花括号只能是 {match} 和 {use}"),
        (INDEX.replace("    source: 本单位规定\n", ""), "缺少 source"),
        (INDEX + "    extra: x\n", "多出“extra”"),
        (INDEX + INDEX.removeprefix("lists:\n"), "id“own”重复"),
        (INDEX.replace("own", "other"), "没有对应的文件 other.csv"),
        ("lists:\n", "lists.yaml 中没有登记，应补一条 id: own"),
        (INDEX + "乱写\n", "看不懂这一行"),
    ],
)
def test_a_broken_index_is_named(tmp_path: Path, index: str, said: str) -> None:
    with pytest.raises(BadInput) as caught:
        load_wordlists(folder(tmp_path, "布署,部署,,,,,,,\n", index))
    assert said in str(caught.value)


def test_a_folder_without_an_index_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"lists\.yaml: 找不到"):
        load_wordlists(tmp_path)


def test_the_hash_changes_with_what_is_found_and_with_nothing_else(tmp_path: Path) -> None:
    rows = "布署,部署,,,,,文件,布署,部署\n台帐,台账,,,,,文件,台帐,台账\n"
    first = lists_hash(load_wordlists(folder(tmp_path, rows)))
    assert (
        lists_hash(load_wordlists(folder(tmp_path, rows.replace("文件,布署", "文件,又布署"))))
        == first
    )
    for changed in (
        rows.replace("部署,,", "部署,公布署,"),
        rows.replace("台账,,,", "台账,,word,"),
        rows[:20],
    ):
        if changed != rows[:20]:
            assert lists_hash(load_wordlists(folder(tmp_path, changed))) != first


def test_a_term_is_plain_data() -> None:
    assert Term("布署", "部署").boundary == "none"

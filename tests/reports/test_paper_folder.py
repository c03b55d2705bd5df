"""A folder of papers: ours are written again, everybody else's work stays."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from checks.model import BadInput
from reports.paper_folder import MANIFEST, write_papers
from reports.printable import file_name, names_apart, printable, sentence

ROOT = Path(__file__).parents[2]


def says(text: str) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        path.write_text(text, "utf-8")

    return write


def held(folder: Path) -> dict[str, str]:
    return {one.name: one.read_text("utf-8") for one in folder.iterdir() if one.name != MANIFEST}


def test_papers_are_written_and_written_again(tmp_path: Path) -> None:
    folder = tmp_path / "新" / "2025Q3"
    assert write_papers(folder, {"甲.docx": says("1"), "乙.xlsx": says("2")}) == [
        folder / "甲.docx",
        folder / "乙.xlsx",
    ]
    write_papers(folder, {"甲.docx": says("3"), "丙.docx": says("4")})
    assert held(folder) == {"甲.docx": "3", "乙.xlsx": "2", "丙.docx": "4"}
    assert set(json.loads((folder / MANIFEST).read_text("utf-8"))) == {
        "甲.docx",
        "乙.xlsx",
        "丙.docx",
    }


def test_a_file_of_somebody_else_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "乙.xlsx").write_text("别人的", "utf-8")
    with pytest.raises(BadInput) as wrong:
        write_papers(tmp_path, {"甲.docx": says("1"), "乙.xlsx": says("2")})
    assert wrong.value.lines == (
        f"{tmp_path / '乙.xlsx'}: 已有这个文件，不是本程序写的，没有覆盖；应移走、改名，或换一个文件夹",
    )
    assert held(tmp_path) == {"乙.xlsx": "别人的"}


def test_a_paper_that_was_edited_is_kept(tmp_path: Path) -> None:
    write_papers(tmp_path, {"甲.docx": says("1"), "乙.xlsx": says("2")})
    (tmp_path / "甲.docx").write_text("填了文号", "utf-8")
    with pytest.raises(BadInput) as wrong:
        write_papers(tmp_path, {"甲.docx": says("3"), "乙.xlsx": says("4")})
    assert wrong.value.lines == (
        f"{tmp_path / '甲.docx'}: 写出后被改动过，没有覆盖；应移走、改名，或换一个文件夹",
    )
    assert held(tmp_path) == {"甲.docx": "填了文号", "乙.xlsx": "2"}
    (tmp_path / "甲.docx").unlink()
    write_papers(tmp_path, {"甲.docx": says("3")})
    assert held(tmp_path) == {"甲.docx": "3", "乙.xlsx": "2"}


def test_a_link_to_somebody_elses_file_is_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "别处.txt"
    outside.write_text("别人的", "utf-8")
    folder = tmp_path / "文书"
    folder.mkdir()
    (folder / "甲.docx").symlink_to(outside)
    with pytest.raises(BadInput, match="不是本程序写的"):
        write_papers(folder, {"甲.docx": says("1")})
    assert outside.read_text("utf-8") == "别人的"


def test_a_paper_that_cannot_be_made_leaves_the_folder_as_it_was(tmp_path: Path) -> None:
    def fails(_: Path) -> None:
        raise BadInput("模板: 填不进去")

    write_papers(tmp_path, {"甲.docx": says("1")})
    with pytest.raises(BadInput, match="填不进去"):
        write_papers(tmp_path, {"甲.docx": says("2"), "乙.docx": fails})
    assert held(tmp_path) == {"甲.docx": "1"}


@pytest.mark.parametrize("raw", [b"{", b"[]", b"\xff"])
def test_a_broken_list_is_told(raw: bytes, tmp_path: Path) -> None:
    (tmp_path / MANIFEST).write_bytes(raw)
    with pytest.raises(BadInput, match="应换一个文件夹"):
        write_papers(tmp_path, {"甲.docx": says("1")})


def test_a_file_in_place_of_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "甲").write_text("x")
    with pytest.raises(BadInput, match=r"甲: 无法写入"):
        write_papers(tmp_path / "甲", {"a": says("1")})


#: Writes two papers and stands still before putting the second in place.
HALF_WAY = """
import sys
from pathlib import Path
from reports.paper_folder import write_papers

real = Path.replace
def replace(self, target):
    if self.name == "乙.xlsx":
        print("half", flush=True)
        sys.stdin.read()
    return real(self, target)
Path.replace = replace
write = lambda path: path.write_text("new", "utf-8")
write_papers(Path(sys.argv[1]), {"甲.docx": write, "乙.xlsx": write})
"""


@pytest.mark.parametrize("before", [False, True])
def test_a_run_killed_half_way_is_simply_run_again(before: bool, tmp_path: Path) -> None:  # noqa: FBT001
    if before:
        write_papers(tmp_path, {"甲.docx": says("old"), "乙.xlsx": says("old")})
    with subprocess.Popen(
        [sys.executable, "-c", HALF_WAY, str(tmp_path)], cwd=ROOT, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as half:  # fmt: skip
        assert half.stdout and half.stdout.readline() == "half\n"
        half.kill()
    write_papers(tmp_path, {"甲.docx": says("3"), "乙.xlsx": says("3")})
    assert held_files(tmp_path) == {"甲.docx": "3", "乙.xlsx": "3"}


def held_files(folder: Path) -> dict[str, str]:
    """Without what a killed run leaves behind under a name that begins with a point."""
    return {
        one.name: one.read_text("utf-8")
        for one in folder.iterdir()
        if not one.name.startswith(".") and one.name != MANIFEST
    }


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        (("整改通知单", "精河县水利局", "2025Q3"), "整改通知单_精河县水利局_2025Q3.docx"),
        (("通知", 'a<b>:"/\\|?*c\t d', "x"), "通知_abcd_x.docx"),
        (("通知", "..\\..\\etc/passwd ", "."), "通知_etcpasswd.docx"),
        (("通知", "\u202egnp.exe", ""), "通知_gnp.exe.docx"),
        (("con",), "_con.docx"),
        (("LPT1.x",), "_LPT1.x.docx"),
        (("…",), "文件.docx"),
        (("长" * 300, "乙"), f"{'长' * 59}_乙.docx"),
    ],
)
def test_a_file_is_called_so_that_windows_takes_it(parts: tuple[str, ...], name: str) -> None:
    assert file_name(*parts, suffix=".docx") == name


def test_units_of_one_name_have_files_of_their_own() -> None:
    assert names_apart([("a", "水利局"), ("b", "水 利局"), ("c", "ABC局"), ("d", "abc局"), ("e", "财政局")]) == {
        "a": "水利局（a）", "b": "水 利局（b）", "c": "ABC局（c）", "d": "abc局（d）", "e": "财政局",
    }  # fmt: skip


def test_printable_text_is_one_bounded_line() -> None:
    assert printable("a\0b\r\n\tc\u202e d\ud800") == "a b c d"
    assert printable("一二三四五", 5) == "一二三四五"
    assert printable("一二三四五六", 5) == "一二三四…"
    assert printable("\n" * 10_000 + "尾", 5) == "…"


def test_of_a_long_sentence_what_is_next_to_the_match_is_shown() -> None:
    assert sentence(("前", "中", "后")) == ("前", "中", "后")
    before, match, after = sentence(("前" * 500 + "甲", "中", "乙" + "后" * 500))
    assert (before[:2], before[-1], len(before)) == ("…前", "甲", 201)
    assert (after[0], after[-1], len(after)) == ("乙", "…", 200)
    assert match == "中"

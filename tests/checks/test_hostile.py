"""Hostile text ends in findings or a clear line, in bounded memory; no rule loses its way in it."""

import resource
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.checker import MOST, Checker
from checks.model import Article
from checks.wordlist import shipped

DAY = date(2025, 9, 30)
CHECKER = Checker(shipped())
PIECES = [
    "其中", "占比", "46.7%", "587件", "共", "合计", "、", "，", "。", "\n", "《", "》", "（", "）", "“", "”", "一是", "二是", "一、",
    "2025年2月30日", "星期三", "[2025]12号", "精政办发", "布署", "XX", "某某", "\x00", "\ud800", "\u202e", "\u200b", "\ufffd", "1", "9" * 18,
    "13812345678", "县", "办公厅", "由", "增加到", "%", "百分之", "约", "左右", "应为", "……", "...", "𠮷", "a", "\t", " ", "　", "ﷺ",
]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_any_text_is_judged_and_every_span_shows_its_match(text: str) -> None:
    found = CHECKER.article(Article.draft(text, published=DAY))
    for one in found:
        assert 0 <= one.span.start < one.span.end <= len(text)
        assert len(one.match) == one.span.end - one.span.start
        shown = text[one.span.start : one.span.end]
        assert all(a == b or a == "*" for a, b in zip(one.match, shown, strict=True))
    assert CHECKER.article(Article.draft(text, published=DAY)) == found


def test_a_million_hits_are_bounded_and_said() -> None:
    judged = CHECKER.judged(Article.draft("布署" * 1_000_000, published=DAY))
    assert len(judged.findings) == MOST
    assert [one.why for one in judged.unchecked] == [f"问题过多，只列出前{MOST}处，其余未列出"]


@pytest.mark.parametrize(
    "piece",
    [
        "（", "）", "《", "“", "其中", "占比4%", "587件，", "由1增加到", "1,", "9", "一是", "、", "1.", "甲", "百分之", "共3项：",
        "2025年", "约1", "XX", "\x00", "\u202e", "《甲》", "1+", "[2025]", "布\n", "某某", "星期", "甲乙丙丁甲乙丙丁", "<",
    ],
)  # fmt: skip
def test_a_long_run_of_anything_comes_to_an_end(piece: str) -> None:
    judged = CHECKER.judged(Article.draft(piece * (100_000 // len(piece)), published=DAY))
    assert len(judged.findings) <= MOST
    assert bool(judged.unchecked) == (len(judged.findings) == MOST)


def test_a_line_of_200_mb_ends_in_a_clear_line(tmp_path: Path) -> None:
    file = tmp_path / "long.txt"
    with file.open("wb") as out:
        for _ in range(200):
            out.write("部署工作".encode() * (1024 * 1024 // 12))
    done = subprocess.run(
        [sys.executable, "-m", "desk", "check", str(file)],
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30)),
        check=False,
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == f"{file}: 文字199MB，超过上限60MB，请拆分后检查\n"

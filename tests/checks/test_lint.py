from pathlib import Path

import pytest

from checks.wordlist import SHIPPED
from checks.wordlist_lint import lint
from tests.checks.test_wordlist import HEAD, INDEX

GOOD = "布署,部署,,,,,词典,作出布署,作出部署\n"


def linted(tmp_path: Path, rows: str) -> list[str]:
    (tmp_path / "lists.yaml").write_text(INDEX, "utf-8")
    (tmp_path / "own.csv").write_text(HEAD + rows, "utf-8")
    return [line.removeprefix(f"{tmp_path}/") for line in lint(tmp_path)]


def test_the_shipped_lists_are_in_order() -> None:
    assert lint(SHIPPED) == []


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (GOOD, []),
        (
            "鲜族,朝鲜族,,,,,文件,鲜族村,朝族村\n",
            ["own.csv:2: 正词“朝鲜族”包含错词“鲜族”，应写入 unless"],
        ),
        (
            GOOD + "部署,步署,,,,,词典,作出部署,步署\n",
            [
                "own.csv:2: “布署”应为“部署”，但 own.csv 第3行把后者列为错词，自相矛盾",
                "own.csv:2: 正确例句“作出部署”被误报",
            ],
        ),
        (
            "布署,部署,,,,,词典,作出部署,作出部署\n",
            ["own.csv:2: 错误例句“作出部署”没有查出“布署”"],
        ),
        ("布署,部署,,,,,词典,作出布署,\n", ["own.csv:2: “布署”没有正确例句(good)"]),
        ("布署,部署,,,,,词典,,作出部署\n", ["own.csv:2: “布署”没有错误例句(bad)"]),
    ],
)
def test_what_is_wrong_is_named_with_its_line(tmp_path: Path, rows: str, said: list[str]) -> None:
    assert linted(tmp_path, rows) == said


def test_a_circle_is_a_contradiction(tmp_path: Path) -> None:
    rows = "甲乙,乙甲,,,,,词典,甲乙,丙\n乙甲,甲乙,,,,,词典,乙甲,丙\n"
    assert [line.endswith("互相矛盾") for line in linted(tmp_path, rows)] == [True, True]


def test_terms_wrong_at_different_times_do_not_contradict(tmp_path: Path) -> None:
    rows = "甲乙,乙甲,,,,2019-01-01,词典,甲乙,丙\n乙甲,丁戊,,,2019-01-01,,词典,乙甲,丙\n"
    assert linted(tmp_path, rows) == []

"""`make accuracy`: how often the checks are wrong and how much they find; prints tables, writes build/accuracy.json.

False alarms are counted over clean official sentences at 一般错误 or above; recall over the project's own
labelled cases (tests/cases), the lists' own examples, and public pairs of wrong and right sentences.
Comparators run here, over the same lists: plain substring matching, and matches aligned with jieba's
tokens; pycorrector's confusion mode where it is installed.
"""

import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from checks.checker import Checker
from checks.model import Article, Finding, Severity
from checks.wordlist import shipped
from tests.accuracy.cases import Case, labelled, list_examples, pairs, reference

ROOT = Path(__file__).parents[2]
GOALS = {
    "false_per_1000": 1.0,
    "misfires": 2,
    "true_found": 29,
    "recall": 0.95,
    "span_exact": 1.0,
}
Found = Callable[[str, date | None], list[tuple[int, int, str]]]


@dataclass(slots=True)
class Score:
    """Of `cases`, how many were found, with how many right spans and suggestions."""

    cases: int = 0
    found: int = 0
    exact: int = 0
    right: int = 0
    by_rule: dict[str, "Score"] = field(default_factory=dict)

    def add(self, case: Case, found: list[tuple[int, int, str]]) -> None:
        near = [one for one in found if one[0] < case.end and case.start < one[1]]
        exact = [one for one in near if one[:2] == (case.start, case.end)]
        self.cases += 1
        self.found += bool(near)
        self.exact += bool(exact)
        self.right += any(one[2] == case.use for one in near)

    def of(self, rule: str) -> "Score":
        return self.by_rule.setdefault(rule, Score())


def main(data: Path) -> int:
    checker = Checker(shipped())
    clean = list(_clean(data / "clean"))
    told = {"lanmu": _lanmu(checker)} | _comparators()
    alarms, rules = _false_alarms(checker, clean)
    misfires, true = reference(data.parent / "reference" / "false_positives.md")
    own = Score()
    silent = Counter[str]()
    for case in (*labelled(ROOT / "tests" / "cases"), *list_examples(shipped())):
        found = checker.article(Article.draft(case.text, published=case.day))
        if case.end:
            places = [(f.span.start, f.span.end, f.suggestion) for f in found]
            own.add(case, places)
            own.of(case.rule).add(case, places)
        else:
            silent[case.rule] += any(f.rule == case.rule for f in found)
    _print_rules(own, silent, rules)
    rows: dict[str, dict[str, Any]] = {}
    for name, find in told.items():
        loud = sum(bool(find(text, None)) for text in clean)
        pair_scores = {
            path.stem: _pairs(find, path) for path in sorted((data / "spelling").glob("*.tsv"))
        }
        rows[name] = {
            "false_per_1000": round(1000 * loud / len(clean), 2) if clean else None,
            "misfires": sum(bool(find(text, date(2025, 9, 30))) for text in misfires),
            "true_found": sum(bool(find(text, date(2025, 9, 30))) for text in true),
            "spelling": pair_scores,
        }
    _print_comparison(rows, len(clean), len(misfires), len(true))
    figures = {
        "false_per_1000": round(1000 * alarms / len(clean), 2) if clean else None,
        "misfires": rows["lanmu"]["misfires"],
        "true_found": rows["lanmu"]["true_found"],
        "recall": round(own.found / own.cases, 4),
        "span_exact": round(own.exact / own.found, 4),
        "suggestion_right": round(own.right / own.found, 4),
    }
    said = {name: {"value": value, "goal": GOALS.get(name)} for name, value in figures.items()} | {
        "comparators": rows,
        "sentences": len(clean),
        "cases": own.cases,
    }
    target = ROOT / "build" / "accuracy.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(said, ensure_ascii=False, indent=1) + "\n", "utf-8")
    print(f"已写入 {target.relative_to(ROOT)}")
    return 0


def _clean(folder: Path) -> Iterator[str]:
    for path in sorted(folder.glob("*.txt")):
        for line in path.read_text("utf-8").splitlines():
            if line.strip():
                yield line


def _lanmu(checker: Checker) -> Found:
    def find(text: str, day: date | None) -> list[tuple[int, int, str]]:
        found = checker.article(Article.draft(text, published=day))
        loud = (f for f in found if f.severity >= Severity.WARNING)
        return [(f.span.start, f.span.end, f.suggestion) for f in loud]

    return find


def _comparators() -> dict[str, Found]:
    """The same terms without exceptions and rules: plain, and aligned with the segmenter's tokens."""
    terms = {
        term.text: term.use
        for one in shipped()
        if one.severity >= Severity.WARNING
        for term in one.terms
    }
    pattern = re.compile("|".join(map(re.escape, sorted(terms, key=len, reverse=True))))

    def plain(text: str, day: date | None) -> list[tuple[int, int, str]]:
        return [(hit.start(), hit.end(), terms[hit.group()]) for hit in pattern.finditer(text)]

    def aligned(text: str, day: date | None) -> list[tuple[int, int, str]]:
        found = plain(text, day)
        if not found:
            return []
        import jieba

        edges = {edge for _, start, end in jieba.tokenize(text) for edge in (start, end)}
        return [one for one in found if one[0] in edges and one[1] in edges]

    return {"substring": plain, "jieba-aligned": aligned} | _pycorrector()


def _pycorrector() -> dict[str, Found]:
    try:
        from pycorrector import ConfusionCorrector
    except ImportError:
        return {}
    known = {term.text: term.use for one in shipped() for term in one.terms}
    corrector = ConfusionCorrector(custom_confusion_path_or_dict=known)

    def find(text: str, day: date | None) -> list[tuple[int, int, str]]:
        told = corrector.correct(text)
        return [(at, at + len(wrong), right) for wrong, right, at in told["errors"]]

    return {"pycorrector": find}


def _false_alarms(checker: Checker, clean: list[str]) -> tuple[int, Counter[str]]:
    rules: Counter[str] = Counter()
    sentences = 0
    for text in clean:
        loud = {f.rule for f in _loud(checker, text)}
        sentences += bool(loud)
        rules.update(loud)
    return sentences, rules


def _loud(checker: Checker, text: str) -> list[Finding]:
    return [f for f in checker.article(Article.draft(text)) if f.severity >= Severity.WARNING]


def _pairs(find: Found, path: Path) -> dict[str, float | int]:
    """Over pairs of wrong and right: recall, right suggestions, and right sentences accused."""
    cases = found = right = accused = 0
    for wrong, good, (start, end, use) in pairs(path):
        cases += 1
        near = [one for one in find(wrong, None) if one[0] < end and start < one[1]]
        found += bool(near)
        right += any(use in one[2] or one[2] in use for one in near if one[2])
        accused += bool(find(good, None))
    return {
        "cases": cases,
        "recall": round(found / cases, 4) if cases else 0.0,
        "suggestion_right": round(right / found, 4) if found else 0.0,
        "right_accused": accused,
    }


def _print_rules(own: Score, silent: Counter[str], alarms: Counter[str]) -> None:
    table = Table(
        "规则",
        "应查出",
        "查出",
        "位置准确",
        "建议正确",
        "误报句(自拟)",
        "误报句(官方文本)",
        box=None,
    )
    for rule, one in sorted(own.by_rule.items()):
        table.add_row(
            rule,
            *map(str, (one.cases, one.found, one.exact, one.right, silent[rule], alarms[rule])),
        )
    for rule in sorted(set(alarms) - set(own.by_rule)):
        table.add_row(rule, "", "", "", "", "", str(alarms[rule]))
    table.add_row(
        "合计",
        *map(str, (own.cases, own.found, own.exact, own.right, silent.total(), alarms.total())),
    )
    Console(width=120).print(table)


def _print_comparison(
    rows: dict[str, dict[str, Any]], sentences: int, misfires: int, true: int
) -> None:
    spelling = sorted(next(iter(rows.values()))["spelling"])
    table = Table(
        "方法", f"每千句误报({sentences}句)", f"误报({misfires})", f"真错({true})", box=None
    )
    for name in spelling:
        table.add_column(f"{name} 召回/正句误报")
    for name, row in rows.items():
        pairs_of = [row["spelling"][one] for one in spelling]
        table.add_row(
            name,
            str(row["false_per_1000"]),
            str(row["misfires"]),
            str(row["true_found"]),
            *(f"{one['recall']:.3f}/{one['right_accused']}" for one in pairs_of),
        )
    Console(width=140).print(table)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/data").resolve()))

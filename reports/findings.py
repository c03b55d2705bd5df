"""Findings as the contract's JSON and as SARIF 2.1.0. Shapes: contract/check.schema.json, design.md §7."""

import bisect
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from checks.model import Article, Finding, Severity, Unchecked
from checks.places import place_at

SARIF_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.SUGGESTION: "note"}


@dataclass(frozen=True, slots=True)
class Document:
    """One checked draft: the name it was given under, what was read of it, what was found in it."""

    name: str
    article: Article
    findings: tuple[Finding, ...]
    unchecked: tuple[Unchecked, ...] = ()


def finding_json(finding: Finding, *, stored: bool = False, place: str = "") -> dict[str, Any]:
    """One finding; with `stored` also the address, the unit and the columns it belongs to.

    `place` is where it stands in words (a page, a cell); left out where it is "".
    """
    said: dict[str, Any] = {
        "rule": finding.rule,
        "severity": str(finding.severity),
        "part": finding.part,
        "start": finding.span.start,
        "end": finding.span.end,
        "match": finding.match,
        "suggestion": finding.suggestion,
        "message": finding.message,
        "source": finding.source,
        "fingerprint": finding.fingerprint,
    }
    if stored:
        said |= {"url": finding.url, "unit": finding.unit, "columns": list(finding.columns)}
    return said | ({"place": place} if place else {})


def unchecked_json(unchecked: Iterable[Unchecked]) -> list[dict[str, str]]:
    return [{"what": one.what, "why": one.why} for one in unchecked]


def documents_json(documents: Sequence[Document], lists_hash: str) -> dict[str, Any]:
    """`lanmu check --format json`."""
    return {
        "version": 1,
        "lists": lists_hash,
        "documents": [
            {
                "name": document.name,
                "parts": [
                    {"kind": part.kind, "name": part.name, "length": len(part.text)}
                    for part in parts
                ],
                "findings": [
                    finding_json(one, place=place_at(parts[one.part], one.span.start))
                    for one in document.findings
                ],
                "unchecked": unchecked_json(document.unchecked),
            }
            for document in documents
            for parts in [document.article.parts]
        ],
    }


class Lines:
    """Code-point places of a text as line and column, both counting from 1."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(i + 1 for i, c in enumerate(text) if c == "\n")]

    def at(self, place: int) -> tuple[int, int]:
        line = bisect.bisect_right(self._starts, place)
        return line, place - self._starts[line - 1] + 1


def documents_sarif(
    documents: Sequence[Document], rules: Mapping[str, str], version: str
) -> dict[str, Any]:
    """`lanmu check --format sarif`: one run, columns in code points. `rules` are titles by rule id."""
    named = sorted({finding.rule for document in documents for finding in document.findings})
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "lanmu",
                        "version": version,
                        "rules": [
                            {"id": id, "shortDescription": {"text": rules.get(id, id)}}
                            for id in named
                        ],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [
                    _result(document, finding, lines, named)
                    for document in documents
                    for lines in [[Lines(part.text) for part in document.article.parts]]
                    for finding in document.findings
                ],
            }
        ],
    }


def _result(
    document: Document, finding: Finding, lines: Sequence[Lines], named: Sequence[str]
) -> dict[str, Any]:
    line, column = lines[finding.part].at(finding.span.start)
    end_line, end_column = lines[finding.part].at(finding.span.end)
    region = {
        "startLine": line,
        "startColumn": column,
        "endLine": end_line,
        "endColumn": end_column,
        "charOffset": finding.span.start,
        "charLength": finding.span.end - finding.span.start,
        "snippet": {"text": finding.match},
    }
    return {
        "ruleId": finding.rule,
        "ruleIndex": named.index(finding.rule),
        "level": SARIF_LEVELS[finding.severity],
        "message": {"text": finding.message},
        "partialFingerprints": {"lanmu/v1": finding.fingerprint},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": document.name},
                    "region": region,
                }
            }
        ],
    }

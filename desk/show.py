"""What a person reads on a terminal: findings with the sentence marked, the columns, the counts."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from checks.model import Article, Finding, Severity, Unchecked
from checks.places import place_at, place_start
from reports.audit import audit_table
from reports.findings import Document, Lines

STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.SUGGESTION: "cyan"}
#: Characters shown on either side of a hit, at the most.
AROUND = 24
_SENTENCE_END = re.compile(r"[。!?;\uff01\uff1f\uff1b\n]")
MOST_SHOWN = 200


def safe(text: str) -> str:
    """`text` without what could steer a terminal or reverse its reading order."""
    return "".join(
        c
        if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cf", "Cs"}
        else "\N{REPLACEMENT CHARACTER}"
        for c in text
    )


def sentence_around(text: str, start: int, end: int) -> tuple[str, str, str]:
    """The hit's sentence as (before, hit, after), at most `AROUND` characters on either side."""
    before = text[max(0, start - AROUND) : start]
    after = text[end : end + AROUND]
    left = [m.end() for m in _SENTENCE_END.finditer(before)]
    right = _SENTENCE_END.search(after)
    cut = left[-1] if left else 0
    lead = "…" if not left and start > AROUND else ""
    tail = "…" if not right and end + AROUND < len(text) else ""
    return (
        lead + before[cut:].lstrip(),
        text[start:end],
        (after[: right.end()] if right else after).rstrip("\n") + tail,
    )


def marked(article: Article, finding: Finding) -> Text:
    """The sentence with the hit marked 【】 and coloured."""
    text = article.parts[finding.part].text
    before, hit, after = sentence_around(text, finding.span.start, finding.span.end)
    return Text.assemble(safe(before), (f"【{safe(hit)}】", STYLES[finding.severity]), safe(after))


def place(article: Article, finding: Finding, lines: Lines) -> str:
    part = article.parts[finding.part]
    if part.kind == "title":
        return "标题"
    name = f"附件《{safe(part.name)}》" if part.kind == "attachment" else ""
    start = finding.span.start
    label = place_at(part, start)
    line, column = lines.at(start)
    if not label:
        return f"{name}第{line}行第{column}字"
    block = line - lines.at(place_start(part, start))[0] + 1
    return f"{name}{safe(label)}" + (f"第{block}段" if label.endswith("页") else "")


def show_documents(console: Console, documents: Sequence[Document]) -> None:
    for document in documents:
        _show_document(console, document)


def _show_document(console: Console, document: Document) -> None:
    lines = [Lines(part.text) for part in document.article.parts]
    for finding in document.findings[:MOST_SHOWN]:
        where = place(document.article, finding, lines[finding.part])
        label = Text(finding.severity.label, STYLES[finding.severity])
        console.print(Text.assemble(label, f"  {safe(document.name)} {where}"))
        console.print(Text.assemble("    ", marked(document.article, finding)))
        if finding.suggestion:
            console.print(Text.assemble("    应为：", (safe(finding.suggestion), "green")))
        console.print(f"    说明：{safe(finding.message)}", markup=False, highlight=False)
        console.print(
            f"    依据：{safe(finding.source)}（规则 {finding.rule}）",
            markup=False,
            highlight=False,
        )
    left = len(document.findings) - MOST_SHOWN
    if left > 0:
        console.print(f"……另有{left}处，用 --format json 查看全部")
    console.print(summary(document), markup=False, highlight=False)
    show_unchecked(console, document.unchecked)


def summary(document: Document) -> str:
    counts = {s: sum(f.severity is s for f in document.findings) for s in reversed(Severity)}
    found = "、".join(f"{s.label}{n}处" for s, n in counts.items() if n)
    length = sum(len(part.text) for part in document.article.parts)
    return f"{safe(document.name)}: 共{length}字，" + (found or "未发现问题")


def show_unchecked(console: Console, unchecked: Sequence[Unchecked]) -> None:
    if not unchecked:
        return
    table = Table(title=f"未能检查（{len(unchecked)}项）", title_justify="left")
    table.add_column("内容", overflow="fold")
    table.add_column("原因", overflow="fold")
    for one in unchecked[:MOST_SHOWN]:
        table.add_row(Text(safe(one.what)), Text(safe(one.why)))
    console.print(table)
    if len(unchecked) > MOST_SHOWN:
        console.print(f"……另有{len(unchecked) - MOST_SHOWN}项，用 --json 查看全部")


def show_findings(console: Console, findings: Sequence[Finding]) -> None:
    """Stored findings, one row each, worst first."""
    if not findings:
        console.print("没有未销号的问题。")
        return
    table = Table(title=f"未销号的问题（{len(findings)}项）", title_justify="left")
    for heading in ("级别", "问题", "建议", "说明", "网址"):
        table.add_column(heading, overflow="fold")
    ordered = sorted(findings, key=lambda f: (-f.severity, f.rule, f.url))
    for one in ordered[:MOST_SHOWN]:
        table.add_row(
            Text(one.severity.label, STYLES[one.severity]),
            Text(safe(one.match)),
            Text(safe(one.suggestion)),
            Text(safe(one.message)),
            Text(safe(one.url)),
        )
    console.print(table)
    if len(findings) > MOST_SHOWN:
        console.print(f"……另有{len(findings) - MOST_SHOWN}项，用 --json 查看全部")


def console() -> Console:
    """Standard output: colours on a terminal, plain and wide in a pipe."""
    import sys

    return Console(file=sys.stdout, width=None if sys.stdout.isatty() else 160, soft_wrap=True)


def _show_changes(screen: Console, night: Any) -> None:
    """Articles whose text was changed after publication, and pages that are gone."""
    for title, rows in (
        ("发布后有改动的文章（用 lanmu diff 网址 查看改了什么）", night.edited),
        ("已删除的网页", [(url, "") for url in night.deleted]),
    ):
        if not rows:
            continue
        table = Table(title=f"{title}（{len(rows)}篇）", title_justify="left")
        table.add_column("网址", overflow="fold")
        table.add_column("标题", overflow="fold")
        for url, name in rows[:MOST_SHOWN]:
            table.add_row(Text(safe(url)), Text(safe(name)))
        screen.print(table)


def show_night(screen: Console, night: Any) -> None:
    """A night: its columns, the findings open after it, what was not checked, and what it read."""
    screen.print(audit_table(night.site, night.verdicts))
    show_findings(screen, night.findings)
    _show_changes(screen, night)
    show_unchecked(screen, night.unchecked)
    tally = night.tally
    screen.print(
        f"{night.site.name} {night.day}: 请求{night.requests}次，"
        f"文章新增{tally.new}篇、有改动{tally.changed}篇、未变{tally.same}篇。",
        highlight=False,
    )

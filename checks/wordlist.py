"""错敏词表: what is wrong to write, read from CSV files and one lists.yaml a folder.

A folder is refused whole if any row of it is wrong, with every wrong row named; a broken row never
takes the others down silently, nor goes live with them.
"""

import csv
import hashlib
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

from checks.model import BadInput, Severity

SHIPPED = Path(__file__).parent.parent / "wordlists"
COLUMNS = ("text", "use", "unless", "boundary", "since", "until", "source", "bad", "good")
ID = re.compile(r"(?!.{65})[a-z0-9]+(-[a-z0-9]+)*")  # the store keeps no longer ones
LIST_KEYS = ("id", "title", "severity", "message", "source")
#: Keys a list may have besides. `context: former` spares names of the past where they are rightly used.
MORE_KEYS = ("context",)
CONTEXTS = ("", "former")
SEVERITIES = {str(severity): severity for severity in Severity}


@dataclass(frozen=True, slots=True)
class Term:
    """词条: a wrong string and its remedy.

    `unless` are the term's own exceptions: phrases that contain `text`; a hit inside one of them is
    right. With `boundary` "word" a hit that splits a word is lowered to 疑似. The term is wrong from
    `since` (inclusive) to `until` (exclusive) by the article's day. `line` is its line in the file.
    """

    text: str
    use: str
    unless: tuple[str, ...] = ()
    boundary: Literal["none", "word"] = "none"
    since: date | None = None
    until: date | None = None
    source: str = ""
    bad: str = ""
    good: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Wordlist:
    """A list of terms with the message, severity and source that all its findings share."""

    id: str
    title: str
    severity: Severity
    message: str
    source: str
    terms: tuple[Term, ...]
    context: Literal["", "former"] = ""


def decoded(path: Path) -> str:
    """A list keeper's file as text: UTF-8 with or without BOM, else GB18030 (Excel's CSV here).

    Raises:
        BadInput: it is neither, cannot be read, or holds NUL characters.
    """
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise BadInput(f"{path}: 找不到这个文件，请核对文件名") from None
    except OSError as error:
        raise BadInput(f"{path}: 无法读取({error.strerror})") from None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            line = text[: text.index("\0")].count("\n") + 1
            raise BadInput(f"{path}:{line}: 含有空字符(NUL),应为纯文本CSV")
        return text
    raise BadInput(f"{path}: 既不是UTF-8也不是GB18030编码，请另存为“CSV UTF-8”")


def read_terms(path: Path) -> tuple[tuple[Term, ...], list[str]]:
    """The terms of one CSV file, and what is wrong with it, a Chinese line a problem."""
    return terms_in(decoded(path), path)


def terms_in(text: str, path: Path | str) -> tuple[tuple[Term, ...], list[str]]:
    """`read_terms` of a text; `path` is what the problems name."""
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    problems: list[str] = []
    terms: list[Term] = []
    try:
        heading = [one.strip() for one in next(rows, [])]
        if tuple(heading) != COLUMNS:
            wrong = "、".join(heading) or "空"
            return (), [f"{path}:1: 表头为“{wrong}”，应为 {','.join(COLUMNS)}"]
        before = rows.line_num
        for cells in rows:
            line, before = before + 1, rows.line_num
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(COLUMNS):
                problems.append(f"{path}:{line}: 有{len(cells)}列，应为{len(COLUMNS)}列")
                continue
            term, faults = _term(dict(zip(COLUMNS, cells, strict=True)), line)
            problems += [f"{path}:{line}: {fault}" for fault in faults]
            terms.append(term)
    except csv.Error as error:
        problems.append(f"{path}:{rows.line_num}: 不是有效的CSV({error}),请检查引号")
    problems += [f"{path}:{line}: {fault}" for line, fault in _duplicates(terms)]
    return tuple(terms), problems


def _term(row: Mapping[str, str], line: int) -> tuple[Term, list[str]]:
    cell = {name: value.strip() for name, value in row.items()}
    faults: list[str] = []
    text = cell["text"]
    unless = tuple(one.strip() for one in cell["unless"].split("|") if one.strip())
    boundary = cell["boundary"] or "none"
    if not text:
        faults.append("text 为空，应写错误的词")
    if text and text == cell["use"]:
        faults.append(f"“{text}”的 use 与 text 相同，应写正确的词")
    faults += [f"例外“{one}”不包含“{text}”，应包含它" for one in unless if text not in one]
    faults += [f"例外“{one}”与词条相同，词条永远不会生效" for one in unless if text == one]
    if boundary not in ("none", "word"):
        faults.append(f"boundary 为“{boundary}”，应为 none 或 word")
    days = {name: _day(name, cell[name], faults) for name in ("since", "until")}
    since, until = days["since"], days["until"]
    if since and until and since >= until:
        faults.append(f"since {since} 不早于 until {until}")
    term = Term(
        text=text,
        use=cell["use"],
        unless=unless,
        boundary="word" if boundary == "word" else "none",
        since=since,
        until=until,
        source=cell["source"],
        bad=cell["bad"],
        good=cell["good"],
        line=line,
    )
    return term, faults


def _day(name: str, value: str, faults: list[str]) -> date | None:
    if not value:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        faults.append(f"{name} 为“{value}”，应为日期，如 2025-09-30")
        return None


def _duplicates(terms: Sequence[Term]) -> Iterator[tuple[int, str]]:
    first: dict[str, int] = {}
    for term in terms:
        if term.text in first:
            yield term.line, f"“{term.text}”与第{first[term.text]}行重复"
        elif term.text:
            first[term.text] = term.line


def load_wordlists(folder: Path) -> tuple[Wordlist, ...]:
    """All lists of a folder, in lists.yaml's order.

    Raises:
        BadInput: the folder, its lists.yaml or any row of it is wrong: every problem, a line each.
    """
    index = folder / "lists.yaml"
    if not index.is_file():
        raise BadInput(f"{index}: 找不到；词表文件夹应有 lists.yaml 和若干CSV文件")
    described, problems = _described(index)
    lists: list[Wordlist] = []
    for about in described:
        path = folder / f"{about['id']}.csv"
        if not path.is_file():
            problems.append(f"{index}: 词表“{about['id']}”没有对应的文件 {path.name}")
            continue
        terms, faults = read_terms(path)
        problems += faults
        lists.append(
            Wordlist(
                id=about["id"],
                title=about["title"],
                severity=SEVERITIES[about["severity"]],
                message=about["message"],
                source=about["source"],
                terms=terms,
                context="former" if about["context"] == "former" else "",
            )
        )
    named = {about["id"] for about in described}
    problems += [
        f"{path}: lists.yaml 中没有登记，应补一条 id: {path.stem}"
        for path in sorted(folder.glob("*.csv"))
        if path.stem not in named
    ]
    if problems:
        raise BadInput(*problems)
    return tuple(lists)


def _described(index: Path) -> tuple[list[dict[str, str]], list[str]]:
    """What lists.yaml says of each list, and what is wrong with it."""
    rows, problems = _index_rows(index)
    good: list[dict[str, str]] = []
    seen: set[str] = set()
    for line, row in rows:
        faults = [f"缺少 {key}" for key in LIST_KEYS if not str(row.get(key) or "").strip()]
        faults += [
            f"多出“{key}”，只能有 {'、'.join((*LIST_KEYS, *MORE_KEYS))}"
            for key in row
            if key not in (*LIST_KEYS, *MORE_KEYS)
        ]
        said = {key: str(row.get(key) or "").strip() for key in (*LIST_KEYS, *MORE_KEYS)}
        if said["id"] and not ID.fullmatch(said["id"]):
            faults.append(f"id“{said['id']}”应为小写字母、数字和连字符，至多64个")
        if said["id"] in seen:
            faults.append(f"id“{said['id']}”重复")
        if said["severity"] and said["severity"] not in SEVERITIES:
            faults.append(f"severity 为“{said['severity']}”，应为 error、warning 或 suggestion")
        if said["context"] not in CONTEXTS:
            faults.append(f"context 为“{said['context']}”，只能为 former 或不写")
        try:
            said["message"].format(match="", use="")
        except (KeyError, IndexError, ValueError):
            faults.append("message 中的花括号只能是 {match} 和 {use}")
        seen.add(said["id"])
        problems += [f"{index}:{line}: {fault}" for fault in faults]
        if not faults:
            good.append(said)
    return good, problems


def _index_rows(index: Path) -> tuple[list[tuple[int, dict[str, Any]]], list[str]]:
    """lists.yaml is simple enough to be read line by line: an editor's check must start at once."""
    rows: list[tuple[int, dict[str, Any]]] = []
    problems: list[str] = []
    for number, raw in enumerate(decoded(index).splitlines(), 1):
        line = raw.rstrip()
        if not line.strip() or line.lstrip().startswith("#") or line == "lists:":
            continue
        found = re.fullmatch(r"\s+(- )?\s*([A-Za-z_]+):\s*(.*)", line)
        if not found or (not found[1] and not rows):
            problems.append(f"{index}:{number}: 看不懂这一行，应为“  - id: 词表id”或“    键: 值”")
            continue
        value = found[3]
        if value[:1] in "\"'" and value[-1:] == value[:1] and len(value) > 1:
            value = value[1:-1]
        if found[1]:
            rows.append((number, {}))
        rows[-1][1][found[2]] = value
    return rows, problems


@cache
def shipped() -> tuple[Wordlist, ...]:
    """The neutral editorial lists that come with Lanmu."""
    return load_wordlists(SHIPPED)


def lists_hash(wordlists: Sequence[Wordlist]) -> str:
    """SHA-256 (hex) of everything that decides what the lists find; the order of lists does not count."""
    digest = hashlib.sha256()
    for one in sorted(wordlists, key=lambda wordlist: wordlist.id):
        digest.update(
            repr((one.id, str(one.severity), one.message, one.source, one.context)).encode()
        )
        for t in one.terms:
            row = (t.text, t.use, t.unless, t.boundary, t.since, t.until, t.source)
            digest.update(repr(row).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()

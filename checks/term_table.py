"""Lists as tables that a spreadsheet edits: CSV or XLSX, one sheet a list, read back whole or refused."""

import csv
import io
import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from checks.model import BadInput, Severity
from checks.wordlist import (
    COLUMNS,
    ID,
    Term,
    Wordlist,
    decoded,
    load_wordlists,
    shipped,
    terms_in,
)

MOST_ROWS = 1_000_000


@dataclass(frozen=True, slots=True)
class Change:
    """What an import did to one list."""

    id: str
    added: int
    changed: int
    removed: int
    terms: int


def csv_text(terms: Iterable[Term]) -> str:
    """A list as the CSV it is kept in."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(row(term) for term in terms)
    return out.getvalue()


def row(term: Term) -> tuple[str, ...]:
    """A term's cells, in the order of the columns."""
    days = (str(day) if day else "" for day in (term.since, term.until))
    since, until = days
    return (
        term.text,
        term.use,
        "|".join(term.unless),
        term.boundary,
        since,
        until,
        term.source,
        term.bad,
        term.good,
    )


def import_terms(file: Path, folder: Path, only: str = "") -> tuple[Change, ...]:
    """Replace lists in `folder` by those of `file`: an XLSX has a sheet a list, a CSV is list `only`.

    A list the folder does not have is added to its lists.yaml. Nothing is changed unless all is right.

    Raises:
        BadInput: every wrong row, a line each; or the file or folder cannot be used.
    """
    tables = dict(_tables(file, only))
    if not tables:
        raise BadInput(f"{file}: 没有词表；应有以词表id命名的工作表")
    problems = [
        f"{file}: “{id}”不能作词表id，应为小写字母、数字和连字符，至多64个"
        for id in tables
        if not ID.fullmatch(id)
    ]
    read: dict[str, tuple[Term, ...]] = {}
    for id, text in tables.items():
        name = f"{file}[{id}]" if file.suffix.lower() != ".csv" else str(file)
        read[id], faults = terms_in(text, name)
        problems += faults
    if problems:
        raise BadInput(*problems)
    index = folder / "lists.yaml"
    before = _before(folder, [folder / f"{id}.csv" for id in read]) if index.is_file() else {}
    folder.mkdir(parents=True, exist_ok=True)
    listed = decoded(index) if index.is_file() else "lists:\n"
    for id, terms in read.items():
        replace_file(folder / f"{id}.csv", csv_text(terms))
        if not re.search(rf"(?m)^\s*- id: {id}\s*$", listed):
            listed = listed.rstrip("\n") + "\n" + _entry(id)
    replace_file(index, listed)
    return tuple(_change(id, before.get(id, ()), terms) for id, terms in read.items())


def _before(folder: Path, replaced: Sequence[Path]) -> dict[str, tuple[Term, ...]]:
    """The lists of a folder by id; none where only what is replaced now keeps it from loading."""
    try:
        return {one.id: one.terms for one in load_wordlists(folder)}
    except BadInput as error:
        if all(line.startswith(tuple(f"{path}:" for path in replaced)) for line in error.lines):
            return {}
        raise


def _entry(id: str) -> str:
    """A new list's lines in lists.yaml: a shipped list's own, else plain ones for the office to edit."""
    shipped_one = next((one for one in shipped() if one.id == id), None)
    about = shipped_one or Wordlist(id, id, Severity.WARNING, "应为“{use}”", "本单位词表", ())
    lines = [
        f"  - id: {id}",
        f"    title: {about.title}",
        f"    severity: {about.severity}",
        f"    message: {about.message}",
        f"    source: {about.source}",
    ]
    if about.context:
        lines.append(f"    context: {about.context}")
    return "\n".join(lines) + "\n"


def _change(id: str, before: Iterable[Term], after: Iterable[Term]) -> Change:
    old, new = ({term.text: row(term) for term in terms} for terms in (before, after))
    return Change(
        id,
        added=len(new.keys() - old.keys()),
        changed=sum(old[text] != new[text] for text in new.keys() & old.keys()),
        removed=len(old.keys() - new.keys()),
        terms=len(new),
    )


def replace_file(path: Path, text: str) -> None:
    """Write `path` whole or not at all.

    Raises:
        BadInput: it cannot be written.
    """
    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", newline="", dir=path.parent, delete=False
        ) as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        made = Path(file.name)
        made.chmod(
            path.stat().st_mode & 0o777 if path.exists() else 0o644
        )  # the night reads it too
        made.replace(path)
    except OSError as error:
        raise BadInput(f"{path}: 无法写入（{error.strerror}）") from None


def _tables(file: Path, only: str) -> Iterator[tuple[str, str]]:
    """Each list in a file as CSV text, by id."""
    if file.suffix.lower() == ".csv":
        yield only or file.stem, decoded(file)
        return
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(str(file))
        names = book.sheet_names
        for name in names:
            if only and name != only:
                continue
            rows = book.get_sheet_by_name(name).to_python(nrows=MOST_ROWS)
            out = io.StringIO()
            csv.writer(out, lineterminator="\n").writerows(
                [_cell(value) for value in cells[: len(COLUMNS)]] for cells in rows
            )
            yield name, out.getvalue()
    except (CalamineError, OSError):
        raise BadInput(f"{file}: 不是能读的表格，应为 .xlsx 或 .csv") from None


def _cell(value: Any) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return " ".join(str(value).split())

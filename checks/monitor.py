"""外部监测报告: its mapping (which column is what) and its records, read from a sheet's rows.

A mapping is a form file (checks/form.py): `checks/monitors/ucap.yaml` is 开普云's; an office writes one for another
product. Fields of other names than `FIELDS` are kept and compared with nothing.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from checks.figure import Row, Value
from checks.form import Form, FormField, load_form
from checks.model import BadInput, plain
from checks.reconcile import Reported, page_key, untagged
from checks.site_schema import address_fault

SHIPPED = Path(__file__).parent / "monitors" / "ucap.yaml"
#: What a mapping must name, and what it may.
NEEDED = ("word", "url")
TEXTS = ("context", "use", "note", "title", "parent", "content_type", "problem", "level", "status")
DAYS = ("monitored", "collected", "first_found")
FIELDS = (*NEEDED, *TEXTS, *DAYS)
#: Records of one report, and of one page in it.
MOST_RECORDS = 20_000
MOST_ON_A_PAGE = 300
MOST_WORD = 200
#: The field that tells rows of the same words apart.
LINE = "line"
_ADDRESS = re.compile(r"https?://[^\s\"'<>，。；、（）]+")
_FILE = re.compile(r"\.(?:pdf|docx?|wps|xlsx?|et|pptx?|dps|ofd|rtf|zip|rar|7z)(?:[?#]|$)", re.I)


@dataclass(frozen=True, slots=True)
class MonitorRecord:
    """One wrong word in the monitor's report. `url` and `parent` are canonical; `day` is when it saw the word.

    `cells` are all the mapping's fields as they were written, `place` is where they stand in the file.
    """

    number: int
    place: str
    url: str
    word: str
    context: str
    parent: str
    day: date | None
    cells: Mapping[str, Value]

    @property
    def attached(self) -> bool:
        """Whether the word stands in an attached file instead of a page."""
        return bool(_FILE.search(self.url)) or "附件" in str(self.cells.get("content_type") or "")

    @property
    def reported(self) -> Reported:
        """For reconciling: an attachment counts for the page it hangs on."""
        page = self.parent if self.attached and self.parent else self.url
        return Reported(self.number, page_key(page), self.word, self.context, self.day)

    def said(self, field: str) -> str:
        return str(self.cells.get(field) or "")


def load_mapping(path: Path | None = None) -> Form:
    """The mapping of a file, 开普云's without one; its fields, and before them one for the line.

    Raises:
        BadInput: the file is wrong: every fault, a line each.
    """
    if path and not path.is_file():
        raise BadInput(f"{path}: 找不到这个列名对照文件；请核对 --mapping")
    form = load_form(path or SHIPPED)
    faults = [
        f"字段 {id} 应有，并写 key: true"
        for id in NEEDED
        if (one := form.one(id)) is None or not one.key
    ]
    for field in form.fields:
        wanted = {**dict.fromkeys((*NEEDED, *TEXTS), "text"), **dict.fromkeys(DAYS, "date")}
        if field.type != wanted.get(field.id, field.type):
            faults.append(f"字段 {field.id} 的 type 写的是{field.type}；应为{wanted[field.id]}")
        if field.id == LINE:
            faults.append(f"字段 {LINE} 已被占用；应换一个id")
    if faults:
        raise BadInput(*(f"{path or SHIPPED}: {fault}" for fault in faults))
    return replace(form, fields=(FormField(LINE, "行", key=True), *form.fields), repeats=True)


def numbered(
    lines: Iterable[tuple[int, Mapping[str, str]]],
) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Rows with their number as a field, so that equal ones stay apart; empty ones stay empty.

    A row with all that is needed is a record, whatever its first cell says: no remark and no total.
    """
    for number, texts in lines:
        filled = any(text.strip() for id, text in texts.items() if id)
        whole = all(texts.get(id, "").strip() for id in NEEDED)
        yield (
            number,
            {**texts, **({LINE: str(number)} if filled else {}), **({"": ""} if whole else {})},
        )


def records_of(rows: Iterable[Row], canonical: Callable[[str], str]) -> tuple[MonitorRecord, ...]:
    """The records of a report's rows, numbered from 1. `canonical` makes one address of a page's many.

    Raises:
        BadInput: an address is none, a word is too long, or there are too many: every fault, a line each.
    """
    faults: list[str] = []
    records: list[MonitorRecord] = []
    on_page: dict[str, int] = {}
    for number, row in enumerate(rows, 1):
        record, wrong = _record(number, row, canonical)
        faults += (f"{row.place}{one}" for one in wrong)
        records.append(record)
        on_page[record.reported.page] = on_page.get(record.reported.page, 0) + 1
    if len(records) > MOST_RECORDS:
        faults.append(f"报告有{len(records)}条，超过上限{MOST_RECORDS}条；应拆分后导入")
    faults += (
        f"网页 {page} 有{n}条，超过上限{MOST_ON_A_PAGE}条；应核对报告"
        for page, n in on_page.items()
        if n > MOST_ON_A_PAGE
    )
    if faults:
        more = [f"错误太多，只列出前200处，另有{len(faults) - 200}处"] if len(faults) > 200 else []
        raise BadInput(*faults[:200], *more)
    return tuple(records)


def _record(
    number: int, row: Row, canonical: Callable[[str], str]
) -> tuple[MonitorRecord, list[str]]:
    cells = {id: cell for id, cell in row.cells.items() if id != LINE}
    faults: list[str] = []
    word = untagged(str(cells["word"])).strip()
    if not plain(word):
        faults.append("“错敏词”: 只有标记，没有文字；应为词语")
    if len(word) > MOST_WORD:
        faults.append(f"“错敏词”: 有{len(word)}个字；应不超过{MOST_WORD}个字，可能错了列")
    url = _address(str(cells["url"]))
    if not url:
        faults.append(f"“所在文章url”: 写的是“{str(cells['url'])[:40]}”；应有一个完整网址")
    record = MonitorRecord(
        number,
        row.place,
        canonical(url) if url else "",
        word,
        untagged(str(cells.get("context") or "")).strip(),
        canonical(parent) if (parent := _address(str(cells.get("parent") or ""))) else "",
        next((date.fromisoformat(str(day)) for one in DAYS if (day := cells.get(one))), None),
        cells,
    )
    return record, faults


def _address(text: str) -> str:
    """The one address a cell holds, beside a title perhaps; "" for none."""
    found = [one for one in _ADDRESS.findall(text) if not address_fault(one)]
    return found[0] if found else ""


def window(records: Iterable[MonitorRecord]) -> tuple[date, date] | None:
    """The first and the last day the records were seen, None where a record does not say."""
    days = [record.day for record in records]
    known = [day for day in days if day]
    return (min(known), max(known)) if known and len(known) == len(days) else None

"""What programs send and get, by which /api/openapi.json is written. Shapes: tests/contract, design.md §7."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

#: Code points of a text, and of its title.
MOST_TEXT, MOST_TITLE = 1_000_000, 1000
MOST_PAGE = 1000


def _whole(text: str) -> str:
    """No half of a surrogate pair: no text has one, and no database takes it."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise ValueError("含有不完整的字符") from None
    return text


Text = Annotated[str, AfterValidator(_whole)]
Severity = Literal["suggestion", "warning", "error"]


class Told(BaseModel):
    """Why a request was not done, in Chinese."""

    error: str


class CheckRequest(BaseModel):
    """A text to check. `published` is the day it is judged by; today where there is none."""

    model_config = ConfigDict(extra="forbid")
    text: Annotated[Text, Field(max_length=MOST_TEXT, description="正文")]
    title: Annotated[Text, Field(max_length=MOST_TITLE, description="标题")] = ""
    name: Annotated[Text, Field(max_length=MOST_TITLE, description="稿件名，原样返回")] = "稿件"
    published: Annotated[date | None, Field(description="发布日期；不写按今天判断")] = None


class Part(BaseModel):
    kind: Literal["title", "body", "attachment"]
    name: str
    length: Annotated[int, Field(ge=0, description="字符数（码点）")]


class Found(BaseModel):
    """One finding; `start` and `end` count code points of that part's text, end exclusive."""

    rule: str
    severity: Severity
    part: Annotated[int, Field(ge=0)]
    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=0)]
    match: str
    suggestion: str
    message: str
    source: str
    fingerprint: str
    place: str | None = None


class Unchecked(BaseModel):
    what: str
    why: str


class Checked(BaseModel):
    name: str
    parts: list[Part]
    findings: list[Found]
    unchecked: list[Unchecked]


class CheckAnswer(BaseModel):
    """As `lanmu check --format json`: contract/check.schema.json."""

    version: Literal[1]
    lists: str
    documents: list[Checked]


class GateAnswer(CheckAnswer):
    """Whether a draft may be published: `block` where an error stands in it, `warn` for a warning or a doubt.

    `id` names text and lists together: the same text judged by the same lists has the same. Nothing is kept.
    """

    verdict: Literal["pass", "warn", "block"]
    id: str
    text_hash: str


class StoredFinding(Found):
    """A finding of the site. `id` is its number in the ledger (台账号), `state` as the ledger has it."""

    id: int
    url: str
    unit: str
    columns: list[str]
    state: str
    label: str
    opened: str
    due: date | None


class FindingsAnswer(BaseModel):
    """`next` is what `after` must be for the next page; None: this is the last."""

    site: str
    day: date
    findings: list[StoredFinding]
    next: int | None


class UnitCounts(BaseModel):
    id: str
    name: str
    kind: str
    published: int
    repeated: int
    reprinted: int
    quota: int | None
    met: bool | None


class CountsAnswer(BaseModel):
    """As `lanmu counts --json`: contract/counts.schema.json."""

    site: str
    since: date
    until: date
    units: list[UnitCounts]
    reprinted: int
    unattributed: int
    undated: int
    total: int


class Missing(BaseModel):
    item: str
    unit: str


class ColumnState(BaseModel):
    id: str
    name: str
    state: Literal["ok", "stale", "empty", "incomplete", "unread"]
    newest: date | None
    entries: Annotated[int, Field(ge=0)]
    missing: list[Missing]
    why: str
    looked: Annotated[date, Field(description="这个栏目最近一次检查的日期")]


class ColumnsAnswer(BaseModel):
    """As `lanmu audit --json`, of what was seen last: contract/audit.schema.json. Nothing is crawled for it."""

    site: str
    day: date
    columns: list[ColumnState]
    unchecked: list[Unchecked]

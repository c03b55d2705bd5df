"""The keys of a form file (YAML), and what may stand at each of them."""

import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from checks.yaml_file import Loc, Notation

FieldType = Literal["text", "date", "int", "number", "percent", "choice", "unit"]


def _id(text: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,47}", text):
        raise ValueError(f"“{text}”不能作id；应以小写字母开头，只用小写字母、数字和连字符")
    return text


def _field_id(text: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,47}", text):
        raise ValueError(f"“{text}”不能作字段id；应以小写字母开头，只用小写字母、数字和下划线")
    return text


def _words(text: str) -> str:
    text = " ".join(text.split())
    if not text:
        raise ValueError("是空的；应写上文字")
    return text


Id = Annotated[str, AfterValidator(_id)]
FieldId = Annotated[str, AfterValidator(_field_id)]
Words = Annotated[str, AfterValidator(_words)]
Cell = str | int | float


class _Keys(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class RateText(_Keys):
    """Where the number itself is not written: a rate in percent, and what it is a rate of."""

    field: FieldId
    of: FieldId


class FieldText(_Keys):
    id: FieldId
    name: Words
    aliases: list[Words] = []
    type: FieldType = "text"
    required: bool = False
    key: bool = False
    present: bool = False
    free: bool = False
    choices: dict[Words, list[Words]] | list[Words] = []
    blank: int | FieldId | None = None
    rate: RateText | None = None


class ConditionText(_Keys):
    """One of these."""

    is_: list[Cell] | None = Field(alias="is", min_length=1, default=None)
    not_: list[Cell] | None = Field(alias="not", min_length=1, default=None)
    above: int | float | None = None
    below: int | float | None = None
    filled: bool | None = None


Where = dict[FieldId, Cell | list[Cell] | ConditionText]


class FigureText(_Keys):
    id: Id
    words: Words
    count: Literal["rows"] | FieldId | None = None
    sum: FieldId | None = None
    list: FieldId | None = None
    where: Where = {}
    share_of: Id | None = None
    decimals: Annotated[int, Field(ge=0, le=4)] = 1
    partition: str = ""
    by: FieldId | None = None
    only: ConditionText | None = None


class FormText(_Keys):
    """The whole file."""

    id: Id
    title: Words
    period: Literal["quarter", "none"] = "quarter"
    source: str = ""
    repeats: bool = False
    fields: Annotated[list[FieldText], Field(min_length=1)]
    figures: list[FigureText] = []


_WANTED = {
    "string_type": "文字（数字、日期、true/false作文字时要加引号）",
    "int_type": "整数",
    "bool_type": "true或false",
    "list_type": "列表，如 [甲, 乙]",
    "dict_type": "“键: 值”各项",
    "model_type": "“键: 值”各项",
}


def faults(error: ValidationError) -> Iterator[tuple[Loc, str]]:
    """What is wrong and what would be right, with where it stands. Of a value that may be several things, once."""
    said: set[Loc] = set()
    for one in error.errors(include_url=False):
        loc: Loc = tuple(key for key in one["loc"] if not _is_choice(key))
        if loc not in said:
            said.add(loc)
            yield loc, f"{'.'.join(map(str, loc)) or '文件'}{_fault(one)}"


def _is_choice(key: Any) -> bool:
    """Whether a key of a place is no key of ours but the union member that pydantic tried."""
    return isinstance(key, str) and (
        key in {"str", "int", "float"} or not re.fullmatch(r"[a-z_][a-z0-9_-]*", key)
    )


def _fault(one: Any) -> str:
    kind, value = one["type"], one["input"]
    if kind == "missing":
        return "没有写；应写上"
    if kind == "extra_forbidden":
        return "不是能识别的键；应删去或改正拼写"
    if kind == "value_error":
        return str(one["ctx"]["error"])
    if kind == "literal_error":
        allowed = "、".join(str(one["ctx"]["expected"]).split("'")[1::2])
        return f"写的是“{value}”；应为{allowed}之一"
    if kind == "too_short":
        return "是空的；应至少写一项"
    shown = value.value if isinstance(value, Notation) else value
    return f"写的是“{str(shown)[:40]}”；应为{_WANTED.get(kind, '别的写法')}"

"""What the events of a draft say beside who, when and why: one line a fact, written here and read here."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from store.text import storable

#: How the lines begin. The proof of the chain (store/review_proof.py) reads them back.
TEXT, LISTS, NUMBER, BY = "稿件校验值：", "词表校验值：", "稿次：", "账号："
TITLE, UNIT, COLUMN, AUTHOR, ADDRESS = "标题：", "单位：", "栏目：", "起草账号：", "发布网址："
OVERRULED, OVERRULED_HASH, UNCHECKED, FORGOTTEN = (
    "推翻：",
    "推翻清单校验值：",
    "未能检查：",
    "文本清理：",
)


@dataclass(frozen=True, slots=True)
class Overruled:
    """A 严重错误 that the last reader let stand, and why. `text` is what stood there, personal numbers masked."""

    rule: str
    text: str
    message: str
    reason: str

    @property
    def line(self) -> str:
        return f"{OVERRULED}{self.rule} “{self.text}” {self.message}；理由：{self.reason}"


def said(*facts: tuple[str, object]) -> str:
    """The evidence of an event: a line a fact, those without a value left out."""
    return "\n".join(f"{prefix}{one_line(str(value))}" for prefix, value in facts if value != "")


def one_line(text: str) -> str:
    return " ".join(storable(text).split())


def fact(prefix: str, evidence: str) -> str:
    """What the first line that begins so says, "" where there is none."""
    lines = (one for one in evidence.split("\n") if one.startswith(prefix))
    return next(lines, prefix).removeprefix(prefix)


def overruled_json(some: Sequence[Overruled]) -> str:
    """As a step keeps them; "" for none."""
    rows = [asdict(one) for one in some]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":")) if rows else ""


def overruled_from(written: str) -> tuple[Overruled, ...]:
    return tuple(Overruled(**one) for one in json.loads(written or "[]"))


def overruled_lines(some: Iterable[Overruled], written: str) -> list[tuple[str, object]]:
    """The facts of a release that overrules: each, and the digest of what the step keeps."""
    if not written:
        return []
    told: list[tuple[str, object]] = [(OVERRULED, one.line.removeprefix(OVERRULED)) for one in some]
    return [*told, (OVERRULED_HASH, digest(written))]


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()

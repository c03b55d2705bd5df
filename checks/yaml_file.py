"""Reads a YAML file that people write: plain values, and the line each of them stands on."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.scalarfloat import ScalarFloat
from ruamel.yaml.scalarint import ScalarInt

from checks.model import BadInput

Loc = tuple[str | int, ...]

#: Bytes of a file, and values in it once its aliases are written out.
MOST_BYTES = 2_000_000
MOST_VALUES = 200_000

#: What the parser says (in part) → what is wrong, and what would be right.
_SYNTAX: tuple[tuple[str, str], ...] = (
    ("'\\t'", "用了制表符(Tab)缩进；应改用空格"),
    ("duplicate key", "同一层里有两个相同的键；应只留一个"),
    (
        "mapping values are not allowed",
        "冒号多了，或上一行冒号后缺空格，或缩进不齐；应写成“键: 值”，文字里有冒号的要整段加引号",
    ),
    ("could not find expected ':'", "缺少冒号；应写成“键: 值”（半角冒号，后有空格）"),
    ("expected ',' or '}'", "花括号没有写完或缺少逗号；应写成 {键: 值, 键: 值}"),
    ("expected ',' or ']'", "方括号没有写完或缺少逗号；应写成 [值, 值]"),
    ("end of stream", "引号没有写完；应成对"),
    ("undefined alias", "以*开头的文字会被当作引用；应加引号"),
    ("cannot start any token", "文字以特殊符号开头；应加引号"),
    ("expected <block end>", "缩进不齐或符号多余；同一层应左对齐"),
    ("single document", "文件里有不止一份内容(---)；应只有一份"),
    ("special characters", "有不可见的控制字符；应删去"),
)

_CLOSED: tuple[tuple[type[Exception], str], ...] = (
    (IsADirectoryError, "是一个文件夹"),
    (PermissionError, "没有读取权限"),
    (OSError, "读取失败"),
)
#: What looks like a date, a number or a tag to the parser and may yet be none.
_ODD = re.compile(r"\d{4}-\d\d?-\d\d?|!!?\w|^%")


@dataclass(frozen=True, slots=True)
class YamlDocument:
    """A file's values as dicts, lists and scalars, and where they stand."""

    file: Path
    data: Any
    _root: Any

    def line(self, loc: Sequence[str | int]) -> int:
        """The line (from 1) of the value at `loc`, or of the innermost value on the way that exists."""
        node: Any = self._root
        line = 0
        for key in loc:
            try:
                at = "key" if isinstance(node, Mapping) else "item"
                line = getattr(node.lc, at)(key)[0]
                node = node[key]
            except (AttributeError, IndexError, KeyError, TypeError):
                break
        return line + 1

    def refusal(self, faults: Iterable[tuple[Loc, str]]) -> BadInput:
        """What is wrong with it, told by line: `file:line: what is wrong; what would be right`, each once."""
        lines = sorted({(self.line(loc), words) for loc, words in faults})
        return BadInput(*(f"{self.file}:{line}: {words}" for line, words in lines))


def read_yaml(file: Path) -> YamlDocument:
    """Parse `file`.

    Raises:
        BadInput: missing, unreadable, too large, not UTF-8, not YAML, empty.
    """
    text = _text(file)
    try:
        root = YAML().load(text)
        data = _plain(root, [MOST_VALUES])
    except MarkedYAMLError as error:
        raise BadInput(f"{file}:{_syntax_line(error)}: {_syntax(error)}") from None
    except YAMLError as error:
        at = getattr(error, "position", 0)
        raise BadInput(f"{file}:{text.count(chr(10), 0, at) + 1}: {_syntax(error)}") from None
    except RecursionError:
        raise BadInput(f"{file}:1: 层次太深；应只有几层") from None
    except OverflowError:
        raise BadInput(f"{file}:1: 引用(*)展开后内容太多；应少于{MOST_VALUES}项") from None
    # ruamel lets a few of its own slips through on broken numbers, dates and directives
    except (ValueError, AttributeError, AssertionError, TypeError, IndexError, KeyError):
        line = next((n for n, one in enumerate(text.split("\n"), 1) if _ODD.search(one)), 1)
        raise BadInput(f"{file}:{line}: 有无法识别的数字、日期或标记；应加引号") from None
    if data is None:
        raise BadInput(f"{file}:1: 文件是空的；应写上内容")
    return YamlDocument(file, data, root)


def _text(file: Path) -> str:
    try:
        raw = file.read_bytes()
    except FileNotFoundError:
        raise BadInput(f"{file}: 找不到站点文件；请核对文件名") from None
    except (OSError, ValueError) as error:
        reason = next((words for kind, words in _CLOSED if isinstance(error, kind)), "路径写法有误")
        raise BadInput(f"{file}: 打不开这个文件（{reason}）；应写可读的YAML文件") from None
    if len(raw) > MOST_BYTES:
        raise BadInput(f"{file}:1: 文件有{len(raw)}字节；应不超过{MOST_BYTES}字节")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise BadInput(f"{file}:{line}: 不是UTF-8编码；应另存为UTF-8") from None


def _plain(node: Any, left: list[int]) -> Any:
    """`node` without ruamel's own types. Numbers in an unusual notation come back as `Notation`.

    Raises:
        RecursionError: an alias refers to itself.
        OverflowError: more than `left` values once aliases are written out.
    """
    left[0] -= 1
    if left[0] < 0:
        raise OverflowError
    if isinstance(node, Mapping):
        return {key: _plain(value, left) for key, value in node.items()}
    if isinstance(node, Sequence) and not isinstance(node, str | bytes):
        return [_plain(value, left) for value in node]
    if isinstance(node, ScalarInt):  # 1_0, 010, 0x10: the parser reads a number nobody meant
        odd = getattr(node, "_underscore", None) or (getattr(node, "_width", None) or 1) > 1
        usual = type(node) is ScalarInt and not odd
        return int(node) if usual else Notation(int(node))
    if isinstance(node, ScalarFloat):
        return Notation(float(node)) if getattr(node, "_underscore", None) else float(node)
    return str(node) if isinstance(node, str) else node


@dataclass(frozen=True, slots=True)
class Notation:
    """A number written as 1_0, 010 or 0x10; `value` is what the parser made of it."""

    value: float


def _syntax(error: YAMLError) -> str:
    said = " ".join(str(getattr(error, key, "")) for key in ("context", "problem", "reason"))
    return next(
        (words for part, words in _SYNTAX if part in said),
        "不合YAML写法；应写成“键: 值”，以空格缩进",
    )


def _syntax_line(error: MarkedYAMLError) -> int:
    unclosed = any(part in (error.problem or "") for part in ("expected ','", "end of stream"))
    mark = (error.context_mark if unclosed else None) or error.problem_mark or error.context_mark
    return mark.line + 1 if mark else 1

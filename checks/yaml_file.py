"""YAML files people write, read with line numbers for what is wrong in them."""

import re
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from checks.model import BadInput

MOST_BYTES = 5_000_000


def read_yaml(path: Path) -> Any:
    """The file's mapping, its lines kept.

    Raises:
        BadInput: it cannot be read, is not UTF-8, not YAML, or not a mapping: one line.
    """
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise BadInput(f"{path}: 找不到站点文件，请核对文件名") from None
    except OSError as error:
        raise BadInput(f"{path}: 无法读取({error.strerror})") from None
    if len(raw) > MOST_BYTES:
        raise BadInput(f"{path}: 站点文件超过{MOST_BYTES >> 20}MB")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise BadInput(f"{path}:{line}: 不是UTF-8编码，请另存为UTF-8") from None
    for number, line_text in enumerate(text.splitlines(), 1):
        if re.match(r" *\t", line_text):
            raise BadInput(f"{path}:{number}: 缩进用了制表符(Tab)，应为空格")
    try:
        document = YAML().load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{path}:{mark.line + 1}" if mark else str(path)
        same = "DuplicateKey" in type(error).__name__
        raise BadInput(
            f"{where}: " + ("键重复" if same else "不是有效的YAML，请检查缩进、冒号和引号")
        ) from None
    except (YAMLError, ValueError):
        raise BadInput(f"{path}: 不是有效的YAML，请检查缩进、冒号和引号") from None
    if not hasattr(document, "lc") or not hasattr(document, "keys"):
        raise BadInput(f"{path}:1: 应为 site、units、columns 三部分组成的YAML")
    return document


def line_of(document: Any, where: tuple[int | str, ...]) -> int:
    """The line of a pydantic location in the file, counting from 1; the nearest known one."""
    node, line = document, 0
    for key in where:
        try:
            line = (node.lc.key(key) if hasattr(node, "keys") else node.lc.item(key))[0]
            node = node[key]
        except (KeyError, TypeError, AttributeError, IndexError):
            break
    return int(line) + 1

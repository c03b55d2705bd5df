"""`lanmu rules`: which rules and lists there are, and each one's manual."""

import difflib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from checks.model import BadInput

if TYPE_CHECKING:
    from checks.catalogue import Described

Lists = Annotated[Path | None, Parameter(help="本单位自己的词表文件夹，与内置词表一并列出")]


def table(*, lists: Lists = None) -> int:
    """列出全部规则和词表：编号、名称、级别、是否默认启用。

    用法: lanmu rules [选项]；lanmu rules show 编号
    """
    from rich.table import Table

    from desk.show import console

    shown = Table("编号", "名称", "类别", "级别", "默认", box=None, header_style="bold")
    for one in _all(lists):
        shown.add_row(one.id, one.title, one.kind, one.severity.label, "启用" if one.on else "停用")
    console().print(shown)
    return 0


def show(
    id: Annotated[str, Parameter(help="规则或词表的编号；必填")], /, *, lists: Lists = None
) -> int:
    """一条规则的说明：查什么、不查什么、依据、正反例句。

    用法: lanmu rules show 编号
    """
    known = {one.id: one for one in _all(lists)}
    if id not in known:
        close = difflib.get_close_matches(id, known, n=1, cutoff=0.4)
        hint = f"，是不是 {close[0]}？" if close else ""
        raise BadInput(f"rules: 没有编号为“{id}”的规则{hint}用 lanmu rules 查看全部编号")
    one = known[id]
    print(
        f"{one.title}（{one.id}）　{one.kind}　{one.severity.label}　默认{'启用' if one.on else '停用'}"
    )
    print(f"查什么：{one.finds}")
    print(f"不查什么：{one.spares}")
    print(f"依据：{one.source}")
    for heading, examples in (("会查出", one.bad), ("不会查出", one.good)):
        for example in examples:
            print(f"{heading}：{' / '.join(example.splitlines())}")
    print(f"停用或降级：在站点文件 rules 下写 {{rule: {one.id}, set: off, reason: 原因}}")
    return 0


def _all(lists: Path | None) -> "tuple[Described, ...]":
    from checks.catalogue import catalogue
    from checks.wordlist import load_wordlists, shipped

    return catalogue((*shipped(), *(load_wordlists(lists) if lists else ())))

"""`lanmu check`: what an editor runs on a draft. It must start at once, so it imports little."""

import sys
from collections.abc import Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from checks.model import BadInput, Severity
from desk.options import print_json


def check(
    *files: Annotated[
        str,
        Parameter(
            help="稿件文件(.docx .doc .wps .pdf .xlsx .ofd .zip .txt .html等);写 - 从标准输入读",
            allow_leading_hyphen=True,
        ),
    ],
    format: Annotated[
        Literal["text", "json", "sarif"],
        Parameter(help="输出格式:text 给人看,json、sarif 给程序用"),
    ] = "text",
    docx: Annotated[
        Path | None,
        Parameter(
            help="另存一份带批注的Word稿件，如 稿件_批注.docx;只能检查一个.docx、.doc或.wps文件，原件不变"
        ),
    ] = None,
    lists: Annotated[
        Path | None, Parameter(help="本单位自己的词表文件夹，与内置词表一并使用")
    ] = None,
    published: Annotated[
        date | None, Parameter(help="稿件的发布日期，如 2025-09-30;机构更名等按此日期判断")
    ] = None,
) -> int:
    """检查稿件：错敏词、错别字，说明错在哪里、应写什么、依据是什么。

    用法: lanmu check 文件… [选项]
    """
    if unknown := [file for file in files if file.startswith("-") and file != "-"]:
        raise BadInput(f"check: 没有这个选项：{unknown[0]};用 lanmu check --help 查看用法")
    if not files:
        raise BadInput("check: 没有给出稿件文件；应为 lanmu check 稿件.docx，或用 - 从标准输入读")
    if docx is not None and (len(files) != 1 or files[0] == "-"):
        raise BadInput("check: --docx 一次只给一个稿件文件加批注，请逐个检查")
    from checks.checker import Checker
    from checks.wordlist import load_wordlists, shipped
    from desk.drafts import read_draft

    checker = Checker((*shipped(), *(load_wordlists(lists) if lists else ())))
    if docx is None:
        documents = [_judged(read_draft(file, published), checker) for file in files]
        _print_documents(documents, checker, format)
    else:
        documents = [_marked(files[0], published, checker, docx, format)]
    worst = max((f.severity for d in documents for f in d.findings), default=Severity.SUGGESTION)
    return int(worst >= Severity.WARNING)


def _judged(draft: Any, checker: Any) -> Any:
    """The draft's `Document`: what was found in it, and what of it was not checked."""
    from checks.checker import without_personal_data
    from reports.findings import Document

    judged = checker.judged(draft.article, today=date.today())
    kept = without_personal_data(draft.article)
    return Document(draft.name, kept, judged.findings, (*draft.unchecked, *judged.unchecked))


def _marked(file: str, published: date | None, checker: Any, out: Path, format: str) -> Any:
    """As `_judged`, printed, and written with comments to `out`."""
    from crawler import clock
    from desk.drafts import draft_of, file_bytes
    from desk.word import mark
    from desk.word.convert import as_word
    from desk.word.output import refuse_output, refuse_suffix, write_output

    refuse_output(file, out)
    raw = as_word(file, file_bytes(file))
    document = _judged(draft_of(file, raw, published), checker)
    marked = mark(raw, document, at=clock.now().astimezone())
    refuse_suffix(out, marked.suffix)
    write_output(out, marked.body)
    _print_documents((document,), checker, format)
    told = (f"已另存带批注的稿件 {out}：{marked.said()}", *marked.notes)
    print("\n".join(told), file=sys.stdout if format == "text" else sys.stderr)
    return document


def _print_documents(documents: Sequence[Any], checker: Any, format: str) -> None:
    from reports.findings import documents_json, documents_sarif

    if format == "json":
        print_json(documents_json(documents, checker.lists_hash))
    elif format == "sarif":
        titles = checker.titles
        print_json(documents_sarif(documents, titles, version("lanmu")))
    else:
        from desk.show import console, show_documents

        show_documents(console(), documents)

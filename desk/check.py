"""`lanmu check`: what an editor runs on a draft. It must start at once, so it imports little."""

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
    from checks.checker import Checker, without_personal_data
    from checks.wordlist import load_wordlists, shipped
    from desk.drafts import read_draft
    from reports.findings import Document

    checker = Checker((*shipped(), *(load_wordlists(lists) if lists else ())))
    documents = []
    for file in files:
        draft = read_draft(file, published)
        judged = checker.judged(draft.article, today=date.today())
        kept = without_personal_data(draft.article)
        unchecked = (*draft.unchecked, *judged.unchecked)
        documents.append(Document(draft.name, kept, judged.findings, unchecked))
    _print_documents(documents, checker, format)
    worst = max((f.severity for d in documents for f in d.findings), default=Severity.SUGGESTION)
    return int(worst >= Severity.WARNING)


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

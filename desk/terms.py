"""`lanmu terms`: what a list keeper does with lists."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from checks.model import BadInput

if TYPE_CHECKING:
    from checks.model import Article
    from checks.wordlist import Wordlist

Folder = Annotated[Path | None, Parameter(help="词表文件夹；不写则为内置词表")]
READABLE = {".txt", ".html", ".htm", ".docx"}


def lint(folder: Folder = None) -> int:
    """检查词表本身：重复、自相矛盾、正词含错词、缺依据、例句不符。

    用法: lanmu terms lint [词表文件夹]
    """
    from checks.wordlist import SHIPPED
    from checks.wordlist_lint import lint as problems

    lines = problems(folder or SHIPPED)
    for line in lines:
        print(line)
    if lines:
        raise BadInput(f"词表有{len(lines)}处问题，见上")
    print("词表没有问题。")
    return 0


def export(
    out: Annotated[Path, Parameter(help="写到哪个文件（.xlsx 或 .csv）；必填")],
    /,
    *,
    folder: Folder = None,
    list: Annotated[str, Parameter(help="只导出这个词表（id）；写成CSV时必填")] = "",
) -> int:
    """导出词表，用Excel或WPS表格编辑。每个词表一张工作表。

    用法: lanmu terms export 词表.xlsx [--folder 词表文件夹] [--list 词表id]
    """
    from checks.term_table import csv_text, replace_file
    from checks.wordlist import SHIPPED, load_wordlists
    from reports.terms import write_terms

    lists = [one for one in load_wordlists(folder or SHIPPED) if list in ("", one.id)]
    if not lists:
        raise BadInput(f"terms export: 没有id为“{list}”的词表")
    if out.suffix.lower() == ".csv":
        if len(lists) != 1:
            raise BadInput("terms export: 写成CSV一次只能一个词表，请加 --list 词表id")
        replace_file(out, "\ufeff" + csv_text(lists[0].terms))
    elif out.suffix.lower() == ".xlsx":
        try:
            write_terms(lists, out)
        except OSError as error:
            raise BadInput(f"{out}: 无法写入（{error.strerror}）") from None
    else:
        raise BadInput(f"{out}: 文件名应以 .xlsx 或 .csv 结尾")
    total = sum(len(one.terms) for one in lists)
    print(f"已写入 {out}：{len(lists)}个词表，{total}条词条", file=sys.stderr)
    return 0


def import_(
    file: Annotated[Path, Parameter(help="编辑好的 .xlsx 或 .csv；必填")],
    /,
    *,
    to: Annotated[Path, Parameter(help="放进哪个词表文件夹；必填")],
    list: Annotated[str, Parameter(help="只导入这个词表（id）；CSV默认取文件名")] = "",
) -> int:
    """导入编辑好的词表。有一行不对就整个不导入，并指出是哪一行。

    用法: lanmu terms import 词表.xlsx --to 词表文件夹 [--list 词表id]
    """
    from checks.term_table import import_terms

    if not file.is_file():
        raise BadInput(f"{file}: 找不到这个文件，请核对文件名")
    for one in import_terms(file, to, list):
        print(
            f"{one.id}：共{one.terms}条，新增{one.added}条，修改{one.changed}条，删除{one.removed}条"
        )
    return 0


def try_(
    list: Annotated[Path, Parameter(help="词表CSV文件，或词表文件夹；必填")],
    /,
    *,
    on: Annotated[str, Parameter(help="在什么文字上试：稿件文件夹，或数据库；必填")],
) -> int:
    """上线前试用词表：在已知干净的文字上，每个词条查出多少处，例外挡住多少处，各举几例。

    用法: lanmu terms try 词表.csv --on 稿件文件夹或数据库
    """
    from rich.table import Table
    from rich.text import Text

    from checks.term_trial import tried
    from desk.show import console, safe

    trials = tried(_lists(list), _articles(on))
    screen = console()
    table = Table("错词", "应为", "查出", "其中疑似", "例外挡住", "例子", box=None)
    for one in trials.terms:
        shown = [*one.samples, *(f"（例外）{sample}" for sample in one.spared)]
        table.add_row(
            Text(safe(one.term)),
            Text(safe(one.use)),
            *(str(n) for n in (one.found, one.doubtful, one.silenced)),
            Text("\n".join(map(safe, shown))),
        )
    if trials.terms:
        screen.print(table)
    found = sum(one.found for one in trials.terms)
    screen.print(
        f"在{trials.texts}篇文字上试用，{len(trials.terms)}个词条有反应，共查出{found}处。"
    )
    return 0


def _lists(path: Path) -> "tuple[Wordlist, ...]":
    from checks.model import Severity
    from checks.wordlist import Wordlist, load_wordlists, read_terms

    if path.is_dir():
        return load_wordlists(path)
    terms, problems = read_terms(path)
    if problems:
        raise BadInput(*problems)
    return (Wordlist(path.stem, path.stem, Severity.WARNING, "应为“{use}”", "试用", terms),)


def _articles(on: str) -> "Iterator[Article]":
    folder = Path(on)
    if folder.is_dir():
        from desk.drafts import read_draft

        files = sorted(one for one in folder.rglob("*") if one.suffix.lower() in READABLE)
        if not files:
            raise BadInput(f"{on}: 文件夹里没有稿件（.txt .html .docx）")
        return (read_draft(str(one)).article for one in files)
    if "://" not in on and not folder.is_file():
        raise BadInput(f"{on}: 找不到；应为稿件文件夹，或数据库文件、数据库地址")
    return _stored(on if "://" in on else f"sqlite:///{on}")


def _stored(url: str) -> "Iterator[Article]":
    from store.articles import all_articles
    from store.database import open_database, reading

    engine = open_database(url)
    try:
        with reading(engine) as connection:
            yield from all_articles(connection)
    finally:
        engine.dispose()

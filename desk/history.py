"""`lanmu diff`, `lanmu evidence`: what an article said before, and the page as it was fetched."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.text import Text

from checks.model import BadInput
from desk.options import Db, Json, database, print_json

Url = Annotated[str, Parameter(help="文章网址;必填")]
SiteId = Annotated[str, Parameter(help="站点id;同一数据库有几个站点时用")]


def diff(url: Url, /, *, site: SiteId = "", db: Db = None, json: Json = False) -> int:
    """文章改动：这篇文章有过哪几稿、各在何时见到、每次改了什么。

    用法: lanmu diff 网址 [选项]
    """
    from crawler.address import canonical
    from desk.show import console, safe
    from reports.versions import instant, marked, pairs, versions_json
    from store.database import open_database, reading
    from store.versions import article_versions

    engine = open_database(database(db))
    with reading(engine) as connection:
        versions = article_versions(connection, canonical(url), site)
    engine.dispose()
    if not versions:
        raise BadInput(f"{url}: 数据库里没有这篇文章；请核对网址，或先运行 lanmu nightly")
    if json:
        print_json(versions_json(versions))
        return 0
    screen = console()
    screen.print(Text(f"{safe(versions[-1].title)}  {safe(url)}"))
    for one in versions:
        until = f"至{instant(one.until)}" if one.until else "起，现在的文字"
        screen.print(f"  第{one.number}稿  {instant(one.since)} {until}", highlight=False)
    for old, new in pairs(versions):
        screen.print(f"第{old.number}稿 → 第{new.number}稿：", highlight=False)
        screen.print(marked(safe(old.text), safe(new.text)))
    if len(versions) == 1:
        screen.print("没有见到改动。")
    return 0


def evidence(
    url: Url,
    /,
    *,
    out: Annotated[Path | None, Parameter(help="把网页原样存到这个文件")] = None,
    number: Annotated[int, Parameter(help="存第几份;不写则存最新一份")] = 0,
    site: SiteId = "",
    db: Db = None,
) -> int:
    """网页证据：查出问题时网页是什么样子，何时抓取，校验值多少；可原样取出。

    用法: lanmu evidence 网址 [--out 文件] [选项]
    """
    from crawler.address import canonical
    from crawler.evidence import evidence_folder, kept_page
    from desk.show import console
    from reports.versions import instant
    from store.database import open_database, reading
    from store.evidence import evidence_of

    engine = open_database(database(db))
    with reading(engine) as connection:
        kept = evidence_of(connection, canonical(url), site)
    folder = evidence_folder(engine)
    engine.dispose()
    if not kept:
        raise BadInput(f"{url}: 没有保存这个网页的证据；只保存查出问题的网页，请核对网址")
    if not 0 <= number <= len(kept):
        raise BadInput(f"--number {number}: 只有{len(kept)}份；应为1到{len(kept)}")
    for count, one in enumerate(kept, 1):
        console().print(
            f"第{count}份  {instant(one.at)}抓取  HTTP {one.status}  SHA-256 {one.digest}\n"
            f"    {folder / one.file} 第{one.offset}字节起{one.length}字节",
            highlight=False, markup=False,
        )  # fmt: skip
    if out is not None:
        address, body = kept_page(folder, kept[number - 1])
        try:
            out.write_bytes(body)
        except OSError as error:
            raise BadInput(f"{out}: 无法写入（{error.strerror}）") from None
        console().print(
            f"已存到 {out}（{address}，{len(body)}字节）", highlight=False, markup=False
        )
    return 0

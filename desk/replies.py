"""`lanmu ledger replies`: the forms that units send back, read into the ledger."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from checks.model import BadInput
from desk.options import Db, SiteFile, Today, Who, database, person

if TYPE_CHECKING:
    from store.replies import Noted, Taken


def replies(
    site: SiteFile,
    /,
    *files: Annotated[
        Path, Parameter(help="单位送回的回复表(.xlsx)，可写多个;不写则列出待决定的申请")
    ],
    who: Who = "",
    today: Today = None,
    db: Db = None,
) -> int:
    """读取单位送回的整改回复表：已整改的登记为“单位报告已改”，认为误报、申请保留的列出来由办公室决定。

    用法: lanmu ledger replies 站点.yaml 回复表.xlsx… [选项]
    """
    from checks.site import load_site
    from crawler import clock
    from desk.show import safe
    from reports.ledger_lines import responsible
    from reports.reply_form import read_reply_form
    from store.database import open_database, reading, written
    from store.replies import REQUESTS, last_replies, take_replies

    loaded = load_site(site)
    day = today or clock.today(loaded)
    engine = open_database(database(db))
    problems: list[str] = []
    for file in files:
        try:
            found = read_reply_form(file, loaded, day)
            take = partial(
                take_replies, site=loaded, replies=found, responsible=responsible,
                who=person(who), at=clock.now(), today=day,
            )  # fmt: skip
            taken = written(engine, take)
        except BadInput as error:
            problems += error.lines
            continue
        for line in _told(file, site, taken):
            print(safe(line))
    if not files:
        with reading(engine) as connection:
            for one in last_replies(connection, loaded.id, REQUESTS):
                print(safe(_asked(site, one)))
    engine.dispose()
    if problems:
        raise BadInput(*(safe(one) for one in problems))
    return 0


def _told(file: Path, site: Path, taken: "Taken") -> Iterator[str]:
    """What became of one file."""
    claimed = "、".join(str(one.number) for one in taken.claimed)
    said = [
        f"登记为单位报告已改{len(taken.claimed)}个{f'（台账号{claimed}）' if claimed else ''}",
        f"记下未整改完或有异议的{len(taken.noted)}个" if taken.noted else "",
        f"未登记{len(taken.late)}个" if taken.late else "",
        f"以前读过的{len(taken.known)}个没有变动" if taken.known else "",
    ]
    yield f"{file}: {'；'.join(one for one in said if one)}"
    for one, label in taken.late:
        yield f"  台账号{one.number}：单位填已整改，台账现为“{label}”，没有改动"
    for one in taken.noted:
        yield f"  {_answer(one.number, one.words, one.why)}{_step(site, one.number, one.answer)}"


def _asked(site: Path, one: "Noted") -> str:
    from store.replies import NAMES

    return f"{_answer(one.number, NAMES[one.answer], one.why)}{_step(site, one.number, one.answer)}"


def _answer(number: int, words: str, why: str) -> str:
    return f"台账号{number} {words}：{why}"


def _step(site: Path, number: int, answer: str) -> str:
    """The command by which the office agrees; "" where there is nothing to decide."""
    if answer == "dispute":
        return f"\n    同意则运行 lanmu ledger dismiss {site} {number} --why 原因"
    if answer == "keep":
        return f"\n    同意则运行 lanmu ledger accept {site} {number} --until 日期 --why 原因"
    return ""

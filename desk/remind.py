"""`lanmu ledger remind`: the digest of deadlines to those who are to know, by 企业微信, 钉钉, mail or what else Apprise speaks.

An address holds its own password. It is never printed or logged: recipients are told by their place in the list.
"""

import logging
import os
import re
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from checks.model import BadInput, Site
from desk.options import Db, SiteFile, Today, database

INSTALL = "缺少发送通知的程序库，请先安装：pip install 'lanmu[notify]'"
NOBODY = "没有写明发给谁；请在站点文件写 notify，或用 --to"
#: Bytes of a file that holds addresses.
MOST_BYTES = 65_536
_NAME = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


def remind(
    site: SiteFile,
    /,
    *,
    to: Annotated[
        tuple[str, ...],
        Parameter(
            help="发到哪里（Apprise地址，如 wecombot://… dingtalk://… mailtos://…），可重复；"
            "可写'${环境变量}'或存有地址的文件；不写则按站点文件的notify",
            negative=(),
        ),
    ] = (),
    dry: Annotated[bool, Parameter(help="只打印要发的内容，不发送", negative=())] = False,
    db: Db = None,
    today: Today = None,
) -> int:
    """到期提醒：到期前3个工作日、当天、逾期后，有新的情况才发。

    用法: lanmu ledger remind 站点.yaml [--to 地址]… [选项]
    """
    from checks.site import load_site
    from crawler import clock

    loaded = load_site(site)
    wanted = to or loaded.notify
    addresses = [] if dry and not wanted else addresses_of(wanted)
    day = today or clock.today(loaded)
    failed = _reminded(loaded, addresses, day, database(db), dry=dry)
    for line in failed:
        print(line, file=sys.stderr)
    return 2 if failed else 0


def _reminded(site: Site, addresses: Sequence[str], day: date, db: str, *, dry: bool) -> list[str]:
    """Tells every recipient what is new for it; a line for each that could not be told."""
    from crawler import clock
    from desk.options import holidays_of
    from desk.show import console, safe
    from reports.reminders import digest
    from store.database import open_database, reading, writing
    from store.reminders import note_told, pending, recipient_of, untold

    failed: list[str] = []
    engine = open_database(db)
    try:
        with reading(engine) as connection:
            there = pending(connection, site, day, holidays_of(site))
            fresh = {
                one: untold(connection, site.id, recipient_of(one), there.reminders)
                for one in addresses
            }
        if dry:
            said = digest(site, there, there.reminders)[1] if there.reminders else "没有到期的。"
            console().print(safe(said), highlight=False, markup=False)
        for number, address in enumerate(dict.fromkeys(addresses), 1):
            new = fresh[address]
            line = f"第{number}个接收人：" + (
                f"新提醒{len(new)}项" if new else "没有新的情况，不发"
            )
            if new and not dry:
                if trouble := sent(address, *digest(site, there, new)):
                    failed.append(f"第{number}个接收人：{trouble}；下次运行再发")
                    continue
                with writing(engine) as connection:
                    note_told(connection, site.id, recipient_of(address), new, clock.now())
                line += "，已发送"
            console().print(line, highlight=False)
    finally:
        engine.dispose()
    return failed


def addresses_of(written: Sequence[str]) -> list[str]:
    """The addresses themselves: from the environment or a file where the site file names those.

    Raises:
        BadInput: there is none; a variable is not set; a file cannot be read.
    """
    found: list[str] = []
    problems: list[str] = []
    for number, one in enumerate(written, 1):
        try:
            found += _addresses(one)
        except ValueError as error:
            problems.append(f"第{number}个接收人：{error}")
    if problems:
        raise BadInput(*problems)
    if not found:
        raise BadInput(NOBODY)
    return found


def _addresses(written: str) -> list[str]:
    """Raises ValueError in Chinese, without the address."""
    if named := _NAME.fullmatch(written):
        value = os.environ.get(named[1], "").strip()
        if not value:
            raise ValueError(f"环境变量{named[1]}没有设置")
        return [value]
    if "://" in written:
        return [written]
    try:
        with Path(written).open("rb") as file:
            text = file.read(MOST_BYTES).decode("utf-8-sig")
    except OSError as error:
        raise ValueError(f"存放地址的文件无法读取（{error.strerror}）") from None
    except UnicodeDecodeError:
        raise ValueError("存放地址的文件不是UTF-8文本") from None
    lines = [line.strip() for line in text.splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


def sent(address: str, title: str, body: str) -> str:
    """Send a message; why that failed ("" it did not), without the address."""
    try:
        import apprise
    except ImportError:
        raise BadInput(INSTALL) from None
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)  # it would log the address
    asset = apprise.AppriseAsset(secure_logging=True)
    recipient: Any = apprise.Apprise(asset=asset)
    if not recipient.add(address):
        return "通知地址写法有误"
    for one in recipient:
        one.overflow_mode = apprise.OverflowMode.SPLIT
    return "" if recipient.notify(title=title, body=body) else "没有送达"

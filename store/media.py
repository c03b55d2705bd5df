"""What new-media accounts posted, and when it was last known: from feeds read and files imported."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, and_, func, select

from checks.model import Account, Site
from checks.watch import AccountSeen, Post
from store import schema
from store.upsert import upsert

#: Addresses one statement may name.
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Saved:
    """Posts seen for the first time, with another day or title than before, and the same."""

    new: int = 0
    changed: int = 0
    same: int = 0


def save_posts(
    connection: Connection,
    site: str,
    account: str,
    posts: Sequence[Post],
    *,
    origin: str,
    day: date,
) -> Saved:
    """Save posts by address; the same again changes nothing. `origin` is "feed" or "file"."""
    table = schema.media_posts
    latest = {one.address: one for one in posts}
    known: dict[str, tuple[date, str]] = {}
    addresses = list(latest)
    for i in range(0, len(addresses), CHUNK):
        rows = connection.execute(
            select(table.c.address, table.c.day, table.c.title).where(
                and_(
                    table.c.site == site,
                    table.c.account == account,
                    table.c.address.in_(addresses[i : i + CHUNK]),
                )
            )
        )
        known.update({row.address: (row.day, row.title) for row in rows})
    fresh = [one for one in latest.values() if known.get(one.address) != (one.day, one.title)]
    rows_to_write = [
        {
            "site": site, "account": account, "address": one.address, "day": one.day,
            "title": one.title, "origin": origin, "seen": day,
        }
        for one in fresh
    ]  # fmt: skip
    upsert(
        connection,
        table,
        rows_to_write,
        key=("site", "account", "address"),
        keep=("origin", "seen"),
    )
    count = Counter(one.address in known for one in fresh)
    return Saved(count[False], count[True], len(latest) - len(fresh))


def save_look(connection: Connection, site: str, account: str, day: date, why: str = "") -> None:
    """Note that on `day` an account's posts were known, or with `why` that they were not.

    A day on which they were known once stays so.
    """
    table = schema.media_looks
    row = {"site": site, "account": account, "day": day, "why": why}
    known = connection.execute(
        select(table.c.why).where(
            and_(table.c.site == site, table.c.account == account, table.c.day == day)
        )
    ).scalar()
    if known != "":
        upsert(connection, table, [row], key=("site", "account", "day"))


def last_post(connection: Connection, site: str, account: str, day: date) -> date | None:
    """The day of an account's last known post up to `day` (inclusive), None where none is known."""
    table = schema.media_posts
    found: date | None = connection.execute(
        select(func.max(table.c.day)).where(
            and_(table.c.site == site, table.c.account == account, table.c.day <= day)
        )
    ).scalar()
    return found


def accounts_seen(connection: Connection, site: Site, day: date) -> tuple[AccountSeen, ...]:
    """What is known of every account of the site file on `day`."""
    return tuple(_seen(connection, site.id, account, day) for account in site.media)


def _seen(connection: Connection, site: str, account: Account, day: date) -> AccountSeen:
    table = schema.media_looks
    mine = and_(table.c.site == site, table.c.account == account.id, table.c.day <= day)
    known: date | None = connection.execute(
        select(func.max(table.c.day)).where(and_(mine, table.c.why == ""))
    ).scalar()
    latest = select(table.c.why).where(mine).order_by(table.c.day.desc()).limit(1)
    newest = last_post(connection, site, account.id, day)
    if newest and (known is None or known < newest):
        known = newest
    return AccountSeen(account, newest, known, connection.execute(latest).scalar() or "")

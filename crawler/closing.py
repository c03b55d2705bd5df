"""The end of a night: what is gone is marked, every column judged from the store, what was not checked told."""

from collections.abc import Iterator
from datetime import datetime

from checks.model import Column, ColumnSnapshot, Site, Unchecked
from checks.verdict import ColumnVerdict, judge_column
from crawler.spiders.columns import ColumnsSpider
from crawler.walk import Walk
from store.database import Engine, reading, writing
from store.findings import leave_deleted
from store.nights import save_verdict
from store.page_faults import forget_pages
from store.visits import mark_deleted, outside_counts, unread_visits
from store.walks import column_snapshot

#: Unread pages told one by one; the rest are counted.
MOST_TOLD = 1000
#: More pages than this many, and this share of all, gone at once: a broken site, not deletions.
MANY_GONE, SHARE_GONE = 3, 0.2


def judge_columns(
    engine: Engine, spider: ColumnsSpider, now: datetime
) -> tuple[ColumnVerdict, ...]:
    return tuple(_judged(engine, spider, walk, now) for walk in spider.lists.walks.values())


def _judged(engine: Engine, spider: ColumnsSpider, walk: Walk, now: datetime) -> ColumnVerdict:
    site, day = spider.site, spider.day
    with reading(engine) as connection:
        if walk.pages:
            whole = walk.seen_enough
            seen = column_snapshot(connection, site.id, walk.column, day, whole=whole)
        else:
            seen = ColumnSnapshot.unread(walk.column, day, walk.why)
    verdict = judge_column(seen, site)
    with writing(engine) as connection:
        save_verdict(
            connection,
            site.id,
            verdict,
            day,
            now=now,
            lists_hash=spider.lists_hash,
            whole=seen.whole,
            read_at=spider.began,
        )
    return verdict


def close_deleted(
    engine: Engine, spider: ColumnsSpider, now: datetime
) -> tuple[tuple[str, ...], list[Unchecked]]:
    """Pages that are deleted from tonight on; their findings are left as those of a deleted page."""
    asked = spider.articles.asked
    with writing(engine) as connection:
        deleted, held = mark_deleted(
            connection,
            spider.site.id,
            spider.day,
            asked=sum(asked.get(lane, 0) for lane in ("finding", "recent", "older", "all")),
            many=MANY_GONE,
            share=SHARE_GONE,
        )
        leave_deleted(connection, spider.site.id, deleted, now=now)
        forget_pages(connection, spider.site.id, deleted)
    told = []
    if held:
        why = "soft-404 大量网页同时打不开，疑似网站改版或故障，暂不认定为删除"
        told.append(Unchecked(f"{held}个网页是否已删除", why))
    return tuple(deleted), told


def left_unread(engine: Engine, site: Site, columns: list[Column]) -> Iterator[Unchecked]:
    """Pages that lists name and nobody could read so far, and links to other sites."""
    ids = [column.id for column in columns]
    names = {column.id: column.name for column in columns}
    with reading(engine) as connection:
        found, count = unread_visits(connection, site.id, ids, ("unread", "refused"), MOST_TOLD)
        outside = outside_counts(connection, site.id, ids)
    for url, why in found:
        yield Unchecked(f"文章 {url}", why)
    if count > len(found):
        yield Unchecked(f"另有{count - len(found)}篇文章", "未能读取，原因见各夜记录")
    for id, n in outside.items():
        yield Unchecked(f"栏目 {names[id]} 中指向站外的{n}条链接", "站外网页不抓取")


def late_pages(spider: ColumnsSpider) -> list[Unchecked]:
    late = spider.articles.due.late
    why = "复查预算不够或有几晚没有运行，已超过承诺的复查夜数，以后几晚补上"
    return [Unchecked(f"{late}篇已读文章是否有改动", why)] if late else []

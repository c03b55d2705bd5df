"""Drafts as programs and pages read them, and how what was published differs from what was released."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from checks.differing import Operation, differences
from checks.model import Article, Site
from checks.review_compare import Change, changes
from checks.review_match import DIFFERS, PARTLY, SAME, UNKNOWN, UNREVIEWED
from reports.ledger_table import local
from store.articles import stored_article
from store.database import Connection
from store.review_keeping import kept_until
from store.review_matches import published_at
from store.review_rows import DraftEvent, DraftRow, Step, newest_text
from store.review_states import ENDED, LABELS, STEP_LABELS, VERDICT_LABELS
from store.states import SYSTEM

#: How an article stands to its draft, in words.
MATCH_LABELS = {
    SAME: "与签发稿一致",
    PARTLY: "与签发稿一致（附件未比对）",
    DIFFERS: "与签发稿不一致",
    UNREVIEWED: "没有签发记录",
    UNKNOWN: "无法比对",
}


@dataclass(frozen=True, slots=True)
class Published:
    """A draft as it stands on the site: the address, how the last night found it (a label), when it looked (UTC).

    `changes` are what now counts as different, `marks` the whole way from the released text to the published one;
    both are empty where one of the texts is not there.
    """

    url: str
    label: str
    seen: datetime
    changes: tuple[Change, ...] = ()
    marks: tuple[tuple[Operation, str], ...] = ()


def published_of(connection: Connection, site: Site, draft: DraftRow) -> tuple[Published, ...]:
    """Where a draft was found published, and what differs there."""
    released = newest_text(connection, draft.id).article
    return tuple(
        _published(one, released, stored_article(connection, site.id, one.url))
        for one in published_at(connection, site.id, draft.id)
    )


def _published(one: Any, released: Article | None, article: Article | None) -> Published:
    label = MATCH_LABELS.get(one.state, one.state)
    if released is None or article is None:
        return Published(one.url, label, one.seen)
    found = changes(released, article)
    marks = tuple(differences(whole(released), whole(article))) if found else ()
    return Published(one.url, label, one.seen, found, marks)


def whole(article: Article) -> str:
    """Title and body as one text."""
    return f"{article.title}\n\n{article.body}" if article.title else article.body


def remaining(site: Site, draft: DraftRow, today: date) -> str:
    """What becomes of a draft's texts, and when, in words; "" where nobody set a limit."""
    if draft.forgotten is not None:
        return f"文本已于{local(site, draft.forgotten)[:10]}清理"
    last = kept_until(site, draft)
    if last is None:
        return ""
    what = "清理文本" if draft.state in ENDED else "自动撤回"
    if today > last:
        return f"{last}已到期，下一次巡查时{what}"
    return f"保留到{last}（还有{(last - today).days}天），其后{what if draft.state in ENDED else f'无人处理则{what}'}"


def event_lines(site: Site, events: Sequence[DraftEvent]) -> Iterator[str]:
    """What happened to a draft, a line an event, the facts of the chain under it."""
    for one in events:
        who = "系统" if one.who == SYSTEM else one.who
        moved = LABELS[one.after] if not one.before else f"{LABELS[one.before]} → {LABELS[one.after]}"  # fmt: skip
        yield f"{local(site, one.at)}  {who}  {moved}{f'：{one.why}' if one.why else ''}"
        yield from (f"    {line}" for line in one.evidence.split("\n") if line)
        yield f"    记录校验值：{one.hash}"


def drafts_json(site: Site, rows: Sequence[DraftRow]) -> dict[str, Any]:
    """The drafts for programs; instants are UTC."""
    return {"site": site.id, "drafts": [row_json(row) for row in rows]}


def row_json(row: DraftRow) -> dict[str, Any]:
    return {
        "number": row.id, "title": row.title, "unit": row.unit, "column": row.column, "state": row.state,
        "label": LABELS[row.state], "author": row.author, "texts": row.texts, "text_hash": row.text_hash,
        "opened": row.opened.isoformat(), "changed": row.changed.isoformat(), "released": _iso(row.released),
        "forgotten": _iso(row.forgotten), "url": row.published_at,
    }  # fmt: skip


def draft_json(
    row: DraftRow,
    steps: Sequence[Step],
    events: Sequence[DraftEvent],
    published: Sequence[Published],
) -> dict[str, Any]:
    """One draft with its readings, its events and where it was published."""
    return {
        **row_json(row),
        "steps": [
            {
                "text": one.text, "step": one.step, "verdict": one.verdict, "by": one.by, "at": one.at.isoformat(),
                "label": STEP_LABELS[one.step] + VERDICT_LABELS[one.verdict], "remark": one.remark,
                "overruled": [
                    {"rule": o.rule, "text": o.text, "message": o.message, "reason": o.reason}
                    for o in one.overruled
                ],
            }
            for one in steps
        ],
        "events": [
            {
                "at": one.at.isoformat(), "who": one.who, "from": one.before, "to": one.after, "why": one.why,
                "evidence": one.evidence, "hash": one.hash,
            }
            for one in events
        ],
        "published": [
            {
                "url": one.url, "label": one.label, "seen": one.seen.isoformat(),
                "changes": [[c.released, c.published] for c in one.changes], "diff": [[*m] for m in one.marks],
            }
            for one in published
        ],
    }  # fmt: skip


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None

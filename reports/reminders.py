"""The digest of deadlines: by how near they are, by unit. It names numbers, and repeats nothing of what was found."""

from collections.abc import Iterator, Sequence
from datetime import date

from checks.model import Site
from store.reminders import BEFORE, Pending, Reminder

#: Numbers told a unit and deadline.
MOST_NUMBERS = 20


def digest(site: Site, pending: Pending, fresh: Sequence[Reminder]) -> tuple[str, str]:
    """The title and text of what a recipient is told; `fresh` are those it was not told of yet."""
    kinds = [
        ("已逾期", [one for one in pending.reminders if one.late]),
        ("今日到期", [one for one in pending.reminders if _today(one)]),
        (f"{BEFORE}个工作日内到期", [one for one in pending.reminders if one.step == "before"]),
    ]
    counted = "，".join(f"{name}{len(some)}项" for name, some in kinds if some)
    title = f"{site.name}整改提醒（{pending.today}）：{counted}"
    lines = [title, f"其中本次新提醒{len(fresh)}项。"]
    for name, some in kinds:
        if some:
            lines += ["", f"【{name}】", *_by_unit(site, some)]
    lines += ["", *(f"注意：{doubt}。" for doubt in pending.doubts)]
    lines.append("详情请看：lanmu ledger show 站点.yaml 台账号")
    return title, "\n".join(lines)


def _today(one: Reminder) -> bool:
    return one.step == "today" and not one.late


def _by_unit(site: Site, some: Sequence[Reminder]) -> Iterator[str]:
    names = {unit.id: unit.name for unit in site.units}
    groups: dict[tuple[date, str], list[Reminder]] = {}
    for one in some:
        groups.setdefault((one.due, one.row.finding.unit), []).append(one)
    for (due, unit), many in sorted(groups.items()):
        late = f"，逾期{many[0].late}个工作日" if many[0].late else ""
        numbers = "、".join(str(one.row.id) for one in many[:MOST_NUMBERS])
        more = "等" if len(many) > MOST_NUMBERS else ""
        name = names.get(unit, "未归属单位")
        yield f"{name}（期限{due}{late}）{len(many)}项：台账号{numbers}{more}"

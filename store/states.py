"""The states of a finding in the ledger (整改台账), what they are called, and which steps people may take."""

from collections.abc import Mapping

from checks.model import Severity

#: Who acts where the program itself does: no person may take this name.
SYSTEM = "lanmu"
OPEN, CONFIRMED, NOTIFIED, CLAIMED, FAILED = "open", "confirmed", "notified", "claimed", "failed"
CLOSED, DISMISSED, ACCEPTED = "closed", "dismissed", "accepted"
DELETED, UNVERIFIABLE = "deleted", "unverifiable"
#: Not over: what a night tells of, and asks the pages of again.
STANDING = (OPEN, CONFIRMED, NOTIFIED, CLAIMED, FAILED)
#: With a deadline that can pass.
DATED = (NOTIFIED, CLAIMED, FAILED)
#: Over, until it is found again.
OVER = (CLOSED, DELETED, UNVERIFIABLE)
LABELS: Mapping[str, str] = {
    OPEN: "待确认",
    CONFIRMED: "已确认",
    NOTIFIED: "已通知",
    CLAIMED: "单位报告已改",
    FAILED: "复查未改",
    CLOSED: "复查通过（销号）",
    DISMISSED: "误报",
    ACCEPTED: "认可保留",
    DELETED: "页面已删除",
    UNVERIFIABLE: "无法复查",
}
SUSPECTED = "疑似"
OVERDUE = "逾期"
EXPIRED = "认可保留（已到期）"
#: What a person may make of a finding, and from which states. The same state again stands where the day it
#: comes with may be changed.
STEPS: Mapping[str, tuple[str, ...]] = {
    CONFIRMED: (OPEN,),
    NOTIFIED: (CONFIRMED, NOTIFIED, CLAIMED, FAILED),
    CLAIMED: (CONFIRMED, NOTIFIED, FAILED),
    FAILED: (NOTIFIED, CLAIMED),
    CLOSED: (*STANDING, UNVERIFIABLE),
    DISMISSED: (*STANDING, ACCEPTED, UNVERIFIABLE),
    ACCEPTED: (*STANDING, ACCEPTED, UNVERIFIABLE),
    DELETED: (*STANDING, UNVERIFIABLE),
    UNVERIFIABLE: STANDING,
    OPEN: (DISMISSED, ACCEPTED, CLOSED, DELETED, UNVERIFIABLE),
}
#: Steps that nobody takes without saying why.
REASONED = (CLOSED, DISMISSED, ACCEPTED, FAILED, DELETED, UNVERIFIABLE, OPEN)


def label_of(
    state: str, severity: Severity, *, overdue: bool = False, expired: bool = False
) -> str:
    """What the office calls a state: an open finding by its severity, a late one late."""
    if state == OPEN:
        return SUSPECTED if severity is Severity.SUGGESTION else LABELS[OPEN]
    if state == ACCEPTED and expired:
        return EXPIRED
    if overdue:
        return OVERDUE if state == NOTIFIED else f"{LABELS[state]}（{OVERDUE}）"
    return LABELS[state]

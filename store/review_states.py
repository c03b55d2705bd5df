"""The states of a draft on its way through 三审三校, what they are called, and who reads next."""

from collections.abc import Mapping

WRITTEN, FIRST, SECOND, FINAL = "written", "first", "second", "final"
RETURNED, RELEASED, WITHDRAWN = "returned", "released", "withdrawn"
LABELS: Mapping[str, str] = {
    WRITTEN: "起草",
    FIRST: "待初审",
    SECOND: "待复审",
    FINAL: "待终审",
    RETURNED: "已退回",
    RELEASED: "已签发",
    WITHDRAWN: "已撤回",
}
#: Where a draft waits for a reader, in order; and where it goes when that reader passes it.
READ_AT = (FIRST, SECOND, FINAL)
PASSED_TO: Mapping[str, str] = {FIRST: SECOND, SECOND: FINAL, FINAL: RELEASED}
#: What its readers are called.
STEP_LABELS: Mapping[str, str] = {FIRST: "初审", SECOND: "复审", FINAL: "终审"}
#: Where its author may still change it.
OPEN_TO_AUTHOR = (WRITTEN, RETURNED)

"""The states of a draft on its way through 三审三校, what they are called, and who takes which step."""

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
#: Where nothing happens to it any more.
ENDED = (RELEASED, WITHDRAWN)

#: The roles of 三审三校, as accounts hold them: who writes, and who reads at which step.
EDITOR, OFFICE = "editor", "office"
READERS: Mapping[str, str] = {FIRST: "first", SECOND: "second", FINAL: "final"}
#: What a reader made of a text.
PASSED, SENT_BACK = "passed", "returned"
VERDICT_LABELS: Mapping[str, str] = {PASSED: "通过", SENT_BACK: "退回", RELEASED: "签发"}

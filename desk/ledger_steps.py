"""`lanmu ledger confirm`, `notify`, `claim`, `verify`…: people's steps, each written down with who and why."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from checks.model import BadInput
from desk.ledger import Desk, opened, prove
from desk.options import Db, SiteFile, Who, person

Numbers = Annotated[int, Parameter(help="台账号，可写多个;必填")]
Why = Annotated[str, Parameter(help="理由或说明")]
Evidence = Annotated[str, Parameter(help="依据：整改报告文号、截图文件等")]
Until = Annotated[date | None, Parameter(help="到这一天为止（含），如 2025-12-31")]


def _moved(
    desk: Desk,
    numbers: Sequence[int],
    to: str,
    who: str,
    why: str,
    *,
    then: Callable[[Any], Any] = lambda _: None,
    **more: Any,
) -> Any:
    """Take the step, and do what `then` does in the same transaction: gives back what that gives."""
    from crawler import clock
    from desk.show import console
    from store.database import written
    from store.ledger import move
    from store.states import LABELS

    if not numbers:
        raise BadInput("没有写台账号；应如 lanmu ledger confirm 站点.yaml 12 15")
    acting, at = person(who), clock.now()

    def work(connection: Any) -> tuple[list[int], Any]:
        moved = move(connection, desk.site, numbers, to, who=acting, why=why, at=at, **more)
        return moved, then(connection)

    done, after = written(desk.engine, work)
    same = [str(one) for one in dict.fromkeys(numbers) if one not in done]
    said = f"{LABELS[to]}：{len(done)}项" + (f"（{'、'.join(map(str, done))}）" if done else "")
    console().print(said + (f"；原已如此：{'、'.join(same)}" if same else ""), highlight=False)
    return after


def confirm(
    site: SiteFile, /, *numbers: Numbers, who: Who = "", why: Why = "", evidence: Evidence = "", db: Db = None
) -> int:  # fmt: skip
    """确认：问题属实。只有确认过的才计数、才进通报。

    用法: lanmu ledger confirm 站点.yaml 台账号… [选项]
    """
    with opened(site, db) as desk:
        _moved(desk, numbers, "confirmed", who, why, evidence=evidence)
    return 0


def notify(
    site: SiteFile,
    /,
    *numbers: Numbers,
    due: Annotated[str, Parameter(help="期限，如 10月20日、2025-10-20、5个工作日")] = "",
    working_days: Annotated[int | None, Parameter(help="期限为几个工作日（自次日起算）")] = None,
    who: Who = "",
    why: Why = "",
    evidence: Evidence = "",
    db: Db = None,
) -> int:
    """通知：已通知责任单位，限期整改。

    用法: lanmu ledger notify 站点.yaml 台账号… --due 日期 或 --working-days 天数
    """
    if bool(due) == (working_days is not None):
        raise BadInput("notify: 请写明期限：--due 10月20日 或 --working-days 5，写其中一个")
    with opened(site, db) as desk:
        last = _due(due or f"{working_days}个工作日", desk)
        _moved(desk, numbers, "notified", who, why, due=last, evidence=evidence)
        print(f"期限：{last}")
    return 0


def _due(said: str, desk: Desk) -> date:
    from desk.deadline import deadline

    return deadline(said, desk.site, desk.day, place="notify", otherwise="请用 --due 写明日期")


def claim(
    site: SiteFile, /, *numbers: Numbers, who: Who = "", why: Why = "", evidence: Evidence = "", db: Db = None
) -> int:  # fmt: skip
    """报改：单位报告已整改。此后网页再次读到时自动复查。

    用法: lanmu ledger claim 站点.yaml 台账号… [选项]
    """
    with opened(site, db) as desk:
        _moved(desk, numbers, "claimed", who, why, evidence=evidence)
    return 0


def accept(
    site: SiteFile,
    /,
    *numbers: Numbers,
    until: Until = None,
    who: Who = "",
    why: Why = "",
    evidence: Evidence = "",
    db: Db = None,
) -> int:
    """认可保留：有理由暂不整改，到期后仍在则重新列入。

    用法: lanmu ledger accept 站点.yaml 台账号… --until 日期 --why 理由
    """
    with opened(site, db) as desk:
        _moved(desk, numbers, "accepted", who, why, until=until, evidence=evidence)
    return 0


def reopen(
    site: SiteFile, /, *numbers: Numbers, who: Who = "", why: Why = "", evidence: Evidence = "", db: Db = None
) -> int:  # fmt: skip
    """重新列入：误报判错、销号有误等。

    用法: lanmu ledger reopen 站点.yaml 台账号… --why 理由
    """
    with opened(site, db) as desk:
        _moved(desk, numbers, "open", who, why, evidence=evidence)
    return 0


@dataclass(frozen=True, slots=True)
class _Exempted:
    """The exceptions that false alarms imply: proposed where a `scope` is given, else told."""

    desk: Desk
    numbers: Sequence[int]
    scope: Literal["site", "unit", "column", "page"] | None
    phrase: str
    column: str
    until: date | None
    who: str
    why: str

    def put_forward(self, connection: Any) -> list[str]:
        """What to tell, a line each."""
        from crawler import clock
        from desk.ledger_show import implied_lines, proposed_line
        from store.exceptions import propose
        from store.ledger import ledger_rows

        site = self.desk.site
        rows = ledger_rows(connection, site, self.desk.day, ids=self.numbers)
        if self.scope is None:
            return [line for row in rows for line in implied_lines(row)]
        made = [
            propose(
                connection, site, row, self.scope, who=self.who, why=self.why, at=clock.now(),
                until=self.until, phrase=self.phrase, column=self.column,
            )
            for row in rows
        ]  # fmt: skip
        return [proposed_line(one) for one in {one.id: one for one in made}.values()]


def dismiss(
    site: SiteFile,
    /,
    *numbers: Numbers,
    propose: Annotated[
        Literal["site", "unit", "column", "page"] | None,
        Parameter(help="同时提出例外，范围为全站、单位、栏目或网页（site|unit|column|page）"),
    ] = None,
    phrase: Annotated[str, Parameter(help="例外短语;不写则用提示的短语")] = "",
    column: Annotated[str, Parameter(help="例外所在的栏目（id），文章在几个栏目时用")] = "",
    until: Until = None,
    who: Who = "",
    why: Why = "",
    evidence: Evidence = "",
    db: Db = None,
) -> int:
    """误报：不是问题。会提示由此可设的例外，提出的例外经批准才生效。

    用法: lanmu ledger dismiss 站点.yaml 台账号… --why 理由 [--propose site|unit|column|page]
    """
    if not propose and (until or phrase or column):
        raise BadInput("dismiss: --until、--phrase、--column 说的是例外，应同时写 --propose")
    with opened(site, db) as desk:
        exempted = _Exempted(desk, numbers, propose, phrase, column, until, person(who), why)
        told = _moved(
            desk, numbers, "dismissed", who, why, then=exempted.put_forward, evidence=evidence
        )
    for line in told:
        print(line)
    return 0


def verify(
    site: SiteFile,
    /,
    *numbers: Annotated[int, Parameter(help="台账号;不写则核验记录链")],
    not_mended: Annotated[bool, Parameter(help="复查未改", negative=())] = False,
    cannot: Annotated[bool, Parameter(help="无法复查", negative=())] = False,
    anchor: Annotated[str, Parameter(help="先前抄存的校验值，核对它是否仍在记录链中")] = "",
    who: Who = "",
    why: Why = "",
    evidence: Evidence = "",
    db: Db = None,
) -> int:
    """复查：看过网页，已改的销号（或 --not-mended 复查未改、--cannot 无法复查）。

    不写台账号则核验记录链：台账的每一步是否被改动、删除或插入过。

    用法: lanmu ledger verify 站点.yaml [台账号… --why 说明]
    """
    if not_mended and cannot:
        raise BadInput("verify: --not-mended 与 --cannot 只能写一个")
    to = "failed" if not_mended else "unverifiable" if cannot else "closed"
    with opened(site, db) as desk:
        if numbers:
            _moved(desk, numbers, to, who, why, evidence=evidence)
        else:
            prove(desk, anchor.strip())
    return 0


def exceptions(
    site: SiteFile,
    /,
    *decision: Annotated[str, Parameter(help="approve 例外号，或 withdraw 例外号;不写则列出全部")],
    who: Who = "",
    db: Db = None,
) -> int:
    """例外：列出、批准、撤回。批准后范围内的短语不再报告，到期自动恢复。

    用法: lanmu ledger exceptions 站点.yaml [approve 例外号 | withdraw 例外号]
    """
    from desk.ledger_show import show_exceptions
    from desk.show import console
    from store.database import reading
    from store.exceptions import exceptions as all_of

    with opened(site, db) as desk:
        if decision:
            _decided(desk, decision, person(who))
            return 0
        with reading(desk.engine) as connection:
            show_exceptions(console(), desk.site, all_of(connection, desk.site.id))
    return 0


def _decided(desk: Desk, decision: Sequence[str], who: str) -> None:
    from crawler import clock
    from desk.ledger_show import scope_name
    from store.database import writing
    from store.exceptions import STATE_LABELS, decide

    verbs: dict[str, Literal["approved", "withdrawn"]] = {
        "approve": "approved", "withdraw": "withdrawn",
    }  # fmt: skip
    verb, *numbers = decision
    if verb not in verbs or not numbers or not all(one.isdecimal() for one in numbers):
        raise BadInput(f"exceptions: 写的是“{' '.join(decision)[:40]}”；应为 approve 例外号，或 withdraw 例外号")  # fmt: skip
    if not who:
        raise BadInput("没有写明经办人；请用 --who 或环境变量 LANMU_USER")
    with writing(desk.engine) as connection:
        done = [
            decide(connection, desk.site.id, int(one), verbs[verb], who=who, at=clock.now())
            for one in numbers
        ]
    for one in done:
        said = f"例外{one.id}：{STATE_LABELS[one.state]}（{scope_name(desk.site, one)}，{one.until or '长期'}）"
        print(f"{said}：“{one.phrase}”中的“{one.term}”")
    print("读到网页时生效；要立即重新判断已存的文章，请运行 lanmu recheck 站点.yaml")

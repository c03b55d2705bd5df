"""Reads the site file: one county's site, units, columns, and what each column must contain.

The YAML of design.md §7. Every fault is told with its line, all at once, before anything runs.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import urljoin

from pydantic import ValidationError

from checks.indicators import indicators_of, limit_of
from checks.model import (
    Account,
    Column,
    Expectation,
    Indicators,
    LinkWatch,
    Official,
    ProbePlan,
    Reviews,
    Revisit,
    Severity,
    Site,
    Switch,
    Unit,
)
from checks.roster import read_roster
from checks.site_faults import Fault, cross_faults, host_of, schema_faults
from checks.site_schema import (
    PLACEHOLDER,
    AccountText,
    ColumnText,
    ExpectationText,
    ProbeKeys,
    ReviewKeys,
    RuleText,
    SiteText,
)
from checks.yaml_file import read_yaml


def load_site(path: Path) -> Site:
    """The site a file declares. One with 待填写 in an address loads, with `placeholder` set.

    Raises:
        BadInput: one line a fault, `file:line: what is wrong; what would be right`, in line order.
    """
    document = read_yaml(path)
    faults: list[Fault] = []
    written: SiteText | None = None
    try:
        written = SiteText.model_validate(document.data)
    except ValidationError as error:
        faults += schema_faults(error, document.data)
    faults += cross_faults(document.data, path.parent)
    indicators, wrong = indicators_of(document.data, path.parent)
    faults += wrong
    if faults or written is None:
        raise document.refusal((fault.loc, fault.words) for fault in faults)
    roster = read_roster(path.parent / written.roster) if written.roster else ()
    return _site(written, path.parent, roster, indicators)


def _site(
    written: SiteText, folder: Path, roster: tuple[Official, ...], indicators: Indicators
) -> Site:
    said = written.site
    units = tuple(Unit(u.id, u.name, tuple(u.aliases), u.kind, u.quota) for u in written.units)
    columns = tuple(_column(c, said.home, units, indicators) for c in written.columns)
    probe = _probe(written.probe, said.home)
    addresses = [said.home, *probe.targets, *(a for c in columns for a in (c.url, c.endpoint))]
    return Site(
        id=said.id,
        name=said.name,
        home=said.home,
        code=said.code,
        family=said.family,
        timezone=said.timezone,
        delay=said.delay,
        office=said.office,
        hosts=frozenset(said.hosts) | {host for a in addresses if (host := host_of(a))},
        units=units,
        columns=columns,
        lists=tuple(str((folder / one).resolve()) for one in written.lists),
        reprints=tuple(said.reprints),
        placeholder=any(PLACEHOLDER in address for address in addresses),
        switches=tuple(map(_switch, written.rules)),
        roster=roster,
        legacy_tls=said.legacy_tls,
        attachments=said.attachments,
        revisit=Revisit(**said.revisit.model_dump()),
        links=LinkWatch(**said.links.model_dump()),
        indicators=indicators,
        probe=probe,
        media=tuple(map(_account, written.media)),
        holidays=str((folder / written.holidays).resolve()) if written.holidays else "",
        forms=tuple(str((folder / one).resolve()) for one in written.forms),
        notify=tuple(_recipient(one, folder) for one in written.notify),
        circular=str((folder / written.circular).resolve()) if written.circular else "",
        criteria=str((folder / written.criteria).resolve()) if written.criteria else "",
        reviews=_reviews(written.reviews) if written.reviews else None,
    )


def _recipient(written: str, folder: Path) -> str:
    """Where reminders go: an address or `${NAME}` as written, else a file beside the site file."""
    if "://" in written or written.startswith("${"):
        return written
    return str((folder / written).resolve())


def _probe(written: ProbeKeys, home: str) -> ProbePlan:
    return ProbePlan(
        control=_filled_in(written.control),
        targets=tuple(_joined(home, address) for address in written.targets),
        seconds=written.seconds,
        per_day=written.per_day,
        share=written.share,
    )


def _reviews(written: ReviewKeys) -> Reviews:
    return Reviews(
        since=written.since,
        columns=tuple(dict.fromkeys(written.columns)),
        keep_days=written.keep_days,
        reprints=written.reprints,
    )


def _account(written: AccountText) -> Account:
    return Account(
        id=written.id,
        name=written.name,
        platform=written.platform,
        unit=written.unit,
        feed=_filled_in(written.feed),
        max_age=written.max_age_days,
    )


def _filled_in(address: str) -> str:
    """`address`, "" where the office has not filled it in yet: the site can be watched without."""
    return "" if PLACEHOLDER in address else address


def _switch(written: RuleText) -> Switch:
    severity = None if written.set in ("off", "on") else Severity.named(written.set)
    return Switch(
        written.rule, severity, written.reason, tuple(written.columns), on=written.set == "on"
    )


def _column(
    written: ColumnText, home: str, units: tuple[Unit, ...], indicators: Indicators
) -> Column:
    days, months = limit_of(written.kind, indicators)
    if written.max_age_days:
        days, months = written.max_age_days, None
    return Column(
        id=written.id,
        name=written.name,
        url=_joined(home, written.url),
        kind=written.kind,
        units=_selected(written.units, units),
        family=written.family,
        max_age=days,
        expects=tuple(_expectation(one, units) for one in written.expects),
        endpoint=_joined(home, written.endpoint) if written.endpoint else "",
        max_pages=written.max_pages,
        max_months=months,
        first_level=written.first_level,
    )


def _expectation(written: ExpectationText, units: tuple[Unit, ...]) -> Expectation:
    return Expectation(
        item=written.item,
        any=tuple(written.any),
        each_unit=written.each_unit,
        within_days=written.within_days,
        units=_selected(written.units, units),
        source=written.source,
    )


def _selected(names: Iterable[str], units: tuple[Unit, ...]) -> tuple[str, ...]:
    """Unit ids in the order written, "kind:…" resolved, each once."""
    return tuple(dict.fromkeys(id for name in names for id in _named(name, units)))


def _named(name: str, units: tuple[Unit, ...]) -> Iterator[str]:
    kind = name.removeprefix("kind:")
    if kind == name:
        yield name
    else:
        yield from (unit.id for unit in units if unit.kind == kind)


def _joined(home: str, address: str) -> str:
    return address if PLACEHOLDER in address or PLACEHOLDER in home else urljoin(home, address)

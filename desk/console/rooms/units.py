"""单位: every unit's quarter beside the one before; one unit: its articles, figures, columns and findings."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query
from fastapi.responses import RedirectResponse, Response

from checks.model import Unit
from desk.console.charting import quarters_chart, units_chart
from desk.console.downloads import download, written_bytes
from desk.console.pages import is_htmx, page
from desk.console.quarters import Chosen, chosen_quarter
from desk.console.rights import Right
from desk.console.seat import Visit, visiting
from desk.console.turning import Turning
from reports.article_table import articles_csv, articles_xlsx
from reports.column_matrix import column_matrix, narrowed
from reports.completeness import owed
from reports.counts import KINDS
from reports.printable import file_name
from reports.quarter import quarter_before, quarter_name
from reports.ranking import Ranking, UnitRanking, ranking, site_criteria
from reports.ranking_tables import rate, verdict, write_csv, write_xlsx
from reports.wording import short_names
from store.column_looks import last_looks
from store.database import Connection, reading
from store.states import LABELS
from store.unit_articles import findings_by_state, quarter_counts, unit_articles

router = APIRouter(prefix="/s/{site_id}")
See = Annotated[Visit, visiting(Right.SEE)]
Word = Annotated[str, Query(max_length=64)]
Number = Annotated[int, Query(alias="page", ge=1, le=100_000)]
#: Articles on a page, in a download, quarters in a unit's chart.
A_PAGE, MOST_SAVED, QUARTERS = 50, 20_000, 8
ALL = "all"


@dataclass(frozen=True, slots=True)
class Heading:
    """A column of the table that can be sorted by. `value` gives what is compared, None for what is not known."""

    id: str
    label: str
    value: Callable[[UnitRanking], Any]


HEADINGS = (
    Heading("published", "发布", lambda one: one.now.published),
    Heading("change", "比上季", lambda one: one.change("published")),
    Heading("repeated", "其中重复", lambda one: one.now.repeated),
    Heading("reprinted", "转载", lambda one: one.now.reprinted),
    Heading("quota", "季度任务", lambda one: one.now.quota),
    Heading("met", "达标", lambda one: one.now.met),
    Heading("confirmed", "已确认问题", lambda one: one.now.confirmed),
    Heading("open", "未销号", lambda one: one.now.open),
    Heading("overdue", "逾期", lambda one: one.now.overdue),
    Heading("rate", "按时销号率", lambda one: rate(one.now)),
)


@router.get("/units")
def units(visit: See, quarter: Word = "", sort: Word = "", order: Word = "desc") -> Response:
    """All units; a unit's account is led to its own."""
    chosen = chosen_quarter(quarter, visit.today)
    if visit.seat.unit:
        more = f"?quarter={chosen.name}" if chosen.named else ""
        return RedirectResponse(f"/s/{visit.site.id}/units/{visit.seat.unit}{more}", 303)
    ranked = _ranking(visit, chosen)
    before = quarter_name(quarter_before(chosen.quarter.since))
    names = dict(short_names(visit.site.units))
    chart = units_chart(ranked.units, names, chosen.name, before)
    return page(
        visit,
        "units/units.html",
        quarter=chosen,
        before=before,
        ranked=ranked,
        going=chosen.quarter.until > visit.today,
        rows=_sorted(ranked.units, sort, order),
        sort=sort,
        order=order,
        headings=HEADINGS,
        kinds=KINDS,
        rate=rate,
        verdict=verdict,
        chart=chart,
        tall=next((n for n in (10, 20, 40) if len(ranked.units) <= n), 80),
    )


def _ranking(visit: Visit, chosen: Chosen) -> Ranking:
    quarter = chosen.quarter
    with reading(visit.hall.engine) as connection:
        return ranking(
            connection, visit.site, quarter.since, quarter.until, visit.today, site_criteria(visit.site)
        )  # fmt: skip


def _sorted(units: tuple[UnitRanking, ...], sort: str, order: str) -> list[UnitRanking]:
    """By a heading, what is not known last; in the site file's order where none is named."""
    heading = next((one for one in HEADINGS if one.id == sort), None)
    if heading is None:
        return list(units)
    known = [one for one in units if heading.value(one) is not None]
    unknown = [one for one in units if heading.value(one) is None]
    return [*sorted(known, key=heading.value, reverse=order != "asc"), *unknown]


def _seen(visit: Visit, ranked: Ranking) -> Ranking:
    """What of it this account may see: its own unit alone, and nothing of nobody's."""
    if not visit.seat.unit:
        return ranked
    mine = tuple(one for one in ranked.units if one.unit.id == visit.seat.unit)
    return replace(ranked, units=mine, nobody=0)


@router.get("/units.csv")
def units_csv(visit: See, quarter: Word = "") -> Response:
    chosen = chosen_quarter(quarter, visit.today)
    ranked = _seen(visit, _ranking(visit, chosen))
    raw = written_bytes(lambda path: write_csv(ranked, path))
    return download(raw, file_name(visit.site.name, chosen.name, "各单位情况", suffix=".csv"))


@router.get("/units.xlsx")
def units_xlsx(visit: See, quarter: Word = "") -> Response:
    chosen = chosen_quarter(quarter, visit.today)
    ranked = _seen(visit, _ranking(visit, chosen))
    raw = written_bytes(lambda path: write_xlsx(ranked, path))
    return download(raw, file_name(visit.site.name, chosen.name, "各单位情况", suffix=".xlsx"))


@router.get("/units/{unit_id}")
def unit(
    visit: See, unit_id: str, quarter: Word = "", articles: Word = "", number: Number = 1
) -> Response:
    found = _seen_unit(visit, unit_id)
    chosen = chosen_quarter(quarter, visit.today)
    since, until = _period(chosen, articles)
    with reading(visit.hall.engine) as connection:
        rows, total = unit_articles(
            connection, visit.site.id, found.id, since=since, until=until,
            offset=(number - 1) * A_PAGE, most=A_PAGE,
        )  # fmt: skip
        more: Mapping[str, Any] = {}
        if not is_htmx(visit.request):
            more = _about(connection, visit, found, chosen)
    return page(
        visit,
        "units/unit.html",
        block="articles" if is_htmx(visit.request) else "",
        unit=found,
        quarter=chosen,
        articles=articles,
        rows=rows,
        turning=Turning(number, A_PAGE, total),
        columns={one.id: one.name for one in visit.site.columns},
        **more,
    )


def _seen_unit(visit: Visit, id: str) -> Unit:
    """Raises HTTPException: 404, there is none, or it is not the account's."""
    for one in visit.units:
        if one.id == id:
            return one
    raise HTTPException(404, "没有这个单位")


def _period(chosen: Chosen, articles: str) -> tuple[date | None, date | None]:
    return (None, None) if articles == ALL else (chosen.quarter.since, chosen.quarter.until)


def _about(connection: Connection, visit: Visit, unit: Unit, chosen: Chosen) -> Mapping[str, Any]:
    """What a unit's page says beside its articles."""
    site, quarter = visit.site, chosen.quarter
    ranked = ranking(
        connection, site, quarter.since, quarter.until, visit.today, site_criteria(site)
    )
    first = quarter.since
    for _ in range(QUARTERS - 1):
        first = quarter_before(first)
    counts = quarter_counts(connection, site.id, unit.id, first, quarter.until)
    states, overdue = findings_by_state(connection, site.id, unit.id, visit.today)
    looks = last_looks(connection, site.id)
    matrix = narrowed(column_matrix(site, looks, [unit]), unit=unit.id)
    return {
        "one": next(one for one in ranked.units if one.unit.id == unit.id),
        "before": quarter_name(quarter_before(quarter.since)),
        "as_at": ranked.as_at,
        "going": quarter.until > visit.today,
        "kinds": KINDS,
        "rate": rate,
        "verdict": verdict,
        "counts": counts,
        "quarter_name": quarter_name,
        "chart": quarters_chart(counts, [quarter_name(one.since) for one in counts], unit.quota),
        "states": [(id, label, states[id]) for id, label in LABELS.items() if states.get(id)],
        "overdue": overdue,
        "matrix": matrix,
        "owed": owed,
    }


@router.get("/units/{unit_id}/articles.csv")
def unit_articles_csv(
    visit: See, unit_id: str, quarter: Word = "", articles: Word = ""
) -> Response:
    found, name, rows = _saved_articles(visit, unit_id, quarter, articles)
    raw = articles_csv(rows, visit.site)
    return download(raw, file_name(found.name, name, "文章", suffix=".csv"))


@router.get("/units/{unit_id}/articles.xlsx")
def unit_articles_xlsx(
    visit: See, unit_id: str, quarter: Word = "", articles: Word = ""
) -> Response:
    found, name, rows = _saved_articles(visit, unit_id, quarter, articles)
    title = f"{found.name} {name} 文章"
    raw = written_bytes(lambda path: articles_xlsx(rows, path, visit.site, title, visit.today))
    return download(raw, file_name(found.name, name, "文章", suffix=".xlsx"))


def _saved_articles(visit: Visit, unit_id: str, quarter: str, articles: str) -> Any:
    """The unit, the period's name, and its articles, the newest `MOST_SAVED`."""
    found = _seen_unit(visit, unit_id)
    chosen = chosen_quarter(quarter, visit.today)
    since, until = _period(chosen, articles)
    with reading(visit.hall.engine) as connection:
        rows, _ = unit_articles(
            connection, visit.site.id, found.id, since=since, until=until, most=MOST_SAVED
        )
    return found, "全部" if articles == ALL else chosen.name, rows

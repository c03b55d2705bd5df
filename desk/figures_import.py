"""`lanmu import figures`: the office's spreadsheets, read by their forms, kept whole or not at all."""

import hashlib
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from checks.model import BadInput, Site, plain
from desk.options import Db, Json, SiteFile, Today, database, print_json

if TYPE_CHECKING:
    from checks.figure import Row
    from checks.form import Form
    from reports.figures import FormFigures
    from store.figures import Imported
    from store.spreadsheet import Sheet


def import_figures(
    site: SiteFile,
    kind: Annotated[str, Parameter(help="表样的id，见 lanmu import kinds;必填")],
    file: Annotated[Path, Parameter(help="表格文件(.xlsx .xls .csv);必填")],
    /,
    *,
    quarter: Annotated[str, Parameter(help="哪个季度的，如 2025Q3;按季度的表必填")] = "",
    sheet: Annotated[str, Parameter(help="只读这张工作表;有几张都像时必填")] = "",
    add: Annotated[bool, Parameter(help="补充：别的文件导入过的行保留", negative=())] = False,
    replace: Annotated[
        bool, Parameter(help="替换：别的文件导入过而这里没有的行作撤回", negative=())
    ] = False,
    today: Today = None,
    db: Db = None,
    json: Json = False,
) -> int:
    """导入表格中的数据，算出数字。有一行不对就整个不导入，并指出是哪一张表、哪一行、哪一列。

    用法: lanmu import figures 站点.yaml 表样id 文件.xlsx --quarter 2025Q3 [选项]
    """
    from checks.site import load_site
    from crawler import clock
    from reports.figures import quarter_figures
    from store.database import open_database, reading, written
    from store.figures import save_figures

    if add and replace:
        raise BadInput("import figures: --add 与 --replace 只能写一个")
    loaded = load_site(site)
    forms = site_forms(loaded)
    form = _form(forms, kind)
    when = _quarter(form, quarter)
    holidays = site_holidays(loaded)
    rows, columns = read_file(form, file, loaded, sheet)
    others = "keep" if add else "withdraw" if replace else "ask"
    engine = open_database(database(db))
    try:
        now, source = clock.now(), _source(file)
        done = written(
            engine,
            lambda connection: save_figures(
                connection, loaded.id, form.id, when, rows, source, now=now, others=others
            ),
        )
        with reading(engine) as connection:
            counted = quarter_figures(
                connection, loaded, forms, when, today or clock.today(loaded), holidays
            )
    finally:
        engine.dispose()
    if json:
        print_json(_json(form, when, done, columns, counted))
    else:
        _tell(form, when, done, columns, counted)
    return 0


def kinds(site: Annotated[Path | None, Parameter(help="站点文件(YAML)")] = None, /) -> int:
    """能导入哪些表格：每种表样的id、名称和列名（*为必填）。

    用法: lanmu import kinds [站点.yaml]
    """
    from checks.form import load_forms
    from checks.site import load_site

    for form in (site_forms(load_site(site)) if site else load_forms()).values():
        headings = "、".join(f"{one.name}{'*' if one.required else ''}" for one in form.fields)
        print(f"{form.id}  {form.title}\n    {headings}")
    return 0


def site_forms(site: Site) -> "Mapping[str, Form]":
    """The shipped forms and the office's own. Raises BadInput."""
    from checks.form import load_forms

    return load_forms([Path(one) for one in site.forms])


def site_holidays(site: Site) -> Any:
    """The region's own holidays, of the file the site file names. Raises BadInput."""
    from checks.calendar import NATIONAL, load_holidays

    return load_holidays(Path(site.holidays)) if site.holidays else NATIONAL


@dataclass(frozen=True, slots=True)
class Columns:
    """`ignored` are headings of the file that no field goes by, `absent` fields that the file has no column of."""

    ignored: tuple[str, ...]
    absent: tuple[str, ...]


def read_file(
    form: "Form", file: Path, site: Site, sheet: str = ""
) -> "tuple[tuple[Row, ...], Columns]":
    """The rows of a form in a file, and what of its columns was not used or not there.

    Raises:
        BadInput: it cannot be read, no sheet or several fit, or rows are wrong: every fault, a line each.
    """
    from checks.form_cells import Units
    from checks.form_rows import find_heading, read_rows
    from store.spreadsheet import read_spreadsheet

    sheets = read_spreadsheet(file)
    if sheet and sheet not in [one.name for one in sheets]:
        names = "、".join(f"“{one.name}”" for one in sheets)
        raise BadInput(f"{file}: 没有工作表“{sheet}”；应为{names or '（文件是空的）'}之一")
    chosen = [one for one in sheets if sheet in ("", one.name)]
    if not chosen:
        raise BadInput(f"{file}: 表格是空的；应有表头和数据")
    looked = [(one, *find_heading(form, one.top(10))) for one in chosen]
    fitting = [(one, heading) for one, heading, _ in looked if heading]
    if not fitting:
        raise BadInput(*(f"{_place(file, one)}: {why}" for one, _, why in looked))
    if len(fitting) > 1:
        names = "、".join(f"“{one.name}”" for one, _ in fitting)
        raise BadInput(f"{file}: 工作表{names}都像这种表；用 --sheet 指明一张")
    found, heading = fitting[0]
    filled_down = [one.id for one in form.fields if one.type in ("text", "unit", "choice")]
    reading = read_rows(
        form, found.under(heading.line, heading.columns, filled_down), Units.of(site.units),
        _place(file, found), fractions=found.fractions,
    )  # fmt: skip
    if reading.faults:
        raise BadInput(*reading.faults)
    if not reading.rows:
        raise BadInput(f"{_place(file, found)}: 表头下面没有数据；应至少有一行")
    absent = tuple(one.name for one in form.fields if one.id not in heading.columns)
    return reading.rows, Columns(heading.ignored, absent)


def _place(file: Path, sheet: "Sheet") -> str:
    return f"{file.name} 工作表“{sheet.name}”" if sheet.name else f"{file.name} "


def _source(file: Path) -> Any:
    from store.figures import Source

    return Source(file.name, hashlib.sha256(file.read_bytes()).hexdigest())


def _form(forms: "Mapping[str, Form]", kind: str) -> "Form":
    wanted = plain(kind)
    for form in forms.values():
        if wanted in (form.id, plain(form.title)):
            return form
    raise BadInput(f"import figures: 没有“{kind}”这种表样；应为{'、'.join(forms)}之一")


def _quarter(form: "Form", quarter: str) -> str:
    said = quarter.upper()
    if not form.quarterly:
        if said:
            raise BadInput(f"import figures: {form.id}不分季度；不应写 --quarter")
        return ""
    if not re.fullmatch(r"20\d\dQ[1-4]", said):
        raise BadInput(f"import figures: 季度写的是“{quarter}”；应如 --quarter 2025Q3")
    return said


def _tell(
    form: "Form",
    quarter: str,
    done: "Imported",
    columns: Columns,
    counted: "tuple[FormFigures, ...]",
) -> None:
    from desk.show import safe

    changes = (("新增", done.added), ("修改", done.changed), ("恢复", done.returned),
               ("撤回", done.withdrawn), ("未变", done.same))  # fmt: skip
    said = "，".join(f"{what}{n}行" for what, n in changes if n)
    print(f"{form.title} {quarter}：{said}", file=sys.stderr)
    if columns.ignored:
        print(f"没有导入的列：{safe('、'.join(columns.ignored))}", file=sys.stderr)
    if columns.absent:
        print(f"表中没有这些列，按没有填写算：{safe('、'.join(columns.absent))}", file=sys.stderr)
    for one in _about(form, counted):
        for figure in one.figures:
            print(safe(figure.words))
        for unread in one.unchecked:
            print(safe(f"未能计算：{unread.what}：{unread.why.removeprefix('未能计算：')}"))


def _about(form: "Form", counted: "tuple[FormFigures, ...]") -> "list[FormFigures]":
    """What this import bears on: its own form, and the comparison where it is one of the two tables."""
    also = {"service-findings"} if form.id.startswith("service-items-") else set()
    return [one for one in counted if one.form.id in {form.id, *also}]


def _json(
    form: "Form",
    quarter: str,
    done: "Imported",
    columns: Columns,
    counted: "tuple[FormFigures, ...]",
) -> dict[str, Any]:
    from store.figure_tables import query_sql

    about = _about(form, counted)
    return {
        "kind": form.id,
        "quarter": quarter,
        "added": done.added,
        "changed": done.changed,
        "returned": done.returned,
        "withdrawn": done.withdrawn,
        "same": done.same,
        "ignored": list(columns.ignored),
        "absent": list(columns.absent),
        "figures": [
            {
                "id": one.id,
                "value": list(one.value) if isinstance(one.value, tuple) else float(one.value),
                "words": one.words,
                "query": query_sql(one.query),
                "rows": list(one.rows),
            }
            for each in about
            for one in each.figures
        ],
        "unchecked": [
            {"what": one.what, "why": one.why} for each in about for one in each.unchecked
        ],
    }

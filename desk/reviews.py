"""`lanmu reviews list`, `show`, `receipt`: drafts on their way through 三审三校, and what became of them."""

from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from checks.model import BadInput, Site
from desk.ledger import opened
from desk.options import Db, Json, SiteFile, Today, print_json

Number = Annotated[int, Parameter(help="稿件号;必填")]
LEFT = ("稿件号", "状态", "单位", "标题", "起草", "最近变动", "发布网址")
#: Characters of a cell; drafts listed without --all.
SHOWN, MOST = 40, 200


def list_(
    site: SiteFile,
    /,
    *,
    state: Annotated[
        tuple[str, ...],
        Parameter(help="只列这种状态，可重复，如 待初审、已签发", negative=()),
    ] = (),
    unit: Annotated[str, Parameter(help="只列这个单位（单位id）")] = "",
    all: Annotated[bool, Parameter(help=f"全部列出;不写则列最新{MOST}篇", negative=())] = False,
    json: Json = False,
    db: Db = None,
) -> int:
    """稿件一览：每篇稿件审到哪一步、何人起草、是否发布。

    用法: lanmu reviews list 站点.yaml [选项]
    """
    from desk.show import console
    from reports.reviews import drafts_json
    from store.database import reading
    from store.review_rows import draft_rows

    wanted = [_state(one) for one in state]
    with opened(site, db) as desk:
        if unit and unit not in {one.id for one in desk.site.units}:
            known = "、".join(one.id for one in desk.site.units)
            raise BadInput(f"没有id为“{unit}”的单位；现有：{known}")
        with reading(desk.engine) as connection:
            most = None if all else MOST + 1
            rows = draft_rows(connection, desk.site.id, unit=unit, states=wanted, most=most)
    more = len(rows) > MOST and not all
    rows = rows[:MOST] if more else rows
    if json:
        print_json(drafts_json(desk.site, rows))
        return 0
    console().print(_table(desk.site, rows))
    if more:
        console().print(f"只列出最新{MOST}篇；全部列出用 --all", markup=False, highlight=False)
    return 0


def _state(written: str) -> str:
    """A state by its code or by what it is called. Raises BadInput: there is none."""
    from store.review_states import LABELS

    code = {label: code for code, label in LABELS.items()}.get(written, written)
    if code not in LABELS:
        raise BadInput(f"没有这种状态：{written}；应为 {'、'.join(LABELS.values())}")
    return code


def _table(site: Site, rows: Any) -> Any:
    from rich.table import Table
    from rich.text import Text

    from desk.show import safe
    from reports.ledger_table import local, unit_name
    from store.review_states import ENDED, LABELS

    table = Table(title=f"{site.name} 稿件（{len(rows)}篇）", title_justify="left")
    for heading in LEFT:
        table.add_column(heading, justify="right" if heading == "稿件号" else "left")
    for row in rows:
        said = (
            unit_name(site, row.unit), row.title, row.author, local(site, row.changed), row.published_at,
        )  # fmt: skip
        style = "dim" if row.state in ENDED else ""
        texts = [Text(safe(one)[:SHOWN]) for one in said]
        table.add_row(str(row.id), Text(LABELS[row.state], style), *texts)
    return table


def show(
    site: SiteFile, number: Number, /, *, json: Json = False, db: Db = None, today: Today = None
) -> int:
    """一篇稿件的全部：各次审核、全部经过，发布的文字与签发稿有何不同。

    用法: lanmu reviews show 站点.yaml 稿件号 [选项]
    """
    from desk.show import console
    from reports.reviews import draft_json, published_of
    from store.database import reading
    from store.review_rows import draft_events, draft_of, draft_steps

    with opened(site, db, today) as desk, reading(desk.engine) as connection:
        row = draft_of(connection, desk.site.id, number)
        steps, events = draft_steps(connection, number), draft_events(connection, number)
        published = published_of(connection, desk.site, row)
    if json:
        print_json(draft_json(row, steps, events, published))
    else:
        _show(console(), desk, row, steps, events, published)
    return 0


def _show(screen: Any, desk: Any, row: Any, steps: Any, events: Any, published: Any) -> None:
    from reports.ledger_table import local, unit_name
    from reports.reviews import event_lines, remaining
    from store.review_states import LABELS, STEP_LABELS, VERDICT_LABELS

    site = desk.site
    names = {column.id: column.name for column in site.columns}
    _line(screen, "稿件", f"{row.id}  {LABELS[row.state]}  第{row.texts}稿")
    _line(screen, "标题", row.title)
    _line(screen, "单位", unit_name(site, row.unit))
    _line(screen, "栏目", names.get(row.column, row.column) or "未定")
    _line(screen, "起草", f"{row.author}，{local(site, row.opened)}")
    _line(screen, "稿件校验值", row.text_hash)
    if said := remaining(site, row, desk.day):
        _line(screen, "文本", said)
    screen.print("审核：" if steps else "审核：还没有")
    for one in steps:
        done = f"第{one.text}稿  {STEP_LABELS[one.step]}{VERDICT_LABELS[one.verdict]}  {one.by}  {local(site, one.at)}"
        _line(screen, "  " + done, one.remark or "（未写意见）")
        for error in one.overruled:
            _line(
                screen, "    推翻严重错误", f"“{error.text}” {error.message}；理由：{error.reason}"
            )
    screen.print("经过：")
    for line in event_lines(site, events):
        _plain(screen, f"  {line}")
    for one in published:
        _published(screen, site, one)
    if not published and row.released:
        _line(screen, "发布", "巡查还没有在网站上见到")


def _published(screen: Any, site: Site, one: Any) -> None:
    from desk.show import safe
    from reports.ledger_table import local
    from reports.versions import shown

    _line(screen, "发布", f"{one.url}  {one.label}（{local(site, one.seen)}比对）")
    if not one.changes:
        return
    _plain(screen, f"现有{len(one.changes)}处不一致：")
    for change in one.changes:
        _plain(screen, f"  {change}")
    _plain(screen, "签发稿 → 网页（连同空白、署名等不计的改动）：")
    screen.print(shown([(kind, safe(text)) for kind, text in one.marks]))


def receipt(
    site: SiteFile,
    number: Number,
    /,
    *,
    out: Annotated[Path, Parameter(help="写到这个Word文件(.docx);必填")],
    templates: Annotated[Path | None, Parameter(help="办公室自己的Word模板放在这个文件夹")] = None,
    db: Db = None,
) -> int:
    """审校签发单：一篇已签发稿件的审核人、时间、意见和校验值，写成Word。

    用法: lanmu reviews receipt 站点.yaml 稿件号 --out 文件.docx [选项]
    """
    import hashlib

    from reports.receipt import receipt_docx, receipt_of
    from reports.steady import put
    from store.database import reading

    with opened(site, db) as desk:
        with reading(desk.engine) as connection:
            told = receipt_of(connection, desk.site, number)
        raw = receipt_docx(desk.site, told, templates)
    put(out, raw)
    print(f"已写入 {out}（SHA-256 {hashlib.sha256(raw).hexdigest()}）")
    return 0


def _line(screen: Any, name: str, said: str) -> None:
    _plain(screen, f"{name}：{said}")


def _plain(screen: Any, said: str) -> None:
    from rich.text import Text

    from desk.show import safe

    screen.print(Text(safe(said)))

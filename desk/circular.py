"""`lanmu circular`: the quarter's circular, from an evidence pack frozen now or handed in."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from checks.model import BadInput
from desk.figures_import import site_forms, site_holidays
from desk.options import Db, SiteFile, Today, database

if TYPE_CHECKING:
    from reports.circular.made import Circular
    from reports.wording import CalendarQuarter
    from store.pack_reading import Pack

MOST_TOLD = 20


def circular(
    site: SiteFile,
    /,
    *,
    quarter: Annotated[str, Parameter(help="哪个季度的，如 2025Q3;必填")],
    freeze: Annotated[
        Path | None, Parameter(help="证据包写到哪个文件（.db）;默认在通报旁边，如 jinghe-2025Q3.db")
    ] = None,
    pack: Annotated[Path | None, Parameter(help="不读数据库，只据这个已有的证据包重新生成")] = None,
    out: Annotated[Path | None, Parameter(help="通报写到哪个文件（.docx）")] = None,
    template: Annotated[Path | None, Parameter(help="本单位自己的Word模板（.docx）")] = None,
    annex: Annotated[
        bool, Parameter(help="通报末页附数字依据和未能检查的内容", negative=())
    ] = False,
    force: Annotated[
        bool, Parameter(help="通报文字中检查出问题也写出，问题列在依据表里", negative=())
    ] = False,
    today: Today = None,
    db: Db = None,
) -> int:
    """季度通报：把一个季度冻结成证据包，据以写出Word通报和通报依据表；每个数字都有查询和依据。

    用法: lanmu circular 站点.yaml --quarter 2025Q3 [--freeze 证据包.db] [选项]
    """
    from reports.wording import CalendarQuarter
    from store.pack_reading import open_pack

    wanted = CalendarQuarter.named(quarter)
    if pack and freeze:
        raise BadInput("circular: --freeze 与 --pack 只能写一个；--pack 是已有的证据包")
    name = f"{site.stem if pack else _loaded(site).id}-{wanted}"
    where = out or Path(f"{name}-通报.docx")
    if where.suffix.lower() != ".docx":
        raise BadInput(f"circular: --out {where} 不是.docx文件名；应如 通报.docx")
    used = pack or freeze or where.with_name(f"{name}.db")
    if not pack:
        _freeze(site, wanted, used, today, database(db), template)
    with open_pack(used) as opened:
        if opened.meta["quarter"] != str(wanted):
            raise BadInput(f"{used}: 证据包是{opened.meta['quarter']}的，不是{wanted}的")
        done = _write(opened, where, template, annex=annex, force=force)
    _tell(done, used)
    return 0


def _loaded(site: Path) -> Any:
    from checks.site import load_site

    return load_site(site)


def _freeze(
    file: Path, quarter: "CalendarQuarter", path: Path, today: Any, db: str, template: Path | None
) -> None:
    from crawler import clock
    from reports.circular.freezing import freeze_quarter
    from store.database import open_database, reading

    site = _loaded(file)
    office = sources(file, site, template)
    engine = open_database(db)
    try:
        with reading(engine) as connection:
            day = today or clock.today(site)
            freeze_quarter(connection, office, quarter, day, version("lanmu"), path)
    finally:
        engine.dispose()


def sources(file: Path, site: Any, template: Path | None = None) -> Any:
    """What the office keeps in files for a circular: see reports/circular/freezing.py. Raises BadInput."""
    from checks.wordlist import load_wordlists, shipped
    from reports.circular.freezing import Sources
    from reports.circular.words import load_words
    from store.pack import Kept

    words = Path(site.circular) if site.circular else None
    files = [one for one in (file, words) if one]
    own = [one for folder in site.lists for one in load_wordlists(Path(folder))]
    return Sources(
        site=site,
        files=tuple(Kept(one.name, _bytes(one)) for one in files),
        words=load_words(words),
        template=template_bytes(template),
        forms=site_forms(site),
        wordlists=(*shipped(), *own),
        holidays=site_holidays(site),
    )


def template_bytes(path: Path | None = None) -> bytes:
    """The template at `path`, None for the one that is shipped. Raises BadInput."""
    from reports.templates.circular import FILE

    return _bytes(path or FILE)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path}: 无法读取（{error.strerror}）") from None


@dataclass(frozen=True, slots=True)
class _Done:
    """Where the circular and its evidence are, and what became of it."""

    made: "Circular"
    document: Path
    annex: Path
    hints: Sequence[str]


def _write(pack: "Pack", where: Path, template: Path | None, *, annex: bool, force: bool) -> _Done:
    """Checks first: nothing is written where the text has faults, unless `force`."""
    from reports.circular.annex import annex as annexed
    from reports.circular.checked import faults_in, told
    from reports.circular.document import document
    from reports.circular.freezing import TEMPLATE
    from reports.circular.made import circular_of
    from reports.steady import put

    made = circular_of(pack)
    hints = [told(made, one) for one in faults_in(made, pack)]
    if hints and not force:
        raise BadInput(
            *hints,
            "通报没有写出：请改正以上文字或数据后再生成，或加 --force 写出并把问题列入依据表",
        )
    filled = _bytes(template) if template else pack.file(TEMPLATE) or template_bytes()
    raw = document(made, filled, annex=annex, hints=hints)
    beside = where.with_name(f"{where.stem}-通报依据.xlsx")
    put(beside, annexed(made, pack, hints))
    put(where, raw)
    return _Done(made, where, beside, hints)


def _tell(done: _Done, pack: Path) -> None:
    from desk.show import safe

    unchecked = done.made.unchecked
    print(f"通报：{done.document}")
    print(f"通报依据：{done.annex}（{len(done.made.told)}个数字）")
    print(f"证据包：{pack}")
    for one in done.hints:
        print(f"检查提示：{safe(one)}")
    print(
        f"未能检查：{len(unchecked)}项"
        + ("，全部见通报依据表" if len(unchecked) > MOST_TOLD else "")
    )
    for each in unchecked[:MOST_TOLD]:
        print(f"  {safe(each.what)}：{safe(each.why)}")

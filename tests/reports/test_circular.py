"""The circular says what the real one of the quarter says, number for number, and nothing that nobody knows."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from docx import Document
from python_calamine import CalamineWorkbook

from desk.cli import main
from reports.circular.document import document
from reports.circular.facts import prints
from reports.circular.made import Circular, circular_of
from reports.templates.circular import FILE, template
from store.pack_reading import Pack, open_pack
from tests.quarter import Office, office_with_the_quarter, rows
from tests.spreadsheets import TODAY

SAMPLE_TEXT = Path(__file__).parents[3] / "shared" / "circular-2025Q3.txt"
TOWNSHIPS = "（各乡镇场、县农业农村局）"
LAW_UNITS = (
    "县水利局、县教育局、县住建局、县卫健委、县公安局、县财政局、县审计局、县林草局、县应急管理局、县医疗保障局、"
    "县商工局、县市场监督管理局、县交通运输局"
)
#: Each fact of the real circular, in the sentence that states it.
STATED = (
    "精河工业园区管委会，各乡镇人民政府、场管委，县人民政府各部门：",
    "按照《中华人民共和国政府信息公开条例》《2025年自治区政务公开第三方评估指标》",
    "《关于进一步加强和规范政府信息公开工作的通知》（博州政办发〔2025〕35号）等要求，现将第三季度政务公开、数字化发展工作情况通报如下：",
    "县政府网站发布信息1318条，同步完成错敏词修改3处，开普云监测报告反馈的1处问题已全部整改。",
    "信息发布和采用情况较好的单位有：托托镇、阿合其农场、县财政局、县水利局、县发改委、县生态环境局、县农业农村局、县卫健委等。",
    "县民政局、县税务局、县气象局发布数量未达标。",
    f"乡村振兴栏目{TOWNSHIPS}未公开乡村振兴进度。",
    "优化营商环境栏目（精河工业园区管委会、县发改委、县商工局、县财政局、县税务局、县人社局）"
    "未公开促进民营经济发展相关政策举措、政策解读信息。",
    "“产品质量、市场规则标准和监管执法”（县市场监督管理局）",
    "涉农补贴（县农业农村局）",
    "安全生产（县应急管理局）",
    "养老服务（县民政局）",
    "社会救助（县民政局、县医疗保障局）",
    "稳岗就业（县人社局）",
    "栏目均存在信息公开不全问题。",
    f"行政执法栏目（{LAW_UNITS}）信息公开不全。",
    "2.政务新媒体运行情况。全县11个报备政务新媒体均按时更新，运行稳定，未出现内容错误或敏感信息问题。",
    "第三季度收到依申请公开事项3件（涉及精河镇、托里镇、八家户农场），其中2件已按期回复，1件延期答复。",
    "《关于开展数字技术和数据创新试点项目申报工作的通知》",
    "积极申报项目的单位有：精河工业园区、县民政局、县林草局、县农业农村局、县行政服务中心、县住建局。",
    "精河县20个部门中有9个部门上报49张表格，11个部门提供情况说明。",
    "一体化政务服务平台共检出质检错误事项280项，涉及13个部门。",
    "共性错误类型为事项要素缺失（占比42%）、材料清单不一致（35%）。",
    "第三季度全县共受理工单587件，其中：乡镇场工单274件（占比46.7%），县直部门工单313件（占比53.3%）。",
    "群众满意率100%。",
    "按时办结率97.8%，其中：住建局98.84%、卫健委92.86%、水利局97.06%。",
    "提交申报项目5个，涵盖商贸物流、智慧城市、智慧养老、政务服务等多个领域。",
    "完成电子政务外网升级改造项目验收",
    "一是信息审核机制存在漏洞。",
    "（如县人社局名称及术语错误、县生态环境局表述不规范等）。",
    "二是信息发布均衡性不足。",
    "“双随机、一公开”监管不规范。个别单位未公示抽查事项清单",
    "项目管理规范性欠缺。部分单位信息化项目申报缺乏前期充分论证",
    "建立“清单式”整改台账，10月20日前完成整改。",
    "未公示单位须于10月20日前完成抽查计划、细则、结果全流程公示",
    "整改报告于10月20日前经主要领导签字并加盖公章报送至县机关综合楼1号楼211、213室。",
)  # fmt: skip
HEADINGS = [
    "一、总体情况", "㈠政务公开工作情况", "1.政府网站信息发布情况。", "2.政务新媒体运行情况。",
    "3.依申请公开事项处理情况。", "㈡数字化发展工作情况", "1.申报数字技术和数据创新试点项目情况。",
    "2.自治州基层报表调查摸底工作情况。", "3.自治区一体化在线政务服务平台运用情况。", "4.“12345”便民服务热线开展情况。",
    "5.开展公共数据“跑起来”示范场景建设工作情况。", "6.网络安全开展情况。", "二、存在问题",
    "㈠政务公开工作质效有待提升", "一是信息审核机制存在漏洞。", "二是信息发布均衡性不足。", "三是信息公开不够全面。",
    "四是“双随机、一公开”监管不规范。", "㈡数字化发展基础仍需夯实", "一是数据治理体系不健全。",
    "二是热线工单办理不够及时。", "三是项目管理规范性欠缺。", "四是数字能力建设滞后。", "三、工作要求",
    "㈠筑牢信息审核防线，严守内容质量底线。", "㈡聚焦公开效能提升，推动政务服务提质。",
    "㈢深化数字治理改革，释放数据要素价值。", "㈣狠抓问题整改落实，确保工作落地见效。",
]  # fmt: skip


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return office_with_the_quarter(tmp_path_factory.mktemp("quarter"))


@pytest.fixture(scope="module")
def written(office: Office) -> Path:
    """The circular, written by the command."""
    out = office.folder / "通报.docx"
    assert run(office, "--out", str(out)) == 0
    return out


@pytest.fixture(scope="module")
def pack(written: Path) -> Iterator[Pack]:
    with open_pack(written.with_name("jinghe-2025Q3.db")) as opened:
        yield opened


@pytest.fixture(scope="module")
def made(pack: Pack) -> Circular:
    return circular_of(pack)


def run(office: Office, *more: str) -> int:
    common = ("--quarter", "2025Q3", "--today", TODAY.isoformat(), "--db", office.db)
    return main(["circular", str(office.site_file), *common, *more])


def text_of(path: Path) -> str:
    return "\n".join(paragraph.text for paragraph in Document(str(path)).paragraphs)


@pytest.mark.parametrize("fact", STATED)
def test_the_circular_states(written: Path, fact: str) -> None:
    assert fact in text_of(written)


def test_its_headings_are_numbered_as_the_real_ones(made: Circular) -> None:
    assert [one.heading for one in made.paragraphs if one.heading] == HEADINGS


def test_every_number_of_the_real_circular_is_in_it(written: Path) -> None:
    """Numbers with their unit; those of documents' titles and of days among them."""
    if not SAMPLE_TEXT.exists():
        real = "1318条 11个 3件 2件 1件 20个 9个 49张 11个 280项 13个 42% 35% 587件 274件 46.7% 313件 53.3%"
    else:
        real = SAMPLE_TEXT.read_text("utf-8")
    numbers = re.findall(r"\d+(?:\.\d+)?(?:条|个|件|张|项|%|号|月|日|年)", real)
    said = text_of(written)
    assert [one for one in numbers if one not in said] == []


@pytest.mark.parametrize("kind", ["docx", "txt"])
def test_the_whole_text_passes_the_check(
    written: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    file = written
    if kind == "txt":
        file = tmp_path / "通报.txt"
        file.write_text(text_of(written), "utf-8")
    assert main(["check", str(file)]) == 0
    assert "疑似" not in capsys.readouterr().out


def test_every_figures_query_prints_it_and_its_rows_are_there(pack: Pack, made: Circular) -> None:
    assert len(made.told) > 60
    for one in made.told:
        fact = one.fact
        assert prints(pack.answer, fact), fact.id
        assert fact.keys or not fact.number, fact.id
        key = {"articles": "url", "findings": "number", "columns": "id", "units": "id",
               "ranking": "unit", "figures": "id", "texts": "name"}.get(fact.table, "key")  # fmt: skip
        known = {str(row[key]) for row in pack.rows(fact.table)}
        assert set(fact.keys) <= known, fact.id


def test_a_wrong_value_is_not_what_the_query_prints(pack: Pack, made: Circular) -> None:
    facts = {one.fact.id: one.fact for one in made.told}
    published, share = facts["published"], facts["hotline-units.townships-share"]
    assert not prints(pack.answer, replace(published, value=1317))
    assert not prints(pack.answer, replace(share, value=Decimal("46.8")))
    assert not prints(pack.answer, replace(facts["below"], value=("县民政局",)))


def test_made_again_from_the_pack_it_is_the_same_to_the_byte(
    office: Office, written: Path, tmp_path: Path
) -> None:
    again = tmp_path / written.name
    frozen = written.with_name("jinghe-2025Q3.db")
    other = tmp_path / "elsewhere.yaml"  # neither the site file nor the database is needed
    assert main(["circular", str(other), "--quarter", "2025Q3", "--pack", str(frozen), "--out", str(again)]) == 0  # fmt: skip
    assert again.read_bytes() == written.read_bytes()
    beside = written.with_name("通报-通报依据.xlsx")
    assert again.with_name(beside.name).read_bytes() == beside.read_bytes()


def test_its_dates_are_the_quarters(written: Path) -> None:
    about = Document(str(written)).core_properties
    assert (str(about.created), str(about.modified)) == ("2025-09-30 00:00:00+00:00",) * 2
    with zipfile.ZipFile(written) as archive:
        assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_side_file_gives_every_figure_its_query_and_rows(
    written: Path, made: Circular, pack: Pack
) -> None:
    book = CalamineWorkbook.from_path(str(written.with_name("通报-通报依据.xlsx")))
    assert book.sheet_names == ["数字", "依据", "栏目", "未能检查", "说明"]
    figures = book.get_sheet_by_name("数字").to_python()
    assert len(figures) == len(made.told) + 1
    by_id = {row[3]: row for row in figures[1:]}
    assert by_id["published"][1:7] == [
        "1318",
        "第三季度，各乡镇（场）、县直各有关部门持续加强信息发布工作，县政府网站发布信息1318条，同步完成错敏词修改3处，开普云监测报告反馈的1处问题已全部整改。",
        "published",
        "SELECT COUNT(*) FROM articles",
        "articles",
        1318.0,
    ]
    evidence = book.get_sheet_by_name("依据").to_python()[1:]
    assert sum(row[1] == "articles" for row in evidence) == 1318
    request = next(row for row in evidence if row[1] == "requests" and "八家户农场" in str(row[3]))
    assert request[6] == "requests.xlsx 工作表“表”第6行"
    columns = book.get_sheet_by_name("栏目").to_python()
    assert [row[0] for row in columns if row[2] == "正常"] == ["依申请公开"]


def test_the_side_file_has_no_formula_and_no_link(written: Path) -> None:
    with zipfile.ZipFile(written.with_name("通报-通报依据.xlsx")) as archive:
        sheets = [archive.read(n).decode() for n in archive.namelist() if "worksheets/sheet" in n]
    assert sheets
    assert not any("<f>" in one or "<f " in one or "<hyperlink" in one for one in sheets)


def test_the_template_is_what_its_script_makes() -> None:
    assert template() == FILE.read_bytes()


def test_the_page_is_that_of_an_official_document(written: Path) -> None:
    made = Document(str(written))
    page = made.sections[0]
    lengths = (page.page_width, page.page_height, page.top_margin, page.left_margin)
    assert [round(one.mm) for one in lengths if one] == [210, 297, 37, 28]
    with zipfile.ZipFile(written) as archive:
        styles = archive.read("word/styles.xml").decode()
    for font in ("方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312"):
        assert f'w:eastAsia="{font}"' in styles + archive_text(written), font
    assert 'w:line="560"' in styles  # 28 pt


def archive_text(path: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        return archive.read("word/document.xml").decode()


def test_the_annex_and_what_was_not_checked_stand_on_a_page_of_their_own(made: Circular) -> None:
    raw = document(made, template(), annex=True, hints=["“布署”应为“部署”"])
    filled = Document(io.BytesIO(raw))
    (table,) = filled.tables
    assert [cell.text for cell in table.rows[0].cells] == ["序号", "文中的话", "其中的数字"]
    shown = "".join(row.cells[2].text for row in table.rows)
    unseen = [
        n
        for n, one in enumerate(made.told, 1)
        if f"〔{n}〕{one.fact.text}" not in shown and f"〔{n}〕办公室文字" not in shown
    ]
    assert [made.told[n - 1].fact.text for n in unseen] == [""] * len(unseen)
    assert "检查提示" in "\n".join(one.text for one in filled.paragraphs)
    assert Document(io.BytesIO(document(made, template()))).tables == []


def test_the_finding_and_its_events_are_in_the_pack_with_the_chains_head(
    office: Office, pack: Pack
) -> None:
    ((head,),) = rows(office, "SELECT hash FROM finding_events ORDER BY id DESC LIMIT 1")
    assert pack.meta["chain_head"] == head
    wrong = [row for row in pack.rows("findings") if row["wording"]]
    assert [(one["unit_name"], one["match"], one["label"]) for one in wrong] == [
        ("县生态环境局", "做到“两个确立”", "复查通过（销号）"),
        ("县人社局", "卫计委", "复查通过（销号）"),
        ("县人社局", "IPV6", "复查通过（销号）"),
    ]
    told = [row for row in pack.rows("finding_events") if row["number"] == wrong[0]["number"]]
    assert [row["after"] for row in told] == ["open", "confirmed", "closed"]
    assert all(len(row["hash"]) == 64 for row in told)

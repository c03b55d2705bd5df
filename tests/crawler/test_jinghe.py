"""The county of the circular: every unit and column it names is in the site file, in its words."""

import subprocess
import sys
from pathlib import Path

import pytest

from checks.site import load_site

FILE = Path(__file__).parents[2] / "crawler" / "sites" / "jinghe.yaml"
SITE = load_site(FILE)
CIRCULAR = Path(__file__).parents[3] / "shared" / "circular-2025Q3.txt"
UNITS = [
    "托托镇",
    "阿合其农场",
    "县财政局",
    "县水利局",
    "县发改委",
    "县生态环境局",
    "县农业农村局",
    "县卫健委",
    "县民政局",
    "县税务局",
    "县气象局",
    "县工业园区",
    "商工局",
    "财政局",
    "税务局",
    "人社局",
    "县市场监督管理局",
    "县应急管理局",
    "医疗保障局",
    "县人社局",
    "教育局",
    "住建局",
    "卫健委",
    "公安局",
    "审计局",
    "林草局",
    "应急管理局",
    "市监局",
    "交通运输局",
    "精河镇",
    "托里镇",
    "八家户农场",
    "精河工业园区",
    "县林草局",
    "县行政服务中心",
    "县住建局",
    "水利局",
]
COLUMNS = {
    "乡村振兴": ["精河镇人民政府", "托里镇人民政府", "托托镇人民政府", "八家户农场", "阿合其农场", "精河县农业农村局"],
    "优化营商环境": [
        "精河工业园区管理委员会", "精河县发展和改革委员会", "精河县商务和工业信息化局", "精河县财政局",
        "国家税务总局精河县税务局", "精河县人力资源和社会保障局",
    ],
    "产品质量、市场规则标准和监管执法": ["精河县市场监督管理局"],
    "涉农补贴": ["精河县农业农村局"],
    "安全生产": ["精河县应急管理局"],
    "养老服务": ["精河县民政局"],
    "社会救助": ["精河县民政局", "精河县医疗保障局"],
    "稳岗就业": ["精河县人力资源和社会保障局"],
    "行政执法": [
        "精河县水利局", "精河县教育局", "精河县住房和城乡建设局", "精河县卫生健康委员会", "精河县公安局", "精河县财政局",
        "精河县审计局", "精河县林业和草原局", "精河县应急管理局", "精河县医疗保障局", "精河县商务和工业信息化局",
        "精河县市场监督管理局", "精河县交通运输局",
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", UNITS)
def test_every_unit_of_the_circular_is_known(name: str) -> None:
    assert [u.id for u in SITE.units if name in (u.name, *u.aliases)] != []


@pytest.mark.parametrize("name", COLUMNS)
def test_every_column_has_the_circulars_units_and_says_what_it_must_contain(name: str) -> None:
    (column,) = [one for one in SITE.columns if one.name == name]
    assert [SITE.unit(id).name for id in column.units] == COLUMNS[name]
    assert column.expects and all(one.source for one in column.expects)


def test_the_names_are_the_circulars_own() -> None:
    if not CIRCULAR.exists():
        pytest.skip("../shared/circular-2025Q3.txt is absent")
    text = CIRCULAR.read_text("utf-8")
    assert [name for name in (*UNITS, *COLUMNS) if name not in text] == []


def test_a_night_on_it_says_in_one_line_what_is_to_be_filled_in(tmp_path: Path) -> None:
    assert SITE.placeholder
    done = subprocess.run(
        [sys.executable, "-m", "desk", "nightly", str(FILE)], capture_output=True, text=True,
        cwd=tmp_path, env={"PYTHONPATH": str(FILE.parents[2])},
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert (
        done.stderr
        == f"{FILE}: 网址与栏目路径待政务公开办公室填写（标有“待填写”处），填好后再运行\n"
    )

from pathlib import Path

import pytest

from checks.model import BadInput, Expectation
from checks.site import load_site

GOOD = """site: {id: jinghe, name: 某县人民政府网, home: "https://www.example.gov.cn/", delay: 1.5}
units:
  - {id: caizheng, name: 某县财政局, aliases: [县财政局], kind: department, quota: 30}
  - {id: jia, name: 甲镇人民政府, kind: township}
  - {id: yi, name: 乙镇人民政府, kind: township}
columns:
  - id: xczx
    name: 乡村振兴
    url: /xczx.htm
    kind: policy
    units: [caizheng, "kind:township"]
    family: vsb
    expects:
      - {item: 乡村振兴进度, any: [进度, 进展], each_unit: true, within_days: 92}
  - {id: jgzn, name: 机构职能, url: zwgk/jgzn.htm, kind: static}
  - {id: dt, name: 动态, url: "https://other.example.gov.cn/dt/", kind: news, max_age_days: 10}
"""


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "site.yaml"
    file.write_text(text, "utf-8")
    return file


def problems(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(BadInput) as caught:
        load_site(written(tmp_path, text))
    return [line.removeprefix(f"{tmp_path}/") for line in caught.value.lines]


def test_a_site_file_is_read_whole(tmp_path: Path) -> None:
    site = load_site(written(tmp_path, GOOD))
    assert (site.id, site.delay, site.placeholder) == ("jinghe", 1.5, False)
    assert site.hosts == {"www.example.gov.cn", "other.example.gov.cn"}
    xczx, jgzn, dt = site.columns
    assert (xczx.url, xczx.units, xczx.max_age) == (
        "https://www.example.gov.cn/xczx.htm", ("caizheng", "jia", "yi"), 183,
    )  # fmt: skip
    assert xczx.expects == (
        Expectation("乡村振兴进度", ("进度", "进展"), each_unit=True, within_days=92),
    )
    assert (jgzn.url, jgzn.max_age) == ("https://www.example.gov.cn/zwgk/jgzn.htm", None)
    assert dt.max_age == 10
    assert site.unit("caizheng").quota == 30


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("kind: policy", "kind: polcy", ["site.yaml:10: columns.1.kind: “polcy”不可用，应为 news, notice, policy, yearly, static 之一"]),
        ("    url: /xczx.htm\n", "", ["site.yaml:7: columns.1.url: 缺少这一项"]),
        ("url: /xczx.htm", "urls: /xczx.htm", ["site.yaml:7: columns.1.url: 缺少这一项", "site.yaml:9: columns.1.urls: 没有这个键，是不是“url”"]),
        ("quota: 30", "quota: 许多", ["site.yaml:3: units.1.quota: “许多”应为整数"]),
        ("id: jia", "id: caizheng", ["site.yaml:4: 单位id“caizheng”重复"]),
        ("name: 甲镇人民政府", "name: 县财政局", ["site.yaml:4: 名称“县财政局”与单位 caizheng 重复，应只属于一个单位"]),
        ("[caizheng, ", "[caizhen, ", ["site.yaml:11: 没有单位“caizhen”，是不是“caizheng”"]),
        ("kind:township", "kind:zone", ["site.yaml:11: 没有“kind:zone”这类单位，现有 department、township"]),
        ("family: vsb", "family: boda", ["site.yaml:12: columns.1.family: “boda”不可用，应为 vsb, ucap, trs, jcms, generic, auto 之一"]),
        ("https://www.example.gov.cn/", "www.example.gov.cn", None),
        ("delay: 1.5", "delay: 0.2", ["site.yaml:1: 0.2秒太短，访问间隔应不少于1秒（本机示范除外）"]),
        ("delay: 1.5", "delay: -1", ["site.yaml:1: site.delay: “-1”应不小于0"]),
        ("delay: 1.5", "timezone: Asia/Nowhere", ["site.yaml:1: 没有时区“Asia/Nowhere”，应如 Asia/Shanghai"]),
        ("within_days: 92", "within_days: 0", ["site.yaml:14: columns.1.expects.1.within_days: “0”应大于0"]),
        ("any: [进度, 进展]", "any: []", ["site.yaml:14: columns.1.expects.1.any: 不能为空，至少写一项"]),
        ("id: xczx", "id: 2025-10-01", ['site.yaml:7: columns.1.id: 应加引号写成文字，如 "2025"']),
        ("id: xczx", "id: XCZX", ["site.yaml:7: columns.1.id: “XCZX”应为小写字母、数字和连字符，如 xczx"]),
        ("columns:", "lists: [私有词表]\ncolumns:", ["site.yaml:6: 找不到词表文件夹“私有词表”（相对于站点文件所在文件夹）"]),
        ("    kind: policy", "\tkind: policy", ["site.yaml:10: 缩进用了制表符(Tab)，应为空格"]),
        ("    kind: policy", "    name: 又一个", ["site.yaml:10: 键重复"]),
        ("units: [caizheng", "units: [caizheng: [", None),
    ],
)  # fmt: skip
def test_an_error_names_file_line_and_remedy(
    tmp_path: Path, old: str, new: str, said: list[str] | None
) -> None:
    assert old in GOOD
    lines = problems(tmp_path, GOOD.replace(old, new, 1))
    if said is None:
        assert lines and all(line.startswith("site.yaml:") for line in lines)
    else:
        assert lines == said


def test_all_errors_come_at_once(tmp_path: Path) -> None:
    text = (
        GOOD.replace("kind: policy", "kind: x")
        .replace("quota: 30", "quota: y")
        .replace("item: ", "itm: ")
    )
    assert len(problems(tmp_path, text)) == 4


@pytest.mark.parametrize("text", ["", "- 1\n", "site\n"])
def test_what_is_no_site_file(tmp_path: Path, text: str) -> None:
    assert problems(tmp_path, text)[0].startswith("site.yaml:1: 应为 site、units、columns")


def test_a_missing_and_a_misencoded_file(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="找不到站点文件"):
        load_site(tmp_path / "no.yaml")
    file = tmp_path / "gbk.yaml"
    file.write_bytes(GOOD.encode("gb18030"))
    with pytest.raises(BadInput, match=r"gbk.yaml:1: 不是UTF-8编码"):
        load_site(file)


def test_an_address_to_be_filled_in_loads_and_says_so(tmp_path: Path) -> None:
    text = GOOD.replace("https://www.example.gov.cn/", "待填写")
    assert load_site(written(tmp_path, text)).placeholder


def test_a_demo_on_loopback_may_be_quick(tmp_path: Path) -> None:
    text = GOOD.replace("https://www.example.gov.cn/", "http://127.0.0.1:8000/").replace(
        "delay: 1.5", "delay: 0"
    )
    assert load_site(written(tmp_path, text)).delay == 0

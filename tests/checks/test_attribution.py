import pytest

from checks.attribution import Attribution
from checks.model import Column, Site, Unit

SITE = Site(
    "s", "精河县人民政府网", "http://a.cn/", office="精河县政务公开办公室",
    units=(
        Unit("caizheng", "精河县财政局", ("县财政局", "财政局")),
        Unit("weijian", "精河县卫生健康委员会", ("县卫健委", "卫健委")),
        Unit("tuoli", "托里镇人民政府", ("托里镇",), "township"),
        Unit("shuiwu", "国家税务总局精河县税务局", ("县税务局", "税务局")),
        Unit("nongye", "精河县农业农村局", ("县农业农村局", "农业农村局")),
    ),
    reprints=("精河零距离",),
)  # fmt: skip
ATTRIBUTION = Attribution(SITE)


@pytest.mark.parametrize(
    ("source", "unit"),
    [
        ("县财政局", "caizheng"),
        ("精河县财政局", "caizheng"),
        ("来源：财政局", "caizheng"),
        ("县 卫 健 委", "weijian"),
        ("精河县卫生健康委员会办公室", "weijian"),
        ("托里镇", "tuoli"),
        ("国家税务总局精河县税务局", "shuiwu"),
        ("县财政局 县农业农村局", "caizheng"),
    ],
)
def test_a_source_names_its_unit(source: str, unit: str) -> None:
    told = ATTRIBUTION.of(source)
    assert (told.unit, told.reprinted, told.rung) == (unit, False, "source")


@pytest.mark.parametrize(
    "source",
    [
        "新华社",
        "人民日报",
        "中国政府网",
        "自治区人民政府网",
        "博州财政局",
        "自治区财政局",
        "乌鲁木齐市财政局",
        "国家发展改革委",
        "精河零距离",
    ],
)
def test_higher_authorities_and_media_are_nobodys_of_the_county(source: str) -> None:
    assert ATTRIBUTION.of(source).unit == ""


@pytest.mark.parametrize(
    "source", ["新华社", "人民日报", "自治区财政厅", "博州财政局", "精河零距离"]
)
def test_reprints_are_counted_apart(source: str) -> None:
    assert ATTRIBUTION.of(source).reprinted


def test_joint_publication_counts_once_for_the_first_and_names_the_others() -> None:
    told = ATTRIBUTION.of("县财政局、县农业农村局")
    assert (told.unit, told.joint) == ("caizheng", ("nongye",))


def test_nobody_is_guessed() -> None:
    told = ATTRIBUTION.of("某某编辑部", columns=[Column("a", "甲", "u", units=("caizheng",))])
    assert (told.unit, told.reprinted) == ("", False)


@pytest.mark.parametrize("source", ["", "精河县人民政府网", "精河县政务公开办公室"])
def test_without_a_source_the_columns_one_unit_answers(source: str) -> None:
    one = Column("a", "甲", "u", units=("caizheng",))
    two = Column("b", "乙", "u", units=("caizheng", "nongye"))
    assert ATTRIBUTION.of(source, columns=[one]).unit == "caizheng"
    assert ATTRIBUTION.of(source, columns=[two]).unit == ""
    assert ATTRIBUTION.of(source).unit == ""


def test_the_county_next_door_is_not_ours() -> None:
    assert ATTRIBUTION.of("托里县人民政府").unit == ""

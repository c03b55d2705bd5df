"""A quarter that was crawled, confirmed and told: from the demo county's pages to the circular's sentences."""

from datetime import UTC, date, datetime

import pytest
from docx import Document

from desk.cli import main
from store.database import open_database, writing
from store.ledger import ledger_rows, move
from tests.county import crawled_county

TODAY = date(2025, 10, 9)
FOUND = datetime(2025, 9, 29, 20, tzinfo=UTC)
AT = datetime(2025, 10, 9, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The paragraphs of the circular once the office has confirmed all that is no mere suspicion."""
    folder = tmp_path_factory.mktemp("crawled")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("crawler.clock.now", lambda: FOUND)
        with crawled_county(folder) as county:
            pass
    engine = open_database(county.db)
    with writing(engine) as connection:
        rows = ledger_rows(connection, county.site, TODAY)
        sure = [row.id for row in rows if row.finding.severity > 1]
        assert move(connection, county.site, sure, "confirmed", who="李四", why="", at=AT) == sure
    engine.dispose()
    out = folder / "t.docx"
    options = ("--quarter", "2025Q3", "--today", str(TODAY), "--db", county.db)
    assert main(["circular", str(county.file), *options, "--out", str(out)]) == 0
    return [one.text for one in Document(str(out)).paragraphs]


def test_what_was_crawled_stands_in_the_circular(told: list[str]) -> None:
    heading = told.index("二、存在问题")
    assert told[heading - 1] == (
        "1.政府网站信息发布情况。第三季度，各乡镇（场）、县直各有关部门持续加强信息发布工作，县政府网站发布信息108条。"
        "信息发布情况较好的单位有：清河镇、县农业农村局、县财政局、县水利局、县政府办、县人社局等。"
        "财政预决算、行政执法（县卫健委）、乡村振兴（双桥乡）栏目均存在信息公开不全问题。政策解读栏目更新不及时。"
        "养老服务栏目（县民政局）没有内容。"
        "另有3个栏目（网上调查、数据开放、内部资料目录）未能检查，不作评价。"
        "县民政局、红星农场的发布数量因责任栏目或网页未能检查，不作评价。"
    )
    assert told[heading + 1 : heading + 4] == [
        "㈠政务公开工作质效有待提升",
        "一是信息审核机制存在漏洞。部分单位对“三审三校”制度执行不到位，第三季度确认错敏信息7处，涉及4个单位"
        "（如县人社局名称错误及错别字、县水利局错别字等）。",
        "二是信息公开不够全面。3个栏目信息公开不全，反映出主动公开意识不强。",
    ]

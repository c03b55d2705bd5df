"""审校签发单: who read what and said what, the hashes; the same bytes each time, on pages that print."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from checks.model import BadInput
from reports.receipt import receipt_docx, receipt_of
from reports.templates import receipt as template
from store.chain import is_in_chain
from store.database import Engine, open_database, reading, writing
from store.review_keeping import forget_old
from store.reviews import note_address, pass_on, release, submit
from tests.office import pdf_pages
from tests.people import people
from tests.store.test_reviews import FAULTY, SITE, article, do, opened


@pytest.fixture
def engine(tmp_path: Path) -> Any:
    made = open_database(f"sqlite:///{tmp_path}/r.db")
    yield made
    made.dispose()


def overruled(engine: Engine, remark: str = "情况属实，同意。") -> int:
    author, a, b, c = people(engine, "王丽", "张三", "李四", "赵六")
    number = opened(engine, author)
    do(engine, submit, number, author, 1)
    do(engine, pass_on, number, a, 2, checked=FAULTY, remark=remark)
    do(engine, pass_on, number, b, 3, checked=FAULTY)
    do(engine, release, number, c, 4, checked=FAULTY, overruled={"mark": "文件原文如此"})
    with writing(engine) as connection:
        note_address(connection, SITE, number, author, "http://a.cn/1.htm", at=datetime.now(UTC))
    return number


def paper(engine: Engine, number: int) -> bytes:
    with reading(engine) as connection:
        return receipt_docx(SITE, receipt_of(connection, SITE, number))


def said(raw: bytes, tmp_path: Path) -> tuple[list[str], list[list[list[str]]]]:
    file = tmp_path / "r.docx"
    file.write_bytes(raw)
    document = Document(str(file))
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]  # fmt: skip
    return [one.text for one in document.paragraphs if one.text.strip()], tables


def test_a_receipt_says_all_of_it(engine: Engine, tmp_path: Path) -> None:
    number = overruled(engine)
    raw = paper(engine, number)
    with reading(engine) as connection:
        told = receipt_of(connection, SITE, number)
        assert is_in_chain(connection, "jinghe", told.event_hash)
    lines, tables = said(raw, tmp_path)
    assert lines == [
        "信息发布审校签发单",
        "精河县人民政府网",
        "一、三审情况",
        "二、终审推翻的严重错误",
        "三、校验",
        "校验值均为SHA-256。稿件校验值由签发的文本算出，文本改动一字即不相同；记录校验值可证明此前各步记录没有改动："
        "lanmu ledger verify-chain 站点文件 --anchor 记录校验值",
        "（发文单位待填写）　　",
        "2026年3月2日　　　　",
    ]
    assert tables == [
        [
            ["标题", "防汛会议"],
            ["稿件号", f"{number}（第1稿签发）"],
            ["单位", "精河县水利局"],
            ["栏目", "通知公告"],
            ["起草", "王丽，2026年3月2日09:00"],
            ["签发", "赵六，2026年3月2日13:00"],
            ["发布网址", "http://a.cn/1.htm"],
        ],
        [
            ["环节", "审核人", "时间", "意见"],
            ["初审", "张三", "2026年3月2日11:00", "情况属实，同意。"],
            ["复审", "李四", "2026年3月2日12:00", "（未写意见）"],
            ["终审", "赵六", "2026年3月2日13:00", "（未写意见）"],
        ],
        [["原文", "问题", "推翻的理由"], ["布署", "应为“部署”（typos）", "文件原文如此"]],
        [
            ["稿件校验值", article().text_hash],
            ["词表校验值", "L1"],
            ["记录校验值", told.event_hash],
        ],
    ]


def test_a_receipt_is_the_same_bytes_before_and_after_the_text_was_let_go(engine: Engine) -> None:
    number = overruled(engine)
    before = paper(engine, number)
    late = datetime(2027, 1, 1, tzinfo=UTC)
    with writing(engine) as connection:
        assert forget_old(connection, SITE, late.date(), at=late).texts == (number,)
    assert paper(engine, number) == before == paper(engine, number)


def test_what_people_wrote_stays_what_they_wrote(engine: Engine, tmp_path: Path) -> None:
    number = overruled(engine, "{{ site }} <w:p/> {_{ & “x”\x01\u202e")
    _, tables = said(paper(engine, number), tmp_path)
    assert tables[1][1][3] == "{{ site }} <w:p/> {_{ & “x”"


def test_a_draft_that_was_not_released_has_no_receipt(engine: Engine) -> None:
    (author,) = people(engine, "王丽")
    number = opened(engine, author)
    with reading(engine) as connection:
        with pytest.raises(BadInput, match=f"稿件{number}：现为“起草”，签发后才有签发单"):
            receipt_of(connection, SITE, number)
        with pytest.raises(BadInput, match="稿件99：没有这个稿件"):
            receipt_of(connection, SITE, 99)


def test_the_shipped_template_is_the_one_its_maker_makes() -> None:
    assert template.FILE.read_bytes() == template.template()


@pytest.mark.needs("soffice", "poppler-utils")
def test_a_receipt_prints_on_its_pages(engine: Engine, tmp_path: Path) -> None:
    number = overruled(engine, "同意。" * 60)
    file = tmp_path / "r.docx"
    file.write_bytes(paper(engine, number))
    pages = pdf_pages(file)
    assert len(pages) == 2
    assert re.sub(r"\s", "", pages[0]).startswith("信息发布审校签发单精河县人民政府网标题防汛会议")
    assert article().text_hash[:40] in "".join(pages)

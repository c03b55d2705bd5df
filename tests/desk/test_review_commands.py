"""`lanmu reviews` as the office runs it: the list, one draft with what differs, the receipt."""

import hashlib
import json
from datetime import date
from pathlib import Path

import pytest
from docx import Document

from checks.model import Article, Entry, Fetched, Part
from crawler.reviews import judge_reviews
from desk.cli import main
from store.articles import Judged, save_articles
from store.database import open_database, writing
from store.reviews import pass_on, release, send_back, submit
from tests.people import people
from tests.store.test_reviews import BODY, FAULTY, SITE, article, at, do, opened

SITE_FILE = """site: {id: jinghe, name: 精河县人民政府网, home: "http://a.cn/"}
units:
  - {id: shuili, name: 精河县水利局}
  - {id: caizheng, name: 精河县财政局}
columns:
  - {id: tzgg, name: 通知公告, url: /tzgg/}
reviews: {since: 2026-01-01, keep_days: 60}
"""
URL = "http://a.cn/1.htm"


class Office:
    """A released draft that was changed on the site, and one that is on its way."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self._capsys = folder, capsys
        self.db = f"sqlite:///{folder}/r.db"
        self.file = folder / "site.yaml"
        self.file.write_text(SITE_FILE, "utf-8")
        engine = open_database(self.db)
        author, a, b, c = people(engine, "王丽", "张三", "李四", "赵六")
        self.number = opened(engine, author)
        do(engine, submit, self.number, author, 1)
        do(engine, pass_on, self.number, a, 2, checked=FAULTY, remark="属实\x1b[31m")
        do(engine, pass_on, self.number, b, 3, checked=FAULTY)
        do(engine, release, self.number, c, 4, checked=FAULTY, overruled={"mark": "原文如此"})
        self.other = opened(engine, author, "另一篇，正文不长。", unit="caizheng")
        do(engine, submit, self.other, author, 1)
        do(engine, send_back, self.other, a, 2, remark="请补充数据")
        body = f"{BODY}\n来源：县水利局".replace("各单位", "各有关单位")
        parts = (Part("title", "", "防汛会议"), Part("body", "", body))
        page = Article(URL, parts, date(2026, 3, 3), "", "shuili")
        one = Judged(page, (Entry("tzgg", URL, "防汛会议"),), (), Fetched(at(20), 200, 9))
        with writing(engine) as connection:
            save_articles(
                connection, "jinghe", [one], now=at(20), day=date(2026, 3, 3), lists_hash="L1"
            )
        judge_reviews(engine, SITE, date(2026, 3, 3), lists_hash="L1", now=at(21))
        engine.dispose()

    def run(self, command: str, *more: str) -> tuple[int, str, str]:
        status = main(["reviews", command, str(self.file), *more, "--db", self.db])
        out, err = self._capsys.readouterr()
        return status, out, err


@pytest.fixture
def office(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Office:  # fmt: skip
    monkeypatch.setenv("COLUMNS", "200")
    return Office(tmp_path, capsys)


def test_the_list_says_where_every_draft_stands(office: Office) -> None:
    status, out, err = office.run("list", "--json")
    assert (status, err) == (0, "")
    told = json.loads(out)
    assert [(d["number"], d["label"], d["unit"], d["title"], d["author"], d["url"]) for d in told["drafts"]] == [
        (office.other, "已退回", "caizheng", "防汛会议", "王丽", ""),
        (office.number, "已签发", "shuili", "防汛会议", "王丽", URL),
    ]  # fmt: skip
    _, out, _ = office.run("list", "--state", "已签发", "--unit", "shuili")
    assert "精河县人民政府网 稿件（1篇）" in out
    assert "2026-03-02 13:00" in out
    _, out, _ = office.run("list", "--unit", "shuili", "--state", "已退回")
    assert "稿件（0篇）" in out


def test_one_draft_is_shown_with_what_differs_on_the_site(office: Office) -> None:
    status, out, err = office.run("show", str(office.number), "--today", "2026-03-12")
    assert (status, err) == (0, "")
    lines = out.split("\n")
    assert lines[:10] == [
        f"稿件：{office.number}  已签发  第1稿",
        "标题：防汛会议",
        "单位：精河县水利局",
        "栏目：通知公告",
        "起草：王丽，2026-03-02 09:00",
        f"稿件校验值：{article().text_hash}",
        "文本：保留到2026-05-01（还有50天），其后清理文本",
        "审核：",
        "  第1稿  初审通过  张三  2026-03-02 11:00：属实\N{REPLACEMENT CHARACTER}[31m",
        "  第1稿  复审通过  李四  2026-03-02 12:00：（未写意见）",
    ]
    assert "    推翻严重错误：“布署” 应为“部署”；理由：原文如此" in lines
    assert "  2026-03-02 13:00  赵六  待终审 → 已签发" in lines
    start = next(place for place, line in enumerate(lines) if line.startswith("发布："))
    assert lines[start:] == [
        f"发布：{URL}  与签发稿不一致（2026-03-03 06:00比对）",
        "现有1处不一致：",
        "  “出布署。各单位要抓好”变为“出布署。各有关单位要抓好”",
        "签发稿 → 网页（连同空白、署名等不计的改动）：",
        "防汛会议",
        "",
        "会议对防汛工作作出布署。各{+有关+}单位要抓好落实。{+",
        "来源：县水利局+}",
        "",
    ]


def test_what_becomes_of_the_text_is_said(office: Office) -> None:
    def told(number: int, day: str) -> str:
        _, out, _ = office.run("show", str(number), "--today", day)
        return next(line for line in out.split("\n") if line.startswith("文本："))

    assert (
        told(office.other, "2026-05-01")
        == "文本：保留到2026-05-01（还有0天），其后无人处理则自动撤回"
    )
    assert told(office.other, "2026-05-02") == "文本：2026-05-01已到期，下一次巡查时自动撤回"
    assert told(office.number, "2026-05-02") == "文本：2026-05-01已到期，下一次巡查时清理文本"


def test_one_draft_as_json(office: Office) -> None:
    _, out, _ = office.run("show", str(office.number), "--json")
    told = json.loads(out)
    assert [one["label"] for one in told["steps"]] == ["初审通过", "复审通过", "终审签发"]
    assert told["steps"][2]["overruled"] == [
        {"rule": "typos", "text": "布署", "message": "应为“部署”", "reason": "原文如此"}
    ]
    assert [one["to"] for one in told["events"]] == ["written", "first", "second", "final", "released"]  # fmt: skip
    (published,) = told["published"]
    assert published["label"] == "与签发稿不一致"
    assert ["insert", "有关"] in published["diff"]


def test_a_receipt_is_written_with_its_hash(office: Office) -> None:
    out_file = office.folder / "签发单.docx"
    status, out, err = office.run("receipt", str(office.number), "--out", str(out_file))
    digest = hashlib.sha256(out_file.read_bytes()).hexdigest()
    assert (status, out, err) == (0, f"已写入 {out_file}（SHA-256 {digest}）\n", "")
    assert Document(str(out_file)).paragraphs[0].text == "信息发布审校签发单"


def test_what_cannot_be_done_is_one_line(office: Office) -> None:
    for command, more, told in (
        ("receipt", [str(office.other), "--out", "x.docx"], f"稿件{office.other}：现为“已退回”，签发后才有签发单"),
        ("receipt", [str(office.number), "--out", str(office.folder / "no" / "x.docx")], "无法写入"),
        ("show", ["99"], "稿件99：没有这个稿件"),
        ("list", ["--state", "乱写"], "没有这种状态：乱写；应为 起草、待初审、待复审、待终审、已退回、已签发、已撤回"),
        ("list", ["--unit", "xx"], "没有id为“xx”的单位；现有：shuili、caizheng"),
    ):  # fmt: skip
        status, out, err = office.run(command, *more)
        assert (status, out) == (2, "")
        assert told in err
        assert err.count("\n") == 1

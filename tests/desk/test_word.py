"""A draft in Word with comments: where they stand, what they say, and that the draft itself is untouched."""

import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import docx
import pytest
from docx.oxml.ns import nsdecls
from lxml import etree

from checks.checker import Checker, without_personal_data
from checks.model import BadInput, Finding, Severity, Span, Unchecked
from checks.wordlist import shipped
from crawler.attachments.docx import paragraphs
from desk import word
from desk.drafts import draft_of
from desk.word import AUTHOR, Marked, mark, marked_docx
from reports.findings import Document
from tests.crawler.attachments import files

CHECKER = Checker(shipped())
AT = datetime(2025, 9, 30, 8, 5, tzinfo=UTC)
SPACES = (
    f'{nsdecls("w", "r")} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
)
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
RULE = (
    "错别字，应为“部署”",
    "依据：《现代汉语词典》；《通用规范汉字表》（国发〔2013〕23号）",
    "规则：typos",
)
SAID = ("【一般错误】布署 → 部署", *RULE)


def package(inside: str, **more: str | bytes) -> bytes:
    """A .docx of these blocks; `more` are further members, word/ and .xml left out of their names."""
    main = f"<w:document {SPACES}><w:body>{inside}<w:sectPr/></w:body></w:document>"
    beside = {f"word/{name}.xml": body for name, body in more.items()}
    return files.zipped({"[Content_Types].xml": TYPES, "word/document.xml": main, **beside})


def checked(raw: bytes, name: str = "稿.docx") -> Document:
    draft = draft_of(name, raw)
    judged = CHECKER.judged(draft.article, today=date(2025, 9, 30))
    kept = without_personal_data(draft.article)
    return Document(name, kept, judged.findings, (*draft.unchecked, *judged.unchecked))


def marked(raw: bytes) -> Marked:
    return mark(raw, checked(raw), at=AT)


def root(body: bytes, member: str = "word/document.xml") -> Any:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return etree.fromstring(archive.read(member))


def comments(body: bytes) -> dict[str, tuple[str, ...]]:
    """Each comment's lines by its id."""
    found = {}
    for one in root(body, "word/comments.xml"):
        lines = ("".join(p.itertext(f"{W}t")) for p in one.iter(f"{W}p"))
        found[one.get(f"{W}id")] = tuple(lines)
    return found


def anchored(body: bytes) -> dict[str, str]:
    """What lies between the ends of each comment's place, by its id; deleted text left out."""
    inside: dict[str, str] = {}
    open_now: set[str] = set()
    referred: list[str] = []
    for node in root(body).iter():
        id = node.get(f"{W}id")
        match node.tag.removeprefix(W):
            case "commentRangeStart":
                assert id not in inside
                inside[id] = ""
                open_now.add(id)
            case "commentRangeEnd":
                open_now.remove(id)
            case "commentReference":
                assert id not in open_now
                referred.append(id)
            case "t" | "tab" | "br" | "noBreakHyphen":
                for one in open_now:
                    inside[one] += (node.text or "") if node.tag == f"{W}t" else "|"
    assert not open_now
    assert sorted(referred) == sorted(inside)
    return inside


def characters(body: bytes) -> Iterator[tuple[str, bytes, tuple[str, ...]]]:
    """Each character that is printed, its own formatting, and what elements it lies in."""
    for pieces in paragraphs(root(body)):
        for node, text in pieces:
            run = node.getparent()
            style = run.find(f"{W}rPr")
            above = tuple(one.tag for one in node.iterancestors())
            for sign in text:
                yield sign, b"" if style is None else etree.tostring(style, method="c14n"), above


@pytest.mark.parametrize(
    ("inside", "places"),
    [
        ("<w:p><w:r><w:t>作出布署。</w:t></w:r></w:p>", ["布署"]),
        (
            "<w:p><w:r><w:t>作出</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>布</w:t></w:r><w:proofErr/><w:r><w:rPr><w:i/></w:rPr><w:t>署</w:t></w:r><w:r><w:t>。</w:t></w:r></w:p>",
            ["布署"],
        ),
        (
            '<w:p><w:hyperlink r:id="rId9"><w:r><w:t>看布</w:t></w:r></w:hyperlink><w:r><w:t>署完</w:t></w:r></w:p>',
            ["布署"],
        ),
        (
            '<w:p><w:r><w:t>作出布</w:t></w:r><w:del w:id="1" w:author="甲"><w:r><w:delText>删</w:delText></w:r></w:del><w:ins w:id="2" w:author="甲"><w:r><w:t>署了</w:t></w:r></w:ins></w:p>',
            ["布署"],
        ),
        (
            "<w:p><w:sdt><w:sdtPr/><w:sdtContent><w:r><w:t>作出布</w:t></w:r></w:sdtContent></w:sdt><w:smartTag><w:smartTag><w:r><w:t>署完</w:t></w:r></w:smartTag></w:smartTag></w:p>",
            ["布署"],
        ),
        (
            "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>甲</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:p><w:r><w:t>乙布署乙</w:t></w:r></w:p></w:tc></w:tr></w:tbl><w:p><w:r><w:t>丙</w:t></w:r></w:p></w:tc></w:tr></w:tbl>",
            ["布署"],
        ),
        (
            '<w:p><w:fldSimple w:instr="PAGE"><w:r><w:t>布署</w:t></w:r></w:fldSimple><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>布署</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>又布署</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>',
            ["布署", "布署"],
        ),
        (
            "<w:p><w:r><w:t>前</w:t><w:tab/><w:t>作出布</w:t><w:softHyphen/><w:t>署</w:t><w:br/><w:t>布署</w:t></w:r></w:p>",
            ["布署", "布署"],
        ),
        (
            "<w:p><w:r><w:t>作出</w:t><w:ruby><w:rt><w:r><w:t>bù</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>布</w:t></w:r></w:rubyBase></w:ruby><w:t>署完</w:t></w:r></w:p>",
            ["bù布署"],  # a reading above a character is part of it
        ),
        ("<w:p><w:r><w:t>布署布署</w:t></w:r><w:r><w:t>布署</w:t></w:r></w:p>", ["布署"] * 3),
        (
            "<w:p><w:r><w:t>作出</w:t></w:r><mc:AlternateContent><mc:Choice><w:r><w:t>又布署</w:t></w:r></mc:Choice></mc:AlternateContent></w:p>",
            ["又布署"],  # one of several ways to draw it: only the whole can carry a comment
        ),
        (
            "<w:p><w:r><w:t>作出布</w:t><mc:AlternateContent><mc:Choice><w:t>署</w:t></mc:Choice></mc:AlternateContent><w:t>完</w:t></w:r></w:p>",
            ["布署"],
        ),
    ],
)
def test_each_comment_stands_on_its_characters_alone(inside: str, places: list[str]) -> None:
    raw = package(inside)
    done = marked(raw)
    assert list(anchored(done.body).values()) == places
    assert comments(done.body) == {str(n): SAID for n in range(len(places))}
    assert list(characters(done.body)) == list(characters(raw))
    assert (done.comments, done.listed, done.beyond, done.notes) == (len(places), 0, 0, ())


def test_the_whole_of_a_marked_document() -> None:
    raw = package(
        '<w:p><w:pPr><w:jc w:val="left"/></w:pPr><w:r w:rsidR="00A1"><w:rPr><w:b/></w:rPr><w:t>作出布署 了</w:t></w:r></w:p>'
    )
    body = marked_docx(raw, checked(raw), at=AT)
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        made = {
            name: archive.read(name).decode().partition("?>\n")[2] for name in archive.namelist()
        }
    bold = "<w:rPr><w:b/></w:rPr>"
    run = f'<w:r w:rsidR="00A1">{bold}<w:t xml:space="preserve">'
    assert made["word/document.xml"] == (
        f'<w:document {SPACES}><w:body><w:p><w:pPr><w:jc w:val="left"/></w:pPr>{run}作出</w:t></w:r>'
        f'<w:commentRangeStart w:id="0"/>{run}布署</w:t></w:r><w:commentRangeEnd w:id="0"/>'
        f'<w:r>{bold}<w:commentReference w:id="0"/></w:r>{run} 了</w:t></w:r></w:p><w:sectPr/></w:body></w:document>'
    )
    para = '<w:pPr><w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/><w:ind w:left="0" w:firstLineChars="0" w:firstLine="0"/><w:jc w:val="left"/></w:pPr>'
    style = '<w:rPr><w:rFonts w:hint="eastAsia"/><w:sz w:val="20"/></w:rPr>'
    lines = [f'<w:r>{style}<w:t xml:space="preserve">{line}</w:t></w:r>' for line in SAID]
    lines[0] = f"<w:r>{style}<w:annotationRef/></w:r>{lines[0]}"
    assert made["word/comments.xml"] == (
        f'<w:comments xmlns:w="{W[1:-1]}"><w:comment w:id="0" w:author="错敏词检查" w:date="2025-09-30T08:05:00Z" w:initials="错敏">'
        + "".join(f"<w:p>{para}{line}</w:p>" for line in lines)
        + "</w:comment></w:comments>"
    )
    assert made["word/_rels/document.xml.rels"] == (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1"'
        ' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments" Target="comments.xml"/></Relationships>'
    )
    assert made["[Content_Types].xml"] == TYPES.replace(
        "</Types>",
        '<Override PartName="/word/comments.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"/></Types>',
    )
    assert list(made) == [
        "[Content_Types].xml",
        "word/document.xml",
        "word/_rels/document.xml.rels",
        "word/comments.xml",
    ]


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def test_what_stands_where_no_comment_can_is_listed_on_the_first_paragraph() -> None:
    box = f"<w:pict><w:txbxContent>{paragraph('框里布署')}</w:txbxContent></w:pict>"
    drawn = f"<mc:AlternateContent><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent>"
    raw = package(
        f"<w:p><w:r>{drawn}<w:t>首段</w:t></w:r></w:p>{paragraph('正文布署')}",
        header1=f"<w:hdr {SPACES}>{paragraph('眉上布署')}</w:hdr>",
        footer1=f"<w:ftr {SPACES}>{paragraph('脚下布署')}</w:ftr>",
        footnotes=f"<w:footnotes {SPACES}><w:footnote>{paragraph('脚注布署')}</w:footnote></w:footnotes>",
        endnotes=f"<w:endnotes {SPACES}><w:endnote>{paragraph('尾注布署')}</w:endnote></w:endnotes>",
    )
    done = marked(raw)
    why = "一般错误：布署 → 部署。错别字，应为“部署”。依据：《现代汉语词典》；《通用规范汉字表》（国发〔2013〕23号）（规则 typos）"
    listed = ["文本框：框里", "页眉：眉上", "页脚：脚下", "脚注：脚注", "尾注：尾注"]
    assert comments(done.body) == {
        "0": (
            "以下5处在不能加批注的地方（页眉、页脚、脚注、尾注、文本框等）：",
            *(line for n, one in enumerate(listed, 1) for line in (f"{n}. {one}【布署】", why)),
        ),
        "1": SAID,
    }
    assert {id: text.replace("框里布署", "") for id, text in anchored(done.body).items()} == {
        "0": "首段",
        "1": "布署",
    }
    assert (done.comments, done.listed, done.said()) == (1, 5, "批注1处，另5处列在首段的批注里")
    for member in ("header1", "footer1", "footnotes", "endnotes"):
        name = f"word/{member}.xml"
        assert etree.tostring(root(done.body, name)) == etree.tostring(root(raw, name))


def test_a_clean_draft_gets_no_comment_and_no_part_for_one() -> None:
    raw = package(paragraph("作出部署"))
    done = marked(raw)
    assert done.said() == "没有加批注"
    with zipfile.ZipFile(io.BytesIO(done.body)) as archive:
        assert archive.namelist() == ["[Content_Types].xml", "word/document.xml"]


THEIRS = (
    f'<w:comments xmlns:w="{W[1:-1]}" xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml">'
    '<w:comment w:id="0" w:author="张三" w:date="2025-01-01T00:00:00Z" w:initials="张"><w:p w14:paraId="11AA22BB"><w:r><w:t>请 核&amp;对</w:t></w:r></w:p></w:comment></w:comments>'
)
COMMENTED = '<w:p><w:commentRangeStart w:id="0"/><w:r><w:t>甲作出布</w:t></w:r><w:commentRangeEnd w:id="0"/><w:r><w:rPr><w:rStyle w:val="a9"/></w:rPr><w:commentReference w:id="0"/></w:r><w:r><w:t>署完</w:t></w:r></w:p>'
RELATED = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1"'
    ' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments" Target="/word/notes/c.xml"/></Relationships>'
)


def commented() -> bytes:
    body = package(COMMENTED, **{"notes/c": THEIRS})
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    return files.zipped({**members, "word/_rels/document.xml.rels": RELATED})


def their_comment(body: bytes) -> bytes:
    (one,) = (c for c in root(body, "word/notes/c.xml") if c.get(f"{W}author") == "张三")
    raw: bytes = etree.tostring(one)
    return raw


def test_marking_again_replaces_our_comments_and_nobody_elses() -> None:
    raw = commented()
    once = marked(raw)
    again = marked(once.body)
    later = mark(again.body, checked(again.body), at=AT.replace(day=1))
    assert again == once
    assert their_comment(raw) == their_comment(later.body)
    for body in (once.body, later.body):
        assert anchored(body) == {"0": "甲作出布", "1": "布署"}
        assert list(characters(body)) == list(characters(raw))
    dates = [c.get(f"{W}date") for c in root(later.body, "word/notes/c.xml")]
    assert dates == ["2025-01-01T00:00:00Z", "2025-09-01T08:05:00Z"]


def test_a_corrected_draft_keeps_none_of_our_comments() -> None:
    once = marked(commented()).body
    with zipfile.ZipFile(io.BytesIO(once)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    text = members["word/document.xml"].decode().replace(">布<", ">部<")
    done = marked(files.zipped({**members, "word/document.xml": text.encode()}))
    assert anchored(done.body) == {"0": "甲作出部"}
    assert [c.get(f"{W}author") for c in root(done.body, "word/notes/c.xml")] == ["张三"]
    assert len(root(done.body).findall(f".//{W}commentReference")) == 1


def finding(
    start: int, end: int, severity: Severity = Severity.WARNING, rule: str = "r"
) -> Finding:
    return Finding(rule, severity, 0, Span(start, end), f"{start}-{end}", "", "说明", "依据", "")


def with_findings(raw: bytes, *findings: Finding, unchecked: tuple[Unchecked, ...] = ()) -> Marked:
    draft = draft_of("稿.docx", raw)
    return mark(raw, Document("稿.docx", draft.article, findings, unchecked), at=AT)


def test_findings_that_overlap_each_have_their_own_place() -> None:
    raw = package(paragraph("甲乙丙丁戊己"))
    done = with_findings(
        raw,
        finding(1, 4),
        finding(2, 5),
        finding(1, 4, rule="s"),
        finding(0, 6),
        finding(3, 3),
        finding(6, 6),
    )
    assert list(anchored(done.body).values()) == [
        "甲乙丙丁戊己",
        "乙丙丁",
        "乙丙丁",
        "乙丙丁"[1:] + "戊",
        "丁",
        "己",
    ]
    assert list(characters(done.body)) == list(characters(raw))


def test_a_place_over_two_paragraphs_ends_in_the_other_and_stays_within_a_cell() -> None:
    cell = f"<w:tc>{paragraph('丙丁')}</w:tc>"
    raw = package(f"{paragraph('甲乙')}{paragraph('戊己')}<w:tbl><w:tr>{cell}{cell}</w:tr></w:tbl>")
    done = with_findings(raw, finding(1, 4), finding(4, 8), finding(7, 10), finding(2, 3))
    assert list(anchored(done.body).values()) == ["甲乙", "乙戊", "己", "丁"]
    assert (
        comments(done.body)["0"][1] == "1. 正文：甲乙【 】戊己"
    )  # a break between paragraphs alone


def test_the_weightiest_are_marked_where_there_are_too_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(word, "MOST_COMMENTS", 2)
    monkeypatch.setattr(word, "MOST_UNCHECKED", 1)
    raw = package(paragraph("甲乙丙丁"))
    heavy = finding(3, 4, Severity.ERROR)
    left = (Unchecked("附件 一", "too-large 文件过大"), Unchecked("附件 二", "已加密"))
    done = with_findings(raw, finding(0, 1), finding(1, 2), finding(2, 3), heavy, unchecked=left)
    assert comments(done.body) == {
        "0": (
            "问题过多：已加批注2处，另有2处未标出，请改正后再检查一次",
            "未能检查（2项）：",
            "附件 一：文件过大",
            "另有1项未列出",
        ),
        "1": ("【一般错误】0-1", "说明", "依据：依据", "规则：r"),
        "2": ("【严重错误】3-4", "说明", "依据：依据", "规则：r"),
    }
    assert anchored(done.body) == {"0": "甲乙丙丁", "1": "甲", "2": "丁"}
    assert (done.comments, done.beyond, done.said()) == (2, 2, "批注2处，还有2处过多未标出")


def test_what_a_comment_says_can_steer_nothing() -> None:
    raw = package(paragraph("甲乙"))
    odd = Finding(
        "r",
        Severity.ERROR,
        0,
        Span(0, 1),
        "甲\u202e\n" + "长" * 60,
        "<w:t>\x07\uffff",
        "&",
        "s",
        "",
    )
    (lines,) = comments(with_findings(raw, odd).body).values()
    assert lines == (
        "【严重错误】甲\ufffd " + "长" * 36 + "… → <w:t>\ufffd",
        "&",
        "依据：s",
        "规则：r",
    )


def test_an_id_number_is_never_written_out() -> None:
    raw = package(paragraph("张三652722199001011239"))
    body = marked(raw).body
    assert list(anchored(body).values()) == ["652722199001011239"]
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert b"652722199001011239" not in archive.read("word/comments.xml")
        assert b"652722********1239" in archive.read("word/comments.xml")


# What is refused, in one line


def without_types() -> bytes:
    return files.word_xml(f"<w:document {SPACES}><w:body>{paragraph('布署')}</w:body></w:document>")


def strict() -> bytes:
    return files.zipped(
        {
            "[Content_Types].xml": TYPES,
            "word/document.xml": '<w:document xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main"><w:body><w:p><w:r><w:t>布署</w:t></w:r></w:p></w:body></w:document>',
        }
    )


def outside() -> bytes:
    related = RELATED.replace(
        'Target="/word/notes/c.xml"', 'Target="http://127.0.0.1:9/c.xml" TargetMode="External"'
    )
    return files.zipped(
        {
            "[Content_Types].xml": TYPES,
            "word/document.xml": f"<w:document {SPACES}><w:body>{paragraph('布署')}</w:body></w:document>",
            "word/_rels/document.xml.rels": related,
        }
    )


def entities() -> bytes:
    return files.zipped(
        {
            "[Content_Types].xml": f'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>{TYPES}',
            "word/document.xml": f"<w:document {SPACES}><w:body>{paragraph('布署')}</w:body></w:document>",
        }
    )


def broken_picture() -> bytes:
    picture = b"picture" * 9
    whole = files.zipped(
        {
            "[Content_Types].xml": TYPES,
            "word/document.xml": f"<w:document {SPACES}><w:body>{paragraph('布署')}</w:body></w:document>",
            "word/media/image1.png": picture,
        },
        zipfile.ZIP_STORED,
    )
    return whole.replace(picture, b"x" + picture[1:])


def headless() -> bytes:
    return package("", header1=f"<w:hdr {SPACES}>{paragraph('布署')}</w:hdr>")


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (without_types(), "不是完整的Word文档(.docx)，不能加批注，请用Word或WPS重新另存"),
        (strict(), "是“Strict Open XML”格式，不能加批注，请在Word里另存为“Word文档(.docx)”"),
        (outside(), "批注部分指向文件之外，不能加批注，请用Word或WPS重新另存"),
        (entities(), "Word文档(.docx)里有不该有的DTD定义，未读"),
        (broken_picture(), "文件已损坏，打不开，请用Word或WPS重新另存"),
        (headless(), "正文里没有段落，不能加批注，请用Word或WPS重新另存"),
    ],
)
def test_documents_that_cannot_be_marked_are_refused_in_one_line(raw: bytes, why: str) -> None:
    with pytest.raises(BadInput) as caught:
        marked(raw)
    assert caught.value.lines == (f"稿.docx: {why}",)


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "不是Word文档(.docx)，不能加批注"),
        (b"%PDF-1.7", "不是Word文档(.docx)，不能加批注"),
        (b"PK\x03\x04", "文件已损坏，打不开"),
        (
            files.zipped({"word/document.xml": b"\0" * 60_000_000}),
            "解压后57MB，疑似压缩炸弹，未打开",
        ),
        (package(paragraph("作出部署")), "不是刚才检查的那份稿件，请重新检查"),
    ],
)
def test_bytes_that_are_not_the_draft_that_was_checked_are_refused(raw: bytes, why: str) -> None:
    with pytest.raises(BadInput) as caught:
        mark(raw, checked(package(paragraph("作出布署"))), at=AT)
    assert caught.value.lines == (f"稿.docx: {why}",)


def test_a_signed_document_is_marked_and_its_signature_said_to_be_void() -> None:
    raw = package(paragraph("作出部署"))
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    done = marked(files.zipped({**members, "_xmlsignatures/sig1.xml": "<s/>"}))
    said = "本稿带有数字签名；加了批注的这一份签名失效，原件不变"
    assert (done.notes, comments(done.body)) == ((said,), {"0": (said,)})


def test_a_document_with_macros_keeps_its_kind() -> None:
    kind = "application/vnd.ms-word.document.macroEnabled.main+xml"
    types = TYPES.replace(
        "</Types>", f'<Override PartName="/word/document.xml" ContentType="{kind}"/></Types>'
    )
    main = f"<w:document {SPACES}><w:body>{paragraph('布署')}</w:body></w:document>"
    raw = files.zipped(
        {"[Content_Types].xml": types, "word/document.xml": main, "word/vbaProject.bin": b"\0macro"}
    )
    done = marked(raw)
    assert done.suffix == ".docm"
    with zipfile.ZipFile(io.BytesIO(done.body)) as archive:
        assert archive.read("word/vbaProject.bin") == b"\0macro"


def test_members_that_are_not_changed_keep_their_bytes() -> None:
    document = docx.Document()
    document.add_paragraph("作出布署")
    made = io.BytesIO()
    document.save(made)
    body = marked(made.getvalue()).body
    changed = {"word/document.xml", "word/_rels/document.xml.rels", "[Content_Types].xml"}
    with zipfile.ZipFile(made) as before, zipfile.ZipFile(io.BytesIO(body)) as after:
        assert after.testzip() is None
        assert [*before.namelist(), "word/comments.xml"] == after.namelist()
        for name in set(before.namelist()) - changed:
            assert before.read(name) == after.read(name)
    (comment,) = docx.Document(io.BytesIO(body)).comments
    assert (comment.author, comment.initials, comment.text) == (AUTHOR, "错敏", "\n".join(SAID))


def test_of_two_members_of_one_name_the_one_that_was_read_is_kept() -> None:
    made = io.BytesIO(package(paragraph("作出部署")))
    main = f"<w:document {SPACES}><w:body>{paragraph('作出布署')}</w:body></w:document>"
    with zipfile.ZipFile(made, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("word/document.xml", main)
    body = marked(made.getvalue()).body
    assert anchored(body) == {"0": "布署"}
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        names = archive.namelist()
    assert len(set(names)) == len(names)


def test_a_comment_on_hidden_or_changed_text_is_neither_hidden_nor_a_change() -> None:
    style = (
        '<w:rPr><w:b/><w:vanish/><w:rPrChange w:id="5" w:author="甲"><w:rPr/></w:rPrChange></w:rPr>'
    )
    body = marked(package(f"<w:p><w:r>{style}<w:t>布署</w:t></w:r></w:p>")).body
    (mark_run,) = root(body).xpath("//*[local-name()='commentReference']/..")
    assert [etree.QName(one).localname for one in mark_run.iter()] == [
        "r",
        "rPr",
        "b",
        "commentReference",
    ]


def test_ids_that_are_taken_anywhere_are_not_given_again() -> None:
    """A comment that is gone may have left its place; the relation may name a part that is not there."""
    stray = '<w:commentRangeStart w:id="1"/><w:commentRangeEnd w:id="1"/><w:r><w:commentReference w:id="1"/></w:r>'
    body = package(f"<w:p>{stray}<w:r><w:t>布署</w:t></w:r></w:p>{paragraph('布署')}")
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    done = marked(files.zipped({**members, "word/_rels/document.xml.rels": RELATED}))
    assert anchored(done.body) == {"1": "", "0": "布署", "2": "布署"}
    assert [one.get(f"{W}id") for one in root(done.body, "word/notes/c.xml")] == ["0", "2"]


def test_findings_of_another_part_are_refused() -> None:
    raw = package(paragraph("甲乙"))
    other = Finding("r", Severity.ERROR, 1, Span(0, 1), "甲", "", "m", "s", "")
    with pytest.raises(BadInput, match="不是刚才检查的那份稿件"):
        with_findings(raw, other)

"""ZIP archives: every member read under its own name, within the bounds of one attachment."""

import struct
import zipfile
from collections import Counter

import pytest

from checks.model import Part, Unchecked
from crawler.attachments import read_attachment
from crawler.attachments.reading import UNPACKED, numbered
from tests.crawler.attachments import files


def parts(body: bytes) -> dict[str, str]:
    return {part.name: part.text for part in read_attachment("附件.zip", body).parts}


def whys(body: bytes) -> dict[str, str]:
    return {one.what: one.why for one in read_attachment("附件.zip", body).unchecked}


def test_each_member_is_a_part_of_its_own_and_unread_ones_are_named() -> None:
    inner = files.zipped({"名单.txt": "甲"})
    body = files.zipped(
        {
            "通知.docx": files.word("作出布署"),
            "表/名单.pdf": files.pdf("第一页"),
            "里层.zip": inner,
            "图.png": b"\x89PNG\r\n\x1a\n",
            "空文件夹/": b"",
            "__MACOSX/._通知.docx": b"\0\5\x16\7",
            "表/Thumbs.db": b"\xd0\xcf",
        }
    )
    read = read_attachment("附件.zip", body)
    assert read.parts == (
        Part("attachment", "附件.zip/通知.docx", "作出布署"),
        Part("attachment", "附件.zip/表/名单.pdf", "第一页", ((0, "第1页"),)),
        Part("attachment", "附件.zip/里层.zip/名单.txt", "甲"),
    )
    assert read.unchecked == (Unchecked("附件 附件.zip/图.png", "图片，未启用文字识别"),)


def renamed(body: bytes, old: bytes, new: bytes) -> bytes:
    assert len(old) == len(new)
    return body.replace(old, new)


@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
def test_names_are_read_in_the_charset_their_maker_used(encoding: str) -> None:
    """Without the UTF-8 flag, where zipfile would read CP437."""
    raw = "名单.txt".encode(encoding)
    body = renamed(files.zipped({"x" * len(raw): "甲"}), b"x" * len(raw), raw)
    assert parts(body) == {"附件.zip/名单.txt": "甲"}


@pytest.mark.parametrize(
    ("name", "shown"),
    [("../../etc/cron.txt", "etc/cron.txt"), ("/root/a.txt", "root/a.txt"), ("..", "（无名文件）")],
)
def test_a_name_is_never_a_path(name: str, shown: str) -> None:
    assert parts(files.zipped({name: "甲"})) == {f"附件.zip/{shown}": "甲"}


def test_encrypted_members_are_unchecked() -> None:
    body = bytearray(files.zipped({"密.txt": "甲"}, zipfile.ZIP_STORED))
    for signature, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        body[body.index(signature) + at] |= 1
    assert whys(bytes(body)) == {"附件 附件.zip/密.txt": "文件已加密，无法读取"}


def test_a_broken_member_costs_that_member() -> None:
    body = files.zipped({"坏.txt": "甲" * 50, "好.txt": "乙"}, zipfile.ZIP_STORED)
    body = body.replace(("甲" * 50).encode(), ("丙" * 50).encode(), 1)
    read = read_attachment("附件.zip", body)
    assert [part.text for part in read.parts] == ["乙"]
    assert read.unchecked == (
        Unchecked("附件 附件.zip/坏.txt", "layout 压缩包内文件已损坏，无法读取"),
    )


def test_archives_in_archives_are_read_to_a_depth() -> None:
    body = files.zipped({"底.txt": "甲"})
    for name in ("3.zip", "2.zip"):
        body = files.zipped({name: body})
    assert whys(body) == {"附件 附件.zip/2.zip/3.zip": "too-large 压缩包套压缩包超过2层，未读"}


def test_members_beyond_the_bound_are_counted() -> None:
    inner = files.zipped({f"{n}.txt": "乙" for n in range(150)})
    body = files.zipped({"里.zip": inner} | {f"{n}.txt": "甲" for n in range(100)})
    read = read_attachment("附件.zip", body)
    assert (len(read.parts), {part.text for part in read.parts}) == (199, {"甲", "乙"})
    assert [one.why for one in read.unchecked] == [
        "too-large 压缩包内文件超过200个，其余51个文件未读"
    ]


def test_a_flat_bomb_is_not_unpacked() -> None:
    body = files.zipped({"零.txt": b"0" * 40_000_000, "好.txt": "甲"})
    read = read_attachment("附件.zip", body)
    assert [part.text for part in read.parts] == ["甲"]
    assert [one.why for one in read.unchecked] == ["too-large 解压后38MB，疑似压缩炸弹，未读"]


def test_a_claim_of_ten_gigabytes_is_not_believed() -> None:
    body = files.zipped({"零.txt": b"0" * 1000})
    at = body.index(b"PK\1\2") + 24
    claimed = body[:at] + struct.pack("<I", 0xFFFF_FFF0) + body[at + 4 :]
    assert whys(claimed) == {"附件 附件.zip/零.txt": "too-large 文件4095MB，超过上限50MB，未读"}


def test_a_claim_of_less_than_there_is_is_found_out() -> None:
    body = files.zipped({"零.txt": b"0" * 1_000_000})
    at = body.index(b"PK\1\2") + 24
    claimed = body[:at] + struct.pack("<I", 10) + body[at + 4 :]
    assert whys(claimed) == {"附件 附件.zip/零.txt": "layout 压缩包内文件已损坏，无法读取"}


def test_a_nested_bomb_runs_out_of_room() -> None:
    """Each picture within its own bounds; all together not."""
    picture = b"\x89PNG\r\n\x1a\n" + bytes(9_000_000)
    small = files.zipped({f"{n}.png": picture for n in range(9)})
    body = files.zipped({f"{n}.zip": small for n in range(9)}, zipfile.ZIP_STORED)
    reasons = Counter(one.why for one in read_attachment("附件.zip", body).unchecked)
    room = UNPACKED - 3 * len(small)
    assert reasons == {
        "图片，未启用文字识别": room // len(picture),
        "too-large 解压后合计超过200MB，未读": 81 - room // len(picture),
    }


def test_an_archive_that_holds_itself_comes_to_an_end() -> None:
    """What a quine does: each level gives the next; the depth stops it."""
    body = files.zipped({"r.zip": b""})
    for _ in range(50):
        body = files.zipped({"r.zip": body})
    assert whys(body) == {"附件 附件.zip/r.zip/r.zip": "too-large 压缩包套压缩包超过2层，未读"}


def test_an_empty_archive_says_so() -> None:
    assert whys(files.zipped({})) == {"附件 附件.zip": "layout 压缩包是空的"}


def test_text_beyond_the_bound_is_cut_and_said() -> None:
    long = {"一.txt": "甲" * 1_500_000, "二.txt": "乙" * 1_500_000, "三.txt": "丙"}
    read = read_attachment("附件.zip", files.zipped(long, zipfile.ZIP_STORED))
    assert [len(part.text) for part in read.parts] == [1_500_000, 500_000]
    assert read.unchecked == (
        Unchecked("附件 附件.zip/二.txt", "too-large 文字超过200万字，其余部分未检查"),
        Unchecked("附件 附件.zip", "too-large 压缩包内文字超过200万字，其余1个文件未读"),
    )


def test_numbers_are_told_in_runs() -> None:
    assert numbered([1, 2, 3, 5, 7, 8]) == "1—3、5、7—8"

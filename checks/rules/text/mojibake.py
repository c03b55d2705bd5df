"""Report text spoilt by a wrong charset: 锟斤拷, 烫烫烫, U+FFFD, UTF-8 read as Latin-1 or as GBK."""

import re
from collections.abc import Iterator

from checks.model import Rule, Severity
from checks.passage import Manual, Mark, Passage

RULE = Rule(
    "mojibake",
    Severity.WARNING,
    "文字乱码，应按正确编码重新发布",
    source="《信息技术 中文编码字符集》（GB 18030-2022）",
)
MANUAL = Manual(
    title="乱码",
    finds="编码错误造成的乱码（锟斤拷、烫烫烫、�、UTF-8按其他编码读出的字）。",
    spares="生僻字、少数民族文字不算。",
    bad=(
        "关于锟斤拷开展检查的通知",
        "精河县�政府",
    ),
    good=(
        "关于开展检查的通知",
        "镕、堃等人名用字",
    ),
)
ON = True
WORDING = True

_SPOILT = re.compile(
    r"(?:锟斤拷)+|烫{3,}|屯{3,}|\ufffd+|(?:[ÃÂâåæçèéäï][\u0080-\u00bf\u2010-\u203a€™œž]{1,2}){2,}|(?:[銆锛鈥鐨涓鏄浜缁鍙戝竷鏀垮簻浼氳][\u4e00-\u9fff€]?){5,}(?<=[銆锛鈥鐨涓鏄浜缁鍙戝竷鏀垮簻浼氳€])"
)


def check(passage: Passage) -> Iterator[Mark]:
    for hit in _SPOILT.finditer(passage.text):
        yield Mark(hit.start(), hit.end())

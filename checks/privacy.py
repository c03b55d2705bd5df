"""Personal numbers in a text, and the text with them masked in place: same length, so that places hold."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

PERSONAL = {
    "id": "身份证号码",
    "old-id": "15位身份证号码",
    "mobile": "手机号码",
    "card": "银行卡号",
}
_WIDE = {ord("０") + i: ord("0") + i for i in range(10)} | {
    ord("Ｘ"): ord("X"),
    ord("ｘ"): ord("x"),
}
_ID = re.compile(r"(?<![0-9A-Za-z])[1-9](?:[ \u3000-]?[0-9]){16}[ \u3000-]?[0-9Xx](?![0-9A-Za-z])")
_OLD_ID = re.compile(
    r"(?<![0-9A-Za-z])[1-9]\d{5}\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}(?![0-9A-Za-z])"
)
_MOBILE = re.compile(
    r"(?<![0-9A-Za-z.])(?:\+?86[- ]?)?(1[3-9]\d(?:[- ]?)\d{4}(?:[- ]?)\d{4})(?![0-9A-Za-z])"
)
_CARD = re.compile(
    r"(?<![0-9A-Za-z])(?:62|4\d|5[1-5]|3[47]|35)\d{2}(?:[ -]?\d{4}){2,3}[ -]?\d{1,4}(?![0-9A-Za-z])"
)
_FIGURES = re.compile(r"(?:[0-9\uff10-\uff19][ \u3000-]?){11}")
_CREDIT = re.compile(
    r"信用代码|税号|纳税人识别号|组织机构代码|项目代码|不动产|许可证|编号|文号|订单|发票"
)
_ID_LABEL = re.compile(r"身份证|公民身份|证件号")
_CARD_LABEL = re.compile(r"银行|卡号|账号|帐号|账户|帐户|一卡通")
#: Beside these a mobile number is an office's, meant to be public.
_DUTY = re.compile(
    r"联系人|值班|咨询|热线|监督|举报|投诉|客服|服务电话|办公电话|报名|经办|主任|科长|站长|负责人|电话|联系方式"
)
#: Beside these it is a private person's.
_PRIVATE = re.compile(
    r"姓名|身份证|户主|学生|家长|受益人|本人|申请人|当事人|住址|家庭|救助|补贴对象|低保|患者|银行卡|手机号|病例"
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True, slots=True)
class PersonalNumber:
    """Where a number stands, what it is, and its masked form (as long as it)."""

    start: int
    end: int
    kind: str
    masked: str
    doubtful: bool = False


def personal_numbers(text: str) -> Iterator[PersonalNumber]:
    """The personal numbers of a text, leftmost first; none overlap."""
    if not _FIGURES.search(text):
        return
    plain = text.translate(_WIDE)
    taken: list[tuple[int, int]] = []
    found: list[PersonalNumber] = []
    for one in (*_ids(plain), *_old_ids(plain), *_mobiles(plain), *_cards(plain)):
        if not any(one.start < end and start < one.end for start, end in taken):
            taken.append((one.start, one.end))
            shown = zip(one.masked, text[one.start : one.end], strict=True)
            found.append(replace(one, masked="".join(m if m == "*" else c for m, c in shown)))
    yield from sorted(found, key=lambda one: one.start)


def _number(
    text: str, start: int, end: int, kind: str, head: int, tail: int, *, doubtful: bool = False
) -> PersonalNumber:
    """Masked but for `head` characters in front and `tail` behind; marks between digits stay."""
    shown = text[start:end]
    middle = "".join("*" if c.isalnum() else c for c in shown[head : len(shown) - tail])
    return PersonalNumber(
        start, end, kind, shown[:head] + middle + shown[len(shown) - tail :], doubtful
    )


def _ids(text: str) -> Iterator[PersonalNumber]:
    for hit in _ID.finditer(text):
        if is_id_card(re.sub(r"[ \u3000-]", "", hit.group())):
            yield _number(text, *hit.span(), "id", 6, 4)


def is_id_card(number: str) -> bool:
    """Whether 18 characters are an ID card's: a day that exists, the check digit right (GB 11643-1999)."""
    try:
        day = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    total = sum(int(c) * w for c, w in zip(number, _WEIGHTS, strict=False))
    return day.year >= 1850 and number[-1].upper() == "10X98765432"[total % 11]


def _old_ids(text: str) -> Iterator[PersonalNumber]:
    for hit in _OLD_ID.finditer(text):
        if _ID_LABEL.search(text[max(0, hit.start() - 12) : hit.start()]):
            yield _number(text, *hit.span(), "old-id", 6, 3)


def _mobiles(text: str) -> Iterator[PersonalNumber]:
    for hit in _MOBILE.finditer(text):
        before = text[max(0, hit.start() - 16) : hit.start()]
        if _CREDIT.search(before[-8:]):
            continue
        line = text[max(0, hit.start() - 60) : hit.start()].rpartition("\n")[2]
        public = bool(_DUTY.search(before)) and not _PRIVATE.search(line)
        yield _number(text, *hit.span(1), "mobile", 3, 4, doubtful=public)


def _cards(text: str) -> Iterator[PersonalNumber]:
    for hit in _CARD.finditer(text):
        digits = re.sub(r"\D", "", hit.group())
        before = text[max(0, hit.start() - 16) : hit.start()]
        if 16 <= len(digits) <= 19 and _luhn(digits) and not _CREDIT.search(before):
            labelled = bool(_CARD_LABEL.search(before))
            if labelled or digits.startswith("62"):
                yield _number(text, *hit.span(), "card", 4, 4, doubtful=not labelled)


def _luhn(digits: str) -> bool:
    odd = sum(int(c) for c in digits[-1::-2])
    even = sum(sum(divmod(int(c) * 2, 10)) for c in digits[-2::-2])
    return (odd + even) % 10 == 0


def masked(text: str) -> str:
    """`text` with every personal number masked, as long as before."""
    pieces: list[str] = []
    at = 0
    for one in personal_numbers(text):
        pieces += [text[at : one.start], one.masked]
        at = one.end
    return "".join((*pieces, text[at:]))

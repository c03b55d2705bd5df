"""Report personal data in clear: ID-card numbers (checksum), mobile numbers, bank cards.

An 18-digit number is an ID card only if its date exists and its check digit holds (GB 11643); a bank card
only with a card prefix and a right Luhn sum. Left alone: masked forms, 统一社会信用代码, project and property
numbers, landlines and hotlines. A mobile number beside 联系人, 值班, 咨询 is only 疑似: such numbers are often
meant to be public. The number itself is never shown, stored or logged: findings carry the masked form, of
the same length (`checks.privacy`).
"""

from collections.abc import Iterator

from checks.model import Rule, Severity
from checks.passage import Manual, Mark, Passage
from checks.privacy import PERSONAL, personal_numbers

RULE = Rule(
    "personal-data",
    Severity.ERROR,
    "泄露个人信息：{note}，应作脱敏处理",
    source="《中华人民共和国个人信息保护法》；《公民身份号码》（GB 11643-1999）",
)
MANUAL = Manual(
    title="个人信息",
    finds="身份证号（校验码正确的18位、注明身份证的15位）、手机号、银行卡号（发卡前缀和校验位正确）未作脱敏。查出的号码一律脱敏显示和保存。",
    spares="已脱敏的号码、统一社会信用代码、项目编号、固定电话和热线不算；值班、咨询、监督等公务联系手机只作疑似提示。",
    bad=(
        "张三，身份证号652722199001011239。",
        "救助对象李四，手机13812345678。",
    ),
    good=(
        "张三，身份证号652722********1239。",
        "统一社会信用代码91652722MA77ABCD1X",
        "咨询电话：0909-5321234",
        "政务服务热线12345",
    ),
)
ON = True
WORDING = False


def check(passage: Passage) -> Iterator[Mark]:
    for number in personal_numbers(passage.text):
        severity = Severity.SUGGESTION if number.doubtful else None
        if number.kind == "mobile" and not number.doubtful:
            severity = Severity.WARNING
        yield Mark(number.start, number.end, number.masked, PERSONAL[number.kind], severity)

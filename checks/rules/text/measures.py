"""Report units of measure written against GB 3100–3102: KM, KG, KWH, 公分, 摄氏15度, 100平方.

Advisory: all are 疑似, for in titles and names of products such forms may be meant.
"""

import re
from collections.abc import Iterator

from checks.model import Rule, Severity
from checks.passage import Manual, Mark, Passage

RULE = Rule(
    "measures",
    Severity.SUGGESTION,
    "计量单位不规范，应写作“{use}”",
    source="《国际单位制及其应用》（GB 3100-1993）；《中华人民共和国法定计量单位》",
)
MANUAL = Manual(
    title="计量单位",
    finds="km、kg、kW·h等符号大小写，公分、市斤、百万瓦等非法定单位，摄氏15度，平方、立方后缺“米”。全部为疑似提示。",
    spares="型号、产品名中的写法请人工判断。",
    bad=(
        "全长15KM。",
        "气温为摄氏15度。",
        "新建厂房3000平方。",
    ),
    good=(
        "全长15km。",
        "气温为15摄氏度。",
        "新建厂房3000平方米。",
    ),
)
ON = True
WORDING = True

_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?<=\d)\s?(?P<u>KM|Km|kM)(?![A-Za-z])"), "km"),
    (re.compile(r"(?<=\d)\s?(?P<u>KG|Kg|kG)(?![A-Za-z])"), "kg"),
    (re.compile(r"(?<=\d)\s?(?P<u>KWH|KWh|Kwh|kwh|kWh|KW·H)(?![A-Za-z])"), "kW·h"),
    (re.compile(r"(?<=\d)\s?(?P<u>KW|Kw|kw)(?![A-Za-z·])"), "kW"),
    (re.compile(r"(?<=\d)\s?(?P<u>Mw|mw)(?![A-Za-z])"), "MW"),
    (re.compile(r"(?<=\d)\s?(?P<u>ML)(?![A-Za-z])"), "mL"),
    (re.compile(r"(?<=\d)\s?(?P<u>M2|m2|M²)(?![A-Za-z0-9])"), "m²"),
    (re.compile(r"(?<=[\d万亿])(?P<u>平方)(?=[\u3002\uff0c、,。的\uff1b]|$)"), "平方米"),
    (re.compile(r"(?<=[\d万亿])(?P<u>立方)(?=[\u3002\uff0c、,。的\uff1b]|$)"), "立方米"),
    (re.compile(r"(?<=\d)(?P<u>公分)"), "厘米"),
    (re.compile(r"(?<=\d)(?P<u>百万瓦)"), "兆瓦"),
    (re.compile(r"(?<=\d)(?P<u>人/次)"), "人次"),
    (re.compile(r"(?<=\d)(?P<u>市斤)"), "千克"),
)
_CELSIUS = re.compile(r"摄氏(?P<n>零下?\d+(?:\.\d+)?|\d+(?:\.\d+)?)度")


def check(passage: Passage) -> Iterator[Mark]:
    for pattern, use in _PATTERNS:
        for hit in pattern.finditer(passage.text):
            yield Mark(hit.start("u"), hit.end("u"), use)
    for hit in _CELSIUS.finditer(passage.text):
        yield Mark(hit.start(), hit.end(), f"{hit['n']}摄氏度")

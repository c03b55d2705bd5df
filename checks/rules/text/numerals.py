"""Report numerals against GB/T 15835-2011: the zero of a year, doubled approximators, 下降1倍, 百分之20, 第二届2次.

A figure with 约 does not also take 左右; a decrease has no 倍. Matters of style (5~10万, 20-30%, 2025.09.01) are 疑似.
"""

import re
from collections.abc import Iterator

from checks.model import Rule, Severity
from checks.passage import Manual, Mark, Passage

RULE = Rule(
    "numerals",
    Severity.WARNING,
    "数字用法不规范：{note}",
    source="《出版物上数字用法》（GB/T 15835-2011）",
)
MANUAL = Manual(
    title="数字用法",
    finds="汉字年份的零写成0、零；概数词重复（约100余人、约10人左右）；下降一倍；百分之20；第二届2次会议；二十世纪80年代等。",
    spares="达到100万元以上、左右单用都可以；体例上的差别（5~10万元、2025.09.30）只作疑似提示。",
    bad=(
        "二0二五年九月",
        "参加活动的约100余人。",
        "投诉量下降2倍。",
        "完成投资的百分之20。",
    ),
    good=(
        "二〇二五年九月",
        "参加活动的约100人。",
        "投诉量下降50%。",
        "达到100万元以上。",
    ),
)
ON = True
WORDING = True

_HAN = "一二三四五六七八九"
_MEASURE = r"(?:[\u4e00-\u9fff]{0,3})"
_YEAR = re.compile(rf"[一二][{_HAN}〇零○0O]{{3}}年")
_PATTERNS: tuple[tuple[re.Pattern[str], str, str, Severity | None], ...] = (
    (
        re.compile(
            r"(?:大约|将近|接近|约|近|超过|超|逾)(?<!公约)(?<!条约)(?<!签约)(?<!节约)(?<!附近)(?<!最近)\s*\d[\d.,]{0,15}\s*(?:万|亿|千|百)?(?:余|多)(?=[\u4e00-\u9fff])"
        ),
        "",
        "约数词重复，只用其一",
        None,
    ),
    (
        re.compile(
            rf"(?<![公条签节合制集契特预违誓邀])(?:大约|约)\s*\d[\d.,]{{0,15}}\s*(?:万|亿|千|百)?{_MEASURE}(?:左右|上下|以上)"
        ),
        "",
        "约数词重复，只用其一",
        None,
    ),
    (
        re.compile(rf"\d[\d.,]{{0,15}}\s*(?:万|亿|千|百)?(?:余|多){_MEASURE}(?:左右|上下)"),
        "",
        "约数词重复，只用其一",
        None,
    ),
    (
        re.compile(
            r"(?:减少|下降|降低|缩小|缩短|压缩)(?:到|至|为)?了?(?:近|约)?\s*(?:\d{1,12}(?:\.\d{1,8})?|[一二两三四五六七八九十]+)倍"
        ),
        "",
        "减少、下降不用“倍”",
        None,
    ),
    (re.compile(r"百分之\s*\d{1,12}(?:\.\d{1,8})?"), "", "应写作“%”或全用汉字", None),
    (
        re.compile(r"[两二三四五六七八九十](?:个)?百分点(?<!个百分点)"),
        "",
        "应写作“2个百分点”",
        None,
    ),
    (re.compile(rf"第[{_HAN}十]+届\s*\d+\s*次"), "", "届次数字应统一用汉字", None),
    (re.compile(r"(?:二十一|二十|十九)世纪\s*\d0年代"), "", "世纪应用阿拉伯数字", None),
    (
        re.compile(r"(?<![\d年.])[0-3]\d年(?:[1-9]|1[0-2])月(?!份?后|前|龄)"),
        "",
        "年份应写全四位",
        Severity.SUGGESTION,
    ),
    (
        re.compile(r"(?<![\d.])\d{1,2}(?:\.\d+)?[-~—–]\d{1,2}(?:\.\d+)?%"),
        "",
        "前一个数也应写“%”",
        Severity.SUGGESTION,
    ),
    (
        re.compile(r"(?<![\d.\-年月])\d{1,3}[-~—–]\d{1,4}[万亿](?=元|亩|人|吨|户)"),
        "",
        "前一个数也应写“万”“亿”",
        Severity.SUGGESTION,
    ),
    (
        re.compile(r"(?<![\d、])[1-9]、[1-9]月份"),
        "",
        "应写作“3月至4月”或“三四月”",
        Severity.SUGGESTION,
    ),
    (
        re.compile(
            r"(?<![\d.])(?:19|20)\d{2}\.(?:0?[1-9]|1[0-2])\.(?:0?[1-9]|[12]\d|3[01])(?![\d.])"
        ),
        "",
        "正文日期应写作“年月日”",
        Severity.SUGGESTION,
    ),
    (
        re.compile(
            r"(?<![\u4e00-\u9fff])[一二三四五六七八]、[二三四五六七八九](?:个|天|次|名|位)(?![\u4e00-\u9fff]{0,2}[、])|(?<=[近约有过了用前])[一二三四五六七八]、[二三四五六七八九](?:个|天|次|名|位)"
        ),
        "",
        "概数之间不用顿号",
        None,
    ),
    (re.compile(r"(?<![\d.,])[1-9]\d{0,3}0{6}(?=元)"), "", "应写作“万元”", Severity.SUGGESTION),
)


def check(passage: Passage) -> Iterator[Mark]:
    for hit in _YEAR.finditer(passage.text):
        use = re.sub(r"[零○0O]", "〇", hit.group())
        if use != hit.group():
            alike = (
                Severity.SUGGESTION if set(use) - set(hit.group()) and "○" in hit.group() else None
            )
            yield Mark(hit.start(), hit.end(), use, "汉字年份的零应写作“〇”", alike)
    for pattern, use, note, severity in _PATTERNS:
        for hit in pattern.finditer(passage.text):
            yield Mark(hit.start(), hit.end(), use or _remedy(hit.group()), note, severity)


def _remedy(found: str) -> str:
    """What to write, where that can be told from the place alone."""
    if found.startswith("百分之"):
        return found.removeprefix("百分之").strip() + "%"
    if found.endswith("百分点"):
        figure = {
            "两": 2,
            "二": 2,
            "三": 3,
            "四": 4,
            "五": 5,
            "六": 6,
            "七": 7,
            "八": 8,
            "九": 9,
            "十": 10,
        }
        return f"{figure.get(found[0], found[0])}个百分点"
    if "世纪" in found:
        return found.replace("二十一", "21").replace("二十", "20").replace("十九", "19")
    return ""

"""Sentences in which a wrong word is not the writer's own: it is taught, quoted as wrong, or was right in its day."""

import re
from datetime import date

#: Characters of a sentence that are looked at on either side.
AROUND = 80
_SENTENCE_END = re.compile(r"[。!?\n\uff01\uff1f]")
_TEACHES = re.compile(
    r"应为|应改为|应改成|应是|应写作|应写成|应作|应统一|误写|误作|误用|误将|误为|错写|错用|写成|错别字|错敏词|别字"
    r"|不应写|不能写|不得写|不要写|不可写|不宜写|不应用|不能用|不得使用|不得用|不使用|不再使用|不用|不说|不称|不提|禁用|慎用|规范表述|规范用语|规范写法"
    r"|正确写法|正确表述|正确的是|错误写法|错误表述|错误用法|错误提法|不规范|易错|改为|改成|更正为|订正|而非|而不是|混淆|混用|之误|替代|辨析|区别"
)
_RIGHT_AFTER = re.compile(
    r"^[”’』」\"'》]?\s*(?:[(\uff08]\s*)?(?:应为|应改为|应改成|应写作|应写成|应作|改为|改成|更正为|→|⇒|->|=>|—>|之误|是.{0,6}之误|系.{0,6}之误|的误写|误[,\uff0c])"
)
_RIGHT_BEFORE = re.compile(
    r"(?:误写[为作成]|错写[为成作]|误作|误为|误将|错将|写成了?|不应写[作为成]|不能写[作为成]|不得写[作为成]|不宜写[作为成]|不要写[作为成]|不写作|不得使用|不能使用|不应使用"
    r"|不再使用|禁用|慎用|而不是|而非|(?:错误|误|错|有误)[:\uff1a]|[×✗✘╳])\s*[“‘『「\"']?$"
)
_PAIR = re.compile(r"^[”’』」\"'\s)\uff09]*(?:\t|→|⇒|->|=>|[-—]+>?|[(\uff08/|])[“‘『「\"'\s]*")
_LESSON = re.compile(
    r"错别字|错敏词|易错|勘误|禁用词|慎用词|常见错误|规范用语|用词规范|正误|字词辨析|校对知识"
)
_QUOTES = {"“": "”", "‘": "’", "『": "』", "「": "」", '"': '"'}
#: A quotation longer than this is somebody's speech, not a word that is shown.
SHOWN = 24


def lesson(title: str) -> bool:
    """Whether a text so entitled is about wrong wording."""
    return bool(_LESSON.search(title))


def sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """The sentence around a place: bounded by full stops and line breaks, at most `AROUND` on either side."""
    left = max(0, start - AROUND)
    for found in _SENTENCE_END.finditer(text, left, start):
        left = found.end()
    following = _SENTENCE_END.search(text, end, end + AROUND)
    return left, following.start() if following else min(len(text), end + AROUND)


def taught(text: str, start: int, end: int, use: str = "") -> bool:
    """Whether the sentence shows the words at `start` to `end` as wrong instead of using them."""
    left, right = sentence(text, start, end)
    before, after = text[left:start], text[end:right]
    if _RIGHT_AFTER.search(after) or _RIGHT_BEFORE.search(before):
        return True
    if use and (pair := _PAIR.match(after)) and after[pair.end() :].startswith(use):
        return True
    return _quoted(text, left, start, end, right) and bool(_TEACHES.search(text[left:right]))


def _quoted(text: str, left: int, start: int, end: int, right: int) -> bool:
    """Whether a place stands in quotation marks that hold hardly more than it."""
    for place in range(start - 1, max(left, start - SHOWN) - 1, -1):
        if (shut := _QUOTES.get(text[place])) is not None:
            close = text.find(shut, end, min(right, place + SHOWN + end - start))
            return close >= 0
        if text[place] in "”’』」":
            return False
    return False


_NAMES = r"(?:[\u4e00-\u9fff]{2,14}[局委办部会厅院法》](?:[、和及与]))*"
_ONCE = re.compile(
    rf"(?:(?<![草平中高荒陇塬])原|时任|曾任|曾在|历任|先后任|前身(?:[为是系叫])?|旧称|原名|原称|旧名|撤销|撤并|不再保留|废止|废除|取消|失效)[“《]?{_NAMES}[\u4e00-\u9fff]{{0,8}}$"
)
_NO_LONGER = re.compile(
    r"^(?:》|”)?(?:[、和与及][\u4e00-\u9fff、和与及《》]{2,40}?)?(?:已经?)?(?:同时|已|正式)?(?:旧址|更名|改名|改称|改组|改为|并入|撤销|合并|整合|不再保留|废止|失效|移交|转隶|时期|[(\uff08](?:现|今|原|已))"
    r"|^的?职责|^令第?|^等[一二三四五六七八九十\d]+部|^施行(?:期间|以前|前)|^[\u4e00-\u9fff]{0,4}〔\d{4}〕|^等(?:部门|单位)?的?(?:职责)?(?:整合|合并|组建)"
)
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})\s*年")
_HISTORY = re.compile(r"历史沿革|大事记|建局|建县初|改革前|机构改革以?前|当时的|[上本]世纪|年代")


def former(text: str, start: int, end: int, since: date | None) -> bool:
    """Whether a name of the past (an organ, a law) is rightly used: 原…, 《…》, 撤销…, a year before `since`."""
    left, right = sentence(text, start, end)
    before, after = text[left:start], text[end:right]
    if _ONCE.search(before[-30:]) or _NO_LONGER.search(after):
        return True
    opened = before.rfind("《")
    if opened > before.rfind("》") and "》" in text[end : end + AROUND]:
        return True
    said = text[left:right]
    years = [int(year) for year in _YEAR.findall(said)]
    return bool(_HISTORY.search(said)) or bool(
        since and years and all(year < since.year for year in years)
    )

"""Findings as LanguageTool's answer. Every field that a client reads is there, empty or not.

LibreOffice shows `message` beside the underlined words, other editors `shortMessage` as a heading, so the
message says by itself what is wrong and by what document.
"""

import json
import re
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from typing import Any

from checks.checker import Judgement
from checks.model import Finding, Severity, Span
from checks.normalise import is_han
from checks.privacy import masked
from desk.languagetool.catalogue import Kind, kind
from desk.languagetool.request import Choice, Request
from desk.utf16 import units

#: Matches of one answer; what is beyond makes it incomplete.
MOST = 2_000
#: Code points of context on either side, and of a sentence on either side.
AROUND = 40
SENTENCE = 200
#: Below this share of Chinese characters among a text's letters it is plainly not Chinese.
CHINESE = 0.1

LANGUAGES = (
    {"name": "Chinese (China)", "code": "zh", "longCode": "zh-CN"},
    {"name": "Chinese", "code": "zh", "longCode": "zh"},
    {"name": "Chinese (Simplified)", "code": "zh", "longCode": "zh-Hans"},
    # editors that know no Chinese mark Chinese text so
    {"name": "English (US)", "code": "en", "longCode": "en-US"},
)
_ENDS = re.compile(r"[。！？；!?;\r\n]")
_KANA = re.compile("[\u3041-\u30fa\uac00-\ud7a3]")
_NOTE = re.compile("（[^（）]*）")


@cache
def _version() -> str:
    return version("lanmu")


def software(lists_hash: str) -> dict[str, Any]:
    """What answers; `commit` names the lists in force."""
    return {
        "name": "Lanmu",
        "version": _version(),
        "buildDate": "",
        "commit": lists_hash[:12],
        "apiVersion": 1,
        "premium": False,
        "premiumHint": "",
        "status": "",
    }


def written(said: Any) -> bytes:
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def chinese_share(text: str) -> float:
    """Chinese characters among `text`'s letters, 0 to 1; kana and Hangul make it 0; 1 without any letter."""
    han = sum(map(is_han, text))
    if len(_KANA.findall(text)) > han * CHINESE:
        return 0.0
    letters = sum(map(str.isalpha, text))
    return han / letters if letters else 1.0


def is_checked(request: Request) -> bool:
    """Whether the text is looked at: said to be Chinese, or not plainly something else."""
    if request.language.partition("-")[0] in ("zh", "cmn"):
        return True
    return chinese_share(request.text.plain) >= CHINESE


def unread(lists_hash: str) -> dict[str, Any]:
    """The answer to a text in another language: nothing was checked, and it says so."""
    return _document(lists_hash, [], "不是中文，未检查", "NoopLanguage", "zz", 0.0)


def answered(
    request: Request, judgement: Judgement, titles: Mapping[str, str], lists_hash: str
) -> dict[str, Any]:
    """The answer to `request`: its text's findings, of those wanted, by place."""
    text = request.text.plain
    shown: dict[str, Kind] = {}
    matches: list[dict[str, Any]] = []
    why = "；".join(one.why for one in judgement.unchecked)
    clear = masked(text) if judgement.findings else text
    for finding in judgement.findings:
        if (one := shown.get(finding.rule)) is None:
            one = shown[finding.rule] = kind(finding.rule, titles)
        if not _wanted(request.choice, finding, one):
            continue
        if len(matches) == MOST:
            why = why or f"问题过多，只列出前{MOST}处，其余未列出"
            break
        matches.append(_match(finding, one, clear, request.text.place(finding.span)))
    share = round(chinese_share(text[:SENTENCE]), 2)
    return _document(lists_hash, matches, why, "Chinese", "zh-CN", share)


def _document(
    lists_hash: str, matches: list[dict[str, Any]], why: str, name: str, code: str, share: float
) -> dict[str, Any]:
    language = {"name": name, "code": code}
    detected = {**language, "confidence": share, "source": "characters"}
    return {
        "software": software(lists_hash),
        "warnings": {"incompleteResults": bool(why), "incompleteResultsReason": why},
        "language": {**language, "detectedLanguage": detected},
        "matches": matches,
    }


def _wanted(choice: Choice, finding: Finding, kind: Kind) -> bool:
    """The doubtful only where the client asks for it, or for its rule or category by name."""
    if kind.rule in choice.off_rules or kind.category in choice.off_categories:
        return False
    named = kind.rule in choice.on_rules or kind.category in choice.on_categories
    if choice.only and not named:
        return False
    return named or choice.picky or finding.severity > Severity.SUGGESTION


def _match(finding: Finding, kind: Kind, text: str, place: tuple[int, int]) -> dict[str, Any]:
    """`text` with personal numbers masked; `place` in the client's own document."""
    doubtful = finding.severity == Severity.SUGGESTION
    span = Span(finding.span.start, min(finding.span.end, finding.span.start + SENTENCE))
    source = f"。依据：{finding.source}" if finding.source else ""
    use = "" if _NOTE.fullmatch(finding.suggestion) else finding.suggestion
    return {
        "message": finding.message.rstrip("。") + source,
        "shortMessage": f"{kind.title}（{finding.severity.label}）",
        "replacements": [{"value": use, "shortDescription": ""}] if use else [],
        "offset": place[0],
        "length": place[1],
        "context": _context(text, span),
        "sentence": _sentence(text, span),
        "type": {"typeName": "Hint" if doubtful else "Other"},
        "rule": {
            "id": kind.rule,
            "subId": "",
            "sourceFile": "",
            "description": kind.title,
            "issueType": kind.issue,
            "urls": [],
            "category": {"id": kind.category, "name": kind.category_title},
            "isPremium": False,
            "tags": ["picky"] if doubtful else [],
        },
        "ignoreForIncompleteSentence": False,
        "contextForSureMatch": 0,
    }


def _context(text: str, span: Span) -> dict[str, Any]:
    """The words around, one line; its places are UTF-16 units of itself."""
    since, until = max(0, span.start - AROUND), span.end + AROUND
    before = ("…" if since else "") + text[since : span.start]
    match = text[span.start : span.end]
    after = text[span.end : until] + ("…" if until < len(text) else "")
    line = (before + match + after).replace("\r", " ").replace("\n", " ")
    return {"text": line, "offset": units(before), "length": units(match)}


def _sentence(text: str, span: Span) -> str:
    since = max(0, span.start - SENTENCE)
    ends = [hit.end() for hit in _ENDS.finditer(text, since, span.start)]
    begin = ends[-1] if ends else since
    last = max(span.start, span.end - 1)
    end = _ENDS.search(text, last, last + SENTENCE)
    return text[begin : end.end() if end else last + SENTENCE].strip()

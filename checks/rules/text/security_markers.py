"""Report markings that have no place on a public page: 密级 (秘密★1年), 内部资料, 此件不公开.

Only the markings themselves: to write about secrets (保守国家秘密, 秘密级文件管理) is right.
"""

import re
from collections.abc import Iterator

from checks.model import Rule, Severity
from checks.passage import Manual, Mark, Passage

RULE = Rule(
    "security-markers",
    Severity.ERROR,
    "含有涉密或内部标记“{match}”，不得在网站公开",
    source="《中华人民共和国保守国家秘密法》；《中华人民共和国政府信息公开条例》第十四条",
)
MANUAL = Manual(
    title="涉密和内部标记",
    finds="秘密★1年等密级标记、内部资料严禁外传、此件不公开、仅供内部使用等不应出现在公开网页上的标记。",
    spares="谈保密工作、保密法规、涉密文件管理的文字不算；“此件公开发布”不算。",
    bad=(
        "秘密★1年",
        "（此件不公开）",
        "内部资料，严禁外传",
    ),
    good=(
        "依法保守国家秘密。",
        "此件公开发布",
        "加强涉密文件管理。",
    ),
)
ON = True
WORDING = False

_MARKERS = re.compile(
    r"(?:绝密|机密|秘密)\s*[★☆*]\s*(?:\d{1,2}\s*(?:年|个月)|长期)?"
    r"|内部(?:资料|文件|材料)[,\uff0c、\s]*(?:请?注意保存|不得外传|严禁外传|请勿外传|注意保密|妥善保管)"
    r"|(?:此件|本件|该件)(?:不予?公开|不宜公开|依申请公开|不公开发布)|(?:信息)?公开属性[:\uff1a]\s*不予公开"
    r"|仅供(?:内部|领导)(?:使用|参考|传阅|阅示|学习)|(?m:^[ \t\u3000]*(?:绝密|机密|秘密|内部资料|内部文件)[ \t\u3000]*$)"
)


def check(passage: Passage) -> Iterator[Mark]:
    for hit in _MARKERS.finditer(passage.text):
        found = hit.group()
        start = hit.start() + len(found) - len(found.lstrip())
        yield Mark(start, start + len(found.strip()))

"""Report what a template left behind: XX局, 某某单位, 待补充, 此处插入, ____, ???.

Left alone: masked names and numbers (张某某, 李XX, 138XXXX1234), sizes (XXL).
"""

import re
from collections.abc import Iterator

from checks.model import Rule, Severity
from checks.passage import Manual, Mark, Passage

RULE = Rule(
    "placeholders",
    Severity.WARNING,
    "似为模板占位符“{match}”，应填写实际内容",
    source="公文校核通则：发布前应删除模板文字",
)
MANUAL = Manual(
    title="模板遗留",
    finds="XX局、某某单位、待补充、此处填写、____、???等模板占位文字。",
    spares="脱敏的姓名和号码（张某某、李XX、138XXXX1234）、型号尺寸不算。",
    bad=(
        "请于XX月XX日前报送。",
        "联系人：（待补充）",
        "此处填写单位名称",
    ),
    good=(
        "当事人张某某",
        "联系电话：138XXXX1234",
        "请于10月20日前报送。",
    ),
)
ON = True
WORDING = True

_AFTER = "年|月|日|县|市|州|镇|乡|村|局|委|办|单位|部门|同志|领导|公司|企业|项目|万元|元|人|户|亩|号|项|个|%|学校|医院|街道|社区"
_PATTERNS = re.compile(
    rf"(?<![XＸx×])[XＸx×]{{2,12}}(?={_AFTER})|(?<=[于在为由])[XＸx×]{{2,12}}(?![A-Za-z0-9])|(?<=[年月共计第约])[XＸx×]{{1,12}}(?={_AFTER})"
    r"|(?<![\u4e00-\u9fff])某某(?=县|市|镇|乡|村|局|单位|部门|同志|公司|企业|项目|学校)|(?<=[由向在请至到和、])某某(?=县|市|镇|乡|村|局|单位|部门|同志|公司|企业|项目|学校)"
    r"|待(?:补充|完善|填写|确认后填写|核实后补充|定稿)(?=[)\uff09】\]。\uff0c;\uff1b\s]|$)|(?:[(\uff08【\[]\s*)(?:待补充|待填写|待完善|请填写|此处)[^)\uff09】\]\n]{0,20}[)\uff09】\]]"
    r"|此处(?:插入|填写|填入|省略|添加|粘贴|为|应)[^。\uff0c\n]{0,12}|请在此(?:处)?(?:输入|填写|插入)[^。\uff0c\n]{0,12}|[?\uff1f]{3,}|_{3,}|TODO|Lorem ipsum"
)
_PERSON = re.compile(
    r"[赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应宗丁宣贲邓郁单杭洪包诸左石崔吉钮龚程邢]$"
)


def check(passage: Passage) -> Iterator[Mark]:
    text = passage.text
    for hit in _PATTERNS.finditer(text):
        found = hit.group()
        before = text[max(0, hit.start() - 1) : hit.start()]
        if found[0] in "XＸx×某" and (_PERSON.match(before) or before.isdigit()):
            continue
        yield Mark(hit.start(), hit.end())

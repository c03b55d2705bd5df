"""Every row of every shipped list: its `bad` sentence is found, its `good` one left alone."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from checks.checker import Checker
from checks.model import Article, Finding, Severity
from checks.wordlist import Term, Wordlist, shipped

DAY = date(2025, 9, 30)
CHECKER = Checker(shipped())
ROWS = [
    pytest.param(one, term, id=f"{one.id}-{term.text}") for one in shipped() for term in one.terms
]
REFERENCE = Path(__file__).parents[3] / "shared" / "reference" / "false_positives.md"
CLEAN = Path(__file__).parents[3] / "shared" / "data" / "clean"
CIRCULAR = Path(__file__).parents[3] / "shared" / "circular-2025Q3.txt"


def found(sentence: str) -> tuple[Finding, ...]:
    return CHECKER.article(Article.draft(sentence, published=DAY))


@pytest.mark.parametrize(("wordlist", "term"), ROWS)
def test_bad_is_found_and_good_is_left_alone(wordlist: Wordlist, term: Term) -> None:
    hits = [f for f in found(term.bad) if f.rule == wordlist.id and f.match == term.text]
    assert [(f.severity, f.suggestion) for f in hits[:1]] == [(wordlist.severity, term.use)]
    loud = [f for f in found(term.good) if f.severity >= Severity.WARNING and f.rule == wordlist.id]
    assert loud == []
    assert term.source or wordlist.source


@pytest.mark.parametrize(("wordlist", "term"), ROWS)
def test_an_exception_by_itself_is_left_alone(wordlist: Wordlist, term: Term) -> None:
    accused = [
        phrase
        for phrase in term.unless
        if any(f.rule == wordlist.id and f.match == term.text for f in found(phrase))
    ]
    assert accused == []


@pytest.mark.parametrize(
    ("wordlist", "term"), [row for row in ROWS if getattr(row.values[1], "since", None)]
)
def test_a_dated_term_is_wrong_from_its_day_on(wordlist: Wordlist, term: Term) -> None:
    assert term.since is not None
    days = (term.since - timedelta(days=1), term.since, term.since + timedelta(days=1))
    articles = [Article.draft(term.bad, published=day) for day in days]
    seen = [[f.match for f in CHECKER.article(one) if f.rule == wordlist.id] for one in articles]
    assert [term.text in matches for matches in seen] == [False, True, True]


def test_no_term_stands_in_two_lists() -> None:
    texts = [term.text for one in shipped() for term in one.terms]
    assert len(texts) == len(set(texts))


def reference(section: str, following: str) -> str:
    if not REFERENCE.exists():
        pytest.skip("../shared/reference is absent")
    text = REFERENCE.read_text("utf-8")
    return text[text.index(section) : text.index(following) if following else len(text)]


def test_the_75_collisions_stay_silent() -> None:
    cells = re.findall(r"^\| \d+ \| (.+?) \|", reference("## 1.", "## 2."), re.M)
    sentences = [cell.replace("**", "") for cell in cells]
    assert len(sentences) == 75
    loud = [(s, f.match) for s in sentences for f in found(s) if f.severity >= Severity.WARNING]
    assert loud == []


@pytest.mark.parametrize(
    ("sentence", "day"),
    [
        ("关于废止《中华人民共和国合同法》的说明", DAY),
        ("《国家旅游局关于规范导游证管理的通知》", DAY),
        ("依据《劳动合同法》第十条订立合同。", DAY),
        ("县国土资源局公告", date(2016, 5, 1)),
        ("原县扶贫办主任", DAY),
        ("由原国税、地税合并组建", DAY),
        ("县文化和旅游局、农业部门、朝鲜族群众", DAY),
        ("坚决反对“台独”分裂行径", DAY),
        ("独山子、黑瞎子岛、六合区、阿合其农场、托里镇、八家户农场", DAY),
        ("截止阀更换，报名截止时间另行通知，购置帐篷和蚊帐", DAY),
        ("第一书记、第一批、第一产业、国家级非遗名录", DAY),
        ("S404线精河段、89404亿元", DAY),
    ],
)
def test_context_that_naive_matching_accuses(sentence: str, day: date) -> None:
    hits = CHECKER.article(Article.draft(sentence, published=day))
    assert [f.match for f in hits if f.severity >= Severity.WARNING] == []


@pytest.mark.parametrize(
    "sentence",
    [
        "举办全县纪检委员培训班。",
        "建成全县第二个维护站点，这是今年第二个确立的项目。",
        "各县县委书记、该市市委书记、两省省委书记参加会议。",
        "各地、州、市、县委办公厅（室）抓好落实。",
        "美国农业部、印尼农业部、美国国税局、泰国国家旅游局、澳门旅游局发布数据。",
        "2016年被农业部认定为全国一村一品示范村。",
        "推动工业与信息化深度融合，提升林业与草原碳汇能力。",
        "县文体广电旅游局组织培训。",
        "由原国税局、地税局合并组建，档案由原县国土资源局移交。",
        "将国土资源局的职责整合，组建自然资源局。",
        "（2007年4月5日中华人民共和国国务院令第492号公布）",
        "不断筑牢中华民族共同体意识的思想基础。",
        "项目既使群众增收，又使企业受益；服务既便企业又便群众。",
        "开展疫苗接种反应情况监测，分析市场反应情况。",
        "游客走进天山山脉博物馆，县领导到条件严峻工地慰问。",
        "渠水漫延至农田，浪漫延续至九月。",
    ],
)
def test_right_words_that_contain_wrong_ones(sentence: str) -> None:
    assert [f.match for f in found(sentence) if f.severity >= Severity.WARNING] == []


@pytest.mark.parametrize(
    ("sentence", "match", "use"),
    [
        ("既使困难再大，也要按期完成。", "既使", "即使"),
        ("传承和宏扬中华优秀传统文化。", "宏扬中华", "弘扬中华"),
        ("组织自愿者服务队清扫积雪。", "自愿者服务", "志愿者服务"),
        ("办理出国（赴港澳台）手续。", "出国（赴港澳台）", "出国（境）"),
        ("学习贯彻二十大四中全会精神。", "二十大四中全会", "二十届四中全会"),
        ("邀请两岸三地青年代表参会。", "两岸三地", "两岸暨香港"),
        ("补贴资金打入农户帐户。", "帐户", "账户"),
        ("同学反应情况属实。", "反应情况", "反映情况"),
    ],
)
def test_slips_an_editor_would_mark(sentence: str, match: str, use: str) -> None:
    hits = [f for f in found(sentence) if f.severity >= Severity.WARNING]
    assert [(f.match, f.suggestion) for f in hits] == [(match, use)]


def test_clean_official_text_is_silent_but_for_names_of_its_time() -> None:
    if not CLEAN.is_dir():
        pytest.skip("../shared/data/clean is absent")
    lines = [
        line
        for path in sorted(CLEAN.glob("*.txt"))
        for line in path.read_text("utf-8").splitlines()
    ]
    loud = [f.match for line in lines for f in found(line) if f.severity >= Severity.WARNING]
    # a newspaper of 1998, judged by today: right in its day
    assert sorted(loud) == ["“一带一路”战略", "《民法通则》", "国税局", "约400万左右"]


def test_the_29_true_ones_are_found() -> None:
    rows = re.findall(r"^\| (\S+?) \| \S+ \|", reference("## 4.", ""), re.M)
    sentences = [row for row in rows if row not in {"Sentence", "---"}]
    assert len(sentences) == 29
    silent = [s for s in sentences if not any(f.severity >= Severity.WARNING for f in found(s))]
    assert silent == []


def test_the_circular_has_its_one_slip() -> None:
    if not CIRCULAR.exists():
        pytest.skip("../shared/circular-2025Q3.txt is absent")
    hits = [f for f in found(CIRCULAR.read_text("utf-8")) if f.severity >= Severity.WARNING]
    assert [(f.match, f.suggestion) for f in hits] == [("IPV6", "IPv6")]

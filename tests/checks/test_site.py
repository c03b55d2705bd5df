import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checks.indicators import shipped
from checks.model import Account, BadInput, Column, Expectation, ProbePlan, Reviews, Site, Unit
from checks.site import load_site

GOOD = """\
site: {id: jinghe, name: 精河县人民政府网, home: "https://www.example.gov.cn/zf/", code: "6527220001"}
units:
  - {id: caizheng, name: 精河县财政局, aliases: [县财政局, 财政局], quota: 30}
  - {id: tuotuo, name: 托托镇人民政府, aliases: [托托镇], kind: township}
  - {id: tuoli, name: 托里镇人民政府, kind: township}
columns:
  - id: xczx
    name: 乡村振兴
    url: /xczx.htm
    kind: policy
    units: [caizheng, "kind:township", tuoli]
    family: vsb
    expects:
      - {item: 乡村振兴进度, any: [进度, 进展], each_unit: true, within_days: 92, units: ["kind:township"], source: 通报}
  - {id: yw, name: 要闻, url: col/yw.htm, kind: news, max_age_days: 7}
  - {id: jg, name: 机构, url: "http://xxgk.example.gov.cn/jg", kind: static, endpoint: /api/jg, max_pages: 3}
"""
FIRST = 'site: {id: a, name: 甲, home: "https://a.example/"}\n'
COLUMN = "columns:\n  - {id: c, name: 丙, url: /c}\n"


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "站点.yaml"
    file.write_text(text, "utf-8")
    return file


def faults(tmp_path: Path, text: str) -> list[str]:
    """What is said of `text`, without the file's folder."""
    with pytest.raises(BadInput) as caught:
        load_site(written(tmp_path, text))
    return [line.removeprefix(f"{tmp_path}/站点.yaml:") for line in caught.value.lines]


def test_a_whole_site_file_becomes_the_types(tmp_path: Path) -> None:
    progress = Expectation(
        "乡村振兴进度", ("进度", "进展"), each_unit=True, within_days=92,
        units=("tuotuo", "tuoli"), source="通报",
    )  # fmt: skip
    assert load_site(written(tmp_path, GOOD)) == Site(
        id="jinghe",
        name="精河县人民政府网",
        home="https://www.example.gov.cn/zf/",
        code="6527220001",
        hosts=frozenset({"www.example.gov.cn", "xxgk.example.gov.cn"}),
        units=(
            Unit("caizheng", "精河县财政局", ("县财政局", "财政局"), "department", 30),
            Unit("tuotuo", "托托镇人民政府", ("托托镇",), "township"),
            Unit("tuoli", "托里镇人民政府", (), "township"),
        ),
        columns=(
            Column(
                "xczx",
                "乡村振兴",
                "https://www.example.gov.cn/xczx.htm",
                "policy",
                ("caizheng", "tuotuo", "tuoli"),
                "vsb",
                184,
                (progress,),
                max_months=6,
            ),
            Column("yw", "要闻", "https://www.example.gov.cn/zf/col/yw.htm", "news", max_age=7),
            Column(
                "jg",
                "机构",
                "http://xxgk.example.gov.cn/jg",
                "static",
                endpoint="https://www.example.gov.cn/api/jg",
                max_pages=3,
            ),
        ),
        indicators=shipped(),
    )


def test_reviews_are_read(tmp_path: Path) -> None:
    text = (
        FIRST
        + COLUMN
        + "reviews: {since: 2026-01-01, columns: [c], keep_days: 90, reprints: true}\n"
    )
    expected = Reviews(date(2026, 1, 1), ("c",), 90, reprints=True)
    assert load_site(written(tmp_path, text)).reviews == expected
    for said in ('reviews: {since: "2026-01-01"}', "reviews: {since: 2026-01-01, columns: all}"):
        site = load_site(written(tmp_path, FIRST + COLUMN + said))
        assert site.reviews == Reviews(date(2026, 1, 1), (), 365, reprints=False)
    assert load_site(written(tmp_path, FIRST + COLUMN)).reviews is None


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("{}", "三审三校（reviews）缺少since；应写上，如 since: 2026-01-01"),
        ("{since: 今年}", "三审三校（reviews）的since写的是“今年”；应为日期，如 2026-01-01"),
        ("{since: 2026-13-01}", "有无法识别的数字、日期或标记；应加引号"),
        ("{since: 5}", "三审三校（reviews）的since写的是“5”；应为日期，如 2026-01-01"),
        (
            "{since: 2026-01-01 08:00:00}",
            "三审三校（reviews）的since写的是“2026-01-01 08:00:00”；应为日期，如 2026-01-01",
        ),
        ("{since: 2026-01-01, columns: [c, b]}", "没有id为“b”的栏目；应写columns里已有的id，或all"),
        (
            "{since: 2026-01-01, columns: some}",
            "三审三校（reviews）的栏目写的是“some”；应为列表，如 [甲, 乙]",
        ),
        (
            "{since: 2026-01-01, keep_days: 7}",
            "三审三校（reviews）的keep_days写的是“7”；应不小于30",
        ),
        (
            "{since: 2026-01-01, reprints: 是}",
            "三审三校（reviews）的reprints写的是“是”；应为true或false",
        ),
        (
            "{since: 2026-01-01, keep: 7}",
            "三审三校（reviews）没有“keep”这个键（是不是“keep_days”？）；应为since、columns、keep_days、reprints之一",
        ),
    ],
)
def test_faults_of_reviews_are_told(tmp_path: Path, said: str, told: str) -> None:
    assert faults(tmp_path, FIRST + COLUMN + f"reviews: {said}\n") == [f"4: {told}"]


def test_every_fault_is_told_at_once_with_its_line(tmp_path: Path) -> None:
    text = """\
site: {id: Jinghe, nmae: x, home: "ftp://a.b", timezone: 上海, delay: 0.2, code: 6527220001, family: vbs}
units:
  - {id: caizheng, name: 精河县财政局, aliases: 县财政局, kind: bureau, quota: 1_0}
  - {id: caizheng, name: 精河县 财政局, aliases: [no, 2025-10-01]}
  - name: 水利局
columns:
  - id: 12
    name:
    url: /x
    units: [caizhen, "kind:zone", "kind:zones"]
    max_age_days: 0
    expects:
      - {item: 进度, any: [], each_unit: yes, within_days: -1}
      - {any: [x], units: [caizheng]}
lists: [nope]
extra: 1
"""
    assert faults(tmp_path, text) == [
        "1: site没有“nmae”这个键（是不是“name”？）；应为id、name、home、code、family、timezone、delay、office、hosts、reprints、legacy_tls、attachments、revisit、links之一",
        "1: site的code写的是“6527220001”；应为文字（数字、日期、true/false作文字时要加引号）",
        "1: site的delay写的是“0.2”（两次访问的间隔秒数）；应不小于1.0，以免妨碍网站",
        "1: site的family写的是“vbs”；应为auto、vsb、ucap、trs、jcms、generic之一（是不是“vsb”？）",
        "1: site的home“ftp://a.b”不是以http://或https://开头的网址；应写完整网址，如 https://www.example.gov.cn/",
        "1: site的id“Jinghe”不能作id；应只用小写字母、数字和连字符，如 nong-ye",
        "1: site的timezone没有“上海”这个时区；应如 Asia/Shanghai",
        "1: site缺少name；应写上，如 name: 全称",
        "3: 单位“caizheng”的aliases写的是“县财政局”；应为列表，如 [甲, 乙]",
        "3: 单位“caizheng”的kind写的是“bureau”；应为township、department、zone、centre之一",
        "3: 单位“caizheng”的quota的数字写法会被读成10；应写普通的十进制数，是文字就加引号",
        "4: “精河县 财政局”已是单位“caizheng”的名称或别名；一个名称应只属于一个单位",
        "4: 单位id“caizheng”已用于第1项；每个id应只用一次",
        "4: 单位“caizheng”的aliases第2项写的是“2025-10-01”；应为文字（数字、日期、true/false作文字时要加引号）",
        "5: 单位第3项缺少id；应写上，如 id: nongye",
        "7: 栏目第1项的id写的是“12”；应为文字（数字、日期、true/false作文字时要加引号）",
        "8: 栏目第1项的name写的是空；应为文字（数字、日期、true/false作文字时要加引号）",
        "10: “kind:zone”没有选到单位；应先在units里写上这类单位",
        "10: 栏目第1项的单位第3项没有“zones”这类单位；kind:之后应为township、department、zone、centre之一",
        "10: 没有id为“caizhen”的单位（是不是“caizheng”？）；应写units里已有的id，或kind:类别",
        "11: 栏目第1项的max_age_days写的是“0”；应不小于1",
        "13: 栏目第1项的应公开内容第1项的any是空的；应至少写一项",
        "13: 栏目第1项的应公开内容第1项的each_unit写的是“yes”；应为true或false",
        "13: 栏目第1项的应公开内容第1项的within_days写的是“-1”；应不小于1",
        "14: 应公开内容的单位“caizheng”不在本栏目的责任单位之中；应先列入本栏目的units",
        "14: 栏目第1项的应公开内容第2项缺少item；应写上，如 item: 乡村振兴进度",
        "15: 没有“nope”这个词表文件夹；应写相对于站点文件的已有文件夹",
        "16: 文件没有“extra”这个键；应为site、units、columns、lists、rules、roster、indicators、probe、media、holidays、criteria、forms、notify、circular、reviews之一",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "1: 文件是空的；应写上内容"),
        ("# 只有注释\n", "1: 文件是空的；应写上内容"),
        (
            "site:\n\tid: a\n",
            "2: 用了制表符(Tab)缩进；应改用空格",
        ),
        ("a: 1\nsite: {id: a\n", "2: 花括号没有写完或缺少逗号；应写成 {键: 值, 键: 值}"),
        ("a: 1\nb: 2\na: 3\n", "3: 同一层里有两个相同的键；应只留一个"),
        ("a: 1\nb: 2\nc: 'x\n\n\n", "3: 引号没有写完；应成对"),
        ("a: 1\n---\nb: 2\n", "2: 文件里有不止一份内容(---)；应只有一份"),
        ("a: 1\nb: 2025-13-45\n", "2: 有无法识别的数字、日期或标记；应加引号"),
        ("&x [*x]\n", "1: 层次太深；应只有几层"),
        ("[" * 5000, "1: 层次太深；应只有几层"),
        ("- a\n", "1: 文件写的是列表；应为“键: 值”各项"),
        (
            "a: 1\nb: 甲: 乙\n",
            "2: 冒号多了，或上一行冒号后缺空格，或缩进不齐；应写成“键: 值”，文字里有冒号的要整段加引号",
        ),
    ],
)
def test_a_file_that_is_no_yaml_gets_one_line(tmp_path: Path, text: str, said: str) -> None:
    assert faults(tmp_path, text) == [said]


def test_a_file_that_cannot_be_read_gets_one_line(tmp_path: Path) -> None:
    gbk = tmp_path / "站点.yaml"
    gbk.write_bytes(b"# ok\nsite: {name: " + "精河县".encode("gbk") + b"}\n")
    for file, said in (
        (tmp_path / "无.yaml", "无.yaml: 找不到站点文件；请核对文件名"),
        (tmp_path, f"{tmp_path.name}: 打不开这个文件（是一个文件夹）；应写可读的YAML文件"),
        (gbk, "站点.yaml:2: 不是UTF-8编码；应另存为UTF-8"),
    ):
        with pytest.raises(BadInput) as caught:
            load_site(file)
        assert caught.value.lines == (f"{file.parent}/{said}",)


def test_aliases_that_blow_up_are_refused(tmp_path: Path) -> None:
    bomb = "a0: &a0 [x]\n" + "".join(
        f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 12)
    )
    assert faults(tmp_path, bomb) == ["1: 引用(*)展开后内容太多；应少于200000项"]


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    file = tmp_path / "站点.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert load_site(file) == load_site(written(tmp_path, GOOD))


def test_no_is_a_word_like_any_other(tmp_path: Path) -> None:
    text = FIRST + "units:\n  - {id: no, name: 局, aliases: [no, on, y]}\n" + COLUMN
    assert load_site(written(tmp_path, text)).units == (Unit("no", "局", ("no", "on", "y")),)


@pytest.mark.parametrize(
    ("home", "delay", "accepted"),
    [
        ("http://127.0.0.1:8000/", "0", True),
        ("http://localhost/", "0.5", True),
        ("http://[::1]:8000/", "0", True),
        ("https://a.example/", "1.0", True),
        ("https://a.example/", "0.99", False),
        ("https://127.0.0.1.example/", "0", False),
        ("http://10.0.0.1/", "0", False),
        ("http://127.0.0.1/", "-1", False),
        ("待填写", "0.5", False),
        ("https://a.example/", ".inf", False),
        ("https://a.example/", "true", False),
    ],
)
def test_politeness_is_not_tunable_away_from_loopback(
    tmp_path: Path, home: str, delay: str, *, accepted: bool
) -> None:
    text = f'site: {{id: a, name: 甲, home: "{home}", delay: {delay}}}\n' + COLUMN
    if accepted:
        assert load_site(written(tmp_path, text)).delay == float(delay)
    else:
        assert [line.partition("写的是")[0] for line in faults(tmp_path, text)] == [
            "1: site的delay"
        ]


def test_a_column_on_another_host_must_be_asked_politely_too(tmp_path: Path) -> None:
    text = """\
site: {id: a, name: 甲, home: "http://127.0.0.1/", delay: 0}
columns: [{id: c, name: 丙, url: "https://a.example/c"}]
"""
    assert len(faults(tmp_path, text)) == 1


@pytest.mark.parametrize(
    ("url", "accepted"),
    [
        ("/c.htm", True),
        ("c/list.htm?page=1", True),
        ("https://b.example/c", True),
        ("待填写", True),
        ("javascript:void(0)", False),
        ("ftp://b.example/", False),
        ("//", False),
        ("http://b.example:99999/", False),
        ("http://user:pass@b.example/", False),
        ("/c d.htm", False),
        ("", False),
    ],
)
def test_a_column_address_is_a_web_address(tmp_path: Path, url: str, *, accepted: bool) -> None:
    text = FIRST + f'columns: [{{id: c, name: 丙, url: "{url}"}}]\n'
    if accepted:
        load_site(written(tmp_path, text))
    else:
        assert len(faults(tmp_path, text)) == 1


@pytest.mark.parametrize(
    ("host", "stored"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("[::1]", "::1"),
        ("XXGK.example.", "xxgk.example"),
        ("http://a.example", None),
        ("127.0.0.1:8000", None),
        ("a.example/x", None),
        ("", None),
    ],
)
def test_hosts_are_host_names(tmp_path: Path, host: str, stored: str | None) -> None:
    text = FIRST.replace("}", f', hosts: ["{host}"]}}') + COLUMN
    if stored:
        assert load_site(written(tmp_path, text)).hosts == {"a.example", stored}
    else:
        assert len(faults(tmp_path, text)) == 1


@pytest.mark.parametrize(
    ("home", "url"), [("待填写", "/c"), ("https://a.example/", "待填写/栏目"), ("待填写", "待填写")]
)
def test_an_address_still_to_be_filled_in_is_no_fault(tmp_path: Path, home: str, url: str) -> None:
    text = (
        f'site: {{id: a, name: 甲, home: "{home}"}}\ncolumns: [{{id: c, name: 丙, url: "{url}"}}]\n'
    )
    assert load_site(written(tmp_path, text)).placeholder
    assert not load_site(written(tmp_path, FIRST + COLUMN)).placeholder


def test_list_folders_are_found_beside_the_site_file(tmp_path: Path) -> None:
    (tmp_path / "词表").mkdir()
    text = FIRST + COLUMN + "lists: [词表]\n"
    assert load_site(written(tmp_path, text)).lists == (str((tmp_path / "词表").resolve()),)
    (tmp_path / "词表").rmdir()
    (tmp_path / "词表").write_text("不是文件夹")
    assert faults(tmp_path, text) == ["4: 没有“词表”这个词表文件夹；应写相对于站点文件的已有文件夹"]


def test_each_unit_needs_units(tmp_path: Path) -> None:
    column = "  - {id: c, name: 丙, url: /c, expects: [{item: 甲, any: [乙], each_unit: true}]}\n"
    assert faults(tmp_path, FIRST + "columns:\n" + column) == [
        "3: each_unit要求每个责任单位都有，但本栏目没有责任单位；应写上units，或删去each_unit"
    ]


def test_max_age_overrides_the_kind(tmp_path: Path) -> None:
    kinds = ("news", "notice", "policy", "yearly", "static")
    rows = [f"{{id: {k}, name: 甲, url: /c, kind: {k}}}" for k in kinds]
    rows.append("{id: own, name: 甲, url: /c, kind: static, max_age_days: 30}")
    site = load_site(written(tmp_path, FIRST + f"columns: [{', '.join(rows)}]\n"))
    assert [c.max_age for c in site.columns] == [14, 184, 184, 366, None, 30]


BOUNDED = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@BOUNDED
@given(data=st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
def test_any_file_is_loaded_or_refused_in_words(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "任意.yaml"
    file.write_bytes(data)
    with pytest.raises(BadInput):
        load_site(file)


@BOUNDED
@given(
    place=st.integers(0, len(GOOD)),
    length=st.integers(0, 12),
    put=st.text(alphabet="[]{}:,-#&*!|>'\"%@`\n\t 01.no_~甲", max_size=6),
)
def test_a_mangled_file_is_loaded_or_refused_with_lines(
    tmp_path: Path, place: int, length: int, put: str
) -> None:
    file = written(tmp_path, GOOD[:place] + put + GOOD[place + length :])
    for line in refusal(file):
        number, _, words = line.removeprefix(f"{file}:").partition(": ")
        assert 1 <= int(number) <= file.read_bytes().count(b"\n") + 2
        assert "；" in words


def refusal(file: Path) -> tuple[str, ...]:
    """What is said against a file, nothing where it loads."""
    try:
        load_site(file)
    except BadInput as error:
        return error.lines or ("nothing said",)
    return ()


def test_the_types_load_without_pydantic() -> None:
    code = "import sys, checks.model; print('pydantic' in sys.modules, 'ruamel' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False False\n"


WATCHED = """\
site: {id: a, name: 甲, home: "https://a.example/x/"}
units: [{id: zfb, name: 县政府办}]
columns: [{id: c, name: 丙, url: /c}]
probe: {control: "https://b.example/", targets: [/y/, "https://c.example/z"], seconds: 10, per_day: 24, share: 0.03}
media:
  - {id: weixin, name: 零距离, platform: 微信公众号, unit: zfb, feed: "http://rss.example/1.xml", max_age_days: 10}
  - {id: douyin, name: 零距离}
"""


def test_probes_and_accounts_become_the_types(tmp_path: Path) -> None:
    """A feed's host is not one of the site's own; a probed address is."""
    site = load_site(written(tmp_path, WATCHED))
    targets = ("https://a.example/y/", "https://c.example/z")
    assert site.probe == ProbePlan("https://b.example/", targets, 10.0, 24, 0.03)
    assert site.media == (
        Account("weixin", "零距离", "微信公众号", "zfb", "http://rss.example/1.xml", 10),
        Account("douyin", "零距离"),
    )
    assert site.hosts == {"a.example", "c.example"}
    plain = load_site(written(tmp_path, FIRST + COLUMN))
    assert (plain.probe, plain.media) == (ProbePlan("", (), 15.0, 20, 0.05), ())


def test_a_feed_or_control_still_to_be_filled_in_is_none(tmp_path: Path) -> None:
    text = WATCHED.replace("http://rss.example/1.xml", "待填写").replace(
        "https://b.example/", "待填写"
    )
    site = load_site(written(tmp_path, text))
    assert (site.media[0].feed, site.probe.control, site.placeholder) == ("", "", False)
    text = WATCHED.replace("/y/", "待填写")
    assert load_site(written(tmp_path, text)).placeholder


def test_faults_of_probes_and_accounts(tmp_path: Path) -> None:
    text = (
        FIRST
        + "units: [{id: zfb, name: 县政府办}]\n"
        + COLUMN
        + """\
probe: {control: b.example, seconds: 0, per_day: 0, share: 0, targets: [ftp://x], qps: 1}
media:
  - {id: weixin, name: 零距离, unit: zfbb, feed: "feed.xml", max_age_days: 0}
  - {id: weixin, name: 零距离, fed: x}
"""
    )
    assert faults(tmp_path, text) == [
        "5: probe没有“qps”这个键；应为control、targets、seconds、per_day、share之一",
        "5: probe的control“b.example”不是以http://或https://开头的网址；应写完整网址，如 https://www.example.gov.cn/",
        "5: probe的per_day写的是“0”；应不小于1",
        "5: probe的seconds写的是“0”；应不小于1.0",
        "5: probe的share写的是“0”；应大于0.0",
        "5: probe的targets第1项“ftp://x”不是以http://或https://开头的网址；应写完整网址，或从首页算起的路径，如 /xczx.htm",
        "7: 新媒体账号“weixin”的feed“feed.xml”不是以http://或https://开头的网址；应写完整网址，如 https://www.example.gov.cn/",
        "7: 新媒体账号“weixin”的max_age_days写的是“0”；应不小于1",
        "7: 没有id为“zfbb”的单位（是不是“zfb”？）；应写units里已有的id",
        "8: 新媒体账号id“weixin”已用于第1项；每个id应只用一次",
        "8: 新媒体账号“weixin”没有“fed”这个键（是不是“feed”？）；应为id、name、platform、unit、feed、max_age_days之一",
    ]


def test_too_many_probed_addresses_are_refused(tmp_path: Path) -> None:
    many = ", ".join("/c" for _ in range(21))
    assert faults(tmp_path, FIRST + COLUMN + f"probe: {{targets: [{many}]}}\n") == [
        "4: probe的targets有21项；应不超过20项"
    ]


def test_a_probed_address_elsewhere_must_be_asked_politely_too(tmp_path: Path) -> None:
    text = """\
site: {id: a, name: 甲, home: "http://127.0.0.1/", delay: 0}
columns: [{id: c, name: 丙, url: /c}]
probe: {targets: ["https://a.example/c"]}
"""
    assert len(faults(tmp_path, text)) == 1

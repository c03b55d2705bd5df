"""The editors' server over a real line: each client's own bytes, and the whole of what it is answered."""

import json
import socket
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import pytest
from fastapi import FastAPI
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.exceptions import HTTPException

from checks.checker import Checker
from checks.wordlist import shipped
from desk.languagetool.door import CORS
from desk.languagetool.host import LanguageTool
from desk.languagetool.limits import Limits
from desk.languagetool.request import MOST_BYTES
from desk.languagetool.routes import languagetool_app, routes
from tests.desk.editors import DAY, FORM, Said, ask, check, checker, desk, form
from tests.desk.web_serving import running

SLIP = "现就布署工作作出通知。"
TYPO = {
    "message": "错别字，应为“部署”。依据：《现代汉语词典》；《通用规范汉字表》（国发〔2013〕23号）",
    "shortMessage": "错别字（一般错误）",
    "replacements": [{"value": "部署", "shortDescription": ""}],
    "offset": 2,
    "length": 2,
    "context": {"text": SLIP, "offset": 2, "length": 2},
    "sentence": SLIP,
    "type": {"typeName": "Other"},
    "rule": {
        "id": "typos",
        "subId": "",
        "sourceFile": "",
        "description": "错别字",
        "issueType": "misspelling",
        "urls": [],
        "category": {"id": "TYPOS", "name": "错别字"},
        "isPremium": False,
        "tags": [],
    },
    "ignoreForIncompleteSentence": False,
    "contextForSureMatch": 0,
}


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with running(languagetool_app(desk())) as address:
        yield address


def software() -> dict[str, Any]:
    return {
        "name": "Lanmu",
        "version": "2026.4.0",
        "buildDate": "",
        "commit": checker().lists_hash[:12],
        "apiVersion": 1,
        "premium": False,
        "premiumHint": "",
        "status": "",
    }


def whole(*matches: dict[str, Any], share: float = 1.0) -> dict[str, Any]:
    chinese = {"name": "Chinese", "code": "zh-CN"}
    return {
        "software": software(),
        "warnings": {"incompleteResults": False, "incompleteResultsReason": ""},
        "language": {
            **chinese,
            "detectedLanguage": {**chinese, "confidence": share, "source": "characters"},
        },
        "matches": list(matches),
    }


def open_to_all(said: Said) -> bool:
    return all(said.headers.get(name.lower()) == value for name, value in CORS.items())


CURL = {"Accept": "*/*", "Content-Type": FORM}
CLIENTS = {
    "LibreOffice 7.4": ("/v2/check", f"text={SLIP}&language=zh-CN".encode(), CURL),
    "LibreOffice 7.5": ("/v2/check", f"text={quote(SLIP)}&language=zh-CN".encode(), CURL),
    "LibreOffice, address without /v2": ("/check", f"text={SLIP}&language=zh-CN".encode(), CURL),
    "language_tool_python": ("/v2/check", urlencode({"language": "zh-CN", "text": SLIP}).encode(),
                             {"User-Agent": "python-requests/2.34.2", "Content-Type": FORM}),
    "pylanguagetool": ("/v2/check", urlencode({"text": SLIP, "language": "zh-CN"}).encode(),
                       {"User-Agent": "python-requests/2.34.2", "Content-Type": FORM}),
    "Obsidian": ("/v2/check",
                 form(data=json.dumps({"annotation": [{"text": SLIP}]}, ensure_ascii=False),
                      language="auto", enabledOnly="false", level="default", preferredVariants="en-US,de-DE"),
                 {"Content-Type": FORM, "Accept": "application/json", "Origin": "app://obsidian.md"}),
    "LTeX+ calls its form JSON": ("//v2/check",
                 urlencode({"language": "zh-CN", "data": json.dumps({"annotation": [{"text": SLIP}]}),
                            "enabledRules": "", "disabledRules": ""}).encode(),
                 {"Content-Type": "application/json"}),
    "browser add-on": ("/v2/check",
                 form(data=json.dumps({"text": SLIP}), textSessionId="12345:1700000000", enableHiddenRules="true",
                      motherTongue="zh", level="default", language="auto", noopLanguages="zh,en",
                      preferredVariants="en-US", disabledRules="WHITESPACE_RULE", useragent="webextension-chrome-ng",
                      mode="all", allowIncompleteResults="true"),
                 {"Content-Type": FORM + "; charset=UTF-8", "Origin": "chrome-extension://oldceeleldhonbafppcapldpdifcinji",
                  "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"}),
    "address ending in /v2 twice": ("/v2/v2/check", form(text=SLIP, language="zh"), CURL),
    "address ending in a slash": ("/v2/check/", form(text=SLIP, language="zh"), CURL),
    "no content type at all": ("/v2/check", form(text=SLIP, language="zh"), {}),
    "GET": ("/v2/check?" + form(text=SLIP, language="zh").decode(), None, {}),
}  # fmt: skip


@pytest.mark.parametrize("client", CLIENTS)
def test_each_client_is_answered_with_every_field(address: str, client: str) -> None:
    path, body, headers = CLIENTS[client]
    said = ask(address, path, body, headers)
    assert (said.status, said.json) == (200, whole(TYPO))
    assert open_to_all(said)


def test_places_are_utf16_units_of_the_text_as_it_was_sent(address: str) -> None:
    assert check(address, f"😀𠮷\r\n{SLIP}").hits == [("typos", 8, 2, ["部署"])]
    raw = ask(address, "/v2/check", f"text=A&B 50%+1=😀{SLIP}&language=zh-CN".encode(), CURL)
    assert raw.hits == [("typos", 14, 2, ["部署"])]


def test_a_word_split_by_markup_is_found_and_the_place_covers_the_tags(address: str) -> None:
    data = json.dumps({"annotation": [
        {"markup": "<p>", "interpretAs": "\n\n"}, {"text": "😀现就布"}, {"markup": "<b>"},
        {"text": "署"}, {"markup": "</b>"}, {"text": "工作作出通知。"},
    ]})  # fmt: skip
    said = ask(address, "/v2/check", form(data=data, language="zh-CN"), CURL)
    assert said.hits == [("typos", 7, 5, ["部署"])]
    assert said.json["matches"][0]["sentence"] == f"😀{SLIP}"


def test_half_a_character_in_the_data_shifts_nothing_and_breaks_nothing(address: str) -> None:
    data = '{"annotation":[{"text":"\\ud83d"},{"markup":"\\ude00"},{"text":"现就布署工作。"}]}'
    said = ask(address, "/v2/check", form(data=data, language="zh-CN"), CURL)
    assert ("typos", 4, 2, ["部署"]) in said.hits


def test_a_preflight_is_answered(address: str) -> None:
    asked = {
        "Origin": "https://cms.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    said = ask(address, "/v2/check", None, asked, "OPTIONS")
    assert (said.status, said.body, open_to_all(said)) == (204, b"", True)
    assert "access-control-allow-private-network" not in said.headers
    private = {**asked, "Access-Control-Request-Private-Network": "true"}
    said = ask(address, "/v2/words/add", None, private, "OPTIONS")
    assert (said.status, said.headers["access-control-allow-private-network"]) == (204, "true")


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "text"),
    [
        ("POST", "/v2/check", b"", 400, "Error: 缺少 text 或 data 参数"),
        ("POST", "/v2/check", b"text=a&data=b&language=zh", 400, "Error: text 与 data 参数只能给一个"),
        ("POST", "/v2/check", b"text=%ff", 400, "Error: 请求不是UTF-8编码"),
        ("GET", "/v2/check?text=%ff", None, 400, "Error: 请求不是UTF-8编码"),
        ("POST", "/v2/check", b"a" * (MOST_BYTES + 1), 413, "Error: 请求太长；应不超过4000000字节"),
        ("POST", "/v2/check", form(text="a" * 220_001), 413, "Error: 文字有220001字，一次最多检查220000字；请分段检查"),
        ("PUT", "/v2/check", b"text=a", 405, "Error: 这个接口不支持 PUT 方法"),
        ("GET", "/v2/words/add?word=a", None, 405, "Error: 这个接口不支持 GET 方法"),
        ("POST", "/v2/words/add", b"", 400, "Error: 缺少 word 参数"),
        ("GET", "/v2/nothing", None, 404, "Error: 没有这个接口"),
    ],
)  # fmt: skip
def test_a_refusal_is_one_line_that_browsers_may_read(
    address: str, method: str, path: str, body: bytes | None, status: int, text: str
) -> None:
    said = ask(address, path, body, CURL, method)
    assert (said.status, said.text, open_to_all(said)) == (status, text, True)


def test_a_body_that_does_not_say_its_length_is_bounded_too(address: str) -> None:
    place = urlsplit(address)
    chunk = b"%x\r\n" % 1_000_000 + b"a" * 1_000_000 + b"\r\n"
    with socket.create_connection((place.hostname, place.port), 30) as line:
        line.sendall(b"POST /v2/check HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
        with pytest.raises(OSError, match=r"reset|Broken pipe"):  # noqa: PT012
            for _ in range(200):
                line.sendall(chunk)
            pytest.fail("two hundred megabytes were read")
    assert check(address, SLIP).status == 200


def test_a_body_said_to_be_endless_is_not_waited_for(address: str) -> None:
    place = urlsplit(address)
    with socket.create_connection((place.hostname, place.port), 30) as line:
        line.sendall(b"POST /v2/check HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\n\r\n")
        answer = b"".join(iter(lambda: line.recv(65_536), b""))
    assert answer.startswith(b"HTTP/1.1 413 ") and b"connection: close" in answer.lower()
    assert answer.endswith("Error: 请求太长；应不超过4000000字节".encode())


def test_a_body_that_never_ends_is_cut_off() -> None:
    slow = languagetool_app(desk(limits=Limits(seconds=0.2)))
    with running(slow) as address:
        place = urlsplit(address)
        with socket.create_connection((place.hostname, place.port), 30) as line:
            line.sendall(b"POST /v2/check HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\ntext=")
            answer = b"".join(iter(lambda: line.recv(65_536), b""))
    assert answer.startswith(b"HTTP/1.1 408 ") and "没有在0.2秒内收到".encode() in answer


def test_what_stands_before_the_application_may_refuse_a_body() -> None:
    app = languagetool_app(desk())

    async def bounded(scope: Any, receive: Any, send: Any) -> None:
        async def measured() -> Any:
            raise HTTPException(413, "内容太大", {"Connection": "close"})

        await app(scope, measured if scope["type"] == "http" else receive, send)

    with running(bounded) as address:
        said = check(address, SLIP)
    assert (said.status, said.text, open_to_all(said)) == (413, "Error: 内容太大", True)
    assert said.headers["connection"] == "close"


def test_it_stands_beside_the_other_routes_of_an_application() -> None:
    app = FastAPI()
    app.router.routes[:0] = routes(desk())

    @app.get("/s/{site}")
    async def page(site: str) -> dict[str, str]:
        return {"site": site}

    with running(app) as address:
        assert check(address, SLIP).json == whole(TYPO)
        assert ask(address, "/s/jinghe").json == {"site": "jinghe"}
        assert set(ask(address, "/openapi.json").json["paths"]) == {"/s/{site}"}


def test_a_client_that_hangs_up_leaves_no_fault(address: str) -> None:
    place = urlsplit(address)
    with socket.create_connection((place.hostname, place.port), 30) as line:
        line.sendall(b"POST /v2/check HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\ntext=")
    assert check(address, SLIP).hits == [("typos", 2, 2, ["部署"])]


@pytest.mark.parametrize("language", ["en-US", "auto", "xx-unknown", "", "de-DE"])
def test_a_language_it_does_not_know_is_no_mistake(address: str, language: str) -> None:
    body = form(text=SLIP, language=language)
    assert ask(address, "/v2/check", body, CURL).hits == [("typos", 2, 2, ["部署"])]
    foreign = form(text="The quick brown fox, jumps (over the lazy dog.", language=language)
    noop = {"name": "NoopLanguage", "code": "zz"}
    assert ask(address, "/v2/check", foreign, CURL).json == {
        "software": software(),
        "warnings": {"incompleteResults": True, "incompleteResultsReason": "不是中文，未检查"},
        "language": {
            **noop,
            "detectedLanguage": {**noop, "confidence": 0.0, "source": "characters"},
        },
        "matches": [],
    }


def test_japanese_and_korean_are_not_taken_for_chinese(address: str) -> None:
    for text in ("この文書は布署の誤りを含む文章です。", "이 문서는 布署 한국어 문서입니다."):
        body = form(text=text, language="auto")
        assert ask(address, "/v2/check", body, CURL).json["language"]["code"] == "zz"


BOTH = "布署工作以及其它事项。"
TYPOS = ("typos", 0, 2, ["部署"])
ADVICE = ("advice", 6, 2, ["其他"])


@pytest.mark.parametrize(
    ("chosen", "hits"),
    [
        ({}, [TYPOS]),
        ({"level": "default"}, [TYPOS]),
        ({"level": "picky"}, [TYPOS, ADVICE]),
        ({"enabledRules": "advice"}, [TYPOS, ADVICE]),
        ({"enabledCategories": "STYLE"}, [TYPOS, ADVICE]),
        ({"enabledRules": "advice", "enabledOnly": "true"}, [ADVICE]),
        ({"enabledCategories": "TYPOS", "enabledOnly": "true"}, [TYPOS]),
        ({"disabledRules": "typos", "level": "picky"}, [ADVICE]),
        ({"disabledCategories": "TYPOS,STYLE", "level": "picky"}, []),
        ({"disabledRules": "advice", "enabledRules": "advice"}, [TYPOS]),
        ({"enabledOnly": "true", "enabledRules": "MORFOLOGIK_RULE_EN_US"}, []),
    ],
)
def test_a_client_gets_what_it_chose(
    address: str, chosen: dict[str, str], hits: list[tuple[str, int, int, list[str]]]
) -> None:
    assert check(address, BOTH, **chosen).hits == hits


def test_a_doubtful_finding_says_so(address: str) -> None:
    (advice,) = check(address, BOTH, level="picky", disabledRules="typos").json["matches"]
    assert (advice["shortMessage"], advice["type"], advice["rule"]["tags"]) == (
        "建议用词（疑似）",
        {"typeName": "Hint"},
        ["picky"],
    )


def test_a_number_nobody_may_see_is_not_sent_back(address: str) -> None:
    said = check(address, "姓名张三，身份证号11010519491231002X。")
    assert said.hits == [("personal-data", 9, 18, ["110105********002X"])]
    assert b"11010519491231002X" not in said.body


def test_a_note_in_the_suggestion_is_no_replacement(address: str) -> None:
    (match,) = check(address, "劳动教养管理。", level="picky").json["matches"]
    assert match["replacements"] == [] and "请核实" in match["message"]


def test_more_mistakes_than_can_be_told_are_said_to_be_more(address: str) -> None:
    said = check(address, "作出布署。" * 2_100, enabledRules="typos", enabledOnly="true").json
    assert (len(said["matches"]), said["warnings"]) == (
        2_000,
        {
            "incompleteResults": True,
            "incompleteResultsReason": "问题过多，只列出前2000处，其余未列出",
        },
    )


def test_a_clean_text_has_no_matches(address: str) -> None:
    assert check(address, "现就部署工作作出通知。").json == whole()
    assert check(address, "").json == whole()


def test_what_it_is_and_speaks(address: str) -> None:
    languages = [
        {"name": "Chinese (China)", "code": "zh", "longCode": "zh-CN"},
        {"name": "Chinese", "code": "zh", "longCode": "zh"},
        {"name": "Chinese (Simplified)", "code": "zh", "longCode": "zh-Hans"},
        {"name": "English (US)", "code": "en", "longCode": "en-US"},
    ]
    for path in ("/v2/languages", "/languages", "//v2/languages/", "/v2/v2/languages"):
        assert ask(address, path).json == languages
    assert ask(address, "/v2/info").json == {"software": software()}
    assert ask(address, "/v2/maxtextlength").text == "220000"
    assert ask(address, "/v2/words?username=a&apiKey=b&limit=1000").json == {"words": []}
    said = ask(address, "/v2/configinfo?language=zh-CN").json
    assert (said["software"], said["parameter"]) == (software(), {"maxTextLength": 220_000})
    rules = {rule.pop("ruleId"): rule for rule in said["rules"]}
    assert set(rules) == set(checker().titles)
    assert rules["advice"] == {
        "description": "建议用词",
        "categoryId": "STYLE",
        "categoryName": "文字建议",
        "locQualityIssueType": "style",
        "isDictionaryBasedSpellingRule": False,
        "isDefaultOff": True,
    }


def test_a_word_is_put_before_the_list_keepers_and_nothing_more() -> None:
    put: list[tuple[str, str]] = []

    def suggest(word: str, who: str) -> bool:
        put.append((word, who))
        return word != "布署"

    with running(languagetool_app(desk(suggest=suggest))) as address:
        path = "/v2/words/add"
        one = ask(address, f"{path}?username=zhang&apiKey=k&word={quote('精河')}", b"")
        refused = ask(address, path, form(word="布署"), CURL)
        batch = ask(address, path, form(mode="batch", words="托托镇 阿合其"), CURL)
        from_page = ask(address, path, form(word="坏"), {**CURL, "Origin": "https://evil.example"})
        from_frame = ask(address, path, form(word="坏"), {**CURL, "Origin": "null"})
        add_on = ask(address, path, form(word="好"), {**CURL, "Origin": "moz-extension://a"})
        deleted = ask(address, "/v2/words/delete", form(word="精河"), CURL)
    assert (one.json, refused.json, batch.json) == ({"added": True}, {"added": False}, {"added": True})  # fmt: skip
    assert (from_page.status, from_frame.status, add_on.json) == (403, 403, {"added": True})
    assert deleted.json == {"deleted": False}
    assert put == [("精河", "zhang"), ("布署", "127.0.0.1"), ("托托镇", "127.0.0.1"), ("阿合其", "127.0.0.1"), ("好", "127.0.0.1")]  # fmt: skip


def test_without_list_keepers_no_word_is_added(address: str) -> None:
    assert ask(address, "/v2/words/add", form(word="精河"), CURL).json == {"added": False}


def test_only_who_is_let_in_is_answered() -> None:
    asked: list[tuple[str, str, str]] = []

    def allowed(username: str, key: str, client: str) -> bool:
        asked.append((username, key, client))
        return key == "right"

    with running(languagetool_app(desk(allowed=allowed))) as address:
        right = ask(address, "/v2/check", f"text={SLIP}&language=zh-CN&username=zhang&apiKey=right".encode(), CURL)  # fmt: skip
        wrong = check(address, SLIP, username="zhang", apiKey="wrong")
        nobody = check(address, SLIP)
        preflight = ask(address, "/v2/check", None, {"Origin": "https://a"}, "OPTIONS")
    assert (right.status, wrong.status, nobody.status, preflight.status) == (200, 403, 403, 204)
    assert wrong.text == "Error: 用户名或密钥不对；请在编辑器的 LanguageTool 设置里填写"
    assert open_to_all(wrong)
    here = "127.0.0.1"
    assert asked == [("zhang", "right", here), ("zhang", "wrong", here), ("", "", here)]


def test_a_client_that_sends_too_much_is_asked_to_wait() -> None:
    with running(languagetool_app(desk(limits=Limits(per_minute=20)))) as address:
        said = [check(address, SLIP) for _ in range(4)]
    # a minute may end in between, and then begins anew
    assert sorted(one.status for one in said)[:2] == [200, 200]
    late = next(one for one in said if one.status == 429)
    wait = int(late.headers["retry-after"])
    assert 0 < wait <= 60 and late.text == f"Error: 检查太频繁，请{wait}秒后再试"


def test_long_texts_wait_for_a_thread_and_not_without_end() -> None:
    """One is checked, one waits, the third is asked to come again; short ones are answered meanwhile."""
    begun, go_on = threading.Event(), threading.Event()

    class Held(Checker):
        def judged(self, article: Any, **how: Any) -> Any:
            if len(article.body) > 100:
                begun.set()
                assert go_on.wait(30)
            return super().judged(article, **how)

    held = Held(shipped())
    limits = Limits(short=100, workers=1, waiting=1)
    tool = LanguageTool(lambda: held, lambda: DAY, limits=limits)
    long = SLIP + "县政府召开会议。" * 20
    said: list[Said] = []
    with running(languagetool_app(tool)) as address:
        askers = [
            threading.Thread(target=lambda: said.append(check(address, long))) for _ in range(3)
        ]
        try:
            for one in askers:
                one.start()
            assert begun.wait(30)
            while not said:
                assert check(address, SLIP).hits == [("typos", 2, 2, ["部署"])]
            (refused,) = said
        finally:
            go_on.set()
            for one in askers:
                one.join(30)
    assert (refused.status, refused.headers["retry-after"]) == (503, "2")
    assert refused.text == "Error: 正在检查的稿件太多，请2秒后再试" and open_to_all(refused)
    answered = [one for one in said if one.status == 200]
    assert [("typos", 2, 2, ["部署"]) in one.hits for one in answered] == [True, True]


def test_a_fault_is_answered_in_a_line_and_reported_by_the_server() -> None:
    def broken() -> Checker:
        raise RuntimeError("planted")

    tool = LanguageTool(broken, lambda: DAY)
    faults: list[Said] = []
    with (
        pytest.raises(AssertionError, match="RuntimeError: planted"),
        running(languagetool_app(tool)) as address,
    ):
        faults.append(check(address, SLIP))
    (said,) = faults
    assert (said.status, said.text) == (500, "Error: 检查程序出错，请告知管理员")
    assert open_to_all(said)


def test_neither_text_nor_name_nor_key_is_logged(
    address: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(0):
        check(address, SLIP, username="zhang", apiKey="secret")
        ask(address, "/v2/check", b"text=%ff&username=zhang&apiKey=secret", CURL)
        ask(address, "/v2/check", form(data='{"text":1}', username="zhang", apiKey="secret"), CURL)
        ask(address, f"/v2/check?text={quote(SLIP)}&username=zhang&apiKey=secret")
    logged = "\n".join(f"{one.getMessage()} {one.__dict__}" for one in caplog.records)
    assert "POST /v2/check" in logged and "GET /v2/check" in logged
    assert [one for one in (SLIP, quote(SLIP), "布署", "zhang", "secret") if one in logged] == []


METHODS = st.sampled_from(["GET", "POST", "PUT", "DELETE", "OPTIONS", "HEAD", "PATCH"])
PATHS = st.sampled_from(
    [f"{before}/{name}{after}"
     for before in ("/v2", "//v2", "")
     for name in ("check", "languages", "words/add", "words/delete", "words", "info", "configinfo", "maxtextlength", "")
     for after in ("", "/", "?text=a", "?data=%7B%7D", "?%ff=%ff", "?enabledOnly=true&text=")]
)  # fmt: skip
BODIES = st.one_of(
    st.binary(max_size=300),
    st.text(max_size=100).map(lambda text: f"text={text}&language=zh".encode("utf-8", "replace")),
    st.dictionaries(
        st.sampled_from(["text", "data", "language", "level", "word", "words", "mode", "enabledRules"]),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=50)
        | st.sampled_from(['{"text":"\\ud800布署"}', '{"annotation":[{"markup":"<b>"}]}', "batch", "[[", "null"]),
        max_size=4,
    ).map(lambda said: urlencode(said).encode()),
)  # fmt: skip
KINDS = st.sampled_from([FORM, "application/json", "text/plain", "multipart/form-data; boundary=a", "", "\xff"])  # fmt: skip


@settings(max_examples=300)
@given(METHODS, PATHS, BODIES, KINDS)
def test_no_request_whatever_is_a_fault(
    address: str, method: str, path: str, body: bytes, kind: str
) -> None:
    said = ask(address, path, body, {"Content-Type": kind}, method)
    assert said.status in (200, 204, 400, 403, 404, 405, 413)
    if said.status != 404 or path.startswith(("/v2", "//v2")):
        assert open_to_all(said)
    if method != "HEAD" and said.status >= 400 and open_to_all(said):
        assert said.text.startswith("Error: ") and "\n" not in said.text

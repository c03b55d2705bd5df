"""Real clients of LanguageTool against the editors' server: what they find, and what they make of a text."""

from collections.abc import Iterator

import language_tool_python
import pytest
from pylanguagetool import api  # type: ignore[import-untyped]

from desk.languagetool.routes import languagetool_app
from tests.desk.editors import desk
from tests.desk.web_serving import running

#: An emoji, a family of three joined by invisible marks, and a character of a name from CJK Extension B.
WRONG = "😀𠮷先生：现就布署工作作出通知。\n👨‍👩‍👧𠮷坚决做到二个维护，作出布署。"
RIGHT = "😀𠮷先生：现就部署工作作出通知。\n👨‍👩‍👧𠮷坚决做到两个维护，作出部署。"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with running(languagetool_app(desk())) as address:
        yield address


@pytest.mark.parametrize("language", ["zh-CN", "zh", "auto"])
def test_language_tool_python_corrects_the_text_and_nothing_else(
    address: str, language: str
) -> None:
    with language_tool_python.LanguageTool(language, remote_server=address) as tool:
        assert [
            (one.rule_id, WRONG[one.offset : one.offset + one.error_length], one.replacements)
            for one in tool.check(WRONG)
        ] == [
            ("typos", "布署", ["部署"]),
            ("fixed-expressions", "二个维护", ["两个维护"]),
            ("typos", "布署", ["部署"]),
        ]
        assert tool.correct(WRONG) == RIGHT
        assert tool.check(RIGHT) == []


def test_language_tool_python_chooses(address: str) -> None:
    with language_tool_python.LanguageTool("zh-CN", remote_server=address) as tool:
        tool.disabled_rules = {"typos"}
        assert [one.rule_id for one in tool.check(f"{WRONG}以及其它事项。")] == [
            "fixed-expressions"
        ]
        tool.picky = True
        assert [one.rule_id for one in tool.check(f"{WRONG}以及其它事项。")] == [
            "fixed-expressions",
            "advice",
        ]


def test_pylanguagetool_reads_languages_and_places(address: str) -> None:
    base = f"{address}/v2/"
    assert "zh-CN" in [one["longCode"] for one in api.get_languages(base)]
    said = api.check(WRONG, api_url=base, lang="zh-CN", picky=True)
    raw = WRONG.encode("utf-16-le")
    assert [
        raw[2 * one["offset"] : 2 * (one["offset"] + one["length"])].decode("utf-16-le")
        for one in said["matches"]
    ] == ["布署", "二个维护", "布署"]


def test_pylanguagetool_is_told_why_it_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="Error: 文字有220001字"):
        api.check("字" * 220_001, api_url=f"{address}/v2/", lang="zh-CN")

"""检查稿件 over HTTP: what is checked as it is typed, what a file gets, what is refused."""

import io
import zipfile
from typing import Any
from urllib.parse import unquote

import docx
import httpx
import pytest

from tests.desk.console.desk import PEOPLE, Desk, own_page

ID_NUMBER = "110101199003070011"


def now(client: httpx.Client, desk: Desk, text: str, **more: Any) -> httpx.Response:
    return client.post(f"{desk.root}/check/now", json={"text": text, **more})


def word(*paragraphs: str) -> bytes:
    made = docx.Document()
    for one in paragraphs:
        made.add_paragraph(one)
    raw = io.BytesIO()
    made.save(raw)
    return raw.getvalue()


def handed_in(client: httpx.Client, desk: Desk, name: str, raw: bytes, **more: str) -> str:
    answer = client.post(f"{desk.root}/check", files={"file": (name, raw)}, data=more)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_places_are_utf16_units(desk: Desk) -> None:
    with desk.client("bianji") as client:
        answer = now(client, desk, "😀𠮷请布署工作。", title="𠮷关于布署的通知")
    assert answer.status_code == 200
    assert answer.json() == {
        "notes": [
            {
                "mark": answer.json()["notes"][0]["mark"], "part": "title", "start": 4, "end": 6,
                "severity": "warning", "label": "一般错误", "rule": "错别字", "match": "布署", "advice": "部署",
                "use": "部署", "safe": True, "why": "错别字，应为“部署”",
                "source": "《现代汉语词典》；《通用规范汉字表》（国发〔2013〕23号）",
            },
            {
                "mark": answer.json()["notes"][1]["mark"], "part": "body", "start": 5, "end": 7,
                "severity": "warning", "label": "一般错误", "rule": "错别字", "match": "布署", "advice": "部署",
                "use": "部署", "safe": True, "why": "错别字，应为“部署”",
                "source": "《现代汉语词典》；《通用规范汉字表》（国发〔2013〕23号）",
            },
        ],
        "beyond": 0,
        "unchecked": [],
    }  # fmt: skip


def test_the_published_date_decides_what_an_organ_was_called(desk: Desk) -> None:
    with desk.client("bianji") as client:
        then = now(client, desk, "请县环保局牵头办理。", published="2017-05-01").json()["notes"]
        today = now(client, desk, "请县环保局牵头办理。").json()["notes"]
    assert ([one["match"] for one in then], [one["match"] for one in today]) == ([], ["环保局"])


def test_a_personal_number_is_masked_in_its_note(desk: Desk) -> None:
    with desk.client("bianji") as client:
        answer = now(client, desk, f"申请人身份证号{ID_NUMBER}。")
    assert ID_NUMBER not in answer.text
    assert [one["match"] for one in answer.json()["notes"]] == ["110101********0011"]


def test_half_a_pair_moves_no_place(desk: Desk) -> None:
    with desk.client("bianji") as client:
        answer = client.post(
            f"{desk.root}/check/now", content=b'{"text": "\\ud83d\xe5\xb8\x83\xe7\xbd\xb2"}',
            headers={"Content-Type": "application/json"},
        )  # fmt: skip
    told = [(one["match"], one["start"], one["end"]) for one in answer.json()["notes"]]
    assert told == [("\ufffd", 0, 1), ("布署", 1, 3)]


def test_a_text_with_very_many_findings_tells_the_first_and_how_many_more(desk: Desk) -> None:
    with desk.client("bianji") as client:
        said = now(client, desk, "请布署。\n" * 503).json()
    assert (len(said["notes"]), said["beyond"]) == (500, 3)


def test_a_text_too_long_to_be_typed_is_to_be_a_file(desk: Desk) -> None:
    with desk.client("bianji") as client:
        answer = client.post(
            f"{desk.root}/check/now", json={"text": "字" * 500_001}, headers={"HX-Request": "true"}
        )
    assert (answer.status_code, answer.text) == (
        413, "文字超过50万字，不能边写边查；请存成文件后用“检查文件”",
    )  # fmt: skip


@pytest.mark.parametrize(
    "name", [one for one, (_, roles, _) in PEOPLE.items() if roles == ("admin",)] + [""]
)
def test_who_may_not_check_does_not(desk: Desk, name: str) -> None:
    with desk.client(name) as client:
        asked = [
            client.get(f"{desk.root}/check").status_code,
            now(client, desk, "布署").status_code,
            client.post(f"{desk.root}/check", data={"text": "布署"}).status_code,
        ]
    assert asked == ([403] * 3 if name else [303] * 3)


def test_another_page_can_have_nothing_checked(desk: Desk) -> None:
    with desk.client("bianji") as client:
        del client.headers["X-Own-Page"]
        assert now(client, desk, "布署").status_code == 403


def test_a_word_file_is_shown_with_its_findings(desk: Desk) -> None:
    with desk.client("danwei1") as client:
        said = handed_in(client, desk, "通知.docx", word("标题", "请<b>各乡镇</b>布署工作。"))
    assert (
        '请&lt;b&gt;各乡镇&lt;/b&gt;<mark class="warning" id="m0" title="错别字，应为“部署”">布署</mark>工作。'
        in said
    )
    assert '<span class="tag warning">一般错误 1</span>' in said
    assert "<h2>通知.docx</h2>" in said


def test_members_of_an_archive_are_parts_and_what_is_not_read_is_said(desk: Desk) -> None:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        archive.writestr("甲.txt", "请布署工作。")
        archive.writestr("乙.docx", word("再接再励。"))
        archive.writestr("丙.rar", b"Rar!\x1a\x07\0rest")
    with desk.client("bianji") as client:
        said = handed_in(client, desk, "材料.zip", raw.getvalue())
    assert "未能检查" in said
    assert "材料.zip/丙.rar：不支持的压缩格式（rar、7z等），请改用zip" in said
    assert [said.count(f">{one}</mark>") for one in ("布署", "再接再励")] == [1, 1]
    assert "<h4>材料.zip/甲.txt</h4>" in said


def test_a_file_that_cannot_be_read_is_told_in_one_line(desk: Desk) -> None:
    with desk.client("bianji") as client:
        answer = client.post(
            f"{desk.root}/check", files={"file": ("坏.docx", b"PK\x03\x04broken")},
            headers={"HX-Request": "true"},
        )  # fmt: skip
    assert answer.status_code == 400
    assert answer.text.startswith("坏.docx: ")
    assert "\n" not in answer.text


def test_no_personal_number_of_a_file_is_shown_even_in_its_name(desk: Desk) -> None:
    with desk.client("bianji") as client:
        said = handed_in(client, desk, f"{ID_NUMBER}.txt", f"申请人身份证号{ID_NUMBER}。".encode())
    assert ID_NUMBER not in said
    assert "<h2>110101********0011.txt</h2>" in said


def test_without_javascript_the_form_checks_its_text(desk: Desk) -> None:
    with desk.client("bianji") as client:
        form = {"text": "请\r\n布署。", "title": "", "own_page": own_page(client)}
        del client.headers["X-Own-Page"]
        answer = client.post(f"{desk.root}/check", data=form)
    assert answer.status_code == 200
    assert "<mark" in answer.text
    assert "\n请\n布署。</textarea>" in answer.text.replace("\r\n", "\n")


def test_nothing_handed_in_is_told(desk: Desk) -> None:
    with desk.client("bianji") as client:
        answer = client.post(
            f"{desk.root}/check", data={"text": " "}, headers={"HX-Request": "true"}
        )
    assert answer.status_code == 400
    assert answer.text == "没有选择文件，也没有文字；请选择稿件文件，或把文字粘贴到正文框"


def test_of_a_long_file_the_lines_with_findings_are_shown(desk: Desk) -> None:
    text = "正常的一行文字。\n" * 20_000 + "请布署工作。\n" + "正常的一行文字。\n" * 3
    with desk.client("bianji") as client:
        said = handed_in(client, desk, "长.txt", text.encode())
    assert "（此处20000段没有问题，未显示）" in said
    assert "（此处4段没有问题，未显示）" in said
    assert said.count("布署</mark>") == 1


def test_a_word_file_comes_back_with_comments(desk: Desk) -> None:
    with desk.client("bianji") as client:
        answer = client.post(
            f"{desk.root}/check/word", files={"file": ("通知.docx", word("请布署。", "县环保局"))},
            data={"published": "2017-05-01"},
        )  # fmt: skip
    assert answer.status_code == 200
    assert (
        unquote(answer.headers["Content-Disposition"])
        == "attachment; filename=\"file.docx\"; filename*=UTF-8''通知_批注.docx"
    )
    assert unquote(answer.headers["X-Said"]) == "批注1处"
    marked = docx.Document(io.BytesIO(answer.content))
    assert [one.text.split("\n")[0] for one in marked.comments] == ["【一般错误】布署 → 部署"]
    assert [one.text for one in marked.paragraphs] == ["请布署。", "县环保局"]
    assert [str(one.timestamp)[:16] for one in marked.comments] == ["2025-09-30 12:00"]


def test_what_is_no_word_file_gets_no_comments(desk: Desk) -> None:
    with desk.client("bianji") as client:
        answer = client.post(
            f"{desk.root}/check/word", files={"file": ("通知.txt", "布署".encode())},
            headers={"HX-Request": "true"},
        )  # fmt: skip
    assert (answer.status_code, answer.text) == (
        400, "通知.txt: 只有Word、WPS稿件(.docx .doc .wps)能加批注",
    )  # fmt: skip


def test_a_file_beyond_the_bound_is_refused(desk: Desk) -> None:
    most = desk.hall.settings.upload_bytes
    with desk.client("bianji") as client:
        answer = client.post(f"{desk.root}/check", files={"file": ("大.txt", b"a" * (most + 1))})
    assert answer.status_code == 413
    assert "内容太大，超过上限" in answer.text

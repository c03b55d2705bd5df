"""For programs: what /api/v1 gives, by the contract, and to whom."""

import json
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest

from reports.audit import audit_json
from reports.counts import counts_json, unit_counts
from store.database import reading, writing
from store.findings import open_findings
from store.sessions import open_token
from tests.county import Crawled
from tests.desk.console.desk import NOON, Desk

CONTRACT = Path(__file__).parents[2] / "contract"
QUARTER = {"since": "2025-07-01", "until": "2025-10-01"}


def by_contract(answer: httpx.Response, schema: str) -> Any:
    assert answer.status_code == 200, answer.text
    said = answer.json()
    jsonschema.validate(said, json.loads((CONTRACT / f"{schema}.schema.json").read_text("utf-8")))
    return said


def program(desk: Desk, name: str = "zhengwu") -> httpx.Client:
    with writing(desk.engine) as connection:
        token = open_token(connection, desk.people[name].id, "x", at=NOON)
    return httpx.Client(
        base_url=f"{desk.address}/api/v1", headers={"Authorization": f"Bearer {token}"}, timeout=60,
        params={"site_id": desk.site.id},
    )  # fmt: skip


def test_a_text_is_checked_as_by_the_command(desk: Desk) -> None:
    with program(desk, "bianji") as client:
        asked = {"text": "会议对下步工作作出布署。\n电话13800138000", "title": "公告", "name": "稿"}
        said = by_contract(client.post("/check", json=asked), "check")
    (document,) = said["documents"]
    assert said["lists"] == desk.hall.checker(desk.site.id).lists_hash
    assert document["name"] == "稿"
    assert [one["length"] for one in document["parts"]] == [2, 26]
    slip = next(one for one in document["findings"] if one["rule"] == "typos")
    assert (slip["part"], slip["start"], slip["end"], slip["match"], slip["suggestion"]) == (1, 9, 11, "布署", "部署")  # fmt: skip
    assert "13800138000" not in json.dumps(said)


def test_a_text_is_judged_by_the_day_given(desk: Desk) -> None:
    asked = {"text": "县卫计委牵头。", "title": "通知"}
    with program(desk, "bianji") as client:
        now, then = (
            client.post("/check", json=asked | more).json()["documents"][0]["findings"]
            for more in ({}, {"published": "2015-01-01"})
        )
    assert len(now) > len(then)


@pytest.mark.parametrize(
    ("text", "verdict"),
    [("会议作出部署。", "pass"), ("会议作出布署。", "warn"), (f"身份证号{'110101199003074530'}。", "block")],
)  # fmt: skip
def test_the_gate_lets_through_warns_or_blocks(desk: Desk, text: str, verdict: str) -> None:
    with program(desk, "bianji") as client:
        said = by_contract(client.post("/drafts", json={"text": text}), "check")
        again = client.post("/drafts", json={"text": text}).json()
        other = client.post("/drafts", json={"text": text + " "}).json()
    worst = {one["severity"] for one in said["documents"][0]["findings"]}
    assert (said["verdict"], "error" in worst) == (verdict, verdict == "block")
    assert (said["id"], said["text_hash"]) == (again["id"], again["text_hash"])
    assert other["id"] != said["id"] and len(said["id"]) == 64
    assert "110101199003074530" not in json.dumps(said)


def test_findings_are_those_of_the_ledger_page_by_page(desk: Desk) -> None:
    with reading(desk.engine) as connection:
        standing = open_findings(connection, desk.site.id)
    assert len(standing) > 10
    got: list[Any] = []
    with program(desk) as client:
        after = 0
        while True:
            said = client.get("/findings", params={"after": after, "most": 7}).json()
            assert len(said["findings"]) <= 7
            got += said["findings"]
            if said["next"] is None:
                break
            after = said["next"]
        assert client.get("/findings", params={"state": "closed"}).json()["findings"] == []
        both = client.get("/findings", params={"state": ["open", "closed"], "most": 1000}).json()
    assert sorted(one["fingerprint"] for one in got) == sorted(one.fingerprint for one in standing)
    assert [one["id"] for one in got] == sorted(one["id"] for one in got)
    assert both["findings"] == got
    schema = json.loads((CONTRACT / "nightly.schema.json").read_text("utf-8"))
    for one in got:
        jsonschema.validate(one, schema["properties"]["findings"]["items"])
    assert {one["state"] for one in got} == {"open"}
    assert {one["label"] for one in got} <= {"待确认", "疑似"}


def test_a_units_program_gets_its_units_findings_only(desk: Desk) -> None:
    with reading(desk.engine) as connection:
        standing = open_findings(connection, desk.site.id)
    for name in ("danwei1", "danwei2"):
        unit = desk.people[name].unit
        with program(desk, name) as client:
            got = client.get("/findings", params={"most": 1000}).json()["findings"]
        mine = [one.fingerprint for one in standing if one.unit == unit]
        assert sorted(one["fingerprint"] for one in got) == sorted(mine)


def test_counts_are_those_of_the_command(desk: Desk) -> None:
    from datetime import date

    with program(desk) as client:
        said = by_contract(client.get("/counts", params=QUARTER), "counts")
    with reading(desk.engine) as connection:
        counted = unit_counts(connection, desk.site, date(2025, 7, 1), date(2025, 10, 1))
    assert said == counts_json(counted)


def test_a_units_program_gets_its_units_counts_only(desk: Desk) -> None:
    unit = desk.people["danwei1"].unit
    with program(desk) as office, program(desk, "danwei1") as client:
        whole = office.get("/counts", params=QUARTER).json()
        said = by_contract(client.get("/counts", params=QUARTER), "counts")
    assert said["units"] == [one for one in whole["units"] if one["id"] == unit]
    (own,) = said["units"]
    assert said["total"] == own["published"] + own["reprinted"]
    assert (said["unattributed"], said["reprinted"], said["undated"]) == (0, 0, 0)


def test_columns_are_as_the_night_saw_them(desk: Desk, county: Crawled) -> None:
    night = county.night
    with program(desk) as client:
        said = by_contract(client.get("/columns"), "audit")
    looked = [{k: v for k, v in one.items() if k != "looked"} for one in said["columns"]]
    assert looked == audit_json(night.site, night.day, night.verdicts, ())["columns"]
    assert {one["looked"] for one in said["columns"]} == {"2025-09-30"}
    assert said["unchecked"] == [{"what": one.what, "why": one.why} for one in night.unchecked]


def test_a_units_program_gets_its_units_columns_and_gaps_only(desk: Desk) -> None:
    with program(desk) as office:
        whole = {one["id"]: one for one in office.get("/columns").json()["columns"]}
    for name in ("danwei1", "danwei2"):
        unit = desk.people[name].unit
        with program(desk, name) as client:
            said = by_contract(client.get("/columns"), "audit")
        mine = [one.id for one in desk.site.columns if unit in one.units]
        assert [one["id"] for one in said["columns"]] == mine
        for one in said["columns"]:
            of_all = whole[one["id"]]["missing"]
            assert one["missing"] == [gap for gap in of_all if gap["unit"] in ("", unit)]
            assert (one["state"] == "incomplete") is (whole[one["id"]]["state"] == "incomplete" and bool(one["missing"]))  # fmt: skip


@pytest.mark.parametrize(
    ("path", "params", "line"),
    [
        ("/findings", {"state": "weg"}, "没有这种状态：weg；应为"),
        ("/findings", {"most": 0}, "请求的内容不对：most"),
        ("/findings", {"after": 2**31}, "请求的内容不对：after"),
        ("/counts", {"since": "2025-10-01", "until": "2025-10-01"}, "since 2025-10-01 不早于 until 2025-10-01"),
        ("/counts", {"since": "2025-13-01", "until": "2025-10-01"}, "请求的内容不对：since"),
        ("/columns", {"site_id": "none"}, "没有这个站点"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_told_in_one_line(
    desk: Desk, path: str, params: dict[str, Any], line: str
) -> None:
    with program(desk) as client:
        answer = client.get(path, params=params)
        assert answer.status_code in (400, 404, 422)
        assert list(answer.json()) == ["error"] and answer.json()["error"].startswith(line)


def test_without_a_token_nobody_is_answered(desk: Desk) -> None:
    with desk.client() as client:
        answer = client.get("/api/v1/columns", params={"site_id": desk.site.id})
        assert (answer.status_code, answer.json()) == (401, {"error": "请先登录或使用令牌"})
        assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_the_description_has_the_api_and_nothing_else(desk: Desk) -> None:
    with desk.client() as client:
        said = client.get("/api/openapi.json").json()
    paths = set(said["paths"])
    assert {
        f"/api/v1/{one}" for one in ("check", "drafts", "findings", "counts", "columns")
    } <= paths
    assert all(one.startswith("/api/") for one in paths)
    assert said["security"] == [{"token": []}]
    assert said["components"]["securitySchemes"] == {"token": {"type": "http", "scheme": "bearer"}}

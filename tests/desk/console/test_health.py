"""What those who watch machines are told, and what the log holds: numbers and routes, nobody's words."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import create_engine

from checks.model import Severity
from desk.console.app import create_app
from desk.console.hall import Hall
from desk.console.seat import COOKIE
from desk.console.settings import Settings
from store.database import reading, writing
from store.desk_state import desk_state
from store.findings import open_findings
from store.sessions import open_token
from tests.county import Crawled
from tests.desk.console.desk import NOON, Clock, Desk, county_desk, sign_in
from tests.desk.web_serving import running


@pytest.fixture(scope="module")
def closed(county: Crawled, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk whose figures nobody reads without a token."""
    with county_desk(county, tmp_path_factory.mktemp("closed"), metrics_open=()) as opened:
        yield opened


def token(desk: Desk, name: str) -> dict[str, str]:
    with writing(desk.engine) as connection:
        return {"Authorization": f"Bearer {open_token(connection, desk.people[name].id, 'x', at=NOON)}"}  # fmt: skip


def figures(answer: httpx.Response) -> dict[tuple[str, ...], float]:
    assert answer.status_code == 200
    return {
        (one.name, *(value for _, value in sorted(one.labels.items()))): one.value
        for family in text_string_to_metric_families(answer.text)
        for one in family.samples
    }


def test_without_signing_in_one_is_told_only_that_it_works(desk: Desk) -> None:
    with desk.client() as client:
        answer = client.get("/health")
        assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    for name in ("bianji", "danwei1"):
        with desk.client(name) as client:
            assert client.get("/health").json() == {"status": "ok"}
    with desk.client() as client:
        wrong = client.get("/health", headers={"Authorization": "Bearer x"})
        assert (wrong.status_code, wrong.json()) == (200, {"status": "ok"})


@pytest.mark.parametrize("name", ["zhengwu", "guanli"])
def test_the_office_and_the_administrator_are_told_how_it_stands(desk: Desk, name: str) -> None:
    with desk.client() as client:
        said = client.get("/health", headers=token(desk, name)).json()
    with reading(desk.engine) as connection:
        sessions = desk_state(connection, (), now=NOON).sessions
    assert said == {
        "status": "ok", "database": "ok", "sessions": sessions,
        "sites": {
            desk.site.id: {
                "lists": desk.hall.checker(desk.site.id).lists_hash, "list_problems": 0,
                "last_night": "2025-09-30", "age_days": 0, "queue": {"drafts_waiting": 0, "audits_running": 0},
            }
        },
    }  # fmt: skip


def test_a_database_that_cannot_be_read_is_failing(desk: Desk) -> None:
    broken = create_engine("sqlite:////nowhere/at/all.db")
    clock = Clock()
    hall = Hall(broken, {desk.site.id: desk.site}, Settings(), clock.now, clock.today)
    with running(create_app(hall)) as address, httpx.Client(base_url=address) as client:
        answer = client.get("/health")
        assert (answer.status_code, answer.json()) == (
            503,
            {"status": "failing", "database": "unreadable"},
        )
        assert client.get("/metrics").status_code == 503
        page = client.get("/login")
        assert (page.status_code, "数据库暂时不能用" in page.text, "nowhere" in page.text) == (
            503,
            True,
            False,
        )
    broken.dispose()


def test_figures_are_of_routes_not_of_what_was_typed(desk: Desk) -> None:
    with desk.client("guanli") as client:
        before = figures(client.get("/metrics"))
        client.get("/people/1")
        client.get("/people/2")
        client.get("/people/13900001111")
        client.get("/nothing/王五")
        client.get("/static/desk.css")
        client.request("PROPFIND", "/login")
        after = figures(client.get("/metrics"))

    def more(*labels: str) -> float:
        key = ("lanmu_requests_total", *labels)
        return after.get(key, 0) - before.get(key, 0)

    assert more("GET", "/people/{id}", "200") == 2
    assert more("GET", "/people/{id}", "422") == 1
    assert more("GET", "(none)", "404") == 1
    assert more("GET", "/static", "200") == 1, sorted(key for key in after if "requests" in key[0])
    assert more("OTHER", "/login", "405") + more("OTHER", "(none)", "405") == 1
    assert after[("lanmu_request_seconds_count", "/people/{id}")] == 3
    assert not [key for key in after if "王五" in "".join(key) or "1390000" in "".join(key)]


def test_each_door_where_texts_are_checked_counts(desk: Desk) -> None:
    text = "会议对下步工作作出布署。"
    keys = [("lanmu_checks_total", one) for one in ("page", "editor", "draft")]
    with desk.client("bianji") as client:
        before = figures(client.get("/metrics"))
        client.post(f"/s/{desk.site.id}/check/now", json={"text": text}).raise_for_status()
        client.post(f"/s/{desk.site.id}/check", data={"text": text}).raise_for_status()
        client.post("/v2/check", data={"text": text, "language": "zh-CN"}).raise_for_status()
        client.post("/api/v1/drafts", json={"text": text}).raise_for_status()
        after = figures(client.get("/metrics"))
    assert [after[key] - before.get(key, 0) for key in keys] == [2, 1, 1]
    assert after[("lanmu_requests_total", "POST", "/v2/check", "200")] == 1


def test_figures_of_checks_and_of_the_site(desk: Desk) -> None:
    with desk.client() as client:
        headers = token(desk, "bianji")
        client.post("/api/v1/check", json={"text": "作出布署。以及其它。"}, headers=headers)
        told = figures(client.get("/metrics"))
    assert told[("lanmu_checks_total", "api")] == 1
    assert told[("lanmu_findings_total", "api", "warning")] == 1
    with reading(desk.engine) as connection:
        standing = open_findings(connection, desk.site.id)
    for severity in Severity:
        number = sum(one.severity is severity for one in standing)
        assert told[("lanmu_findings_open", str(severity), desk.site.id)] == number
    assert told[("lanmu_last_night_age_days", desk.site.id)] == 0
    assert told[("lanmu_drafts_waiting", desk.site.id)] == 0
    assert told[("lanmu_audits_running", desk.site.id)] == 0


def test_two_desks_in_a_process_do_not_add_up(desk: Desk, closed: Desk) -> None:
    with closed.client() as client:
        told = figures(client.get("/metrics", headers=token(closed, "zhengwu")))
    assert ("lanmu_checks_total", "api") not in told


@pytest.mark.parametrize(("name", "status"), [("", 403), ("bianji", 403), ("danwei1", 403), ("zhengwu", 200), ("guanli", 200)])  # fmt: skip
def test_who_reads_the_figures(closed: Desk, name: str, status: int) -> None:
    with closed.client() as client:
        headers = token(closed, name) if name else {}
        assert client.get("/metrics", headers=headers).status_code == status


# -- log -------------------------------------------------------------------------------------------

ID = "110101199003074530"
PLANTED = (
    "王秘密", "13800138000", ID, "秘密的查询", "mimidemima", "秘密的标题", "秘密的正文", "秘密的标签", "SecretAgent",
    "mimidizhi", "10.11.12.13",
)  # fmt: skip


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(one) for one in log.getvalue().splitlines()]


def test_a_line_says_what_happened_and_to_whom_by_number(desk: Desk, log: io.StringIO) -> None:
    with desk.client() as client:
        sign_in(client, "guanli")
        client.get("/people/1", params={"a": "b"})
    told = [one for one in lines(log) if one.get("route") == "/people/{id}"]
    (one,) = told
    assert set(one) == {"time", "level", "event", "route", "method", "status", "ms", "account"}
    assert one["account"] == desk.people["guanli"].id
    assert (one["level"], one["event"], one["method"], one["status"]) == ("info", "request", "GET", 200)  # fmt: skip
    assert one["time"].endswith("Z") and one["ms"] >= 0


def test_nothing_personal_is_ever_logged(desk: Desk, log: io.StringIO) -> None:
    """A whole session: signing in and failing to, people added, drafts checked, addresses typed, errors made."""
    with desk.client("guanli") as keeper:
        secrets = [keeper.cookies[COOKIE], keeper.headers["X-Own-Page"]]
        keeper.headers["User-Agent"] = "SecretAgent"
        form = {"name": "mimidizhi", "shown": "王秘密", "roles": ["editor"]}
        keeper.post("/people", data=form)
        keeper.post("/people", data=form | {"shown": ID})
        keeper.post("/me/tokens", data={"label": "秘密的标签", "days": "3"})
        keeper.get("/people", params={"q": f"秘密的查询{ID}"})
        keeper.get("/people/13800138000")
        keeper.get(f"/nothing/{ID}/王秘密")
        keeper.get("/login", params={"next": f"/{ID}"})
    with desk.client() as stranger:
        sign_in(stranger, "王秘密", "mimidemima")
        sign_in(stranger, "mimidizhi", "mimidemima")
        stranger.get("/login", headers={"Host": "mimidizhi.example", "X-Forwarded-For": "10.11.12.13"})  # fmt: skip
        headers = token(desk, "bianji")
        secrets.append(headers["Authorization"].split()[1])
        asked = {"text": f"秘密的正文{ID}电话13800138000", "title": "秘密的标题", "name": "王秘密"}
        answer = stranger.post("/api/v1/check", json=asked, headers=headers)
        assert answer.status_code == 200 and ID not in answer.text
        stranger.post("/api/v1/check", json=asked | {"x": ID}, headers=headers)
        stranger.post("/api/v1/check", content=f"秘密的正文{ID}".encode(), headers=headers)
        stranger.get("/api/v1/findings", params={"site_id": f"王秘密{ID}"}, headers=headers)
    said = log.getvalue()
    assert len(lines(log)) >= 15
    for planted in (*PLANTED, *secrets):
        assert planted not in said
        assert json.dumps(planted)[1:-1] not in said


def test_what_libraries_say_is_not_told_in_their_words(log: io.StringIO) -> None:
    log.truncate(0)
    log.seek(0)
    logging.getLogger("httpx").warning("GET https://a/?code=%s", ID)
    logging.getLogger("uvicorn.error").info("Started server process [%d]", 7)
    logging.getLogger("uvicorn.access").info("GET /?q=%s", ID)
    logging.getLogger("httpx").info("quiet")
    told = [{key: one[key] for key in one if key != "time"} for one in lines(log)]
    assert [one["event"] for one in told] == ["log", "Started server process [7]"]
    assert told[0]["logger"] == "httpx" and told[0]["at"].startswith("test_health:")

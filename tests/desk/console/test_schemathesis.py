"""The API by its own description: whatever is sent, no fault of ours, and no answer it does not describe."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from store.database import writing
from store.sessions import open_token
from tests.county import Crawled
from tests.desk.console.desk import NOON, Desk, county_desk

CHECKS: list[Any] = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance,
]  # fmt: skip
MODES = schemathesis.GenerationMode
#: Every operation that there is; a new room's is asked too, by adding its line.
OPERATIONS = (
    "POST /api/v1/check",
    "POST /api/v1/drafts",
    "GET /api/v1/findings",
    "GET /api/v1/counts",
    "GET /api/v1/columns",
)
EXAMPLES = 25


@pytest.fixture(scope="module")
def desk(county: Crawled, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with county_desk(county, tmp_path_factory.mktemp("desk")) as opened:
        yield opened


@pytest.fixture(scope="module")
def described(desk: Desk) -> Any:
    raw = httpx.get(f"{desk.address}/api/openapi.json").json()
    return schemathesis.openapi.from_dict(raw)


@pytest.fixture(scope="module")
def tokens(desk: Desk) -> dict[str, str]:
    with writing(desk.engine) as connection:
        return {
            name: open_token(connection, desk.people[name].id, "x", at=NOON)
            for name in ("zhengwu", "bianji", "danwei1")
        }


def operations(described: Any) -> dict[str, Any]:
    found = [one.ok() for one in described.get_all_operations()]
    return {f"{one.method.upper()} {one.path}": one for one in found}


def test_every_operation_is_asked(described: Any) -> None:
    assert set(operations(described)) == set(OPERATIONS)


@pytest.mark.parametrize("mode", [MODES.POSITIVE, MODES.NEGATIVE], ids=["right", "wrong"])
@pytest.mark.parametrize("name", ["zhengwu", "bianji"])
@pytest.mark.parametrize("operation", OPERATIONS)
def test_no_request_finds_a_fault(
    desk: Desk, described: Any, tokens: dict[str, str], operation: str, name: str, mode: Any
) -> None:
    @given(case=operations(described)[operation].as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    def ask(case: Any) -> None:
        query = dict(case.query or {})
        # a site that there is, mostly: else nothing but 404 would be seen
        if mode is MODES.POSITIVE:
            query["site_id"] = desk.site.id
        answer = case.call(
            base_url=desk.address, headers={"Authorization": f"Bearer {tokens[name]}"}, params=query
        )
        case.validate_response(answer, checks=CHECKS)

    ask()


def test_what_is_described_is_what_is_given(desk: Desk, tokens: dict[str, str]) -> None:
    """The description is of this app: a made-up answer does not fit it."""
    headers = {"Authorization": f"Bearer {tokens['danwei1']}"}
    answer = httpx.post(f"{desk.address}/api/v1/check", json={"text": "布署"}, headers=headers)
    raw = httpx.get(f"{desk.address}/api/openapi.json").json()
    shape = raw["paths"]["/api/v1/check"]["post"]["responses"]
    assert set(shape) == {"200", "400", "401", "403", "404", "413", "422", "503"}
    told = shape["422"]["content"]["application/json"]["schema"]
    assert told == {"$ref": "#/components/schemas/Told"}
    assert json.loads(answer.text)["version"] == 1

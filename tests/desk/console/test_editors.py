"""The editors' server at the desk: whom it lets in, by whose lists it judges, where a word goes that is added."""

from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from store.database import DatabaseTrouble, reading, writing
from store.sessions import open_token, tokens_of
from store.term_proposals import proposals
from tests.county import Crawled
from tests.desk.console.desk import NOON, Desk, county_desk

TEXT = "会议作出布署。"


def asked(address: str, **form: str) -> httpx.Response:
    return httpx.post(f"{address}/v2/check", data={"language": "zh-CN", "text": TEXT, **form})


def found(answer: httpx.Response) -> list[tuple[int, int, str]]:
    return [
        (one["offset"], one["length"], one["replacements"][0]["value"])
        for one in answer.json()["matches"]
    ]


def test_this_machine_asks_without_a_key_and_hears_what_the_console_says(desk: Desk) -> None:
    answer = asked(desk.address)
    assert (answer.status_code, found(answer)) == (200, [(4, 2, "部署")])
    assert answer.headers["access-control-allow-origin"] == "*"
    with desk.client("bianji") as client:
        told = client.post(f"/s/{desk.site.id}/check/now", json={"text": TEXT}).json()
    assert [one["start"] for one in told["notes"]] == [4]


def test_a_text_is_checked_while_the_database_is_out(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert found(asked(desk.address)) == [(4, 2, "部署")]
    desk.clock.on(minutes=1)  # the exceptions approved since are due to be read

    def out(*_: object) -> None:
        raise DatabaseTrouble("数据库正被另一程序占用")

    monkeypatch.setattr("desk.console.hall.reading", out)
    assert found(asked(desk.address)) == [(4, 2, "部署")]
    with pytest.raises(DatabaseTrouble):
        replace(desk.hall, _lists={}).checker(desk.site.id)


def test_others_need_a_token_as_their_key(
    county: Crawled, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder: Path = tmp_path_factory.mktemp("closed")
    with county_desk(county, folder, editors_open=()) as desk:
        with writing(desk.engine) as connection:
            token = open_token(connection, desk.people["bianji"].id, "插件", at=NOON)
            keeper = open_token(connection, desk.people["guanli"].id, "插件", at=NOON)
        assert asked(desk.address).status_code == 403
        assert asked(desk.address, username="bianji", apiKey="falsch").status_code == 403
        assert asked(desk.address, username="guanli", apiKey=keeper).status_code == 403
        answer = asked(desk.address, username="bianji", apiKey=token)
        assert (answer.status_code, found(answer)) == (200, [(4, 2, "部署")])
        with reading(desk.engine) as connection:
            (one,) = tokens_of(connection, desk.people["bianji"].id, at=NOON)
        assert one.used == NOON.replace(tzinfo=None)


def test_a_word_added_in_an_editor_waits_for_people_of_the_desk(desk: Desk) -> None:
    form = {"word": "布署河", "username": "wangli", "apiKey": "x"}
    answer = httpx.post(f"{desk.address}/v2/words/add", data=form)
    assert (answer.status_code, answer.json()) == (200, {"added": True})
    with reading(desk.engine) as connection:
        (one,), _ = proposals(connection, desk.site.id, "proposed")
    assert (one.list, one.action, one.cells["phrase"], one.proposed_by, one.state) == (
        "typos", "except", "布署河", "编辑软件（wangli）", "proposed",
    )  # fmt: skip
    assert found(asked(desk.address, text="布署河边。")) == [(0, 2, "部署")]
    refused = httpx.post(f"{desk.address}/v2/words/add", data={"word": "11010519491231002X"})
    assert refused.json() == {"added": False}

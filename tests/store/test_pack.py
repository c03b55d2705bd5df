"""Evidence packs: the same twice, whole or not there, proved when opened, opened by other tools as they are."""

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlite_utils import Database

from checks.figure import Figure, Query, Row
from checks.form import Form, FormField
from checks.model import BadInput
from desk.cli import main
from reports.figures import FormFigures
from store.database import open_database, writing
from store.pack_file import add_forms
from store.pack_reading import open_pack
from tests.quarter import Office, office_with_the_quarter
from tests.spreadsheets import SAMPLE, TODAY, write_xlsx

#: An ID number that nobody has (the check digit holds, the place is none).
ID_NUMBER = "990000199001010017"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return office_with_the_quarter(tmp_path_factory.mktemp("quarter"))


@pytest.fixture(scope="module")
def pack(office: Office) -> Path:
    return frozen(office, office.folder / "q3.db")


def command(office: Office, path: Path) -> list[str]:
    return [
        sys.executable, "-m", "desk", "circular", str(office.site_file), "--quarter", "2025Q3",
        "--today", TODAY.isoformat(), "--db", office.db, "--freeze", str(path),
        "--out", str(path.with_suffix(".docx")),
    ]  # fmt: skip


def frozen(office: Office, path: Path) -> Path:
    assert main(command(office, path)[3:]) == 0
    return path


def test_the_same_database_gives_the_same_bytes(office: Office, pack: Path, tmp_path: Path) -> None:
    other = tmp_path / "again.db"
    done = subprocess.run(
        command(office, other), env=os.environ | {"PYTHONHASHSEED": "77"}, capture_output=True
    )
    assert done.returncode == 0, done.stderr.decode()
    assert other.read_bytes() == pack.read_bytes()


def test_a_change_in_the_database_changes_the_pack(
    office: Office, pack: Path, tmp_path: Path
) -> None:
    copied = tmp_path / "q.db"
    copied.write_bytes(Path(office.db.removeprefix("sqlite:///")).read_bytes())
    other = Office(office.folder, office.site_file, office.site, f"sqlite:///{copied}")
    engine = open_database(other.db)
    with writing(engine) as connection:
        connection.exec_driver_sql("DELETE FROM articles WHERE unit = 'qixiang' AND id IN (SELECT MIN(id) FROM articles WHERE unit = 'qixiang')")  # fmt: skip
    engine.dispose()
    with open_pack(frozen(other, tmp_path / "other.db")) as opened:
        assert opened.answer("SELECT COUNT(*) FROM articles") == [1317]


def test_its_tables_and_what_it_says_of_itself(pack: Path) -> None:
    with open_pack(pack) as opened:
        held = {row["name"]: row["rows"] for row in opened.rows("contents")}
        meta = dict(opened.meta)
    assert held == {
        "adoptions": 8, "articles": 1318, "columns": 11, "demo_scenes": 5, "entries": 18, "faults": 82, "figures": 69,
        "files": 4, "finding_events": 153, "findings": 75, "forms": 8, "grassroots_forms": 20,
        "hotline_units": 10, "lists": 1, "media_accounts": 11, "monitor_records": 1, "nights": 92, "pilot_projects": 6,
        "ranking": 27, "requests": 3, "service_findings": 280, "texts": 6, "unchecked": 0, "units": 27,
    }  # fmt: skip
    assert {key: meta[key] for key in ("format", "site", "quarter", "since", "until", "today")} == {
        "format": "1", "site": "jinghe", "quarter": "2025Q3", "since": "2025-07-01",
        "until": "2025-10-01", "today": "2025-10-15",
    }  # fmt: skip
    assert meta["sqlite"] == sqlite3.sqlite_version
    assert len(meta["chain_head"]) == len(meta["lists"]) == len(meta["contents"]) == 64


def test_datasette_opens_it_and_finds_articles(pack: Path) -> None:
    from datasette.app import Datasette  # type: ignore[import-untyped]

    async def asked() -> tuple[list[str], int, list[str]]:
        served = Datasette([str(pack)], settings={"num_sql_threads": 0})
        name = next(one for one in served.databases if one != "_internal")
        tables = (await served.client.get(f"/{name}.json")).json()["tables"]
        units = (await served.client.get(f"/{name}/units.json?_shape=objects")).json()
        found = await served.client.get(f"/{name}/articles.json?_shape=objects&_search=营商环境")
        return [one["name"] for one in tables], len(units["rows"]), [one["title"] for one in found.json()["rows"]]  # fmt: skip

    tables, units, titles = asyncio.run(asked())
    assert {"articles", "findings", "figures", "meta"} <= set(tables)
    assert (units, titles) == (27, ["营商环境座谈会召开"])


def test_sqlite_utils_lists_its_tables_and_runs_its_queries(pack: Path) -> None:
    tool = [sys.executable, "-m", "sqlite_utils"]
    listed = subprocess.run(
        [*tool, "tables", str(pack)], capture_output=True, text=True, check=True
    )
    assert '"articles"' in listed.stdout
    sql = "SELECT short FROM units WHERE published < quota"
    asked = subprocess.run([*tool, "query", str(pack), sql], capture_output=True, text=True, check=True)  # fmt: skip
    assert [one for one in ("县民政局", "县税务局", "县气象局") if one not in asked.stdout] == []


def test_no_id_number_is_in_it_wherever_the_office_wrote_one(tmp_path: Path) -> None:
    office = office_with_the_quarter(tmp_path)
    sheet = [list(row) for row in SAMPLE["requests"]]
    sheet[3][0], sheet[3][-1] = ID_NUMBER, f"本人{ID_NUMBER}的低保"
    file = write_xlsx(tmp_path / f"申请{ID_NUMBER}.xlsx", {"表": sheet})
    more = ("--quarter", "2025Q3", "--today", TODAY.isoformat(), "--db", office.db, "--replace")
    assert main(["import", "figures", str(office.site_file), "requests", str(file), *more]) == 0
    path = frozen(office, tmp_path / "pack.db")
    written = [path, path.with_suffix(".docx"), path.with_name("pack-通报依据.xlsx")]
    assert [one.name for one in written if ID_NUMBER.encode() in one.read_bytes()] == []
    with open_pack(path) as opened:
        (row,) = [one for one in opened.rows("requests") if "低保" in (one["subject"] or "")][:1]
    assert row["subject"] == "本人990000********0017的低保"


def test_id_numbers_that_the_import_let_through_are_masked_and_rows_stay_apart(
    tmp_path: Path,
) -> None:
    form = Form("own-form", "表", (FormField("said", "说", key=True),))
    rows = (
        Row(ID_NUMBER, {"said": ID_NUMBER}, f"{ID_NUMBER}.xlsx"),
        Row("990000********0017", {"said": "乙"}),
    )
    query = Query("own-form", "count")
    figure = Figure("own-form.n", 2, "2个", query, (ID_NUMBER, "990000********0017"))
    database = Database(memory=True)
    add_forms(database, [FormFigures(form, rows, (figure,), ())], set())
    assert list(database["own_form"].rows) == [
        {
            "key": "990000********0017",
            "said": "990000********0017",
            "place": "990000********0017.xlsx",
        },
        {"key": "990000********0017#2", "said": "乙", "place": ""},
    ]
    (stored,) = database["figures"].rows
    assert json.loads(stored["keys"]) == ["990000********0017", "990000********0017#2"]


def test_a_form_called_like_a_table_of_the_pack_is_refused() -> None:
    form = Form("finding-events", "表", (FormField("said", "说", key=True),))
    with pytest.raises(BadInput, match="表样“finding-events”与证据包的表重名"):
        add_forms(Database(memory=True), [FormFigures(form, (), (), ())], {"finding_events"})


def test_a_freeze_killed_at_any_moment_leaves_the_old_pack_or_the_whole_new_one(
    office: Office, pack: Path, tmp_path: Path
) -> None:
    path = tmp_path / "pack.db"
    path.write_bytes(pack.read_bytes())
    old = path.read_bytes()
    began = time.monotonic()
    subprocess.run(command(office, path), check=True, capture_output=True)
    taken = time.monotonic() - began
    killed = 0
    for n in range(8):
        process = subprocess.Popen(
            command(office, path), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            process.wait(timeout=taken * (0.5 + 0.06 * n))
        except subprocess.TimeoutExpired:
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
            killed += 1
        assert path.read_bytes() == old
        with open_pack(path) as opened:
            assert opened.answer("SELECT COUNT(*) FROM articles") == [1318]
    assert killed > 0
    frozen(office, path)
    assert [one.name for one in tmp_path.iterdir() if one.name.endswith(".part") and "pack.db" in one.name] == []  # fmt: skip


def test_a_freeze_killed_while_it_writes_is_swept_up(
    office: Office, pack: Path, tmp_path: Path
) -> None:
    path = tmp_path / "pack.db"
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    half = tmp_path / f".pack.db.{dead.pid}.part"
    half.write_bytes(pack.read_bytes()[:5000])
    alive = tmp_path / f".pack.db.{os.getppid()}.part"  # another one's, still at work
    alive.write_bytes(b"")
    frozen(office, path)
    assert path.read_bytes() == pack.read_bytes()
    assert (half.exists(), alive.exists()) == (False, True)


@pytest.mark.parametrize(
    ("sql", "named"),
    [
        ("UPDATE articles SET title = '改过的' WHERE id = 1", "articles"),
        ("UPDATE figures SET value = '590' WHERE id = 'hotline-units.total'", "figures"),
        ("DELETE FROM faults WHERE column_id = 'xczx'", "faults"),
        ("UPDATE contents SET rows = 1 WHERE name = 'faults'", "contents"),
        ("CREATE TABLE more (a)", "more"),
        ("DROP TABLE unchecked", "unchecked"),
    ],
)
def test_a_pack_changed_since_is_refused(pack: Path, tmp_path: Path, sql: str, named: str) -> None:
    copied = tmp_path / "pack.db"
    copied.write_bytes(pack.read_bytes())
    with sqlite3.connect(copied) as connection:
        connection.execute(sql)
    connection.close()
    with (
        pytest.raises(BadInput, match=f"改动过（.*{named}.*），不能据以生成通报"),
        open_pack(copied),
    ):
        pass


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "不是证据包"),
        (b"SQLite format 3\0" + b"x" * 4000, "不是能读的证据包"),
        (b"<html>", "不是能读的证据包"),
    ],
)
def test_what_is_no_pack_is_said_in_one_line(tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "x.db"
    file.write_bytes(content)
    with pytest.raises(BadInput, match=said) as caught, open_pack(file):
        pass
    assert len(caught.value.lines) == 1
    with pytest.raises(BadInput, match="找不到这个证据包"), open_pack(tmp_path / "none.db"):
        pass


def test_a_pack_of_another_format_is_refused(pack: Path, tmp_path: Path) -> None:
    copied = tmp_path / "pack.db"
    copied.write_bytes(pack.read_bytes())
    with sqlite3.connect(copied) as connection:
        connection.execute("UPDATE meta SET value = '9' WHERE key = 'format'")
    connection.close()
    with pytest.raises(BadInput, match="证据包的格式是9，本程序读格式1"), open_pack(copied):
        pass


def test_a_query_that_never_ends_is_broken_off(pack: Path) -> None:
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT MAX(i) FROM n"
    with open_pack(pack) as opened, pytest.raises(BadInput, match="查询不能运行（interrupted）"):
        opened.answer(endless)


def test_a_pack_is_never_written_to(pack: Path) -> None:
    with open_pack(pack) as opened, pytest.raises(BadInput, match="readonly"):
        opened.answer("DELETE FROM articles")


def test_a_folder_that_is_not_there_is_said(office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    path = tmp_path / "none" / "pack.db"
    assert main(command(office, path)[3:]) == 2
    assert "证据包写不下" in capsys.readouterr().err

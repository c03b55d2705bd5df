"""`lanmu counts --ranking` and `--charts` as the office runs them."""

import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from desk.cli import main
from store.database import open_database, writing
from tests.quarters import fill

CONTRACT = Path(__file__).parents[1] / "contract" / "counts.schema.json"
SITE = """
site: {id: s, name: 某县人民政府网, home: "http://a.cn/"}
units:
  - {id: tuotuo, name: 托托镇人民政府, kind: township, quota: 3}
  - {id: caizheng, name: 某县财政局, quota: 3}
  - {id: minzheng, name: 某县民政局, quota: 3}
columns:
  - id: gzdt
    name: 工作动态
    url: /gzdt/
    units: [tuotuo, caizheng, minzheng]
    expects: [{item: 进度, any: [进度], each_unit: true}]
"""
Run = Callable[..., tuple[int, str, str]]
Q3 = ("--since", "2025-07-01", "--until", "2025-10-01")


@pytest.fixture
def counts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    file, db = tmp_path / "site.yaml", f"sqlite:///{tmp_path}/r.db"
    file.write_text(SITE, "utf-8")
    engine = open_database(db)
    with writing(engine) as connection:
        fill(connection)
    engine.dispose()

    def run(*more: str, period: tuple[str, ...] = Q3, site: str = SITE) -> tuple[int, str, str]:
        file.write_text(site, "utf-8")
        status = main(["counts", str(file), *period, "--db", db, "--today", "2025-10-09", *more])
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


def test_the_ranking_is_printed_with_who_is_named(counts: Run) -> None:
    status, out, err = counts("--ranking")
    assert (status, err) == (0, "")
    assert out.splitlines()[-6:] == [
        "评价标准：信息发布和整改情况评价标准（本县政府网站季度通报）",
        "较好的单位（完成发布任务，发布数量居前30%，没有逾期未改的问题，没有已确认的严重错误）：托托镇人民政府",
        "发布数量未达标：某县民政局",
        "有问题逾期未改：某县民政局",
        "有已确认的严重错误：某县民政局",
        "另有1个已确认问题没有归属单位",
    ]


def test_the_ranking_as_json_keeps_the_contract_and_counts_stay_as_they_were(counts: Run) -> None:
    _, plain, _ = counts("--json")
    status, out, _ = counts("--ranking", "--json")
    said, before = json.loads(out), json.loads(plain)
    jsonschema.validate(said, json.loads(CONTRACT.read_text("utf-8")))
    assert status == 0 and "ranking" not in before
    assert {name: said[name] for name in before if name != "units"} == {
        name: before[name] for name in before if name != "units"
    }
    for one, old in zip(said["units"], before["units"], strict=True):
        assert {name: one[name] for name in old} == old


def test_the_office_declares_its_own_criteria(counts: Run, tmp_path: Path) -> None:
    (tmp_path / "标准.yaml").write_text(
        "id: own\ntitle: 本县标准\nsource: 本县规定\nwell:\n  - {id: some, says: 发布3条以上, figure: published, at_least: 3}\n",
        "utf-8",
    )
    _, out, _ = counts("--ranking", site=f"{SITE}criteria: 标准.yaml\n")
    assert out.splitlines()[-3:-1] == [
        "评价标准：本县标准（本县规定）",
        "较好的单位（发布3条以上）：托托镇人民政府、某县财政局",
    ]
    status, out, err = counts("--ranking", site=f"{SITE}criteria: 没有.yaml\n")
    wrong = f"{tmp_path / '没有.yaml'}: 找不到这个评价标准文件；请核对站点文件的 criteria\n"
    assert (status, out, err) == (2, "", wrong)


def test_three_pictures_are_drawn_into_a_folder(counts: Run, tmp_path: Path) -> None:
    folder = tmp_path / "图"
    status, _, err = counts("--charts", str(folder))
    names = ["2025Q3历季走势.png", "2025Q3各单位发布.png", "2025Q3栏目完整性.png"]
    assert status == 0 and sorted(one.name for one in folder.iterdir()) == sorted(names)
    assert all(f"已写入 {folder / name}" in err for name in names)
    first = {one.name: one.read_bytes() for one in folder.iterdir()}
    counts("--charts", str(folder))
    assert {one.name: one.read_bytes() for one in folder.iterdir()} == first


def test_a_period_that_is_no_quarter_and_a_folder_that_is_a_file_are_told_of(
    counts: Run, tmp_path: Path
) -> None:
    half = ("--since", "2025-07-01", "--until", "2025-08-01")
    assert counts("--ranking", period=half) == (
        2, "", "counts: 排名按季度，2025-07-01至2025-08-01不是一个完整的季度；应如 --since 2025-07-01 --until 2025-10-01\n"
    )  # fmt: skip
    assert counts(period=half)[0] == 0
    status, _, err = counts("--charts", str(tmp_path / "site.yaml"))
    assert status == 2 and "无法写入" in err and "Traceback" not in err

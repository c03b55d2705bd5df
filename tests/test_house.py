"""The house stands as design.md §1 draws it: imports go one way, each library has its room."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("checks", "store", "crawler", "reports", "desk")
MAY_IMPORT = {
    "checks": {"checks", "wordlists"},
    "store": {"store", "checks"},
    "crawler": {"crawler", "store", "checks"},
    "reports": {"reports", "store", "checks"},
    "desk": {"desk", "reports", "crawler", "store", "checks"},
}
#: Library → the rooms that may import it.
LIBRARY_ROOMS = {
    "scrapy": {"crawler"},
    "twisted": {"crawler"},
    "sqlalchemy": {"store"},
    "alembic": {"store"},
    "sqlite3": {"store"},
    "sqlite_utils": {"store"},
    "docx": {"reports", "desk"},
    "xlsxwriter": {"reports"},
    "pypdfium2": {"crawler"},
    "ofdkit": {"crawler"},
    "rapidocr": {"crawler"},
    "ahocorasick": {"checks"},
    "daachorse": {"checks"},
    "jieba": {"checks"},
    "fastapi": {"desk"},
    "starlette": {"desk"},
    "uvicorn": {"desk"},
    "pwdlib": {"desk"},
    "authlib": {"desk"},
    "prometheus_client": {"desk"},
}
FORBIDDEN_NAMES = {"utils.py", "helpers.py", "base.py", "constants.py", "managers"}
FILES = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]


def imported(path: Path) -> set[str]:
    """Top-level names of every module a file imports, wherever in the file it does."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_go_one_way(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0]
    assert imported(path) & {*ROOMS, "wordlists", "tests"} <= MAY_IMPORT[room]


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_each_library_is_known_to_its_room_only(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0]
    wrong = {lib for lib in imported(path) if room not in LIBRARY_ROOMS.get(lib, {room})}
    assert wrong == set()


def test_no_room_for_odds_and_ends() -> None:
    assert [path for path in FILES if FORBIDDEN_NAMES & set(path.relative_to(ROOT).parts)] == []


def test_the_test_can_see_a_wrong_import(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.py"
    wrong.write_text("def f():\n    from store.schema import articles\n    import scrapy.http\n")
    assert imported(wrong) == {"store", "scrapy"}


def test_every_long_file_says_why() -> None:
    """A file stays under 300 lines or says why in its docstring ("long because")."""
    long = [p for p in FILES if len(p.read_text("utf-8").splitlines()) > 300]
    silent = [
        p.name
        for p in long
        if "long because" not in (ast.get_docstring(ast.parse(p.read_text("utf-8"))) or "").lower()
    ]
    assert silent == []

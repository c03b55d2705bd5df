"""What tests need of the system: listed in one file, named where a test is skipped, no name unknown."""

from pathlib import Path

import pytest

from tests.system import (
    LISTED,
    Package,
    command,
    may_install,
    missing,
    named,
    packages,
    there,
    why_skipped,
)

pytest_plugins = "pytester"
ROOT = Path(__file__).parent.parent


def test_the_file_lists_what_the_tests_use() -> None:
    assert {one.name for one in LISTED} == {
        "postgresql", "libreoffice-writer", "libreoffice-calc", "antiword", "catdoc", "poppler-utils",
        "chromium", "util-linux", "fonts-noto-cjk", "python3-uno",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("antiword antiword\n", "1: package, program and purpose expected"),
        ("# c\n\na x one\nb x two\n", "4: b stands twice"),
        ("a /usr/bin/x one\nb x two\n", "2: b stands twice"),
    ],
)
def test_a_wrong_line_is_named(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        packages(text)


def test_a_package_is_known_by_its_program_and_by_its_own_name() -> None:
    calc = Package("libreoffice-calc", "localc", "x")
    server = Package("postgresql", "/usr/lib/postgresql/*/bin/postgres", "y")
    listed = (calc, server)
    assert named(["localc", "postgres"], listed) == listed
    assert named(["postgresql"], listed) == (server,)


@pytest.mark.parametrize("names", [["sofice"], ["soffice", "*"], []])
def test_a_name_that_is_not_in_the_file_is_an_error(names: list[str]) -> None:
    with pytest.raises(ValueError, match="needs"):
        named(names)


def test_a_program_is_looked_for_on_the_path_or_by_its_place(tmp_path: Path) -> None:
    placed = Package("p", f"{tmp_path}/*/bin/server", "x")
    assert not there(placed)
    (tmp_path / "15" / "bin").mkdir(parents=True)
    (tmp_path / "15" / "bin" / "server").touch()
    assert there(placed)
    shell, nothing = Package("dash", "sh", "x"), Package("no", "no-such-program", "x")
    assert missing([shell, nothing]) == (nothing,)


def test_why_a_test_is_skipped_names_programs_and_command() -> None:
    assert why_skipped(["soffice", "antiword"], lambda _: True) == ""
    assert why_skipped(["soffice", "antiword"], lambda one: one.name == "antiword") == (
        "soffice missing; as root: apt-get install --no-install-recommends libreoffice-writer"
    )
    assert why_skipped(["postgresql", "catdoc"], lambda _: False) == (
        "postgres, catdoc missing; as root: apt-get install --no-install-recommends postgresql catdoc"
    )


def test_only_root_with_apt_installs() -> None:
    assert may_install(0, "/usr/bin/apt-get")
    assert not may_install(1000, "/usr/bin/apt-get")
    assert not may_install(0, None)


def test_the_command_names_every_package() -> None:
    assert command(LISTED[:2]) == (
        "apt-get install --no-install-recommends postgresql libreoffice-writer"
    )


MARKED = """
import pytest

@pytest.mark.needs("{program}")
def test_it(): pass
"""


def run_marked(pytester: pytest.Pytester, program: str) -> pytest.RunResult:
    """A test that needs `program`, under the hooks of our own conftest, in a run of its own with an empty PATH."""
    pytester.makeconftest(
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
        "from tests.conftest import pytest_collection_modifyitems\n"
    )
    pytester.makeini('[pytest]\nmarkers = needs(*programs): x\naddopts = "--strict-markers"\n')
    pytester.makepyfile(MARKED.format(program=program))
    return pytester.runpytest_subprocess("-rs", "-p", "no:cacheprovider")


def test_a_marked_test_is_skipped_by_name(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    done = run_marked(pytester, "antiword")
    done.assert_outcomes(skipped=1)
    done.stdout.fnmatch_lines(["SKIPPED*antiword missing; as root: apt-get install * antiword"])


def test_a_typo_in_a_marker_stops_the_run(pytester: pytest.Pytester) -> None:
    done = run_marked(pytester, "antiwort")
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    done.stderr.fnmatch_lines(["ERROR: *::test_it: needs('antiwort'): not in system-packages.txt*"])

"""The marker `needs`: a test that wants a program on the machine says which."""

import shutil

import pytest


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "needs(*programs): programs the test runs")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for marker in item.iter_markers("needs"):
            for program in marker.args:
                if not shutil.which(program):
                    item.add_marker(pytest.mark.skip(reason=f"没有程序 {program}"))

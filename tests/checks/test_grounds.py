from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest

from checks.checker import Checker
from checks.grounds import UNREAD, grounds, program
from checks.model import Article, Excuse, Official, Severity, Site, Switch, Unit
from checks.rules.text import TEXT_RULES
from checks.wordlist import shipped

SITE = Site(
    "jinghe", "精河县人民政府网", "https://a.cn/", units=(Unit("caizheng", "精河县财政局", ("财政局",)),),
    roster=(Official("王明", "县长"),),
)  # fmt: skip


@pytest.mark.parametrize(
    "other",
    [
        replace(SITE),
        replace(SITE, delay=9.0),
        replace(SITE, name="别的名称"),
        replace(SITE, lists=("/srv/lists",)),
        replace(SITE, notify=("${WECOM}",)),
        replace(SITE, home="https://b.cn/"),
        replace(SITE, units=(replace(SITE.units[0], quota=30),)),
    ],
)
def test_what_decides_nothing_leaves_the_grounds(other: Site) -> None:
    assert grounds(other) == grounds(SITE)


@pytest.mark.parametrize(
    "other",
    [
        replace(SITE, id="other"),
        replace(SITE, units=(replace(SITE.units[0], name="精河县财政所"),)),
        replace(SITE, roster=()),
        replace(SITE, switches=(Switch("typos", Severity.SUGGESTION, "试用"),)),
        replace(SITE, excuses=(Excuse("typos", "布署", "《布署》"),)),
    ],
)
def test_what_decides_findings_changes_the_grounds(other: Site) -> None:
    assert grounds(other) != grounds(SITE)
    assert len(program()) == 64


class Watched(Site):
    """A site that notes which of its fields are read."""

    __slots__ = ()
    read: set[str] = set()  # noqa: RUF012

    def __getattribute__(self, name: str) -> Any:
        Watched.read.add(name)
        return super().__getattribute__(name)


def test_no_rule_reads_what_the_grounds_leave_out() -> None:
    watched = Watched(**{field.name: getattr(SITE, field.name) for field in fields(Site)})
    Watched.read.clear()
    checker = Checker(shipped(), watched)
    for rule in TEXT_RULES:
        for text in (*rule.MANUAL.bad, *rule.MANUAL.good):
            checker.article(Article.draft(text, published=date(2025, 9, 30)))
    for one in shipped():
        for term in one.terms:
            checker.article(Article.draft(term.bad, published=date(2025, 9, 30)))
    assert {"units", "roster", "switches", "id"} <= Watched.read
    assert UNREAD & Watched.read == set()
    assert {field.name for field in fields(Site)} >= UNREAD

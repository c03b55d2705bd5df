"""People pressing whatever they like, in any order: nothing is released without three others who saw that text."""

import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from checks.checker import Judgement
from checks.model import Article, BadInput, Finding, Part, Severity, Site, Span, Unit
from store.chain import verify_chain
from store.database import open_database, reading, writing
from store.review_rows import (
    draft_events,
    draft_of,
    draft_rows,
    draft_steps,
    draft_texts,
    readers_of,
    steps_open_to,
)
from store.reviews import (
    Checked,
    Seen,
    open_draft,
    pass_on,
    release,
    send_back,
    submit,
    withdraw,
    write,
)
from tests.people import people

SITE = Site("s", "某县人民政府网", "http://a.cn/", units=(Unit("nongye", "某县农业农村局"),))
BODIES = ("布署工作。", "部署工作。", "部署各项工作。")
WHO = st.integers(0, 5)
DRAFT = st.integers(0, 2)
#: Whether the person looks again before pressing; else they press on what they saw last.
LOOKS = st.booleans()
STEPS: dict[str, Callable[..., Any]] = {"pass": pass_on, "return": send_back, "release": release, "submit": submit, "withdraw": withdraw, "write": write}  # fmt: skip


def article(body: str) -> Article:
    return Article("", (Part("title", "", "工作动态"), Part("body", "", body)))


def judged(article: Article) -> Checked:
    """布署 is an error, wherever it stands."""
    at = article.body.find("布署")
    if at < 0:
        return Checked(Judgement(()), "L1")
    found = Finding("typos", Severity.ERROR, 1, Span(at, at + 2), "布署", "部署", "应为“部署”", "词典", f"布署{at}")  # fmt: skip
    return Checked(Judgement((found,)), "L1")


class Reviews(RuleBasedStateMachine):
    """Six people with every role, three drafts; a model of what was accepted."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.engine = open_database(f"sqlite:///{self.folder.name}/r.db")
        self.staff = people(self.engine, *"甲乙丙丁戊己")
        self.at = datetime(2026, 3, 2, tzinfo=UTC)
        self.seen: dict[tuple[int, int], Seen] = {}
        self.texts: dict[int, list[tuple[int, str]]] = {}
        self.passes: dict[int, list[tuple[int, str]]] = {}
        self.accepted: dict[int, int] = {}

    def teardown(self) -> None:
        self.engine.dispose()
        self.folder.cleanup()

    def now(self) -> datetime:
        self.at += timedelta(minutes=1)
        return self.at

    def number(self, draft: int) -> int | None:
        numbers = sorted(self.texts)
        return numbers[draft] if draft < len(numbers) else None

    @rule(who=WHO, body=st.sampled_from(BODIES))
    def opens(self, who: int, body: str) -> None:
        if len(self.texts) == 3:
            return
        with writing(self.engine) as connection:
            number = open_draft(
                connection, SITE, article(body), self.staff[who], unit="nongye", lists_hash="L1", at=self.now()
            )  # fmt: skip
        self.texts[number] = [(who, article(body).text_hash)]
        self.passes[number], self.accepted[number] = [], 1

    def press(
        self, name: str, draft: int, who: int, *, looks: bool, **more: Any
    ) -> tuple[int, str] | None:
        """One person presses one button; the draft and the hash they saw where it was accepted."""
        number = self.number(draft)
        if number is None:
            return None
        with reading(self.engine) as connection:
            row = draft_of(connection, "s", number)
            offered = steps_open_to(connection, "s", number, self.staff[who])
            text = draft_texts(connection, number)[-1].article
        assert text
        fresh = Seen(row.text_hash, row.state)
        seen = fresh if looks else self.seen.get((number, who), fresh)
        self.seen[number, who] = fresh
        step = STEPS[name]
        if name in ("pass", "release"):
            more["checked"] = judged(text)
        try:
            with writing(self.engine) as connection:
                step(connection, SITE, number, self.staff[who], seen=seen, at=self.now(), **more)
        except BadInput as error:
            refused = error.lines
            with reading(self.engine) as connection:
                assert (draft_of(connection, "s", number), all(refused)) == (row, True)
            return None
        assert name in offered
        assert seen == fresh  # nobody acts on what they did not see
        return number, row.text_hash

    @rule(draft=DRAFT, who=WHO, body=st.sampled_from(BODIES), looks=LOOKS)
    def writes(self, draft: int, who: int, body: str, *, looks: bool) -> None:
        done = self.press("write", draft, who, looks=looks, article=article(body), lists_hash="L1")
        if done and done[1] != article(body).text_hash:
            number = done[0]
            self.texts[number].append((who, article(body).text_hash))
            self.passes[number] = []
            self.accepted[number] += 1

    @rule(draft=DRAFT, who=WHO, looks=LOOKS)
    def submits(self, draft: int, who: int, *, looks: bool) -> None:
        if done := self.press("submit", draft, who, looks=looks, remark="送审"):
            self.passes[done[0]] = []
            self.accepted[done[0]] += 1

    @rule(draft=DRAFT, who=WHO, looks=LOOKS)
    def passes_on(self, draft: int, who: int, *, looks: bool) -> None:
        if done := self.press("pass", draft, who, looks=looks):
            self.passes[done[0]].append((who, done[1]))
            self.accepted[done[0]] += 1

    @rule(draft=DRAFT, who=WHO, looks=LOOKS, overrules=st.booleans())
    def releases(self, draft: int, who: int, *, looks: bool, overrules: bool) -> None:
        reasons = {"布署0": "引文如此"} if overrules else {}
        done = self.press("release", draft, who, looks=looks, overruled=reasons)
        if done is None:
            return
        number, hash_ = done
        self.passes[number].append((who, hash_))
        self.accepted[number] += 1
        readers = [one for one, _ in self.passes[number]]
        assert len(readers) == len(set(readers)) == 3
        assert set(readers).isdisjoint({one for one, _ in self.texts[number]})
        assert {seen for _, seen in self.passes[number]} == {hash_} == {self.texts[number][-1][1]}
        assert overrules == (hash_ == article(BODIES[0]).text_hash)

    @rule(draft=DRAFT, who=WHO, looks=LOOKS)
    def sends_back(self, draft: int, who: int, *, looks: bool) -> None:
        if done := self.press("return", draft, who, looks=looks, remark="请改"):
            self.passes[done[0]] = []
            self.accepted[done[0]] += 1

    @rule(draft=DRAFT, who=WHO, looks=LOOKS)
    def withdraws(self, draft: int, who: int, *, looks: bool) -> None:
        if done := self.press("withdraw", draft, who, looks=looks, remark="取消"):
            self.accepted[done[0]] += 1

    @rule(draft=DRAFT, author=WHO)
    def goes_all_the_way(self, draft: int, author: int) -> None:
        """What people mostly do: random presses alone would rarely come to the end."""
        self.opens(author, BODIES[1])
        self.submits(draft, author, looks=True)
        for who in range(6):
            self.passes_on(draft, who, looks=True)
        for who in range(6):
            self.releases(draft, who, looks=True, overrules=False)

    @invariant()
    def nothing_is_lost_and_the_chain_is_whole(self) -> None:
        with reading(self.engine) as connection:
            assert verify_chain(connection, "s") == []
            assert [row.id for row in draft_rows(connection, "s")] == sorted(self.texts, reverse=True)  # fmt: skip
            for number, texts in self.texts.items():
                kept = draft_texts(connection, number)
                by = {who.id: place for place, who in enumerate(self.staff)}
                assert [(by[one.by_id], one.text_hash) for one in kept] == texts
                assert all(one.article and one.article.text_hash == one.text_hash for one in kept)
                assert len(draft_events(connection, number)) == self.accepted[number]
                row = draft_of(connection, "s", number)
                readers = readers_of(connection, row)
                assert len(draft_steps(connection, number)) >= len(readers)
                if row.state == "released":
                    people_ = {one.by_id for one in readers}
                    assert len(people_) == 3
                    assert people_.isdisjoint({one.by_id for one in kept} | {row.author_id})


TestReviews = Reviews.TestCase
TestReviews.settings = settings(max_examples=25, stateful_step_count=30, deadline=None)

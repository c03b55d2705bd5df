"""Which released draft a published article is, and whether it says what was released.

An article is a draft's where the office gave its address, where it was matched before, where the text is the same in
all that counts (checks/review_compare.py), where it bears the same title, or where its body is nearly the draft's. Rather
silent than wrong: what cannot be compared accuses nobody.
"""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rensa import RMinHash, RMinHashLSH

from checks.model import Article, Part, Reviews
from checks.near_duplicates import PERMUTATIONS, SEED, Wording, is_series, likeness, shingles
from checks.review_compare import Change, changes, compared, title_and_body, unreviewed_attachments

#: How an article stands to the drafts that were released. `PARTLY`: the same, but for attachments that nobody compared;
#: `UNKNOWN`: its draft's text was let go, or it has none itself.
SAME, PARTLY, DIFFERS, UNREVIEWED, UNKNOWN = "same", "partly", "differs", "unreviewed", "unknown"
#: What two bodies share at least, to be the same article under the same title, and under another.
SAME_TITLE, OTHER_TITLE = 0.3, 0.5
#: A body shorter than this is not told apart by its runs of characters: the title decides.
SHORT = 120
#: A draft whose text was let go may be that of an article published so many days around its release.
DAYS_BEFORE, DAYS_AFTER = 30, 180
#: More bands than for padding: half alike is enough to be looked at.
BANDS = 32
NO_TEXT = "网页没有可比对的正文"
LET_GO = "签发稿的文本已按期清理，无法比对"
MAY_BE_LET_GO = "同期签发稿的文本已按期清理，无法判断"


@dataclass(frozen=True, slots=True)
class ReleasedDraft:
    """A draft that was released on `day` (at the site). `parts` is None once its text was let go."""

    number: int
    unit: str
    title: str
    url: str
    text_hash: str
    day: date
    parts: tuple[Part, ...] | None

    @property
    def article(self) -> Article:
        return Article(self.url, self.parts or ())


@dataclass(frozen=True, slots=True)
class Match:
    """What became of the search for an article's draft.

    `draft` is None where none was found; `changes` are told with DIFFERS, `why` with UNKNOWN. `attachments` are
    published ones that the draft did not hold.
    """

    state: str
    draft: ReleasedDraft | None = None
    changes: tuple[Change, ...] = ()
    why: str = ""
    attachments: tuple[str, ...] = ()


def wanted(reviews: Reviews, published: date, columns: Sequence[str], *, reprinted: bool) -> bool:
    """Whether the site asks 三审三校 of an article that was published then, stands there, and is or is no reprint."""
    if published < reviews.since or (reprinted and not reviews.reprints):
        return False
    return not reviews.columns or not set(reviews.columns).isdisjoint(columns)


class ReleasedDrafts:
    """A site's released drafts, to be searched."""

    def __init__(self, drafts: Iterable[ReleasedDraft]) -> None:
        self._drafts: Mapping[int, ReleasedDraft] = {one.number: one for one in drafts}
        self._by_hash = _grouped((one.text_hash, one) for one in self)
        self._by_url = _grouped((one.url, one) for one in self if one.url)
        self._by_title = _grouped((compared(one.title), one) for one in self if one.title)
        kept = [one for one in self if one.parts]
        self._by_words = _grouped(("".join(title_and_body(one.article)), one) for one in kept)
        self._index = RMinHashLSH(threshold=OTHER_TITLE, num_perm=PERMUTATIONS, num_bands=BANDS)
        self._shingles = {one.number: shingles(one.article.body) for one in kept}
        for number, some in self._shingles.items():
            self._index.insert(number, _signature(some))

    def __iter__(self) -> Iterator[ReleasedDraft]:
        return iter(self._drafts.values())

    def same(self, article: Article) -> Match | None:
        """The draft whose text this article has, in all that counts; of several the newest. None: none has."""
        title, body = title_and_body(article)
        found = [*self._by_hash.get(article.text_hash, ())]
        if body:
            for words in {title + body, body}:
                found += self._by_words.get(words, ())
        for one in sorted(found, key=lambda one: -one.number):
            if one.text_hash == article.text_hash or not changes(one.article, article):
                return _match(SAME, one, article)
        return None

    def nearest(self, article: Article, *, before: int | None, taken: Container[int]) -> Match:
        """How an article stands whose text no draft has.

        `before` is the draft it was matched to earlier; drafts in `taken` are those of other articles.
        """
        _, body = title_and_body(article)
        if not body:
            return Match(UNKNOWN, why=NO_TEXT)
        sure = [*self._by_url.get(article.url, ())]
        if before is not None and before in self._drafts:
            sure.append(self._drafts[before])
        maybe = [one for one in self._alike(article) if one.number not in taken]
        best = next(iter((*sorted(sure, key=lambda one: -one.number), *maybe)), None)
        if best is None:
            return self._without(article)
        if best.parts is None:
            return Match(UNKNOWN, best, why=LET_GO)
        found = changes(best.article, article)
        return _match(DIFFERS if found else SAME, best, article, found)

    def _alike(self, article: Article) -> Iterator[ReleasedDraft]:
        """Drafts that are likely this article's: of its title, then those whose body is most like its own."""
        own = shingles(article.body)
        titled = self._by_title.get(compared(article.title), ()) if article.title else ()
        for one in titled:
            if not _other_units(one, article) and self._says_much(one, own, article):
                yield one
        near = self._index.query(_signature(own)) if own else []
        ranked = sorted((-likeness(own, self._shingles[n]), -n) for n in near)
        wording = Wording(article.title, article.body)
        for share, number in ranked:
            one = self._drafts[-number]
            if -share < OTHER_TITLE:
                return
            if wording.is_form or is_series(one.title, article.title):
                continue  # alike by nature
            yield one

    def _says_much(self, one: ReleasedDraft, own: frozenset[str], article: Article) -> bool:
        theirs = self._shingles.get(one.number)
        if theirs is None or min(len(article.body), len(one.article.body)) < SHORT:
            return True
        return likeness(own, theirs) >= SAME_TITLE

    def _without(self, article: Article) -> Match:
        """No draft was found: was there none, or was its text let go?"""
        day = article.published
        for one in self:
            if one.parts is None and day and not _other_units(one, article):
                days = (one.day - day).days
                if -DAYS_AFTER <= days <= DAYS_BEFORE:
                    return Match(UNKNOWN, why=MAY_BE_LET_GO)
        return Match(UNREVIEWED)


def _match(
    state: str, draft: ReleasedDraft, article: Article, found: tuple[Change, ...] = ()
) -> Match:
    beside = unreviewed_attachments(draft.article, article) if draft.parts is not None else ()
    return Match(PARTLY if state == SAME and beside else state, draft, found, attachments=beside)


def _other_units(draft: ReleasedDraft, article: Article) -> bool:
    return bool(draft.unit and article.unit and draft.unit != article.unit)


def _grouped(
    pairs: Iterable[tuple[str, ReleasedDraft]],
) -> dict[str, list[ReleasedDraft]]:
    """Drafts by a key, the newest number first."""
    found: dict[str, list[ReleasedDraft]] = {}
    for key, one in pairs:
        found.setdefault(key, []).append(one)
    return {key: sorted(some, key=lambda one: -one.number) for key, some in found.items()}


def _signature(some: frozenset[str]) -> RMinHash:
    signature = RMinHash(num_perm=PERMUTATIONS, seed=SEED)
    signature.update(sorted(some))
    return signature

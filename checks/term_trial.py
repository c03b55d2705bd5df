"""How often each term fires on text that is thought clean: what `lanmu terms try` prints."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from checks.checker import Checker
from checks.model import Article, Severity
from checks.wordlist import Wordlist

SAMPLES = 3
AROUND = 12


@dataclass(slots=True)
class Trial:
    """One term over many texts: places found, of those 疑似, silenced by its own `unless`, samples of each."""

    term: str
    use: str
    found: int = 0
    doubtful: int = 0
    silenced: int = 0
    samples: list[str] = field(default_factory=list)
    spared: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Trials:
    """`texts` were looked at; `terms` are those that fired or were silenced, most first."""

    texts: int
    terms: tuple[Trial, ...]


def tried(lists: Sequence[Wordlist], articles: Iterable[Article]) -> Trials:
    """Run `lists` alone over `articles`, with and without their exceptions."""
    bare = [replace(one, terms=tuple(replace(t, unless=()) for t in one.terms)) for one in lists]
    with_unless, without = Checker(lists, rules=()), Checker(bare, rules=())
    trials = {
        (one.id, term.text): Trial(term.text, term.use) for one in lists for term in one.terms
    }
    uses = {(one.id, term.use): (one.id, term.text) for one in lists for term in one.terms}
    texts = 0
    for article in articles:
        texts += 1
        kept = set()
        for finding in with_unless.article(article):
            trial = (
                trials.get((finding.rule, finding.match))
                or trials[uses[finding.rule, finding.suggestion]]
            )
            kept.add((finding.rule, finding.part, finding.span))
            trial.found += 1
            trial.doubtful += finding.severity is Severity.SUGGESTION
            _sample(trial.samples, article, finding.part, finding.span.start, finding.span.end)
        for finding in without.article(article):
            if (finding.rule, finding.part, finding.span) not in kept:
                trial = (
                    trials.get((finding.rule, finding.match))
                    or trials[uses[finding.rule, finding.suggestion]]
                )
                trial.silenced += 1
                _sample(trial.spared, article, finding.part, finding.span.start, finding.span.end)
    fired = [one for one in trials.values() if one.found or one.silenced]
    return Trials(
        texts, tuple(sorted(fired, key=lambda one: (-one.found, -one.silenced, one.term)))
    )


def _sample(samples: list[str], article: Article, part: int, start: int, end: int) -> None:
    if len(samples) < SAMPLES:
        text = article.parts[part].text
        around = (
            f"{text[max(0, start - AROUND) : start]}【{text[start:end]}】{text[end : end + AROUND]}"
        )
        samples.append(" ".join(around.split()))

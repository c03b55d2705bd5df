"""Examples of wrong words, by unit: the units with the most confirmed findings, and of what kind they are."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from reports.circular.facts import Facts, asked
from reports.circular.sentences import Piece, Pieces
from store.pack_queries import wrong_of

#: Units named as examples.
MOST_EXAMPLES = 2
_ERROR = "错误"


def wrong_examples(facts: Facts, kinds: Mapping[str, str]) -> Pieces:
    """县生态环境局表述不规范、县人社局名称及术语错误; () where no unit is known. `kinds` says what a rule (id) finds."""
    units = facts.get("wrong-units")
    assert units is not None
    assert isinstance(units.value, tuple)
    titles = {row["rule"]: row["title"] for row in facts.pack.rows("findings")}
    pieces: list[Piece] = []
    for unit in units.value[:MOST_EXAMPLES]:
        rules = asked(facts.pack, f"wrong-of@{unit}", wrong_of(unit))
        assert isinstance(rules.value, tuple)
        said = [kinds.get(rule) or titles[rule] for rule in rules.value]
        pieces += ["、" if pieces else "", replace(rules, text=unit + kinds_written(said))]
    return tuple(one for one in pieces if one != "")


def kinds_written(kinds: Sequence[str]) -> str:
    """名称错误 and 术语错误 make 名称及术语错误; others stand with 及 between the last two."""
    each = list(dict.fromkeys(kinds))
    if len(each) > 1 and all(one.endswith(_ERROR) for one in each):
        each = [*(one.removesuffix(_ERROR) for one in each[:-1]), each[-1]]
    return "及".join(("、".join(each[:-1]), each[-1])) if len(each) > 1 else each[0]

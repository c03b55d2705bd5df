"""Rules on a text. To add one: write its module, and name it here."""

from typing import cast

from checks.passage import TextRule
from checks.rules.text import (
    brackets,
    collocations,
    dates,
    document_numbers,
    listed_items,
    measures,
    mojibake,
    numerals,
    personal_data,
    placeholders,
    punctuation,
    repetitions,
    security_markers,
    sequence,
    sums,
)

TEXT_RULES: tuple[TextRule, ...] = tuple(
    cast("TextRule", module)
    for module in (
        collocations,
        document_numbers,
        dates,
        sums,
        listed_items,
        numerals,
        punctuation,
        brackets,
        sequence,
        measures,
        repetitions,
        placeholders,
        mojibake,
        personal_data,
        security_markers,
    )
)

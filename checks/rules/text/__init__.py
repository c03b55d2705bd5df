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
    people_and_posts,
    personal_data,
    placeholders,
    punctuation,
    repetitions,
    security_markers,
    sequence,
    style_marks,
    sums,
    unit_names,
)

TEXT_RULES: tuple[TextRule, ...] = tuple(
    cast("TextRule", module)
    for module in (
        personal_data,
        security_markers,
        mojibake,
        collocations,
        unit_names,
        people_and_posts,
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
        style_marks,
    )
)

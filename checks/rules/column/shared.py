"""What a column lacks, as the incomplete-column rule and the verdict both say it."""

from dataclasses import dataclass

from checks.model import Expectation


@dataclass(frozen=True, slots=True)
class Missing:
    """An item of an expectation, and the unit (id) that owes it; "" where any unit may meet it."""

    item: str
    unit: str


@dataclass(frozen=True, slots=True)
class Gap:
    """An expectation not met, by whom."""

    expectation: Expectation
    missing: Missing

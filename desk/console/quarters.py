"""The quarter that an address names (?quarter=2025Q3), and those beside it to choose from."""

from dataclasses import dataclass
from datetime import date

from reports.quarter import quarter_before, quarter_name
from reports.wording import CalendarQuarter

#: Quarters offered to choose from, the newest first.
OFFERED = 8


@dataclass(frozen=True, slots=True)
class Chosen:
    """`quarter` is shown; `named` whether the address names it; `offered` are names, the chosen one among them."""

    quarter: CalendarQuarter
    named: bool
    offered: tuple[str, ...]

    @property
    def name(self) -> str:
        return str(self.quarter)


def chosen_quarter(said: str, today: date) -> Chosen:
    """The quarter called `said`, that of `today` where it is empty.

    Raises:
        BadInput: it is not written like 2025Q3.
    """
    first = date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
    current = CalendarQuarter.named(quarter_name(first))
    quarter = CalendarQuarter.named(said) if said.strip() else current
    offered = [str(current)]
    while len(offered) < OFFERED:
        first = quarter_before(first)
        offered.append(quarter_name(first))
    if str(quarter) not in offered:
        offered.append(str(quarter))
    return Chosen(quarter, bool(said.strip()), tuple(offered))

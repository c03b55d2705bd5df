"""Turning pages of a list: which one is shown, how many there are."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Turning:
    """Page `number` (from 1) of `total` things, `size` on a page."""

    number: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def offset(self) -> int:
        return (self.number - 1) * self.size

    @property
    def before(self) -> int | None:
        """The page before, None on the first."""
        return min(self.number - 1, self.pages) if self.number > 1 else None

    @property
    def after(self) -> int | None:
        return self.number + 1 if self.number < self.pages else None

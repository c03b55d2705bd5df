"""What one client may send in a minute."""

import pytest

from desk.languagetool.limits import MOST_CLIENTS, Allowance
from desk.languagetool.refusal import Refused


class Clock:
    def __init__(self, at: float) -> None:
        self.at = at

    def __call__(self) -> float:
        return self.at


def waits(allowance: Allowance, client: str, characters: int) -> int:
    """Seconds that the client is asked to wait; 0 where it is let in."""
    try:
        allowance.take(client, characters)
    except Refused as refused:
        return refused.wait
    return 0


def test_a_client_waits_until_the_minute_is_over_and_others_do_not() -> None:
    clock = Clock(600.0)
    allowance = Allowance(100, clock)
    assert waits(allowance, "a", 99) == 0
    assert waits(allowance, "a", 50) == 0  # it had something left
    assert waits(allowance, "a", 1) == 60
    assert waits(allowance, "b", 100) == 0
    clock.at = 659.9
    assert waits(allowance, "a", 1) == 1
    clock.at = 660.0
    assert waits(allowance, "a", 100) == 0


def test_without_a_limit_nobody_waits() -> None:
    allowance = Allowance(0, Clock(0.0))
    assert [waits(allowance, "a", 10**9) for _ in range(3)] == [0, 0, 0]


def test_clients_without_number_take_no_memory_without_end() -> None:
    allowance = Allowance(10, Clock(0.0))
    for number in range(3 * MOST_CLIENTS):
        assert waits(allowance, str(number), 10) == 0
    assert len(allowance._sent) <= MOST_CLIENTS


def test_the_line_says_when_to_come_again() -> None:
    allowance = Allowance(1, Clock(30.0))
    allowance.take("a", 1)
    with pytest.raises(Refused) as refused:
        allowance.take("a", 1)
    assert (refused.value.status, refused.value.lines) == (429, ("检查太频繁，请30秒后再试",))

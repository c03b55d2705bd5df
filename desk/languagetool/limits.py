"""How much the editors' server does at once, and for one client; past it a client is asked to wait."""

from collections.abc import Callable
from dataclasses import dataclass

from desk.languagetool.refusal import Refused

SECONDS = 60
#: Clients remembered within a minute.
MOST_CLIENTS = 10_000


@dataclass(frozen=True, slots=True)
class Limits:
    """Texts of up to `short` code points are checked on the spot; longer ones by `workers` threads.

    `waiting` long texts may wait for a thread. One client may send `per_minute` code points a minute (0:
    any number): fifty editors behind one proxy send six million. `seconds` is how long a body may take to come.
    """

    short: int = 4_000
    workers: int = 1
    waiting: int = 16
    per_minute: int = 12_000_000
    seconds: float = 30.0


class Allowance:
    """What each client has sent in the minute that runs. For one event loop: not shared between threads.

    `clock` gives seconds that only go forward.
    """

    def __init__(self, per_minute: int, clock: Callable[[], float]) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._minute = -1
        self._sent: dict[str, int] = {}

    def take(self, client: str, characters: int) -> None:
        """Raises Refused: the client has sent more than it may; it is told when the minute ends."""
        if not self._per_minute:
            return
        now = self._clock()
        minute = int(now // SECONDS)
        if minute != self._minute or len(self._sent) >= MOST_CLIENTS:
            self._minute, self._sent = minute, {}
        sent = self._sent.get(client, 0)
        if sent >= self._per_minute:
            wait = SECONDS - int(now % SECONDS)
            raise Refused(429, f"检查太频繁，请{wait}秒后再试", wait=wait)
        self._sent[client] = sent + characters

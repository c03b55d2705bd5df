"""How often a password may be tried: by a name from an address, by an address, by a name.

Counted before a password is looked at, so that a hundred tries at once are a hundred tries; given back where it
was right. What others try keeps nobody out who signed in here before: their browser says so, and its tries
are counted apart. Everybody else waits until a window ends, at most. In memory, bounded, gone when the server ends.
"""

import secrets
from dataclasses import dataclass, field
from hashlib import blake2b
from ipaddress import IPv6Address, ip_address
from math import ceil

from limits import RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from crawler import clock

#: How many times the tries of one name from one address an address has, and a name: an office is one address.
ADDRESS_TIMES, NAME_TIMES = 10, 10
#: Counters of each kind; more names than that share them, and which ones do nobody can tell.
COUNTERS = 1 << 14

Key = tuple[RateLimitItemPerSecond, str, str]


@dataclass(slots=True)
class Tries:
    """`tries` in `minutes` for one name from one address."""

    tries: int
    minutes: int
    _salt: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    _limiter: FixedWindowRateLimiter = field(
        default_factory=lambda: FixedWindowRateLimiter(MemoryStorage())
    )

    def keys(self, name: str, address: str, browser: str = "") -> tuple[Key, ...]:
        """What a try counts against. `browser` is a mark of a session that `name` once had in it ("" none)."""
        if browser:
            return (self._key(self.tries, "browser", browser),)
        place = _place(address)
        return (
            self._key(self.tries, "pair", f"{name}\0{place}"),
            self._key(self.tries * ADDRESS_TIMES, "address", place),
            self._key(self.tries * NAME_TIMES, "name", name),
        )

    def take(self, keys: tuple[Key, ...]) -> int:
        """Count a try; gives back 0, or for how many seconds no more may be tried."""
        waits = [self._wait(key) for key in keys if not self._limiter.hit(*key)]
        if waits:
            self.give_back(keys)
        return max(waits, default=0)

    def give_back(self, keys: tuple[Key, ...]) -> None:
        """The try was right (or none): it does not count."""
        for key in keys:
            self._limiter.hit(*key, cost=-1)

    def _wait(self, key: Key) -> int:
        ends = self._limiter.get_window_stats(*key).reset_time
        return max(1, ceil(ends - clock.now().timestamp()))

    def _key(self, amount: int, kind: str, what: str) -> Key:
        digest = blake2b(what.encode("utf-8", "surrogatepass"), key=self._salt, digest_size=8)
        number = int.from_bytes(digest.digest(), "big") % COUNTERS
        return RateLimitItemPerSecond(amount, self.minutes * 60), kind, str(number)


def _place(address: str) -> str:
    """An address, as far as it names one client: the first half of an IPv6 address."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address) and not found.ipv4_mapped:
        return found.exploded[:19]
    return str(getattr(found, "ipv4_mapped", None) or found)

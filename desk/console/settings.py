"""How the desk's doors are set: what a server is told beside its database and its site files."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """`https`: browsers come by https (a proxy's), so cookies go no other way.

    A session ends after `session_hours` and after `idle_minutes` without use. A person's password may be tried
    `tries` times in `tries_minutes`. Bodies are at most `most_bytes` (`upload_bytes` where files are handed in).
    """

    https: bool = False
    session_hours: float = 12.0
    idle_minutes: int = 120
    tries: int = 5
    tries_minutes: int = 15
    most_bytes: int = 4 * 1024 * 1024
    upload_bytes: int = 64 * 1024 * 1024

"""Where in a part a place lies, in words: 第3页, 工作表“名单”第12行."""

import bisect

from checks.model import Part


def place_at(part: Part, start: int) -> str:
    """The label of the stretch that code point `start` lies in; "" before the first one or without any."""
    index = bisect.bisect_right(part.places, start, key=lambda place: place[0])
    return part.places[index - 1][1] if index else ""


def place_start(part: Part, start: int) -> int:
    """Where the stretch that code point `start` lies in begins; 0 before the first one."""
    index = bisect.bisect_right(part.places, start, key=lambda place: place[0])
    return part.places[index - 1][0] if index else 0

"""What a client is told when its request cannot be answered."""

from checks.model import BadInput


class Refused(BadInput):
    """`status` is HTTP's. `wait`, in seconds, says when to try again; 0 where that would not help.

    `cut_off` says that the request was not read to its end: the connection ends with the answer.
    """

    def __init__(self, status: int, line: str, *, wait: int = 0, cut_off: bool = False) -> None:
        super().__init__(line)
        self.status = status
        self.wait = wait
        self.cut_off = cut_off

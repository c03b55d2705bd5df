"""What a client is told when its request cannot be answered."""

from checks.model import BadInput


class Refused(BadInput):
    """`status` is HTTP's. `wait`, in seconds, says when to try again; 0 where that would not help."""

    def __init__(self, status: int, line: str, *, wait: int = 0) -> None:
        super().__init__(line)
        self.status = status
        self.wait = wait

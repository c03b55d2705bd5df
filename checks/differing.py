"""How one text became another: stretches kept, deleted and inserted."""

from typing import Literal

from diff_match_patch import diff_match_patch

#: Seconds after which the finest comparison is given up for a coarser one.
PATIENCE = 5.0
Operation = Literal["equal", "delete", "insert"]


def differences(old: str, new: str) -> list[tuple[Operation, str]]:
    """The way from `old` to `new`: stretches kept, deleted and inserted, in order."""
    engine = diff_match_patch()
    engine.Diff_Timeout = PATIENCE
    found = engine.diff_main(old, new)
    engine.diff_cleanupSemantic(found)
    names: dict[int, Operation] = {0: "equal", -1: "delete", 1: "insert"}
    return [(names[kind], text) for kind, text in found]

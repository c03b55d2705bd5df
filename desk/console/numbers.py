"""Numbers as addresses carry them: what no database of ours can hold is refused before it is asked."""

from typing import Annotated

from fastapi import Path

#: The greatest number a row may have, in either database.
MOST = 2**31 - 1
Number = Annotated[int, Path(ge=0, le=MOST)]

"""People who take a draft through 三审三校, with accounts in the store."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import insert

from store import schema
from store.database import Engine, writing
from store.reviews import Person

EVERYTHING = frozenset({"editor", "first", "second", "final", "office"})
OPENED = datetime(2026, 1, 1)  # noqa: DTZ001  - instants are stored without a zone


def people(engine: Engine, *shown: str, roles: Iterable[str] = EVERYTHING, unit: str = "") -> list[Person]:  # fmt: skip
    """A person for each name, each with an account and these roles."""
    found = []
    with writing(engine) as connection:
        for name in shown:
            done = connection.execute(
                insert(schema.accounts).values(
                    name=name, shown=name, password="", subject="", roles=",".join(sorted(roles)), site="",
                    unit=unit, active=True, opened=OPENED, changed=OPENED,
                )
            )  # fmt: skip
            assert done.inserted_primary_key
            found.append(Person(done.inserted_primary_key[0], name, frozenset(roles), unit))
    return found

"""Text as both databases hold it alike: the same characters, the same order."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Dialect, TypeDecorator
from sqlalchemy.types import TypeEngine


def storable(text: str) -> str:
    """`text` as a database can hold it: no NUL, "?" for a lone surrogate."""
    text = text.replace("\0", "")
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


class Text(TypeDecorator[str]):
    """Made `storable` on its way in; on PostgreSQL in code point order, as SQLite and Python have it.

    A server's own order differs by its locale, and its indexes break when the system's locale data changes.
    """

    impl: Any = sa.Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        plain: Any = self.impl_instance
        if dialect.name != "postgresql":
            return dialect.type_descriptor(plain)
        kind = sa.String if isinstance(self, String) else sa.Text
        return kind(plain.length, collation="C")

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        return None if value is None else storable(value)


class String(Text):
    impl = sa.String
    cache_ok = True

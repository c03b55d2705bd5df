"""The tables. One schema for every database; migrations in store/migrations bring older files here."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

#: The newest migration; a database at this version needs nothing done.
VERSION = "0001"

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

#: One row an article, by its canonical address. `parts` and `rungs` are JSON. Days are the site's
#: calendar days, instants UTC.
articles = Table(
    "articles",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("site", String(64), nullable=False),
    Column("url", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("published", Date),
    Column("source", Text, nullable=False),
    Column("unit", String(64), nullable=False),
    Column("reprinted", Boolean, nullable=False),
    Column("parts", Text, nullable=False),
    Column("text_hash", String(64), nullable=False),
    Column("rungs", Text, nullable=False),
    Column("first_seen", Date, nullable=False),
    Column("last_seen", Date, nullable=False),
    Column("checked_at", DateTime, nullable=False),
    Column("lists_hash", String(64), nullable=False),
    Column("fetched_at", DateTime),
    Column("status", Integer),
    Column("bytes", Integer),
    Column("etag", Text, nullable=False),
    Column("modified", Text, nullable=False),
    UniqueConstraint("site", "url"),
    Index(None, "site", "published", "unit", "reprinted"),
)

#: This column lists that article: one row a pair.
entries = Table(
    "entries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("site", String(64), nullable=False),
    Column("column_id", String(64), nullable=False),
    Column("url", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("listed", Date),
    Column("pinned", Boolean, nullable=False),
    Column("first_seen", Date, nullable=False),
    Column("last_seen", Date, nullable=False),
    UniqueConstraint("site", "column_id", "url"),
    Index(None, "site", "url"),
)

#: Never deleted; they change state, each change an event.
findings = Table(
    "findings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("site", String(64), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("rule", String(64), nullable=False),
    Column("severity", Integer, nullable=False),
    Column("part", Integer, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("match", Text, nullable=False),
    Column("suggestion", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("unit", String(64), nullable=False),
    Column("column_id", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("opened", DateTime, nullable=False),
    Column("closed", DateTime),
    Column("lists_hash", String(64), nullable=False),
    UniqueConstraint("site", "fingerprint"),
    Index(None, "site", "url"),
    Index(None, "site", "state"),
)

#: Append-only: who changed which finding's state, when, from what to what, why.
finding_events = Table(
    "finding_events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("finding_id", Integer, ForeignKey("findings.id"), nullable=False),
    Column("at", DateTime, nullable=False),
    Column("who", String(64), nullable=False),
    Column("from_state", String(16), nullable=False),
    Column("to_state", String(16), nullable=False),
    Column("why", Text, nullable=False),
    Index(None, "finding_id"),
)

#: One row a night; `finished` is empty while it runs, and stays so if it was killed.
nights = Table(
    "nights",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("site", String(64), nullable=False),
    Column("day", Date, nullable=False),
    Column("started", DateTime, nullable=False),
    Column("finished", DateTime),
    Column("requests", Integer),
    Column("new", Integer),
    Column("changed", Integer),
    Column("same", Integer),
    Column("unchecked", Text, nullable=False),
    Index(None, "site", "day"),
)

#: How a column stood on a day; the last look of that day counts.
column_days = Table(
    "column_days",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("site", String(64), nullable=False),
    Column("column_id", String(64), nullable=False),
    Column("day", Date, nullable=False),
    Column("state", String(16), nullable=False),
    Column("newest", Date),
    Column("entries", Integer, nullable=False),
    Column("missing", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("whole", Boolean, nullable=False),
    UniqueConstraint("site", "column_id", "day"),
)

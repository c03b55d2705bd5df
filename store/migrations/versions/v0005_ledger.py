"""Room for the ledger: deadlines, a chain of hashes over all events, exceptions, reminders."""

import hashlib
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

BATCH = 5000


def upgrade() -> None:
    op.add_column("findings", sa.Column("due", sa.Date(), nullable=True))
    op.add_column("findings", sa.Column("until", sa.Date(), nullable=True))
    op.add_column(
        "findings", sa.Column("reason", sa.Text(), nullable=False, server_default=sa.text("''"))
    )
    op.add_column(
        "findings", sa.Column("times", sa.Integer(), nullable=False, server_default=sa.text("0"))
    )
    op.add_column(
        "findings",
        sa.Column("found_by", sa.String(length=64), nullable=False, server_default=sa.text("''")),
    )
    op.execute("UPDATE findings SET found_by = lists_hash")
    for name, kind in (
        ("site", sa.String(length=64)),
        ("evidence", sa.Text()),
        ("prev", sa.String(length=64)),
        ("hash", sa.String(length=64)),
    ):
        op.add_column(
            "finding_events", sa.Column(name, kind, nullable=False, server_default=sa.text("''"))
        )
    _chain(op.get_bind())
    op.create_index(
        op.f("ix_finding_events_site_id"), "finding_events", ["site", "id"], unique=False
    )
    _tables()


def _tables() -> None:
    op.create_table(
        "exceptions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("list", sa.String(length=64), nullable=False),
        sa.Column("term", sa.Text(), nullable=False),
        sa.Column("phrase", sa.Text(), nullable=False),
        sa.Column("scope", sa.String(length=16), nullable=False),
        sa.Column("scope_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("proposed_by", sa.String(length=64), nullable=False),
        sa.Column("decided_by", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("finding_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["findings.id"], name=op.f("fk_exceptions_finding_id_findings")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exceptions")),
    )
    op.create_index(op.f("ix_exceptions_site_state"), "exceptions", ["site", "state"], unique=False)
    op.create_table(
        "reminders",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("recipient", sa.String(length=64), nullable=False),
        sa.Column("finding_id", sa.Integer(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("step", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["findings.id"], name=op.f("fk_reminders_finding_id_findings")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminders")),
        sa.UniqueConstraint(
            "site", "recipient", "finding_id", "due", "step",
            name=op.f("uq_reminders_site_recipient_finding_id_due_step"),
        ),
    )  # fmt: skip


def _chain(connection: sa.Connection) -> None:
    """Chain the events there are, each site's in the order they were written; count how often findings came back."""
    findings = sa.table("findings", *map(sa.column, ("id", "site", "fingerprint", "times")))
    events = sa.table(
        "finding_events",
        sa.column("id", sa.Integer()), sa.column("finding_id", sa.Integer()),
        sa.column("at", sa.DateTime()), *map(sa.column, (
            "who", "from_state", "to_state", "why", "site", "prev", "hash",
        )),
    )  # fmt: skip
    whose = {
        row.id: (row.site, row.fingerprint)
        for row in connection.execute(
            sa.select(findings.c.id, findings.c.site, findings.c.fingerprint)
        )
    }
    last: dict[str, str] = {}
    times: dict[int, int] = {}
    reached = 0
    chosen = sa.select(
        events.c.id, events.c.finding_id, events.c.at, events.c.who, events.c.from_state,
        events.c.to_state, events.c.why,
    ).order_by(events.c.id).limit(BATCH)  # fmt: skip
    chain = (
        sa.update(events)
        .where(events.c.id == sa.bindparam("row"))
        .values(site=sa.bindparam("of"), prev=sa.bindparam("before"), hash=sa.bindparam("own"))
    )
    while rows := connection.execute(chosen.where(events.c.id > reached)).all():
        written: list[dict[str, Any]] = []
        for row in rows:
            site, mark = whose[row.finding_id]
            before = last.get(site, "")
            own = _hash(
                before, site, mark, row.at.isoformat(), row.who, row.from_state, row.to_state, row.why, ""
            )  # fmt: skip
            last[site] = own
            written.append({"row": row.id, "of": site, "before": before, "own": own})
            if row.from_state and row.to_state == "open":
                times[row.finding_id] = times.get(row.finding_id, 0) + 1
        connection.execute(chain, written)
        reached = rows[-1].id
    if times:
        connection.execute(
            sa.update(findings)
            .where(findings.c.id == sa.bindparam("row"))
            .values(times=sa.bindparam("often")),
            [{"row": id, "often": often} for id, often in times.items()],
        )


def _hash(*pieces: str) -> str:
    digest = hashlib.sha256()
    for piece in pieces:
        raw = piece.encode()
        digest.update(len(raw).to_bytes(8, "big"))
        digest.update(raw)
    return digest.hexdigest()

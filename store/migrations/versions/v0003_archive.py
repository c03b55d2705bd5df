"""What a re-check needs: how a text is searched, the lists articles were judged with, how far it came."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "list_sets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("lists_hash", sa.String(length=64), nullable=False),
        sa.Column("grounds", sa.String(length=64), nullable=False),
        sa.Column("last_read", sa.DateTime(), nullable=True),
        sa.Column("lists", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_sets")),
        sa.UniqueConstraint(
            "site", "lists_hash", "grounds", name=op.f("uq_list_sets_site_lists_hash_grounds")
        ),
    )
    op.create_table(
        "rechecks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("started", sa.DateTime(), nullable=False),
        sa.Column("finished", sa.DateTime(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("lists_hash", sa.String(length=64), nullable=False),
        sa.Column("grounds", sa.String(length=64), nullable=False),
        sa.Column("depth", sa.String(length=16), nullable=False),
        sa.Column("reached", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rechecks")),
    )
    op.create_index(op.f("ix_rechecks_site"), "rechecks", ["site"], unique=False)
    op.add_column("articles", sa.Column("folded", sa.Text(), server_default="", nullable=False))

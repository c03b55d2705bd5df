"""Room for incremental nights: visits, versions, walks, links, faults of pages, evidence, probes, media."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.Column("length", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        sa.UniqueConstraint("site", "url", "digest", name=op.f("uq_evidence_site_url_digest")),
    )
    op.create_table(
        "home_days",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("newest", sa.Date(), nullable=True),
        sa.Column("links_hash", sa.String(length=64), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_home_days")),
        sa.UniqueConstraint("site", "day", name=op.f("uq_home_days_site_day")),
    )
    op.create_table(
        "link_places",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("place", sa.String(length=64), nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("seen", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_places")),
        sa.UniqueConstraint("site", "place", name=op.f("uq_link_places_site_place")),
    )
    op.create_index(op.f("ix_link_places_site_page"), "link_places", ["site", "page"], unique=False)
    op.create_index(op.f("ix_link_places_site_url"), "link_places", ["site", "url"], unique=False)

    op.create_table(
        "links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("checked", sa.Date(), nullable=True),
        sa.Column("failed_since", sa.Date(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("final_url", sa.Text(), nullable=False),
        sa.Column("found", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_links")),
        sa.UniqueConstraint("site", "url", name=op.f("uq_links_site_url")),
    )
    op.create_index(
        op.f("ix_links_site_state_checked"), "links", ["site", "state", "checked"], unique=False
    )

    op.create_table(
        "media_looks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media_looks")),
        sa.UniqueConstraint("site", "account", "day", name=op.f("uq_media_looks_site_account_day")),
    )
    op.create_table(
        "media_posts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("origin", sa.String(length=16), nullable=False),
        sa.Column("seen", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media_posts")),
        sa.UniqueConstraint(
            "site", "account", "address", name=op.f("uq_media_posts_site_account_address")
        ),
    )
    op.create_index(
        op.f("ix_media_posts_site_account_day"),
        "media_posts",
        ["site", "account", "day"],
        unique=False,
    )

    op.create_table(
        "page_faults",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("rule", sa.String(length=64), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("match", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("seen", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page_faults")),
        sa.UniqueConstraint(
            "site", "url", "rule", "key", name=op.f("uq_page_faults_site_url_rule_key")
        ),
    )
    op.create_index(
        op.f("ix_page_faults_site_rule_key"), "page_faults", ["site", "rule", "key"], unique=False
    )

    op.create_table(
        "probes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("opened", sa.Boolean(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("control", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_probes")),
    )
    op.create_index(op.f("ix_probes_site_at"), "probes", ["site", "at"], unique=False)

    op.create_table(
        "versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("published", sa.Date(), nullable=True),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("parts", sa.LargeBinary(), nullable=False),
        sa.Column("first_seen", sa.DateTime(), nullable=False),
        sa.Column("last_seen", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_versions")),
        sa.UniqueConstraint("site", "url", "number", name=op.f("uq_versions_site_url_number")),
    )
    op.create_table(
        "visits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("published", sa.Date(), nullable=True),
        sa.Column("asked", sa.Date(), nullable=True),
        sa.Column("answered", sa.Date(), nullable=True),
        sa.Column("read", sa.Date(), nullable=True),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("modified", sa.Text(), nullable=False),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visits")),
        sa.UniqueConstraint("site", "url", name=op.f("uq_visits_site_url")),
    )
    op.create_index(
        op.f("ix_visits_site_state_answered"), "visits", ["site", "state", "answered"], unique=False
    )

    op.create_table(
        "walks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("column_id", sa.String(length=64), nullable=False),
        sa.Column("walked", sa.Date(), nullable=True),
        sa.Column("whole", sa.Date(), nullable=True),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_walks")),
        sa.UniqueConstraint("site", "column_id", name=op.f("uq_walks_site_column_id")),
    )
    op.add_column("articles", sa.Column("text_since", sa.DateTime(), nullable=True))
    op.add_column("articles", sa.Column("dates", sa.Text(), server_default="{}", nullable=False))
    op.add_column("articles", sa.Column("repeats", sa.Text(), server_default="", nullable=False))

    op.add_column(
        "entries", sa.Column("settled", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column("entries", sa.Column("gone", sa.Date(), nullable=True))

    op.add_column(
        "findings", sa.Column("about", sa.String(length=16), server_default="text", nullable=False)
    )

    op.add_column(
        "nights", sa.Column("kind", sa.String(length=16), server_default="night", nullable=False)
    )
    op.add_column("nights", sa.Column("lanes", sa.Text(), server_default="{}", nullable=False))

    op.execute("UPDATE findings SET about = 'column' WHERE column_id <> ''")
    op.execute("UPDATE articles SET text_since = fetched_at")
    op.execute(
        "INSERT INTO visits (site, url, state, published, asked, answered, read, failed, why, etag, modified,"
        " body_hash) SELECT site, url, 'live', published, last_seen, last_seen, last_seen, 0, '', etag, modified, ''"
        " FROM articles"
    )

"""What was read apart from what was made of it; which article is in which feed; pings

Revision: 0002
"""

import sqlalchemy as sa
from alembic import op

from publisher.storage.types import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ARTICLES = (
    "revision: counts up with every write; out_number: its place in the order in which pieces came out"
)
SOURCES = "not_before_at: the server asked to be left alone until then (RFC 9110 10.2.3)"


def upgrade() -> None:
    make_readings()
    op.add_column("sources", sa.Column("not_before_at", UtcDateTime))
    change_articles()
    change_feeds()
    make_listings()
    if op.get_bind().dialect.name == "postgresql":
        op.create_table_comment("articles", ARTICLES)
        op.create_table_comment("sources", SOURCES)


def make_readings() -> None:
    op.create_table(
        "readings",
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("source_key", sa.Text, nullable=False),
        sa.Column("fingerprint", sa.String(100), nullable=False),
        sa.Column("stamp", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("source", "source_key", name="pk_readings"),
        sqlite_with_rowid=False,
        comment="What was read of each source, with or without an article in it: what is the same is not read again",
    )
    op.execute(
        "INSERT INTO readings (source, source_key, fingerprint, stamp) "
        "SELECT source, source_key, fingerprint, '' FROM articles"
    )


def change_articles() -> None:
    with op.batch_alter_table("articles") as table:
        table.drop_column("fingerprint")
        table.add_column(sa.Column("revision", sa.Integer, nullable=False, server_default="0"))
        table.add_column(sa.Column("out_number", sa.Integer))
        table.add_column(sa.Column("url_key", sa.Text, nullable=False, server_default=""))
        table.add_column(sa.Column("image_size", sa.JSON))
        table.add_column(sa.Column("attachments", sa.JSON))
        table.add_column(sa.Column("original_feed", sa.JSON))
        table.create_unique_constraint("uq_articles_out_number", ["out_number"])
    for column in ("updated_at", "url_key", "revision"):
        op.create_index(f"ix_articles_{column}", "articles", [column])
    op.execute("UPDATE articles SET revision = number")


def change_feeds() -> None:
    with op.batch_alter_table("feeds") as table:
        table.add_column(sa.Column("pinged_at", UtcDateTime))
        table.add_column(sa.Column("ping_next_try_at", UtcDateTime))
        table.add_column(sa.Column("ping_failure_count", sa.Integer, nullable=False, server_default="0"))
        table.add_column(sa.Column("ping_error", sa.Text))
        table.add_column(sa.Column("size_bytes", sa.Integer, nullable=False, server_default="0"))


def make_listings() -> None:
    op.create_table(
        "listings",
        sa.Column("selection", sa.String(12), nullable=False),
        sa.Column("slug", sa.String(80), nullable=False),
        sa.Column("published_at", UtcDateTime, nullable=False),
        sa.Column("article_id", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("selection", "slug", "published_at", "article_id", name="pk_listings"),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_listings_article_id"),
        sqlite_with_rowid=False,
        comment="Which article is in which feed",
    )
    op.create_index("ix_listings_article_id", "listings", ["article_id"])

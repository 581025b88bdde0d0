"""The one MetaData (design.md 6). Migrations in `migrations/` lead to exactly this."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from publisher.model.article import ArticleState, Origin
from publisher.model.delivery import DeliveryState
from publisher.model.issue import IssueState
from publisher.model.subscriber import SubscriptionState, SuppressionReason
from publisher.storage.types import UtcDateTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def one_of(column: str, values: type[StrEnum]) -> CheckConstraint:
    """A CHECK that keeps a column to a closed set."""
    allowed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({allowed})", name=column)


facts = Table(
    "facts",
    metadata,
    Column("key", String(40), primary_key=True),
    Column("value", Text, nullable=False),
    comment="What is true of this database as a whole: the instance that may send",
)

sources = Table(
    "sources",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("collected_at", UtcDateTime),
    Column("next_try_at", UtcDateTime),
    Column("not_before_at", UtcDateTime),
    Column("failure_count", Integer, nullable=False, default=0),
    Column("last_error", Text),
    comment="not_before_at: the server asked to be left alone until then (RFC 9110 10.2.3)",
)

articles = Table(
    "articles",
    metadata,
    Column("id", Text, primary_key=True),
    Column("number", Integer, nullable=False, unique=True),
    Column("source", String(40), nullable=False),
    Column("source_key", Text, nullable=False),
    Column("revision", Integer, nullable=False, default=0),
    Column("out_number", Integer, unique=True),
    Column("slug", String(80), nullable=False, unique=True),
    Column("url", Text, nullable=False),
    Column("url_key", Text, nullable=False, default=""),
    Column("title", Text, nullable=False),
    Column("authors", JSON, nullable=False),
    Column("section", Text, nullable=False),
    Column("language", String(35), nullable=False),
    Column("tags", JSON, nullable=False),
    Column("published_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("first_seen_at", UtcDateTime, nullable=False),
    Column("image", Text),
    Column("image_size", JSON),
    Column("attachments", JSON),
    Column("licence", Text),
    Column("original_name", Text),
    Column("original_url", Text),
    Column("original_feed", JSON),
    Column("body_html", Text, nullable=False),
    Column("body_text", Text, nullable=False),
    Column("blocks", JSON, nullable=False),
    Column("origin", String(10), nullable=False),
    Column("passages", JSON, nullable=False),
    Column("given", JSON, nullable=False),
    Column("content_hash", String(64), nullable=False),
    Column("text_hash", String(64), nullable=False),
    Column("state", String(12), nullable=False),
    Column("problem", JSON),
    Column("warnings", JSON, nullable=False),
    UniqueConstraint("source", "source_key"),
    one_of("state", ArticleState),
    one_of("origin", Origin),
    Index(None, "published_at"),
    Index(None, "updated_at"),
    Index(None, "text_hash"),
    Index(None, "url_key"),
    Index(None, "revision"),
    comment="revision: counts up with every write; out_number: its place in the order in which pieces came out",
)

readings = Table(
    "readings",
    metadata,
    Column("source", String(40), primary_key=True),
    Column("source_key", Text, primary_key=True),
    Column("fingerprint", String(100), nullable=False),
    Column("stamp", Text, nullable=False, default=""),
    sqlite_with_rowid=False,
    comment="What was read of each source, with or without an article in it: what is the same is not read again",
)

listings = Table(
    "listings",
    metadata,
    Column("selection", String(12), primary_key=True),
    Column("slug", String(80), primary_key=True),
    Column("published_at", UtcDateTime, primary_key=True),
    Column("article_id", Text, ForeignKey("articles.id"), primary_key=True),
    Index(None, "article_id"),
    sqlite_with_rowid=False,
    comment="Which article is in which feed",
)

listed_extracts = Table(
    "listed_extracts",
    metadata,
    Column("page", Text, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("dated_on", Date, nullable=False),
    Column("passages", JSON, nullable=False),
    Column("article_id", Text, ForeignKey("articles.id")),
)

feeds = Table(
    "feeds",
    metadata,
    Column("path", Text, primary_key=True),
    Column("id", Text, nullable=False),
    Column("selection", String(12), nullable=False),
    Column("slug", String(80), nullable=False),
    Column("name", Text, nullable=False),
    Column("written_hash", String(64)),
    Column("entries_hash", String(64)),
    Column("dated_at", UtcDateTime),
    Column("closed_count", Integer, nullable=False, default=0),
    Column("pinged_hash", String(64)),
    Column("pinged_at", UtcDateTime),
    Column("ping_next_try_at", UtcDateTime),
    Column("ping_failure_count", Integer, nullable=False, default=0),
    Column("ping_error", Text),
    Column("size_bytes", Integer, nullable=False, default=0),
    Column("state", String(8), nullable=False, default="live"),
    Column("moved_to", Text),
)

digests = Table(
    "digests",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("floor_at", UtcDateTime),
    Column("last_slot", String(40)),
    Column("last_slot_at", UtcDateTime),
)

issues = Table(
    "issues",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("id", String(100), nullable=False, unique=True),
    Column("digest", String(40), nullable=False),
    Column("slot", String(40), nullable=False),
    Column("extra", Integer, nullable=False, default=1),
    Column("state", String(10), nullable=False),
    Column("subject", Text, nullable=False, default=""),
    Column("template", Text, nullable=False, default=""),
    Column("content_hash", String(64), nullable=False, default=""),
    Column("scheduled_for", UtcDateTime, nullable=False),
    Column("date_at", UtcDateTime, nullable=False),
    Column("by_hand", Boolean, nullable=False, default=False),
    Column("size_bytes", Integer, nullable=False, default=0),
    Column("frozen_count", Integer, nullable=False, default=0),
    Column("epoch", Integer, nullable=False, default=0),
    Column("reason", Text, nullable=False, default=""),
    Column("carried", JSON, nullable=False),
    Column("corrects", Integer, unique=True),
    Column("note", Text, nullable=False, default=""),
    Column("forecast", JSON),
    Column("created_at", UtcDateTime, nullable=False),
    Column("started_at", UtcDateTime),
    Column("finished_at", UtcDateTime),
    UniqueConstraint("digest", "slot", "extra"),
    one_of("state", IssueState),
    comment="corrects: the number of the issue that this one corrects, once",
)

issue_items = Table(
    "issue_items",
    metadata,
    Column("issue", Integer, ForeignKey("issues.number"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("article_id", Text, ForeignKey("articles.id"), nullable=False),
    Column("title", Text, nullable=False),
    Column("origin", String(10), nullable=False),
    Column("passages", JSON, nullable=False),
    Column("is_short", Boolean, nullable=False, default=False),
    UniqueConstraint("issue", "article_id"),
    Index(None, "article_id"),
)

issue_variants = Table(
    "issue_variants",
    metadata,
    Column("issue", Integer, ForeignKey("issues.number"), primary_key=True),
    Column("number", SmallInteger, primary_key=True),
    Column("choice", Text, nullable=False),
    Column("language", String(35), nullable=False, default=""),
    Column("subject", Text, nullable=False, default=""),
    Column("size_bytes", Integer, nullable=False, default=0),
    Column("items", JSON, nullable=False),
    Column("html", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("segments", LargeBinary, nullable=False),
    Column("content_hash", String(64), nullable=False),
    UniqueConstraint("issue", "choice"),
)

issue_choices = Table(
    "issue_choices",
    metadata,
    Column("issue", Integer, ForeignKey("issues.number"), primary_key=True),
    Column("choice", Text, primary_key=True),
    Column("variant", SmallInteger, nullable=False),
    sqlite_with_rowid=False,
    comment="Which variant the readers of a choice get; a choice of which the issue holds nothing is not in it",
)

subscribers = Table(
    "subscribers",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("address", Text, nullable=False),
    Column("address_key", Text, nullable=False, unique=True),
    Column("language", String(35)),
    Column("since_at", UtcDateTime, nullable=False),
    Column("consent", Text, nullable=False, default=""),
    Column("name", Text, nullable=False, default=""),
    sqlite_autoincrement=True,
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("subscriber_id", Integer, ForeignKey("subscribers.id"), primary_key=True),
    Column("digest", String(40), primary_key=True),
    Column("state", String(8), nullable=False),
    Column("sections", JSON, nullable=False),
    Column("choice", Text, nullable=False, default=""),
    Column("entitled", JSON),
    Column("since_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    one_of("state", SubscriptionState),
    sqlite_with_rowid=False,
    comment="entitled: since when which sections are wanted, over every cadence of the letter; null: since since_at",
)

suppressions = Table(
    "suppressions",
    metadata,
    Column("address_key", Text, primary_key=True),
    Column("address", Text, nullable=False),
    Column("reason", String(12), nullable=False),
    Column("since_at", UtcDateTime, nullable=False),
    one_of("reason", SuppressionReason),
)

sign_ups = Table(
    "sign_ups",
    metadata,
    Column("address_key", Text, primary_key=True),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("week_from_at", UtcDateTime, nullable=False),
    Column("week_count", Integer, nullable=False),
    Index(None, "asked_at"),
    comment="Confirmations that were mailed, so that nobody is bombed with them; the key is a keyed hash",
)

delivery_ranges = Table(
    "delivery_ranges",
    metadata,
    Column("issue", Integer, ForeignKey("issues.number"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("first", Integer, nullable=False),
    Column("last", Integer, nullable=False),
    Column("owner", String(80)),
    Column("epoch", Integer, nullable=False, default=0),
    Column("lease_until_at", UtcDateTime),
    Column("next_try_at", UtcDateTime),
    *(Column(state.value, Integer, nullable=False, default=0) for state in DeliveryState),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("issue", Integer, ForeignKey("issues.number"), primary_key=True),
    Column("subscriber_id", Integer, primary_key=True, autoincrement=False),
    Column("variant", SmallInteger, nullable=False),
    Column("state", String(10), nullable=False),
    Column("attempt", SmallInteger, nullable=False, default=0),
    Column("epoch", Integer, nullable=False, default=0),
    Column("relay", String(40)),
    Column("next_try_at", UtcDateTime),
    Column("code", SmallInteger),
    Column("reply", Text),
    Column("phase", String(10)),
    Column("updated_at", UtcDateTime),
    one_of("state", DeliveryState),
    sqlite_with_rowid=False,
    postgresql_with={"fillfactor": 50},
    comment="Narrow, one key, no index on state: design.md 6, performance.md 1.4",
)

workers = Table(
    "workers",
    metadata,
    Column("epoch", Integer, primary_key=True),
    Column("host", Text, nullable=False),
    Column("boot_id", Text, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("journal", Text, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("heartbeat_at", UtcDateTime, nullable=False),
    Column("stopped_at", UtcDateTime),
    sqlite_autoincrement=True,
)

relay_usage = Table(
    "relay_usage",
    metadata,
    Column("relay", String(40), primary_key=True),
    Column("window", String(40), primary_key=True),
    Column("sent_count", Integer, nullable=False, default=0),
)

jobs = Table(
    "jobs",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("name", String(40), nullable=False),
    Column("arguments", JSON, nullable=False),
    Column("queueing_lock", Text),
    Column("state", String(10), nullable=False, default="todo"),
    Column("run_at", UtcDateTime, nullable=False),
    Column("attempt", Integer, nullable=False, default=0),
)

events = Table(
    "events",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("what", String(40), nullable=False),
    Column("detail", JSON, nullable=False),
    Index(None, "subject"),
)

"""Variants by choice, corrections, forecasts, cadences of one letter, sign-ups

Revision: 0003
"""

import sqlalchemy as sa
from alembic import op

from publisher.storage.types import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ISSUES = "corrects: the number of the issue that this one corrects, once"
SUBSCRIPTIONS = (
    "entitled: since when which sections are wanted, over every cadence of the letter; null: since since_at"
)


def upgrade() -> None:
    with op.batch_alter_table("issues") as table:
        table.add_column(sa.Column("corrects", sa.Integer))
        table.add_column(sa.Column("note", sa.Text, nullable=False, server_default=""))
        table.add_column(sa.Column("forecast", sa.JSON))
        table.create_unique_constraint("uq_issues_corrects", ["corrects"])
    with op.batch_alter_table("issue_variants") as table:
        table.add_column(sa.Column("language", sa.String(35), nullable=False, server_default=""))
        table.add_column(sa.Column("subject", sa.Text, nullable=False, server_default=""))
        table.add_column(sa.Column("size_bytes", sa.Integer, nullable=False, server_default="0"))
    op.add_column("subscriptions", sa.Column("entitled", sa.JSON))
    make_choices()
    make_sign_ups()
    if op.get_bind().dialect.name == "postgresql":
        op.create_table_comment("issues", ISSUES)
        op.create_table_comment("subscriptions", SUBSCRIPTIONS)


def make_choices() -> None:
    op.create_table(
        "issue_choices",
        sa.Column("issue", sa.Integer, nullable=False),
        sa.Column("choice", sa.Text, nullable=False),
        sa.Column("variant", sa.SmallInteger, nullable=False),
        sa.PrimaryKeyConstraint("issue", "choice", name="pk_issue_choices"),
        sa.ForeignKeyConstraint(["issue"], ["issues.number"], name="fk_issue_choices_issue"),
        sqlite_with_rowid=False,
        comment="Which variant the readers of a choice get; a choice of which the issue holds nothing is not in it",
    )
    op.execute("INSERT INTO issue_choices (issue, choice, variant) SELECT issue, choice, number FROM issue_variants")
    op.execute(
        "UPDATE issue_variants SET subject = (SELECT subject FROM issues WHERE issues.number = issue), "
        "size_bytes = (SELECT size_bytes FROM issues WHERE issues.number = issue)"
    )


def make_sign_ups() -> None:
    op.create_table(
        "sign_ups",
        sa.Column("address_key", sa.Text, nullable=False),
        sa.Column("asked_at", UtcDateTime, nullable=False),
        sa.Column("week_from_at", UtcDateTime, nullable=False),
        sa.Column("week_count", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("address_key", name="pk_sign_ups"),
        comment="Confirmations that were mailed, so that nobody is bombed with them; the key is a keyed hash",
    )
    op.create_index("ix_sign_ups_asked_at", "sign_ups", ["asked_at"])

"""The life of a site, what people say about it, and the record of who did what."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def _text(name: str, size: int | None = None) -> sa.Column[Any]:
    return sa.Column(name, sa.String(size) if size else sa.Text(), nullable=False)


def _number() -> sa.Column[Any]:
    return sa.Column("number", sa.Integer(), primary_key=True)


def upgrade() -> None:
    op.create_table(
        "life",
        _number(),
        _text("candidate", 80),
        _text("programme", 40),
        _text("state", 20),
        _text("at", 32),
        _text("by"),
        _text("why"),
        _text("agreement"),
        _text("agreement_until", 32),
    )
    op.create_index("ix_life_candidate", "life", ["candidate"])
    op.create_table(
        "comment", _number(), _text("candidate", 80), _text("at", 32), _text("by"), _text("said")
    )
    op.create_index("ix_comment_candidate", "comment", ["candidate"])
    op.create_table(
        "event",
        _number(),
        _text("at", 32),
        _text("by"),
        _text("role", 20),
        _text("action", 40),
        _text("subject"),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        _text("previous", 64),
        _text("sha256", 64),
    )
    op.create_index("ix_event_subject", "event", ["subject"])


def downgrade() -> None:
    for table in ("event", "comment", "life"):
        op.drop_table(table)

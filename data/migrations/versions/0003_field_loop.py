"""The field loop: what teams were to visit and carried, what came home, and how it was judged."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def _text(name: str, size: int | None = None) -> sa.Column[Any]:
    return sa.Column(name, sa.String(size) if size else sa.Text(), nullable=False)


def _json(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.JSON(), nullable=False)


def upgrade() -> None:
    _response()
    _judged("finding", _text("code", 60), _text("severity", 8), _json("fields"))
    _judged("verdict", _text("decision", 12), _text("by"), _text("at", 32), _text("why"))
    _plan()
    _pack()


def _response() -> None:
    op.create_table(
        "response",
        sa.Column("number", sa.Integer(), primary_key=True),
        _text("id", 120),
        _text("candidate", 80),
        _text("surveyor"),
        _text("team"),
        _text("programme", 40),
        _text("channel", 20),
        _text("form_version", 40),
        _text("started_at", 40),
        _text("ended_at", 40),
        _text("received_at", 32),
        _json("answers"),
        *(sa.Column(name, sa.Double()) for name in ("lon", "lat", "accuracy_m")),
        _text("raw_sha256", 64),
        _text("content_sha256", 64),
        sa.Column("edits", sa.Integer(), nullable=False),
        _text("status", 12),
        sa.Column("supersedes", sa.Integer(), sa.ForeignKey("response.number")),
        _text("plan_id", 40),
    )
    for column in ("id", "candidate", "status"):
        op.create_index(f"ix_response_{column}", "response", [column])


def _judged(table: str, *columns: sa.Column[Any]) -> None:
    tied = sa.Column("response", sa.Integer(), sa.ForeignKey("response.number"), nullable=False)
    op.create_table(table, sa.Column("id", sa.Integer(), primary_key=True), tied, *columns)
    op.create_index(f"ix_{table}_response", table, ["response"])


def _plan() -> None:
    op.create_table(
        "plan",
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("id", sa.String(40), unique=True, nullable=False),
        _text("programme", 40),
        _text("made_at", 32),
        *(_json(name) for name in ("settings", "days", "double_visits")),
    )


def _pack() -> None:
    op.create_table(
        "pack",
        sa.Column("number", sa.Integer(), primary_key=True),
        _text("id", 40),
        sa.Column("plan_id", sa.String(40), sa.ForeignKey("plan.id")),
        _text("team"),
        _text("form_version", 40),
        _text("valid_until", 32),
        _text("sha256", 64),
        _text("made_at", 32),
    )
    op.create_index("ix_pack_id", "pack", ["id"])


def downgrade() -> None:
    for table in ("pack", "plan", "verdict", "finding", "response"):
        op.drop_table(table)

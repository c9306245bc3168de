"""Who opened what, whose names were taken out, and events from which a name can be taken out.

The chain hashes a salted commitment of what may name a person in place of the text itself; when
the text goes, its salt goes with it, and the chain still holds. Events of before stay as they are.
"""

import sqlalchemy as sa
from alembic import op

from data.schema_types import Words

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    for name in ("salts", "sealed"):
        op.add_column("event", sa.Column(name, sa.JSON(), nullable=False, server_default="{}"))
    op.create_table(
        "access",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", Words(32), nullable=False),
        sa.Column("by", Words(), nullable=False),
        sa.Column("role", Words(20), nullable=False),
        sa.Column("what", Words(20), nullable=False),
        sa.Column("subject", Words(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_access")),
    )
    op.create_index(op.f("ix_access_at"), "access", ["at"])
    op.create_table(
        "study_key",
        sa.Column("name", Words(40), nullable=False),
        sa.Column("value", Words(64), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_study_key")),
    )
    op.create_table(
        "forgotten",
        sa.Column("token", Words(64), nullable=False),
        sa.Column("words", sa.Integer(), nullable=False),
        sa.Column("at", Words(32), nullable=False),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_forgotten")),
    )


def downgrade() -> None:
    for name in ("forgotten", "study_key", "access"):
        op.drop_table(name)
    with op.batch_alter_table("event") as table:
        for name in ("sealed", "salts"):
            table.drop_column(name)

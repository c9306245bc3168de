"""The same on both stores: on PostgreSQL, text of any length ordered by its bytes.

There also: an index of places, and one row that every writer takes first (see data.database).
SQLite has been all that from the start.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
WRITTEN = "written"


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return
    texts = connection.execute(
        sa.text(
            "SELECT table_name, column_name FROM information_schema.columns "
            "WHERE table_schema = current_schema() AND table_name <> 'alembic_version' "
            "AND data_type IN ('character varying', 'text')"
        )
    )
    for table, column in texts.all():
        op.alter_column(table, column, type_=sa.Text(collation="C"))
    op.create_index("ix_candidate_geom", "candidate", ["geom"], postgresql_using="gist")
    op.create_table(WRITTEN, sa.Column("number", sa.BigInteger(), nullable=False))
    op.execute(sa.text(f"INSERT INTO {WRITTEN} VALUES (0)"))  # noqa: S608 - our own name


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_table(WRITTEN)
        op.drop_index("ix_candidate_geom", "candidate")

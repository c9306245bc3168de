"""First light: files, candidates, evidence and runs."""

import sqlalchemy as sa
from alembic import op

from data.schema import PointGeometry

revision = "0001"
down_revision = None


def _text(name: str, size: int | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.String(size) if size else sa.Text(), nullable=False)


def upgrade() -> None:
    _file()
    _candidate()
    _evidence()
    _run()


def _file() -> None:
    op.create_table(
        "file",
        sa.Column("id", sa.Integer(), primary_key=True),
        _text("kind", 40),
        _text("name"),
        _text("path"),
        _text("sha256", 64),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        _text("added_at", 32),
        sa.Column("options", sa.JSON(), nullable=False),
        _text("source"),
        _text("licence"),
        sa.Column("superseded", sa.Boolean(), nullable=False),
    )
    op.create_index("ix_file_kind", "file", ["kind"])


def _candidate() -> None:
    op.create_table(
        "candidate",
        sa.Column("id", sa.String(80), primary_key=True),
        sa.Column("file_id", sa.Integer(), sa.ForeignKey("file.id"), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        _text("sheet"),
        _text("name"),
        _text("kind", 40),
        _text("kind_text"),
        _text("code"),
        _text("agency"),
        _text("address"),
        _text("desa"),
        _text("kecamatan"),
        sa.Column("has_point", sa.Boolean(), nullable=False),
        sa.Column("geom", PointGeometry()),
        *(sa.Column(side, sa.Double()) for side in ("minx", "miny", "maxx", "maxy")),
        sa.Column("version", sa.Integer(), nullable=False),
    )
    op.create_index("ix_candidate_file_id", "candidate", ["file_id"])


def _evidence() -> None:
    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("candidate", sa.String(80), sa.ForeignKey("candidate.id"), nullable=False),
        _text("criterion", 60),
        sa.Column("value", sa.Double()),
        _text("category"),
        sa.Column("sd", sa.Double()),
        _text("unit"),
        _text("link", 20),
        _text("source", 40),
        _text("layer"),
        _text("taken_at", 32),
        _text("by"),
        sa.Column("row", sa.Integer()),
        sa.Column("file_id", sa.Integer(), sa.ForeignKey("file.id")),
    )
    op.create_index("ix_evidence_candidate", "evidence", ["candidate"])
    op.create_index("ix_evidence_file_id", "evidence", ["file_id"])


def _run() -> None:
    op.create_table(
        "run",
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("id", sa.String(12), unique=True, nullable=False),
        _text("programme", 40),
        *(
            sa.Column(name, sa.JSON(), nullable=False)
            for name in ("scenario", "inputs", "software")
        ),
        _text("result_sha256", 64),
        _text("previous", 64),
        _text("record_sha256", 64),
        sa.Column("result", sa.LargeBinary(), nullable=False),
        _text("created_at", 32),
    )


def downgrade() -> None:
    for table in ("run", "evidence", "candidate", "file"):
        op.drop_table(table)

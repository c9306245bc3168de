"""What a visit's photos are, by which other name its server knows it, and what counts as the same.

What a submission says is fingerprinted anew: times by the moment they name, so that one visit told
by two exports of one server is one visit, and without what its server's office thought of it.
"""

import datetime as dt
import hashlib
import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_WESTERN = dt.timezone(dt.timedelta(hours=7))
_TOLD = ("candidate", "surveyor", "started_at", "ended_at", "answers")


def upgrade() -> None:
    alias = sa.Column("alias", sa.String(80), nullable=False, server_default="")
    op.add_column("response", alias)
    op.add_column("response", sa.Column("photos", sa.JSON(), nullable=False, server_default="[]"))
    names = ("number", *_TOLD, "content_sha256")
    table = sa.table(
        "response", *(sa.column(n, sa.JSON if n == "answers" else None) for n in names)
    )
    connection = op.get_bind()
    for row in connection.execute(sa.select(*(table.c[n] for n in names))).mappings().all():
        here = table.c.number == row["number"]
        connection.execute(table.update().where(here).values(content_sha256=_content(dict(row))))


def _content(row: dict[str, Any]) -> str:
    told = {name: row[name] for name in _TOLD}
    told |= {name: _moment(row[name]) for name in ("started_at", "ended_at")}
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _moment(text: str) -> str:
    try:
        when = dt.datetime.fromisoformat(text.strip())
    except ValueError:
        return text
    when = when if when.tzinfo else when.replace(tzinfo=_WESTERN)
    return when.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def downgrade() -> None:
    with op.batch_alter_table("response") as table:
        table.drop_column("photos")
        table.drop_column("alias")

"""Tables that only ever grow: the life of a site, what is said of it, and who did what."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from data.schema import Base
from data.schema_types import Words


class Life(Base):
    """One step in the life of a site for one programme; the last step is where it stands."""

    __tablename__ = "life"

    number: Mapped[int] = mapped_column(primary_key=True)
    candidate: Mapped[str] = mapped_column(Words(80), index=True)
    programme: Mapped[str] = mapped_column(Words(40))
    state: Mapped[str] = mapped_column(Words(20))
    at: Mapped[str] = mapped_column(Words(32))
    by: Mapped[str] = mapped_column(Words())
    why: Mapped[str] = mapped_column(Words())
    agreement: Mapped[str] = mapped_column(Words())
    agreement_until: Mapped[str] = mapped_column(Words(32))


class Comment(Base):
    """What somebody said about a site."""

    __tablename__ = "comment"

    number: Mapped[int] = mapped_column(primary_key=True)
    candidate: Mapped[str] = mapped_column(Words(80), index=True)
    at: Mapped[str] = mapped_column(Words(32))
    by: Mapped[str] = mapped_column(Words())
    said: Mapped[str] = mapped_column(Words())


class Event(Base):
    """One thing that was done, chained to the one before by its hash."""

    __tablename__ = "event"

    number: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[str] = mapped_column(Words(32))
    by: Mapped[str] = mapped_column(Words())
    role: Mapped[str] = mapped_column(Words(20))
    action: Mapped[str] = mapped_column(Words(40))
    subject: Mapped[str] = mapped_column(Words(), index=True)
    before: Mapped[Any] = mapped_column(sa.JSON)
    after: Mapped[Any] = mapped_column(sa.JSON)
    previous: Mapped[str] = mapped_column(Words(64))
    sha256: Mapped[str] = mapped_column(Words(64))
    salts: Mapped[dict[str, Any]] = mapped_column(sa.JSON, server_default="{}")
    sealed: Mapped[dict[str, Any]] = mapped_column(sa.JSON, server_default="{}")

"""Tables about people who work on a study: who opened what, and whose names were taken out."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from data.schema import Base
from data.schema_types import Words


class Access(Base):
    """One time that somebody took something out: a document, a pack, a map, a backup."""

    __tablename__ = "access"

    number: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[str] = mapped_column(Words(32), index=True)
    by: Mapped[str] = mapped_column(Words())
    role: Mapped[str] = mapped_column(Words(20))
    what: Mapped[str] = mapped_column(Words(20))
    subject: Mapped[str] = mapped_column(Words())


class StudyKey(Base):
    """A secret of the study's own, such as the one its pseudonyms are made with."""

    __tablename__ = "study_key"

    name: Mapped[str] = mapped_column(Words(40), primary_key=True)
    value: Mapped[str] = mapped_column(Words(64))


class Forgotten(Base):
    """A name that was taken out, as a keyed hash of it: enough to know it again, not to read it."""

    __tablename__ = "forgotten"

    token: Mapped[str] = mapped_column(Words(64), primary_key=True)
    words: Mapped[int]
    at: Mapped[str] = mapped_column(Words(32))

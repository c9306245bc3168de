"""The store's tables, the same on SQLite and on PostgreSQL with PostGIS."""

from __future__ import annotations

from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from data.schema_types import Number, PointGeometry, Words

__all__ = ["HEAD", "Base", "PointGeometry"]

HEAD = "0007"
"""The newest migration. A store that stands here is opened without loading alembic."""


class Base(DeclarativeBase):
    """The house's tables."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {float: Number()}
    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
        }
    )


class File(Base):
    """An input file: where it is kept, what it is, whether a newer one stands in its place."""

    __tablename__ = "file"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Words(40), index=True)
    name: Mapped[str] = mapped_column(Words())
    path: Mapped[str] = mapped_column(Words())
    sha256: Mapped[str] = mapped_column(Words(64))
    bytes: Mapped[int] = mapped_column(sa.BigInteger)
    added_at: Mapped[str] = mapped_column(Words(32))
    options: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    source: Mapped[str] = mapped_column(Words())
    licence: Mapped[str] = mapped_column(Words())
    superseded: Mapped[bool]


class Candidate(Base):
    """A place that may be chosen. ``version`` catches two planners saving the same one."""

    __tablename__ = "candidate"

    id: Mapped[str] = mapped_column(Words(80), primary_key=True)
    file_id: Mapped[int] = mapped_column(sa.ForeignKey("file.id"), index=True)
    row: Mapped[int]
    sheet: Mapped[str] = mapped_column(Words())
    name: Mapped[str] = mapped_column(Words())
    kind: Mapped[str] = mapped_column(Words(40))
    kind_text: Mapped[str] = mapped_column(Words())
    code: Mapped[str] = mapped_column(Words())
    agency: Mapped[str] = mapped_column(Words())
    address: Mapped[str] = mapped_column(Words())
    desa: Mapped[str] = mapped_column(Words())
    kecamatan: Mapped[str] = mapped_column(Words())
    has_point: Mapped[bool]
    geom: Mapped[Any | None] = mapped_column(PointGeometry())
    minx: Mapped[float | None]
    miny: Mapped[float | None]
    maxx: Mapped[float | None]
    maxy: Mapped[float | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form
    __table_args__ = (
        sa.Index("ix_candidate_geom", "geom", postgresql_using="gist").ddl_if("postgresql"),
    )


class Evidence(Base):
    """One thing known about one candidate: from a register now, from a visit later."""

    __tablename__ = "evidence"

    id: Mapped[int] = mapped_column(primary_key=True)
    candidate: Mapped[str] = mapped_column(Words(80), sa.ForeignKey("candidate.id"), index=True)
    criterion: Mapped[str] = mapped_column(Words(60))
    value: Mapped[float | None]
    category: Mapped[str] = mapped_column(Words())
    sd: Mapped[float | None]
    unit: Mapped[str] = mapped_column(Words())
    link: Mapped[str] = mapped_column(Words(20))
    source: Mapped[str] = mapped_column(Words(40))
    layer: Mapped[str] = mapped_column(Words())
    taken_at: Mapped[str] = mapped_column(Words(32))
    by: Mapped[str] = mapped_column(Words())
    row: Mapped[int | None]
    file_id: Mapped[int | None] = mapped_column(sa.ForeignKey("file.id"), index=True)


class Run(Base):
    """A recorded run. ``number`` keeps the order in which runs were recorded."""

    __tablename__ = "run"

    number: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(Words(12), unique=True)
    programme: Mapped[str] = mapped_column(Words(40))
    scenario: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    inputs: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    software: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    result_sha256: Mapped[str] = mapped_column(Words(64))
    previous: Mapped[str] = mapped_column(Words(64))
    record_sha256: Mapped[str] = mapped_column(Words(64))
    result: Mapped[bytes] = mapped_column(sa.LargeBinary)
    created_at: Mapped[str] = mapped_column(Words(32))


class Scenario(Base):
    """A named way to weigh a programme; ``number`` keeps the order first saved."""

    __tablename__ = "scenario"
    __table_args__ = (sa.UniqueConstraint("name", "programme", name="uq_scenario_name"),)

    number: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Words())
    programme: Mapped[str] = mapped_column(Words(40))
    groups: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    weights: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    set_by: Mapped[str] = mapped_column(Words())
    set_on: Mapped[str] = mapped_column(Words(32))
    basis: Mapped[str] = mapped_column(Words())
    created_at: Mapped[str] = mapped_column(Words(32))
    version: Mapped[int]


class Response(Base):
    """One submission of a form as it came: never changed, only judged and superseded.

    ``number`` keeps the order of arrival; a submission that is edited has several rows of one
    ``id``, and ``supersedes`` names the row it stands in place of. No foreign key to a candidate:
    a visit to a place the study does not know is kept for its reviewer.
    """

    __tablename__ = "response"

    number: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(Words(120), index=True)
    candidate: Mapped[str] = mapped_column(Words(80), index=True)
    surveyor: Mapped[str] = mapped_column(Words())
    team: Mapped[str] = mapped_column(Words())
    programme: Mapped[str] = mapped_column(Words(40))
    channel: Mapped[str] = mapped_column(Words(20))
    form_version: Mapped[str] = mapped_column(Words(40))
    started_at: Mapped[str] = mapped_column(Words(40))
    ended_at: Mapped[str] = mapped_column(Words(40))
    received_at: Mapped[str] = mapped_column(Words(32))
    answers: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    accuracy_m: Mapped[float | None]
    raw_sha256: Mapped[str] = mapped_column(Words(64))
    content_sha256: Mapped[str] = mapped_column(Words(64))
    edits: Mapped[int]
    status: Mapped[str] = mapped_column(Words(12), index=True)
    supersedes: Mapped[int | None] = mapped_column(sa.ForeignKey("response.number"))
    plan_id: Mapped[str] = mapped_column(Words(40))
    alias: Mapped[str] = mapped_column(Words(80), server_default="")
    photos: Mapped[list[Any]] = mapped_column(sa.JSON, server_default="[]")


class Finding(Base):
    """What the review found about one response: a code and its fields, never a sentence."""

    __tablename__ = "finding"

    id: Mapped[int] = mapped_column(primary_key=True)
    response: Mapped[int] = mapped_column(sa.ForeignKey("response.number"), index=True)
    code: Mapped[str] = mapped_column(Words(60))
    severity: Mapped[str] = mapped_column(Words(8))
    fields: Mapped[dict[str, Any]] = mapped_column(sa.JSON)


class Verdict(Base):
    """A reviewer's decision about one response: what, by whom, when and why."""

    __tablename__ = "verdict"

    id: Mapped[int] = mapped_column(primary_key=True)
    response: Mapped[int] = mapped_column(sa.ForeignKey("response.number"), index=True)
    decision: Mapped[str] = mapped_column(Words(12))
    by: Mapped[str] = mapped_column(Words())
    at: Mapped[str] = mapped_column(Words(32))
    why: Mapped[str] = mapped_column(Words())


class Plan(Base):
    """Who visits what on which day; ``number`` keeps the order in which plans were made."""

    __tablename__ = "plan"

    number: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(Words(40), unique=True)
    programme: Mapped[str] = mapped_column(Words(40))
    made_at: Mapped[str] = mapped_column(Words(32))
    settings: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    days: Mapped[list[Any]] = mapped_column(sa.JSON)
    double_visits: Mapped[list[Any]] = mapped_column(sa.JSON)


class Pack(Base):
    """What one team carried: which plan it came from, how its form stood, until when it holds."""

    __tablename__ = "pack"

    number: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(Words(40), index=True)
    plan_id: Mapped[str | None] = mapped_column(Words(40), sa.ForeignKey("plan.id"))
    team: Mapped[str] = mapped_column(Words())
    form_version: Mapped[str] = mapped_column(Words(40))
    valid_until: Mapped[str] = mapped_column(Words(32))
    sha256: Mapped[str] = mapped_column(Words(64))
    made_at: Mapped[str] = mapped_column(Words(32))

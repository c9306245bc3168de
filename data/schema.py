"""The store's tables, the same on SQLite and on PostgreSQL with PostGIS."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import UserDefinedType

HEAD = "0002"
"""The newest migration. A store that stands here is opened without loading alembic."""


class PointGeometry(UserDefinedType[Any]):
    """A shapely point in EPSG:4326: WKB in a BLOB on SQLite, EWKB in a geometry on PostGIS."""

    cache_ok = True
    srid = 4326

    def bind_processor(self, dialect: sa.Dialect) -> Callable[[Any], Any]:
        """Turn a shapely geometry into what the database keeps."""
        import shapely

        if dialect.name == "postgresql":
            return lambda point: (
                None
                if point is None
                else shapely.to_wkb(shapely.set_srid(point, self.srid), hex=True, include_srid=True)
            )
        return lambda point: None if point is None else shapely.to_wkb(point)

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Callable[[Any], Any]:  # noqa: ARG002 - SQLAlchemy's signature
        """Turn what the database keeps into a shapely geometry."""
        import shapely

        return lambda raw: None if raw is None else shapely.from_wkb(raw)


@compiles(PointGeometry, "postgresql")
def _postgis(_type: Any, _compiler: Any, **_kw: Any) -> str:
    return f"geometry(Point,{PointGeometry.srid})"


@compiles(PointGeometry)
def _blob(_type: Any, _compiler: Any, **_kw: Any) -> str:
    return "BLOB"


class Base(DeclarativeBase):
    """The house's tables."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {float: sa.Double()}
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
    kind: Mapped[str] = mapped_column(sa.String(40), index=True)
    name: Mapped[str] = mapped_column(sa.Text)
    path: Mapped[str] = mapped_column(sa.Text)
    sha256: Mapped[str] = mapped_column(sa.String(64))
    bytes: Mapped[int] = mapped_column(sa.BigInteger)
    added_at: Mapped[str] = mapped_column(sa.String(32))
    options: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    source: Mapped[str] = mapped_column(sa.Text)
    licence: Mapped[str] = mapped_column(sa.Text)
    superseded: Mapped[bool]


class Candidate(Base):
    """A place that may be chosen. ``version`` catches two planners saving the same one."""

    __tablename__ = "candidate"

    id: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    file_id: Mapped[int] = mapped_column(sa.ForeignKey("file.id"), index=True)
    row: Mapped[int]
    sheet: Mapped[str] = mapped_column(sa.Text)
    name: Mapped[str] = mapped_column(sa.Text)
    kind: Mapped[str] = mapped_column(sa.String(40))
    kind_text: Mapped[str] = mapped_column(sa.Text)
    code: Mapped[str] = mapped_column(sa.Text)
    agency: Mapped[str] = mapped_column(sa.Text)
    address: Mapped[str] = mapped_column(sa.Text)
    desa: Mapped[str] = mapped_column(sa.Text)
    kecamatan: Mapped[str] = mapped_column(sa.Text)
    has_point: Mapped[bool]
    geom: Mapped[Any | None] = mapped_column(PointGeometry())
    minx: Mapped[float | None]
    miny: Mapped[float | None]
    maxx: Mapped[float | None]
    maxy: Mapped[float | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own form


class Evidence(Base):
    """One thing known about one candidate: from a register now, from a visit later."""

    __tablename__ = "evidence"

    id: Mapped[int] = mapped_column(primary_key=True)
    candidate: Mapped[str] = mapped_column(sa.ForeignKey("candidate.id"), index=True)
    criterion: Mapped[str] = mapped_column(sa.String(60))
    value: Mapped[float | None]
    category: Mapped[str] = mapped_column(sa.Text)
    sd: Mapped[float | None]
    unit: Mapped[str] = mapped_column(sa.Text)
    link: Mapped[str] = mapped_column(sa.String(20))
    source: Mapped[str] = mapped_column(sa.String(40))
    layer: Mapped[str] = mapped_column(sa.Text)
    taken_at: Mapped[str] = mapped_column(sa.String(32))
    by: Mapped[str] = mapped_column(sa.Text)
    row: Mapped[int | None]
    file_id: Mapped[int | None] = mapped_column(sa.ForeignKey("file.id"), index=True)


class Run(Base):
    """A recorded run. ``number`` keeps the order in which runs were recorded."""

    __tablename__ = "run"

    number: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(sa.String(12), unique=True)
    programme: Mapped[str] = mapped_column(sa.String(40))
    scenario: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    inputs: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    software: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    result_sha256: Mapped[str] = mapped_column(sa.String(64))
    previous: Mapped[str] = mapped_column(sa.String(64))
    record_sha256: Mapped[str] = mapped_column(sa.String(64))
    result: Mapped[bytes] = mapped_column(sa.LargeBinary)
    created_at: Mapped[str] = mapped_column(sa.String(32))


class Scenario(Base):
    """A named way to weigh a programme; ``number`` keeps the order first saved."""

    __tablename__ = "scenario"
    __table_args__ = (sa.UniqueConstraint("name", "programme", name="uq_scenario_name"),)

    number: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.Text)
    programme: Mapped[str] = mapped_column(sa.String(40))
    groups: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    weights: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    set_by: Mapped[str] = mapped_column(sa.Text)
    set_on: Mapped[str] = mapped_column(sa.String(32))
    basis: Mapped[str] = mapped_column(sa.Text)
    created_at: Mapped[str] = mapped_column(sa.String(32))
    version: Mapped[int]

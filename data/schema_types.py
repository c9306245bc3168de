"""How a column keeps its values, so that SQLite and PostgreSQL with PostGIS give back the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.types import TypeDecorator, UserDefinedType


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
        """Turn what the database keeps into a shapely geometry, without the number of its CRS."""
        import shapely

        return lambda raw: None if raw is None else shapely.set_srid(shapely.from_wkb(raw), 0)


@compiles(PointGeometry, "postgresql")
def _postgis(_type: Any, _compiler: Any, **_kw: Any) -> str:
    return f"geometry(Point,{PointGeometry.srid})"


@compiles(PointGeometry)
def _blob(_type: Any, _compiler: Any, **_kw: Any) -> str:
    return "BLOB"


class Words(TypeDecorator[str]):
    """Text of any length, ordered by its bytes, without the sign NUL.

    SQLite orders text by its UTF-8 bytes and takes any length; PostgreSQL orders it as its own
    locale does, refuses what is longer than the column, and cannot keep NUL at all.

    Parameters
    ----------
    size : int, optional
        The length SQLite's schema names (it holds nobody to it).
    """

    impl = sa.Text
    cache_ok = True

    def __init__(self, size: int | None = None) -> None:
        super().__init__(size)
        self.size = size

    def load_dialect_impl(self, dialect: sa.Dialect) -> Any:
        """Say what the column is in this database."""
        if dialect.name == "postgresql":
            return sa.Text(collation="C")
        return sa.String(self.size) if self.size else sa.Text()

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> Any:  # noqa: ARG002 - SQLAlchemy's signature
        """Leave out NUL."""
        return value.replace("\0", "") if isinstance(value, str) else value


class Number(TypeDecorator[float]):
    """A number; what is none (NaN) is NULL and minus nought is nought, as SQLite has it."""

    impl = sa.Double
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> Any:  # noqa: ARG002 - SQLAlchemy's signature
        """Turn NaN into NULL."""
        return None if value is None or value != value else value + 0.0  # noqa: PLR0124 - NaN differs from itself

"""Files of raster tiles: MBTiles 1.3, PMTiles 3 and OsmAnd's database; written whole, read back."""

from __future__ import annotations

import io
import sqlite3
import zlib
from collections.abc import Iterable
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

from geo.tile_grid import Tile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo.tiles import TileSet

_UNREADABLE = (KeyError, IndexError, OSError, EOFError, zlib.error)
_PNG = b"\x89PNG\r\n\x1a\n"


def mbtiles_bytes(drawn: TileSet) -> bytes:
    """Write tiles as MBTiles 1.3: SQLite, rows counted from the south.

    Returns
    -------
    bytes
        The same for the same tiles.

    Notes
    -----
    github.com/mapbox/mbtiles-spec, 1.3.
    """
    west, south, east, north = drawn.bounds
    first, last = drawn.zooms
    told = {
        "name": drawn.name,
        "format": "png",
        "bounds": f"{west:.6f},{south:.6f},{east:.6f},{north:.6f}",
        "center": f"{(west + east) / 2:.6f},{(south + north) / 2:.6f},{min(first + 3, last)}",
        "minzoom": str(first),
        "maxzoom": str(last),
        "attribution": drawn.attribution,
        "type": "baselayer",
        "version": "1",
        "description": drawn.name,
    }
    rows = (
        (zoom, x, (1 << zoom) - 1 - y, sqlite3.Binary(data))
        for (zoom, x, y), data in drawn.tiles.items()
    )
    with _database() as base:
        base.execute("CREATE TABLE metadata (name text, value text)")
        base.execute(
            "CREATE TABLE tiles "
            "(zoom_level integer, tile_column integer, tile_row integer, tile_data blob)"
        )
        base.execute("CREATE UNIQUE INDEX tile_index ON tiles (zoom_level, tile_column, tile_row)")
        base.executemany("INSERT INTO metadata VALUES (?, ?)", told.items())
        base.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", rows)
        base.commit()
        return bytes(base.serialize())


def sqlitedb_bytes(drawn: TileSet) -> bytes:
    """Write tiles as the database OsmAnd opens; it does not read MBTiles.

    Notes
    -----
    osmand.net, "Tiles SQLite Format": ``tilenumbering`` simple, rows counted from the north.
    """
    first, last = drawn.zooms
    rows = ((x, y, zoom, 0, sqlite3.Binary(data)) for (zoom, x, y), data in drawn.tiles.items())
    with _database() as base:
        base.execute(
            "CREATE TABLE tiles (x int, y int, z int, s int, image blob, PRIMARY KEY (x, y, z, s))"
        )
        base.execute(
            "CREATE TABLE info (tilenumbering text, minzoom text, maxzoom text, title text, "
            "ellipsoid text, inverted_y text, timecolumn text, expireminutes text, tilesize int)"
        )
        base.execute(
            "INSERT INTO info VALUES ('simple', ?, ?, ?, '0', '0', 'no', '0', 256)",
            (str(first), str(last), drawn.name),
        )
        base.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?, ?)", rows)
        base.commit()
        return bytes(base.serialize())


def pmtiles_bytes(drawn: TileSet) -> bytes:
    """Write tiles as PMTiles 3, in the order of its curve, each different picture once."""
    from pmtiles import writer as writing
    from pmtiles.tile import Compression, TileType, zxy_to_tileid

    west, south, east, north = (round(edge * 1e7) for edge in drawn.bounds)
    held = io.BytesIO()
    make: Any = writing.Writer  # the library's functions carry no types
    writer = make(held)
    in_order = sorted((zxy_to_tileid(*tile), data) for tile, data in drawn.tiles.items())
    for number, data in in_order:
        writer.write_tile(number, data)
    header = {
        "version": 3,
        "tile_type": TileType.PNG,
        "tile_compression": Compression.NONE,
        "min_lon_e7": west,
        "min_lat_e7": south,
        "max_lon_e7": east,
        "max_lat_e7": north,
        "center_zoom": min(drawn.zooms[0] + 3, drawn.zooms[1]),
        "center_lon_e7": (west + east) // 2,
        "center_lat_e7": (south + north) // 2,
    }
    told = {"name": drawn.name, "attribution": drawn.attribution, "type": "baselayer"}
    writer.finalize(header, told)
    return held.getvalue()


def in_mbtiles(data: bytes) -> set[Tile]:
    """Open an MBTiles file and name its tiles, rows counted from the north.

    Raises
    ------
    ValueError
        It is damaged, or a tile is no PNG.
    """
    with _database(data) as base:
        rows = base.execute("SELECT zoom_level, tile_column, tile_row, tile_data FROM tiles")
        return _checked((z, x, (1 << z) - 1 - y, png) for z, x, y, png in rows)


def in_sqlitedb(data: bytes) -> set[Tile]:
    """Open OsmAnd's database and name its tiles; raises as `in_mbtiles`."""
    with _database(data) as base:
        return _checked(base.execute("SELECT z, x, y, image FROM tiles"))


def in_pmtiles(data: bytes) -> set[Tile]:
    """Open a PMTiles file and name its tiles; raises as `in_mbtiles`."""
    from pmtiles import reader, tile

    read: Any = reader  # as in `pmtiles_bytes`
    try:
        return _checked((*tile, png) for tile, png in read.all_tiles(read.MemorySource(data)))
    except (*_UNREADABLE, tile.MagicNumberNotFound, tile.SpecVersionUnsupported) as fault:
        raise ValueError from fault


def _checked(rows: Iterable[tuple[int, int, int, bytes]]) -> set[Tile]:
    found = set()
    try:
        for zoom, x, y, png in rows:
            if not bytes(png).startswith(_PNG):
                raise ValueError
            found.add((zoom, x, y))
    except sqlite3.DatabaseError as fault:
        raise ValueError from fault
    return found


@contextmanager
def _database(data: bytes = b"") -> Iterator[Any]:
    """Open a database in memory: nothing half-written ever lies on a disk."""
    with closing(sqlite3.connect(":memory:")) as base:
        try:
            if data:
                base.deserialize(data)
            yield base
        except sqlite3.DatabaseError as fault:
            raise ValueError from fault

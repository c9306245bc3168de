"""A pack checks itself: every file opened again, its sites counted, its map where they are."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import math
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import shapely

from geo.errors import StudyError
from geo.tile_files import in_mbtiles, in_pmtiles, in_sqlitedb
from geo.tile_grid import ACCESS_M, MAX_ZOOM, Tile, tiles_of
from surveys.qfield import GEOPACKAGE, PROJECT, project_opens, sites_inside
from surveys.sites import PackInput, Position

MAP, FORM, SHEETS, README = "1-peta.kmz", "2-formulir.html", "3-lembar-kertas.pdf", "BACA-DULU.txt"
GPX = "lanjutan/osmand/lokasi.gpx"
MBTILES, PMTILES = "lanjutan/peta/tapak.mbtiles", "lanjutan/peta/tapak.pmtiles"
OSMAND_MAP = "lanjutan/osmand/peta-tapak.sqlitedb"
_EVERY_DEG = 0.0005  # about 55 m: a tile of the finest level is 600 m wide
_DEGREE_M = 111_320.0


def check_pack(path: Path, pack: PackInput) -> None:
    """Open a finished pack and count what is in it.

    Raises
    ------
    StudyError
        ``pack.broken`` with the file that is not what the manifest says: other bytes, fewer
        sites or tiles, or a map that leaves out a site or the last kilometre of the way to it.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            parts = json.loads(archive.read("manifest.json"))["files"]
            held = {told["path"]: archive.read(told["path"]) for told in parts}
    except (zipfile.BadZipFile, KeyError, ValueError) as fault:
        raise StudyError("pack.broken", file=path.name) from fault
    for told in parts:
        data = held[told["path"]]
        same = hashlib.sha256(data).hexdigest() == told["sha256"]
        if not same or _counted(told["path"], data, pack) != told["count"]:
            raise StudyError("pack.broken", file=told["path"])


def _counted(path: str, data: bytes, pack: PackInput) -> int:
    try:
        return _COUNTS.get(path, _opened)(data, pack)
    except Exception:  # noqa: BLE001 - whatever a reader throws at a part, the part is broken
        return -1


def placed(pack: PackInput) -> list[Position]:
    """Where the sites are that are somewhere, (lon, lat)."""
    return [(s.lon, s.lat) for s in pack.sites if s.lon is not None and s.lat is not None]


def ground_to_cover(pack: PackInput) -> npt.NDArray[np.float64]:
    """Name the places a map must show at its finest: the sites, and the last kilometre to each.

    Returns
    -------
    array of float64, shape (n, 2)
        Degrees. Of the way of each day what is within `ACCESS_M` of one of the sites, every 55 m
        (distance on a plane at the site's latitude).
    """
    sites = np.asarray(placed(pack), dtype=np.float64).reshape(-1, 2)
    found = [sites]
    for way in pack.route_lonlat.values():
        if len(way) < 2:
            continue
        line = shapely.segmentize(shapely.linestrings(np.asarray(way)), _EVERY_DEG)
        steps = shapely.get_coordinates(line)
        for lon, lat in sites:
            east = (steps[:, 0] - lon) * _DEGREE_M * math.cos(math.radians(lat))
            north = (steps[:, 1] - lat) * _DEGREE_M
            found.append(steps[np.hypot(east, north) <= ACCESS_M])
    return np.concatenate(found)


def uncovered(pack: PackInput, tiles: set[Tile]) -> set[Tile]:
    """Return the finest tiles that a pack's sites and access roads need and a map has not."""
    at = tiles_of(ground_to_cover(pack), MAX_ZOOM)
    return {(MAX_ZOOM, int(x), int(y)) for x, y in at} - tiles


def _in_tiles(read: Callable[[bytes], set[Tile]]) -> Callable[[bytes, PackInput], int]:
    def count(data: bytes, pack: PackInput) -> int:
        found = read(data)
        return -1 if uncovered(pack, found) else len(found)

    return count


def _opened(data: bytes, _pack: PackInput) -> int:
    """Open a part in which no sites are counted: a workbook, a project, a page of text."""
    if not data.startswith(b"PK"):
        return 0 if data.decode("utf-8") else -1
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return 0 if archive.namelist() and archive.testzip() is None else -1


def _in_map(data: bytes, _pack: PackInput) -> int:
    from defusedxml import ElementTree

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        tree = ElementTree.fromstring(archive.read("doc.kml"))
    return len(tree.findall(".//{*}Data[@name='site']"))


def _in_form(data: bytes, _pack: PackInput) -> int:
    text = data.decode("utf-8")
    if not text.rstrip().endswith("</html>"):
        return -1
    block = text.partition('id="data">')[2].partition("</script>")[0]
    return len(json.loads(block)["sites"])


def _in_sheets(data: bytes, pack: PackInput) -> int:
    """Count the sites that have a bookmark of their own among the pages."""
    import pikepdf

    with pikepdf.open(io.BytesIO(data)) as pdf, pdf.open_outline() as outline:
        titles = [item.title for top in outline.root for item in (top, *top.children)]
    return sum(any(f"({site.id})" in title for title in titles) for site in pack.sites)


def _in_gpx(data: bytes, _pack: PackInput) -> int:
    from defusedxml import ElementTree

    return len(ElementTree.fromstring(data).findall("{*}wpt"))


def _in_geojson(data: bytes, _pack: PackInput) -> int:
    return len(json.loads(data)["features"])


def _in_csv(data: bytes, _pack: PackInput) -> int:
    text = data.decode("utf-8-sig")
    return len(list(csv.reader(io.StringIO(text)))) - 1 if text.endswith("\n") else -1


_COUNTS: Mapping[str, Callable[[bytes, PackInput], int]] = {
    MAP: _in_map,
    FORM: _in_form,
    SHEETS: _in_sheets,
    GPX: _in_gpx,
    MBTILES: _in_tiles(in_mbtiles),
    PMTILES: _in_tiles(in_pmtiles),
    OSMAND_MAP: _in_tiles(in_sqlitedb),
    f"lanjutan/qfield/{GEOPACKAGE}": lambda data, _: sites_inside(data),
    f"lanjutan/qfield/{PROJECT}": lambda data, _: 0 if project_opens(data) else -1,
    "lanjutan/odk/sites.geojson": _in_geojson,
    "lanjutan/odk/unplaced.csv": _in_csv,
    "lanjutan/kobo/sites.csv": _in_csv,
    "lanjutan/kobo/unplaced.csv": _in_csv,
}

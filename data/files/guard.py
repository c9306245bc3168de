"""The door: what a file truly is, by its content, and whether it is safe to open.

Every reader calls `check_file` first. It reads a file's head, its table of contents and (for text)
one pass over the bytes: nothing is unpacked or parsed, so a bomb costs no more than a good file.
"""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path

from data.files import guard_binary, guard_text, guard_zip
from geo.errors import InputError

MEBIBYTE = 1 << 20
HEAD_BYTES = 1 << 16

# These drivers read *other* files and addresses that a small text file names. GDAL reads the
# setting once, when a library that carries it is first imported: this module comes before those.
_SKIPPED_DRIVERS = (
    "OGR_VRT", "GDALG", "STACIT", "STACTA", "OAPIF", "OGCAPI", "WFS", "WMS", "WMTS", "WCS", "CSW",
    "HTTP", "GML", "LVBAG", "GeoRSS", "PLSCENES", "AmigoCloud", "Carto", "Elasticsearch", "NGW",
    "EEDA", "EEDAI", "ADBC", "GPSBabel", "GTI",
)  # fmt: skip
os.environ["GDAL_SKIP"] = ",".join(
    dict.fromkeys([*filter(None, os.environ.get("GDAL_SKIP", "").split(",")), *_SKIPPED_DRIVERS])
)
# whatever else may name an address: GDAL's own client opens none that does not end like this
os.environ["CPL_VSIL_CURL_ALLOWED_EXTENSIONS"] = ".tapak-none"


class FileType(StrEnum):
    """What a file is, told by its content."""

    XLSX = "xlsx"
    ODS = "ods"
    CSV = "csv"
    GEOJSON = "geojson"
    GPKG = "gpkg"
    SHAPEFILE = "shapefile"
    SHAPEFILE_ZIP = "shapefile_zip"
    KML = "kml"
    KMZ = "kmz"
    GEOTIFF = "geotiff"
    OSM_PBF = "osm_pbf"
    OSM_XML = "osm_xml"


LARGE = frozenset({FileType.GEOTIFF, FileType.OSM_PBF, FileType.OSM_XML})
TABLES = frozenset({FileType.XLSX, FileType.ODS, FileType.CSV})
VECTORS = frozenset(
    {
        FileType.GEOJSON,
        FileType.GPKG,
        FileType.SHAPEFILE,
        FileType.SHAPEFILE_ZIP,
        FileType.KML,
        FileType.KMZ,
    }
)
_TEXT_SUFFIXES = frozenset({"", ".csv", ".txt", ".tsv"})


def check_file(
    path: Path,
    *,
    max_bytes: int | None = None,
    max_unpacked_bytes: int = 200 * MEBIBYTE,
) -> FileType:
    """Tell what a file is by its content, or refuse it in one plain sentence.

    Parameters
    ----------
    path : Path
        A file on this machine.
    max_bytes : int, optional
        Largest file taken; 200 MiB by default, 4 GiB for OSM extracts and rasters.
    max_unpacked_bytes : int
        Largest total that a zip, xlsx, ods or kmz may unpack to, by its table of contents.

    Raises
    ------
    InputError
        ``guard.missing`` · ``.folder`` · ``.no_permission`` · ``.empty`` · ``.too_big`` ·
        ``.wrong_type`` · ``.old_excel`` · ``.truncated`` · ``.nul_bytes`` · ``.unpacks_too_big`` ·
        ``.odd_names`` · ``.locked`` · ``.redirect`` (a VRT) · ``.doctype`` · ``.too_deep`` ·
        ``.shapefile_parts`` · ``.gpkg_code`` (a view or virtual table among the layers).
    """
    path = Path(path)
    head = _head(path)
    size = path.stat().st_size
    _bounded(path, size, max_bytes or 4096 * MEBIBYTE)
    if head.startswith(b"PK"):  # before its table of contents is read
        _bounded(path, size, max_bytes or 200 * MEBIBYTE)
    kind = _recognise(path, head, max_unpacked_bytes=max_unpacked_bytes)
    _bounded(path, size, max_bytes or (4096 if kind in LARGE else 200) * MEBIBYTE)
    _look_through(path, kind, head)
    return kind


def _bounded(path: Path, size: int, limit: int) -> None:
    if size > limit:
        raise InputError(
            "guard.too_big",
            file=path.name,
            size_mb=size // MEBIBYTE,
            limit_mb=limit // MEBIBYTE,
        )


def _head(path: Path) -> bytes:
    if path.is_dir():
        raise InputError("guard.folder", file=path.name)
    try:
        with path.open("rb") as source:
            head = source.read(HEAD_BYTES)
    except PermissionError:
        raise InputError("guard.no_permission", file=path.name) from None
    except (OSError, ValueError):  # not there, a broken link, a NUL in the name itself
        raise InputError("guard.missing", file=path.name) from None
    if not head.strip(b"\xef\xbb\xbf \t\r\n"):
        raise InputError("guard.empty", file=path.name)
    return head


def _recognise(path: Path, head: bytes, *, max_unpacked_bytes: int) -> FileType:
    """Name the type from the first bytes; zips are told apart by what they hold."""
    if head.startswith(b"PK"):
        return FileType(guard_zip.kind_of(path, max_unpacked_bytes=max_unpacked_bytes))
    if (kind := guard_binary.kind_of(head)) or (kind := guard_text.markup_of(path, head)):
        return FileType(kind)
    guard_text.refuse_binary(path, head)
    if path.suffix.lower() not in _TEXT_SUFFIXES or not guard_text.is_table(head):
        raise InputError("guard.wrong_type", file=path.name)
    return FileType.CSV


def _look_through(path: Path, kind: FileType, head: bytes) -> None:
    """Find a file cut short, and what text must not hold, without parsing it."""
    if kind is FileType.GEOTIFF:
        guard_binary.check_tiff(path)
    elif kind is FileType.OSM_PBF:
        guard_binary.check_pbf(path)
    elif kind is FileType.GPKG:
        guard_binary.check_sqlite(path, head)
    elif kind is FileType.SHAPEFILE:
        guard_binary.check_shapefile(path, head)
    elif kind is FileType.GEOJSON:
        guard_text.check_json(path)
    elif kind in {FileType.KML, FileType.OSM_XML}:
        guard_text.check_xml(path)
    elif kind is FileType.CSV:
        guard_text.check_no_nul(path)

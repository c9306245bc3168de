"""The survey as a QField project: a GeoPackage with the sites, and the form that fills it in."""

from __future__ import annotations

import io
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import words
from geo.errors import StudyError
from geo.files import written_whole
from surveys.qfield_columns import LAYER_IDS, SITES
from surveys.qfield_gpkg import pack_geopackage
from surveys.qfield_project import project_xml
from surveys.sites import PackInput

GEOPACKAGE, PROJECT, README = "tapak.gpkg", "tapak.qgz", "CARA-QFIELD.txt"
_INSIDE = "tapak.qgs"
_NO_TIME = (1980, 1, 1, 0, 0, 0)


def qfield_files(
    pack: PackInput, *, basemap: str = "", lang: str | None = None
) -> dict[str, bytes]:
    """Make the project and its GeoPackage in memory, by file name: the same bytes each time.

    Parameters
    ----------
    pack : PackInput
        Sites in EPSG:4326; one without a point stands in the list only.
    basemap : str
        Where the pack's MBTiles lie as seen from the project; "" when it carries none.
    lang : {"id", "en"}, optional

    Returns
    -------
    dict
        ``tapak.gpkg`` and ``tapak.qgz``, to lie in one folder, and how to use them; QField puts
        photos into ``DCIM`` beside them.

    Raises
    ------
    StudyError
        ``pack.no_sites``.
    """
    if not pack.sites:
        raise StudyError("pack.no_sites", team=pack.team)
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        inside = zipfile.ZipInfo(_INSIDE, _NO_TIME)
        archive.writestr(
            inside, project_xml(pack, GEOPACKAGE, basemap=basemap, lang=lang), zipfile.ZIP_DEFLATED
        )
    how = words.say("surveys.qfield.readme", lang=lang).replace("\n", "\r\n")
    return {
        GEOPACKAGE: pack_geopackage(pack, lang=lang),
        PROJECT: held.getvalue(),
        README: f"{how}\r\n".encode(),
    }


def write_qfield(pack: PackInput, folder: Path, *, lang: str | None = None) -> list[Path]:
    """Write the project and its GeoPackage into a folder; nothing in it is replaced.

    Raises
    ------
    StudyError
        ``pack.no_sites``; ``file.exists``.
    """
    written = []
    for name, data in qfield_files(pack, lang=lang).items():
        with written_whole(folder / name) as temporary:
            temporary.write_bytes(data)
        written.append(folder / name)
    return written


def sites_inside(data: bytes) -> int:
    """Open a GeoPackage of ours again and count its sites; -1 where it cannot be read."""
    with closing(sqlite3.connect(":memory:")) as base:
        try:
            base.deserialize(data)
            found = base.execute(f"SELECT count(*) FROM {SITES}")  # noqa: S608 - our own name
            return int(found.fetchone()[0])
        except sqlite3.Error:
            return -1


def project_opens(data: bytes) -> bool:
    """Open a project of ours again: whether every layer in it stands in the GeoPackage."""
    from defusedxml import ElementTree

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            root = ElementTree.fromstring(archive.read(_INSIDE).partition(b"\n")[2])
    except (zipfile.BadZipFile, KeyError, ElementTree.ParseError):
        return False
    sources = [layer.findtext("datasource") or "" for layer in root.iter("maplayer")]
    return len([s for s in sources if s.startswith(f"./{GEOPACKAGE}|")]) == len(LAYER_IDS)

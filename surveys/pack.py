"""The map pack: everything a team carries, written whole, checked before it leaves."""

from __future__ import annotations

import hashlib
import io
import json
import posixpath
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import words
from geo.errors import StudyError
from geo.files import written_whole
from geo.tile_files import mbtiles_bytes, pmtiles_bytes, sqlitedb_bytes
from geo.tiles import Basemap
from surveys.gpx import gpx_bytes
from surveys.kmz import kmz_bytes
from surveys.pack_check import (
    FORM,
    GPX,
    MAP,
    MBTILES,
    OSMAND_MAP,
    PMTILES,
    README,
    SHEETS,
    check_pack,
    placed,
)
from surveys.pack_map import drawn_map
from surveys.qfield import GEOPACKAGE, qfield_files
from surveys.sheets import sheets_pdf
from surveys.sites import PackInput
from surveys.webform import webform_html
from surveys.xlsform import xlsform_files

MOST_BYTES = 40 * 1024 * 1024
"""What a pack may weigh; more does not travel by phone in the mountains."""
_LISTS, _UNPLACED = ("sites.geojson", "sites.csv"), "unplaced.csv"
CHANNELS = ("qfield", "odk", "kobo", "osmand", "tiles")
"""What can lie under ``lanjutan/`` besides, for offices that use these apps."""
_NO_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One file of a pack, and how many sites must be found in it when it is opened again."""

    path: str
    data: bytes
    count: int


def pack_parts(
    pack: PackInput,
    *,
    channels: Sequence[str] = (),
    basemap: Basemap | None = None,
    lang: str | None = None,
) -> tuple[Part, ...]:
    """Write every file of a pack in memory.

    Parameters
    ----------
    pack : PackInput
    channels : sequence of `CHANNELS`
        Besides the three things to tap.
    basemap : Basemap, optional
        What the channel ``tiles`` is drawn from.
    lang : {"id", "en"}, optional

    Returns
    -------
    tuple of Part
        Three things to tap, and one page of instructions.
    """
    n = len(pack.sites)
    chosen = [name for name in CHANNELS if name in channels]
    credit = basemap.attribution if basemap is not None and "tiles" in chosen else ""
    return (
        Part(path=MAP, data=kmz_bytes(pack, lang=lang), count=n),
        Part(path=FORM, data=webform_html(pack, lang=lang), count=n),
        Part(path=SHEETS, data=sheets_pdf(pack, lang=lang), count=n),
        Part(path=README, data=_readme(pack, chosen, credit, lang), count=0),
        *(
            part
            for name in chosen
            if name != "tiles"
            for part in _channel(pack, name, lang, mapped="tiles" in chosen)
        ),
        *(_tiles(pack, basemap, also_osmand="osmand" in chosen) if "tiles" in chosen else ()),
    )


def _tiles(pack: PackInput, basemap: Basemap | None, *, also_osmand: bool) -> list[Part]:
    """Write the basemap in each form that an app of the chosen channels opens."""
    if basemap is None:
        raise StudyError("pack.no_map", team=pack.team)
    drawn = drawn_map(pack, basemap)
    n = len(drawn.tiles)
    parts = [
        Part(path=MBTILES, data=mbtiles_bytes(drawn), count=n),
        Part(path=PMTILES, data=pmtiles_bytes(drawn), count=n),
    ]
    if also_osmand:  # which opens no MBTiles
        parts.append(Part(path=OSMAND_MAP, data=sqlitedb_bytes(drawn), count=n))
    return parts


def _channel(pack: PackInput, name: str, lang: str | None, *, mapped: bool) -> list[Part]:
    there = len(placed(pack))
    counts = dict.fromkeys(_LISTS, there) | {_UNPLACED: len(pack.sites) - there}
    if name == "osmand":
        return [Part(path=GPX, data=gpx_bytes(pack, lang=lang), count=there)]
    if name == "qfield":
        counts[GEOPACKAGE] = len(pack.sites)
        basemap = posixpath.relpath(MBTILES, f"lanjutan/{name}") if mapped else ""
        files = qfield_files(pack, basemap=basemap, lang=lang)
    else:
        flavour: Literal["odk", "kobo"] = "odk" if name == "odk" else "kobo"
        files = xlsform_files(pack, flavour=flavour, lang=lang)
    return [
        Part(path=f"lanjutan/{name}/{file}", data=data, count=counts.get(file, 0))
        for file, data in files.items()
    ]


def write_pack(
    output: Path,
    pack: PackInput,
    *,
    channels: Sequence[str] = (),
    basemap: Basemap | None = None,
    overwrite: bool = False,
    lang: str | None = None,
) -> dict[str, Any]:
    """Write a team's pack as one zip; it checks itself and is refused rather than broken.

    Every part is opened again from the finished zip and its sites counted, its sha256 compared
    with the manifest; only then does the file take its final name (DESIGN §9).

    Returns
    -------
    dict
        The manifest: ``{team, files: [{path, sha256, bytes, count}], form_version, valid_until,
        pack, sites, size_budget_bytes, synthetic}``.

    Raises
    ------
    StudyError
        ``pack.no_sites``, ``pack.no_map``, ``pack.too_big``, ``pack.broken`` (which file),
        ``file.disk_full``, ``file.exists``.
    """
    if not pack.sites:
        raise StudyError("pack.no_sites", team=pack.team)
    if output.exists() and not overwrite:
        raise StudyError("file.exists", file=output.name)  # before a minute's work, not after
    parts = pack_parts(pack, channels=channels, basemap=basemap, lang=lang)
    manifest = _manifest(pack, parts)
    held = _zip(parts, manifest)
    if len(held) > MOST_BYTES:
        raise StudyError("pack.too_big", mb=len(held) // 2**20, most=MOST_BYTES // 2**20)
    with written_whole(output, overwrite=overwrite) as temporary:
        temporary.write_bytes(held)
        check_pack(temporary, pack)
    return manifest


def _manifest(pack: PackInput, parts: tuple[Part, ...]) -> dict[str, Any]:
    return {
        "tapak": 1,
        "pack": pack.pack_id,
        "study": pack.study_name,
        "programme": pack.programme,
        "team": pack.team,
        "form_version": pack.form_version,
        "valid_until": pack.valid_until,
        "synthetic": pack.synthetic,
        "sites": [site.id for site in pack.sites],
        "size_budget_bytes": MOST_BYTES,
        "files": [
            {
                "path": part.path,
                "sha256": hashlib.sha256(part.data).hexdigest(),
                "bytes": len(part.data),
                "count": part.count,
            }
            for part in parts
        ],
    }


def _zip(parts: tuple[Part, ...], manifest: Mapping[str, Any]) -> bytes:
    told = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in [*((p.path, p.data) for p in parts), ("manifest.json", told)]:
            archive.writestr(zipfile.ZipInfo(path, _NO_TIME), data, zipfile.ZIP_DEFLATED)
    return held.getvalue()


def _readme(pack: PackInput, channels: Sequence[str], credit: str, lang: str | None) -> bytes:
    """Write one page: what to tap, and where each of the other files is opened."""
    said = words.say(
        "surveys.pack.readme",
        lang=lang,
        team=pack.team,
        study=pack.study_name,
        n=len(pack.sites),
        valid_until=pack.valid_until,
    )
    notice = [words.say("surveys.web.synthetic", lang=lang)] if pack.synthetic else []
    more = [words.say(f"surveys.pack.readme.{name}", lang=lang) for name in channels]
    if "tiles" in channels and "osmand" in channels:
        more.append(words.say("surveys.pack.readme.osmand_map", lang=lang))
    if more:
        more = ["", words.say("surveys.pack.readme.more", lang=lang), *more]
    if credit:
        more.append(words.say("surveys.pack.readme.credit", lang=lang, credit=credit))
    lines = "\n".join([*notice, said, *more]).split("\n")
    return ("\r\n".join(lines) + "\r\n").encode()

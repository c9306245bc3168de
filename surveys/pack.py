"""The map pack: everything a team carries, written whole, checked before it leaves."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import words
from geo.errors import StudyError
from geo.files import written_whole
from surveys.gpx import gpx_bytes
from surveys.kmz import kmz_bytes
from surveys.sheets import sheets_pdf
from surveys.sites import PackInput
from surveys.webform import webform_html
from surveys.xlsform import xlsform_files

MOST_BYTES = 40 * 1024 * 1024
"""What a pack may weigh; more does not travel by phone in the mountains."""
MAP, FORM, SHEETS, README = "1-peta.kmz", "2-formulir.html", "3-lembar-kertas.pdf", "BACA-DULU.txt"
GPX = "lanjutan/osmand/lokasi.gpx"
_LISTS, _UNPLACED = ("sites.geojson", "sites.csv"), "unplaced.csv"
CHANNELS = ("odk", "kobo", "osmand")
"""What can lie under ``lanjutan/`` besides, for offices that use these apps."""
_NO_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One file of a pack, and how many sites must be found in it when it is opened again."""

    path: str
    data: bytes
    count: int


def pack_parts(
    pack: PackInput, *, channels: Sequence[str] = (), lang: str | None = None
) -> tuple[Part, ...]:
    """Write every file of a pack in memory.

    Parameters
    ----------
    pack : PackInput
    channels : sequence of `CHANNELS`
        Besides the three things to tap.
    lang : {"id", "en"}, optional

    Returns
    -------
    tuple of Part
        Three things to tap, and one page of instructions.
    """
    n = len(pack.sites)
    return (
        Part(path=MAP, data=kmz_bytes(pack, lang=lang), count=n),
        Part(path=FORM, data=webform_html(pack, lang=lang), count=n),
        Part(path=SHEETS, data=sheets_pdf(pack, lang=lang), count=n),
        Part(path=README, data=_readme(pack, lang), count=0),
        *(part for name in CHANNELS if name in channels for part in _channel(pack, name, lang)),
    )


def _channel(pack: PackInput, name: str, lang: str | None) -> list[Part]:
    placed = sum(site.lon is not None for site in pack.sites)
    counts = dict.fromkeys(_LISTS, placed) | {_UNPLACED: len(pack.sites) - placed}
    if name == "osmand":
        return [Part(path=GPX, data=gpx_bytes(pack, lang=lang), count=placed)]
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
        ``pack.no_sites``, ``pack.too_big``, ``pack.broken`` (which file), ``file.exists``.
    """
    if not pack.sites:
        raise StudyError("pack.no_sites", team=pack.team)
    parts = pack_parts(pack, channels=channels, lang=lang)
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


def check_pack(path: Path, pack: PackInput) -> None:
    """Open a finished pack and count what is in it.

    Raises
    ------
    StudyError
        ``pack.broken`` with the file that is not what the manifest says.
    """
    with zipfile.ZipFile(path) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        for told in manifest["files"]:
            data = archive.read(told["path"])
            same = hashlib.sha256(data).hexdigest() == told["sha256"]
            counted = _COUNTS.get(told["path"], _nothing)(data, pack)
            if not same or counted != told["count"]:
                raise StudyError("pack.broken", file=told["path"])


def _nothing(_data: bytes, _pack: PackInput) -> int:
    return 0


def _in_map(data: bytes, _pack: PackInput) -> int:
    from defusedxml import ElementTree

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        tree = ElementTree.fromstring(archive.read("doc.kml"))
    return len(tree.findall(".//{*}Data[@name='site']"))


def _in_form(data: bytes, _pack: PackInput) -> int:
    text = data.decode("utf-8")
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
    return len(list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))) - 1


_COUNTS: Mapping[str, Callable[[bytes, PackInput], int]] = {
    MAP: _in_map,
    FORM: _in_form,
    SHEETS: _in_sheets,
    GPX: _in_gpx,
    "lanjutan/odk/sites.geojson": _in_geojson,
    "lanjutan/odk/unplaced.csv": _in_csv,
    "lanjutan/kobo/sites.csv": _in_csv,
    "lanjutan/kobo/unplaced.csv": _in_csv,
}


def _readme(pack: PackInput, lang: str | None) -> bytes:
    said = words.say(
        "surveys.pack.readme",
        lang=lang,
        team=pack.team,
        study=pack.study_name,
        n=len(pack.sites),
        valid_until=pack.valid_until,
    )
    notice = [words.say("surveys.web.synthetic", lang=lang)] if pack.synthetic else []
    return ("\r\n".join([*notice, *said.split("\n")]) + "\r\n").encode()

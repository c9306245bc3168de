"""The survey as an XLSForm for ODK and KoboToolbox, with the sites a team visits beside it."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from geo.errors import StudyError
from geo.files import written_whole
from surveys.marks import day_colour, numbered, site_lines
from surveys.sites import PackInput, PackSite
from surveys.xlsform_rows import (
    LANGUAGES,
    Flavour,
    Row,
    SiteFiles,
    choice_rows,
    columns,
    survey_rows,
)

_NO_TIME = (1980, 1, 1, 0, 0, 0)
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")
_FORMULA = ("=", "+", "-", "@")
_CHOICES = ("list_name", "name")
_LONGEST_SLUG = 20


def write_xlsform(
    pack: PackInput, folder: Path, *, flavour: Flavour = "odk", lang: str | None = None
) -> list[Path]:
    """Write a team's XLSForm and the files it names into a folder.

    Parameters
    ----------
    pack : PackInput
        Sites in EPSG:4326; one without a point is chosen from a list instead of the map.
    folder : Path
        Made when missing; nothing in it is replaced.
    flavour : {"odk", "kobo"}
        ODK takes the sites as GeoJSON, Kobo as CSV with a ``geometry`` column.
    lang : {"id", "en"}, optional
        The language the form opens in; it holds both.

    Returns
    -------
    list of Path
        The form first, then its media, which are uploaded beside it under the same names.

    Raises
    ------
    StudyError
        ``pack.no_sites``; ``file.exists``.
    """
    written = []
    for name, data in xlsform_files(pack, flavour=flavour, lang=lang).items():
        path = folder / name
        with written_whole(path) as temporary:
            temporary.write_bytes(data)
        written.append(path)
    return written


def xlsform_files(
    pack: PackInput, *, flavour: Flavour = "odk", lang: str | None = None
) -> dict[str, bytes]:
    """Make the form and its media in memory, by file name: the same bytes for the same pack.

    Raises
    ------
    StudyError
        ``pack.no_sites``: a form without a site to choose cannot be sent.
    """
    if not pack.sites:
        raise StudyError("pack.no_sites", team=pack.team)
    placed = [site for site in pack.sites if site.lon is not None]
    unplaced = [site for site in pack.sites if site.lon is None]
    files = SiteFiles(
        placed=("sites.geojson" if flavour == "odk" else "sites.csv") if placed else "",
        unplaced="unplaced.csv" if unplaced else "",
    )
    made = {f"tapak-{flavour}.xlsx": _workbook(pack, files, lang)}
    if placed:
        made[files.placed] = _geojson(placed, lang) if flavour == "odk" else _csv(placed, lang)
    if unplaced:
        made[files.unplaced] = _csv(unplaced, lang)
    return made


def _workbook(pack: PackInput, files: SiteFiles, lang: str | None) -> bytes:
    """Write the three sheets; cells are text, so that a name beginning with "=" stays a name."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    book.properties.creator = "Tapak"
    survey = survey_rows(pack, files)
    choices = choice_rows(pack.spec)
    named = (
        ("survey", columns(survey), survey),
        ("choices", [*_CHOICES, *columns(choices, but=_CHOICES)], choices),
        ("settings", list(_settings(pack, lang)), [_settings(pack, lang)]),
    )
    for title, heads, rows in named:
        sheet = book.create_sheet(title)
        lines: Iterable[Sequence[str]] = [heads, *([row.get(h, "") for h in heads] for row in rows)]
        for i, line in enumerate(lines, start=1):
            for j, text in enumerate(line, start=1):
                if text:
                    cell = sheet.cell(row=i, column=j, value=_plain(text))
                    cell.data_type = "s"
    held = io.BytesIO()
    book.save(held)
    return _timeless(held.getvalue())


def _settings(pack: PackInput, lang: str | None) -> Row:
    return {
        "form_title": _unreferenced(f"{pack.study_name} · {pack.team}"),
        "form_id": f"tapak_{pack.spec.letter.lower()}_{_slug(pack.team)}",
        "version": pack.form_version,
        "default_language": LANGUAGES["en" if lang == "en" else "id"],
        "instance_name": "concat(${site}, ' · ', ${surveyor})",
    }


def _unreferenced(text: str) -> str:
    """Part a dollar from its brace: together they would name a question."""
    return text.replace("${", "$ {")


def _slug(text: str) -> str:
    """Make an id of a team's name; one that loses letters by it gets a mark of its own."""
    slug = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")[:_LONGEST_SLUG]
    if slug == text.lower():
        return slug
    mark = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:6]
    return f"{slug}_{mark}".lstrip("_")


def _plain(text: str) -> str:
    """Drop what XML cannot carry."""
    kept = "".join(c for c in text if c >= " " and c not in "\ufffe\uffff")
    return kept.encode("utf-8", "replace").decode()


def _timeless(raw: bytes) -> bytes:
    """Write a workbook's zip again without the hour it was saved."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as told, zipfile.ZipFile(held, "w") as archive:
        for name in told.namelist():
            data = told.read(name)
            if name == "docProps/core.xml":
                data = re.sub(
                    rb"(<dcterms:created[^>]*>)[^<]*", rb"\g<1>1980-01-01T00:00:00Z", data
                )
                data = _MODIFIED.sub(rb"\g<1>1980-01-01T00:00:00Z", data)
            archive.writestr(zipfile.ZipInfo(name, _NO_TIME), data, zipfile.ZIP_DEFLATED)
    return held.getvalue()


def _told(site: PackSite, lang: str | None) -> dict[str, str]:
    """Say of a site what the form shows: its name in the order of the visits, and what to know."""
    lines = (*site_lines(site, lang), *site.reasons)
    return {
        "label": _plain(numbered(site)),
        "info": _plain(" · ".join(lines)),
        "marker-color": f"#{day_colour(site.day or 0)}",
        "marker-symbol": str(site.order or ""),
    }


def _geojson(sites: Iterable[PackSite], lang: str | None) -> bytes:
    features: list[Mapping[str, object]] = []
    for site in sites:
        told = _told(site, lang)
        title = told.pop("label")
        features.append(
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [site.lon, site.lat]},
                "properties": {"id": site.id, "title": title, **told},
            }
        )
    collection = {"type": "FeatureCollection", "features": features}
    return json.dumps(collection, ensure_ascii=False, indent=1).encode("utf-8", "replace")


def _csv(sites: Sequence[PackSite], lang: str | None) -> bytes:
    """Write sites as a CSV that a spreadsheet opens without running a name as a formula."""
    held = io.StringIO()
    heads = ["name", "label", "geometry", "info", "marker-color", "marker-symbol"]
    writer = csv.writer(held, lineterminator="\r\n")
    writer.writerow(heads)
    for site in sites:
        told = _told(site, lang)
        for name in ("label", "info"):
            if told[name].startswith(_FORMULA):
                told[name] = f"'{told[name]}"
        told["name"] = site.id
        told["geometry"] = "" if site.lon is None else f"{site.lat:.7f} {site.lon:.7f} 0 0"
        writer.writerow([told[head] for head in heads])
    return held.getvalue().encode("utf-8", "replace")

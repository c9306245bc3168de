"""Bringing data from the internet into a study: through the same door as every other file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import shapely

import words
from data.fetch.area import Made, around, box_of, credited
from data.fetch.boundaries import fetch_boundaries
from data.fetch.elevation import fetch_elevation
from data.fetch.fetcher import PATIENT, Fetcher, Manners
from data.fetch.geofabrik import fetch_geofabrik
from data.fetch.population import fetch_population
from data.fetch.sources import Source, chosen, sources
from data.files.layer_types import LayerOptions
from data.layers import read_layer
from data.study_lock import locked
from data.workspace import Study, open_study
from geo.crs import INDONESIA
from geo.errors import InputError
from work.add import add_files
from work.assemble import current_layer
from work.roles import require
from work.tell import added_lines

Progress = Callable[[str, str], None]


def fetch_study(
    folder: Path,
    *,
    what: Sequence[str] = (),
    area: str | None = None,
    use: Sequence[str] = (),
    manners: Manners = PATIENT,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Fetch data for a study's area and add them.

    Everything is fetched before anything is added, so a cut leaves the study as it was; what
    came stays in ``cache/download`` and is resumed. The study is locked only while adding.

    Parameters
    ----------
    folder : Path
        The study.
    what : sequence of str
        Of ``boundaries``, ``osm``, ``elevation``, ``population``; empty = all.
    area : str, optional
        A regency's name or code, or ``minlon,minlat,maxlon,maxlat``. By default the study's
        boundary, else its areas, else ``[area] bounds`` of study.toml.
    use : sequence of str
        Sources instead of the defaults: ``geoboundaries``, ``geofabrik``, ``srtm``.
    manners : Manners
        Patience and politeness.
    progress : callable, optional
        Told ``(what, title of the source)`` before each part.

    Returns
    -------
    dict
        ``{added: [{kind, name, source, licence, attribution, date, url, bytes, sha256, report}]}``.

    Raises
    ------
    UsageError
        ``fetch.what`` · ``fetch.source`` · ``fetch.box``.
    InputError
        ``fetch.no_area``, and every sentence of the network; the study is as it was.
    """
    require("data")
    with open_study(folder) as study:
        known = sources(study.folder)
        picked = chosen(known, tuple(what), tuple(use))
        shape, name = _asked_area(study, area)
        with _downloads(study) as downloads, TemporaryDirectory(prefix="tapak-") as room:
            made = _fetch_all(
                picked,
                known,
                shape=shape,
                name=name,
                tools=(Fetcher(downloads, manners=manners), Path(room)),
                progress=progress or (lambda *_: None),
            )
            return {"added": _added(study, made)}


def add_osm_place(
    folder: Path,
    place: str,
    *,
    manners: Manners = PATIENT,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Fetch OpenStreetMap for a place by its name and add it (``tapak add --osm-place``).

    Returns
    -------
    dict
        As `fetch_study`; each file also says which ``place`` the name was found to mean.

    Raises
    ------
    InputError
        ``fetch.no_place`` when nothing bears the name; else as `fetch_study`.
    """
    from data.fetch.overpass import find_place  # loads osmnx, which only this needs

    require("data")
    with (
        open_study(folder) as study,
        _downloads(study) as downloads,
        TemporaryDirectory(prefix="tapak-") as room,
    ):
        known = sources(study.folder)
        found = find_place(place, source=known["nominatim"], folder=downloads, manners=manners)
        (progress or (lambda *_: None))("osm", found.name)
        made = _overpass(
            found.geometry, known["overpass"], Fetcher(downloads, manners=manners), Path(room)
        )
        told = {**made.options, "place": found.name, "place_osm_id": found.osm_id}
        return {"added": _added(study, [replace(made, options=told)])}


@contextmanager
def _downloads(study: Study) -> Iterator[Path]:
    """Lend the folder of downloads to one fetch at a time: two would write into one part."""
    downloads = study.folder / "cache" / "download"
    downloads.mkdir(parents=True, exist_ok=True)
    with locked(downloads):
        yield downloads


def _asked_area(study: Study, area: str | None) -> tuple[Any, str]:
    """Return the outline that is meant, or the name of a regency still to be found."""
    if area:
        box = box_of(area)
        return (shapely.box(*box), "") if box else (None, area.strip())
    for kind in ("boundary", "areas"):
        layer = current_layer(study, kind)
        if layer is not None:
            return shapely.union_all(layer.geometry.to_numpy()), ""
    bounds = study.settings.area.bounds
    if tuple(bounds) != tuple(INDONESIA):
        return shapely.box(*bounds), ""
    raise InputError("fetch.no_area")


def _fetch_all(
    picked: Sequence[Source],
    known: Mapping[str, Source],
    *,
    shape: Any,
    name: str,
    tools: tuple[Fetcher, Path],
    progress: Progress,
) -> list[Made]:
    """Fetch part by part; the outline found first is what the rest is cut to."""
    fetcher, room = tools
    made: list[Made] = []
    for source in picked:
        progress(source.what, source.title)
        if source.what == "boundaries":
            made += fetch_boundaries(
                name=name, area=shape, source=source, fetcher=fetcher, room=room
            )
            shape = _outline(made[0].path)
            continue
        if shape is None:
            shape = _outline_by_name(name, known, fetcher)
        fetch = {"osm": _osm, "elevation": fetch_elevation, "population": fetch_population}
        made.append(fetch[source.what](shape, source=source, fetcher=fetcher, room=room))
    return made


def _outline(path: Path) -> Any:
    return read_layer("boundary", path, options=LayerOptions()).data.geometry.iloc[0]


def _outline_by_name(name: str, known: Mapping[str, Source], fetcher: Fetcher) -> Any:
    from data.fetch.overpass import find_place

    return find_place(
        name, source=known["nominatim"], folder=fetcher.folder, manners=fetcher.manners
    ).geometry


def _osm(area: Any, *, source: Source, fetcher: Fetcher, room: Path) -> Made:
    if source.key == "geofabrik":
        return fetch_geofabrik(area, source=source, fetcher=fetcher, room=room)
    return _overpass(area, source, fetcher, room)


def _overpass(area: Any, source: Source, fetcher: Fetcher, room: Path) -> Made:
    from data.fetch.overpass import fetch_overpass  # loads osmnx, which only this needs

    answer = fetch_overpass(
        around(area, source.margin_km),
        room / "osm-overpass.osm.pbf",
        source=source,
        folder=fetcher.folder,
        manners=fetcher.manners,
        sleep=fetcher.sleep,
    )
    told = credited(source, url=source.url, date=answer.date, objects=answer.objects)
    return Made(kind="osm", path=answer.path, source=source, options=told)


def _added(study: Study, made: Sequence[Made]) -> list[dict[str, Any]]:
    """Add what was fetched and record with each file where it came from.

    Every file is read once before any is added: what cannot be read leaves the study as it was.
    """
    for each in made:
        read_layer(each.kind, each.path, options=LayerOptions())
    fetched_on = datetime.now(UTC).date().isoformat()
    told: list[dict[str, Any]] = []
    for each in made:
        options = {**each.options, "fetched_on": fetched_on}
        report = add_files(
            study.folder,
            [each.path],
            kind=each.kind,
            options=options,
            source=str(options["source"]),
            licence=str(options["licence"]),
        )
        told.append(_recorded(study, each, options, report))
    return told


def _recorded(
    study: Study, each: Made, options: dict[str, object], report: dict[str, object]
) -> dict[str, Any]:
    """Tell of one file that was fetched and added, as the store has it."""
    file = next(
        f for f in reversed(study.store.files()) if f.kind == each.kind and f.name == each.path.name
    )
    asked = ("source", "licence", "attribution", "date", "url", "place")
    return {
        "kind": each.kind,
        "name": file.name,
        **{name: options[name] for name in asked if name in options},
        "bytes": file.bytes,
        "sha256": file.sha256,
        "report": report,
    }


def fetched_lines(result: Mapping[str, Any]) -> list[str]:
    """Tell what was fetched: a line a file, then its reader's report."""
    lines: list[str] = []
    for file in result["added"]:
        date = file["date"] or words.say("fetch.date_unknown")
        lines.append(words.say("fetch.line", **{**file, "date": date}))
        if "place" in file:
            lines.append(words.say("fetch.place", place=file["place"]))
        lines += added_lines(file["report"])
    return lines

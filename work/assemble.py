"""From a study folder to what the straight line needs: candidates, layers, register."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS

import words
from data.assets.placing import place
from data.files.layer_types import LayerOptions, LayerReading
from data.files.reading import ReadReport
from data.hashes import layer_hash
from data.layers import READER_VERSION, read_layer
from data.layers.first import LayerTold, first_read
from data.layers.peopling import join_population
from data.records import FileRecord
from data.workspace import Study
from geo.crs import to_lonlat, to_metric, utm_crs
from geo.errors import Note
from scoring.candidates import COLUMNS, Candidates
from scoring.layers import Layer, Layers
from work.field import Visits, spread, visited_sites
from work.kept import KeptArrays, KeptOsm

ASSETS = "assets"
_REPEATED = ("candidate", "key", "category", "unit", "source", "layer")
_OPTION_NAMES = ("crs", "full_cover", "columns", "values", "scale", "nodata")


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembled:
    """Everything of a study that a ranking needs, placed and in one metric CRS.

    ``read`` holds every layer as its reader returned it (EPSG:4326), by kind; areas of both
    levels are one frame. ``notes`` are what joining and placing found.
    """

    candidates: Candidates
    layers: Layers
    register: pd.DataFrame
    read: Mapping[str, Layer]
    files: tuple[FileRecord, ...]
    notes: tuple[Note, ...]
    synthetic: bool
    visits: Visits = field(default_factory=Visits)

    def credit(self, kinds: Sequence[str]) -> str:
        """Name the sources of what is drawn, each once; OpenStreetMap always by its licence."""
        shown = [self.read[kind] for kind in kinds if kind in self.read]
        if "osm" in self.read and "osm" not in kinds:
            shown.append(self.read["osm"])
        return " · ".join(dict.fromkeys(_credit(layer) for layer in shown))


def layer_options(study: Study, record: FileRecord) -> LayerOptions:
    """Return how a layer's file is read: what came with it, and what study.toml states on top."""
    told = {**record.options, **study.settings.layer(record.kind).stated()}
    area = study.settings.area
    given: dict[str, Any] = {name: told[name] for name in _OPTION_NAMES if name in told}
    return LayerOptions(utm_zone=area.utm_zone, bounds=area.bounds, **given)


def read_record(study: Study, record: FileRecord) -> tuple[LayerReading, str]:
    """Read one file and return it with its hash; parts of an OSM extract load when asked for."""
    options, path = layer_options(study, record), study.input_path(record)
    key = layer_hash(record.kind, record.sha256, READER_VERSION, _canonical(options))
    if record.kind != "osm":
        return read_layer(record.kind, path, options=options), key
    report = ReadReport(kind=record.kind, accepted=0)
    return LayerReading(kind=record.kind, data=KeptOsm(study, key, path), report=report), key


def first_account(study: Study, record: FileRecord) -> LayerTold:
    """Read a file for the first time, apart, and return its account; an OSM extract is kept."""
    options, path = layer_options(study, record), study.input_path(record)
    if record.kind != "osm":
        return first_read(record.kind, path, options)
    key = layer_hash(record.kind, record.sha256, READER_VERSION, _canonical(options))
    count = KeptOsm(study, key, path).parse_apart()
    return LayerTold(report=ReadReport(kind=record.kind, accepted=count))


def read_current(study: Study, kind: str) -> Layer | None:
    """Read the current files of a kind as one layer, or None when the study has none."""
    records = [f for f in study.store.files() if f.kind == kind]
    if not records:
        return None
    readings, hashes = zip(*(read_record(study, record) for record in records), strict=True)
    stated = study.settings.layer(kind)
    data = readings[0].data
    if len(readings) > 1:
        data = pd.concat([r.data for r in readings], ignore_index=True)
    return Layer(
        kind=kind,
        hash=hashes[0]
        if len(hashes) == 1
        else layer_hash(kind, "+".join(hashes), READER_VERSION, {}),
        source=", ".join(record.name for record in records),
        data=data,
        values=readings[0].values,
        full_cover=any(layer_options(study, record).full_cover for record in records),
        settle_nodata=bool(stated.settle_nodata),
        licence=stated.licence or records[0].licence,
        date=stated.date or str(records[0].options.get("date", "")),
        attribution=str(records[0].options.get("attribution", "")),
    )


def _canonical(options: LayerOptions) -> dict[str, object]:
    return {
        name: dict(value) if isinstance(value, Mapping) else value
        for name in (*_OPTION_NAMES, "layer", "utm_zone")
        if (value := getattr(options, name)) is not None
    }


def current_layer(study: Study, kind: str) -> Any:
    """Return the data of a kind as its reader gives it, or None."""
    layer = read_current(study, kind)
    return None if layer is None else layer.data


def metric_crs(
    study: Study, read: Mapping[str, Layer], sites: Callable[[], gpd.GeoDataFrame]
) -> CRS:
    """Return the CRS everything is measured in: stated, else the UTM zone of the boundary."""
    if study.settings.area.crs:
        return CRS.from_epsg(study.settings.area.crs)
    for kind in ("boundary", "areas"):
        if kind in read:
            return utm_crs(read[kind].data.geometry.union_all())
    points = sites().geometry.dropna()
    if len(points):
        return utm_crs(points.union_all())
    zone = study.settings.area.utm_zone
    return CRS.from_epsg((32700 if zone.endswith("S") else 32600) + int(zone[:-1]))


def assemble(study: Study, *, begun: Callable[[Layers], object] | None = None) -> Assembled:
    """Read every current file, join what belongs together, and place the candidates.

    Places are judged against boundary and areas here, at every ranking, so the order in which
    files were added never matters. ``begun`` is told the layers before the candidates are read:
    what needs no place can begin.
    """
    files = study.store.files()
    kinds = dict.fromkeys(f.kind for f in files if f.kind != ASSETS)
    read = {kind: layer for kind in kinds if (layer := read_current(study, kind)) is not None}
    joined, notes = _joined(read)
    visited = cache(lambda: visited_sites(study))
    layers = Layers(
        crs=metric_crs(study, read, lambda: visited()[0]),
        by_kind={**read, **joined},
        speeds=study.settings.travel,
        store=KeptArrays(study),
    )
    if begun is not None:
        begun(layers)
    sites, visits = visited()
    areas = read["areas"].data if "areas" in read else None
    boundary = read["boundary"].data if "boundary" in read else None
    placed = place(sites, areas=areas, boundary=boundary, bounds=study.settings.area.bounds)
    stands = spread(placed.sites, visits)
    return Assembled(
        candidates=_candidates(stands, set(placed.excluded["id"]), layers.crs, files),
        layers=layers,
        register=_register(study),
        read=read,
        files=files,
        notes=(*notes, *placed.notes),
        synthetic=any(f.options.get("synthetic") for f in files),
        visits=visits,
    )


def _candidates(
    sites: gpd.GeoDataFrame, outside: set[str], crs: CRS, files: tuple[FileRecord, ...]
) -> Candidates:
    name_of = {f.sha256: f.name for f in files}
    frame = to_metric(sites, crs=crs)
    points = to_lonlat(sites).geometry.where(sites["placed"] == "point")
    frame = frame.assign(
        lon=points.x.to_numpy(dtype=float),
        lat=points.y.to_numpy(dtype=float),
        out_of_area=frame["id"].isin(outside).to_numpy(dtype=bool),
        source=[name_of.get(sha, "") for sha in sites["file_sha256"]],
    )
    for name in COLUMNS:
        if name not in frame:
            frame[name] = ""
    return Candidates(frame=frame.reset_index(drop=True))


def _register(study: Study) -> pd.DataFrame:
    values = study.store.register_values()
    values = values.rename(columns={"file_name": "source", "file_sha256": "layer"})
    return values.astype(dict.fromkeys(_REPEATED, "category"))


def _joined(read: Mapping[str, Layer]) -> tuple[dict[str, Layer], list[Note]]:
    """Layers that only stand on others: people, places, streets, indicators by code."""
    found: dict[str, Layer] = {}
    notes: list[Note] = []
    if "population" in read:
        found["people"], notes = _people(read)
    places = _places(read)
    if places is not None:
        found["places"] = places
    if "osm" in read:
        osm = read["osm"]
        found["streets"] = _derived("streets", [osm], lambda: osm.data.streets)
        found["buildings"] = _derived("buildings", [osm], lambda: osm.data.buildings)
    if "indicators" in read and "areas" in read:
        found["indicators"] = _derived(
            "indicators", [read["indicators"], read["areas"]], _coded(read)
        )
    return found, notes


def _derived(kind: str, parents: list[Layer], data: Any) -> Layer:
    return Layer(
        kind=kind,
        hash=layer_hash(kind, "+".join(p.hash for p in parents), READER_VERSION, {}),
        source=", ".join(p.source for p in parents),
        data=data,
    )


def _people(read: Mapping[str, Layer]) -> tuple[Layer, list[Note]]:
    population = read["population"]
    if "geometry" in population.data:
        return _derived("people", [population], population.data), []
    if "areas" not in read:
        nothing = gpd.GeoDataFrame(
            {"population": [], "kecamatan": []}, geometry=[], crs="EPSG:4326"
        )
        return _derived("people", [population], nothing), []
    areas = read["areas"].data
    desa = areas.loc[areas["level"] == "desa"] if (areas["level"] == "desa").any() else areas
    people, notes = join_population(desa.reset_index(drop=True), population.data)
    frame = desa.assign(population=people)
    known = frame.loc[np.isfinite(people)].reset_index(drop=True)
    return _derived("people", [population, read["areas"]], known), notes


def _places(read: Mapping[str, Layer]) -> Layer | None:
    parts, parents = [], []
    for kind in ("osm", "facilities"):
        if kind in read:
            data = read[kind].data
            parts.append((data.places if kind == "osm" else data)[["kind", "name", "geometry"]])
            parents.append(read[kind])
    if not parts:
        return None
    return _derived("places", parents, pd.concat(parts, ignore_index=True))


def _coded(read: Mapping[str, Layer]) -> pd.DataFrame:
    """Give every indicator row the code of its area: its own, else by name in the kecamatan."""
    from data.gazetteer import Gazetteer

    table, areas = read["indicators"].data, read["areas"].data
    gazetteer = Gazetteer(areas)
    found = [
        code or _code_at(areas, gazetteer.find(desa, kecamatan))
        for code, desa, kecamatan in zip(
            table["code"], table["name"], table["kecamatan"], strict=True
        )
    ]
    coded: pd.DataFrame = table.assign(code=found)
    return coded


def _code_at(areas: gpd.GeoDataFrame, index: int | None) -> str:
    return "" if index is None else str(areas["code"].iloc[index])


def _credit(layer: Layer) -> str:
    licence = layer.licence or (words.say("layer.osm") if layer.kind == "osm" else "")
    source = layer.attribution or layer.source
    return words.say("layer.credit", source=source, licence=licence) if licence else source

"""One regency of the nation, cut out of the demo district's land and laid somewhere else."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from data.demo import NAMES
from data.demo import hazards as demo_hazards
from data.demo import tables as demo_tables
from data.demo.facts import CRS_M, KECAMATAN, SYNTHETIC
from data.demo.files import lonlat, write_csv, write_raster, write_shapes
from data.demo.ground import Floats, Grid, Ground, Ints, make_ground
from data.demo.land import Land, make_land
from data.demo.osm_file import write_osm
from data.demo.places import make_houses, make_places
from data.demo.register import HEADER, make_register
from data.demo.streets import Streets, make_streets

POOL = 2
"""So many lands are invented; every regency is cut out of one of them at another place."""
RIM_CELLS = 20
ACROSS = 24
STEP_M = (26_000.0, -34_000.0)
FIRST_M = (-140_000.0, 730_000.0)
"""Regencies lie in rows of 24 within UTM zone 49S, from the equator to 7.5° south."""
SERVED = ("trunk", "primary", "secondary")
_NO_ELEVATION = -9999.0
WORDS = ("Mandiri", "Maju", "Berkembang", "Tertinggal", "Sangat Tertinggal")
_ODDS = (0.25, 0.37, 0.28, 0.08, 0.02)


@dataclass(frozen=True, slots=True)
class Whole:
    """The demo district's land with all on it, to be cut from."""

    ground: Ground
    land: Land
    streets: Streets
    xy: Floats
    node_desa: Ints
    index: Any
    frames: dict[str, Any]


@cache
def whole(number: int) -> Whole:
    """Invent one land of the pool; the same number, the same land."""

    def rng(part: str) -> np.random.Generator:
        return np.random.default_rng([number + 1, *part.encode()])

    ground = make_ground(rng("ground"), grid=Grid())
    land = make_land(rng("land"), ground=ground)
    streets = make_streets(rng("streets"), land=land, ground=ground)
    index = demo_hazards.landslide_index(rng("landslide"), land=land, ground=ground)
    frames = demo_hazards.hazard_polygons(rng("zones"), land=land, ground=ground)
    frames["events"] = demo_hazards.landslide_events(
        rng("events"), land=land, grid=ground.grid, index=index
    )
    frames["land-cover"] = demo_hazards.land_cover(rng("cover"), land=land, ground=ground)
    xy = streets.xy
    row, column = ground.grid.cells(xy)
    return Whole(ground, land, streets, xy, land.labels[row, column], index, frames)


def write_files(
    folder: Path,
    *,
    seed: int,
    at: int,
    code: str,
    area_km2: float,
    people: int,
    houses: int,
    sites: int,
    regencies: int,
) -> list[tuple[str, Path, bool]]:
    """Write every layer and the register of one regency; (kind, path, full cover) of each."""

    def rng(part: str) -> np.random.Generator:
        return np.random.default_rng([seed, at, *part.encode()])

    folder.mkdir(parents=True, exist_ok=True)
    paths = {kind: folder / name for kind, name, _ in NAMES}
    paths["assets"] = folder / "daftar_aset_sintetis.csv"
    land = whole((seed + at) % POOL)
    by_m = np.array(FIRST_M) + np.array(STEP_M) * np.array([at % ACROSS, at // ACROSS])
    chosen = _desa(rng("place"), land.land, area_km2)
    here = _land(land.land, chosen, code, by_m, regencies)
    streets = _streets(land, chosen, by_m)
    counts = _people(rng("people"), here, people)
    places = make_places(rng("places"), land=here, streets=streets)
    _write_ground(paths, land, chosen, by_m)
    _write_areas(paths, here, code, regencies)
    _write_tables(paths, rng("tables"), here, counts)
    demo_tables.write_facilities(paths["facilities"], places=places, overwrite=True)
    built = make_houses(rng("houses"), streets=streets, people=counts, count=houses)
    write_osm(paths["osm"], streets=streets, places=places, houses=built, overwrite=True)
    rows = make_register(rng("register"), land=here, streets=streets, scale=sites / 420)[:sites]
    cells = [[i + 1, *row.cells[1:-1]] for i, row in enumerate(rows)]
    write_csv(paths["assets"], HEADER[:-1], cells, overwrite=True)
    return [(kind, paths[kind], cover) for kind, _, cover in NAMES]


def _desa(rng: np.random.Generator, land: Land, area_km2: float) -> Ints:
    """Take a desa and those around it until they cover the area; all of them at most."""
    middle = land.centre_m[rng.integers(len(land.centre_m))]
    near = np.argsort(np.hypot(*(land.centre_m - middle).T), kind="stable")
    held = np.cumsum(land.areas["luas_km2"].to_numpy()[near])
    return np.sort(near[: max(3, int(np.searchsorted(held, area_km2)) + 1)])


def _land(land: Land, chosen: Ints, code: str, by_m: Floats, regencies: int) -> Land:
    areas = land.areas.iloc[chosen].reset_index(drop=True)
    kecamatan = land.kecamatan_of[chosen]
    own = np.unique(kecamatan)
    regency = {k: i * regencies // len(own) for i, k in enumerate(own.tolist())}
    codes = [
        f"{_regency(code, regency[k])}{old[5:]}"
        for k, old in zip(kecamatan.tolist(), areas["kode_kemendagri"], strict=True)
    ]
    areas = areas.assign(kode_kemendagri=codes, geometry=areas.geometry.translate(by_m[0], by_m[1]))
    place = np.full(len(land.centre_m) + 1, -1)
    place[chosen] = np.arange(len(chosen))
    labels = place[land.labels]
    return Land(areas, kecamatan, land.centre_m[chosen] + by_m, labels)


def _regency(code: str, number: int) -> str:
    return f"{code[:3]}{int(code[3:]) + number:02d}"


def _streets(land: Whole, chosen: Ints, by_m: Floats) -> Streets:
    """Keep the ways that touch the desa, and the plots along them; nodes are numbered anew."""
    inside = np.isin(land.node_desa, chosen)
    place = np.full(len(land.land.centre_m), -1)
    place[chosen] = np.arange(len(chosen))
    plots = [(a, b, int(place[d])) for a, b, d in land.streets.plots if place[d] >= 0]
    inside[[n for a, b, _ in plots for n in (a, b)]] = True
    ways = [(ids, tags) for ids, tags in land.streets.ways if inside[ids].any()]
    if not any(tags["highway"] in SERVED for _, tags in ways):  # some road has to be served
        ways[0] = (ways[0][0], ways[0][1] | {"highway": "secondary"})
    used = np.unique(np.concatenate([ids for ids, _ in ways]))
    number = np.full(len(land.xy), -1)
    number[used] = np.arange(len(used))
    centres = place[land.streets.centres]
    kecamatan = land.land.kecamatan_of[chosen]
    for k in np.flatnonzero(centres < 0).tolist():
        own = np.flatnonzero(kecamatan == k)
        centres[k] = own[0] if len(own) else 0
    return Streets(
        chunks=[land.xy[used] + by_m],
        ways=[(number[ids], tags) for ids, tags in ways],
        plots=[(int(number[a]), int(number[b]), d) for a, b, d in plots],
        centres=centres,
        count=len(used),
    )


def _people(rng: np.random.Generator, land: Land, people: int) -> Ints:
    share = land.areas["luas_km2"].to_numpy() ** 0.6 * rng.lognormal(0.0, 0.4, len(land.areas))
    return np.maximum(rng.multinomial(people, share / share.sum()), 1).astype(np.int64)


def _write_ground(paths: dict[str, Path], land: Whole, chosen: Ints, by_m: Floats) -> None:
    """Write the window of the rasters around the desa, and what lies in it of the vectors."""
    grid = land.ground.grid
    rows, columns = np.nonzero(np.isin(land.land.labels, chosen))
    top, left = max(rows.min() - RIM_CELLS, 0), max(columns.min() - RIM_CELLS, 0)
    box = np.s_[top : rows.max() + RIM_CELLS, left : columns.max() + RIM_CELLS]
    height = land.ground.elevation_m[box].astype(np.float32)
    west, north = grid.west_m + left * grid.cell_m, grid.north_m - top * grid.cell_m
    here = replace(
        grid,
        west_m=west + by_m[0],
        north_m=north + by_m[1],
        width=height.shape[1],
        height=height.shape[0],
    )
    write_raster(paths["elevation"], height, grid=here, nodata=_NO_ELEVATION, overwrite=True)
    index = land.index[box]
    unknown = demo_hazards.UNKNOWN
    write_raster(paths["landslide"], index, grid=here, nodata=unknown, overwrite=True)
    south = north - height.shape[0] * grid.cell_m
    window = shapely.box(west, south, west + height.shape[1] * grid.cell_m, north)
    for kind, frame in land.frames.items():
        inside = frame.loc[frame.geometry.intersects(window)]
        inside = inside if len(inside) else frame.iloc[:1]  # no reader takes a layer of nothing
        moved = inside.set_geometry(inside.geometry.translate(by_m[0], by_m[1]))
        write_shapes(paths[kind], moved.reset_index(drop=True), overwrite=True)


def _write_areas(paths: dict[str, Path], land: Land, code: str, regencies: int) -> None:
    import geopandas as gpd

    whose = land.areas["kode_kemendagri"].str[:5]
    codes = [c for n in range(regencies) if (c := _regency(code, n)) in set(whose)]
    outlines = [shapely.union_all(np.asarray(land.areas.geometry[whose == c])) for c in codes]
    columns: dict[str, Any] = {"kode_kemendagri": codes, "keterangan": SYNTHETIC}
    columns["kabupaten"] = [f"Kabupaten {c}" for c in codes]
    write_shapes(
        paths["boundary"], gpd.GeoDataFrame(columns, geometry=outlines, crs=CRS_M), overwrite=True
    )
    write_shapes(paths["areas"], land.areas, overwrite=True)


def _write_tables(
    paths: dict[str, Path], rng: np.random.Generator, land: Land, people: Ints
) -> None:
    demo_tables.write_people(paths["population"], land=land, people=people, overwrite=True)
    named = land.areas[["kode_kemendagri", "desa", "kecamatan"]].itertuples(index=False)
    status = rng.choice(WORDS, len(people), p=_ODDS).tolist()
    header = ("kode", "desa", "kecamatan", "status_indeks_desa")
    rows = [(*row, word) for row, word in zip(named, status, strict=True)]
    write_csv(paths["indicators"], header, rows, overwrite=True)
    demand = [
        (land.areas["kode_kemendagri"].iloc[int(own[0])][:8], KECAMATAN[k].name,
         int(rng.poisson(people[own].sum() / 4000) + 5), 80)
        for k in np.unique(land.kecamatan_of).tolist()
        if len(own := np.flatnonzero(land.kecamatan_of == k))
    ]  # fmt: skip
    header = ("kode", "kecamatan", "putusan_per_tahun", "jam_rata_rata")
    write_csv(paths["demand"], header, demand, overwrite=True)
    office = lonlat(land.centre_m[:1])[0]
    row = ("Bapas sintetis", f"{office[1]:.6f}", f"{office[0]:.6f}", "ya")
    write_csv(paths["offices"], ("nama", "lat", "lon", "aktif"), [row], overwrite=True)

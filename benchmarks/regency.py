"""The bench regency: files like an office brings, of a whole regency's size, all invented.

At ``area=1`` and ``density=1``: 278 desa in 20 kecamatan (names, people and areas as published,
shapes invented), about 350,000 street nodes, 290,000 houses and 10,000 places in one ``.osm.pbf``,
a 2,000 × 2,000 elevation model and landslide index (36 m cells), hazard polygons, events, land
cover, tables of people, demand, facilities and offices, and one asset register (CSV) of each size
asked for, in the six ways in which offices write coordinates. ``area=4`` and ``area=10`` lay so
many such regencies side by side: the same ground, other streets, houses, places and registers.
The same seed and library versions write the same bytes. Run it to have the files:

    python benchmarks/regency.py FOLDER [--area 1] [--candidates 500,5000,50000] [--density 1]
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks import regency_streets
from data.demo import NAMES, DemoFile
from data.demo import hazards as demo_hazards
from data.demo import tables as demo_tables
from data.demo.facts import CRS_M, KECAMATAN, SYNTHETIC
from data.demo.files import write_csv, write_raster, write_shapes
from data.demo.ground import Floats, Grid, Ground, Ints, make_ground
from data.demo.land import TOWN, Land, make_land
from data.demo.osm_file import write_osm
from data.demo.places import Places
from data.demo.register import HEADER, ROWS, Row, changed, make_register
from data.demo.streets import Streets

FINE = Grid(cell_m=36.0, width=2000, height=2000)
"""The elevation model and the landslide index of one regency."""
TILE_M = 72_000.0
COLUMNS = {1: 1, 4: 2, 10: 5}
"""Regencies in a row, by area: all stay within UTM zone 49S."""
REGISTERS = (500, 5_000, 50_000)
_NO_ELEVATION = -9999.0


@dataclass(frozen=True, slots=True)
class Regency:
    """What was written.

    Parameters
    ----------
    files : tuple of DemoFile
        The layers, in the order in which they are best added.
    registers : dict
        Asset registers by number of rows.
    """

    files: tuple[DemoFile, ...]
    registers: dict[int, Path]

    def path(self, kind: str) -> Path:
        """Return the file of a kind of layer."""
        return next(file.path for file in self.files if file.kind == kind)


@dataclass(frozen=True, slots=True)
class Tile:
    """One regency of the area, where it lies."""

    land: Land
    streets: Streets
    places: Places
    houses: Floats
    people: Ints
    kecamatan: tuple[str, ...]


def write_regency(
    folder: Path,
    *,
    seed: int = 1,
    area: int = 1,
    candidates: Sequence[int] = REGISTERS,
    density: float = 1.0,
) -> Regency:
    """Invent the bench regency and write all its files (see the module's own words).

    Parameters
    ----------
    folder : Path
        Made when missing; files of the same names are replaced.
    seed : int
    area : {1, 4, 10}
        So many regencies side by side.
    candidates : sequence of int
        Rows of each register, over the whole area; at least 40 a regency.
    density : float
        Times the hamlets, houses and places; the ground stays.
    """
    folder.mkdir(parents=True, exist_ok=True)
    made = tuple(DemoFile(k, folder / n, cover) for k, n, cover in NAMES if k != "assets")
    paths = {file.kind: file.path for file in made}
    fine = make_ground(_stream(seed, "ground"), grid=FINE)
    ground = _coarse(fine)
    land = make_land(_stream(seed, "land"), ground=ground)
    tiles = [_tile(seed, i, area, land, ground, density) for i in range(area)]
    _write_ground(paths, seed, land, ground, fine, area)
    _write_areas(paths, tiles)
    _write_tables(paths, seed, tiles)
    _write_osm(paths["osm"], tiles)
    registers = {}
    for rows in candidates:
        registers[rows] = folder / f"daftar_aset_{rows}_sintetis.csv"
        _write_register(registers[rows], _stream(seed, f"register {rows}"), tiles, rows)
    return Regency(made, registers)


def _stream(seed: int, part: str) -> np.random.Generator:
    return np.random.default_rng([seed, *part.encode()])


def _coarse(fine: Ground) -> Ground:
    """Take the fine ground's values at the centres of the demo's own grid."""
    grid = Grid()
    east, north = grid.centres()
    at = fine.grid.cells(np.column_stack([east.ravel(), north.ravel()]))
    names = ("elevation_m", "slope_deg", "river_m", "branch_m", "above_river_m")
    taken = {name: getattr(fine, name)[at].reshape(grid.shape) for name in names}
    return replace(fine, grid=grid, **taken)


def _fine_land(land: Land) -> Land:
    """Label the fine grid by desa."""
    grid = Grid()
    east, north = FINE.centres()
    row, column = grid.cells(np.column_stack([east.ravel(), north.ravel()]))
    below = north.ravel() < grid.north_m - grid.height * grid.cell_m
    labels = np.where(below, -1, land.labels[row, column]).reshape(FINE.shape)
    return replace(land, labels=labels)


def _shift(tile: int, area: int) -> Floats:
    row, column = divmod(tile, COLUMNS[area])
    return np.array([column * TILE_M, -row * TILE_M])


def _tile(seed: int, tile: int, area: int, land: Land, ground: Ground, density: float) -> Tile:
    """Invent one regency's streets and what stands along them."""

    def rng(part: str) -> np.random.Generator:
        return _stream(seed, f"{part} {tile}")

    by_m = _shift(tile, area)
    here = regency_streets.make_network(rng("streets"), land=land, ground=ground, density=density)
    streets = regency_streets.shifted(here, by_m)
    there = regency_streets.moved(land, tile, by_m)
    people = demo_tables.make_people(rng("people"), land=land, centres=streets.centres)
    places = regency_streets.make_all_places(
        rng("places"), land=there, streets=streets, density=density
    )
    houses = regency_streets.make_all_houses(
        rng("houses"), streets=streets, people=people, density=density
    )
    regency_streets.add_ferry(streets, by_m)
    return Tile(
        land=there,
        streets=streets,
        places=places,
        houses=houses,
        people=people,
        kecamatan=tuple(f"{k.name} {tile + 1}" if tile else k.name for k in KECAMATAN),
    )


def _write_ground(
    paths: dict[str, Path], seed: int, land: Land, ground: Ground, fine: Ground, area: int
) -> None:
    """Write the rasters, the hazard polygons, the events and the land cover of all tiles."""
    everywhere = _fine_land(land)
    around = demo_hazards.near_district(everywhere, cells=14)
    height = np.where(around, fine.elevation_m, _NO_ELEVATION).astype(np.float32)
    index = demo_hazards.landslide_index(_stream(seed, "landslide"), land=everywhere, ground=fine)
    across, down = COLUMNS[area], area // COLUMNS[area]
    grid = replace(FINE, width=FINE.width * across, height=FINE.height * down)
    for kind, values, nodata in (
        ("elevation", height, _NO_ELEVATION),
        ("landslide", index, demo_hazards.UNKNOWN),
    ):
        whole = np.tile(values, (down, across))
        write_raster(paths[kind], whole, grid=grid, nodata=nodata, overwrite=True)
    frames = demo_hazards.hazard_polygons(_stream(seed, "zones"), land=land, ground=ground)
    frames["events"] = demo_hazards.landslide_events(
        _stream(seed, "events"), land=everywhere, grid=FINE, index=index
    )
    frames["land-cover"] = demo_hazards.land_cover(_stream(seed, "cover"), land=land, ground=ground)
    for kind, frame in frames.items():
        write_shapes(paths[kind], _everywhere(frame, area), overwrite=True)


def _everywhere(frame: Any, area: int) -> Any:
    import pandas as pd

    parts = [
        frame.set_geometry(frame.geometry.translate(*_shift(tile, area))) for tile in range(area)
    ]
    return pd.concat(parts, ignore_index=True)


def _write_areas(paths: dict[str, Path], tiles: list[Tile]) -> None:
    import geopandas as gpd
    import pandas as pd

    areas = pd.concat([tile.land.areas for tile in tiles], ignore_index=True)
    outline = gpd.GeoSeries([tile.land.boundary for tile in tiles], crs=CRS_M).union_all()
    columns = {"kode_kemendagri": ["33.04"], "kabupaten": ["Banjarnegara"], "keterangan": SYNTHETIC}
    whole = gpd.GeoDataFrame(columns, geometry=[outline], crs=CRS_M)
    write_shapes(paths["boundary"], whole, overwrite=True)
    write_shapes(paths["areas"], areas, overwrite=True)


def _write_tables(paths: dict[str, Path], seed: int, tiles: list[Tile]) -> None:
    import pandas as pd

    areas = pd.concat([tile.land.areas for tile in tiles], ignore_index=True)
    every = replace(tiles[0].land, areas=areas)
    people = np.concatenate([tile.people for tile in tiles])
    demo_tables.write_people(paths["population"], land=every, people=people, overwrite=True)
    rng = _stream(seed, "tables")
    words = np.array(["Mandiri", "Maju", "Berkembang", "Tertinggal", "Sangat Tertinggal"])
    status = rng.choice(words, len(areas), p=(0.25, 0.37, 0.28, 0.08, 0.02))
    named = areas[["kode_kemendagri", "desa", "kecamatan"]].itertuples(index=False)
    rows = [(*row, word) for row, word in zip(named, status.tolist(), strict=True)]
    header = ("kode", "desa", "kecamatan", "status_indeks_desa")
    write_csv(paths["indicators"], header, rows, overwrite=True)
    demand = [
        (f"{33 + i}.{k.code[3:]}", name, int(rng.poisson(k.population / 4000) + 5), 80)
        for i, tile in enumerate(tiles)
        for k, name in zip(KECAMATAN, tile.kecamatan, strict=True)
    ]
    header = ("kode", "kecamatan", "putusan_per_tahun", "jam_rata_rata")
    write_csv(paths["demand"], header, demand, overwrite=True)
    demo_tables.write_facilities(paths["facilities"], places=_places(tiles), overwrite=True)
    demo_tables.write_offices(paths["offices"], overwrite=True)


def _places(tiles: list[Tile]) -> Places:
    return Places(
        np.concatenate([tile.places.xy for tile in tiles]),
        tuple(tags for tile in tiles for tags in tile.places.tags),
        np.concatenate([tile.places.drawn for tile in tiles]),
    )


def _write_osm(path: Path, tiles: list[Tile]) -> None:
    towns = []
    for tile in tiles:
        middle = tile.land.centre_m[tile.streets.centres[TOWN]]
        towns.append(int(np.hypot(*(tile.streets.xy - middle).T).argmin()))
    streets = regency_streets.merged([tile.streets for tile in tiles], towns)
    houses = np.concatenate([tile.houses for tile in tiles])
    write_osm(path, streets=streets, places=_places(tiles), houses=houses, overwrite=True)


def _write_register(path: Path, rng: np.random.Generator, tiles: list[Tile], count: int) -> None:
    """Write a register of exactly so many rows, numbered through."""
    rows: list[Row] = []
    for tile in tiles:
        share = -(-count // len(tiles))
        made = make_register(rng, land=tile.land, streets=tile.streets, scale=share / ROWS)
        names = [tile.kecamatan[i] for i in tile.land.kecamatan_of.tolist()]
        rows += [changed(row, "", Kecamatan=names[row.desa]) for row in made[:share]]
    cells = [[i + 1, *row.cells[1:-1]] for i, row in enumerate(rows[:count])]
    write_csv(path, HEADER[:-1], cells, overwrite=True)


def main(told: Callable[[str], None] = print) -> None:
    """Write the files into a folder."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--area", type=int, default=1, choices=sorted(COLUMNS))
    parser.add_argument("--candidates", default=",".join(map(str, REGISTERS)))
    parser.add_argument("--density", type=float, default=1.0)
    given = parser.parse_args()
    start = time.perf_counter()
    rows = [int(word) for word in given.candidates.split(",")]
    made = write_regency(
        given.folder, seed=given.seed, area=given.area, candidates=rows, density=given.density
    )
    for path in [*(file.path for file in made.files), *made.registers.values()]:
        told(f"{path.stat().st_size / 1e6:9.2f} MB  {path.name}")
    told(f"{time.perf_counter() - start:.1f} s")


if __name__ == "__main__":
    main()

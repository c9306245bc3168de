"""The demo district: every file an office would bring, invented, for trying Tapak out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from data.demo import hazards as demo_hazards
from data.demo import tables as demo_tables
from data.demo.facts import CRS_M, REGENCY, REGENCY_CODE, SYNTHETIC
from data.demo.faults import write_register
from data.demo.files import write_raster, write_shapes
from data.demo.ground import Grid, Ground, make_ground
from data.demo.land import Land, make_land
from data.demo.osm_file import write_osm
from data.demo.places import make_houses, make_places
from data.demo.streets import make_streets
from geo.errors import InputError

HOUSES = 6000
"""Buildings at scale 1."""
SCALES = (0.0, 1000.0)
"""The smallest (not itself allowed) and the largest scale."""
_NO_ELEVATION = -9999.0


@dataclass(frozen=True, slots=True)
class DemoFile:
    """One generated file.

    Parameters
    ----------
    kind : str
        What it is added as: ``tapak add STUDY FILE --as KIND``.
    path : Path
    full_cover : bool
        The layer covers the whole district: outside its polygons is class 0, not unknown.
    """

    kind: str
    path: Path
    full_cover: bool


NAMES: tuple[tuple[str, str, bool], ...] = (
    ("boundary", "batas_kabupaten_sintetis.geojson", False),
    ("areas", "desa_sintetis.geojson", False),
    ("population", "penduduk_desa_sintetis.csv", False),
    ("elevation", "elevasi_sintetis.tif", False),
    ("landslide", "longsor_indeks_x100_sintetis.tif", False),
    ("flood", "bahaya_banjir_sintetis.geojson", True),
    ("flash-flood", "bahaya_banjir_bandang_sintetis.geojson", True),
    ("earthquake", "bahaya_gempa_sintetis.geojson", True),
    ("events", "kejadian_longsor_sintetis.geojson", False),
    ("land-cover", "tutupan_lahan_sintetis.geojson", False),
    ("osm", "jalan_dan_tempat_sintetis.osm.pbf", False),
    ("facilities", "fasilitas_sintetis.csv", False),
    ("indicators", "indeks_desa_sintetis.csv", False),
    ("demand", "putusan_kecamatan_sintetis.csv", False),
    ("offices", "kantor_bapas_sintetis.csv", False),
    ("assets", "daftar_aset_sintetis.xlsx", False),
)
"""Kind, file name and full cover, in the order in which the files are best added."""


def write_district(
    folder: Path, *, seed: int = 1, scale: float = 1.0, overwrite: bool = False
) -> tuple[DemoFile, ...]:
    """Invent a district shaped on Banjarnegara's published figures and write all its files.

    Kecamatan carry their true names, codes, populations and (within 10 %) areas; everything else
    is made up, and every file says so. Same seed, scale and library versions: same bytes.

    Parameters
    ----------
    folder : Path
        Made when missing.
    seed : int
        0 or more; another seed is another district.
    scale : float
        Above 0: times 420 candidates and 6,000 buildings, over the same land and streets.
    overwrite : bool
        Replace files of the same names.

    Returns
    -------
    tuple of DemoFile
        In the order in which they are best added.

    Raises
    ------
    InputError
        ``demo_district.seed``, ``demo_district.scale``.
    StudyError
        ``file.exists`` when a file is there and may not be replaced.
    """
    if seed < 0:
        raise InputError("demo_district.seed", seed=seed)
    if not SCALES[0] < scale <= SCALES[1]:
        raise InputError("demo_district.scale", scale=scale, low=SCALES[0], high=SCALES[1])
    made = tuple(DemoFile(kind, folder / name, cover) for kind, name, cover in NAMES)
    paths = {file.kind: file.path for file in made}
    rng = _streams(seed)
    ground = make_ground(rng("ground"), grid=Grid())
    land = make_land(rng("land"), ground=ground)
    _write_areas(paths, land, overwrite=overwrite)
    _write_hazards(paths, rng, land, ground, overwrite=overwrite)
    _write_living(paths, rng, land, ground, scale=scale, overwrite=overwrite)
    return made


def _streams(seed: int) -> Callable[[str], np.random.Generator]:
    """Give every part its own random numbers, so that one part's length shifts no other."""

    def stream(part: str) -> np.random.Generator:
        return np.random.default_rng([seed, *part.encode()])

    return stream


def _write_areas(paths: dict[str, Path], land: Land, *, overwrite: bool) -> None:
    import geopandas as gpd

    columns = {
        "kode_kemendagri": [REGENCY_CODE],
        "kabupaten": [REGENCY],
        "luas_km2": [round(land.boundary.area / 1e6, 3)],
        "keterangan": [SYNTHETIC],
    }
    outline: Any = gpd.GeoDataFrame(columns, geometry=[land.boundary], crs=CRS_M)
    write_shapes(paths["boundary"], outline, overwrite=overwrite)
    write_shapes(paths["areas"], land.areas, overwrite=overwrite)


def _write_hazards(
    paths: dict[str, Path],
    rng: Callable[[str], np.random.Generator],
    land: Land,
    ground: Ground,
    *,
    overwrite: bool,
) -> None:
    grid = ground.grid
    around = demo_hazards.near_district(land, cells=14)
    height = np.where(around, ground.elevation_m, _NO_ELEVATION).astype(np.float32)
    write_raster(paths["elevation"], height, grid=grid, nodata=_NO_ELEVATION, overwrite=overwrite)
    index = demo_hazards.landslide_index(rng("landslide"), land=land, ground=ground)
    write_raster(
        paths["landslide"], index, grid=grid, nodata=demo_hazards.UNKNOWN, overwrite=overwrite
    )
    zones = demo_hazards.hazard_polygons(rng("zones"), land=land, ground=ground)
    for kind, frame in zones.items():
        write_shapes(paths[kind], frame, overwrite=overwrite)
    events = demo_hazards.landslide_events(rng("events"), land=land, grid=grid, index=index)
    write_shapes(paths["events"], events, overwrite=overwrite)
    cover = demo_hazards.land_cover(rng("cover"), land=land, ground=ground)
    write_shapes(paths["land-cover"], cover, overwrite=overwrite)


def _write_living(
    paths: dict[str, Path],
    rng: Callable[[str], np.random.Generator],
    land: Land,
    ground: Ground,
    *,
    scale: float,
    overwrite: bool,
) -> None:
    """Write what people made: the tables, the OSM extract, the register."""
    streets = make_streets(rng("streets"), land=land, ground=ground)
    people = demo_tables.make_people(rng("people"), land=land, centres=streets.centres)
    places = make_places(rng("places"), land=land, streets=streets)
    count = max(1, round(HOUSES * scale))
    houses = make_houses(rng("houses"), streets=streets, people=people, count=count)
    write_osm(paths["osm"], streets=streets, places=places, houses=houses, overwrite=overwrite)
    demo_tables.write_people(paths["population"], land=land, people=people, overwrite=overwrite)
    demo_tables.write_facilities(paths["facilities"], places=places, overwrite=overwrite)
    demo_tables.write_indicators(
        paths["indicators"], rng("indicators"), land=land, ground=ground, overwrite=overwrite
    )
    demo_tables.write_demand(paths["demand"], rng("demand"), overwrite=overwrite)
    demo_tables.write_offices(paths["offices"], overwrite=overwrite)
    write_register(
        paths["assets"], rng("register"), land=land, streets=streets, scale=scale,
        overwrite=overwrite,
    )  # fmt: skip

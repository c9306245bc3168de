"""The demo district's tables: people, indicators, demand, facilities, offices."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from data.demo.facts import KECAMATAN, REGENCY
from data.demo.files import lonlat, write_csv
from data.demo.ground import Ground, Ints
from data.demo.land import TOWN, Land
from data.demo.places import Places

VERDICTS_A_YEAR = 260.0
FEWEST = 5
"""No kecamatan is reported with fewer verdicts: small counts could point at a person."""

FACILITIES = (
    ("polisi", "amenity", "police"),
    ("puskesmas", "amenity", "clinic"),
    ("rumah sakit", "amenity", "hospital"),
    ("pengadilan negeri", "amenity", "courthouse"),
    ("kejaksaan negeri", "government", "prosecutor"),
    ("rutan", "amenity", "prison"),
)
OFFICES = (
    ("Bapas Kelas I Purwokerto", -7.42, 109.24, "ya"),
    (f"Pos Bapas {REGENCY} (rencana)", -7.39, 109.69, "tidak"),
)


def make_people(rng: np.random.Generator, *, land: Land, centres: Ints) -> Ints:
    """Spread each kecamatan's published population over its desa; `centres` hold more than most."""
    area = land.areas["luas_km2"].to_numpy()
    share = area**0.6 * rng.lognormal(0.0, 0.3, len(area))
    share[centres] *= 2.0
    people = np.zeros(len(area), dtype=np.int64)
    for i, k in enumerate(KECAMATAN):
        here = np.flatnonzero(land.kecamatan_of == i)
        wanted = k.population * share[here] / share[here].sum()
        people[here] = np.floor(wanted)
        rest = k.population - int(people[here].sum())
        people[here[np.argsort(-(wanted % 1.0), kind="stable")[:rest]]] += 1
    return people


def _desa_rows(land: Land) -> list[tuple[str, str, str]]:
    columns = land.areas[["kode_kemendagri", "desa", "kecamatan"]]
    return [tuple(row) for row in columns.itertuples(index=False)]


def write_people(path: Path, *, land: Land, people: Ints, overwrite: bool) -> None:
    """Write the population table, one row a desa."""
    header = ("kode_kemendagri", "desa", "kecamatan", "jenis", "penduduk")
    kinds = land.areas["jenis"].to_list()
    rows = [
        (*row, kind, count)
        for row, kind, count in zip(_desa_rows(land), kinds, people.tolist(), strict=True)
    ]
    write_csv(path, header, rows, overwrite=overwrite)


def write_indicators(
    path: Path, rng: np.random.Generator, *, land: Land, ground: Ground, overwrite: bool
) -> None:
    """Write the Indeks Desa status: high, far desa are poorer; a kelurahan has none."""
    row, column = ground.grid.cells(land.centre_m)
    height = ground.elevation_m[row, column] / 1000.0
    town = land.centre_m[land.kecamatan_of == TOWN].mean(axis=0)
    far = np.hypot(*(land.centre_m - town).T) / 30_000.0
    score = height + far + rng.normal(0.0, 0.35, len(height))
    words = np.array(["Mandiri", "Maju", "Berkembang", "Tertinggal", "Sangat Tertinggal"])
    cuts = np.quantile(score, (0.25, 0.62, 0.90, 0.98))
    status = words[np.searchsorted(cuts, score)]
    status = np.where(land.areas["jenis"] == "kelurahan", "", status)
    header = ("kode", "desa", "kecamatan", "status_indeks_desa")
    rows = [(*row, s) for row, s in zip(_desa_rows(land), status.tolist(), strict=True)]
    write_csv(path, header, rows, overwrite=overwrite)


def write_demand(path: Path, rng: np.random.Generator, *, overwrite: bool) -> None:
    """Write verdicts a year and mean hours for each kecamatan; never fewer than five."""
    people = np.array([k.population for k in KECAMATAN], dtype=float)
    verdicts = np.maximum(rng.poisson(VERDICTS_A_YEAR * people / people.sum()), FEWEST)
    hours = np.round(rng.uniform(60.0, 120.0, len(KECAMATAN)))
    rows = [
        (k.code, k.name, int(v), int(h)) for k, v, h in zip(KECAMATAN, verdicts, hours, strict=True)
    ]
    header = ("kode", "kecamatan", "putusan_per_tahun", "jam_rata_rata")
    write_csv(path, header, rows, overwrite=overwrite)


def write_facilities(path: Path, *, places: Places, overwrite: bool) -> None:
    """Write police, health, court, prosecutor and prison: the same places as in the OSM extract."""
    degrees = lonlat(places.xy)
    rows = [
        (kind, tags["name"], f"{degrees[i, 1]:.6f}", f"{degrees[i, 0]:.6f}")
        for kind, key, value in FACILITIES
        for i, tags in enumerate(places.tags)
        if tags.get(key) == value
    ]
    write_csv(path, ("jenis", "nama", "lat", "lon"), rows, overwrite=overwrite)


def write_offices(path: Path, *, overwrite: bool) -> None:
    """Write today's office, which lies outside the district, and a planned one that is not open."""
    write_csv(path, ("nama", "lat", "lon", "aktif"), OFFICES, overwrite=overwrite)

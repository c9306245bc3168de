"""A nation of invented regencies, each a study, for `tapak batch`.

Sizes follow those published: area and people are drawn from one lognormal of two dimensions, fitted
to ``nation_sizes.csv``, every fourth regency and city by code (01, 05, 09 …; 71, 75, 79) of each
province. Area: Badan Informasi Geospasial, letter B-16.10/DIGD-BIG/IGD.04.04/12/2024; people:
Kepmendagri 300.2.2-2138/2025. Both are scaled: at ``--scale 0.05`` a regency of the mean area is
cut with about 40 desa out of the demo district's land, at 1 it would be as large
as it is; what is larger than that land is all of it. Regencies by province are as published;
where they lie is invented, as is all else in them.
The same seed and library versions write the same bytes.

    python benchmarks/nation.py FOLDER [--count 514] [--scale 0.05] [--sites 100000] [--workers 2]
"""

from __future__ import annotations

import argparse
import csv
import multiprocessing
import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks import nation_cut
from data.workspace import create_study, open_study
from work.intake import ASSETS, read_registers, store_registers

SIZES = Path(__file__).with_name("nation_sizes.csv")
PROVINCES = {
    11: 23, 12: 33, 13: 19, 14: 12, 15: 11, 16: 17, 17: 10, 18: 15, 19: 7, 21: 7, 31: 6, 32: 27,
    33: 35, 34: 5, 35: 38, 36: 8, 51: 9, 52: 10, 53: 22, 61: 14, 62: 14, 63: 13, 64: 10, 65: 5,
    71: 15, 72: 13, 73: 24, 74: 17, 75: 6, 76: 6, 81: 11, 82: 10, 91: 9, 92: 7, 93: 4, 94: 8,
    95: 8, 96: 6,
}  # fmt: skip
"""Regencies and cities by province code: 514 in 38 (Kepmendagri 300.2.2-2138/2025)."""
LEAST_SITES = 40
PEOPLE_A_HOUSE = 3.7


@dataclass(frozen=True, slots=True)
class Size:
    """How large one regency of the nation is, scaled, and what it is called."""

    code: str
    area_km2: float
    people: int
    sites: int
    at: int


def fitted() -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Mean and covariance of the logarithms of area (km²) and people."""
    with SIZES.open(encoding="utf-8", newline="") as source:
        rows = [(float(r["luas_km2"]), float(r["penduduk"])) for r in csv.DictReader(source)]
    logs = np.log(np.array(rows))
    return logs.mean(axis=0), np.cov(logs.T)


def sizes(
    count: int = 514, *, scale: float = 0.05, sites: int = 100_000, seed: int = 1
) -> list[Size]:
    """Draw the sizes of so many regencies; sites are shared out by people, 40 at least."""
    mean, covariance = fitted()
    rng = np.random.default_rng([seed, 514])
    drawn = np.exp(rng.multivariate_normal(mean, covariance, count)) * scale
    codes = [f"{p}.{k + 1:02d}" for p, many in PROVINCES.items() for k in range(many)]
    chosen = [
        codes[i % len(codes)] for i in np.linspace(0, len(codes), count, endpoint=False).astype(int)
    ]
    share = drawn[:, 1] / drawn[:, 1].sum()
    return [
        Size(code, float(area), max(200, int(people)), max(LEAST_SITES, round(sites * part)), i)
        for i, (code, (area, people), part) in enumerate(zip(chosen, drawn, share, strict=True))
    ]


@cache
def _empty(room: str) -> Path:
    """Make one empty study, to be copied: bringing a store to its schema takes longest."""
    folder = Path(room) / "kosong"
    if not folder.exists():
        create_study(folder, name="kosong").close()
    return folder


def write_study(folder: Path, size: Size, *, seed: int, empty: Path, regencies: int = 1) -> Path:
    """Invent one regency and make it a study; `regencies` > 1: of one Bapas, side by side.

    Parameters
    ----------
    folder : Path
        Of the study; replaced when it is there.
    size : Size
    seed : int
    empty : Path
        An empty study to begin with.
    regencies : int
        The kecamatan are shared out among so many regencies, each with its own boundary.
    """
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(empty, folder)
    text = (folder / "study.toml").read_text(encoding="utf-8")
    name = f"Kabupaten sintetis {size.code}"
    (folder / "study.toml").write_text(text.replace('"kosong"', f'"{name}"'), encoding="utf-8")
    files = nation_cut.write_files(
        folder / "berkas",
        seed=seed,
        at=size.at,
        code=size.code,
        area_km2=size.area_km2,
        people=size.people,
        houses=max(50, round(size.people / PEOPLE_A_HOUSE)),
        sites=size.sites,
        regencies=regencies,
    )
    with open_study(folder) as study:
        for kind, path, cover in files:
            options = {"synthetic": True} | ({"full_cover": True} if cover else {})
            options |= {"level": "desa"} if kind == "areas" else {}
            record = study.keep_input(path, kind, options=options)
            if kind != ASSETS:
                study.store.put_file(record)
                continue
            tables = read_registers(study, [record])
            store_registers(study, [record], tables)
    shutil.rmtree(folder / "berkas")
    return folder


def _one(told: tuple[Path, Size, int, Path]) -> Path:
    folder, size, seed, empty = told
    return write_study(folder, size, seed=seed, empty=empty)


def write_nation(
    folder: Path,
    *,
    count: int = 514,
    scale: float = 0.05,
    sites: int = 100_000,
    seed: int = 1,
    workers: int = 1,
    only: Sequence[int] = (),
) -> list[Path]:
    """Make so many studies ``folder/<code>``; `only` some of them, by number."""
    folder.mkdir(parents=True, exist_ok=True)
    empty = _empty(str(folder.parent / f".{folder.name}-kosong"))
    all_sizes = sizes(count, scale=scale, sites=sites, seed=seed)
    chosen = [all_sizes[i] for i in only] if only else all_sizes
    todo = [(folder / size.code.replace(".", "_"), size, seed, empty) for size in chosen]
    try:
        if workers == 1:
            return [_one(one) for one in todo]
        with multiprocessing.get_context("spawn").Pool(workers) as pool:
            return pool.map(_one, todo, chunksize=4)
    finally:
        shutil.rmtree(empty.parent, ignore_errors=True)
        _empty.cache_clear()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=514)
    parser.add_argument("--scale", type=float, default=0.05)
    parser.add_argument("--sites", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    start = time.perf_counter()
    made = write_nation(
        given.folder, count=given.count, scale=given.scale, sites=given.sites, seed=given.seed,
        workers=given.workers,
    )  # fmt: skip
    print(f"{len(made)} studies in {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()

"""New offices over the nation: 7,000 kecamatan of 514 studies, 100,000 sites.

    python benchmarks/nation_office.py [--kecamatan 7000] [--sites 100000] [--count 10]

The results folder is made up in the form that `tapak batch` writes (docs/scale.md): kecamatan and
sites lie about regencies over Indonesia, every regency has an office or goes to its neighbour's.
Prints seconds, processor seconds and memory of the whole command, and the same at half the size.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import geopandas as gpd
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks.bars import machine
from scoring.area_demand import COLUMNS
from scoring.kinds import kinds
from work.batch_table import write_part
from work.batch_whole import GROUP, NARROW, NATION, PLACE
from work.nation_office import nation_offices

KINDS = (*[key for key, kind in kinds().items() if kind.eligible["O"]], "school", "hospital")


def write_results(
    folder: Path,
    *,
    kecamatan: int,
    sites: int,
    studies: int = 514,
    uncounted: int = 0,
    seed: int = 1,
) -> None:
    """Make up results: every `uncounted`-th study has no clients counted, 0 for none."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    rng = np.random.default_rng(seed)
    middle = np.column_stack([rng.uniform(96, 140, studies), rng.uniform(-9, 4, studies)])
    wide = rng.lognormal(-1.6, 0.5, studies)
    edges = np.linspace(0, kecamatan, studies + 1).astype(int)
    places = np.linspace(0, sites, studies + 1).astype(int)
    (folder / "done").mkdir(parents=True)
    held = []
    for number in range(studies):
        name, n = f"studi-{number:03d}", int(edges[number + 1] - edges[number])
        code = f"{11 + number // 90:02d}.{number % 90 + 1:02d}"
        at = middle[number] + rng.normal(0, wide[number], (n, 2))
        table = _demand(rng, name, code, at, middle[number])
        if uncounted and number % uncounted == 0:
            table["clients"] = np.nan
        office = {"name": name, "lon": middle[number, 0], "lat": middle[number, 1], "active": True}
        about = {"schema": 1, "study": name, "offices": [office], "synthetic": True}
        file = f"demand/province={code[:2]}/{name}.parquet"
        record = {
            "study": name, "programme": "kerja-sosial", "basis": {"travel": ""},
            "file": f"sites/province={code[:2]}/{name}.parquet",
            "demand": {"file": file, **write_part(folder / file, table, about)},
        }  # fmt: skip
        (folder / "done" / f"{name}.json").write_text(json.dumps(record), encoding="utf-8")
        m = int(places[number + 1] - places[number])
        told: dict[str, object] = {column: [""] * m for column in NARROW}
        told |= {"study": [name] * m, "regency": [code] * m, "id": [f"p-{i}" for i in range(m)]}
        told |= {"kind": rng.choice(KINDS, m).tolist(), "name": [f"Lokasi {i}" for i in range(m)]}
        spots = at[rng.integers(0, n, m)] + rng.normal(0, 0.02, (m, 2))
        told |= dict(zip(PLACE, spots.T, strict=True))
        held.append(pa.table(told))
    pq.write_table(
        pa.concat_tables(held), folder / NATION, row_group_size=GROUP, compression="zstd"
    )


def _demand(
    rng: np.random.Generator,
    study: str,
    code: str,
    at: np.ndarray,
    office: np.ndarray,
) -> gpd.GeoDataFrame:
    """Make up the demand of one study, with minutes over invented roads."""
    n = len(at)
    people = rng.lognormal(10.3, 0.5, n).round()
    flown = 111.2 * np.hypot(*(at - office).T)
    km = flown * rng.uniform(1.2, 1.7, n)
    columns = {
        "regency": code, "code": [f"{code}.{k + 1:02d}" for k in range(n)],
        "kecamatan": [f"Kecamatan {k}" for k in range(n)], "people": people,
        "clients": (people / 4000).round() + 5, "spread_km": rng.uniform(1, 6, n),
        "office_min": km / rng.uniform(22, 38, n) * 60, "office_km": km, "flown_km": flown,
        "way": "streets",
    }  # fmt: skip
    points = gpd.points_from_xy(*at.T)
    table = gpd.GeoDataFrame({name: columns[name] for name in COLUMNS}, geometry=points, crs=4326)
    table.insert(0, "study", study)
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--kecamatan", type=int, default=7_000)
    parser.add_argument("--sites", type=int, default=100_000)
    parser.add_argument("--count", type=int, default=10)
    given = parser.parse_args()
    print(machine())
    with TemporaryDirectory() as room:
        write_results(Path(room) / "awal", kecamatan=40, sites=80, studies=4)
        nation_offices(Path(room) / "awal", count=1)  # libraries and compiled loops are loaded
        print("| kecamatan × places | seconds | CPU | peak MB | saves at least |")
        print("|---|---|---|---|---|")
        for part in (2, 1):
            folder = Path(room) / f"hasil-{part}"
            n, m = given.kecamatan // part, given.sites // part
            write_results(folder, kecamatan=n, sites=m)
            began, spent = time.perf_counter(), time.process_time()
            told = nation_offices(folder, count=given.count)
            clock, cpu = time.perf_counter() - began, time.process_time() - spent
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            share = f"{100 * told['at_least_0_1']:.1f} % of the best"
            print(f"| {n} × {m} | {clock:.2f} | {cpu:.2f} | {peak:.0f} | {share} |", flush=True)


if __name__ == "__main__":
    main()

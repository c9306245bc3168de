"""Ground and nearby at regency speed: ours beside the peers in the same run, and how it grows.

    python benchmarks/ground.py [--quick] [--seed N]

Every figure is the median of three runs after one that is not counted (it compiles and fills the
file cache); CPU seconds are those of all threads; peak MB is what the step added to the process.
The peers are called as their own documents say. All data is made here: see `ground_place.Place`.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import geopandas as gpd
import numpy as np
import shapely

from benchmarks.ground_place import CELL_M, UTM, Place
from benchmarks.stopwatch import REPEATS, head, measured, show
from geo.dense import counts_within, weighted_within
from geo.nearby import count_within, nearest_m
from geo.people import spread
from geo.people_near import people_raster_within, people_within
from geo.terrain import Raster, zonal, zonal_slope


def zonal_beside_exactextract(place: Place) -> None:
    from exactextract import exact_extract

    slope, parcels = place.slope, place.parcels
    head(f"zonal slope, {len(parcels):,} parcels on {place.cells:,} × {place.cells:,} cells")
    peer = measured(
        lambda: exact_extract(
            str(slope.path), parcels, ["mean"], include_cols=["at"], output="pandas",
            strategy="raster-sequential",
        )
    )  # fmt: skip
    show("exactextract, raster-sequential", peer)
    ours = measured(lambda: zonal(slope, parcels, stats=["mean"]))
    show("geo.terrain.zonal, mean", ours, peer=peer, bar=0.6)
    every = ["mean", "stdev", "min", "max", "valid_share_0_1"]
    show("  five statistics", measured(lambda: zonal(slope, parcels, stats=every)), peer=peer)
    dem = place.write("heights", place.heights)
    direct = measured(lambda: zonal_slope(dem, parcels, stats=["mean"]))
    show("  zonal_slope, straight from the heights", direct, peer=peer)
    theirs = peer[3].astype({"at": int}).set_index("at")["mean"].reindex(parcels["at"])
    apart = np.abs(ours[3]["mean"].to_numpy() - theirs.to_numpy())
    unlike = (ours[3]["mean"].isna().to_numpy() != theirs.isna().to_numpy()).sum()
    print(
        f"largest difference of the means: {np.nanmax(apart):.1e}°; unknown in one only: {unlike}"
    )


def nearby_beside_scipy(place: Place) -> None:
    from scipy.spatial import cKDTree

    sites, homes = place.sites, place.buildings
    head(f"within 500 m of {len(sites):,} sites, {len(homes):,} buildings")
    peer = measured(
        lambda: cKDTree(homes).query_ball_point(sites, 500, return_length=True, workers=-1)
    )
    show("scipy cKDTree.query_ball_point, workers=-1", peer)
    ours = measured(lambda: counts_within(sites, homes, radius_m=500))
    show("geo.dense.counts_within", ours, peer=peer, bar=0.5)
    places = [gpd.GeoSeries(shapely.points(xy), crs=UTM) for xy in (sites, homes)]
    frames = measured(lambda: count_within(*places, radius_m=500))
    show("  geo.nearby.count_within, frames in", frames, peer=peer, bar=0.5)
    weight = np.random.default_rng(0).uniform(0, 5, len(homes))
    added = measured(lambda: weighted_within(sites, homes, weight, radius_m=500))
    show("  geo.dense.weighted_within", added, peer=peer)
    print(
        f"same counts: {np.array_equal(ours[3], peer[3])}; {ours[3].mean():.0f} a site on average"
    )
    tree = measured(lambda: cKDTree(homes).query(sites, workers=-1))
    show("scipy cKDTree.query (nearest), workers=-1", tree)
    show("geo.nearby.nearest_m, frames in", measured(lambda: nearest_m(*places)), peer=tree)


def people_beside_others(place: Place) -> None:
    desa, homes = place.desa, place.buildings
    totals = np.random.default_rng(1).integers(500, 9_000, len(desa))
    floors = np.random.default_rng(2).lognormal(np.log(60), 0.6, len(homes))
    onto = gpd.GeoDataFrame({"area_m2": floors}, geometry=shapely.points(homes), crs=UTM)
    head(f"people of {len(desa)} desa over {len(homes):,} buildings, and within 2 km")
    peer = measured(lambda: gpd.sjoin(onto, desa, predicate="within"))
    show("geopandas.sjoin alone", peer)
    ours = measured(lambda: spread(desa, totals, onto))
    show("geo.people.spread", ours, peer=peer)
    even = measured(lambda: spread(desa, totals, grid_m=100.0))
    show("  evenly, 100 m grid", even)
    kept = [abs(float(run[3].points["people"].sum()) - totals.sum()) for run in (ours, even)]
    print(f"people lost or made: {max(kept):.1e} of {totals.sum():,}")
    sites = gpd.GeoSeries(shapely.points(place.sites), crs=UTM)
    cut = measured(
        lambda: people_by_cutting(sites, desa, totals, radius_m=2_000), repeats=1, warm=False
    )
    show("GEOS: circles of 64 sides cut with every desa, once", cut)
    by_area = measured(lambda: people_within(sites, desa, totals, radius_m=2_000))
    show("geo.people_near.people_within, exact circles", by_area, peer=cut)
    apart = np.abs(by_area[3] - cut[3]).max() / by_area[3].max()
    print(
        f"largest difference: {apart:.1e} of the largest count; 64 sides lack 1.6e-03 of a circle"
    )
    grid = place.write("people", np.random.default_rng(3).poisson(1.0, place.heights.shape))
    fft = measured(lambda: disc_sums_by_fft(grid, radius_m=2_000))
    show("FFT of the whole raster (centres of cells only)", fft)
    exact = measured(lambda: people_raster_within(grid, sites, radius_m=2_000))
    show("geo.people_near.people_raster_within, exact", exact, peer=fft)


def people_by_cutting(
    sites: gpd.GeoSeries, desa: gpd.GeoDataFrame, totals: np.ndarray, *, radius_m: float
) -> np.ndarray:
    discs, areas = sites.buffer(radius_m, quad_segs=16).to_numpy(), desa.geometry.to_numpy()
    at, which = shapely.STRtree(areas).query(discs, predicate="intersects")
    share = shapely.area(shapely.intersection(discs[at], areas[which])) / shapely.area(areas[which])
    return np.bincount(at, totals[which] * share, len(sites))


def disc_sums_by_fft(raster: Raster, *, radius_m: float) -> np.ndarray:
    from scipy.signal import oaconvolve

    k = int(radius_m // CELL_M)
    y, x = np.mgrid[-k : k + 1, -k : k + 1] * CELL_M
    return oaconvolve(raster.read()[0], (np.hypot(x, y) <= radius_m).astype(float), mode="same")


def growth(folder: Path, *, seed: int, base: float) -> None:
    """Measure at 1×, 4× and 10× (once) the area and everything on it, and the cost of each."""
    head("growth with the area and all on it: the time for each stays level (n log n at most)")
    first: dict[str, float] = {}
    for times in (1, 4, 10):
        place = Place(folder, seed, base * times)
        steps: dict[str, tuple[int, Callable[[], Any]]] = {
            "zonal": (
                len(place.parcels),
                lambda p=place: zonal(p.slope, p.parcels, stats=["mean"]),
            ),
            "counts": (
                len(place.sites),
                lambda p=place: counts_within(p.sites, p.buildings, radius_m=500),
            ),
        }
        _ = place.slope
        for name, (n, work) in steps.items():
            run = measured(work, warm=times == 1, repeats=REPEATS if times < 10 else 1)
            first.setdefault(name, run[0])
            show(f"{name} {times:>2}×: {n:,}", run)
            print(f"{'':8}{run[0] / n * 1e6:.2f} µs each; time {run[0] / first[name]:.1f}×")


def grown(*, seed: int, times: float) -> None:
    """Print wall and CPU seconds of zonal means and of counts, compiled code loaded before."""
    with TemporaryDirectory() as room:
        place = Place(Path(room), seed, times)
        _ = place.slope
        runs = {
            "zonal": measured(lambda: zonal(place.slope, place.parcels, stats=["mean"]), repeats=1),
            "counts": measured(
                lambda: counts_within(place.sites, place.buildings, radius_m=500), repeats=1
            ),
        }
    print(json.dumps({name: run[:3] for name, run in runs.items()}))


def main() -> None:
    parse = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parse.add_argument("--quick", action="store_true", help="a tenth of everything")
    parse.add_argument("--seed", type=int, default=1)
    parse.add_argument("--grown", type=float, help="one line for growth.py: so many times the area")
    asked = parse.parse_args()
    if asked.grown:
        grown(seed=asked.seed, times=asked.grown)
        return
    size = 0.1 if asked.quick else 1.0
    start = time.perf_counter()
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    print(
        f"{platform.platform()}, Python {platform.python_version()}, {os.cpu_count()} cores, "
        f"load {load:.1f} before; size {size:g}, seed {asked.seed}; medians of {REPEATS}"
    )
    with TemporaryDirectory() as room:
        place = Place(Path(room), asked.seed, size)
        zonal_beside_exactextract(place)
        nearby_beside_scipy(place)
        people_beside_others(place)
        growth(Path(room), seed=asked.seed, base=size)
    print(f"\n{time.perf_counter() - start:.0f} s in all")


if __name__ == "__main__":
    main()

"""Minutes on the generated regency's streets beside scipy on the same junction graph.

    python benchmarks/minutes.py FILE.osm.pbf … [--peers PYTHON …] [--json]

``--peers`` names Pythons of environments that have pandana, which is no dependency of the project:
it is given the same arcs with the same minutes, and its answers are compared with ours. ``--json``
measures ours alone, with fewer origins, the files taking turns, and prints one line with the least
of three runs of each (for ``benchmarks/growth.py``).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parents[1]))

import geopandas as gpd
import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from benchmarks.stopwatch import Run, head, measured, show
from data.osm import OsmExtract, read_osm
from geo.streets import build, cost_minutes, node_minutes
from geo.streets.graph import Arcs, Streets
from geo.streets.search import from_seeds

MODE = "motorcycle"
KINDS, EACH = 10, 40
ORIGINS, DESTINATIONS = 278, 5_000
FEW, TURNS = 40, 3


def graph_of(arcs: Arcs, n: int) -> csr_array:
    return csr_array((arcs[2], arcs[1], arcs[0]), shape=(n, n))


def nearest_beside_scipy(
    net: Streets, facilities: dict[str, gpd.GeoDataFrame], peers: list[str]
) -> None:
    n = len(net.nodes)
    head(f"nearest minutes to {len(facilities)} kinds, all {n:,} junctions, {MODE}")
    back = graph_of(net.arcs_back, n)
    rng = np.random.default_rng(0)
    starts = [rng.choice(n, len(f), replace=False).astype(np.int32) for f in facilities.values()]
    peer = measured(lambda: [dijkstra(back, indices=at, min_only=True) for at in starts])
    show("scipy dijkstra(min_only)", peer)
    seeds = [(at, np.zeros(len(at))) for at in starts]
    ours = measured(lambda: from_seeds(net.arcs_back, seeds))
    show("geo.streets.search.from_seeds, the same search", ours, peer=peer, bar=0.7)
    print(f"largest difference: {largest_difference(ours[3], np.stack(peer[3])):.1e} minutes")
    whole = measured(lambda: node_minutes(net, facilities, mode=MODE))
    show("  node_minutes: facilities joined to edges as well", whole, peer=peer)
    python = next((p for p in peers if imports(p, "pandana")), None)
    if python:
        nearest_beside_pandana(python, net, starts, ours)
    else:
        print("pandana: not here (see --peers)")


def nearest_beside_pandana(python: str, net: Streets, starts: list[np.ndarray], ours: Run) -> None:
    """Give pandana the same arcs and facilities; a minute is its unit of length."""
    script = str(Path(__file__).with_name("pandana_peer.py"))
    with TemporaryDirectory() as room:
        given, answer = Path(room) / "given.npz", Path(room) / "answer.npz"
        begins, ends, minutes = net.arcs[:3]
        sources = np.repeat(np.arange(len(net.nodes)), np.diff(begins))
        np.savez(given, sources=sources, ends=ends, minutes=minutes, starts=np.stack(starts))
        words = [python, script, str(given), str(answer)]
        subprocess.run(words, check=True, capture_output=True)  # it talks
        told = dict(np.load(answer))
    wall, cpu = (told["build"][i] + told["query"][i] for i in (0, 1))
    show("pandana, build + query", (wall, cpu, float(told["peak_mb"]), None))
    show("  ours beside it", ours, peer=(wall, cpu, 0.0, None), bar=0.02)
    found = np.minimum(ours[3], told["most"])
    print(f"largest difference: {np.abs(found - told['minutes']).max():.1e} minutes")


def imports(python: str, name: str) -> bool:
    tried = subprocess.run([python, "-c", f"import {name}"], check=False, capture_output=True)
    return tried.returncode == 0


def largest_difference(ours: np.ndarray, theirs: np.ndarray) -> float:
    reached = np.isfinite(theirs)
    if not np.array_equal(reached, np.isfinite(ours)):
        return float("inf")
    return float(np.abs(ours[reached] - theirs[reached]).max())


def matrix_beside_scipy(net: Streets, places: gpd.GeoDataFrame) -> None:
    n, rng = len(net.nodes), np.random.default_rng(1)
    origins, ends = (
        places.iloc[rng.choice(len(places), min(size, len(places)), replace=False)]
        for size in (ORIGINS, DESTINATIONS)
    )
    head(f"cost matrix {len(origins):,} × {len(ends):,}, {MODE}")
    graph = graph_of(net.arcs, n)
    start, end = (rng.choice(n, min(len(p), n), replace=False) for p in (origins, ends))
    peer = measured(lambda: np.stack([dijkstra(graph, indices=i)[end] for i in start]))
    show("scipy dijkstra, a search an origin", peer)
    ours = measured(lambda: cost_minutes(net, origins, ends, MODE))
    show("geo.streets.cost_minutes, joining included", ours, peer=peer, bar=0.75)


def ours_alone(paths: list[Path]) -> None:
    """Print wall and CPU seconds and MB of each step on each file, compiled code loaded before."""
    steps = {str(path): steps_on(read_osm(path)) for path in paths}
    best: dict[str, dict[str, Run]] = {path: {} for path in steps}
    for turn in range(1 + TURNS):
        for path, works in steps.items():
            for name, work in works.items():
                run = measured(work, repeats=1, warm=False)
                if turn and run[1] < best[path].get(name, (0.0, np.inf, 0.0, None))[1]:
                    best[path][name] = (*run[:3], None)
    print(json.dumps({p: {n: run[:3] for n, run in told.items()} for p, told in best.items()}))


def steps_on(extract: OsmExtract) -> dict[str, Callable[[], object]]:
    """Name the steps on one file's streets; a network's first turn joins the places to it."""
    net, places, rng = (
        build(extract.streets, profile=MODE),
        extract.places,
        np.random.default_rng(1),
    )
    facilities = facilities_of(places)
    origins, ends = (places.iloc[rng.choice(len(places), k)] for k in (FEW, DESTINATIONS))
    return {
        "street network": lambda: build(extract.streets, profile=MODE),
        "nearest minutes": lambda: node_minutes(net, facilities, mode=MODE),
        f"cost matrix {FEW} × {DESTINATIONS:,}": lambda: cost_minutes(net, origins, ends, MODE),
    }


def facilities_of(places: gpd.GeoDataFrame) -> dict[str, gpd.GeoDataFrame]:
    kinds = places["kind"].value_counts().index[:KINDS]
    return {kind: places[places["kind"] == kind].iloc[:EACH] for kind in kinds}


def main() -> None:
    parse = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parse.add_argument("pbf", type=Path, nargs="+")
    parse.add_argument("--peers", nargs="*", default=[], metavar="PYTHON")
    parse.add_argument("--json", action="store_true")
    asked = parse.parse_args()
    if asked.json:
        ours_alone(asked.pbf)
        return
    extract: OsmExtract = read_osm(asked.pbf[0])
    places, facilities = extract.places, facilities_of(extract.places)
    head("street network")
    run = measured(lambda: build(extract.streets, profile=MODE))
    show(f"geo.streets.build, {len(extract.streets):,} ways", run)
    nearest_beside_scipy(run[3], facilities, asked.peers)
    matrix_beside_scipy(run[3], places)


if __name__ == "__main__":
    main()

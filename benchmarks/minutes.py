"""Minutes on the generated regency's streets beside scipy on the same junction graph.

python benchmarks/minutes.py FILE.osm.pbf
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import geopandas as gpd
import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from benchmarks.stopwatch import head, measured, show
from data.osm import OsmExtract, read_osm
from geo.streets import build, cost_minutes, node_minutes
from geo.streets.graph import Arcs, Streets
from geo.streets.search import from_seeds

MODE = "motorcycle"
KINDS, EACH = 10, 40
ORIGINS, DESTINATIONS = 278, 5_000


def graph_of(arcs: Arcs, n: int) -> csr_array:
    return csr_array((arcs[2], arcs[1], arcs[0]), shape=(n, n))


def nearest_beside_scipy(net: Streets, facilities: dict[str, gpd.GeoDataFrame]) -> None:
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


def main() -> None:
    extract: OsmExtract = read_osm(Path(sys.argv[1]))
    head("street network")
    run = measured(lambda: build(extract.streets, profile=MODE))
    show(f"geo.streets.build, {len(extract.streets):,} ways", run)
    places = extract.places
    kinds = places["kind"].value_counts().index[:KINDS]
    facilities = {kind: places[places["kind"] == kind].iloc[:EACH] for kind in kinds}
    nearest_beside_scipy(run[3], facilities)
    matrix_beside_scipy(run[3], places)


if __name__ == "__main__":
    main()

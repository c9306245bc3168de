"""Places, streets and building centroids from a PBF: ours, and other libraries read plainly.

    python benchmarks/osm_peers.py {ours,gdal,pyosmium,duckdb,pyrosm} FILE

Prints one JSON line: wall and CPU seconds (imports not counted) and how much was found. DuckDB
(with its spatial extension) and pyrosm are no dependencies of the project: call this file with the
Python of an environment that has them.
"""

from __future__ import annotations

import json
import sys
import sysconfig
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Reader = Callable[[str], tuple[int, int, int]]
"""From a file to how many places, streets and buildings it holds."""


def ours() -> Reader:
    sys.path.insert(0, str(Path(__file__).parents[1]))
    import pyogrio  # noqa: F401 - imports are not counted for anyone

    import data.osm_fast
    import data.osm_pbf_loops  # noqa: F401 - it loads numba
    from data.osm import read_osm

    def read(path: str) -> tuple[int, int, int]:
        extract = read_osm(Path(path))
        return len(extract.places), len(extract.streets), len(extract.buildings)

    return read


def gdal() -> Reader:
    """Three layers with GDAL's own settings, as pyogrio's documents say."""
    import pyogrio
    import shapely

    def layer(path: str, name: str) -> Any:
        _, table = pyogrio.read_arrow(path, layer=name)
        return shapely.from_wkb(table.column(table.column_names[-1]).to_numpy())

    def read(path: str) -> tuple[int, int, int]:
        points, lines = layer(path, "points"), layer(path, "lines")
        return len(points), len(lines), len(shapely.centroid(layer(path, "multipolygons")))

    return read


def pyosmium() -> Reader:
    """Object by object, with node locations kept."""
    import numpy as np
    import osmium

    def read(path: str) -> tuple[int, int, int]:
        places, streets, buildings = [], [], []
        keep = osmium.filter.EmptyTagFilter()
        for each in osmium.FileProcessor(path).with_locations().with_filter(keep):
            tags = each.tags
            if each.is_node():
                places.append((dict(tags), each.lon, each.lat))
            elif each.is_way():
                if "highway" in tags:
                    streets.append((dict(tags), [(n.lon, n.lat) for n in each.nodes]))
                elif "building" in tags:
                    xy = [(n.lon, n.lat) for n in each.nodes]
                    buildings.append(np.mean(xy[:-1], axis=0))
        return len(places), len(streets), len(buildings)

    return read


def duckdb() -> Reader:
    """ST_ReadOSM, which gives refs: ways are joined to their nodes."""
    import duckdb as engine

    libraries = Path(sysconfig.get_paths()["purelib"])
    extension = next(libraries.rglob("spatial.duckdb_extension"))
    base = engine.connect(config={"allow_unsigned_extensions": "true"})
    base.execute(f"LOAD '{extension}'")

    def read(path: str) -> tuple[int, int, int]:
        base.execute(f"""
            CREATE TABLE n AS SELECT id, lon, lat, tags FROM ST_ReadOSM('{path}') WHERE kind='node';
            CREATE TABLE w AS SELECT id, tags, refs FROM ST_ReadOSM('{path}') WHERE kind = 'way';
            CREATE TABLE r AS SELECT id, unnest(refs) AS ref, generate_subscripts(refs, 1) AS i
              FROM w WHERE map_contains(tags, 'highway');
            CREATE TABLE s AS SELECT r.id, ST_MakeLine(list(ST_Point(lon, lat) ORDER BY i)) AS shape
              FROM r JOIN n ON n.id = r.ref GROUP BY r.id;
            CREATE TABLE b AS SELECT q.id, avg(lon) AS lon, avg(lat) AS lat FROM
              (SELECT id, unnest(refs) AS ref FROM w WHERE map_contains(tags, 'building')) q
              JOIN n ON n.id = q.ref GROUP BY q.id
        """)  # noqa: S608 - the path is our own
        places = base.execute("SELECT * FROM n WHERE cardinality(tags) > 0").fetchnumpy()
        streets = base.execute("SELECT id, ST_AsWKB(shape) FROM s").fetchnumpy()
        buildings = base.execute("SELECT * FROM b").fetchnumpy()
        return len(places["id"]), len(streets["id"]), len(buildings["id"])

    return read


def pyrosm() -> Reader:
    import pyrosm as library

    def read(path: str) -> tuple[int, int, int]:
        extract = library.OSM(path)
        places = extract.get_pois()
        streets = extract.get_network(network_type="all")
        buildings = extract.get_buildings()
        return len(places), len(streets), len(buildings.geometry.centroid)

    return read


READERS: dict[str, Callable[[], Reader]] = {
    "ours": ours, "gdal": gdal, "pyosmium": pyosmium, "duckdb": duckdb, "pyrosm": pyrosm,
}  # fmt: skip


def main() -> None:
    name, path = sys.argv[1:]
    read = READERS[name]()
    start, start_cpu = time.perf_counter(), time.process_time()
    found = read(path)
    wall, cpu = time.perf_counter() - start, time.process_time() - start_cpu
    print(json.dumps({"wall": wall, "cpu": cpu, "found": found}))


if __name__ == "__main__":
    main()

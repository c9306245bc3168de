"""Write the demo district's streets, places and houses as a real OpenStreetMap extract (PBF)."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from data.demo.facts import SYNTHETIC
from data.demo.files import lonlat
from data.demo.ground import Floats
from data.demo.places import Places, outlines
from data.demo.streets import Streets
from geo.files import written_whole


def _ways(
    streets: Streets, places: Places, *, first_school: int, first_house: int, houses: int
) -> list[tuple[list[int], dict[str, str]]]:
    """Every way as (node ids, tags): streets, drawn places, houses. Node ids count from 1."""
    ways = [((ids + 1).tolist(), tags) for ids, tags in streets.ways]
    for serial, place in enumerate(np.flatnonzero(places.drawn).tolist()):
        a = first_school + 4 * serial
        ways.append(([a, a + 1, a + 2, a + 3, a], places.tags[place] | {"building": "school"}))
    starts = range(first_house, first_house + 4 * houses, 4)
    return ways + [([a, a + 1, a + 2, a + 3, a], {"building": "house"}) for a in starts]


def write_osm(
    path: Path, *, streets: Streets, places: Places, houses: Floats, overwrite: bool
) -> None:
    """Write the .osm.pbf: nodes first, then ways, every tagged object marked as synthetic.

    Parameters
    ----------
    path : Path
        Must end in ``.osm.pbf``.
    streets, places
        What was invented, metric.
    houses : array (n × 4 × 2), metres
        Corners of houses.
    overwrite : bool
        Replace an existing file.
    """
    from osmium import SimpleWriter
    from osmium.io import Header
    from osmium.osm.mutable import Node, Way

    schools = places.xy[places.drawn]
    turn = np.linspace(0.0, np.pi, len(schools))
    corners = outlines(schools, np.full(len(schools), 26.0), turn)
    xy = [streets.xy, places.xy[~places.drawn], corners.reshape(-1, 2), houses.reshape(-1, 2)]
    lengths = [len(part) for part in xy]
    named = {
        streets.count + 1 + serial: places.tags[place]
        for serial, place in enumerate(np.flatnonzero(~places.drawn).tolist())
    }
    ways = _ways(
        streets,
        places,
        first_school=sum(lengths[:2]) + 1,
        first_house=sum(lengths[:3]) + 1,
        houses=len(houses),
    )
    header = Header()
    header.set("generator", f"tapak demo ({SYNTHETIC})")
    mark = {"source": SYNTHETIC}
    with (
        written_whole(path, overwrite=overwrite) as temporary,
        SimpleWriter(str(temporary), header=header) as writer,
    ):
        for number, spot in enumerate(lonlat(np.concatenate(xy)).tolist(), start=1):
            tags = named[number] | mark if number in named else {}
            writer.add_node(Node(id=number, version=1, location=tuple(spot), tags=tags))
        for number, (nodes, tags) in enumerate(ways, start=1):
            writer.add_way(Way(id=number, version=1, nodes=nodes, tags=tags | mark))

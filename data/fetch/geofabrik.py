"""OpenStreetMap from a Geofabrik extract, cut to the area with every way kept whole."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import shapely

from data.fetch.area import Bounds, Made, around, bounds_of, credited, require
from data.fetch.fetcher import Fetcher
from data.fetch.sources import Source
from data.files import guard
from data.osm_kinds import TAGS
from geo.errors import InputError
from geo.files import written_whole

_MD5 = re.compile(r"\b[0-9a-f]{32}\b")


def fetch_geofabrik(area: Any, *, source: Source, fetcher: Fetcher, room: Path) -> Made:
    """Fetch the smallest extract that holds an area and cut it.

    Parameters
    ----------
    area : shapely geometry in EPSG:4326
    source : Source
        Geofabrik's; its url is the index of extracts.
    room : Path
        Folder the file is made in.

    Raises
    ------
    InputError
        ``fetch.no_extract`` · ``fetch.osm_nothing`` · ``fetch.damaged`` ·
        ``fetch.not_understood``, and those of `Fetcher`.
    """
    ground = around(area, source.margin_km)
    url = smallest_extract(fetcher.json(source.url, source=source), area, source=source)
    md5 = ""
    if source.checksum == "beside":
        beside = fetcher.file(f"{url}.md5", source=source).path.read_bytes()[:200]
        found = _MD5.search(beside.decode("ascii", errors="ignore").lower())
        md5 = found.group() if found else ""
    fetched = fetcher.file(url, source=source, md5=md5)
    output = room / "osm-geofabrik.osm.pbf"
    stated = cut(fetched.path, bounds_of(ground), output, source=source)
    told = credited(source, url=url, date=stated or fetched.modified, md5=md5)
    return Made(kind="osm", path=output, source=source, options=told)


def smallest_extract(index: Any, area: Any, *, source: Source) -> str:
    """Return the address of the smallest extract whose outline holds an area."""
    best: tuple[float, str] | None = None
    try:
        for feature in index["features"]:
            url = feature["properties"].get("urls", {}).get("pbf", "")
            if not url or not feature.get("geometry"):
                continue
            outline = shapely.make_valid(shapely.geometry.shape(feature["geometry"]))
            size = float(outline.area)
            if (best is None or size < best[0]) and shapely.covers(outline, area):
                best = size, str(url)
    except (KeyError, TypeError, ValueError, AttributeError, shapely.errors.GEOSException):
        raise InputError("fetch.not_understood", host=source.host()) from None
    if best is None:
        raise InputError("fetch.no_extract")
    return best[1]


def cut(path: Path, bounds: Bounds, output: Path, *, source: Source) -> str:
    """Cut an extract to a box: every way that has a node inside keeps all its nodes.

    Relations that hold such a way or a node come along. Those a criterion asks for (a school of
    several parts) keep all their ways; of others (a province's border, a bus line) what lies
    outside is left, which readers of clipped extracts bear. Memory holds only the ids of what is
    kept.

    Returns
    -------
    str
        The date the extract states for itself, "" when it does not.
    """
    import osmium

    require(path, frozenset({guard.FileType.OSM_PBF}), source)
    west, south, east, north = bounds
    kept, count = osmium.IdTracker(), 0
    try:
        with osmium.io.Reader(path) as reader:
            stated = str(reader.header().get("osmosis_replication_timestamp", ""))[:10]
        nodes: Any = osmium.FileProcessor(path, osmium.osm.NODE)
        for node in nodes:
            at = node.location
            if at.valid() and west <= at.lon <= east and south <= at.lat <= north:
                kept.add_node(node.id)
                count += 1
        if not count:
            raise InputError("fetch.osm_nothing")
        kept.complete_forward_references(path, relation_depth=1)
        _whole_shapes(path, kept)
        kept.complete_backward_references(path, relation_depth=0)
        header = osmium.io.Header()
        header.set("generator", "Tapak")
        if stated:
            header.set("osmosis_replication_timestamp", stated + "T00:00:00Z")
        with (
            written_whole(output, overwrite=True) as temporary,
            osmium.SimpleWriter(temporary, header=header, overwrite=True) as writer,
        ):
            for each in osmium.FileProcessor(path).with_filter(kept.id_filter()):
                writer.add(each)
    except RuntimeError:
        raise InputError("fetch.damaged", source=source.title) from None
    return stated


def _whole_shapes(path: Path, kept: Any) -> None:
    """Add every way of the kept relations that are buildings or places."""
    import osmium

    relations: Any = osmium.FileProcessor(path, osmium.osm.RELATION).with_filter(kept.id_filter())
    for relation in relations:
        tags = relation.tags
        place = any(tags.get(key) in values for key, values in TAGS.items())
        if place or "building" in tags:
            for member in relation.members:
                if member.type == "w":
                    kept.add_way(member.ref)

"""The quick reader of large extracts in the usual form: the tables that GDAL would make."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from data import osm_relations
from data.osm_kinds import TAGS
from data.osm_pbf import Ints, Objects, Tags, read_objects
from data.osm_tables import STREET_COLUMNS, TAG_COLUMNS, OsmTables

Flags = npt.NDArray[np.bool_]
_CONFIG = Path(__file__).with_name("osm.ini")
_KEY_OF = {"social_facility_for": "social_facility:for"}
_DEGREES = 1e-7  # the unit of coordinates
_LEAST_CORNERS = 3


@cache
def _area_tags() -> tuple[tuple[str, str], ...]:
    """Read which tags make an area of a closed way, as (key, value); "" is any value."""
    lines = _CONFIG.read_text(encoding="utf-8").splitlines()
    listed = next(line for line in lines if line.startswith("closed_ways_are_polygons="))
    pairs = (each.partition("=") for each in listed.partition("=")[2].split(","))
    return tuple((key.strip(), value.strip()) for key, _, value in pairs)


@cache
def keys() -> tuple[str, ...]:
    """List the keys of tags that are asked for."""
    tags = [_KEY_OF.get(name, name) for name in TAG_COLUMNS]
    areas = [key for key, _ in _area_tags()]
    return tuple(dict.fromkeys([*tags, *STREET_COLUMNS, "route", "area", "building", *areas]))


class _Ways:
    """The ways of a file, their tags and where their nodes are."""

    def __init__(self, objects: Objects) -> None:
        from data.osm_pbf_loops import locate

        self.objects = objects
        self.count = len(objects.way_ids)
        self.ends = objects.way_ends
        self.starts = np.concatenate([[0], self.ends[:-1]]) if self.count else self.ends
        self.at = locate(objects.refs, objects.node_ids)
        _, first = np.unique(objects.way_ids, return_index=True)
        self.once = np.zeros(self.count, dtype=bool)
        self.once[first] = True

    def tag(self, key: str) -> Ints:
        return self.objects.way_tags.words_of(keys().index(key), self.count)

    def are_areas(self) -> Flags:
        """Tell closed ways that a tag makes an area, by the rule that GDAL goes by."""
        words, refs = self.objects.words, self.objects.refs
        number = {word: i for i, word in enumerate(words)}
        tagged = np.zeros(self.count, dtype=bool)
        for key, value in (("area", "yes"), *_area_tags()):
            word = self.tag(key)
            tagged |= word == number.get(value, -1) if value else word > 0
        tagged &= self.tag("area") != number.get("no", -1)
        long = self.ends - self.starts > 1
        closed = np.zeros(self.count, dtype=bool)
        closed[long] = refs[self.starts[long]] == refs[self.ends[long] - 1]
        return tagged & closed

    def points(self, ways: Ints, *, drop_last: bool) -> tuple[Any, Ints]:
        """List the coordinates of ways one after the other, and whose each is; known nodes only."""
        lengths = self.ends[ways] - self.starts[ways] - drop_last
        owner = np.repeat(np.arange(len(ways)), lengths)
        begins = np.concatenate([[0], np.cumsum(lengths)[:-1]]) if len(ways) else lengths
        place = np.arange(len(owner)) - begins[owner] + self.starts[ways][owner]
        at = self.at[place]
        owner, at = owner[at >= 0], at[at >= 0]
        xy = np.column_stack([self.objects.lon[at], self.objects.lat[at]]) / 1e7
        return xy, owner


def read_tables(path: Path) -> OsmTables:
    """Read an extract in the usual form.

    Raises
    ------
    UnusualFormError
        See `read_objects`.
    """
    objects = read_objects(path, keys())
    ways = _Ways(objects)
    is_area = ways.are_areas() & ways.once
    building = ways.tag("building")
    no = objects.words.index("no") if "no" in objects.words else -1
    is_built = is_area & (building > 0) & (building != no)
    is_named = is_area & np.any([ways.tag(key) > 0 for key in TAGS], axis=0)
    relations, members = osm_relations.touching(objects, is_built | is_named)
    alone = np.ones(ways.count, dtype=bool)
    alone[members] = False
    areas, buildings = _areas(ways, is_named & alone), _buildings(ways, is_built & alone)
    if relations:
        tags = _tags_of(ways, members, is_area)
        more, built = osm_relations.through_gdal(objects, relations, members, tags=tags)
        areas = _in_order(pd.concat([more, areas], ignore_index=True))
        buildings = pd.concat([built, buildings], ignore_index=True)
    return OsmTables(
        nodes=_nodes(objects),
        areas=areas,
        streets=_streets(ways, is_area),
        buildings=buildings,
    )


def _in_order(areas: pd.DataFrame) -> pd.DataFrame:
    """Put areas of relations first, then those of ways, by number: the order that GDAL keeps."""
    number = areas["osm_id"].str[1:].astype("int64")
    of_way = areas["osm_id"].str.startswith("w")
    order = np.lexsort((number.to_numpy(), of_way.to_numpy(dtype=bool)))
    return areas.iloc[order].reset_index(drop=True)


def _texts(objects: Objects, tags: Tags, which: Ints, n: int) -> dict[str, Any]:
    """Columns of a place's tags for some of n owners; missing where untagged."""
    words = np.array([None, *objects.words[1:]], dtype=object)
    return {
        name: words[tags.words_of(keys().index(_KEY_OF.get(name, name)), n)[which]]
        for name in TAG_COLUMNS
    }


def _ids(letter: str, numbers: Ints) -> pd.Series:
    return pd.Series([f"{letter}{number}" for number in numbers.tolist()], dtype=str)


def _nodes(objects: Objects) -> pd.DataFrame:
    tags, n = objects.node_tags, len(objects.node_ids)
    asked = np.isin(tags.column, [keys().index(key) for key in TAGS])
    which = np.unique(tags.owner[asked])
    place = np.full(n, -1)
    place[which] = np.arange(len(which))
    mine = place[tags.owner] >= 0
    few = Tags(place[tags.owner[mine]], tags.column[mine], tags.word[mine])
    return pd.DataFrame(
        {
            "osm_id": _ids("n", objects.node_ids[which]),
            **_texts(objects, few, np.arange(len(which)), len(which)),
            "shape": shapely.points(objects.lon[which] / 1e7, objects.lat[which] / 1e7),
        }
    )


def _areas(ways: _Ways, flags: Flags) -> pd.DataFrame:
    """Areas as polygons, of the nodes that are there."""
    which = np.flatnonzero(flags)
    xy, owner = ways.points(which, drop_last=True)
    whole = np.bincount(owner, minlength=len(which)) >= _LEAST_CORNERS
    kept = whole[owner]
    rings = shapely.linearrings(xy[kept], indices=(np.cumsum(whole) - 1)[owner[kept]])
    which = which[whole]
    return pd.DataFrame(
        {
            "osm_id": _ids("w", ways.objects.way_ids[which]),
            **_texts(ways.objects, ways.objects.way_tags, which, ways.count),
            "shape": shapely.polygons(rings),
        }
    )


def _buildings(ways: _Ways, flags: Flags) -> pd.DataFrame:
    from data.osm_pbf_loops import rings

    objects = ways.objects
    starts, ends = ways.starts[flags], ways.ends[flags] - 1
    size, x, y = rings(starts, ends, ways.at, objects.lon, objects.lat)
    real = size > 0
    centre = shapely.points(x[real] * _DEGREES, y[real] * _DEGREES)
    return pd.DataFrame({"size": size[real] * _DEGREES**2, "centre": centre})


def _streets(ways: _Ways, is_area: Flags) -> pd.DataFrame:
    objects = ways.objects
    ferry = objects.words.index("ferry") if "ferry" in objects.words else -1
    street = ((ways.tag("highway") > 0) | (ways.tag("route") == ferry)) & ~is_area & ways.once
    which = np.flatnonzero(street)
    xy, owner = ways.points(which, drop_last=False)
    whole = np.bincount(owner, minlength=len(which)) > 1
    kept = whole[owner]
    words = np.array(objects.words, dtype=object)
    lines = shapely.linestrings(xy[kept], indices=(np.cumsum(whole) - 1)[owner[kept]])
    which = which[whole]
    return pd.DataFrame(
        {
            "osm_id": _ids("w", objects.way_ids[which]),
            **{name: words[ways.tag(name)[which]] for name in STREET_COLUMNS},
            "shape": lines,
        }
    )


def _tags_of(ways: _Ways, which: Ints, is_area: Flags) -> list[dict[str, str]]:
    """Tags of some ways that matter to areas; whether each is an area is said outright."""
    columns = {key: ways.tag(key)[which].tolist() for key in (*map(_key, TAG_COLUMNS), "building")}
    told: list[dict[str, str]] = []
    for i, area in enumerate(is_area[which].tolist()):
        tags = {k: ways.objects.words[column[i]] for k, column in columns.items() if column[i]}
        said = {"area": "yes", "place": "yes"} if area else {"area": "no"}
        told.append(tags | said)
    return told


def _key(name: str) -> str:
    return _KEY_OF.get(name, name)

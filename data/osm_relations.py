"""Areas that relations make of ways: written to a small extract of their own, for GDAL to build."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.osm_kinds import TAGS
from data.osm_pbf import Ints, Objects, Relation
from data.osm_tables import areas_through_gdal

Flags = npt.NDArray[np.bool_]


def touching(objects: Objects, wanted: Flags) -> tuple[list[Relation], Ints]:
    """Pick the relations that make, or replace, an area that is asked for; and their ways.

    Parameters
    ----------
    objects : Objects
    wanted : ndarray of bool, one a way
        Areas with a tag that is asked for: a relation may take the tags of its outer way.

    Returns
    -------
    relations : list of Relation
    ways : ndarray of int
        Which of the file's ways are their members.
    """
    keys = {"building", *TAGS}
    asked = set(objects.way_ids[wanted].tolist()) if objects.relations else set()
    picked = [
        relation
        for relation in objects.relations
        if keys & relation.tags.keys() or not asked.isdisjoint(_ways(relation))
    ]
    members = [way for relation in picked for way in _ways(relation)]
    return picked, np.flatnonzero(np.isin(objects.way_ids, members))


def _ways(relation: Relation) -> list[int]:
    return [ref for kind, ref, _ in relation.members if kind == "w"]


def through_gdal(
    objects: Objects,
    relations: Sequence[Relation],
    ways: Ints,
    *,
    tags: Sequence[dict[str, str]],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read the areas and buildings that relations and their member ways make.

    Parameters
    ----------
    objects : Objects
    relations, ways
        As `touching` picks them.
    tags : sequence of dict
        Of each of the ways.
    """
    from osmium import SimpleWriter
    from osmium.osm.mutable import Node, Relation, Way

    starts = np.concatenate([[0], objects.way_ends[:-1]])[ways].tolist()
    refs = [objects.refs[a:b] for a, b in zip(starts, objects.way_ends[ways].tolist(), strict=True)]
    used = np.flatnonzero(np.isin(objects.node_ids, np.concatenate(refs) if refs else []))
    with TemporaryDirectory() as room:
        path = Path(room) / "relations.osm.pbf"
        with SimpleWriter(str(path)) as writer:
            spots = zip(objects.lon[used] / 1e7, objects.lat[used] / 1e7, strict=True)
            for number, spot in zip(objects.node_ids[used].tolist(), spots, strict=True):
                writer.add_node(Node(id=number, location=spot))
            ids = objects.way_ids[ways].tolist()
            for number, nodes, told in zip(ids, refs, tags, strict=True):
                writer.add_way(Way(id=number, nodes=nodes.tolist(), tags=told))
            for each in relations:
                writer.add_relation(Relation(id=each.id, tags=each.tags, members=each.members))
        return areas_through_gdal(path)

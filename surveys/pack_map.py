"""The basemap of a pack: drawn around its sites and ways, small enough to be carried."""

from __future__ import annotations

from geo.crs import to_lonlat
from geo.errors import StudyError
from geo.tiles import Basemap, TileSet, coverings, draw_tiles
from surveys.pack_check import placed
from surveys.sites import PackInput

MOST_BYTES = 10 * 1024 * 1024
"""What the pictures may weigh: they travel up to three times, in files for different apps."""


def drawn_map(pack: PackInput, basemap: Basemap) -> TileSet:
    """Draw a pack's tiles: the district at large scale, sites and ways to them up to zoom 16.

    Where that weighs more than `MOST_BYTES`, less is shown around the sites and ways.

    Raises
    ------
    StudyError
        ``pack.no_map`` when no site has a place and no boundary is known.
    """
    boundary = basemap.boundary
    area = None
    if boundary is not None and len(boundary):
        area = to_lonlat(boundary).geometry.union_all()
    choices = coverings(area, sites=placed(pack), ways=list(pack.route_lonlat.values()))
    if not len(choices[0]):
        raise StudyError("pack.no_map", team=pack.team)
    drawn = draw_tiles(basemap, choices[0])
    for choice in choices:
        kept = drawn.within(choice)
        if kept.bytes <= MOST_BYTES:
            return kept
    return drawn.within(choices[-1])

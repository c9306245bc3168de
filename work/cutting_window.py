"""Windows of national files: a raster's cells and OpenStreetMap's streets around a regency."""

from __future__ import annotations

import math
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geo.errors import InputError
from geo.files import written_whole

_KM_A_DEGREE = 111.32
_ROWS = 512


@dataclass(frozen=True, slots=True)
class Box:
    """A window in degrees: west, south, east, north."""

    bounds: tuple[float, float, float, float]

    def bounds_in(self, crs: Any) -> tuple[float, float, float, float]:
        """Return the window's bounds in another CRS, with every point of its rim inside."""
        from pyproj import Transformer

        found = Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform_bounds(
            *self.bounds, densify_pts=21
        )
        return (float(found[0]), float(found[1]), float(found[2]), float(found[3]))


def around(outline: Any, *, margin_km: float) -> Box:
    """Return the window around an outline (EPSG:4326) with a margin on every side."""
    west, south, east, north = (float(edge) for edge in outline.total_bounds)
    up = margin_km / _KM_A_DEGREE
    across = up / math.cos(math.radians(max(abs(south), abs(north))))
    return Box((west - across, south - up, east + across, north + up))


def cut_raster(source: Path, target: Path, box: Box) -> None:
    """Copy the cells in a window as they are, a few rows at a time: never the nation.

    Reading windows of a cloud-optimised or tiled GeoTIFF touches its own blocks only.

    Raises
    ------
    InputError
        ``cut.outside`` when the raster does not reach the window.
    """
    import rasterio
    from rasterio.windows import Window

    with rasterio.open(source) as raster:
        west, south, east, north = box.bounds_in(raster.crs)
        rows = sorted(raster.index(x, y)[0] for x, y in ((west, north), (east, south)))
        columns = sorted(raster.index(x, y)[1] for x, y in ((west, north), (east, south)))
        top, bottom = max(rows[0], 0), min(rows[1] + 1, raster.height)
        left, right = max(columns[0], 0), min(columns[1] + 1, raster.width)
        if bottom <= top or right <= left:
            raise InputError("cut.outside", file=source.name)
        whole = Window(left, top, right - left, bottom - top)
        profile = {
            "driver": "GTiff", "width": right - left, "height": bottom - top, "count": 1,
            "dtype": raster.dtypes[0], "crs": raster.crs, "nodata": raster.nodata,
            "transform": raster.window_transform(whole), "compress": "deflate", "tiled": True,
        }  # fmt: skip
        with written_whole(target) as temporary, rasterio.open(temporary, "w", **profile) as out:
            for row in range(top, bottom, _ROWS):
                height = min(_ROWS, bottom - row)
                cells = raster.read(1, window=Window(left, row, right - left, height))
                out.write(cells, 1, window=Window(0, row - top, right - left, height))
            out.scales, out.offsets = raster.scales[:1], raster.offsets[:1]


def cut_osm(source: Path, target: Path, box: Box) -> None:
    """Cut what lies in a window out of an OpenStreetMap extract, with ways whole.

    By osmium-tool where it is installed, else by pyosmium, which goes
    through every node in Python and takes some ten times as long. Either holds numbers, not shapes.

    Raises
    ------
    InputError
        ``cut.osm`` when the extract cannot be cut.
    """
    tool = shutil.which("osmium")
    with written_whole(target) as temporary:
        if tool is None:
            _by_pyosmium(source, temporary, box)
            return
        edges = ",".join(f"{edge:.7f}" for edge in box.bounds)
        words = [tool, "extract", "--bbox", edges, "--strategy", "complete_ways", "--no-progress"]
        words += ["--overwrite", "-o", str(temporary), str(source.absolute())]
        done = subprocess.run(words, check=False, capture_output=True)  # noqa: S603 - osmium's own name, no shell
        if done.returncode:
            raise InputError("cut.osm", file=source.name)


def _by_pyosmium(source: Path, target: Path, box: Box) -> None:
    import osmium

    west, south, east, north = box.bounds
    inside = osmium.IdTracker()
    tagged = osmium.IdTracker()
    try:
        every: Any = osmium.FileProcessor(str(source), osmium.osm.NODE)
        for node in every:
            place = node.location
            if west <= place.lon <= east and south <= place.lat <= north:
                inside.add_node(node.id)
                if node.tags:
                    tagged.add_node(node.id)
        with osmium.BackReferenceWriter(str(target), ref_src=str(source), overwrite=True) as out:
            nodes = osmium.FileProcessor(str(source), osmium.osm.NODE)
            for node in nodes.with_filter(tagged.id_filter()):
                out.add(node)
            rest = osmium.FileProcessor(str(source), osmium.osm.WAY | osmium.osm.RELATION)
            for thing in rest.with_filter(inside.contains_filter()):
                out.add(thing)
    except RuntimeError as fault:
        raise InputError("cut.osm", file=source.name) from fault

"""Small files in the form the sources on the internet give them; every value is a known formula."""

from __future__ import annotations

import gzip
import io
import json
import zipfile

import geopandas as gpd
import numpy as np
import osmium
import rasterio
import shapely
from affine import Affine
from osmium.osm import mutable


def height(lon, lat):
    """Metres at a point: a plane, so that any shift of a tile by a cell shows."""
    return 1000.0 + 100.0 * (lon - 109.0) + 10.0 * (lat + 7.0)


def geotiff(cells, *, west, north, step, nodata=None, crs="EPSG:4326", **more):
    told = {"driver": "GTiff", "count": 1, "crs": crs, "nodata": nodata, "dtype": cells.dtype}
    shape = Affine(step, 0, west, 0, -step, north)
    with rasterio.MemoryFile() as memory:
        size = {"width": cells.shape[1], "height": cells.shape[0]}
        with memory.open(transform=shape, **told, **size, **more) as into:
            into.write(cells, 1)
        return memory.read()


def centres(first, step, count):
    return first + (np.arange(count) + 0.5) * step


def glo30_tile(lat, lon, side=360):
    """A tile as Copernicus cuts it: shifted by half a cell, no row shared with its neighbour."""
    step = 1 / side
    west, north = lon - step / 2, lat + 1 + step / 2
    x, y = centres(west, step, side), centres(north, -step, side)
    cells = height(x[None, :], y[:, None]).astype(np.float32)
    return geotiff(cells, west=west, north=north, step=step, compress="deflate")


def hgt_tile(lat, lon, side=1201):
    """An SRTM tile: cell centres on the whole degree, rims shared, one void in the middle."""
    x, y = lon + np.arange(side) / (side - 1), lat + 1 - np.arange(side) / (side - 1)
    cells = np.round(height(x[None, :], y[:, None])).astype(">i2")
    cells[side // 2, side // 2] = -32768
    return gzip.compress(cells.tobytes(), 1, mtime=0)


def people_grid(west=109.0, north=-7.0, side=1000, step=1 / 1200):
    """A constrained grid of people: most cells nobody's (nodata), every seventh lived in."""
    cells = np.full((side, side), -99999.0, dtype=np.float32)
    index = np.arange(side * side).reshape(side, side)
    lived = index % 7 == 0
    cells[lived] = 0.25 + (index[lived] % 100) / 8
    return geotiff(cells, west=west, north=north, step=step, nodata=-99999.0), cells


def square(west, south, side=0.1):
    return shapely.box(west, south, west + side, south + side)


def regencies():
    """Two regencies of one name, side by side, with two kecamatan and four desa each."""
    rows = {"2": [], "3": [], "4": []}
    for at, (code, name) in enumerate((("ID3304", "Contoh"), ("ID3371", "Kota Contoh"))):
        west = 109.6 + 0.2 * at
        rows["2"].append((code, name, "Jawa Tengah", shapely.box(west, -7.5, west + 0.2, -7.3)))
        for half in range(2):
            south = -7.5 + 0.1 * half
            upper, called = f"{code}0{half + 1}0", f"Kec {at}{half}"
            rows["3"].append(
                (upper, called, name, shapely.box(west, south, west + 0.2, south + 0.1))
            )
            for quarter in range(2):
                shape = square(west + 0.1 * quarter, south)
                desa = f"{upper}00{quarter + 1}"
                rows["4"].append((desa, f"Desa {at}{half}{quarter}", called, shape))
    return rows


def cod_ab_zip(tmp_path, levels=("2", "3", "4")):
    """The zip of shapefiles as HDX gives it, one a level, columns as COD-AB names them."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bundle:
        for level in levels:
            codes, names, parents, shapes = zip(*regencies()[level], strict=True)
            up = str(int(level) - 1)
            columns = {
                f"adm{level}_name": names,
                f"adm{level}_pcode": codes,
                f"adm{up}_name": parents,
            }
            frame = gpd.GeoDataFrame(columns, geometry=list(shapes), crs="EPSG:4326")
            frame.to_file(tmp_path / f"idn_admin{level}.shp")
            for part in sorted(tmp_path.glob(f"idn_admin{level}.*")):
                bundle.write(part, part.name)
            bundle.writestr(f"idn_admbndl_adm{level}.shp", b"lines are not areas")
    return packed.getvalue()


def geoboundaries(level):
    _, names, _, shapes = zip(*regencies()[level], strict=True)
    features = [
        {
            "type": "Feature",
            "properties": {"shapeName": name, "shapeISO": "", "shapeType": f"ADM{level}"},
            "geometry": json.loads(shapely.to_geojson(shape)),
        }
        for name, shape in zip(names, shapes, strict=True)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def extract(path):
    """An OSM extract: a road through the box, one outside, a school of two parts, a border."""
    header = osmium.io.Header()
    header.set("osmosis_replication_timestamp", "2026-11-22T20:21:00Z")
    inside = ((109.69, -7.39), (109.70, -7.39), (109.70, -7.38), (109.69, -7.38))
    beyond = ((109.80, -7.39), (109.81, -7.39), (109.81, -7.38))
    road = {"highway": "primary"}
    school = {"type": "multipolygon", "amenity": "school", "name": "SD Contoh"}
    border = {"type": "boundary", "boundary": "administrative"}
    with osmium.SimpleWriter(path, header=header, overwrite=True) as writer:
        for at in range(40):  # along 109.0 … 112.9 at -7.4
            writer.add_node(mutable.Node(id=at + 1, location=(109.0 + 0.1 * at, -7.4)))
        for at, xy in enumerate(inside):
            writer.add_node(mutable.Node(id=101 + at, location=xy))
        clinic = {"amenity": "clinic"}
        writer.add_node(mutable.Node(id=110, location=(109.695, -7.385), tags=clinic))
        for at, xy in enumerate(beyond):
            writer.add_node(mutable.Node(id=121 + at, location=xy))
        writer.add_way(mutable.Way(id=1, nodes=[1, *range(5, 12), 40], tags=road))
        writer.add_way(mutable.Way(id=2, nodes=[20, 21, 22], tags=road))
        writer.add_way(mutable.Way(id=3, nodes=[101, 102, 103, 104, 101]))
        writer.add_way(mutable.Way(id=4, nodes=[121, 122, 123, 121]))
        parts = [("w", 3, "outer"), ("w", 4, "outer")]
        writer.add_relation(mutable.Relation(id=1, members=parts, tags=school))
        ways = [("w", 1, "outer"), ("w", 2, "outer")]
        writer.add_relation(mutable.Relation(id=2, members=ways, tags=border))
    return path.read_bytes()

"""Small invented worlds for tests of the straight line."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from scoring.candidates import Candidates
from scoring.layers import Layer, Layers

UTM = CRS.from_epsg(32749)
X0, Y0 = 360_000.0, 9_190_000.0


def candidates(kinds, *, xy=None, placed="point", outside=(), sd_m=10.0, ids=None):
    """Candidates on a line 1 km apart, or where `xy` (metres from the corner) says."""
    n = len(kinds)
    xy = xy if xy is not None else [(1000.0 * i, 0.0) for i in range(n)]
    points = [shapely.Point(X0 + x, Y0 + y) for x, y in xy]
    frame = gpd.GeoDataFrame(
        {
            "id": list(ids) if ids is not None else [f"p-{i:04d}" for i in range(n)],
            "name": [f"Situs {i}" for i in range(n)],
            "kind": list(kinds),
            "agency": "Dinas",
            "desa": "Desa A",
            "desa_code": "33.04.01.2001",
            "kecamatan": "Kecamatan A",
            "kecamatan_code": "33.04.01",
            "placed": placed,
            "positional_sd_m": sd_m,
            "out_of_area": [i in outside for i in range(n)],
            "row": range(5, 5 + n),
            "source": "daftar.xlsx",
        },
        geometry=points,
        crs=UTM,
    )
    lonlat = frame.geometry.to_crs(4326)
    frame["lon"], frame["lat"] = lonlat.x.to_numpy(), lonlat.y.to_numpy()
    return Candidates(frame=frame)


def layer(kind, frame, **more):
    return Layer(kind=kind, hash=f"hash-{kind}", source=f"{kind}.geojson", data=frame, **more)


def layers(*given):
    return Layers(crs=UTM, by_kind={one.kind: one for one in given})


def polygons(boxes, **columns):
    """Boxes (x, y, x, y) in metres from the corner of the world."""
    shapes = [shapely.box(X0 + a, Y0 + b, X0 + c, Y0 + d) for a, b, c, d in boxes]
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=UTM)


def points(xy, **columns):
    shapes = [shapely.Point(X0 + x, Y0 + y) for x, y in xy]
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=UTM)


def register(rows):
    """Rows (candidate, key, value or category) as a register's long frame."""
    told = [
        {
            "candidate": c,
            "key": k,
            "value": float(v) if isinstance(v, (int, float)) else np.nan,
            "category": v if isinstance(v, str) else "",
            "year": 2026.0,
            "source": "daftar.xlsx",
            "layer": "hash-register",
        }
        for c, k, v in rows
    ]
    columns = ["candidate", "key", "value", "category", "year", "source", "layer"]
    return pd.DataFrame(told, columns=columns)


def gate_rows(rows):
    """Evidence that people gave on gates: (candidate, gate, value, origin)."""
    from scoring.evidence import COLUMNS

    told = [
        dict.fromkeys(COLUMNS, "")
        | {"candidate": c, "criterion": g, "value": v, "sd": 0.5, "origin": o, "link": "gate"}
        for c, g, v, o in rows
    ]
    return pd.DataFrame(told, columns=list(COLUMNS))

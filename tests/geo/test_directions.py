"""Distances and directions in words, against the earth itself."""

import math

import numpy as np
from pyproj import Geod, Proj

from geo.directions import bearings_deg, place_text, wind

UTM = 32749


def test_directions_agree_with_the_earth():
    geod = Geod(ellps="WGS84")
    lon, lat = 109.7, -7.4
    for azimuth in range(0, 360, 15):
        end = geod.fwd(lon, lat, azimuth, 3000)[:2]
        xy = np.array([Proj(UTM)(*end)])
        bearing = float(bearings_deg(xy, Proj(UTM)(lon, lat))[0])
        assert abs((bearing - azimuth + 180) % 360 - 180) < 1
    assert [wind(a) for a in (0, 22.4, 22.6, 90, 359)] == ["n", "n", "ne", "e", "n"]
    assert (
        place_text(1234, 44, "Balai Desa", lang="id") == "1,2 km di sebelah timur laut Balai Desa"
    )
    assert place_text(math.nan, 0, "x", lang="id") == "belum ada titik koordinat"

"""Routes on a map: lines, numbered stops, and a page that shows where they lead."""

import json
import re
from dataclasses import replace

import geopandas as gpd
import pytest
import shapely
from site_maps import site_map

from geo.errors import InputError
from geo.map_data import page_data
from geo.map_types import MapLayer
from geo.maps import render_site_map

HOSTILE = "</script><img src=x onerror=alert(1)>"


def route(**changes):
    frame = gpd.GeoDataFrame(
        {"number": ["", "A1", "A2"], "text": ["", f"{HOSTILE} · 08:00–08:45", "SD 2"]},
        geometry=[
            shapely.LineString([(109.6, -7.3), (109.65, -7.32), (109.7, -7.35)]),
            shapely.Point(109.6, -7.3),
            shapely.Point(109.7, -7.35),
        ],
        crs="EPSG:4326",
    )
    told = {"key": "r", "title": "Tim A", "frame": frame, "style": "route", "class_column": ""}
    return MapLayer(**told | {"shown": True, "legend": (("Tim A", "#2b6cb0"),)} | changes)


def with_routes(*layers):
    whole = site_map(3)
    return replace(whole, sites=whole.sites.iloc[:0], layers=layers)


def test_a_stop_keeps_its_number_its_text_and_its_place():
    (layer,) = page_data(with_routes(route()))["layers"]
    (one,) = layer["classes"]
    assert [s["number"] for s in one["stops"]] == ["A1", "A2"]
    assert one["stops"][0]["at"] == [10960000, -730000]
    assert len(one["shape"]) == 1
    assert one["colour"] == "#2b6cb0"


def test_a_stop_s_text_is_data_in_the_page_never_code():
    page = render_site_map(with_routes(route()))
    assert "<img src=x" not in page
    data = re.search(r'id="tapak-data">(.*?)</script>', page, re.DOTALL)
    assert HOSTILE in json.loads(data[1])["layers"][0]["classes"][0]["stops"][0]["text"]


def test_a_route_without_numbers_is_refused():
    with pytest.raises(InputError, match="number"):
        route(frame=route().frame.drop(columns="number"))

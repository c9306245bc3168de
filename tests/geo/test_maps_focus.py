"""A map about one site, or about a few: where it looks, and what its list is called."""

import dataclasses

import pytest
import site_maps

from geo.map_data import page_data
from geo.maps import render_site_map


@pytest.fixture
def whole():
    return site_maps.site_map(12)


def test_a_map_of_the_whole_has_no_focus_and_lists_ten(whole):
    told = page_data(whole)
    assert told["focus"] is None
    assert (told["inside"], told["most"]) == (False, 10)


def test_a_close_map_tells_where_its_site_stands_and_how_far_it_looks(whole):
    site = whole.sites.iloc[1]
    close = dataclasses.replace(whole, focus=site["id"], focus_m=800.0, heading="Di peta ini")
    told = page_data(close)
    assert told["focus"]["at"] == [round(site.geometry.x * 1e6), round(site.geometry.y * 1e6)]
    assert told["focus"]["radius"] == 800
    assert told["texts"]["top_ten"] == "Di peta ini"
    assert (told["inside"], told["most"]) == (True, 12)


def test_a_site_without_a_place_leaves_the_whole_map(whole):
    sites = whole.sites.copy()
    sites.loc[sites.index[0], "geometry"] = None
    lost = dataclasses.replace(whole, sites=sites, focus=sites["id"].iloc[0])
    assert page_data(lost)["focus"] is None
    assert "tapak-data" in render_site_map(lost)

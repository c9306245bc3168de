"""The map of a nation's ranking: which sites stand on it, where, and what is refused."""

from __future__ import annotations

import base64
import json
import re

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pytest

from geo.errors import NotAllowedError, StudyError, UsageError
from work.batch_whole import NATION, write_whole
from work.nation import rank_nation
from work.nation_map import nation_map, nation_map_html, write_nation_map
from work.roles import Actor, Role, acting_as


@pytest.fixture(scope="module")
def results(nation_results):
    return nation_results


@pytest.fixture
def copy(nations, results, tmp_path):
    return nations.copied(results, tmp_path)


def changed(copy, **columns):
    table = pq.read_table(copy / NATION)
    for name, values in columns.items():
        column = pa.array(values, from_pandas=True)
        table = table.set_column(table.column_names.index(name), name, column)
    pq.write_table(table, copy / NATION)


def data_of(page):
    return json.loads(re.search(r'id="tapak-data">(.*?)</script>', page, re.DOTALL)[1])


def test_the_narrow_table_says_where_each_site_is_as_its_part_does(results):
    narrow = pq.read_table(results / NATION).to_pandas().set_index(["study", "id"])
    for path in sorted(results.glob("sites/*/*.parquet")):
        import geopandas as gpd

        part = gpd.read_parquet(path)
        mine = narrow.loc[[*zip(part["study"], part["id"], strict=True)]]
        there = part.geometry.notna().to_numpy()
        assert there.any()
        assert (mine["lon"].notna().to_numpy() == there).all()
        assert (mine["lon"].to_numpy()[there] == part.geometry.x.to_numpy()[there]).all()
        assert (mine["lat"].to_numpy()[there] == part.geometry.y.to_numpy()[there]).all()
    places = pq.read_table(results / NATION, columns=["lon", "lat"])
    assert not np.isnan(places["lon"].drop_null().to_numpy()).any()  # null, never NaN


def test_the_narrow_table_is_the_same_bytes_when_written_again(copy):
    before = (copy / NATION).read_bytes()
    write_whole(copy)
    assert (copy / NATION).read_bytes() == before


def test_every_ranked_site_with_a_place_is_on_the_map_with_its_rank(results, tmp_path):
    told = write_nation_map(results, tmp_path / "peta.pmtiles", top=5)
    ranking = rank_nation(results, top=10_000)
    read = pyogrio.read_dataframe(tmp_path / "peta.pmtiles")
    assert told["sites"] + told["unplaced"] == ranking["counts"]["sites"]
    assert len(read) == told["sites"]
    rank = {(s["study"], s["id"]): s["rank"] for s in ranking["sites"]}
    assert [rank[key] for key in zip(read["s"], read["i"], strict=True)] == read["r"].tolist()


def test_sites_without_a_place_are_counted_not_lost(copy, tmp_path):
    sites = rank_nation(copy)["counts"]["sites"]
    count = len(pq.read_table(copy / NATION))
    place = pq.read_table(copy / NATION)["lon"].to_pylist()
    gone = [None if k % 2 else x for k, x in enumerate(place)]
    changed(copy, lon=pa.array(gone, pa.float64()))
    tile_map = nation_map(copy, weights={}, groups={})
    assert tile_map.sites == sites
    assert 0 < tile_map.unplaced < sites
    changed(copy, lon=pa.nulls(count, pa.float64()))
    page = nation_map_html(copy, weights={}, groups={})
    assert data_of(page)["unplaced"] == sites
    with pytest.raises(StudyError) as fault:
        write_nation_map(copy, tmp_path / "peta.pmtiles")
    assert fault.value.code == "nation.map.none"
    assert not (tmp_path / "peta.pmtiles").exists()


def test_weights_move_the_ranks_on_the_map(results):
    plain = nation_map(results, weights={}, groups={})
    other = nation_map(results, weights={"client_access": 90.0}, groups={})
    assert plain.tiles != other.tiles
    assert plain.tiles == nation_map(results, weights={}, groups={}).tiles


def test_the_page_holds_the_tiles_and_the_same_results_give_the_same_bytes(results, tmp_path):
    tiles, page = tmp_path / "peta.pmtiles", tmp_path / "peta.html"
    write_nation_map(results, tiles)
    told = write_nation_map(results, page)
    text = page.read_text(encoding="utf-8")
    inside = re.search(r'id="tapak-tiles">(.*?)</script>', text, re.DOTALL)[1]
    assert base64.b64decode(inside) == tiles.read_bytes()
    assert told["synthetic"]
    assert '<p class="synthetic">' in text
    assert nation_map_html(results, weights={}, groups={}) == text
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', text)[1]
    assert policy.startswith("default-src 'none'; ")
    assert policy.split("style-src")[0].count("sha256-") == len(re.findall("<script>", text)) == 4
    assert "sourceMappingURL" not in text


def test_what_cannot_be_written_is_one_sentence_and_nothing_stands_there(copy, tmp_path):
    with pytest.raises(UsageError) as kind:
        write_nation_map(copy, tmp_path / "peta.png")
    assert kind.value.code == "nation.map.kind"
    (tmp_path / "ada.html").write_text("x")
    with pytest.raises(StudyError) as there:
        write_nation_map(copy, tmp_path / "ada.html")
    assert there.value.code == "file.exists"
    table = pq.read_table(copy / NATION).drop_columns(["lon", "lat"])
    pq.write_table(table, copy / NATION)
    with pytest.raises(StudyError) as old:
        write_nation_map(copy, tmp_path / "peta.html")
    assert old.value.code == "nation.map.no_places"
    assert not (tmp_path / "peta.html").exists()


def test_an_agency_sees_no_national_map(results, tmp_path):
    with acting_as(Actor(name="petugas", role=Role.AGENCY)), pytest.raises(NotAllowedError):
        write_nation_map(results, tmp_path / "peta.html")

"""The map page without a browser: what stands in the file, and what is refused."""

from __future__ import annotations

import copy
import hashlib
import json
import re
import time
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import CrsError, InputError, StudyError
from geo.map_data import class_positions, page_data, script_json
from geo.map_types import MapLayer
from geo.maps import STATIC, render_site_map, write_site_map

SERVER_CODE = "{{ cycler.__init__.__globals__.os.system('touch %s') }}{{7*7}}{%% set x=1 %%}"


@pytest.fixture(scope="module")
def made(support):
    return support("site_maps")


def data_of(page):
    return json.loads(re.search(r'id="tapak-data">(.*?)</script>', page, re.DOTALL)[1])


def cells(data, column):
    return [data["sites"]["pool"][k] for k in data["sites"][column]]


def test_the_page_names_no_address_it_could_load_from(made):
    page = render_site_map(made.site_map())
    loads = re.findall(
        r"(?:src|href|srcset|action)\s*=\s*[\"']?([^\"'\s>]+)", page.split("<script>")[0]
    )
    assert loads == ["data:,"]
    assert not re.findall(r"url\((?!data:|#default)[^)]*\)", page)
    assert "@import" not in page
    assert "sourceMappingURL" not in page


def test_the_policy_allows_exactly_the_scripts_and_styles_in_the_page(made):
    page = render_site_map(made.site_map())
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)[1]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert page.index("Content-Security-Policy") < page.index("<style>") < page.index("<script>")
    assert len(re.findall(r"<script>", page)) == policy.split("style-src")[0].count("sha256-")
    assert page.count("<style>") == policy.split("style-src")[1].count("sha256-")


def test_the_language_and_the_synthetic_badge_stand_in_the_html_itself(made):
    indonesian = render_site_map(made.site_map())
    assert '<html lang="id">' in indonesian
    assert '<p class="synthetic">DATA SINTETIS – bukan data resmi</p>' in indonesian
    english = render_site_map(made.site_map(lang="en", synthetic=False))
    assert '<html lang="en">' in english
    assert '<p class="synthetic" hidden>' in english


def test_names_are_never_run_as_templates_on_the_server(made, tmp_path):
    proof = tmp_path / "executed"
    payload = SERVER_CODE % proof
    page = render_site_map(made.hostile_map(payload))
    assert not proof.exists()
    data = data_of(page)
    assert data["title"] == data["subtitle"] == data["attribution"] == data["run"] == payload
    for column in ("name", "kind", "place", "agency", "rank_text", "band", "conditions"):
        assert set(cells(data, column)) <= {payload, ""}
        assert payload in cells(data, column)
    assert payload in cells(data, "reason")
    assert {c["title"] for c in data["criteria"]} == {payload}
    assert {a["name"] for a in data["land"]} == {payload}
    assert data["layers"][0]["title"] == payload
    assert {label for label, _ in data["layers"][0]["legend"]} == {payload}
    assert re.findall(r"<title>(.*?)</title>", page)[0].endswith("{{7*7}}{% set x=1 %}")


@given(st.text(st.characters(), max_size=60))
def test_any_text_passes_through_the_data_block_unchanged_and_cannot_end_it(text):
    written = script_json({"name": text})
    assert json.loads(written)["name"] == text
    assert written.isascii()
    assert not set("<>&\n\r") & set(written)


def test_contributions_in_the_file_sum_to_the_score(made):
    site_map = made.site_map(200)
    data = data_of(render_site_map(site_map))
    by_name = site_map.sites.set_index("name")["score"]
    assert len(data["sites"]["parts"]) == (site_map.sites["rank"] > 0).sum()
    for name, parts in zip(cells(data, "name"), data["sites"]["parts"], strict=False):
        assert sum(parts) * 1e-5 == pytest.approx(by_name[name], abs=0.5e-5 * len(parts))


def test_sites_are_ordered_best_first_and_the_excluded_last(made):
    ranks = data_of(render_site_map(made.site_map(60)))["sites"]["rank"]
    ranked = [r for r in ranks if r]
    assert ranked == sorted(ranked)
    assert ranks[len(ranked) :] == [0] * (len(ranks) - len(ranked))


def test_a_site_without_a_point_stays_in_the_page_and_is_counted(made):
    site_map = made.site_map(10)
    sites = site_map.sites.copy()
    sites.loc[3, "geometry"] = None
    data = data_of(render_site_map(made.site_map(sites=sites)))
    place = data["sites"]["at"][cells(data, "name").index(sites.loc[3, "name"])]
    assert place is None
    assert data["texts"]["unplaced"].startswith("1 lokasi")


def test_the_same_map_gives_the_same_bytes_and_changes_nothing_it_was_given(made):
    site_map = made.site_map()
    before = copy.deepcopy(site_map.sites)
    assert render_site_map(site_map) == render_site_map(site_map)
    assert site_map.sites.drop(columns=["contributions", "unknown"]).equals(
        before.drop(columns=["contributions", "unknown"])
    )


def test_other_users_of_folium_keep_its_own_settings(made):
    import folium

    def stock():
        page = folium.Map(location=(0, 0)).get_root().render()
        return re.sub(r"[0-9a-f]{32}", "id", page)

    before = stock()
    assert "https://" in before
    render_site_map(made.site_map(3))
    assert stock() == before


def test_five_thousand_sites_are_written_within_three_seconds_and_three_megabytes(made, tmp_path):
    site_map = made.site_map(5000)
    started = time.perf_counter()
    write_site_map(tmp_path / "peta.html", site_map)
    assert time.perf_counter() - started < 3
    assert (tmp_path / "peta.html").stat().st_size < 3_000_000


def test_an_existing_file_is_refused_and_replaced_only_when_asked(made, tmp_path):
    path = tmp_path / "peta.html"
    path.write_text("before", encoding="utf-8")
    with pytest.raises(StudyError) as refused:
        write_site_map(path, made.site_map(3))
    assert refused.value.code == "file.exists"
    assert path.read_text("utf-8") == "before"
    write_site_map(path, made.site_map(3), overwrite=True)
    assert path.read_text("utf-8").endswith("</html>")
    assert [p.name for p in tmp_path.iterdir()] == ["peta.html"]


def test_what_does_not_fit_together_is_refused_with_a_sentence(made):
    good = made.site_map(8)

    def refuse(code, error=InputError, **changes):
        with pytest.raises(error) as refused:
            made.site_map(**changes)
        assert refused.value.code == code
        assert refused.value.say(lang="id") != refused.value.say(lang="en")

    refuse("maps.not_lonlat", CrsError, sites=good.sites.to_crs(32749))
    refuse("maps.missing_columns", sites=good.sites.drop(columns="band"))
    refuse("maps.bad_status", sites=good.sites.assign(status="mungkin"))
    refuse("maps.rank_and_status", sites=good.sites.assign(rank=0))
    refuse(
        "maps.contributions_do_not_sum", sites=good.sites.assign(score=good.sites["score"] + 0.01)
    )
    refuse("maps.bad_contributions", criteria=good.criteria[:-1])
    refuse(
        "maps.not_points", sites=good.sites.set_geometry([made.square(109.5, -7.4)] * 8, crs=4326)
    )
    refuse("maps.bad_language", InputError, lang="jv")
    refuse("maps.missing_columns", kecamatan=good.kecamatan.rename(columns={"name": "nama"}))


def test_a_legend_colour_must_be_a_plain_colour():
    frame = gpd.GeoDataFrame(geometry=[shapely.Point(109, -7)], crs=4326)
    parts = {
        "key": "x",
        "title": "x",
        "frame": frame,
        "style": "event",
        "class_column": "",
        "shown": True,
    }
    with pytest.raises(InputError) as refused:
        MapLayer(**parts, legend=(("a", "red;background:url(x)"),))
    assert refused.value.code == "maps.bad_legend"


def test_classes_follow_numbers_or_labels_and_nothing_is_lost_silently():
    frame = gpd.GeoDataFrame(
        {
            "kelas": [1, 2, 3, 0, None, 7],
            "label": ["rendah", "tinggi", "lain", None, "sedang", "rendah"],
        },
        geometry=[shapely.Point(109 + k, -7) for k in range(6)],
        crs=4326,
    )
    legend = (("rendah", "#fbd6b4"), ("sedang", "#f19a6b"), ("tinggi", "#c2503a"))
    parts = {
        "key": "x",
        "title": "x",
        "frame": frame,
        "style": "event",
        "shown": True,
        "legend": legend,
    }
    assert class_positions(MapLayer(**parts, class_column="kelas")).tolist() == [0, 1, 2, -1, -1, 3]
    assert class_positions(MapLayer(**parts, class_column="label")).tolist() == [0, 2, 3, -1, 1, 0]
    assert class_positions(MapLayer(**parts, class_column="")).tolist() == [0] * 6


def test_every_vendored_file_is_the_one_its_readme_names():
    readme = (STATIC / "vendor" / "README.md").read_text("utf-8")
    table = dict(re.findall(r"^\| (\S+) \| \S+ \| `([0-9a-f]{64})` \|$", readme, re.MULTILINE))
    here = {
        p for room in ("vendor/leaflet", "fonts") for p in (STATIC / room).rglob("*") if p.is_file()
    }
    named = {(STATIC / "vendor" / name).resolve(): digest for name, digest in table.items()}
    assert {p.resolve() for p in here} <= set(named)
    for path, digest in named.items():
        assert hashlib.sha256(Path(path).read_bytes()).hexdigest() == digest, path


def test_page_data_holds_only_plain_values_that_json_can_carry(made):
    assert json.loads(json.dumps(page_data(made.site_map(5)), allow_nan=False))["lang"] == "id"

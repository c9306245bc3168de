"""A study gets its data from the internet whole, credited, or stays as it was."""

import hashlib
import json
import sqlite3

import pytest
from loopback import RECORDED, Reply, serving
from sources_made import cod_ab_zip, extract, geotiff, glo30_tile, people_grid

import words
from data.fetch.fetcher import Manners
from data.study_lock import locked
from data.workspace import create_study, open_study
from geo.errors import InputError, StudyError, UsageError
from work.fetch import add_osm_place, fetch_study, fetched_lines

QUICK = Manners(connect_s=2, read_s=2, total_s=5, tries=1, pause_s=0)
BOX = "109.68,-7.41,109.71,-7.38"


def overpass(asked):
    for sign, name in (("highway", "streets"), ("amenity", "places"), ("building", "buildings")):
        if sign.encode() in asked.body:
            return Reply((RECORDED / f"overpass_{name}.json").read_bytes())
    raise AssertionError(asked.body)


def fill(server, folder):
    """Serve every source, as on the internet."""
    body = cod_ab_zip(folder)
    package = (RECORDED / "hdx_package.json").read_text().replace("{base}", server.base)
    package = package.replace("{md5}", hashlib.md5(body).hexdigest())
    server.on("/package", Reply(package.encode()))
    server.on("/idn_admin_boundaries.shp.zip", Reply(body))
    server.on("/api/interpreter", overpass)
    server.recorded("/api/status", "overpass_status.txt")
    server.recorded("/nominatim/search", "nominatim_place.json")
    server.on("/S08_E109.tif", Reply(glo30_tile(-8, 109)))
    server.on("/people.tif", Reply(people_grid()[0]))
    pbf = extract(folder / "java.osm.pbf")
    server.recorded("/index-v1.json", "geofabrik_index.json")
    server.on("/java-latest.osm.pbf", Reply(pbf))
    server.on("/java-latest.osm.pbf.md5", Reply(hashlib.md5(pbf).hexdigest().encode()))


@pytest.fixture
def server(tmp_path, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    (tmp_path / "served").mkdir()
    with serving() as loopback:
        fill(loopback, tmp_path / "served")
        yield loopback


@pytest.fixture
def study(tmp_path, server):
    folder = tmp_path / "studi"
    create_study(folder, name="Uji").close()
    paths = {
        "hdx": "/package",
        "overpass": "/api",
        "nominatim": "/nominatim/",
        "glo30": "/{lat}_{lon}.tif",
        "worldpop": "/people.tif",
        "geofabrik": "/index-v1.json",
    }
    text = "\n".join(f'[{key}]\nurl = "{server.base}{path}"' for key, path in paths.items())
    (folder / "sources.toml").write_text(text)
    return folder


def files_of(folder):
    with open_study(folder) as opened:
        return {(f.kind, f.name): f for f in opened.store.files()}


def state(folder):
    """Everything a failed fetch must leave alone."""
    with sqlite3.connect(folder / "tapak.sqlite") as base:
        rows = base.execute("SELECT kind, name, sha256, superseded FROM file").fetchall()
    return rows, sorted(p.name for p in (folder / "inputs").iterdir())


def test_a_regency_by_name_gets_everything_with_its_credit(study):
    told = []
    result = fetch_study(study, area="Contoh", manners=QUICK, progress=lambda *t: told.append(t))
    assert [(f["kind"], f["date"]) for f in result["added"]] == [
        ("boundary", "2020-04-01"),
        ("areas", "2020-04-01"),
        ("areas", "2020-04-01"),
        ("osm", "2026-11-20"),
        ("elevation", "2021"),
        ("population", "2020"),
    ]
    assert [what for what, _ in told] == ["boundaries", "osm", "elevation", "population"]
    files = files_of(study)
    assert len(files) == 6
    for file in files.values():
        assert file.source
        assert file.licence
        assert {"attribution", "date", "url", "fetched_on"} <= set(file.options)
        assert not file.options.get("synthetic")
    osm = files["osm", "osm-overpass.osm.pbf"]
    assert (osm.licence, osm.options["attribution"]) == ("ODbL 1.0", "© OpenStreetMap contributors")
    assert json.dumps(result, allow_nan=False)
    for lang in words.LANGUAGES:
        with_lang = words.language.set(lang)
        assert any("ODbL" in line for line in fetched_lines(result))
        words.language.reset(with_lang)


def test_what_was_fetched_is_read_by_a_ranking_like_any_file(study):
    from work.assemble import assemble

    fetch_study(study, area="33.04", manners=QUICK)
    with open_study(study) as opened:
        inputs = assemble(opened)
    assert {"boundary", "areas", "osm", "elevation", "population", "people", "streets"} <= {
        *inputs.layers.by_kind
    }
    assert "ODbL" in inputs.credit(["osm"])
    assert inputs.read["population"].licence == "CC BY 4.0"


def test_again_replaces_and_does_not_pile_up(study, server):
    fetch_study(study, what=["elevation"], area=BOX, manners=QUICK)
    before = server.paths().count("/S08_E109.tif")
    first = files_of(study)
    fetch_study(study, what=["elevation"], area=BOX, manners=QUICK)
    again = files_of(study)
    assert [f.sha256 for f in first.values()] == [f.sha256 for f in again.values()]
    assert server.paths().count("/S08_E109.tif") == before + 1
    assert len(list((study / "inputs").iterdir())) == 1


def test_the_study_s_own_boundary_says_where(study, server):
    fetch_study(study, what=["boundaries"], area="Contoh", manners=QUICK)
    fetch_study(study, what=["osm"], use=["geofabrik"], manners=QUICK)
    assert "/api/interpreter" not in server.paths()
    assert files_of(study)["osm", "osm-geofabrik.osm.pbf"].options["date"] == "2026-11-22"


def test_a_study_that_says_nowhere_is_told(study):
    with pytest.raises(InputError) as raised:
        fetch_study(study, manners=QUICK)
    assert raised.value.code == "fetch.no_area"
    assert "--area" in raised.value.say(lang="id")


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"what": ["cuaca"]}, "fetch.what"),
        ({"use": ["google"]}, "fetch.source"),
        ({"use": ["nominatim"]}, "fetch.source"),
        ({"area": "110,-7,109,-8"}, "fetch.box"),
    ],
)
def test_misuse_is_told_before_anything_is_asked(study, server, told, code):
    with pytest.raises(UsageError) as raised:
        fetch_study(study, **{"area": BOX, **told}, manners=QUICK)
    assert raised.value.code == code
    assert server.asked == []


@pytest.mark.parametrize(
    ("path", "reply", "code"),
    [
        ("/people.tif", Reply(status=404), "fetch.not_found"),
        ("/people.tif", Reply(status=429), "fetch.busy"),
        ("/people.tif", Reply(b"x" * 5000, cut_at=100), "fetch.cut"),
        ("/people.tif", Reply(b"<html>login</html>"), "fetch.damaged"),
        ("/people.tif", Reply(b"x", wait_s=3), "fetch.timeout"),
        ("/S08_E109.tif", Reply(status=500), "fetch.server"),
        ("/api/interpreter", Reply((RECORDED / "overpass_gave_up.json").read_bytes()), "fetch.overpass_short"),
        ("/idn_admin_boundaries.shp.zip", Reply(b"PK broken"), "fetch.checksum"),
    ],
)  # fmt: skip
def test_whatever_fails_the_study_is_as_it_was(study, server, path, reply, code):
    fetch_study(study, what=["elevation"], area=BOX, manners=QUICK)
    before = state(study)
    server.on(path, reply)
    with pytest.raises(InputError) as raised:
        fetch_study(study, area="Contoh", manners=QUICK)
    assert raised.value.code == code
    assert state(study) == before


def test_a_file_the_readers_refuse_leaves_the_earlier_kinds_out_too(study, server):
    import numpy as np

    flat = np.full((360, 360), np.nan, dtype=np.float32)
    tile = geotiff(flat, west=109 - 1 / 720, north=-7 + 1 / 720, step=1 / 360)
    server.on("/S08_E109.tif", Reply(tile))
    before = state(study)
    with pytest.raises(InputError):
        fetch_study(study, what=["boundaries", "elevation"], area="Contoh", manners=QUICK)
    assert state(study) == before


def test_a_cut_fetch_goes_on_next_time(study, server):
    body = people_grid()[0]
    server.on("/people.tif", Reply(body, etag='"p"', cut_at=1000), Reply(body, etag='"p"'))
    with pytest.raises(InputError):
        fetch_study(study, what=["population"], area=BOX.replace("-7.41", "-7.2").replace("-7.38", "-7.1"), manners=QUICK)  # fmt: skip
    fetch_study(study, what=["population"], area="109.1,-7.2,109.2,-7.1", manners=QUICK)
    ranged = [a.headers.get("Range") for a in server.asked if a.path == "/people.tif"]
    assert ranged[0] is None
    assert ranged[1].startswith("bytes=")


def test_a_study_that_somebody_writes_to_is_fetched_for_but_not_changed(study):
    with open_study(study) as opened, opened.locked():
        with pytest.raises(StudyError) as raised:
            fetch_study(study, what=["elevation"], area=BOX, manners=QUICK)
        assert raised.value.code == "study.locked"
    assert files_of(study) == {}


def test_one_fetch_at_a_time_writes_into_the_downloads(study, server):
    (study / "cache" / "download").mkdir(parents=True)
    with locked(study / "cache" / "download"), pytest.raises(StudyError) as raised:
        fetch_study(study, what=["elevation"], area=BOX, manners=QUICK)
    assert raised.value.code == "study.locked"
    assert server.asked == []


def test_osm_by_the_name_of_a_place(study):
    result = add_osm_place(study, "Kabupaten Contoh", manners=QUICK)
    (file,) = result["added"]
    assert file["place"].startswith("Kabupaten Contoh")
    kept = files_of(study)["osm", "osm-overpass.osm.pbf"]
    assert kept.options["place_osm_id"] == "r7"
    assert kept.licence == "ODbL 1.0"
    assert any("Kabupaten Contoh" in line for line in fetched_lines(result))


def test_a_place_nobody_knows_is_told_and_nothing_changes(study, server):
    server.on("/nominatim/search", Reply(b"[]"))
    before = state(study)
    with pytest.raises(InputError) as raised:
        add_osm_place(study, "Antah Berantah", manners=QUICK)
    assert raised.value.code == "fetch.no_place"
    assert state(study) == before


def test_without_boundaries_a_name_is_looked_up_as_a_place(study, server):
    fetch_study(study, what=["elevation"], area="Kabupaten Contoh", manners=QUICK)
    assert "/nominatim/search" in server.paths()
    assert "/package" not in server.paths()


def test_nothing_is_written_beside_the_study(study, tmp_path, monkeypatch):
    (tmp_path / "cwd").mkdir()
    monkeypatch.chdir(tmp_path / "cwd")
    fetch_study(study, area="Contoh", manners=QUICK)
    assert list((tmp_path / "cwd").iterdir()) == []
    assert {p.name for p in (study / "cache").iterdir()} >= {"download"}

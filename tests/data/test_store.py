"""The store: what goes in comes out, whole or not at all, and two planners never lose a change."""

import json
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa

from data.records import FileRecord, RunRecord
from data.schema import Base
from data.store import Store
from geo.errors import CrsError, StudyError

REPO = Path(__file__).parents[2]


def a_file(kind="assets", sha="a" * 64, **told):
    told = {"name": "daftar aset é.xlsx", "path": "aaaa-daftar.xlsx", "bytes": 12} | told
    return FileRecord(kind=kind, sha256=sha, **told)


def some_sites(count=3, *, name="SD Negeri", first=0):
    ids = [f"p-{k:08d}" for k in range(first, first + count)]
    frame = {"id": ids, "name": [f"{name} {k}" for k in range(count)], "kind": "school"}
    frame |= {"kind_text": "Sekolah", "code": "", "agency": "Dinas", "address": "Jl. Raya"}
    frame |= {"desa": "Kutabanjarnegara", "kecamatan": "Banjarnegara", "has_point": True}
    frame |= {"row": range(7, 7 + count), "sheet": "Aset"}
    points = gpd.points_from_xy(109.7 + np.arange(count) * 1e-5, np.full(count, -7.4))
    return gpd.GeoDataFrame(frame, geometry=points, crs=4326)


def some_values(sites, *, value=8.0):
    rows = {"candidate": sites["id"], "key": "labour_need", "value": value, "category": ""}
    return pd.DataFrame(rows | {"unit": "h", "year": 2024.0, "row": sites["row"]})


@pytest.fixture
def store(place):
    with Store.open(place) as opened:
        yield opened


def test_candidates_come_back_as_they_went_in(store):
    sites = some_sites()
    sites.loc[1, "geometry"] = None
    sites.loc[1, "has_point"] = False
    sites.loc[2, "code"] = None
    store.merge_assets(store.put_file(a_file()), sites, some_values(sites))
    back = store.candidates()
    assert back.crs.to_epsg() == 4326
    expected = sites.assign(code="", file_sha256="a" * 64)[back.columns]
    assert back.drop(columns="geometry").to_dict("list") == pd.DataFrame(expected).drop(
        columns="geometry"
    ).to_dict("list")
    assert back.geometry.to_wkb().tolist() == sites.geometry.to_wkb().tolist()


def test_register_values_come_back_with_their_file_and_unknown_stays_unknown(store):
    sites = some_sites()
    values = some_values(sites)
    values.loc[1, ["value", "year"]] = np.nan
    store.merge_assets(store.put_file(a_file()), sites, values)
    back = store.register_values()
    assert np.isnan(back.loc[1, ["value", "year"]].astype(float)).all()
    pd.testing.assert_frame_equal(back[values.columns], values, check_dtype=False)
    assert set(back["file_name"]) == {"daftar aset é.xlsx"}


def test_an_empty_store_gives_empty_frames_with_all_columns(store):
    assert len(store.candidates()) == 0
    assert "geometry" in store.candidates().columns
    assert list(store.register_values().columns)[:3] == ["candidate", "key", "value"]


def test_a_second_register_replaces_what_it_names_and_leaves_the_rest(store):
    first, second = some_sites(4), some_sites(2, name="SMP")
    store.merge_assets(store.put_file(a_file()), first, some_values(first))
    newer = store.put_file(a_file(sha="b" * 64))
    store.merge_assets(newer, second, some_values(second, value=24.0))
    assert store.candidates()["name"].tolist() == [
        "SMP 0",
        "SMP 1",
        "SD Negeri 2",
        "SD Negeri 3",
    ]
    assert store.register_values().sort_values("candidate")["value"].tolist() == [24, 24, 8, 8]
    assert store.candidates()["file_sha256"].str[0].tolist() == ["b", "b", "a", "a"]


def test_a_register_never_touches_the_evidence_of_a_visit(store):
    sites = some_sites(1)
    file = store.put_file(a_file())
    store.merge_assets(file, sites, some_values(sites))
    visit = {"candidate": "p-00000000", "criterion": "supervision", "value": 0.95, "category": ""}
    visit |= {"unit": "", "link": "fuse", "source": "survey", "layer": "", "taken_at": "2026-11-24"}
    with store._writing() as connection:
        connection.execute(sa.insert(Base.metadata.tables["evidence"]), visit | {"by": "tim-1"})
    store.merge_assets(file, sites, some_values(sites))
    with store._reading() as connection:
        sources = connection.execute(sa.text("SELECT source FROM evidence ORDER BY 1")).scalars()
        assert sources.all() == ["register", "survey"]


def test_a_value_of_an_unknown_candidate_is_refused_and_takes_the_whole_file_with_it(store):
    sites, values = some_sites(), some_values(some_sites(5))
    with pytest.raises(sa.exc.IntegrityError), store.transaction():
        store.merge_assets(store.put_file(a_file()), sites, values)
    assert store.files() == ()
    assert len(store.candidates()) == 0


def test_metres_are_refused_as_degrees(store):
    file = store.put_file(a_file())
    with pytest.raises(CrsError, match="EPSG:32749"):
        store.merge_assets(file, some_sites().to_crs(32749), some_values(some_sites()))


def test_files_keep_options_and_the_replaced_ones_stay_on_record(store):
    old = store.put_file(a_file("flood", options={"full_cover": True, "columns": {"a": "é"}}))
    store.supersede("flood")
    new = store.put_file(a_file("flood", sha="b" * 64))
    assert store.files() == (new,)
    assert store.files(current_only=False) == (replace(old, superseded=True), new)
    assert old.added_at.endswith("+00:00")


def test_the_same_bytes_as_the_same_kind_stand_once_among_the_current_files(store):
    store.put_file(a_file("osm"))
    other = store.put_file(a_file("roads"))
    again = store.put_file(a_file("osm", options={"crs": "EPSG:4326"}))
    assert store.files() == (other, again)


def test_runs_come_back_with_their_result_and_in_order(store):
    result = json.dumps({"sites": [{"id": "p-1", "score": 0.5}] * 500})
    runs = [
        RunRecord(
            id=f"{k:012d}",
            programme="kerja-sosial",
            scenario={"weights": {"flood": 0.1}},
            inputs={"flood": "a" * 64},
            software={"tapak": "0.1.0"},
            result_sha256="b" * 64,
            previous="",
            record_sha256=f"{k:064d}",
            created_at="2026-11-24T07:00:00+00:00",
            result=result,
        )
        for k in (2, 1)
    ]
    for run in runs:
        store.add_run(run)
    assert store.run(runs[1].id) == runs[1]
    assert store.runs() == tuple(replace(run, result=None) for run in runs)
    with pytest.raises(StudyError, match="000000000009"):
        store.run("000000000009")


def test_two_planners_saving_the_same_place_lose_nothing(place, store):
    sites = some_sites()
    store.merge_assets(store.put_file(a_file()), sites, some_values(sites))
    with Store.open(place) as other:
        mine, theirs = store.candidate("p-00000001"), other.candidate("p-00000001")
        saved = other.save_candidate(replace(theirs, name="SD Baru", lon=109.5, lat=-7.1))
        with pytest.raises(StudyError) as caught:
            store.save_candidate(replace(mine, name="SD Lain"))
    assert caught.value.code == "store.stale"
    assert "muat ulang" in caught.value.say(lang="id")
    assert store.candidate("p-00000001") == saved
    assert (saved.name, saved.version) == ("SD Baru", 2)
    assert store.candidates().geometry[1].coords[0] == (109.5, -7.1)


def test_a_register_that_arrives_while_a_place_is_edited_is_not_overwritten(store):
    sites = some_sites()
    file = store.put_file(a_file())
    store.merge_assets(file, sites, some_values(sites))
    mine = store.candidate("p-00000001")
    store.merge_assets(file, sites, some_values(sites))
    with pytest.raises(StudyError, match="disimpan orang lain"):
        store.save_candidate(mine)


def test_a_place_that_is_not_there_is_told_plainly(store):
    with pytest.raises(StudyError, match="p-x"):
        store.candidate("p-x")


def test_what_a_transaction_stored_is_seen_inside_it_and_gone_when_it_fails(store):
    sites = some_sites()

    def break_off():
        with store.transaction():
            store.merge_assets(store.put_file(a_file()), sites, some_values(sites))
            assert len(store.candidates()) == 3
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        break_off()
    assert (len(store.candidates()), store.files()) == (0, ())


def test_a_reader_is_not_held_up_by_a_writer_and_sees_the_old_rows(store):
    sites = some_sites()
    seen = []
    with store.transaction():
        store.merge_assets(store.put_file(a_file()), sites, some_values(sites))
        reader = threading.Thread(target=lambda: seen.append(len(store.candidates())))
        reader.start()
        reader.join(timeout=10)
    assert seen == [0]


def test_a_second_writer_is_told_to_wait(place, store):
    with (
        Store.open(place, wait_s=0.05) as other,
        store.transaction(),
        pytest.raises(StudyError) as caught,
    ):
        other.supersede("osm")
    assert caught.value.code in {"store.busy", "store.server_busy"}


@pytest.mark.parametrize("raw", [b"bukan basis data " * 100, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_file_that_is_no_database_is_told_plainly_and_left_alone(tmp_path, raw):
    path = tmp_path / "rusak.sqlite"
    path.write_bytes(raw)
    with pytest.raises(StudyError, match=r"rusak\.sqlite"):
        Store.open(path)
    assert path.read_bytes() == raw


def test_a_path_with_signs_of_a_url_is_a_path(tmp_path):
    (tmp_path / "studi satu é").mkdir()
    path = tmp_path / "50% #1 ?mode=ro é.sqlite"
    Store.open(tmp_path / "studi satu é" / ".." / path.name).close()
    assert path.exists()


def test_importing_the_store_does_not_load_geopandas():
    code = (
        "import sys, data.store; sys.exit('geopandas' in sys.modules or 'alembic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=REPO, check=False).returncode == 0


def test_fifty_thousand_rows_are_stored_in_seconds(store):
    sites = some_sites(50_000)
    values = some_values(sites)
    file = store.put_file(a_file())
    began = time.perf_counter()
    store.merge_assets(file, sites, values)
    assert time.perf_counter() - began < 15  # about 1.5 s on an idle core; shared ones are slower


def test_a_full_disk_is_told_plainly_and_leaves_the_store_as_it_was(tmp_path):
    with Store.open(tmp_path / "tapak.sqlite") as store:
        a_disk_fills(store)


def a_disk_fills(store):
    with store._reading() as connection:  # the pool hands the same connection out again
        connection.exec_driver_sql("PRAGMA max_page_count = 40")
    sites = some_sites(5000)
    file = store.put_file(a_file())
    with pytest.raises(StudyError) as caught:
        store.merge_assets(file, sites, some_values(sites))
    assert caught.value.code == "store.disk_full"
    assert "sisa ruang disk" in caught.value.say(lang="id")
    assert (len(store.candidates()), store.files()) == (0, (file,))


def test_a_scenario_is_kept_and_a_stale_save_is_refused(place):
    from data.records import ScenarioRecord

    with Store.open(place) as store:
        first = ScenarioRecord(
            name="Rapat", programme="kerja-sosial", groups={}, weights={"capacity": 9.0}
        )
        saved = store.save_scenario(first)
        assert (saved.version, store.scenarios()) == (1, (saved,))
        again = store.save_scenario(saved)
        assert again.version == 2
        with pytest.raises(StudyError, match="Rapat"):
            store.save_scenario(saved)
        assert store.scenarios("pos-bapas") == ()

"""A study moved to a server and back is the same study; a move that dies leaves it as it was."""

import json
import os
import shutil
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from data.copying import contents_of
from data.kept_in import place_of, stamp
from data.server import Server, drop_schema, schemas_of
from data.settings import read_settings
from data.settings_store import with_store
from data.study_lock import locked
from data.workspace import open_study
from geo.errors import StudyError
from work.audit import verify_history
from work.changes import fingerprint
from work.living import comment
from work.moving_store import move_study
from work.ranking import rank_study
from work.scenarios import save_scenario

REPO = Path(__file__).parents[2]
URL = os.environ.get("TAPAK_PG", "")
MOVER = """
import os, sys
from pathlib import Path
import work.moving_store as moving
where, folder, to, schema = sys.argv[1:]
def die(*_args, **_told):
    os._exit(9)
if where == "copy":
    import data.copying as copying
    whole = copying._count_on
    copying._count_on = lambda c, table: die() if table.name == "evidence" else whole(c, table)
elif where == "back":
    moving.copy_store = lambda old, new: (new.transaction().__enter__(), die())
else:
    setattr(moving, {"compare": "refuse_different", "switch": "with_store", "aside": "_aside"}[where], die)
moving.move_study(Path(folder), to, schema=schema)
"""


@pytest.fixture
def moved(study, server):
    """The small demo on a server, as `tapak move` leaves it."""
    told = move_study(study, URL, schema=server.schema)
    return study, told


def rows_but(folder, *aside):
    with open_study(folder) as opened:
        return {t.table: t for t in contents_of(opened.store) if t.table not in aside}


def ranked(folder):
    told = rank_study(folder)
    return json.dumps({k: v for k, v in told.items() if k not in {"run", "moved"}}, sort_keys=True)


def test_a_study_there_and_back_ranks_the_same_and_keeps_every_row(study, server):
    save_scenario(study, "Rapat", programme=None, groups={}, weights={"capacity": 9.0})
    before, ranking, text = rows_but(study), ranked(study), (study / "study.toml").read_bytes()
    before |= rows_but(study)  # the run is recorded now
    there = move_study(study, URL, schema=server.schema)
    assert (there["from"], there["aside"][:19]) == ("tapak.sqlite", "tapak-sebelum-pinda")
    assert {t["table"]: t["sha256"] for t in there["tables"]} == {
        name: table.sha256 for name, table in before.items()
    }
    assert not (study / "tapak.sqlite").exists()
    assert rows_but(study, "event") == {k: v for k, v in before.items() if k != "event"}
    assert ranked(study) == ranking
    on_server = rows_but(study)
    back = move_study(study, "sqlite")
    assert back["aside"] == there["to"]
    assert {t["table"]: t["sha256"] for t in back["tables"]} == {
        name: table.sha256 for name, table in on_server.items()
    }
    assert (study / "study.toml").read_bytes() == text
    assert ranked(study) == ranking
    told = verify_history(study)
    assert told["broken"] is None
    assert told["events"] >= before["event"].rows + 2


def test_the_numbers_given_after_a_move_follow_those_before(moved):
    folder, _ = moved
    with open_study(folder) as opened:
        last = max(file.id for file in opened.store.files(current_only=False))
        again = opened.store.put_file(replace(opened.store.files()[0], id=None))
        assert again.id > last


def test_signs_an_older_file_may_hold_and_a_server_cannot_are_no_hindrance(study, server):
    with open_study(study) as opened:
        site = opened.store.candidates()["id"].iloc[0]
        with opened.store.transaction() as raw:
            put = "INSERT INTO comment (candidate, at, by, said) VALUES (?, '', 'x', ?)"
            raw.exec_driver_sql(put, (site, "a\0b\t\\N\r\n"))
    move_study(study, URL, schema=server.schema)
    with open_study(study) as opened:
        assert [c.said for c in opened.store.comments(site)][-1] == "ab\t\\N\r\n"


def test_points_on_the_server_are_the_file_s_to_the_bit_and_postgis_reads_them(study, server):
    with open_study(study) as opened:
        here = opened.store.candidates()
    move_study(study, URL, schema=server.schema)
    with open_study(study) as opened:
        there = opened.store.candidates()
        with opened.store.snapshot() as connection:
            read = connection.exec_driver_sql(
                "SELECT ST_X(geom), ST_Y(geom), ST_SRID(geom) FROM candidate "
                "WHERE geom IS NOT NULL ORDER BY id"
            ).all()
    assert there.geometry.to_wkb().tolist() == here.geometry.to_wkb().tolist()
    known = here[~here.geometry.is_empty & here.geometry.notna()]
    assert [tuple(row) for row in read] == [(p.x, p.y, 4326) for p in known.geometry]
    rounded = known.geometry.get_coordinates().round(7)
    assert (rounded.to_numpy() == known.geometry.get_coordinates().to_numpy()).all()


def test_what_the_app_looks_at_follows_the_server(moved):
    folder, _ = moved
    first, contents = stamp(folder), fingerprint(folder)
    assert stamp(folder) == first
    with open_study(folder) as opened:
        site = opened.store.candidates()["id"].iloc[0]
    comment(folder, site, "Sudah ditelepon.")
    assert stamp(folder) != first
    assert fingerprint(folder) == contents
    with open_study(folder) as opened:
        opened.store.save_candidate(replace(opened.store.candidate(site), name="Lain"))
    assert fingerprint(folder) != contents


@pytest.mark.parametrize("where", ["copy", "compare", "switch"])
def test_a_move_that_dies_midway_leaves_the_study_as_it_was(study, server, where):
    text, before = (study / "study.toml").read_bytes(), rows_but(study)
    command = [sys.executable, "-c", MOVER, where, str(study), URL, server.schema]
    assert subprocess.run(command, cwd=REPO, check=False).returncode == 9
    assert (study / "study.toml").read_bytes() == text
    assert rows_but(study) == before
    again = move_study(
        study, URL, schema="" if server.schema in schemas_of(server) else server.schema
    )
    assert len(again["tables"]) == len(before)
    place = place_of(study)
    if place != server:
        drop_schema(place)


def test_a_move_that_dies_after_its_switch_has_moved(study, server):
    before = rows_but(study, "event")
    command = [sys.executable, "-c", MOVER, "aside", str(study), URL, server.schema]
    assert subprocess.run(command, cwd=REPO, check=False).returncode == 9
    assert rows_but(study, "event") == before
    assert place_of(study) == server
    assert (study / "tapak.sqlite").exists()
    move_study(study, "sqlite")  # and what was left behind does not stand in its way
    assert rows_but(study, "event") == before


@pytest.mark.parametrize("where", ["back", "compare", "switch"])
def test_a_way_back_that_dies_midway_leaves_the_study_on_its_server(moved, where):
    folder, _ = moved
    before = rows_but(folder)
    command = [sys.executable, "-c", MOVER, where, str(folder), "sqlite", ""]
    assert subprocess.run(command, cwd=REPO, check=False).returncode == 9
    assert rows_but(folder) == before
    assert isinstance(place_of(folder), Server)
    move_study(folder, "sqlite")
    assert rows_but(folder, "event").keys() == before.keys() - {"event"}


def test_a_copy_that_differs_is_refused_and_taken_away(study, server, monkeypatch):
    import work.moving_store as moving

    def short(_old, new):
        with new.transaction() as raw:
            raw.exec_driver_sql("UPDATE written SET number = 0")

    monkeypatch.setattr(moving, "copy_store", short)
    with pytest.raises(StudyError) as caught:
        move_study(study, URL, schema=server.schema)
    assert caught.value.code == "store.copy_differs"
    assert server.schema not in schemas_of(server)
    with open_study(study) as opened:
        assert len(opened.store.candidates()) > 0


def test_whoever_waited_for_the_move_is_told_and_loses_nothing(study, server):
    told = []

    def late():
        with open_study(study) as opened:
            ready.set()
            try:
                with opened.locked(wait_s=30):
                    told.append("wrote")
            except StudyError as fault:
                told.append(fault.code)

    ready, thread = threading.Event(), threading.Thread(target=late)
    with locked(study):
        thread.start()
        ready.wait(10)
        text = (study / "study.toml").read_text()
        stated = replace(read_settings(study / "study.toml"), store=None)
        assert stated.store is None
        from data.settings_store import StoreSettings

        there = StoreSettings(url=URL, schema=server.schema)
        (study / "study.toml").write_text(with_store(text, there))
    thread.join(40)
    assert told == ["study.moved"]


def test_the_lock_of_a_study_on_a_server_holds_for_another_folder_of_it(moved, tmp_path):
    folder, _ = moved
    elsewhere = shutil.copytree(folder, tmp_path / "komputer lain")
    with open_study(folder) as one, open_study(elsewhere) as other:
        with one.locked(), pytest.raises(StudyError, match="sedang dipakai"), other.locked():
            pass
        with other.locked(wait_s=1):
            pass


def test_a_server_written_in_by_hand_is_no_move(study, server):
    text = (study / "study.toml").read_text()
    from data.settings_store import StoreSettings

    named = with_store(text, StoreSettings(url=URL, schema=server.schema))
    (study / "study.toml").write_text(named)
    with pytest.raises(StudyError, match="tapak move"):
        open_study(study)
    assert server.schema not in schemas_of(server)


def test_a_schema_that_is_there_is_never_written_over(moved, small_demo, tmp_path):
    _, told = moved
    other = Path(shutil.copytree(small_demo, tmp_path / "studi dua"))
    with pytest.raises(StudyError, match=told["to"].rsplit("/")[-1]):
        move_study(other, URL, schema=told["to"].rsplit("/")[-1])
    with pytest.raises(StudyError) as caught:
        move_study(moved[0], URL)
    assert caught.value.code == "store.there_already"


def test_two_studies_share_one_server_and_see_only_themselves(moved, small_demo, tmp_path):
    folder, _ = moved
    other = Path(shutil.copytree(small_demo, tmp_path / "studi dua"))
    move_study(other, URL)
    try:
        with open_study(other) as opened:
            site = opened.store.candidates()["id"].iloc[0]
        comment(other, site, "Hanya di sini.")
        with open_study(folder) as opened:
            assert opened.store.comments(site) == ()
    finally:
        drop_schema(place_of(other))

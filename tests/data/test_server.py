"""A study on a server: every fault in one plain sentence, one schema seen, one holder at a time."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
import writers

from data.server import Server, close_server, schemas_of
from data.store import Store
from data.store_faults import code_of, plain_faults
from data.store_life import EventRecord
from geo.errors import StudyError
from words import LANGUAGES

REPO = Path(__file__).parents[2]
EVENT = EventRecord(by="x", role="admin", action="rank", subject="x")
HOLDER = """
import sys, time
from data.store import Store
from writers import place_read
with Store.open(place_read(sys.argv[1])) as store, store.held(wait_s=0, folder="studi"):
    print("siap", flush=True)
    time.sleep(60)
"""


def refused(place):
    with pytest.raises(StudyError) as caught:
        Store.open(place)
    for lang in LANGUAGES:
        assert "{" not in caught.value.say(lang=lang)
    return caught.value.code


def test_a_server_that_is_not_there_is_away():
    assert refused(Server(url="postgresql://tapak@127.0.0.1:9/tapak", schema="a")) == "store.away"
    nowhere = Server(url="postgresql://tapak@server.invalid/tapak", schema="a")
    assert refused(nowhere) == "store.away"


def test_a_wrong_password_an_unknown_account_and_database_are_told_apart(
    server, monkeypatch, tmp_path
):
    assert refused(replace(server, url=server.url.rsplit("/", 1)[0] + "/lain")) in {
        "store.no_database",
        "store.refused",
    }
    wrong = tmp_path / "pgpass"
    wrong.write_text("*:*:*:*:rahasia-yang-salah\n")
    wrong.chmod(0o600)
    assert refused(replace(server, passfile=wrong)) == "store.refused"
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "tidak ada"))
    assert refused(replace(server, url=server.url.replace("tapak@", "siapa@"))) == "store.refused"


def test_a_study_s_own_password_file_is_used(server, monkeypatch):
    own = replace(server, passfile=Path(os.environ["PGPASSFILE"]))
    monkeypatch.delenv("PGPASSFILE")
    with Store.open(own) as store:
        assert store.events() == ()
    close_server(own)


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("53100", "store.server_full"),
        ("53200", "store.server_full"),
        ("53300", "store.server_busy"),
        ("40001", "store.server_busy"),
        ("40P01", "store.server_busy"),
        ("55P03", "store.server_busy"),
        ("57P01", "store.away"),
        ("57P03", "store.away"),
        ("08006", "store.away"),
        ("28P01", "store.refused"),
        ("3D000", "store.no_database"),
        ("42501", "store.no_schema"),
        ("25006", "store.server_read_only"),
        ("XX001", "store.server_broken"),
        ("23503", None),
        ("42601", None),
    ],
)
def test_what_the_server_says_has_its_sentence(state, code):
    fault = psycopg.errors.lookup(state)("apa saja")
    assert code_of(fault) == code
    wrapped = sa.exc.DBAPIError.instance("SELECT", None, fault, psycopg.Error)
    for raised in (fault, wrapped):
        with pytest.raises(StudyError if code else type(raised)) as caught, plain_faults("h/d/s"):
            raise raised
        if code:
            assert caught.value.code == code
            assert "h/d/s" in caught.value.say()


def test_a_full_disk_leaves_the_store_as_it_was(server):
    """PostgreSQL's own limit on temporary files stands in for a disk: the same class of fault."""
    with Store.open(server) as store:
        store.add_event(EVENT)

        def fill():
            with store.transaction() as raw:
                store.add_event(EVENT)
                raise_full(raw)

        with pytest.raises(StudyError) as caught:
            fill()
        assert caught.value.code == "store.server_full"
        assert len(store.events()) == 1


def raise_full(raw):
    raw.exec_driver_sql("DO $$ BEGIN RAISE EXCEPTION 'penuh' USING ERRCODE = '53100'; END $$")


def test_a_reader_may_not_write_and_sees_one_moment(server):
    with Store.open(server) as store, Store.open(server) as other:
        with store.snapshot() as raw:
            assert raw.exec_driver_sql("SELECT count(*) FROM event").scalar() == 0
            other.add_event(EVENT)
            assert raw.exec_driver_sql("SELECT count(*) FROM event").scalar() == 0
        assert len(store.events()) == 1

        def write_while_reading():
            with store.snapshot() as raw:
                raw.exec_driver_sql("DELETE FROM event")

        with pytest.raises(StudyError) as caught:
            write_while_reading()
        assert caught.value.code == "store.server_read_only"
        assert len(store.events()) == 1


def test_another_program_s_tables_in_public_are_never_taken_for_ours(server):
    beside = sa.create_engine(sa.make_url(server.url).set(drivername="postgresql+psycopg"))
    with beside.begin() as raw:
        raw.exec_driver_sql("CREATE TABLE public.alembic_version (version_num text)")
        raw.exec_driver_sql("INSERT INTO public.alembic_version VALUES ('lain')")
        raw.exec_driver_sql("CREATE TABLE public.event (number int)")
    try:
        with Store.open(server) as store:
            assert store.add_event(EVENT).number == 1
        with beside.begin() as raw:
            assert raw.exec_driver_sql("SELECT * FROM public.alembic_version").all() == [("lain",)]
            assert raw.exec_driver_sql("SELECT * FROM public.event").all() == []
    finally:
        with beside.begin() as raw:
            raw.exec_driver_sql("DROP TABLE public.alembic_version, public.event")
        beside.dispose()
    other = replace(server, schema=server.schema + "_b")
    assert other.schema not in schemas_of(server)


def test_the_lock_of_a_process_that_was_killed_is_free_at_once(server, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", f"{REPO}:{REPO / 'tests' / 'support'}")
    with Store.open(server) as store:
        command = [sys.executable, "-c", HOLDER, writers.place_told(server)]
        child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=REPO)
        assert child.stdout.readline() == "siap\n"
        with pytest.raises(StudyError) as caught, store.held(wait_s=0, folder="studi"):
            pass
        assert caught.value.code == "study.locked"
        with pytest.raises(StudyError) as caught, store.held(wait_s=0.2, folder="studi"):
            pass
        assert caught.value.code == "study.locked"
        child.kill()
        child.communicate()
        with store.held(wait_s=10, folder="studi"):
            store.add_event(EVENT)
        with store.held(wait_s=0, folder="studi"):
            assert len(store.events()) == 1


def test_a_process_that_forks_leaves_the_parent_its_connections(server):
    if not hasattr(os, "fork"):
        pytest.skip("no fork here")
    code = (
        "import os, sys; from data.store import Store; from writers import place_read\n"
        "from data.store_life import EventRecord\n"
        "place = place_read(sys.argv[1])\n"
        "told = dict(by='x', role='admin', action='rank', subject='x')\n"
        "with Store.open(place) as store:\n"
        "    store.add_event(EventRecord(**told))\n"
        "    child = os.fork()\n"
        "    if child == 0:\n"
        "        with Store.open(place) as own: own.add_event(EventRecord(**told))\n"
        "        os._exit(0)\n"
        "    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0\n"
        "    assert store.add_event(EventRecord(**told)).number == 3\n"
    )
    env = os.environ | {"PYTHONPATH": f"{REPO}:{REPO / 'tests' / 'support'}"}
    command = [sys.executable, "-c", code, writers.place_told(server)]
    assert subprocess.run(command, cwd=REPO, env=env, check=False).returncode == 0


def test_text_is_ordered_by_its_bytes_as_a_file_orders_it(place):
    from data.records import ScenarioRecord

    names = ["b", "A", "a", "Z", "é", "_", "10", "9", "Ä", "ß"]
    with Store.open(place) as store:
        for name in names:
            store.save_scenario(ScenarioRecord(name=name, programme="x", groups={}, weights={}))
        with store.snapshot() as raw:
            told = raw.execute(sa.text("SELECT name FROM scenario ORDER BY name")).scalars().all()
    assert told == sorted(names, key=str.encode)

"""The server killed in the middle of commits: what it acknowledged is there when it is back."""

import importlib.util
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
import writers

from data.server import Server, close_server
from data.store import Store
from data.store_life import EventRecord, broken_link
from geo.errors import StudyError

REPO = Path(__file__).parents[2]
SUPPORT = REPO / "tests" / "support"


@pytest.fixture
def cluster(monkeypatch):
    """A server for this test alone, which may be killed."""
    path = REPO / "tools" / "with_postgis.py"
    spec = importlib.util.spec_from_file_location("tapak_with_postgis", path)
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    if os.environ.get("TAPAK_PG"):
        tool.programs()  # says plainly what is to be installed
    else:
        pytest.skip("no PostGIS: make test-postgis")
    with tool.Cluster() as made:
        monkeypatch.setenv("PGPASSFILE", str(made.passfile))
        yield made


def kill_all(cluster):
    """End the server and whoever serves its connections, at once."""
    children = psutil.Process(cluster._process.pid).children(recursive=True)
    cluster.kill()
    for child in children:
        try:
            child.kill()
        except psutil.NoSuchProcess:
            continue
    psutil.wait_procs(children, timeout=10)


@pytest.mark.parametrize("whole", [True, False], ids=["everything", "postmaster alone"])
def test_what_was_acknowledged_is_kept_and_writing_goes_on(cluster, whole, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", f"{REPO}:{SUPPORT}")
    place = Server(url=cluster.url, schema="dimatikan")
    Store.open(place).close()
    command = [sys.executable, str(SUPPORT / "acknowledged.py"), writers.place_told(place)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=REPO) as writer:
        assert writer.stdout.readline() == "kept 1\n"
        draws = random.Random(8)
        for _ in range(4):
            time.sleep(draws.uniform(0.1, 0.6))
            kill_all(cluster) if whole else cluster.kill()
            cluster.start()
            time.sleep(0.3)
        time.sleep(0.5)
        writer.kill()
        told = writer.stdout.read().splitlines()
    kept = [int(line.split()[1]) for line in told if line.startswith("kept ")]
    faults = {line.split()[1] for line in told if line.startswith("fault ")}
    assert faults <= {"store.away", "store.server_busy"}
    assert faults
    with Store.open(place) as store:
        events = store.events()
    assert broken_link(events) is None
    assert {event.number for event in events} >= {1, *kept}
    assert kept[-1] > 10
    close_server(place)


def test_a_lock_that_went_with_the_server_is_noticed_before_anything_is_stored(cluster):
    place = Server(url=cluster.url, schema="kunci")
    event = EventRecord(by="x", role="admin", action="rank", subject="x")

    def write_after_the_server_was_away(store):
        with store.held(wait_s=1, folder="studi"):
            store.add_event(event)
            kill_all(cluster)
            cluster.start()
            with Store.open(place) as other, other.held(wait_s=1, folder="studi"):
                other.add_event(event)
            store.add_event(event)

    with Store.open(place) as store:
        with pytest.raises(StudyError) as caught:
            write_after_the_server_was_away(store)
        assert caught.value.code == "store.away"
        assert len(store.events()) == 2
        with store.held(wait_s=1, folder="studi"):
            assert store.add_event(event).number == 3
    close_server(place)

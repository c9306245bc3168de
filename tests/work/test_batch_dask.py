"""The same batch on Dask: a local cluster, and a scheduler and workers of their own over TCP."""

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from batches import NAMES
from needed import absent

from geo.errors import StudyError
from work.batch import batch
from work.batch_dask import DaskCrew
from work.batch_task import carry_out

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt", reason="processes are ended by signals"),
]
UP_S = 120.0


@pytest.fixture(scope="module")
def distributed():
    try:
        import distributed as found
    except ImportError:
        why = "Dask is not installed (the extra `cluster`)"
        absent(why)
    return found


@pytest.fixture
def cluster(made, tmp_path):
    """Start a scheduler and workers as processes on a free port of this machine; end them all."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address, going = f"tcp://127.0.0.1:{port}", []
    surroundings = {**os.environ, "PYTHONPATH": f"{made.FAULTS}:{made.ROOT}"}

    def start(*words):
        words = [sys.executable, "-m", "distributed.cli.dask_" + words[0], *words[1:]]
        surroundings["TAPAK_TEST_FAULTS"] = os.environ.get("TAPAK_TEST_FAULTS", "{}")
        log = (tmp_path / f"log-{len(going)}").open("wb")
        going.append(
            subprocess.Popen(
                words, env=surroundings, cwd=tmp_path, stdout=log, stderr=log,
                start_new_session=True,
            )
        )  # fmt: skip
        return going[-1]

    class Cluster:
        def __init__(self):
            self.address = address

        def scheduler(self):
            return start("scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard")

        def worker(self):
            return start(
                "worker", address, "--nthreads", "1", "--no-dashboard", "--host", "127.0.0.1",
                "--death-timeout", str(UP_S), "--local-directory", str(tmp_path / "dask"),
            )  # fmt: skip

    yield Cluster()
    for process in going:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def children(process):
    """Processes that a nanny has started, from whichever of its threads."""
    told = Path(f"/proc/{process.pid}/task").glob("*/children")
    return [int(pid) for path in told for pid in path.read_text(encoding="ascii").split()]


def workers_of(pids):
    """Those of some processes that are workers, not trackers of shared memory."""
    found = []
    for pid in pids:
        try:
            if "spawn_main" in Path(f"/proc/{pid}/cmdline").read_text(encoding="ascii"):
                found.append(pid)
        except OSError:
            continue
    return found


@pytest.mark.usefixtures("distributed")
def test_a_local_cluster_with_a_worker_killed_leaves_the_same_bytes(
    made, undisturbed, studies, tmp_path
):
    crews, killed = [], []

    def crew(count):
        crews.append(DaskCrew(carry_out, address="local", workers=count))
        return crews[0]

    def kill():
        while not crews:
            time.sleep(0.1)
        time.sleep(1.0)
        pids = [w.pid for w in crews[0]._cluster.workers.values() if w.pid]
        killed.append(random.Random(3).choice(pids))
        os.kill(killed[0], signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    told = batch([str(studies)], tmp_path / "hasil", workers=2, method=made.method(), crew=crew)
    killer.join()
    assert killed
    assert told["failed"] == []
    assert made.contents(tmp_path / "hasil") == undisturbed


def test_over_tcp_with_workers_killed_leaves_the_same_bytes(
    distributed, made, undisturbed, studies, tmp_path, cluster
):
    cluster.scheduler()
    nannies = [cluster.worker(), cluster.worker()]
    wait_for(distributed, cluster.address, workers=2)
    killed = []

    def kill():
        rng = random.Random(5)
        for wait_s in (1.0, 2.0):
            time.sleep(wait_s)
            pids = workers_of(children(rng.choice(nannies)))
            if pids:
                killed.append(pids[0])
                os.kill(pids[0], signal.SIGKILL)

    killer = threading.Timer(0.0, kill)
    killer.start()
    told = batch(
        [str(studies)], tmp_path / "hasil", scheduler=cluster.address, method=made.method()
    )
    killer.join()
    assert killed
    assert told["failed"] == []
    assert made.contents(tmp_path / "hasil") == undisturbed


@pytest.mark.soak
def test_a_scheduler_lost_and_restarted_leaves_the_same_bytes(
    distributed, made, undisturbed, studies, tmp_path, cluster
):
    first = cluster.scheduler()
    cluster.worker()
    wait_for(distributed, cluster.address, workers=1)
    restarted = []

    def lose(standing):
        if not restarted and standing.done == 1:
            os.killpg(first.pid, signal.SIGKILL)
            first.wait()
            restarted.append(cluster.scheduler())
            cluster.worker()

    told = batch(
        [str(studies)],
        tmp_path / "hasil",
        scheduler=cluster.address,
        method=made.method(),
        told=lose,
    )
    assert restarted
    assert told["failed"] == []
    assert made.contents(tmp_path / "hasil") == undisturbed


@pytest.mark.soak
def test_a_deadly_study_on_a_cluster_is_given_up_and_no_other(
    distributed, made, undisturbed, studies, small_demo, tmp_path, cluster, monkeypatch
):
    made.studies(small_demo, studies, ("racun",))
    made.faulty(monkeypatch, die="racun")
    cluster.scheduler()
    cluster.worker()
    wait_for(distributed, cluster.address, workers=1)
    told = batch(
        [str(studies)], tmp_path / "hasil", scheduler=cluster.address, method=made.method()
    )
    assert [d["study"] for d in told["done"]] == list(NAMES)
    assert [f["study"] for f in told["failed"]] == ["racun"]
    ours = made.contents(tmp_path / "hasil")
    assert {f for f in ours if ours[f] != undisturbed.get(f)} == {"manifest.json"}


@pytest.mark.usefixtures("distributed")
def test_a_scheduler_that_is_not_there_is_one_sentence_and_nothing_is_lost(
    made, studies, tmp_path, monkeypatch
):
    monkeypatch.setattr("work.batch_dask._CONNECT_S", 1.0)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(StudyError) as fault:
        batch([str(studies)], tmp_path / "hasil", scheduler=address, method=made.method())
    assert fault.value.code == "batch.no_scheduler"


def wait_for(distributed, address, *, workers):
    """Wait until so many workers have come to a scheduler."""
    until = time.monotonic() + UP_S
    while True:
        try:
            with distributed.Client(address, timeout=5, set_as_default=False) as client:
                client.wait_for_workers(workers, timeout=UP_S)
                return
        except (OSError, TimeoutError):
            if time.monotonic() > until:
                raise
            time.sleep(0.5)

"""Workers die, hang, find no room; the results are those of an undisturbed batch, to the byte."""

import os
import random
import signal
import subprocess
import sys
import threading
import time

import pytest
from batches import NAMES

from geo.errors import StudyError
from work.batch import batch
from work.batch_crew import ProcessCrew
from work.batch_task import carry_out

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt", reason="processes are ended by signals"),
]


def test_workers_killed_at_random_leave_the_same_bytes(made, undisturbed, studies, tmp_path):
    crews, killed = [], []

    def crew(count):
        crews.append(ProcessCrew(carry_out, workers=count))
        return crews[0]

    def kill():
        rng = random.Random(7)
        for wait_s in (2.0, 1.5, 1.5):
            time.sleep(wait_s)
            pids = crews[0].pids
            if pids:
                killed.append(rng.choice(pids))
                os.kill(killed[-1], signal.SIGKILL)

    killer = threading.Timer(0.0, kill)
    killer.start()
    told = batch([str(studies)], tmp_path / "hasil", workers=2, method=made.method(), crew=crew)
    killer.join()
    assert killed
    assert told["failed"] == []
    assert made.contents(tmp_path / "hasil") == undisturbed


@pytest.mark.soak
def test_a_study_that_kills_or_holds_its_worker_is_given_up_and_no_other(
    made, undisturbed, studies, small_demo, tmp_path, monkeypatch
):
    made.studies(small_demo, studies, ("racun", "macet"))
    made.faulty(monkeypatch, die="racun", hang="macet")
    method = made.method(limit_s=60.0)
    told = batch([str(studies)], tmp_path / "hasil", workers=2, method=method)
    assert [d["study"] for d in told["done"]] == list(NAMES)
    reasons = {f["study"]: f["reason"] for f in told["failed"]}
    assert "3 kali" in reasons["racun"]
    assert "1,0 menit" in reasons["macet"]
    ours = made.contents(tmp_path / "hasil")
    assert {f for f in ours if ours[f] != undisturbed.get(f)} == {"manifest.json"}
    assert undisturbed.keys() <= ours.keys()


def test_a_study_that_swells_is_ended_by_its_own_watch(made, studies, tmp_path):
    method = made.method(memory_mb=20.0)
    told = batch([str(studies / "a")], tmp_path / "hasil", workers=1, method=method)
    assert told["done"] == []
    assert "20 MB" in told["failed"][0]["reason"]


def test_workers_that_cannot_start_are_no_study_s_fault(made, studies, tmp_path, monkeypatch):
    made.faulty(monkeypatch, stillborn=True)
    with pytest.raises(StudyError) as fault:
        batch([str(studies)], tmp_path / "hasil", workers=1, method=made.method())
    assert fault.value.code == "batch.no_worker"
    assert not list((tmp_path / "hasil").glob("done/*"))


def test_a_full_disk_that_gets_room_again_leaves_the_same_bytes(
    made, undisturbed, studies, tmp_path, monkeypatch
):
    out = tmp_path / "hasil"
    made.faulty(monkeypatch, full=[str(out), 3])
    told = batch([str(studies)], out, workers=2, method=made.method())
    assert told["failed"] == []
    assert (tmp_path / "hasil.full").stat().st_size >= 3
    assert told["tasks"] > len(NAMES)
    assert made.contents(out) == undisturbed


@pytest.mark.soak
def test_a_disk_that_stays_full_is_told_and_the_same_command_goes_on(
    made, undisturbed, studies, tmp_path, monkeypatch
):
    monkeypatch.setattr("work.batch_flow.PAUSE_S", 0.1)
    out = tmp_path / "hasil"
    with monkeypatch.context() as fault:
        made.faulty(fault, full=[str(out), 10_000])
        told = batch([str(studies)], out, workers=2, method=made.method())
    assert [f["study"] for f in told["failed"]] == list(NAMES)
    assert all("Disk penuh" in f["reason"] for f in told["failed"])
    assert batch([str(studies)], out, workers=2, method=made.method())["failed"] == []
    assert made.contents(out) == undisturbed


@pytest.mark.soak
def test_a_batch_that_is_killed_itself_goes_on_from_what_is_done(
    made, undisturbed, studies, tmp_path
):
    out = tmp_path / "hasil"
    words = [sys.executable, str(made.ROOT / "cli.py"), "batch", str(studies), "-o", str(out)]
    words += ["--workers", "1", "--as-of", made.DAY, "--json"]
    going = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    until = time.monotonic() + 120
    while not list(out.glob("done/*.json")) and time.monotonic() < until:
        time.sleep(0.05)
    going.send_signal(signal.SIGKILL)
    going.wait()
    before = len(list(out.glob("done/*.json")))
    assert 0 < before < len(NAMES)
    told = batch([str(studies)], out, workers=1, method=made.method())
    assert sum(d["kept"] for d in told["done"]) >= before
    assert made.contents(out) == undisturbed

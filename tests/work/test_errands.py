"""Work in another process: its name and language, what it says, its faults, and that it stops."""

import gc
import os
import time
from pathlib import Path

import pytest

import words
from geo.errors import InputError
from work.errands import Errand, progress
from work.roles import Actor, Role, acting, acting_as


def waited(errand, seconds=30):
    until = time.monotonic() + seconds
    while not errand.ended:
        assert time.monotonic() < until, errand.state
        time.sleep(0.02)
    return errand


def who(more):
    print("a line that must not spoil the answer")
    return acting().name, str(acting().role), words.language.get(), os.getpid(), more


def refused():
    raise InputError("why.not_found", site="X-1")


def broken():
    raise ZeroDivisionError


def gone():
    os._exit(3)


def slow(path):
    progress(0.25, "seperempat")
    path.write_text(str(os.getpid()))
    time.sleep(60)


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def written(path):
    until = time.monotonic() + 20
    while not (path.exists() and path.read_text()):
        assert time.monotonic() < until
        time.sleep(0.02)
    return int(path.read_text())


def until_gone(pid):
    until = time.monotonic() + 10
    while alive(pid):
        assert time.monotonic() < until
        time.sleep(0.02)


@pytest.fixture(autouse=True)
def found_there(monkeypatch):
    """The other process finds this module as this one does."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))


def test_an_errand_acts_in_the_name_and_the_language_of_who_asked():
    token = words.language.set("en")
    try:
        with acting_as(Actor(name="Sari", role=Role.AGENCY)):
            errand = Errand(who, more=7)
    finally:
        words.language.reset(token)
    name, role, lang, pid, more = waited(errand).result
    assert (name, role, lang, more) == ("Sari", "agency", "en", 7)
    assert pid != os.getpid()
    assert errand.state == "done"


def test_a_fault_comes_back_with_its_sentence():
    errand = waited(Errand(refused))
    assert errand.state == "failed"
    assert errand.fault.code == "why.not_found"
    assert "X-1" in errand.fault.say()


@pytest.mark.parametrize("call", [broken, gone])
def test_work_that_breaks_or_is_killed_says_so(call):
    errand = waited(Errand(call))
    assert (errand.state, errand.fault.code) == ("failed", "errand.failed")
    assert "Coba lagi" in errand.fault.say(lang="id")


def test_a_stopped_errand_ends_its_process_and_tells_how_far_it_was(tmp_path):
    errand = Errand(slow, tmp_path / "pid")
    pid = written(tmp_path / "pid")
    assert (errand.state, errand.share_0_1, errand.text) == ("running", 0.25, "seperempat")
    errand.stop()
    assert errand.state == "stopped"
    until_gone(pid)
    assert errand.result is None
    assert errand.fault is None


def test_an_errand_nobody_holds_any_more_is_stopped(tmp_path):
    errand = Errand(slow, tmp_path / "pid")
    pid = written(tmp_path / "pid")
    del errand
    gc.collect()
    until_gone(pid)


def test_progress_outside_an_errand_is_heard_by_nobody():
    progress(0.5)

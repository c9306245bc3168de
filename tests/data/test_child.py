"""The child that opens strangers' files: its limits hold, its answers are checked, it knows no secret."""

import json
import signal
import threading
import time
from pathlib import Path

import malformed_maps
import pytest

from data.files import child
from data.files.account import notes_of, report_of, report_told
from data.files.child import Limits, ask, in_child, limits_for
from data.files.reading import ReadReport
from data.layers.first import first_read
from data.layers.read import LayerOptions, read_layer
from geo.errors import CrsError, InputError, Note, TapakError

ROOMY = Limits(processor_s=30, clock_s=60, memory_bytes=1 << 30)
TASK = "data.layers.first:read_told"


@pytest.fixture
def areas(tmp_path):
    path = tmp_path / "desa.geojson"
    path.write_text(malformed_maps.collection(malformed_maps.SQUARE))
    return {"path": str(path), "kind": "areas", "options": {}}


@pytest.fixture
def tangle(tmp_path):
    """A small file that takes minutes: a polygon whose every side crosses every other."""
    path = tmp_path / "kusut.geojson"
    path.write_text(malformed_maps.collection(malformed_maps.star(2_001)))
    return {"path": str(path), "kind": "areas", "options": {}}


@pytest.fixture
def started(monkeypatch):
    """The processes that are started, newest last."""
    found, start = [], child._Reader.started.__func__
    child.close()

    def kept(cls, *modules):
        found.append(start(cls, *modules))
        return found[-1]

    monkeypatch.setattr(child._Reader, "started", classmethod(kept))
    return found


def test_the_same_account_comes_back_as_when_read_here(areas):
    path = Path(areas["path"])
    told = first_read("areas", path, LayerOptions())
    here = read_layer("areas", path, options=LayerOptions())
    assert told.report == here.report
    assert (told.level, told.is_table) == (here.data["level"].iloc[0], True)


def test_a_fault_comes_back_as_itself_in_any_language(tmp_path):
    path = tmp_path / "a.geojson"
    path.write_text(malformed_maps.GEOJSON["metres"]())
    with pytest.raises(CrsError) as caught:
        first_read("areas", path, LayerOptions())
    with pytest.raises(CrsError) as here:
        read_layer("areas", path, options=LayerOptions())
    assert (caught.value.code, caught.value.fields) == (here.value.code, here.value.fields)


def test_one_child_reads_file_after_file(areas, started):
    for _ in range(3):
        assert ask(TASK, areas, limits=ROOMY).state == "done"
    assert len(started) == 1


def test_a_child_that_ended_itself_is_replaced_without_a_word(areas, started):
    ask(TASK, areas, limits=ROOMY)
    started[0].process.kill()
    started[0].process.wait()
    assert ask(TASK, areas, limits=ROOMY).state == "done"
    assert len(started) == 2


def test_seconds_that_are_spent_end_the_child_and_not_the_study(areas, tangle, started):
    begun = time.process_time()
    with pytest.raises(InputError) as caught:
        in_child(
            TASK,
            tangle,
            file="kusut.geojson",
            limits=Limits(processor_s=2, clock_s=120, memory_bytes=2 << 30),
        )
    assert time.process_time() - begun < 2
    assert caught.value.code == "guard.too_heavy"
    assert "kusut.geojson" in caught.value.say(lang="en")
    assert started[0].process.returncode is not None
    assert ask(TASK, areas, limits=ROOMY).state == "done"


def test_the_clock_ends_a_child_that_waits(tangle):
    answer = ask(TASK, tangle, limits=Limits(processor_s=600, clock_s=1.5, memory_bytes=2 << 30))
    assert answer.state == "heavy"


def test_memory_beyond_the_bound_is_refused(areas):
    few = Limits(processor_s=30, clock_s=60, memory_bytes=40 << 20)
    assert ask(TASK, areas, limits=few).state in {"heavy", "crash"}
    assert ask(TASK, areas, limits=ROOMY).state == "done"


@pytest.mark.parametrize("sign", ["SIGSEGV", "SIGABRT"])
def test_a_child_that_dies_is_one_sentence(tangle, monkeypatch, sign):
    begun = child._begun

    def struck(message):
        reader = begun(message)
        strike = (getattr(signal, sign),)
        threading.Timer(0.3, reader.process.send_signal, strike).start()
        return reader

    monkeypatch.setattr(child, "_begun", struck)
    with pytest.raises(InputError) as caught:
        in_child(TASK, tangle, file="kusut.geojson", limits=ROOMY)
    assert caught.value.code == "guard.crashed"


def test_what_a_reader_lets_through_is_told_as_a_sentence_and_logged(caplog):
    with pytest.raises(InputError) as caught:
        in_child(TASK, {"path": "a", "wrong": 1}, file="a.geojson", limits=ROOMY)
    assert caught.value.code == "guard.crashed"
    assert "TypeError" in caplog.text


def test_only_functions_of_our_rooms_are_called():
    assert ask("os:system", {"command": "true"}, limits=ROOMY).state == "crash"


def test_no_secret_goes_to_the_child_and_nothing_is_taken_from_its_folder(
    areas, started, monkeypatch, tmp_path
):
    monkeypatch.setenv("TAPAK_PASSPHRASE", "rahasia")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "json.py").write_text("raise SystemExit")
    assert ask(TASK, areas, limits=ROOMY).state == "done"
    told = Path(f"/proc/{started[0].process.pid}/environ")
    if told.exists():  # Linux
        assert b"rahasia" not in told.read_bytes()


@pytest.mark.parametrize(
    "line",
    [
        b"", b"nonsense\n", b"[1]\n", b'{"state":5}\n', b'{"state":"done"', b"[" * 90_000,
        b'{"state":"fault"}\n', b'{"state":"fault","fault":{"type":"os","code":1,"fields":[]}}\n',
    ],
)  # fmt: skip
def test_an_answer_is_read_as_if_anybody_had_written_it(line):
    reader = child._Reader.started()
    answer = child._answer(reader, line)
    reader.end()
    assert answer.state in {"crash", "heavy", "done"}
    assert answer.fault is None


def test_a_fault_s_class_is_one_of_ours():
    fault = child._fault({"type": "Path", "code": "guard.empty", "fields": {"file": "a"}})
    assert type(fault) is InputError
    assert issubclass(
        type(child._fault({"type": "StudyError", "code": "guard.empty", "fields": {}})), TapakError
    )


def test_accounts_go_over_as_json_and_back():
    note = Note(row=3, code="points.zero", fields={"text": "0 0", "n": 4, "x": 0.5})
    report = ReadReport(kind="events", accepted=2, warned=(note,), rejected=(note, note))
    assert report_of(json.loads(json.dumps(report_told(report)))) == report


@pytest.mark.parametrize(
    "note", [["x", "points.zero", {}], [1, "no.such.code", {}], [1, "points.zero", {"a": []}]]
)
def test_a_note_that_is_none_is_refused(note):
    with pytest.raises(InputError):
        notes_of([note])


def test_limits_grow_with_the_file_and_a_small_one_has_ten_seconds_at_most():
    assert limits_for(100_000).processor_s < 10
    assert limits_for(100_000).memory_bytes < 1 << 30
    assert limits_for(50 << 20).processor_s > 120
    assert limits_for(50 << 20, extract=True).memory_bytes > 2 << 30


def test_the_memory_of_a_child_is_its_own_and_it_is_kept(areas, started):
    held = bytearray(600 << 20)
    held[:: 1 << 12] = b"x" * len(held[:: 1 << 12])
    peaks = [ask(TASK, areas, limits=ROOMY).peak_mb for _ in range(2)]
    assert len(started) == 1
    assert len(held) > max(peaks) * (1 << 20)

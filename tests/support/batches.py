"""Studies for a batch, and what its results are compared by."""

import json
import shutil
from hashlib import sha256
from pathlib import Path

from work.batch import batch
from work.batch_ask import Ask
from work.batch_task import carry_out

FAULTS = Path(__file__).parent / "faults"
ROOT = Path(__file__).parents[2]
DAY = "2026-11-24"
NAMES = ("a", "b", "c", "d")
BESIDE = ("tapak.lock",)


def studies(small, folder, names):
    """Copy a small demo under several names; each has a name of its own in study.toml."""
    made = []
    for name in names:
        copy = Path(shutil.copytree(small, folder / name))
        shutil.rmtree(copy / "cache")
        toml = (copy / "study.toml").read_text(encoding="utf-8")
        (copy / "study.toml").write_text(f"# {name}\n{toml}", encoding="utf-8")
        made.append(copy)
    return made


def method(**told):
    return Ask(name="", folder="", out="", as_of=DAY, **told)


def contents(out):
    """Every file of the results by its path, with the hash of its bytes."""
    files = (p for p in sorted(out.rglob("*")) if p.is_file() and p.name not in BESIDE)
    return {p.relative_to(out).as_posix(): sha256(p.read_bytes()).hexdigest() for p in files}


def faulty(monkeypatch, **told):
    """Let every process started from now on meet these faults."""
    monkeypatch.setenv("TAPAK_TEST_FAULTS", json.dumps(told))
    monkeypatch.setenv("PYTHONPATH", f"{FAULTS}:{ROOT}")


class InlineCrew:
    """Does the work in this process, one piece at a time; `answers` may speak in its place."""

    def __init__(self, work, answers=()):
        self.work, self.answers = work, list(answers)
        self.taken, self.ready = [], []

    @property
    def free(self):
        return 1 - len(self.ready)

    def take(self, ask):
        self.taken.append(ask.label)
        scripted = next((a for a in self.answers if a[0] == ask.label), None)
        if scripted:
            self.answers.remove(scripted)
            self.ready.append((ask, scripted[1]))
        else:
            self.ready.append((ask, self.work(ask)))

    def finished(self, _wait_s):
        found, self.ready = self.ready, []
        return found

    def close(self):
        self.taken.append("closed")


def ranked(paths, out):
    """Carry a batch out in this process; returns its results."""
    crew = InlineCrew(carry_out)
    told = batch([str(p) for p in paths], out, method=method(), crew=lambda _: crew)
    assert told["failed"] == []
    return out

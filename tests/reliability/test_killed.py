"""kill -9 at any moment of any command: the old study or the new one, and the command runs again."""

from __future__ import annotations

import os
import random
import signal
from itertools import pairwise

import pytest

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills by fork and signal: POSIX")

LIGHT = {"add": (6, 7), "layer": (4, 5), "collect": (2, 3), "pack": (2, 3), "report": (3, 4)}
LIGHT |= {"migrate": (3, 4)}
"""How many times each command is killed in `make test`: at moments that a disk remembers, and in
all; the others come after so many seconds."""
TELLING = ("/out/", "/inputs/", "commit", "rename", "returned")
"""Signs of the moments that `make test` chooses from."""
SOAK = {"add": (40, 60), "layer": (12, 20), "collect": (20, 30), "pack": (14, 24)}
SOAK |= {"report": (12, 18), "page": (6, 8), "migrate": (30, 40)}
MORE = {"backup": (12, 20), "restore": (12, 20)}
"""Killed in `make soak` beyond the two hundred."""
ON_SERVER = {"move": (12, 20), "move-back": (12, 20)}
STORES = ("sqlite", "postgis")


@pytest.fixture(params=STORES)
def store(request):
    """Each store; a server only where `make test-postgis` or `make soak` says where one is."""
    if request.param == "postgis" and "TAPAK_PG" not in os.environ:
        pytest.skip("no PostGIS: make test-postgis")
    return request.param


def spread(points, count, draw):
    """Choose so many of the points, in every part of the command one, the last included."""
    if count >= len(points):
        return points
    edges = [k * len(points) // count for k in range(count + 1)]
    chosen = [points[draw.randrange(a, max(a + 1, b))] for a, b in pairwise(edges)]
    return [*chosen[:-1], points[-1]]


def killed(told, counts, *, seed, signs=("",)):
    draw = random.Random(seed)
    at_points, in_all = counts
    named = {n: name for n, name in enumerate(told.points, 1) if any(s in name for s in signs)}
    opened = [number for number, name in named.items() if name.startswith("opened")]
    one = [draw.choice(opened)] if opened else []  # the moment that leaves an empty file
    chosen = sorted({*one, *spread(list(named), at_points - len(one), draw)})
    told.at_points(chosen)
    told.at_random(in_all - len(chosen), draw)
    return told.tally


@pytest.mark.parametrize("name", LIGHT)
def test_a_few_kills_of_every_command(trials, name, store):
    told = trials(name, store)
    before = dict(told.tally)
    killed(told, LIGHT[name], seed=name, signs=TELLING)
    assert told.tally["kills"] == before["kills"] + LIGHT[name][1]
    assert told.tally["acknowledged"] > before["acknowledged"]  # killed with its last word said


def test_the_moments_killed_at_are_those_a_disk_remembers(trials):
    seen = " ".join(trials("collect").points)
    for part in ("before sync", "after sync", "os.rename", "before commit", "after commit"):
        assert part in seen
    assert trials("collect").points[-1] == "returned 0"


def test_the_soak_is_of_two_hundred():
    assert sum(in_all for _, in_all in SOAK.values()) == 200


@pytest.mark.soak
@pytest.mark.parametrize("name", SOAK | MORE)
def test_two_hundred_kills(trials, name, store, capsys):
    long_killed(trials(name, store), (SOAK | MORE)[name], store, capsys)


@pytest.mark.soak
@pytest.mark.parametrize("name", ON_SERVER)
def test_a_move_that_is_killed_leaves_the_study_where_it_was_or_is(trials, name, capsys):
    if "TAPAK_PG" not in os.environ:
        pytest.skip("no PostGIS: make soak")
    store = "postgis" if name == "move-back" else "sqlite"
    long_killed(trials(name, store), ON_SERVER[name], store, capsys)


def long_killed(told, counts, store, capsys):
    killed(told, counts, seed=f"soak-{told.name}-{store}")
    assert told.tally["kills"] == counts[1]
    with capsys.disabled():
        said = f"{told.name} {store}: {told.tally}, {len(told.points)} points, {told.seconds:.1f} s"
        print(f"\n{said}", flush=True)


def test_the_kill_is_a_real_one(mortal, tmp_path):
    told = mortal.run(tmp_path, [["--help"]], die_at=1)
    assert (told["killed"], told["status"]) == (True, signal.SIGKILL)

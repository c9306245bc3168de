"""Many writers at once, on either store: no save is lost, and a stale one is shown both versions."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import writers

from data.conflicts import ConflictError
from data.records import FileRecord, ScenarioRecord
from data.store import Store
from data.store_life import broken_link

REPO = Path(__file__).parents[2]
SUPPORT = REPO / "tests" / "support"
TEXTS = ("kind", "kind_text", "code", "agency", "address", "desa", "kecamatan", "sheet")


@pytest.fixture
def counted(place):
    """A store with one place and one scenario, whose numbers are counted up."""
    frame = {"id": [writers.COUNTED], "name": ["0"], "row": [1], "has_point": [True]}
    sites = gpd.GeoDataFrame(
        frame | dict.fromkeys(TEXTS, ""), geometry=gpd.points_from_xy([109.7], [-7.4]), crs=4326
    )
    values = pd.DataFrame(
        {c: [] for c in ("candidate", "key", "value", "category", "unit", "year", "row")}
    )
    with Store.open(place) as store:
        file = FileRecord(kind="assets", name="a", path="a", sha256="a" * 64, bytes=1)
        store.merge_assets(
            store.put_file(file), sites, values.astype({"value": float, "year": float})
        )
        writers.begin(store)
    return place


@pytest.mark.parametrize(
    ("processes", "saves"), [(4, 30), pytest.param(8, 500, marks=pytest.mark.slow)]
)
def test_no_save_is_lost(counted, processes, saves, monkeypatch, record_property):
    monkeypatch.setenv("PYTHONPATH", f"{REPO}:{SUPPORT}")
    told = writers.place_told(counted)
    command = [sys.executable, str(SUPPORT / "writers.py"), told]
    running = [
        subprocess.Popen([*command, f"penulis {n}", str(saves)], stdout=subprocess.PIPE, cwd=REPO)
        for n in range(processes)
    ]
    stale = sum(int(child.communicate()[0] or -1) for child in running)
    assert [child.returncode for child in running] == [0] * processes
    record_property("stale", stale)
    kinds = [processes * len(range(first, saves, 3)) for first in range(3)]
    with Store.open(counted) as store:
        place, (scenario,), events = (
            store.candidate(writers.COUNTED),
            store.scenarios(),
            store.events(),
        )
    assert (int(place.name), place.version) == (kinds[0], kinds[0] + 1)
    assert (scenario.weights["capacity"], scenario.version) == (kinds[1], kinds[1] + 1)
    assert len(events) == kinds[2]
    assert broken_link(events) is None
    assert [event.subject for event in events] == [str(n + 1) for n in range(kinds[2])]


def test_a_stale_save_carries_both_versions(counted):
    with Store.open(counted) as one, Store.open(counted) as other:
        mine, theirs = one.scenarios()[0], other.scenarios()[0]
        saved = other.save_scenario(replace(theirs, weights={"capacity": 7}, set_by="Bapas"))
        with pytest.raises(ConflictError) as both:
            one.save_scenario(replace(mine, weights={"capacity": 3}, set_by="Kejari"))
        assert both.value.theirs == saved
        assert both.value.mine.set_by == "Kejari"
        assert "hitung" in both.value.say()
        assert one.scenarios() == (saved,)
        place = one.candidate(writers.COUNTED)
        now = other.save_candidate(replace(place, name="1"))
        with pytest.raises(ConflictError) as both:
            one.save_candidate(replace(place, name="2"))
        assert (both.value.theirs, both.value.mine.name) == (now, "2")


def test_a_scenario_that_was_never_read_is_not_written_over(counted):
    with Store.open(counted) as store:
        new = ScenarioRecord(name="hitung", programme="kerja-sosial", groups={}, weights={})
        with pytest.raises(ConflictError) as both:
            store.save_scenario(new)
        assert both.value.theirs == store.scenarios()[0]

"""A process killed at any moment while it stores a register leaves the old rows or the new ones."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from data.records import FileRecord
from data.store import Store

COUNT = 4000
MERGER = """
import runpy, sys
here = runpy.run_path(sys.argv[1])
register = here["a_register"]("baru", 2.0)
with here["Store"].open(sys.argv[2]) as store:
    print("siap", flush=True)
    while True:
        here["merge"](store, *register)
"""


def a_register(name, value):
    sites = gpd.GeoDataFrame(
        {"id": [f"p-{k:08d}" for k in range(COUNT)], "name": name, "row": range(COUNT)},
        geometry=gpd.points_from_xy([109.7] * COUNT, [-7.4] * COUNT),
        crs=4326,
    )
    texts = ("kind", "kind_text", "code", "agency", "address", "desa", "kecamatan", "sheet")
    sites = sites.assign(has_point=True, **dict.fromkeys(texts, ""))
    values = {"candidate": sites["id"], "key": "capacity", "value": value, "row": sites["row"]}
    return name, sites, pd.DataFrame(values | {"category": "", "unit": "", "year": 2024})


def merge(store, name, sites, values):
    file = FileRecord(kind="assets", name=name, path=name, sha256=name, bytes=1)
    with store.transaction():
        store.merge_assets(store.put_file(file), sites, values)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="SIGKILL is POSIX's")
@pytest.mark.parametrize("seed", range(4))
def test_old_rows_or_new_never_half(tmp_path, seed):
    path = tmp_path / "tapak.sqlite"
    with Store.open(path) as store:
        merge(store, *a_register("lama", 1.0))
    command = [sys.executable, "-c", MERGER, __file__, str(path)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2])
    assert child.stdout.readline() == b"siap\n"
    time.sleep(random.Random(seed).uniform(0.01, 0.4))
    os.kill(child.pid, signal.SIGKILL)
    child.communicate()
    with Store.open(path) as store:
        candidates, values = store.candidates(), store.register_values()
        newest = store.files()[-1].name
        assert set(candidates["name"]) == set(values["file_name"]) == {newest}
        assert set(values["value"]) == {{"lama": 1.0, "baru": 2.0}[newest]}
        assert len(candidates) == len(values) == COUNT
        with store._reading() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        store.supersede("assets")  # and it can be written again

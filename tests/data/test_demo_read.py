"""The demo district through the real readers: everything is taken, and only what was planted told."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from data.assets import AssetOptions, read_assets
from data.demo import write_district
from data.demo.faults import FAULTS
from data.files.layer_types import LayerOptions
from data.gazetteer import Gazetteer
from data.layers import read_layer
from data.layers.check import compare
from data.layers.peopling import join_population


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    """Every layer as read, and the register's path."""
    files = write_district(tmp_path_factory.mktemp("demo"), seed=1)
    layers = {
        f.kind: read_layer(f.kind, f.path, options=LayerOptions(full_cover=f.full_cover))
        for f in files
        if f.kind != "assets"
    }
    return layers, files[-1].path


def test_no_layer_loses_a_row_and_none_contradicts_another(read):
    layers, _ = read
    for kind, reading in layers.items():
        report = reading.report
        told = [*report.repaired, *report.rejected, *report.duplicates]
        assert not told, (kind, told[:3])
        assert report.accepted > 0
        assert not [n for n in report.warned if n.row is not None], kind
    assert compare({kind: reading.data for kind, reading in layers.items()}) == []


def test_layers_hold_what_the_criteria_need(read):
    layers, _ = read
    assert layers["landslide"].values == "index"
    assert layers["flood"].values == layers["flash-flood"].values == "class"
    people, notes = join_population(layers["areas"].data, layers["population"].data)
    assert notes == []
    assert np.nansum(people) == 1_080_524
    kinds = set(layers["facilities"].data["kind"])
    assert kinds == {"police", "health", "court", "prosecutor", "prison"}
    assert layers["offices"].data["active"].to_list() == [True, False]
    assert layers["demand"].data["sentences_per_year"].min() >= 5


def test_the_register_ends_as_its_planted_faults_say(read):
    layers, path = read
    areas = layers["areas"].data
    options = AssetOptions(bounds=(109.3, -7.6, 110.1, -7.1))
    table = read_assets(path, options=options, gazetteer=Gazetteer(areas))
    report = table.report
    assert Counter(n.code for n in report.rejected) == {
        "assets.zero": FAULTS["zero"],
        "assets.out_of_bounds": FAULTS["outside"],
    }
    assert len(report.repaired) == FAULTS["swapped"]
    assert len(report.duplicates) == FAULTS["duplicate"]
    warned = Counter(n.code for n in report.warned)
    assert warned["assets.no_coordinates"] == FAULTS["no_coordinates"]
    assert warned["assets.labour_need_unread"] == FAULTS["need_is_a_word"]
    assert len(table.sites) == 420 - FAULTS["zero"] - FAULTS["outside"] - FAULTS["duplicate"]
    assert (table.sites["kind"] != "unknown").all()

"""One regency cut out of national files: the same cells, streets and rows, and nothing of the rest."""

import json

import geopandas as gpd
import needed
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely

from data.demo import write_district
from data.osm import read_osm
from data.workspace import open_study
from geo.errors import InputError, StudyError
from work import cutting_window
from work.cutting import cut_study
from work.cutting_window import Box, around, cut_osm, cut_raster
from work.ranking import rank_study

KECAMATAN = "33.04.06"


@pytest.fixture(scope="module")
def nation(tmp_path_factory):
    """The demo district stands for the nation, a kecamatan for the regency that is cut."""
    folder = tmp_path_factory.mktemp("nasional")
    files = {f.kind: f for f in write_district(folder, seed=3, scale=0.1)}
    lines = [
        f'{kind} = {{file = "{f.path.name}"' + (", full_cover = true}" if f.full_cover else "}")
        for kind, f in files.items()
        if kind != "assets"
    ]
    (folder / "sumber.toml").write_text("\n".join(lines), encoding="utf-8")
    return folder, {kind: f.path for kind, f in files.items()}


@pytest.fixture(scope="module")
def cut(nation, tmp_path_factory):
    study = tmp_path_factory.mktemp("potong") / "studi"
    return study, cut_study(nation[0] / "sumber.toml", study, codes=[KECAMATAN], margin_km=1.0)


def kept(study, kind):
    with open_study(study) as opened:
        record = next(f for f in opened.store.files() if f.kind == kind)
        return opened.input_path(record), record


def test_areas_and_rows_are_those_of_the_code_only(nation, cut):
    study, told = cut
    areas = gpd.read_file(kept(study, "areas")[0])
    whole = gpd.read_file(nation[1]["areas"])
    own = whole["kode_kemendagri"].str.startswith(KECAMATAN)
    assert sorted(areas["kode_kemendagri"]) == sorted(whole.loc[own, "kode_kemendagri"])
    people = pd.read_csv(kept(study, "population")[0], dtype=str)
    assert people["kode_kemendagri"].str.startswith(KECAMATAN).all()
    assert len(people) == own.sum()
    boundary = gpd.read_file(kept(study, "boundary")[0]).geometry.union_all()
    gap = boundary.symmetric_difference(areas.geometry.union_all()).area / boundary.area
    assert gap < 1e-4
    assert next(f for f in told["files"] if f["kind"] == "areas")["accepted"] == own.sum()
    assert kept(study, "flood")[1].options["full_cover"] is True


def test_a_window_of_a_raster_holds_the_same_cells_and_never_the_whole(nation, cut):
    with (
        rasterio.open(nation[1]["elevation"]) as whole,
        rasterio.open(kept(cut[0], "elevation")[0]) as part,
    ):
        assert part.width * part.height < 0.2 * whole.width * whole.height
        assert (part.crs, part.nodata, part.dtypes) == (whole.crs, whole.nodata, whole.dtypes)
        row, column = whole.index(*part.xy(0, 0))
        own = whole.read(1)[row : row + part.height, column : column + part.width]
        assert np.array_equal(part.read(1), own)
        outline = gpd.read_file(kept(cut[0], "boundary")[0]).to_crs(part.crs)
        assert shapely.box(*part.bounds).contains(outline.geometry.union_all())


@pytest.mark.parametrize("tool", [True, False])
def test_streets_in_the_window_are_whole_and_far_ones_are_gone(nation, tool, tmp_path, monkeypatch):
    if tool:
        needed.program("osmium", package="osmium-tool")
    else:
        monkeypatch.setattr(cutting_window.shutil, "which", lambda _: None)
    areas = gpd.read_file(nation[1]["areas"])
    own = areas.loc[areas["kode_kemendagri"].str.startswith(KECAMATAN)]
    box = around(own, margin_km=0.5)
    target = tmp_path / "potong.osm.pbf"
    cut_osm(nation[1]["osm"], target, box)
    part, whole = read_osm(target), read_osm(nation[1]["osm"])
    window = shapely.box(*box.bounds)
    expected = whole.streets.geometry.intersects(window)
    near = whole.streets.loc[expected].geometry.to_wkb()
    # a way that only passes, without a node inside, may be missing; none is cut or added
    found = set(part.streets.geometry.to_wkb())
    assert found <= set(whole.streets.geometry.to_wkb())
    assert len(set(near) - found) <= 0.01 * len(near)
    assert len(part.streets) < 0.3 * len(whole.streets)
    inside = whole.places.geometry.within(window)
    assert set(whole.places.loc[inside, "name"]) <= set(part.places["name"])


def test_the_study_that_was_cut_ranks(nation, cut):
    from work.add import add_files

    added = add_files(cut[0], [nation[1]["assets"]], kind="assets")
    assert added["accepted"]
    told = rank_study(cut[0])
    placed = [s for s in told["sites"] if s["placed"] != "unplaced"]  # others only name a place
    assert {s["kecamatan"] for s in placed} == {"Banjarnegara"}
    assert sum(e["reason"] == "out_of_area" for e in told["excluded"]) > 0


def test_what_cannot_be_cut_is_one_sentence_and_leaves_nothing(nation, tmp_path):
    sources = nation[0] / "sumber.toml"
    with pytest.raises(InputError) as fault:
        cut_study(sources, tmp_path / "a", codes=["99.99"])
    assert fault.value.code == "cut.no_outline"
    assert list(tmp_path.iterdir()) == []
    bad = tmp_path / "sumber.toml"
    for text, code in (
        ("osm = ", "cut.sources"),
        ('osm = "tidak-ada.pbf"', "cut.source"),
        (f"population = {json.dumps(str(nation[1]['population']))}", "cut.no_areas"),
    ):
        bad.write_text(text, encoding="utf-8")
        with pytest.raises(InputError) as fault:
            cut_study(bad, tmp_path / "b", codes=["33.04"])
        assert fault.value.code == code
    with pytest.raises(InputError) as fault:
        cut_raster(nation[1]["elevation"], tmp_path / "c.tif", Box((100.0, 0.0, 100.1, 0.1)))
    assert fault.value.code == "cut.outside"
    broken = tmp_path / "rusak.osm.pbf"
    broken.write_bytes(nation[1]["osm"].read_bytes()[:2000])
    with pytest.raises(InputError):
        cut_osm(broken, tmp_path / "d.osm.pbf", Box((109.0, -8.0, 110.0, -7.0)))
    (tmp_path / "ada").mkdir()
    (tmp_path / "ada" / "catatan.txt").touch()
    with pytest.raises(StudyError):
        cut_study(sources, tmp_path / "ada", codes=[KECAMATAN])
    assert [p.name for p in (tmp_path / "ada").iterdir()] == ["catatan.txt"]

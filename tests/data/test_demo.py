"""The demo district: shaped on published figures, synthetic in every file, the same every time."""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import rasterio
import shapely
from openpyxl import load_workbook

from data.demo import NAMES, write_district
from data.demo.facts import KECAMATAN, SYNTHETIC
from geo.errors import InputError, StudyError

UTM = "EPSG:32749"


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """The whole district at scale 1."""
    return write_district(tmp_path_factory.mktemp("demo"), seed=1)


@pytest.fixture(scope="module")
def district(files):
    """Its files by kind."""
    return {file.kind: file.path for file in files}


@pytest.fixture(scope="module")
def areas(district):
    return gpd.read_file(district["areas"])


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


def cells_at(raster: rasterio.DatasetReader, points: gpd.GeoSeries) -> np.ndarray:
    values = raster.read(1)
    at = points.to_crs(raster.crs)
    row, column = rasterio.transform.rowcol(raster.transform, at.x.to_numpy(), at.y.to_numpy())
    return values[np.asarray(row), np.asarray(column)]


def test_files_come_in_the_order_they_are_added_with_their_cover(files):
    assert [f.kind for f in files][:3] == ["boundary", "areas", "population"]
    assert [f.kind for f in files][-1] == "assets"
    assert {f.kind for f in files if f.full_cover} == {"flood", "flash-flood", "earthquake"}
    assert all(f.path.is_file() and "sintetis" in f.path.name for f in files)
    assert len({f.kind for f in files}) == len(NAMES) == 16
    assert len(list(files[0].path.parent.iterdir())) == 16


def test_kecamatan_have_published_names_codes_desa_and_nearly_their_areas(areas):
    assert len(areas) == 278
    metric = areas.to_crs(UTM)
    assert metric.area.sum() / 1e6 == pytest.approx(1149, rel=0.01)
    for k in KECAMATAN:
        own = metric[metric.kecamatan == k.name]
        assert len(own) == k.desa, k.name
        assert own.area.sum() / 1e6 == pytest.approx(k.area_km2, rel=0.05), k.name
        assert own.kode_kemendagri.str.startswith(f"33.04.{k.number:02d}.").all()
        assert own.desa.is_unique
        assert own.union_all().geom_type == "Polygon", f"{k.name} falls apart"
    assert metric.luas_km2.to_numpy() == pytest.approx(metric.area.to_numpy() / 1e6, rel=2e-3)
    assert areas.kode_kemendagri.is_unique
    town = areas[areas.jenis == "kelurahan"]
    assert len(town) == 12
    assert set(town.kecamatan) == {"Banjarnegara"}
    assert town.kode_kemendagri.str[9].eq("1").all()
    assert areas[areas.jenis == "desa"].kode_kemendagri.str[9].eq("2").all()


def test_some_desa_names_recur_in_another_kecamatan_as_real_ones_do(areas):
    assert 3 <= areas.desa.duplicated().sum() <= 12


def test_desa_cover_the_district_without_gap_or_overlap(district, areas):
    shapes = np.asarray(areas.geometry)
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes)
    union = shapely.union_all(shapes)
    assert union.geom_type == "Polygon"
    assert len(union.interiors) == 0
    outline = gpd.read_file(district["boundary"]).geometry[0]
    assert union.symmetric_difference(outline).area < 1e-12
    west, south, east, north = union.bounds
    assert 109.3 < west < 109.5
    assert 109.8 < east < 110.0
    assert -7.6 < south < -7.45
    assert -7.25 < north < -7.1


def test_people_of_each_kecamatan_sum_to_the_published_population(district, areas):
    people = rows_of(district["population"])
    assert [row["kode_kemendagri"] for row in people] == areas.kode_kemendagri.to_list()
    sums: Counter[str] = Counter()
    for row in people:
        sums[row["kecamatan"]] += int(row["penduduk"])
    assert dict(sums) == {k.name: k.population for k in KECAMATAN}
    assert sum(sums.values()) == 1_080_524
    assert min(int(row["penduduk"]) for row in people) > 500


def test_valley_lies_in_the_south_west_and_mountains_in_the_north_east(district, areas):
    with rasterio.open(district["elevation"]) as dem:
        assert dem.crs.to_epsg() == 32749
        assert dem.dtypes == ("float32",)
        assert 60 <= dem.res[0] <= 90
        middles = areas.to_crs(UTM).representative_point()
        height = cells_at(dem, middles)
        assert (height != dem.nodata).all()
        assert dem.read(1)[0, 0] == dem.nodata
    mean = {k.name: float(height[areas.kecamatan == k.name].mean()) for k in KECAMATAN}
    assert max(mean, key=mean.get) == "Batur"
    assert mean["Batur"] > 1500
    assert mean["Purwareja Klampok"] < 200


def test_landslide_index_follows_slope_and_is_unknown_on_flat_ground(district):
    with rasterio.open(district["landslide"]) as layer, rasterio.open(district["elevation"]) as dem:
        index, height = layer.read(1), dem.read(1).astype(float)
        assert (layer.dtypes, layer.nodata) == (("uint8",), 255)
        assert layer.transform == dem.transform
        down, across = np.gradient(np.where(height == dem.nodata, np.nan, height), 75.0)
    slope = np.degrees(np.arctan(np.hypot(down, across)))
    known = index != 255
    assert index[known].max() <= 100
    assert np.corrcoef(slope[known], index[known])[0, 1] > 0.8
    inside = np.isfinite(slope)
    assert 0.15 < (~known & inside).sum() / inside.sum() < 0.6
    assert np.median(slope[~known & inside]) < 3.5 < np.median(slope[known])


def test_events_lie_inside_mostly_on_high_index_and_partly_where_nobody_knows(district):
    events = gpd.read_file(district["events"])
    outline = gpd.read_file(district["boundary"]).geometry[0]
    assert len(events) == 240
    assert events.within(outline.buffer(0.002)).all()
    assert events.tahun.between(2023, 2025).all()
    assert 0 < events.tanggal.isna().sum() < 30
    with rasterio.open(district["landslide"]) as layer:
        index = cells_at(layer, events.geometry)
        every = layer.read(1)
    assert 0.15 < (index == 255).mean() < 0.40
    assert index[index < 255].mean() > every[every < 255].mean() + 8


def test_flood_zones_lie_low_and_every_zone_has_a_class(district):
    with rasterio.open(district["elevation"]) as dem:
        for kind in ("flood", "flash-flood", "earthquake"):
            zones = gpd.read_file(district[kind])
            assert zones.is_valid.all()
            assert set(zones.kelas) == {1, 2, 3}
            assert (
                not shapely.STRtree(zones.geometry)
                .query(zones.geometry.to_crs(UTM).buffer(-5).to_crs(4326), predicate="overlaps")
                .size
            )
        flood = gpd.read_file(district["flood"]).to_crs(UTM)
        assert cells_at(dem, flood.representative_point()).max() < 450
    cover = gpd.read_file(district["land-cover"])
    assert set(cover.kelas) == {"sawah", "tegalan", "danau"}
    assert cover.is_valid.all()


def test_demand_never_counts_fewer_than_five_in_a_kecamatan(district):
    demand = rows_of(district["demand"])
    assert [row["kecamatan"] for row in demand] == [k.name for k in KECAMATAN]
    assert min(int(row["putusan_per_tahun"]) for row in demand) >= 5
    assert all(8 <= int(row["jam_rata_rata"]) <= 240 for row in demand)


def test_kelurahan_have_no_village_index_and_the_office_of_today_lies_outside(district, areas):
    status = {row["kode"]: row["status_indeks_desa"] for row in rows_of(district["indicators"])}
    town = set(areas[areas.jenis == "kelurahan"].kode_kemendagri)
    assert {code for code, word in status.items() if not word} == town
    assert len(set(status.values())) == 6
    outline = gpd.read_file(district["boundary"]).geometry[0]
    active = [row for row in rows_of(district["offices"]) if row["aktif"] == "ya"]
    assert len(active) == 1
    assert not outline.contains(shapely.Point(float(active[0]["lon"]), float(active[0]["lat"])))


def test_facilities_are_the_places_of_the_osm_extract(district):
    rows = rows_of(district["facilities"])
    count = Counter(row["jenis"] for row in rows)
    assert count["polisi"] == 21
    assert count["puskesmas"] == 20
    once = ("pengadilan negeri", "kejaksaan negeri", "rutan", "rumah sakit")
    assert all(count[kind] == 1 for kind in once)
    points = pyogrio.read_dataframe(district["osm"], layer="points").set_index("name")
    for row in rows:
        at = points.geometry[row["nama"]]
        assert (at.x, at.y) == pytest.approx((float(row["lon"]), float(row["lat"])), abs=1e-6)


def test_every_file_says_that_it_is_synthetic(district):
    import osmium

    for kind, path in district.items():
        if path.suffix == ".csv":
            assert all(row["keterangan"] == SYNTHETIC for row in rows_of(path)), kind
        elif path.suffix == ".geojson":
            assert set(gpd.read_file(path).keterangan) == {SYNTHETIC}, kind
        elif path.suffix == ".tif":
            with rasterio.open(path) as layer:
                assert layer.tags()["keterangan"] == SYNTHETIC
        elif path.suffix == ".pbf":
            marks = {o.tags.get("source") for o in osmium.FileProcessor(str(path)) if len(o.tags)}
            assert marks == {SYNTHETIC}
        else:
            assert SYNTHETIC.upper() in load_workbook(path).worksheets[0]["A1"].value


def digest(folder: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.iterdir()}


def test_the_same_seed_writes_the_same_bytes(district, tmp_path):
    write_district(tmp_path, seed=1)
    first, second = digest(district["areas"].parent), digest(tmp_path)
    assert first == second


@pytest.mark.slow
@pytest.mark.parametrize("seed", [2, 20261124])
def test_another_seed_is_another_district_that_keeps_the_figures(district, tmp_path, seed):
    files = write_district(tmp_path, seed=seed, scale=0.2)
    same = {f.path.name for f in files if f.path.read_bytes() == district[f.kind].read_bytes()}
    assert same == {"kantor_bapas_sintetis.csv"}
    other = gpd.read_file(files[1].path)
    test_kecamatan_have_published_names_codes_desa_and_nearly_their_areas(other)
    test_desa_cover_the_district_without_gap_or_overlap({"boundary": files[0].path}, other)


def test_existing_files_are_left_alone_unless_told_otherwise(tmp_path):
    kept = tmp_path / "batas_kabupaten_sintetis.geojson"
    kept.write_text("milik orang lain")
    with pytest.raises(StudyError):
        write_district(tmp_path, scale=0.1)
    assert kept.read_text() == "milik orang lain"
    assert list(tmp_path.iterdir()) == [kept]


@pytest.mark.parametrize(
    ("code", "setting"),
    [("seed", {"seed": -1}), ("scale", {"scale": 0.0}), ("scale", {"scale": 5000})],
)
def test_an_impossible_seed_or_scale_is_refused_in_both_languages(tmp_path, code, setting):
    with pytest.raises(InputError) as caught:
        write_district(tmp_path / "new", **setting)
    assert caught.value.code == f"demo_district.{code}"
    assert "{" not in caught.value.say(lang="id") + caught.value.say(lang="en")
    assert not (tmp_path / "new").exists()

"""Vector files: every shape kept, mended or told by its row; degrees never taken for granted."""

import json
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.files.vectors import read_vector
from data.layers import read_layer
from geo.errors import CrsError, InputError

BOW = [[[109, -7], [110, -6], [110, -7], [109, -6], [109, -7]]]


def feature(kind, coordinates, **properties):
    geometry = {"type": kind, "coordinates": coordinates} if kind else None
    return {"type": "Feature", "properties": properties or {"nama": "x"}, "geometry": geometry}


def layer(path, *features, **members):
    body = {"type": "FeatureCollection", "features": list(features), **members}
    path.write_text(json.dumps(body), encoding="utf-8")
    return path


def codes(notes):
    return [(note.row, note.code) for note in notes]


def test_shapes_that_cannot_be_used_are_none_and_told_by_row(tmp_path):
    path = layer(
        tmp_path / "a.geojson",
        feature("Point", [109.7, -7.4]),
        feature("Point", [float("nan"), -7]),
        feature("Point", [1e300, -1e300]),
        feature(None, None),
        feature("Polygon", [[[0, 0], [1, 1], [1, 0]]]),
    )
    frame, notes = read_vector(path)
    assert list(frame["row"]) == [1, 2, 3, 4, 5]
    assert list(frame.geometry.isna()) == [False, True, True, True, True]
    assert codes(notes) == [
        (2, "vectors.bad_coordinates"),
        (3, "vectors.bad_coordinates"),
        (4, "vectors.no_geometry"),
        (5, "vectors.no_geometry"),
    ]


def test_swapped_pairs_are_told_and_a_file_of_nothing_usable_is_refused(tmp_path):
    swapped = feature("Point", [-7.4, 109.7])
    path = layer(tmp_path / "a.geojson", swapped, feature("Point", [109.7, -7.4]))
    assert read_vector(path)[0].geometry.y.tolist() == [109.7, -7.4]  # kept for who can swap it
    reading = read_layer("events", path)
    assert (1, "vectors.swapped") in codes(reading.report.rejected)
    assert list(reading.data["row"]) == [2]
    nothing = {
        "vectors.swapped.file": swapped,
        "vectors.no_geometry.file": feature(None, None),
        "vectors.bad_coordinates.file": feature("Point", [1e300, 0]),
    }
    for code, only in nothing.items():
        with pytest.raises(InputError) as caught:
            read_layer("events", layer(tmp_path / "b.geojson", only))
        assert caught.value.code == code
        assert "b.geojson" in caught.value.say()


def test_a_crossing_ring_is_mended_and_keeps_both_wings(tmp_path):
    frame, notes = read_vector(layer(tmp_path / "a.geojson", feature("Polygon", BOW)))
    assert codes(notes) == [(1, "vectors.made_valid")]
    assert frame.geometry.is_valid.all()
    assert shapely.area(frame.geometry.iloc[0]) == pytest.approx(
        0.5
    )  # two triangles of a quarter each


def test_metres_in_a_geojson_are_refused_until_the_crs_is_stated(tmp_path):
    path = layer(tmp_path / "a.geojson", feature("Point", [356_000, 9_182_000]))
    with pytest.raises(CrsError) as caught:
        read_vector(path)
    assert caught.value.code == "vectors.not_degrees"
    frame, _ = read_vector(path, crs="EPSG:32749")
    assert frame.geometry.x.iloc[0] == pytest.approx(109.695, abs=0.01)
    assert frame.crs.to_epsg() == 4326


def test_the_files_own_crs_wins_and_the_difference_is_told(tmp_path):
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32749"}}
    path = layer(tmp_path / "a.geojson", feature("Point", [356_000, 9_182_000]), crs=crs)
    frame, notes = read_vector(path, crs="EPSG:32748")
    assert frame.geometry.x.iloc[0] == pytest.approx(109.695, abs=0.01)
    assert codes(notes) == [(None, "vectors.crs_kept")]


def test_a_shapefile_without_prj_is_refused_and_with_a_stated_crs_read(tmp_path):
    gpd.GeoDataFrame(geometry=[shapely.Point(356_000, 9_182_000)], crs=32749).to_file(
        tmp_path / "a.shp"
    )
    (tmp_path / "a.prj").unlink()
    with pytest.raises(CrsError) as caught:
        read_vector(tmp_path / "a.shp")
    assert caught.value.code == "vectors.no_crs"
    with pytest.raises(CrsError) as caught:
        read_vector(tmp_path / "a.shp", crs="EPSG:abc")
    assert caught.value.code == "vectors.bad_crs"
    with pytest.raises(CrsError) as caught:
        read_vector(tmp_path / "a.shp", crs="EPSG:4326")
    assert caught.value.code == "vectors.not_degrees"
    frame, _ = read_vector(tmp_path / "a.shp", crs="EPSG:32749")
    assert frame.geometry.y.iloc[0] == pytest.approx(-7.4, abs=0.01)


def test_text_in_latin_1_is_read_and_told(tmp_path):
    path = tmp_path / "a.geojson"
    body = json.dumps(
        {"type": "FeatureCollection", "features": [feature("Point", [110, -7], nama="Q")]}
    )
    path.write_bytes(body.replace("Q", "Caf\xe9").encode("latin-1"))
    frame, notes = read_vector(path)
    assert frame["nama"].iloc[0] == "Café"
    assert codes(notes) == [(None, "vectors.encoding")]


def test_height_is_dropped_dates_and_gaps_are_text_and_numbers_stay(tmp_path):
    path = layer(
        tmp_path / "a.geojson",
        feature("Point", [110, -7, 250.0], nama="a", tanggal="2024-01-31", kelas=2),
        feature("Point", [110, -7], nama=None, tanggal=None, kelas=None),
    )
    frame, _ = read_vector(path)
    assert not frame.geometry.has_z.any()
    assert list(frame["nama"]) == ["a", ""]
    assert frame["tanggal"].iloc[0].startswith("2024-01-31")
    assert np.isnan(frame["kelas"].iloc[1])


def test_a_choice_between_layers_is_asked_for_by_name(tmp_path):
    one = gpd.GeoDataFrame({"nama": ["a"]}, geometry=[shapely.Point(110, -7)], crs=4326)
    one.to_file(tmp_path / "a.gpkg", layer="desa")
    one.to_file(tmp_path / "a.gpkg", layer="kecamatan")
    with pytest.raises(InputError) as caught:
        read_vector(tmp_path / "a.gpkg")
    assert caught.value.fields["layers"] == "desa, kecamatan"
    frame, _ = read_vector(tmp_path / "a.gpkg", layer="desa")
    assert list(frame["nama"]) == ["a"]


@pytest.mark.parametrize("suffix", [".shp", ".kml", ".gpkg", ".zip", ".kmz"])
def test_every_format_gives_the_same_frame(tmp_path, suffix):
    frame = gpd.GeoDataFrame(
        {"desa": ["Berta", "Derik"]},
        geometry=[shapely.box(109, -7, 109.1, -6.9), shapely.box(110, -7, 110.1, -6.9)],
        crs=4326,
    )
    path = tmp_path / f"peta{suffix}"
    if suffix == ".zip":
        frame.to_file(tmp_path / "peta.shp")
    elif suffix == ".kmz":
        frame.to_file(tmp_path / "doc.kml", driver="KML")
    else:
        frame.to_file(
            path, driver={".shp": "ESRI Shapefile", ".kml": "KML", ".gpkg": "GPKG"}[suffix]
        )
    if suffix in {".zip", ".kmz"}:
        with zipfile.ZipFile(path, "w") as packed:
            for part in sorted(tmp_path.iterdir()):
                if part != path:
                    packed.write(
                        part, f"__MACOSX/{part.name}" if part.suffix == ".cpg" else part.name
                    )
    read, notes = read_vector(path)
    assert notes == []
    assert list(read["desa"]) == ["Berta", "Derik"]
    assert shapely.area(read.geometry.to_numpy()).tolist() == pytest.approx([0.01, 0.01])


def test_a_map_without_features_and_a_table_are_refused(tmp_path):
    with pytest.raises(InputError) as caught:
        read_vector(layer(tmp_path / "a.geojson"))
    assert caught.value.code == "vectors.no_features"
    (tmp_path / "a.csv").write_text("nama,lat,lon\na,-7,110\n")
    with pytest.raises(InputError) as caught:
        read_vector(tmp_path / "a.csv")
    assert caught.value.code == "vectors.not_a_map"


@settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(
    st.lists(
        st.tuples(
            st.floats(allow_nan=True, allow_infinity=False),
            st.floats(allow_nan=True, allow_infinity=False),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_whatever_the_coordinates_no_row_is_lost_and_what_is_kept_is_on_earth(tmp_path, pairs):
    path = layer(Path(tmp_path) / "a.geojson", *(feature("Point", list(pair)) for pair in pairs))
    try:
        frame, notes = read_vector(path)
    except CrsError as refused:
        frame, notes = None, [refused]
    if frame is None:
        assert notes[0].code in {"vectors.not_degrees", "crs.not_finite"}
        return
    assert len(frame) == len(pairs)
    kept = frame.geometry.notna()
    assert sorted(note.row for note in notes) == list(frame["row"][~kept])
    assert (np.abs(shapely.get_coordinates(frame.geometry[kept].to_numpy())) <= 360).all()

"""The GeoPackage writer: what XML cannot carry is left out, and the same rows are the same bytes."""

import sqlite3

import shapely

from geo.geopackage import Table, geopackage

NAMES = ("Balai\x00 \x0bDesa\x1f", "SD \ufffe\uffffNegeri", "\ud800MI", "a\"b'; DROP\n\tTABLE")


def written(tmp_path):
    rows = [(shapely.Point(109.7, -7.3), name) for name in NAMES]
    table = Table(name="lokasi", shape="POINT", columns=(("nama", "TEXT"),), rows=rows)
    raw = geopackage((table,))
    (tmp_path / "a.gpkg").write_bytes(raw)
    return raw, sqlite3.connect(tmp_path / "a.gpkg")


def test_signs_no_reader_can_take_are_dropped_and_all_others_stay(tmp_path):
    _, base = written(tmp_path)
    found = [row[0] for row in base.execute("SELECT nama FROM lokasi ORDER BY fid")]
    base.close()
    assert found == ["Balai Desa", "SD Negeri", "?MI", "a\"b'; DROP\n\tTABLE"]


def test_the_same_rows_are_the_same_bytes(tmp_path):
    one, base = written(tmp_path)
    base.close()
    (tmp_path / "b").mkdir()
    other, base = written(tmp_path / "b")
    base.close()
    assert one == other


def test_the_box_and_the_first_point_stand_with_longitude_first(tmp_path):
    _, base = written(tmp_path)
    box = base.execute("SELECT min_x, min_y, max_x, max_y FROM gpkg_contents").fetchone()
    blob = base.execute("SELECT geom FROM lokasi").fetchone()[0]
    base.close()
    assert box == (109.7, -7.3, 109.7, -7.3)
    assert shapely.from_wkb(blob[8:]).coords[0] == (109.7, -7.3)

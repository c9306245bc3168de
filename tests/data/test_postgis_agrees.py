"""PostGIS, a program of others, says of the study's places and areas what Tapak says of them."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
import sqlalchemy as sa

from data.store import Store
from data.workspace import open_study
from geo.crs import to_metric
from work.assemble import assemble


@pytest.fixture(scope="module")
def known(small_demo):
    """Places with a point of their own, areas, and the metric CRS of the small demo."""
    with open_study(small_demo) as opened:
        inputs, stored = assemble(opened), opened.store.candidates()
    areas = inputs.read["areas"].data
    areas = areas() if callable(areas) else areas
    return inputs, stored, areas, inputs.layers.crs


@pytest.fixture
def postgis(server, known, small_demo):
    """A store of the same places, and beside it a table of the areas."""
    areas = known[2]
    with Store.open(server) as store, open_study(small_demo) as opened:
        from data.copying import copy_store

        copy_store(opened.store, store)
        with store.transaction() as raw:
            raw.exec_driver_sql("CREATE TABLE area (code text PRIMARY KEY, geom geometry)")
            raw.execute(
                sa.text("INSERT INTO area VALUES (:code, ST_GeomFromWKB(:wkb, 4326))"),
                [
                    {"code": code, "wkb": shapely.to_wkb(shape)}
                    for code, shape in zip(areas["code"], areas.geometry, strict=True)
                ],
            )
            yield raw


def told(raw, query, **bound):
    return raw.execute(sa.text(query), bound).all()


def test_the_desa_a_place_lies_in_is_the_one_postgis_finds(postgis, known):
    inputs, _, areas, _ = known
    found = told(
        postgis,
        "SELECT c.id, a.code FROM candidate c JOIN area a ON ST_Contains(a.geom, c.geom)",
    )
    theirs = {}
    for place, code in found:
        theirs.setdefault(place, set()).add(code)
    desa = set(areas.loc[areas["level"] == "desa", "code"])
    frame = inputs.candidates.frame
    ours = frame[(frame["placed"] == "point") & ~frame["out_of_area"]]
    assert len(ours) > 20
    for place, code in zip(ours["id"], ours["desa_code"], strict=True):
        assert theirs[place] & desa == {code}


def test_areas_and_distances_are_those_of_postgis(postgis, known):
    _, stored, areas, crs = known
    epsg = crs.to_epsg()
    square_m = dict(
        told(postgis, "SELECT code, ST_Area(ST_Transform(geom, :epsg)) FROM area", epsg=epsg)
    )
    metric = to_metric(areas, crs=crs)
    np.testing.assert_allclose(
        metric.area.to_numpy(), [square_m[code] for code in metric["code"]], rtol=1e-9
    )
    points = stored[stored.geometry.notna()].reset_index(drop=True)
    here = to_metric(points, crs=crs).geometry
    away = told(
        postgis,
        "SELECT id, ST_Distance(ST_Transform(c.geom, :epsg), ST_Transform(f.geom, :epsg)) "
        "FROM candidate c, (SELECT geom FROM candidate WHERE id = :first) f "
        "WHERE c.geom IS NOT NULL ORDER BY id",
        epsg=epsg,
        first=points["id"][0],
    )
    assert [place for place, _ in away] == points["id"].tolist()
    np.testing.assert_allclose(
        here.distance(here[0]).to_numpy(), [metres for _, metres in away], atol=1e-6
    )


def test_a_window_holds_the_same_places_by_the_index_as_by_the_columns(postgis, known):
    _, stored, _, _ = known
    points = stored[stored.geometry.notna()]
    postgis.exec_driver_sql("ANALYZE candidate")
    postgis.exec_driver_sql("SET LOCAL enable_seqscan = off")
    draws = np.random.default_rng(8)
    minx, miny, maxx, maxy = points.total_bounds
    window = "ST_MakeEnvelope(:x0, :y0, :x1, :y1, 4326)"
    for _ in range(20):
        x0, x1 = np.sort(draws.uniform(minx, maxx, 2)).tolist()
        y0, y1 = np.sort(draws.uniform(miny, maxy, 2)).tolist()
        bound = {"x0": x0, "y0": y0, "x1": x1, "y1": y1}
        by_index = told(
            postgis, f"SELECT id FROM candidate WHERE geom && {window} ORDER BY id", **bound
        )
        by_columns = told(
            postgis,
            "SELECT id FROM candidate WHERE minx BETWEEN :x0 AND :x1 AND miny BETWEEN :y0 AND :y1 "
            "ORDER BY id",
            **bound,
        )
        ours = points[gpd.GeoSeries(points.geometry).intersects(shapely.box(x0, y0, x1, y1))]
        assert by_index == by_columns
        assert [place for (place,) in by_index] == ours["id"].tolist()
    plan = told(postgis, f"EXPLAIN SELECT id FROM candidate WHERE geom && {window}", **bound)
    assert "ix_candidate_geom" in " ".join(line for (line,) in plan)

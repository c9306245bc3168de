"""Rows in bulk leave the same store as SQLAlchemy's own dicts would, on either database."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from data.bulk import (
    drop_old_values,
    execute_many,
    old_values_gone,
    put_candidates,
    put_values,
    upsert_candidates,
)
from data.copying import contents_of
from data.records import FileRecord
from data.schema import Base
from data.store import Store
from data.tables_of_store import REGISTER, candidate_columns, register_columns

CANDIDATE, EVIDENCE = (Base.metadata.tables[name] for name in ("candidate", "evidence"))
TEXTS = ("name", "kind", "kind_text", "code", "agency", "address", "desa", "kecamatan", "sheet")
hostile = ["'; DROP", ":id", "?", "%s", "\\N", "\t\\.\n", "\r", "a\x00b", '"', "é" * 90, "\\x00"]
words = st.one_of(st.none(), st.text(max_size=6), st.sampled_from(hostile))
number = st.one_of(st.just(float("nan")), st.floats(allow_infinity=False))


@st.composite
def registers(draw):
    """Draw sites and values: texts of any kind, points or none, numbers or none."""
    count = draw(st.integers(0, 4))
    frame = {name: draw(st.lists(words, min_size=count, max_size=count)) for name in TEXTS}
    frame |= {"id": [f"p-{k}" for k in range(count)], "row": list(range(1, count + 1))}
    at = [draw(st.tuples(st.floats(95, 141), st.floats(-11, 6))) for _ in range(count)]
    known = [draw(st.booleans()) for _ in range(count)]
    points = [shapely.Point(p) if has else None for p, has in zip(at, known, strict=True)]
    sites = gpd.GeoDataFrame(frame | {"has_point": known}, geometry=points, crs=4326)
    keys = ["labour_need", "tenure"][: 2 if count else 0]
    told = [(f"p-{k}", key) for k in range(count) for key in keys]
    rows = [(*pair, draw(number), draw(words) or "", "h", draw(number), 3) for pair in told]
    columns = ["candidate", "key", "value", "category", "unit", "year", "row"]
    return sites, pd.DataFrame(rows, columns=columns).astype({"value": float, "year": float})


def kept_after(sites, values, **engine):
    """Store a register twice, the second time over the first, and return every row."""
    made = sa.create_engine("sqlite://", **engine)
    Base.metadata.create_all(made)
    with made.begin() as connection:
        for _ in range(2):
            candidates = candidate_columns(sites, file_id=1)
            told = register_columns(values, file_id=1, sha256="a" * 64)
            put_candidates(connection, candidates)
            gone = {"gone": told["candidate"], "key": told["criterion"]}
            drop_old_values(connection, REGISTER, gone)
            put_values(connection, told)
        raw = [
            connection.exec_driver_sql(f"SELECT * FROM {table.name} ORDER BY id").all()
            for table in (CANDIDATE, EVIDENCE)
        ]
    made.dispose()
    return [[tuple(row) for row in rows] for rows in raw]


@settings(max_examples=40, deadline=None)
@given(registers())
def test_tuples_and_dicts_leave_the_same_rows_whatever_the_register_says(register):
    # a driver whose parameters have names is given dicts
    by_name = kept_after(*register, paramstyle="named")
    assert repr(kept_after(*register)) == repr(by_name)
    assert len(by_name[0]) == len(register[0])
    assert [row[-1] for row in by_name[0]] == [2] * len(register[0])  # every version moved on
    assert len(by_name[1]) == len(register[1])  # what was said before is gone


A_FILE = FileRecord(kind="assets", name="a", path="a", sha256="a" * 64, bytes=1)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(register=registers())
def test_a_register_leaves_the_same_rows_on_the_server_as_in_a_file(
    server, tmp_path_factory, register
):
    lite = tmp_path_factory.mktemp("satu") / "tapak.sqlite"
    with Store.open(lite) as here, Store.open(server) as there:
        with there.transaction() as raw:
            raw.exec_driver_sql("TRUNCATE evidence, candidate, file RESTART IDENTITY")
        for store in (here, there):
            file = store.put_file(A_FILE)
            for _ in range(2):
                store.merge_assets(file, *register)
            with store.transaction() as raw:  # times and numbers given are not what is compared
                raw.exec_driver_sql("UPDATE file SET added_at = ''")
                new = "(SELECT count(*) FROM evidence AS e WHERE e.id <= evidence.id)"
                raw.exec_driver_sql(f"UPDATE evidence SET id = -{new}")
        assert contents_of(here) == contents_of(there)
        pd.testing.assert_frame_equal(here.register_values(), there.register_values())
        ours, theirs = here.candidates(), there.candidates()
        assert ours.geometry.to_wkb().tolist() == theirs.geometry.to_wkb().tolist()
        assert set(shapely.get_srid(theirs.geometry.array)) <= {0, -1}  # as a file's
        pd.testing.assert_frame_equal(
            pd.DataFrame(ours.drop(columns="geometry")),
            pd.DataFrame(theirs.drop(columns="geometry")),
        )


def test_points_are_kept_as_the_schema_itself_would_keep_them():
    point = shapely.Point(109.5810277, -7.4819751)
    process = CANDIDATE.c.geom.type.bind_processor(sa.create_engine("sqlite://").dialect)
    frame = dict.fromkeys(TEXTS, "x") | {"id": ["a", "b"], "row": 1, "has_point": [True, False]}
    sites = gpd.GeoDataFrame(frame, geometry=[point, None], crs=4326)
    values = register_columns(
        pd.DataFrame(columns=["candidate", "key", "value", "category", "unit", "year", "row"]),
        file_id=1,
        sha256="",
    )
    assert not len(values["candidate"])
    rows, _ = kept_after(
        sites,
        pd.DataFrame(
            {c: [] for c in ("candidate", "key", "value", "category", "unit", "year", "row")}
        ),
    )
    geom = [c.name for c in CANDIDATE.c].index("geom")
    assert [row[geom] for row in rows] == [process(point), None]


def test_no_rows_are_no_statement_at_all():
    with sa.create_engine("sqlite://").begin() as connection:  # without any table
        execute_many(connection, sa.insert(EVIDENCE), {"candidate": [], "criterion": []})
        put_candidates(connection, {})


def test_columns_of_different_length_are_refused():
    made = sa.create_engine("sqlite://")
    Base.metadata.create_all(made)
    gone = {"gone": ["a", "b"], "key": ["x"]}
    with made.begin() as connection, pytest.raises(ValueError, match="shorter"):
        execute_many(connection, old_values_gone(REGISTER), gone)
    assert np.size(next(iter(gone.values()))) == 2


def test_postgis_gets_a_real_geometry_and_text_ordered_by_its_bytes():
    dialect = postgresql.dialect()
    table = str(CreateTable(Base.metadata.tables["candidate"]).compile(dialect=dialect))
    assert "geom geometry(Point,4326)" in table
    assert 'name TEXT COLLATE "C"' in table
    assert "ON CONFLICT (id) DO UPDATE" in str(upsert_candidates())

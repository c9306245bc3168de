"""Files of any shape a fuzzer finds, for every reader: rows, or one sentence, never a traceback."""

from __future__ import annotations

import json

import malformed
import malformed_tables
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.assets import AssetOptions, read_assets
from data.layers import LayerOptions, read_layer
from data.returns import read_returns
from data.settings import parse_settings
from geo.errors import TapakError

EXAMPLES = settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
ODD_NUMBERS = st.sampled_from([0, -0.0, 1e308, -1e300, 2**63, 10**30, float("nan"), float("inf")])
NUMBERS = st.floats(-181, 181) | ODD_NUMBERS | st.integers(-(10**9), 10**9)
ODD = st.none() | st.booleans() | NUMBERS | st.text(max_size=5)
PAIRS = st.lists(NUMBERS | ODD, max_size=4)
SHAPE = st.fixed_dictionaries(
    {
        "type": st.sampled_from(
            ["Point", "Polygon", "LineString", "MultiPolygon", "MultiPoint", "x"]
        ),
        "coordinates": PAIRS
        | st.lists(PAIRS, max_size=6)
        | st.lists(st.lists(PAIRS, max_size=6), max_size=3)
        | st.lists(st.lists(st.lists(PAIRS, max_size=5), max_size=2), max_size=2)
        | ODD,
    }
)
FEATURE = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["Feature", "feature", "Point"]),
        "properties": st.dictionaries(
            st.sampled_from(["desa", "kecamatan", "kode", "nama", "lat", ""]), ODD | st.lists(ODD, max_size=2), max_size=4
        )
        | ODD,
        "geometry": SHAPE | st.none() | ODD,
    }
)  # fmt: skip


def told(read):
    """Read, or say why not in one sentence."""
    fault = None
    try:
        read()
    except TapakError as found:
        fault = found
    if fault is not None:
        assert len(fault.say(lang="id").splitlines()) == 1
        assert fault.say(lang="en") != fault.code


@EXAMPLES
@given(
    features=st.lists(FEATURE, max_size=5),
    kind=st.sampled_from(["areas", "flood", "events", "roads", "offices"]),
)
def test_geojson_of_any_shape(tmp_path, features, kind):
    path = tmp_path / "a.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    told(lambda: read_layer(kind, path, options=LayerOptions()))
    told(lambda: read_assets(path, options=AssetOptions(), gazetteer=None))


CELL = (
    st.text(max_size=12)
    | st.sampled_from(["-7.3", "109,7", "7°18'S", "7 18 30 LS", "33.04.01.2001", "49S 350000", "nan", "1e999", "9" * 400])
    | NUMBERS.map(str)
)  # fmt: skip
HEADS = st.lists(
    st.sampled_from([*malformed.REGISTER[0], "Koordinat", "Kode", "Penduduk", "Alamat", "Zona", "X", "Y", "Tanggal", ""]),
    min_size=1,
    max_size=9,
)  # fmt: skip
ROWS = st.lists(st.lists(CELL, max_size=10), max_size=6)
TABLE_KINDS = ["assets", "population", "facilities", "indicators", "events", "demand", "offices"]


@EXAMPLES
@given(head=HEADS, rows=ROWS, kind=st.sampled_from(TABLE_KINDS), sign=st.sampled_from(",;\t"))
def test_a_table_of_any_cells(tmp_path, head, rows, kind, sign):
    path = tmp_path / "a.csv"
    lines = [sign.join('"' + c.replace('"', '""') + '"' for c in row) for row in [head, *rows]]
    path.write_text("\n".join(lines), encoding="utf-8", errors="surrogatepass", newline="")
    if kind == "assets":
        told(lambda: read_assets(path, options=AssetOptions(), gazetteer=None))
    else:
        told(lambda: read_layer(kind, path, options=LayerOptions()))


ATTRIBUTES = st.dictionaries(
    st.sampled_from(["r", "t", "s", "x"]),
    st.sampled_from(["A1", "B2", "ZZ9", "AAAA1", "1", "-1", "s", "n", "b", "e", "d", "inlineStr", "str", "", "99"]),
    max_size=3,
)  # fmt: skip
INSIDE = st.sampled_from(["<v>1</v>", "<v>x</v>", "<v>1e99</v>", "<v></v>", "<f>A1</f>", "<is><t>a</t></is>", "<v>45000.5</v>", ""])  # fmt: skip


def element(name, attributes, inside):
    said = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f"<{name}{said}>{inside}</{name}>"


@EXAMPLES
@given(rows=st.lists(st.tuples(ATTRIBUTES, st.lists(st.tuples(ATTRIBUTES, INSIDE), max_size=8)), max_size=5))  # fmt: skip
def test_a_workbook_of_any_cells(tmp_path, rows):
    made = "".join(
        element("row", at, "".join(element("c", on, inside) for on, inside in cells))
        for at, cells in rows
    )
    path = tmp_path / "a.xlsx"
    whole = malformed_tables.HEADING + malformed_tables.LINE + made
    path.write_bytes(malformed_tables.xlsx(sheet=malformed_tables.sheet(whole)))
    told(lambda: read_assets(path, options=AssetOptions(), gazetteer=None))
    told(lambda: read_returns(path))


TOML_VALUE = st.sampled_from(["1", "'a'", "[]", "{}", "nan", "-inf", "[[1],[2]]", "2026-01-01", "true", "''", "1e400", "{a=1}"])  # fmt: skip
TOML_KEY = st.sampled_from(["name", "language", "programmes", "area.bounds", "area.crs", "area.utm_zone", "weights.kerja-sosial.groups", "weights.kerja-sosial.criteria.labour_need", "layers.flood.scale", "layers.osm", "thresholds.capacity", "assets.columns", "travel.motor.speed", "report.office", "accounts"])  # fmt: skip


@EXAMPLES
@given(lines=st.lists(st.tuples(TOML_KEY, TOML_VALUE), max_size=6), tail=st.text(max_size=8))
def test_settings_of_any_values(lines, tail):
    text = "\n".join(f"{key} = {value}" for key, value in lines)
    told(lambda: parse_settings(text))
    told(lambda: parse_settings(text + tail))


@pytest.mark.parametrize(
    "name", ["geojson", "csv", "xlsx", "kml", "gpx", "osm", "web.json", "odata.json"]
)
@settings(EXAMPLES, max_examples=25)
@given(data=st.data())
def test_text_in_which_pieces_change_places(tmp_path, name, data):
    raw = malformed.sound(name)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(raw)), min_size=2, max_size=5)))
    pieces = [raw[a:b] for a, b in zip([0, *cuts], [*cuts, len(raw)], strict=True)]
    path = tmp_path / f"a.{name}"
    path.write_bytes(b"".join(data.draw(st.permutations(pieces))))
    if name in {"gpx", "web.json", "odata.json"}:
        told(lambda: read_returns(path))
    elif name in {"csv", "xlsx"}:
        told(lambda: read_assets(path, options=AssetOptions(), gazetteer=None))
    else:
        told(lambda: read_layer("osm" if name == "osm" else "areas", path, options=LayerOptions()))

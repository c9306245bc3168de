"""Names that try to be code are names: read as text, written back as text."""

import csv
import json

import openpyxl
import pytest

from data.assets import AssetOptions, read_assets
from data.assets.agency_form import write_reply

HOSTILE = [
    "<script>alert(1)</script>",
    "{{7*7}} ${alert(1)} `x`",
    "=cmd|' /C calc'!A0",
    "@SUM(1)",
    "A" * 200,
    "nama\x07dengan\x1bkendali",
    "\u202eterbalik",
    "{name} %s {0}",
    "'; DROP TABLE candidate; --",
]


@pytest.mark.parametrize("format_", ["csv", "geojson"])
def test_hostile_names_come_through_as_text_and_go_back_as_text(tmp_path, format_):
    path = tmp_path / f"a.{format_}"
    if format_ == "csv":
        with path.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows(
                [
                    ("Nama", "Desa", "Lat", "Lon"),
                    *((n, "Sukamaju", -7.4 - k / 100, 109.45) for k, n in enumerate(HOSTILE)),
                ]
            )
    else:
        features = [
            {
                "type": "Feature",
                "properties": {"nama": n, "desa": "Sukamaju"},
                "geometry": {"type": "Point", "coordinates": [109.45, -7.4 - k / 100]},
            }
            for k, n in enumerate(HOSTILE)
        ]
        path.write_text(
            json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8"
        )
    table = read_assets(path, options=AssetOptions(), gazetteer=None)
    names = table.sites["name"].tolist()
    assert names[:5] == HOSTILE[:5]
    assert all(name.isprintable() for name in names)
    assert len(names) == len(HOSTILE)
    write_reply(tmp_path / "balik.xlsx", table)
    sheet = openpyxl.load_workbook(tmp_path / "balik.xlsx")["a"]
    assert [sheet.cell(k + 2, 5).value for k in range(5)] == HOSTILE[:5]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    for note in (*table.report.warned, *table.report.rejected):
        assert note.reason()
        assert note.fix()

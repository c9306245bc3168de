"""Registers to read in tests: invented ones, and the real layers where they are at hand."""

from __future__ import annotations

import csv

import geopandas as gpd
import openpyxl
import shapely
from shared import shared


def real(name):
    """Return a real file, skipping where the folder is absent (failing under CI)."""
    return shared(f"banjarnegara/{name}")


def real_key(name):
    with real(name).open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


def real_areas():
    found = gpd.read_file(real("desa_278_hdx.geojson"))
    return found.rename(columns={"desa": "name", "kode_kemendagri": "code"}).assign(level="desa")


def real_boundary():
    return gpd.read_file(real("kabupaten_hdx.geojson"))


def areas():
    """Two kecamatan of two desa each, in squares of 0.1 degree around 109.5, -7.5."""
    names = [
        ("Sukamaju", "Utara"),
        ("Karangsari", "Utara"),
        ("Sukarame", "Selatan"),
        ("Karangsari", "Selatan"),
    ]
    corners = [(109.4, -7.5), (109.5, -7.5), (109.4, -7.6), (109.5, -7.6)]
    return gpd.GeoDataFrame(
        {
            "code": [f"99.01.0{1 + k // 2}.200{k}" for k in range(4)],
            "name": [name for name, _ in names],
            "kecamatan": [kecamatan for _, kecamatan in names],
            "level": "desa",
        },
        geometry=[shapely.box(x, y, x + 0.1, y + 0.1) for x, y in corners],
        crs=4326,
    )


def boundary():
    return gpd.GeoDataFrame(
        {"name": ["Kabupaten"]}, geometry=[shapely.box(109.4, -7.6, 109.6, -7.4)], crs=4326
    )


def xlsx(path, **sheets):
    """Write sheets of rows to an xlsx file; text that looks like a formula stays text."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title.replace("_", " "))
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row, start=1):
                cell = sheet.cell(number, column, value)
                if isinstance(value, str):
                    cell.data_type = "s"
    book.save(path)
    return path

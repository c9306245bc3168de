"""Faults planted in the demo district's register, so that every repair and warning shows itself."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from data.demo.facts import KECAMATAN, REGENCY, SYNTHETIC
from data.demo.files import write_sheet
from data.demo.land import Land
from data.demo.register import HEADER, Row, changed, make_register
from data.demo.streets import Streets

FAULTS = {
    "zero": 4,
    "outside": 4,
    "swapped": 2,
    "no_coordinates": 6,
    "other_kecamatan": 5,
    "need_is_a_word": 3,
    "area_with_unit": 4,
    "duplicate": 3,
}
"""How many rows carry each fault at scale 1."""

ELSEWHERE = ("-6.914744", "107.609810")
"""A point in Bandung, 200 km away."""


def _place(row: Row, fault: str, *, land: Land) -> Row:
    """Plant a fault that concerns where the asset is."""
    match fault:
        case "zero":
            return changed(row, fault, Lintang="0", Bujur="0")
        case "outside":
            return changed(row, fault, Lintang=ELSEWHERE[0], Bujur=ELSEWHERE[1])
        case "swapped":
            return changed(row, fault, Lintang=f"{row.lon:.6f}", Bujur=f"{row.lat:.6f}")
        case "no_coordinates":
            return changed(row, fault, Lintang=None, Bujur=None)
        case _:
            own = land.kecamatan_of[row.desa]
            other = int(np.flatnonzero(land.kecamatan_of == (own + 7) % len(KECAMATAN))[1])
            named = {
                "Desa/Kelurahan": str(land.areas["desa"].iloc[other]),
                "Kecamatan": KECAMATAN[land.kecamatan_of[other]].name,
            }
            return changed(row, fault, **named)


def _figure(row: Row, fault: str) -> Row:
    """Plant a fault in a number."""
    if fault == "need_is_a_word":
        return changed(row, fault, **{"Kebutuhan Tenaga (jam/minggu)": "sesuai kebutuhan"})
    area = f"{int(str(row.cells[HEADER.index('Luas (m2)')])):,}".replace(",", ".")
    return changed(row, fault, **{"Luas (m2)": f"{area} m2"})


def _twice(row: Row, original: Row) -> Row:
    """Enter another row's asset a second time, about 30 m off."""
    spot = {"Lintang": f"{original.lat + 0.0002:.6f}", "Bujur": f"{original.lon + 0.0002:.6f}"}
    return changed(original, "duplicate", No=row.cells[0], **spot)


def plant(rng: np.random.Generator, rows: list[Row], *, land: Land, scale: float) -> list[Row]:
    """Return the rows with every kind of fault planted at least once.

    Parameters
    ----------
    rows : list of Row
        Not changed.
    scale : float
        Faults grow in number with the register.
    """
    out = list(rows)
    usable = [i for i, row in enumerate(rows) if row.cells[HEADER.index("Kapasitas (orang/hari)")]]
    turn = iter([usable[i] for i in rng.permutation(len(usable))])
    for fault, count in FAULTS.items():
        for _ in range(max(1, round(count * scale))):
            at = next(turn)
            if fault == "duplicate":
                out[at] = _twice(rows[at], rows[next(turn)])
            elif fault in {"need_is_a_word", "area_with_unit"}:
                out[at] = _figure(rows[at], fault)
            else:
                out[at] = _place(rows[at], fault, land=land)
    return out


def write_register(
    path: Path,
    rng: np.random.Generator,
    *,
    land: Land,
    streets: Streets,
    scale: float,
    overwrite: bool,
) -> list[Row]:
    """Write the register as xlsx the way an office keeps it; return its rows with the truth."""
    sound = make_register(rng, land=land, streets=streets, scale=scale)
    rows = plant(rng, sound, land=land, scale=scale)
    area = HEADER.index("Luas (m2)")
    total: list[object] = [None] * len(HEADER)
    total[2] = "JUMLAH"
    total[area] = sum(a for row in rows if isinstance(a := row.cells[area], int))
    titles = [
        [f"PEMERINTAH KABUPATEN {REGENCY.upper()} ({SYNTHETIC.upper()})"],
        ["DAFTAR ASET YANG DIUSULKAN SEBAGAI LOKASI"],
        [],
    ]
    sheet = [*titles, HEADER, *(row.cells for row in rows), total]
    widths = [6, 18, 38, 30, 20, 26, 20, 20, 11, 16, 13, 18, 18, 14, 12, 12, 14]
    write_sheet(path, "KIB A & C", sheet, widths=widths, overwrite=overwrite)
    return rows

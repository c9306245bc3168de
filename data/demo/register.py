"""The demo district's asset register, with the habits and faults of registers that offices send."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from data.demo.facts import KECAMATAN
from data.demo.files import lonlat
from data.demo.ground import Floats, Ints
from data.demo.land import TOWN, Land
from data.demo.places import roadside
from data.demo.streets import Streets

ROWS = 420
"""Rows of the register at scale 1."""

HEADER = (
    "No", "Kode Barang", "Nama Barang / Lokasi", "OPD Pengguna", "Jenis", "Alamat",
    "Desa/Kelurahan", "Kecamatan", "Luas (m2)", "Status Tanah", "Kondisi", "Lintang", "Bujur",
    "Kebutuhan Tenaga (jam/minggu)", "Kapasitas (orang/hari)", "Ada Pengawas", "Keterangan",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stock:
    """One kind of asset: how many of 1,000 rows, at most how many ever, usual figures.

    ``at`` says where it stands: in any desa, one a desa, one a kecamatan, or in the town.
    """

    kind: str
    agency: str
    per_mille: int
    at: str
    area_m2: tuple[int, int]
    need_h: tuple[int, int] | None
    capacity: tuple[int, int]


SCHOOLS = "Dinas Pendidikan, Kepemudaan dan Olahraga"
TRADE = "Dinas Perindustrian dan Perdagangan"
STOCK = (
    Stock("SD Negeri", SCHOOLS, 226, "any", (900, 4000), (8, 30), (1, 4)),
    Stock("SMP Negeri", SCHOOLS, 83, "any", (5000, 12000), (10, 42), (2, 5)),
    Stock("Kantor Desa", "Dispermades", 138, "desa", (350, 2200), (4, 24), (1, 3)),
    Stock("Kantor Kelurahan", "Kecamatan", 14, "town desa", (400, 1500), (4, 20), (1, 3)),
    Stock("Kantor Kecamatan", "Kecamatan", 45, "kecamatan", (1500, 6000), (10, 26), (1, 4)),
    Stock("Puskesmas", "Dinas Kesehatan", 80, "any", (900, 3500), (20, 60), (2, 4)),
    Stock("Puskesmas Pembantu", "Dinas Kesehatan", 55, "any", (250, 700), (4, 14), (1, 2)),
    Stock("Rumah Sakit Daerah", "Dinas Kesehatan", 3, "town", (14000, 30000), (90, 160), (8, 12)),
    Stock("Panti Sosial", "Dinas Sosial", 36, "any", (1800, 6000), (28, 90), (3, 8)),
    Stock("Masjid Besar", "Kemenag / takmir", 52, "any", (900, 3500), (8, 30), (1, 3)),
    Stock("Pondok Pesantren", "Kemenag / yayasan", 45, "any", (7000, 18000), (15, 60), (3, 8)),
    Stock("Balai Latihan Kerja", "Disnaker PMPTSP", 21, "any", (3000, 9900), (15, 40), (4, 8)),
    Stock("Pasar Rakyat", TRADE, 50, "any", (2400, 12500), (30, 120), (3, 6)),
    Stock("Terminal", "Dinas Perhubungan", 12, "any", (5000, 9000), (15, 40), (3, 5)),
    Stock("TPS 3R", "Dinas Lingkungan Hidup", 33, "any", (500, 1700), (25, 60), (3, 6)),
    Stock("Taman Kota", "Dinas Lingkungan Hidup", 14, "any", (2000, 9000), (20, 60), (3, 8)),
    Stock("Tanah Kosong", "BPPKAD", 52, "any", (4000, 12000), None, (0, 0)),
    Stock("Gedung Bekas Kantor", "BPPKAD", 41, "any", (600, 2400), None, (0, 0)),
)  # fmt: skip

HABITS = (
    (("Hak Pakai", "Belum Sertifikat", "Hak Milik", "Sewa", ""), (0.6, 0.17, 0.1, 0.05, 0.08)),
    (
        ("Baik", "B", "Kurang Baik", "KB", "Rusak Berat", "RB", ""),
        (0.5, 0.1, 0.18, 0.08, 0.05, 0.03, 0.06),
    ),
    (("Ya", "ya", "Tidak", "TIDAK", "-", ""), (0.46, 0.08, 0.2, 0.08, 0.08, 0.1)),
)
"""How title, condition and host are written, and how often."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the register, and what is true about it.

    Parameters
    ----------
    cells : tuple
        In the order of `HEADER`.
    kind : str
    desa : int
        Position of the desa where the asset truly stands.
    lon, lat : float
        Where it truly stands.
    fault : str
        The planted fault's name, or "".
    """

    cells: tuple[object, ...]
    kind: str
    desa: int
    lon: float
    lat: float
    fault: str = ""


def _where(rng: np.random.Generator, at: str, count: int, *, land: Land, streets: Streets) -> Ints:
    """Desa of each asset of a kind: everywhere once before anywhere twice."""
    town = np.flatnonzero(land.areas["jenis"] == "kelurahan")
    every = np.arange(len(land.centre_m))
    pool = {
        "desa": np.setdiff1d(every, town),
        "town desa": town,
        "kecamatan": streets.centres,
        "town": streets.centres[[TOWN]],
    }.get(at, every)
    if at != "any":
        return rng.permutation(pool)[:count]
    rounds = [rng.permutation(pool) for _ in range(-(-count // len(pool)))]
    return np.concatenate(rounds)[:count]


def _assets(
    rng: np.random.Generator, rows: int, *, land: Land, streets: Streets
) -> list[tuple[Stock, int, int]]:
    """Say (kind, desa, serial number in that desa) of every row, in the register's mixed order."""
    found: list[tuple[Stock, int, int]] = []
    for stock in STOCK:
        count = max(1, round(rows * stock.per_mille / 1000))
        if stock is STOCK[0]:
            continue  # primary schools fill up what the capped kinds leave
        desa = _where(rng, stock.at, count, land=land, streets=streets)
        found += _serials(stock, desa)
    schools = _where(rng, "any", max(1, rows - len(found)), land=land, streets=streets)
    found += _serials(STOCK[0], schools)
    return [found[i] for i in rng.permutation(len(found))]


def _serials(stock: Stock, desa: Ints) -> list[tuple[Stock, int, int]]:
    seen: dict[int, int] = {}
    out = []
    for where in desa.tolist():
        seen[where] = seen.get(where, 0) + 1
        out.append((stock, where, seen[where]))
    return out


def _dms(degrees: float, *, positive: str, negative: str) -> str:
    """Write degrees as ``7°28'55.11" LS``."""
    hundredths = round(abs(degrees) * 360_000)
    whole, rest = divmod(hundredths, 360_000)
    minutes, seconds = divmod(rest, 6000)
    return f"{whole}°{minutes:02d}'{seconds / 100:05.2f}\" {positive if degrees > 0 else negative}"


def notation(kind: str, *, lon: float, lat: float, xy: Sequence[float]) -> tuple[object, object]:
    """Write a position the way an office would: the two coordinate cells of a row.

    Parameters
    ----------
    kind : {"number", "text", "comma", "dms", "pair", "utm"}
    lon, lat : float
        Degrees.
    xy : (easting, northing)
        The same in UTM 49S metres.
    """
    match kind:
        case "number":
            return round(lat, 6), round(lon, 6)
        case "comma":
            return f"{lat:.6f}".replace(".", ","), f"{lon:.6f}".replace(".", ",")
        case "dms":
            return _dms(lat, positive="LU", negative="LS"), _dms(lon, positive="BT", negative="BB")
        case "pair":
            return f"{lat:.6f}, {lon:.6f}", None
        case "utm":
            return f"{xy[1]:.1f}", f"{xy[0]:.1f}"
        case _:
            return f"{lat:.6f}", f"{lon:.6f}"


def _cells(
    rng: np.random.Generator, number: int, stock: Stock, desa: int, serial: int, land: Land
) -> list[object]:
    """Every cell of a row except the coordinates."""
    village = str(land.areas["desa"].iloc[desa])
    kecamatan = KECAMATAN[land.kecamatan_of[desa]].name
    shown = {"kecamatan": kecamatan, "town": kecamatan}.get(stock.at, village)
    # schools carry a number, as they do everywhere; the rest only from the second one on
    tail = f" {serial}" if serial > 1 or stock.agency == SCHOOLS else ""
    need = int(rng.integers(*stock.need_h)) if stock.need_h else None
    capacity = int(rng.integers(stock.capacity[0], stock.capacity[1] + 1)) if stock.need_h else None
    title, condition, host = (str(rng.choice(words, p=odds)) for words, odds in HABITS)
    address = f"RT {rng.integers(1, 10):02d}/RW {rng.integers(1, 7):02d} {village}"
    code = f"1.3.1.{rng.integers(1, 10):02d}.{rng.integers(1, 13):02d}.{number:04d}"
    area = int(rng.integers(*stock.area_m2))
    return [
        number, code, f"{stock.kind} {shown}{tail}", stock.agency, stock.kind, address, village,
        kecamatan, area, title or None, condition or None, None, None, need,
        capacity, host or None, None,
    ]  # fmt: skip


def make_register(
    rng: np.random.Generator, *, land: Land, streets: Streets, scale: float
) -> list[Row]:
    """Invent the register's rows, faults included (see `data.demo.faults`).

    Returns
    -------
    list of Row
        About ``420 · scale`` rows in the order of the sheet.
    """
    assets = _assets(rng, max(40, round(ROWS * scale)), land=land, streets=streets)
    desa = np.array([where for _, where, _ in assets])
    xy = _inside(roadside(rng, streets, desa, away_m=(18.0, 60.0)), desa, land)
    degrees = np.round(lonlat(xy), 6)
    kinds = ("text", "number", "comma", "dms", "pair", "utm")
    written = rng.choice(kinds, len(assets), p=(0.42, 0.17, 0.14, 0.14, 0.04, 0.09))
    rows = []
    for i, (stock, where, serial) in enumerate(assets):
        cells = _cells(rng, i + 1, stock, where, serial, land)
        lon, lat = degrees[i].tolist()
        cells[11:13] = notation(str(written[i]), lon=lon, lat=lat, xy=xy[i].tolist())
        rows.append(Row(tuple(cells), stock.kind, where, lon, lat))
    return rows


def _inside(xy: Floats, desa: Ints, land: Land) -> Floats:
    """Bring spots that fell across a desa's border back to the desa's middle, 12 m apart."""
    import shapely

    shapes = np.asarray(land.areas.geometry)[desa]
    out = ~shapely.contains_xy(shapes, xy[:, 0], xy[:, 1])
    shift = 12.0 * np.column_stack([np.cumsum(out) % 9 - 4, np.cumsum(out) // 9 % 9 - 4])
    return np.where(out[:, None], land.centre_m[desa] + shift, xy)


def changed(row: Row, fault: str, **cells: object) -> Row:
    """Return the same row with a fault planted: `cells` are named by their column in `HEADER`."""
    values = list(row.cells)
    for column, value in cells.items():
        values[HEADER.index(column)] = value
    return replace(row, cells=tuple(values), fault=fault)

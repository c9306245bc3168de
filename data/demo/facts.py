"""Published facts and invented words that the demo district is made from."""

from __future__ import annotations

from dataclasses import dataclass

SYNTHETIC = "SINTETIS – bukan data resmi"
"""Stands in every file of the demo district, as a column, a tag or a title row."""

CRS_M = "EPSG:32749"
"""UTM zone 49S: everything is invented in metres and written where an office would expect it."""

REGENCY = "Banjarnegara"
REGENCY_CODE = "33.04"


@dataclass(frozen=True, slots=True)
class Kecamatan:
    """A kecamatan's published figures, and roughly where its middle lies.

    Parameters
    ----------
    number : int
        Last two digits of the Kemendagri code.
    name : str
    population : int
        People at the end of June 2026 (DKB Kemendagri, semester 1).
    area_km2 : float
    desa : int
        Desa and kelurahan together.
    x_km, y_km : float
        Rounded UTM 49S position; `y_km` counts from 9,000 km.
    """

    number: int
    name: str
    population: int
    area_km2: float
    desa: int
    x_km: float
    y_km: float

    @property
    def code(self) -> str:
        """Kemendagri code, such as ``33.04.06``."""
        return f"{REGENCY_CODE}.{self.number:02d}"


KECAMATAN = (
    Kecamatan(1, "Susukan", 66087, 52.6, 15, 324, 170),
    Kecamatan(2, "Purwareja Klampok", 49770, 23.7, 8, 329, 173),
    Kecamatan(3, "Mandiraja", 84199, 54.9, 16, 334, 173),
    Kecamatan(4, "Purwanegara", 87553, 80.5, 13, 342, 174),
    Kecamatan(5, "Bawang", 67298, 60.5, 18, 348, 178),
    Kecamatan(6, "Banjarnegara", 71799, 36.9, 13, 358, 181),
    Kecamatan(7, "Sigaluh", 33172, 43.7, 15, 366, 179),
    Kecamatan(8, "Madukara", 47332, 44.9, 20, 361, 186),
    Kecamatan(9, "Banjarmangu", 48166, 53.4, 17, 354, 190),
    Kecamatan(10, "Wanadadi", 35818, 30.1, 11, 349, 185),
    Kecamatan(11, "Rakit", 57344, 32.5, 11, 340, 180),
    Kecamatan(12, "Punggelan", 93675, 113.4, 17, 344, 189),
    Kecamatan(13, "Karangkobar", 33441, 42.2, 13, 358, 195),
    Kecamatan(14, "Pagentan", 41074, 51.2, 16, 367, 191),
    Kecamatan(15, "Pejawaran", 47542, 54.4, 17, 369, 198),
    Kecamatan(16, "Batur", 44125, 51.5, 8, 374, 203),
    Kecamatan(17, "Wanayasa", 53170, 90.6, 17, 363, 201),
    Kecamatan(18, "Kalibening", 49694, 91.4, 16, 352, 202),
    Kecamatan(19, "Pandanarum", 23849, 58.1, 8, 345, 198),
    Kecamatan(20, "Pagedongan", 45416, 82.5, 9, 355, 175),
)
KELURAHAN = 12
"""So many of the areas of kecamatan Banjarnegara are kelurahan (their codes begin with 1)."""

RIVER_KM = ((386, 186), (372, 182), (364, 182), (358, 183), (351, 182), (343, 178), (335, 176),
            (328, 174), (314, 171))  # fmt: skip
TRIBUTARIES_KM = (
    ((367, 206), (363, 199), (359, 190), (358, 183)),
    ((348, 206), (346, 196), (348, 188), (351, 182)),
    ((371, 196), (367, 189), (364, 182)),
    ((348, 167), (347, 173), (345, 179)),
)
RESERVOIR_KM = (350.2, 181.9)

ROADS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("trunk", ("Susukan", "Purwareja Klampok", "Mandiraja", "Purwanegara", "Bawang",
               "Banjarnegara", "Sigaluh")),
    ("primary", ("Banjarnegara", "Banjarmangu", "Karangkobar", "Wanayasa", "Pejawaran", "Batur")),
    ("secondary", ("Banjarnegara", "Madukara", "Pagentan", "Pejawaran")),
    ("secondary", ("Banjarnegara", "Pagedongan", "Purwanegara")),
    ("secondary", ("Bawang", "Wanadadi", "Punggelan", "Pandanarum", "Kalibening", "Wanayasa")),
    ("secondary", ("Wanadadi", "Banjarmangu")),
    ("secondary", ("Wanadadi", "Rakit", "Purwareja Klampok")),
    ("secondary", ("Karangkobar", "Kalibening")),
)  # fmt: skip
"""Which kecamatan centres each through road links, in order."""

NAME_HEADS = (
    "Argo", "Banyu", "Cemoro", "Dukuh", "Giri", "Jati", "Kali", "Karang", "Kebon", "Kedung",
    "Lemah", "Mangun", "Pager", "Purwo", "Rejo", "Sendang", "Sido", "Suko", "Sumber", "Tegal",
    "Tirto", "Watu", "Wono",
)  # fmt: skip
NAME_TAILS = (
    "agung", "anyar", "aren", "asri", "basuki", "gintung", "harjo", "jambu", "kembang", "lestari",
    "luhur", "makmur", "mukti", "mulyo", "pandan", "pring", "randu", "salam", "sempulur", "utomo",
    "waluyo", "waru", "wening",
)  # fmt: skip
STREET_NAMES = (
    "Anggrek", "Bougenvil", "Cempaka", "Dahlia", "Flamboyan", "Kamboja", "Kantil", "Kenanga",
    "Mawar", "Melati", "Seruni", "Teratai",
)  # fmt: skip

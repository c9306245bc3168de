"""Columns by the names offices give them, in Indonesian and English, or by a mapping of theirs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from geo.errors import InputError

Aliases = Mapping[str, Sequence[str]]

# Names are compared by `plain`: letters and digits only. Earlier names win.
CODE = (
    "kode_kemendagri", "kode_desa", "kode_kelurahan", "kode_kel", "kdepum", "kode_wilayah",
    "kode_depdagri", "kode_desa_kelurahan", "kode_deskel", "kode", "code", "adm4_code", "id_desa",
    "kode_kecamatan", "kdcpum", "kode_kec", "kdppum", "kdbpum", "kode_kabupaten", "kode_kab",
)  # fmt: skip
CODE_BPS = (
    "kode_bps", "adm4_pcode", "kdebps", "kode_bps_desa", "id_bps", "idbps", "iddesa", "idsls",
    "adm3_pcode", "kdcbps", "idkec", "adm2_pcode", "kdbbps", "idkab",
)  # fmt: skip
DESA = (
    "desa", "nama_desa", "desa_kelurahan", "desa_kel", "nama_desa_kelurahan", "kelurahan",
    "nama_kelurahan", "nama_kel", "kel_desa", "deskel", "nama_deskel", "wadmkd", "adm4_en",
    "adm4_id", "adm4_name", "nmdesa", "nm_desa", "village",
)  # fmt: skip
KECAMATAN = (
    "kecamatan", "nama_kecamatan", "nama_kec", "kec", "wadmkc", "adm3_en", "adm3_id", "adm3_name",
    "nmkec", "nm_kec", "sub_district", "district", "kecamatan_nama",
)  # fmt: skip
KECAMATAN_CODE = ("kode_kecamatan", "kode_kec", "kdcpum", "kode_bps_kec", "adm3_pcode", "kdcbps")
KABUPATEN = (
    "kabupaten", "nama_kabupaten", "kabupaten_kota", "kab_kota", "nama_kab", "kab", "wadmkk",
    "adm2_en", "adm2_id", "adm2_name", "nmkab", "regency",
)  # fmt: skip
NAME = ("nama", "name", "nama_wilayah", "namobj", "nama_lokasi", "nama_tempat", "uraian")
STATUS = ("jenis", "status", "tipe", "status_administrasi", "jenis_wilayah", "type")
AREA_KM2 = ("luas_km2", "luas_wilayah_km2", "area_km2", "luas_wilayah", "luas", "area_sqkm")
AREA_HA = ("luas_ha", "luas_hektar", "area_ha")
LAT = ("lat", "latitude", "lintang", "y", "koordinat_y", "lat_dd", "garis_lintang", "ycoord")
LON = (
    "lon", "lng", "long", "longitude", "bujur", "x", "koordinat_x", "lon_dd", "garis_bujur",
    "xcoord",
)  # fmt: skip
PAIR = ("koordinat", "titik_koordinat", "lat_lon", "latlong", "latlon", "coordinates", "lokasi_gps")


def plain(name: object) -> str:
    """Reduce a column's name to its letters and digits, lower case: ``Luas (km2)`` → luaskm2."""
    return re.sub(r"[^0-9a-z]", "", str(name).casefold().replace("²", "2"))


def find(
    names: Iterable[object], wanted: Aliases, *, mapping: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Find which column holds which field.

    Parameters
    ----------
    names : iterable
        The columns' own names.
    wanted : mapping of field to aliases
        Aliases in order of preference.
    mapping : mapping of field to column, optional
        What the study states; it wins over every alias. Fields outside `wanted` are left alone.

    Returns
    -------
    dict
        Field to the column's own name, for the fields that were found.

    Raises
    ------
    InputError
        ``columns.not_there`` when the mapping names a column the file does not have.
    """
    own = {plain(name): str(name) for name in reversed(list(names))}  # of equals the first stays
    found: dict[str, str] = {}
    for field, column in (mapping or {}).items():
        if field in wanted:
            if plain(column) not in own:
                present = ", ".join(list(own.values())[::-1][:12])
                raise InputError("columns.not_there", column=column, field=field, present=present)
            found[field] = own[plain(column)]
    for field, aliases in wanted.items():
        if field not in found:
            match = next((own[plain(a)] for a in aliases if plain(a) in own), None)
            if match is not None:
                found[field] = match
    return found

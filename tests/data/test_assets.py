"""The 420-row register, row by row against its key, and what no register may do to the reader."""

import base64
import collections
import hashlib

import numpy as np
import pandas as pd
import pytest
from pyproj import Geod

from data.assets import AssetOptions, merge_ids, read_assets
from data.assets.duplicates import normalise_name
from data.assets.placing import place
from data.gazetteer import Gazetteer, normalise
from geo.crs import INDONESIA

GEOD = Geod(ellps="WGS84")
HEADER = (
    "No",
    "Kode Barang",
    "Nama",
    "Jenis",
    "Desa",
    "Kecamatan",
    "Lintang",
    "Bujur",
    "Luas",
    "Kebutuhan Tenaga",
)


@pytest.fixture(scope="module")
def registers(request):
    return request.getfixturevalue("support")("registers")


@pytest.fixture(scope="module")
def real(registers):
    path = registers.real("daftar_aset_contoh.xlsx")
    areas, boundary = registers.real_areas(), registers.real_boundary()
    table = read_assets(path, options=AssetOptions(), gazetteer=Gazetteer(areas))
    placed = place(table.sites, areas=areas, boundary=boundary, bounds=INDONESIA)
    key = pd.DataFrame(registers.real_key("daftar_aset_contoh_kunci.csv"))
    key["row"] = key["No"].astype(int) + 4
    return table, placed, key.set_index("row")


def read(registers, tmp_path, rows, **options):
    path = registers.xlsx(tmp_path / "a.xlsx", Daftar=[HEADER, *rows])
    return read_assets(path, options=AssetOptions(**options), gazetteer=None)


def row(
    number,
    name="SD Negeri 1",
    *,
    code=None,
    lat=-7.45,
    lon=109.45,
    desa="Sukamaju",
    area=100,
    need=8,
):
    return (number, code or f"K{number}", name, "Sekolah", desa, "Utara", lat, lon, area, need)


def test_every_row_of_the_real_register_has_one_status(real):
    table, _, key = real
    assert table.rows["row"].tolist() == list(key.index)
    assert len(table.rows) == 420
    assert set(table.rows["status"]) == {"accepted", "warned", "repaired", "duplicate", "rejected"}
    assert table.report.accepted == len(table.sites) == 420 - 8 - 2


def test_every_planted_fault_ends_as_its_key_says(real):
    table, placed, key = real
    status = table.rows.set_index("row")["status"]
    codes = collections.defaultdict(set)
    for report in (
        table.report.warned,
        table.report.repaired,
        table.report.rejected,
        table.report.duplicates,
    ):
        for note in report:
            codes[note.row].add(note.code)
    for note in placed.notes:
        codes[note.row].add(note.code)
    out = set(table.sites.set_index("id").loc[placed.excluded["id"], "row"])
    where = placed.sites.set_index("row")
    for at, truth in key.iterrows():
        fault = truth["planted_fault"]
        if fault == "0,0":
            assert status[at] == "rejected"
            assert "assets.zero" in codes[at]
        elif fault.startswith("outside"):
            assert at in out
        elif fault.startswith("duplicate"):
            assert status[at] == "duplicate"
            assert at not in where.index
        elif fault == "lat/lon swapped":
            assert status[at] == "repaired"
        elif fault.startswith("point lies in another"):
            assert "placing.other_kecamatan" in codes[at]
            assert where.loc[at, "placed"] == "point"
        elif fault == "no coordinates":
            assert where.loc[at, "placed"] == "desa"
            assert where.loc[at, "positional_sd_m"] > 200
            assert where.loc[at, "geometry"].geom_type in {"Polygon", "MultiPolygon"}
        elif fault == "labour need is a word":
            assert status[at] == "warned"
            assert "assets.labour_need_unread" in codes[at]
        else:
            assert status[at] in {"accepted", "warned"}, (at, fault)
            assert codes[at] <= {"assets.name_shared"}, (at, codes[at])
    assert out == set(key.index[key["planted_fault"].str.startswith("outside")])


def test_every_point_lies_within_20_m_of_the_truth(real):
    table, _, key = real
    moved = key["planted_fault"].str.startswith(("outside", "0,0", "no coordinates", "duplicate"))
    sites = table.sites.set_index("row").loc[key.index[~moved]]
    truth = key.loc[sites.index]
    away = GEOD.inv(
        sites.geometry.x,
        sites.geometry.y,
        truth["true_lon"].astype(float),
        truth["true_lat"].astype(float),
    )[2]
    assert len(sites) == 420 - 6 - 8 - 5 - 2
    assert float(np.max(away)) < 20


def test_areas_with_units_are_numbers_and_words_are_unknown(real):
    table, _, key = real
    site = table.sites.set_index("row")["id"]
    areas = table.register[table.register["key"] == "area"].set_index("candidate")["value"]
    assert areas[site[132]] == 1193.0  # "1.193 m2"
    assert areas[site[326]] == 232.0
    need = table.register[table.register["key"] == "labour_need"]
    words = key.index[key["planted_fault"] == "labour need is a word"]
    assert not need["row"].isin(words).any()
    assert need["value"].min() > 0


def test_supervision_is_yes_no_or_unsaid(real):
    table, _, _ = real
    said = table.register[table.register["key"] == "supervision"]
    assert collections.Counter(said["category"]) == {"ya": 228, "tidak": 137}
    assert said["value"].isna().all()


def test_hostile_names_are_kept_as_the_text_they_are(real):
    table, _, _ = real
    names = table.sites.set_index("row")["name"]
    assert names[21] == "<img src=x onerror=alert(17)> Balai Latihan Kerja Sigaluh"
    assert names[64] == '=HYPERLINK("http://x.invalid/60","Tanah Kosong Wanadri")'
    assert table.sites.set_index("row").loc[64, "kind"] == "empty_land"


def test_no_kind_is_left_unknown(real):
    assert "unknown" not in set(real[0].sites["kind"])


def test_ids_follow_the_published_recipe_and_do_not_depend_on_row_order(registers, tmp_path):
    rows = [row(k, f"SD Negeri {k}", code=f"A{k}", lat=-7.41 - k / 100) for k in range(1, 6)]
    first = read(registers, tmp_path, rows).sites.set_index("name")["id"]
    second = read(registers, tmp_path, rows[::-1]).sites.set_index("name")["id"]
    assert first.to_dict() == second.to_dict()
    where = f"{normalise('Sukamaju')}, {normalise('Utara')}"
    digest = hashlib.sha256(f"register|A1|{where}".encode()).digest()
    assert first["SD Negeri 1"] == "p-" + base64.b32encode(digest).decode()[:8].lower()


def test_shared_codes_get_ids_of_their_own_whatever_the_order(registers, tmp_path):
    rows = [row(k, f"SD Negeri {k}", code="SAMA", lat=-7.41 - k / 100) for k in (1, 2, 3)]
    table = read(registers, tmp_path, rows)
    assert table.sites["id"].is_unique
    assert [n.code for n in table.report.warned] == ["assets.code_shared"] * 2
    again = read(registers, tmp_path, rows[::-1]).sites.set_index("name")["id"]
    assert again.to_dict() == table.sites.set_index("name")["id"].to_dict()


def test_prices_and_persons_are_kept_nowhere(registers, tmp_path):
    header = (*HEADER, "Nilai Perolehan (Rp)", "NIP Penanggung Jawab", "Keterangan")
    rows = [
        (*row(1), 987654321, "197003121998031004", "hubungi 081234567890"),
        (*row(2, "SD 2", lat=-7.42), 987654322, "197003121998031005", ""),
    ]
    path = registers.xlsx(tmp_path / "a.xlsx", Daftar=[header, *rows])
    table = read_assets(path, options=AssetOptions(), gazetteer=None)
    everything = "".join(
        part.to_json(default_handler=str)
        for part in (pd.DataFrame(table.sites.drop(columns="geometry")), table.register, table.rows)
    ) + repr(table.report)
    for secret in ("98765432", "19700312", "081234567890"):
        assert secret not in everything
    assert {n.code for n in table.report.warned} == {
        "assets.price_dropped",
        "assets.personal_dropped",
    }


def test_a_swapped_pair_is_mended_only_when_it_then_lies_in_the_bounds(registers, tmp_path):
    table = read(
        registers, tmp_path, [row(1, lat=109.45, lon=-7.45), row(2, "SD 2", lat=50.0, lon=-7.45)]
    )
    assert [n.code for n in table.report.repaired] == ["assets.swapped"]
    assert (table.sites.geometry.x[0], table.sites.geometry.y[0]) == (109.45, -7.45)
    assert [(n.row, n.code) for n in table.report.rejected] == [(3, "assets.out_of_bounds")]


def test_a_lost_minus_is_said_not_mended(registers, tmp_path):
    table = read(registers, tmp_path, [row(1, lat=7.45), row(2, "SD 2")])
    assert [(n.row, n.code) for n in table.report.rejected] == [(2, "assets.sign_missing")]


def test_unreadable_coordinates_keep_the_row_without_a_point(registers, tmp_path):
    table = read(registers, tmp_path, [row(1, lat="lihat peta", lon="")])
    assert [n.code for n in table.report.warned] == ["assets.point_unread"]
    assert table.sites["has_point"].tolist() == [False]
    assert table.sites.geometry[0] is None


def test_a_point_in_the_wrong_study_is_mended_by_the_boundary(registers, tmp_path):
    whole_world = (-180.0, -90.0, 180.0, 90.0)
    rows = [row(1, lat="-51.2", lon="-30.0")]
    bounds = registers.shapely.box(-51.5, -30.5, -51.0, -29.5)
    table = read(registers, tmp_path, rows, bounds=whole_world, boundary=bounds)
    assert (table.sites.geometry.x[0], table.sites.geometry.y[0]) == (-51.2, -30.0)


def test_a_later_register_keeps_the_ids_it_can_know(registers, tmp_path):
    first = read(
        registers,
        tmp_path,
        [row(1, "SD Negeri 1 Sukamaju", code="A1"), row(2, "Pasar", code="A2", lat=-7.42)],
    )
    rows = [
        row(1, "SDN 1 Sukamaju", code="A1", desa="Suka Maju"),
        row(2, "Pasar Baru", code="B9", lat=-7.421),
    ]
    later = read(registers, tmp_path, rows)
    assert later.sites["id"][0] != first.sites["id"][0]
    merged = merge_ids(later, first.sites)
    assert merged.sites["id"][0] == first.sites["id"][0]
    assert merged.sites["id"][1] == later.sites["id"][1]
    assert set(merged.register["candidate"]) == set(merged.sites["id"]) == set(merged.rows["id"])
    assert normalise_name("SD Negeri 1 Sukamaju") == normalise_name("SDN 1 Sukamaju")


@pytest.mark.slow
def test_100_000_rows_read_in_seconds(tmp_path):
    import time

    path = tmp_path / "besar.csv"
    lines = [";".join(HEADER)]
    lines += [
        f"{k};K{k};SD Negeri {k};Sekolah;Sukamaju;Utara;-7,{k:06d};109,{k:06d};{k};8"
        for k in range(1, 100_001)
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    started = time.perf_counter()
    table = read_assets(path, options=AssetOptions(), gazetteer=None)
    assert len(table.sites) == 100_000
    assert time.perf_counter() - started < 60

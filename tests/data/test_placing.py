"""Candidates stand on their point, in their desa, or nowhere yet, whatever was added first."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from data.assets.locate import locate
from data.assets.placing import place
from data.gazetteer import Gazetteer
from geo.crs import INDONESIA


@pytest.fixture(scope="module")
def registers(request):
    return request.getfixturevalue("support")("registers")


@pytest.fixture(scope="module")
def areas(registers):
    return registers.areas()


def sites(*rows):
    """Rows of (desa, kecamatan, point or None) and possibly an address and a name."""
    full = [(*row, *("", "Balai")[len(row) - 3 :]) for row in rows]
    frame = {
        "id": [f"p-{k}" for k in range(len(full))],
        "name": [row[4] for row in full],
        "desa": [row[0] for row in full],
        "kecamatan": [row[1] for row in full],
        "address": [row[3] for row in full],
        "has_point": [row[2] is not None for row in full],
        "row": range(5, 5 + len(full)),
        "sheet": "Daftar",
    }
    points = [None if row[2] is None else shapely.Point(*row[2]) for row in full]
    return gpd.GeoDataFrame(frame, geometry=points, crs=4326)


def placed(registers, areas, *rows):
    return place(sites(*rows), areas=areas, boundary=registers.boundary(), bounds=INDONESIA)


def test_a_point_takes_the_area_under_it(registers, areas):
    found = placed(registers, areas, ("Sukamaju", "Utara", (109.45, -7.45)))
    site = found.sites.iloc[0]
    assert (site["desa"], site["kecamatan"], site["desa_code"]) == (
        "Sukamaju",
        "Utara",
        "99.01.01.2000",
    )
    assert (site["placed"], site["positional_sd_m"]) == ("point", 0.0)
    assert found.notes == ()
    assert found.excluded.empty


def test_a_point_outside_is_excluded_with_its_reason_and_kept_in_the_frame(registers, areas):
    found = placed(
        registers,
        areas,
        ("Sukamaju", "Utara", (107.6, -6.9)),
        ("Sukamaju", "Utara", (109.45, -7.45)),
    )
    assert found.excluded[["id", "reason"]].to_numpy().tolist() == [["p-0", "out_of_area"]]
    assert len(found.sites) == 2
    assert found.excluded["fields"][0]["lat"] == "-6.900000"


def test_without_a_boundary_only_the_bounds_decide(areas):
    rows = sites(("Sukamaju", "Utara", (107.6, -6.9)), ("Sukamaju", "Utara", (10.0, 50.0)))
    found = place(rows, areas=areas, boundary=None, bounds=INDONESIA)
    assert found.excluded["id"].tolist() == ["p-1"]


def test_a_point_in_another_kecamatan_is_noted_and_stays_on_its_point(registers, areas):
    found = placed(registers, areas, ("Sukamaju", "Utara", (109.45, -7.55)))
    assert [(n.row, n.code, n.fields["found"]) for n in found.notes] == [
        (5, "placing.other_kecamatan", "Selatan")
    ]
    assert found.sites["placed"].tolist() == ["point"]
    assert found.sites["kecamatan"].tolist() == ["Selatan"]


def test_a_misspelt_kecamatan_is_no_contradiction(registers, areas):
    assert placed(registers, areas, ("Sukarame", "Kec. Selatn", (109.45, -7.55))).notes == ()


def test_a_named_desa_gives_its_polygon_and_the_sd_of_a_uniform_place_in_it(registers, areas):
    found = placed(registers, areas, ("Sukamaju", "Utara", None))
    site = found.sites.iloc[0]
    assert site["placed"] == "desa"
    assert site["geometry"].equals(areas.geometry[0])
    metric = areas.to_crs(32749).geometry.area[0]
    assert site["positional_sd_m"] == pytest.approx(np.sqrt(metric / 12), rel=1e-9)
    rng = np.random.Generator(np.random.PCG64(1))
    simulated = rng.uniform(0, np.sqrt(metric), 200_000).std()
    assert site["positional_sd_m"] == pytest.approx(simulated, rel=0.01)


def test_a_desa_of_two_kecamatan_is_not_guessed(registers, areas):
    found = placed(
        registers, areas, ("Karangsari", "", None), ("", "", None), ("Antah", "Utara", None)
    )
    assert found.sites["placed"].tolist() == ["unplaced"] * 3
    assert found.sites.geometry.isna().all()
    assert np.isnan(found.sites["positional_sd_m"]).all()
    assert [n.code for n in found.notes] == [
        "placing.desa_unknown",
        "placing.find_point",
        "placing.desa_unknown",
    ]


def test_the_address_settles_a_desa_of_two_kecamatan(registers, areas):
    found = placed(registers, areas, ("Karangsari", "", None, "Jl. Raya No 1 Kec. Selatan"))
    assert found.sites["desa_code"].tolist() == ["99.01.02.2003"]


def test_a_desa_found_only_in_another_kecamatan_is_placed_and_noted(registers, areas):
    found = placed(registers, areas, ("Sukarame", "Utara", None))
    assert found.sites["placed"].tolist() == ["desa"]
    assert [n.code for n in found.notes] == ["placing.desa_elsewhere"]


def test_the_order_of_adding_never_matters(registers, areas):
    rows = sites(
        ("Sukamaju", "Utara", None),
        ("", "", None, "Ds. Sukarame Kec. Selatan"),
        ("", "", (109.55, -7.45)),
    )
    before = place(rows, areas=None, boundary=None, bounds=INDONESIA)
    assert before.sites["placed"].tolist() == ["unplaced", "unplaced", "point"]
    after = place(rows, areas=areas, boundary=registers.boundary(), bounds=INDONESIA)
    again = place(rows, areas=areas, boundary=registers.boundary(), bounds=INDONESIA)
    assert after.sites.equals(again.sites)
    assert after.sites["desa"].tolist() == ["Sukamaju", "Sukarame", "Karangsari"]
    assert rows["desa"].tolist() == ["Sukamaju", "", ""]


def test_addresses_of_several_cards_must_agree(areas):
    gazetteer = Gazetteer(areas)

    def found(address, name="Balai"):
        at = locate(gazetteer, desa="", kecamatan="", address=address, name=name)
        return None if at is None else tuple(areas.loc[at, ["name", "kecamatan"]])

    assert found("Karangsari") is None
    assert found("Karangsari | Ds. Karangsari Kec. Selatan") == ("Karangsari", "Selatan")
    assert found("Karangsari", "Kantor Kec. Utara") == ("Karangsari", "Utara")
    assert found("Ds. Sukarame Kec. Selatan | Ds. Sukamaju Kec. Utara") is None
    assert found("Sukrame", "Pasar Sukarame") == ("Sukarame", "Selatan")
    assert found("Sukrame", "Pasar Besar") is None
    assert found("", "Pasar Sukarame") is None


def test_empty_registers_and_areas_of_kecamatan_only_do_no_harm(registers, areas):
    nothing = place(sites().iloc[:0], areas=areas, boundary=registers.boundary(), bounds=INDONESIA)
    assert nothing.sites.empty
    districts = areas.dissolve("kecamatan", as_index=False).assign(level="kecamatan")
    districts["name"] = districts["kecamatan"]
    found = place(
        sites(("Sukamaju", "Utara", (109.45, -7.45))),
        areas=districts,
        boundary=None,
        bounds=INDONESIA,
    )
    assert found.sites[["desa", "kecamatan", "desa_code"]].to_numpy().tolist() == [
        ["Sukamaju", "Utara", ""]
    ]

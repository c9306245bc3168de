"""Another real place: OSM, elevation and hexagon population are read and used."""

import pytest
from shared import shared

from work.add import add_files
from work.ranking import rank_study, why_site
from work.studies import new_study


def real(name):
    return shared(f"porto-alegre/{name}")


def test_a_study_of_porto_alegre_measures_people_roads_and_slope(tmp_path):
    folder = tmp_path / "poa"
    new_study(folder, name="Porto Alegre")
    settings = (folder / "study.toml").read_text(encoding="utf-8")
    stated = settings.replace('utm_zone = "49S"', 'utm_zone = "22S"')
    lines = [
        "bounds = [-51.4, -30.3, -51.0, -29.9]"
        if line.lstrip("# ").startswith("bounds =")
        else line
        for line in stated.splitlines()
    ]
    (folder / "study.toml").write_text("\n".join(lines), encoding="utf-8")
    add_files(folder, [real("poa_osm.pbf")], kind="osm")
    add_files(folder, [real("poa_elevation.tif")], kind="elevation")
    people = add_files(folder, [real("poa_hexgrid.csv")], kind="population")
    assert people["accepted"] > 1000
    sites = tmp_path / "sites.csv"
    sites.write_text(
        "name,kind,lat,lon\nPublic Library,library,-30.0300,-51.2287\n"
        "School North,school,-30.0453,-51.2100\n",
        encoding="utf-8",
    )
    assert add_files(folder, [sites], kind="assets")["accepted"] == 2
    ranked = rank_study(folder)
    assert len(ranked["sites"]) == 2
    for site in ranked["sites"]:
        known = {e["criterion"]: e for e in why_site(folder, site["id"])["evidence"]}
        assert known["population_served"]["value"] > 1000
        assert known["road_exposure"]["category"]
        assert 0 <= known["slope"]["value"] < 45
    assert (
        pytest.approx(1.0)
        == sum(u["weight"] for u in why_site(folder, ranked["sites"][0]["id"])["unknown"])
        + ranked["sites"][0]["coverage"]
    )

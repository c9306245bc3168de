"""New offices over a batch's results: what they rest on, what is left out, and the command."""

import json
import shutil

import geopandas as gpd
import numpy as np
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

import words
from benchmarks.nation_office import write_results
from cli import app
from geo.errors import InputError, NotAllowedError, StudyError
from work.batch import batch
from work.batch_task import carry_out
from work.branch import choose_branch
from work.nation_office import nation_office_lines, nation_offices
from work.roles import Actor, Role, acting_as

NAMES = ("a", "b")


@pytest.fixture(scope="module")
def made(support):
    return support("batches")


@pytest.fixture(scope="module")
def studies(made, small_demo, tmp_path_factory):
    return made.studies(small_demo, tmp_path_factory.mktemp("studi"), NAMES)


@pytest.fixture(scope="module")
def results(made, studies, tmp_path_factory):
    return made.ranked(studies, tmp_path_factory.mktemp("hasil") / "hasil")


@pytest.fixture
def copy(results, tmp_path):
    return shutil.copytree(results, tmp_path / "salinan")


@pytest.fixture(scope="module")
def wide(tmp_path_factory):
    """Made-up results of twenty studies far apart; every third counts no clients."""
    out = tmp_path_factory.mktemp("luas") / "hasil"
    write_results(out, kecamatan=200, sites=2_000, studies=20, uncounted=3)
    return out


def record_of(out, study):
    return json.loads((out / "done" / f"{study}.json").read_text(encoding="utf-8"))


def change(out, study, **told):
    record = record_of(out, study) | told
    (out / "done" / f"{study}.json").write_text(json.dumps(record), encoding="utf-8")


def demand_of(out, study):
    return gpd.read_parquet(out / record_of(out, study)["demand"]["file"])


def test_a_part_of_demand_is_on_record_and_in_the_manifest(results, made):
    manifest = json.loads((results / "manifest.json").read_text(encoding="utf-8"))
    files = made.contents(results)
    for part in manifest["parts"]:
        told = part["demand"]
        assert files[told["file"]] == told["sha256"]
        assert told["rows"] == len(demand_of(results, part["study"])) > 1
    schema = pq.read_schema(results / manifest["parts"][0]["demand"]["file"])
    assert json.loads(schema.metadata[b"geo"])["version"] == "1.1.0"
    about = json.loads(schema.metadata[b"tapak"])
    assert about["offices"]
    assert about["synthetic"] is True


def test_minutes_to_today_s_office_are_those_of_pos_bapas(results, studies):
    about = pq.read_schema(results / record_of(results, "a")["demand"]["file"]).metadata
    active = [o for o in json.loads(about[b"tapak"])["offices"] if o["active"]]
    assert len(active) == 1
    told = choose_branch(studies[0], count=1, today=f"{active[0]['lon']},{active[0]['lat']}")
    table = demand_of(results, "a").set_index("kecamatan")
    for name in table.index:
        own = [d["today_min"] for d in told["by_desa"] if d["kecamatan"] == name]
        assert min(own) - 0.1 <= table.loc[name, "office_min"] <= max(own) + 0.1


def test_a_lost_part_of_demand_is_made_again_to_the_byte(copy, studies, made):
    before = made.contents(copy)
    (copy / record_of(copy, "a")["demand"]["file"]).unlink()
    crew = made.InlineCrew(carry_out)
    told = batch([str(s) for s in studies], copy, method=made.method(), crew=lambda _: crew)
    assert {d["study"]: d["kept"] for d in told["done"]} == {"a": False, "b": True}
    assert made.contents(copy) == before


def test_demand_of_a_study_in_tiles_is_the_same_to_the_byte(results, studies, made, tmp_path):
    crew = made.InlineCrew(carry_out)
    method = made.method(tile_sites=20)
    told = batch([str(studies[0])], tmp_path, method=method, crew=lambda _: crew)
    assert any(label.startswith("a@1-") for label in crew.taken)
    assert told["failed"] == []
    assert record_of(tmp_path, "a")["demand"] == record_of(results, "a")["demand"]


def test_a_study_that_fails_loses_its_demand_too(copy, studies, made, tmp_path):
    bad = shutil.copytree(studies[0], tmp_path / "a")
    (bad / "study.toml").write_text('name = "', encoding="utf-8")
    before, crew = record_of(copy, "a")["demand"]["file"], made.InlineCrew(carry_out)
    told = batch([str(bad), str(studies[1])], copy, method=made.method(), crew=lambda _: crew)
    assert [f["study"] for f in told["failed"]] == ["a"]
    assert not (copy / before).exists()


def test_the_same_kecamatan_in_two_studies_is_counted_once(results):
    told = nation_offices(results, count=2)
    table = demand_of(results, "a")
    assert told["repeated"] == len(table)
    assert told["unit"] == "clients"
    assert sum(r["people"] for r in told["by_regency"]) == pytest.approx(table["people"].sum())
    assert told["before"]["hours_year"] - told["after"]["hours_year"] == pytest.approx(
        told["saves_hours_year"], abs=0.3
    )
    assert sum(c["saves_hours_year"] for c in told["chosen"]) == pytest.approx(
        told["saves_hours_year"], abs=0.2
    )
    assert told["detour"] > 1.0


def test_a_count_that_is_hidden_is_estimated_and_said(results):
    table, told = demand_of(results, "a"), nation_offices(results, count=1)
    assert told["estimated"] == int(table["clients"].isna().sum())
    assert not (table["clients"] < 5).any()


def test_results_of_before_and_studies_without_people_are_said(copy):
    record = record_of(copy, "a")
    del record["demand"]
    (copy / "done" / "a.json").write_text(json.dumps(record), encoding="utf-8")
    told = nation_offices(copy, count=1)
    assert [(o["study"], o["reason"]) for o in told["left_out"]] == [("a", "old")]
    assert any("tapak batch" in line for line in nation_office_lines(told))
    change(copy, "b", demand={"file": "", "reason": "no_people"})
    with pytest.raises(StudyError) as fault:
        nation_offices(copy, count=1)
    assert fault.value.code == "nation.office.nothing"
    part = copy / "demand" / "x.parquet"
    part.write_bytes(b"rusak")
    change(copy, "b", demand={"file": "demand/x.parquet"})
    with pytest.raises(StudyError):
        nation_offices(copy, count=1)


def test_another_speed_is_another_measure(wide, tmp_path):
    out = shutil.copytree(wide, tmp_path / "hasil")
    basis = record_of(out, "studi-004")["basis"]
    change(out, "studi-004", basis=basis | {"travel": "lain"})
    told = nation_offices(out, count=1)
    assert {"study": "studi-004", "reason": "travel"}.items() <= told["left_out"][0].items()


def test_clients_and_people_are_never_mixed(wide):
    told = nation_offices(wide, count=3)
    assert told["unit"] == "people"  # some studies counted nobody
    assert len(told["uncounted"]) == 7
    assert told["per_100k_year"] == 25.0
    people = sum(r["people"] for r in told["by_regency"])
    clients = sum(r["clients_year"] for r in told["by_regency"])
    assert clients == pytest.approx(people * 25 / 1e5, rel=0.01)
    counted = nation_offices(wide, count=3, unit="clients")
    assert [o["study"] for o in counted["left_out"]] == told["uncounted"]
    assert {o["reason"] for o in counted["left_out"]} == {"no_clients"}
    assert len(counted["by_regency"]) == 13
    with pytest.raises(InputError):
        nation_offices(wide, count=3, unit="orang")


def test_more_offices_save_more_and_a_chosen_site_may_host_one(wide):
    totals = [nation_offices(wide, count=k)["saves_hours_year"] for k in (1, 2, 4)]
    assert totals == sorted(totals)
    told = nation_offices(wide, count=4)
    from scoring.kinds import kinds

    for one in told["chosen"]:
        assert one["kecamatan"]
        assert one["id"] is None or kinds()[one["kind"]].eligible["O"]
        assert one["serves"]["kecamatan"] >= 1
    for when in ("before", "after"):
        assert 0 <= told[when]["beyond_120_0_1"] <= told[when]["beyond_60_0_1"] <= 1
    assert told["after"]["mean_min"] < told["before"]["mean_min"]


def test_without_sites_the_middle_of_a_kecamatan_is_the_area_to_look_in(wide, tmp_path):
    out = shutil.copytree(wide, tmp_path / "hasil")
    table = pq.read_table(out / "nation.parquet")
    pq.write_table(table.drop_columns(["lon", "lat"]), out / "nation.parquet")
    told = nation_offices(out, count=2)
    assert [one["id"] for one in told["chosen"]] == [None, None]
    assert "belum ada lokasi" in nation_office_lines(told)[0]


def test_a_study_that_knows_no_office_goes_to_the_nearest_of_another(wide, tmp_path):
    out = shutil.copytree(wide, tmp_path / "hasil")
    path = out / record_of(out, "studi-002")["demand"]["file"]
    table = pq.read_table(path)
    nothing = np.full(len(table), np.nan)
    at = table.column_names.index("office_min")
    pq.write_table(table.set_column(at, "office_min", [nothing]), path)
    told = nation_offices(out, count=1)
    assert told["reckoned"] == len(table)
    assert told["left_out"] == []


def test_no_results_and_no_right_are_one_sentence(wide, tmp_path):
    with pytest.raises(StudyError) as fault:
        nation_offices(tmp_path, count=1)
    assert fault.value.code == "nation.no_results"
    with acting_as(Actor(name="petugas", role=Role.AGENCY)), pytest.raises(NotAllowedError):
        nation_offices(wide, count=1)


def test_the_command_tells_and_gives_json(results):
    asked = ["nation", str(results), "--offices", "1", "--demand", "people"]
    plain = CliRunner().invoke(app, asked)
    assert plain.exit_code == 0, plain.output
    assert "25 klien per 100.000 penduduk" in plain.output
    told = CliRunner().invoke(app, [*asked, "--json"])
    offices = json.loads(told.stdout)["offices"]
    assert set(offices) >= {
        "unit", "chosen", "before", "after", "by_regency", "left_out", "detour", "speed_kmh",
    }  # fmt: skip
    token = words.language.set("en")
    lines = nation_office_lines(offices)
    words.language.reset(token)
    assert any("25 clients per 100,000" in line for line in lines)
    assert CliRunner().invoke(app, [*asked[:3], "0"]).exit_code == 2

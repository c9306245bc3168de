"""The results of a batch in one ranking, under any weights, and why some do not compare."""

import json
import shutil
import time

import numpy as np
import pyarrow.parquet as pq
import pytest

from benchmarks import nation_cut
from benchmarks.nation import sizes, write_nation
from benchmarks.nation_rank import write_results
from geo.errors import NotAllowedError, StudyError
from work.batch import batch
from work.batch_task import carry_out
from work.nation import rank_nation
from work.ranking import rank_study
from work.roles import Actor, Role, acting_as


@pytest.fixture(scope="module")
def made(support):
    return support("batches")


@pytest.fixture(scope="module", autouse=True)
def one_land():
    """Cut every regency out of one land: inventing a second takes as long as the rest."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nation_cut, "POOL", 1)
        yield


@pytest.fixture(scope="module")
def regencies(tmp_path_factory):
    """Three small regencies of the demo nation, in three provinces."""
    folder = tmp_path_factory.mktemp("nasional") / "studi"
    return write_nation(folder, count=3, scale=0.01, sites=120)


@pytest.fixture(scope="module")
def results(made, regencies, tmp_path_factory):
    return made.ranked(regencies, tmp_path_factory.mktemp("hasil") / "hasil")


@pytest.fixture
def copy(results, tmp_path):
    return shutil.copytree(results, tmp_path / "salinan")


def changed(copy, study, **basis):
    path = copy / "done" / f"{study}.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    record["basis"] |= basis
    path.write_text(json.dumps(record), encoding="utf-8")


def test_sizes_follow_the_published_distribution_and_every_province_has_its_regencies():
    drawn = sizes(scale=1.0)
    assert len(drawn) == len({s.code for s in drawn}) == 514
    assert len({s.code[:2] for s in drawn}) == 38
    area, people = (np.log([getattr(s, n) for s in drawn]) for n in ("area_km2", "people"))
    assert np.median(area) == pytest.approx(np.log(1227), abs=0.25)
    assert area.std() == pytest.approx(1.59, abs=0.2)
    assert np.median(people) == pytest.approx(np.log(366_000), abs=0.2)
    assert people.std() == pytest.approx(0.98, abs=0.15)


def test_the_same_seed_makes_the_same_regency(regencies, tmp_path):
    again = write_nation(tmp_path / "lagi", count=3, scale=0.01, sites=120, only=[1])[0]
    names = sorted(p.name for p in (regencies[1] / "inputs").iterdir())
    assert sorted(p.name for p in (again / "inputs").iterdir()) == names  # named by their sha256


def test_the_nation_ranks_each_regency_s_sites_as_it_does_itself(results, regencies):
    told = rank_nation(results, top=10_000)
    assert told["counts"]["studies"] == 3
    assert {s["regency"] for s in told["sites"]} == {r.name.replace("_", ".") for r in regencies}
    alone = rank_study(regencies[0])
    own = [s for s in told["sites"] if s["study"] == regencies[0].name]
    assert [s["id"] for s in own] == [s["id"] for s in alone["sites"]]
    assert [s["score"] for s in own] == pytest.approx([s["score"] for s in alone["sites"]])
    assert [s["rank"] for s in told["sites"]] == sorted(s["rank"] for s in told["sites"])
    assert sum(r["sites"] for r in told["regencies"]) == len(told["sites"])
    shares = told["equity"]["studies"]
    assert sum(s["sites"] for s in shares) == len(told["sites"])
    assert all(s["people"] > 0 for s in shares)
    assert 0.0 <= told["equity"]["gini"] < 1.0


def test_new_weights_change_the_ranking_without_measuring(results, regencies, tmp_path):
    for study in regencies:
        shutil.rmtree(study / "cache")
    out = tmp_path / "peringkat.parquet"
    told = rank_nation(results, weights=["client_access=90"], top=5, output=out)
    assert told["weights"]["client_access"] > rank_nation(results)["weights"]["client_access"]
    table = pq.read_table(out)
    assert len(table) == told["counts"]["sites"]
    assert table["id"].to_pylist()[:5] == [s["id"] for s in told["sites"]]
    assert all(not (study / "cache").exists() for study in regencies)


def test_studies_that_do_not_compare_are_left_out_with_the_reason(copy, regencies):
    names = [r.name for r in regencies]
    basis = json.loads((copy / "done" / f"{names[0]}.json").read_text())["basis"]
    classes = basis["classes"] | {"landslide": '["class", false, false]'}
    changed(copy, names[0], classes=classes)
    told = rank_nation(copy)
    assert told["not_comparable"] == [
        {
            "study": names[0],
            "differs": {"classes": ["landslide"]},
            "text": "Tidak sebanding: kelas yang lain pada lapisan Bahaya longsor.",
        }
    ]
    assert names[0] not in {s["study"] for s in told["sites"]}
    changed(copy, names[0], classes=basis["classes"], catalogue="2020.01")
    told = rank_nation(copy)
    assert list(told["not_comparable"][0]["differs"]) == ["catalogue"]
    for name in names:
        changed(copy, name, catalogue="2020.01")
    with pytest.raises(StudyError) as fault:
        rank_nation(copy)
    assert fault.value.code == "nation.other_catalogue"


def test_no_results_and_no_right_are_one_sentence(results, tmp_path):
    with pytest.raises(StudyError) as fault:
        rank_nation(tmp_path)
    assert fault.value.code == "nation.no_results"
    with acting_as(Actor(name="petugas", role=Role.AGENCY)), pytest.raises(NotAllowedError):
        rank_nation(results)


def test_a_study_of_one_bapas_may_span_regencies(made, tmp_path):
    from benchmarks.nation import Size, _empty, write_study

    size = Size("33.02", 60.0, 20_000, 60, 5)
    empty = _empty(str(tmp_path / "kosong"))
    study = write_study(tmp_path / "bapas", size, seed=1, empty=empty, regencies=3)
    crew = made.InlineCrew(carry_out)
    told = batch([str(study)], tmp_path / "hasil", method=made.method(), crew=lambda _: crew)
    assert told["failed"] == []
    part = pq.read_table(tmp_path / "hasil" / "sites" / "province=33" / "bapas.parquet")
    codes = set(part["regency"].to_pylist()) - {""}
    assert len(codes) > 1
    assert codes <= {"33.02", "33.03", "33.04"}
    gone = [r for r in part["excluded"].to_pylist() if r == "out_of_area"]
    assert gone == []  # a site of any of its regencies lies in the study


def test_a_hundred_thousand_sites_are_ranked_anew_within_two_seconds(tmp_path):
    write_results(tmp_path / "hasil", sites=100_000)
    rank_nation(tmp_path / "hasil")
    began = time.process_time()  # of this process: other work on the machine does not count
    told = rank_nation(tmp_path / "hasil", weights=["client_access=12"])
    assert time.process_time() - began < 2.0
    assert told["counts"] == {"studies": 514, "sites": 100_000, "excluded": 0}
    assert len(told["weights"]) >= 20

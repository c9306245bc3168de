"""The sentences leadership reads: figures of the run, and plain words where there are none."""

import re
import shutil

import numpy as np
import pytest

from data.records import ResponseRecord
from data.workspace import open_study
from work import living
from work.assemble import assemble
from work.gathering import gather
from work.grounds import grounds, minutes_to
from work.ranking import compute

PLACED = {"q12": "ya_pengganti", "q10": 4, "q06": 24, "q21": "5"}
CHECKED = {f"q14_{name}": "ya" for name in ("ketinggian", "bahan_berbahaya", "biaya_kecelakaan")}


@pytest.fixture(scope="module")
def desk(small_demo, tmp_path_factory):
    folder = tmp_path_factory.mktemp("ringkas") / "studi"
    shutil.copytree(small_demo, folder)
    return folder, gather(folder).facts


def visit(site, number, **answers):
    return ResponseRecord(
        id=f"kiriman-{number}",
        candidate=site,
        surveyor="Sri",
        team="A",
        programme="kerja-sosial",
        channel="web",
        form_version="x",
        started_at=f"2026-11-{number:02d}T08:00:00+07:00",
        ended_at=f"2026-11-{number:02d}T09:00:00+07:00",
        answers={"q02": "sesuai", "q05": "bersedia"} | answers,
        raw_sha256="0" * 64,
        content_sha256=f"{number:064d}",
        status="accepted",
    )


def test_a_run_for_a_programme_has_all_sentences_but_that_of_an_office(desk):
    _, facts = desk
    assert sorted(facts.sentences) == [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12]
    assert not [n for n, text in facts.sentences.items() if re.search(r"[{}]|nan|None", text)]


def test_the_proposed_are_the_set_that_sites_chooses(desk):
    from work.choosing import asked, choose_set

    folder, facts = desk
    chosen = choose_set(folder, asked())
    assert set(facts.proposed) == {one["id"] for one in chosen["opened"]}
    assert facts.proposed_how == "chosen"
    assert f"Diusulkan {len(chosen['opened'])} lokasi di" in facts.sentences[1]


def test_people_near_are_counted_once_and_far_kecamatan_are_named(desk):
    folder, facts = desk
    with open_study(folder) as study:
        result, inputs = compute(study)
        found = grounds(result, inputs)
    ids = [result.candidates.ids[row] for row in found.rows]
    own = [k for k, name in enumerate(ids) if name in facts.proposed]
    near = minutes_to(found, found.places)[:, own].min(axis=1) <= 30
    people = found.desa["population"].to_numpy(dtype=float)
    share = people[near].sum() / people.sum()
    assert facts.figures["near_share"] == pytest.approx(share)
    assert facts.sentences[3].startswith(f"{share * 100:.0f} % penduduk")
    by = {
        k: people[near & (found.desa["kecamatan"] == k)].sum() for k in set(found.desa["kecamatan"])
    }
    whole = {k: people[found.desa["kecamatan"] == k].sum() for k in by}
    assert facts.figures["far_kecamatan"] == sorted(k for k in by if by[k] < whole[k] / 2)


def test_the_unknown_share_is_the_weight_that_the_proposed_lack(desk):
    _, facts = desk
    coverage = [s["coverage"] for s in facts.told["sites"] if s["id"] in facts.proposed]
    assert facts.figures["unknown_share"] == pytest.approx(1 - sum(coverage) / len(coverage))


def test_demand_is_an_estimate_and_clients_are_rounded_to_five(desk):
    _, facts = desk
    assert "perkiraan" in facts.sentences[4]
    assert int(re.search(r"sekitar (\d+) klien", facts.sentences[4]).group(1)) % 5 == 0


def test_recalculations_say_how_many_there_were(desk):
    _, facts = desk
    assert 0 <= facts.figures["same_list"] <= facts.figures["times"] <= 10
    assert facts.figures["times"] > 0
    assert (
        f"{facts.figures['same_list']} dari {facts.figures['times']} perhitungan ulang"
        in facts.sentences[8]
    )
    assert "10.000" in facts.sentences[8]


def test_a_list_under_its_own_weights_and_means_is_as_good_as_the_best(desk, monkeypatch):
    from work import proposal
    from work.choosing import sites_of

    folder, facts = desk
    with open_study(folder) as study:
        result, inputs = compute(study)
        found = grounds(result, inputs)
    sites, _ = sites_of(result, found)
    monkeypatch.setattr(
        proposal, "drawn", lambda *_, count, **__: np.tile(result.ranking.weights, (count, 1))
    )
    monkeypatch.setattr(proposal, "worth_moments", _settled)
    again = proposal.recalculated(result, found, sites, facts.proposed, times=1)
    assert [one.same for one in again] == [True]
    worst = [site.id for site in facts.sites if site.lon is not None][-len(facts.proposed) :]
    other = proposal.recalculated(result, found, sites, worst, times=1)
    assert [one.same for one in other] == [False]


def _settled(matrix):
    from scoring.explain import settled

    mean = settled(matrix)
    return mean, np.zeros_like(mean)


def test_a_second_document_takes_what_was_chosen(desk, monkeypatch):
    folder, facts = desk
    monkeypatch.setattr("work.proposal.choose_sites", None)  # would fail if it were asked again
    monkeypatch.setattr("work.proposal.chosen_json", None)
    assert gather(folder).facts.sentences == facts.sentences


def test_what_visits_said_is_counted_among_the_approved(small_demo, tmp_path):
    folder = tmp_path / "studi"
    shutil.copytree(small_demo, folder)
    first, second, third = (s.id for s in gather(folder, briefed=False).facts.sites[:3])
    with open_study(folder) as study:
        study.store.add_responses(
            [
                visit(first, 10, **PLACED, **CHECKED, q11=["senin_pagi", "selasa_pagi"]),
                visit(second, 11, q12="belum", q21="3", **CHECKED),
            ]
        )
    for site in (first, second, third):
        living.take_step(folder, site, "bersedia")
        living.take_step(folder, site, "approved", agreement="PKS 1", agreement_until="2030-01-01")
    facts = gather(folder).facts
    assert set(facts.proposed) == {first, second, third}
    own = facts.figures
    assert (own["n"], own["visited"], own["complete"], own["approved"]) == (3, 2, 1, 3)
    assert (own["for_it"], own["neutral"], own["against"], own["not_asked"]) == (1, 1, 0, 1)
    assert "1 dari 3 lokasi telah dikunjungi, memiliki pendamping" in facts.sentences[5]
    site = facts.site(first)
    assert (site.days_text, site.hours_text) == ("Senin–Selasa", "pagi")
    assert site.capacity_text == "4 orang sehari · 24 jam seminggu"
    assert site.host_text.endswith("pendamping: Ya, dengan pengganti")
    assert facts.site(third).host_text == ""
    assert 0 <= own["shared"] <= 3


def test_an_office_is_told_by_the_travel_it_saves(study):
    facts = gather(study, programme="pos-bapas").facts
    assert {3, 4}.isdisjoint(facts.sentences)
    t0, t1 = facts.figures["t0"], facts.figures["t1"]
    assert t1 < t0
    assert f"dari {t0:.0f} menjadi {t1:.0f} menit" in facts.sentences[10]
    rupiah = facts.figures["km"] * 2000
    told = int(re.search(r"sekitar Rp([\d.]+) bila", facts.sentences[10])[1].replace(".", ""))
    assert told == pytest.approx(rupiah, abs=500)
    assert "zona I, Kementerian Perhubungan, 10 September 2022" in facts.sentences[10]


def test_a_study_states_its_own_fare():
    from work.said_reach import fare

    assert fare({"fare_per_km": "2550", "fare_source": "zona II"}) == (2550.0, "zona II")
    assert fare({"fare_per_km": "2550"})[1] == "dinyatakan studi ini, tanpa sumber"
    assert fare({})[0] == 2000.0


def test_a_study_of_sites_alone_says_what_is_not_known(bare):
    facts = gather(bare).facts
    assert facts.proposed_how == "first"
    assert "belum diketahui" in facts.sentences[3]
    assert facts.sentences[4].endswith("belum diketahui.")
    assert "peta bahaya longsor belum ada" in facts.sentences[6]
    assert "belum diketahui" in facts.sentences[8]


@pytest.fixture
def bare(small_demo, tmp_path):
    """A study that has an asset register and nothing else."""
    from work.add import add_files
    from work.studies import new_study

    with open_study(small_demo) as study:
        register = next(f for f in study.store.files() if f.kind == "assets")
        path = study.input_path(register)
        assert assemble(study).candidates.ids
    folder = tmp_path / "kosong"
    new_study(folder, name="Kosong")
    add_files(folder, [path], kind="assets")
    return folder

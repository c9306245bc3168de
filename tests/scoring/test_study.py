"""The straight line on small invented worlds whose answers are known by hand."""

import numpy as np
import pytest
import worlds

from scoring.study import run_study
from scoring.weights import Scenario

ADULT = Scenario(name="awal", programme="kerja-sosial", as_of="2026-11-24")
CHILD = Scenario(name="awal", programme="pelayanan-masyarakat", as_of="2026-11-24")
OFFICE = Scenario(name="awal", programme="pos-bapas", as_of="2026-11-24")
NOTHING = worlds.register([])


def run(candidates, *layers, scenario=ADULT, register=NOTHING, given=None):
    return run_study(candidates, worlds.layers(*layers), scenario, register=register, given=given)


def flood(full_cover):
    frame = worlds.polygons([(-100, -100, 100, 100)], class_=[3.0])
    return worlds.layer("flood", frame, full_cover=full_cover)


def column(result, key):
    return [c.key for c in result.criteria].index(key)


def test_adding_a_site_leaves_every_other_score_bit_identical():
    three = worlds.candidates(["school", "puskesmas", "market"])
    four = worlds.candidates(["school", "puskesmas", "market", "library"])
    told = worlds.register([("p-0000", "labour_need", 17), ("p-0002", "capacity", 3)])
    before = run(three, flood(True), register=told)
    after = run(four, flood(True), register=told)
    old = dict(zip(before.ranking.order, before.ranking.scores.score, strict=True))
    new = dict(zip(after.ranking.order, after.ranking.scores.score, strict=True))
    assert all(old[i] == new[i] for i in old)
    assert len(new) == 4


def test_removing_a_layer_lowers_coverage_by_exactly_its_weight():
    sites = worlds.candidates(["school", "school"])
    with_flood, without = run(sites, flood(True)), run(sites)
    lost = with_flood.ranking.scores.coverage - without.ranking.scores.coverage
    assert lost == pytest.approx([0.01, 0.01], abs=1e-12)
    assert without.matrix.unknown[:, column(without, "flood")].all()


def test_outside_the_polygons_is_unknown_unless_the_layer_declares_full_cover():
    sites = worlds.candidates(["school", "school"])
    k = column(run(sites), "flood")
    declared, silent = run(sites, flood(True)), run(sites, flood(False))
    assert declared.matrix.mean[:, k].tolist() == [3.0, 0.0]
    assert silent.matrix.mean[0, k] == 3.0
    assert silent.matrix.unknown[1, k]


def test_the_kind_excludes_and_says_so_while_a_register_no_never_does():
    sites = worlds.candidates(["empty_land", "former_office", "school"])
    told = worlds.register([("p-0002", "supervision", "tidak")])
    result = run(sites, register=told)
    assert [(e.candidate, e.reason) for e in result.judgement.excluded] == [
        ("p-0000", "kind"),
        ("p-0001", "kind"),
    ]
    assert result.ranking.order.tolist() == [2]
    assert result.judgement.readiness[2] == "survei_dulu"
    assert result.matrix.mean[2, column(result, "supervision")] == pytest.approx(0.27)


def test_an_office_may_be_what_a_work_site_may_not():
    sites = worlds.candidates(["former_office", "school"])
    result = run(sites, scenario=OFFICE)
    assert [e.candidate for e in result.judgement.excluded] == ["p-0001"]
    assert "C-pintu" in result.judgement.conditions[0]


def test_a_place_outside_the_boundary_is_excluded_with_its_own_reason():
    result = run(worlds.candidates(["school", "school"], outside={1}))
    assert [(e.candidate, e.reason, e.gate) for e in result.judgement.excluded] == [
        ("p-0001", "out_of_area", "G9")
    ]


def test_a_school_with_a_kindergarten_40_m_away_scores_as_without_it_but_carries_c1():
    """Scenario 3 of the criteria."""
    sites = worlds.candidates(["library"])
    near = worlds.layer("places", worlds.points([(40, 0)], kind=["kindergarten"], name=["PAUD"]))
    far = worlds.layer("places", worlds.points([(400, 0)], kind=["kindergarten"], name=["PAUD"]))
    with_near, with_far = run(sites, near), run(sites, far)
    assert with_near.ranking.scores.score[0] == with_far.ranking.scores.score[0]
    assert "C1" in with_near.judgement.conditions[0]
    assert "C1" not in with_far.judgement.conditions[0]


def test_an_event_300_m_away_keeps_the_place_waiting_for_a_visit():
    """Scenario 4: even where somebody on the phone said that all is well."""
    sites = worlds.candidates(["school"])
    said = worlds.gate_rows([("p-0000", "G5", 1.0, "survey")])
    quiet = run(sites, given=said)
    recent = worlds.layer("events", worlds.points([(300, 0)], date=["2025-02-01"]))
    old = worlds.layer("events", worlds.points([(300, 0)], date=["2015-02-01"]))
    g = [gate.code for gate in quiet.judgement.gates].index("G5")
    assert quiet.judgement.passed[0, g]
    assert run(sites, old, given=said).judgement.passed[0, g]
    shaken = run(sites, recent, given=said)
    assert not shaken.judgement.passed[0, g]
    assert shaken.judgement.first_gate[0] == "G5"


def test_only_a_gates_own_proof_excludes():
    sites = worlds.candidates(["school", "school", "school"])
    said = worlds.gate_rows(
        [
            ("p-0000", "G1", 0.0, "survey"),
            ("p-0001", "G1", 0.0, "register"),
            ("p-0002", "G3", 0.0, "survey"),
        ]
    )
    result = run(sites, given=said)
    assert [(e.candidate, e.gate, e.reason) for e in result.judgement.excluded] == [
        ("p-0000", "G1", "legal")
    ]


def test_every_gate_passed_makes_a_place_ready_or_ready_with_conditions():
    sites = worlds.candidates(["library", "school"])
    gates = ["G1", "G2", "G3", "G4", "G5", "G6"]
    said = worlds.gate_rows([(s, g, 1.0, "survey") for s in ("p-0000", "p-0001") for g in gates])
    result = run(sites, given=said)
    assert result.judgement.readiness == ("siap", "bersyarat")
    assert result.judgement.first_gate == ("", "")


def test_a_market_is_asked_first_who_profits_and_a_place_without_a_point_where_it_is():
    market = run(worlds.candidates(["market"]))
    assert market.judgement.first_gate == ("G1",)
    lost = run(worlds.candidates(["market"], placed="desa", sd_m=900.0))
    assert lost.judgement.first_gate == ("G9",)
    assert lost.judgement.no_point.tolist() == [True]


def test_an_unknown_kind_is_ranked_and_not_excluded():
    result = run(worlds.candidates(["unknown", "school"]))
    assert result.judgement.excluded == ()
    assert result.matrix.unknown[0, column(result, "institution_kind")]


def test_people_near_and_people_of_the_whole_kecamatan():
    people = worlds.layer(
        "people",
        worlds.polygons(
            [(-20_000, -20_000, 0, 20_000), (0, -20_000, 20_000, 20_000)],
            population=[80_000.0, 40_000.0],
            kecamatan=["Kecamatan A", "Kecamatan B"],
        ),
    )
    sites = worlds.candidates(["school", "puskesmas", "hospital"], xy=[(0, 0), (0, 0), (0, 0)])
    result = run(sites, people)
    near, kecamatan, regency = result.matrix.mean[:, column(result, "population_served")]
    disc_km2 = np.pi * 2**2
    assert near == pytest.approx(disc_km2 / 2 * (80_000 + 40_000) / 800, rel=2e-3)
    assert kecamatan == 80_000
    assert regency == 120_000


def test_children_are_kept_300_m_from_bars_and_an_empty_map_says_nothing():
    sites = worlds.candidates(["school", "school"], xy=[(0, 0), (5000, 0)])
    bar = worlds.layer("places", worlds.points([(150, 0)], kind=["bar"], name=["Bar"]))
    result = run(sites, bar, scenario=CHILD)
    k = column(result, "harmful_neighbours")
    assert result.matrix.mean[:, k].tolist() == [150.0, 1000.0]
    assert result.matrix.values()[:, k].tolist() == [0.5, 1.0]
    assert run(sites, scenario=CHILD).matrix.unknown[:, k].all()


def test_order_of_candidates_never_matters():
    kinds = ["school", "market", "library", "puskesmas"]
    xy = [(0, 0), (1000, 0), (2000, 0), (3000, 0)]
    forward = run(worlds.candidates(kinds, xy=xy), flood(True))
    back = run(
        worlds.candidates(kinds[::-1], xy=xy[::-1], ids=["p-0003", "p-0002", "p-0001", "p-0000"]),
        flood(True),
    )
    said = [[r.candidates.ids[i] for i in r.ranking.order] for r in (forward, back)]
    assert said[0] == said[1]
    assert forward.ranking.scores.score.tolist() == back.ranking.scores.score.tolist()


class Kept(dict):
    """A memory that counts how many places were measured anew."""

    measured = 0

    def recall(self, key):
        return self.get(key)

    def keep(self, key, rows):
        self.measured += len(rows) - (len(self[key]) if key in self else 0)
        self[key] = rows


def remembered(kinds, memory, **where):
    world = worlds.layers(flood(True))
    sites = worlds.candidates(kinds, **where)
    return run_study(sites, world, ADULT, register=NOTHING, memory=memory)


def test_only_new_places_are_measured_and_the_answer_is_the_same():
    memory = Kept()
    first = remembered(["school"], memory)
    per_site = memory.measured
    assert per_site > 0
    again = remembered(["school"], memory)
    assert memory.measured == per_site
    assert again.ranking.scores.score.tolist() == first.ranking.scores.score.tolist()
    two = remembered(["school", "market"], memory)
    assert memory.measured == 2 * per_site
    plain = run(worlds.candidates(["school", "market"]), flood(True))
    assert two.ranking.scores.score.tolist() == plain.ranking.scores.score.tolist()


def test_a_place_that_moves_is_measured_again():
    memory = Kept()
    inside = remembered(["school"], memory, xy=[(0, 0)])
    moved = remembered(["school"], memory, xy=[(5000, 0)])
    assert moved.ranking.scores.score[0] > inside.ranking.scores.score[0]


def test_two_places_alike_share_what_was_measured():
    memory = Kept()
    twins = remembered(["school", "school"], memory, xy=[(0, 0), (0, 0)])
    assert len(set(twins.ranking.scores.score.tolist())) == 1


def test_tiles_give_the_same_bits_as_the_whole(monkeypatch):
    import scoring.measure as module

    sites = worlds.candidates(["school", "market", "library", "puskesmas", "park"])
    whole = run(sites, flood(True))
    monkeypatch.setattr(module, "TILE", 2)
    tiled = run(sites, flood(True))
    assert tiled.ranking.scores.score.tolist() == whole.ranking.scores.score.tolist()


def test_people_stand_where_buildings_are_once_enough_of_them_are_mapped():
    people = worlds.layer(
        "people",
        worlds.polygons([(-10_000, -10_000, 10_000, 10_000)], population=[900.0], kecamatan=["A"]),
    )
    rng = np.random.default_rng(4)
    many = [(float(x), float(y)) for x, y in rng.uniform(-100, 100, (300, 2))]
    dense = worlds.layer("buildings", worlds.points(many, area_m2=[60.0] * 300))
    sparse = worlds.layer("buildings", worlds.points(many[:5], area_m2=[60.0] * 5))
    sites = worlds.candidates(["school"], xy=[(0, 0)])

    def near(*layers):
        result = run(sites, people, *layers)
        k = column(result, "population_served")
        return result.matrix.mean[0, k], result.matrix.sd[0, k] / result.matrix.mean[0, k]

    evenly, by_buildings, too_thin = near(), near(dense), near(sparse)
    assert by_buildings[0] == pytest.approx(900, abs=0.01)
    assert evenly[0] < 50
    assert too_thin == evenly
    assert by_buildings[1] == pytest.approx(0.15, abs=0.01)
    assert evenly[1] == pytest.approx(0.35, abs=0.01)

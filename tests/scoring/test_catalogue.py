from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest

import words
from geo.errors import TapakError
from scoring.criteria import CatalogueError, check_catalogue, load_catalogue
from scoring.kinds import kind_from_text, kinds
from scoring.weights import Scenario, effective

CATALOGUE = load_catalogue()


@pytest.mark.parametrize("programme", list(CATALOGUE.programmes))
def test_weights_sum_to_100_in_every_programme(programme):
    letter = CATALOGUE.programmes[programme].letter
    assert sum(c.weights[letter] for c in CATALOGUE.scored(programme)) == 100
    assert effective(CATALOGUE, Scenario(name="awal", programme=programme)).sum() == pytest.approx(
        1
    )


def test_31_percent_of_adult_weight_can_be_known_only_by_visiting():
    scored = CATALOGUE.scored("kerja-sosial")
    assert sum(c.weights["K"] for c in scored if c.measure == "survey") == 31


def test_published_anchors_stand_as_in_the_criteria():
    landslide = CATALOGUE.criteria["landslide"]
    assert landslide.anchors["K"] == ((0, 1), (0.33, 0.75), (0.66, 0.3), (0.9, 0))
    assert CATALOGUE.criteria["client_access"].anchors["O"] == ((40, 1), (75, 0.5), (120, 0))
    assert CATALOGUE.criteria["institution_kind"].table["J"]["pustu"] == 0.5


def broken(**changes):
    key = changes.pop("criterion", "landslide")
    changed = replace(CATALOGUE.criteria[key], **changes)
    return replace(CATALOGUE, criteria=MappingProxyType({**CATALOGUE.criteria, key: changed}))


@pytest.mark.parametrize(
    "changes",
    [
        {"anchors": {"K": ((1.0, 0.0), (0.5, 1.0)), "J": (), "O": ()}},
        {"weights": {"K": 5.0}},
        {"questions": (99,)},
        {"role": "guess"},
        {"step": 0.0},
    ],
)
def test_a_catalogue_that_contradicts_itself_is_refused(changes):
    with pytest.raises(CatalogueError):
        check_catalogue(broken(**changes))


def test_every_gate_has_its_question_and_a_gate_without_one_is_refused():
    for gate in CATALOGUE.gates.values():
        assert gate.questions
        assert all(n in CATALOGUE.questions for n in gate.questions)
    bare = replace(CATALOGUE.gates["G1"], questions=())
    with pytest.raises(CatalogueError):
        check_catalogue(replace(CATALOGUE, gates=MappingProxyType({"G1": bare})))


def test_every_scored_criterion_can_be_measured_told_or_asked():
    from scoring.measure import MEASURES, USES

    told = {"register", "survey"}
    for criterion in CATALOGUE.criteria.values():
        assert criterion.measure in MEASURES or criterion.measure in told
        assert not criterion.travel or "streets" in USES[criterion.measure]
    assert set(MEASURES) == set(USES)


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_everything_in_the_catalogue_has_its_words(lang):
    codes = [f"criterion.{key}" for key in CATALOGUE.criteria]
    codes += [f"unit.{u}" for c in CATALOGUE.criteria.values() for u in c.unit.values()]
    codes += [f"gate.{g}" for g in CATALOGUE.gates] + [
        f"condition.{c}" for c in CATALOGUE.conditions
    ]
    codes += [f"question.{n}" for n in CATALOGUE.questions] + [
        f"kind.{k}" for k in (*kinds(), "unknown")
    ]
    codes += [f"programme.{p}" for p in CATALOGUE.programmes]
    assert [c for c in codes if not words.knows(c, lang=lang)] == []


def test_conditions_of_kinds_are_in_the_catalogue():
    assert {c for k in kinds().values() for c in k.conditions} <= set(CATALOGUE.conditions)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Puskesmas Pembantu Candiwulan", "pustu"),
        ("Puskesmas Sijeruk", "puskesmas"),
        ("SD N 4 Candiwulan", "school"),
        ("Taman Kanak-Kanak Pertiwi", "school"),
        ("Taman Kota", "park"),
        ("Gedung Bekas Kantor", "former_office"),
        ("Kantor (tidak dipakai)", "former_office"),
        ("Kantor Desa Sawah", "village_office"),
        ("Panti Pijat Sehat", "business"),
        ("Bank Sampah Melati", "waste_site"),
        ("Kantor Dinas Kesehatan", "unknown"),
        ("", "unknown"),
    ],
)
def test_a_register_names_its_kinds(text, kind):
    assert kind_from_text(text) == kind


def test_the_first_telling_text_wins():
    assert kind_from_text(None, "Pasar", "SD Negeri 1") == "market"
    assert kind_from_text("?", "", "SD Negeri 1") == "school"


def test_weights_share_their_group_and_groups_share_the_whole():
    scenario = Scenario(
        name="uji",
        programme="kerja-sosial",
        groups={"benefit": 1, "safety": 3},
        weights={"labour_need": 0},
    )
    weights = effective(CATALOGUE, scenario)
    scored = CATALOGUE.scored("kerja-sosial")
    benefit = np.array([c.group == "benefit" for c in scored])
    assert weights[benefit].sum() == pytest.approx(0.25)
    assert weights[0] == 0


@pytest.mark.parametrize(
    "scenario",
    [
        {"weights": {"nonsense": 1}},
        {"weights": {"labour_need": -1}},
        {"groups": {"benefit": 0, "safety": 0}},
        {"weights": {c.key: 0 for c in CATALOGUE.scored("kerja-sosial") if c.group == "safety"}},
    ],
)
def test_weights_that_mean_nothing_are_refused(scenario):
    with pytest.raises(TapakError):
        effective(CATALOGUE, Scenario(name="uji", programme="kerja-sosial", **scenario))

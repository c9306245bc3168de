"""From answers to evidence: each question's link, gates with several questions, who came when."""

import random

import pandas as pd
import pytest
import worlds
from visits_made import HEADER, SAFE, visit

from scoring.criteria import load_catalogue
from scoring.evidence import COLUMNS, resolve
from surveys.answers import evidence, positions

CATALOGUE = load_catalogue()


def rows(*visits, letter="K"):
    return evidence(visits, catalogue=CATALOGUE, letter=letter)


def one(frame, criterion):
    found = frame.loc[frame["criterion"] == criterion]
    assert len(found) == 1, criterion
    return found.iloc[0]


def gates(frame):
    found = frame.loc[frame["link"] == "gate"]
    return dict(zip(found["criterion"], found["value"], strict=True))


def holds(frame):
    return set(frame.loc[frame["link"] == "condition", "criterion"])


def test_a_good_visit_passes_every_gate_it_can_and_values_every_criterion_it_asks():
    frame = rows(visit())
    assert list(frame.columns) == [*COLUMNS, "surveyor", "submission", "question"]
    assert gates(frame) == {f"G{n}": 1.0 for n in (1, 2, 3, 4, 5, 6, 9)}
    expected = {
        "labour_need": 16, "capacity": 4, "flexible_hours": 12, "supervision": 0.95,
        "skills_gained": 4, "work_safety": 1, "phone_contact": 0.6, "public_transport": 10,
        "dignity": 4, "inclusive": 0.5,
    }  # fmt: skip
    assert {k: one(frame, k)["value"] for k in expected} == expected
    assert frame.loc[frame["criterion"] == "community_acceptance", "value"].tolist() == [4, 4]
    assert holds(frame) == {"C5"}
    assert set(frame["surveyor"]) == {"S-1"}


def test_what_was_left_unanswered_tells_nothing():
    assert rows(visit(keep={"q01", "q02"}))["criterion"].tolist() == ["G9", "institution_kind"]
    assert rows().columns.tolist() == rows(visit()).columns.tolist()


def test_who_gave_the_information_widens_the_sd():
    head, neighbour = rows(visit()), rows(visit(q04="warga"))
    for key in ("skills_gained", "labour_need"):
        assert one(neighbour, key)["sd"] == pytest.approx(1.5 * one(head, key)["sd"])


@pytest.mark.parametrize(
    ("changes", "gate", "value", "origin"),
    [
        ({"q02": "tutup"}, "G9", 0, "survey"),
        ({"q02": "tidak_ditemukan"}, "G9", 0, "survey"),
        ({"q09": "ya"}, "G1", 0, "survey"),
        ({"q08": "seluruhnya"}, "G2", 0, "survey"),
        ({"q05": "menolak"}, "G3", 0, "survey"),
        ({"q05": "menolak", "q05_surat": "s.jpg"}, "G3", 0, "letter"),
        ({"q21": "1", "q21_surat": "s.jpg"}, "G3", 0, "letter"),
        ({"q21": "1"}, "G3", 1, "survey"),
        ({"q05": "bersyarat", "q05_syarat": "pagi"}, "G3", 1, "survey"),
        ({"q12": "tidak_ada"}, "G4", 0, "survey"),
        ({"q15": "baru"}, "G5", 0, "survey"),
        ({"q14_ketinggian": "tidak"}, "G6", 0, "survey"),
        ({"q14_ketinggian": "tidak_berlaku"}, "G6", 1, "survey"),
    ],
)
def test_what_a_gate_is_told(changes, gate, value, origin):
    row = one(rows(visit(**changes)), gate)
    assert (row["value"], row["origin"]) == (value, origin)


@pytest.mark.parametrize(
    ("changes", "gate"),
    [
        ({"q08": "sebagian"}, "G2"),
        ({"q09": "tidak_tahu"}, "G1"),
        ({"q05": "belum_memutuskan"}, "G3"),
        ({"q12": "belum"}, "G4"),
        ({"q15": "tidak_dapat_dinilai"}, "G5"),
        ({"q14_biaya_kecelakaan": None}, "G6"),
        ({"q14_apd": "tidak", "q14_biaya_kecelakaan": None}, "G6"),
    ],
)
def test_what_is_not_known_leaves_a_gate_open(changes, gate):
    assert gate not in gates(rows(visit(**changes)))


@pytest.mark.parametrize(
    ("changes", "value"),
    [
        ({}, 1.0),
        ({"q11_pisah": "tidak"}, 0.0),
        ({"q11_pisah": None}, None),
        ({"q07": "sampah saluran"}, 0.0),
        ({"q07": "sampah taman"}, 1.0),
        ({"q07": "pertanian"}, None),
        ({"q19": "hiburan"}, None),
        ({"q19": "judi", "q11_pisah": "tidak"}, 0.0),
    ],
)
def test_the_gate_for_children_needs_all_three_questions_and_fails_by_one(changes, value):
    frame = rows(visit("pelayanan-masyarakat", **changes), letter="J")
    assert gates(frame).get("G7") == value
    assert "G7" not in gates(rows(visit(**changes)))


OFFICE = {
    "q24": "kosong", "q24_dokumen": "sertifikat", "q25_m2": "60", "q25_kondisi": "B",
    "q25_fasilitas": "listrik air", "q25_ruang": "ya",
}  # fmt: skip


def test_an_office_is_worth_what_is_there():
    frame = rows(visit("pos-bapas", **OFFICE), letter="O")
    assert one(frame, "fit_out")["value"] == pytest.approx(40)
    assert one(frame, "building_condition")["value"] == 5
    assert one(frame, "tenure")["category"] == "certified"
    assert one(frame, "availability")["category"] == "idle"
    assert gates(frame)["G8"] == 1


@pytest.mark.parametrize(
    ("changes", "value"),
    [
        ({"q24_dokumen": "sertifikat sengketa"}, 0.0),
        ({"q25_ruang": "tidak"}, 0.0),
        ({"q25_kondisi": "RB"}, None),
        ({"q24_dokumen": "tidak_ada"}, None),
    ],
)
def test_a_dispute_or_no_room_fails_an_office_and_a_ruin_stays_open(changes, value):
    frame = rows(visit("pos-bapas", **(OFFICE | changes)), letter="O")
    assert gates(frame).get("G8") == value


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"q02": "berbeda", "q02_jenis": "pesantren"}, {"C1", "C3", "C5"}),
        ({"q15": "lama"}, {"C4", "C5"}),
        ({"q17_telkomsel": "tidak"}, {"C6", "C5"}),
        ({"q20": "3"}, {"C7", "C5"}),
        ({"q19": "sekolah judi"}, {"C1", "C5"}),
        ({"q23": "toilet toilet_perempuan"}, {"C2", "C5"}),
        ({"q23": "tidak_ada", "q07": "taman"}, {"C2"}),
        ({"q07": "taman"}, set()),
    ],
)
def test_conditions_that_answers_call_for(changes, codes):
    assert holds(rows(visit(**changes))) == codes


def test_no_signal_needs_a_phone_that_was_tried_and_the_radio_asked_for():
    frame = rows(visit(q17_telkomsel="tidak", q17_ht=None))
    assert "phone_contact" not in set(frame["criterion"])
    assert one(rows(visit(q17_ht="ya")), "phone_contact")["value"] == 0.8


@pytest.mark.parametrize(("cm", "level"), [(None, 2), ("30", 1), ("75", 1), ("76", 2), ("180", 3)])
def test_a_flood_is_classed_by_its_depth_and_only_raises(cm, level):
    frame = rows(visit(q16="ya", q16_cm=cm))
    assert one(frame, "flood")["value"] == level
    assert one(frame, "flash_flood")["value"] == 1
    assert one(frame, "flood")["link"] == "raise"
    assert "flood" not in set(rows(visit())["criterion"])


def test_children_s_hours_are_those_outside_school():
    frame = rows(visit("pelayanan-masyarakat"), letter="J")
    assert one(frame, "flexible_hours")["value"] == 8  # a Saturday morning is school


def test_items_that_do_not_apply_leave_the_share():
    changes = dict.fromkeys(SAFE, "tidak_berlaku") | {"q14_apd": "ya", "q14_air": "tidak"}
    assert one(rows(visit(**changes)), "work_safety")["value"] == 0.5


def later(**changes):
    header = HEADER | {"submission": "uuid:0", "ended_at": "2026-11-25T09:00:00+07:00"}
    return visit(header=header, **changes)


def test_the_latest_answer_to_each_question_counts_whatever_came_first():
    again = later(keep={"q02"}, q06="8")
    for order in ([visit(), again], [again, visit()], [again, visit(), again, visit()]):
        frame = rows(*order)
        assert one(frame, "labour_need")["value"] == 8
        assert one(frame, "labour_need")["submission"] == "uuid:0"
        assert one(frame, "skills_gained")["submission"] == "uuid:1"


def test_a_letter_stands_instead_of_what_was_said_before_it():
    other = {"surveyor": "S-2", "submission": "uuid:2", "ended_at": "2026-11-25T09:00:00+07:00"}
    refused = visit(header=other, q05="menolak", q05_surat="s.jpg")
    frame = rows(visit(), refused)
    assert one(frame, "G3")["origin"] == "letter"
    changed = {"surveyor": "S-3", "submission": "uuid:3", "ended_at": "2026-11-26T09:00:00+07:00"}
    assert len(rows(visit(), refused, visit(header=changed)).query("criterion == 'G3'")) == 2


def test_the_order_of_import_and_importing_twice_change_no_byte():
    visits = [
        visit(header={"submission": f"uuid:{i}", "site": f"p-{i % 5:04d}", "surveyor": f"S{i % 3}"},
              q13=str(1 + i % 5), q06=str(i))
        for i in range(30)
    ]  # fmt: skip
    ids, scored = [f"p-{i:04d}" for i in range(5)], CATALOGUE.scored("kerja-sosial")
    expected = rows(*visits)
    first = resolve(expected, ids, scored, letter="K")
    for seed in range(5):
        mixed = [*visits, *visits]
        random.Random(seed).shuffle(mixed)
        pd.testing.assert_frame_equal(rows(*mixed), expected)
        twice = pd.concat([expected, expected]).sample(frac=1, random_state=seed)
        again = resolve(twice, ids, scored, letter="K")
        assert again.mean.tobytes() == first.mean.tobytes()
        assert again.sd.tobytes() == first.sd.tobytes()


def test_positions_take_the_most_accurate_point_and_none_of_a_place_not_found():
    near = {"submission": "uuid:2"}
    found = positions([visit(q01="-7.4 109.7 0 18"), visit(header=near, q01="-7.5 109.8 0 5")])
    assert found.to_dict("records") == [
        {"candidate": "p-0001", "lon": 109.8, "lat": -7.5, "sd_m": 5.0, "submission": "uuid:2"}
    ]
    assert positions([visit(q02="tidak_ditemukan")]).empty
    assert positions([visit(q01="-7.4 109.7 0 0")])["sd_m"].tolist() == [20.0]


def test_a_visit_carries_through_to_the_ranking():
    from scoring.study import run_study
    from scoring.weights import Scenario

    sites = worlds.candidates(["school", "school"])
    given = rows(visit(header={"site": "p-0000"}))
    result = run_study(
        sites, worlds.layers(), Scenario(name="a", programme="kerja-sosial", as_of="2026-11-24"),
        register=worlds.register([]), given=given,
    )  # fmt: skip
    assert result.ranking.order[0] == 0
    assert result.judgement.readiness[1] == "survei_dulu"
    assert result.judgement.passed[0].all()

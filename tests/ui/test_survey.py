"""The page "Survei" over a real small study: each part says what to do, and shows what there is."""

import sys
from pathlib import Path

import pytest
from returned import good, submission, web_file
from streamlit.testing.v1 import AppTest

import ui.study
from data.workspace import open_study
from geo.errors import UsageError
from ui.serve import SECRETS, for_phones
from ui.shell import GO
from work.collecting import collect
from work.field import listed_points
from work.planning import plan_visits
from work.ranking import rank_study
from work.roles import Actor, Role

ROOT = Path(__file__).parents[2]


@pytest.fixture
def app(monkeypatch, study):
    monkeypatch.setattr(sys, "argv", ["app.py", str(study)])
    ui.study._opened.clear()
    made = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    made.session_state[GO] = "survei"
    yield made
    ui.study._opened.clear()


def html(app):
    return " ".join(str(block.proto.body) for block in app.get("html"))


def open_part(app, title):
    app.session_state["tapak-survey-tabs"] = title
    app.run()
    assert not app.exception
    return app


def sites(study):
    with open_study(study) as opened:
        found = listed_points(opened.store.candidates())
    return [(site, lonlat) for site, lonlat in sorted(found.items()) if lonlat]


def test_an_empty_survey_says_in_each_part_what_to_do(app):
    app.run()
    assert not app.exception
    assert "Belum ada rencana kunjungan" in html(app)
    for title, told in (
        ("Paket", "Buat rencana dulu"),
        ("Hasil masuk", "Berikan berkas apa pun"),
        ("Periksa", "Tidak ada yang menunggu"),
        ("Kesepakatan", "Belum ada kunjungan yang diterima"),
    ):
        assert told in html(open_part(app, title))


def test_the_plan_stands_as_figures_and_its_teams_have_packs_to_make(app, study):
    told = plan_visits(study, teams=2, days=1)
    app.run()
    visits = sum(len(day["stops"]) for day in told["days"])
    assert f"<dd>{visits}<small>" in html(app)
    buttons = [b.label for b in open_part(app, "Paket").button]
    assert buttons.count("Buat paket") == len({d["team"] for d in told["days"] if d["stops"]})


def test_a_conflict_stands_side_by_side_and_a_decision_needs_a_reason(app, study, tmp_path):
    site, lonlat = sites(study)[0]
    for k, q10 in enumerate(("4", "9")):
        told = submission("v-1", site, answers=good(q10=q10), lonlat=lonlat)
        collect(study, web_file(tmp_path / f"{k}.json", told))
    app.run()
    open_part(app, "Periksa")
    assert "saling bertentangan" in html(app)
    assert "Yang berbeda (1)" in html(app)
    reject = next(b for b in app.button if b.label == "Tolak")
    reject.click().run()
    assert any("Tulis alasannya dulu" in e.value for e in app.error)
    app.text_input(key=next(t.key for t in app.text_input if t.key.startswith("why-"))).input(
        "salah ketik"
    )
    next(b for b in app.button if b.label == "Terima").click().run()
    assert not app.exception
    with open_study(study) as opened:
        assert sorted(r.status for r in opened.store.responses()) == ["accepted", "superseded"]
        assert opened.store.verdicts()[0].why == "salah ketik"


def test_agreement_is_told_in_words_and_who_moved_because_of_whom(app, study, tmp_path):
    rank_study(study)
    told = []
    for k, (site, lonlat) in enumerate(sites(study)[:4]):
        for who in ("S-1", "S-2"):
            answers = good(q13=str(1 + k), q20=str(5 - k))
            more = {"surveyor": who, "team": "A" if who == "S-1" else "B"}
            told.append(submission(f"{who}-{k}", site, answers=answers, lonlat=lonlat, **more))
    collect(study, web_file(tmp_path / "a.json", *told))
    rank_study(study)  # a run that takes the visits in ends the comparison
    collect(
        study, web_file(tmp_path / "b.json", submission("z", sites(study)[5][0], answers=good()))
    )
    app.run()
    open_part(app, "Kesepakatan")
    assert "Para surveyor sepakat pada" in html(app)
    assert any(t.value.startswith("Sejak peringkat") for t in app.text)


@pytest.mark.parametrize(
    ("role", "parts"),
    [
        (Role.SURVEYOR, ["Rencana", "Paket", "Hasil masuk", "Kesepakatan", "Isi kunjungan"]),
        (Role.LEADERSHIP, ["Rencana", "Kesepakatan"]),
    ],
)
def test_a_role_sees_only_the_parts_it_may_use(app, monkeypatch, role, parts):
    monkeypatch.setattr("ui.accounts.office", lambda: Actor(name="x", role=role))
    app.run()
    assert not app.exception
    assert [tab.label for tab in app.tabs] == parts
    assert "Buat rencana" not in [b.label for b in app.button]


def test_a_study_with_accounts_lets_no_phone_in_by_a_pin(study, monkeypatch):
    monkeypatch.setattr("ui.serve.own_address", lambda: "192.168.1.5")
    told = for_phones(study)
    assert (told["address"], len(told["pin"])) == ("192.168.1.5", 6)
    (study / SECRETS).parent.mkdir()
    (study / SECRETS).write_text("[auth]\n")
    with pytest.raises(UsageError, match="--lan"):
        for_phones(study)
    monkeypatch.setattr("ui.serve.own_address", lambda: "")
    (study / SECRETS).unlink()
    with pytest.raises(UsageError, match="tidak tersambung"):
        for_phones(study)

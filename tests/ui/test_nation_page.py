"""The page "Nasional": there only where study.toml names results; ranked, filtered, weighed anew."""

import json
import sys
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import ui.nation
import ui.nation_sites
import ui.study
import words
from ui.nation import KEPT, catalogue_weights
from ui.nation_sites import matching
from ui.shell import GO, NATIONAL, _there
from work.nation import rank_nation
from work.nation_held import open_nation, results_sha256

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def out(nation_results):
    return nation_results


@pytest.fixture
def shown(nations, study, out):
    return nations.shows(study, out)


def opened(study, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["app.py", str(study)])
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.session_state[GO] = NATIONAL
    return app


def html(app):
    return " ".join(one.proto.body for one in app.get("html"))


def test_without_results_the_page_is_not_offered_and_says_how_to_get_them(study, monkeypatch):
    app = opened(study, monkeypatch).run()
    assert not app.exception
    assert not _there(NATIONAL)
    assert "belum menyebut hasil nasional" in html(app)
    assert "[nation]" in html(app)


def test_results_that_are_not_there_are_one_sentence(nations, study, monkeypatch, tmp_path):
    nations.shows(study, tmp_path / "hilang")
    app = opened(study, monkeypatch).run()
    assert not app.exception
    assert [e.value for e in app.error] == [
        r"Folder hilang tidak berisi hasil\. Jalankan tapak batch lebih dahulu\."
    ]


def test_it_tells_what_is_ranked_by_what_and_who_leads(shown, out, monkeypatch):
    app = opened(shown, monkeypatch).run()
    assert not app.exception
    assert _there(NATIONAL)
    told = rank_nation(out)
    first = told["sites"][0]
    text = html(app)
    assert f"Satu peringkat untuk {told['counts']['sites']} lokasi dari 3 studi." in text
    assert f"Yang pertama {first['name']} (" in text
    assert "katalog" in text
    assert "SINTETIS" in text
    assert f"{words.number(told['equity']['gini'], 2)}" in text
    assert [t.label for t in app.tabs][:2] == ["Lokasi", "Wilayah"]


def test_weights_tried_rank_anew_and_go_into_the_files(shown, out, monkeypatch):
    nation = open_nation(out)
    own = catalogue_weights(nation)
    weights = dict.fromkeys(own.weights, 1.0) | {"client_access": 90.0}
    app = opened(shown, monkeypatch)
    key = f"{results_sha256(out)[:16]}/{nation.programme}"
    app.session_state[KEPT] = {key: {"groups": dict(own.groups), "weights": weights}}
    app.run()
    assert not app.exception
    groups = [f"{k}={v}" for k, v in own.groups.items()]
    told = rank_nation(out, weights=[f"{k}={v}" for k, v in weights.items()], groups=groups)
    assert f"Yang pertama {told['sites'][0]['name']} (" in html(app)
    assert "Bobot percobaan" in html(app)


def test_only_who_may_report_is_offered_files(shown, monkeypatch):
    monkeypatch.setattr(ui.nation, "may", lambda action: action != "report")
    app = opened(shown, monkeypatch).run()
    assert not app.exception
    assert [t.label for t in app.tabs] == ["Lokasi", "Wilayah", "Peta", "Kantor baru"]


def test_studies_that_do_not_compare_have_their_tab(nations, out, study, monkeypatch, tmp_path):
    own = nations.copied(out, tmp_path)
    nations.change(own, "b", basis={"thresholds": "lain"})
    app = opened(nations.shows(study, own), monkeypatch).run()
    assert not app.exception
    assert "Tidak sebanding (1)" in [t.label for t in app.tabs]
    assert "dari 2 studi" in html(app)


def test_what_is_filtered_by_name_kind_and_place_is_found_in_its_order(out):
    nation = open_nation(out)
    texts = {k: v[nation.rows] for k, v in ui.nation_sites._texts("x", nation).items()}
    every = {"province": "", "regency": "", "kind": "", "name": ""}
    assert len(matching(texts, every)) == len(nation.rows)
    names, kinds = (nation.labels[k][nation.rows] for k in ("name", "kind"))
    asked = names[7].casefold()[2:9]
    named = [k for k, name in enumerate(names) if asked in name.casefold()]
    assert 0 < len(named) < len(nation.rows)
    assert matching(texts, {**every, "name": asked}).tolist() == named
    both = matching(texts, {**every, "name": asked, "kind": kinds[named[0]]}).tolist()
    assert both == [k for k in named if kinds[k] == kinds[named[0]]]
    assert not len(matching(texts, {**every, "province": "99"}))


def test_filters_and_pages_show_what_they_say(shown, monkeypatch):
    monkeypatch.setattr(ui.nation_sites, "PAGE", 20)
    app = opened(shown, monkeypatch).run()
    total = next(t.value for t in app.text if "cocok" in t.value)
    assert "di bawah ini 1 sampai 20" in total
    app.button(key="nation-after").click().run()
    assert any("di bawah ini 21 sampai 40" in t.value for t in app.text)
    app.selectbox(key="nation-kind").set_value("school").run()
    assert any("di bawah ini 1 sampai 20" in t.value for t in app.text)  # another list, its first
    app.text_input(key="nation-name").set_value("tidak ada yang bernama begini").run()
    assert any("Tidak ada lokasi yang cocok" in t.value for t in app.text)
    assert not app.exception


def test_the_catalogue_s_own_weights_are_those_it_ranks_by(out):
    nation = open_nation(out)
    own = catalogue_weights(nation)
    told = rank_nation(
        out,
        weights=[f"{k}={v}" for k, v in own.weights.items()],
        groups=[f"{k}={v}" for k, v in own.groups.items()],
    )
    assert told["weights"] == pytest.approx(rank_nation(out)["weights"])
    assert json.dumps(told["sites"]) == json.dumps(rank_nation(out)["sites"])

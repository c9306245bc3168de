"""The page "Skenario" over a real small study: what is empty, what is saved, who moved and why."""

import json
import re
import sys
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import ui.study
from ui.shell import GO
from ui.slope import slope
from work.scenarios import compare_scenarios, save_scenario

ROOT = Path(__file__).parents[2]


@pytest.fixture
def app(monkeypatch, study):
    monkeypatch.setattr(sys, "argv", ["app.py", str(study)])
    ui.study._opened.clear()
    ui.study._measured.clear()
    made = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    made.session_state[GO] = "skenario"
    yield made
    ui.study._opened.clear()
    ui.study._measured.clear()


def html(app):
    return " ".join(str(block.proto.body) for block in app.get("html"))


def test_without_a_saved_scenario_the_page_says_how_to_get_one(app):
    app.run()
    assert not app.exception
    assert "Belum ada skenario yang disimpan" in html(app)
    assert [b.label for b in app.button] == ["Ke Peringkat lokasi"]


def test_two_scenarios_stand_side_by_side_with_who_moved_and_why(app, study):
    terms = {"programme": None, "weights": {}, "set_by": "Sekda", "set_on": "2026-11-12"}
    save_scenario(study, "Aman <b>dulu</b>", groups={"benefit": 5, "safety": 95}, **terms)
    told = compare_scenarios(study, "study.toml", "Aman <b>dulu</b>")
    app.run()
    assert not app.exception
    shown = html(app)
    assert f"{len(told['moved'])} lokasi berubah peringkat" in shown
    assert f"{len(told['entered'])} masuk dan {len(told['left'])} keluar" in shown
    assert "<b>dulu</b>" not in shown
    assert "&lt;b&gt;dulu" in shown
    assert any("Sekda" in text.value for text in app.text)
    assert len(re.findall(r"<li ", shown)) == 20


def test_a_scenario_beside_itself_moves_nobody(app, study):
    save_scenario(study, "Sama", programme=None, groups={}, weights={})
    app.run()
    assert "memberi peringkat yang sama" in html(app)


def test_names_in_the_drawn_lists_are_plain_text(monkeypatch):
    shown = []
    monkeypatch.setattr("ui.slope.st.html", shown.append)
    name = "<img src=x onerror=alert(1)>"
    slope((name, "b"), ([("a", "1", name)], [("a", "1", name), ("z", "2", "baru")]))
    assert "onerror=alert(1)>" not in shown[0].replace("&gt;", "")
    assert shown[0].count('class="both"') == 2
    assert shown[0].count('class="alone"') == 1
    assert json.dumps(shown[0]).count("data:image/svg+xml") == 1

"""The pages "Usulan OPD" and "Data" and the first run, over a small demo."""

import sys
import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import ui.session
import ui.study
from data.workspace import open_study
from ui.first_run import BESIDE
from ui.shell import GO
from work.roles import Actor, Role, name_actor
from work.studies import new_study

ROOT = Path(__file__).parents[2]
OFFICE = Actor(name="Kantor", role=Role.PLANNER)
FIRST = """
import streamlit as st
from ui.first_run import first_run, own_study
from ui.session import begin
from ui.study import folder
begin()
own_study()
first_run()
st.text(f"folder: {folder().name}")
"""


@pytest.fixture
def app(monkeypatch, study):
    """Open the app at a page as somebody."""

    def opened(address, actor=OFFICE, folder=None):
        monkeypatch.setattr(sys, "argv", ["app.py", str(folder or study)])
        monkeypatch.setattr(ui.session, "use_actor", lambda: name_actor(actor))
        ui.study._opened.clear()
        ui.study._measured.clear()
        made = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        made.session_state[GO] = address
        return made.run()

    return opened


def html(app):
    return " ".join(str(block.proto.body) for block in app.get("html"))


def field(app, label):
    return next(w for w in (*app.text_input, *app.selectbox) if w.label.startswith(label))


def button(app, label):
    return next(b for b in app.button if b.label == label)


def until(app, done, seconds=60):
    """Run again, as the page does every second, until work beside it has ended."""
    deadline = time.monotonic() + seconds
    while not done(app):
        assert time.monotonic() < deadline
        time.sleep(0.4)
        app.run()
    return app


def test_a_site_is_checked_first_and_sent_only_when_confirmed(app, study):
    page = app("usulan")
    assert not page.exception
    field(page, "Nama Tempat").set_value("Balai <b>Uji</b>")
    field(page, "Koordinat").set_value("7°23'43\"S 109°41'38\"E")
    button(page, "Periksa dulu").click().run()
    assert "Balai &lt;b&gt;Uji&lt;/b&gt;” dapat diterima. Belum dikirim" in html(page)
    with open_study(study) as opened:
        assert "Balai <b>Uji</b>" not in set(opened.store.candidates()["name"])
    button(page, "Kirim usulan").click().run()
    assert not page.exception
    assert page.success[0].value.startswith("Usulan diterima: 1 lokasi")
    with open_study(study) as opened:
        assert "Balai <b>Uji</b>" in set(opened.store.candidates()["name"])


def test_what_cannot_be_taken_has_no_button_to_send_it(app):
    page = app("usulan")
    field(page, "Nama Tempat").set_value("Balai Jauh")
    field(page, "Koordinat").set_value("3.1, 101.7")
    button(page, "Periksa dulu").click().run()
    assert "belum dapat diterima" in html(page)
    assert "Kirim usulan" not in [b.label for b in page.button]


def test_an_agency_speaks_only_for_itself(app, study):
    with open_study(study) as opened:
        sites = opened.store.candidates()
    name = sites.loc[sites["agency"] != "", "agency"].value_counts().index[0]
    page = app("usulan", Actor(name="Sri", role=Role.AGENCY, agency=name))
    assert not page.exception
    own = field(page, "Instansi")
    assert (own.disabled, own.value) == (True, name)
    assert f"Usulan {name}" in html(page)
    assert f"<dd>{int((sites['agency'] == name).sum())}</dd>" in html(page)
    assert "Tambah data" not in [tab.label for tab in page.tabs]


@pytest.mark.parametrize("role", [Role.AGENCY, Role.SURVEYOR, Role.LEADERSHIP])
def test_the_data_page_refuses_who_may_not_bring_data(app, role):
    page = app("data", Actor(name="x", role=role, agency="Dinas X"))
    assert not page.file_uploader
    assert "Pilih berkas" not in html(page)


def test_a_file_is_read_shown_and_stored_only_when_confirmed(app, study):
    page = app("data")
    assert not page.exception
    assert "8 dari 8 lapisan" in html(page)
    rows = b"Nama Tempat,Jenis,Lat,Lon\nSD Baru,Sekolah,-7.39,109.69\nSD Jauh,Sekolah,3.1,101.7\n"
    page.file_uploader[0].set_value(("../../daftar baru.csv", rows, "text/csv")).run()
    until(page, lambda a: any(b.label == "Simpan ke studi" for b in a.button))
    assert "1 baris dapat diterima. Belum disimpan" in html(page)
    with open_study(study) as opened:
        assert "SD Baru" not in set(opened.store.candidates()["name"])
    button(page, "Simpan ke studi").click().run()
    until(page, lambda a: a.success)
    assert "Tersimpan: Daftar aset, 1 baris diterima" in page.success[0].value.replace("\\", "")
    with open_study(study) as opened:
        assert "SD Baru" in set(opened.store.candidates()["name"])
        assert [f.name for f in opened.store.files() if "baru" in f.name] == ["daftar_baru.csv"]


def test_a_file_that_is_something_else_is_refused_at_once(app):
    page = app("data")
    page.file_uploader[0].set_value(("peta.xlsx", b"\x00\x01" * 900, "x/y")).run()
    assert not page.exception
    assert "peta" in page.error[0].value
    assert "Simpan ke studi" not in [b.label for b in page.button]


def test_an_empty_study_begins_with_adding_data(app, tmp_path):
    new_study(tmp_path / "baru", name="Kabupaten Baru")
    page = app("data", folder=tmp_path / "baru")
    assert not page.exception
    assert page.tabs[0].label == "Tambah data"
    assert "0 dari 8 lapisan" in html(page)
    page = app("usulan", folder=tmp_path / "baru")
    assert not page.exception
    assert "Belum ada usulan" in html(page)


def test_the_first_run_makes_the_examples_beside_the_study_and_leads_back(
    monkeypatch, tmp_path, small_demo
):
    new_study(tmp_path / "baru", name="Kabupaten Baru")
    monkeypatch.setattr(sys, "argv", ["app.py", str(tmp_path / "baru")])
    monkeypatch.setattr(ui.session, "use_actor", lambda: name_actor(OFFICE))
    page = AppTest.from_string(FIRST, default_timeout=60).run()
    assert not page.exception
    assert html(page).count("<li ") == 5
    (tmp_path / BESIDE).symlink_to(small_demo)  # made before; making it is demo_study's own test
    button(page, "Buka kabupaten contoh").click().run()
    assert not page.exception
    assert page.text[-1].value == f"folder: {BESIDE}"
    button(page, "Kembali ke studi sendiri").click().run()
    assert page.text[-1].value == "folder: baru"

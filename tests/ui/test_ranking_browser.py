"""The ranking page's chances, scenarios and ways of experts in a real Chromium."""

from __future__ import annotations

import pytest

from work.audit import history
from work.runs import list_runs

pytestmark = pytest.mark.browser


def test_chances_move_with_a_weight_in_column_strip_and_panel(served, board_page):
    page = board_page.open(served.url).page
    before = board_page.ask("return [...board.now.p_top]")
    board_page.move_dial("PageDown")
    board_page.move_dial("PageDown")
    after = board_page.ask("return [...board.now.p_top]")
    assert sum(after) == pytest.approx(10)
    assert max(abs(a - b) for a, b in zip(after, before, strict=True)) > 0.02
    first = board_page.ask("const i = board.now.order[0]; return [i, board.now.p_top[i]]")
    row = page.locator(".scroll tbody tr").first
    page.wait_for_timeout(500)  # the bar glides to its place
    assert row.locator(".top .p").text_content() == f"{round(100 * first[1])} %"
    wide = row.locator(".odds").evaluate(
        "node => node.firstChild.getBoundingClientRect().width / node.getBoundingClientRect().width"
    )
    assert wide == pytest.approx(first[1], abs=0.02)
    assert "Belum ada pemenang yang jelas" in page.locator(".headline").text_content()
    shares = board_page.ask(
        "return [...board.now.first.leaders.map((p) => p[1]), board.now.first.others]"
    )
    assert sum(shares) == pytest.approx(1)
    pieces = page.locator(".piece")
    bar = page.locator(".shares").bounding_box()["width"]
    assert pieces.first.bounding_box()["width"] / bar == pytest.approx(shares[0], abs=0.02)
    line = (
        page.locator(".threshold").bounding_box()["x"] - page.locator(".shares").bounding_box()["x"]
    )
    assert line / bar == pytest.approx(0.6, abs=0.01)


def test_places_of_one_agency_can_be_looked_at_alone(served, board_page):
    page = board_page.open(served.url).page
    page.get_by_label("Saring menurut instansi").select_option("Dinas Pendidikan")
    kinds = page.locator(".scroll tbody tr .name .s").all_text_contents()
    assert kinds
    assert all(text.startswith("Sekolah") for text in kinds)
    page.locator(".filters .wipe").click()
    assert page.locator(".scroll tbody tr").count() == 60


def test_swing_points_become_the_weights_of_the_sliders(served, board_page):
    page = board_page.open(served.url).page
    page.get_by_role("button", name="Ahli").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("0 jam/minggu → 40 jam/minggu").wait_for()
    slider = dialog.get_by_label("Poin ayunan: Kebutuhan tenaga")
    slider.focus()
    page.keyboard.press("Home")
    share = dialog.locator("tr", has=page.get_by_label("Poin ayunan: Kebutuhan tenaga")).last
    page.wait_for_function(
        "node => node.lastChild.textContent === '0 %'", arg=share.element_handle()
    )
    board_page.after(lambda: dialog.get_by_role("button", name="Pakai bobot ini").click())
    page.wait_for_selector(".pill.tried")
    assert page.get_by_label("Kebutuhan tenaga", exact=True).input_value() == "0"
    board_page.after(lambda: page.locator("button.reset").click())
    assert page.get_by_label("Kebutuhan tenaga", exact=True).input_value() == "14"


def test_contradicting_pairs_are_told_in_words(served, board_page):
    page = board_page.open(served.url).page
    page.get_by_role("button", name="Ahli").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("Berpasangan (AHP)", exact=True).click()
    dialog.get_by_text("jawaban cukup sejalan").wait_for()
    pairs = [("Kebutuhan tenaga", "Penduduk terlayani", "9"),
             ("Penduduk terlayani", "Jenis lembaga (ps. 85)", "9"),
             ("Kebutuhan tenaga", "Jenis lembaga (ps. 85)", "1/9")]  # fmt: skip
    for one, other, said in pairs:
        label = f"Berapa kali “{one}” lebih penting daripada “{other}”"
        dialog.get_by_label(label).select_option(label=said)
        page.wait_for_timeout(400)
    dialog.get_by_text("saling bertentangan").first.wait_for()
    told = dialog.locator(".tp-say").text_content()
    assert "Bandingkan lagi ketiga kriteria ini" in told
    assert "Kebutuhan tenaga" in told


@pytest.mark.parametrize(
    ("topic", "told"),
    [
        ("Sikap (OWA)", "Sepuluh besar menurut sikap ini"),
        ("Metode lain", "Enam metode, dibanding peringkat Tapak"),
        ("Keberterimaan (SMAA)", "Peluang setiap peringkat, dari 10.000 uji"),
        ("Yang membalikkan", "Bila semua bobot boleh bergeser"),
    ],
)
def test_every_way_of_experts_shows_its_table(served, board_page, topic, told):
    page = board_page.open(served.url).page
    page.get_by_role("button", name="Ahli").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text(topic, exact=True).click()
    dialog.get_by_text(told).first.wait_for()


def test_a_planner_saves_a_scenario_and_sees_who_moved(served_study, study, board_page):
    page = board_page.open(served_study.url).page
    board_page.move_dial("PageDown")
    board_page.move_dial("PageDown")
    tried = board_page.names()
    page.get_by_role("button", name="Simpan skenario").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Nama skenario").fill("Rapat <b>OPD</b>")
    dialog.get_by_label("Ditetapkan oleh").fill("Sekretaris Daerah")
    dialog.get_by_label("Dasar").fill("Berita acara 12/2026")
    page.keyboard.press("Tab")
    dialog.get_by_role("button", name="Simpan dan rekam").click()
    page.get_by_role("button", name="Selesai").click(timeout=60_000)
    page.wait_for_function(
        "() => document.querySelector('[data-testid=stBidiComponentIsolated]') &&"
        f" (() => {{ {board_page.FIND} return board.now.weights_text.includes('Sekretaris'); }})()"
    )
    assert board_page.names() == tried
    (run,) = list_runs(study)["runs"]
    assert run["scenario"] == "Rapat <b>OPD</b>"
    assert history(study)["events"][0]["action"] == "scenario"
    page.get_by_role("link", name="Skenario").click()
    page.get_by_text("lokasi berubah peringkat").wait_for()
    assert page.locator(".tp-slope li").count() == 20
    assert page.locator(".tp-slope h3").nth(1).text_content() == "Rapat <b>OPD</b>"
    page.get_by_role("button", name="Buka di peringkat").click()
    page.wait_for_selector(".board[data-painted]", state="attached")
    assert board_page.ask("return board.now.tried") is False


def test_hidden_words_of_the_table_do_not_make_the_page_longer_than_it_is(served, board_page):
    page = board_page.open(served.url).page  # at this width readiness is a sign with hidden words
    bottom = page.locator(".board").evaluate("node => node.getBoundingClientRect().bottom")
    high = page.locator("[data-testid=stMain]").evaluate("node => node.scrollHeight")
    assert high < bottom + 200


def test_the_link_of_the_chosen_site_opens_its_page(served, board_page):
    page = board_page.open(served.url).page
    board_page.after(lambda: page.locator(".scroll tbody tr").nth(2).click())
    page.locator(".detail .go").click()
    page.wait_for_url("**/lokasi*")

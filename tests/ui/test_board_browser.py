"""The ranking page in a real Chromium: sliders, map and table move together, and nothing is lost."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.browser

FIRST_PIXEL = """
  const { marks, now, map } = board.map, i = now.order[0], p = marks.at(i);
  const corner = map.latLngToLayerPoint(marks.bounds.getNorthWest());
  const sharp = marks.canvas.width / parseFloat(marks.canvas.style.width);
  const ctx = marks.canvas.getContext("2d");
  const at = [(p.x - corner.x) * sharp, (p.y - corner.y) * sharp].map(Math.round);
  const hole = board.facts.sites.approximate[i];
  const [r, g, b] = ctx.getImageData(at[0], at[1], 1, 1).data;
  const hex = "#" + [r, g, b].map((x) => x.toString(16).padStart(2, "0")).join("");
  return { hex, wanted: hole ? marks.palette.hole : marks.palette.ramp[now.band[i]] };
"""


def test_a_moved_slider_reorders_the_table_and_recolours_the_map(served, board_page):
    board_page.open(served.url)
    names, bands = board_page.names(), board_page.ask("return [...board.now.band]")
    for _ in range(4):
        board_page.move_dial("PageDown")
    assert board_page.names() != names
    assert board_page.ask("return [...board.now.band]") != bands
    found = board_page.ask(FIRST_PIXEL)
    assert found["hex"] == found["wanted"]


def test_the_table_follows_the_rank_the_server_gave(served, board_page):
    board_page.open(served.url)
    board_page.move_dial("Home")
    ranks = board_page.ask("return [...board.now.order].map((i) => board.now.rank[i])")
    ranked = [r for r in ranks if r > 0]
    assert ranked == sorted(ranked)
    assert all(r == 0 for r in ranks[len(ranked) :])
    shown = board_page.page.locator(".scroll tbody tr .rank .n").all_text_contents()
    assert [int(s.replace(".", "")) for s in shown] == ranked[: len(shown)]


def test_a_slider_speaks_while_it_is_dragged(served, board_page):
    board_page.open(served.url)
    dial = board_page.page.locator("input.dial")
    box = dial.bounding_box()
    mouse = board_page.page.mouse
    mouse.move(box["x"] + box["width"] * 0.55, box["y"] + box["height"] / 2)
    mouse.down()
    before = board_page.painted
    for step in range(12):
        mouse.move(box["x"] + box["width"] * (0.55 - 0.03 * step), box["y"] + box["height"] / 2)
        board_page.page.wait_for_timeout(120)
    painted_while_held = board_page.painted - before
    mouse.up()
    assert painted_while_held >= 2


def test_zoom_selection_and_scroll_survive_a_re_ranking(served, board_page):
    page = board_page.open(served.url).page
    page.locator(".leaflet-control-zoom-in").click()
    page.wait_for_timeout(700)
    board_page.after(lambda: page.locator(".scroll tbody tr").nth(5).click())
    page.wait_for_timeout(600)  # the map may be moving towards the chosen site
    page.locator(".scroll").evaluate("node => { node.scrollTop = 140; }")
    view = """
      const m = board.map.map, { lat, lng } = m.getCenter();
      return [m.getZoom(), lat, lng, board.now.chosen, board.table.scroll.scrollTop];
    """
    before = board_page.ask(view)
    board_page.move_dial("PageDown")
    board_page.move_dial("PageUp")
    after = board_page.ask(view)
    assert after[:3] == pytest.approx(before[:3])
    assert after[3:] == before[3:]


def test_selection_goes_both_ways_between_map_and_table(served, board_page):
    page = board_page.open(served.url).page
    board_page.after(lambda: page.locator(".scroll tbody tr").nth(3).click())
    name = page.locator(".scroll tbody tr[aria-selected=true] .name .n").text_content()
    assert page.locator(".detail h2").text_content() == name
    ring = "const b = board.map, i = b.chosen; return b.ring.getLatLng().distanceTo(b.where(i))"
    assert board_page.ask(ring) < 1
    page.wait_for_timeout(600)  # the map may be moving towards the chosen site
    place = board_page.ask("""
      const b = board.map, { map, marks, now } = b, size = map.getSize();
      const badges = [...b.node.querySelectorAll(".badge span")].map((n) => n.getBoundingClientRect());
      const box = b.node.getBoundingClientRect();
      for (const i of [...now.order].slice(20)) {
        const { x, y } = map.layerPointToContainerPoint([marks.at(i).x, marks.at(i).y]);
        const free = badges.every((q) => Math.hypot(q.x + 11 - box.x - x, q.y + 11 - box.y - y) > 24);
        const inside = x > 60 && y > 60 && x < size.x - 80 && y < size.y - 60;
        if (free && inside && marks.hit(marks.at(i)) === i)
          return { x: box.x + x, y: box.y + y, hit: board.facts.sites.name[i] };
      }
    """)
    board_page.after(lambda: page.mouse.click(place["x"], place["y"]))
    row = page.locator(".scroll tbody tr[aria-selected=true]")
    assert row.locator(".name .n").text_content() == place["hit"]
    inside = row.evaluate(
        "node => { const a = node.getBoundingClientRect(), b = node.closest('.scroll').getBoundingClientRect();"
        " return a.top >= b.top - 1 && a.bottom <= b.bottom + 1; }"
    )
    assert inside


def test_the_table_works_by_keyboard_alone(served, board_page):
    page = board_page.open(served.url).page
    page.locator(".scroll tbody tr").first.focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowDown", "ArrowUp"):
        page.keyboard.press(key)
    board_page.after(lambda: page.keyboard.press("Enter"))
    assert page.locator(".scroll tbody tr").nth(2).get_attribute("aria-selected") == "true"
    page.keyboard.press("Home")
    board_page.after(lambda: page.keyboard.press(" "))
    assert page.locator(".scroll tbody tr").first.get_attribute("aria-selected") == "true"
    assert page.locator(".scroll table").get_attribute("role") == "grid"


def test_filters_narrow_table_and_map_without_asking_the_server(served, board_page):
    page = board_page.open(served.url).page
    painted = board_page.painted
    page.locator(".filters input").fill("masjid")
    names = board_page.names(50)
    assert names
    assert all("Masjid" in name for name in names)
    drawn = board_page.ask(
        "return [...board.map.marks.drawn.keys()].map((i) => board.facts.sites.name[i])"
    )
    assert all("Masjid" in name for name in drawn)
    page.locator(".filters .wipe").click()
    page.locator(".filters select").first.select_option(index=2)
    kecamatan = page.locator(".filters select").first.input_value()
    assert all(
        kecamatan in text for text in page.locator(".scroll tbody tr .name .s").all_text_contents()
    )
    page.locator(".filters .wipe").click()
    page.locator(".count").nth(3).click()
    assert set(page.locator(".scroll tbody tr .rank .n").all_text_contents()) == {"–"}
    assert board_page.painted == painted


def test_reset_brings_back_the_study_s_own_weights(served, board_page):
    page = board_page.open(served.url).page
    names = board_page.names()
    row = page.locator("fieldset.safety input[type=range]").first
    row.focus()
    board_page.after(lambda: page.keyboard.press("End"))
    assert page.locator(".pill.tried").is_visible()
    board_page.after(lambda: page.locator("button.reset").click())
    assert board_page.names() == names
    assert not page.locator("button.reset").is_visible()
    assert set(page.locator(".scroll tbody tr .move").all_text_contents()) == {"–"}


def test_a_group_without_any_weight_is_told_in_one_sentence(served, board_page):
    page = board_page.open(served.url).page
    names = board_page.names()
    inputs = page.locator("fieldset.safety input[type=range]")
    for k in range(inputs.count()):
        inputs.nth(k).focus()
        page.keyboard.press("Home")
    page.wait_for_selector(".fault")
    assert "bobot" in page.locator(".fault").text_content().lower()
    assert board_page.names() == names


def test_certainty_counts_and_origin_stand_at_first_sight(served, board_page):
    page = board_page.open(served.url).page
    assert page.locator("h1").text_content() == "Peringkat lokasi"
    assert "DATA SINTETIS" in page.locator(".synthetic").text_content()
    assert page.locator(".pill").text_content() == "bobot awal, belum disepakati"
    assert re.match(r"31 % bobot hanya dapat diketahui", page.locator(".visit").text_content())
    counts = [int(t) for t in page.locator(".count b").all_text_contents()]
    assert sum(counts) == 120
    for part in (".synthetic", ".headline", ".pill", ".visit", ".count >> nth=3"):
        assert page.locator(part).bounding_box()["y"] < 400


def test_english_speaks_english_and_keeps_the_weights_tried(served, board_page):
    page = board_page.open(served.url).page
    board_page.move_dial("PageDown")
    names = board_page.names()
    board_page.after(lambda: page.get_by_text("English", exact=True).click())
    page.wait_for_function("document.documentElement.lang === 'en'")
    page.wait_for_timeout(500)
    assert page.locator("h1").text_content() == "Ranking of places"
    assert board_page.names() == names
    assert page.locator(".pill.tried").is_visible()
    assert re.match(r"0\.\d\d", page.locator(".scroll tbody .digits").first.text_content())


def test_another_programme_brings_its_own_criteria(served, board_page):
    page = board_page.open(served.url).page
    page.get_by_role("combobox", name="Program").click()
    board_page.after(lambda: page.get_by_role("option", name="Pos Bapas").click())
    page.wait_for_function(
        f"() => {{ {board_page.FIND} return board.facts.key.includes('pos-bapas'); }}"
    )
    assert "Status lahan dan bangunan" in page.locator(".weights").inner_text()


@pytest.mark.parametrize("width", [390, 1024, 1920])
def test_nothing_runs_over_the_edge_at_any_width(served, board_page, width):
    page = board_page.open(served.url, width=width, height=844).page
    over = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert page.evaluate(over) is False
    wide = board_page.ask("""
      const edge = board.host.getBoundingClientRect().right + 0.5, out = [];
      for (const node of board.host.querySelectorAll(".strip *, .filters *, .legend *, .foot *, .scroll th, .scroll td"))
        if (node.offsetParent && node.getBoundingClientRect().right > edge) out.push(node.className);
      return out;
    """)
    assert wide == []


def test_a_phone_shows_map_or_list_in_turn(served, board_page):
    page = board_page.open(served.url, width=390, height=844).page
    assert page.locator(".map").is_visible()
    assert not page.locator(".scroll").is_visible()
    page.locator("#tab-list").click()
    assert page.locator(".scroll").is_visible()
    assert not page.locator(".map").is_visible()
    board_page.after(lambda: page.locator(".scroll tbody tr").nth(1).click())
    assert page.locator(".detail h2").text_content() == board_page.names(2)[1]


def test_an_empty_study_says_what_to_do_next(served_empty, board_page):
    page = board_page.open(served_empty.url).page
    assert "tapak add" in page.locator(".no-sites-text").text_content()
    assert "belum ditambahkan" in page.locator(".legend").text_content()
    assert not page.locator(".synthetic").is_visible()

"""Names that try to be code stay names: on the map, in the table, in the panel, in the filters."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def hostile():
    import boards

    return boards.HOSTILE


def test_hostile_names_are_shown_as_they_are_and_run_nothing(served_hostile, board_page, hostile):
    page = board_page.open(served_hostile.url).page
    shown = set(board_page.names(60))
    assert set(hostile) <= shown
    for k in range(9):
        board_page.after(lambda k=k: page.locator(f'.scroll tbody tr[data-id="p-{k:04d}"]').click())
        assert page.locator(".detail h2").text_content() == hostile[k]
        page.wait_for_function(f"() => {{ {board_page.FIND} return !board.pending; }}")
        assert hostile[k] in page.locator(".detail").text_content().split("Pemilik: ")[1]
    page.locator(".scroll tbody tr").first.hover()
    page.wait_for_selector(".tip b")
    board_page.move_dial("PageDown")
    assert page.evaluate("window.XSS") is None
    inserted = board_page.ask("""
      const parts = ".strip, .filters, .scroll, .detail, .tip, .credit, .area-name, .legend";
      const found = [];
      for (const part of board.host.querySelectorAll(parts))
        found.push(...part.querySelectorAll("script, iframe, img, svg, a, style"));
      return found.map((node) => node.outerHTML);
    """)
    assert inserted == []


def test_hostile_kecamatan_and_attribution_are_plain_text(served_hostile, board_page, hostile):
    page = board_page.open(served_hostile.url).page
    assert page.locator(".credit").text_content() == f"Sumber: {hostile[0]}"
    assert hostile[2] in page.locator(".area-name span").all_text_contents()
    assert f"{hostile[1]} (1)" in page.locator(".filters option").all_text_contents()
    assert page.evaluate("window.XSS") is None


def test_the_certain_leader_s_name_is_plain_text_in_the_headline(
    served_hostile, board_page, hostile
):
    board_page.open(served_hostile.url)
    board_page.ask("""
      board.now.first.headline = board.facts.sites.name[0];
      board.now.first.more = "";
      board.drawStrip();
    """)
    assert board_page.page.locator(".headline").text_content() == hostile[0]
    assert board_page.page.evaluate("window.XSS") is None

"""The filters of the ranking: kecamatan, agency, kind and stage of life, by keyboard, and counted."""

from __future__ import annotations

import pytest

from work.board import open_board
from work.living import take_step
from work.stages import stage_names, stages

pytestmark = pytest.mark.browser


def shown(page):
    return page.locator(".foot .shown").text_content()


def test_sites_of_one_stage_of_life_are_shown_and_counted(served_study, study, board_page):
    board = open_board(study)
    first, second = (board.result.candidates.ids[i] for i in board.result.ranking.order[:2])
    names = dict(zip(*(board.result.candidates.frame[c] for c in ("id", "name")), strict=True))
    take_step(study, first, "bersedia")
    take_step(study, second, "bersedia")
    page = board_page.open(served_study.url).page
    every = len(board.result.candidates.ids)
    assert shown(page) == f"{min(60, every)} dari {every} lokasi"
    stage = page.get_by_label("Saring menurut tahap lokasi")
    assert "bersedia (2)" in stage.locator("option").all_text_contents()
    stage.select_option("bersedia")
    assert set(board_page.names()) == {names[first], names[second]}
    assert shown(page) == f"2 dari 2 lokasi yang cocok; seluruhnya {every}"
    assert sum(board_page.ask("return [...board.visible]")) == 2
    # a step that is taken meanwhile is seen when the page runs again, and the filter with it
    take_step(study, second, "ditangguhkan", why="kepala kantor berganti")
    board_page.move_dial("PageDown")
    counts = stages(board)
    assert counts.count(stage_names().index("bersedia")) == 1
    page.get_by_role("link", name="Beranda").click()
    page.get_by_role("link", name="Peringkat").click()
    page.wait_for_selector(".board[data-painted]", state="attached")
    options = page.get_by_label("Saring menurut tahap lokasi").locator("option")
    assert "bersedia (1)" in options.all_text_contents()


def test_every_filter_works_by_keyboard_alone_and_can_be_wiped(served_study, board_page):
    page = board_page.open(served_study.url).page
    before = shown(page)
    page.get_by_role("searchbox", name="Cari nama atau desa").focus()
    labels = []
    for _ in range(4):
        page.keyboard.press("Tab")
        labels.append(
            page.evaluate(
                "() => { let node = document.activeElement;"
                " while (node.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;"
                " return node.ariaLabel; }"
            )
        )
    assert labels == [
        "Saring menurut kecamatan",
        "Saring menurut instansi",
        "Saring menurut jenis",
        "Saring menurut tahap lokasi",
    ]
    for _ in range(3):
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    chosen = page.get_by_label("Saring menurut kecamatan").input_value()
    assert chosen
    fit = board_page.ask(
        f"return board.facts.sites.kecamatan.filter((name) => name === {chosen!r}).length"
    )
    assert f"dari {fit} lokasi yang cocok" in shown(page)
    page.locator(".filters .wipe").focus()
    page.keyboard.press("Enter")
    assert shown(page) == before

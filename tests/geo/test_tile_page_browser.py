"""The map of very many points in a real Chromium: inert names, no request, nothing out of reach."""

from __future__ import annotations

import html

import pytest
from tile_maps import PAYLOADS, points, tile_map

from geo.tile_page import render_tile_map

pytestmark = pytest.mark.browser


@pytest.fixture
def opened(counted_page, tmp_path):
    """Open a map at some width; at the end nothing may have been asked for or gone wrong."""
    counted_page.page.set_default_timeout(8000)

    def show(given, *, width=1280, height=800, scheme="light"):
        path = tmp_path / "peta.html"
        path.write_text(render_tile_map(given), encoding="utf-8")
        counted_page.page.emulate_media(color_scheme=scheme)
        counted_page.page.set_viewport_size({"width": width, "height": height})
        counted_page.page.goto(path.as_uri())
        if given.tiles:
            drawn(counted_page.page)
        return counted_page.page

    yield show
    assert counted_page.outside == []
    assert counted_page.errors == []


def texts(page, selector):
    return page.eval_on_selector_all(selector, "all => all.map((e) => e.textContent)")


def drawn(page):
    page.wait_for_selector("body[data-drawn]")
    page.evaluate("document.fonts.ready.then(() => 1)")
    page.wait_for_timeout(150)


def zoom_to(page, lat, lon, zoom):
    page.evaluate(f"tapakMap.map.setView([{lat}, {lon}], {zoom}, {{animate: false}})")
    page.wait_for_timeout(250)


def marks(page):
    """Marks in the window: rank, how many each stands for, where on the screen."""
    return page.evaluate(
        """() => { const { map, layer } = tapakMap; const box = map.getContainer().getBoundingClientRect();
          return layer.drawn.map(({ mark, x, y }) => { const p = map.layerPointToContainerPoint([x, y]);
            return { rank: mark.r, n: mark.n, first: mark.t, x: p.x + box.left, y: p.y + box.top }; }); }"""
    )


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_a_hostile_text_in_every_field_is_shown_as_it_is_and_runs_nowhere(opened, payload):
    frame = points(40).assign(name=payload, study=payload, kind=payload, readiness=payload)
    frame = frame.assign(id=payload, regency=payload)
    told = {"title": payload, "subtitle": payload, "run": payload, "labels": ((payload, 112, -7),)}
    said = {"kinds": {payload: payload}, "provinces": {payload[:2]: payload}}
    page = opened(tile_map(frame, **told, **said))
    assert texts(page, "#title, #subtitle") == [payload, payload]
    assert texts(page, "#run") == [f"Hasil: {payload}"]
    assert texts(page, ".area-name bdi") == [payload]
    assert set(texts(page, ".top .who")) == {payload}
    page.locator(".top button").first.click()
    assert page.locator(".card").count() == 1
    spot = max(marks(page), key=lambda mark: mark["n"])
    page.mouse.move(spot["x"], spot["y"])
    assert payload in page.locator(".tip .where").text_content()
    page.locator(".search input").fill(payload[:12])
    page.wait_for_selector(".found .who, .heard:not(:empty)")
    if page.locator(".found .who").count():
        assert set(texts(page, ".found .who")) == {payload}
        page.keyboard.press("Enter")
        assert texts(page, ".card .name bdi") == [payload]
        assert payload in texts(page, ".card .facts bdi")
    assert page.evaluate("window.XSS") is None


def test_what_is_in_view_counts_every_site_and_nearer_ones_stand_alone(opened):
    frame = points(6000)
    page = opened(tile_map(frame, bounds=(90.0, -16.0, 134.0, 2.0)))
    far = marks(page)
    assert sum(mark["n"] for mark in far) == 6000
    assert sum(m["first"] if m["n"] > 1 else m["rank"] <= 10 for m in far) == 10
    assert len(far) < 1000
    assert min(mark["rank"] for mark in far) == 1
    zoom_to(page, -7, 112, 11)
    near = marks(page)
    assert {mark["n"] for mark in near} == {1}
    bounds = "tapakMap.layer.bounds.toBBoxString()"
    west, south, east, north = map(float, page.evaluate(bounds).split(","))
    inside = frame["lon"].between(west, east) & frame["lat"].between(south, north)
    shown = [mark["rank"] for mark in near]
    assert len(shown) == len(set(shown))
    assert set(frame.loc[inside, "rank"]) <= set(shown)
    assert 50 < len(shown) < inside.sum() + 20  # some peep over the edge


def test_sites_on_one_spot_can_each_be_opened(opened):
    frame = points(5).assign(lon=112.0, lat=-7.0)
    page = opened(tile_map(frame))
    assert [mark["n"] for mark in marks(page)] == [5]
    zoom_to(page, -7, 112, 15)
    names = set()
    for spot in marks(page):
        page.mouse.click(spot["x"], spot["y"])
        names.add(texts(page, ".card .name bdi")[0])
    assert names == {f"Balai {k}" for k in range(5)}


def test_any_site_is_found_by_name_and_shown_with_its_rank_and_range(opened):
    frame = points(3000)
    frame.loc[2711, "name"] = "Rumah Singgah Ñaga"
    page = opened(tile_map(frame))
    page.locator(".search input").focus()
    page.keyboard.type("singgah naga jawa")
    page.wait_for_selector(".found li")
    assert texts(page, ".found .who") == ["Rumah Singgah Ñaga"]
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    facts = texts(page, ".card .facts bdi")
    assert facts[0] == "2.712 dari 3.000"
    score, low, high = (
        f"{frame.loc[2711, name]:.2f}".replace(".", ",") for name in ("score", "low", "high")
    )
    assert facts[1] == f"{score} ({low}–{high})"
    assert page.evaluate("document.activeElement.classList.contains('name')")
    page.wait_for_timeout(250)
    assert 2712 in [mark["rank"] for mark in marks(page)]
    page.keyboard.press("Escape")
    assert page.locator(".sheet").is_hidden()


def test_several_sites_are_told_as_several_and_can_be_opened_nearer_with_the_keyboard(opened):
    page = opened(tile_map(points(3000)))
    page.locator(".top button").first.focus()
    page.keyboard.press("Enter")
    title = texts(page, ".card .name bdi")[0]
    assert title.endswith(" lokasi di sini")
    assert texts(page, ".card .facts bdi")[0] == "Balai 0"
    before = page.evaluate("tapakMap.map.getZoom()")
    page.locator(".nearer").focus()
    page.keyboard.press("Enter")
    page.wait_for_timeout(700)
    assert page.evaluate("tapakMap.map.getZoom()") == before + 2
    assert page.evaluate("document.activeElement === tapakMap.map.getContainer()")


@pytest.mark.parametrize(("width", "height"), [(390, 844), (768, 1024), (1440, 900), (1920, 1080)])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_cut_off_and_nothing_grave_is_found_at_any_width(
    opened, axe, source, width, height, scheme
):
    page = opened(tile_map(points(2000)), width=width, height=height, scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    badge = page.locator(".synthetic").bounding_box()
    assert badge["x"] >= 0
    assert badge["x"] + badge["width"] <= width
    if width < 720:
        page.locator(".toggle").click()
    assert axe.grave(page, source) == []
    page.locator(".top button").first.click()
    assert axe.grave(page, source) == []
    card, stage = (page.locator(name).bounding_box() for name in (".sheet", "main"))
    assert card["y"] + card["height"] <= stage["y"] + stage["height"] + 1
    page.locator(".search input").fill("balai")
    page.wait_for_selector(".found li")
    assert axe.grave(page, source) == []


def test_on_a_telephone_the_card_never_covers_what_it_tells_of(opened):
    page = opened(tile_map(points(3000)), width=390, height=844)
    seen = page.locator(".stage").bounding_box()
    low = [m for m in marks(page) if seen["y"] + 300 < m["y"] < seen["y"] + seen["height"] - 90]
    spot = max(low, key=lambda mark: mark["y"])
    page.mouse.click(spot["x"], spot["y"])
    page.wait_for_timeout(300)
    now = next(m for m in marks(page) if m["rank"] == spot["rank"])
    assert now["y"] < page.locator(".sheet").bounding_box()["y"]


def test_the_page_draws_inside_a_frame_that_is_shut_off(counted_page, tmp_path):
    inner = html.escape(render_tile_map(tile_map(points(500))), quote=True)
    outer = f'<iframe sandbox="allow-scripts" style="width:900px;height:700px" srcdoc="{inner}">'
    (tmp_path / "luar.html").write_text(outer, encoding="utf-8")
    counted_page.page.goto((tmp_path / "luar.html").as_uri())
    frame = counted_page.page.frame_locator("iframe")
    frame.locator("body[data-drawn]").wait_for(timeout=8000)
    assert frame.locator(".top li").count() == 10
    assert counted_page.outside == []
    assert counted_page.errors == []


def test_a_map_without_a_single_place_says_so(opened):
    page = opened(tile_map(points(0), unplaced=12, sites=12))
    assert page.locator(".stage > .noscript").inner_text() == "Belum ada lokasi yang punya titik."
    assert "12 lokasi belum punya titik" in page.locator(".panel").inner_text()

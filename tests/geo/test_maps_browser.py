"""The map page in a real Chromium: inert names, no request, figures that add up, nothing overlapping."""

from __future__ import annotations

import time

import pytest
import shapely

from geo.maps import write_site_map

pytestmark = pytest.mark.browser

XSS = "window.XSS=(window.XSS||0)+1"
PAYLOADS = {
    "html": f'<img src=x onerror="{XSS}"><svg/onload={XSS}>',
    "script": f"</script><script>{XSS}</script><!--<script>",
    "title": f"</title></style></textarea><script>{XSS}</script>",
    "jinja": "{{7*7}}{{ cycler.__init__.__globals__ }}{% for x in y %}{# c #}",
    "template_literal": f"${{{XSS}}}`+({XSS})+`",
    "quotes": f"\"'\\';{XSS};//\\u0022\\",
    "line_ends": f"a\u2028{XSS}\u2029b\x85c",
    "formula": '=HYPERLINK("http://x.invalid/?"&A1,"klik")',
    "link": f'<a href="javascript:{XSS}">a</a> javascript:{XSS} &lt;b&gt; &amp;amp;',
    "loads": '<iframe src="http://x.invalid/"></iframe><link rel=stylesheet href=//x.invalid/a.css>',
    "bidi": "\u202egnp.exe\u202c \U0001f3eb Ñ ꦗꦮ",
    "json": '"}],"pool":["__proto__"],{"constructor":1}',
}


@pytest.fixture(scope="module")
def made(support):
    return support("site_maps")


@pytest.fixture
def opened(counted_page, tmp_path):
    """Open a map at some width; at the end nothing may have been asked for or gone wrong."""

    counted_page.page.set_default_timeout(5000)

    def show(site_map, *, width=1280, height=800):
        path = tmp_path / "peta.html"
        write_site_map(path, site_map, overwrite=True)
        counted_page.page.set_viewport_size({"width": width, "height": height})
        counted_page.page.goto(path.as_uri())
        counted_page.page.evaluate("document.fonts.ready.then(() => 1)")
        return counted_page.page

    yield show
    assert counted_page.outside == []
    assert counted_page.errors == []


def mark_place(page, group, k):
    """Where a mark stands on the screen (x, y)."""
    return page.evaluate(
        """([group, k]) => {
          map_tapak.stop();
          const mark = map_tapak[group].getLayers()[k];
          const box = map_tapak.getContainer().getBoundingClientRect();
          const p = map_tapak.layerPointToContainerPoint(mark._point);
          return [p.x + box.left, p.y + box.top];
        }""",
        [group, k],
    )


def texts(page, selector):
    return page.eval_on_selector_all(selector, "all => all.map((e) => e.textContent)")


def open_site(page, i=0):
    page.locator(".top button").nth(i).click()


def hover_and_click_both_kinds(page, payload):
    for group in ("tapakExcluded", "tapakRanked"):
        x, y = mark_place(page, group, 0)
        page.mouse.move(x + 1, y)
        page.wait_for_timeout(50)  # Leaflet looks at the pointer every 32 ms
        page.mouse.move(x, y)
        page.wait_for_selector(".hover-name .who")
        assert set(texts(page, ".hover-name .who")) == {payload}
        page.mouse.click(x, y)
        assert texts(page, ".card .name") == [payload]
        assert set(texts(page, ".card .about bdi")) == {payload}
        if group == "tapakExcluded":
            assert texts(page, ".card .reason bdi") == [payload]
        page.keyboard.press("Escape")
        page.wait_for_selector(".card", state="detached")


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_a_hostile_text_in_every_field_is_shown_as_it_is_and_runs_nowhere(opened, made, payload):
    page = opened(made.hostile_map(payload))
    assert page.title() == " ".join(payload.split()) or payload.split() == page.title().split()
    assert texts(page, "#title, #subtitle") == [payload, payload]
    assert texts(page, "#source, #run") == [f"Sumber: {payload}", f"Hasil: {payload}"]
    assert set(texts(page, ".area-name bdi")) == {payload}
    assert set(texts(page, ".top .who") + texts(page, ".top .where")) == {payload}
    assert texts(page, ".leaflet-control-layers label span > span")[-1] == payload
    assert set(texts(page, ".hazard li span")) == {payload}
    hover_and_click_both_kinds(page, payload)
    open_site(page)
    assert texts(page, ".card .facts .rank bdi") == [payload]
    assert texts(page, ".card .facts .band") == [payload]
    assert texts(page, ".card .note bdi") == [payload]
    assert set(texts(page, ".card tr:not(.assumed) th")) == {payload}
    page.locator(".search input").fill(payload[:12])
    page.keyboard.press("ArrowDown")
    assert set(texts(page, ".found .who, .found .where")) <= {payload}
    assert page.evaluate("window.XSS") is None
    if "7*7" in payload:
        assert "49" not in page.evaluate("document.body.innerText").replace("0,49", "")


def test_the_policy_stops_a_script_even_if_markup_slipped_through(chromium, made, tmp_path):
    write_site_map(tmp_path / "peta.html", made.site_map(3))
    page = chromium.new_page()
    page.goto((tmp_path / "peta.html").as_uri())
    page.evaluate(
        f"""document.body.insertAdjacentHTML("beforeend", '<img src="data:," onerror="{XSS}">');
        const s = document.createElement("script"); s.textContent = "{XSS}"; document.body.append(s);"""
    )
    page.wait_for_timeout(150)
    assert page.evaluate("window.XSS") is None
    page.close()


def test_the_figures_in_every_card_add_up_to_the_score_shown(opened, made):
    page = opened(made.site_map(30))
    cards = page.evaluate(
        """() => {
          const number = (text) => Math.round(parseFloat(text.replace(",", ".")) * 100);
          return map_tapak.tapakRanked.getLayers().map((mark) => {
            mark.fire("click", { latlng: mark.getLatLng() }, true);
            const card = document.querySelector(".card");
            const all = (selector) => [...card.querySelectorAll(selector)].map((e) => number(e.textContent));
            const groups = [...card.querySelectorAll(".parts")].map((table) =>
              [...table.querySelectorAll("tr:not(.unknown) .value")].reduce((s, e) => s + number(e.textContent), 0));
            return { score: all(".score bdi")[0], totals: all(".total"), groups,
                     name: card.querySelector(".name").textContent };
          });
        }"""
    )
    assert len(cards) > 20
    sites = made.site_map(30).sites.set_index("name")
    for card in cards:
        assert card["groups"] == card["totals"]
        assert sum(card["totals"]) == card["score"]
        assert card["score"] / 100 == pytest.approx(sites.loc[card["name"], "score"], abs=0.00501)


def test_unknown_is_hatched_and_named_and_its_assumption_is_counted_apart(opened, made):
    site_map = made.site_map(30)
    page = opened(site_map)
    best = site_map.sites[site_map.sites["rank"] == 1].iloc[0]
    open_site(page)
    assert page.locator(".card tr.unknown").count() == sum(best["unknown"]) > 0
    assert set(texts(page, ".card tr.unknown .value")) == {"belum diketahui"}
    hatch = page.locator(".card tr.unknown .possible").first
    assert "repeating-linear-gradient" in hatch.evaluate("e => getComputedStyle(e).backgroundImage")
    assert page.locator(".card tr.unknown .got").count() == 0


def test_themes_switch_on_and_off_and_take_their_numbers_along(opened, made):
    page = opened(made.site_map(30))
    labels = [text.strip() for text in texts(page, ".leaflet-control-layers label")]
    assert labels == ["Lokasi yang diperingkat", "Lokasi yang dikecualikan", "Bahaya longsor"]
    assert page.locator(".number").count() == 10
    page.get_by_label("Lokasi yang diperingkat").uncheck()
    assert page.locator(".number").count() == 0
    page.get_by_label("Lokasi yang diperingkat").check()
    assert page.locator(".number").count() == 10
    painted = """(wanted) => {
      const canvas = map_tapak.getPane("themes").querySelector("canvas");
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      return data.some((v) => v > 0) === wanted;
    }"""
    page.wait_for_function(painted, arg=True)
    page.get_by_label("Bahaya longsor").uncheck()
    page.wait_for_function(painted, arg=False)


def test_a_site_is_found_and_closed_with_the_keyboard_alone(opened, made):
    site_map = made.site_map(30)
    page = opened(site_map)
    wanted = site_map.sites[site_map.sites["status"] == "excluded"].iloc[0]
    page.locator(".search input").focus()
    page.keyboard.type(wanted["name"].lower())
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert texts(page, ".card .name") == [wanted["name"]]
    assert wanted["reason"] in texts(page, ".card .reason")[0]
    assert page.evaluate("document.activeElement.className") == "name"
    page.keyboard.press("Escape")
    page.wait_for_selector(".card", state="detached")


def test_a_site_without_a_point_can_still_be_found_and_read(opened, made):
    sites = made.site_map(12).sites.copy()
    lost = sites.index[sites["rank"] == 2][0]
    sites.loc[lost, "geometry"] = None
    page = opened(made.site_map(sites=sites))
    assert "1 lokasi belum punya letak" in page.inner_text(".panel")
    open_site(page, 1)
    assert texts(page, ".sheet .name") == [sites.loc[lost, "name"]]


def test_a_map_of_one_site_or_none_and_without_land_still_opens(opened, made):
    bare = {"kecamatan": None, "layers": (), "synthetic": False, "run": "", "subtitle": ""}
    one = made.site_frame([shapely.Point(109.6, -7.35)], sites_excluded=0)
    page = opened(made.site_map(sites=one, lang="en", **bare))
    open_site(page)
    assert texts(page, ".card .name") == [one.loc[0, "name"]]
    assert not page.locator(".synthetic").is_visible()
    assert "Public benefit" in page.inner_text(".card")
    score = round(one.loc[0, "score"], 2)
    assert texts(page, ".card .score bdi")[0].startswith(f"{score:.2f} (")
    page = opened(made.site_map(sites=one.iloc[:0], **bare))
    assert page.locator(".number").count() == 0
    page.locator(".search input").fill("apa saja")
    assert texts(page, ".search [role=status]") == ["Tidak ada lokasi dengan nama itu"]


def test_sites_on_one_and_the_same_point_are_all_visible(opened, made):
    sites = made.site_frame([shapely.Point(109.6, -7.35)] * 7, sites_excluded=0)
    page = opened(made.site_map(sites=sites, layers=()))
    points = page.evaluate(
        "map_tapak.tapakRanked.getLayers().map((m) => [m._point.x, m._point.y, m.drawn])"
    )
    for k, (x, y, r) in enumerate(points):
        assert all((x - a) ** 2 + (y - b) ** 2 > r**2 for a, b, _ in points[:k])


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1024, 768), (1920, 1080)])
def test_nothing_overlaps_and_nothing_is_cut_off_at_any_width(opened, made, width, height):
    site_map = made.site_map(
        400, sites=made.site_frame(made.scattered(400)), title="Peringkat lokasi " * 4
    )
    page = opened(site_map, width=width, height=height)
    boxes = "all => all.filter((e) => getComputedStyle(e).visibility === 'visible').map((e) => e.getBoundingClientRect()).map((r) => [r.left, r.top, r.right, r.bottom])"
    numbers = page.eval_on_selector_all(".number", boxes)
    names = page.eval_on_selector_all(".area-name bdi", boxes)
    assert len(numbers) == 10
    marked = numbers + names
    for k, (left, top, right, bottom) in enumerate(marked):
        assert not [
            o for o in marked[:k] if left < o[2] and o[0] < right and top < o[3] and o[1] < bottom
        ]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    badge = page.locator(".synthetic").bounding_box()
    assert badge["x"] >= 0
    assert badge["x"] + badge["width"] <= width
    if width < 720:
        page.locator(".toggle").click()
    open_site(page)
    page.wait_for_timeout(400)  # the map glides until the popup is whole
    card = page.locator(".card").bounding_box()
    stage = page.locator("main").bounding_box()
    assert card["y"] >= badge["y"] + badge["height"]
    holder = page.locator(".leaflet-popup, .sheet:not([hidden])").bounding_box()
    assert holder["y"] + holder["height"] <= stage["y"] + stage["height"] + 1
    assert page.locator(".synthetic").is_visible()


def test_five_thousand_sites_open_quickly(opened, made):
    site_map = made.site_map(5000)
    started = time.perf_counter()
    page = opened(site_map)
    assert page.locator(".number").count() == 10
    assert time.perf_counter() - started < 8
    spent = page.evaluate(
        "(() => { const t = performance.now(); map_tapak.setZoom(13, {animate: false}); return performance.now() - t; })()"
    )
    assert spent < 1000

"""The offline report in a real Chromium without a network: phone and desk, light and dark."""

from dataclasses import replace

import pytest

from reports.facts import ReportPart
from reports.standalone import standalone_html

pytestmark = pytest.mark.browser
XSS = "window.XSS=1"
NAMES = (
    f'<img src=x onerror="{XSS}"><script>{XSS}</script>',
    f"</script></style></iframe><script>{XSS}</script>",
    "Puskesmas " + "Wonosobo" * 24,
    "$title ${style} {{7*7}} &lt;b&gt;",
)


@pytest.fixture(scope="module")
def page_file(support, tmp_path_factory):
    made = support("report_facts")
    sites = []
    for k in range(1, 31):
        name = NAMES[k % 6] if k % 6 < len(NAMES) else f"Lokasi {k}"
        parts = (
            ReportPart(key="labour_need", contribution=0.4 - k / 200, unknown=False),
            ReportPart(key="landslide", contribution=0.1, unknown=k % 3 == 0),
        )
        score = 0.5 - k / 200
        told = {"name": name, "parts": parts, "score": score, "address": name}
        sites.append(made.site(k, **told))
    out = replace(made.site(99, name=NAMES[0]), rank=0, reason=NAMES[1])
    facts = made.facts(tuple(sites), excluded=(out,), synthetic=True, study_name=NAMES[0])
    path = tmp_path_factory.mktemp("laporan") / "laporan.html"
    path.write_bytes(standalone_html(facts))
    return path


@pytest.fixture
def opened(chromium, support, page_file):
    contexts = []

    def open_at(width, scheme="light"):
        context = chromium.new_context(
            viewport={"width": width, "height": 844}, color_scheme=scheme, offline=True
        )
        contexts.append(context)
        counted = support("browser").CountedPage(context.new_page())
        counted.watch()
        counted.page.goto(page_file.as_uri())
        counted.page.frame_locator("iframe").locator(".number").first.wait_for(state="attached")
        return counted

    yield open_at
    for context in contexts:
        context.close()


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_opens_without_a_network_and_nothing_leaves_the_page(opened, width, scheme):
    counted = opened(width, scheme)
    page = counted.page
    assert counted.outside == []
    assert counted.errors == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("window.XSS") is None
    assert page.frames[1].evaluate("window.XSS") is None
    assert page.inner_text("h1") == NAMES[0]
    assert page.locator(".ribbon").is_visible()
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert paper == ("rgb(255, 255, 255)" if scheme == "light" else "rgb(18, 24, 28)")


def test_names_are_shown_as_they_are_and_found(opened):
    page = opened(1440).page
    shown = page.locator("#t-sites tbody th bdi").all_inner_texts()
    assert set(NAMES) <= set(shown)
    field = page.locator('input[data-table="t-sites"]')
    field.fill("lokasi 4")
    assert page.locator("#t-sites tbody tr:visible").count() == 1
    field.fill("")
    assert page.locator("#t-sites tbody tr:visible").count() == 30


def column(page, number):
    return page.locator(f"#t-sites tbody tr > :nth-child({number})").all_inner_texts()


def test_tables_are_sorted_by_keyboard_and_say_so(opened):
    page = opened(1440).page
    head = page.locator("#t-sites thead th").nth(2)
    assert page.locator("#t-sites thead th[aria-sort=none]").count() == 7
    before = column(page, 1)
    head.locator("button").focus()
    page.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") == "ascending"
    scores = [float(text.split()[0].replace(",", ".")) for text in column(page, 3)]
    assert scores == sorted(scores)
    assert len(set(scores)) > 10
    page.keyboard.press("Space")
    assert head.get_attribute("aria-sort") == "descending"
    assert [float(text.split()[0].replace(",", ".")) for text in column(page, 3)] == scores[::-1]
    page.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") == "none"
    assert column(page, 1) == before
    name = page.locator("#t-sites thead th").first
    name.locator("button").click()
    page.locator('input[data-table="t-sites"]').fill("lokasi 1")
    shown = page.locator("#t-sites tbody tr:visible bdi").all_inner_texts()
    assert shown == sorted(shown, key=lambda text: int(text.split()[1]))
    assert len(shown) > 3


def test_the_map_inside_works(opened):
    page = opened(1440).page
    inside = page.frame_locator("iframe")
    inside.locator(".top button").first.click()
    inside.locator(".card .name").wait_for()
    assert (
        inside.locator(".card .name").inner_text()
        == page.locator("#t-sites tbody th bdi").first.inner_text()
    )


def test_the_page_s_own_policy_stops_a_script(opened):
    page = opened(1440).page
    page.evaluate(
        f"""const s = document.createElement("script"); s.textContent = "{XSS}";
        document.body.append(s);"""
    )
    assert page.evaluate("window.XSS") is None

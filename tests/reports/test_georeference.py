"""Maps in documents lie where they say, as GDAL and the pixels themselves have it."""

import io
import json
import shutil
import subprocess

import numpy as np
import pikepdf
import pytest
from pyproj import Proj, Transformer

from reports.ground import map_ground
from reports.site_pages import site_pages_pdf

GDALINFO = shutil.which("gdalinfo")


def viewports(raw):
    """Viewports of every page, as plain numbers."""
    with pikepdf.open(io.BytesIO(raw)) as document:
        return [
            [
                {
                    "box": [float(v) for v in view.BBox],
                    "lonlat": np.array([float(v) for v in view.Measure.GPTS]).reshape(4, 2)[
                        :, ::-1
                    ],
                    "epsg": int(view.Measure.GCS.EPSG),
                }
                for view in page.get("/VP", [])
            ]
            for page in document.pages
        ]


def geotransform(path, page):
    told = subprocess.run(
        [GDALINFO, "-json", f"PDF:{page}:{path}"], capture_output=True, text=True, check=True
    )
    found = json.loads(told.stdout)
    return np.array(found["geoTransform"]), found["size"]


@pytest.mark.skipif(GDALINFO is None, reason="needs GDAL's own programs")
def test_gdal_places_a_page_within_one_pixel(made, tmp_path):
    facts = made.facts(tuple(made.site(k) for k in range(1, 4)))
    raw = site_pages_pdf(facts)
    path = tmp_path / "telaah.pdf"
    path.write_bytes(raw)
    number = 2  # the first sheet: page 1 tells how to read
    found, (wide, tall) = geotransform(path, number)
    (view,) = viewports(raw)[number - 1]
    base = map_ground(facts)
    x, y = base.xy["p-000001"]
    left, bottom, right, top = view["box"]
    pixels = wide / (210 / 25.4 * 72)
    middle = ((left + right) / 2 * pixels, tall - (bottom + top) / 2 * pixels)
    at = (found[0] + found[1] * middle[0], found[3] + found[5] * middle[1])
    assert abs(at[0] - x) < found[1]
    assert abs(at[1] - y) < -found[5]
    assert found[1] == pytest.approx(25_000 * 0.0254 / (pixels * 72), rel=1e-4)
    assert view["epsg"] == 32749


@pytest.mark.skipif(GDALINFO is None, reason="needs GDAL's own programs")
def test_the_red_rim_of_a_site_stands_on_its_own_ground(made, tmp_path):
    import pypdfium2

    facts = made.facts((made.site(5),))
    path = tmp_path / "telaah.pdf"
    path.write_bytes(site_pages_pdf(facts))
    found, (wide, tall) = geotransform(path, 2)
    page = pypdfium2.PdfDocument(path)[1]
    picture = np.asarray(page.render(scale=wide / page.get_width()).to_pil())[..., :3].astype(int)
    red = np.abs(picture - (0xB3, 0x26, 0x1E)).sum(axis=2) < 40
    rows, columns = np.nonzero(red)
    spot = (columns.min() + columns.max() + 1) / 2, (rows.min() + rows.max() + 1) / 2
    at = (found[0] + found[1] * spot[0], found[3] + found[5] * spot[1])
    site = facts.sites[0]
    x, y = Proj(32749)(site.lon, site.lat)
    assert abs(at[0] - x) <= found[1]
    assert abs(at[1] - y) <= -found[5]
    assert picture.shape[:2] == (tall, wide)


def test_corners_are_the_map_s_own(made):
    facts = made.facts(tuple(made.site(k) for k in range(1, 3)))
    raw = site_pages_pdf(facts)
    base = map_ground(facts)
    (view,) = viewports(raw)[1]
    x, y = base.xy["p-000001"]
    wide, tall = 168.0 * 25 / 2, 62.0 * 25 / 2
    corners = [
        (x - wide, y - tall),
        (x - wide, y + tall),
        (x + wide, y + tall),
        (x + wide, y - tall),
    ]
    to = Transformer.from_crs(32749, 4326, always_xy=True)
    assert np.allclose(view["lonlat"], [to.transform(*c) for c in corners], atol=1e-8)
    assert (view["box"][2] - view["box"][0]) / 72 * 25.4 == pytest.approx(168.0, abs=0.05)
    assert (view["box"][3] - view["box"][1]) / 72 * 25.4 == pytest.approx(62.0, abs=0.05)


def test_stamping_changes_no_page_and_no_tag(made, pdf, tmp_path, monkeypatch):
    facts = made.facts(tuple(made.site(k) for k in range(1, 4)))
    stamped = site_pages_pdf(facts)
    monkeypatch.setattr("reports.parts.georeferenced", lambda raw, _: raw)
    plain = site_pages_pdf(facts)
    assert viewports(plain) == [[] for _ in pdf.pages(plain)]
    assert [len(page) for page in viewports(stamped)] == [0, 1, 1, 1, 0][: len(pdf.pages(plain))]
    assert pdf.tags(stamped) == pdf.tags(plain)
    assert pdf.text(stamped) == pdf.text(plain)
    path = tmp_path / "uji.pdf"
    path.write_bytes(stamped)
    assert pdf.faults(path) == []


def test_maps_of_one_description_are_stamped_in_their_order(made):
    twins = tuple(made.site(k, id="p-sama", name="Sama", rank=1) for k in (1, 2))
    raw = site_pages_pdf(made.facts(twins))
    assert [len(page) for page in viewports(raw)][1:3] == [1, 1]


def test_a_document_without_maps_is_left_as_it_is(made):
    raw = site_pages_pdf(made.unknown())
    assert all(page == [] for page in viewports(raw))

"""Printed maps: true to scale, readable, the same each time, and deaf to hostile names."""

import math
import re
import time
import xml.etree.ElementTree as ET

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS, Proj

from geo.errors import InputError
from geo.figure_around import degrees, north_arrow, scale_bar, scale_for
from geo.figure_board import Board
from geo.figure_ground import Window, cut, ready
from geo.figure_marks import class_of
from geo.figure_text import plain, shortened, width_mm, wrapped
from geo.figure_types import corners_lonlat
from geo.figures import MapOptions, draw_map, middle_of

UTM = CRS.from_epsg(32749)
WINDOW = Window((356_000.0, 9_183_000.0), 100.0, 60.0, 25_000)
SVG = "{http://www.w3.org/2000/svg}"
NASTY = "</text><script>alert(1)</script>]]>&\"'{{7*7}}\x00\u202e" + "ê" * 200


def lines(count, seed=1):
    """Roads all over a regency, a few hundred metres each."""
    dice = np.random.default_rng(seed)
    start = dice.uniform((340_000, 9_170_000), (372_000, 9_196_000), (count, 2))
    turns = dice.normal(0, 60, (count, 6, 2)).cumsum(axis=1)
    kinds = np.array(["primary", "secondary", "residential", "path", "trunk_link"])
    return gpd.GeoDataFrame(
        {"highway": kinds[np.arange(count) % 5], "name": [f"Jalan {k % 90}" for k in range(count)]},
        geometry=shapely.linestrings(start[:, None, :] + turns),
        crs=UTM,
    )


def hazards():
    squares = shapely.box(
        [354_000, 355_500, 356_500], [9_182_000] * 3, [355_400, 356_400, 358_000], [9_184_000] * 3
    )
    return gpd.GeoDataFrame({"class_": [1, 2, 3]}, geometry=squares, crs=UTM)


@pytest.fixture(scope="module")
def ground():
    desa = gpd.GeoDataFrame(
        {"name": ["Sukamaju", NASTY]},
        geometry=[
            shapely.box(350_000, 9_180_000, 356_500, 9_186_000),
            shapely.box(356_500, 9_180_000, 362_000, 9_186_000),
        ],
        crs=UTM,
    )
    kecamatan = gpd.GeoDataFrame({"name": ["Batur"]}, geometry=[desa.union_all()], crs=UTM)
    events = gpd.GeoDataFrame(geometry=[shapely.Point(356_300, 9_183_100)], crs=UTM)
    layers = {"desa": desa, "kecamatan": kecamatan, "roads": lines(4000), "events": events}
    more = {"landslide": hazards(), "flood": hazards(), "flash-flood": hazards()}
    return ready({k: v.to_crs(4326) for k, v in (layers | more).items()}, crs=UTM)


def sites(xy, **told):
    count = len(xy)
    frame = {
        "id": [f"p-{k}" for k in range(count)],
        "number": [str(k + 1) for k in range(count)],
        "name": [f"Lokasi {k + 1}" for k in range(count)],
        "score": np.linspace(0.9, 0.2, count),
        "status": ["siap", "bersyarat", "survei_dulu"] * (count // 3) + ["siap"] * (count % 3),
        "approximate": [False] * count,
        "main": [False] * count,
    }
    points = gpd.points_from_xy(*np.asarray(xy, dtype=float).T)
    return gpd.GeoDataFrame(frame | told, geometry=points, crs=UTM)


def options(**told):
    usual = {"title": "Peta uji", "lang": "id", "sources": "BPS", "date": "24 November 2026"}
    return MapOptions(**(usual | told))


def drawn_texts(figure):
    return ["".join(t.itertext()) for t in ET.fromstring(figure.svg).iter(f"{SVG}text")]


def around(count, seed=3, spread=300.0):
    dice = np.random.default_rng(seed)
    return np.array(WINDOW.centre) + dice.normal(0, spread, (count, 2))


def test_the_same_input_gives_the_same_bytes(ground):
    given_sites = sites(around(20))
    first = draw_map(ground, WINDOW, given_sites, options=options())
    again = draw_map(ground, WINDOW, given_sites, options=options())
    assert first.svg == again.svg
    assert first.alt == again.alt


def test_hostile_names_are_text_and_nothing_else(ground):
    figure = draw_map(
        ground,
        WINDOW,
        sites(around(3), name=[NASTY] * 3),
        options=options(title=NASTY, sources=NASTY, origin=(*WINDOW.centre, NASTY)),
    )
    tree = ET.fromstring(figure.svg)  # one sound XML document
    allowed = ["svg", "title", "defs", "clipPath", "pattern", "rect", "g", "path", "text"]
    assert {e.tag.removeprefix(SVG) for e in tree.iter()} <= set(allowed)
    assert b"<script" not in figure.svg
    assert "\u202e" not in figure.alt
    assert "\x00" not in figure.alt


def test_every_number_is_drawn_once_or_told_as_crowded(ground):
    figure = draw_map(ground, WINDOW, sites(around(70, spread=120.0)), options=options())
    frame = ET.fromstring(figure.svg).find(f"{SVG}g/{SVG}g")
    inside = ["".join(t.itertext()) for t in frame.iter(f"{SVG}text")]
    crowded = set(figure.placed.loc[figure.placed["crowded"], "number"])
    drawn = [t for t in inside if t.isdigit()]
    assert crowded
    assert sorted([*drawn, *crowded], key=int) == [str(k) for k in range(1, 71)]
    assert any("Berdesakan" in t for t in drawn_texts(figure))


def boxes_of(figure):
    """Boxes of every number and name inside the frame, measured again from the SVG."""
    found = []
    frame = ET.fromstring(figure.svg).find(f"{SVG}g/{SVG}g")
    for text in frame.iter(f"{SVG}text"):
        size, said = float(text.get("font-size")), "".join(text.itertext())
        wide = width_mm(said, size, bold=text.get("font-weight") == "700")
        x, y = float(text.get("x")), float(text.get("y")) - size * 0.36
        found.append((x - wide / 2, y - size * 0.36, x + wide / 2, y + size * 0.36))
    return np.array(found)


def test_no_two_names_or_numbers_on_a_map_overlap(ground):
    figure = draw_map(
        ground, WINDOW, sites(around(60, spread=350.0)), options=options(synthetic=True)
    )
    boxes = boxes_of(figure)
    assert len(boxes) > 40
    a, b = boxes[:, None, :], boxes[None, :, :]
    meets = (a[..., 0] < b[..., 2]) & (b[..., 0] < a[..., 2])
    meets &= (a[..., 1] < b[..., 3]) & (b[..., 1] < a[..., 3])
    assert not np.any(np.triu(meets, 1))


@given(
    st.lists(
        st.tuples(st.floats(0, 95), st.floats(0, 55), st.floats(0.5, 9), st.floats(0.5, 9)),
        max_size=40,
    )
)
def test_a_board_never_gives_a_place_twice(asked):
    board = Board(100, 60)
    for x, y, wide, tall in asked:
        board.offer([(x, y, x + wide, y + tall)])
    boxes = [shapely.box(*one) for one in board.boxes]
    assert all(not p.intersects(q) for k, p in enumerate(boxes) for q in boxes[:k])


def test_the_scale_bar_is_as_long_as_it_says():
    svg, _ = scale_bar(WINDOW, 0.0, lang="id")
    fields = [float(w) for w in re.findall(r'<rect x="[^"]+" y="[^"]+" width="([^"]+)"', svg)]
    assert len(fields) == 4
    assert sum(fields) * WINDOW.scale / 1000 == pytest.approx(500, rel=1e-3)
    assert "500 m" in svg
    assert "Skala 1 : 25.000" in svg


def test_the_frame_covers_what_its_scale_says(ground):
    figure = draw_map(ground, WINDOW, sites(around(2)), options=options())
    left, bottom, right, top = figure.extent
    assert (right - left, top - bottom) == (2500.0, 1500.0)
    assert figure.frame_mm[2:] == (100.0, 60.0)
    lon, lat = Proj(UTM)(left, bottom, inverse=True)
    assert corners_lonlat(figure)[0] == pytest.approx((lon, lat), abs=1e-9)


def test_lines_stay_where_they_are_within_half_a_tenth_of_a_millimetre(ground):
    theme = ground.theme("roads")
    parts, rows = cut(theme, theme.near(WINDOW), WINDOW)
    whole = theme.shapes[rows]
    off = [
        p.hausdorff_distance(p.intersection(w.buffer(2.5)))
        for p, w in zip(parts, whole, strict=True)
    ]
    assert max(off) < 2.5  # metres: 0.1 mm at 1 : 25,000
    left, _, _, top = WINDOW.bounds
    box = shapely.total_bounds(parts)
    assert box[0] >= left - 26
    assert box[3] <= top + 26


def test_holes_stay_open_however_they_were_drawn():
    shell, hole = shapely.box(0, 0, 900, 900).exterior, shapely.box(300, 300, 600, 600).exterior
    ring = shapely.Polygon(shell, [hole])  # both drawn the same way round
    frame = gpd.GeoDataFrame({"class_": [3]}, geometry=[ring], crs=UTM)
    window = Window((450.0, 450.0), 50.0, 50.0, 25_000)
    theme = ready({"landslide": frame}, crs=UTM).theme("landslide")
    (part,), _ = cut(theme, theme.near(window), window)
    assert part.exterior.is_ccw != part.interiors[0].is_ccw
    assert part.area == pytest.approx(900**2 - 300**2)


def test_north_is_true_north_not_the_grid_s():
    x, y = 356_000.0, 9_183_000.0
    lon, lat = Proj(UTM)(x, y, inverse=True)
    grid = Proj(UTM).get_factors(lon, lat).meridian_convergence
    turn = float(re.search(r"rotate\(([-\d.]+)", north_arrow(WINDOW, UTM, 0, 0)).group(1))
    assert turn == pytest.approx(-grid, abs=0.002)
    assert abs(turn) > 0.1


def test_degrees_are_written_as_people_here_write_them():
    assert degrees(109.7, "x", 1, lang="id") == "109°42′ BT"
    assert degrees(-7.375, "y", 0.5, lang="id") == "7°22′30″ LS"
    assert degrees(-7.5, "y", 30, lang="en") == "7°30′ S"
    assert [scale_for(m, 1400, 100, 60) for m in (2500, 2501)] == [25_000, 30_000]


def test_the_table_of_sites_tells_distance_and_direction(ground):
    x, y = WINDOW.centre
    figure = draw_map(
        ground,
        WINDOW,
        sites([(x, y), (x + 800, y), (x, y - 600), (x + 9000, y)]),
        options=options(origin=(x, y, "lokasi ini")),
    )
    assert figure.placed["number"].tolist() == ["1", "2", "3"]  # the fourth is off the map
    assert figure.placed["where"].tolist() == [
        "di lokasi ini",
        "800 m di sebelah timur lokasi ini",
        "600 m di sebelah selatan lokasi ini",
    ]
    assert "2. Lokasi 2: 800 m di sebelah timur lokasi ini." in figure.alt


def test_classes_meet_their_breaks():
    found = [class_of(s, (35, 45, 55, 65)) for s in (0.0, 0.3499, 0.35, 0.65, 1.0, math.nan)]
    assert found == [0, 0, 1, 4, 4, -1]


def test_the_key_names_only_what_is_on_the_map(ground):
    empty = Window((400_000.0, 9_000_000.0), 100.0, 60.0, 25_000)
    full = drawn_texts(draw_map(ground, WINDOW, sites(around(4)), options=options()))
    bare = drawn_texts(draw_map(ground, empty, sites(around(4)), options=options()))
    for said in ("Bahaya longsor", "Bahaya banjir bandang", "kejadian longsor", "jalan utama"):
        assert said in full
        assert said not in bare


def test_invented_data_says_so_across_the_map(ground):
    figure = draw_map(ground, WINDOW, sites(around(2)), options=options(synthetic=True))
    assert any(t.startswith("DATA SINTETIS") for t in drawn_texts(figure))
    assert "DATA SINTETIS" in figure.alt


def test_a_status_nobody_knows_is_refused(ground):
    with pytest.raises(InputError, match="ngawur"):
        draw_map(ground, WINDOW, sites(around(2), status=["siap", "ngawur"]), options=options())
    few = sites(around(2)).drop(columns="approximate")
    with pytest.raises(InputError, match="approximate"):
        draw_map(ground, WINDOW, few, options=options())


def test_text_is_cut_and_broken_to_its_width():
    long = "Wonosobo" * 40
    assert width_mm(shortened(long, 2.0, 30), 2.0) <= 30
    assert all(width_mm(line, 2.0) <= 30.5 for line in wrapped(f"{long} dan lain-lain", 2.0, 30))
    assert plain("a\u202eb\x00\tc\u0301神") == "ab ć□"
    assert "".join(wrapped(long, 2.0, 30)) == long


def test_sixty_maps_take_a_few_seconds(ground):
    spots = sites(around(60, spread=2000))
    before = time.process_time()
    for point in spots.geometry:
        window = Window((point.x, point.y), 108.0, 84.0, 25_000)
        draw_map(ground, window, spots, options=options())
    assert time.process_time() - before < 8


def test_a_bare_ground_still_makes_a_map():
    bare = ready({}, crs=UTM)
    figure = draw_map(bare, WINDOW, sites(around(1)).iloc[:0], options=options())
    ET.fromstring(figure.svg)
    assert math.isnan(middle_of(bare)[0])
    assert figure.placed.empty

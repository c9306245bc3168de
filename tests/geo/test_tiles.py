"""Tiles of a basemap: where they lie, what stands on them, and that they are the same each time."""

from __future__ import annotations

import dataclasses
import io
import itertools

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pyproj import Transformer
from rasterio.transform import from_origin

from geo.terrain import Raster
from geo.tile_files import (
    in_mbtiles,
    in_pmtiles,
    in_sqlitedb,
    mbtiles_bytes,
    pmtiles_bytes,
    sqlitedb_bytes,
)
from geo.tile_grid import (
    MAX_ZOOM,
    MOST_TILES,
    Coverage,
    coverings,
    tiles_of,
    to_lonlat,
    to_world,
    touching,
)
from geo.tile_labels import Labels
from geo.tile_paint import level_of, paint
from geo.tile_png import palette_of, png_bytes
from geo.tile_scene import scene_of
from geo.tile_style import COVER, LAND, ROADS, fixed_colours
from geo.tile_text import tidied
from geo.tiles import Basemap, draw_tiles

LON, LAT = 109.69, -7.39
LONS = st.floats(-179.9, 179.9)
LATS = st.floats(-84.0, 84.0)


def frame(rows, **columns):
    return gpd.GeoDataFrame(columns, geometry=list(rows), crs="EPSG:4326")


def basemap(**more):
    x, y = LON, LAT
    return Basemap(
        roads=frame(
            [
                shapely.LineString([(x - 0.02, y), (x + 0.02, y)]),
                shapely.LineString([(x, y - 0.02), (x, y + 0.02)]),
                shapely.LineString([(x - 0.01, y - 0.01), (x + 0.01, y + 0.012)]),
            ],
            highway=["primary", "residential", "path"],
            name=["Jalan Raya Banjarnegara", "Gang Mawar", ""],
            surface=["asphalt", "gravel", ""],
        ),
        cover=frame([shapely.box(x + 0.004, y + 0.004, x + 0.009, y + 0.009)], class_=["danau"]),
        areas=frame(
            [shapely.box(x - 0.03, y - 0.03, x, y + 0.03), shapely.box(x, y - 0.03, x + 0.03, y)],
            name=["Kalibening", "Sidomulyo"],
            level=["desa", "desa"],
            kecamatan=["Punggelan", "Punggelan"],
        ),
        boundary=frame([shapely.box(x - 0.03, y - 0.03, x + 0.03, y + 0.03)]),
        places=frame(
            [shapely.Point(x + 0.001 * k, y + 0.001) for k in range(6)],
            kind=["puskesmas", "school", "school", "place_of_worship", "village_office", "x"],
            name=["Puskesmas Satu", "SD 1", "SD 2", "Masjid", "Kantor Desa", ""],
        ),
        names=frame([shapely.Point(x - 0.005, y - 0.004)], kind=["hamlet"], name=["Dusun Krajan"]),
        name="Uji",
        attribution="© kontributor OpenStreetMap",
        **more,
    )


def small():
    area = shapely.box(LON - 0.03, LAT - 0.03, LON + 0.03, LAT + 0.03)
    way = [(LON - 0.015, LAT), (LON, LAT), (LON, LAT + 0.01)]
    return coverings(area, sites=[(LON, LAT)], ways=[way])[0]


@pytest.fixture(scope="module")
def drawn():
    return draw_tiles(basemap(), small())


def picture(data):
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))


@given(LONS, LATS)
def test_the_square_world_is_web_mercator(lon, lat):
    x, y = Transformer.from_crs(4326, 3857, always_xy=True).transform(lon, lat)
    half = 20037508.342789244
    assert to_world([(lon, lat)])[0] == pytest.approx(
        ((x + half) / (2 * half), (half - y) / (2 * half)), abs=1e-12
    )
    assert to_lonlat(to_world([(lon, lat)]))[0] == pytest.approx((lon, lat), abs=1e-9)


def test_a_tile_has_the_number_that_osm_gives_it():
    # wiki.openstreetmap.org/wiki/Slippy_map_tilenames: Perth, 139.7006793 35.6590699 at zoom 18
    assert tiles_of([(139.7006793, 35.6590699)], 18)[0].tolist() == [232798, 103246]


def test_each_choice_of_tiles_holds_the_next_and_every_site():
    rng = np.random.default_rng(3)
    sites = np.array([LON, LAT]) + rng.uniform(-0.2, 0.2, (60, 2))
    area = shapely.box(LON - 0.2, LAT - 0.2, LON + 0.2, LAT + 0.2)
    found = coverings(area, sites=sites, ways=[sites[:30], sites[30:]])
    assert len(found[0]) <= MOST_TILES
    for one, closer in itertools.pairwise(found):
        assert all(closer.tiles[zoom] <= one.tiles[zoom] for zoom in closer.tiles)
    at = {tuple(tile) for tile in tiles_of(sites, MAX_ZOOM).tolist()}
    assert at <= found[-1].tiles[MAX_ZOOM]
    assert touching(shapely.transform(area, to_world), 12) <= found[0].tiles[12]


def test_a_whole_country_is_not_laid_out_tile_by_tile():
    archipelago = shapely.box(95, -11, 141, 6)
    found = coverings(archipelago, sites=[(LON, LAT)], ways=[])[0]
    assert len(found) <= MOST_TILES
    assert len(found.tiles[8]) > 200


def test_what_is_drawn_lies_where_it_is(drawn, tmp_path):
    """GDAL, an independent reader, finds the lake and the road at their places."""
    path = tmp_path / "peta.mbtiles"
    path.write_bytes(mbtiles_bytes(drawn))
    to_metres = Transformer.from_crs(4326, 3857, always_xy=True)

    def colour(lon, lat):
        with rasterio.open(path) as source:
            row, column = source.index(*to_metres.transform(lon, lat))
            window = rasterio.windows.Window(column, row, 1, 1)
            return tuple(source.read([1, 2, 3], window=window).ravel().tolist())

    assert colour(LON + 0.0065, LAT + 0.0045) == COVER["water"]
    assert colour(LON - 0.0032, LAT) == ROADS["primary"].fill
    assert colour(LON + 0.0035, LAT - 0.0035) == LAND


def test_three_files_hold_the_same_tiles_and_the_same_bytes(drawn):
    for write, read in (
        (mbtiles_bytes, in_mbtiles),
        (sqlitedb_bytes, in_sqlitedb),
        (pmtiles_bytes, in_pmtiles),
    ):
        data = write(drawn)
        assert read(data) == set(drawn.tiles)
        assert write(drawn) == data


def test_a_tile_comes_out_of_pmtiles_as_it_went_in(drawn):
    from pmtiles.reader import MemorySource, Reader

    reader = Reader(MemorySource(pmtiles_bytes(drawn)))
    for tile, data in list(drawn.tiles.items())[::7]:
        assert reader.get(*tile) == data
    assert reader.metadata()["attribution"] == "© kontributor OpenStreetMap"
    assert (reader.header()["min_zoom"], reader.header()["max_zoom"]) == (8, 16)


def test_mbtiles_say_what_the_specification_asks(drawn):
    import sqlite3

    base = sqlite3.connect(":memory:")
    base.deserialize(mbtiles_bytes(drawn))
    told = dict(base.execute("SELECT name, value FROM metadata"))
    assert {"name", "format", "bounds", "center", "minzoom", "maxzoom", "attribution"} <= set(told)
    assert told["format"] == "png"
    west, south, east, north = map(float, told["bounds"].split(","))
    assert west < LON < east
    assert south < LAT < north
    x, y = tiles_of([(LON, LAT)], 16)[0].tolist()
    row = (1 << 16) - 1 - y  # counted from the south
    asked = "SELECT tile_data FROM tiles WHERE zoom_level=16 AND tile_column=? AND tile_row=?"
    assert base.execute(asked, (x, row)).fetchone()[0] == drawn.tiles[16, x, y]


@pytest.mark.parametrize("read", [in_mbtiles, in_sqlitedb, in_pmtiles])
def test_a_damaged_file_is_told(drawn, read):
    for data in (b"not a map", mbtiles_bytes(drawn)[:5000], pmtiles_bytes(drawn)[:300]):
        with pytest.raises(ValueError):  # noqa: PT011 - the reader says no more than that
            read(data)


def test_the_same_tiles_whatever_the_workers(drawn):
    assert draw_tiles(basemap(), small(), workers=1).tiles == drawn.tiles


def test_no_seam_a_tile_alone_is_the_tile_among_others():
    scene = scene_of(basemap(), small())
    level = level_of(scene, Labels(basemap(), scene), None, small(), 15)
    tiles = sorted(small().tiles[15])
    together = paint(level, [t for t in tiles if (t[0] // 4, t[1] // 4) == _square(tiles)])
    for tile, expected in together.items():
        assert np.array_equal(paint(level, [tile])[tile], expected)


def _square(tiles):
    squares = [(x // 4, y // 4) for x, y in tiles]
    return max(set(squares), key=squares.count)


@pytest.mark.parametrize("zoom", [12, 14, 16])
def test_no_name_stands_on_another(zoom):
    scene = scene_of(basemap(), small())
    placed = Labels(basemap(watermark="data sintetis"), scene).at(zoom, small())
    assert len(placed) > 2
    for (a, b, c, d), (i, j, k, m) in itertools.combinations([p.box for p in placed], 2):
        assert c <= i or k <= a or d <= j or m <= b


def test_a_map_without_layers_is_drawn_too():
    tiles = draw_tiles(Basemap(), Coverage({12: frozenset({(3296, 2133)})})).tiles
    assert (picture(tiles[12, 3296, 2133]) == LAND).all()


def test_slopes_that_face_the_light_are_paler_and_contours_lie_at_their_heights(tmp_path):
    path = tmp_path / "dem.tif"
    x, y = Transformer.from_crs(4326, 32749, always_xy=True).transform(LON, LAT)
    column = np.arange(200)
    ridge = np.broadcast_to(1000 - 15.0 * np.abs(column - 100), (200, 200))  # 30 m cells: 26.6°
    with rasterio.open(
        path, "w", driver="GTiff", width=200, height=200, count=1, dtype="float32",
        crs="EPSG:32749", transform=from_origin(x - 3000, y + 3000, 30, 30),
    ) as out:  # fmt: skip
        out.write(ridge.astype(np.float32), 1)
    tile = tuple(tiles_of([(LON, LAT)], 14)[0].tolist())
    west, east = (tile[0] - 1, tile[1]), (tile[0] + 1, tile[1])
    cover = Coverage({14: frozenset({west, tile, east})})
    made = draw_tiles(Basemap(elevation=Raster.open(path)), cover).tiles
    light, dark = (picture(made[14, *t]).mean() for t in (west, east))
    assert light > dark + 15
    # 50 m between lines, 15 m a cell: a line every 100 m of ground, about 10.6 pixels apart
    level = picture(made[14, *east])[128, :82].astype(int).sum(axis=1)  # then the heights end
    lines = np.flatnonzero(level < np.median(level) - 15)
    assert np.diff(lines).mean() == pytest.approx(100 / (9.5546 * np.cos(np.radians(LAT))), abs=0.6)


def test_the_palette_holds_every_colour_of_the_style():
    rng = np.random.default_rng(0)
    noise = rng.integers(0, 256, (64, 64, 3)).astype(np.uint8)
    palette = palette_of([noise], fixed_colours())
    assert len(palette.colours) <= 256
    fixed = np.array(fixed_colours(), dtype=np.uint8)[None]
    assert np.abs(palette.colours[palette.indices(fixed)].astype(int) - fixed).max() <= 3
    indices = palette.indices(noise)
    assert np.array_equal(picture(png_bytes(indices, palette)), palette.colours[indices])


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Jalan  Raya\nBanjarnegara", "Jalan Raya Banjarnegara"),
        ("Masjid An‑Nur مسجد", "Masjid AnNur"),
        ("\ud800\x00<b>", "<b>"),
        ("x" * 5000, "x" * 60),
        (None, ""),
        (float("nan"), ""),
        ("寺", ""),
    ],
)
def test_of_a_name_is_written_what_the_letters_can_say(name, said):
    assert tidied(name) == said


def test_hostile_names_are_drawn_and_do_no_harm():
    given = basemap()
    hostile = given.places.assign(name=["\x7f", "a\nb" * 400, "<b>", "", None, "\x00"])
    drawn = draw_tiles(dataclasses.replace(given, places=hostile), small())
    assert len(drawn.tiles) == len(small())

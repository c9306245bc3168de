"""Coordinates in every notation that registers use, there and back."""

from __future__ import annotations

import csv
import math

import pyproj
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from shared import shared

import words
from geo.coordinates import Reading, parse, read, swap_fits
from geo.crs import INDONESIA
from geo.errors import InputError

ZONE = "49S"
LON, LAT = 109.58102777777778, -7.481975  # 109°34'51.70" BT, 7°28'55.11" LS


def code_of(*cells: object, zone: str = ZONE) -> str:
    with pytest.raises(InputError) as fault:
        parse(*cells, utm_zone=zone)
    return fault.value.code


@pytest.mark.parametrize(
    ("lat", "lon"),
    [
        ("""7°28'55.11" LS""", """109°34'51.70" BT"""),
        ("7°28’55,11” LS", "109°34’51,70” BT"),
        ("7º28′55.11″LS", "109˚34′51.70″BT"),
        ("7° 28' 55.11'' S", "109° 34' 51.70'' E"),
        ("7 28 55.11 LS", "109 34 51.70 BT"),
        ("7-28-55.11 LS", "109-34-51.7 BT"),
        ("7:28:55.11 S", "109:34:51.7 E"),
        ("LS 7 28 55.11", "BT 109 34 51.70"),
        ("S7°28'55.11\"", "E109°34'51.70\""),
        ("7°28'55.11\" Lintang Selatan", "109°34'51.70\" Bujur Timur"),
        ("Lintang Selatan: 7°28'55.11\"", "bujur timur : 109°34'51.70\""),
        ("7 derajat 28 menit 55,11 detik L.S.", "109 derajat 34 menit 51,7 detik B.T."),
        ("7°28.9185' LS", "109°34,861666667' BT"),
        ("-7°28'55.11\"", "109°34'51.70\""),
        ("7°28'55.11\"LS 109°34'51.70\"BT", ""),
        ("7°28'55.11\" S, 109°34'51.70\" E", ""),
        ("LS 7 28 55,11 BT 109 34 51,7", None),
        ("-7°28'55.11\", 109°34'51.70\"", ""),
        ("7.481975 LS", "109.58102777778 BT"),
        ("7,481975° S", "109,58102777778° T"),
        ("−7.481975°", "109.58102777778°"),
        (" - 7.481975\u00a0", "\u200b+109.58102777778"),
        ("(-7.481975 109.58102777778)", ""),
        ("-7.481975,109.58102777778", ""),
        ("-7,481975, 109,58102777778", ""),
        ("-7,481975,109,58102777778", ""),
        ("-7,481975; 109,58102777778", ""),
        ("-7.481975 / 109.58102777778", float("nan")),
        ("Lat: -7.481975, Long: 109.58102777778", ""),
        (None, "-7.481975, 109.58102777778"),
        (-7.481975, 109.58102777778),
    ],
)
def test_one_place_in_many_hands(lat, lon):
    assert parse(lat, lon, utm_zone=ZONE) == pytest.approx((LON, LAT), abs=1e-9)


@pytest.mark.parametrize(
    ("northing", "easting"),
    [
        ("9206227.5", "356159.3"),
        (9206227.5, 356159.3),
        ("9.206.227,5", "356.159,3"),
        ("9,206,227.5", "356,159.3"),
        ("9 206 227,5", "356 159,3"),
        ("9206227.5 mU", "356159.3 mT"),
        ("9206227.5; 356159.3", ""),
    ],
)
def test_utm_metres_agree_with_proj_however_they_are_grouped(northing, easting):
    truth = pyproj.Transformer.from_crs(32749, 4326, always_xy=True).transform(356159.3, 9206227.5)
    assert parse(northing, easting, utm_zone=ZONE) == pytest.approx(truth, abs=1e-9)
    assert read(northing, easting, utm_zone=ZONE).notation == "utm"


def test_thousands_without_decimals_are_understood_beside_their_like_and_refused_alone():
    truth = parse("9206227", "356159", utm_zone=ZONE)
    assert parse("9.206.227", "356.159", utm_zone=ZONE) == truth
    assert code_of("9206227", "356.159") == "coordinates.out_of_range"


def test_the_zone_letter_is_the_hemisphere():
    south = parse("9206227.5", "356159.3", utm_zone="49S")
    north = parse("500000", "356159.3", utm_zone="49N")
    assert south[1] < 0 < north[1]
    assert parse("9206227.5", "356159.3", utm_zone=" 49 s ") == south
    for wrong in ("49M", "61S", "0S", "S49", "S", "49", "4 9S", "٤٩S"):
        assert code_of("9206227.5", "356159.3", zone=wrong) == "coordinates.zone"
        assert code_of("-7.4", "109.5", zone=wrong) == "coordinates.zone"
    assert code_of("9206227.5", "356159.3", zone="") == "coordinates.zone"


def test_letters_and_metres_put_exchanged_columns_right_and_say_so():
    dms = read("109°43'18.65\" BT", "7°13'19.12\" LS", utm_zone=ZONE)
    assert dms == Reading(109 + 43 / 60 + 18.65 / 3600, -(7 + 13 / 60 + 19.12 / 3600), "dms", True)
    utm = read("356159.3", "9206227.5", utm_zone=ZONE)
    assert utm.swapped
    assert (utm.lon, utm.lat) == parse("9206227.5", "356159.3", utm_zone=ZONE)
    assert not read("7 LS", "109 BT", utm_zone=ZONE).swapped


def test_exchanged_decimals_are_offered_by_read_and_refused_by_parse():
    reading = read("109.7", "-7.2", utm_zone=ZONE)
    assert reading == Reading(lon=-7.2, lat=109.7, notation="decimal")
    assert swap_fits(reading.lon, reading.lat, INDONESIA)
    assert not swap_fits(109.7, -7.2, INDONESIA)  # already right
    assert not swap_fits(2.3, 48.9, INDONESIA)  # Paris either way
    assert code_of("109.7", "-7.2") == "coordinates.out_of_range"


@pytest.mark.parametrize(
    ("cells", "notation"),
    [
        (("-7.46", "109.48"), "decimal"),
        (("-7,46", "109.48"), "comma"),
        (("7 28 LS", "109,5 BT"), "dms"),
        (("-7,46; 109,48", ""), "pair"),
        (("9206227.5", "356159.3"), "utm"),
    ],
)
def test_the_notation_is_named(cells, notation):
    assert read(*cells, utm_zone=ZONE).notation == notation


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        (("", ""), "empty"),
        ((None, None), "empty"),
        ((math.nan, "nan"), "empty"),
        (("-", "tidak ada"), "empty"),
        (("", "109.4"), "half"),
        (("-7,109", ""), "half"),  # one number or two: never guessed
        (("0", "0"), "zero"),
        ((0, 0.0), "zero"),
        (("0,0", ""), "zero"),
        (("0°0'0\" LS", "0°0'0\" BT"), "zero"),
        ((math.inf, 109.4), "unreadable"),
        (("inf", "109.4"), "unreadable"),
        (("di belakang pasar", "109.4"), "unreadable"),
        ((True, 109.4), "unreadable"),
        (("=1+1", "109.4"), "unreadable"),
        (("1e3", "109.4"), "unreadable"),
        (("7.46 LU", "-7.46 LS"), "unreadable"),
        (("-7.46 LU", "109.4"), "unreadable"),  # the sign and the letters contradict each other
        (("7 LS LU", "109.4"), "unreadable"),
        (("7°61' LS", "109.4"), "unreadable"),
        (("7°28'99\" LS", "109.4"), "unreadable"),
        (("1.23.4567", "109.4"), "unreadable"),
        (("7" * 5000, "109.4"), "unreadable"),
        (("-7461207", "109485828"), "out_of_range"),  # the spreadsheet lost the decimal point
        (("-7.461.207", "109.485.828"), "out_of_range"),
        (("95", "109.4"), "out_of_range"),
        (("-7.4", "190"), "out_of_range"),
        (("9206227", "95000"), "out_of_range"),
        (("9206227", "7°28'"), "out_of_range"),
    ],
)
def test_what_cannot_be_known_is_refused_with_a_reason_in_both_languages(cells, code):
    assert code_of(*cells) == f"coordinates.{code}"
    for lang in words.LANGUAGES:
        assert words.say(f"coordinates.{code}", lang=lang, text="x").endswith(".")
        assert words.say(f"coordinates.{code}.fix", lang=lang).endswith(".")


def test_a_long_or_hostile_cell_is_quoted_short():
    with pytest.raises(InputError) as fault:
        parse("{{7*7}}" * 100, "<b>", utm_zone=ZONE)
    assert len(str(fault.value.fields["text"])) <= 80


lats = st.floats(-89.9, 89.9).filter(lambda x: abs(x) > 1e-4)
lons = st.floats(-179.9, 179.9).filter(lambda x: abs(x) > 1e-4)
marks = st.sampled_from(["°'\"", "º’”", "˚′″", "   ", '::"', "-- "])


def dms(value: float, signs: str, digits: int, comma: bool) -> str:
    units = round(abs(value) * 3600 * 10**digits)
    whole, rest = divmod(units, 3600 * 10**digits)
    minutes, seconds = divmod(rest, 60 * 10**digits)
    text = f"{whole}{signs[0]}{minutes:02d}{signs[1]}{seconds / 10**digits:0{3 + digits}.{digits}f}"
    return (text.replace(".", ",") if comma else text) + signs[2]


@given(lats, lons, st.booleans(), st.booleans(), st.sampled_from([", ", "; ", " ", " | "]))
def test_decimals_come_back(lat, lon, comma, one_cell, between):
    texts = [f"{v:.7f}".replace(".", "," if comma else ".") for v in (lat, lon)]
    cells = (between.join(texts), "") if one_cell else texts
    assert parse(*cells, utm_zone=ZONE) == pytest.approx((lon, lat), abs=1e-6)


@given(lats, lons, marks, st.booleans(), st.booleans(), st.booleans(), st.sampled_from("iwe"))
@example(lat=-7.4, lon=109.99999999, signs="°'\"", comma=False, before=False, swap=True, names="i")
def test_degrees_minutes_seconds_come_back(lat, lon, signs, comma, before, swap, names):
    sides = {"i": "LS LU BB BT", "e": "S N W E"}.get(names, "").split() or [
        *("Lintang Selatan", "Lintang Utara", "Bujur Barat", "Bujur Timur")
    ]
    cells = []
    for value, (low, high) in ((lat, sides[:2]), (lon, sides[2:])):
        side, text = low if value < 0 else high, dms(value, signs, 2, comma)
        cells.append(f"{side} {text}" if before else f"{text} {side}")
    read_back = parse(*(cells[::-1] if swap else cells), utm_zone=ZONE)
    assert read_back == pytest.approx((lon, lat), abs=0.005 / 3600 + 1e-9)
    assert parse(" ".join(cells), "", utm_zone=ZONE) == read_back


@given(
    st.floats(94.9, 141.1), st.floats(-11.2, -0.01), st.sampled_from(["{:.2f}", "{:,.2f}", "id"])
)
def test_utm_metres_come_back(lon, lat, style):
    zone = int((lon + 180) // 6) + 1
    to_utm = pyproj.Transformer.from_crs(4326, 32700 + zone, always_xy=True)
    east, north = to_utm.transform(lon, lat)
    if style == "id":
        swap = str.maketrans(",.", ".,")
        texts = [f"{v:,.2f}".translate(swap) for v in (north, east)]
    else:
        texts = [style.format(v) for v in (north, east)]
    assert parse(*texts, utm_zone=f"{zone}S") == pytest.approx((lon, lat), abs=1e-6)


@given(st.one_of(st.text(max_size=30), st.floats(), st.integers(), st.none()), st.text(max_size=30))
def test_no_cell_whatever_makes_anything_but_a_place_on_the_globe_or_a_refusal(lat, lon):
    try:
        x, y = parse(lat, lon, utm_zone=ZONE)
    except InputError:
        return
    assert abs(x) <= 180
    assert abs(y) <= 90
    assert (x, y) != (0, 0)


@given(st.text("0123456789-+.,;:°'\" LSBTUE", max_size=40))
def test_nearly_coordinates_are_read_or_refused_never_crash(text):
    try:
        x, y = parse(text, "", utm_zone=ZONE)
    except InputError:
        return
    assert math.isfinite(x)
    assert math.isfinite(y)


def test_every_row_of_a_real_register_is_read_where_its_key_says_it_is():
    folder = shared("banjarnegara")
    openpyxl = pytest.importorskip("openpyxl")
    sheet = openpyxl.load_workbook(folder / "daftar_aset_contoh.xlsx", read_only=True).worksheets[0]
    cells = {str(row[0]): (row[11], row[12]) for row in sheet.iter_rows(values_only=True)}
    off = []
    with (folder / "daftar_aset_contoh_kunci.csv").open(encoding="utf-8") as source:
        for key in csv.DictReader(source):
            if key["planted_fault"] in {"0,0", "no coordinates"}:
                assert code_of(*cells[key["No"]]) in {"coordinates.zero", "coordinates.empty"}
                continue
            if key["planted_fault"].startswith(("outside", "duplicate")):
                continue  # the key keeps where the site truly is, the sheet says another place
            reading = read(*cells[key["No"]], utm_zone=ZONE)
            assert reading.swapped == (key["planted_fault"] == "lat/lon swapped")
            off.append(
                math.dist(
                    (reading.lon, reading.lat), (float(key["true_lon"]), float(key["true_lat"]))
                )
            )
    assert len(off) == 399
    assert max(off) < 2e-6

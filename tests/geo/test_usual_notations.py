"""Coordinates read many at a time: bit for bit what the careful reader says, or nothing."""

import math

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from geo.coordinates import read
from geo.errors import InputError
from geo.usual_notations import read_usual

ZONE = "49S"
digits = st.text("0123456789", min_size=1, max_size=16)
mark = st.sampled_from(["", ".", ",", " ", "°", "'", '"', "-", "+"])
degrees = st.builds(
    lambda sign, whole, dot, rest: f"{sign}{whole}{dot}{rest}",
    st.sampled_from(["", "-", "+", "- "]), st.integers(0, 1000), st.sampled_from([".", ",", ""]),
    digits,
)  # fmt: skip
seconds = st.builds(
    lambda d, m, s, gap, side: f"{d}°{m}'{s}\"{gap}{side}",
    st.integers(0, 200), st.integers(0, 62),
    st.one_of(st.integers(0, 62).map(str), st.floats(0, 62).map(lambda s: f"{s:.3f}"),
              st.floats(0, 62).map(lambda s: f"{s:.2f}".replace(".", ","))),
    st.sampled_from(["", " ", "  "]), st.sampled_from(["LS", "LU", "BT", "BB", "S", "E", "LT", ""]),
)  # fmt: skip
metres = st.one_of(
    st.floats(0, 1e7).map(lambda v: f"{v:.1f}"), st.integers(0, 10**8).map(str),
    st.integers(0, 10**7), st.floats(0, 1.1e7), st.floats(0, 1e7).map(lambda v: f"{v:.3f}"),
)  # fmt: skip
pair = st.builds(lambda a, b, gap: f"{a},{gap}{b}", degrees, degrees, st.sampled_from([" ", ""]))
odd = st.one_of(
    st.none(), st.booleans(), st.integers(-400, 400), st.floats(), st.text(max_size=12),
    st.lists(st.one_of(digits, mark), max_size=9).map("".join),
    st.sampled_from(["٧.٤", "-0,0", "0", "0.0", "9.206.227", "356.159", "7.4 LS", "-", "n/a"]),
)  # fmt: skip
cell = st.one_of(degrees, seconds, metres, pair, odd)


def slowly(lat, lon, zone):
    """Return what the careful reader says: lon and lat, or None, and whether it exchanged."""
    try:
        found = read("" if lat is None else lat, "" if lon is None else lon, utm_zone=zone)
    except InputError:
        return None
    return found


@settings(max_examples=1500, deadline=None)
@given(cell, cell, st.sampled_from([ZONE, "50S", "48N", "", "99X"]))
@example("-7,403909", "109,624856", ZONE)
@example("7°28'37.37\" LS", "109°29'37.06\" BT", ZONE)
@example("-7.217947, 109.605421", None, ZONE)
@example("9191529.5", "340499.7", ZONE)
@example("340499.7", "9191529.5", ZONE)
@example("7°60'60\" LS", "109°61'0\" BT", ZONE)
@example("109°29'37\" BT", "7°28'37\" LS", ZONE)
@example("0,0", "-0,0", ZONE)
def test_whatever_is_read_at_once_is_what_the_careful_reader_reads(lat, lon, zone):
    x, y = read_usual([lat], [lon], utm_zone=zone)
    assert np.isnan(x[0]) == np.isnan(y[0])
    if np.isnan(x[0]):
        return
    found = slowly(lat, lon, zone)
    assert found is not None
    assert not found.swapped
    assert (x[0], y[0]) == (found.lon, found.lat)
    assert math.copysign(1, x[0]) == math.copysign(1, found.lon)
    assert math.copysign(1, y[0]) == math.copysign(1, found.lat)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(107.7, 114), st.floats(-8.7, -5.8)), min_size=1, max_size=9))
def test_many_at_once_are_each_what_one_alone_is(points):
    from pyproj import Transformer

    metres = Transformer.from_crs(4326, 32749, always_xy=True)
    cells = [metres.transform(*p) for p in points]
    north, east = [f"{y:.2f}" for _, y in cells], [f"{x:.2f}" for x, _ in cells]
    lon, lat = read_usual(north, east, utm_zone=ZONE)
    alone = [slowly(a, b, ZONE) for a, b in zip(north, east, strict=True)]
    assert lon.tolist() == [found.lon for found in alone]
    assert lat.tolist() == [found.lat for found in alone]


@pytest.mark.parametrize(
    ("lat", "lon", "expected"),
    [
        ("-7.403909", "109.624856", (109.624856, -7.403909)),
        ("-7,403909", "+109,624856", (109.624856, -7.403909)),
        ("-7.4, 109.6", None, (109.6, -7.4)),
        ("7°30'0\" LS", "109°15'0\" BT", (109.25, -7.5)),
        ("0°30'0,0\" LU", "0°30'0\"BB", (-0.5, 0.5)),
        (-7, 109, (109.0, -7.0)),
    ],
)
def test_the_usual_notations_are_read_here_and_not_left(lat, lon, expected):
    x, y = read_usual([lat], [lon], utm_zone=ZONE)
    assert (x[0], y[0]) == expected


@pytest.mark.parametrize(
    ("lat", "lon"),
    [
        ("0.0", "0.0"), ("-7,109", None), (None, None), ("109°1'2\" BT", "7°1'2\" LS"),
        ("181.5", "109.1"), (True, False), ("9.206.227", "356.159"),
    ],
)  # fmt: skip
def test_what_is_doubtful_is_left_to_the_careful_reader(lat, lon):
    assert np.isnan(read_usual([lat], [lon], utm_zone=ZONE)).all()


def test_no_cells_are_no_points():
    assert [len(side) for side in read_usual([], [], utm_zone=ZONE)] == [0, 0]

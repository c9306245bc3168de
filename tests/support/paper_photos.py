"""Sheets filled in by pencil and pen, and what a phone makes of them."""

from __future__ import annotations

import json

import cv2
import numpy as np
import typst

from surveys import sheets
from surveys.paper.items import BUBBLE_MM
from surveys.paper.layout import DATE, pages
from surveys.questions import NOTHING, FieldType, spec
from surveys.sites import PackInput, PackSite

DPMM = 200 / 25.4
STYLES = ("full", "full", "full", "full", "pencil", "pencil", "pencil", "heavy", "cross", "tick")
"""How people fill a circle, by how often: what the sheet asks for, grey pencil, and other habits."""


def pack(programme="kerja-sosial", count=2, **changes):
    form = spec(programme)
    sites = tuple(
        PackSite(
            id=f"p-{n:08d}", name=f"Kantor Desa {n}", kind="village_office",
            kind_text="Kantor desa", agency="Desa", address="Jl. Raya 1", desa="Kalibening",
            kecamatan="Kalibening", lon=109.7 + n / 100, lat=-7.3, order=n, day=1, arrive="08:05",
            leave="08:50", must_answer=(9, 12), hazards=("Bahaya longsor: kelas 3",),
        )
        for n in range(1, count + 1)
    )  # fmt: skip
    given = {
        "study_name": "Kabupaten Uji", "programme": programme, "team": "A", "spec": form,
        "sites": sites, "route_lonlat": {1: tuple((s.lon, s.lat) for s in sites)},
        "valid_until": "2026-12-31", "form_version": form.version, "synthetic": True,
        "emergency": (("Darurat", "112"),), "pack_id": "k-0123456789",
    }  # fmt: skip
    return PackInput(**(given | changes))


def drawn(given, lang="id"):
    """Every form page of every site at 200 dpi, as it comes out of the printer: {(site, page)}."""
    data = json.dumps(sheets._data(given, lang), ensure_ascii=False)
    made = typst.compile(
        str(sheets._TEMPLATE), sys_inputs={"data": data}, format="png", ppi=200,
        ignore_system_fonts=True,
    )  # fmt: skip
    count = len(pages(given.spec))
    forms = made[-count * len(given.sites) :]
    pictures = [cv2.imdecode(np.frombuffer(one, np.uint8), cv2.IMREAD_GRAYSCALE) for one in forms]
    names = [(s.id, k) for s in given.sites for k in range(1, count + 1)]
    return dict(zip(names, pictures, strict=True))


def chosen(page, form, rng, *, skip=0.15):
    """Random answers for a page, and the bubbles that say them; the date is 20 November."""
    answers, marks = {}, []
    for name in dict.fromkeys(b.field for b in page.bubbles):
        own = [b for b in page.bubbles if b.field == name]
        if name in DATE:
            told = {"date_tens": "2", "date_ones": "0", "date_month": "11"}[name]
            marks += [b for b in own if b.choice == told]
            continue
        field = form.field(name)
        if rng.random() < skip:
            continue
        if field.type is FieldType.CHOICE:
            one = own[rng.integers(len(own))]
            answers[name], taken = one.choice, [one]
        elif field.type is FieldType.MANY:
            free = [b for b in own if b.choice != NOTHING]
            taken = [b for b in free if rng.random() < 0.4] or free[:1]
            answers[name] = tuple(c for c in field.choices if c in {b.choice for b in taken})
        else:
            answers[name], taken = _number(field, own, rng)
        marks += taken
    return answers, marks


def _number(field, own, rng):
    value = int(rng.integers(int(field.minimum), int(field.maximum)))
    decimal = field.type is FieldType.DECIMAL
    return value + 0.5 if decimal else value, digits(own, value, tenths="5" if decimal else "")


def digits(own, value, tenths=""):
    """The bubbles that say a number."""
    text = str(value)
    return [b for b in own if 0 <= b.place < len(text) and text[-1 - b.place] == b.choice] + [
        b for b in own if b.place == -1 and b.choice == tenths
    ]


def fill(picture, bubble, rng, style=None):
    """A mark: scribbled full by pen or grey pencil, a heavy hand, a tick, a cross inside."""
    at = np.array([bubble.x_mm, bubble.y_mm]) * DPMM + rng.normal(0, 1.5, 2)
    r = BUBBLE_MM / 2 * DPMM
    style = style or rng.choice(STYLES)
    colour = int(rng.integers(100, 150)) if style == "pencil" else int(rng.integers(15, 90))
    wide = int(rng.integers(3, 6))
    if style == "tick":
        lines = [np.array([[-0.7, -0.1], [-0.15, 0.6], [0.9, -0.9]]) * r]
    elif style == "cross":
        lines = [np.array([[-1, -1], [1, 1]]) * r * 0.75, np.array([[-1, 1], [1, -1]]) * r * 0.75]
    else:
        turns = np.linspace(0, 22, 90)
        reach = np.linspace(0.05, 1.0 if style == "heavy" else 0.85, 90) * r
        lines = [np.stack([np.cos(turns) * reach, np.sin(turns) * reach], axis=1)]
    for line in lines:
        points = at + line + rng.normal(0, 0.7, line.shape)
        cv2.polylines(picture, [np.round(points).astype(np.int32)], False, colour, wide)


def fill_all(picture, bubbles, rng, style=None):
    """Fill bubbles as one person does: all of a question in one manner."""
    manner = {b.field: style or rng.choice(STYLES) for b in bubbles}
    for bubble in bubbles:
        fill(picture, bubble, rng, manner[bubble.field])


def strike(picture, bubble, rng, colour=60):
    """A large X over a bubble: what the sheet asks for when an answer is taken back."""
    at = np.array([bubble.x_mm, bubble.y_mm]) * DPMM
    r = BUBBLE_MM * 0.95 * DPMM
    for turn in (0.8, -0.8):
        end = np.array([np.cos(turn), np.sin(turn)]) * r + rng.normal(0, 1, 2)
        ends = [tuple(int(v) for v in np.round(at + s * end)) for s in (-1, 1)]
        cv2.line(picture, *ends, colour, 3)


def photo(picture, rng, *, turns=None, moire=0.0, quality=None, curl_px=0.0, long_px=2500):
    """The sheet on a table: perspective, half a shadow, blur, noise, any way up, JPEG."""
    h, w = picture.shape
    corners = np.float32([[0, 0], [w, 0], [w, h], [0, h]])
    moved = corners * 0.85 + 200 + rng.uniform(-80, 80, (4, 2))
    matrix = cv2.getPerspectiveTransform(corners, moved.astype(np.float32))
    if curl_px:
        ys, xs = np.mgrid[0:h, 0:w].astype(np.float32)
        picture = cv2.remap(
            picture, xs, ys + (curl_px * np.sin(np.pi * xs / w)).astype(np.float32),
            cv2.INTER_LINEAR, borderValue=255,
        )  # fmt: skip
    seen = cv2.warpPerspective(picture, matrix, (1900, 2500), borderValue=90).astype(np.float32)
    seen *= np.linspace(rng.uniform(0.5, 0.8), 1, 1900, dtype=np.float32)[None, :]
    seen *= np.linspace(1, rng.uniform(0.65, 0.9), 2500, dtype=np.float32)[:, None]
    shade = np.ones((2500, 1900), np.float32)
    edge = rng.integers(200, 1700, 2)
    dark = np.array([[0, 0], [edge[0], 0], [edge[1], 2500], [0, 2500]], np.int32)
    cv2.fillPoly(shade, [dark], float(rng.uniform(0.55, 0.9)))
    seen *= cv2.GaussianBlur(shade, (0, 0), rng.uniform(3, 25))
    seen = cv2.GaussianBlur(seen, (0, 0), rng.uniform(0.8, 2.0))
    if moire:
        y, x = np.mgrid[0:2500, 0:1900].astype(np.float32)
        turn, length = rng.uniform(0, np.pi), rng.uniform(5, 14)
        seen *= 1 + moire * np.sin((x * np.cos(turn) + y * np.sin(turn)) * 2 * np.pi / length)
    seen += rng.normal(0, 5, seen.shape)
    if long_px < 2500:
        size = (1900 * long_px // 2500, long_px)
        seen = cv2.resize(seen, size, interpolation=cv2.INTER_AREA)
    turned = rng.integers(4) if turns is None else turns
    upright = np.rot90(np.clip(seen, 0, 255).astype(np.uint8), turned).copy()
    return jpeg(upright, quality or int(rng.integers(45, 80)))


def jpeg(picture, quality=85):
    return cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()


def wrong(reading, answers):
    """Fields read as something else than was marked, an answer passed over included."""
    names = (reading.answers.keys() | answers.keys()) - set(reading.doubtful)
    return [n for n in names if reading.answers.get(n) != answers.get(n)]

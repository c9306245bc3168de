"""A site map as compact plain data, and the one place that makes it safe to stand inside a page."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

import words
from geo.map_shapes import (
    coverage_simplified,
    label_point,
    packed_lines,
    packed_points,
    packed_polygons,
    thinned,
)
from geo.map_types import (
    SCORE_BREAKS_HUNDREDTHS,
    SCORE_COLOURS,
    MapLayer,
    SiteMap,
    contribution_table,
)

if TYPE_CHECKING:
    import geopandas as gpd

SITE_STEP_DEG = 1e-6
CONTRIBUTION_STEP = 1e-5
OTHER_COLOUR = "#9aa1a6"
_AREA_TOLERANCE_DEG = 1.5e-4
_LINE_TOLERANCE_DEG = 5e-5
_TEXTS = (
    *("search", "search_hint", "nothing_found", "top_ten", "score", "readiness", "layers"),
    *("sites", "excluded_sites", "rank", "coverage", "status", "conditions", "excluded_because"),
    *("unknown", "assumed", "benefit", "safety", "of", "close", "panel", "home", "zoom_in"),
    *("zoom_out", "source", "run", "map", "approximate", "approximate_note", "rounded"),
    "around",
    *("status.siap", "status.bersyarat", "status.survei_dulu", "status.excluded"),
)


def script_json(data: object) -> str:
    r"""Write JSON that can stand inside a ``<script>`` element whatever text it holds.

    Only ASCII comes out, and ``<``, ``>`` and ``&`` are written as ``\u`` escapes, so no text can
    end the element, open a comment, or be read as a line end (U+2028, U+2029).
    """
    text = json.dumps(data, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    return text.translate({ord(c): f"\\u{ord(c):04x}" for c in "<>&"})


def page_data(site_map: SiteMap) -> dict[str, Any]:
    """Return everything the page's program needs, as plain lists, numbers and text."""
    return {
        "title": site_map.title,
        "subtitle": site_map.subtitle,
        "attribution": site_map.attribution,
        "run": site_map.run,
        "lang": site_map.lang,
        "texts": _texts(site_map),
        "breaks": SCORE_BREAKS_HUNDREDTHS,
        "colours": SCORE_COLOURS,
        "criteria": [
            {"title": c.title, "group": c.group, "weight": float(c.weight_0_1)}
            for c in site_map.criteria
        ],
        "sites": _sites(site_map),
        "land": _land(site_map.kecamatan),
        "layers": [_layer(layer) for layer in site_map.layers],
        "focus": _focus(site_map),
        "inside": bool(site_map.heading),
        "most": len(site_map.sites) if site_map.heading else 10,
    }


def _focus(site_map: SiteMap) -> dict[str, Any] | None:
    """Return the place that a close map is about, in the units of the sites' places."""
    own = site_map.sites.loc[site_map.sites["id"] == site_map.focus].geometry
    if not len(own) or own.iloc[0] is None or own.iloc[0].is_empty:
        return None
    at = [round(own.iloc[0].x / SITE_STEP_DEG), round(own.iloc[0].y / SITE_STEP_DEG)]
    return {"at": at, "radius": float(site_map.focus_m)}


def _texts(site_map: SiteMap) -> dict[str, str]:
    texts = {key: words.say(f"maps.{key}", lang=site_map.lang) for key in _TEXTS}
    if site_map.heading:
        texts["top_ten"] = site_map.heading
    missing = int((site_map.sites.geometry.isna() | site_map.sites.geometry.is_empty).sum())
    texts["unplaced"] = words.say("maps.unplaced", lang=site_map.lang, n=missing) if missing else ""
    return texts


def _pooled(columns: dict[str, Iterable[object]]) -> tuple[list[str], dict[str, list[int]]]:
    """Keep each different text once; a column becomes positions in that pool."""
    pool: dict[str, int] = {}
    places = {
        name: [pool.setdefault(_text(cell), len(pool)) for cell in cells]
        for name, cells in columns.items()
    }
    return list(pool), places


def _text(cell: object) -> str:
    return "" if cell is None or cell != cell else str(cell)  # noqa: PLR0124 - NaN is not itself


def _hundredths(values: Any) -> list[int | None]:
    numbers = np.asarray(values, dtype=float)
    return [int(np.floor(v * 100 + 0.5 + 1e-9)) if np.isfinite(v) else None for v in numbers]


def _sites(site_map: SiteMap) -> dict[str, Any]:
    # the best first, the excluded last; the page draws from the end, so the best stand on top
    frame = site_map.sites.assign(_last=site_map.sites["rank"] == 0).sort_values(
        ["_last", "rank", "score", "id"], ascending=[True, True, False, True]
    )
    ranked = frame[~frame["_last"]]
    texts = ("name", "kind", "place", "agency", "rank_text", "band", "conditions", "reason")
    pool, columns = _pooled({name: frame[name] for name in (*texts, "status")})
    n_criteria = len(site_map.criteria)
    parts = contribution_table(ranked["contributions"], n_criteria=n_criteria)
    flags = contribution_table(ranked["unknown"], n_criteria=n_criteria)
    lonlat = np.column_stack([frame.geometry.x, frame.geometry.y]) / SITE_STEP_DEG
    return {
        "pool": pool,
        **columns,
        "rank": [int(v) for v in frame["rank"]],
        "score": _hundredths(frame["score"]),
        "low": _hundredths(frame["low"]),
        "high": _hundredths(frame["high"]),
        "coverage": _hundredths(frame["coverage"]),
        "approximate": [int(bool(v)) for v in frame["approximate"]],
        "parts": np.rint(parts / CONTRIBUTION_STEP).astype(int).tolist(),
        "unknown": ["".join("1" if v else "0" for v in row) for row in flags],
        "at": [[round(v) for v in at] if np.isfinite(at).all() else None for at in lonlat.tolist()],
    }


def _land(kecamatan: gpd.GeoDataFrame | None) -> list[dict[str, Any]]:
    if kecamatan is None:
        return []
    frame = kecamatan[~(kecamatan.geometry.isna() | kecamatan.geometry.is_empty)]
    shapes = coverage_simplified(frame.geometry, tolerance_deg=_AREA_TOLERANCE_DEG)
    areas = [
        {"name": _text(name), "shape": packed_polygons([shape]), "label": label_point(original)}
        for name, shape, original in zip(frame["name"], shapes, frame.geometry, strict=True)
    ]
    return [area for area in areas if area["shape"]]


def _layer(layer: MapLayer) -> dict[str, Any]:
    kinds = class_positions(layer)
    classes = []
    for k in sorted(set(kinds[kinds >= 0].tolist())):
        chosen = layer.frame.geometry[kinds == k]
        colour = layer.legend[k][1] if k < len(layer.legend) else OTHER_COLOUR
        one = {"colour": colour, "shape": _class_shape(chosen, style=layer.style)}
        if layer.style == "route":
            one |= {"stops": _stops(layer.frame.loc[kinds == k])}
        classes.append(one)
    return {
        "title": layer.title,
        "style": layer.style,
        "shown": layer.shown,
        "legend": list(layer.legend),
        "classes": classes,
    }


def _class_shape(geometries: Any, *, style: str) -> list[Any]:
    if style == "event":
        return list(packed_points(geometries))
    if style in {"line", "route"}:
        return list(packed_lines(shapely.simplify(np.asarray(geometries), _LINE_TOLERANCE_DEG)))
    return list(packed_polygons(thinned(geometries, tolerance_deg=_AREA_TOLERANCE_DEG)))


def _stops(frame: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """Lay out the stops of a route: where (as `packed_points`), what is on and behind each mark."""
    points = frame.loc[frame.geom_type == "Point"]
    told = zip(points.geometry, points["number"], points["text"], strict=True)
    return [
        {"at": packed_points([point]), "number": _text(number), "text": _text(text)}
        for point, number, text in told
    ]


def class_positions(layer: MapLayer) -> np.ndarray:
    """Give each feature its place in the legend; −1 is not drawn, one past the end is grey."""
    n, size = len(layer.frame), len(layer.legend)
    if not layer.class_column:
        return np.zeros(n, dtype=int)
    labels = {label: k for k, (label, _) in enumerate(layer.legend)}
    positions = np.full(n, size, dtype=int)
    for k, cell in enumerate(layer.frame[layer.class_column]):
        if isinstance(cell, str):
            positions[k] = labels.get(cell, size)
        elif cell is None or not np.isfinite(cell) or cell < 1:
            positions[k] = -1
        elif float(cell).is_integer():
            positions[k] = min(int(cell) - 1, size)
    return positions

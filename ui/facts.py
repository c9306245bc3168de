"""What no weight changes about the sites of a board, packed once for the browser."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import streamlit as st

import words
from data.hashes import sha256_hex
from ui.study import Stamp, stamp
from work.board import Board
from work.main_roads import main_roads
from work.present import SiteRows, site_rows
from work.stages import stage_names, stages

STATUSES = ("siap", "bersyarat", "survei_dulu", "excluded")
BANDS = ("very_weak", "weak", "fair", "strong", "very_strong")
LOCALES = {"id": "id-ID", "en": "en-GB"}

TEXTS = (
    "ui.all_agencies", "ui.all_kecamatan", "ui.all_kinds", "ui.approximate", "ui.badge",
    "ui.chosen", "ui.clear", "ui.column.coverage", "ui.column.coverage.about", "ui.column.move",
    "ui.column.move.about", "ui.column.name", "ui.column.rank", "ui.column.rank.about",
    "ui.column.first", "ui.column.readiness", "ui.column.score", "ui.column.score.about",
    "ui.all_stages", "ui.column.top", "ui.column.top.about", "ui.conditions", "ui.count",
    "ui.count.fit", "ui.filter.stage", "ui.first.key", "ui.option",
    "ui.first.others", "ui.first_ask", "ui.excluded_because", "ui.filter", "ui.filter.agency",
    "ui.filter.kecamatan", "ui.filter.kind", "ui.go_site", "ui.home",
    "ui.legend.score", "ui.list", "ui.map", "ui.map.about",
    "ui.more", "ui.move.down", "ui.move.same", "ui.move.up", "ui.no_boundary",
    "ui.no_sites", "ui.none_found", "ui.percent", "ui.reasons", "ui.score_of", "ui.search",
    "ui.source", "ui.sureness", "ui.table", "ui.tab.list", "ui.tab.map", "ui.tried", "ui.unplaced",
    "ui.view", "ui.zoom_in", "ui.zoom_out", "ui.pick",
)  # fmt: skip
"""Sentences the browser fills in itself; their places are written {like_this}."""


def facts_key(board: Board) -> str:
    """Name the facts of a board in the language of the context."""
    return f"{board.key}/{board.programme}/{words.language.get()}"


@st.cache_resource(max_entries=12, show_spinner=False)
def lives_of(key: str, changed: Stamp, day: str, _board: Board) -> tuple[int, ...]:  # noqa: ARG001 - the cache's key
    """Return where every site stands in its life, as `work.stages` tells it."""
    return tuple(stages(_board))


def sent_key(board: Board) -> str:
    """Name what the browser keeps of a board: its facts, and where its sites stand in life."""
    told = _lives(board)
    return f"{facts_key(board)}/{sha256_hex(bytes(told))[:8]}" if told else facts_key(board)


def _lives(board: Board) -> tuple[int, ...]:
    day = dt.datetime.now().astimezone().date().isoformat()
    return lives_of(facts_key(board), stamp(board.folder), day, board)


@st.cache_data(max_entries=12, show_spinner=False)
def packed_facts(key: str, _board: Board) -> bytes:
    """Pack the facts of a board as JSON text."""
    return json.dumps({"key": key, **facts(_board)}, allow_nan=False).encode()


@st.cache_resource(max_entries=12, show_spinner=False)
def told(key: str, _board: Board) -> SiteRows:  # noqa: ARG001 - the key is the cache's
    """Return the sites as rows a person reads, under the study's own weights."""
    return site_rows(_board.result)


def facts(board: Board) -> dict[str, Any]:
    """Lay out everything the board shows that no weight changes."""
    lang = words.language.get()
    frame = told(facts_key(board), board).frame
    texts = {code.removeprefix("ui."): words.sentences(lang)[code] for code in TEXTS}
    lon, lat = positions(board, frame)
    return {
        "folder": board.folder.name,
        "lang": lang,
        "locale": LOCALES[lang],
        "texts": texts,
        "status_words": {s: words.say(f"ui.ready.{s}") for s in STATUSES},
        "band_words": [words.say(f"band.{b}") for b in BANDS],
        "stage": list(_lives(board)),
        "stage_words": [words.say(f"life.{name}") for name in stage_names()],
        "synthetic": words.say("maps.synthetic") if board.synthetic else "",
        "attribution": board.attribution,
        "how_to_add": words.say("ui.how_to_add", folder=board.folder.name),
        "kecamatan": outlines(board.kecamatan),
        "roads": main_roads(board.inputs),
        "sites": {
            **{
                name: frame[name].astype(str).tolist()
                for name in ("id", "name", "kind", "kecamatan", "agency", "reason")
            },
            "place": short_places(board),
            "status": [STATUSES.index(s) for s in frame["status"]],
            "approximate": frame["approximate"].astype(int).tolist(),
            "lon": lon,
            "lat": lat,
        },
    }


def short_places(board: Board) -> list[str]:
    """Desa and kecamatan of every site, as short as a row of the table needs."""
    frame = board.result.candidates.frame
    named = zip(frame["desa"].fillna(""), frame["kecamatan"].fillna(""), strict=True)
    return [", ".join(str(part) for part in parts if part) for parts in named]


def percent(share: float) -> str:
    """Write a share of one as whole percent, in the language of the context."""
    return words.say("ui.percent", n=words.number(100 * share))


def positions(board: Board, frame: pd.DataFrame) -> tuple[list[float | None], list[float | None]]:
    """Where each site is drawn, EPSG:4326: its point, else the middle of its desa, else nowhere."""
    lon, lat = (frame[name].to_numpy(dtype=float).copy() for name in ("lon", "lat"))
    missing = np.isnan(lon) | np.isnan(lat)
    if missing.any():
        points = board.result.candidates.points[missing].to_crs(4326)
        lon[missing], lat[missing] = points.x.to_numpy(), points.y.to_numpy()
    return tuple(  # type: ignore[return-value]
        [None if np.isnan(x) else round(float(x), 6) for x in axis] for axis in (lon, lat)
    )


def outlines(kecamatan: gpd.GeoDataFrame) -> dict[str, Any]:
    """Return the kecamatan as GeoJSON for drawing (1e-5 degrees), their names as plain data."""
    import shapely

    inside = kecamatan.geometry.representative_point()
    shapes = shapely.to_geojson(shapely.set_precision(kecamatan.geometry.to_numpy(), 1e-5))
    features = [
        {
            "type": "Feature",
            "properties": {"name": str(name), "lon": round(at.x, 5), "lat": round(at.y, 5)},
            "geometry": json.loads(shape),
        }
        for name, at, shape in zip(kecamatan["name"], inside, shapes, strict=True)
    ]
    return {"type": "FeatureCollection", "features": features}

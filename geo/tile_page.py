"""A map of very many points: one HTML file that needs no network, with its tiles inside.

Nothing but the marks of the tiles in view is ever decoded or drawn. Names travel as data, in the
tiles and in one JSON block, and reach the page as text nodes only.
"""

from __future__ import annotations

import base64
import html
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import words
from geo.map_data import script_json
from geo.map_types import SCORE_BREAKS_HUNDREDTHS, SCORE_COLOURS
from geo.maps import STATIC, font_face, leaflet_program, leaflet_style, with_policy

PROGRAM = (
    Path("map/tools.js"),
    Path("map/finder.js"),
    *(Path("nation") / f"{name}.js" for name in ("store", "marks", "layer", "ground")),
    *(Path("nation") / f"{name}.js" for name in ("card", "panel", "search", "page")),
)
_LIBRARIES = (Path("pmtiles/pmtiles.js"), Path("pbf/pbf.js"))
_SHARED = ("search", "nothing_found", "score", "readiness", "rank", "coverage", "close", "panel")
_BUTTONS = ("home", "zoom_in", "zoom_out", "map", "run")
_OWN = (
    *("search_hint", "searching", "here", "here_none", "legend_score", "legend_marks", "one"),
    *("many", "first", "many_first", "count", "count_first", "count_many", "best", "open", "place"),
    *("study", "id", "range", "provinces", "unplaced", "no_tiles"),
)

_PAGE = """<!DOCTYPE html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<header class="strip">
<div class="heads"><h1 id="title"></h1><p id="subtitle"></p></div>
<div class="search"></div>
</header>
<main>
<div class="stage">
<div class="national" id="map"></div>
<p class="synthetic"{hidden}>{badge}</p>
<noscript><p class="noscript">{noscript}</p></noscript>
<section class="sheet" hidden></section>
</div>
<aside class="panel" id="panel"></aside>
</main>
<footer class="foot"><p id="source"></p><p id="run"></p></footer>
<script type="application/json" id="tapak-data">{data}</script>
<script type="application/octet-stream" id="tapak-tiles">{tiles}</script>
{scripts}
</body>
</html>
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class TileMap:
    """What a map of points shows.

    Parameters
    ----------
    title, subtitle, run : str
        Head and foot.
    tiles : bytes
        What `geo.point_tiles.point_tiles` made; empty where no site has a place.
    bounds : (west, south, east, north)
        Degrees; what is shown at first.
    sites, unplaced, top : int
        How many are on it, how many have no place, how many ranks count as the first.
    kinds, readiness, provinces : mapping of str to str
        Words for keys; provinces by the two digits a regency's code begins with.
    labels : sequence of (name, lon, lat)
        Written on the map.
    synthetic : bool
    lang : {"id", "en"}
    """

    title: str
    subtitle: str
    run: str
    tiles: bytes
    bounds: tuple[float, float, float, float]
    sites: int
    unplaced: int
    top: int
    kinds: dict[str, str]
    readiness: dict[str, str]
    provinces: dict[str, str]
    labels: tuple[tuple[str, float, float], ...]
    synthetic: bool
    lang: str


def render_tile_map(tile_map: TileMap) -> str:
    """Render a map of points as one self-contained HTML page; the same map, the same text."""
    lang = tile_map.lang
    title = tile_map.title.encode("utf-8", "replace").decode("utf-8")
    page = _PAGE.format(
        lang=lang,
        title=html.escape(title),
        style="\n".join([leaflet_style(), font_face(), _read("map/page.css", "nation/page.css")]),
        hidden="" if tile_map.synthetic else " hidden",
        badge=html.escape(words.say("maps.synthetic", lang=lang)),
        noscript=html.escape(words.say("maps.noscript", lang=lang)),
        data=script_json(_data(tile_map)),
        tiles=base64.b64encode(tile_map.tiles).decode("ascii"),
        scripts=_scripts(),
    )
    return with_policy(page)


def _data(tile_map: TileMap) -> dict[str, Any]:
    lang = tile_map.lang
    texts = {key: words.say(f"maps.{key}", lang=lang) for key in (*_SHARED, *_BUTTONS)}
    texts |= {key: _template(f"nation.map.{key}", lang=lang) for key in _OWN}
    return {
        "title": tile_map.title,
        "subtitle": tile_map.subtitle,
        "run": tile_map.run,
        "lang": lang,
        "texts": texts,
        "breaks": SCORE_BREAKS_HUNDREDTHS,
        "colours": SCORE_COLOURS,
        "bounds": list(tile_map.bounds),
        "sites": tile_map.sites,
        "unplaced": tile_map.unplaced,
        "top": tile_map.top,
        "kinds": tile_map.kinds,
        "readiness": tile_map.readiness,
        "provinces": tile_map.provinces,
        "labels": [list(label) for label in tile_map.labels],
    }


def _template(code: str, *, lang: str) -> str:
    """Leave the places for numbers in a sentence as they are: the page fills them in."""
    blanks = {name: f"{{{name}}}" for name in ("n", "top", "first", "rank")}
    return words.say(code, lang=lang, **blanks)


def _read(*names: str) -> str:
    return "\n".join((STATIC / name).read_text("utf-8") for name in names)


def _scripts() -> str:
    """Lay out the page's programs: what we took from others, each by itself, and ours."""
    libraries = (_read((Path("vendor") / name).as_posix()) for name in _LIBRARIES)
    bare = (re.sub(r"//# sourceMappingURL=\S+", "", library) for library in libraries)
    vendored = "\n".join(f"<script>{library}</script>" for library in bare)
    ours = _read(*(name.as_posix() for name in PROGRAM))
    program = f'(() => {{\n"use strict";\n{ours}\nstart();\n}})();'
    scripts = f"<script>{leaflet_program()}</script>\n{vendored}\n<script>{program}</script>"
    return scripts.replace("\r\n", "\n")

"""The map page: one HTML file that needs no network; the only room that touches folium.

A site's name is data, never code. folium and branca render every text they are given as a Jinja
template, so they are given none: they make the page's frame and the Leaflet map, while all names
travel as one JSON block (`geo.map_data.script_json`) that the page's own program turns into text
nodes. A Content-Security-Policy that lists the hash of each script lets nothing else run.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
from pathlib import Path
from typing import Any

import words
from geo.errors import StudyError
from geo.files import written_whole
from geo.map_data import page_data, script_json
from geo.map_types import MapCriterion, MapLayer, SiteMap

__all__ = [
    "MapCriterion",
    "MapLayer",
    "SiteMap",
    "font_face",
    "leaflet_program",
    "leaflet_style",
    "render_site_map",
    "with_policy",
    "write_site_map",
]

STATIC = Path(__file__).parent.parent / "static"
PROGRAM = tuple(
    f"{name}.js"
    for name in ("tools", "marks", "card", "cards", "layers", "top_ten", "finder", "search", "page")
)
_INDONESIA_MIDDLE = (-2.5, 118.0)
_HEAD, _END = "<head>", "</html>\n"

_MAP_TEMPLATE = """
{% macro html(this, kwargs) %}
<div class="folium-map" id="{{ this.get_name() }}"></div>
{% endmacro %}
{% macro script(this, kwargs) %}
var {{ this.get_name() }} = L.map({{ this.get_name()|tojson }}, {
  center: {{ this.location|tojson }}, ...{{ this.options|tojavascript }}
});
tapak.start({{ this.get_name() }});
{% endmacro %}"""

# every text below is ours or already escaped, and a value is put in without being read again
_PAGE_TEMPLATE = """<!DOCTYPE html>
<html lang="{{ this.page.lang }}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>{{ this.page.title }}</title>
{{ this.header.render() }}
</head>
<body>
<header class="strip">
<div class="heads"><h1 id="title"></h1><p id="subtitle"></p></div>
<div class="search"></div>
</header>
<main>
<div class="stage">
{{ this.html.render() }}
<p class="synthetic"{% if not this.page.synthetic %} hidden{% endif %}>{{ this.page.badge }}</p>
<noscript><p class="noscript">{{ this.page.noscript }}</p></noscript>
<section class="sheet" hidden></section>
</div>
<aside class="panel" id="panel"></aside>
</main>
<footer class="foot"><p id="source"></p><p id="run"></p></footer>
<script type="application/json" id="tapak-data">{{ this.page.data }}</script>
<script>{{ this.script.render() }}</script>
</body>
</html>
"""


def render_site_map(site_map: SiteMap) -> str:
    """Render a site map as one self-contained HTML page.

    Parameters
    ----------
    site_map : SiteMap
        What to show; checked when it was made.

    Returns
    -------
    str
        HTML. Nothing in it reaches outside the page: program, style, font and data are inside.
        The same input gives the same bytes.
    """
    import folium  # half a second that no other command should pay
    from branca.element import Element
    from folium.template import Template

    page = folium.Map(
        location=_INDONESIA_MIDDLE,
        tiles=None,
        zoom_start=5,
        zoom_control=False,
        attributionControl=False,
        preferCanvas=True,
        zoomSnap=0.25,
        maxZoom=18,
    )
    # names of the instance, not the class: other users of folium in this process keep theirs
    page.default_js, page.default_css = [], []
    page._id, page._template = "tapak", Template(_MAP_TEMPLATE)  # noqa: SLF001 - branca has no setter
    figure: Any = page.get_root()
    figure._template = Template(_PAGE_TEMPLATE)  # noqa: SLF001 - branca has no setter
    assets: Any = Element("{{ this.text }}")
    assets.text = _assets()
    figure.header = assets
    figure.page = _page_fields(site_map)
    return with_policy(figure.render())


def write_site_map(path: Path, site_map: SiteMap, *, overwrite: bool = False) -> None:
    """Write a site map as one HTML file, whole or not at all.

    Parameters
    ----------
    path : Path
        The file to write.
    site_map : SiteMap
        What to show.
    overwrite : bool
        Replace an existing file.

    Raises
    ------
    StudyError
        ``file.exists``, or ``file.not_written`` when what stands on disk is not what was meant.
    """
    if path.exists() and not overwrite:
        raise StudyError("file.exists", file=path.name)
    text = render_site_map(site_map).encode("utf-8")
    with written_whole(path, overwrite=overwrite) as temporary:
        temporary.write_bytes(text)
        if temporary.read_bytes() != text:
            raise StudyError("file.not_written", file=path.name)


def _page_fields(site_map: SiteMap) -> dict[str, Any]:
    lang = site_map.lang
    # a lone surrogate cannot be written as UTF-8; in the data block it stays as it is
    title = site_map.title.encode("utf-8", "replace").decode("utf-8")
    return {
        "lang": lang,
        "title": html.escape(title),
        "synthetic": site_map.synthetic,
        "badge": html.escape(words.say("maps.synthetic", lang=lang)),
        "noscript": html.escape(words.say("maps.noscript", lang=lang)),
        "data": script_json(page_data(site_map)),
    }


def _assets() -> str:
    """Style and program of the page: Leaflet, the font and ours, all inside their elements."""
    style = "\n".join(
        [leaflet_style(), font_face(), (STATIC / "map" / "page.css").read_text("utf-8")]
    )
    ours = "\n".join((STATIC / "map" / name).read_text("utf-8") for name in PROGRAM)
    program = f'const tapak = (() => {{\n"use strict";\n{ours}\nreturn {{ start }};\n}})();'
    return (
        f"<style>{style}</style>\n<script>{leaflet_program()}</script>\n<script>{program}</script>"
    ).replace("\r\n", "\n")


def leaflet_style() -> str:
    """Return Leaflet's style with its pictures inside."""
    leaflet = STATIC / "vendor" / "leaflet"
    return re.sub(
        r"url\((images/[\w.-]+)\)",
        lambda found: f"url({_data_uri(leaflet / found[1], 'image/png')})",
        (leaflet / "leaflet.css").read_text("utf-8"),
    )


def leaflet_program() -> str:
    """Return Leaflet without the address of its source map."""
    program = (STATIC / "vendor" / "leaflet" / "leaflet.js").read_text("utf-8")
    return re.sub(r"//# sourceMappingURL=\S+", "", program)


def font_face() -> str:
    """Return the font of our pages as a style that needs no network."""
    font = _data_uri(STATIC / "fonts" / "plus-jakarta-sans-latin-wght-normal.woff2", "font/woff2")
    return (
        "/* Plus Jakarta Sans: (c) 2020 The Plus Jakarta Sans Project Authors, OFL 1.1 */\n"
        "@font-face{font-family:'Plus Jakarta Sans';font-weight:200 800;font-display:block;\n"
        f"src:url({font}) format('woff2')}}"
    )


def _data_uri(path: Path, media_type: str) -> str:
    return f"data:{media_type};base64,{base64.b64encode(path.read_bytes()).decode('ascii')}"


def with_policy(text: str, *, inner: str = "") -> str:
    """Put a Content-Security-Policy first in the head: only the scripts and styles we wrote.

    ``inner`` is a page that stands in a frame of this one, whose policy binds it too.
    """

    def hashes(tag: str) -> str:
        bodies = re.findall(f"<{tag}>(.*?)</{tag}>", text + inner, re.DOTALL)
        digests = [hashlib.sha256(body.encode("utf-8")).digest() for body in bodies]
        return " ".join(f"'sha256-{base64.b64encode(d).decode('ascii')}'" for d in digests)

    policy = (
        f"default-src 'none'; script-src {hashes('script')}; style-src {hashes('style')}; "
        "img-src data:; font-src data:; base-uri 'none'; form-action 'none'"
    )
    meta = f'{_HEAD}\n<meta http-equiv="Content-Security-Policy" content="{policy}">'
    return text.replace(_HEAD, meta, 1)

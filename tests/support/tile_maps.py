"""Maps of many points to test with: invented, deterministic, as large or as hostile as asked for."""

import numpy as np
import pandas as pd

from geo.point_tiles import point_tiles
from geo.tile_page import TileMap

XSS = "window.XSS=(window.XSS||0)+1"
PAYLOADS = {
    "html": f'<img src=x onerror="{XSS}"><svg/onload={XSS}>',
    "script": f"</script><script>{XSS}</script><!--<script>",
    "title": f"</title></style></textarea><script>{XSS}</script>",
    "template": f"{{{{7*7}}}}${{{XSS}}}`+({XSS})+`{{n}}",
    "line_ends": f"a\u2028{XSS}\u2029b\x85c",
    "loads": '<iframe src="http://x.invalid/"></iframe><link rel=stylesheet href=//x.invalid/a.css>',
    "bidi": "\u202egnp.exe\u202c \U0001f3eb Ñ ꦗꦮ",
    "keys": "__proto__",
}


def points(n, *, seed=1, spread=3.0):
    """Ranked sites around the middle of Java, the best first; every fifth has no upper end."""
    rng = np.random.default_rng(seed)
    score = np.sort(rng.uniform(0, 1, n))[::-1]
    return pd.DataFrame(
        {
            "lon": rng.normal(112, spread, n),
            "lat": rng.normal(-7, spread / 3, n),
            "id": [f"p-{k}" for k in range(n)],
            "name": [f"Balai {k % 37}" for k in range(n)],
            "study": [f"s{k % 9}" for k in range(n)],
            "regency": "33.04",
            "kind": "village_office",
            "readiness": "siap",
            "rank": np.arange(1, n + 1),
            "score": score,
            "low": score * 0.9,
            "high": np.where(np.arange(n) % 5, score, np.nan),
            "coverage": 0.715,
        }
    )


def tile_map(frame, **changes):
    told = {
        "title": "Peta peringkat nasional",
        "subtitle": "Kerja sosial",
        "run": "per 24 November 2026",
        "tiles": point_tiles(frame, top=10) if len(frame) else b"",
        "bounds": (104.0, -11.0, 120.0, -3.0),
        "sites": len(frame),
        "unplaced": 0,
        "top": 10,
        "kinds": {"village_office": "Kantor desa"},
        "readiness": {"siap": "siap"},
        "provinces": {"33": "Jawa Tengah"},
        "labels": (("Jawa Tengah", 110.2, -7.2), ("Jawa Timur", 112.8, -7.6)),
        "synthetic": True,
        "lang": "id",
    }
    return TileMap(**(told | changes))

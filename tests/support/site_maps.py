"""Site maps to test with: invented, deterministic, as large or as hostile as a test asks for."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from geo.map_types import MapCriterion, MapLayer, SiteMap

CRITERIA = (
    ("labour_need", "Kebutuhan tenaga", "benefit", 0.13),
    ("population_served", "Penduduk terlayani 30 menit", "benefit", 0.09),
    ("institution_kind", "Jenis lembaga (ps. 85)", "benefit", 0.08),
    ("client_access", "Akses klien", "benefit", 0.08),
    ("skills_gained", "Keterampilan yang diperoleh", "benefit", 0.06),
    ("flexible_hours", "Jam layanan yang lentur", "benefit", 0.05),
    ("public_transport", "Angkutan umum", "benefit", 0.03),
    ("underserved_area", "Wilayah kurang layanan", "benefit", 0.03),
    ("supervision", "Pendamping di tempat", "safety", 0.12),
    ("work_safety", "Keselamatan kerja", "safety", 0.11),
    ("community_acceptance", "Penerimaan masyarakat", "safety", 0.09),
    ("dignity", "Martabat", "safety", 0.05),
    ("landslide", "Bahaya longsor", "safety", 0.05),
    ("flood", "Bahaya banjir", "safety", 0.03),
)
KINDS = (
    "SD negeri",
    "Puskesmas",
    "Kantor desa",
    "Masjid",
    "TPS 3R",
    "Panti asuhan",
    "Pasar rakyat",
)


def criteria(title=None):
    return tuple(
        MapCriterion(key=k, title=title or t, group=g, weight_0_1=w) for k, t, g, w in CRITERIA
    )


def square(lon, lat, side=0.05):
    return shapely.box(lon, lat, lon + side, lat + side)


def land(columns=4, rows=2, names=None):
    cells = [(c, r) for r in range(rows) for c in range(columns)]
    names = names or [f"Kecamatan {k + 1}" for k in range(len(cells))]
    shapes = [square(109.5 + 0.05 * c, -7.4 + 0.05 * r) for c, r in cells]
    return gpd.GeoDataFrame({"name": names}, geometry=shapes, crs=4326)


def site_frame(points, *, names=None, places=None, seed=7, sites_excluded=0.06):
    """Score some points as the ranking would: contributions sum to the score, unknown assumed."""
    rng = np.random.default_rng(seed)
    n = len(points)
    weights = np.array([w for *_, w in CRITERIA])
    weights = weights / weights.sum()
    safety = np.array([g == "safety" for _, _, g, _ in CRITERIA])
    lift = rng.normal(0, 0.16, (n, 1))
    values = np.clip(rng.beta(3, 2.4, (n, len(weights))) + lift, 0, 1)
    unknown = rng.random((n, len(weights))) < rng.uniform(0.05, 0.5, (n, 1))
    parts = np.where(unknown, np.where(safety, 0.3, 0.5), values) * weights
    score = parts.sum(axis=1)
    low = (np.where(unknown, 0, values) * weights).sum(axis=1)
    high = (np.where(unknown, 1, values) * weights).sum(axis=1)
    out = rng.random(n) < sites_excluded
    status = np.where(
        out, "excluded", rng.choice(["siap", "bersyarat", "survei_dulu"], n, p=[0.12, 0.18, 0.7])
    )
    rank = np.zeros(n, dtype=int)
    rank[~out] = (-score[~out]).argsort().argsort() + 1
    kind = rng.choice(KINDS, n)
    reason = "Pemilik menolak secara tertulis (surat 12 Mei 2026)."
    condition = "C1: anak-anak di lokasi; selalu didampingi, di luar jam pelajaran."
    return gpd.GeoDataFrame(
        {
            "id": [f"p-{k:05d}" for k in range(n)],
            "name": names if names is not None else [f"{kind[k]} {k + 1}" for k in range(n)],
            "kind": kind,
            "place": places
            if places is not None
            else [f"Desa {k % 40}, Kec. {k % 8 + 1}" for k in range(n)],
            "agency": rng.choice(["Dinas Pendidikan", "Dinas Kesehatan", "Kementerian Agama"], n),
            "rank": rank,
            "rank_text": [f"{r} ({max(1, r - 9)}–{r + 14})" if r else "" for r in rank],
            "score": np.where(out, np.nan, score),
            "low": np.where(out, np.nan, low),
            "high": np.where(out, np.nan, high),
            "coverage": np.where(out, np.nan, (~unknown * weights).sum(axis=1)),
            "band": np.where(
                out, "", np.where(score > 0.6, "kuat", np.where(score > 0.45, "cukup", "lemah"))
            ),
            "status": status,
            "approximate": rng.random(n) < 0.25,
            "conditions": np.where(status == "bersyarat", condition, ""),
            "reason": np.where(out, reason, ""),
            "contributions": [[] if out[k] else list(parts[k]) for k in range(n)],
            "unknown": [[] if out[k] else [int(u) for u in unknown[k]] for k in range(n)],
        },
        geometry=list(points),
        crs=4326,
    )


def scattered(n, seed=3):
    rng = np.random.default_rng(seed)
    return shapely.points(rng.uniform(109.5, 109.7, n), rng.uniform(-7.4, -7.3, n))


def hazard_layer(title="Bahaya longsor", labels=("rendah", "sedang", "tinggi")):
    frame = gpd.GeoDataFrame(
        {"class_": [1, 2, 3, 0]},
        geometry=[square(109.52 + 0.04 * k, -7.38, 0.03) for k in range(4)],
        crs=4326,
    )
    colours = ("#fbd6b4", "#f19a6b", "#c2503a")
    return MapLayer(
        key="landslide",
        title=title,
        frame=frame,
        style="hazard",
        class_column="class_",
        shown=True,
        legend=tuple(zip(labels, colours, strict=True)),
    )


def site_map(n=40, **changes):
    parts = {
        "title": "Peringkat lokasi kerja sosial",
        "subtitle": "Kabupaten contoh · program kerja sosial",
        "sites": site_frame(scattered(n)),
        "criteria": criteria(),
        "kecamatan": land(),
        "layers": (hazard_layer(),),
        "attribution": "data rekaan untuk uji",
        "synthetic": True,
        "lang": "id",
        "run": "a1b2c3d4e5f6 · 24 November 2026",
    }
    return SiteMap(**(parts | changes))


def hostile_map(payload, n=14, **changes):
    """Put one text into every place of a map that can hold a text."""
    sites = site_frame(scattered(n), sites_excluded=0.2, seed=11)
    ranked = sites["rank"] > 0
    for column in ("name", "kind", "place", "agency"):
        sites[column] = payload
    for column in ("rank_text", "band", "conditions"):
        sites[column] = [payload if r else "" for r in ranked]
    sites["reason"] = ["" if r else payload for r in ranked]
    texts = dict.fromkeys(("title", "subtitle", "attribution", "run"), payload)
    layers = (hazard_layer(payload, (payload,) * 3),)
    rest = {"sites": sites, "criteria": criteria(payload), "layers": layers}
    return site_map(kecamatan=land(names=[payload] * 8), **(texts | rest | changes))

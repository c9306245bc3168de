"""Invented boards for tests of the app: a few kecamatan, sites of many kinds, hostile names."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import worlds

import words
from scoring.evidence import COLUMNS
from scoring.study import run_study
from scoring.weights import Scenario
from work.board import Board

HOSTILE = (
    '<img src=x onerror="window.XSS=1">',
    "</script><script>window.XSS=2</script>",
    "{{7*7}} ${window.XSS=3} `window.XSS=4`",
    "=cmd|' /C calc'!A0",
    "<svg/onload=window.XSS=5>",
    "'\"><iframe srcdoc='<script>parent.XSS=6</script>'>",
    "javascript:window.XSS=7",
    "{name} {n} $& $` %s",
    "# **tebal** [tautan](javascript:window.XSS=8) :material/error:",
)
KINDS = (
    "puskesmas",
    "school",
    "village_office",
    "place_of_worship",
    "social_institution",
    "hospital",
    "market",
    "library",
    "private_home",
)
WORDS = {
    "puskesmas": "Puskesmas",
    "school": "SD Negeri 2",
    "village_office": "Balai Desa",
    "place_of_worship": "Masjid Al-Huda",
    "social_institution": "Panti Asuhan",
    "hospital": "RSU",
    "market": "Pasar",
    "library": "Perpustakaan",
    "private_home": "Rumah",
}
PLACES = ("Sukamaju", "Karangjati", "Wanasari", "Giritirta", "Kalibening", "Tlagawera", "Sumberejo")
SIDE_M = 9_000.0
ACROSS = 4


def kecamatan(count: int = 16) -> gpd.GeoDataFrame:
    """Squares in rows of four, in metres (UTM 49S)."""
    boxes = [
        (
            SIDE_M * (k % ACROSS),
            SIDE_M * (k // ACROSS),
            SIDE_M * (k % ACROSS + 1),
            SIDE_M * (k // ACROSS + 1),
        )
        for k in range(count)
    ]
    return worlds.polygons(boxes, name=[f"Kecamatan {k + 1}" for k in range(count)])


def _candidates(n: int, areas: gpd.GeoDataFrame, *, hostile: bool, seed: int):
    rng = np.random.default_rng(seed)
    kinds = list(rng.choice(KINDS, n, p=[0.1, 0.28, 0.22, 0.16, 0.05, 0.02, 0.07, 0.06, 0.04]))
    where = rng.integers(0, len(areas), n)
    spots = areas.geometry.representative_point().iloc[where]
    reach = np.sqrt(areas.geometry.area.to_numpy()[where]) / 3
    shift = rng.normal(0, 0.55, (n, 2)) * reach[:, None]
    x, y = (
        spots.x.to_numpy() + shift[:, 0] - worlds.X0,
        spots.y.to_numpy() + shift[:, 1] - worlds.Y0,
    )
    made = worlds.candidates(kinds, xy=list(zip(x, y, strict=True)))
    frame = made.frame.copy()
    desa = rng.choice(PLACES, n)
    frame["desa"] = desa
    frame["kecamatan"] = areas["name"].to_numpy()[where]
    frame["name"] = [
        f"{WORDS[k]} {d} {i % 7 + 1}" for i, (k, d) in enumerate(zip(kinds, desa, strict=True))
    ]
    frame["agency"] = [
        {"school": "Dinas Pendidikan", "puskesmas": "Dinas Kesehatan"}.get(k, "Sekretariat Daerah")
        for k in kinds
    ]
    if hostile:
        for column in ("name", "agency", "desa", "kecamatan"):
            frame.loc[: len(HOSTILE) - 1, column] = HOSTILE
    by_desa = rng.random(n) < 0.12
    frame.loc[by_desa, "geometry"] = frame.geometry[by_desa].buffer(900)
    frame.loc[by_desa, ["lon", "lat"]] = np.nan
    frame["placed"] = np.where(by_desa, "desa", "point")
    return dataclasses.replace(made, frame=frame)


def _register(ids, seed: int):
    rng = np.random.default_rng(seed + 1)
    rows = []
    for one in ids:
        if rng.random() < 0.8:
            rows.append((one, "labour_need", float(rng.integers(2, 42))))
        if rng.random() < 0.7:
            rows.append((one, "supervision", str(rng.choice(["ya", "ya", "tidak"]))))
        if rng.random() < 0.6:
            rows.append((one, "capacity", float(rng.integers(1, 5))))
    return worlds.register(rows)


def _layers(areas: gpd.GeoDataFrame, seed: int):
    rng = np.random.default_rng(seed + 2)
    people = areas[["geometry"]].assign(
        kecamatan=areas["name"], population=rng.integers(15_000, 90_000, len(areas)).astype(float)
    )

    def some(step: int, share: float):
        inner = areas.geometry.iloc[::step].representative_point().buffer(share * 4_000)
        return gpd.GeoDataFrame(
            {"class_": [1.0 + k % 3 for k in range(len(inner))]}, geometry=inner, crs=areas.crs
        )

    return worlds.layers(
        worlds.layer("people", people),
        worlds.layer("landslide", some(1, 1.0)),
        worlds.layer("flood", some(3, 0.7), full_cover=True),
        worlds.layer("flash-flood", some(4, 0.5), full_cover=True),
    )


def _answers(ids, seed: int, share: float):
    """Accepted answers from the field at a share of the sites: every gate passed, scales told."""
    rng = np.random.default_rng(seed + 3)
    visited = ids[:: max(1, round(1 / share))]
    rows = []
    for one in visited:
        for gate in ("G1", "G2", "G3", "G4", "G5", "G6"):
            rows.append((one, gate, 1.0, "probability", "gate"))
            rows.append((one, gate, 1.0, "probability", "gate"))
        rows += [
            (one, key, float(rng.uniform(2, 5)), "scale_1_5", "fuse")
            for key in ("skills_gained", "community_acceptance", "dignity")
        ]
        rows.append((one, "work_safety", float(rng.uniform(0.6, 1)), "share", "fuse"))
        rows.append(
            (one, "flexible_hours", float(rng.integers(0, 16)), "hours_per_week", "replace")
        )
    frame = pd.DataFrame(rows, columns=["candidate", "criterion", "value", "unit", "link"])
    frame = frame.assign(
        category="",
        sd=0.3,
        origin="survey",
        source="survei",
        layer="",
        taken_at="2026-11-01",
        by="tim-1",
    )
    return frame[list(COLUMNS)].astype({"value": float, "sd": float})


def result(
    n: int = 60,
    *,
    programme: str = "kerja-sosial",
    hostile: bool = False,
    areas=None,
    seed: int = 7,
    visited: float = 0.1,
):
    """Run the straight line over an invented district."""
    areas = kecamatan() if areas is None else areas
    found = _candidates(n, areas, hostile=hostile, seed=seed)
    return run_study(
        found,
        _layers(areas, seed),
        Scenario(name="study.toml", programme=programme, as_of="2026-11-24"),
        register=_register(found.ids, seed),
        given=_answers(found.ids, seed, visited) if n else None,
    )


def board(
    n: int = 60,
    *,
    programme: str | None = None,
    synthetic: bool = True,
    outlines: bool = True,
    hostile: bool = False,
    areas=None,
    folder: Path = Path("distrik-uji"),
) -> Board:
    """Return a board as `work.board.open_board` would."""
    found = result(n, programme=programme or "kerja-sosial", hostile=hostile, areas=areas)
    metric = kecamatan() if areas is None else areas
    if hostile:
        metric = metric.assign(name=[*HOSTILE, *metric["name"]][: len(metric)])
    asked = [c.measure == "survey" for c in found.criteria]
    return Board(
        study_name="Distrik uji",
        folder=folder,
        programme=found.scenario.programme,
        programmes=("kerja-sosial", "pelayanan-masyarakat", "pos-bapas"),
        result=found,
        kecamatan=metric[["name", "geometry"]].to_crs(4326)
        if outlines
        else metric.iloc[:0].to_crs(4326),
        synthetic=synthetic,
        attribution=HOSTILE[0] if hostile else "Batas: data uji",
        key=f"uji-{n}-{hostile}-{outlines}",
        weights_text=words.say("weights.initial"),
        survey_only_share=float(found.ranking.weights[asked].sum()),
    )

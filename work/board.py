"""A study opened for looking and re-weighing: measured once, ranked as often as a slider moves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd

from data.hashes import canonical_json, sha256_hex
from data.workspace import open_study
from scoring.study import Ranking, StudyResult, rank_candidates
from scoring.weights import Scenario, effective
from work.as_json import weights_set_by
from work.assemble import Assembled
from work.live import weighed
from work.ranking import compute
from work.roles import require
from work.weighing import saved_scenarios

SCREEN_TOLERANCE_DEG = 0.0005
"""About 55 m: what a boundary may lose on a screen that shows a whole regency."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Board:
    """A study as the ranking page shows it.

    ``key`` changes whenever anything that went into the result changes; ``kecamatan`` is EPSG:4326
    with ``name`` and may be empty; ``survey_only_share`` is the weight (0-1) that only a visit
    can tell. ``scenarios`` are those saved for the programme; the study's own is the result's.
    ``inputs`` is what a page needs that shows the ground under a site; None where nobody read any.
    """

    study_name: str
    folder: Path
    programme: str
    programmes: tuple[str, ...]
    result: StudyResult
    kecamatan: gpd.GeoDataFrame
    synthetic: bool
    attribution: str
    key: str
    weights_text: str
    survey_only_share: float
    scenarios: tuple[Scenario, ...] = ()
    inputs: Assembled | None = None

    @property
    def ground(self) -> Assembled:
        """Return the inputs of a board that was opened from a study."""
        if self.inputs is None:
            msg = "this board was made without a study's inputs"
            raise ValueError(msg)
        return self.inputs


def open_board(folder: Path, *, programme: str | None = None) -> Board:
    """Open a study, measure it (kept in ``cache/``) and rank it."""
    require("view")
    with open_study(folder) as study:
        result, inputs = compute(study, programme)
        asked = [c.measure == "survey" for c in result.criteria]
        inputs.layers.forget()  # what was built on the way; it is made anew when asked for
        return Board(
            study_name=study.settings.name,
            folder=folder,
            programme=result.scenario.programme,
            programmes=study.settings.programmes,
            result=result,
            kecamatan=kecamatan_of(inputs),
            synthetic=inputs.synthetic,
            attribution=inputs.credit(("boundary", "areas", "osm")),
            key=board_key(result, inputs),
            weights_text=weights_set_by(result.scenario),
            survey_only_share=float(result.ranking.weights[asked].sum()),
            scenarios=saved_scenarios(study, result.scenario),
            inputs=inputs,
        )


def with_scenarios(board: Board) -> Board:
    """Return the board with the scenarios that are saved by now; nothing is measured or ranked."""
    require("view")
    with open_study(board.folder) as study:
        return replace(board, scenarios=saved_scenarios(study, board.result.scenario))


def board_key(result: StudyResult, inputs: Assembled) -> str:
    """Hash what the board shows: the files and visits, the scenario and the catalogue."""
    files = [[f.kind, f.sha256, dict(f.options)] for f in inputs.files]
    files.append(["visits", "", inputs.visits.fingerprint()])
    scenario = [result.scenario.programme, result.scenario.as_of, result.ranking.weights.tolist()]
    shown = [result.candidates.frame["name"].astype(str).tolist(), result.judgement.readiness]
    return sha256_hex(canonical_json([files, scenario, shown, result.catalogue.version]))[:16]


def kecamatan_of(inputs: Assembled) -> gpd.GeoDataFrame:
    """Return the kecamatan for a screen: as given, else the union of their desa (EPSG:4326)."""
    empty = gpd.GeoDataFrame({"name": []}, geometry=[], crs="EPSG:4326")
    if "areas" not in inputs.read:
        return empty
    areas = inputs.read["areas"].data
    own = areas.loc[areas["level"] == "kecamatan", ["name", "geometry"]]
    if not len(own):
        desa = areas.loc[areas["kecamatan"] != "", ["kecamatan", "geometry"]]
        own = desa.dissolve("kecamatan").reset_index().rename(columns={"kecamatan": "name"})
    frame = own[["name", "geometry"]].reset_index(drop=True)
    frame["geometry"] = frame.geometry.simplify_coverage(SCREEN_TOLERANCE_DEG)
    return gpd.GeoDataFrame(frame, crs="EPSG:4326")


def rerank(board: Board, *, groups: Mapping[str, float], weights: Mapping[str, float]) -> Ranking:
    """Rank again under other weights; nothing is measured again.

    Limits and an order said about the study's own weights do not bind a slider.

    Parameters
    ----------
    groups, weights : Mapping[str, float]
        As in `scoring.weights.Scenario`; missing criteria keep the study's own weight.
    """
    result = board.result
    scenario = weighed(result.scenario, groups=groups, weights=weights)
    return rank_candidates(result.matrix, result.judgement, effective(result.catalogue, scenario))

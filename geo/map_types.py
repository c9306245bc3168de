"""What a site map is made of, checked once when it is made."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from geo.errors import CrsError, InputError

if TYPE_CHECKING:
    import geopandas as gpd

STATUSES = ("siap", "bersyarat", "survei_dulu", "excluded")
SCORE_BREAKS_HUNDREDTHS = (35, 45, 55, 65)
SCORE_COLOURS = ("#f3f0b8", "#a1dab4", "#41b6c4", "#2c7fb8", "#253494")
"""Five classes that stay apart in print and for colour-blind eyes; fixed, so maps compare."""

HAZARD_COLOURS = ("#f6c9a8", "#e08a5b", "#a63603")
"""Low, middle, high: one hue, getting darker, apart from the ramp of the scores."""
EVENT_COLOUR = "#7a1f5c"

SITE_COLUMNS = (
    *("id", "name", "kind", "place", "agency", "rank", "rank_text", "score", "low", "high"),
    *("coverage", "band", "status", "approximate", "conditions", "reason"),
    *("contributions", "unknown", "geometry"),
)
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_SUM_TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class MapCriterion:
    """One criterion in the popup; ``weight_0_1`` is its effective weight (all sum to 1)."""

    key: str
    title: str
    group: Literal["benefit", "safety"]
    weight_0_1: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MapLayer:
    """One theme that can be switched on and off.

    Parameters
    ----------
    key, title : str
        Identity and the name a person reads beside the switch.
    frame : GeoDataFrame
        EPSG:4326.
    style : {"hazard", "area", "line", "event", "route"}
        How it is drawn: filled without outline, filled with outline, lines, small points; a
        route is lines and stops, which are points with ``number`` (what stands on the mark) and
        ``text`` (what it says when pointed at). A map with a route shows where that leads.
    class_column : str
        Numbers count into `legend` from 1 (0 and NaN are not drawn); text equals a label of
        `legend`; ``""`` draws everything in the first colour. A text that is no label is drawn
        grey: nothing is lost silently.
    shown : bool
        Whether it is switched on when the page opens.
    legend : tuple of (label, "#rrggbb")
    """

    key: str
    title: str
    frame: gpd.GeoDataFrame
    style: Literal["hazard", "event", "area", "line", "route"]
    class_column: str
    shown: bool
    legend: tuple[tuple[str, str], ...]

    def __post_init__(self) -> None:
        require_lonlat(self.frame, what=self.key)
        if self.class_column and self.class_column not in self.frame.columns:
            raise InputError("maps.missing_columns", what=self.key, columns=self.class_column)
        told = {"number", "text"} if self.style == "route" else set()
        if missing := sorted(told - set(self.frame.columns)):
            raise InputError("maps.missing_columns", what=self.key, columns=", ".join(missing))
        bad = [colour for _, colour in self.legend if not _COLOUR.fullmatch(colour)]
        if bad or not self.legend:
            raise InputError("maps.bad_legend", what=self.key, colours=", ".join(bad) or "–")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SiteMap:
    """Everything one map page shows.

    Parameters
    ----------
    title, subtitle, attribution, run : str
        Plain text; `run` names the result (identity and date) or is empty.
    sites : GeoDataFrame
        EPSG:4326 points (or None where not even the desa is known) with `SITE_COLUMNS`.
        ``rank`` 0 and ``status`` ``"excluded"`` go together.
    criteria : tuple of MapCriterion
        In the order of each site's ``contributions`` and ``unknown``.
    kecamatan : GeoDataFrame, optional
        ``name`` and polygons, EPSG:4326: the land the sites stand on.
    layers : tuple of MapLayer
    synthetic : bool
        Invented data: the page then says so where nobody can miss or move it.
    lang : {"id", "en"}
    focus : str
        Id of the one site a close map is about, "" for a map of the whole; without a place of
        its own there is nothing to come close to, and the whole is shown.
    focus_m : float
        How far around it the map reaches, in metres.
    heading : str
        Title of the list of sites where they are others than the first ten; the page then stands
        inside another one, and leaves its own title and search away.

    Raises
    ------
    InputError, CrsError
        On a missing column, an unknown status, contributions that do not sum to the score
        within 1e-6, a frame that is not in EPSG:4326, or a legend without plain colours.
    """

    title: str
    subtitle: str
    sites: gpd.GeoDataFrame
    criteria: tuple[MapCriterion, ...]
    kecamatan: gpd.GeoDataFrame | None
    layers: tuple[MapLayer, ...]
    attribution: str
    synthetic: bool
    lang: str
    run: str
    focus: str = ""
    focus_m: float = 1000.0
    heading: str = ""

    def __post_init__(self) -> None:
        if self.lang not in {"id", "en"}:
            raise InputError("maps.bad_language", language=self.lang)
        missing = [name for name in SITE_COLUMNS if name not in self.sites.columns]
        if missing:
            raise InputError("maps.missing_columns", what="sites", columns=", ".join(missing))
        require_lonlat(self.sites, what="sites")
        placed = self.sites.geometry.dropna()
        if not (placed.geom_type == "Point").all():
            raise InputError("maps.not_points")
        if self.kecamatan is not None:
            require_lonlat(self.kecamatan, what="kecamatan")
            if "name" not in self.kecamatan.columns:
                raise InputError("maps.missing_columns", what="kecamatan", columns="name")
        _check_status(self.sites)
        _check_sums(self.sites, n_criteria=len(self.criteria))


def require_lonlat(frame: gpd.GeoDataFrame, *, what: str) -> None:
    """Refuse a frame that is not in EPSG:4326; a map page knows no other coordinates."""
    code = frame.crs.to_epsg() if frame.crs is not None else None
    if code != 4326:
        raise CrsError("maps.not_lonlat", what=what, crs=str(frame.crs))


def contribution_table(cells: Any, *, n_criteria: int) -> np.ndarray:
    """Stack the per-site lists into an array (sites × criteria); a wrong length raises."""
    rows = [np.asarray(cell, dtype=float) for cell in cells]
    if any(row.shape != (n_criteria,) for row in rows):
        raise InputError("maps.bad_contributions", expected=n_criteria)
    return np.vstack(rows) if rows else np.empty((0, n_criteria))


def _check_status(sites: gpd.GeoDataFrame) -> None:
    unknown = sorted(set(sites["status"].astype(str)) - set(STATUSES))
    if unknown:
        raise InputError("maps.bad_status", status=", ".join(unknown))
    excluded = (sites["status"] == "excluded").to_numpy()
    if np.any(excluded != (sites["rank"].to_numpy() == 0)):
        raise InputError("maps.rank_and_status")


def _check_sums(sites: gpd.GeoDataFrame, *, n_criteria: int) -> None:
    ranked = sites[sites["status"] != "excluded"]
    table = contribution_table(ranked["contributions"], n_criteria=n_criteria)
    contribution_table(ranked["unknown"], n_criteria=n_criteria)
    gap = np.abs(table.sum(axis=1) - ranked["score"].to_numpy(dtype=float))
    wrong = ~(gap <= _SUM_TOLERANCE)  # NaN counts as wrong
    if wrong.any():
        raise InputError("maps.contributions_do_not_sum", site=str(ranked["id"][wrong].iloc[0]))

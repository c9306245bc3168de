"""Planning visits: which sites are worth one, which team goes on which day, and by which way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from data.workspace import Study, open_study
from geo.crs import to_lonlat
from geo.errors import InputError, UsageError
from geo.streets.profiles import MODES
from scoring.layers import Layers
from scoring.study import StudyResult
from scoring.trips import between, off_streets, straight
from scoring.visits import DRAWS, study_visit_values
from scoring.weights import drawn
from surveys.opening import Opening, load_opening, minutes_of, working_days
from surveys.plan import Places, Plan, Terms, make_plan
from work.assemble import Assembled
from work.audit import note
from work.planned import plan_json
from work.ranking import compute, find_site
from work.roles import require
from work.sureness import SEED, TOP
from work.travel import place_of

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

MOST_CONSIDERED = 150
_RIDE_MIN = 10.0  # the least a visit costs beside the visit itself, when counting how many fit


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """Where days start and end: a metric point, and what it is (given, site, office, median)."""

    point: gpd.GeoSeries
    what: str
    name: str


def plan_visits(  # noqa: PLR0913 - one argument an option of the command
    folder: Path,
    *,
    teams: int,
    days: int,
    hours: float = 7.0,
    start_from: str | None = None,
    mode: str = "motorcycle",
    start: str = "07.30",
    end: str = "15.00",
    first_day: dt.date | None = None,
    programme: str | None = None,
    scenario: str | None = None,
    rain_months: Sequence[int] | None = None,
) -> dict[str, Any]:
    """Plan the visits of teams over days, keep the plan, and return what `plan --json` promises.

    Parameters
    ----------
    start_from : str, optional
        ``LON,LAT``, or a site's id or whole name; else the nearest active office, else the middle
        of the shortlist.
    first_day : date, optional
        Else the next working day.
    rain_months : sequence of int, optional
        Months in which no class-3 hazard road is ridden after noon.

    Raises
    ------
    NotAllowedError
        When the role may not.
    """
    require("plan")
    terms = _terms(teams, days, hours, start, end, first_day)
    opening = load_opening()
    opening = opening if rain_months is None else opening.with_rain(rain_months)
    if mode not in MODES:
        raise UsageError("travel.mode", given=mode, known=", ".join(MODES))
    with open_study(folder) as study:
        result, inputs = compute(study, programme, scenario)
        base = base_of(result, inputs.layers, start_from)
        return _kept(
            study, inputs, _planned(result, inputs.layers, base, terms, opening, mode=mode)
        )


def one_team_day(study: Study, result: StudyResult, inputs: Assembled) -> str:
    """Plan one day of one team for a study that is ranked already, keep it and return its id."""
    terms = _terms(1, 1, 7.0, "07.30", "15.00", None)
    base = base_of(result, inputs.layers, None)
    told = _planned(result, inputs.layers, base, terms, load_opening(), mode="motorcycle")
    return str(_kept(study, inputs, told)["id"])


def _kept(study: Study, inputs: Assembled, told: dict[str, Any]) -> dict[str, Any]:
    told["synthetic"] = inputs.synthetic
    with study.locked(wait_s=30), study.store.transaction():
        told["id"] = study.store.add_plan(told)
        asked = ("teams", "days", "hours", "mode", "first_day")
        after = {"programme": told["programme"]} | {n: told["settings"][n] for n in asked}
        note(study, "plan", told["id"], after=after)
    return told


def _terms(
    teams: int, days: int, hours: float, start: str, end: str, first_day: dt.date | None
) -> Terms:
    today = dt.datetime.now(tz=dt.UTC).date()
    terms = Terms(
        teams=teams,
        days=days,
        hours=hours,
        start_min=minutes_of(start),
        end_min=minutes_of(end),
        first_day=first_day or working_days(today, 2)[1],
    )
    if terms.end_min <= terms.start_min:
        raise UsageError("plan.window", start=start, end=end)
    return terms


def base_of(result: StudyResult, layers: Layers, given: str | None) -> Base:
    """Find where the days start and end; see `plan_visits`."""
    if given and "," in given:
        lonlat = gpd.GeoSeries([place_of(given, option="--from")], crs="EPSG:4326")
        return Base(point=lonlat.to_crs(layers.crs), what="given", name=given)
    points = result.candidates.points
    if given:
        i = find_site(result, given)
        if points.isna().iloc[i] or points.iloc[[i]].is_empty.iloc[0]:
            raise InputError("plan.base_unplaced", site=given)
        name = str(result.candidates.frame["name"].iloc[i])
        return Base(point=points.iloc[[i]].reset_index(drop=True), what="site", name=name)
    middle = _middle(points.iloc[_placed(result)[:TOP]], layers)
    if layers.get("offices") is not None:
        offices = layers.metric("offices")
        active = offices.loc[offices["active"].astype(bool)].reset_index(drop=True)
        if len(active):
            k = int(np.argmin(active.distance(middle.iloc[0]).to_numpy()))
            point = active.geometry.iloc[[k]].reset_index(drop=True)
            return Base(point=point, what="office", name=str(active["name"].iloc[k]))
    return Base(point=middle, what="median", name="")


def _placed(result: StudyResult) -> Ints:
    """Return ranked sites that lie somewhere, best first."""
    placed = (result.candidates.frame["placed"] != "unplaced").to_numpy()
    rows = result.ranking.order[placed[result.ranking.order]]
    if not len(rows):
        raise InputError("choose.no_places")
    return np.asarray(rows, dtype=np.int64)


def _middle(points: gpd.GeoSeries, layers: Layers) -> gpd.GeoSeries:
    x, y = float(np.median(points.x)), float(np.median(points.y))
    return gpd.GeoSeries(gpd.points_from_xy([x], [y]), crs=layers.crs)


def _planned(
    result: StudyResult,
    layers: Layers,
    base: Base,
    terms: Terms,
    opening: Opening,
    *,
    mode: str,
) -> dict[str, Any]:
    value = visit_values(result)
    first = np.zeros(len(value), dtype=bool)
    shortlist = result.ranking.order[:TOP]
    first[shortlist] = np.asarray(result.judgement.readiness)[shortlist] == "survei_dulu"
    rows = _considered(result, value, first, base, terms, opening, mode)
    places, flown = _places(result, layers, base, rows, value, first, mode=mode)
    plan: Plan = make_plan(places, terms, opening)
    lonlat = to_lonlat(base.point.to_frame("geometry")).geometry.iloc[0]
    return plan_json(result, plan, rows, value, first) | {
        "programme": result.scenario.programme,
        "travel": "straight-line" if flown[0] or flown.all() else "streets",
        "straight_to": [
            result.candidates.ids[r] for r, f in zip(rows, flown[1:], strict=True) if f
        ],
        "from": {
            "what": base.what,
            "name": base.name,
            "lon": round(lonlat.x, 7),
            "lat": round(lonlat.y, 7),
        },
        "settings": {
            "teams": terms.teams,
            "days": terms.days,
            "hours": terms.hours,
            "start_min": terms.start_min,
            "end_min": terms.end_min,
            "first_day": terms.first_day.isoformat(),
            "mode": mode,
            "people": 2,
            "visit_min": opening.visit_min,
            "rain_months": sorted(opening.rain_months),
            "opening": opening.version,
            "scenario": result.scenario.name,
            "top": TOP,
        },
    }


def visit_values(result: StudyResult) -> Floats:
    """Worth of visiting each candidate, over 64 draws of the scenario's weights, shape (n,)."""
    weights = drawn(result.catalogue, result.scenario, count=DRAWS, seed=SEED)
    among = np.sort(result.ranking.order)
    return study_visit_values(
        result.matrix, result.judgement, weights, result.catalogue, among=among, k=TOP
    )


def _considered(
    result: StudyResult,
    value: Floats,
    first: npt.NDArray[np.bool_],
    base: Base,
    terms: Terms,
    opening: Opening,
    mode: str,
) -> Ints:
    """Take the sites in front and those worth most a minute, about four times what fits."""
    rows = _placed(result)
    points = result.candidates.points.iloc[rows]
    anchors = pd.concat([base.point, points.loc[first[rows]]], ignore_index=True)
    xy = np.column_stack([points.x, points.y])
    away = np.hypot(
        *(xy[:, None] - np.column_stack([anchors.x, anchors.y])[None]).transpose(2, 0, 1)
    )
    away = np.where(away > 0, away, np.inf)
    near_min = straight(np.where(np.isinf(away).all(axis=1), 0.0, away.min(axis=1)), mode=mode)
    a_minute = value[rows] / (opening.visit_min + near_min)
    fit = terms.teams * terms.days * terms.hours * 60 / (opening.visit_min + _RIDE_MIN)
    count = min(max(40, round(4 * fit)), MOST_CONSIDERED)
    ids = np.asarray(result.candidates.ids, dtype=object)[rows].astype(str)
    order = np.lexsort((ids, -a_minute, ~first[rows]))
    return np.asarray(rows[order[:count]], dtype=np.int64)


def _places(
    result: StudyResult,
    layers: Layers,
    base: Base,
    rows: Ints,
    value: Floats,
    first: npt.NDArray[np.bool_],
    *,
    mode: str,
) -> tuple[Places, npt.NDArray[np.bool_]]:
    from surveys.hazard_roads import dry_minutes

    points = result.candidates.points.iloc[rows]
    where = gpd.GeoSeries(pd.concat([base.point, points], ignore_index=True), crs=layers.crs)
    network = layers.network(mode)
    minutes = between(where, where, network, mode=mode, limit_min=np.inf)
    frame = result.candidates.frame.iloc[rows]
    places = Places(
        ids=tuple(frame["id"]),
        kinds=tuple(frame["kind"]),
        value=value[rows],
        first=first[rows],
        minutes=minutes,
        dry_minutes=minutes,
    )
    dry = dry_minutes(where, minutes, network, layers, mode=mode)
    return replace(places, dry_minutes=dry), off_streets(network, where)

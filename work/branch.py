"""Choosing an office that saves people the way, beside the office of today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

import words
from data.workspace import open_study
from scoring.office import OfficeChoice
from scoring.siting import OfficeTerms, choose_office, service_days
from scoring.study import StudyResult
from scoring.travelled import Travel
from scoring.trips import between, kilometres, off_streets
from work.assemble import Assembled
from work.choosing import number_or_none, place_json
from work.grounds import MODE, Grounds, grounds, minutes_to
from work.ranking import compute
from work.roles import require
from work.travel import place_of

Floats = npt.NDArray[np.float64]
PROGRAMME = "pos-bapas"


def choose_branch(
    folder: Path,
    *,
    count: int,
    today: str,
    method: str = "p_median",
    limit_min: float | None = None,
    scenario: str | None = None,
    time_limit_s: float = 60.0,
) -> dict[str, Any]:
    """Choose where a Pos Bapas saves most, against the office of today (docs/cli.md)."""
    require("view_internal")
    office = place_of(today, option="--today")
    with open_study(folder) as study:
        result, inputs = compute(study, PROGRAMME, scenario)
        found = grounds(result, inputs)
    terms = OfficeTerms(method=method, limit_min=limit_min, time_limit_s=time_limit_s)
    told = branch_json(result, found, count=count, office=office, terms=terms)
    return told | {"synthetic": inputs.synthetic}


def office_of_today(inputs: Assembled) -> tuple[str, shapely.Point] | None:
    """Return the active office nearest to the desa, with its name (EPSG:4326); None without one."""
    layers = inputs.layers
    if layers.get("offices") is None or layers.get("people") is None:
        return None
    offices = layers.metric("offices")
    active = offices.loc[offices["active"].astype(bool)].reset_index(drop=True)
    people = layers.metric("people")
    if not len(active) or not len(people):
        return None
    middle = people.geometry.union_all().centroid
    k = int(np.argmin(active.distance(middle).to_numpy()))
    point = active.geometry.iloc[[k]].to_crs(4326).iloc[0]
    return str(active["name"].iloc[k]), point


def branch_json(
    result: StudyResult,
    found: Grounds,
    *,
    count: int,
    office: shapely.Point,
    terms: OfficeTerms | None = None,
) -> dict[str, Any]:
    """Choose over what is laid out already; all of `choose_branch` but ``synthetic``.

    Parameters
    ----------
    office : Point
        The office of today, EPSG:4326.
    """
    terms = terms or OfficeTerms()
    network = found.layers.network(MODE)
    here = gpd.GeoSeries([office], crs="EPSG:4326").to_crs(found.layers.crs)
    today_min = _known(between(found.points, here, network, mode=MODE, limit_min=np.inf)[:, 0])
    minutes, demand = minutes_to(found, found.places), found.demand["amount"].to_numpy(dtype=float)
    chosen = choose_office(
        minutes,
        demand,
        count=count,
        today_min=today_min,
        terms=terms,
        distance_km=lambda opened: kilometres(found.points, found.places.iloc[opened], network),
        today_km=kilometres(found.points, here, network)[:, 0],
    )
    opened = chosen.siting.opened
    ids = [result.candidates.ids[row] for row in found.rows]
    rivals = _rivals(chosen, ids)
    return {
        "today": _travelled(chosen.today) | {"travel": _way(found, here)},
        "after": _travelled(chosen.after),
        "chosen": [place_json(result, ids[k]) for k in opened],
        "rivals": rivals,
        "clear_winner": bool(len(opened)) and not rivals,
        "saved_hours_per_year": number_or_none(chosen.saved_hours_per_year),
        "saved_km_per_year": number_or_none(chosen.saved_km_per_year),
        "travel": _way(found, found.places.iloc[opened] if len(opened) else found.places),
        "by_desa": _by_desa(found, chosen.by_desa, ids),
        "service_days": _service_days(result, found, minutes, demand, today_min, here),
        "method": chosen.method,
        "objective": number_or_none(chosen.siting.objective),
        "gap": number_or_none(chosen.siting.gap),
        "status": chosen.siting.status,
        "assumed": {"demand": not found.counted, "visits_a_year": terms.visits_a_year},
    }


def _known(minutes: Floats) -> Floats:
    """Make minutes of trips that the streets do not allow unknown."""
    return np.where(np.isfinite(minutes), minutes, np.nan)


def _rivals(chosen: OfficeChoice, ids: Sequence[str]) -> list[dict[str, Any]]:
    return [
        {"id": ids[r.column], "instead_of": ids[r.instead_of], "mean_min": float(r.mean_min)}
        for r in chosen.rivals
    ]


def _travelled(travel: Travel) -> dict[str, Any]:
    told = {
        name: getattr(travel, name) for name in ("mean_min", "p90_min", "mean_km", "known_share")
    }
    return {name: number_or_none(value) for name, value in told.items()}


def _way(found: Grounds, places: gpd.GeoSeries) -> str:
    """Say how trips to some places were reckoned: over streets, or as the crow flies."""
    off = off_streets(found.layers.network(MODE), places)
    return "straight-line" if off.all() else "streets"


def _by_desa(found: Grounds, table: Any, ids: Sequence[str]) -> list[dict[str, Any]]:
    """Lay out the change per desa; the demand itself is an estimate and stays per kecamatan."""
    rows = zip(found.desa["id"], found.desa["name"], found.desa["kecamatan"], strict=True)
    return [
        {
            "desa": code,
            "name": name,
            "kecamatan": kecamatan,
            "today_min": number_or_none(row.today_min),
            "after_min": number_or_none(row.after_min),
            "today_km": number_or_none(row.today_km),
            "after_km": number_or_none(row.after_km),
            "office": ids[row.office] if row.office >= 0 else None,
            "saved_hours_per_year": number_or_none(row.saved_hours_per_year),
            "saved_km_per_year": number_or_none(row.saved_km_per_year),
        }
        for (code, name, kecamatan), row in zip(rows, table.itertuples(), strict=True)
    ]


def _service_days(
    result: StudyResult,
    found: Grounds,
    minutes: Any,
    demand: Any,
    today_min: Any,
    here: gpd.GeoSeries,
) -> Mapping[str, Any] | None:
    """Compare a weekly day at kantor kecamatan; None where the register names no such office."""
    frame = result.candidates.frame.iloc[found.rows]
    named = frame["name"].str.contains(r"\b(?:kecamatan|camat|kec)\b", case=False, regex=True)
    kantor = np.flatnonzero((frame["kind"] == "village_office").to_numpy() & named.to_numpy())
    if not len(kantor):
        return None
    network = found.layers.network(MODE)
    way = between(here, found.places.iloc[kantor], network, mode=MODE, limit_min=np.inf)[0]
    days = service_days(
        minutes[:, kantor],
        demand,
        today_min=today_min,
        officer_min=_known(way),
    )
    opened = [result.candidates.ids[found.rows[kantor[k]]] for k in days.choice.siting.opened]
    return {
        "kantor": [place_json(result, site) for site in opened],
        "after": _travelled(days.choice.after),
        "saved_hours_per_year": number_or_none(days.choice.saved_hours_per_year),
        "officer_hours_per_year": number_or_none(days.officer_hours_per_year),
    }


def office_lines(result: dict[str, Any]) -> list[str]:
    """Tell a chosen office: travel before and after, and what a year saves."""
    said: dict[str, Any] = {
        "t0": result["today"]["mean_min"] or 0.0,
        "t1": result["after"]["mean_min"] or 0.0,
        "p90": result["after"]["p90_min"] or 0.0,
        "hours": result["saved_hours_per_year"] or 0.0,
    }
    names = ", ".join(f"{site['name']} ({site['kecamatan']})" for site in result["chosen"])
    lines = [words.say("tell.office", names=names, **said)]
    if result["saved_km_per_year"] is not None:
        lines.append(
            words.say(
                "tell.office_km",
                km0=result["today"]["mean_km"],
                km1=result["after"]["mean_km"],
                km=result["saved_km_per_year"],
            )
        )
    way, before = result["travel"], result["today"]["travel"]
    lines.append(words.say(f"tell.travel.{way}" if way == before else "tell.travel.mixed"))
    if result["rivals"]:
        lines.append(words.say("tell.rivals", ids=", ".join(r["id"] for r in result["rivals"][:5])))
    return lines

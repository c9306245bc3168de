"""Choosing: a set of sites that serves the district, or an office that saves people the way."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np

import words
from data.workspace import open_study
from geo.errors import UsageError
from scoring.hours import weekly_capacity
from scoring.legal import most_hours_day
from scoring.siting import (
    Areas,
    OfficeTerms,
    SetChoice,
    Sites,
    Terms,
    choose_office,
    choose_sites,
    service_days,
    suitability_without,
)
from scoring.study import StudyResult
from scoring.trips import between
from work.grounds import MODE, Grounds, grounds, minutes_to
from work.ranking import compute
from work.travel import place_of

NAN = float("nan")


def asked(**terms: Any) -> Terms:
    """Put a request together: the fields of `scoring.siting.Terms`."""
    return Terms(**terms)


def parse_caps(given: Sequence[str]) -> dict[str, int]:
    """Read ``KIND=N`` words."""
    caps = {}
    for word in given:
        kind, _, number = word.partition("=")
        if not number.strip().isdigit():
            raise UsageError("choose.cap", given=word[:60])
        caps[kind.strip()] = int(number)
    return caps


def choose_set(
    folder: Path,
    terms: Terms,
    *,
    programme: str | None = None,
    scenario: str | None = None,
    time_limit_s: float = 60.0,
) -> dict[str, Any]:
    """Choose a set of sites (docs/cli.md): ``{opened, assigned, served_share, …, clash}``."""
    with open_study(folder) as study:
        result, inputs = compute(study, programme, scenario)
        found = grounds(result, inputs)
    sites, assumed = _sites(result, found)
    minutes = minutes_to(found, found.places, limit_min=terms.max_minutes)
    areas = Areas(
        ids=tuple(found.desa["id"]),
        hours_week=found.demand["hours_mid"].to_numpy(dtype=float),
        kecamatan=tuple(found.desa["kecamatan"]),
    )
    chosen = choose_sites(sites, areas, minutes, terms, time_limit_s=time_limit_s)
    return _set_json(result, found, chosen) | {
        "programme": result.scenario.programme,
        "assumed": {"sites": assumed, "demand": not found.counted},
        "synthetic": inputs.synthetic,
    }


def _sites(result: StudyResult, found: Grounds) -> tuple[Sites, int]:
    """Return the places with what they can take; what nobody has asked is assumed, and counted."""
    frame, keys = result.candidates.frame, [c.key for c in result.criteria]
    mean = result.matrix.mean[found.rows]
    need, places = (
        mean[:, keys.index(key)] if key in keys else np.full(len(found.rows), NAN)
        for key in ("labour_need", "capacity")
    )
    on = dt.date.fromisoformat(result.scenario.as_of)
    most = most_hours_day(result.scenario.programme, on=on)
    week = weekly_capacity(need, places, NAN, NAN, most_hours_day=most)
    readiness = np.asarray(result.judgement.readiness)[found.rows]
    at = {row: k for k, row in enumerate(result.ranking.order.tolist())}
    order = [at[row] for row in found.rows.tolist()]
    sites = Sites(
        ids=tuple(frame["id"].iloc[found.rows]),
        suitability=suitability_without(result)[order],
        capacity_h_week=week.hours_week,
        kind=tuple(frame["kind"].iloc[found.rows]),
        xy_m=np.column_stack([found.places.x, found.places.y]),
        to_survey=readiness == "survei_dulu",
    )
    return sites, int(week.assumed[:, :2].any(axis=1).sum())


def _set_json(result: StudyResult, found: Grounds, chosen: SetChoice) -> dict[str, Any]:
    clash = chosen.clash
    return {
        "opened": [_place(result, site) for site in chosen.opened],
        "assigned": [
            {
                "desa": sent.area,
                "site": sent.site,
                "hours_week": float(sent.hours_week),
                "minutes": float(sent.travel_min),
            }
            for sent in chosen.assigned
        ],
        "served_share": _number(chosen.served_share),
        "served_by_kecamatan": {k: _number(v) for k, v in chosen.served_by_kecamatan.items()},
        "demand_hours_week": {
            level: float(found.demand[f"hours_{level}"].sum()) for level in ("low", "mid", "high")
        },
        "to_survey": list(chosen.to_survey),
        "objective": _number(chosen.objective),
        "gap": _number(chosen.gap),
        "status": chosen.status,
        "time_limit_s": chosen.time_limit_s,
        "clash": clash
        and {
            "give_up": list(clash.give_up),
            "because": list(clash.because),
            "proved": clash.proved,
            "text": [f"{note.reason()} {note.fix()}" for note in clash.notes],
        },
    }


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _place(result: StudyResult, candidate: str) -> dict[str, Any]:
    frame = result.candidates.frame
    i = result.candidates.ids.index(candidate)
    row = frame.iloc[i]
    return {
        "id": candidate,
        "name": row["name"],
        "kind": row["kind"],
        "kecamatan": row["kecamatan"],
        "lon": _number(row["lon"]),
        "lat": _number(row["lat"]),
        "readiness": result.judgement.readiness[i],
        "conditions": list(result.judgement.conditions[i]),
    }


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
    office = place_of(today, option="--today")
    with open_study(folder) as study:
        result, inputs = compute(study, "pos-bapas", scenario)
        found = grounds(result, inputs)
    network = found.layers.network(MODE)
    here = gpd.GeoSeries([office], crs="EPSG:4326").to_crs(found.layers.crs)
    today_min = between(found.points, here, network, mode=MODE, limit_min=np.inf)[:, 0]
    today_min = np.where(np.isfinite(today_min), today_min, NAN)
    minutes, demand = minutes_to(found, found.places), found.demand["amount"].to_numpy(dtype=float)
    terms = OfficeTerms(method=method, limit_min=limit_min, time_limit_s=time_limit_s)
    chosen = choose_office(minutes, demand, count=count, today_min=today_min, terms=terms)
    ids = [result.candidates.ids[row] for row in found.rows]
    rivals = [
        {"id": ids[r.column], "instead_of": ids[r.instead_of], "mean_min": float(r.mean_min)}
        for r in chosen.rivals
    ]
    return {
        "today": _travelled(chosen.today),
        "after": _travelled(chosen.after),
        "chosen": [_place(result, ids[k]) for k in chosen.siting.opened],
        "rivals": rivals,
        "clear_winner": bool(len(chosen.siting.opened)) and not rivals,
        "saved_hours_per_year": _number(chosen.saved_hours_per_year),
        "by_desa": _by_desa(found, chosen.by_desa, ids),
        "service_days": _service_days(result, found, minutes, demand, today_min, here),
        "method": chosen.method,
        "objective": _number(chosen.siting.objective),
        "gap": _number(chosen.siting.gap),
        "status": chosen.siting.status,
        "assumed": {"demand": not found.counted, "visits_a_year": terms.visits_a_year},
        "synthetic": inputs.synthetic,
    }


def _travelled(travel: Any) -> dict[str, Any]:
    told = {name: getattr(travel, name) for name in ("mean_min", "p90_min", "known_share")}
    return {name: _number(value) for name, value in told.items()}


def _by_desa(found: Grounds, table: Any, ids: Sequence[str]) -> list[dict[str, Any]]:
    """Lay out the change per desa; the demand itself is an estimate and stays per kecamatan."""
    rows = zip(found.desa["id"], found.desa["name"], found.desa["kecamatan"], strict=True)
    return [
        {
            "desa": code,
            "name": name,
            "kecamatan": kecamatan,
            "today_min": _number(row.today_min),
            "after_min": _number(row.after_min),
            "office": ids[row.office] if row.office >= 0 else None,
            "saved_hours_per_year": _number(row.saved_hours_per_year),
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
        officer_min=np.where(np.isfinite(way), way, NAN),
    )
    opened = [result.candidates.ids[found.rows[kantor[k]]] for k in days.choice.siting.opened]
    return {
        "kantor": [_place(result, site) for site in opened],
        "after": _travelled(days.choice.after),
        "saved_hours_per_year": _number(days.choice.saved_hours_per_year),
        "officer_hours_per_year": _number(days.officer_hours_per_year),
    }


def set_lines(result: dict[str, Any]) -> list[str]:
    """Tell a chosen set: what it serves, the sites, and a clash in words."""
    share: Any = 100 * (result["served_share"] or 0)
    counts: dict[str, Any] = {"n": len(result["opened"]), "survey": len(result["to_survey"])}
    lines = [words.say("tell.set", share=share, **counts)]
    lines += [f"  {s['id']}  {s['name']} · {s['kecamatan']}" for s in result["opened"]]
    clash = result["clash"]
    if clash:
        proved = words.say(f"siting.proved.{clash['proved']}")
        lines += [words.say("tell.clash", proved=proved), *(f"  {t}" for t in clash["text"])]
        lines.append(words.say("tell.give_up", keys=", ".join(clash["give_up"])))
    return lines


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
    if result["rivals"]:
        lines.append(words.say("tell.rivals", ids=", ".join(r["id"] for r in result["rivals"][:5])))
    return lines

"""Choosing a set of sites that serves the district."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

import words
from data.workspace import open_study
from geo.errors import UsageError
from scoring.areas_catalogue import PROGRAMME as JUVENILE
from scoring.evidence import resolve
from scoring.hours import AssumedSite, weekly_capacity
from scoring.legal import Pattern, most_hours_day, pattern
from scoring.siting import Areas, SetChoice, Sites, Terms, choose_sites, suitability_without
from scoring.study import StudyResult
from work.grounds import Grounds, grounds, minutes_to
from work.ranking import compute
from work.roles import require

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
    require("view_internal")
    with open_study(folder) as study:
        result, inputs = compute(study, programme, scenario)
        found = grounds(result, inputs)
    return chosen_json(result, found, terms, time_limit_s=time_limit_s) | {
        "synthetic": inputs.synthetic
    }


def chosen_json(
    result: StudyResult, found: Grounds, terms: Terms, *, time_limit_s: float = 60.0
) -> dict[str, Any]:
    """Choose a set over what is laid out already; all of `choose_set` but ``synthetic``."""
    sites, assumed = sites_of(result, found)
    minutes = minutes_to(found, found.places, limit_min=terms.max_minutes)
    chosen = choose_sites(sites, areas_of_demand(found), minutes, terms, time_limit_s=time_limit_s)
    return _set_json(result, found, chosen) | {
        "programme": result.scenario.programme,
        "assumed": {"sites": assumed, "demand": not found.counted},
    }


def areas_of_demand(found: Grounds) -> Areas:
    """Return the desa as the program over a set takes them."""
    return Areas(
        ids=tuple(found.desa["id"]),
        hours_week=found.demand["hours_mid"].to_numpy(dtype=float),
        kecamatan=tuple(found.desa["kecamatan"]),
    )


def sites_of(result: StudyResult, found: Grounds) -> tuple[Sites, int]:
    """Return the places with what they can take; what nobody has asked is assumed, and counted."""
    frame, catalogue = result.candidates.frame, result.catalogue
    # what a place can take is known of programmes too that do not weigh it
    criteria = [catalogue.criteria[key] for key in ("labour_need", "capacity")]
    letter = result.matrix.letter
    told = resolve(result.evidence, result.candidates.ids, criteria, letter=letter)
    need, places = told.mean[found.rows].T
    most = most_hours_day(result.scenario.programme, on=day_of(result))
    stand_in = _assumed(_practice(result))
    week = weekly_capacity(need, places, NAN, NAN, most_hours_day=most, assumed=stand_in)
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


def day_of(result: StudyResult) -> dt.date:
    """Return the day a result is reckoned for."""
    return dt.date.fromisoformat(result.scenario.as_of)


def _practice(result: StudyResult) -> Pattern | None:
    """Return the days and hours that verdicts of this programme have named, where they have."""
    return pattern(result.scenario.programme, on=day_of(result))


def _assumed(practice: Pattern | None) -> AssumedSite:
    """Assume open hours: those of verdicts (for juveniles outside school), else of an office."""
    if practice is None:
        return AssumedSite()
    return AssumedSite(hours_open_day=practice.most_hours_day, days_week=practice.days_a_week)


def _slots(result: StudyResult) -> dict[str, dict[str, Any]]:
    """Say for each place when juveniles come, and whether adults surely do not come then.

    ``separate`` is True where gate G7 is passed (question 11 says that their times are apart), else
    None: unknown. A place that cannot keep them apart is excluded, so False never arises.
    """
    practice = _practice(result)
    if result.scenario.programme != JUVENILE or practice is None:
        return {}
    slot = {
        "days": list(practice.days),
        "days_week": practice.days_a_week,
        "hours_day": practice.most_hours_day,
        "source": practice.source,
    }
    gate = [g.code for g in result.judgement.gates].index("G7")
    apart = result.judgement.passed[:, gate].tolist()
    return {
        site: {"slot": slot, "separate": True if ok else None}
        for site, ok in zip(result.candidates.ids, apart, strict=True)
    }


def _set_json(result: StudyResult, found: Grounds, chosen: SetChoice) -> dict[str, Any]:
    clash, slots = chosen.clash, _slots(result)
    return {
        "opened": [place_json(result, site) | slots.get(site, {}) for site in chosen.opened],
        "assigned": [
            {
                "desa": sent.area,
                "site": sent.site,
                "hours_week": float(sent.hours_week),
                "minutes": float(sent.travel_min),
            }
            for sent in chosen.assigned
        ],
        "served_share": number_or_none(chosen.served_share),
        "served_by_kecamatan": {
            k: number_or_none(v) for k, v in chosen.served_by_kecamatan.items()
        },
        "demand_hours_week": {
            level: float(found.demand[f"hours_{level}"].sum()) for level in ("low", "mid", "high")
        },
        "to_survey": list(chosen.to_survey),
        "objective": number_or_none(chosen.objective),
        "gap": number_or_none(chosen.gap),
        "status": chosen.status,
        "at_least": chosen.at_least,
        "time_limit_s": chosen.time_limit_s,
        "clash": clash
        and {
            "give_up": list(clash.give_up),
            "because": list(clash.because),
            "proved": clash.proved,
            "text": [f"{note.reason()} {note.fix()}" for note in clash.notes],
        },
    }


def number_or_none(value: float) -> float | None:
    """Return a number JSON can hold; None for what is unknown or endless."""
    return float(value) if math.isfinite(value) else None


def place_json(result: StudyResult, candidate: str) -> dict[str, Any]:
    """Lay out a chosen place, with what is still to be settled there."""
    frame = result.candidates.frame
    i = result.candidates.ids.index(candidate)
    row = frame.iloc[i]
    return {
        "id": candidate,
        "name": row["name"],
        "kind": row["kind"],
        "kecamatan": row["kecamatan"],
        "lon": number_or_none(row["lon"]),
        "lat": number_or_none(row["lat"]),
        "readiness": result.judgement.readiness[i],
        "conditions": list(result.judgement.conditions[i]),
    }


def set_lines(result: dict[str, Any]) -> list[str]:
    """Tell a chosen set: what it serves, the sites, and a clash in words."""
    share: Any = 100 * (result["served_share"] or 0)
    counts: dict[str, Any] = {"n": len(result["opened"]), "survey": len(result["to_survey"])}
    lines = [words.say("tell.set", share=share, **counts)]
    lines += [f"  {s['id']}  {s['name']} · {s['kecamatan']}" for s in result["opened"]]
    lines += _slot_lines(result["opened"])
    clash = result["clash"]
    if clash:
        proved = words.say(f"siting.proved.{clash['proved']}")
        lines += [words.say("tell.clash", proved=proved), *(f"  {t}" for t in clash["text"])]
        lines.append(words.say("tell.give_up", keys=", ".join(clash["give_up"])))
    return lines


def _slot_lines(opened: Sequence[dict[str, Any]]) -> list[str]:
    """Say when juveniles come to the chosen places, and where adults may come too."""
    slot = opened[0].get("slot") if opened else None
    if slot is None:
        return []
    days = ", ".join(words.say(f"day.{day}") for day in slot["days"])
    unknown: Any = sum(site["separate"] is None for site in opened)
    told: dict[str, Any] = {"days": days, "hours": slot["hours_day"], "source": slot["source"]}
    lines = [words.say("tell.slot", **told)]
    return [*lines, words.say("tell.not_separate", n=unknown)] if unknown else lines

"""Areas for juveniles beside the ranked places: ranked, recorded, explained."""

from __future__ import annotations

from typing import Any

import words
from data.workspace import Study
from geo.errors import InputError
from scoring.areas import AreaResult, run_areas
from scoring.areas_catalogue import PROGRAMME
from scoring.study import StudyResult
from work.as_json import ranking_json
from work.assemble import Assembled
from work.kept import KeptMeasures
from work.sureness import sureness_json

LISTS = ("areas", "areas_survey_first", "areas_excluded")
"""What a ranking for juveniles holds beside its sites, as `areas_json` lays it out."""
_SHOWN = (
    *("id", "name", "kecamatan", "rank", "score", "low", "high", "coverage", "contributions"),
    *("p_first", "p_top"),
)
_LEFT_OUT = ("id", "name", "reason", "text", "basis")


def area_programme(site: str, programme: str | None) -> str | None:
    """Return the programme meant: who names an area means that of juveniles."""
    return programme or (PROGRAMME if is_area(site) else None)


def is_area(site: str) -> bool:
    """Whether a name given for a site is the id of an area."""
    return site.startswith("a-")


def areas_of(study: Study, places: StudyResult, inputs: Assembled) -> AreaResult | None:
    """Rank the desa of a study for juveniles; None for other programmes and without desa."""
    if places.scenario.programme != PROGRAMME:
        return None
    return run_areas(places, inputs.layers, memory=KeptMeasures(study))


def areas_json(found: AreaResult | None, places: StudyResult) -> dict[str, Any]:
    """Lay out the areas of a ranking; nothing where there are none.

    Returns
    -------
    dict
        ``{areas: [{id, name, kecamatan, rank, score, low, high, coverage, contributions, unknown,
        readiness, places, place, p_first, p_top}], areas_survey_first: [{id, gate, question,
        text}], areas_excluded: [{id, name, reason, text, basis}], areas_sureness: {clear_winner,
        top, text, weights_set_by}}``
    """
    if found is None:
        return {}
    told = sureness_json(found.study, ranking_json(found.study))
    row_of = {area: i for i, area in enumerate(found.study.candidates.ids)}
    areas = [
        {name: site[name] for name in _SHOWN} | _inside(found, places, row_of[site["id"]])
        for site in told["sites"]
    ]
    return {
        "areas": areas,
        "areas_survey_first": told["survey_first"],
        "areas_excluded": [{k: one[k] for k in _LEFT_OUT} for one in told["excluded"]],
        "areas_sureness": {
            "clear_winner": told["clear_winner"],
            "top": told["top"],
            "text": told["sureness"]["text"] if areas else "",
            "weights_set_by": told["weights_set_by"],
        },
    }


def _inside(found: AreaResult, places: StudyResult, row: int) -> dict[str, Any]:
    """Say which places an area holds, the one it stands on, and what is not known of it."""
    ids, matrix = places.candidates.ids, found.study.matrix
    place = found.chosen[row]
    return {
        "readiness": found.readiness[row],
        "places": [ids[i] for i in found.places[row]],
        "place": ids[place] if place >= 0 else None,
        "unknown": [
            c.key for c, gone in zip(matrix.criteria, matrix.unknown[row], strict=True) if gone
        ],
    }


def first_areas(told: dict[str, Any], top: int) -> dict[str, Any]:
    """Keep the first so many areas of a ranking, as of its sites."""
    if "areas" not in told:
        return {}
    areas = told["areas"][:top]
    kept = {area["id"] for area in areas}
    first = [one for one in told["areas_survey_first"] if one["id"] in kept]
    return {"areas": areas, "areas_survey_first": first}


def required_areas(study: Study, places: StudyResult, inputs: Assembled) -> AreaResult:
    """Rank the areas of a study because one of them was asked for.

    Raises
    ------
    InputError
        ``why.no_areas`` for another programme than that of juveniles, and without desa.
    """
    found = areas_of(study, places, inputs)
    if found is None:
        raise InputError("why.no_areas", programme=words.say(f"programme.{PROGRAMME}"))
    return found


def area_why(found: AreaResult, places: StudyResult, row: int) -> dict[str, Any]:
    """Say what `tapak why` adds to an area: its readiness, and the places inside by name."""
    told = _inside(found, places, row)
    frame = places.candidates.frame
    names = dict(zip(frame["id"], frame["name"].astype(str), strict=True))
    told["places"] = [{"id": one, "name": names[one]} for one in told["places"]]
    return told

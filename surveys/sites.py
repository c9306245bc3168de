"""What a team carries about each site: the same facts for every form, map and sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

import words
from scoring.criteria import Catalogue
from scoring.hazards import as_class
from scoring.study import StudyResult
from surveys.questions import Spec, spec

Position = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class PackSite:
    """One site as the team reads it.

    Parameters
    ----------
    id, name, kind, kind_text, agency, address, desa, kecamatan : str
        ``kind_text`` is the kind in the language of the pack.
    lon, lat : float or None
        EPSG:4326; None where only the desa is known (*cari titik*).
    order, day : int or None
        Place in the day's route and day of the plan, from 1; None where it is in no plan.
    arrive, leave : str
        ``08:05``, or "".
    must_answer : tuple of int
        Questions that settle an open gate or an unknown criterion, gates first.
    conditions : tuple of str
        Codes of the written conditions.
    reasons : tuple of str
        Why the site is visited, a line each.
    hazards : tuple of str
        What to look out for there, a line each.
    """

    id: str
    name: str
    kind: str
    kind_text: str
    agency: str
    address: str
    desa: str
    kecamatan: str
    lon: float | None
    lat: float | None
    order: int | None = None
    day: int | None = None
    arrive: str = ""
    leave: str = ""
    must_answer: tuple[int, ...] = ()
    conditions: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    hazards: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PackInput:
    """Everything a writer of forms, maps and sheets gets.

    Parameters
    ----------
    study_name, programme, team : str
    spec : Spec
        The survey of the programme.
    sites : tuple of PackSite
        In the order of the route.
    route_lonlat : Mapping[int, tuple of (lon, lat)]
        The way of each day, by day from 1.
    valid_until : str
        ISO date.
    form_version, pack_id : str
    synthetic : bool
        The study is the demo; it is said on every sheet.
    emergency : tuple of (label, value)
    earlier : tuple of mapping
        Visits of this team that a reviewer asked to be looked at again: the header's names,
        ``revision`` (edits so far) and ``answers``.
    """

    study_name: str
    programme: str
    team: str
    spec: Spec
    sites: tuple[PackSite, ...]
    route_lonlat: Mapping[int, tuple[Position, ...]]
    valid_until: str
    form_version: str
    synthetic: bool
    emergency: tuple[tuple[str, str], ...]
    pack_id: str
    earlier: tuple[Mapping[str, Any], ...] = ()


def must_answer(
    catalogue: Catalogue,
    *,
    programme: str,
    open_gates: Sequence[str],
    unknown: Sequence[str],
    no_point: bool,
) -> tuple[int, ...]:
    """Name the questions that a visit to one site has to answer.

    Parameters
    ----------
    catalogue : Catalogue
    programme : str
        Only its questions are asked.
    open_gates : sequence of str
        Codes of the gates not passed, the one to settle first in front.
    unknown : sequence of str
        Keys of the criteria nobody knows, the weightiest in front.
    no_point : bool
        The place itself must be found: question 1 comes first.

    Returns
    -------
    tuple of int
        Each once, gates before criteria.
    """
    asked = {q.number for q in spec(programme).questions}
    wanted = [1] if no_point else []
    wanted += [n for code in open_gates for n in catalogue.gates[code].questions]
    wanted += [n for key in unknown for n in catalogue.criteria[key].questions]
    return tuple(dict.fromkeys(n for n in wanted if n in asked))


_HAZARDS = ("landslide", "flash_flood", "flood")
_ALARMING = 2


def pack_sites(
    result: StudyResult, days: Sequence[Mapping[str, Any]], *, team: str, lang: str | None = None
) -> tuple[PackSite, ...]:
    """Make what a team carries about its sites from a ranked study and a plan's days.

    Parameters
    ----------
    result : StudyResult
    days : sequence of mapping
        ``{team, day, stops: [{site, arrive, leave}]}`` as `tapak plan --json` promises.
    team : str
        Whose days.
    lang : {"id", "en"}, optional

    Returns
    -------
    tuple of PackSite
        By day, then in the order of the visits; a site that is in the study no more is left out.
    """
    row_of = {candidate: i for i, candidate in enumerate(result.candidates.ids)}
    own = sorted((day for day in days if day["team"] == team), key=lambda day: int(day["day"]))
    return tuple(
        _pack_site(
            result,
            row_of[stop["site"]],
            lang=lang,
            route={
                "day": int(day["day"]),
                "order": order,
                "arrive": str(stop["arrive"]),
                "leave": str(stop["leave"]),
            },
        )
        for day in own
        for order, stop in enumerate(day["stops"], start=1)
        if stop["site"] in row_of
    )


def _pack_site(
    result: StudyResult, i: int, *, lang: str | None, route: Mapping[str, Any]
) -> PackSite:
    frame, judgement = result.candidates.frame, result.judgement
    row = {name: frame[name].iloc[i] for name in frame.columns if name != "geometry"}
    codes = [g.code for g, ok in zip(judgement.gates, judgement.passed[i], strict=True) if not ok]
    codes = sorted(codes, key=lambda code: code != judgement.first_gate[i])
    weights = result.ranking.weights
    unknown = [
        result.criteria[k].key
        for k in np.argsort(-weights, kind="stable").tolist()
        if result.matrix.unknown[i, k]
    ]
    no_point = bool(judgement.no_point[i])
    reasons = [words.say("survey.find_point", lang=lang)] if no_point else []
    reasons += [words.say(f"gate.{code}", lang=lang) for code in codes]
    reasons += [words.say(f"criterion.{key}", lang=lang) for key in unknown]
    return PackSite(
        id=_text(row["id"]),
        name=_text(row["name"]),
        kind=_text(row["kind"]),
        agency=_text(row.get("agency")),
        address=_text(row.get("address")),
        desa=_text(row.get("desa")),
        kecamatan=_text(row.get("kecamatan")),
        kind_text=words.say(f"kind.{row['kind']}", lang=lang),
        lon=None if no_point else float(row["lon"]),
        lat=None if no_point else float(row["lat"]),
        must_answer=must_answer(
            result.catalogue,
            programme=result.scenario.programme,
            open_gates=codes,
            unknown=unknown,
            no_point=no_point,
        ),
        conditions=tuple(judgement.conditions[i]),
        reasons=tuple(reasons),
        hazards=hazard_lines(result, i, lang=lang),
        **route,
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def hazard_lines(result: StudyResult, i: int, *, lang: str | None = None) -> tuple[str, ...]:
    """Name the mapped hazards of class 2 and 3 at a candidate, and those that no map speaks of.

    Parameters
    ----------
    result : StudyResult
    i : int
        Row of the candidate.
    lang : {"id", "en"}, optional

    Returns
    -------
    tuple of str
        A line each, in the order of the criteria.
    """
    lines = []
    for k, criterion in enumerate(result.criteria):
        if criterion.key not in _HAZARDS:
            continue
        name = words.say(f"criterion.{criterion.key}", lang=lang)
        value = result.matrix.mean[i, k]
        index = criterion.key == "landslide"
        level = as_class(np.asarray([value]))[0] if index else np.round(value)
        if np.isnan(level):
            lines.append(words.say("surveys.hazard.unknown", lang=lang, hazard=name))
        elif level >= _ALARMING:
            lines.append(words.say("surveys.hazard", lang=lang, hazard=name, level=int(level)))
    return tuple(lines)

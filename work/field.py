"""What accepted visits change: where places stand, and what is known of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.hashes import canonical_json, sha256_hex
from data.records import ResponseRecord
from data.returns import RawRow
from data.returns.waypoints import WAYPOINT
from data.workspace import Study
from geo.errors import InputError, Note
from scoring.criteria import load_catalogue
from surveys.answers import evidence, positions
from surveys.responses import Response, moment
from surveys.review import away_m

WORST_ACCURACY_M = 100.0
"""A point that states a worse accuracy moves nothing."""
POSITION = "position"
UNTOUCHED_M = 0.5
"""A waypoint this near to its listed point is that point; ours are written to a centimetre."""
_STORED = (
    *("id", "candidate", "surveyor", "team", "programme", "channel", "form_version"),
    *("started_at", "ended_at", "accuracy_m", "raw_sha256"),
)
"""What a visit and its stored row call by one name."""
_MOST = {"candidate": 80, "form_version": 40, "started_at": 40, "ended_at": 40}
"""Characters the store keeps of what anybody may have typed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visits:
    """Accepted visits of a study.

    ``moves``: candidate, lon, lat (EPSG:4326), sd_m, submission and ``away_m``, how far the point
    stands from the listed one (NaN where none was listed); one row a candidate of the study.
    """

    responses: tuple[Response, ...] = ()
    moves: pd.DataFrame | None = None

    def fingerprint(self) -> dict[str, str]:
        """Return what names these visits among the inputs of a run; nothing without visits."""
        if not self.responses:
            return {}
        told = sorted((r.id, sha256_hex(canonical_json(_plain(r)))) for r in self.responses)
        return {"visits": sha256_hex(canonical_json([list(pair) for pair in told]))}

    def evidence(self, programme: str) -> pd.DataFrame | None:
        """Return rows for `scoring.study.run_study`; None without any visit for the programme.

        What was said about a place for one programme does not stand for another; where it is does.
        ``by`` is the team, ``source`` the submission.
        """
        team = {r.id: r.team or r.surveyor for r in self.responses}
        catalogue = load_catalogue()
        letter = catalogue.programme(programme).letter
        own = [r for r in self.responses if r.programme == programme]
        blocks = []
        if own:
            rows = evidence(own, catalogue=catalogue, letter=letter)
            blocks.append(rows.assign(by=rows["submission"].map(team)))
        if self.moves is not None and len(self.moves):
            blocks.append(_positions(self.moves, team, {r.id: r for r in self.responses}))
        blocks = [b for b in blocks if len(b)]
        return pd.concat(blocks, ignore_index=True) if blocks else None


def _plain(one: Response) -> dict[str, Any]:
    return {"site": one.candidate, "surveyor": one.surveyor, "answers": dict(one.answers)}


def _positions(
    moves: pd.DataFrame, team: dict[str, str], by_id: dict[str, Response]
) -> pd.DataFrame:
    at = [by_id[name] for name in moves["submission"]]
    return pd.DataFrame(
        {
            "candidate": moves["candidate"],
            "criterion": POSITION,
            "value": moves["away_m"],
            "category": "",
            "sd": moves["sd_m"],
            "unit": "metres",
            "origin": "survey",
            "source": moves["submission"],
            "layer": "",
            "taken_at": [moment(r.ended_at) or moment(r.started_at) for r in at],
            "by": moves["submission"].map(team),
            "link": POSITION,
            "surveyor": [r.surveyor for r in at],
            "submission": moves["submission"],
            "question": "1",
        }
    )


def accepted_responses(study: Study) -> tuple[Response, ...]:
    """Read every accepted visit, in the order of their ids: arrival never matters."""
    found = [as_response(record) for record in study.store.responses("accepted")]
    return tuple(sorted(found, key=lambda r: r.id))


def own_map(
    rows: Sequence[RawRow],
    points: Mapping[str, tuple[float, float] | None],
    site_of: Callable[[str, str], str],
) -> tuple[list[RawRow], Note | None]:
    """Leave out waypoints that stand exactly where the register has their site.

    Our own map that comes back untouched is no visit; nobody measures a place to the half metre of
    what a list says.

    Parameters
    ----------
    points : mapping
        Site → (lon, lat) as listed, or None.
    site_of : callable
        From a waypoint's name and mark to a site.

    Returns
    -------
    kept : list of RawRow
    left_out : Note or None
        How many were left out.

    Raises
    ------
    InputError
        ``returns.own_map`` when none is left.
    """
    kept = [row for row in rows if not _untouched(row, points, site_of)]
    count = len(rows) - len(kept)
    if count and not kept:
        raise InputError("returns.own_map", count=count)
    note = Note(row=None, code="returns.own_marks", fields={"count": count}) if count else None
    return kept, note


def _untouched(
    row: RawRow,
    points: Mapping[str, tuple[float, float] | None],
    site_of: Callable[[str, str], str],
) -> bool:
    place = row.values.get(WAYPOINT)
    if not isinstance(place, tuple):
        return False
    told = str(row.values.get("site", "")), str(row.values.get("mark_id", ""))
    listed = points.get(site_of(*told))
    return listed is not None and away_m(place, listed) < UNTOUCHED_M


def as_record(one: Response, *, edits: int, plan: str) -> ResponseRecord:
    """Lay a submission out to be stored; its status and what it says are not judged yet."""
    lon, lat = one.position or (None, None)
    told = {name: getattr(one, name) for name in _STORED}
    told |= {name: told[name][:most] for name, most in _MOST.items()}
    return ResponseRecord(
        **told,
        answers={n: list(v) if isinstance(v, tuple) else v for n, v in one.answers.items()},
        content_sha256="",
        status="",
        lon=lon,
        lat=lat,
        edits=edits,
        plan_id=plan,
    )


def as_response(record: ResponseRecord) -> Response:
    """Read a stored submission back as it was when it was collected."""
    placed = record.lon is not None and record.lat is not None
    answers: dict[str, Any] = {
        n: tuple(v) if isinstance(v, list) else v for n, v in record.answers.items()
    }
    return Response(
        **{name: getattr(record, name) for name in _STORED},
        position=(float(record.lon or 0), float(record.lat or 0)) if placed else None,
        answers=answers,
        edited=record.edits > 0,
    )


def listed_points(sites: gpd.GeoDataFrame) -> dict[str, tuple[float, float] | None]:
    """Return where each candidate stands by its register (lon, lat), or None."""
    return {
        str(name): (point.x, point.y) if has and point is not None else None
        for name, has, point in zip(sites["id"], sites["has_point"], sites.geometry, strict=True)
    }


def visited_sites(study: Study) -> tuple[gpd.GeoDataFrame, Visits]:
    """Return the candidates where accepted visits found them (EPSG:4326), and these visits."""
    sites = study.store.candidates()
    responses = accepted_responses(study)
    if not responses:
        return sites, Visits()
    listed = listed_points(sites)
    known = tuple(r for r in responses if r.candidate in listed)
    sure = [r for r in known if (r.accuracy_m or 0.0) <= WORST_ACCURACY_M]
    found = positions(sure)
    away = [
        away_m((lon, lat), listed[site] or (np.nan, np.nan))
        for site, lon, lat in zip(found["candidate"], found["lon"], found["lat"], strict=True)
    ]
    moves = found.assign(away_m=np.asarray(away, dtype=float))
    return moved(sites, moves), Visits(responses=known, moves=moves)


def moved(sites: gpd.GeoDataFrame, moves: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return the sites with each moved one on its new point; the given frame stays as it is."""
    if moves.empty:
        return sites
    at = pd.Index(sites["id"]).get_indexer(moves["candidate"])
    points = np.asarray(sites.geometry.array, dtype=object).copy()
    points[at] = shapely.points(moves["lon"], moves["lat"])
    has = sites["has_point"].to_numpy(dtype=bool).copy()
    has[at] = True
    geometry = gpd.GeoSeries(points, index=sites.index, crs=sites.crs)
    return sites.assign(has_point=has).set_geometry(geometry)


def spread(placed: gpd.GeoDataFrame, visits: Visits) -> gpd.GeoDataFrame:
    """Return placed sites with ``positional_sd_m`` as their visits measured it, metres."""
    if visits.moves is None or visits.moves.empty:
        return placed
    at = pd.Index(placed["id"]).get_indexer(visits.moves["candidate"])
    sd = placed["positional_sd_m"].to_numpy(dtype=float).copy()
    on_point = placed["placed"].to_numpy(dtype=object)[at] == "point"
    sd[at[on_point]] = visits.moves["sd_m"].to_numpy(dtype=float)[on_point]
    return placed.assign(positional_sd_m=sd)

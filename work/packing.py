"""Making the pack that a team carries into the field, from the latest plan of visits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

import words
from data.hashes import sha256_hex
from data.records import PackRecord, PlanRecord
from data.returns.gpkg import BASE, MERGED, PACKS
from data.workspace import Study, open_study
from geo.errors import InputError, UsageError
from geo.files import taken_back, written_whole
from geo.nearby import nearest_m
from scoring.layers import Layers
from scoring.study import StudyResult
from scoring.trips import off_streets
from surveys.pack import CHANNELS, write_pack
from surveys.qfield import GEOPACKAGE, qfield_files
from surveys.questions import spec
from surveys.sites import PackInput, PackSite, pack_sites
from work.access_log import took
from work.audit import note
from work.basemaps import basemap_of
from work.errands import progress
from work.planning import one_team_day
from work.ranking import compute
from work.roles import require

VALID_DAYS = 30
"""How long a pack may be used; after that sites and questions may have changed."""
HEALTH = ("hospital", "puskesmas", "clinic", "health", "pustu")
"""Kinds of place where somebody hurt is helped."""
_HEALTH_SHOWN = 4
Position = tuple[float, float]


def pack_team(
    folder: Path,
    output: Path,
    *,
    team: str = "A",
    plan: str | None = None,
    channels: Sequence[str] = (),
    programme: str | None = None,
    scenario: str | None = None,
    overwrite: bool = False,
) -> dict[str, Any]:
    """Write one team's pack and remember it; returns its manifest and where it stands.

    Parameters
    ----------
    plan : str, optional
        Id of a stored plan; else the latest of the programme, else one team-day is planned.
    channels : sequence of str
        Of `surveys.pack.CHANNELS`, or ``["all"]``.

    Raises
    ------
    UsageError
        ``pack.channel`` for one that there is not.
    NotAllowedError
        When the role may not.
    InputError
        ``pack.no_team`` when the plan gives this team nothing to visit.
    """
    require("pack")
    wanted = CHANNELS if "all" in channels else tuple(channels)
    if unknown := [name for name in wanted if name not in CHANNELS]:
        raise UsageError("pack.channel", given=unknown[0], known=", ".join([*CHANNELS, "all"]))
    with open_study(folder) as study:
        told = study.store.plan(plan) if plan else study.store.latest_plan(programme)
        result, inputs = compute(study, told.programme if told else programme, scenario)
        if told is None:
            told = study.store.plan(one_team_day(study, result, inputs))
        progress(0.4, words.say("survey.pack.laying_out"))
        given = _input(study, result, inputs.layers, told, team, synthetic=inputs.synthetic)
        basemap = basemap_of(study, inputs) if "tiles" in wanted else None
        progress(0.6, words.say("survey.pack.writing"))
        with taken_back(output) as written:
            manifest = write_pack(
                output, given, channels=wanted, basemap=basemap, overwrite=overwrite
            )
            written()
            _record(study, output, given, plan=told.id, channels=wanted)
    return manifest | {"file": str(output), "bytes": output.stat().st_size, "plan": told.id}


def _record(
    study: Study, output: Path, pack: PackInput, *, plan: str, channels: Sequence[str]
) -> None:
    """Put a pack on record, with what its GeoPackage was when it went out."""
    kept = study.folder / "inputs" / PACKS / pack.pack_id / BASE
    sha = sha256_hex(output.read_bytes())
    with taken_back(kept) as written, study.locked(wait_s=30), study.store.transaction():
        if "qfield" in channels:
            _keep_base(kept, pack)
            written()
        study.store.add_pack(
            PackRecord(
                id=pack.pack_id,
                plan_id=plan,
                team=pack.team,
                form_version=pack.form_version,
                valid_until=pack.valid_until,
                sha256=sha,
            )
        )
        after = {"plan": plan, "team": pack.team, "channels": list(channels), "sha256": sha}
        note(study, "pack", pack.pack_id, after=after)
        took(study, "pack", f"{output.name} · {pack.pack_id}")


def _asked_again(
    study: Study, programme: str, team: str, sites: Collection[str]
) -> tuple[dict[str, Any], ...]:
    """Return this team's own visits that a reviewer asked again; never what another team said."""
    last = {v.response: v.decision for v in study.store.verdicts()}
    rows = {
        row.id: row
        for row in study.store.responses()
        if last.get(row.number or 0) == "ask"
        and row.status in {"accepted", "review"}
        and (row.team, row.programme) == (team, programme)
        and row.candidate in sites
    }
    told = ("surveyor", "team", "programme", "form_version", "started_at", "ended_at", "answers")
    return tuple(
        {name: getattr(row, name) for name in told}
        | {"submission": row.id, "site": row.candidate, "revision": row.edits}
        for row in rows.values()
    )


def _keep_base(kept: Path, pack: PackInput) -> None:
    """Keep the GeoPackage as it goes out, for `data.returns` to merge what comes back with it.

    A pack made anew with other things in it begins anew: what was known since the old one is in
    the store, and would be taken for another phone's changes.
    """
    raw = qfield_files(pack)[GEOPACKAGE]
    if kept.is_file() and kept.read_bytes() == raw:
        return
    (kept.parent / MERGED).unlink(missing_ok=True)
    with written_whole(kept, overwrite=True) as temporary:
        temporary.write_bytes(raw)


def _input(
    study: Study,
    result: StudyResult,
    layers: Layers,
    plan: PlanRecord,
    team: str,
    *,
    synthetic: bool,
) -> PackInput:
    sites = pack_sites(result, plan.days, team=team)
    if not sites:
        known = sorted({str(day["team"]) for day in plan.days})
        raise InputError("pack.no_team", team=team, known=", ".join(known))
    asked = spec(result.scenario.programme)
    first = dt.date.fromisoformat(plan.made_at[:10])
    name = sha256_hex("|".join([plan.id, team, asked.version, *(s.id for s in sites)]).encode())
    return PackInput(
        study_name=study.settings.name,
        programme=result.scenario.programme,
        team=team,
        spec=asked,
        sites=sites,
        route_lonlat=routes(layers, sites, mode=str(plan.settings.get("mode", "motorcycle"))),
        valid_until=(first + dt.timedelta(days=VALID_DAYS)).isoformat(),
        form_version=asked.version,
        synthetic=synthetic,
        emergency=_emergency(layers, sites),
        pack_id=f"k-{name[:10]}",
        earlier=_asked_again(study, result.scenario.programme, team, {s.id for s in sites}),
    )


def routes(
    layers: Layers, sites: Sequence[PackSite], *, mode: str
) -> dict[int, tuple[Position, ...]]:
    """Lay the way of each day from stop to stop, along streets where they are known."""
    days = sorted({site.day for site in sites if site.day})
    return {
        day: _way(
            layers,
            [
                (s.lon, s.lat)
                for s in sites
                if s.day == day and s.lon is not None and s.lat is not None
            ],
            mode=mode,
        )
        for day in days
    }


def _way(layers: Layers, stops: list[Position], *, mode: str) -> tuple[Position, ...]:
    network = layers.network(mode)
    if len(stops) < 2 or network is None:
        return tuple(stops)
    from geo.streets import path

    places = gpd.GeoSeries([shapely.Point(xy) for xy in stops], crs="EPSG:4326").to_crs(layers.crs)
    if off_streets(network, places).any():
        return tuple(stops)
    way: list[Position] = [stops[0]]
    for k in range(len(stops) - 1):
        leg = path(network, places.iloc[[k]], places.iloc[[k + 1]])
        if leg.line is not None:
            way += [(float(x), float(y)) for x, y in shapely.get_coordinates(leg.line)]
        way.append(stops[k + 1])
    return tuple(way)


def _emergency(layers: Layers, sites: Sequence[PackSite]) -> tuple[tuple[str, str], ...]:
    """Whom to call: the national number, the office, and the health places nearest to the sites.

    Only the national number is known; the team writes the others in before it leaves.
    """
    lines = [(words.say("surveys.emergency.national"), "112")]
    lines += [
        (words.say("surveys.emergency.bpbd"), ""),
        (words.say("surveys.emergency.office"), ""),
    ]
    return tuple(lines + [(label, "") for label in _nearest_health(layers, sites)])


def _nearest_health(layers: Layers, sites: Sequence[PackSite]) -> list[str]:
    """Name the four health places nearest to any of the sites, and the nearest hospital."""
    stops = [s for s in sites if s.lon is not None and s.lat is not None]
    if layers.get("places") is None or not stops:
        return []
    places = layers.metric("places")
    health = places.loc[places["kind"].isin(HEALTH) & (places["name"].fillna("") != "")]
    there = gpd.GeoSeries.from_xy([s.lon for s in stops], [s.lat for s in stops], crs="EPSG:4326")
    away_m, which = nearest_m(health, there.to_crs(layers.crs))
    order = np.lexsort((health["name"].to_numpy(dtype=str), away_m))
    order = order[~health["name"].iloc[order].duplicated().to_numpy()]
    hospitals = order[(health["kind"].iloc[order] == "hospital").to_numpy()]
    chosen = dict.fromkeys([*order[:_HEALTH_SHOWN].tolist(), *hospitals[:1].tolist()])
    return [
        words.say(
            "surveys.emergency.health",
            name=health["name"].iloc[i],
            km=words.number(away_m[i] / 1000, 1),
            site=stops[int(which[i])].name,
        )
        for i in chosen
    ]

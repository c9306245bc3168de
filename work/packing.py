"""Making the pack that a team carries into the field, from the latest plan of visits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely

import words
from data.hashes import sha256_hex
from data.records import PackRecord, PlanRecord
from data.workspace import Study, open_study
from geo.crs import to_lonlat
from geo.errors import InputError, UsageError
from scoring.layers import Layers
from scoring.study import StudyResult
from scoring.trips import off_streets
from surveys.pack import CHANNELS, write_pack
from surveys.questions import spec
from surveys.sites import PackInput, PackSite, pack_sites
from work.planning import plan_visits
from work.ranking import compute

VALID_DAYS = 30
"""How long a pack may be used; after that sites and questions may have changed."""
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
    InputError
        ``pack.no_team`` when the plan gives this team nothing to visit.
    """
    wanted = CHANNELS if "all" in channels else tuple(channels)
    if unknown := [name for name in wanted if name not in CHANNELS]:
        raise UsageError("pack.channel", given=unknown[0], known=", ".join([*CHANNELS, "all"]))
    with open_study(folder) as study:
        latest = None if plan else study.store.latest_plan(programme)
    if latest is not None:
        plan = latest.id
    elif plan is None:
        made = plan_visits(folder, teams=1, days=1, programme=programme, scenario=scenario)
        plan = str(made["id"])
    with open_study(folder) as study:
        told = study.store.plan(plan)
        result, inputs = compute(study, told.programme, scenario)
        given = _input(study, result, inputs.layers, told, team, synthetic=inputs.synthetic)
        manifest = write_pack(output, given, channels=wanted, overwrite=overwrite)
        sha = sha256_hex(output.read_bytes())
        with study.locked(wait_s=30):
            study.store.add_pack(
                PackRecord(
                    id=given.pack_id,
                    plan_id=told.id,
                    team=team,
                    form_version=given.form_version,
                    valid_until=given.valid_until,
                    sha256=sha,
                )
            )
    return manifest | {"file": str(output), "bytes": output.stat().st_size, "plan": told.id}


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
        route_lonlat=_routes(layers, sites, mode=str(plan.settings.get("mode", "motorcycle"))),
        valid_until=(first + dt.timedelta(days=VALID_DAYS)).isoformat(),
        form_version=asked.version,
        synthetic=synthetic,
        emergency=_emergency(layers),
        pack_id=f"k-{name[:10]}",
    )


def _routes(
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


def _emergency(layers: Layers) -> tuple[tuple[str, str], ...]:
    """Whom to call: the national number, then the office and the first health places of the map.

    Only the national number is known; the team writes the others in before it leaves.
    """
    lines = [(words.say("surveys.emergency.national"), "112")]
    lines += [
        (words.say("surveys.emergency.bpbd"), ""),
        (words.say("surveys.emergency.office"), ""),
    ]
    if layers.get("places") is not None:
        places = to_lonlat(layers.metric("places"))
        health = places.loc[places["kind"].isin(["hospital", "health"]) & (places["name"] != "")]
        lines += [(str(name), "") for name in health["name"].head(4)]
    return tuple(lines)

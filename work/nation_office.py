"""``tapak nation --offices``: where new Bapas or Pos Bapas would save clients the most travel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

import words
from geo.errors import StudyError, TapakError
from scoring.hours import AssumedDemand
from scoring.kinds import kinds
from scoring.nation import gini
from scoring.nation_office import Homes, NewOffices, new_offices
from scoring.nation_travel import travel_told
from scoring.nation_way import on_sphere
from scoring.office import OfficeTerms
from work.batch_whole import NATION, records
from work.nation_demand import PEOPLE, NationDemand, nation_demand
from work.roles import require

LETTER, OWN = "O", "pos-bapas"
_SITE = ("study", "regency", "id", "name", "kind", "excluded", "lon", "lat")
TRIPS_EACH = 2.0 * OfficeTerms().visits_a_year
"""One-way trips of a client a year: there and back, one visit a month (assumed)."""
SHOWN = 20


def nation_offices(results: Path, *, count: int, unit: str = "") -> dict[str, Any]:
    """Choose where new offices would save the most travel over all studies of a batch.

    Places are the sites whose kind may host a Pos Bapas; in a kecamatan without one, its middle
    stands for the area to look in (``id`` is None).

    Parameters
    ----------
    results : Path
        What `work.batch.batch` wrote.
    count : int
    unit : {"", "clients", "people"}
        What demand is measured by; see `work.nation_demand.nation_demand`.

    Returns
    -------
    dict
        ``{unit, visits_a_year, per_100k_year, chosen: [{rank, study, regency, id, kecamatan, name,
        kind, lon, lat, saves_hours_year, serves: {kecamatan, clients_year, studies}}],
        saves_hours_year, at_least_0_1, before, after, between, by_regency, left_out: [{study,
        reason, text}], uncounted, estimated, reckoned, repeated, detour, speed_kmh, error_share,
        fitted_on}``; ``before`` and ``after`` are `scoring.nation_office.travel_told`.

    Raises
    ------
    StudyError
        ``nation.no_results`` · ``nation.broken`` · ``nation.office.nothing``.
    InputError
        ``nation.office.count`` · ``nation.office.unit``.
    """
    require("view_internal")
    parts = tuple(records(results))
    if not parts or not (results / NATION).is_file():
        raise StudyError("nation.no_results", folder=results.name)
    try:
        demand = nation_demand(results, parts, unit=unit)
        sites = _sites(results, str(parts[0]["programme"]))
    except TapakError:
        raise
    except (OSError, KeyError, TypeError, ValueError) as fault:  # pyarrow's faults are of these
        raise StudyError("nation.broken", folder=results.name) from fault
    places = _places(sites, demand.table)
    t = {n: demand.table[n].to_numpy(dtype=float) for n in ("lon", "lat", "spread_km", "today_min")}
    found = new_offices(
        Homes(**t, trips=demand.table["amount"].to_numpy(dtype=float) * TRIPS_EACH),
        places["lon"].to_numpy(dtype=float),
        places["lat"].to_numpy(dtype=float),
        count=count,
        way=demand.way,
    )
    chosen = _chosen(results, parts, places, demand, found)
    return {
        **_terms(demand),
        "chosen": chosen,
        "saves_hours_year": round(float(found.saves_hours.sum()), 1),
        "at_least_0_1": round(found.at_least_0_1, 6),
        **_equity(demand.table, found.after_min),
        "left_out": [
            {"study": study, "reason": why, "text": words.say(f"nation.office.left.{why}")}
            for study, why in demand.left_out
        ],
    }


def _terms(demand: NationDemand) -> dict[str, Any]:
    """Say what the hours rest on."""
    table, way = demand.table, demand.way
    by_people = demand.unit == PEOPLE
    return {
        "unit": demand.unit,
        "visits_a_year": OfficeTerms().visits_a_year,
        "per_100k_year": AssumedDemand().per_100k_year if by_people else None,
        "uncounted": list(demand.uncounted),
        "estimated": int(table["estimated"].sum()),
        "reckoned": int(table["reckoned"].sum()),
        "repeated": demand.repeated,
        "detour": round(way.detour, 4),
        "speed_kmh": round(way.speed_kmh, 3),
        "error_share": None if np.isnan(way.error_share) else round(way.error_share, 4),
        "fitted_on": way.rows,
    }


def _sites(results: Path, programme: str) -> pd.DataFrame:
    """Read the sites that may host a Pos Bapas, with their position.

    Another programme excludes some kinds that may: exclusion by kind is that programme's own and
    does not count here, any other does.
    """
    import pyarrow.parquet as pq

    there = pq.read_schema(results / NATION).names
    if not set(_SITE) <= set(there):
        return pd.DataFrame({name: [] for name in _SITE})
    table = pq.read_table(results / NATION, columns=list(_SITE)).to_pandas()
    may = [key for key, kind in kinds().items() if kind.eligible[LETTER]]
    gone = [""] if programme == OWN else ["", "kind"]
    kept = table["kind"].isin(may) & table["excluded"].isin(gone) & table["lon"].notna()
    usable: pd.DataFrame = table.loc[kept].sort_values(["study", "id"], ignore_index=True)
    return usable


def _places(sites: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """Lay out where an office could be: the sites, and the middle of kecamatan without one."""
    from scipy.spatial import cKDTree

    middles = on_sphere(*(table[side].to_numpy(dtype=float) for side in ("lon", "lat")))
    lonlat = (sites[side].to_numpy(dtype=float) for side in ("lon", "lat"))
    at = cKDTree(middles).query(on_sphere(*lonlat))[1] if len(sites) else np.empty(0, dtype=int)
    alone = np.setdiff1d(np.arange(len(table)), at)
    own = ["study", "regency", "kecamatan", "lon", "lat"]
    areas = table.loc[alone, own].assign(id=None, name=table.loc[alone, "kecamatan"], kind="")
    named = sites.assign(kecamatan=table["kecamatan"].to_numpy()[at])
    columns = [*own, "id", "name", "kind"]
    held = [part[columns].astype(object) for part in (named, areas) if len(part)]
    return pd.concat(held, ignore_index=True)


def _chosen(
    results: Path,
    parts: Sequence[Mapping[str, Any]],
    places: pd.DataFrame,
    demand: NationDemand,
    found: NewOffices,
) -> list[dict[str, Any]]:
    """Lay out the chosen places, with whom they serve."""
    files = {str(part["study"]): results / str(part["file"]) for part in parts}
    told = []
    for k, row in enumerate(places.iloc[found.chosen].to_dict("records")):
        served = demand.table.loc[found.office == k]
        told.append(
            {
                "rank": k + 1,
                **{name: row[name] for name in ("study", "regency", "id")},
                "kecamatan": _kecamatan(files, row),
                **{name: row[name] for name in ("name", "kind", "lon", "lat")},
                "saves_hours_year": round(float(found.saves_hours[k]), 1),
                "serves": {
                    "kecamatan": len(served),
                    "clients_year": round(float(served["amount"].sum()), 1),
                    "studies": sorted(served["study"].unique().tolist()),
                },
            }
        )
    return told


def _kecamatan(files: Mapping[str, Path], row: Mapping[Any, Any]) -> str:
    """Name the kecamatan that a site's own study says; else the one whose middle is nearest."""
    import pyarrow.parquet as pq

    if row["id"] is not None:
        with suppress(OSError, KeyError, ValueError):
            wanted = [("id", "==", row["id"])]
            own = pq.read_table(files[row["study"]], columns=["kecamatan"], filters=wanted)
            if len(own) and own["kecamatan"][0].as_py():
                return str(own["kecamatan"][0].as_py())
    return str(row["kecamatan"])


def _equity(table: pd.DataFrame, after: npt.NDArray[np.float64]) -> dict[str, Any]:
    """Tell travel today and afterwards: of all, and regency by regency."""
    amount, people = (table[n].to_numpy(dtype=float) for n in ("amount", "people"))
    times = {"before": table["today_min"].to_numpy(dtype=float), "after": after}
    names, at = np.unique(table["regency"].to_numpy(dtype=str), return_inverse=True)
    rows = [np.flatnonzero(at == k) for k in range(len(names))]
    every = [
        {
            "regency": name,
            "studies": sorted(table["study"].iloc[own].unique().tolist()),
            "clients_year": round(float(amount[own].sum()), 1),
            "people": round(float(people[own].sum())),
            **{
                when: travel_told(t[own], amount[own], people[own], trips_each=TRIPS_EACH)
                for when, t in times.items()
            },
        }
        for name, own in zip(names.tolist(), rows, strict=True)
    ]
    told = {
        when: travel_told(t, amount, people, trips_each=TRIPS_EACH) for when, t in times.items()
    }
    whole, *held = (
        np.bincount(at, x * people).astype(float) for x in (np.ones(len(at)), *times.values())
    )
    between = {when: gini(one, whole) for when, one in zip(times, held, strict=True)}
    uneven = {when: None if np.isnan(g) else round(g, 6) for when, g in between.items()}
    return {**told, "between": uneven, "by_regency": every}


def nation_office_lines(told: Mapping[str, Any]) -> list[str]:
    """Tell the chosen places, travel before and after, what it rests on, and who is left out."""
    before, after = told["before"], told["after"]
    lines = [words.say("nation.office.none")] if not told["chosen"] else []
    for one in told["chosen"]:
        code = "nation.office.site" if one["id"] else "nation.office.area"
        said = {n: one[n] for n in ("rank", "name", "kecamatan", "regency", "study")}
        hours, many = one["saves_hours_year"], one["serves"]["kecamatan"]
        lines.append(words.say(code, **said, hours=hours, many=many))
    if before["mean_min"] is not None:
        lines.append(
            words.say(
                "nation.office.told",
                hours=told["saves_hours_year"],
                t0=before["mean_min"],
                t1=after["mean_min"],
                b0=100 * before["beyond_60_0_1"],
                b1=100 * after["beyond_60_0_1"],
            )
        )
    if None not in told["between"].values():
        lines.append(words.say("nation.office.between", **told["between"]))
    lines += _rests_on(told)
    return lines + [f"  {one['study']}: {one['text']}" for one in told["left_out"]]


def _rests_on(told: Mapping[str, Any]) -> list[str]:
    """Say in words what the hours rest on, and how good the choice is."""
    visits = told["visits_a_year"]
    if told["unit"] == PEOPLE:
        rate = told["per_100k_year"]
        lines = [words.say("nation.office.by_people", rate=rate, visits=visits)]
        if missing := told["uncounted"]:
            names = ", ".join(missing[:SHOWN])
            lines.append(words.say("nation.office.uncounted", n=len(missing), names=names))
    else:
        lines = [words.say("nation.office.by_clients", visits=visits, n=told["estimated"])]
    factors = {"detour": told["detour"], "speed": told["speed_kmh"]}
    if told["fitted_on"]:
        error = 100 * told["error_share"]
        lines.append(words.say("nation.office.way", **factors, n=told["fitted_on"], error=error))
    else:
        lines.append(words.say("nation.office.way_assumed", **factors))
    if told["repeated"]:
        lines.append(words.say("nation.office.repeated", n=told["repeated"]))
    if told["at_least_0_1"] < 1.0:
        lines.append(words.say("nation.office.at_least", share=100 * told["at_least_0_1"]))
    return lines

"""The demand of all studies of a batch as one table, and which studies it leaves out and why."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.errors import InputError, StudyError
from scoring.area_demand import STREETS
from scoring.hours import AssumedDemand
from scoring.nation_way import Way, fit_way, minutes_to_nearest, on_sphere

Floats = npt.NDArray[np.float64]

CLIENTS, PEOPLE = "clients", "people"
UNITS = (CLIENTS, PEOPLE)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NationDemand:
    """Kecamatan of all studies that can be used.

    Parameters
    ----------
    table : DataFrame
        Columns of `scoring.area_demand` with ``study`` · ``lon`` · ``lat`` · ``amount`` (clients a
        year) · ``estimated`` (of a kecamatan whose count is hidden or unknown) · ``today_min``
        (never NaN) · ``reckoned`` (minutes are not a study's own).
    unit : {"clients", "people"}
        What `amount` rests on: counts, or people at an assumed rate.
    way : Way
    left_out : tuple of (str, str)
        Studies that are not in the table, and why.
    uncounted : tuple of str
        Studies in which nobody counted clients.
    repeated : int
        Kecamatan that stand in several studies; each is counted once, in the first by name.
    """

    table: pd.DataFrame
    unit: str
    way: Way
    left_out: tuple[tuple[str, str], ...]
    uncounted: tuple[str, ...]
    repeated: int


def nation_demand(results: Path, parts: Sequence[Mapping[str, Any]], *, unit: str) -> NationDemand:
    """Read the demand of all studies.

    Parameters
    ----------
    parts : sequence of mapping
        The records of the studies.
    unit : {"", "clients", "people"}
        Empty: clients where every study that has people has counts, people otherwise.

    Raises
    ------
    InputError
        ``nation.office.unit``.
    StudyError
        ``nation.office.nothing`` when no study can be used.
    """
    if unit not in ("", *UNITS):
        raise InputError("nation.office.unit", unit=unit[:40])
    held, offices, gone = _read(results, parts)
    counted = {study: bool(t["clients"].notna().any()) for study, t in held.items()}
    uncounted = tuple(sorted(study for study, known in counted.items() if not known))
    chosen = unit or (PEOPLE if uncounted else CLIENTS)
    if chosen == CLIENTS:
        gone |= dict.fromkeys(uncounted, "no_clients")
    tables = [_amounts(t, chosen) for study, t in sorted(held.items()) if study not in gone]
    if not tables:
        raise StudyError("nation.office.nothing", folder=results.name)
    table = pd.concat(tables, ignore_index=True)
    again = (table["code"] != "") & table["code"].duplicated()
    table, way = _today(table.loc[~again].reset_index(drop=True), offices)
    lost = table["today_min"].isna()
    gone |= dict.fromkeys(table.loc[lost, "study"].unique().tolist(), "no_office")
    table = table.loc[~lost].reset_index(drop=True)
    if not len(table):
        raise StudyError("nation.office.nothing", folder=results.name)
    return NationDemand(
        table=table,
        unit=chosen,
        way=way,
        left_out=tuple(sorted(gone.items())),
        uncounted=uncounted,
        repeated=int(again.sum()),
    )


def _read(
    results: Path, parts: Sequence[Mapping[str, Any]]
) -> tuple[dict[str, pd.DataFrame], Floats, dict[str, str]]:
    """Read every part that is there: tables by study, today's active offices, who has none."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    speeds = Counter(str(part["basis"]["travel"]) for part in parts)
    usual = min(speeds, key=lambda text: (-speeds[text], text))
    held: dict[str, pd.DataFrame] = {}
    gone: dict[str, str] = {}
    offices: set[tuple[float, float]] = set()
    for part in parts:
        study, told = str(part["study"]), part.get("demand") or {"file": "", "reason": "old"}
        if not told["file"] or str(part["basis"]["travel"]) != usual:
            gone[study] = str(told.get("reason", "travel"))
            continue
        try:
            found = pq.read_table(results / told["file"])
            about = json.loads(found.schema.metadata[b"tapak"])
        except (OSError, KeyError, ValueError, pa.ArrowException):
            gone[study] = "broken"
            continue
        held[study] = _placed(found)
        offices |= {(o["lon"], o["lat"]) for o in about["offices"] if o["active"]}
    return held, np.array(sorted(offices), dtype=float).reshape(-1, 2), gone


def _placed(found: Any) -> pd.DataFrame:
    """Take the columns, with the middle out of the box around it; null is NaN."""
    import pyarrow.compute as pc

    plain = found.drop_columns(["geometry", "bbox"]).to_pandas()
    sides = {name: pc.struct_field(found["bbox"], side) for name, side in _SIDES.items()}
    placed: pd.DataFrame = plain.assign(**{n: s.to_numpy() for n, s in sides.items()})
    return placed.astype({"code": object, "kecamatan": object})


_SIDES = {"lon": "xmin", "lat": "ymin"}


def _amounts(table: pd.DataFrame, unit: str) -> pd.DataFrame:
    """Say how many clients a year each kecamatan of a study has.

    A kecamatan without a kept count gets the mean rate of the study's others, as where a study
    spreads its demand (`scoring.demand.demand_points`); where nobody counted, everybody has the
    rate assumed of a study without counts (`scoring.hours.AssumedDemand`).
    """
    people = table["people"].to_numpy(dtype=float)
    if unit == PEOPLE:
        return table.assign(amount=people / 1e5 * AssumedDemand().per_100k_year, estimated=True)
    count = table["clients"].to_numpy(dtype=float)
    known = np.isfinite(count) & (people > 0)
    # the mean of rates weighted by people
    rate = count[known].sum() / people[known].sum() if known.any() else 0.0
    told = np.isfinite(count)
    return table.assign(amount=np.where(told, count, rate * people), estimated=~told)


def _today(table: pd.DataFrame, offices: Floats) -> tuple[pd.DataFrame, Way]:
    """Give every kecamatan its minutes of today: the study's own, else reckoned to the nearest."""
    over = (table["way"] == STREETS).to_numpy()
    names = {"minutes": "office_min", "km": "office_km", "flown_km": "flown_km"}
    known = {arg: np.where(over, table[name], np.nan) for arg, name in names.items()}
    way = fit_way(**known, people=table["people"].to_numpy(dtype=float))
    own = table["office_min"].to_numpy(dtype=float)
    homes = on_sphere(*(table[side].to_numpy(dtype=float) for side in ("lon", "lat")))
    spread_km = table["spread_km"].to_numpy(dtype=float)
    reckoned = minutes_to_nearest(homes, spread_km, on_sphere(*offices.T), way)
    missing = ~np.isfinite(own)
    return table.assign(today_min=np.where(missing, reckoned, own), reckoned=missing), way

"""A study's result as one GeoParquet part: what was measured, how it ranks, what it rests on."""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.errors import StudyError
from geo.files import sha256_of, written_whole
from scoring.nation import basis_of
from scoring.study import StudyResult
from work.assemble import Assembled

SCHEMA = 1
"""Version of the columns, kept in every part under the key ``tapak``."""
MEAN, SD = "m_", "s_"
NOWHERE = "00"
_CODE = re.compile(r"^\d{2}\.?\d{2}")
_PLACE = ("id", "name", "kind", "agency", "desa", "desa_code", "kecamatan", "placed")
_NUMBERS = ("score", "low", "high", "coverage", "p_first", "p_top", "p_gate")


def regency_of(codes: pd.Series[Any]) -> pd.Series[Any]:
    """Return the regency of Kemendagri codes: ``33.04.06.2001`` and ``3304062001`` are 33.04."""
    text = codes.fillna("").astype(str)
    digits = text.str.replace(".", "", regex=False)
    return (digits.str[:2] + "." + digits.str[2:4]).where(text.str.match(_CODE), "")


def province_of(inputs: Assembled) -> str:
    """Return the two digits of the province that most areas of a study lie in, ``00`` if none."""
    areas = inputs.read.get("areas")
    codes = areas.data["code"] if areas is not None else inputs.candidates.frame["desa_code"]
    counted = Counter(code[:2] for code in regency_of(codes) if code)
    return min(counted, key=lambda code: (-counted[code], code), default=NOWHERE)


def site_table(
    result: StudyResult, inputs: Assembled, told: Mapping[str, Any], *, study: str
) -> gpd.GeoDataFrame:
    """Lay a result out, one row a site, sorted by id; EPSG:4326.

    Excluded sites are there too, without rank, with their reason. ``m_`` and ``s_`` columns hold
    mean and sd of each scored criterion in its unit, null where unknown. A site known only to lie
    in a desa has no geometry.
    """
    frame = inputs.candidates.frame
    rank = {s["id"]: s for s in told["sites"]}
    gone = {e["id"]: e["reason"] for e in told["excluded"]}
    ids = frame["id"].tolist()
    columns: dict[str, Any] = {"study": study, "regency": regency_of(frame["desa_code"]).tolist()}
    columns |= {name: frame[name].fillna("").astype(str).tolist() for name in _PLACE}
    columns["rank"] = pd.array([rank[i]["rank"] if i in rank else None for i in ids], dtype="Int32")
    for name in _NUMBERS:
        columns[name] = np.array([rank[i].get(name, np.nan) if i in rank else np.nan for i in ids])
    columns["readiness"] = list(result.judgement.readiness)
    columns["conditions"] = [" ".join(codes) for codes in result.judgement.conditions]
    columns["excluded"] = [gone.get(i, "") for i in ids]
    for k, criterion in enumerate(result.criteria):
        columns[MEAN + criterion.key] = result.matrix.mean[:, k]
        columns[SD + criterion.key] = result.matrix.sd[:, k]
    points = gpd.points_from_xy(frame["lon"], frame["lat"])
    known = np.isfinite(frame["lon"].to_numpy(dtype=float))
    table = gpd.GeoDataFrame(
        columns,
        index=range(len(ids)),
        geometry=gpd.GeoSeries(points, crs="EPSG:4326").where(known),
    )
    return table.sort_values("id", kind="stable").reset_index(drop=True)


def told_of(
    result: StudyResult, inputs: Assembled, *, study: str, key: str, result_sha256: str
) -> dict[str, Any]:
    """Say what a part is and what it rests on; no time, no machine, no path."""
    scenario = result.scenario
    basis = basis_of(result.catalogue, scenario.programme, inputs.layers, scenario.thresholds)
    people = inputs.layers.get("people")
    frame = None if people is None or callable(people.data) else people.data
    counted = None if frame is None else float(np.nansum(frame["population"].to_numpy(dtype=float)))
    return {
        "schema": SCHEMA,
        "study": study,
        "key": key,
        "programme": scenario.programme,
        "scenario": scenario.name,
        "as_of": scenario.as_of,
        "criteria": [c.key for c in result.criteria],
        "basis": basis.as_json(),
        "result_sha256": result_sha256,
        "people": counted,
        "synthetic": bool(inputs.synthetic),
    }


def write_part(path: Path, table: gpd.GeoDataFrame, told: Mapping[str, Any]) -> dict[str, Any]:
    """Write a part, read it back, compare, and give it its name; ``{sha256, bytes, rows}``.

    GeoParquet 1.1 with a bbox column (covering) and statistics of every column.

    Raises
    ------
    StudyError
        ``batch.part_differs`` when what stands on the disk is not what was written.
    """
    import pyarrow.parquet as pq

    raw = io.BytesIO()
    table.to_parquet(raw, index=False, write_covering_bbox=True, schema_version="1.1.0")
    raw.seek(0)
    laid = pq.read_table(raw)
    text = json.dumps(told, sort_keys=True, ensure_ascii=False).encode()
    laid = laid.replace_schema_metadata({**(laid.schema.metadata or {}), b"tapak": text})
    with written_whole(path, overwrite=True) as temporary:
        pq.write_table(laid, temporary, compression="zstd", write_statistics=True)
        if not pq.read_table(temporary).equals(laid, check_metadata=True):
            raise StudyError("batch.part_differs", file=path.name)
        return {
            "sha256": sha256_of(temporary),
            "bytes": temporary.stat().st_size,
            "rows": laid.num_rows,
        }

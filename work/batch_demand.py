"""A study's demand by kecamatan as a part of a batch's results: what siting an office rests on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from scoring.area_demand import area_demand, offices_told
from work.assemble import Assembled
from work.batch_table import write_part

DEMAND = "demand"
SCHEMA = 1
"""Version of the columns, kept in every part under the key ``tapak``."""


def demand_part(out: Path, where: Path, inputs: Assembled, *, study: str) -> dict[str, Any]:
    """Write a study's demand beside its sites (GeoParquet), and return what its record tells.

    Parameters
    ----------
    out : Path
        The results.
    where : Path
        Province and name of the study's parts.

    Returns
    -------
    dict
        ``{file, sha256, bytes, rows}``; ``{file: "", reason}`` where nobody knows who lives where
        (`scoring.area_demand.area_demand`). The part's ``tapak`` metadata names today's offices.
        It holds no key: what is the same has the same bytes.
    """
    table, reason = area_demand(inputs.layers)
    if reason:
        return {"file": "", "reason": reason}
    file = Path(DEMAND) / where
    table.insert(0, "study", study)
    told = {
        "schema": SCHEMA,
        "study": study,
        "offices": offices_told(inputs.layers),
        "synthetic": bool(inputs.synthetic),
    }
    return {"file": file.as_posix(), **write_part(out / file, table, told)}

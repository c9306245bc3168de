"""The map of a nation's ranking: every site that has a place, as tiles or as a page with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

import words
from geo.errors import StudyError, UsageError
from geo.files import written_whole
from geo.point_tiles import NUMBERS, TEXTS, point_tiles
from geo.tile_page import TileMap, render_tile_map
from reports.wording import day_text
from work.batch_whole import NATION, PLACE
from work.nation import TOP
from work.nation_facts import province_text
from work.nation_held import Nation, Ranked, open_nation, ranked
from work.roles import require
from work.weighing import parse_weights

Weights = Mapping[str, float]
COUNTRY = (94.9, -11.2, 141.1, 6.2)
"""What is shown where no site has a place."""
_ROOM_DEG = 0.02


def write_nation_map(
    results: Path,
    output: Path,
    *,
    weights: Sequence[str] = (),
    groups: Sequence[str] = (),
    top: int | None = None,
    overwrite: bool = False,
) -> dict[str, Any]:
    """Write the map of a batch's results, whole or not at all.

    Parameters
    ----------
    results, output : Path
        The folder of the results; a page (``.html``), or the tiles alone (``.pmtiles``).
    weights, groups, top
        As `work.nation.rank_nation` takes them; `top` ranks are drawn as the first.

    Returns
    -------
    dict
        ``{file, bytes, sites, unplaced, synthetic}``

    Raises
    ------
    StudyError
        ``nation.no_results``, ``nation.other_catalogue``; ``nation.map.no_places`` where the
        results are of a Tapak that did not keep places; ``nation.map.none`` where tiles were asked
        for and no site has a place; ``file.exists``.
    UsageError
        ``nation.map.kind`` for a file of another kind.
    """
    require("view_internal")
    kind = output.suffix.lower()
    if kind not in {".html", ".pmtiles"}:
        raise UsageError("nation.map.kind", file=output.name)
    if output.exists() and not overwrite:
        raise StudyError("file.exists", file=output.name)
    told = {"weights": parse_weights(weights), "groups": parse_weights(groups)}
    tile_map = nation_map(results, **told, top=top or TOP)
    if kind == ".pmtiles" and not tile_map.tiles:
        raise StudyError("nation.map.none")
    raw = tile_map.tiles if kind == ".pmtiles" else render_tile_map(tile_map).encode("utf-8")
    with written_whole(output, overwrite=overwrite) as temporary:
        temporary.write_bytes(raw)
        if temporary.read_bytes() != raw:
            raise StudyError("file.not_written", file=output.name)
    return {
        "file": str(output),
        "bytes": len(raw),
        "sites": tile_map.sites - tile_map.unplaced,
        "unplaced": tile_map.unplaced,
        "synthetic": tile_map.synthetic,
    }


def nation_map_html(results: Path, *, weights: Weights, groups: Weights, top: int = TOP) -> str:
    """Render the map as one page that needs no network, in the language of the context."""
    require("view_internal")
    return render_tile_map(nation_map(results, weights=weights, groups=groups, top=top))


def nation_map(results: Path, *, weights: Weights, groups: Weights, top: int = TOP) -> TileMap:
    """Lay the map out in the language of the context.

    Parameters
    ----------
    results : Path
        What `work.batch.batch` wrote.
    weights, groups : mapping of str to float
        What is not named keeps the catalogue's weight.
    top : int
        So many ranks are drawn as the first.

    Raises
    ------
    StudyError
        As `write_nation_map`.
    """
    require("view_internal")
    nation = open_nation(results)
    now = ranked(nation, weights=weights, groups=groups)
    points = placed_sites(results, nation, now)
    there = points[points["lon"].notna() & points["lat"].notna()]
    texts = {name: there[name].astype(str) for name in ("regency", "kind", "readiness")}
    return TileMap(
        title=words.say("nation.map.title"),
        subtitle=_subtitle(nation, len(points)),
        run=_day(nation),
        tiles=point_tiles(there, top=top) if len(there) else b"",
        bounds=_bounds(there),
        sites=len(points),
        unplaced=len(points) - len(there),
        top=top,
        kinds=_said("kind", texts["kind"]),
        readiness=_said("readiness", texts["readiness"]),
        provinces={two: province_text(two) for two in sorted({*texts["regency"].str[:2]} - {""})},
        labels=_labels(there),
        synthetic=nation.synthetic,
        lang=words.language.get(),
    )


def placed_sites(results: Path, nation: Nation, now: Ranked) -> pd.DataFrame:
    """Return the ranked sites with their places, best first; NaN where only the desa is known.

    Raises
    ------
    StudyError
        ``nation.map.no_places``.
    """
    place = _places(results, len(nation.labels["id"]))
    columns: dict[str, Any] = {name: nation.labels[name][now.rows] for name in TEXTS}
    columns |= {name: getattr(now.found, name) for name in NUMBERS}
    return pd.DataFrame(columns | {name: column[now.rows] for name, column in place.items()})


def _places(results: Path, sites: int) -> dict[str, npt.NDArray[np.float64]]:
    import pyarrow.parquet as pq

    held = pq.ParquetFile(results / NATION)
    if not {*PLACE} <= {*held.schema_arrow.names} or held.metadata.num_rows != sites:
        raise StudyError("nation.map.no_places", folder=results.name)
    table = held.read(columns=list(PLACE))
    return {name: table[name].to_numpy().astype(np.float64) for name in PLACE}


def _subtitle(nation: Nation, sites: int) -> str:
    programme = words.say(f"programme.{nation.programme}")
    studies = words.number(len(nation.parts) - len(nation.odd))
    return words.say(
        "nation.map.subtitle", programme=programme, sites=words.number(sites), studies=studies
    )


def _day(nation: Nation) -> str:
    days = ", ".join(day_text(day) for day in nation.days)
    return words.say("map.as_of", date=days) if days else ""


def _said(room: str, keys: pd.Series[Any]) -> dict[str, str]:
    codes = {key: f"{room}.{key}" for key in sorted({*keys} - {""})}
    return {key: words.say(code) for key, code in codes.items() if words.knows(code)}


def _bounds(there: pd.DataFrame) -> tuple[float, float, float, float]:
    """Say what to show first: all sites, and a little around them."""
    if not len(there):
        return COUNTRY
    low, high = there[["lon", "lat"]].min() - _ROOM_DEG, there[["lon", "lat"]].max() + _ROOM_DEG
    return float(low["lon"]), float(low["lat"]), float(high["lon"]), float(high["lat"])


def _labels(there: pd.DataFrame) -> tuple[tuple[str, float, float], ...]:
    """Name the provinces amid their sites, those with most sites first."""
    two = there["regency"].astype(str).str[:2]
    known = there[["lon", "lat"]].loc[two != ""]
    if not len(known):
        return ()
    by = known.groupby(two[two != ""])
    middle = by.median().assign(n=by.size()).sort_values("n", ascending=False, kind="stable")
    return tuple(
        (province_text(str(code)), round(float(row["lon"]), 4), round(float(row["lat"]), 4))
        for code, row in middle.iterrows()
    )

"""The results of a batch in memory: which studies compare, ranked together as often as asked."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

import words
from data.hashes import sha256_hex
from geo.errors import StudyError
from scoring.criteria import Catalogue, Criterion, load_catalogue
from scoring.nation import Basis, Together, differences, rank_together, rules_of, usual
from scoring.weights import Scenario, effective
from work.batch_table import MEAN
from work.batch_whole import MANIFEST, NARROW, NATION, records
from work.roles import require

Rows = npt.NDArray[np.int64]
Differs = dict[str, tuple[dict[str, tuple[str, ...]], str]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Nation:
    """Results that were read once.

    Parameters
    ----------
    programme : str
    catalogue : Catalogue
    parts : tuple of mapping
        The record of every study.
    odd : mapping
        Studies that do not compare: in what they differ, and in words.
    labels : mapping of str to ndarray
        Columns of the narrow table (`work.batch_whole.NARROW`), of all studies.
    rows : ndarray
        Of `labels`: the sites that are ranked.
    mean : ndarray, shape (rows, m)
        What was measured of them, in catalogue order, NaN where unknown.
    """

    programme: str
    catalogue: Catalogue
    parts: tuple[Mapping[str, Any], ...]
    odd: Differs
    labels: Mapping[str, npt.NDArray[Any]]
    rows: Rows
    mean: npt.NDArray[np.float64]

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """The scored criteria, in catalogue order."""
        return tuple(self.catalogue.scored(self.programme))

    @property
    def excluded(self) -> int:
        """Count the sites that are ranked nowhere, of all studies."""
        return int((self.labels["excluded"] != "").sum())

    @property
    def synthetic(self) -> bool:
        """Tell whether any study is invented."""
        return any(part.get("synthetic") for part in self.parts)

    @property
    def days(self) -> tuple[str, ...]:
        """The ISO days that "recent" was counted from, each once."""
        return tuple(sorted({str(part.get("as_of") or "") for part in self.parts} - {""}))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ranked:
    """A nation under some weights: ``rows`` of its labels, best first, in the order of `found`."""

    weights: npt.NDArray[np.float64]
    rows: Rows
    found: Together


def open_nation(results: Path) -> Nation:
    """Read what `work.batch.batch` wrote.

    Raises
    ------
    StudyError
        ``nation.no_results`` when the folder holds none; ``nation.other_catalogue`` when none was
        measured by today's catalogue; ``nation.broken`` when what stands there is no batch's.
    """
    require("view_internal")
    parts = tuple(records(results))
    if not parts or not (results / NATION).is_file():
        raise StudyError("nation.no_results", folder=results.name)
    with _whole(results):
        programme, catalogue = str(parts[0]["programme"]), load_catalogue()
        bases = {p["study"]: Basis(**p["basis"]) for p in parts}
        labels, mean = _measured(results, catalogue, programme)
    odd = not_comparable(bases, catalogue, programme)
    usable = np.isin(labels["study"], list(odd), invert=True) & (labels["excluded"] == "")
    rows = np.flatnonzero(usable)
    return Nation(
        programme=programme,
        catalogue=catalogue,
        parts=parts,
        odd=odd,
        labels=labels,
        rows=rows,
        mean=mean[rows],
    )


@contextmanager
def _whole(results: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, KeyError, TypeError, ValueError) as fault:  # pyarrow's faults are of these
        raise StudyError("nation.broken", folder=results.name) from fault


def manifest_of(results: Path) -> tuple[str, Mapping[str, Any]]:
    """Return the fingerprint of results and what their manifest says.

    Raises
    ------
    StudyError
        ``nation.no_results``, ``nation.broken``.
    """
    require("view_internal")
    sha256 = results_sha256(results)
    with _whole(results):
        told: Mapping[str, Any] = json.loads((results / MANIFEST).read_text(encoding="utf-8"))
        return sha256, {"failed": list(told["failed"])}


def results_sha256(results: Path) -> str:
    """Fingerprint results: the manifest names every part by its own sha256 and holds no times.

    Raises
    ------
    StudyError
        ``nation.no_results``.
    """
    require("view_internal")
    try:
        return sha256_hex((results / MANIFEST).read_bytes())
    except OSError as fault:
        raise StudyError("nation.no_results", folder=results.name) from fault


def ranked(nation: Nation, *, weights: Mapping[str, float], groups: Mapping[str, float]) -> Ranked:
    """Rank the sites that compare; what is not named keeps the catalogue's weight.

    Raises
    ------
    TapakError
        When the weights mean nothing.
    """
    scenario = Scenario(name="nation", programme=nation.programme, weights=weights, groups=groups)
    chosen = effective(nation.catalogue, scenario)
    letter = nation.catalogue.programme(nation.programme).letter
    found = rank_together(nation.mean, nation.criteria, chosen, letter=letter)
    return Ranked(weights=chosen, rows=nation.rows[found.order], found=found)


def not_comparable(bases: Mapping[str, Basis], catalogue: Catalogue, programme: str) -> Differs:
    """Say which studies do not compare with the others, in what they differ, and in words.

    What most studies agree on among those measured by today's catalogue is the rule.

    Raises
    ------
    StudyError
        ``nation.other_catalogue`` when none is.
    """
    rules = rules_of(catalogue, programme)
    today = [b for b in bases.values() if (b.catalogue, b.anchors) == (catalogue.version, rules)]
    if not today:
        raise StudyError("nation.other_catalogue", version=catalogue.version)
    rule = usual(today)
    found = {}
    for study, basis in bases.items():
        if differs := differences(basis, rule):
            found[study] = (differs, differs_text(differs))
    return found


def differs_text(differs: Mapping[str, Sequence[str]]) -> str:
    """Say in what a study differs from the others."""
    parts = "; ".join(_said(part, keys) for part, keys in differs.items())
    return words.say("nation.not_comparable", parts=parts)


def _said(part: str, keys: Sequence[str]) -> str:
    if part == "anchors":
        return words.say("nation.anchors", keys=", ".join(keys))
    if part == "classes":
        codes = [(key, f"layer.{key}") for key in keys]
        titles = ", ".join(words.say(code) if words.knows(code) else key for key, code in codes)
        return words.say("nation.classes", keys=titles)
    if part == "catalogue":
        return words.say("nation.catalogue", own=keys[0], rule=keys[1])
    return words.say(f"nation.{part}")


def _measured(
    results: Path, catalogue: Catalogue, programme: str
) -> tuple[dict[str, npt.NDArray[Any]], npt.NDArray[np.float64]]:
    """Read what ranking needs: labels by column, and the means (n, m) in catalogue order."""
    import pyarrow.parquet as pq

    keys = [MEAN + c.key for c in catalogue.scored(programme)]
    table = pq.read_table(results / NATION)
    labels = {name: table[name].to_numpy() for name in NARROW}
    mean = np.full((len(table), len(keys)), np.nan)
    for k, key in enumerate(keys):
        if key in table.column_names:
            mean[:, k] = table[key].to_numpy()
    return labels, mean

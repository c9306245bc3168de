"""The catalogue: what counts, in which unit, worth how much, settled by which question."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any

from geo.errors import TapakError
from scoring.kinds import kinds

Anchors = tuple[tuple[float, float], ...]
GROUPS = ("benefit", "safety")
_FOLDER = Path(__file__).parent
_PRIOR = {"benefit": 0.5, "safety": 0.3}
_ROLES = ("score", "gate", "condition", "info")


class CatalogueError(TapakError, ValueError):
    """The catalogue contradicts itself; every fault found is in ``faults``."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("catalogue.faulty", count=len(faults), faults="; ".join(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True, kw_only=True)
class SdRule:
    """Default uncertainty: ``max(rel·value, abs)``, or ``√(value + ½)`` for counts."""

    rel: float = 0.0
    abs: float = 0.0
    year: float = 0.0
    root: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One criterion of the catalogue.

    Parameters
    ----------
    key : str
        Its name in every table and file; titles are in the catalogues of `words`.
    group : {"benefit", "safety"}
    role : {"score", "gate", "condition", "info"}
    unit : Mapping[str, str]
        Unit key by programme letter.
    weights : Mapping[str, float]
        Percent of the whole, by programme letter.
    anchors : Mapping[str, Anchors]
        Ordered (value, score) pairs by programme letter; empty where a table is used.
    table : Mapping[str, Mapping[str, float]]
        Worth of a category, by programme letter; empty where anchors are used.
    prior : float
        Worth assumed while unknown, 0-1.
    measure : str
        Name of the measure in `scoring.measure`.
    parameters : Mapping[str, Mapping[str, Any]]
        What the measure is told, by programme letter.
    sd : SdRule
    step : float
        Measured values are rounded to this, in the unit.
    link : str
    questions : tuple of int
    travel : bool
        True where minutes on the street network are needed.
    measure_version : int
        Counted up when the way of measuring changes; part of the cache key.
    bias : SdRule
        How far one surveyor's answers lie from another's (τ of DESIGN §6); rel of the median.
    """

    key: str
    group: str
    role: str
    unit: Mapping[str, str]
    weights: Mapping[str, float]
    anchors: Mapping[str, Anchors]
    table: Mapping[str, Mapping[str, float]]
    prior: float
    measure: str
    parameters: Mapping[str, Mapping[str, Any]]
    sd: SdRule
    step: float
    link: str
    questions: tuple[int, ...]
    travel: bool
    measure_version: int
    basis: str
    bias: SdRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """A rule that excludes, only on proof; while unknown it asks for a visit."""

    code: str
    programmes: tuple[str, ...]
    questions: tuple[int, ...]
    proof: tuple[str, ...]
    reason: str
    criterion: str
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """One decision: its letter in the tables and the weight of its two groups (percent)."""

    key: str
    letter: str
    groups: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """Everything a ranking needs to know before it sees a place."""

    version: str
    programmes: Mapping[str, Programme]
    criteria: Mapping[str, Criterion]
    gates: Mapping[str, Gate]
    conditions: Mapping[str, tuple[int, ...]]
    questions: Mapping[int, Mapping[str, Any]]
    register: Mapping[str, Mapping[str, Any]]

    def scored(self, programme: str) -> tuple[Criterion, ...]:
        """Return the criteria that carry weight in a programme, in catalogue order."""
        letter = self.programme(programme).letter
        return tuple(c for c in self.criteria.values() if c.weights.get(letter, 0) > 0)

    def programme(self, key: str) -> Programme:
        """Return a programme, or say which there are."""
        if key not in self.programmes:
            raise TapakError("catalogue.programme", given=key, known=", ".join(self.programmes))
        return self.programmes[key]

    def gates_of(self, programme: str) -> tuple[Gate, ...]:
        """Return the gates of a programme, in catalogue order."""
        letter = self.programme(programme).letter
        return tuple(g for g in self.gates.values() if letter in g.programmes)


def _by_letter(row: Mapping[str, Any], name: str, letters: tuple[str, ...]) -> dict[str, Any]:
    return {p: row.get(f"{name}_{p}", row.get(name)) for p in letters}


def _parameters(row: Mapping[str, Any], letters: tuple[str, ...]) -> dict[str, Mapping[str, Any]]:
    common = row.get("parameters", {})
    return {p: MappingProxyType({**common, **row.get(f"parameters_{p}", {})}) for p in letters}


def _anchors(pairs: Any) -> Anchors:
    return tuple((float(x), float(v)) for x, v in pairs or ())


def _kind_tables(letters: tuple[str, ...]) -> dict[str, Mapping[str, float]]:
    return {
        p: MappingProxyType(
            {k: v for k, kind in kinds().items() if (v := kind.value[p]) is not None}
        )
        for p in letters
    }


def _criterion(
    key: str, row: Mapping[str, Any], letters: tuple[str, ...], bias: Mapping[str, Any]
) -> Criterion:
    anchors = {p: _anchors(a) for p, a in _by_letter(row, "anchors", letters).items()}
    table = {p: MappingProxyType(t or {}) for p, t in _by_letter(row, "table", letters).items()}
    group = str(row["group"])
    return Criterion(
        key=key,
        group=group,
        role=str(row["role"]),
        unit=MappingProxyType(_by_letter(row, "unit", letters)),
        weights=MappingProxyType({p: float(w) for p, w in row.get("weights", {}).items()}),
        anchors=MappingProxyType(anchors),
        table=MappingProxyType(_kind_tables(letters) if row["measure"] == "kind" else table),
        prior=float(row.get("prior", _PRIOR.get(group, 0.5))),
        measure=str(row["measure"]),
        parameters=MappingProxyType(_parameters(row, letters)),
        sd=SdRule(**row["sd"]),
        step=float(row["step"]),
        link=str(row["link"]),
        questions=tuple(row["questions"]),
        travel=bool(row.get("travel", False)),
        measure_version=int(row.get("measure_version", 1)),
        basis=str(row["basis"]),
        bias=SdRule(**bias.get(str(row["unit"]), bias["default"])),
    )


def _gate(code: str, row: Mapping[str, Any]) -> Gate:
    return Gate(
        code=code,
        programmes=tuple(row["programmes"]),
        questions=tuple(row["questions"]),
        proof=tuple(row["proof"]),
        reason=str(row["reason"]),
        criterion=str(row.get("criterion", "")),
        basis=str(row["basis"]),
    )


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((_FOLDER / name).read_text(encoding="utf-8"))


@cache
def load_catalogue() -> Catalogue:
    """Read and check the catalogue.

    Raises
    ------
    CatalogueError
        With every fault at once: anchors out of order, weights that do not sum to 100 in a
        programme or to its group's weight, a gate without its question, an unknown role.
    """
    main, gates, reads = _toml("catalogue.toml"), _toml("gates.toml"), _toml("reads.toml")
    programmes = {
        key: Programme(key=key, letter=row["letter"], groups=MappingProxyType(row["groups"]))
        for key, row in main["programmes"].items()
    }
    letters = tuple(p.letter for p in programmes.values())
    catalogue = Catalogue(
        version=str(main["version"]),
        programmes=MappingProxyType(programmes),
        criteria=MappingProxyType(
            {k: _criterion(k, row, letters, reads["bias"]) for k, row in main["criterion"].items()}
        ),
        gates=MappingProxyType({code: _gate(code, row) for code, row in gates["gate"].items()}),
        conditions=MappingProxyType(
            {code: tuple(row["questions"]) for code, row in gates["condition"].items()}
        ),
        questions=MappingProxyType({int(n): row for n, row in reads["question"].items()}),
        register=MappingProxyType(reads["register"]),
    )
    check_catalogue(catalogue)
    return catalogue


def _anchor_faults(criterion: Criterion, letter: str) -> list[str]:
    anchors, table = criterion.anchors.get(letter, ()), criterion.table.get(letter, {})
    where = f"{criterion.key}/{letter}"
    if criterion.weights.get(letter, 0) > 0 and not anchors and not table:
        return [f"{where}: no anchors and no table"]
    values = [x for x, _ in anchors]
    faults = []
    if any(b <= a for a, b in pairwise(values)):
        faults.append(f"{where}: anchors are not in increasing order")
    if any(not 0 <= v <= 1 for v in [*(v for _, v in anchors), *table.values()]):
        faults.append(f"{where}: a score lies outside 0-1")
    return faults


def _weight_faults(catalogue: Catalogue, programme: Programme) -> list[str]:
    faults, letter, criteria = [], programme.letter, catalogue.criteria.values()
    for group, stated in programme.groups.items():
        total = sum(c.weights.get(letter, 0) for c in criteria if c.group == group)
        if total != stated:
            faults.append(f"{programme.key}: {group} sums to {total}, not {stated}")
    if sum(programme.groups.values()) != 100:
        faults.append(f"{programme.key}: groups do not sum to 100")
    return faults


def check_catalogue(catalogue: Catalogue) -> None:
    """Refuse a catalogue that contradicts itself; see `load_catalogue`."""
    faults = []
    for criterion in catalogue.criteria.values():
        if criterion.role not in _ROLES or criterion.group not in GROUPS:
            faults.append(f"{criterion.key}: unknown role or group")
        if criterion.step <= 0 or not 0 <= criterion.prior <= 1:
            faults.append(f"{criterion.key}: step or prior out of range")
        faults += [
            f"{criterion.key}: question {n} is not in reads.toml"
            for n in criterion.questions
            if n not in catalogue.questions
        ]
        for programme in catalogue.programmes.values():
            faults += _anchor_faults(criterion, programme.letter)
    for programme in catalogue.programmes.values():
        faults += _weight_faults(catalogue, programme)
    for gate in catalogue.gates.values():
        if not gate.questions or any(n not in catalogue.questions for n in gate.questions):
            faults.append(f"{gate.code}: no question settles it")
        if gate.criterion and gate.criterion not in catalogue.criteria:
            faults.append(f"{gate.code}: unknown criterion {gate.criterion}")
    if faults:
        raise CatalogueError(faults)

"""The criteria of areas for juveniles: read from areas.toml, checked as the catalogue is."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from scoring.criteria import (
    Catalogue,
    Criterion,
    Gate,
    Programme,
    SdRule,
    check_catalogue,
    load_catalogue,
)

PROGRAMME = "pelayanan-masyarakat"
"""The programme whose areas are ranked beside its places."""
LETTER = "A"
_FILE = Path(__file__).with_name("areas.toml")
_PRIOR = {"benefit": 0.5, "safety": 0.3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Youth:
    """Share of all people aged 12-17 with its sd: an estimate (*perkiraan*), named as such."""

    share: float
    share_sd: float
    source: str
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementRule:
    """How the settlement of a desa is laid out; see areas.toml.

    ``share_sd`` is what a share of the settlement is uncertain by, per way of laying it out.
    """

    most_points: int
    least_spacing_m: float
    square_m: float
    settled: tuple[str, ...]
    not_settled: tuple[str, ...]
    share_sd: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaCatalogue:
    """Criteria and gates of areas, and what is assumed of young people and settlement."""

    catalogue: Catalogue
    youth: Youth
    settlement: SettlementRule


@cache
def load_area_catalogue() -> AreaCatalogue:
    """Read and check areas.toml; questions are those of the catalogue of places.

    Raises
    ------
    CatalogueError
        As `scoring.criteria.load_catalogue`.
    """
    table = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    told = table["programme"]
    programme = Programme(key=told["key"], letter=told["letter"], groups=told["groups"])
    catalogue = Catalogue(
        version=str(table["version"]),
        programmes=MappingProxyType({programme.key: programme}),
        criteria=MappingProxyType({k: _criterion(k, r) for k, r in table["criterion"].items()}),
        gates=MappingProxyType({code: _gate(code, row) for code, row in table["gate"].items()}),
        conditions=MappingProxyType({}),
        questions=load_catalogue().questions,
        register=MappingProxyType({}),
    )
    check_catalogue(catalogue)
    rule = table["settlement"]
    words = {name: tuple(rule[name]) for name in ("settled", "not_settled")}
    return AreaCatalogue(
        catalogue=catalogue,
        youth=Youth(**table["youth"]),
        settlement=SettlementRule(**(rule | words)),
    )


def _criterion(key: str, row: Mapping[str, Any]) -> Criterion:
    return Criterion(
        key=key,
        group=row["group"],
        role="score",
        unit=MappingProxyType({LETTER: row["unit"]}),
        weights=MappingProxyType({LETTER: float(row["weight"])}),
        anchors=MappingProxyType({LETTER: tuple((float(x), float(v)) for x, v in row["anchors"])}),
        table=MappingProxyType({LETTER: MappingProxyType({})}),
        prior=float(row.get("prior", _PRIOR[row["group"]])),
        measure=row["measure"],
        parameters=MappingProxyType({LETTER: MappingProxyType(row.get("parameters", {}))}),
        sd=SdRule(**row["sd"]),
        bias=SdRule(**row.get("bias", {})),
        step=float(row["step"]),
        link="fuse",
        questions=tuple(row["questions"]),
        travel=bool(row.get("travel", False)),
        measure_version=int(row.get("measure_version", 1)),
        basis=row["basis"],
    )


def _gate(code: str, row: Mapping[str, Any]) -> Gate:
    return Gate(
        code=code,
        programmes=(LETTER,),
        questions=tuple(row["questions"]),
        proof=tuple(row["proof"]),
        reason=row["reason"],
        criterion="",
        basis=row["basis"],
    )

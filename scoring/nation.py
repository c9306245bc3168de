"""Sites of many studies in one ranking: which of them compare, and how they rank together."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from scoring.arrays import Floats
from scoring.criteria import Catalogue, Criterion
from scoring.evidence import DecisionMatrix
from scoring.layers import Layers
from scoring.measure import USES
from scoring.rank import ranks, score
from scoring.weights import Thresholds

Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What a study's numbers rest on; those of another compare where it is the same.

    Parameters
    ----------
    programme, catalogue : str
        The catalogue's version.
    anchors : mapping
        Fingerprint of each scored criterion: unit, anchors, table, way and version of measuring.
    classes : mapping
        What each layer that was used holds (index or class, full cover, settled nodata).
    travel, thresholds : str
        Fingerprints of the speeds that the study changed, and of where its gates tip.
    """

    programme: str
    catalogue: str
    anchors: Texts
    classes: Texts
    travel: str
    thresholds: str

    def as_json(self) -> dict[str, Any]:
        """Lay it out as plain JSON values."""
        return {
            **{f.name: getattr(self, f.name) for f in fields(self)},
            "anchors": dict(self.anchors),
            "classes": dict(self.classes),
        }


def basis_of(catalogue: Catalogue, programme: str, layers: Layers, thresholds: Thresholds) -> Basis:
    """Say what a study's numbers rest on."""
    criteria = catalogue.scored(programme)
    used = {kind for c in criteria for kind in USES.get(c.measure, ())}
    found = {kind: layer for kind in sorted(used) if (layer := layers.get(kind)) is not None}
    return Basis(
        programme=programme,
        catalogue=catalogue.version,
        anchors=rules_of(catalogue, programme),
        classes={
            kind: json.dumps([layer.values, layer.full_cover, layer.settle_nodata])
            for kind, layer in found.items()
        },
        travel=_print({mode: dict(told) for mode, told in layers.speeds.items()}),
        thresholds=_print(asdict(thresholds)),
    )


def rules_of(catalogue: Catalogue, programme: str) -> dict[str, str]:
    """Fingerprint how each scored criterion of a programme is measured and valued."""
    letter = catalogue.programme(programme).letter
    return {c.key: _print(_rule(c, letter)) for c in catalogue.scored(programme)}


def _rule(c: Criterion, letter: str) -> list[Any]:
    told = [c.key, c.group, c.unit[letter], [list(a) for a in c.anchors[letter]]]
    measured = [c.measure, c.measure_version, dict(c.parameters[letter])]
    return [*told, dict(c.table[letter]), c.prior, c.step, *measured]


def _print(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def usual(bases: Sequence[Basis]) -> Basis:
    """Return what most studies rest on, part by part and layer by layer.

    A layer that a study does not have is unknown there, not another class: it has no voice. Of
    two that are equally usual the first in order of its text is the rule.
    """
    kinds = sorted({kind for basis in bases for kind in basis.classes})
    rules = [json.dumps(dict(basis.anchors), sort_keys=True) for basis in bases]
    return Basis(
        programme=_usual([basis.programme for basis in bases]),
        catalogue=_usual([basis.catalogue for basis in bases]),
        anchors=json.loads(_usual(rules)),
        classes={k: _usual([b.classes[k] for b in bases if k in b.classes]) for k in kinds},
        travel=_usual([basis.travel for basis in bases]),
        thresholds=_usual([basis.thresholds for basis in bases]),
    )


def _usual(texts: Sequence[str]) -> str:
    often = Counter(texts)
    return min(often, key=lambda text: (-often[text], text))


def differences(one: Basis, other: Basis) -> dict[str, tuple[str, ...]]:
    """Say in what two bases contradict each other: parts by name, with the keys that differ."""
    found: dict[str, tuple[str, ...]] = {}
    for part in ("programme", "catalogue", "travel", "thresholds"):
        if getattr(one, part) != getattr(other, part):
            found[part] = (getattr(one, part), getattr(other, part))
    keys = sorted({*one.anchors, *other.anchors})
    if odd := tuple(k for k in keys if one.anchors.get(k) != other.anchors.get(k)):
        found["anchors"] = odd
    both = sorted(one.classes.keys() & other.classes.keys())
    if odd := tuple(k for k in both if one.classes[k] != other.classes[k]):
        found["classes"] = odd
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """Sites of many studies, best first: ``order`` (n,) are rows as given, the rest in its order.

    ``score``, ``low``, ``high`` and ``coverage`` are as in `scoring.rank.Scores`.
    """

    order: npt.NDArray[np.int64]
    rank: npt.NDArray[np.int64]
    score: Floats
    low: Floats
    high: Floats
    coverage: Floats


def rank_together(
    mean: Floats, criteria: Sequence[Criterion], weights: Floats, *, letter: str
) -> Together:
    """Rank sites by what was measured of them, under any weights; nothing is measured again.

    Parameters
    ----------
    mean : ndarray, shape (n, m)
        In each criterion's unit (worth where it is a category), NaN where unknown.
    criteria : sequence of Criterion
    weights : ndarray, shape (m,)
        Effective weights that sum to 1.
    letter : str
        The programme's.

    Returns
    -------
    Together
        Ties share the lower rank and keep the order in which they were given.
    """
    matrix = DecisionMatrix(
        mean=mean,
        sd=mean,
        unknown=np.isnan(mean),
        candidate_ids=(),
        criteria=tuple(criteria),
        letter=letter,
    )
    found = score(matrix.values(), weights, matrix.priors())
    order = np.argsort(-found.score, kind="stable")
    return Together(
        order=order,
        rank=ranks(found.score[order]),
        score=found.score[order],
        low=found.low[order],
        high=found.high[order],
        coverage=found.coverage[order],
    )


def gini(held: Floats, people: Floats) -> float:
    """Say how unevenly something is shared out among people of places, 0 (as they are) to 1.

    The Gini coefficient of what is held a person, weighted by people: twice the area between the
    Lorenz curve and the diagonal (Lerman & Yitzhaki 1989, by trapezoids).

    Parameters
    ----------
    held, people : ndarray, shape (n,)
        Of each place; people above 0. NaN when nothing is held at all.
    """
    if not held.sum() > 0:
        return float("nan")
    x, y = _lorenz(held, people)
    return float(1.0 - ((x[1:] - x[:-1]) * (y[1:] + y[:-1])).sum())


def least_served(held: Floats, people: Floats, *, part_0_1: float = 0.5) -> float:
    """Say what share (0-1) of it is held where this part of the people has least of it a person.

    Read off the Lorenz curve, straight between places. Where it is shared out as people are, half
    of the people hold half of it.

    Parameters
    ----------
    held, people : ndarray, shape (n,)
        As for `gini`.
    """
    if not held.sum() > 0:
        return float("nan")
    return float(np.interp(part_0_1, *_lorenz(held, people)))


def _lorenz(held: Floats, people: Floats) -> tuple[Floats, Floats]:
    """Return the curve's shares of people and of what they hold, those with least first."""
    order = np.argsort(held / people, kind="stable")
    x = np.concatenate([[0.0], np.cumsum(people[order]) / people.sum()])
    y = np.concatenate([[0.0], np.cumsum(held[order]) / held.sum()])
    return x, y

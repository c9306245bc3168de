"""What one measure returns for n candidates, before it becomes rows of evidence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scoring.candidates import Candidates
from scoring.layers import Layer

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Values (n,) in the criterion's unit, NaN where unknown, with the source they came from.

    ``sd`` is NaN where the criterion's default applies; ``category`` is "" where there is none;
    ``source`` is one name, or one a candidate.
    """

    value: Floats
    source: str | npt.NDArray[np.object_]
    layer: str
    sd: Floats | None = None
    category: npt.NDArray[np.object_] | None = None


def unknown(candidates: Candidates) -> Measured:
    """Return nothing known of any candidate."""
    return Measured(value=np.full(len(candidates), np.nan), source="", layer="")


def from_layer(layer: Layer, value: Floats, sd: Floats | None = None) -> Measured:
    """Return values measured on one layer."""
    return Measured(value=value, sd=sd, source=layer.source, layer=layer.hash)


def with_position(sd: Floats, candidates: Candidates) -> Floats:
    """Add the positional uncertainty of a place (metres) to an sd in metres, in quadrature."""
    position = candidates.frame["positional_sd_m"].fillna(np.inf).to_numpy(dtype=float)
    return np.asarray(np.hypot(sd, position))

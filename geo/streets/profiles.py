"""How fast people walk, ride and drive: speed tables that a study can change."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from geo.errors import InputError

Floats = npt.NDArray[np.float64]
MODES = ("walk", "motorcycle", "car")
ACCESS_WALK_KMH = 4.5
"""Speed of the straight walk between a site and the street it is joined to."""

_DEFAULTS = Path(__file__).with_name("profiles.toml")
_STEEPEST = 0.45  # rise over run; beyond it the ground model errs more often than a road climbs
_TABLES = ("speeds_kmh", "opened_kmh", "surfaces")


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One way of travelling.

    Parameters
    ----------
    mode : {"walk", "motorcycle", "car"}
    speeds_kmh : mapping of OSM class to float
        On the level; a class that is not listed is closed.
    opened_kmh : mapping of OSM class to float
        Classes open only where a tag of the mode itself says yes.
    surfaces : mapping of OSM surface to float
        Share of the speed that is left (above 0).
    slopes : tuple of (rise over run, share of speed left)
        In growing slope, interpolated between; empty means slopes do not matter.
    tobler : bool
        Use Tobler's hiking function for slopes instead of the table.
    oneway : bool
        Whether one-way streets bind.
    maxspeed : bool
        Whether a posted limit caps the speed.
    access : tuple of str
        Tags that decide on access, the most telling first.
    unpaved_classes : frozenset of str
        Classes whose speed already assumes an unpaved surface.

    Raises
    ------
    InputError
        ``profiles.mode``, ``profiles.value`` (a speed or share that is not above 0),
        ``profiles.slopes`` (not in growing order).
    """

    mode: str
    speeds_kmh: Mapping[str, float]
    opened_kmh: Mapping[str, float]
    surfaces: Mapping[str, float]
    slopes: tuple[tuple[float, float], ...]
    tobler: bool
    oneway: bool
    maxspeed: bool
    access: tuple[str, ...]
    unpaved_classes: frozenset[str]

    def __post_init__(self) -> None:
        if self.mode not in MODES:
            raise InputError("profiles.mode", mode=self.mode)
        for table in _TABLES:
            for key, value in getattr(self, table).items():
                _require_above_zero(self.mode, table, key, value)
        for slope, share in self.slopes:
            _require_above_zero(self.mode, "slopes", f"{slope}", share)
        if not (np.diff([slope for slope, _ in self.slopes]) > 0).all():
            raise InputError("profiles.slopes", mode=self.mode)

    def with_overrides(self, changes: Mapping[str, Any]) -> Self:
        """Return a profile with some entries changed, as written in a study's settings.

        Parameters
        ----------
        changes : mapping
            ``speeds_kmh``, ``opened_kmh``, ``surfaces``: tables of the entries to change, where
            0 closes a class (or, of a surface, is refused); ``slopes``: the whole list of
            ``[slope, share]``; ``oneway``, ``tobler``, ``maxspeed``: true or false.

        Raises
        ------
        InputError
            ``profiles.unknown`` for a name that is none of these, and those of `Profile`.
        """
        fresh: dict[str, Any] = {}
        for name, value in changes.items():
            if name in _TABLES and isinstance(value, Mapping):
                merged = {**getattr(self, name), **value}
                closed = {k for k, v in value.items() if v == 0 and name != "surfaces"}
                fresh[name] = _table({k: v for k, v in merged.items() if k not in closed})
            elif name == "slopes" and isinstance(value, list | tuple):
                fresh[name] = _slopes(self.mode, value)
            elif name in {"oneway", "tobler", "maxspeed"} and isinstance(value, bool):
                fresh[name] = value
            else:
                raise InputError("profiles.unknown", mode=self.mode, name=str(name)[:60])
        return replace(self, **fresh)

    def slope_share(self, slope: npt.ArrayLike) -> Floats:
        """Share of the level speed that is left on a slope.

        Parameters
        ----------
        slope : array of float
            Rise over run in the direction of travel, uphill positive; held within ±0.45.

        Returns
        -------
        array of float64
            Walking: W(s)/W(0) with Tobler's W(s) = 6 exp(−3.5 |s + 0.05|) km/h, s the slope.
            Others: the profile's table, interpolated.

        Notes
        -----
        Tobler, W. (1993). Three presentations on geographical analysis and modeling. NCGIA
        Technical Report 93-1.
        """
        held = np.clip(np.asarray(slope, dtype=np.float64), -_STEEPEST, _STEEPEST)
        if self.tobler:
            return np.asarray(np.exp(-3.5 * (np.abs(held + 0.05) - 0.05)), dtype=np.float64)
        if not self.slopes:
            return np.ones_like(held)
        at, share = np.array(self.slopes).T
        return np.asarray(np.interp(held, at, share), dtype=np.float64)


def profile(mode: str, overrides: Mapping[str, Any] | None = None) -> Profile:
    """Make the profile of a mode: the defaults of ``profiles.toml``, with a study's changes.

    Raises
    ------
    InputError
        ``profiles.mode`` when there is no such mode; those of `Profile.with_overrides`.
    """
    made = _default(mode)
    return made.with_overrides(overrides) if overrides else made


@cache
def _default(mode: str) -> Profile:
    if mode not in MODES:
        raise InputError("profiles.mode", mode=str(mode)[:60])
    with _DEFAULTS.open("rb") as source:
        table = tomllib.load(source)[mode]
    return Profile(
        mode=mode,
        speeds_kmh=_table(table["speeds_kmh"]),
        opened_kmh=_table(table["opened_kmh"]),
        surfaces=_table(table["surfaces"]),
        slopes=_slopes(mode, table["slopes"].get("points", [])),
        tobler=table["tobler"],
        oneway=table["oneway"],
        maxspeed=table["maxspeed"],
        access=tuple(table["access"]),
        unpaved_classes=frozenset(table["unpaved_classes"]),
    )


def _table(values: Mapping[str, Any]) -> Mapping[str, float]:
    return dict(values)


def _slopes(mode: str, points: Any) -> tuple[tuple[float, float], ...]:
    try:
        return tuple((float(slope), float(share)) for slope, share in points)
    except (TypeError, ValueError):
        raise InputError("profiles.slopes", mode=mode) from None


def _require_above_zero(mode: str, table: str, key: str, value: object) -> None:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not (number and 0 < float(value) < np.inf):  # type: ignore[arg-type]
        raise InputError("profiles.value", mode=mode, table=table, key=str(key)[:60])

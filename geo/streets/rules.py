"""What the tags of a street allow: whether a way of travelling may use it, which way, how fast."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.streets.profiles import Profile

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

_TAGS = (
    *("route", "highway", "surface", "tracktype", "oneway", "junction"),
    *("motorroad", "maxspeed", "bridge", "tunnel"),
)
_ALLOWED = frozenset(
    {"yes", "permissive", "designated", "destination", "customers", "official", "public"}
)
_DENIED = frozenset(
    {"no", "private", "agricultural", "forestry", "military", "emergency", "permit", "restricted",
     "residents", "delivery", "dismount", "use_sidepath", "service", "psv", "hgv"}
)  # fmt: skip
_FORWARD = frozenset({"yes", "true", "1"})
_BACKWARD = frozenset({"-1", "reverse"})
_ROUND = frozenset({"roundabout", "circular"})
_NO = frozenset({"", "no"})
_OF_TRACKTYPE = {
    "grade1": "compacted", "grade2": "gravel", "grade3": "unpaved", "grade4": "ground",
    "grade5": "grass",
}  # fmt: skip


class Rules(NamedTuple):
    """What holds for each way."""

    kmh: Floats  # on the level; 0 where the mode may not go
    forward: Mask  # open in the direction the way is drawn
    backward: Mask
    level: Mask  # bridges, tunnels, ferries: the ground below says nothing about their slope


def rules(ways: pd.DataFrame, profile: Profile) -> Rules:
    """Read the tags of each way for one way of travelling.

    Parameters
    ----------
    ways : DataFrame, length n
        ``highway`` and, where they are there, ``route``, ``surface``, ``tracktype``, ``oneway``,
        ``junction``, ``access`` and the profile's more telling tags (``foot``, ``motorcycle``,
        ``motorcar``, ``motor_vehicle``, ``vehicle``), ``motorroad``, ``maxspeed``, ``bridge``,
        ``tunnel``.
        A missing column counts as untagged.
    profile : Profile

    Returns
    -------
    Rules

    Notes
    -----
    A value of an access tag that is neither a known yes nor a known no decides nothing; the next
    tag does. ``oneway=reversible`` and ``alternating`` count as both ways. Roundabouts and
    motorways are one-way unless a tag says otherwise. Ways with the same tags are read once.
    """
    names = [name for name in (*_TAGS, *profile.access) if name in ways.columns]
    told = pd.DataFrame({name: _plain(ways[name]) for name in names})
    if told.empty:
        return _rules(ways, profile)
    same = told.groupby(names, sort=False).ngroup().to_numpy()
    _, first = np.unique(same, return_index=True)
    each = _rules(told.iloc[first], profile)
    return Rules._make(of[same] for of in each)


def _plain(tags: pd.Series[Any]) -> pd.Series[Any]:
    """Write tags as text, "" where there is none."""
    if not isinstance(tags.dtype, pd.StringDtype):
        tags = tags.astype(object).where(tags.notna(), "").astype(str)
    return tags.fillna("")


def _rules(ways: pd.DataFrame, profile: Profile) -> Rules:
    kind = np.where(_tag(ways, "route") == "ferry", "ferry", _tag(ways, "highway"))
    listed = _looked_up(kind, profile.speeds_kmh)
    opened = _looked_up(kind, profile.opened_kmh)
    allowed, said_so = _access(ways, profile)
    kmh = np.where(listed > 0, listed, np.where(said_so, opened, 0.0))
    kmh = kmh * _surface_share(ways, kind, profile)
    if profile.maxspeed:
        kmh = np.minimum(kmh, _posted_kmh(_tag(ways, "maxspeed")))
    if profile.mode != "car":
        allowed &= _tag(ways, "motorroad") != "yes"
    forward, backward = _directions(ways, kind, profile)
    level = ~_among(_tag(ways, "bridge"), _NO) | ~_among(_tag(ways, "tunnel"), _NO)
    return Rules(np.where(allowed, kmh, 0.0), forward, backward, level | (kind == "ferry"))


def _tag(ways: pd.DataFrame, name: str) -> npt.NDArray[np.object_]:
    if name not in ways.columns:
        return np.full(len(ways), "", dtype=object)
    text = _plain(ways[name]).astype(object)
    folded: npt.NDArray[np.object_] = text.str.strip().str.casefold().to_numpy(dtype=object)
    return folded


def _among(tags: npt.NDArray[np.object_], values: frozenset[str]) -> Mask:
    return np.asarray(pd.Series(tags).isin(values), dtype=bool)


def _looked_up(tags: npt.NDArray[np.object_], table: object, *, other: float = 0.0) -> Floats:
    found = pd.Series(tags, dtype=object).map(dict(table))  # type: ignore[call-overload]
    return np.asarray(found.fillna(other), dtype=np.float64)


def _access(ways: pd.DataFrame, profile: Profile) -> tuple[Mask, Mask]:
    """Whether the mode may use each way, and whether a tag of the mode's own says that it may."""
    allowed = np.ones(len(ways), dtype=bool)
    own = np.zeros(len(ways), dtype=bool)
    open_still = np.ones(len(ways), dtype=bool)
    for name in profile.access:
        tags = _tag(ways, name)
        yes, no = _among(tags, _ALLOWED) & open_still, _among(tags, _DENIED) & open_still
        allowed[no] = False
        if name != "access":  # access=yes says that the way is public, not that a car fits
            own |= yes
        open_still &= ~(yes | no)
    return allowed, own


def _surface_share(ways: pd.DataFrame, kind: npt.NDArray[np.object_], profile: Profile) -> Floats:
    """Share of the speed left on each way's surface.

    "concrete:plates" counts as concrete, and of "gravel;dirt" the first. Where no surface is
    mapped, the track's grade stands for one: 1 compacted, 2 gravel, 3 unpaved, 4 ground, 5 grass.
    """
    tags = pd.Series(_tag(ways, "surface"), dtype=object)
    firm = pd.Series(_tag(ways, "tracktype"), dtype=object).map(_OF_TRACKTYPE).fillna("")
    main = (
        tags.where(tags != "", firm)
        .str.split(r"[:;]", n=1, regex=True)
        .str[0]
        .to_numpy(dtype=object)
    )
    share = _looked_up(main, profile.surfaces, other=1.0)
    rough = _among(kind, profile.unpaved_classes) & (main != "")
    return np.where(rough, share / profile.surfaces.get("unpaved", 1.0), share)


def _posted_kmh(tags: npt.NDArray[np.object_]) -> Floats:
    """Read posted limits ("40", "40 km/h", "25 mph"); no limit where nothing can be read."""
    parts = pd.Series(tags, dtype=object).str.extract(r"^(\d+(?:\.\d+)?)\s*(mph|km/h|kmh|kph)?$")
    value = pd.to_numeric(parts[0], errors="coerce").to_numpy(dtype=np.float64)
    value = np.where(parts[1] == "mph", value * 1.609344, value)
    return np.where(np.isfinite(value) & (value > 0), value, np.inf)


def _directions(
    ways: pd.DataFrame, kind: npt.NDArray[np.object_], profile: Profile
) -> tuple[Mask, Mask]:
    if not profile.oneway:
        return np.ones(len(ways), dtype=bool), np.ones(len(ways), dtype=bool)
    tags = _tag(ways, "oneway")
    implied = _among(_tag(ways, "junction"), _ROUND) | (kind == "motorway")
    only_forward = _among(tags, _FORWARD) | (implied & (tags == ""))
    only_backward = _among(tags, _BACKWARD)
    return ~only_backward, ~only_forward

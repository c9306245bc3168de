"""What an OpenStreetMap tag, or a name in Indonesian, says a place is."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

# The first key (in this order) whose value is listed names the kind. Keys of `scoring/kinds.toml`
# are used where the law's list has that kind; the rest follows OSM's Map Features.
TAGS: Mapping[str, Mapping[str, str]] = {
    "amenity": {
        "school": "school", "kindergarten": "kindergarten", "childcare": "kindergarten",
        "college": "college", "university": "college", "training": "training_centre",
        "place_of_worship": "place_of_worship", "hospital": "hospital", "clinic": "clinic",
        "doctors": "doctors", "health_post": "pustu", "pharmacy": "pharmacy", "police": "police",
        "courthouse": "court", "prison": "prison", "townhall": "government_office",
        "public_building": "government_office", "bar": "bar", "pub": "bar", "nightclub": "bar",
        "biergarten": "bar", "stripclub": "bar", "casino": "gambling", "gambling": "gambling",
        "bus_station": "terminal", "library": "library", "community_centre": "community_centre",
        "social_centre": "community_centre", "social_facility": "social_institution",
        "nursing_home": "nursing_home", "orphanage": "orphanage", "marketplace": "market",
        "grave_yard": "cemetery", "fire_station": "fire_station",
        "waste_transfer_station": "waste_site",
    },
    "social_facility": {
        "group_home": "social_institution", "shelter": "social_institution",
        "nursing_home": "nursing_home", "assisted_living": "nursing_home",
        "outreach": "social_institution", "orphanage": "orphanage",
    },
    "healthcare": {
        "hospital": "hospital", "clinic": "clinic", "centre": "clinic", "doctor": "doctors",
        "doctors": "doctors", "midwife": "pustu",
    },
    "shop": {"alcohol": "alcohol_shop", "lottery": "gambling", "bookmaker": "gambling"},
    "leisure": {"adult_gaming_centre": "gambling", "park": "park"},
    "office": {"government": "government_office"},
    "landuse": {"cemetery": "cemetery", "landfill": "waste_site"},
    "tourism": {"attraction": "tourist_site", "theme_park": "tourist_site", "zoo": "tourist_site"},
    "highway": {"bus_stop": "bus_stop"},
    "public_transport": {
        "platform": "bus_stop", "stop_position": "bus_stop", "station": "terminal",
    },
    "railway": {"station": "train_station", "halt": "train_station"},
}  # fmt: skip

_HEALTH = ("hospital", "clinic", "doctors", "pustu")
_OFFICES = ("government_office", "court", "prison", "police", "community_centre")
_HOMES = ("social_institution", "nursing_home", "orphanage")
# a name refines a kind that the tag already gives; it never makes a place out of nothing
NAMES = (
    (_HEALTH, r"puskesmas pembantu|\bpustu\b|poskesdes|polindes", "pustu"),
    (_HEALTH, r"\bpuskesmas\b|pusat kesehatan masyarakat", "puskesmas"),
    (_OFFICES, r"\bkejaksaan\b|\bkejari\b", "prosecutor"),
    (_OFFICES, r"\bpengadilan\b", "court"),
    (_OFFICES, r"\brutan\b|\blapas\b|rumah tahanan|lembaga pemasyarakatan", "prison"),
    (_OFFICES, r"\bbapas\b|balai pemasyarakatan", "bapas"),
    (_OFFICES, r"(?:kantor|balai) (?:desa|kelurahan|kecamatan|camat)", "village_office"),
    (_HOMES, r"panti asuhan|yatim|orphanage", "orphanage"),
    (_HOMES, r"lansia|jompo|wred|werdha", "nursing_home"),
    (("school", "college", "place_of_worship"), r"pesantren|\bponpes\b", "pesantren"),
    (("school",), r"\bpaud\b|\btk\b|taman kanak|raudh?atul", "kindergarten"),
)  # fmt: skip

FACILITY_OF: Mapping[str, str] = {
    "hospital": "health", "puskesmas": "health", "clinic": "health", "doctors": "health",
    "pustu": "health", "police": "police", "court": "court", "prosecutor": "prosecutor",
    "prison": "prison", "school": "school", "kindergarten": "school", "bapas": "bapas",
}  # fmt: skip
"""The kind of the ``facilities`` layer that a place stands for."""

KINDS = frozenset(
    {kind for values in TAGS.values() for kind in values.values()} | {kind for *_, kind in NAMES}
)
"""Every kind that ``OsmExtract.places`` can hold."""


def kinds_of(tags: pd.DataFrame) -> np.ndarray:
    """Name the kind of each place, "" for what is no place any criterion asks for.

    Parameters
    ----------
    tags : DataFrame
        Columns as in ``osm.ini`` (text or missing); ``name`` refines.

    Returns
    -------
    ndarray of str, shape (n,)
    """
    kind = pd.Series("", index=tags.index, dtype=object)
    for key, values in TAGS.items():
        named = tags[key].map(values).fillna("")
        kind = kind.where(kind != "", named)
    children = tags["social_facility_for"].isin(["orphan", "child", "juvenile"])
    elderly = tags["social_facility_for"].isin(["senior", "elderly"])
    kind = kind.mask((kind == "social_institution") & children, "orphanage")
    kind = kind.mask((kind == "social_institution") & elderly, "nursing_home")
    name = tags["name"].fillna("").astype(str).str.casefold()
    refined = kind.copy()
    for among, pattern, better in reversed(NAMES):  # the first of the list wins: said last
        fits = kind.isin(among) & name.str.contains(pattern, regex=True)
        refined = refined.mask(fits, better)
    return refined.to_numpy(dtype=object)

"""OpenStreetMap from Overpass through osmnx, kept as an OSM file that enters like any other.

osmnx asks in pieces that the servers bear and keeps every answer as it came; here the answers are
put together, each object once, into one ``.osm.pbf``. So node references, relations and tags all
survive, and streets from the internet and from a file are read by the same reader.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.fetch.answers import Again
from data.fetch.fetcher import PATIENT, Manners
from data.fetch.osmnx_door import asked_through_osmnx
from data.fetch.sources import Source
from data.osm_kinds import TAGS
from geo.errors import InputError
from geo.files import written_whole

_FEW_VALUES = 6  # a key with more values is asked whole: the question stays short
_DAY_S = 86_400.0
_KM2 = 1e6
STREETS: Mapping[str, Any] = {"highway": True, "route": "ferry"}
BUILDINGS: Mapping[str, Any] = {"building": True}
PLACES: Mapping[str, Any] = {
    key: True if len(values) > _FEW_VALUES else list(values)
    for key, values in TAGS.items()
    if key not in STREETS
}
QUESTIONS: tuple[tuple[Mapping[str, Any], float], ...] = (
    (STREETS, 1_000.0),
    (PLACES, 2_500.0),
    (BUILDINGS, 250.0),
)
"""Tags asked for together, and the largest piece (km²) to ask them for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OsmFile:
    """An OSM file that was made; ``date`` is the state of the data (ISO date, "" unknown)."""

    path: Path
    date: str
    objects: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What a name was found to mean: an outline in EPSG:4326 and its OSM id."""

    name: str
    osm_id: str
    geometry: Any


def find_place(
    name: str,
    *,
    source: Source,
    folder: Path,
    manners: Manners = PATIENT,
    sleep: Callable[[float], None] = time.sleep,
) -> Place:
    """Look up a place's outline by its name in Nominatim.

    Parameters
    ----------
    name : str
        As people write it: "Kabupaten Banjarnegara".
    source : Source
        Nominatim's.
    folder : Path
        Where osmnx may keep its answers.

    Raises
    ------
    InputError
        ``fetch.no_place`` when nothing with an outline bears the name, and those of the network.
    """
    import osmnx
    from osmnx._errors import InsufficientResponseError

    if not name.strip():
        raise InputError("fetch.no_place", place=name)

    def ask() -> Any:
        try:
            return osmnx.geocode_to_gdf(name.strip()[:200])
        except (InsufficientResponseError, TypeError, KeyError):
            raise InputError("fetch.no_place", place=name.strip()[:80]) from None

    with asked_through_osmnx(source, folder=folder / "nominatim", manners=manners) as door:
        found = _with_patience(ask, source, manners=manners, sleep=sleep, renew=door.renew)
    row = found.iloc[0]
    return Place(
        name=str(row.get("display_name", name)),
        osm_id=f"{str(row.get('osm_type', ''))[:1]}{row.get('osm_id', '')}",
        geometry=row.geometry,
    )


def fetch_overpass(
    area: Any,
    output: Path,
    *,
    source: Source,
    folder: Path,
    manners: Manners = PATIENT,
    rate_limit: bool = True,
    sleep: Callable[[float], None] = time.sleep,
) -> OsmFile:
    """Fetch streets, places and buildings of an area and write them as one OSM PBF.

    Pieces that came before a cut are kept for a day and not asked for again.

    Parameters
    ----------
    area : shapely Polygon or MultiPolygon in EPSG:4326
        Simple outlines are answered faster.
    output : Path
        ``.osm.pbf``; replaced when it is there.
    source : Source
        Overpass's; its url is the interpreter's base.
    folder : Path
        Where pieces are kept until all are there.
    manners : Manners
        ``read_s`` is also the time Overpass is given for a piece.
    rate_limit : bool
        Ask Overpass for a free slot before every piece.

    Raises
    ------
    InputError
        ``fetch.overpass_short`` when Overpass gave up on a piece, ``fetch.osm_nothing`` when the
        area is empty, and those of the network.
    """
    key = hashlib.sha256(f"{source.url}|{area.wkt}|{QUESTIONS}".encode()).hexdigest()[:20]
    pieces = folder / "overpass" / key
    _drop_old(pieces)
    for tags, piece_km2 in QUESTIONS:
        _ask_pieces(area, tags, piece_km2, pieces, source, manners, rate_limit, sleep)
    made = _put_together(sorted(pieces.glob("*.json")), output, source)
    for piece in pieces.glob("*.json"):
        piece.unlink()
    return made


def _ask_pieces(
    area: Any,
    tags: Mapping[str, Any],
    piece_km2: float,
    pieces: Path,
    source: Source,
    manners: Manners,
    rate_limit: bool,
    sleep: Callable[[float], None],
) -> None:
    import osmnx
    from osmnx._errors import CacheOnlyInterruptError, InsufficientResponseError
    from osmnx._errors import ResponseStatusCodeError as StatusError

    def ask() -> None:
        before = len(list(pieces.glob("*.json")))
        door.renew()
        try:
            osmnx.features_from_polygon(area, dict(tags))
        except CacheOnlyInterruptError:
            pass  # all pieces are there; making frames of them is not wanted
        except (InsufficientResponseError, StatusError, RecursionError):
            raise InputError("fetch.not_understood", host=source.host()) from None
        # osmnx keeps no answer with a remark: there Overpass says that it gave up midway
        if len(list(pieces.glob("*.json"))) - before < door.answers:
            raise Again("fetch.overpass_short")

    with asked_through_osmnx(
        source,
        folder=pieces,
        manners=manners,
        rate_limit=rate_limit,
        max_query_area_size=piece_km2 * _KM2,
        cache_only_mode=True,
    ) as door:
        _with_patience(ask, source, manners=manners, sleep=sleep, renew=door.renew)


def _with_patience(
    ask: Callable[[], Any],
    source: Source,
    *,
    manners: Manners,
    sleep: Callable[[float], None],
    renew: Callable[[], None],
) -> Any:
    """Ask, and ask again as often as is polite; osmnx itself would ask for ever."""
    import requests

    from data.fetch.answers import fault_of

    last = Again("fetch.server")
    for attempt in range(manners.tries):
        renew()
        try:
            return ask()
        except Again as again:
            last = again
        except requests.RequestException as fault:
            told = fault_of(fault, host=source.host())
            if not isinstance(told, Again):
                raise told from None
            last = told
        wait_s = last.wait_s if last.wait_s is not None else 5.0 * 2**attempt
        if wait_s > manners.longest_wait_s:
            break
        if attempt + 1 < manners.tries:
            sleep(wait_s)
    minutes = max(1, round((last.wait_s or 60.0) / 60))
    raise InputError(last.code, host=source.host(), minutes=minutes)


def _drop_old(pieces: Path) -> None:
    """Drop pieces of an older fetch: a map put together of two dates is neither."""
    if not pieces.is_dir():
        return
    for piece in pieces.glob("*.json"):
        if time.time() - piece.stat().st_mtime > _DAY_S:
            piece.unlink()


def _put_together(pieces: list[Path], output: Path, source: Source) -> OsmFile:
    """Merge the answers into one sorted PBF, every object once."""
    import osmium

    merged, bases, count = osmium.MergeInputReader(), [], 0
    try:
        for piece in pieces:
            answer = json.loads(piece.read_bytes())
            bases.append(str(answer.get("osm3s", {}).get("timestamp_osm_base", "")))
            raw = piece.with_suffix(".osm.pbf")
            with osmium.SimpleWriter(raw, overwrite=True) as writer:
                for made in _objects(answer["elements"]):
                    writer.add(made)
                    count += 1
            merged.add_file(str(raw))
            raw.unlink()
    except (ValueError, TypeError, KeyError, AttributeError, RuntimeError, OverflowError):
        raise InputError("fetch.not_understood", host=source.host()) from None
    if not count:
        raise InputError("fetch.osm_nothing")
    oldest = min((base for base in bases if base), default="")
    header = osmium.io.Header()
    header.set("generator", "Tapak")
    if oldest:
        header.set("osmosis_replication_timestamp", oldest)
    with (
        written_whole(output, overwrite=True) as temporary,
        osmium.SimpleWriter(temporary, header=header, overwrite=True) as writer,
    ):
        merged.apply(writer, simplify=True)
    return OsmFile(path=output, date=oldest[:10], objects=count)


def _objects(elements: list[dict[str, Any]]) -> Iterator[Any]:
    """Turn Overpass's JSON into osmium's objects, nodes first."""
    from osmium.osm import mutable

    order = {"node": 0, "way": 1, "relation": 2}
    for told in sorted(elements, key=lambda e: (order[e["type"]], e["id"])):
        tags = {str(k): str(v) for k, v in told.get("tags", {}).items()}
        number = int(told["id"])
        if told["type"] == "node":
            at = (float(told["lon"]), float(told["lat"]))
            yield mutable.Node(id=number, location=at, tags=tags)
        elif told["type"] == "way":
            yield mutable.Way(id=number, nodes=[int(n) for n in told.get("nodes", [])], tags=tags)
        else:
            members = [
                (str(m["type"])[0], int(m["ref"]), str(m.get("role", "")))
                for m in told.get("members", [])
            ]
            yield mutable.Relation(id=number, members=members, tags=tags)

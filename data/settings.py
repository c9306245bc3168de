"""study.toml: what a study covers and how it weighs things, in plain text that a planner edits."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any

from data.assets.labels import DROPPED
from data.settings_accounts import Accounts, read_accounts
from data.settings_check import Door, Fault, SettingsError, Table
from data.settings_private import Retention, read_retention
from data.settings_store import StoreSettings, read_store
from data.settings_weights import Weights, read_weights
from geo.errors import InputError
from scoring.weights import Thresholds
from words import LANGUAGES

FILE = "study.toml"
MOST_BYTES = 1 << 18
TABLES = (
    *("name", "language", "programmes", "area", "weights", "thresholds", "layers", "assets"),
    *("travel", "report", "accounts", "store", "retention", "nation"),
)
REPORT = ("regency", "prosecutor", "court", "bapas", "place", "dissent", "fare_source")
REPORT_DAYS = ("decision_date", "valid_until")
"""What ``[report]`` may name: offices (never persons), where it is signed, dissent, days, fares."""
PROGRAMMES = ("kerja-sosial", "pelayanan-masyarakat", "pos-bapas")
LAYER_KINDS = (
    *("boundary", "areas", "population", "facilities", "indicators", "osm", "roads", "coverage"),
    *("elevation", "landslide", "flood", "flash-flood", "earthquake", "events", "land-cover"),
    *("demand", "offices"),
)
Bounds = tuple[float, float, float, float]
_ZONE = re.compile(r"([1-9]|[1-5]\d|60)[NS]")
_LINE = re.compile(r"at line (\d+)")


def _indonesia() -> Bounds:
    from geo.crs import INDONESIA  # loads geopandas, which not every command needs

    return INDONESIA


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """Where the study is. ``crs`` is an EPSG number in metres, None = from the boundary."""

    utm_zone: str = "49S"
    crs: int | None = None
    bounds: Bounds = field(default_factory=_indonesia)


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerSettings:
    """What study.toml states about one kind of layer; None or empty = not stated."""

    full_cover: bool | None = None
    crs: str = ""
    values: str = ""
    scale: float | None = None
    nodata: float | None = None
    layer: str = ""
    source: str = ""
    licence: str = ""
    date: str = ""
    settle_nodata: bool | None = None
    columns: Mapping[str, str] = field(default_factory=dict)

    def stated(self) -> dict[str, Any]:
        """Return only what is stated, to be laid over the options kept with the file."""
        told = {f.name: getattr(self, f.name) for f in fields(self)}
        return {name: value for name, value in told.items() if value not in (None, "", {})}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything study.toml says, checked."""

    name: str
    language: str = "id"
    programmes: tuple[str, ...] = PROGRAMMES
    area: Area = field(default_factory=Area)
    weights: Mapping[str, Weights] = field(default_factory=dict)
    thresholds: Thresholds = field(default_factory=Thresholds)
    layers: Mapping[str, LayerSettings] = field(default_factory=dict)
    asset_columns: Mapping[str, str] = field(default_factory=dict)
    travel: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    report: Mapping[str, str] = field(default_factory=dict)
    accounts: Accounts = field(default_factory=Accounts)
    store: StoreSettings | None = None
    retention: Retention = field(default_factory=Retention)
    nation_results: str = ""

    def layer(self, kind: str) -> LayerSettings:
        """Return what is stated about a kind of layer."""
        return self.layers.get(kind, LayerSettings())

    def weights_of(self, programme: str) -> Weights:
        """Return what is stated about a programme's weights."""
        return self.weights.get(programme, Weights())


def read_settings(path: Path) -> Settings:
    """Read and check a study.toml.

    Raises
    ------
    SettingsError
        One sentence that lists everything that is wrong, each with its line and setting.
    """
    if path.stat().st_size > MOST_BYTES:
        told = {"limit_kb": MOST_BYTES >> 10}
        raise SettingsError(
            [Fault(line=None, code="settings.too_big", fields=told)], file=path.name
        )
    try:
        text = path.read_bytes().decode("utf-8-sig")  # Notepad writes a byte order mark
    except UnicodeDecodeError as fault:
        raise SettingsError([Fault(line=None, code="settings.not_utf8")], file=path.name) from fault
    return parse_settings(text, file=path.name)


def parse_settings(text: str, *, file: str = FILE) -> Settings:
    """Check the text of a study.toml; see `read_settings`."""
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as fault:  # a number or a nest that Python refuses, too
        line = _LINE.search(str(fault))
        where = int(line.group(1)) if line else len(text.splitlines())
        raise SettingsError([Fault(line=where, code="settings.not_toml")], file=file) from fault
    door = Door(text)
    settings = _settings(Table(door, data))
    if door.faults:
        raise SettingsError(sorted(door.faults, key=lambda f: f.line or 0), file=file)
    return settings


def _settings(top: Table) -> Settings:
    top.known(TABLES)
    name = top.text("name")
    if not name and isinstance(top.data.get("name", ""), str):
        top.fault("name", "settings.no_name")
    assets = top.inside("assets")
    assets.known(("columns",))
    weights, layers = top.inside("weights"), top.inside("layers")
    weights.known(PROGRAMMES)
    layers.known(LAYER_KINDS)
    return Settings(
        name=name,
        language=top.choice("language", LANGUAGES, "id"),
        programmes=_programmes(top),
        area=_area(top.inside("area")),
        weights={p: read_weights(weights.inside(p), p) for p in weights.data if p in PROGRAMMES},
        thresholds=_thresholds(top.inside("thresholds")),
        layers={k: _layer(layers.inside(k), k) for k in layers.data if k in LAYER_KINDS},
        asset_columns=_asset_columns(assets.inside("columns")),
        travel=_travel(top.inside("travel")),
        report=_report(top.inside("report")),
        accounts=read_accounts(top.inside("accounts")),
        store=read_store(top.inside("store")),
        retention=read_retention(top.inside("retention")),
        nation_results=_nation(top.inside("nation")),
    )


def _nation(table: Table) -> str:
    table.known(("results",))
    return table.text("results")


@cache
def asset_fields() -> tuple[str, ...]:
    """Return what a register's column can be stated to mean in ``[assets.columns]``."""
    labels = (Path(__file__).parent / "assets" / "labels.toml").read_text(encoding="utf-8")
    return tuple(sorted({rule["meaning"] for rule in tomllib.loads(labels)["rule"]} - DROPPED))


def _asset_columns(table: Table) -> dict[str, str]:
    if table.data:
        table.known(asset_fields())
    return table.texts()


def _travel(table: Table) -> dict[str, Mapping[str, Any]]:
    """Take what a study changes in the speed tables, as far as `geo.streets.profiles` allows."""
    if not table.data:
        return {}
    from geo.streets.profiles import MODES, profile  # loads geopandas, not needed by every command

    table.known(MODES)
    taken: dict[str, Mapping[str, Any]] = {}
    for mode in (m for m in MODES if m in table.data):
        changes = table.inside(mode).data
        try:
            profile(mode, changes)
        except InputError as wrong:
            table.fault(mode, wrong.code, **wrong.fields)
        else:
            taken[mode] = changes
    return taken


def _report(table: Table) -> dict[str, str]:
    """Take what documents name; what is not written is left to be filled in by hand."""
    table.known((*REPORT, *REPORT_DAYS, "fare_per_km"))
    told = {name: table.text(name) for name in REPORT}
    told |= {name: table.day(name) for name in REPORT_DAYS}
    fare = table.number("fare_per_km", None, low=1, high=1_000_000)
    told["fare_per_km"] = "" if fare is None else f"{fare:g}"
    return {name: text for name, text in told.items() if text}


def _programmes(top: Table) -> tuple[str, ...]:
    given = top.data.get("programmes", list(PROGRAMMES))
    if not isinstance(given, list) or not given or not all(isinstance(p, str) for p in given):
        top.fault("programmes", "settings.needs_programmes", known=", ".join(PROGRAMMES))
        return PROGRAMMES
    for programme in given:
        if programme not in PROGRAMMES:
            told = {"given": programme, "known": ", ".join(PROGRAMMES)}
            top.fault("programmes", "settings.not_one_of", **told)
    return tuple(dict.fromkeys(given))


def _area(area: Table) -> Area:
    area.known([f.name for f in fields(Area)])
    zone = area.text("utm_zone", "49S").upper()
    if not _ZONE.fullmatch(zone):
        area.fault("utm_zone", "settings.zone", given=zone)
    return Area(utm_zone=zone, crs=_epsg(area), bounds=_bounds(area))


def _epsg(area: Table) -> int | None:
    given = area.data.get("crs", "")
    if given == "":
        return None
    number = re.fullmatch(r"(?:EPSG:)?(\d{4,6})", str(given).strip(), re.IGNORECASE)
    if number and not isinstance(given, float):
        from pyproj import CRS
        from pyproj.exceptions import CRSError

        try:
            crs = CRS.from_epsg(int(number.group(1)))
        except CRSError:
            crs = None
        if crs and crs.is_projected and {axis.unit_name for axis in crs.axis_info} == {"metre"}:
            return int(number.group(1))
    area.fault("crs", "settings.crs", given=str(given))
    return None


def _bounds(area: Table) -> Bounds:
    given = area.data.get("bounds")
    if given is None:
        return _indonesia()
    right = isinstance(given, list) and len(given) == 4
    if right and all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in given):
        minx, miny, maxx, maxy = (float(v) for v in given)
        if -180 <= minx < maxx <= 180 and -90 <= miny < maxy <= 90:
            return (minx, miny, maxx, maxy)
    area.fault("bounds", "settings.bounds", given=str(given))
    return _indonesia()


def _thresholds(table: Table) -> Thresholds:
    table.known([f.name for f in fields(Thresholds)])
    highest = {"event_distance_m": 100_000.0, "event_years": 100.0}
    usual = Thresholds()
    taken = {
        f.name: table.number(f.name, getattr(usual, f.name), low=0, high=highest.get(f.name, 1.0))
        for f in fields(Thresholds)
    }
    checked = Thresholds(**{name: value for name, value in taken.items() if value is not None})
    if checked.gate_fail >= checked.gate_pass:
        table.fault("gate_fail", "settings.gates_crossed")
    return checked


def _layer(table: Table, kind: str) -> LayerSettings:
    names = [f.name for f in fields(LayerSettings)]
    if kind != "landslide":  # the only hazard whose empty cells may be settled (CRITERIA §3)
        names.remove("settle_nodata")
    table.known(names)
    return LayerSettings(
        full_cover=table.flag("full_cover"),
        settle_nodata=table.flag("settle_nodata"),
        values=table.choice("values", ("index", "class"), ""),
        scale=table.number("scale", None),
        nodata=table.number("nodata", None),
        date=table.day("date"),
        columns=table.inside("columns").texts(),
        **{name: table.text(name) for name in ("crs", "layer", "source", "licence")},
    )

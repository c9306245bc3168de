"""What a worker is asked, and what it answers: small and picklable, whatever carries it."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from data.hashes import canonical_json, sha256_hex
from data.workspace import Study
from scoring.criteria import load_catalogue
from scoring.weights import Scenario, effective
from work.field import accepted_responses

FORM = 1
"""Counted up when what a batch writes, or how, changes."""
ROOMS = ("geo", "scoring", "surveys", "data", "work")
"""Rooms whose source decides what a ranking is."""
_READ = (".py", ".toml", ".ini", ".csv")
_SOFTWARE = (
    *("numpy", "scipy", "pandas", "geopandas", "shapely", "pyproj", "pyogrio", "rasterio"),
    *("exactextract", "numba", "pyarrow"),
)
Answer = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One piece of work: a whole study, a tile of its sites, or putting its tiles together.

    Parameters
    ----------
    name, folder, out : str
        The study's name in the results, its folder, and the folder of the results; paths that
        every worker knows under the same name.
    programme, scenario : str
        Empty: the study's first programme, its own weights.
    as_of : str
        ISO day that "recent" is counted from.
    code : str
        Fingerprint of the program that asks (`code_version`).
    tile_sites : int
        A study with more sites than this is split.
    tile, tiles : int
        Which of how many tiles; tile -1 is the whole, or all tiles put together.
    limit_s, memory_mb : float
        0: no limit.
    deaths : int
        So many workers may end on one piece of work before it is given up.
    lang : str
    """

    name: str
    folder: str
    out: str
    programme: str = ""
    scenario: str = ""
    as_of: str = ""
    code: str = ""
    tile_sites: int = 25_000
    tile: int = -1
    tiles: int = 0
    limit_s: float = 0.0
    memory_mb: float = 0.0
    deaths: int = 3
    lang: str = "id"

    @property
    def label(self) -> str:
        """Name this piece of work among all of a batch."""
        return f"{self.name}@{self.tile}-{self.tiles}"

    def folder_of(self, what: str) -> Path:
        """Return a folder inside the results."""
        return Path(self.out) / what


@cache
def code_version() -> str:
    """Fingerprint the program and its libraries: another one may rank otherwise.

    sha256 of every source and settings file of the rooms that rank, Python's version and those of
    the libraries that compute.
    """
    told = hashlib.sha256()
    root = Path(__file__).parents[1]
    files = (p for room in ROOMS for p in (root / room).rglob("*") if p.suffix in _READ)
    for path in sorted(files, key=lambda p: p.relative_to(root).as_posix()):
        text = path.read_bytes().replace(b"\r\n", b"\n")  # a Windows checkout is the same program
        told.update(path.relative_to(root).as_posix().encode() + hashlib.sha256(text).digest())
    python = ".".join(platform.python_version_tuple()[:2])
    told.update(canonical_json([FORM, python, *[f"{n} {version(n)}" for n in _SOFTWARE]]))
    return told.hexdigest()


def study_key(study: Study, scenario: Scenario, *, code: str) -> str:
    """Fingerprint all that a study's result is made from; the same key, the same result.

    sha256 of study.toml, every current file with how it is read, the sites and register values in
    the store, accepted visits, the scenario with its effective weights, and the program.
    """
    catalogue = load_catalogue()
    weights = effective(catalogue, scenario).tolist()
    files = [
        [f.kind, f.name, f.sha256, dict(f.options), f.source, f.licence]
        for f in sorted(study.store.files(), key=lambda f: (f.kind, f.sha256, f.id or 0))
    ]
    visits = sorted(repr(r) for r in accepted_responses(study))
    parts = {
        "code": code,
        "catalogue": catalogue.version,
        "settings": sha256_hex((study.folder / "study.toml").read_bytes()),
        "files": files,
        "sites": _frame(study.store.candidates()),
        "register": _frame(study.store.register_values()),
        "visits": sha256_hex(repr(visits).encode()),
        "scenario": _plain(scenario),
        "weights": weights,
    }
    return sha256_hex(canonical_json(parts))


def _plain(scenario: Scenario) -> Mapping[str, Any]:
    told = asdict(scenario)
    told["stated"] = repr(scenario.stated)
    return told


def _frame(frame: Any) -> str:
    """Fingerprint a table: names and values of its columns, shapes as WKB."""
    told = hashlib.sha256()
    for name in frame.columns:
        column = frame[name]
        shapes = getattr(column, "to_wkb", None)
        values = column.tolist() if shapes is None else shapes().tolist()
        told.update(repr([name, values]).encode())
    return told.hexdigest()

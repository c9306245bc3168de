"""What Tapak is made of at run time: its licences as a page, its parts as a list for machines.

``python tools/parts.py licences`` writes docs/licences.md · ``python tools/parts.py sbom FILE``
writes a CycloneDX list. Both read what is installed here, from the project down, and name nothing
that only developers use.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from tempfile import TemporaryDirectory

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

sys.path.insert(0, str(Path(__file__).resolve().parent))

from wheelhouse import PLATFORMS, markers, pins, run_time, wanted

PAGE = Path(__file__).parents[1] / "docs" / "licences.md"
EXTRAS = ("server", "cluster")
PYTHON = "3.11"
STATED = {
    "colorama": ("BSD-3-Clause", "only on Windows; its classifier and LICENSE.txt"),
    "pyrage": ("MIT", "its LICENSE file"),
    "odfpy": ("Apache-2.0 OR GPL-2.0-or-later OR LGPL-2.1-or-later", "its README; Apache taken"),
}
"""Licences that the metadata here does not say in one word, with where they are said."""
FREE = {
    *("0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BSL-1.0", "CC0-1.0", "HPND", "ISC"),
    *(
        "MIT",
        "MIT-0",
        "MIT-CMU",
        "PSF-2.0",
        "Python-2.0",
        "Unlicense",
        "Zlib",
        "ZPL-2.1",
        "CNRI-Python",
    ),
    *(
        "blessing",
        "Apache-2.0 WITH LLVM-exception",
        "LicenseRef-Public-Domain",
        "libpng-2.0",
        "IJG",
    ),
}
WEAK = {
    *("LGPL-2.1-only", "LGPL-2.1-or-later", "LGPL-3.0-only", "LGPL-3.0-or-later", "MPL-2.0"),
    *("EPL-2.0", "GPL-3.0-or-later WITH GCC-exception-3.1", "LGPL-3.0"),
}
"""The part itself stays free where it is handed on; what uses it may have any licence."""
_LOOSE = (
    (r"\bapache\b.*2|^apache$|\bapache software\b|^apache license", "Apache-2.0"),
    (r"\bmpl[ -]?2|mozilla public license 2", "MPL-2.0"),
    (r"\blgpl.*3|lesser general public license v3", "LGPL-3.0-only"),
    (r"\blgpl|lesser general public license", "LGPL-2.1-or-later"),
    (r"\bagpl|affero", "AGPL-3.0-only"),
    (r"\bgpl|general public license", "GPL-3.0-only"),
    (r"bsd[ -]?2|2-clause|simplified bsd", "BSD-2-Clause"),
    (r"\bbsd\b|3-clause|new bsd|modified bsd", "BSD-3-Clause"),
    (r"\bmit\b|\bexpat\b", "MIT"),
    (r"\bisc\b", "ISC"),
    (r"boost", "BSL-1.0"),
    (r"python software foundation|\bpsf", "PSF-2.0"),
    (r"hpnd|historical permission", "HPND"),
    (r"unlicense|public domain", "Unlicense"),
)


HEAD = """# Licences of what Tapak uses

Tapak itself is under the MIT licence. `make licences` writes this page from what is installed; a
test compares. Only what runs with Tapak is listed, not what developers use; *needs* says always,
only on Windows, or an extra.

{n} packages. Under a library's copyleft, which asks that changes to *that* package are passed on
and lets everything else be: {weak}.
Under a licence that does not go with MIT, or under none that is known: {no}.

The built packages carry libraries of their own: GEOS (LGPL-2.1) in shapely, pyogrio, rasterio and
exactextract, FFmpeg (LGPL-2.1) in opencv-python-headless, libpq (PostgreSQL licence) and OpenSSL
(Apache-2.0) in psycopg-binary. Whoever hands on a folder of wheels hands on their licence texts
with them: they are inside.

In this repository itself: Leaflet (BSD-2-Clause), PMTiles (BSD-3-Clause, with fflate, MIT), pbf
(BSD-3-Clause), a QR encoder (MIT) and Plus Jakarta Sans (OFL-1.1), each with its licence beside it
in `static/`. OpenStreetMap data is under the ODbL 1.0;
what a study fetches is kept with its own licence.

| package | version | licence | needs |
|---|---|---|---|"""
FOOT = """
Said elsewhere than in the package's metadata:
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One package: ``needs`` says who asks for it (``always``, an extra, or Windows)."""

    name: str
    version: str
    licence: str
    needs: str


def closure(extras: tuple[str, ...], platform: str) -> dict[str, Distribution | None]:
    """Follow what needs what from the project down; None for what is not installed here."""
    where = markers(PYTHON, platform)
    found: dict[str, Distribution | None] = {}
    asked_for: dict[str, set[str]] = {}
    wave = [asked for asked in run_time(extras) if wanted(asked, extras=set(), where=where)]
    while wave:
        asked = wave.pop()
        name = canonicalize_name(asked.name)
        before = asked_for.get(name)
        asked_for[name] = (before or set()) | asked.extras
        if before is not None and before == asked_for[name]:
            continue
        try:
            installed = distribution(name)
        except PackageNotFoundError:
            found[name] = None
            continue
        found[name] = installed
        for line in installed.requires or []:
            further = Requirement(line)
            if wanted(further, extras=asked_for[name], where=where):
                wave.append(further)
    return found


def licence_of(name: str, installed: Distribution | None) -> str:
    """Return a package's licence as an SPDX expression; "" when nothing says it."""
    if name in STATED:
        return STATED[name][0]
    if installed is None:
        return ""
    told = installed.metadata.json
    if expression := str(told.get("license_expression", "")):
        return expression
    lines = [
        x.rsplit(" :: ", 1)[-1] for x in told.get("classifier", []) if x.startswith("License ::")
    ]
    free_text = str(told.get("license", "")).strip().splitlines()
    for text in (*lines, *free_text[:1]):
        if text in FREE | WEAK:
            return text
        for pattern, licence in _LOOSE:
            if re.search(pattern, text, flags=re.IGNORECASE):
                return licence
    return ""


def kind_of(licence: str) -> str:
    """Tell what a licence asks: ``free``, ``weak`` (a library's copyleft) or ``no``.

    Of alternatives (OR) the freest counts, of parts joined by AND the strictest.
    """
    order = ("free", "weak", "no")
    alternatives = []
    for choice in re.split(r"\s+OR\s+", licence.replace("(", " ").replace(")", " ").strip()):
        kinds = [
            "free" if part.strip() in FREE else "weak" if part.strip() in WEAK else "no"
            for part in re.split(r"\s+AND\s+", choice)
        ]
        alternatives.append(max(kinds, key=order.index))
    return min(alternatives, key=order.index)


def parts() -> list[Part]:
    """Return every package of the run time, on every platform and with every extra."""
    named: dict[str, str] = {}
    there: dict[str, Distribution | None] = {}
    asked: list[tuple[str, tuple[str, ...], str]] = [
        ("always", (), "linux_x86_64"),
        ("Windows", (), "win_amd64"),
    ]
    asked += [(extra, (extra,), platform) for extra in EXTRAS for platform in PLATFORMS]
    for needs, extras, platform in asked:
        for name, installed in closure(extras, platform).items():
            named.setdefault(name, needs)
            there[name] = there.get(name) or installed
    held = pins()
    return [
        Part(
            name=name,
            version=held.get(name, ""),
            licence=licence_of(name, there[name]),
            needs=needs,
        )
        for name, needs in sorted(named.items())
    ]


def page(found: list[Part]) -> str:
    """Write the licences as a page."""
    weak = [p for p in found if kind_of(p.licence) == "weak"]
    no = [p for p in found if kind_of(p.licence) == "no"]
    text = HEAD.format(
        n=len(found),
        weak=", ".join(f"{p.name} ({p.licence})" for p in weak),
        no=", ".join(p.name for p in no) or "none",
    )
    rows = [f"| {p.name} | {p.version} | {p.licence} | {p.needs} |" for p in found]
    stated = [f"- {name}: {why}." for name, (_, why) in sorted(STATED.items())]
    return "\n".join([text, *rows, FOOT, *stated]) + "\n"


def sbom(into: Path) -> int:
    """Write a CycloneDX list of the run time; returns how many parts it names."""
    names = {part.name for part in parts()}
    with TemporaryDirectory(prefix="tapak-") as room:
        whole = Path(room) / "whole.json"
        root = PAGE.parents[1]
        line = [sys.executable, "-m", "cyclonedx_py", "environment", sys.executable]
        line += ["--pyproject", str(root / "pyproject.toml"), "--mc-type", "application"]
        line += ["--output-reproducible", "--of", "JSON", "-o", str(whole)]
        subprocess.run(line, check=True)  # noqa: S603 - no shell
        told = json.loads(whole.read_text(encoding="utf-8"))
    kept = [c for c in told["components"] if canonicalize_name(c["name"]) in names]
    refs = {c["bom-ref"] for c in kept} | {told["metadata"]["component"]["bom-ref"]}
    told["components"] = kept
    told["dependencies"] = [
        d | {"dependsOn": [r for r in d["dependsOn"] if r in refs]} if "dependsOn" in d else d
        for d in told["dependencies"]
        if d["ref"] in refs
    ]
    into.parent.mkdir(parents=True, exist_ok=True)
    into.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return len(kept)


def main(words: list[str]) -> int:
    """Write what is asked for."""
    if words[:1] == ["licences"]:
        PAGE.write_text(page(parts()), encoding="utf-8", newline="\n")
        return 0
    if len(words) == 2 and words[0] == "sbom":
        print(f"{words[1]}: {sbom(Path(words[1]))} parts")  # noqa: T201 - a tool
        return 0
    print(__doc__, file=sys.stderr)  # noqa: T201 - a tool
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

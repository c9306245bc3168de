"""Fill a folder with every wheel an office computer needs, and say which are not to be had.

``python tools/wheelhouse.py wheels`` on any machine with the registry; the folder is then carried
to a Windows laptop without internet, beside ``Tapak.cmd``. Versions are those of constraints.txt,
markers are read as Windows reads them, and requirements.txt in the folder holds each wheel's hash.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import subprocess
import sys
import tomllib
import zipfile
from dataclasses import dataclass, field
from email.parser import HeaderParser
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

ROOT = Path(__file__).parents[1]
PLATFORMS = {
    "win_amd64": ("win_amd64",),
    "linux_x86_64": tuple(f"manylinux_2_{n}_x86_64" for n in (17, 24, 26, 27, 28, 31, 34)),
}
"""The tags of wheels that a 64-bit Windows takes, and a Linux of 2021 or later (glibc 2.34)."""
INSTALLER = "pip"
"""Carried too: the small (embeddable) Python for Windows comes without it."""


@dataclass(slots=True)
class Found:
    """What a wheelhouse holds: wheels by name, how each came, and what is missing and why."""

    wheels: dict[str, Path] = field(default_factory=dict)
    built_here: set[str] = field(default_factory=set)
    missing: dict[str, str] = field(default_factory=dict)


def markers(python: str, platform: str) -> dict[str, str]:
    """Return what environment markers mean on a 64-bit machine with this Python."""
    windows = platform == "win_amd64"
    return {
        "implementation_name": "cpython",
        "implementation_version": f"{python}.0",
        "os_name": "nt" if windows else "posix",
        "platform_machine": "AMD64" if windows else "x86_64",
        "platform_python_implementation": "CPython",
        "platform_release": "10" if windows else "6.1",
        "platform_system": "Windows" if windows else "Linux",
        "platform_version": "10.0.19045" if windows else "#1",
        "python_full_version": f"{python}.0",
        "python_version": python,
        "sys_platform": "win32" if windows else "linux",
    }


def run_time(extras: tuple[str, ...] = ()) -> list[Requirement]:
    """Return what the project itself asks for at run time, with what these extras add."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    more = [line for extra in extras for line in project["optional-dependencies"][extra]]
    return [Requirement(line) for line in [*project["dependencies"], *more]]


def pins() -> dict[str, str]:
    """Return the version of every package that constraints.txt holds."""
    lines = (ROOT / "constraints.txt").read_text("utf-8").split()
    return {
        canonicalize_name(name): version for name, _, version in (x.partition("==") for x in lines)
    }


def wanted(asked: Requirement, *, extras: set[str], where: dict[str, str]) -> bool:
    """Tell whether a requirement counts there, for a package asked for with these extras."""
    if asked.marker is None:
        return True
    return any(asked.marker.evaluate(where | {"extra": extra}) for extra in ({""} | extras))


def asked_by(wheel: Path) -> list[Requirement]:
    """Read a wheel's own requirements."""
    with zipfile.ZipFile(wheel) as packed:
        name = next(n for n in packed.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", n))
        told = HeaderParser().parsestr(packed.read(name).decode("utf-8"))
    return [Requirement(line) for line in told.get_all("Requires-Dist") or []]


def fits(wheel: Path, python: str, platform: str) -> bool:
    """Tell whether a wheel runs on this platform with this Python."""
    number = int(python.split(".")[1])
    pythons = {"py3", f"py3{number}", f"cp3{number}"}
    for tag in parse_wheel_filename(wheel.name)[3]:
        stable = tag.abi == "abi3" and int(tag.interpreter[3:] or 0) <= number
        if tag.platform not in {"any", "manylinux2014_x86_64", *PLATFORMS[platform]}:
            continue
        if tag.interpreter in pythons or stable:
            return True
    return False


def pip(*words: str) -> subprocess.CompletedProcess[str]:
    """Run pip in a process of its own."""
    line = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q", *words]
    return subprocess.run(line, capture_output=True, text=True, check=False)  # noqa: S603 - no shell


def download(names: list[str], into: Path, *, python: str, platform: str) -> str:
    """Ask the registry for wheels of a platform; returns the fault, "" when all came."""
    tags = [word for tag in PLATFORMS[platform] for word in ("--platform", tag)]
    target = (*tags, "--python-version", python, "--implementation", "cp")
    done = pip("download", "--no-deps", "--only-binary=:all:", *target, "-d", str(into), *names)
    return "" if done.returncode == 0 else (done.stderr.strip().splitlines() or ["?"])[-1]


def fetch(names: dict[str, str], into: Path, *, found: Found, python: str, platform: str) -> None:
    """Bring wheels of these names and versions; what is only there as source is built here.

    A wheel built here counts when it is pure Python (``py3-none-any``), for then Windows reads it.
    """
    lines = [f"{name}=={version}" for name, version in names.items()]
    where = {"python": python, "platform": platform}
    if lines and download(lines, into, **where):
        for name, line in zip(names, lines, strict=True):
            fault = download([line], into, **where)
            if not fault:
                continue
            built = pip("wheel", "--no-deps", "-w", str(into), line)
            if built.returncode == 0:
                found.built_here.add(name)
                continue
            found.missing[name] = fault
    for wheel in into.glob("*.whl"):
        name = canonicalize_name(parse_wheel_filename(wheel.name)[0])
        if name not in names:
            continue
        if fits(wheel, python, platform):
            found.wheels[name] = wheel
        else:  # of another platform, or built here and good for nothing there
            wheel.unlink()
    for name in set(names) - set(found.wheels) - set(found.missing):
        found.missing[name] = "only a build that does not run there"


def gather(into: Path, *, python: str, platform: str, extras: tuple[str, ...] = ()) -> Found:
    """Follow what needs what from the project down, and bring each wheel once."""
    found, held, where = Found(), pins(), markers(python, platform)
    seen: dict[str, set[str]] = {}
    wave = [asked for asked in run_time(extras) if wanted(asked, extras=set(), where=where)]
    wave.append(Requirement(INSTALLER))
    held.setdefault(INSTALLER, pip_version())
    while wave:
        new: dict[str, str] = {}
        again: set[str] = set()
        for asked in wave:
            name = canonicalize_name(asked.name)
            before = seen.get(name)
            seen[name] = (before or set()) | asked.extras
            if before is not None and seen[name] == before:
                continue
            again.add(name)
            if name not in held:
                found.missing[name] = "no version of it stands in constraints.txt"
            elif before is None:
                new[name] = held[name]
        fetch(new, into, found=found, python=python, platform=platform)
        wave = [
            asked
            for name in sorted(again & set(found.wheels))
            for asked in asked_by(found.wheels[name])
            if wanted(asked, extras=seen[name], where=where)
        ]
    return found


def pip_version() -> str:
    """Return the version of the pip that runs this."""
    from importlib.metadata import version

    return version(INSTALLER)


def write_list(into: Path, found: Found, *, python: str, platform: str) -> dict[str, object]:
    """Write requirements.txt with hashes and wheelhouse.json; remove what is no part of it."""
    kept = {wheel.name for wheel in found.wheels.values()}
    for stray in into.glob("*.whl"):
        if stray.name not in kept:
            stray.unlink()
    lines, parts = [], []
    for name, wheel in sorted(found.wheels.items()):
        version = str(parse_wheel_filename(wheel.name)[1])
        digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
        if name != INSTALLER:
            lines.append(f"{name}=={version} --hash=sha256:{digest}\n")
        parts.append({"name": name, "file": wheel.name, "bytes": wheel.stat().st_size})
    (into / "requirements.txt").write_text("".join(lines), encoding="utf-8", newline="\n")
    told: dict[str, object] = {
        "platform": platform,
        "python": python,
        "wheels": parts,
        "built_here": sorted(found.built_here & set(found.wheels)),
        "missing": found.missing,
        "bytes": sum(wheel.stat().st_size for wheel in found.wheels.values()),
    }
    text = json.dumps(told, indent=1, ensure_ascii=False) + "\n"
    (into / "wheelhouse.json").write_text(text, encoding="utf-8", newline="\n")
    return told


def main(words: list[str] | None = None) -> int:
    """Fill the folder; exit 1 when a run-time dependency has no wheel for Windows."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--python", default="3.11", help="3.11 or 3.13")
    parser.add_argument("--platform", default="win_amd64", choices=sorted(PLATFORMS))
    parser.add_argument("--extra", action="append", default=[], help="server: for PostGIS")
    given = parser.parse_args(words)
    given.folder.mkdir(parents=True, exist_ok=True)
    where = {"python": given.python, "platform": given.platform}
    found = gather(given.folder, extras=tuple(given.extra), **where)
    write_list(given.folder, found, **where)
    size = sum(w.stat().st_size for w in found.wheels.values()) / 1e6
    print(f"{len(found.wheels)} wheels, {size:.0f} MB, {given.platform}, Python {given.python}")  # noqa: T201 - a tool
    for name, why in sorted(found.missing.items()):
        print(f"MISSING {name}: {why}", file=sys.stderr)  # noqa: T201 - a tool
    return 1 if found.missing else 0


if __name__ == "__main__":
    sys.exit(main())

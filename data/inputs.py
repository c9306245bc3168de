"""Keeping an input file as it was given: copied whole, hashed, under a name of its own."""

from __future__ import annotations

import hashlib
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from geo.errors import InputError, StudyError
from geo.files import sha256_of, written_whole

_LONGEST = 100  # bytes of the name kept; with the hash in front it stays far below 255
_NEEDED = (".shx", ".dbf")
_SIBLINGS = (".shp", *_NEEDED, ".prj", ".cpg", ".qix", ".sbn", ".sbx", ".shp.xml")
_MARKERS = ("~$", ".~lock.")
"""Excel and LibreOffice lay a small file of such a name beside every workbook they hold open."""
_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the same parts must give the same zip, whenever it is made


def safe_name(name: str) -> str:
    """Return a file name that every system accepts: letters, digits, ``. - _`` and nothing else.

    Letters of any script stay; the suffix survives shortening, since drivers read meaning into it.
    """
    plain = re.sub(r"[^\w.\-]+", "_", unicodedata.normalize("NFC", name)).strip("._ ")
    stem, dot, suffix = plain.rpartition(".")
    if not dot or len(suffix.encode()) > 12:
        stem, suffix = plain, ""
    room = _LONGEST - len(suffix.encode()) - 1
    short = stem.encode()[:room].decode(errors="ignore").rstrip("._ ") or "berkas"
    return f"{short}.{suffix}" if suffix else short


@contextmanager
def as_given(source: Path) -> Iterator[tuple[Path, str]]:
    """Yield the one file to keep for an input, and the name it is kept under.

    A Shapefile is several files; they are packed into one zip, uncompressed and undated, so that
    the same parts always give the same bytes.

    Raises
    ------
    InputError
        When the file is missing, empty or unreadable, or a part of a Shapefile is missing.
    """
    _refuse_unreadable(source)
    if source.suffix.lower() != ".shp":
        yield source, source.name
        return
    parts = _shapefile_parts(source)
    with TemporaryDirectory(prefix="tapak-") as room:
        packed = Path(room) / "shapefile.zip"
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as bundle:
            for part in parts:
                entry = zipfile.ZipInfo(part.name, _LONG_AGO)
                with part.open("rb") as raw, bundle.open(entry, "w", force_zip64=True) as into:
                    while block := raw.read(1 << 20):
                        into.write(block)
        yield packed, f"{source.stem}.zip"


def _refuse_unreadable(source: Path) -> None:
    if not source.is_file():
        raise InputError("study.input_missing", file=source.name)
    if source.name.startswith(_MARKERS):
        raise InputError("study.input_lock", file=source.name)
    try:
        with source.open("rb") as raw:
            first = raw.read(1)
    except PermissionError as fault:
        raise InputError("study.input_held", file=source.name) from fault
    except OSError as fault:
        raise InputError("study.input_unreadable", file=source.name) from fault
    if not first:
        raise InputError("study.input_empty", file=source.name)


def _shapefile_parts(source: Path) -> list[Path]:
    """Find a Shapefile's parts, in a fixed order, whatever the case of their suffixes."""
    stem = source.stem.casefold()
    there = {
        path.name[len(source.stem) :].casefold(): path
        for path in source.parent.iterdir()
        if path.name.casefold().startswith(f"{stem}.") and path.is_file()
    }
    for suffix in _NEEDED:
        if suffix not in there:
            raise InputError(
                "study.shapefile_parts", file=source.name, missing=source.stem + suffix
            )
    return [there[suffix] for suffix in _SIBLINGS if suffix in there]


def keep_bytes(source: Path, folder: Path, *, name: str) -> tuple[Path, str]:
    """Copy a file into `folder` as ``<sha8>-<safe name>``; the same bytes are not copied twice.

    Parameters
    ----------
    source : Path
        The file to keep; it is read twice and only read.
    folder : Path
    name : str
        What the giver calls it.

    Returns
    -------
    tuple of Path and str
        Where it is kept, and its SHA-256.

    Raises
    ------
    InputError
        ``study.input_changed`` when the file changed while it was copied.
    StudyError
        ``study.not_writable`` when the copy could not be written; nothing is left behind.
    """
    digest = sha256_of(source)
    for length in (8, 16, 64):  # two files whose hashes begin alike are told apart by more of it
        target = folder / f"{digest[:length]}-{safe_name(name)}"
        if not target.exists():
            break
        if sha256_of(target) == digest:
            return target, digest
    try:
        with written_whole(target, overwrite=True) as temporary:
            _copy(source, temporary, digest=digest)
    except OSError as fault:
        raise StudyError("study.not_writable", folder=folder.parent.name) from fault
    return target, digest


def _copy(source: Path, target: Path, *, digest: str) -> None:
    copied = hashlib.sha256()
    with source.open("rb") as raw, target.open("wb") as into:
        while block := raw.read(1 << 20):
            copied.update(block)
            into.write(block)
    if copied.hexdigest() != digest:
        raise InputError("study.input_changed", file=source.name)

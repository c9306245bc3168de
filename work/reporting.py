"""Writing a document from one run: which writer, whole or not at all, and on the record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

import words
from data.hashes import sha256_hex
from data.kept_in import Stamp, contents, stamp
from data.workspace import open_study
from geo.errors import StudyError, UsageError
from geo.files import taken_back, written_whole
from reports.facts import ReportFacts
from work.access_log import took
from work.audit import note
from work.changes import ASIDE
from work.gathering import gather
from work.photos import photos_of
from work.roles import require
from work.weighing import OWN

WRITERS: Mapping[tuple[str, str], str] = {
    ("ringkasan", ".pdf"): "reports.summary:summary_pdf",
    ("telaah", ".pdf"): "reports.site_pages:site_pages_pdf",
    ("daftar", ".pdf"): "reports.official_list:list_pdf",
    ("daftar", ".xlsx"): "reports.official_list:list_xlsx",
    ("surat", ".pdf"): "reports.letters:letters_pdf",
    ("atlas", ".pdf"): "reports.atlas:atlas_pdf",
    ("buku-kerja", ".xlsx"): "reports.workbook:workbook_xlsx",
    ("laporan", ".html"): "reports.standalone:standalone_html",
    ("gis", ".gpkg"): "reports.gis:gis_gpkg",
    ("gis", ".geojson"): "reports.gis:gis_geojson",
    ("gis", ".kml"): "reports.gis:gis_kml",
}
"""``module:function`` by kind and suffix: takes `reports.facts.ReportFacts`, returns bytes."""
PICTURED = frozenset({"telaah", "laporan"})
"""Kinds whose writer also takes ``pictures``: small JPEGs of visits by the photo's sha256."""
BRIEFED = frozenset({"ringkasan", "surat", "buku-kerja", "laporan"})
"""Kinds that say which sites are proposed, and all sentences of the brief. Annex and atlas are
about every ranked site, so they do not wait for a list to be chosen."""
PUBLIC = frozenset({"daftar", "gis", "laporan"})
"""Kinds that can leave out all but approved sites, their kind and kecamatan."""
KINDS = tuple(dict.fromkeys(kind for kind, _ in WRITERS))


def suffixes(kind: str) -> tuple[str, ...]:
    """Return the suffixes that a kind of document can have."""
    return tuple(suffix for name, suffix in WRITERS if name == kind)


def make_report(  # noqa: PLR0913 - one argument an option of the command
    folder: Path,
    output: Path,
    *,
    kind: str,
    lang: str | None = None,
    run: str | None = None,
    public: bool = False,
    programme: str | None = None,
    scenario: str | None = None,
    overwrite: bool = False,
    on: dt.date | None = None,
) -> dict[str, Any]:
    """Write a document about a run, and record that it was written.

    Parameters
    ----------
    folder, output : Path
        The study; the file, whose suffix decides the format.
    kind : str
        Of `KINDS`.
    lang : {"id", "en"}, optional
        The study's by default.
    run : str, optional
        A recorded run that the study must still give; the present one by default.
    public : bool
        Only approved sites, their kind and kecamatan.
    on : date, optional
        Day on which the life of the sites is looked at; today by default.

    Returns
    -------
    dict
        ``{file, bytes, kind, run, sha256, public, synthetic}``

    Raises
    ------
    UsageError
        ``reports.kind`` · ``reports.suffix`` · ``reports.not_public``.
    InputError
        ``reports.changed`` when the study no longer gives the run that was asked for.
    StudyError
        ``file.exists`` when the file is there and may not be replaced.
    """
    require("report")
    write = _writer(kind, output.suffix.lower(), public=public)
    if output.exists() and not overwrite:
        raise StudyError("file.exists", file=output.name)  # before anything is computed
    basis = basis_of(folder, saved=scenario not in {None, OWN})
    found = gather(
        folder,
        programme=programme,
        scenario=scenario,
        run=run,
        lang=lang,
        public=public,
        on=on,
        briefed=kind in BRIEFED and not public,
    ).facts
    pictures = {"pictures": photos_of(folder, found.sites)} if kind in PICTURED else {}
    token = words.language.set(found.lang)
    try:
        with taken_back(output) as written:
            with written_whole(output, overwrite=overwrite) as temporary:
                temporary.write_bytes(write(found, **pictures))
            written()
            return _recorded(folder, output, found, kind=kind, basis=basis)
    finally:
        words.language.reset(token)


def _recorded(
    folder: Path, output: Path, found: ReportFacts, *, kind: str, basis: str
) -> dict[str, Any]:
    """Put a document on record; returns what `make_report` promises."""
    raw = output.read_bytes()
    told = {
        "file": str(output),
        "bytes": len(raw),
        "kind": kind,
        "run": found.run,
        "sha256": sha256_hex(raw),
        "public": found.public,
        "synthetic": found.synthetic,
    }
    with open_study(folder) as study, study.locked(wait_s=30), study.store.transaction():
        after = {name: told[name] for name in ("run", "sha256", "public", "synthetic")}
        after |= {"file": output.name, "basis": basis, "lapses": _lapses(found)}
        after |= {"programme": found.programme, "lang": found.lang}
        note(study, "report", kind, after=after)
        took(study, "document", f"{output.name} · {found.run}")
    return told


def basis_of(folder: Path, *, saved: bool) -> str:
    """Hash what documents hang on: settings, inputs, visits, plans, steps in the life of sites.

    ``saved`` takes the saved scenarios in, for a document under one of them.
    """
    return _basis(folder, saved, stamp(folder))


@lru_cache(maxsize=16)
def _basis(folder: Path, saved: bool, _: Stamp) -> str:
    return contents(folder, aside=ASIDE - {"life", "plan", *(("scenario",) if saved else ())})


def _lapses(found: ReportFacts) -> str:
    """Return the ISO day after which a listed site is no longer valid; "" where there is none."""
    return min((site.valid_until for site in found.listed() if site.valid_until), default="")


def document(folder: Path, found: ReportFacts, *, kind: str, suffix: str) -> bytes:
    """Write one document about a run that is laid out already."""
    require("report")
    write = _writer(kind, suffix, public=found.public)
    pictures = {"pictures": photos_of(folder, found.sites)} if kind in PICTURED else {}
    token = words.language.set(found.lang)
    try:
        return write(found, **pictures)
    finally:
        words.language.reset(token)


def _writer(kind: str, suffix: str, *, public: bool) -> Callable[..., bytes]:
    if kind not in KINDS:
        raise UsageError("reports.kind", given=kind[:40], known=", ".join(KINDS))
    if (kind, suffix) not in WRITERS:
        raise UsageError("reports.suffix", kind=kind, known=", ".join(suffixes(kind)))
    if public and kind not in PUBLIC:
        raise UsageError("reports.not_public", kind=kind, known=", ".join(sorted(PUBLIC)))
    module, function = WRITERS[kind, suffix].split(":")
    found: Callable[..., bytes] = getattr(import_module(module), function)
    return found

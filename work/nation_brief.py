"""The brief about the nation: out of a batch's results, whole or not at all, and made again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

import words
from data.hashes import sha256_hex
from geo.errors import StudyError, TapakError
from geo.files import written_whole
from reports.nation_brief import FIRST, brief_seal, nation_brief_pdf
from reports.nation_facts import NationArea, NationFacts, NationSite
from reports.seal import Seal
from work.nation import TOP, site_rows
from work.nation_facts import areas, equity, overlapping, place_text
from work.nation_held import Nation, Ranked, manifest_of, open_nation, ranked, results_sha256
from work.roles import require
from work.verifying import differing
from work.weighing import parse_weights

Weights = Mapping[str, float]
_GROUP, _TOP = "group.", "top"


def write_brief(
    results: Path,
    output: Path,
    *,
    weights: Sequence[str] = (),
    groups: Sequence[str] = (),
    top: int | None = None,
    lang: str | None = None,
    overwrite: bool = False,
) -> dict[str, Any]:
    """Write the brief about a batch's results.

    Parameters
    ----------
    results, output : Path
        The folder of the results; a PDF.
    weights, groups, top
        As `work.nation.rank_nation` takes them.
    lang : {"id", "en"}, optional
        The language of the context by default.

    Returns
    -------
    dict
        ``{file, bytes, sha256, results_sha256, synthetic}``

    Raises
    ------
    StudyError
        ``nation.no_results``, ``nation.other_catalogue``; ``file.exists`` when the file is there
        and may not be replaced.
    """
    require("report")
    if output.exists() and not overwrite:
        raise StudyError("file.exists", file=output.name)
    told = {"weights": parse_weights(weights), "groups": parse_weights(groups)}
    facts = brief_facts(results, **told, top=top or TOP, lang=lang or words.language.get())
    raw = nation_brief_pdf(facts)
    with written_whole(output, overwrite=overwrite) as temporary:
        temporary.write_bytes(raw)
    return {
        "file": str(output),
        "bytes": len(raw),
        "sha256": sha256_hex(raw),
        "results_sha256": facts.results_sha256,
        "synthetic": facts.synthetic,
    }


def brief_facts(
    results: Path, *, weights: Weights, groups: Weights, top: int, lang: str
) -> NationFacts:
    """Gather what the brief says of results under some weights."""
    require("report")
    with _speaking(lang):
        nation = open_nation(results)
        now = ranked(nation, weights=weights, groups=groups)
        terms = terms_of(weights, groups, top=top)
        return facts_of(nation, now, manifest=manifest_of(results), terms=terms, top=top)


def facts_of(
    nation: Nation, now: Ranked, *, manifest: tuple[str, Mapping[str, Any]], terms: str, top: int
) -> NationFacts:
    """Lay out what the brief says.

    Parameters
    ----------
    manifest : (str, mapping)
        Fingerprint of the results, and what their manifest says.
    terms : str
        As `terms_of` writes them.
    """
    if not nation.days:
        raise StudyError("nation.other_catalogue", version=nation.catalogue.version)
    told = areas(nation, now, top=top)
    shared = equity(told)
    first = site_rows(nation, now, np.arange(min(FIRST, len(now.rows))))
    return NationFacts(
        lang=words.language.get(),
        programme=nation.programme,
        catalogue=nation.catalogue.version,
        days=nation.days,
        results_sha256=manifest[0],
        terms=terms,
        weights=dict(zip([c.key for c in nation.criteria], now.weights.tolist(), strict=True)),
        studies=len(nation.parts) - len(nation.odd),
        sites=len(now.rows),
        excluded=sum(one["excluded"] for one in told),
        top=top,
        overlap=overlapping(now),
        first=tuple(map(_site, first)),
        areas=tuple(map(_area, told)),
        gini=shared["gini"],
        least_half=shared["least_half"],
        odd=tuple((study, text) for study, (_, text) in sorted(nation.odd.items())),
        failed=tuple((str(one["study"]), str(one["reason"])) for one in manifest[1]["failed"]),
        synthetic=nation.synthetic,
    )


def _site(row: Mapping[str, Any]) -> NationSite:
    place = place_text([row["regency"]] if row["regency"] else [], row["study"])
    names = ("rank", "name", "score", "low", "high", "readiness")
    return NationSite(
        **{name: row[name] for name in names},
        kind=words.say(f"kind.{row['kind']}"),
        coverage_0_1=row["coverage"],
        place=place,
    )


def _area(told: Mapping[str, Any]) -> NationArea:
    names = ("sites", "in_top", "people", "per_100k")
    return NationArea(
        **{name: told[name] for name in names},
        name=told["study"],
        place=place_text(told["regencies"], told["study"]),
    )


def terms_of(weights: Weights, groups: Weights, *, top: int) -> str:
    """Write what differs from the catalogue's way in one word for a seal; "" where nothing does."""
    parts = [f"{key}:{value:.12g}" for key, value in sorted(weights.items())]
    parts += [f"{_GROUP}{key}:{value:.12g}" for key, value in sorted(groups.items())]
    if top != TOP:
        parts.append(f"{_TOP}:{top}")
    return "+".join(part.replace("e+", "e") for part in parts)


def terms_read(terms: str) -> tuple[dict[str, float], dict[str, float], int]:
    """Read weights, groups and how many are the first back from `terms_of`."""
    told = parse_weights([part.replace(":", "=") for part in terms.split("+") if part])
    top = int(told.pop(_TOP, TOP))
    groups = {k.removeprefix(_GROUP): v for k, v in told.items() if k.startswith(_GROUP)}
    return {k: v for k, v in told.items() if not k.startswith(_GROUP)}, groups, top


def verify_brief(results: Path, path: Path, seal: Seal) -> dict[str, Any]:
    """Make a brief again from the results and compare; what `work.verify_file` returns.

    Parameters
    ----------
    results : Path
    path : Path
        The PDF.
    seal : Seal
        Read from it.
    """
    require("audit")
    sha, raw = results_sha256(results), path.read_bytes()
    differs = []
    if not sha.startswith(seal.sha):
        differs.append(differing("results", "results", path.name, seal.sha, sha[: len(seal.sha)]))
    made = _again(results, seal)
    appended = len(raw) - len(made) if made and raw.startswith(made) else 0
    if not made or not raw.startswith(made):
        differs.append(differing("document", "document", path.name, None, sha256_hex(raw)))
    elif appended:
        differs.append(differing("appended", "appended", path.name, None, appended))
    state = "same" if not differs else "appended" if appended and len(differs) == 1 else "differs"
    return {
        "run": seal.run,
        "same": not differs,
        "within_1e-9": not differs,
        "differs": differs,
        "software": [],
        "file": str(path),
        "kind": seal.kind,
        "state": state,
        "left": [],
        "appended": appended,
        "written": None,
    }


def _again(results: Path, seal: Seal) -> bytes:
    try:
        weights, groups, top = terms_read(seal.terms)
        facts = brief_facts(results, weights=weights, groups=groups, top=top, lang=seal.lang)
        return nation_brief_pdf(facts) if brief_seal(facts).on == seal.on else b""
    except (TapakError, ValueError):  # not these results, or the seal was tampered with
        return b""


@contextmanager
def _speaking(lang: str) -> Iterator[None]:
    token = words.language.set(lang)
    try:
        yield
    finally:
        words.language.reset(token)

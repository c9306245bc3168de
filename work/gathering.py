"""From a study to what every document is written from: one run, every figure in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import geopandas as gpd

import words
from data.records import RunRecord
from data.workspace import Study, open_study
from geo.errors import InputError, UsageError
from reports.facts import ReportCriterion, ReportFacts
from scoring.legal import legal_basis
from scoring.study import StudyResult
from work.areas import areas_json, areas_of
from work.as_json import ranking_json, weights_set_by
from work.assemble import Assembled
from work.board import kecamatan_of
from work.briefing import brief
from work.mapping import drawn_layers
from work.ranking import compute, record_run, run_text
from work.roles import require
from work.site_facts import SiteFacts
from work.sureness import sureness_json

CREDITED = ("boundary", "areas", "landslide", "flood", "events")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Gathered:
    """A run with what it was made from; ``facts`` is all that documents see."""

    facts: ReportFacts
    result: StudyResult
    inputs: Assembled


def gather(  # noqa: PLR0913 - one argument an option of the command
    folder: Path,
    *,
    programme: str | None = None,
    scenario: str | None = None,
    run: str | None = None,
    lang: str | None = None,
    public: bool = False,
    chosen: Mapping[str, Any] | None = None,
    on: dt.date | None = None,
    briefed: bool = True,
    until: str = "",
) -> Gathered:
    """Lay a run out for documents.

    Parameters
    ----------
    run : str, optional
        A recorded run that the study must still give; without it the present one is recorded
        (the same result is never recorded twice in a row).
    lang : {"id", "en"}, optional
        The study's by default.
    public : bool
        Only approved sites, their kind and kecamatan: see `for_public`.
    chosen : mapping, optional
        The recommended set (``sites --json``) or office; without it `work.briefing` chooses.
    on : date, optional
        Day on which the life of the sites is looked at; today by default.
    briefed : bool
        Whether a list is proposed and all sentences are filled, which may take half a minute the
        first time; without it only those that every document carries.
    until : str
        Steps in the life of sites taken later than this time are left aside: a document of then is
        made again. "" for none.

    Raises
    ------
    InputError
        ``reports.changed`` when the study no longer gives the run that was asked for.
    """
    require("report")
    if lang not in {None, *words.LANGUAGES}:
        raise UsageError("reports.lang", given=str(lang)[:20])
    with open_study(folder) as study:
        token = words.language.set(lang or study.settings.language)
        try:
            result, inputs = compute(study, programme, scenario, as_of=_day_of(study, run))
            told = sureness_json(result, ranking_json(result))
            told |= areas_json(areas_of(study, result, inputs), result)
            record = _run(study, result, inputs, told, run)
            told |= {"run": record.id, "synthetic": inputs.synthetic}
            made = _Made(
                study, result, inputs, told, record, on or dt.datetime.now(dt.UTC).date(), until
            )
            facts = made.facts(chosen, briefed=briefed)
        finally:
            words.language.reset(token)
    return Gathered(facts=for_public(facts) if public else facts, result=result, inputs=inputs)


def _day_of(study: Study, run: str | None) -> str:
    """Return the day that a recorded run was made for; a run asked for again keeps it."""
    return next((str(r.scenario.get("as_of", "")) for r in study.store.runs() if r.id == run), "")


def _run(
    study: Study, result: StudyResult, inputs: Assembled, told: dict[str, Any], asked: str | None
) -> RunRecord:
    if asked is not None:
        old = next((r for r in study.store.runs() if r.id == asked), None)
        if old is None or old.result_sha256 != run_text(result, inputs, told).sha256:
            raise InputError("reports.changed", run=asked[:40])
        return old
    with study.locked(wait_s=30):
        return study.store.run(record_run(study, result, inputs, told, again=False))


@dataclass(frozen=True, slots=True, eq=False)
class _Made:
    """A run being laid out."""

    study: Study
    result: StudyResult
    inputs: Assembled
    told: Mapping[str, Any]
    record: RunRecord
    on: dt.date
    until: str = ""

    def facts(self, chosen: Mapping[str, Any] | None, *, briefed: bool) -> ReportFacts:
        result, inputs = self.result, self.inputs
        at = SiteFacts(self.study, result, inputs, told=self.told, on=self.on, until=self.until)
        sites = tuple(at.ranked(site) for site in self.told["sites"])
        excluded = tuple(at.excluded(site) for site in self.told["excluded"])
        said = brief(
            self.study,
            result,
            inputs,
            told=self.told,
            sites=sites,
            visits=at.seen,
            chosen=chosen,
            whole=briefed,
        )
        return ReportFacts(
            **self._named(),
            **self._drawn(),
            sites=sites,
            excluded=excluded,
            told=self.told,
            chosen=said.proposal.chosen,
            sentences=said.sentences,
            proposed=said.proposal.ids,
            proposed_how=said.proposal.how,
            figures=said.figures,
        )

    def _named(self) -> dict[str, Any]:
        """Return what a run is called, and what it stands on."""
        result, programme = self.result, self.result.scenario.programme
        return {
            "study_name": self.study.settings.name,
            "programme": programme,
            "programme_text": words.say(f"programme.{programme}"),
            "lang": words.language.get(),
            "run": self.record.id,
            "run_sha256": self.record.record_sha256,
            "made_on": self.record.created_at[:10],
            "scenario": result.scenario.name,
            "weights_text": weights_set_by(result.scenario),
            "criteria": _criteria(result),
            "settings": self.study.settings.report,
            "on": self.on.isoformat(),
            "legal": legal_basis(programme, on=dt.date.fromisoformat(result.scenario.as_of)),
        }

    def _drawn(self) -> dict[str, Any]:
        """Return what maps are drawn from, and where it comes from."""
        inputs = self.inputs
        return {
            "kecamatan": kecamatan_of(inputs),
            "desa": _desa(inputs),
            "layers": drawn_layers(self.study, inputs),
            "sources": _sources(inputs),
            "synthetic": inputs.synthetic,
            "attribution": inputs.credit(CREDITED),
        }


def for_public(facts: ReportFacts) -> ReportFacts:
    """Leave of a run what anybody may see: approved sites by name, kind and kecamatan.

    Positions of these sites stay, for a map; everything else is gone from the facts themselves, so
    that no writer can show it. They stand by kecamatan and name: their order tells no rank.
    """
    empty = {"id": "", "agency": "", "address": "", "code": "", "desa": "", "rank": 0}
    texts = ("rank_text", "band", "readiness", "readiness_text", "reason", "ask_first", "agreement")
    more = ("hours_text", "days_text", "capacity_text", "host_text")
    gone: dict[str, Any] = empty | dict.fromkeys((*texts, *more), "")
    gone |= dict.fromkeys(("score", "low", "high", "coverage_0_1"), 0.0)
    gone |= dict.fromkeys(("conditions", "parts", "lifts", "hazards", "visits"), ())
    gone |= dict.fromkeys(("p_first", "p_top", "p_gate"))
    return replace(
        facts,
        sites=tuple(
            replace(site, **gone)
            for site in sorted(facts.listed(), key=lambda one: (one.kecamatan, one.name, one.id))
        ),
        excluded=(),
        told={"programme": facts.programme, "run": facts.run},
        chosen=None,
        sentences={},
        figures={},
        proposed=(),
        public=True,
    )


def _criteria(result: StudyResult) -> tuple[ReportCriterion, ...]:
    return tuple(
        ReportCriterion(
            key=c.key, title=words.say(f"criterion.{c.key}"), group=c.group, weight_0_1=float(w)
        )
        for c, w in zip(result.criteria, result.ranking.weights, strict=True)
    )


def _desa(inputs: Assembled) -> gpd.GeoDataFrame:
    if "areas" not in inputs.read:
        return gpd.GeoDataFrame({"name": []}, geometry=[], crs="EPSG:4326")
    areas = inputs.read["areas"].data
    own = areas.loc[areas["level"] == "desa", ["name", "kecamatan", "geometry"]]
    return gpd.GeoDataFrame(own.reset_index(drop=True), crs="EPSG:4326")


def _sources(inputs: Assembled) -> tuple[tuple[str, str, str, str], ...]:
    return tuple(
        (
            words.say(f"layer.{file.kind}"),
            file.source or file.name,
            file.licence,
            str(file.options.get("date", "")) or file.added_at[:10],
        )
        for file in inputs.files
    )

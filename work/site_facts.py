"""Every site of a run as documents show it: all its figures in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

import words
from data.workspace import Study
from reports.facts import ReportPart, ReportSite
from scoring.explain import lifts, strongest
from scoring.sentences import lift_sentence
from scoring.study import StudyResult
from surveys.sites import hazard_lines
from work.assemble import Assembled
from work.living import lives
from work.present import site_rows
from work.site_visits import NOBODY, visits_of
from work.sureness import TOP
from work.value_text import value_text

MOST_LIFTED = 500
"""For so many sites, best first, a document says what would lift them."""
LIFTS = 3

VISITED = frozenset({"survey", "letter"})
"""Evidence that a surveyor brought."""


class SiteFacts:
    """Lays out the sites of one run, one by one; what they share is read once.

    Parameters
    ----------
    told : mapping
        What ``rank --json`` prints.
    on : date
        Day on which the life of the sites is looked at.
    until : str
        Steps taken later than this time are left aside, "" for none.
    """

    def __init__(
        self,
        study: Study,
        result: StudyResult,
        inputs: Assembled,
        *,
        told: Mapping[str, Any],
        on: dt.date,
        until: str = "",
    ) -> None:
        self.result = result
        self.people = study.store.pseudonyms()
        self.seen = visits_of(study, result.scenario.programme)
        self.row = {name: i for i, name in enumerate(result.candidates.ids)}
        self.rows = site_rows(result).frame
        self.origin = _origins(result)
        self.asked = {s["id"]: s["text"] for s in told["survey_first"]}
        self.standings = lives(study, result, inputs.layers, on=on, until=until)
        self.agreements = {
            s.candidate: s.agreement
            for s in study.store.steps()
            if s.agreement and (not until or s.at < until)
        }
        self.dates = {one.hash: one.date for one in inputs.layers.by_kind.values() if one.date}
        self.lifted = {s["id"] for s in told["sites"][:MOST_LIFTED]}

    def ranked(self, one: Mapping[str, Any]) -> ReportSite:
        """Lay out a ranked site of ``rank --json``."""
        i = self.row[one["id"]]
        return ReportSite(
            **self._place(one),
            rank=int(one["rank"]),
            score=float(one["score"]),
            low=float(one["low"]),
            high=float(one["high"]),
            coverage_0_1=float(one["coverage"]),
            readiness=str(one["readiness"]),
            readiness_text=words.say(f"ui.ready.{one['readiness']}"),
            conditions=tuple((c, words.say(f"condition.{c}")) for c in one["conditions"]),
            reason="",
            parts=self._parts(i, one["contributions"]),
            p_first=one.get("p_first"),
            p_top=one.get("p_top"),
            p_gate=one.get("p_gate"),
            lifts=self._lifts(i) if one["id"] in self.lifted else (),
        )

    def excluded(self, one: Mapping[str, Any]) -> ReportSite:
        """Lay out an excluded site of ``rank --json``, with its reason."""
        return ReportSite(
            **self._place(one),
            rank=0,
            score=0.0,
            low=0.0,
            high=0.0,
            coverage_0_1=0.0,
            readiness="",
            readiness_text=words.say("ui.ready.excluded"),
            conditions=(),
            reason=str(one["text"]),
            parts=(),
            p_first=None,
            p_top=None,
            p_gate=None,
            lifts=(),
        )

    def _place(self, one: Mapping[str, Any]) -> dict[str, Any]:
        """Return what a site is, wherever it stands in the ranking."""
        site, i = one["id"], self.row[one["id"]]
        frame, text = self.result.candidates.frame, self.rows.iloc[i]
        now, seen = self.standings[site], self.seen.get(site, NOBODY)
        names = ("name", "agency", "address", "code", "desa", "kecamatan")
        told = {name: _plain({name: frame[name].iloc[i]}, (name,)) for name in names}
        return told | {
            "id": site,
            "kind": str(text["kind"]),
            "lon": one["lon"],
            "lat": one["lat"],
            "rank_text": str(text["rank_text"]),
            "band": str(text["band"]),
            "ask_first": self.asked.get(site, ""),
            "hazards": hazard_lines(self.result, i),
            "state": now.state,
            "state_text": words.say(f"life.{now.state}"),
            "listed": now.listed,
            "valid_until": now.valid_until,
            "agreement": self.agreements.get(site, ""),
            "visits": seen.visits,
            "hours_text": seen.hours_text,
            "days_text": seen.days_text,
            "capacity_text": seen.capacity_text,
            "host_text": _host(seen.host_text, told["agency"]),
        }

    def _by(self, row: Mapping[str, Any]) -> str:
        """Name whom evidence is from: an office by its name, whoever visited by a pseudonym."""
        by = _plain(row, ("by",))
        return self.people.of(by) if _plain(row, ("origin",)) in VISITED else by

    def _date(self, row: Mapping[str, Any]) -> str:
        return self.dates.get(str(row.get("layer")), "")

    def _lifts(self, i: int) -> tuple[str, ...]:
        """Say what would lift a site into the shortlist, the strongest few."""
        result = self.result
        weights, letter = result.ranking.weights, result.matrix.letter
        among = np.sort(result.ranking.order)
        by_key = {c.key: c for c in result.criteria}
        of = dict(zip(by_key, weights.tolist(), strict=True))
        found = strongest(lifts(result.matrix, weights, i, top=TOP, among=among), of)
        return tuple(
            lift_sentence(one, by_key[one.criterion], letter, top=TOP) for one in found[:LIFTS]
        )

    def _parts(self, i: int, given: Mapping[str, float]) -> tuple[ReportPart, ...]:
        site, made = self.result.candidates.ids[i], []
        for k, criterion in enumerate(self.result.criteria):
            unknown = bool(self.result.matrix.unknown[i, k])
            row = {} if unknown else self.origin.get((site, criterion.key), {})
            made.append(
                ReportPart(
                    key=criterion.key,
                    contribution=float(given[criterion.key]),
                    unknown=unknown,
                    value_text="" if unknown else value_text(self.result, i, k),
                    source=_source(row),
                    when=_plain(row, ("taken_at",))[:10]
                    or self.dates.get(str(row.get("layer")), ""),
                    by=self._by(row),
                )
            )
        return tuple(made)


def _source(row: Mapping[str, Any]) -> str:
    """Name where a row of evidence comes from, as a person knows it."""
    origin = _plain(row, ("origin",))
    if origin in VISITED:
        return words.say(f"reports.source.{origin}")
    source = _plain(row, ("source",))
    if source == "register":
        return words.say("reports.source.register")
    straight = words.say("reports.source.straight")
    return source.replace("(straight-line)", f"({straight})") or origin


def _host(said: str, agency: str) -> str:
    """Name the pendamping by office: whether one is appointed, and by whom."""
    if not said:
        return ""
    return words.say("reports.host", office=agency, said=said) if agency else said


def _origins(result: StudyResult) -> dict[tuple[str, str], Mapping[str, Any]]:
    """Keep, for each site and criterion, the newest row of evidence: visits before registers."""
    rows = result.evidence
    order = {"survey": 2, "register": 1}
    rank = rows["origin"].astype(str).map(order).fillna(0).to_numpy()
    newest = rows["taken_at"].astype(str).to_numpy()
    rows = rows.iloc[np.lexsort((newest, rank))]
    last = rows.drop_duplicates(["candidate", "criterion"], keep="last")
    wanted = last[["candidate", "criterion", "origin", "layer", "source", "taken_at", "by"]]
    found: list[dict[Any, Any]] = wanted.to_dict("records")
    return {(str(r["candidate"]), str(r["criterion"])): r for r in found}


def _plain(row: Mapping[str, Any], names: Sequence[str]) -> str:
    for name in names:
        value = row.get(name)
        if isinstance(value, str) and value:
            return value
        if value is not None and not isinstance(value, str) and pd.notna(value):
            return str(value)
    return ""

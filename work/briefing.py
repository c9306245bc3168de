"""The sentences that leadership reads first (CRITERIA §9), filled from one run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import words
from data.workspace import Study
from geo.errors import InputError
from reports.facts import ReportSite
from scoring.study import StudyResult
from work import said, said_reach
from work.assemble import Assembled
from work.branch import branch_json, office_of_today
from work.grounds import Grounds, grounds
from work.proposal import Proposal, propose
from work.site_visits import SiteVisits

OFFICE = "pos-bapas"
ONLY_OFFICE, ONLY_SITES = frozenset({10}), frozenset({3, 4})
"""Sentences that speak of an office, and of sites that people are sent to."""
ALWAYS = frozenset({11, 12})
"""What every document carries: who set the weights, and that places are judged."""
MAKERS: Mapping[int, Callable[[said.Ground], said.Said]] = {
    1: said.proposed,
    2: said.decision,
    3: said_reach.reached,
    4: said_reach.held,
    5: said.visited,
    6: said.in_hazard,
    7: said.supported,
    8: said_reach.steady,
    9: said_reach.unknown,
    10: said_reach.office,
    11: said.weighed,
    12: said.about_places,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """The sentences by number, the list put before leadership, and the numbers behind them."""

    sentences: Mapping[int, str]
    proposal: Proposal
    figures: Mapping[str, Any] = field(default_factory=dict)


def brief(
    study: Study,
    result: StudyResult,
    inputs: Assembled,
    *,
    told: Mapping[str, Any],
    sites: Sequence[ReportSite],
    visits: Mapping[str, SiteVisits],
    chosen: Mapping[str, Any] | None = None,
    whole: bool = True,
) -> Brief:
    """Fill the sentences of a run.

    Every figure is one of the run's; a sentence whose figures are not known says so instead.

    Parameters
    ----------
    told : mapping
        What ``rank --json`` prints.
    sites : sequence of ReportSite
        The ranked, best first.
    visits : mapping
        Accepted visits by site.
    chosen : mapping, optional
        A set or office chosen before.
    whole : bool
        Off, nothing is chosen: the proposed are those approved, and only the sentences that every
        document carries are made.
    """
    found, why = _grounds(result, inputs) if whole else (None, "")
    office = result.scenario.programme == OFFICE
    if not whole:
        listed = tuple(site.id for site in sites if site.listed)
        proposal = Proposal(ids=listed, how="listed" if listed else "none")
    elif office:
        proposal = _office(result, inputs, found, chosen, why)
    else:
        proposal = propose(study, result, sites, found, told=chosen, why=why)
    at = said.Ground(
        study=study,
        result=result,
        inputs=inputs,
        told=told,
        sites=sites,
        visits=visits,
        proposal=proposal,
        found=found,
    )
    figures: dict[str, Any] = {}
    sentences: dict[int, str] = {}
    for number, make in MAKERS.items():
        if number in (ONLY_SITES if office else ONLY_OFFICE) or not (whole or number in ALWAYS):
            continue
        sentences[number], numbers = make(at)
        figures |= numbers
    return Brief(sentences=sentences, proposal=proposal, figures=figures)


def _grounds(result: StudyResult, inputs: Assembled) -> tuple[Grounds | None, str]:
    """Lay out what a choice stands on, or say in one sentence what is missing for it."""
    try:
        return grounds(result, inputs), ""
    except InputError as fault:
        return None, fault.say()


def _office(
    result: StudyResult,
    inputs: Assembled,
    found: Grounds | None,
    chosen: Mapping[str, Any] | None,
    why: str,
) -> Proposal:
    """Find the office put before leadership, against the active one of today."""
    if found is None:
        return Proposal(ids=(), how="none", why=why)
    today = office_of_today(inputs)
    told = chosen
    if told is None:
        if today is None:
            return Proposal(ids=(), how="none", why=words.say("reports.no_office"))
        told = branch_json(result, found, count=1, office=today[1])
    ids = tuple(one["id"] for one in told["chosen"])
    return Proposal(ids=ids, how="office" if ids else "none", chosen=told)

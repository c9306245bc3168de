"""Sentences of the brief about the sites: how many, visited, hazards, support, weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

import words
from data.workspace import Study
from reports.facts import ReportSite
from reports.wording import BLANK, cut, day_text, joined
from scoring.hazards import as_class
from scoring.legal import legal_basis
from scoring.set_types import SHARE
from scoring.study import StudyResult
from work.as_json import weights_set_by
from work.assemble import Assembled
from work.choosing import day_of
from work.grounds import Grounds
from work.proposal import Proposal
from work.site_visits import NOBODY, SiteVisits, checklist

Said = tuple[str, dict[str, Any]]
HIGH = 3
"""Highest class of a hazard."""
UNPROVEN_0_1 = 1e-4
"""A list that may be worse than the best by more than this is not called the best."""
HOSTED = frozenset({"ya", "ya_pengganti"})
LONGEST_NAME = 70
SHOWN = 6
"""So many names are told; the rest are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What sentences are made from; ``found`` is None where travel cannot be reckoned."""

    study: Study
    result: StudyResult
    inputs: Assembled
    told: Mapping[str, Any]
    sites: Sequence[ReportSite]
    visits: Mapping[str, SiteVisits]
    proposal: Proposal
    found: Grounds | None

    @property
    def chosen(self) -> tuple[ReportSite, ...]:
        """The sites put before leadership."""
        own = set(self.proposal.ids)
        return tuple(site for site in self.sites if site.id in own)

    def rows(self) -> list[int]:
        """Positions of the proposed among the candidates."""
        row = {name: i for i, name in enumerate(self.result.candidates.ids)}
        return [row[name] for name in self.proposal.ids]

    def setting(self, name: str) -> str:
        """Return the office that ``[report]`` names, or its kind with a line to fill in."""
        return self.study.settings.report.get(name) or words.say(f"reports.blank.{name}")

    def day(self, name: str) -> str:
        """Return a day of ``[report]`` written out, or a line to fill in."""
        given = self.study.settings.report.get(name)
        return day_text(given) if given else BLANK


def short(text: str) -> str:
    """Return a name as a sentence can hold it."""
    return cut(text, LONGEST_NAME)


def names(texts: Sequence[str]) -> str:
    """Write names as a list, and count what is too much to be told."""
    told = [short(text) for text in texts]
    if len(told) <= SHOWN:
        return joined(told)
    return words.say("reports.more", names=", ".join(told[:SHOWN]), n=len(told) - SHOWN)


def proposed(at: Ground) -> Said:
    """1. How many sites, in how many kecamatan; how many wait, how many are out."""
    chosen = at.chosen
    districts = sorted({site.kecamatan for site in chosen if site.kecamatan})
    whole = sorted({site.kecamatan for site in at.sites if site.kecamatan} | _districts(at))
    numbers: dict[str, Any] = {
        "proposed": len(chosen),
        "kecamatan": len(districts),
        "kecamatan_all": len(whole),
        "to_survey": sum(site.readiness == "survei_dulu" for site in at.sites),
        "excluded": len(at.told["excluded"]),
    }
    text = words.say(f"reports.said.1.{at.proposal.how}", **numbers, why=at.proposal.why)
    return f"{text} {_given_up(at)}".strip(), numbers


def _given_up(at: Ground) -> str:
    """Say what a chosen set does not do: a kecamatan's share, being proven the least, the best."""
    chosen = at.proposal.chosen or {}
    if at.proposal.how != "chosen":
        return ""
    if chosen["clash"]:
        keys = chosen["clash"]["give_up"]
        far = sorted(key.removeprefix(SHARE) for key in keys if key.startswith(SHARE))
        return words.say(f"reports.said.1.{'short' if far else 'clash'}", names=names(far))
    told, least, gap = [], chosen.get("at_least"), chosen.get("gap")
    if least is not None and least < len(at.proposal.ids):
        told.append(words.say("reports.said.1.at_least", n=least))
    if gap is None or gap > UNPROVEN_0_1:
        by = words.say("reports.unknown") if gap is None else words.number(100 * gap, 1)
        told.append(words.say("reports.said.1.gap", gap=by))
    return " ".join(told)


def _districts(at: Ground) -> set[str]:
    if at.found is None:
        return set()
    return {str(name) for name in at.found.desa["kecamatan"] if name}


def decision(at: Ground) -> Said:
    """2. What leadership is asked to decide."""
    code = "office" if at.proposal.how == "office" else "sites"
    text = words.say(
        f"reports.said.2.{code}",
        until=at.day("valid_until"),
        bapas=at.setting("bapas"),
        prosecutor=at.setting("prosecutor"),
        court=at.setting("court"),
    )
    return text, {}


def visited(at: Ground) -> Said:
    """5. Visited, host known, checklist passed; approved with written conditions."""
    chosen = at.chosen
    if not chosen:
        return words.say("reports.said.5.none"), {}
    seen = [at.visits.get(site.id, NOBODY) for site in chosen]
    whole = [
        bool(one.visits) and one.answers.get("q12") in HOSTED and checklist(one.answers) is True
        for one in seen
    ]
    numbers: dict[str, Any] = {
        "n": len(chosen),
        "visited": sum(bool(one.visits) for one in seen),
        "complete": sum(whole),
        "approved": sum(site.listed for site in chosen),
        "on_conditions": sum(site.listed and bool(site.conditions) for site in chosen),
    }
    code = "office" if at.proposal.how == "office" else "sites"
    if not numbers["visited"]:
        code = "unseen"
    return words.say(f"reports.said.5.{code}", **numbers), numbers


def in_hazard(at: Ground) -> Said:
    """6. Sites in the highest landslide class, by which map."""
    layer = at.inputs.read.get("landslide")
    keys = [c.key for c in at.result.criteria]
    if layer is None or "landslide" not in keys:
        return words.say("reports.said.6.no_map"), {}
    index = at.result.matrix.mean[at.rows(), keys.index("landslide")]
    level = as_class(np.asarray(index, dtype=float))
    numbers: dict[str, Any] = {
        "in_high_zone": int((level >= HIGH).sum()),
        "not_mapped": int(np.isnan(level).sum()),
    }
    told = dated(at, "landslide")
    text = words.say("reports.said.6", source=told, **numbers)
    if numbers["not_mapped"]:
        text += " " + words.say("reports.said.6.unknown", **numbers)
    return text, numbers


def dated(at: Ground, kind: str) -> str:
    """Name a layer's source with its date, or with that its date is not known."""
    layer = at.inputs.read[kind]
    source = at.study.settings.layer(kind).source or layer.attribution or layer.source
    date = day_text(layer.date) if layer.date else words.say("reports.no_date")
    return f"{short(source)}, {date}"


def supported(at: Ground) -> Said:
    """7. What village heads say (question 21)."""
    given = [at.visits.get(name, NOBODY).answers.get("q21") for name in at.proposal.ids]
    asked = [int(one) for one in given if one in {"1", "2", "3", "4", "5"}]
    numbers: dict[str, Any] = {
        "for_it": sum(one >= 4 for one in asked),
        "neutral": sum(one == 3 for one in asked),
        "against": sum(one <= 2 for one in asked),
        "not_asked": len(given) - len(asked),
    }
    code = "reports.said.7" if asked else "reports.said.7.none"
    return words.say(code, **numbers), numbers


def weighed(at: Ground) -> Said:
    """11. Who set the weights, who disagrees, on what law."""
    scenario = at.result.scenario
    if scenario.set_by:
        by = words.say(
            "reports.said.11.set",
            by=scenario.set_by,
            on=day_text(scenario.set_on),
            basis=scenario.basis,
        )
    else:
        by = words.say("reports.said.11.initial", text=weights_set_by(scenario))
    dissent = at.study.settings.report.get("dissent", "")
    other = words.say(
        "reports.said.11.dissent", text=dissent.rstrip(". ") or words.say("reports.none_noted")
    )
    law = [
        words.say("reports.said.law", source=source, since=day_text(since))
        for source, since in legal_basis(scenario.programme, on=day_of(at.result))
    ]
    code = "reports.said.11.law" if law else "reports.said.11.no_law"
    return f"{by} {other} {words.say(code, law=joined(law))}", {}


def about_places(at: Ground) -> Said:
    """12. Places are judged, not people; which run."""
    return words.say("reports.said.12", run=str(at.told["run"])[:8]), {}

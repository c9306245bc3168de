"""The life of a site: which step may follow which, and where a site stands on a day."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import words
from geo.errors import InputError

_FILE = Path(__file__).with_name("life.toml")
LAPSED, REVIEW = "kedaluwarsa", "tinjau_ulang"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step that somebody took; dates are ISO text, "" where there is none.

    Parameters
    ----------
    candidate, programme, state : str
    at, by, why : str
        When (UTC), by whom, and for what reason.
    agreement, agreement_until : str
        The document an approval rests on, and its last day.
    """

    candidate: str
    programme: str
    state: str
    at: str
    by: str
    why: str = ""
    agreement: str = ""
    agreement_until: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of a site beside the steps somebody took.

    Parameters
    ----------
    ranked : bool
        It stands in the ranking, not among the excluded.
    surveyed_on : str
        Day of its newest accepted visit, "" without one.
    excluded_by : str
        The gate that excludes it now, "" where none does.
    events : sequence of str
        Days on which a hazard event near it happened or became known.
    """

    ranked: bool = False
    surveyed_on: str = ""
    excluded_by: str = ""
    events: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a site stands on a day.

    ``automatic`` names the rule that moved it there without anybody's step ("" when somebody did):
    ``lapsed``, ``event``, ``excluded``, ``visit``, ``ranking`` or ``register``. ``valid_until`` is
    the last day of an approval.
    """

    state: str
    since: str
    by: str = ""
    why: str = ""
    automatic: str = ""
    valid_until: str = ""
    listed: bool = False
    next: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The table of life.toml."""

    months_after_survey: int
    event_m: float
    states: Mapping[str, Mapping[str, Any]]

    def following(self, state: str) -> tuple[str, ...]:
        """Return the states that a step may lead to."""
        return tuple(self.states[state].get("next", ()))

    def asks(self, state: str, what: str) -> bool:
        """Tell whether a state asks for ``why`` or ``agreement``, or is ``listed``."""
        return bool(self.states[state].get(what, False))


@cache
def rules() -> Rules:
    """Read the rules once."""
    told = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return Rules(
        months_after_survey=told["months_after_survey"],
        event_m=told["event_metres"],
        states=told["state"],
    )


def standing(steps: Iterable[Step], known: Known, *, on: dt.date) -> Standing:
    """Say where a site stands on a day.

    Parameters
    ----------
    steps : iterable of Step
        Of this site and programme, oldest first.
    known : Known
    on : datetime.date

    Notes
    -----
    Nobody has to press a button for an approval to end: it lapses with its agreement or twelve
    months after the visit, whichever is first (CRITERIA §5), and a hazard event near the site or
    a gate that excludes it puts it under review at once. Any later step by a person stands.
    """
    last = None
    for last in steps:  # noqa: B007 - the last one is what is wanted
        pass
    if last is None:
        return _without_steps(known)
    table = rules()
    if not table.asks(last.state, "listed"):
        return _as_stepped(last, table)
    until = valid_until(last, known)
    told = _as_stepped(last, table, until)
    since = last.at[:10]
    fresh = [day for day in known.events if day > since]
    if known.excluded_by:
        return _moved(told, REVIEW, since=on.isoformat(), automatic="excluded")
    if fresh:
        return _moved(told, REVIEW, since=min(fresh), automatic="event")
    if until and on.isoformat() > until:
        return _moved(told, LAPSED, since=until, automatic="lapsed")
    return told


def _as_stepped(last: Step, table: Rules, until: str = "") -> Standing:
    return Standing(
        state=last.state,
        since=last.at,
        by=last.by,
        why=last.why,
        valid_until=until,
        listed=table.asks(last.state, "listed"),
        next=table.following(last.state),
    )


def _moved(told: Standing, state: str, *, since: str, automatic: str) -> Standing:
    return Standing(
        state=state,
        since=since,
        automatic=automatic,
        valid_until=told.valid_until,
        next=rules().following(state),
    )


def _without_steps(known: Known) -> Standing:
    state, automatic, since = "proposed", "register", ""
    if known.surveyed_on:
        state, automatic, since = "surveyed", "visit", known.surveyed_on
    elif known.ranked:
        state, automatic = "screened", "ranking"
    return Standing(state=state, since=since, automatic=automatic, next=rules().following(state))


def valid_until(step: Step, known: Known) -> str:
    """Return the last day of an approval: the agreement's, or twelve months after the visit.

    Without a visit the months count from the approval itself.
    """
    start = dt.date.fromisoformat((known.surveyed_on or step.at)[:10])
    lapse = _months_after(start, rules().months_after_survey).isoformat()
    return min(filter(None, (step.agreement_until, lapse)))


def _months_after(day: dt.date, months: int) -> dt.date:
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    for last in (day.day, 30, 29, 28):
        try:
            return dt.date(year, month, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError  # every month has a 28th


def check_step(step: Step, now: Standing) -> None:
    """Refuse a step that the rules do not know.

    Raises
    ------
    InputError
        ``life.state`` for a state there is not; ``life.not_from_here`` with what may follow;
        ``life.why_missing``; ``life.agreement_missing``; ``life.agreement_date``.
    """
    table = rules()
    if step.state not in table.states:
        raise InputError("life.state", given=step.state[:40], known=", ".join(table.states))
    if step.state not in now.next:
        raise InputError(
            "life.not_from_here",
            site=step.candidate,
            now=words.say(f"life.{now.state}"),
            known=", ".join(now.next),
        )
    if table.asks(step.state, "why") and not step.why.strip():
        raise InputError("life.why_missing", state=step.state)
    if table.asks(step.state, "agreement"):
        if not step.agreement.strip() or not step.agreement_until:
            raise InputError("life.agreement_missing", site=step.candidate)
        _check_date(step.agreement_until, after=step.at[:10])


def _check_date(given: str, *, after: str) -> None:
    try:
        day = dt.date.fromisoformat(given)
    except ValueError:
        raise InputError("life.agreement_date", given=given[:40]) from None
    if day.isoformat() < after:
        raise InputError("life.agreement_over", given=given)

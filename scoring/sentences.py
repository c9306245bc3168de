"""Sentences about sureness: what would flip a ranking, what would lift a site, and why."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import words
from scoring.criteria import GROUPS, Criterion
from scoring.explain import Lift, Reason, grain
from scoring.flip import Flip
from scoring.robustness import RankSupport

_LABELS = {"institution_kind": "kind", "underserved_area": "status"}


def _points(share_0_1: float, lang: str | None) -> str:
    return words.number(100 * share_0_1, 1, lang=lang)


def _amount(value: float, criterion: Criterion, letter: str, lang: str | None) -> str:
    digits = max(0, round(-math.log10(grain(criterion, letter))))
    unit = words.say(f"unit.{criterion.unit[letter]}", lang=lang)
    return f"{words.number(value, digits, lang=lang)} {unit}"


def flip_sentence(
    found: Flip | None,
    names: Sequence[str],
    criteria: Sequence[str],
    *,
    leader: str = "",
    lang: str | None = None,
) -> str:
    """Say what would flip the first place, in one sentence.

    Parameters
    ----------
    found : Flip or None
        From `scoring.flip.flip` or `flip_dial`.
    names : sequence of str
        Names of the sites, by row.
    criteria : sequence of str
        Keys of the criteria (or of the groups, for `flip_dial`), by position.
    leader : str
        Name of the first, for when nothing flips it.
    """
    if found is None:
        return words.say("flip.none", lang=lang, leader=leader)
    first, other = names[found.leader], names[found.challenger]
    if not found.moves:
        return words.say("flip.tied", lang=lang, leader=first, challenger=other)

    def title(k: int) -> str:
        room = "group" if criteria[k] in GROUPS else "criterion"
        return words.say(f"{room}.{criteria[k]}", lang=lang)

    moves = [
        words.say(
            "flip.move",
            lang=lang,
            points=_points(m.share_0_1, lang),
            source=title(m.source),
            target=title(m.target),
        )
        for m in found.moves
    ]
    return words.say(
        "flip.weights", lang=lang, leader=first, challenger=other, moves="; ".join(moves)
    )


def lift_sentence(
    found: Lift, criterion: Criterion, letter: str, *, top: int, lang: str | None = None
) -> str:
    """Say at which value a site enters the shortlist, and whether a visit could show it."""
    title = words.say(f"criterion.{found.criterion}", lang=lang)
    if found.category:
        room = _LABELS.get(found.criterion, "category")
        name = words.say(f"{room}.{found.category}", lang=lang)
        told = words.say("lift.category", lang=lang, criterion=title, category=name, top=top)
    else:
        value = _amount(found.value, criterion, letter, lang)
        if math.isnan(found.now):
            told = words.say("lift.unknown", lang=lang, criterion=title, value=value, top=top)
        else:
            now = _amount(found.now, criterion, letter, lang)
            told = words.say(
                "lift.known", lang=lang, criterion=title, value=value, now=now, top=top
            )
    questions = ", ".join(map(str, found.questions))
    how = "lift.survey" if found.survey else "lift.no_survey"
    return f"{told} {words.say(how, lang=lang, questions=questions)}"


def reason_sentence(
    found: Reason, criterion: Criterion, letter: str, *, lang: str | None = None
) -> str:
    """Say what one criterion gives a site above the mean of all."""
    title = words.say(f"criterion.{found.criterion}", lang=lang)
    points = _points(found.gain, lang)
    if criterion.table[letter]:
        return words.say("reason.category", lang=lang, criterion=title, points=points)
    value = _amount(found.value, criterion, letter, lang)
    return words.say("reason.value", lang=lang, criterion=title, value=value, points=points)


def sureness_sentence(
    found: RankSupport, names: Mapping[str, str], *, lang: str | None = None
) -> str:
    """Say whether there is a clear winner."""
    if not len(found.leaders):
        return words.say("sureness.nobody", lang=lang)
    share = [words.number(100 * found.p_first[i], 0, lang=lang) for i in found.leaders[:2]]
    name = [names[found.candidate_ids[i]] for i in found.leaders[:2]]
    if found.clear_winner or len(name) == 1:
        return words.say("sureness.clear", lang=lang, leader=name[0], share=share[0])
    return words.say(
        "sureness.unclear",
        lang=lang,
        leader=name[0],
        share=share[0],
        second=name[1],
        second_share=share[1],
    )

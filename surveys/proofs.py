"""What answers say of gates and conditions, by the tables of scoring/reads.toml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scoring.kinds import kinds
from surveys.questions import NOTHING
from surveys.reads import Answers, Reads, contact


@dataclass(frozen=True, slots=True)
class Part:
    """What one question says of a gate: True passes, False fails, None leaves it open."""

    gate: str
    question: int
    passes: bool | None
    answer: str = ""
    letter: bool = False


def gate_part(number: int, reads: Reads, answers: Answers) -> Part | None:
    """Read what one question says of its gate; None where it was not answered.

    A refusal of the host (5) or of the village head (21) proves only with its letter; a starred
    item answered "tidak" fails, and all starred items have to be answered to pass.
    """
    gate = reads.get("gate")
    if gate is None:
        return None
    return _SPECIAL.get(number, _common)(gate, number, reads, answers)


def _common(gate: str, number: int, reads: Reads, answers: Answers) -> Part | None:
    said = answers.get(reads.get("gate_field", f"q{number:02d}"))
    if said is None:
        return None
    if "not_pass" in reads:
        return Part(gate, number, None if set(said) & set(reads["not_pass"]) else True)
    table = reads.get("gate_answers", reads.get("answers", {}))
    part = _by_table(gate, number, table, said)
    field, answer = reads.get("open_if", ("", ""))
    ruined = part.passes and field and answers.get(field) == answer
    return Part(gate, number, None, answer) if ruined else part


def _by_head(gate: str, number: int, reads: Reads, answers: Answers) -> Part | None:
    refused = answers.get("q21") == reads["refusal"] and "q21_surat" in answers
    return Part(gate, number, False, reads["refusal"], letter=True) if refused else None


def _by_table(gate: str, number: int, table: Mapping[str, Any], said: Any) -> Part:
    ticked = said if isinstance(said, tuple) else (said,)
    worth = [table.get(one, {}).get("gate") for one in ticked]
    answer = ticked[0]
    if isinstance(said, tuple) and number == 7:  # work that fits is enough
        passes = True if 1 in worth else (False if set(worth) == {0} else None)
        return Part(gate, number, passes, answer)
    if 0 in worth:
        return Part(gate, number, False, ticked[worth.index(0)])
    return Part(gate, number, True if 1 in worth else None, answer)


def _consent(gate: str, number: int, reads: Reads, answers: Answers) -> Part | None:
    said = answers.get("q05")
    if said is None:
        return None
    worth = reads["answers"][said].get("gate")
    passes = None if worth is None else worth == 1
    return Part(gate, number, passes, said, letter=passes is not None and "q05_surat" in answers)


def _starred(gate: str, number: int, reads: Reads, answers: Answers) -> Part | None:
    items = [item.rstrip("*") for item in reads["items"] if item.endswith("*")]
    said = {item: answers.get(f"q14_{item}") for item in items}
    if all(one is None for one in said.values()):
        return None
    wrong = [item for item, one in said.items() if one == "tidak"]
    if wrong:
        return Part(gate, number, False, wrong[0])
    return Part(gate, number, None if None in said.values() else True)


_SPECIAL = {5: _consent, 14: _starred, 21: _by_head}


def conditions(number: int, reads: Reads, answers: Answers) -> dict[str, str]:
    """Name the conditions of placement that one question's answers call for: code → answer."""
    name = f"q{number:02d}"
    said = answers.get(name)
    if number == 2 and said == "berbeda" and "q02_jenis" in answers:
        kind = str(answers["q02_jenis"])
        return dict.fromkeys(kinds()[kind].conditions, kind)
    if number == 17:
        said = contact(answers, name) or None
    if said is None:
        return {}
    if "condition_unless" in reads:
        lacking = [one for one in reads["condition_unless"] if one not in said]
        return (
            {reads["condition"]: lacking[0] if said != (NOTHING,) else NOTHING} if lacking else {}
        )
    if "condition_up_to" in reads:
        return {reads["condition"]: str(said)} if int(said) <= reads["condition_up_to"] else {}
    table = reads.get("answers")
    if not table:
        return {}
    ticked = said if isinstance(said, tuple) else (said,)
    found = [(table.get(one, {}).get("condition"), one) for one in ticked]
    return {code: one for code, one in reversed(found) if code}

"""Where every site of a board stands in its life, for a page that only tells and filters."""

from __future__ import annotations

from data.workspace import open_study
from scoring.life import rules
from work.board import Board
from work.living import lives
from work.roles import require


def stages(board: Board) -> list[int]:
    """Return the position of each candidate's state in `stage_names`, in the board's own order.

    Empty where the board was not opened from a study: nothing is known of lives then.
    """
    require("view_internal")
    if board.inputs is None:
        return []
    place = {name: at for at, name in enumerate(stage_names())}
    with open_study(board.folder) as study:
        found = lives(study, board.result, board.inputs.layers)
    return [place[found[name].state] for name in board.result.candidates.ids]


def stage_names() -> tuple[str, ...]:
    """Name the states of a life in the order of its rules."""
    return tuple(rules().states)

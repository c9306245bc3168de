"""How a batch goes on: who is asked next, and what follows from each answer."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from geo.errors import StudyError
from work.batch_ask import Answer, Ask
from work.batch_crew import Crew
from work.batch_guard import begun, forget, given_up

TRIES = 5
"""So often a study is tried whose fault may pass (a full disk, a store that is busy)."""
_WAIT_S = 0.5
PAUSE_S = 1.0


@dataclass(slots=True)
class Standing:
    """How far a batch has come; `told` is called with it whenever something was finished."""

    studies: int
    done: int = 0
    kept: int = 0
    failed: int = 0
    tasks: int = 0
    last: str = ""


Told = Callable[[Standing], None]


@dataclass(slots=True)
class Going:
    """What a batch still has to do, and what came of the rest: small rows, never results."""

    crew: Crew
    told: Told
    standing: Standing
    waiting: deque[Ask] = field(default_factory=deque)
    later: list[tuple[float, Ask]] = field(default_factory=list)
    tries: dict[str, int] = field(default_factory=dict)
    tiles: dict[str, list[Ask]] = field(default_factory=dict)
    going: int = 0
    done: dict[str, Answer] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)


def work(going: Going) -> None:
    """Keep the crew busy until nothing waits and nobody works."""
    while going.waiting or going.later or going.going:
        now = time.monotonic()
        going.waiting.extend(ask for at, ask in going.later if at <= now)
        going.later = [(at, ask) for at, ask in going.later if at > now]
        while going.waiting and going.crew.free > 0:
            going.crew.take(going.waiting.popleft())
            going.going += 1
        if not going.going:
            time.sleep(_WAIT_S)
            continue
        for ask, answer in going.crew.finished(_WAIT_S):
            going.going -= 1
            going.standing.tasks += 1
            _judge(going, ask, answer)
            going.told(going.standing)


def _judge(going: Going, ask: Ask, answer: Answer) -> None:
    """Decide what follows from an answer."""
    state = answer["state"]
    if ask.name in going.failed:
        return
    if state == "lost":
        forget(ask)  # the scheduler was lost, not this study's worker
        going.waiting.append(ask)
    elif state == "died":
        _died(going, ask)
    elif state == "failed":
        _failed(going, ask, answer)
    elif state == "split":
        tiles = [replace(ask, tile=t, tiles=answer["tiles"]) for t in range(answer["tiles"])]
        going.tiles[ask.name] = tiles
        going.waiting.extendleft(reversed(tiles))
    elif state == "tiled":
        left = [t for t in going.tiles[ask.name] if t.tile != ask.tile]
        going.tiles[ask.name] = left
        if not left:
            going.waiting.appendleft(replace(ask, tile=-1))
    else:
        going.done[ask.name] = answer
        going.standing.done += 1
        going.standing.kept += state == "kept"
        going.standing.last = ask.name


def _died(going: Going, ask: Ask) -> None:
    why = given_up(ask)
    unmarked = not begun(ask)  # the folder took no mark: count here, so that it ends all the same
    often = going.tries[ask.label] = going.tries.get(ask.label, 0) + 1
    if why is None and unmarked and often >= ask.deaths * TRIES:
        why = StudyError("batch.died", times=often)
    if why is None:
        going.waiting.append(ask)
        return
    _give_up(going, ask, why.say())


def _failed(going: Going, ask: Ask, answer: Answer) -> None:
    often = going.tries[ask.label] = going.tries.get(ask.label, 0) + 1
    if answer.get("again") and often < TRIES:
        going.later.append((time.monotonic() + PAUSE_S * 2 ** (often - 1), ask))
        return
    _give_up(going, ask, str(answer["reason"]))


def _give_up(going: Going, ask: Ask, reason: str) -> None:
    """Count a study as failed; with one tile the others need not run."""
    going.failed[ask.name] = reason
    going.waiting = deque(a for a in going.waiting if a.name != ask.name)
    going.later = [(at, a) for at, a in going.later if a.name != ask.name]
    going.standing.failed += 1
    going.standing.last = ask.name

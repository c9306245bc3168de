"""What other attitudes, methods and reasonable weights would say of the same evidence."""

from __future__ import annotations

import numpy as np
import streamlit as st

import words
from data.hashes import canonical_json, sha256_hex
from scoring.explain import settled
from scoring.rank import order_weights, owa
from scoring.robustness import RankSupport
from ui.facts import percent
from ui.inputs import answers, show_inputs, slider, text
from ui.look import Told, sentence, table
from work.board import Board
from work.live import Live, under
from work.sureness import TOP, flips_json, methods_json, sure
from work.weighing import stated_json

RANKS = (1, 2, 3)
BALANCED = 50
NAMED = 3


def _names(board: Board) -> dict[str, str]:
    frame = board.result.candidates.frame
    return dict(zip(frame["id"], frame["name"].astype(str), strict=True))


def show_owa(board: Board, now: Live) -> None:
    """Show who would lead for somebody more careful, or more hopeful, about weak points."""
    name = f"owa-{board.programme}"
    dial = slider("attitude", words.say("ui.expert.attitude"), BALANCED)
    ends = [text(words.say(f"ui.expert.{end}")) for end in ("careful", "hopeful")]
    head = text(words.say("ui.expert.attitude"), head=True)
    show_inputs(name, ["", "", "", ""], [[head, ends[0], dial, ends[1]]], title=head["text"])
    orness = answers(name, {"attitude": BALANCED})["attitude"] / 100
    order, weights = now.ranking.order, now.ranking.weights
    worth = settled(board.result.matrix)[order]
    scores = owa(worth, weights, order_weights(len(weights), orness))
    frame = board.result.candidates.frame
    at = np.lexsort((frame["id"].to_numpy().astype(str)[order], -scores))[:TOP].tolist()
    rows: list[list[Told]] = [
        [
            f"{words.number(place + 1)}. {frame['name'].iloc[int(order[i])]}",
            (words.number(float(scores[i]), 2), float(scores[i])),
            words.number(float(now.ranking.scores.score[i]), 2),
            words.number(int(now.ranking.rank[i])),
        ]
        for place, i in enumerate(at)
    ]
    heads = ["place", "owa_score", "score", "rank"]
    table(words.say("ui.expert.owa.title"), _heads(heads), rows)


def _heads(names: list[str]) -> list[str]:
    return [words.say(f"ui.expert.column.{name}") for name in names]


def show_methods(board: Board, now: Live) -> None:
    """Show six methods side by side: who leads, how alike they rank, what they share."""
    told = methods_json(under(board.result, now))
    if not told["methods"]:
        st.text(words.say("ui.expert.too_few"))
        return
    names = _names(board)
    own = told["methods"][0]
    rows: list[list[Told]] = [
        [
            words.say(f"method.{method}"),
            names[told["first"][method][0]],
            "–" if method == own else words.number(told["tau"][own][method], 2),
            ("–", 0.0)
            if method == own
            else (percent(told["shared"][own][method]), told["shared"][own][method]),
        ]
        for method in told["methods"]
    ]
    every = ", ".join(names[one] for one in told["in_all"])
    said = words.say("ui.expert.in_all", n=words.number(len(told["in_all"])), top=TOP)
    sentence(said, more=every)
    table(words.say("ui.expert.methods.title"), _heads(["method", "first", "tau", "shared"]), rows)


@st.cache_resource(max_entries=6, show_spinner=False)
def _support(key: str, _board: Board, _now: Live) -> RankSupport | None:  # noqa: ARG001 - the cache's key
    return sure(under(_board.result, _now))


def show_leaders(board: Board, now: Live) -> None:
    """Show the acceptability of ranks of the leaders over 10,000 draws, and who chooses them."""
    scenario = now.scenario
    said = [dict(scenario.groups), dict(scenario.weights), stated_json(scenario.stated)]
    key = sha256_hex(canonical_json([board.key, board.programme, said]))
    with st.spinner(words.say("ui.expert.drawing")):
        found = _support(key, board, now)
    if found is None:
        st.text(words.say("ui.expert.too_few"))
        return
    names = _names(board)
    weights = now.ranking.weights
    rows: list[list[Told]] = []
    for i in found.leaders.tolist():
        shares = [
            float(found.acceptability[i, r - 1]) for r in RANKS if r <= found.acceptability.shape[1]
        ]
        shares.append(float(found.p_top[i]))
        trust = found.confidence[i]
        rows.append(
            [
                names[found.candidate_ids[i]],
                *[(percent(share), share) for share in shares],
                "–" if np.isnan(trust) else percent(float(trust)),
                _chosen_by(board, found.central_weights[i], weights),
            ]
        )
    heads = [words.say("ui.expert.rank_n", n=words.number(r)) for r in RANKS[: len(rows[0]) - 4]]
    table(
        words.say("ui.expert.leaders.title", draws=words.number(found.draws)),
        [*_heads(["place"]), *heads, words.say("ui.column.top"), *_heads(["trust", "chosen_by"])],
        rows,
    )


def _chosen_by(board: Board, central: np.ndarray, weights: np.ndarray) -> str:
    """Name the criteria that weigh more than now for those who would put a site first."""
    if np.isnan(central).any():
        return words.say("ui.expert.nobody")
    gain = central - weights
    up = [k for k in np.argsort(-gain).tolist()[:NAMED] if gain[k] > 0]
    return ", ".join(
        f"{words.say(f'criterion.{board.result.criteria[k].key}')} {percent(float(central[k]))}"
        for k in up
    )


def show_flips(board: Board, now: Live) -> None:
    """Say what change of weights would put another site first."""
    told = flips_json(under(board.result, now))
    for way in ("free", "groups_held", "dial"):
        one = told[way]
        title = words.say(f"ui.expert.flip.{way}")
        if one is None:
            sentence(
                title, more=told["text"] if way == "free" else words.say("ui.expert.flip.none")
            )
        else:
            sentence(title, more=one["text"])

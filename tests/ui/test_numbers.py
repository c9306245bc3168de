"""What is sent to the browser: positions stay, sums hold, nothing is rounded away."""

import dataclasses
import json
import math
import struct

import boards
import numpy as np
import pytest

import words
from ui.board import first_told, visit_share
from ui.detail import detail
from ui.facts import TEXTS, facts, outlines, positions
from ui.numbers import REAL, WHOLE, numbers, packed
from ui.tried import of_study
from ui.weights import TEXTS as WEIGHT_TEXTS
from ui.weights import most
from work.board import rerank
from work.live import ground_of, live
from work.present import site_rows
from work.value_text import value_text


@pytest.fixture(scope="module")
def board():
    return boards.board(60)


def unpacked(raw):
    """Read a packed ranking the way the browser does."""
    (length,) = struct.unpack_from("<I", raw)
    header, body = json.loads(raw[4 : 4 + length]), raw[4 + length :]
    n = len(body) // (4 * len(WHOLE) + 8 * len(REAL))
    found = {w: np.frombuffer(body, "<i4", n, 4 * k * n) for k, w in enumerate(WHOLE)}
    start = 4 * len(WHOLE) * n
    found |= {r: np.frombuffer(body, "<f8", n, start + 8 * k * n) for k, r in enumerate(REAL)}
    return header, found


@pytest.mark.parametrize("header", [{}, {"a": "é"}, {"abc": 1}, {"name": "{{7*7}}"}])
def test_packed_numbers_come_back_bit_for_bit_whatever_the_header_s_length(board, header):
    arrays = numbers(board, board.result.ranking)
    raw = packed(header, arrays)
    assert (4 + struct.unpack_from("<I", raw)[0]) % 8 == 0
    told, found = unpacked(raw)
    assert told == header
    assert all((found[name] == arrays[name]).all() for name in (*WHOLE, *REAL))


def test_the_board_shows_the_same_ranks_as_the_command_line(board):
    arrays, frame = numbers(board, board.result.ranking), site_rows(board.result).frame
    for name in ("rank", "best", "worst", "score", "low", "high", "coverage"):
        assert (arrays[name] == frame[name].to_numpy()).all(), name
    told = [words.say(f"band.{b}") for b in ("very_weak", "weak", "fair", "strong", "very_strong")]
    shown = [
        "" if rank == 0 else told[k] for k, rank in zip(arrays["band"], arrays["rank"], strict=True)
    ]
    assert shown == frame["band"].tolist()
    assert (arrays["move"] == 0).all()


def test_excluded_sites_stand_last_and_have_no_rank(board):
    arrays = numbers(board, board.result.ranking)
    ranks = arrays["rank"][arrays["order"]]
    excluded = len(board.result.judgement.excluded)
    assert excluded > 0
    assert (ranks[-excluded:] == 0).all()
    assert (np.diff(ranks[:-excluded]) >= 0).all()
    assert sorted(arrays["order"]) == list(range(60))


def test_moves_count_places_gained_against_the_study_s_own_weights(board):
    own = of_study(board)
    other = rerank(board, groups={"benefit": 5, "safety": 95}, weights=own.weights)
    before = numbers(board, board.result.ranking)["rank"]
    arrays = numbers(board, other)
    ranked = arrays["rank"] > 0
    assert (arrays["move"][ranked] == (before - arrays["rank"])[ranked]).all()
    assert (arrays["move"] != 0).any()
    assert (arrays["move"][~ranked] == 0).all()


def test_the_study_s_own_weights_written_out_rank_exactly_as_the_study(board):
    own = of_study(board)
    again = rerank(board, groups=own.groups, weights=own.weights)
    assert (again.order == board.result.ranking.order).all()
    assert (again.scores.score == board.result.ranking.scores.score).all()


def test_benefit_and_safety_make_the_score(board):
    arrays = numbers(board, board.result.ranking)
    told = detail(board, board.result.ranking, board.result.candidates.ids[0])
    benefit, safety = (sum(item["given"] for item in g["items"]) for g in told["groups"])
    assert math.isclose(benefit, arrays["benefit"][0], abs_tol=1e-12)
    assert math.isclose(benefit + safety, arrays["score"][0], abs_tol=1e-12)


def test_the_panel_names_the_three_largest_known_contributions(board):
    ranking = board.result.ranking
    i = int(ranking.order[0])
    told = detail(board, ranking, board.result.candidates.ids[i])
    known = ~board.result.matrix.unknown[i]
    largest = np.sort(ranking.scores.contributions[0][known])[::-1][:3]
    assert [r["part"].split(" ")[0] for r in told["reasons"]] == [
        words.number(x, 2) for x in largest
    ]
    unknown = [item for g in told["groups"] for item in g["items"] if item["unknown"]]
    assert len(unknown) == (~known).sum()
    assert {item["value"] for item in unknown} == {"belum diketahui"}


def test_an_excluded_site_tells_its_reason_and_no_score(board):
    excluded = board.result.judgement.excluded[0].candidate
    told = detail(board, board.result.ranking, excluded)
    assert "tidak termasuk tempat" in told["reason"]
    assert told["groups"] == []
    assert detail(board, board.result.ranking, "p-nowhere") is None


def test_a_site_to_be_visited_first_names_what_to_settle(board):
    judgement = board.result.judgement
    without_point = int(np.flatnonzero(judgement.no_point)[0])
    told = detail(board, board.result.ranking, board.result.candidates.ids[without_point])
    assert told["ask"] == words.say("ui.find_point")
    open_gate = judgement.readiness.index("survei_dulu")
    while judgement.no_point[open_gate]:
        open_gate = judgement.readiness.index("survei_dulu", open_gate + 1)
    told = detail(board, board.result.ranking, board.result.candidates.ids[open_gate])
    assert told["ask"].endswith(("?", "."))


def test_values_are_written_with_their_unit(board):
    keys = [c.key for c in board.result.criteria]
    need, kind = keys.index("labour_need"), keys.index("institution_kind")
    known = int(np.flatnonzero(~board.result.matrix.unknown[:, need])[0])
    assert value_text(board.result, known, need).endswith(" jam/minggu")
    ranked = int(board.result.ranking.order[0])
    of_kind = board.result.candidates.frame["kind"].iloc[ranked]
    assert value_text(board.result, ranked, kind) == words.say(f"kind.{of_kind}")
    supervision = keys.index("supervision")
    known = int(np.flatnonzero(~board.result.matrix.unknown[:, supervision])[0])
    assert value_text(board.result, known, supervision) in {"73 %", "27 %"}


def test_a_site_known_by_desa_only_stands_inside_its_desa(board):
    frame = site_rows(board.result).frame
    lon, lat = positions(board, frame)
    only_desa = np.flatnonzero(board.result.candidates.only_desa)
    assert len(only_desa)
    inside = board.result.candidates.frame.geometry.to_crs(4326)
    import shapely

    assert all(inside.iloc[i].contains(shapely.Point(lon[i], lat[i])) for i in only_desa)
    assert None not in lon


def test_outlines_are_plain_data_also_when_there_is_none():
    assert outlines(boards.kecamatan(0).to_crs(4326))["features"] == []
    first = outlines(boards.kecamatan().to_crs(4326))["features"][0]
    assert first["properties"]["name"] == "Kecamatan 1"
    assert first["geometry"]["type"] == "Polygon"


def test_the_strip_says_who_is_first_how_often_and_that_nobody_clearly_is(board):
    places = live(board.result, ground_of(board.result), board.result.scenario).places
    told = first_told(board, places)
    leader = board.result.candidates.frame["name"].iloc[int(places.rows[places.p_first.argmax()])]
    share = words.number(100 * places.p_first.max())
    assert told["headline"] == "Belum ada pemenang yang jelas."
    assert told["more"].startswith(f"{leader} menempati peringkat 1 pada {share}\u00a0% dari 600")
    assert "60\u00a0%" in told["more"]
    assert sum(x for _, x in told["leaders"]) + told["others"] == pytest.approx(1)
    sure = dataclasses.replace(places, threshold=0.0)
    assert first_told(board, sure)["headline"].startswith(leader)
    assert first_told(board, sure)["clear"]
    assert first_told(board, None)["headline"] == words.say("ui.headline.none")


def test_chances_stand_with_their_sites_and_excluded_ones_have_none(board):
    now = live(board.result, ground_of(board.result), board.result.scenario)
    arrays = numbers(board, now.ranking, now.places)
    assert (arrays["p_top"][now.places.rows] == now.places.p_top).all()
    assert (arrays["p_first"][arrays["rank"] == 0] == 0).all()
    assert (numbers(board, now.ranking)["p_top"] == 0).all()


def test_the_share_only_a_visit_can_tell_follows_the_weights(board):
    own = of_study(board)
    assert visit_share(board, board.result.ranking) == pytest.approx(board.survey_only_share)
    safe = rerank(board, groups={"benefit": 0, "safety": 100}, weights=own.weights)
    asked = sum(
        c.weights["K"]
        for c in board.result.criteria
        if c.measure == "survey" and c.group == "safety"
    )
    assert visit_share(board, safe) == pytest.approx(asked / 45)


def test_facts_are_plain_json_in_both_languages(board):
    for lang in words.LANGUAGES:
        token = words.language.set(lang)
        try:
            found = json.loads(json.dumps(facts(board), allow_nan=False))
        finally:
            words.language.reset(token)
        assert found["lang"] == lang
        assert len(found["sites"]["id"]) == 60
        assert len(set(map(len, found["sites"].values()))) == 1


def test_every_sentence_the_browser_fills_in_stands_in_both_languages():
    for lang in words.LANGUAGES:
        missing = {*TEXTS, *WEIGHT_TEXTS} - set(words.sentences(lang))
        assert missing == set()


def test_a_slider_has_room_above_the_largest_weight():
    assert [most(0, 14), most(14, 14), most(34, 34), most(0, 1)] == [25, 25, 55, 10]

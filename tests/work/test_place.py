"""One site on one page: its parts sum to its score, its evidence is in order, roles see their own."""

import base64
import dataclasses
import io
import json
import re

import numpy as np
import pytest
from PIL import Image
from returned import good, submission, web_file

from geo.errors import InputError, NotAllowedError
from work.board import open_board
from work.close_map import NEAR_M, close_map, neighbours
from work.collecting import collect
from work.living import comment, take_step
from work.place import parts, site_page
from work.roles import Actor, Role, acting_as


@pytest.fixture(scope="module")
def board(small_demo):
    return open_board(small_demo)


@pytest.fixture
def first(board):
    return board.result.candidates.ids[int(board.result.ranking.order[0])]


def page_of(text):
    """Read the data of a map page."""
    found = re.search(r'id="tapak-data">(.*?)</script>', text, re.DOTALL)
    return json.loads(found[1])


def test_the_parts_of_every_site_sum_to_its_score_and_its_weight(board):
    result = board.result
    for k, i in enumerate(result.ranking.order.tolist()):
        told = parts(result, i)
        given = sum(part["given"] for part in told)
        assert given == pytest.approx(float(result.ranking.scores.score[k]), abs=1e-9)
        assert sum(part["possible"] for part in told) == pytest.approx(1.0)
        assert all(0 <= part["given"] <= part["possible"] + 1e-12 for part in told)
        groups = [part["group"] for part in told]
        assert groups == sorted(groups)


def test_what_nobody_knows_is_marked_as_assumed(board, first):
    told = site_page(board, first)
    i = board.result.candidates.ids.index(first)
    unknown = {
        c.key for k, c in enumerate(board.result.criteria) if board.result.matrix.unknown[i, k]
    }
    assert unknown
    assert {part["key"] for part in told["parts"] if part["unknown"]} == unknown
    assert {row["criterion"] for row in told["evidence"] if row["value"] is None} >= unknown
    asked = next(row for row in told["evidence"] if row["criterion"] == "work_safety")
    assert "pertanyaan 14" in asked["source"]


def test_evidence_tells_registers_before_maps_and_the_unknown_last(board, first):
    rows = site_page(board, first)["evidence"]
    place = {"survey": 0, "agency": 1, "register": 2, "desk": 3, "": 4}
    order = [place[row["origin"]] for row in rows]
    assert order == sorted(order)
    people = next(row for row in rows if row["criterion"] == "population_served")
    assert people["value"].endswith(" orang")
    assert people["sd"].startswith("± ")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", people["when"])


def test_an_excluded_site_tells_its_reason_and_has_no_parts(board):
    out = board.result.judgement.excluded[0]
    told = site_page(board, out.candidate)
    assert told["parts"] == []
    assert told["rank"] == 0
    assert told["reason"]
    assert told["flip"] == ""
    shut = [gate["code"] for gate in told["gates"] if gate["state"] == "shut"]
    assert shut == ([out.gate] if out.gate else [])


def test_a_site_among_the_first_ten_needs_no_lift_and_others_are_told_theirs(board, first):
    assert site_page(board, first)["in_top"]
    late = board.result.candidates.ids[int(board.result.ranking.order[-1])]
    told = site_page(board, late)
    assert not told["in_top"]
    assert all("10 besar" in line for line in told["lifts"])


def test_neighbours_are_those_within_the_distance_and_no_others(board, first):
    found = neighbours(board, first)
    places = board.inputs.layers.metric("places")
    i = board.result.candidates.ids.index(first)
    away = places.distance(board.result.candidates.points.iloc[i])
    kinds = {"school", "kindergarten", "bar", "prison", "puskesmas", "hospital", "health",
             "place_of_worship", "bus_stop", "terminal", "orphanage", "gambling"}  # fmt: skip
    expected = away[places["kind"].isin(kinds) & (away <= NEAR_M)]
    np.testing.assert_allclose(found["distance_m"], np.sort(expected.to_numpy()))


def test_steps_and_comments_stand_on_the_page_and_ask_for_what_they_need(study):
    board = open_board(study)
    site = board.result.candidates.ids[int(board.result.ranking.order[0])]
    take_step(study, site, "bersedia")
    comment(study, site, "Pagar perlu dibetulkan")
    told = site_page(board, site)
    assert told["life"]["state"] == "bersedia"
    asks = {step["state"]: (step["why"], step["agreement"]) for step in told["steps"]}
    assert asks["approved"] == (False, True)
    assert asks["refused"] == (True, False)
    assert [c["said"] for c in told["comments"]] == ["Pagar perlu dibetulkan"]
    assert {event["after"] if isinstance(event["after"], str) else event["after"]["state"]
            for event in told["history"]} == {"Pagar perlu dibetulkan", "bersedia"}  # fmt: skip
    agency = str(board.result.candidates.frame.set_index("id").loc[site, "agency"])
    with acting_as(Actor(name="Dinas", role=Role.AGENCY, agency=agency)):
        seen = site_page(board, site)
    assert seen["history"] == []
    assert seen["life"]["state"] == "bersedia"
    with (
        acting_as(Actor(name="Lain", role=Role.AGENCY, agency="Dinas Lain")),
        pytest.raises(NotAllowedError),
    ):
        site_page(board, site)


def test_a_site_there_is_not_is_refused(board):
    with pytest.raises(InputError) as fault:
        site_page(board, "p-tiada")
    assert fault.value.code == "why.not_found"


def test_the_close_map_holds_what_lies_near_and_nothing_far(board, first):
    told = page_of(close_map(board, first))
    i = board.result.candidates.ids.index(first)
    at = board.result.candidates.points.iloc[[i]].to_crs(4326).iloc[0]
    assert told["focus"]["radius"] == NEAR_M
    assert told["focus"]["at"] == pytest.approx([at.x * 1e6, at.y * 1e6], abs=1)
    drawn = np.array([xy for xy in told["sites"]["at"] if xy]) / 1e6
    assert np.abs(drawn - [at.x, at.y]).max() < 0.03
    assert len(drawn) < len(board.result.candidates.ids)
    titles = {layer["title"] for layer in told["layers"]}
    assert {"Jalan", "Tempat di sekitar"} <= titles
    assert any("ongsor" in title for title in titles)
    shown = {layer["title"] for layer in told["layers"] if layer["shown"]}
    assert "Jalan" in shown


def test_a_site_nobody_can_place_has_no_close_map(board):
    points = board.result.candidates.points.copy()
    frame = board.result.candidates.frame.assign(geometry=None)
    lost = dataclasses.replace(board.result.candidates, frame=frame.set_geometry(points))
    lost.frame.loc[lost.frame.index[0], "geometry"] = None
    moved = dataclasses.replace(board, result=dataclasses.replace(board.result, candidates=lost))
    assert close_map(moved, lost.ids[0]) is None
    assert len(neighbours(moved, lost.ids[0])) == 0


def test_a_visit_stands_first_in_the_evidence_with_its_photos(study, tmp_path):
    site = open_board(study).result.candidates.ids[0]
    out = io.BytesIO()
    Image.new("RGB", (1600, 1200), (40, 90, 140)).save(out, "JPEG")
    picture = "data:image/jpeg;base64," + base64.b64encode(out.getvalue()).decode()
    one = submission("u-1", site, answers=good(q03_depan="q03_depan.jpg"))
    told = {"photos": {"q03_depan.jpg": picture}}
    collect(study, web_file(tmp_path / "pulang.json", one | told))
    page = site_page(open_board(study), site)
    assert page["evidence"][0]["origin"] == "survey"
    assert page["evidence"][0]["by"]
    assert len(page["visits"]) == 1
    taken = [photo["sha256"] for photo in page["visits"][0]["photos"]]
    assert set(page["photos"]) == set(taken)
    assert page["visits"][0]["photos"][0]["title"] == "Foto tampak depan"
    with Image.open(io.BytesIO(page["photos"][taken[0]])) as small:
        assert small.size == (720, 540)

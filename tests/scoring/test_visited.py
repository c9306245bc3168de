"""Resolving what visits told with what the desk knew: fuse, replace, raise, categories."""

import numpy as np
import pandas as pd
import pytest

from scoring.criteria import load_catalogue
from scoring.evidence import resolve
from scoring.visited import AS_LISTED

CATALOGUE = load_catalogue()


def row(criterion, value=np.nan, *, category="", sd=0.6, origin="survey", link="fuse", who="a",
        site="p-0", when="2026-11-24T00:00:00Z", name="1"):  # fmt: skip
    return {
        "candidate": site, "criterion": criterion, "value": value, "category": category, "sd": sd,
        "unit": "", "origin": origin, "source": name, "layer": "", "taken_at": when, "by": who,
        "link": link, "surveyor": who, "submission": name, "question": "1",
    }  # fmt: skip


def resolved(criterion, *told):
    found = resolve(pd.DataFrame(told), ["p-0", "p-1"], [CATALOGUE.criteria[criterion]], letter="K")
    return found.mean[0, 0], found.sd[0, 0]


def test_a_number_is_fused_with_the_desk_and_replaced_where_the_question_says_so():
    desk = row("supervision", 0.87, sd=0.2, origin="register", who="")
    mean, sd = resolved("supervision", desk, row("supervision", 0.95, sd=0.05))
    noise = 0.05**2 + (0.05 * 0.95) ** 2  # σ² and τ², which is 5 % of the median answer
    assert mean == pytest.approx((0.87 / 0.04 + 0.95 / noise) / (1 / 0.04 + 1 / noise))
    assert sd < 0.2
    desk = row("labour_need", 5, sd=1, origin="register", who="", link="replace")
    mean, _ = resolved("labour_need", desk, row("labour_need", 20, sd=2, link="replace"))
    assert mean == pytest.approx(20)


def test_several_replacing_visits_are_fused_among_themselves():
    told = [row("labour_need", v, sd=2, link="replace", who=w) for v, w in ((20, "a"), (24, "b"))]
    desk = row("labour_need", 400, sd=1, origin="register", who="", link="replace")
    mean, _ = resolved("labour_need", desk, *told)
    assert mean == pytest.approx(22)


@pytest.mark.parametrize(
    ("mapped", "said", "stands"), [(0.2, 0.9, 0.9), (0.95, 0.66, 0.95), (None, 0.66, 0.66)]
)
def test_a_visit_raises_a_mapped_hazard_and_never_lowers_it(mapped, said, stands):
    desk = [] if mapped is None else [row("landslide", mapped, sd=0.1, origin="desk", link="raise")]
    told = [row("landslide", v, sd=0.1, link="raise", who=w) for v, w in ((said, "a"), (0.1, "b"))]
    assert resolved("landslide", *desk, *told)[0] == stands


def test_a_kind_found_otherwise_outweighs_the_list_and_a_confirmation_strengthens_it():
    desk = row("institution_kind", category="school", sd=0.0, origin="desk", who="")
    other = row("institution_kind", category="market", sd=0.0)
    same = row("institution_kind", category=AS_LISTED, sd=0.0, who="b")
    assert resolved("institution_kind", desk, other)[0] == pytest.approx((0.5 + 0.5) / 1.5)
    assert resolved("institution_kind", desk, other, same)[0] == pytest.approx((1.5 + 0.5) / 2.5)
    assert resolved("institution_kind", desk, same) == (1.0, 0.0)
    nothing = row("institution_kind", category="business", sd=0.0)
    assert resolved("institution_kind", desk, nothing)[0] == pytest.approx(0.5 / 1.5)
    assert np.isnan(resolved("institution_kind", same)[0])


def test_of_one_surveyor_s_answers_the_latest_stands_in_any_order():
    told = [row("dignity", 2, name="9"), row("dignity", 5, when="2026-11-25T00:00:00Z", name="2")]
    assert resolved("dignity", *told) == resolved("dignity", *reversed(told))
    assert resolved("dignity", *told)[0] == pytest.approx(5)


def test_what_is_fused_stays_on_its_scale():
    told = [row("dignity", 5, who=w) for w in "ab"]
    low = [row("dignity", 1, who="a", site="p-1"), row("dignity", 5, who="b", site="p-1")]
    assert resolved("dignity", *told, *low)[0] <= 5


def test_a_telephone_call_is_weighed_like_a_visit():
    told = row("dignity", 4), row("dignity", 2, origin="telephone", who="b")
    assert resolved("dignity", *told)[0] == pytest.approx(3)

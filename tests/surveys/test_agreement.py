"""Krippendorff's α against its author's own numbers; leaning surveyors found out."""

import numpy as np
import pandas as pd
import pytest

from scoring.criteria import load_catalogue
from scoring.evidence import resolve
from surveys.agreement import agreement, krippendorff_alpha, surveyor_bias

_ = np.nan
PUBLISHED = [  # Krippendorff (2011), section C: four observers, twelve units, missing data
    [1, 2, 3, 3, 2, 1, 4, 1, 2, _, _, _],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _, 3],
    [_, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, _],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _],
]
CATALOGUE = load_catalogue()
DIGNITY = (CATALOGUE.criteria["dignity"],)


@pytest.mark.parametrize(
    ("level", "published"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)]
)
def test_alpha_equals_the_published_example(level, published):
    assert krippendorff_alpha(PUBLISHED, level) == pytest.approx(published, abs=0.0005)


def test_alpha_of_two_observers_of_binary_data_equals_the_published_example():
    one = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0]
    other = [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    assert krippendorff_alpha([one, other], "nominal") == pytest.approx(0.095, abs=0.0005)


def test_alpha_is_unknown_where_nothing_was_visited_twice_or_all_agree_on_one_value():
    assert np.isnan(krippendorff_alpha([[1, _], [_, 2]]))
    assert np.isnan(krippendorff_alpha([[3, 3], [3, 3]]))
    assert krippendorff_alpha([[1, 5], [1, 5]]) == pytest.approx(1)


def told(rows):
    frame = pd.DataFrame(rows, columns=["candidate", "surveyor", "value"])
    return frame.assign(
        criterion="dignity", category="", sd=0.6, unit="scale_1_5", origin="survey", source="",
        layer="", taken_at="", by="", link="fuse", submission="", question="20",
    )  # fmt: skip


def test_a_surveyor_who_says_one_more_than_the_others_is_found_out():
    rng = np.random.default_rng(2)
    truth = rng.uniform(2, 4, 60)
    ids = [f"p-{i:02d}" for i in range(60)]
    rows = [(ids[i], s, truth[i] + lean + rng.normal(0, 0.3))
            for i in range(60) for s, lean in (("a", 0.0), ("b", 1.0))]  # fmt: skip
    evidence = told(rows)
    desk = resolve(evidence.iloc[:0], ids, DIGNITY, letter="K")
    found = surveyor_bias(evidence, DIGNITY, desk=desk).set_index("surveyor")
    assert found.loc["b", "bias"] - found.loc["a", "bias"] == pytest.approx(0.9, abs=0.15)
    assert (found["answers"] == 60).all()
    assert (found["sd"] > 0).all()
    report = agreement(evidence, DIGNITY)
    assert report.loc[0, "sites"] == 60
    assert report.loc[0, "alpha"] < 0.8


def test_no_visits_no_report():
    evidence = told([])
    desk = resolve(evidence, ["p-0"], DIGNITY, letter="K")
    assert surveyor_bias(evidence, DIGNITY, desk=desk).empty
    assert agreement(evidence, DIGNITY).empty

"""The national page and brief: areas beside their people, files to take, a brief made again."""

import io
import json

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as some

from data.settings import parse_settings
from data.settings_check import SettingsError
from geo.errors import NotAllowedError, StudyError
from scoring.nation import gini, least_served
from work.access_log import accesses
from work.nation import rank_nation
from work.nation_brief import brief_facts, terms_of, terms_read, write_brief
from work.nation_facts import areas, equity, overlapping, place_text
from work.nation_held import open_nation, ranked, results_sha256
from work.nation_study import nation_folder
from work.nation_take import csv_bytes, nation_bytes
from work.roles import Actor, Role, acting_as
from work.verify_file import verify_file


@pytest.fixture(scope="module")
def out(nation_results):
    return nation_results


@pytest.fixture
def own(nations, out, tmp_path):
    """A copy of the results for a test that changes them."""
    return nations.copied(out, tmp_path)


def test_half_of_the_people_hold_half_where_all_is_even_and_nothing_where_one_holds_all():
    assert least_served(np.array([5.0, 15.0]), np.array([1.0, 3.0])) == pytest.approx(0.5)
    assert least_served(np.array([0.0, 0.0, 9.0]), np.array([4.0, 4.0, 2.0])) == 0.0
    # half of the people: all of the first place (1 of 10) and a quarter of the second (9 of 10)
    assert least_served(np.array([1.0, 9.0]), np.array([2.0, 4.0])) == pytest.approx(0.1 + 0.225)


@given(some.lists(some.tuples(some.integers(0, 99), some.integers(1, 999)), min_size=1, max_size=9))
def test_the_least_served_never_hold_more_than_their_part(places):
    held, people = (np.array(x, dtype=float) for x in zip(*places, strict=True))
    if held.sum() == 0:
        assert np.isnan(least_served(held, people))
        return
    share = least_served(held, people)
    assert -1e-12 <= share <= 0.5 + 1e-12
    assert share <= 0.5 - gini(held, people) / 4 + 1e-9  # the curve is convex


def test_areas_count_what_the_ranking_holds(nations, own):
    nations.change(own, "b", people=None)
    nation = open_nation(own)
    now = ranked(nation, weights={}, groups={})
    told = areas(nation, now, top=10)
    whole = rank_nation(own, top=10_000)
    assert [one["study"] for one in told] == ["a", "b", "c"]
    for one in told:
        sites = [s for s in whole["sites"] if s["study"] == one["study"]]
        assert one["sites"] == len(sites)
        assert one["best_rank"] == min(s["rank"] for s in sites)
        assert one["in_top"] == sum(s["rank"] <= 10 for s in sites)
        assert one["regencies"] == sorted({s["regency"] for s in sites} - {""})
    assert sum(one["excluded"] for one in told) == whole["counts"]["excluded"]
    assert (told[1]["people"], told[1]["per_100k"]) == (None, None)
    assert told[0]["per_100k"] == pytest.approx(
        1e5 * told[0]["sites"] / told[0]["people"], rel=1e-4
    )
    assert [one["study"] for one in equity(told)["studies"]] == ["a", "c"]
    assert equity(told)["least_half"] == pytest.approx(0.5)
    first, *rest = whole["sites"]
    assert overlapping(now) == sum(s["high"] >= first["low"] for s in rest)


def test_places_are_told_by_code_and_province():
    assert place_text(["33.04", "33.05"], "x") == "33.04, 33.05 Jawa Tengah"
    assert place_text(["34.01", "33.05"], "x") == "34.01, 33.05 DI Yogyakarta, Jawa Tengah"
    assert place_text(["00.01"], "x") == "00.01 00"
    assert place_text([], "bapas") == "bapas"


def test_study_toml_names_the_results(nations, study, out):
    assert nation_folder(study) is None
    nations.shows(study, out)
    assert nation_folder(study) == out
    text = 'name = "x"\n[nation]\nresults = "../hasil"\n'
    assert parse_settings(text).nation_results == "../hasil"
    for wrong in ("results = 3", 'hasil = "x"'):
        with pytest.raises(SettingsError) as fault:
            parse_settings(f'name = "x"\n[nation]\n{wrong}\n')
        assert fault.value.faults[0].line == 3
    with pytest.raises(StudyError) as none:
        results_sha256(study / "tidak-ada")
    assert none.value.code == "nation.no_results"


def test_a_brief_is_written_once_and_checked_against_the_results(
    nations, own, study, tmp_path, support
):
    path = tmp_path / "ringkasan.pdf"
    told = write_brief(own, path, weights=["client_access=12.5"], groups=["safety=60"], top=20)
    assert told["synthetic"]
    with pytest.raises(StudyError) as fault:
        write_brief(own, path)
    assert fault.value.code == "file.exists"
    again = write_brief(
        own, tmp_path / "b.pdf", weights=["client_access=12.5"], groups=["safety=60"], top=20
    )
    assert again["sha256"] == told["sha256"]
    assert verify_file(own, path)["state"] == "same"
    assert verify_file(nations.shows(study, own), path)["same"]
    text = support("pdf").text(path.read_bytes())
    first = rank_nation(own, weights=["client_access=12.5"], groups=["safety=60"])["sites"][0]
    assert f"{first['name']} (" in text
    signed = tmp_path / "tanda.pdf"
    signed.write_bytes(path.read_bytes() + b"% tanda tangan\n")
    assert verify_file(own, signed)["state"] == "appended"
    forged = tmp_path / "palsu.pdf"
    forged.write_bytes(path.read_bytes().replace(b"%%EOF", b"%%EOE"))
    assert verify_file(own, forged)["state"] == "differs"
    nations.change(own, "a", people=5)
    found = verify_file(own, path)
    assert {one["what"] for one in found["differs"]} == {"results", "document"}


def test_broken_results_are_one_sentence(own):
    def code(act):
        with pytest.raises(StudyError) as fault:
            act()
        return fault.value.code

    (own / "manifest.json").write_text("{", encoding="utf-8")
    told = {"weights": {}, "groups": {}, "top": 100, "lang": "id"}
    assert code(lambda: brief_facts(own, **told)) == "nation.broken"
    record = own / "done" / "a.json"
    whole = record.read_text(encoding="utf-8")
    record.write_text('{"programme": "kerja-sosial", "study": "a"}', encoding="utf-8")
    assert code(lambda: open_nation(own)) == "nation.broken"
    record.write_text(whole, encoding="utf-8")
    table = own / "nation.parquet"
    table.write_bytes(table.read_bytes()[:900])
    assert code(lambda: open_nation(own)) == "nation.broken"


def test_the_command_writes_the_brief_and_checks_it(own, tmp_path):
    from typer.testing import CliRunner

    from cli import app

    run, path = CliRunner().invoke, str(tmp_path / "a.pdf")
    told = json.loads(run(app, ["nation", str(own), "--brief", path, "--json"]).stdout)
    assert told["brief"]["results_sha256"] == results_sha256(own)
    again = run(app, ["nation", str(own), "--brief", path])
    assert again.exit_code != 0
    checked = run(app, ["verify", str(own), "--file", path])
    assert (checked.exit_code, checked.stdout[:5]) == (0, "Sama:")


@given(
    some.dictionaries(some.sampled_from(["labour_need", "flood"]), some.floats(0.001, 1e6)),
    some.dictionaries(some.sampled_from(["benefit", "safety"]), some.floats(0.001, 1e6)),
    some.integers(1, 10_000),
)
def test_terms_of_a_seal_read_back(weights, groups, top):
    told = terms_of(weights, groups, top=top)
    assert set(told) <= set("abcdefghijklmnopqrstuvwxyz_0123456789.:+-")
    read = terms_read(told)
    assert read[0] == pytest.approx(weights)
    assert read[1] == pytest.approx(groups)
    assert read[2] == top


def test_the_brief_leaves_out_what_does_not_compare_and_says_why(nations, own):
    nations.change(own, "c", basis={"thresholds": "lain"})
    found = brief_facts(own, weights={}, groups={}, top=100, lang="en")
    assert (found.lang, found.studies, found.synthetic) == ("en", 2, True)
    assert found.odd == (("c", "Does not compare: other thresholds of judgement."),)
    assert {area.name for area in found.areas} == {"a", "b"}


def test_files_are_taken_under_the_weights_shown_and_it_stands_on_record(nations, out, study):
    nations.shows(study, out)
    raw = nation_bytes(study, "parquet", {"client_access": 90.0}, {}, 100)
    table = pq.read_table(io.BytesIO(raw))
    told = rank_nation(out, weights=["client_access=90"], top=5)
    assert table["id"].to_pylist()[:5] == [s["id"] for s in told["sites"]]
    assert nation_bytes(study, "pdf", {}, {}, 100)[:5] == b"%PDF-"
    text = nation_bytes(study, "csv", {}, {}, 100)
    assert text.startswith(b"\xef\xbb\xbf")
    assert pyarrow.csv.read_csv(io.BytesIO(text)).num_rows == table.num_rows
    assert b"<html" in nation_bytes(study, "html", {}, {}, 100)
    taken = [one["subject"] for one in accesses(study)["accesses"]]
    names = ["peta-nasional-id.html", "peringkat-nasional.csv", "ringkasan-nasional-id.pdf"]
    assert taken[:4] == [*names, "peringkat-nasional.parquet"]


def test_no_name_becomes_a_formula():
    names = ["=1+1", "+62", "-5", "@x", "SD 1", '"; =2', None]
    raw = csv_bytes(pa.table({"name": names, "score": [-0.5] * 7}))
    read = pyarrow.csv.read_csv(io.BytesIO(raw), convert_options=pyarrow.csv.ConvertOptions())
    assert read["name"].to_pylist()[:5] == ["'=1+1", "'+62", "'-5", "'@x", "SD 1"]
    assert read["score"].to_pylist() == [-0.5] * 7


def test_whoever_may_not_report_takes_nothing(nations, out, study, tmp_path):
    nations.shows(study, out)
    for role in (Role.SURVEYOR, Role.AGENCY, Role.PUBLIC):
        with acting_as(Actor(name="x", role=role)):
            with pytest.raises(NotAllowedError):
                nation_bytes(study, "csv", {}, {}, 100)
            with pytest.raises(NotAllowedError):
                write_brief(out, tmp_path / "x.pdf")
    with acting_as(Actor(name="x", role=Role.AGENCY)), pytest.raises(NotAllowedError):
        open_nation(out)

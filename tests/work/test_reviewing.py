"""Review: what is doubtful is said, what is impossible waits, and a person decides by name."""

import base64
from dataclasses import replace

import pytest
from returned import good, submission, web_file
from visits_made import visit

from data.workspace import open_study
from geo.errors import InputError, TapakError, UsageError
from surveys.questions import spec
from surveys.review import Arrival, Ground, Photo, away_m, compare, review
from work.collecting import collect
from work.judging import judge_response, judged_lines, waiting, waiting_lines

HERE = (109.694512, -7.397123)
VERSION = spec("kerja-sosial").version
GROUND = Ground(
    sites={"p-0001": HERE, "p-0002": (109.8, -7.5), "p-0003": None},
    bounds=(95.0, -11.0, 141.1, 6.1),
    now="2026-11-24T09:00:00Z",
    forms={VERSION: "2026-11-20T00:00:00Z", "0ld": "2026-10-01T00:00:00Z"},
)


def codes(*arrivals):
    given = [a if isinstance(a, Arrival) else Arrival(response=a) for a in arrivals]
    both = zip(review(given, GROUND), compare(given), strict=True)
    found = [(*own, *compared) for own, compared in both]
    return [[(f.code.removeprefix("review."), f.severity) for f in one] for one in found]


def moved(metres):
    lon = HERE[0] + metres / away_m(HERE, (HERE[0] + 1, HERE[1]))
    return replace(visit(), position=(lon, HERE[1]))


def test_a_plain_visit_has_no_finding():
    assert codes(visit()) == [[]]


@pytest.mark.parametrize(
    ("metres", "accuracy_m", "expected"),
    [
        (250, 6.0, []),
        (300, 6.0, [("far", "warn")]),
        (300, 77.0, [("accuracy", "warn")]),
        (300, 0.0, [("placed_by_hand", "info"), ("far", "warn")]),
        (280, None, []),
        (1800, 6.0, [("far", "warn")]),
        (5100, 6.0, [("far", "stop")]),
    ],
)
def test_distance_is_judged_against_the_stated_accuracy(metres, accuracy_m, expected):
    assert codes(replace(moved(metres), accuracy_m=accuracy_m)) == [expected]


def test_a_place_outside_the_study_or_unknown_to_it_waits():
    outside = replace(visit(), position=(-19.9, -7.4))
    assert codes(outside) == [[("outside", "stop")]]
    assert codes(replace(visit(), candidate="p-9")) == [[("site_unknown", "stop")]]
    assert codes(replace(visit(), candidate="p-0003")) == [[]]
    assert codes(Arrival(response=visit(), mark="deleted")) == [[("deleted_there", "stop")]]


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2026-11-24T09:00:00+07:00", "2026-11-24T08:59:00+07:00", [("ends_first", "warn")]),
        ("2026-11-24T09:00:00+07:00", "2026-11-24T09:09:00+07:00", [("fast", "warn")]),
        ("2026-11-24T09:00:00+07:00", "2026-11-24T09:10:00+07:00", []),
        ("2026-11-24T18:00:00+07:00", "2026-11-24T18:45:00+07:00", []),
        ("2036-11-24T18:00:00+07:00", "2036-11-24T18:45:00+07:00", [("future", "stop")]),
        ("2026-01-01T09:00:00+07:00", "2026-01-01T09:45:00+07:00", [("before_form", "warn")]),
        ("kemarin", "", [("time_unreadable", "warn")]),
        ("", "", []),
    ],
)
def test_clocks_are_checked(start, end, expected):
    assert codes(replace(visit(), started_at=start, ended_at=end)) == [expected]


def test_a_bare_waypoint_is_not_too_fast():
    one = visit(keep={"q01"}, header={"ended_at": "2026-11-24T09:00:00+07:00"})
    assert codes(one) == [[]]


def test_form_versions_drift_quietly_when_a_pack_carried_them():
    assert codes(replace(visit(), form_version="0ld")) == [[("form_version", "info")]]
    assert codes(replace(visit(), form_version="x")) == [[("form_version", "warn")]]


def test_photos_speak_only_when_they_say_something():
    silent = Photo(name="a.jpg", sha256="1")
    near = Photo(name="b.jpg", sha256="2", lon=HERE[0], lat=HERE[1], taken_at="2026-11-24T09:20")
    far = Photo(name="c.jpg", sha256="3", lon=110.0, lat=-7.4)
    late = Photo(name="d.jpg", sha256="4", taken_at="2026-11-20T09:20:00")
    assert codes(Arrival(response=visit(), photos=(silent, near))) == [[]]
    found = codes(Arrival(response=visit(), photos=(far, late)))
    assert found == [[("photo_far", "warn"), ("photo_time", "warn")]]
    other = replace(visit(), id="2", surveyor="S-2")
    both = [Arrival(response=r, photos=(silent,)) for r in (visit(), other)]
    assert codes(*both) == [[("photo_twice", "warn")]] * 2
    unsent = [replace(a, photos=(replace(silent, sha256=""),)) for a in both]
    assert codes(*unsent) == [[], []]


def test_one_surveyor_in_two_places_at_once_is_said_of_both():
    there = replace(visit(), id="2", candidate="p-0002", position=None)
    assert codes(visit(), there) == [[("two_places", "warn")]] * 2
    assert codes(visit(), replace(there, surveyor="S-2")) == [[], []]
    later = {"started_at": "2026-11-24T09:45:00+07:00", "ended_at": "2026-11-24T10:30:00+07:00"}
    assert codes(visit(), replace(there, **later)) == [[], []]
    assert codes(visit(), replace(visit(), id="3")) == [[("twin", "warn")]] * 2


@pytest.fixture
def site(study):
    with open_study(study) as opened:
        sites = opened.store.candidates()
    return str(sites.loc[sites["has_point"], "id"].iloc[0])


def rows(folder):
    with open_study(folder) as opened:
        return [r.status for r in opened.store.responses()], opened.store.verdicts()


def conflict(study, site, tmp_path):
    for n in (4, 5):
        collect(study, web_file(tmp_path / f"{n}.json", submission("u", site, answers=good(q06=n))))
    return [row["version"] for row in waiting(study)["responses"]]


def test_accepting_one_side_of_a_conflict_makes_it_stand_and_says_who_and_when(
    study, site, tmp_path
):
    versions = conflict(study, site, tmp_path)
    assert versions == ["u@1", "u@2"]
    listed = waiting(study)["responses"]
    assert {(r["id"], r["site"], r["status"]) for r in listed} == {("u", site, "conflict")}
    assert {f["severity"] for row in listed for f in row["findings"]} == {"stop"}
    assert all(any(v in line for line in waiting_lines(waiting(study))) for v in versions)
    told = judge_response(study, "accept", "u@2", why="yang kedua benar", by="Sari")
    assert (told["status"], told["by"]) == ("accepted", "Sari")
    status, (verdict,) = rows(study)
    assert status == ["superseded", "accepted"]
    assert (verdict.by, verdict.why, verdict.at) == ("Sari", "yang kedua benar", told["at"])
    assert told["at"].endswith("+00:00")
    assert waiting(study) == {"responses": []}
    assert judged_lines(told)[0].count("Sari") == 1


def test_rejecting_one_side_of_a_conflict_lets_the_other_stand(study, site, tmp_path):
    conflict(study, site, tmp_path)
    judge_response(study, "reject", "u@1", by="Sari")
    assert rows(study)[0] == ["rejected", "accepted"]
    for n in (4, 5):  # what a person decided is not undone by the same files again
        assert collect(study, str(tmp_path / f"{n}.json"))["duplicates"] == 1
    assert rows(study)[0] == ["rejected", "accepted"]
    third = submission("u", site, answers=good(q06=6))
    assert collect(study, web_file(tmp_path / "6.json", third))["conflicts"] == 1
    assert rows(study)[0] == ["rejected", "conflict", "conflict"]


def test_a_conflict_has_to_be_named_by_its_version_and_an_older_one_does_not_beat_a_newer(
    study, site, tmp_path
):
    conflict(study, site, tmp_path)
    with pytest.raises(InputError, match="u@1, u@2"):
        judge_response(study, "accept", "u")
    newer = submission("u", site, answers=good(q06=9), revision=1)
    assert collect(study, web_file(tmp_path / "n.json", newer))["superseded"] == 2
    with pytest.raises(InputError, match="u@3"):
        judge_response(study, "accept", "u@1")
    assert rows(study)[0] == ["superseded", "superseded", "accepted"]


def test_a_photo_used_for_two_places_is_told_of_both_also_after_weeks(study, tmp_path):
    with open_study(study) as opened:
        sites = opened.store.candidates()
    picture = "data:image/jpeg;base64," + base64.b64encode(b"\xff\xd8\xff one picture").decode()
    for n, site in enumerate(sites["id"].head(2)):
        one = submission(f"u-{n}", site, answers=good(q03_depan="d.jpg"))
        collect(study, web_file(tmp_path / f"{n}.json", one | {"photos": {"d.jpg": picture}}))
    told = waiting(study)["responses"]
    assert [r["id"] for r in told] == ["u-0", "u-1"]
    assert "u-1" in told[0]["findings"][0]["what"]
    assert "u-0" in told[1]["findings"][0]["what"]


def test_what_was_rejected_is_kept_and_an_edit_of_it_is_taken_again(study, site, tmp_path):
    away = submission("u", site, answers=good(), lonlat=(10.0, 50.0))
    collect(study, web_file(tmp_path / "a.json", away))
    assert rows(study)[0] == ["review"]
    judge_response(study, "ask", "u", why="rekam ulang titiknya", by="Sari")
    assert waiting(study)["responses"][0]["asked"] == "rekam ulang titiknya"
    judge_response(study, "reject", "u", by="Sari")
    assert collect(study, web_file(tmp_path / "a.json", away))["duplicates"] == 1
    assert rows(study)[0] == ["rejected"]
    mended = submission("u", site, answers=good(), revision=1)
    assert collect(study, web_file(tmp_path / "b.json", mended))["accepted"] == 1
    assert rows(study)[0] == ["superseded", "accepted"]


def test_a_warning_is_listed_until_somebody_looked(study, site, tmp_path):
    fast = submission("u", site, answers=good(), ended_at="2026-11-20T09:04:00+07:00")
    collect(study, web_file(tmp_path / "a.json", fast))
    assert [r["status"] for r in waiting(study)["responses"]] == ["accepted"]
    assert any("4" in line for line in waiting_lines(waiting(study)))
    judge_response(study, "accept", "u")
    assert waiting(study)["responses"] == []
    assert rows(study)[1][0].by


def test_a_wrong_request_is_one_plain_sentence(study, tmp_path):
    with pytest.raises(InputError):
        judge_response(study, "accept", "tidak-ada")
    with pytest.raises(UsageError, match="hapus"):
        judge_response(study, "hapus", "")
    collect(study, web_file(tmp_path / "a.json", submission("u", "bukan-lokasi")))
    with pytest.raises(TapakError) as fault:
        judge_response(study, "accept", "u")
    assert len(str(fault.value).splitlines()) == 1
    assert rows(study)[0] == ["review"]

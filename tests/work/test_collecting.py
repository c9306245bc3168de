"""`tapak collect`: every submission once, edits over what they edit, nothing lost, nothing guessed."""

import hashlib
import json
import time
from dataclasses import replace
from pathlib import Path

import pytest
from returned import good, submission, web_file

from data.workspace import open_study
from geo.errors import InputError, TapakError
from surveys.gpx import gpx_bytes
from surveys.kmz import kmz_bytes
from surveys.questions import spec
from surveys.sites import PackInput, PackSite
from work.collecting import collect, collected_lines


@pytest.fixture
def points(study):
    with open_study(study) as opened:
        sites = opened.store.candidates()
    sites = sites.loc[sites["has_point"]]
    return {s: (p.x, p.y) for s, p in zip(sites["id"], sites.geometry, strict=True)}


def statuses(folder):
    with open_study(folder) as opened:
        return [(r.id, r.status, r.edits) for r in opened.store.responses()]


def three(points, **told):
    return [
        submission(f"u-{n}", s, answers=good(), lonlat=points[s], **told)
        for n, s in enumerate(list(points)[:3])
    ]


def test_three_sites_from_a_web_form_s_file_arrive_exactly_once(study, points, tmp_path):
    source = web_file(tmp_path / "kiriman.json", *three(points))
    first = collect(study, source)
    assert {n: first[n] for n in list(first)[:4]} == {
        "accepted": 3,
        "duplicates": 0,
        "superseded": 0,
        "conflicts": 0,
    }
    assert first["rejected"] == []
    again = collect(study, source)
    assert (again["accepted"], again["duplicates"], again["review"]) == (0, 3, [])
    assert len(statuses(study)) == 3
    raw = Path(source).read_bytes()
    kept = study / "inputs" / "returns" / hashlib.sha256(raw).hexdigest()
    assert kept.read_bytes() == raw


def test_one_file_may_tell_a_visit_twice_and_a_saved_phone_each_visit_again(
    study, points, tmp_path
):
    one, two, three_ = three(points)
    collect(study, web_file(tmp_path / "a.json", one))
    told = collect(study, web_file(tmp_path / "b.json", one, two, two))
    assert (told["accepted"], told["duplicates"]) == (1, 2)
    told = collect(study, web_file(tmp_path / "c.json", one, two, three_))
    assert (told["accepted"], told["duplicates"]) == (1, 2)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2), (2, 0, 1)])
def test_of_edits_the_last_stands_whatever_arrives_first_and_every_one_is_kept(
    study, points, tmp_path, order
):
    site = next(iter(points))
    for n in order:
        one = submission("u-1", site, answers=good(q06=10 + n), revision=n)
        collect(study, web_file(tmp_path / f"{n}.json", one))
    assert sorted(statuses(study), key=lambda r: r[2]) == [
        ("u-1", "superseded", 0),
        ("u-1", "superseded", 1),
        ("u-1", "accepted", 2),
    ]


def test_an_edit_in_one_file_supersedes_inside_it_and_is_counted(study, points, tmp_path):
    site = next(iter(points))
    both = [submission("u-1", site, answers=good(q06=n), revision=n) for n in (0, 1)]
    told = collect(study, web_file(tmp_path / "a.json", *both))
    assert (told["accepted"], told["superseded"]) == (2, 1)
    assert statuses(study) == [("u-1", "superseded", 0), ("u-1", "accepted", 1)]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_an_edit_that_is_stopped_leaves_what_stands(study, points, tmp_path, order):
    site = next(iter(points))
    both = [
        submission("u-1", site, answers=good()),
        submission("u-1", site, answers=good(), lonlat=(10.0, 50.0), revision=1),
    ]
    for n in order:
        collect(study, web_file(tmp_path / f"{n}.json", both[n]))
    assert sorted(statuses(study)) == [("u-1", "accepted", 0), ("u-1", "review", 1)]


def test_other_content_without_an_edit_waits_as_a_conflict(study, points, tmp_path):
    site = next(iter(points))
    for n in (4, 5):
        one = submission("u-1", site, answers=good(q06=n))
        told = collect(study, web_file(tmp_path / f"{n}.json", one))
    assert (told["accepted"], told["conflicts"]) == (0, 1)
    assert ("u-1", site, "stop") in [(r["id"], r["site"], r["severity"]) for r in told["review"]]
    assert [s for _, s, _ in statuses(study)] == ["conflict", "conflict"]


def test_what_a_row_does_not_say_is_told_with_its_row_and_a_way_out(study, points, tmp_path):
    lost = submission("u-1", "")
    nameless = submission("", next(iter(points)))
    told = collect(study, web_file(tmp_path / "a.json", lost, nameless, *three(points)))
    assert told["accepted"] == 3
    assert [r["row"] for r in told["rejected"]] == [1, 2]
    assert all(r["reason"] and r["fix"] for r in told["rejected"])


def test_an_answer_that_cannot_be_read_is_a_warning_never_a_guess(study, points, tmp_path):
    site = next(iter(points))
    one = submission("u-1", site, answers=good(q06="banyak"))
    told = collect(study, web_file(tmp_path / "a.json", one))
    assert told["accepted"] == 1
    assert [r["severity"] for r in told["review"]] == ["warn"]
    assert "banyak" in told["review"][0]["what"]
    with open_study(study) as opened:
        assert "q06" not in opened.store.responses()[0].answers


def test_waypoints_named_like_a_site_say_where_it_is(study, points, tmp_path):
    with open_study(study) as opened:
        sites = opened.store.candidates().set_index("id")
    site = next(s for s in points if (sites["name"] == sites.loc[s, "name"]).sum() == 1)
    lon, lat = points[site]
    path = tmp_path / "titik.gpx"
    path.write_text(
        '<gpx xmlns="http://www.topografix.com/GPX/1/1">'
        f'<wpt lat="{lat + 2e-5}" lon="{lon}"><name>{sites.loc[site, "name"]}</name></wpt></gpx>'
    )
    assert collect(study, str(path))["accepted"] == 1
    with open_study(study) as opened:
        assert opened.store.responses()[0].candidate == site


@pytest.mark.parametrize("write", [gpx_bytes, kmz_bytes])
def test_our_own_map_that_comes_back_untouched_is_no_visit(study, points, tmp_path, write):
    with open_study(study) as opened:
        sites = opened.store.candidates().set_index("id").loc[list(points)[:5]]
    carried = tuple(
        PackSite(id=s, name=row["name"], kind=row["kind"], kind_text="", agency="", address="",
                 desa="", kecamatan="", lon=row.geometry.x, lat=row.geometry.y, order=n, day=1)
        for n, (s, row) in enumerate(sites.iterrows(), start=1)
    )  # fmt: skip
    pack = PackInput(
        study_name="Kecil", programme="kerja-sosial", team="A", spec=spec("kerja-sosial"),
        sites=carried, valid_until="2026-12-01", form_version="0badcafe", pack_id="paket-1",
        route_lonlat={}, synthetic=False, emergency=(),
    )  # fmt: skip
    path = tmp_path / "peta"
    path.write_bytes(write(pack))
    with pytest.raises(InputError, match="5") as fault:
        collect(study, str(path))
    assert fault.value.code == "returns.own_map"
    assert statuses(study) == []
    assert not (study / "inputs" / "returns").exists()
    moved = replace(carried[0], lat=carried[0].lat + 3e-4)  # somebody dragged one of the marks
    path.write_bytes(write(replace(pack, sites=(moved, *carried[1:]))))
    told = collect(study, str(path))
    assert told["accepted"] == 1
    assert "4" in told["rejected"][0]["reason"]
    with open_study(study) as opened:
        assert [r.candidate for r in opened.store.responses()] == [moved.id]


def test_what_the_form_read_of_its_photos_is_reviewed(study, points, tmp_path):
    site = next(iter(points))
    lon, lat = points[site]
    facts = {
        "q03_depan.jpg": {"lon": lon + 0.05, "lat": lat, "taken_at": "2026-11-20T09:10:00+07:00"},
        "q03_jalan.jpg": {"taken_at": "2026-11-18T09:10:00+07:00"},
        "q03_kerja.jpg": {"lon": "x", "lat": None, "taken_at": 5},
    }
    answers = good(**{n.removesuffix(".jpg"): n for n in facts})
    one = submission("u-1", site, answers=answers, lonlat=points[site], photo_facts=facts)
    told = collect(study, web_file(tmp_path / "a.json", one))
    assert told["accepted"] == 1
    said = sorted(r["what"] for r in told["review"])
    assert len(said) == 2
    assert "q03_depan.jpg" in said[0]
    assert "q03_jalan.jpg" in said[1]
    with open_study(study) as opened:
        photos = {p["name"]: p for p in opened.store.responses()[0].photos}
    assert (photos["q03_depan.jpg"]["lon"], photos["q03_kerja.jpg"]["lon"]) == (lon + 0.05, None)


def test_visits_that_were_not_finished_are_told(study, points, tmp_path):
    draft = three(points)[0] | {"submission": "d-1", "draft": True}
    told = collect(study, web_file(tmp_path / "a.json", *three(points), drafts=[draft]))
    assert told["accepted"] == 3
    assert "1" in told["remarks"][0]["reason"]


def test_central_rows_of_two_form_versions_rejected_and_impossible_are_judged(
    study, points, tmp_path
):
    a, b, c = list(points)[:3]
    lon, lat = points[a]
    path = tmp_path / "central.csv"
    path.write_text(
        "visit-site,visit-q01-Latitude,visit-q01-Longitude,visit-q01-Accuracy,visit-q06,KEY,"
        "ReviewState,Edits,FormVersion\n"
        f"{a},{lat},{lon},77.0,10,uuid:a1,approved,0,v1\n"
        f"{b},{lat},-199,4.5,10,uuid:b1,,0,v2\n"
        f"{c},,,,10,uuid:c1,rejected,0,v2\n"
    )
    told = collect(study, str(path))
    assert told["accepted"] == 2
    found = {(r["id"], r["severity"]) for r in told["review"]}
    assert ("c1", "stop") in found
    assert ("b1", "warn") in found
    assert any(r["id"] == "a1" and "77" in r["what"] for r in told["review"])


def test_a_file_that_is_none_changes_nothing(study, tmp_path):
    path = tmp_path / "foto.json"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 64)
    with pytest.raises(TapakError) as fault:
        collect(study, str(path))
    assert len(str(fault.value).splitlines()) == 1
    assert statuses(study) == []
    assert not (study / "inputs" / "returns").exists()


def test_a_fault_while_storing_stores_nothing(study, points, tmp_path, monkeypatch):
    def broken(*_args, **_told):
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr("data.store_field.FieldStore.add_responses", broken)
        with pytest.raises(RuntimeError):
            collect(study, web_file(tmp_path / "a.json", *three(points)))
    assert statuses(study) == []
    assert collect(study, web_file(tmp_path / "a.json", *three(points)))["accepted"] == 3


def test_a_server_s_form_is_fetched_and_taken_once(study, points, monkeypatch):
    rows = [{"__id": f"uuid:{n}", "site": s, "q06": 4} for n, s in enumerate(list(points)[:4])]
    asked = []

    def fetched(url):
        asked.append(url)
        return json.dumps({"value": rows}).encode()

    monkeypatch.setattr("work.collecting.fetch_submissions", fetched)
    url = "https://pusat.example/v1/projects/1/forms/tapak"
    assert [collect(study, url)[n] for n in ("accepted",)] == [4]
    assert collect(study, url)["duplicates"] == 4
    assert asked == [url, url]


def test_the_lines_for_people_name_counts_and_findings(study, points, tmp_path):
    far = {s: (x + 0.02, y) for s, (x, y) in points.items()}
    lines = collected_lines(collect(study, web_file(tmp_path / "a.json", *three(far))))
    assert "3" in lines[0]
    assert len(lines) == 4
    assert all(" m " in line for line in lines[1:])


@pytest.mark.slow
def test_ten_thousand_submissions_are_taken_in_under_a_minute(study, points, tmp_path):
    ids = list(points)
    many = [
        submission(f"u-{n}", ids[n % len(ids)], answers=good(q06=n % 400), lonlat=points[ids[0]])
        for n in range(10_000)
    ]
    source = web_file(tmp_path / "a.json", *many)
    begun = time.process_time()
    told = collect(study, source)
    assert time.process_time() - begun < 60
    assert len(statuses(study)) == 10_000
    assert told["conflicts"] == 0
    begun = time.process_time()
    assert collect(study, source)["duplicates"] == 10_000
    assert time.process_time() - begun < 60

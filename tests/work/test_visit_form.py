"""A visit typed in: what is asked next, drafts, and the same evidence as through the web form."""

import io
import json

import pytest
from PIL import Image
from returned import good, submission, web_file

from data.workspace import open_study
from geo.errors import InputError, NotAllowedError
from surveys.questions import spec
from work.audit import history
from work.collecting import collect
from work.field import listed_points
from work.judging import judge_response
from work.packing import pack_team
from work.planning import plan_visits
from work.reviewing import pictures, queue
from work.roles import Actor, Role, acting_as
from work.survey import collect_files
from work.visit_form import (
    asked,
    begin,
    drafts,
    fault_of,
    keep_photo,
    load,
    point_text,
    save,
    send,
    site_choices,
)

KERJA = spec("kerja-sosial")
VISITED = ("2026-11-20T09:00:00+07:00", "2026-11-20T09:45:00+07:00")


def placed(study):
    with open_study(study) as opened:
        found = listed_points(opened.store.candidates())
    return next((site, lonlat) for site, lonlat in sorted(found.items()) if lonlat)


def begun(study, site, **more):
    told = {"site": site, "surveyor": "S-1", "team": "A", "visited": VISITED} | more
    return begin(study, "kerja-sosial", **told)


def said(**answers):
    return {k: v.split() if k in {"q07", "q11", "q23"} else v for k, v in good(**answers).items()}


def jpeg():
    out = io.BytesIO()
    Image.new("RGB", (1600, 900), "#2b6cb0").save(out, "JPEG")
    return out.getvalue()


def test_a_typed_visit_gives_the_same_evidence_as_the_web_form(study, tmp_path):
    site, (lon, lat) = placed(study)
    draft = begun(study, site)
    draft["answers"] = said() | {"q01": f"{lat}, {lon}"}
    assert send(study, draft)["status"] == "accepted"
    lonlat = {"lon": lon, "lat": lat, "accuracy_m": None, "source": "pasted"}
    other = submission("w-1", site, answers=good(), surveyor="S-1")
    other["answers"]["q01"] = lonlat
    collect(study, web_file(tmp_path / "a.json", other))
    with open_study(study) as opened:
        typed, web = opened.store.responses("accepted")
    assert (typed.channel, web.channel) == ("form", "web")
    assert typed.answers == web.answers
    assert (typed.lon, typed.lat, typed.surveyor, typed.team) == (lon, lat, "S-1", "A")
    assert typed.content_sha256 == web.content_sha256
    assert load(study, draft["id"]) is None


def test_a_draft_is_kept_and_an_answer_that_is_no_longer_asked_is_not_sent(study):
    site, (lon, lat) = placed(study)
    draft = begun(study, site)
    draft["answers"] = {"q01": f"{lat}, {lon}", "q02": "tutup", "q10": 4}
    save(study, draft)
    assert load(study, draft["id"])["answers"]["q02"] == "tutup"
    assert [d["id"] for d in drafts(study)] == [draft["id"]]
    assert [q.number for q, _ in asked(KERJA, draft["answers"])] == [1, 2, 3]
    assert send(study, draft)["status"] == "accepted"
    with open_study(study) as opened:
        assert set(opened.store.responses()[0].answers) == {"q01", "q02"}
    assert drafts(study) == []


def test_what_depends_on_an_answer_of_the_same_question_comes_after_it():
    def names(answers):
        return [f.name for q, own in asked(KERJA, answers) if q.number == 5 for f in own]

    assert names({}) == ["q05"]
    assert names({"q05": "bersyarat"}) == ["q05", "q05_syarat", "q05_surat"]
    assert len(asked(KERJA, {})) == len(KERJA.questions)


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("q02", None, "harus diisi"),
        ("q10", 31, "antara 0 dan 30"),
        ("q19", ["tidak_ada", "judi"], "tidak bisa dipilih bersama"),
        ("q01", "di dekat pasar", "tidak terbaca"),
        ("q01", "-7.397123, 109.694512", ""),
        ("q10", None, ""),
    ],
)
def test_an_answer_that_cannot_be_taken_is_told_before_it_is_sent(name, value, fault):
    told = fault_of(KERJA.field(name), value)
    assert fault in told
    assert bool(told) == bool(fault)


def test_a_pasted_place_is_read_back_with_its_distance(study):
    site, (lon, lat) = placed(study)
    told = point_text(study, site, f"{lat + 0.001:.6f}, {lon:.6f}")
    assert "111 m" in told or "110 m" in told
    assert point_text(study, site, "di sana") == ""


def test_photos_are_shrunk_reviewed_and_counted_among_the_evidence(study):
    site, _ = placed(study)
    draft = begun(study, site)
    keep_photo(draft, "q03_depan", "IMG 1.jpg", jpeg())
    draft["answers"] |= {"q01": "-1.0, 100.0", "q02": "sesuai"}
    row = send(study, draft)
    assert row["status"] == "review"  # outside the district
    waits = next(r for r in queue(study) if r["id"] == draft["id"])
    shown = pictures(study, waits["version"])
    assert [Image.open(io.BytesIO(raw)).size for _, raw in shown["photos"]] == [(720, 405)]
    with pytest.raises(InputError):
        keep_photo(draft, "q03_depan", "a.jpg", b"bukan foto")


def test_nonsense_is_refused_in_a_sentence(study):
    site, _ = placed(study)
    with pytest.raises(InputError, match="Isi dulu nama"):
        begun(study, site, surveyor=" ")
    with pytest.raises(InputError, match="sesudah jam mulai"):
        begun(study, site, visited=VISITED[::-1])
    assert load(study, "../../study") is None
    with pytest.raises(InputError, match="Pertanyaan 1"):
        send(study, begun(study, site))


def test_files_are_taken_back_row_by_row_and_a_bad_one_does_not_stop_others(study, tmp_path):
    site, lonlat = placed(study)
    web_file(tmp_path / "a.json", submission("v-1", site, answers=good(), lonlat=lonlat))
    raw = (tmp_path / "a.json").read_bytes()
    bad, first, again = collect_files(
        study, [("x.docx", b"\0\1\2"), ("a.json", raw), ("b.json", raw)]
    )
    assert "fault" in bad
    assert [(r["id"], r["site"], r["status"]) for r in first["rows"]] == [("v-1", site, "accepted")]
    assert again["rows"] == []
    assert again["told"]["duplicates"] == 1


DEEDS = {
    "plan": lambda study, _: plan_visits(study, teams=1, days=1),
    "pack": lambda study, room: pack_team(study, room / "p.zip"),
    "visit": lambda study, room: collect(study, str(room / "tidak-ada.json")),
    "judge": lambda study, _: judge_response(study, "accept", "v-1"),
}
MAY = {
    Role.PLANNER: set(DEEDS),
    Role.ADMIN: set(DEEDS),
    Role.SURVEYOR: {"pack", "visit"},
    Role.AGENCY: set(),
    Role.LEADERSHIP: set(),
    Role.PUBLIC: set(),
    Role.VISITOR: set(),
}


@pytest.mark.parametrize(
    ("role", "deed"), [(r, d) for r, own in MAY.items() for d in DEEDS if d not in own]
)
def test_a_role_that_may_not_do_a_deed_of_the_survey_cannot(small_demo, tmp_path, role, deed):
    with acting_as(Actor(name="x", role=role)), pytest.raises(NotAllowedError):
        DEEDS[deed](small_demo, tmp_path)


def test_every_deed_of_the_survey_is_on_record(study, tmp_path):
    site, _ = placed(study)
    plan_visits(study, teams=1, days=1)
    pack_team(study, tmp_path / "p.zip")
    collect(study, web_file(tmp_path / "a.json", submission("v-1", site, lonlat=(100.0, -1.0))))
    with acting_as(Actor(name="Kepala", role=Role.PLANNER)):
        told = judge_response(study, "reject", "v-1", why="titiknya di laut")
    assert told["by"] == "Kepala"
    events = history(study)["events"][:4]
    assert [e["action"] for e in events] == ["judge", "collect", "pack", "plan"]
    assert events[0]["after"]["why"] == "titiknya di laut"
    assert events[1]["after"]["review"] >= 1
    assert json.dumps(events)
    assert site in dict(site_choices(study))

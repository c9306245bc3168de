"""Personal data goes when a surveyor asks or its time is over, and what was decided stays."""

import base64
import datetime as dt
import io
import json
import sqlite3
from contextlib import closing

import pytest
from PIL import Image
from returned import good, submission, web_file

from data.sealing import REDACT
from data.settings import parse_settings
from data.settings_check import SettingsError
from data.workspace import open_study
from geo.errors import InputError, NotAllowedError
from work import retention as keeping
from work.access_log import accesses
from work.audit import history, verify_history
from work.collecting import collect
from work.gathering import gather
from work.living import comment, comments
from work.photos import KEPT, photos_of
from work.place import site_page
from work.ranking import rank_study
from work.reporting import make_report
from work.roles import Actor, Role, acting_as

NAME, NIK = "Sri Wahyuni", "3304015203900001"


def picture(seed, *, artist=NAME):
    image = Image.effect_noise((80, 60), 20 + seed).convert("RGB")
    exif = image.getexif()
    exif[0x013B] = artist
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif)
    return out.getvalue()


def data_url(raw):
    return f"data:image/jpeg;base64,{base64.b64encode(raw).decode()}"


@pytest.fixture
def sites(study):
    with open_study(study) as opened:
        return list(opened.store.candidates()["id"].head(4))


@pytest.fixture
def visited(study, sites, tmp_path):
    """Two visits by Sri, one by Budi, all with notes and comments."""
    told = [
        submission("u-1", sites[0], surveyor=NAME, team="", answers=good(q06=4)),
        submission("u-2", sites[1], surveyor=NAME, team="B", answers=good(q06=5)),
        submission("u-3", sites[2], surveyor="Budi Santoso", team="", answers=good(q06=6)),
    ]
    web_file(tmp_path / "a.json", *told)
    assert collect(study, str(tmp_path / "a.json"))["accepted"] == 3
    with acting_as(Actor(name=NAME, role=Role.SURVEYOR)):
        comment(study, sites[0], f"Kata {NAME}: pagar rusak")
    comment(study, sites[0], "Sudah ditelepon")
    return study


def everything(study):
    """Whatever stands in the study's store and in the files that came back, as one text."""
    with open_study(study) as opened, opened.store.all_rows() as rows:
        text = b"".join(lines for _, _, lines in rows)
    kept = [p.read_bytes() for p in (study / "inputs" / KEPT).rglob("*") if p.is_file()]
    return b"".join([text, *kept]).decode("utf-8", "replace").casefold()


def surveyors(study):
    with open_study(study) as opened:
        return [r.surveyor for r in opened.store.responses()]


def test_a_surveyor_who_asks_is_nowhere_any_more(visited, sites):
    before = rank_study(visited)
    assert "sri" in everything(visited)
    told = keeping.forget(visited, " SRI wahyuni ")
    text = everything(visited)
    assert "wahyuni" not in text
    assert told["pseudonym"] in text
    assert "budi santoso" in text
    assert (told["rows"]["response"], told["files"]) == (3, 1)  # all three came in one file
    assert surveyors(visited)[:2] == [told["pseudonym"]] * 2
    said = [c["said"] for c in comments(visited, sites[0])]
    assert said[0] == f"Kata {told['pseudonym']}: pagar rusak"
    assert verify_history(visited)["broken"] is None
    assert history(visited)["events"][0]["action"] == REDACT
    after = rank_study(visited)
    assert after | {"run": before["run"]} == before


def test_what_comes_in_again_changes_nothing_and_does_not_bring_the_name_back(visited, tmp_path):
    keeping.forget(visited, NAME)
    again = collect(visited, str(tmp_path / "a.json"))
    assert (again["accepted"], again["duplicates"], again["conflicts"]) == (0, 3, 0)
    assert "wahyuni" not in everything(visited)


def test_a_new_visit_of_somebody_forgotten_comes_in_under_the_pseudonym(visited, sites, tmp_path):
    told = keeping.forget(visited, NAME)
    new = submission("u-9", sites[3], surveyor="sri  WAHYUNI", answers=good(q06=9))
    assert collect(visited, web_file(tmp_path / "b.json", new))["accepted"] == 1
    assert surveyors(visited)[-1] == told["pseudonym"]
    assert "wahyuni" not in everything(visited)


def test_photos_stay_without_what_the_camera_noted(study, sites, tmp_path):
    raw = picture(1)
    answers = good(q06=4) | {"q03_depan": "depan.jpg"}
    told = submission("u-1", sites[0], surveyor=NAME, team="", answers=answers)
    told["photos"] = {"depan.jpg": data_url(raw)}
    path = web_file(tmp_path / "a.json", told)
    collect(study, path)
    if not photo_files(study):
        pytest.fail("the photo did not come in: the file's form has changed")
    keeping.forget(study, NAME)
    with open_study(study) as opened:
        (row,) = opened.store.responses()
    (kept,) = photo_files(study)
    assert row.raw_sha256 == kept.name
    assert NAME.encode() not in kept.read_bytes()
    listed = [{"sha256": p["sha256"], "file": row.raw_sha256} for p in row.photos]

    class Site:
        visits = ({"photos": listed},)

    assert len(photos_of(study, [Site()])) == 1


def photo_files(study):
    return [p for p in (study / "inputs" / KEPT).glob("*") if p.is_file()]


def test_the_packs_own_copies_lose_the_name_too(visited):
    room = visited / "inputs" / "packs" / "k-1"
    room.mkdir(parents=True)
    with sqlite3.connect(room / "merged.gpkg") as base:
        base.execute("CREATE TABLE gpkg_contents (table_name TEXT)")
        base.execute("CREATE TABLE visit (fid INTEGER PRIMARY KEY, surveyor TEXT, n INTEGER)")
        base.execute("INSERT INTO gpkg_contents VALUES ('visit')")
        base.execute("INSERT INTO visit VALUES (1, ?, 2), (2, 'Budi', 3), (3, NULL, 4)", (NAME,))
        base.execute(
            "CREATE TRIGGER t AFTER UPDATE OF n ON visit WHEN ST_IsEmpty(NEW.n) BEGIN SELECT 1; END"
        )
    told = keeping.forget(visited, NAME)
    with sqlite3.connect(room / "merged.gpkg") as base:
        assert [r[0] for r in base.execute("SELECT surveyor FROM visit")] == [
            told["pseudonym"], "Budi", None,
        ]  # fmt: skip


def test_documents_and_the_app_name_teams_and_pseudonyms_never_surveyors(visited, tmp_path):
    for kind, suffix in (("buku-kerja", "xlsx"), ("gis", "geojson"), ("laporan", "html")):
        make_report(visited, tmp_path / f"a.{suffix}", kind=kind, programme="kerja-sosial")
    html = (tmp_path / "a.html").read_text(encoding="utf-8")
    import openpyxl

    book = openpyxl.load_workbook(tmp_path / "a.xlsx", read_only=True)
    cells = [str(c) for sheet in book for row in sheet.values for c in row if c is not None]
    text = html + "".join(cells) + (tmp_path / "a.geojson").read_text(encoding="utf-8")
    assert "wahyuni" not in text.casefold()
    assert "santoso" not in text.casefold()
    facts = gather(visited, programme="kerja-sosial", briefed=False).facts
    teams = {v["team"] for s in (*facts.sites, *facts.excluded) for v in s.visits}
    with open_study(visited) as opened:
        people = opened.store.pseudonyms()
    assert teams == {people.of(NAME), "B", people.of("Budi Santoso")}
    assert people.of(NAME) != people.of("Budi Santoso")


def test_who_took_what_is_listed_for_the_admin_only(visited, tmp_path):
    make_report(visited, tmp_path / "a.geojson", kind="gis", programme="kerja-sosial")
    told = accesses(visited)["accesses"]
    assert (told[0]["what"], told[0]["subject"].split()[0]) == ("document", "a.geojson")
    for role in set(Role) - {Role.ADMIN}:
        with acting_as(Actor(name="x", role=role)):
            for deed in (
                lambda: accesses(visited),
                lambda: keeping.forget(visited, NAME),
                lambda: keeping.retention(visited, apply=True),
            ):
                with pytest.raises(NotAllowedError):
                    deed()


def later(months):
    return dt.datetime.now(dt.UTC).date() + dt.timedelta(days=31 * months)


def left_by_a_move(study):
    """Lay a copy of the store aside, as `tapak move` to a server does."""
    aside = study / "tapak-sebelum-pindah-20261124-101010.sqlite"
    with closing(sqlite3.connect(study / "tapak.sqlite")) as own:
        own.execute("VACUUM INTO ?", (str(aside),))
    return aside


def test_a_store_that_a_move_left_goes_when_somebody_asks_to_be_forgotten(visited):
    aside = left_by_a_move(visited)
    assert b"ahyuni" in aside.read_bytes()
    keeping.forget(visited, "Sri Wahyuni")
    assert not aside.exists()
    assert (visited / "tapak.sqlite").exists()


def test_a_store_that_a_move_left_goes_when_its_time_is_over(visited):
    aside = left_by_a_move(visited)
    assert keeping.retention(visited, apply=True, today=later(1))["due"]["left_stores"] == 0
    assert keeping.retention(visited, today=later(30))["due"]["left_stores"] == 1
    assert aside.exists()
    keeping.retention(visited, apply=True, today=later(30))
    assert not aside.exists()
    assert (visited / "tapak.sqlite").exists()


def test_retention_tells_first_and_takes_out_only_when_asked(visited, sites, tmp_path):
    make_report(visited, tmp_path / "a.geojson", kind="gis", programme="kerja-sosial")
    before = everything(visited)
    told = keeping.retention(visited, today=later(1))
    assert set(told["due"].values()) == {0}
    told = keeping.retention(visited, today=later(30))
    assert told["due"]["surveyor_names"] == 4  # three visits, and one comment's event
    assert told["due"]["comments"] == 2
    assert told["due"]["access_log"] == 1
    assert everything(visited) == before  # nothing was written, in files neither
    keeping.retention(visited, apply=True, today=later(30))
    text = everything(visited)
    assert "wahyuni" not in text
    assert "santoso" not in text
    assert "pagar" not in text
    assert comments(visited, sites[0]) == []
    assert accesses(visited)["accesses"] == []
    assert photo_files(visited) == []
    assert verify_history(visited)["broken"] is None
    again = collect(visited, str(tmp_path / "a.json"))
    assert (again["accepted"], again["duplicates"]) == (0, 3)
    assert set(keeping.retention(visited, today=later(1))["due"].values()) == {0}


def test_the_lengths_stand_in_study_toml_and_are_checked():
    rules = parse_settings('name = "a"\n[retention]\nphotos = 6\n').retention
    assert (rules.photos, rules.surveyor_names) == (6, 12)
    with pytest.raises(SettingsError):
        parse_settings('name = "a"\n[retention]\nphotos = 0\n')
    assert keeping.months_before(dt.date(2026, 3, 31), 1) == dt.date(2026, 2, 28)
    assert keeping.months_before(dt.date(2026, 1, 15), 13) == dt.date(2024, 12, 15)


def test_a_name_too_short_is_refused(visited):
    with pytest.raises(InputError):
        keeping.forget(visited, " S. ")


def test_a_nik_in_a_note_is_masked_before_anything_is_stored(study, sites, tmp_path):
    answers = good(q06=4) | {"q21_alasan": f"tanya bu Tini {NIK}", "q21": "menolak"}
    told = submission("u-1", sites[0], answers=answers)
    found = collect(study, web_file(tmp_path / "a.json", told))
    assert NIK not in everything(study)
    assert any("NIK" in one["what"] for one in found["review"])
    again = collect(study, str(tmp_path / "a.json"))
    assert again["duplicates"] == 1


def test_the_page_of_a_site_names_no_surveyor(visited, sites):
    from work.board import open_board

    told = site_page(open_board(visited, programme="kerja-sosial"), sites[0])
    shown = {name: part for name, part in told.items() if name not in {"comments", "history"}}
    assert shown != told
    assert NAME not in json.dumps(shown, default=str)  # who said something is said: it is signed

"""Proposals: read first, stored when confirmed, an agency kept to its own sites."""

import io
from pathlib import Path

import openpyxl
import pytest

from data.workspace import open_study
from geo.errors import InputError, NotAllowedError
from work.audit import history
from work.board import open_board
from work.living import take_step
from work.own_agency import same_agency
from work.proposals import proposals
from work.proposing import preview_register, preview_site, propose_register, propose_site
from work.roles import Actor, Role, acting_as

AGENCY = "Dinas Pendidikan"
SRI = Actor(name="Sri", role=Role.AGENCY, agency=AGENCY)
SITE = {
    "name": "Balai Belajar Baru",
    "kind": "Sekolah",
    "coordinates": "-7.3954, 109.6940",
    "labour_need": "16",
    "contact_office": "Bagian Umum",
    "documents": "Surat 12/2026",
}


def kept(folder):
    """Everything of a study that storing would change."""
    with open_study(folder) as study:
        sites = study.store.candidates()
        files = study.store.files(current_only=False)
    return sorted(sites["id"]), files, sorted((folder / "inputs").iterdir())


def of_other_agency(folder):
    with open_study(folder) as study:
        sites = study.store.candidates()
    others = sites.loc[(sites["agency"] != "") & (sites["code"] != "")]
    return next(row for _, row in others.iterrows() if not same_agency(row["agency"], AGENCY))


def test_a_preview_tells_every_row_and_stores_nothing(study):
    before = kept(study)
    with acting_as(SRI):
        told = preview_site(study, SITE)
    assert (told["accepted"], told["new"], told["known"]) == (1, 1, 0)
    assert [row["status"] for row in told["rows"]] == ["accepted"]
    assert kept(study) == before


def test_an_agency_proposes_a_site_and_it_is_on_record_with_what_was_said(study):
    with acting_as(SRI):
        told = propose_site(study, SITE)
    [site] = told["sites"]
    with open_study(study) as opened:
        stored, said = opened.store.candidate(site), opened.store.comments(site)
        values = opened.store.register_values()
    assert (stored.name, stored.agency, stored.kind) == (SITE["name"], AGENCY, "school")
    assert stored.lat == pytest.approx(-7.3954)
    need = values.loc[(values["candidate"] == site) & (values["key"] == "labour_need"), "value"]
    assert need.tolist() == [16.0]
    assert [c.said for c in said] == ["Kantor penghubung: Bagian Umum. Dokumen: Surat 12/2026."]
    event = history(study)["events"][0]
    assert (event["action"], event["by"], event["after"]["accepted"]) == ("propose", "Sri", 1)


def test_rows_in_another_agencys_name_are_refused_with_a_sentence(study):
    before = kept(study)
    with acting_as(SRI):
        told = preview_site(study, SITE | {"agency": "Dinas Kesehatan"})
        with pytest.raises(InputError):
            propose_site(study, SITE | {"agency": "Dinas Kesehatan"})
    assert told["accepted"] == 0
    assert "atas nama Dinas Kesehatan, bukan Dinas Pendidikan" in told["rejected"][0]["reason"]
    assert kept(study) == before


def test_an_agency_cannot_take_anothers_site_by_its_code(study):
    other = of_other_agency(study)
    claim = {"name": other["name"], "kind": "Sekolah", "code": other["code"]}
    claim |= {"desa": other["desa"], "kecamatan": other["kecamatan"]}
    with acting_as(SRI):
        told = preview_site(study, claim)
        with pytest.raises(InputError):
            propose_site(study, claim)
    assert told["known"] == 0
    assert "tidak tercatat milik Dinas Pendidikan" in told["rejected"][0]["reason"]
    with open_study(study) as opened:
        assert opened.store.candidate(other["id"]).agency == other["agency"]


def test_a_register_comes_back_as_a_reply_that_runs_nothing(study, tmp_path):
    path = tmp_path / "daftar.csv"
    path.write_text(
        "No,Nama Tempat,Jenis,Instansi Pengelola,Koordinat\n"
        '1,"=HYPERLINK(""x"")",Sekolah,,"-7.39, 109.69"\n'
        '2,SD Dua,Sekolah,Dinas Kesehatan,"-7.38, 109.68"\n',
        encoding="utf-8",
    )
    with acting_as(SRI):
        seen = preview_register(study, path)
        done = propose_register(study, path)
    assert [row["status"] for row in done["rows"]] == ["accepted", "rejected"]
    assert [row["reason"] for row in seen["rows"]] == [row["reason"] for row in done["rows"]]
    book = openpyxl.load_workbook(io.BytesIO(done["reply"]))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not any(cell.data_type == "f" for cell in cells)
    assert any(cell.value == '=HYPERLINK("x")' for cell in cells)


@pytest.mark.parametrize("role", [Role.SURVEYOR, Role.LEADERSHIP, Role.VISITOR])
def test_who_may_not_propose_cannot_by_any_way(study, role, tmp_path):
    before = kept(study)
    path = tmp_path / "x.csv"
    path.write_text("Nama Tempat\nSD", encoding="utf-8")
    with acting_as(Actor(name="x", role=role)):
        for call, given in (
            (preview_site, SITE),
            (propose_site, SITE),
            (preview_register, path),
            (propose_register, path),
        ):
            with pytest.raises(NotAllowedError):
                call(study, given)
    assert kept(study) == before


def test_an_agency_account_without_an_agency_proposes_nothing(study):
    nobody = Actor(name="x", role=Role.AGENCY, agency=" ")
    with acting_as(nobody), pytest.raises(NotAllowedError) as fault:
        propose_site(study, SITE)
    assert fault.value.code == "propose.no_agency"


@pytest.mark.parametrize("said", ["Ibu Sri", "0812-3456-7890", "sri@contoh.go.id"])
def test_a_person_is_not_taken_for_a_contact_office(study, said):
    with pytest.raises(InputError) as fault:
        propose_site(study, SITE | {"contact_office": said})
    assert fault.value.code == "propose.person"


def test_a_proposal_without_a_name_is_refused_before_anything_is_read(tmp_path):
    with pytest.raises(InputError) as fault:
        preview_site(Path(tmp_path / "tidak-ada"), {"name": " \n "})
    assert fault.value.code == "propose.name_missing"


def test_the_list_tells_an_agency_of_its_own_sites_and_puts_what_is_urgent_on_top(study):
    board = open_board(study)
    ranked = [one["id"] for one in proposals(board) if one["rank"] > 0]
    last = ranked[-1]
    take_step(study, last, "bersedia")
    terms = {"agreement": "PKS 7/2026", "agreement_until": "2031-01-01"}
    take_step(study, last, "approved", **terms)
    take_step(study, last, "tinjau_ulang", why="dinding retak")
    told = proposals(open_board(study))
    assert (told[0]["id"], told[0]["life"]["why"]) == (last, "dinding retak")
    assert told[0]["fix"].startswith("Periksa lokasinya lagi")
    excluded = [one for one in told if one["excluded"]]
    assert excluded
    assert all(one["fix"] for one in excluded)
    agency = told[0]["agency"]
    with acting_as(Actor(name="x", role=Role.AGENCY, agency=agency.upper())):
        own = proposals(board)
    assert {one["agency"] for one in own} == {agency}
    with acting_as(Actor(name="x", role=Role.AGENCY)):
        assert proposals(board) == []

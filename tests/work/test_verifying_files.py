"""A document of any kind checked again: one changed byte is found, a new name or signature is not one."""

import contextlib
import shutil

import pikepdf
import pytest
from approved import kinds, ranked_study

from geo.errors import InputError
from work.reporting import WRITERS, make_report
from work.verify_file import verify_file


@pytest.fixture(scope="module")
def ranked(small_demo, tmp_path_factory):
    """A study with two approved sites and one recorded run."""
    return ranked_study(small_demo, tmp_path_factory.mktemp("berkas") / "studi")


@pytest.fixture(scope="module")
def elsewhere(ranked, tmp_path_factory):
    """Every kind, written from a copy of the study: the study itself has no record of them."""
    room = tmp_path_factory.mktemp("lain")
    folder = shutil.copytree(ranked[0], room / "studi")
    for kind, suffix in WRITERS:
        make_report(folder, room / f"{kind}{suffix}", kind=kind)
    return room


@pytest.mark.parametrize(("kind", "suffix"), WRITERS)
def test_a_document_of_every_kind_is_made_again_to_the_byte_and_one_changed_byte_is_found(
    ranked, elsewhere, tmp_path, kind, suffix
):
    folder, told = ranked
    path = tmp_path / f"x{suffix}"
    raw = (elsewhere / f"{kind}{suffix}").read_bytes()
    path.write_bytes(raw)
    found = verify_file(folder, path)
    assert (found["state"], found["written"], found["run"]) == ("same", None, told["run"])
    changed = bytearray(raw)
    changed[len(raw) - len(raw) // 3] ^= 1  # behind the seal, which stands in a text's beginning
    path.write_bytes(changed)
    with contextlib.suppress(InputError):  # a file that its reader can no longer open
        found = verify_file(folder, path)
        assert (found["state"], found["same"]) == ("differs", False)
        assert "document" in kinds(found)


def test_a_renamed_document_is_still_the_same(ranked, tmp_path):
    folder, _ = ranked
    path = tmp_path / "daftar.pdf"
    make_report(folder, path, kind="daftar")
    found = verify_file(folder, path.rename(tmp_path / "Lampiran SK (final, salinan 2).PDF"))
    assert (found["state"], found["appended"]) == ("same", 0)


def signed(raw):
    """Write a note behind a PDF as a signing program does, and end it with a mark of its own."""
    return raw + b"9999 0 obj\n<</Type /Sig /Contents <00>>>\nendobj\nstartxref\n0\n%%EOF\n"


@pytest.mark.parametrize("known", [True, False])
def test_a_signed_document_is_genuine_and_what_was_added_is_told(ranked, tmp_path, known):
    folder, _ = ranked
    made_in = folder if known else shutil.copytree(folder, tmp_path / "lain")
    path = tmp_path / "daftar.pdf"
    make_report(made_in, path, kind="daftar", lang="id" if known else "en")
    raw = path.read_bytes()
    path.write_bytes(signed(signed(raw)))
    found = verify_file(folder, path)
    assert (found["state"], found["same"]) == ("appended", False)
    assert found["appended"] == len(signed(signed(raw))) - len(raw)
    assert kinds(found) == {"appended"}
    assert (found["written"] is not None) == known
    changed = bytearray(path.read_bytes())
    changed[len(raw) // 2] ^= 1
    path.write_bytes(changed)
    assert verify_file(folder, path)["state"] == "differs"


def test_a_document_saved_anew_by_another_program_differs(ranked, tmp_path):
    folder, _ = ranked
    path, copy = tmp_path / "daftar.pdf", tmp_path / "salinan.pdf"
    make_report(folder, path, kind="daftar")
    with pikepdf.open(path) as document:
        document.save(copy)
    found = verify_file(folder, copy)
    assert (found["state"], found["appended"]) == ("differs", 0)
    assert kinds(found) == {"document"}

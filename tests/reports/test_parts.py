"""A long annex is set in parts: one document all the same, in the memory of a part."""

import io
import re
import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest

from reports import site_pages
from reports.site_pages import site_pages_pdf

ROOT = Path(__file__).parents[2]


@pytest.fixture
def both(made, monkeypatch):
    """The same annex in one piece and in three parts."""
    facts = made.facts(tuple(made.site(k) for k in range(1, 6)), synthetic=True)
    whole = site_pages_pdf(facts)
    monkeypatch.setattr(site_pages, "SHEETS", 2)
    return facts, whole, site_pages_pdf(facts)


def words_of(pages):
    return [sorted(page.replace("\ufffe", "").split()) for page in pages]


def test_parts_say_what_the_whole_says_page_by_page_and_tag_by_tag(both, pdf):
    _, whole, parts = both
    assert words_of(pdf.pages(parts)) == words_of(pdf.pages(whole))
    assert pdf.tags(parts) == pdf.tags(whole)
    assert pdf.bookmarks(parts) == pdf.bookmarks(whole)
    assert pdf.outside(parts) == []


def test_the_checkers_find_nothing_in_joined_parts_and_bytes_repeat(both, pdf, tmp_path):
    facts, _, parts = both
    assert site_pages_pdf(facts) == parts
    path = tmp_path / "bagian.pdf"
    path.write_bytes(parts)
    assert pdf.faults(path) == []


def test_every_page_is_numbered_outside_of_what_is_read_out(both, pdf):
    _, _, parts = both
    count = len(pdf.pages(parts))
    assert [f"Halaman {k} dari {count}" in p for k, p in enumerate(pdf.pages(parts), 1)] == [
        True
    ] * count
    with pikepdf.open(io.BytesIO(parts)) as document:
        for page in document.pages:
            drawn = page.Contents[-1] if isinstance(page.Contents, pikepdf.Array) else page.Contents
            assert re.search(
                rb"/Artifact <<[^>]*/Pagination[^>]*>> BDC q /\w+ Do Q EMC", drawn.read_bytes()
            )
        assert f"<xmpTPg:NPages>{count}<".encode() in document.Root.Metadata.read_bytes()


def goals(raw):
    """Pages that the links of the index lead to, counted from 0."""
    with pikepdf.open(io.BytesIO(raw)) as document:
        at = {page.obj.objgen: k for k, page in enumerate(document.pages)}
        names = {str(k): v for k, v in pikepdf.NameTree(document.Root.Names.Dests).items()}
        notes = [n for page in document.pages for n in page.obj.get("/Annots", ())]
        assert not [n for n in notes if "/A" in n]
        return [at[names[str(n.Dest)][0].objgen] for n in notes]


def test_links_of_the_index_lead_into_every_part(both):
    _, whole, parts = both
    assert goals(parts) == goals(whole)
    assert set(goals(parts)) == {1, 2, 3, 4, 5}


def test_every_page_cell_and_note_finds_its_own_tag(both):
    _, _, parts = both
    with pikepdf.open(io.BytesIO(parts)) as document:
        root = document.Root.StructTreeRoot
        parents = dict(pikepdf.NumberTree(root.ParentTree).items())
        keys = [int(page.obj.StructParents) for page in document.pages]
        assert len(set(keys)) == len(keys)
        for page, key in zip(document.pages, keys, strict=True):
            own = {tag.Pg.objgen for tag in parents[key] if "/Pg" in tag}
            assert own == {page.obj.objgen}
        named = {str(name): tag for name, tag in pikepdf.NameTree(root.IDTree).items()}
        cells = [o for o in document.objects if isinstance(o, pikepdf.Dictionary) and "/S" in o]
        heads = [str(o.ID) for o in cells if "/ID" in o]
        assert sorted(heads) == sorted(named)  # no name twice, none lost
        asked = {
            str(name)
            for o in cells
            for told in (o.get("/A") if isinstance(o.get("/A"), pikepdf.Array) else ())
            for name in told.get("/Headers", ())
        }
        assert asked <= set(named)


MANY = """
import sys, time
sys.path[:0] = [sys.argv[1], sys.argv[1] + "/tests/support"]
import report_facts as made
from reports.facts import ReportCriterion, ReportPart
from reports.site_pages import site_pages_pdf
keys = [f"kriteria {k}" for k in range(20)]
criteria = tuple(
    ReportCriterion(key=k, title=k, group="benefit" if n < 9 else "safety", weight_0_1=0.05)
    for n, k in enumerate(keys)
)
parts = tuple(
    ReportPart(key=k, contribution=0.03, unknown=k.endswith("5"), value_text="12 menit",
               source="jalan_dan_tempat.osm.pbf")
    for k in keys
)
sites = tuple(
    made.site(k, parts=parts, lon=109.52 + k % 25 * 0.015, lat=-7.45 + k // 25 * 0.01)
    for k in range(1, int(sys.argv[2]) + 1)
)
raw = site_pages_pdf(made.facts(sites, criteria=criteria))
open(sys.argv[3], "wb").write(raw)
# not ru_maxrss: Linux hands it down to a child, so the peak of other tests would be in it
own = next(row for row in open("/proc/self/status") if row.startswith("VmHWM"))
print(time.process_time(), own.split()[1])
"""


def made_alone(count, path):
    """Write an annex in a process of its own: CPU seconds and peak memory in GiB."""
    command = [sys.executable, "-c", MANY, str(ROOT), str(count), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    cpu_s, peak_kib = map(float, done.stdout.split())
    return cpu_s, peak_kib / 1024**2


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="memory is read from /proc")
def test_sixty_sheets_are_quick_and_small(tmp_path):
    cpu_s, peak_gib = made_alone(60, tmp_path / "60.pdf")
    assert cpu_s < 20
    assert peak_gib < 1.0


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="memory is read from /proc")
def test_five_hundred_sheets_are_one_document_in_one_and_a_half_gigabytes(pdf, tmp_path):
    path = tmp_path / "500.pdf"
    _, peak_gib = made_alone(500, path)
    assert peak_gib < 1.5
    text = pdf.text(path.read_bytes())
    assert all(f"{k}. Lokasi {k}" in text for k in (1, 40, 41, 250, 500))

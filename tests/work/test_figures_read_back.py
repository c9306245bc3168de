"""Figures read back from every document are those that rank --json printed of the same run."""

import html
import re
import shutil
import sqlite3
from contextlib import closing

import pytest

import words
from work.gathering import gather
from work.ranking import rank_study
from work.reporting import document


@pytest.fixture(scope="module")
def told(small_demo, tmp_path_factory):
    """What rank --json prints, and the same run laid out for documents."""
    folder = tmp_path_factory.mktemp("angka") / "studi"
    shutil.copytree(small_demo, folder)
    printed = rank_study(folder)
    facts = gather(folder, run=printed["run"], briefed=False).facts
    return folder, printed, facts


@pytest.fixture(scope="module")
def read(told):
    folder, _, facts = told
    return lambda kind, suffix: document(folder, facts, kind=kind, suffix=suffix)


def n(value, digits):
    return words.number(value, digits, lang="id")


def test_sheets_of_the_annex_hold_every_score_and_contribution(told, read, support):
    _, printed, facts = told
    text = support("pdf").text(read("telaah", ".pdf"))
    weight = {c.key: c.weight_0_1 for c in facts.criteria}
    for site in printed["sites"]:
        sheet = text[text.index(f"Kode {site['id']}") :]
        head, table = sheet.split("Sumber dan tanggal", 1)
        table = table[: table.index("Jumlah = nilai lokasi") + 40]
        assert f"antara {n(site['low'], 3)} dan {n(site['high'], 3)}" in head
        assert f"Bobot yang diketahui {n(100 * site['coverage'], 0)} %" in head
        given = site["contributions"]
        expected = []
        for group in ("benefit", "safety"):
            own = [c.key for c in facts.criteria if c.group == group]
            expected.append((n(sum(given[k] for k in own), 3), n(sum(weight[k] for k in own), 3)))
            expected += [(n(given[k], 3), n(weight[k], 3)) for k in own]
        assert re.findall(r"(\d,\d{3}) (\d,\d{3})(?= )", table) == expected
        assert f"Jumlah = nilai lokasi {n(site['score'], 3)}" in table


def rows_of(page, name):
    """Cells of a table of the offline report, as text."""
    table = re.search(rf'<table id="t-{name}".*?</table>', page, re.DOTALL)[0]
    return [
        [
            html.unescape(re.sub(r"<[^>]+>", " ", c)).split()
            for c in re.findall(r"<t[hd].*?</t[hd]>", r)
        ]
        for r in re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)[1:]
    ]


def test_tables_of_the_offline_report_hold_every_score_and_contribution(told, read):
    _, printed, facts = told
    page = re.sub(r'srcdoc="[^"]*"', "", read("laporan", ".html").decode())
    keys = [c.key for c in facts.criteria]
    sites, scores = rows_of(page, "sites"), rows_of(page, "scores")
    assert len(sites) == len(scores) == len(printed["sites"])
    for site, row, cells in zip(printed["sites"], sites, scores, strict=True):
        assert int(row[1][0]) == site["rank"]
        shown = f"{n(site['score'], 2)} ({n(site['low'], 2)}–{n(site['high'], 2)})"
        assert " ".join(row[2]) == shown
        assert " ".join(cells[0]) == " ".join(site["name"].split())
        assert cells[1] == [n(site["score"], 4)]
        assert [c[0] for c in cells[2:]] == [n(site["contributions"][k], 4) for k in keys]
    assert len(rows_of(page, "excluded")) == len(printed["excluded"])


def test_the_geopackage_holds_every_figure_to_the_last_digit(told, read, tmp_path):
    _, printed, _ = told
    path = tmp_path / "x.gpkg"
    path.write_bytes(read("gis", ".gpkg"))
    with closing(sqlite3.connect(path)) as base:
        base.row_factory = sqlite3.Row
        rows = [dict(row) for row in base.execute("SELECT * FROM lokasi")]
    by_id = {row["id"]: row for row in rows}
    assert len(rows) == len(by_id)
    for site in printed["sites"]:
        row = by_id[site["id"]]
        assert (row["rank"], row["score"]) == (site["rank"], site["score"])
        assert (row["score_low"], row["score_high"]) == (site["low"], site["high"])
        assert {k[2:]: v for k, v in row.items() if k.startswith("c_")} == site["contributions"]


def test_the_list_of_the_atlas_holds_every_score_in_its_order(told, read, support):
    _, printed, _ = told
    pages = support("pdf").pages(read("atlas", ".pdf"))
    text = " ".join(" ".join(pages).replace("\u200b", "").split())
    text = text[text.index("Semua lokasi: letak, jarak, dan arah") :]
    at = 0
    for site in printed["sites"]:
        found = re.compile(
            rf"{site['rank']} {re.escape(' '.join(site['name'].split()))}.{{0,120}}? {n(site['score'], 3)} "
        ).search(text, at)
        assert found, site["name"]
        at = found.start() + 1

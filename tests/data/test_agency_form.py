"""The form comes back without loss; the reply tells every row, and runs nothing."""

import openpyxl
import pytest

import words
from data.assets import AssetOptions, read_assets
from data.assets.agency_form import COLUMNS, FORM, TITLE_ROWS, write_form, write_reply
from geo.errors import StudyError
from scoring.kinds import kinds


@pytest.fixture(scope="module")
def registers(request):
    return request.getfixturevalue("support")("registers")


@pytest.fixture(params=words.LANGUAGES)
def language(request):
    token = words.language.set(request.param)
    yield request.param
    words.language.reset(token)


def form(path, registers):
    areas = registers.areas()
    labels = {key: words.say(f"kind.{key}") for key in kinds()}
    desa = list(zip(areas["kecamatan"], areas["name"], strict=True))
    write_form(path, kinds=labels, kecamatan=sorted(set(areas["kecamatan"])), desa=desa)
    return labels


def read(path):
    return read_assets(path, options=AssetOptions(), gazetteer=None)


def test_the_form_has_at_most_14_columns_and_its_drop_downs(tmp_path, registers):
    form(tmp_path / "f.xlsx", registers)
    sheet = openpyxl.load_workbook(tmp_path / "f.xlsx")[FORM]
    assert sheet.max_column == len(COLUMNS) <= 14
    lists = {
        str(v.sqref).split(":")[0].rstrip("0123456789")
        for v in sheet.data_validations.dataValidation
        if v.type == "list"
    }
    letters = {key: chr(ord("A") + k) for k, (key, _) in enumerate(COLUMNS)}
    assert lists == {
        letters[k] for k in ("kind", "kecamatan", "desa", "supervision", "condition", "tenure")
    }


def test_an_empty_form_says_that_it_is_empty(tmp_path, registers):
    from geo.errors import InputError

    form(tmp_path / "f.xlsx", registers)
    with pytest.raises(InputError) as fault:
        read(tmp_path / "f.xlsx")
    assert fault.value.code == "assets.no_rows"


@pytest.mark.usefixtures("language")
def test_a_filled_form_reads_back_with_nothing_lost(tmp_path, registers):
    path = tmp_path / "f.xlsx"
    labels = form(path, registers)
    book = openpyxl.load_workbook(path)
    sheet = book[FORM]
    first = TITLE_ROWS + 3
    for k, label in enumerate(labels.values()):
        said = [words.say(f"form.condition.{c}") for c in ("B", "KB", "RB")]
        rights = [
            words.say(f"form.tenure.{t}")
            for t in ("certified", "uncertified", "village", "rent", "dispute")
        ]
        answer = words.say("form.answer.ya" if k % 2 else "form.answer.tidak")
        cells = [
            k + 1,
            f"K{k}",
            f"Tempat {k}",
            label,
            "Dinas",
            f"Jl. {k}",
            "Utara",
            "Sukamaju",
            f"-7.41{k:02d}, 109.4{k:02d}",
            10 + k,
            1 + k % 4,
            answer,
            said[k % 3],
            rights[k % 5],
        ]
        for column, cell in enumerate(cells, start=1):
            sheet.cell(first + k, column, cell)
    book.save(path)
    table = read(path)
    assert table.report.warned == table.report.rejected == table.report.repaired == ()
    sites, count = table.sites, len(labels)
    assert sites["kind"].tolist() == list(labels)
    assert sites["code"].tolist() == [f"K{k}" for k in range(count)]
    assert sites["row"].tolist() == list(range(first, first + count))
    assert sites["agency"].tolist() == ["Dinas"] * count
    assert [round(y, 4) for y in sites.geometry.y] == [
        round(float(f"-7.41{k:02d}"), 4) for k in range(count)
    ]
    wide = table.register.pivot(index="row", columns="key", values=["value", "category"])
    assert wide["value"]["labour_need"].tolist() == [10 + k for k in range(count)]
    assert wide["value"]["capacity"].tolist() == [1 + k % 4 for k in range(count)]
    assert wide["category"]["supervision"].tolist() == [
        "ya" if k % 2 else "tidak" for k in range(count)
    ]
    assert wide["category"]["building_condition"].tolist() == [
        ("B", "KB", "RB")[k % 3] for k in range(count)
    ]
    rights = ("certified", "uncertified", "village", "rent", "dispute")
    assert wide["category"]["tenure"].tolist() == [rights[k % 5] for k in range(count)]


def test_a_form_without_areas_takes_any_text(tmp_path):
    write_form(tmp_path / "f.xlsx", kinds={"school": "Sekolah"}, kecamatan=[], desa=[])
    assert openpyxl.load_workbook(tmp_path / "f.xlsx")[FORM].max_row == TITLE_ROWS + 2


def test_an_existing_form_is_not_overwritten(tmp_path, registers):
    form(tmp_path / "f.xlsx", registers)
    with pytest.raises(StudyError) as fault:
        form(tmp_path / "f.xlsx", registers)
    assert fault.value.code == "file.exists"


HEADER = ("No", "Nama", "Desa", "Kecamatan", "Lintang", "Bujur", "Harga", "Keterangan")
ROWS = [
    (1, '=HYPERLINK("http://x.invalid","A")', "Sukamaju", "Utara", -7.45, 109.45, 5_000, "+62 x"),
    (2, "@SUM(1)", "Sukamaju", "Utara", 0, 0, 6_000, "-1"),
    (3, "Pasar", "Sukamaju", "Utara", 109.46, -7.46, 7_000, "<script>"),
    (4, "Balai", "Sukamaju", "Utara", None, None, 8_000, None),
]


def reply(tmp_path, registers):
    table = read(registers.xlsx(tmp_path / "a.xlsx", Usulan=[HEADER, *ROWS]))
    write_reply(tmp_path / "balik.xlsx", table)
    return openpyxl.load_workbook(tmp_path / "balik.xlsx")


def test_the_reply_gives_every_row_back_in_its_order_with_status_reason_and_fix(
    tmp_path, registers
):
    sheet = reply(tmp_path, registers)["Usulan"]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0] == ("Baris", "Status", "Alasan", "Yang perlu diperbaiki", *HEADER)
    assert [row[0] for row in rows[1:]] == [2, 3, 4, 5]
    assert [row[1] for row in rows[1:]] == [
        "Diterima",
        "Ditolak",
        "Dibetulkan",
        "Diterima, periksa",
    ]
    assert all(row[2] and row[3] for row in rows[2:])
    assert [row[5] for row in rows[1:]] == [row[1] for row in ROWS]


def test_no_cell_of_the_reply_is_a_formula_and_no_price_is_in_it(tmp_path, registers):
    book = reply(tmp_path, registers)
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                if isinstance(cell.value, str) and cell.value.startswith(("=", "+", "-", "@")):
                    assert cell.quotePrefix
    prices = {sheet.cell(r, 11).value for sheet in [book["Usulan"]] for r in range(2, 6)}
    assert prices == {"tidak disimpan"}


def test_a_reply_mended_and_sent_back_is_read_like_the_register_it_was(tmp_path, registers):
    reply(tmp_path, registers)
    table = read(tmp_path / "balik.xlsx")
    assert table.sites["name"].tolist() == [ROWS[0][1], "Pasar", "Balai"]
    assert table.sites["has_point"].tolist() == [True, True, False]


def test_the_summary_counts_how_the_rows_ended(tmp_path, registers):
    rows = list(reply(tmp_path, registers)["Ringkasan"].iter_rows(values_only=True))
    assert ("Ditolak", 1) in [row[:2] for row in rows]
    assert any(row[0] == "Seluruh berkas" and "Harga" in row[1] for row in rows)


def test_sheet_names_excel_cannot_hold_are_made_to_fit(tmp_path, registers):
    table = read(registers.xlsx(tmp_path / "a.xlsx", Ringkasan=[HEADER, ROWS[0]]))
    write_reply(tmp_path / "b.xlsx", table)
    assert openpyxl.load_workbook(tmp_path / "b.xlsx").sheetnames == ["Ringkasan", "Ringkasan (2)"]

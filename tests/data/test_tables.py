"""Tables are read as people see them: any format, any encoding, nothing hidden, nothing run."""

import datetime as dt
import zipfile

import openpyxl
import pytest

from data.files.tables import Sheet, clean, decode, read_tables
from geo.errors import InputError

ROWS = (
    ("No", "Nama", "Luas"),
    (1, "SD Negeri 1", 12.5),
    (2, "Pasar; Desa"),
    (),
    (3, 'Kantor "Lurah"', 7),
)


def xlsx(path, rows, title="Daftar"):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for number, row in enumerate(rows, start=1):
        for column, cell in enumerate(row, start=1):
            sheet.cell(number, column, cell)
    book.save(path)
    return path


def ods(path, rows):
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table, TableCell, TableRow
    from odf.text import P

    document = OpenDocumentSpreadsheet()
    table = Table(name="Daftar")
    for row in rows:
        line = TableRow()
        for cell in row:
            if cell is None:
                line.addElement(TableCell())
            elif isinstance(cell, str):
                made = TableCell(valuetype="string")
                made.addElement(P(text=cell))
                line.addElement(made)
            else:
                line.addElement(TableCell(valuetype="float", value=cell))
        table.addElement(line)
    document.spreadsheet.addElement(table)
    document.save(str(path))
    return path


def test_xlsx_keeps_the_row_numbers_of_the_sheet(tmp_path):
    (sheet,) = read_tables(xlsx(tmp_path / "a.xlsx", ROWS))
    assert sheet == Sheet("Daftar", ROWS)
    assert sheet.rows[5 - 1] == (3, 'Kantor "Lurah"', 7)


def test_ods_reads_the_same_as_xlsx(tmp_path):
    assert read_tables(ods(tmp_path / "a.ods", ROWS))[0].rows == ROWS


def test_an_ods_row_repeated_a_million_times_costs_nothing(tmp_path):
    path = ods(tmp_path / "a.ods", ROWS[:2])
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    empty = b'<table:table-row table:number-rows-repeated="1048570"><table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>'
    parts["content.xml"] = parts["content.xml"].replace(b"</table:table>", empty)
    with zipfile.ZipFile(path, "w") as packed:
        for name, raw in parts.items():
            packed.writestr(name, raw)
    assert read_tables(path)[0].rows == ROWS[:2]


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_csv_delimiters_are_told_apart_even_with_decimal_commas(tmp_path, sign):
    path = tmp_path / "a.csv"
    lines = [["Daftar aset"], ["Nama", "Lintang", "Bujur", "Luas"]]
    lines += [[f"SD {k}", f'"-7,{k:06d}"', f'"109,{k:06d}"', "12"] for k in range(30)]
    path.write_text("\n".join(sign.join(line) for line in lines), encoding="utf-8")
    (sheet,) = read_tables(path)
    assert sheet.rows[2] == ("SD 0", "-7,000000", "109,000000", "12")


def test_semicolons_win_over_bare_decimal_commas(tmp_path):
    path = tmp_path / "a.csv"
    lines = ["Nama;Lintang;Bujur"] + [f"SD {k};-7,{k};109,{k}" for k in range(10, 40)]
    path.write_text("\n".join(lines), encoding="utf-8")
    assert read_tables(path)[0].rows[1] == ("SD 10", "-7,10", "109,10")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_csv_encodings(tmp_path, encoding):
    path = tmp_path / "a.csv"
    path.write_bytes("Nama,Desa\nMasjid “Nur” é,Çağ".replace("ğ", "g").encode(encoding))
    assert read_tables(path)[0].rows[1] == ("Masjid “Nur” é", "Çag")


def test_bytes_that_are_neither_utf8_nor_cp1252_are_latin1():
    assert decode(b"a\x81b") == "a\x81b"


def test_a_sep_line_of_excel_keeps_the_row_numbers(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("sep=;\nNama;Desa\nA, B;C\n", encoding="utf-8")
    assert read_tables(path)[0].rows == ((), ("Nama", "Desa"), ("A, B", "C"))


def test_a_formula_never_computed_stays_text_and_a_computed_one_gives_its_value(tmp_path):
    path = xlsx(
        tmp_path / "a.xlsx", [("Nama", "Luas"), ('=HYPERLINK("http://x.invalid","A")', "=2*3")]
    )
    assert read_tables(path)[0].rows[1] == ('=HYPERLINK("http://x.invalid","A")', "=2*3")
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = (
        parts[sheet]
        .replace(b"<f>2*3</f><v></v>", b"<f>2*3</f><v>6</v>")
        .replace(b"<f>2*3</f><v />", b"<f>2*3</f><v>6</v>")
    )
    with zipfile.ZipFile(path, "w") as packed:
        for name, raw in parts.items():
            packed.writestr(name, raw)
    assert read_tables(path)[0].rows[1][1] == 6


def test_xlsx_reads_as_openpyxl_does(tmp_path):
    """Independent program: openpyxl, on every kind of cell it can write."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"], sheet["C1"], sheet["AB1"] = "a", 1, 2.5
    sheet["A3"] = dt.datetime(2024, 2, 29, 13, 30)  # noqa: DTZ001 - a sheet knows no zones
    sheet["B3"] = dt.date(2025, 1, 2)
    sheet["C3"], sheet["D3"], sheet["E3"] = True, False, -1e-7
    sheet["A9"] = "  spasi & <tag> é 你 \n baris"
    sheet["B9"] = 123456789012345678
    sheet["C9"].number_format, sheet["C9"].value = "dd/mm/yyyy", 45000
    other = book.create_sheet("Lembar & dua")
    for k in range(1, 2000):
        other.append([k, k / 7, f"teks {k % 13}"])
    book.save(tmp_path / "a.xlsx")
    ours = read_tables(tmp_path / "a.xlsx")
    theirs = openpyxl.load_workbook(tmp_path / "a.xlsx", data_only=True)
    assert [s.name for s in ours] == theirs.sheetnames
    for mine, sheet in zip(ours, theirs.worksheets, strict=True):
        for row, cells in zip(mine.rows, sheet.iter_rows(values_only=True), strict=True):
            cleaned = [clean(cell) for cell in cells]
            while cleaned and cleaned[-1] is None:
                cleaned.pop()
            assert row == tuple(cleaned)


@pytest.mark.parametrize(
    "sheet",
    [
        b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet><sheetData/></worksheet>',
        b'<worksheet><sheetData><row r="900000"/><row r="2"/></sheetData></worksheet>',
        b'<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>99</v></c></row></sheetData></worksheet>',
        b'<worksheet><sheetData><row r="1"><c r="$1"><v>9</v></c></row></sheetData></worksheet>',
        b"<worksheet><sheetData><row><c",
    ],
)
def test_a_sheet_that_lies_is_refused_in_words(tmp_path, sheet):
    path = xlsx(tmp_path / "a.xlsx", ROWS)
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    parts["xl/worksheets/sheet1.xml"] = sheet
    with zipfile.ZipFile(path, "w") as packed:
        for name, raw in parts.items():
            packed.writestr(name, raw)
    with pytest.raises(InputError) as fault:
        read_tables(path)
    assert "\n" not in fault.value.say()


def test_cells_are_cleaned_of_control_characters_and_excel_faults():
    assert str(clean("SD\x07 \u202e1\n")).split() == ["SD", "1"]
    assert clean("   ") is None
    assert clean("#REF!") is None
    assert clean(float("nan")) is None
    assert clean(dt.date(2026, 1, 2)) == dt.date(2026, 1, 2)


@pytest.mark.parametrize("name", ["a.xlsx", "a.ods", "a.csv"])
def test_bad_files_get_one_plain_line(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(b"")
    with pytest.raises(InputError) as fault:
        read_tables(path)
    assert "\n" not in fault.value.say()


def test_a_map_is_no_table(tmp_path):
    path = tmp_path / "a.geojson"
    path.write_text('{"type":"FeatureCollection","features":[]}', encoding="utf-8")
    with pytest.raises(InputError) as fault:
        read_tables(path)
    assert fault.value.code == "tables.not_a_table"

"""Bad tables made by rule: XLSX, ODS and CSV, as registers and lists; and settings of a study."""

from __future__ import annotations

import io
import zipfile

from malformed import REGISTER, ods_of, ods_table, sound, zip_of

SPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
LAUGHS = '<?xml version="1.0"?><!DOCTYPE k [<!ENTITY a "lol">]>'


def sheet(rows):
    return f'<?xml version="1.0"?><worksheet {SPACE}><sheetData>{rows}</sheetData></worksheet>'


def cell(text, **told):
    said = " ".join(f'{name}="{value}"' for name, value in ({"t": "str"} | told).items())
    return f"<c {said}><v>{text}</v></c>"


def row(*cells, **told):
    said = "".join(f' {name}="{value}"' for name, value in told.items())
    return f"<row{said}>{''.join(cells)}</row>"


HEADING = row(*(cell(name) for name in REGISTER[0]))
LINE = row(*(cell(value) for value in REGISTER[1]))


def xlsx(**changes):
    """A good workbook of which some parts are changed: ``sheet=text``, ``book=function``, …"""
    names = {"sheet": "xl/worksheets/sheet1.xml", "book": "xl/workbook.xml", "styles": "xl/styles.xml",
             "rels": "xl/_rels/workbook.xml.rels", "texts": "xl/sharedStrings.xml"}  # fmt: skip
    with zipfile.ZipFile(io.BytesIO(sound("xlsx"))) as packed:
        parts = {name: packed.read(name).decode() for name in packed.namelist()}
    for name, change in changes.items():
        path = names[name]
        made = change(parts.get(path, "")) if callable(change) else change
        parts[path] = made
        if made is None:
            del parts[path]
    return zip_of(parts)


def rows(*lines):
    return xlsx(sheet=sheet(HEADING + LINE + "".join(lines)))


def with_cell(value, **told):
    """The good register with one cell more in each of its columns."""
    return rows(row(*(cell(value, **told) for _ in REGISTER[0])))


def same_sheet(count):
    def book(text):
        told = "".join(
            f'<sheet name="s{n}" sheetId="{n}" state="visible" r:id="rId1"/>'
            for n in range(1, count)
        )
        return text.replace("</sheets>", told.replace("r:id", "ns0:id") + "</sheets>").replace(
            "<workbook ", '<workbook xmlns:ns0="http://schemas.openxmlformats.org/officeDocument/2006/relationships" ')  # fmt: skip

    return xlsx(book=book)


XLSX = {
    "row goes back": lambda: rows(row(cell("a"), r="9"), row(cell("b"), r="3")),
    "row far down": lambda: rows(row(cell("a"), r="1048576")),
    "row beyond": lambda: rows(row(cell("a"), r="99999999999")),
    "row no number": lambda: rows(row(cell("a"), r="x")),
    "column far right": lambda: rows(row(cell("a", r="XFD4"))),
    "column unknown": lambda: rows(row(cell("a", r="ZZZZZ9"))),
    "column zero": lambda: rows(row(cell("a", r="A0"), cell("b", r="A-1"))),
    "text outside": lambda: with_cell("99999", t="s"),
    "text negative": lambda: with_cell("-99999", t="s"),
    "type unknown": lambda: with_cell("x", t="zz"),
    "number no number": lambda: with_cell("x", t="n"),
    "endless integer": lambda: with_cell("9" * 4_000, t="n"),
    "endless integer of text": lambda: with_cell("9" * 9_000),
    "inf": lambda: with_cell("1e999", t="n"),
    "nan": lambda: with_cell("nan", t="n"),
    "date far off": lambda: with_cell("1e12", t="n", s="1"),
    "date style unknown": lambda: with_cell("45000", t="n", s="99"),
    "fault of excel": lambda: with_cell("#REF!", t="e"),
    "formula alone": lambda: rows(row(*("<c><f>A1*9</f></c>" for _ in REGISTER[0]))),
    "formula that calls": lambda: with_cell("=cmd|' /C calc'!A0"),
    "long text": lambda: with_cell("a" * 200_000),
    "long digits and signs": lambda: with_cell("1 1 1 1' " * 3_000),
    "long signs": lambda: with_cell("-.,° '" * 5_000),
    "long spaces": lambda: with_cell("a" + " " * 30_000 + "b"),
    "long dots": lambda: with_cell("1." * 15_000),
    "control signs": lambda: with_cell("a&#x9;\u202e\u200b\ufeffb"),
    "600,000 empty rows": lambda: rows("<row/>" * 600_000),
    "wide rows": lambda: rows(*(row(*(cell("x") for _ in range(900))) for _ in range(300))),
    "5 million cells": lambda: rows(*([row("<c><v>1</v></c>" * 300)] * 17_000)),
    "one sheet 3,000 times": lambda: same_sheet(3_000),
    "entities": lambda: xlsx(sheet=LAUGHS + sheet(HEADING + LINE)),
    "part outside": lambda: xlsx(rels=lambda t: t.replace("worksheets/sheet1.xml", "../../../../etc/passwd")),
    "part an address": lambda: xlsx(rels=lambda t: t.replace("/xl/worksheets/sheet1.xml", "http://127.0.0.1:9/x.xml")),
    "no sheet": lambda: xlsx(book=lambda t: t[: t.index("<sheets>")] + "<sheets/></workbook>"),
    "no book": lambda: xlsx(book=None),
    "no rels": lambda: xlsx(rels=None),
    "no texts": lambda: xlsx(texts=None),
    "no styles": lambda: xlsx(styles=None),
    "styles broken": lambda: xlsx(styles="<styleSheet><numFmts><numFmt/></numFmts>"),
    "sheet cut": lambda: xlsx(sheet=sheet(HEADING + LINE)[:-40]),
    "sheet deep": lambda: xlsx(sheet=sheet("<a>" * 50_000 + "</a>" * 50_000)),
    "a letter": lambda: zip_of({"[Content_Types].xml": "<a/>", "word/document.xml": "<a/>"}),
    "bomb": lambda: zip_of({"[Content_Types].xml": "<a/>", "xl/workbook.xml": "<a/>", "xl/x.xml": b" " * (300 << 20)}),
    "6,000 parts": lambda: zip_of({f"{n}.xml": "<a/>" for n in range(6_000)}),
    "leads outside": lambda: zip_of({"[Content_Types].xml": "<a/>", "xl/workbook.xml": "<a/>", "../../x.txt": "a"}),
    "packed otherwise": lambda: zip_of({"[Content_Types].xml": "<a/>", "xl/workbook.xml": "<a/>"}, packed=zipfile.ZIP_LZMA),
    "heading alone": lambda: xlsx(sheet=sheet(HEADING)),
    "heading 200 times": lambda: xlsx(sheet=sheet(HEADING * 200)),
    "two columns of one name": lambda: xlsx(sheet=sheet(row(*(cell("Nama") for _ in range(9))) + LINE)),
}  # fmt: skip


def repeated(rows_, columns):
    return ods_of(
        ods_table(REGISTER).replace(
            "</table:table>",
            f'<table:table-row table:number-rows-repeated="{rows_}"><table:table-cell '
            f'table:number-columns-repeated="{columns}"><text:p>x</text:p></table:table-cell>'
            "</table:table-row></table:table>",
        )
    )


def typed(kind, value):
    return ods_of(ods_table(REGISTER).replace("<table:table-cell>", f'<table:table-cell office:value-type="{kind}" {value}>', 40))  # fmt: skip


ODS = {
    "a billion rows": lambda: repeated(10**9, 1),
    "a billion columns": lambda: repeated(1, 10**9),
    "both": lambda: repeated(10**9, 10**9),
    "minus rows": lambda: repeated(-5, -5),
    "rows no number": lambda: repeated("x", "y"),
    "number missing": lambda: typed("float", ""),
    "number nan": lambda: typed("float", 'office:value="nan"'),
    "number inf": lambda: typed("float", 'office:value="inf"'),
    "date missing": lambda: typed("date", ""),
    "date no date": lambda: typed("date", 'office:date-value="99999-99-99"'),
    "entities": lambda: zip_of({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": LAUGHS + "<a/>"}),
    "tables in cells": lambda: ods_of(ods_table([[ods_table([[ods_table([["x"]])]])]])),
    "deep": lambda: ods_of(ods_table([["<text:span>" * 20_000 + "</text:span>" * 20_000]])),
    "3,000 sheets": lambda: ods_of(ods_table(REGISTER[:2]) * 3_000),
    "no table": lambda: ods_of(""),
    "no content": lambda: zip_of({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}),
}  # fmt: skip
CSV_HEAD = ",".join(REGISTER[0]) + "\n"
CSV_LINE = ",".join(map(str, REGISTER[1])) + "\n"


def lines(*values):
    return CSV_HEAD + CSV_LINE + "".join(",".join([value] * 8) + "\n" for value in values)


CSV = {
    "separators alone": lambda: ",;,;,\n" * 500,
    "quote never closed": lambda: CSV_HEAD + '"' + CSV_LINE * 20_000,
    "quotes": lambda: CSV_HEAD + '"""""' * 5_000,
    "million columns": lambda: "a," * 1_000_000 + "\n1",
    "100,000 empty lines": lambda: CSV_HEAD + "\n" * 100_000 + CSV_LINE,
    "utf-16": lambda: lines("x").encode("utf-16"),
    "mixed encodings": lambda: CSV_HEAD.encode() + "Café,kantor desa,Désa\n".encode("latin-1") + "Café,kantor desa,Désa\n".encode(),
    "nul": lambda: lines("a\0b"),
    "long cell": lambda: lines("a" * 200_000),
    "long number": lambda: lines("9" * 5_000),
    "long decimal": lambda: lines("1." + "1" * 9_000),
    "signs": lambda: lines("°'\"" * 3_000, "-" * 9_000, "7 " * 9_000, "LS " * 5_000),
    "spaces": lambda: lines(" " * 60_000 + "x", "x" + "\t" * 60_000 + "x"),
    "not numbers": lambda: lines("nan", "inf", "-inf", "1e999", "0x7f", "1_000", "٣٫٤", "--5", "+", "."),
    "dates": lambda: lines("9999999999", "31/02/2024", "0000-00-00", "2024-13-45", "99999999"),
    "codes": lambda: lines("33.04." * 2_000, "ID" + "3" * 4_000),
    "markup": lambda: lines("<script>{{7*7}}${1}</script>", "=1+1", "@SUM(1)", "{name} %s {0}"),
    "carriage returns": lambda: lines("x").replace("\n", "\r"),
    "a separator of excel": lambda: "sep=|\n" + lines("x").replace(",", "|"),
    "heading 3,000 times": lambda: CSV_HEAD * 3_000,
    "no heading": lambda: CSV_LINE * 500,
    "off the earth": lambda: lines("1e300", "-1e300", "360", "91", "0"),
    "surrogates": lambda: lines("x").encode() + b"\xed\xa0\x80,\xf8\x88\x80,\xff\n",
}  # fmt: skip
TOML = {
    "deep": lambda: "a = " + "[" * 5_000 + "]" * 5_000,
    "deep tables": lambda: "a = " + "{a=" * 3_000 + "1" + "}" * 3_000,
    "endless integer": lambda: "name = 'a'\n[area]\nutm_zone = " + "9" * 5_000,
    "nan weights": lambda: "name='a'\n[weights.kerja-sosial.criteria]\nlabour_need = nan\n",
    "inf bounds": lambda: "name='a'\n[area]\nbounds=[-inf, nan, inf, 1e400]\n",
    "everything a list": lambda: "name=[]\narea=[]\nprogrammes=1\nweights=[]\nlayers='x'\n",
    "everything a table": lambda: "[name]\n[programmes]\n[area.bounds]\n[area.utm_zone]\n",
    "keys twice": lambda: "name='a'\nname='b'\n",
    "bytes": lambda: b"name = '\xff\xfe'\n",
    "nul": lambda: b"name = 'a\0b'\n",
    "bom": lambda: b"\xef\xbb\xbfname = 'a'\n",
    "utf-16": lambda: "name = 'a'\n".encode("utf-16"),
    "a name outside": lambda: "name='../../x'\n[area]\nname='/etc'\n",
    "100,000 keys": lambda: "".join(f"k{n} = {n}\n" for n in range(100_000)),
    "a date": lambda: "name = 2026-11-24T09:00:00+07:00\n",
    "empty": lambda: "",
    "layer a date": lambda: "name='a'\n[layers.landslide]\nscale=2026-01-01\nnodata='x'\ncrs=5\n",
    "a crs of nothing": lambda: "name='a'\n[area]\ncrs=99\nutm_zone='77X'\n",
}  # fmt: skip
CASES = {
    f"{end} {name}": (door, end, made)
    for door, end, table in (("assets", ".xlsx", XLSX), ("assets", ".ods", ODS), ("assets", ".csv", CSV),
                             ("settings", ".toml", TOML))
    for name, made in table.items()
}  # fmt: skip
CASES |= {
    f"population {end} {name}": ("population", end, table[name])
    for end, table, chosen in (
        (".xlsx", XLSX, ("inf", "endless integer", "long digits and signs", "wide rows", "heading 200 times")),
        (".ods", ODS, ("a billion rows", "number inf")),
        (".csv", CSV, ("not numbers", "long number", "million columns", "off the earth", "signs")),
    )
    for name in chosen
}  # fmt: skip

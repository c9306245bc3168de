"""Returned files: read by content, each submission once, with its lasting id and its edits."""

import io
import json
import zipfile

import geopandas as gpd
import pytest
import shapely
from PIL import Image

from data.returns import read_returns
from data.returns.qr import qr_text
from geo.errors import InputError

CENTRAL = (
    "SubmissionDate,visit-site,visit-q01-Latitude,visit-q01-Longitude,visit-q01-Accuracy,"
    "visit-q21_alasan,meta-instanceID,KEY,ReviewState,Edits,FormVersion\n"
    '2026-11-24T02:00:00Z,p-1,-7.4,109.7,77.0,"jauh; sempit; gelap",uuid:new,uuid:a1,edited,2,v1\n'
    "2026-11-24T02:05:00Z,p-2,-7.4,-199,4.5,,uuid:b1,uuid:b1,rejected,0,v1\n"
)
ODATA = {
    "value": [
        {
            "__id": "uuid:a1",
            "__system": {"edits": 1, "deletedAt": None, "reviewState": None},
            "visit": {
                "site": "p-1",
                "q01": {
                    "type": "Point",
                    "coordinates": [109.7, -7.4, 812.0],
                    "properties": {"accuracy": 6.5},
                },
                "q06": 12,
            },
        },
        {"__id": "uuid:b1", "__system": {"deletedAt": "2026-11-25T00:00:00Z"}, "visit": {}},
    ],
    "@odata.nextLink": "https://x.example/next",
}


def put(folder, raw, name="berkas.bin"):
    path = folder / name
    path.write_bytes(raw if isinstance(raw, bytes) else raw.encode())
    return path


def test_central_csv_keeps_the_lasting_id_the_edits_and_the_rejection(tmp_path):
    one, two = read_returns(put(tmp_path, CENTRAL, "gambar.jpg")).rows
    assert (one.values["submission"], one.edits, one.channel, one.row) == ("a1", 2, "odk", 2)
    assert one.values["visit-q01-Accuracy"] == "77.0"
    assert one.values["visit-q21_alasan"] == "jauh; sempit; gelap"
    assert (two.mark, two.edits, two.values["visit-q01-Longitude"]) == ("rejected", 0, "-199")


def test_kobo_csv_with_semicolons_never_takes_the_form_s_id_for_a_submission_s(tmp_path):
    text = (
        "Lokasi;q07/dapur;_q01_latitude;formhub/uuid;meta/rootUuid;_id;_uuid;meta/deprecatedID\n"
        "p-1;1;-7.4;FORM;uuid:first;7;second;uuid:first\n"
        "p-2;0;-7.5;FORM;;8;third;\n"
    )
    one, two = read_returns(put(tmp_path, "\ufeff" + text)).rows
    assert [one.values["submission"], two.values["submission"]] == ["first", "third"]
    assert (one.channel, one.edits, two.edits) == ("kobo", 1, 0)
    assert one.values["q07/dapur"] == "1"


def test_answers_full_of_commas_do_not_choose_the_separator(tmp_path):
    rows = "".join(f'uuid:{k};"a,b,c,d";p-{k}\n' for k in range(5))
    read = read_returns(put(tmp_path, "KEY;note;site\n" + rows)).rows
    assert [row.values["site"] for row in read] == [f"p-{k}" for k in range(5)]


def test_odata_is_flattened_its_point_kept_with_accuracy_and_a_deletion_is_seen(tmp_path):
    one, two = read_returns(put(tmp_path, json.dumps(ODATA))).rows
    assert one.values["visit/q01"] == "-7.4 109.7 812.0 6.5"
    assert (one.values["submission"], one.edits, one.mark) == ("a1", 1, "")
    assert two.mark == "deleted"


def test_kobo_api_json_is_read_by_its_results(tmp_path):
    told = {"_id": 3, "_uuid": "k3", "formhub/uuid": "FORM", "visit/q05": "bersedia"}
    told |= {"_attachments": [{"filename": "x.jpg"}], "_geolocation": [None, None]}
    (row,) = read_returns(put(tmp_path, json.dumps({"count": 1, "results": [told]}))).rows
    assert (row.channel, row.values["submission"]) == ("kobo", "k3")


WEB = {
    "tapak": 1,
    "form_version": "0badcafe",
    "pack": "k-1",
    "submissions": [
        {
            "submission": "w1",
            "site": "p-1",
            "team": "A",
            "answers": {
                "q01": {"lon": 109.7, "lat": -7.4, "accuracy_m": 0, "source": "pasted"},
                "q07": ["dapur", "kebersihan"],
            },
        }
    ],
}


def test_the_web_form_s_file_and_its_qr_text_say_the_same(tmp_path):
    (file,) = read_returns(put(tmp_path, json.dumps(WEB))).rows
    text = qr_text(WEB["submissions"][0] | {"form_version": "0badcafe", "pack": "k-1"})
    (code,) = read_returns(put(tmp_path, text)).rows
    assert file.values == code.values
    assert file.values["q01"]["source"] == "pasted"
    assert file.values["q07"] == "dapur kebersihan"
    assert (file.channel, code.channel) == ("web", "web")


@pytest.mark.parametrize("spoil", [lambda t: t[:-20], lambda t: t[:60] + "AAAA" + t[64:]])
def test_a_qr_text_cut_short_or_altered_is_refused(tmp_path, spoil):
    text = qr_text(WEB["submissions"][0])
    with pytest.raises(InputError) as caught:
        read_returns(put(tmp_path, spoil(text)))
    assert caught.value.code == "returns.qr_broken"


def a_photo():
    exif = Image.Exif()
    exif.get_ifd(0x8825).update({1: "S", 2: (7.0, 24.0, 0.0), 3: "E", 4: (109.0, 42.0, 0.0)})
    exif.get_ifd(0x8769)[0x9003] = "2026:11:24 09:10:11"
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "JPEG", exif=exif)
    return out.getvalue()


def test_a_zip_gives_rows_with_their_photos_and_tells_what_it_could_not_read(tmp_path):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as into:
        into.writestr("form.csv", "KEY,site,q03_depan\nuuid:a,p-1,1.jpg\nuuid:b,p-2,\n")
        into.writestr("form-anggota.csv", "nama,PARENT_KEY\nx,uuid:a\n")
        into.writestr("media/1.jpg", a_photo())
        into.writestr("rusak.json", "{")
    read = read_returns(put(tmp_path, packed.getvalue()))
    one, two = read.rows
    assert [(p.lon, p.lat, p.taken_at) for p in one.media] == [(109.7, -7.4, "2026-11-24T09:10:11")]
    assert two.media == ()
    assert [note.fields["file"] for note in read.notes] == ["rusak.json"]


def test_a_zip_that_unpacks_too_big_is_refused_before_it_is_unpacked(tmp_path):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as into:
        into.writestr("bom.csv", b"0" * (201 << 20))
    with pytest.raises(InputError) as caught:
        read_returns(put(tmp_path, packed.getvalue()))
    assert caught.value.code == "guard.unpacks_too_big"


def test_a_geopackage_s_point_is_the_answer_to_question_one(tmp_path):
    frame = gpd.GeoDataFrame(
        {"submission": ["v1", "v2"], "site": ["p-1", "p-2"], "q06": [8, None]},
        geometry=[shapely.Point(109.7, -7.4), None],
        crs=4326,
    )
    frame.to_file(tmp_path / "x.gpkg", layer="kunjungan")
    gpd.GeoDataFrame({"nama": ["a"]}, geometry=[shapely.Point(1, 1)], crs=4326).to_file(
        tmp_path / "x.gpkg", layer="sites"
    )
    one, two = read_returns(tmp_path / "x.gpkg").rows
    assert (one.values["q01"], one.values["submission"]) == ("-7.4 109.7", "v1")
    assert "q01" not in two.values
    assert "q06" not in two.values


GPX = (
    '<?xml version="1.0"?><gpx xmlns="http://www.topografix.com/GPX/1/1"><wpt lat="-7.4" lon="109.7">'
    "<time>2026-11-24T02:00:00Z</time><name>SD Negeri 1</name></wpt></gpx>"
)
KML = (
    '<kml xmlns="http://www.opengis.net/kml/2.2"><Placemark><name>SD Negeri 1</name><Point>'
    "<coordinates>109.7,-7.4,0</coordinates></Point></Placemark></kml>"
)


@pytest.mark.parametrize("text", [GPX, KML])
def test_waypoints_are_positions_and_the_same_one_has_the_same_id(tmp_path, text):
    (one,) = read_returns(put(tmp_path, text)).rows
    (again,) = read_returns(put(tmp_path, text)).rows
    assert (one.values["site"], one.values["q01"]) == ("SD Negeri 1", "-7.4 109.7")
    assert one.values["submission"] == again.values["submission"]


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "guard.empty"),
        (b"bukan tabel", "guard.wrong_type"),
        (b"<html></html>", "guard.wrong_type"),
        (b"a,b\n\0,1", "guard.nul_bytes"),
        (b'{"value": [', "guard.truncated"),
        (b"[" * 200_000, "guard.truncated"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><gpx>&a;</gpx>', "guard.doctype"),
        (b"KEY,site\n", "returns.no_rows"),
        (a_photo(), "returns.photo"),
        (b"PK\3\4rusak", "guard.truncated"),
    ],
)
def test_what_cannot_be_read_is_one_plain_sentence(tmp_path, raw, code):
    with pytest.raises(InputError) as caught:
        read_returns(put(tmp_path, raw))
    assert caught.value.code == code
    assert caught.value.say(lang="id")

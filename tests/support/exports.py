"""Exports as ODK Central, Kobo and Excel write them, made here from their documented formats.

Central: docs.getodk.org, "Central API: OData Endpoints" and "Submission Management". Kobo:
support.kobotoolbox.org, "Exporting and downloading your data". Columns, separators, labels and
what each of them does to a point, a choice and an edit follow these pages.
"""

import csv
import io
import json
import zipfile

import words
from surveys.questions import FieldType, choice_label, label, spec

FORM = spec("kerja-sosial")
MANY = [f for f in FORM.fields if f.type is FieldType.MANY]
PHOTOS = [f.name for f in FORM.fields if f.type is FieldType.PHOTO]
HEAD = {"start": "2026-11-20T09:00:00.000+07:00", "end": "2026-11-20T09:45:00.000+07:00"}


def visit(at, site, lonlat, answers, **told):
    """One visit: its uuid by number, where it was, what was answered (keys, as on the phone)."""
    uuid = f"{at:08x}-0000-4000-8000-000000000000"
    return {
        "uuid": uuid, "root": uuid, "at": at, "site": site, "lon": lonlat[0], "lat": lonlat[1],
        "accuracy": 4.8, "edits": 0, "state": "", "answers": answers, "surveyor": f"S-{at}",
    } | told  # fmt: skip


def _cells(one):
    """The answers as text: keys between spaces."""
    return {k: " ".join(v) if isinstance(v, tuple | list) else str(v) for k, v in
            one["answers"].items()}  # fmt: skip


def _csv(rows, *, sep=",", quote=csv.QUOTE_MINIMAL, bom=False, line="\n", encoding="utf-8"):
    out = io.StringIO()
    heads = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.writer(out, delimiter=sep, quoting=quote, lineterminator=line)
    writer.writerow(heads)
    writer.writerows([row.get(name, "") for name in heads] for row in rows)
    text = ("\ufeff" if bom else "") + out.getvalue()
    return text.encode(encoding)


def _page(field):
    return f"p{field.question:02d}"


def _named(code, lang):
    return words.say(code, lang=lang) if lang else code.rpartition(".")[2]


def central_rows(visits, *, group="-", split=False):
    """Central's CSV: groups before names by "-", a point in four columns, KEY the lasting id."""
    rows = []
    for one in visits:
        row = {"SubmissionDate": "2026-11-20T03:00:00.000Z", **HEAD, "site": one["site"]}
        row |= {"surveyor": one["surveyor"], "programme": FORM.programme, "site_info": "SD, kelas"}
        cells = _cells(one) | {"q01": f"{one['lat']} {one['lon']} 0 {one['accuracy']}"}
        for field in FORM.fields:
            name = f"{_page(field)}{group}{field.name}" if group else field.name
            if field.name == "q01":
                row |= {f"{name}_gps-Latitude": one["lat"], f"{name}_gps-Longitude": one["lon"]}
                row |= {f"{name}_gps-Altitude": 0, f"{name}_gps-Accuracy": one["accuracy"]}
                row |= {f"{name}_tempel": ""}
            row[name] = cells.get(field.name, "")
            if split and field.type is FieldType.MANY:
                said = cells.get(field.name, "").split()
                row |= {f"{name}/{c}": int(c in said) for c in field.choices}
        row |= {"meta-instanceID": f"uuid:{one['uuid']}", "meta-instanceName": one["site"]}
        row |= {"KEY": f"uuid:{one['root']}", "SubmitterID": 12, "SubmitterName": "Tim A"}
        row |= {"AttachmentsPresent": 0, "AttachmentsExpected": 0, "Status": ""}
        row |= {"ReviewState": one["state"], "DeviceID": "collect:x", "Edits": one["edits"]}
        rows.append(row | {"FormVersion": FORM.version})
    return rows


def central_csv(visits, *, group="-", split=False, **how):
    return _csv(central_rows(visits, group=group, split=split), **how)


def central_zip(visits):
    """The zip of a form with a repeat and an audit log, photos under media/, as Central packs it."""
    audit = [{"instance ID": f"uuid:{v['root']}", "event": "question", "node": "/data/visit/q02",
              "start": "2026-11-20T09:01", "end": "2026-11-20T09:02", "latitude": "",
              "longitude": "", "accuracy": ""} for v in visits]  # fmt: skip
    repeats = [{"nama": "tetangga", "PARENT_KEY": f"uuid:{v['root']}",
                "KEY": f"uuid:{v['root']}/orang[1]"} for v in visits]  # fmt: skip
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as into:
        into.writestr("tapak_k_a.csv", central_csv(visits))
        into.writestr("tapak_k_a-orang.csv", _csv(repeats))
        into.writestr("tapak_k_a - audit.csv", _csv(audit))
        into.writestr("__MACOSX/._tapak_k_a.csv", b"\0\5\26\7")
        into.writestr("media/", b"")
    return held.getvalue()


def odata(visits, *, wkt=False, expand=False, encrypted=(), **more):
    """Central's OData: groups nested, everything unanswered null, a point as GeoJSON."""
    rows = []
    for one in visits:
        system = {"submissionDate": "2026-11-20T03:00:00.000Z", "updatedAt": None,
                  "submitterId": "12", "submitterName": "Tim A", "attachmentsPresent": 0,
                  "attachmentsExpected": 0, "status": None, "reviewState": one["state"] or None,
                  "deviceId": None, "edits": one["edits"], "formVersion": FORM.version,
                  "deletedAt": one.get("deleted")}  # fmt: skip
        row = {"__id": f"uuid:{one['root']}", "__system": system}
        if one["at"] in encrypted:
            system["status"] = "notDecrypted"
            rows.append(row)
            continue
        place = {"type": "Point", "coordinates": [one["lon"], one["lat"], 812.0]}
        place["properties"] = {"accuracy": one["accuracy"]}
        point = f"POINT ({one['lon']} {one['lat']} 812)" if wkt else place
        told = f"{one['lat']} {one['lon']} 0 {one['accuracy']}"
        row |= {"started_at": HEAD["start"], "ended_at": HEAD["end"], "site": one["site"]}
        row |= {"surveyor": one["surveyor"], "programme": FORM.programme}
        for field in FORM.fields:
            page = row.setdefault(_page(field), {})
            page[field.name] = _cells(one).get(field.name)
        row["p01"] = {"q01_gps": point, "q01_tempel": None, "q01": None if wkt else told}
        row |= {"meta": {"instanceID": f"uuid:{one['uuid']}", "instanceName": "SD · S-1"}}
        row["p23"]["orang@odata.navigationLink"] = "Submissions('x')/p23/orang"
        if expand:
            row["p23"]["orang"] = [{"__id": "5f9b", "nama": "tetangga"}]
        rows.append(row)
    return json.dumps({"value": rows, "@odata.context": "https://x/$metadata"} | more).encode()


def kobo_rows(visits, *, sep="/", lang=None, hierarchy=False, many="both", urls=False, old=False):
    """Kobo's table: names or labels, groups by a separator, one column a choice, ids at the end."""

    def named(field, more=""):
        own = label(field, lang) if lang and not more else f"{field.name}{more}"
        page = f"{field.question}. Pertanyaan" if lang else _page(field)
        return f"{page}{sep}{own}" if hierarchy or not lang else own

    def chosen(field, key):
        return choice_label(field, key, lang) if lang else key

    rows = []
    for one in visits:
        cells = _cells(one)
        row = {"started_at": HEAD["start"], "ended_at": HEAD["end"], "programme": FORM.programme}
        row[_named("surveys.web.surveyor", lang)] = one["surveyor"]
        row[words.say("surveys.xlsform.site", lang=lang) if lang else "site"] = one["site"]
        for field in FORM.fields:
            name, said = named(field), cells.get(field.name, "")
            if field.type is FieldType.POINT:
                last = label(field, lang) if lang else f"{field.name}_gps"
                head = name[: -len(label(field, lang) if lang else field.name)]
                parts = {"latitude": one["lat"], "longitude": one["lon"], "altitude": "812",
                         "precision": one["accuracy"]}  # fmt: skip
                told = " ".join(map(str, parts.values()))
                row |= {f"{head}{last}": told}
                row |= {f"{head}_{last}_{part}": value for part, value in parts.items()}
                row |= {named(field, "_tempel"): "", f"{head}q01": told}
            elif field.type is FieldType.MANY:
                keys = said.split()
                if many in {"both", "summary"}:
                    row[name] = " ".join(chosen(field, k) for k in keys)
                if many in {"both", "details"}:
                    row |= {f"{name}{sep or '/'}{chosen(field, c)}": int(c in keys) if said else ""
                            for c in field.choices}  # fmt: skip
            elif field.type is FieldType.CHOICE:
                row[name] = chosen(field, said) if said else ""
            else:
                row[name] = said
            if urls and field.name in PHOTOS:
                row[f"{name}_URL"] = f"https://kf/media/{said}" if said else ""
        row |= {"__version__": "vXyz", "_id": 504238000 + one["at"], "_uuid": one["uuid"]}
        row |= {"_submission_time": "2026-11-20T03:00:00", "_validation_status": one["state"]}
        row |= {"_notes": "", "_status": "submitted_via_web", "_submitted_by": "", "_tags": ""}
        row |= {"_index": one["at"]} | ({} if old else {"meta/rootUuid": f"uuid:{one['root']}"})
        rows.append(row)
    return rows


def kobo_csv(visits, *, fields=";", bom=True, **how):
    return _csv(kobo_rows(visits, **how), sep=fields, quote=csv.QUOTE_ALL, bom=bom)


def kobo_api(visits, *, old=False, **more):
    """Kobo's API v2: flat names with groups, only what was answered, its office's verdict nested."""
    rows = []
    for one in visits:
        place = f"{one['lat']} {one['lon']} 812 {one['accuracy']}"
        row = {"_id": 504238000 + one["at"], "formhub/uuid": "4d2c0f", **HEAD, "__version__": "vX"}
        row |= {"site": one["site"], "surveyor": one["surveyor"], "p01/q01": place}
        row |= {"p01/q01_gps": place}
        row |= {f"{_page(FORM.field(k))}/{k}": v for k, v in _cells(one).items()}
        row |= {"programme": FORM.programme, "meta/instanceID": f"uuid:{one['uuid']}"}
        if one["uuid"] != one["root"]:
            row["meta/deprecatedID"] = f"uuid:{one.get('before', one['root'])}"
        row |= {} if old else {"meta/rootUuid": f"uuid:{one['root']}"}
        row |= {"_xform_id_string": "aX", "_uuid": one["uuid"], "_status": "submitted_via_web"}
        row |= {"_geolocation": [one["lat"], one["lon"]], "_tags": [], "_notes": []}
        row |= {"_attachments": [{"filename": "u/x.jpg", "question_xpath": "p03/q03_depan"}]}
        uid = one["state"]
        told = {"uid": uid, "label": uid.split("_", 2)[-1], "by_whom": "x", "timestamp": 1}
        row |= {"_validation_status": told if uid else {}, "_submitted_by": None}
        rows.append(row | {"p23/orang": [{"p23/orang/nama": "tetangga"}]})
    return json.dumps({"count": len(rows), "next": None, "results": rows} | more).encode()


def geojson(visits, *, ids=True):
    """A collection of features, as Central's ``submissions.geojson`` and QGIS write them."""
    features = []
    for one in visits:
        told = _cells(one) | {"site": one["site"], "surveyor": one["surveyor"]}
        place = {"type": "Point", "coordinates": [one["lon"], one["lat"], 812.0]}
        feature = {"type": "Feature", "geometry": place, "properties": told | HEAD}
        features.append(feature | ({"id": f"uuid:{one['root']}"} if ids else {}))
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def kobo_book(visits, *, typed=True, **how):
    """Kobo's workbook: true dates and numbers, and a second sheet of repeats."""
    import datetime as dt

    from openpyxl import Workbook

    book, rows = Workbook(), kobo_rows(visits, **how)
    sheet = book.active
    sheet.title = "Kunjungan Tapak"
    sheet.append(list(rows[0]))
    for row in rows:
        times = ("started_at", "ended_at") if typed else ()
        row |= {n: dt.datetime.fromisoformat(row[n][:19]) for n in times}
        sheet.append([_typed(v) if typed else str(v) for v in row.values()])
    more = book.create_sheet("orang")
    more.append(["nama", "_index", "_parent_table_name", "_parent_index", "_submission__id",
                 "_submission__uuid"])  # fmt: skip
    more.append(["tetangga", 1, "Kunjungan Tapak", 1, 504238001, visits[0]["uuid"]])
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def _typed(value):
    try:
        return float(value) if isinstance(value, str) and value else value
    except ValueError:
        return value


def mangled(visits, *, date="20/11/2026 09.00", until="20/11/2026 09.45", **how):
    """What Indonesian Excel makes of a CSV saved again: decimal commas, own dates, BENAR/SALAH."""
    rows = central_rows(visits, split=True)
    for row in rows:
        for name, value in row.items():
            if name.endswith(("Latitude", "Longitude", "Accuracy")):
                row[name] = str(value).replace(".", ",")
            elif name.endswith("-q01"):
                row[name] = ""
            elif "/" in name:
                row[name] = "BENAR" if value else "SALAH"
        row |= {"start": date, "end": until}
    return _csv(rows, sep=";", line="\r\n", **how)

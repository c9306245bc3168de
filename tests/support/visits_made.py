"""Made visits: the same answers, told as each channel tells them."""

from __future__ import annotations

from surveys.questions import FieldType, spec
from surveys.responses import Response, read_response

HEADER = {
    "submission": "uuid:1",
    "site": "p-0001",
    "surveyor": "S-1",
    "team": "A",
    "programme": "kerja-sosial",
    "form_version": spec("kerja-sosial").version,
    "started_at": "2026-11-24T09:00:00+07:00",
    "ended_at": "2026-11-24T09:45:00+07:00",
}
SAFE = {f.name: "ya" for f in spec("kerja-sosial").fields if f.name.startswith("q14_")}
GOOD = {
    "q01": "-7.397123 109.694512 812.5 6.2",
    "q02": "sesuai",
    "q04": "pimpinan",
    "q05": "bersedia",
    "q06": "16",
    "q07": "taman dapur",
    "q08": "tidak",
    "q09": "tidak",
    "q10": "4",
    "q11": "senin_sore sabtu_pagi minggu_pagi",
    "q11_pisah": "ya",
    "q12": "ya_pengganti",
    "q13": "4",
    **SAFE,
    "q15": "tidak_terlihat",
    "q16": "tidak",
    "q17_telkomsel": "lemah",
    "q17_ht": "tidak",
    "q18": "angkutan",
    "q19": "tidak_ada",
    "q20": "4",
    "q21": "4",
    "q22_a": "5",
    "q22_b": "3",
    "q23": "toilet toilet_perempuan pendamping_perempuan",
}


def visit(programme="kerja-sosial", *, header=None, keep=None, **changes) -> Response:
    """A visit with the good answers changed; None leaves one out, `keep` takes only these."""
    answers = {k: v for k, v in GOOD.items() if keep is None or k in keep} | changes
    raw = HEADER | {"programme": programme} | (header or {})
    raw |= {k: v for k, v in answers.items() if v is not None}
    response, notes = read_response(raw, spec=spec(programme), channel="odk", raw_sha256="00")
    assert response is not None
    assert [n for n in notes if n.code != "surveys.answer_not_asked"] == []
    return response


def one_column_a_choice(raw):
    """The same row as Kobo writes it: groups, one column a choice, a point in parts."""
    form = spec(raw["programme"])
    told = {}
    for key, value in raw.items():
        field = next((f for f in form.fields if f.name == key), None)
        if field is None:
            told[key] = value
        elif field.type is FieldType.MANY:
            told |= {f"kunjungan/{key}/{c}": int(c in value.split()) for c in field.choices}
        elif field.type is FieldType.POINT:
            lat, lon, _, accuracy = value.split()
            told |= {f"_{key}_latitude": lat, f"_{key}_longitude": lon}
            told |= {f"_{key}_precision": accuracy}
        else:
            told[f"kunjungan/{key}"] = value
    return told

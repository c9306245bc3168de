"""Made submissions of the web form, as one file that came home."""

import json

from visits_made import GOOD

from surveys.questions import spec

KERJA = spec("kerja-sosial")


def submission(name, site, *, answers=None, lonlat=None, accuracy_m=6.0, **told):
    """Return one submission; `answers` of None is only a point, or nothing but question 2."""
    given = {"q02": "sesuai"} if answers is None else dict(answers)
    given.pop("q01", None)
    if lonlat is not None:
        lon, lat = lonlat
        given["q01"] = {"lon": lon, "lat": lat, "accuracy_m": accuracy_m, "source": "gps"}
    head = {
        "surveyor": f"S-{name}",
        "team": "A",
        "started_at": "2026-11-20T09:00:00+07:00",
        "ended_at": "2026-11-20T09:45:00+07:00",
        "revision": 0,
    }
    return {"submission": name, "site": site} | head | told | {"answers": given}


def good(**changes):
    return {k: v for k, v in (GOOD | changes).items() if v is not None and k != "q01"}


def web_file(path, *submissions, **head):
    told = {
        "tapak": 1,
        "form_version": KERJA.version,
        "programme": "kerja-sosial",
        "team": "A",
        **head,
        "submissions": list(submissions),
    }
    path.write_text(json.dumps(told), encoding="utf-8")
    return str(path)

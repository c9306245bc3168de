"""Exports that nobody here wrote, in every dialect their servers have: nothing lost, nothing guessed."""

import shutil
from pathlib import Path

import exports as made
import pytest
from returned import good

from data.workspace import open_study
from work.collecting import collect

SIGNS = "/.-_"
TABLES = {
    "central": made.central_csv,
    "central without groups": lambda v: made.central_csv(v, group=""),
    "central, choices apart": lambda v: made.central_csv(v, split=True),
    "central, old Mac's lines": lambda v: made.central_csv(v, bom=True, line="\r"),
    "unicode text of Excel": lambda v: made.central_csv(v, sep="\t", encoding="utf-16"),
    "central's zip": made.central_zip,
    "odata": made.odata,
    "odata, expanded": lambda v: made.odata(v, expand=True),
    "api": made.kobo_api,
    "api of an old server": lambda v: made.kobo_api(v, old=True),
    "book": made.kobo_book,
    "book of texts": lambda v: made.kobo_book(v, typed=False),
    "book by labels": lambda v: made.kobo_book(v, lang="id", hierarchy=True),
    "saved by Excel": made.mangled,
} | {
    f"kobo {lang or 'xml'} {many} groups {sign}{'' if hierarchy else ' not shown'}": (
        lambda v, s=sign, tongue=lang, h=hierarchy, m=many: made.kobo_csv(
            v, sep=s, lang=tongue, hierarchy=h, many=m, urls=True
        )
    )
    for sign in SIGNS
    for lang, hierarchy in ((None, True), ("id", True), ("en", True), ("id", False))
    for many in ("both", "summary", "details")
}  # fmt: skip


@pytest.fixture(scope="module")
def places(small_demo):
    with open_study(small_demo) as opened:
        sites = opened.store.candidates()
    sites = sites.loc[sites["has_point"]].head(3)
    return [(s, (round(p.x + 1e-4, 6), round(p.y, 6))) for s, p in zip(sites["id"], sites.geometry, strict=True)]  # fmt: skip


@pytest.fixture
def visits(places):
    return [made.visit(n, s, p, good(q06=10 + n)) for n, (s, p) in enumerate(places, start=1)]


@pytest.fixture(scope="module")
def taken(small_demo, places, tmp_path_factory):
    """A study that took the visits once, from Central's CSV."""
    room = tmp_path_factory.mktemp("korpus")
    folder = Path(shutil.copytree(small_demo, room / "studi"))
    told = [made.visit(n, s, p, good(q06=10 + n)) for n, (s, p) in enumerate(places, start=1)]
    (room / "a").write_bytes(made.central_csv(told))
    assert collect(folder, str(room / "a"))["accepted"] == 3
    return folder


def put(folder, raw, name="ekspor.bin"):
    path = folder / name
    path.write_bytes(raw)
    return str(path)


def stored(folder):
    with open_study(folder) as opened:
        return {r.id: r for r in opened.store.responses()}


def counted(told):
    return {n: told[n] for n in ("accepted", "duplicates", "superseded", "conflicts") if told[n]}


def test_central_s_answers_are_those_of_the_phone(taken, visits):
    for one in visits:
        row = stored(taken)[one["root"]]
        assert (row.candidate, row.surveyor, row.edits) == (one["site"], one["surveyor"], 0)
        assert row.answers["q01"] == {
            "lon": one["lon"], "lat": one["lat"], "accuracy_m": 4.8, "source": "gps",
        }  # fmt: skip
        for name, said in one["answers"].items():
            found = row.answers[name]
            assert (" ".join(found) if isinstance(found, list) else str(found)) == str(said), name


@pytest.mark.parametrize("name", TABLES)
def test_the_same_visits_in_every_dialect_are_the_same_visits(taken, visits, tmp_path, name):
    """Read again from another export nothing is new, in conflict, or in doubt."""
    told = collect(taken, put(tmp_path, TABLES[name](visits)))
    assert counted(told) == {"duplicates": 3}, [r["what"] for r in told["review"]]
    assert (told["review"], told["rejected"]) == ([], [])


def test_a_point_without_its_accuracy_is_no_gps_fix_and_a_feature_s_own_id_names_it(
    study, visits, tmp_path
):
    told = collect(study, put(tmp_path, made.geojson(visits)))
    assert counted(told) == {"accepted": 3}
    assert {r.accuracy_m for r in stored(study).values()} == {None}
    assert stored(study).keys() == {v["root"] for v in visits}
    told = collect(study, put(tmp_path, made.geojson(visits, ids=False)))
    assert [r["row"] for r in told["rejected"]] == [1, 2, 3]


def test_what_is_encrypted_is_told_and_the_rest_taken(study, visits, tmp_path):
    told = collect(study, put(tmp_path, made.odata(visits, encrypted={1})))
    assert counted(told) == {"accepted": 2}
    assert [r["row"] for r in told["rejected"]] == [1]


def test_a_day_that_could_be_a_month_is_not_guessed(study, visits, tmp_path):
    raw = made.mangled(visits, date="05/11/2026 9:00", until="05/11/2026 9.45")
    told = collect(study, put(tmp_path, raw))
    assert counted(told) == {"accepted": 3}
    assert all("05/11/2026" in r["what"] for r in told["review"])
    assert len(told["review"]) == 6


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize("old", [True, False])
def test_kobo_s_edit_has_a_new_uuid_and_is_the_same_visit(study, visits, tmp_path, order, old):
    first = visits[0]
    second = first | {"uuid": "b" * 8, "answers": good(q06=99)}
    for n in order:
        collect(study, put(tmp_path, made.kobo_api([(first, second)[n]], old=old)))
    rows = stored_all(study)
    assert {(r.id, r.answers["q06"]) for r in rows if r.status == "accepted"} == {
        (first["root"], 99)
    }
    assert {r.status for r in rows} == {"accepted", "superseded"}


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0), (2, 0, 1)])
def test_an_old_kobo_s_second_edit_is_the_same_visit_and_which_is_later_is_asked(
    study, visits, tmp_path, order
):
    first = visits[0]
    second = first | {"uuid": "b" * 8, "answers": good(q06=99)}
    third = second | {"uuid": "c" * 8, "before": "b" * 8, "answers": good(q06=77)}
    for n in order:
        collect(study, put(tmp_path, made.kobo_api([(first, second, third)[n]], old=True)))
    rows = stored_all(study)
    assert len({r.id for r in rows}) == 1
    assert {r.answers["q06"]: r.status for r in rows} == {
        11: "accepted", 99: "conflict", 77: "conflict",
    }  # fmt: skip


def stored_all(folder):
    with open_study(folder) as opened:
        return opened.store.responses()


@pytest.mark.parametrize(
    ("write", "state", "severity"),
    [
        (made.central_csv, "rejected", "stop"),
        (made.central_csv, "hasIssues", "warn"),
        (made.central_csv, "edited", None),
        (made.central_csv, "approved", None),
        (made.odata, "rejected", "stop"),
        (made.kobo_csv, "Not approved", "stop"),
        (made.kobo_csv, "validation_status_not_approved", "stop"),
        (made.kobo_csv, "On hold", "warn"),
        (made.kobo_csv, "Approved", None),
        (made.kobo_api, "validation_status_not_approved", "stop"),
        (made.kobo_api, "validation_status_on_hold", "warn"),
        (made.kobo_api, "validation_status_approved", None),
    ],
)
def test_what_its_own_office_said_of_a_visit_is_heard(
    study, visits, tmp_path, write, state, severity
):
    told = collect(study, put(tmp_path, write([visits[0] | {"state": state}])))
    assert [r["severity"] for r in told["review"]] == ([severity] if severity else [])
    assert told["accepted"] == (0 if severity == "stop" else 1)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_visit_deleted_or_rejected_on_its_server_stops_counting_whichever_export_comes_first(
    study, visits, tmp_path, order
):
    here = [made.odata(visits[:2]), made.odata([v | {"deleted": "2026-11-21T00:00:00Z"} for v in visits[:1]])]  # fmt: skip
    for n in order:
        collect(study, put(tmp_path, here[n]))
    assert sorted(r.status for r in stored_all(study)) == sorted(
        ["review", "accepted"] + (["superseded"] if order == (0, 1) else [])
    )
    assert collect(study, put(tmp_path, here[0]))["duplicates"] == 2


def row_of(visits, **changes):
    rows = made.central_rows(visits)
    rows[0] |= changes
    return made._csv(rows)


@pytest.mark.parametrize(
    ("changes", "word", "severity"),
    [
        ({"p01-q01": "-7.3 -199 0 5", "p01-q01_gps-Longitude": -199}, "-199", "warn"),
        ({"p01-q01": "109.7 -7.4 0 5"}, "109.7", "warn"),
        ({"p01-q01": "0 0 0 0"}, "0 0 0 0", "warn"),
        ({"p01-q01": "{lat} {lon} 0 77"}, "77", "warn"),
        ({"p01-q01": "-6.2 106.8 0 5"}, "letak dalam daftar", "stop"),
        ({"p06-q06": "1,200"}, "1,200", "warn"),
        ({"p02-q02": "sudah_pindah"}, "sudah_pindah", "warn"),
        ({"p07-q07": "dapur menggali_emas"}, "menggali_emas", "warn"),
        ({"started_at": "", "start": "2036-01-01T00:00", "end": "2036-01-01T01:00"}, "2036", "stop"),
        ({"programme": "bimbingan"}, "bimbingan", "warn"),
        ({"programme": ""}, "kerja-sosial", "warn"),
        ({"site": "p-entah"}, "studi", "stop"),
    ],
)  # fmt: skip
def test_a_row_that_is_wrong_is_one_plain_sentence_and_the_others_are_taken(
    study, visits, tmp_path, changes, word, severity
):
    changes = {n: v.format(**visits[0]) if isinstance(v, str) else v for n, v in changes.items()}
    told = collect(study, put(tmp_path, row_of(visits, **changes)))
    assert told["accepted"] == (2 if severity == "stop" else 3)
    own = [r for r in told["review"] if r["id"] == visits[0]["root"]]
    assert any(word in r["what"] and r["severity"] == severity for r in own), own
    assert {r["id"] for r in told["review"]} == {visits[0]["root"]}
    assert all(len(r["what"].splitlines()) == 1 for r in own)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda t: t + t,
        lambda t: "sep=,\n" + t,
        lambda t: t.replace("\n", "\n\n\n"),
        lambda t: t.replace("\n", "," * 40 + "\n"),
        lambda t: t.partition("\n")[0] + "\n#date,#date,#date,#loc+id\n" + t.partition("\n")[2],
        lambda t: t.replace("site_info", '"Keterangan,\nlokasi"').replace("SD, kelas", 'a\n"",b'),
    ],
    ids=["twice", "sep=", "empty lines", "empty columns", "HXL tags", "lines inside quotes"],
)
def test_a_table_that_went_through_hands_loses_no_row(study, visits, tmp_path, spoil):
    text = made.central_csv(visits).decode()
    told = collect(study, put(tmp_path, spoil(text).encode()))
    assert told["accepted"] == 3
    assert told["conflicts"] == 0


def test_columns_come_and_go_with_the_versions_of_a_form(study, visits, tmp_path):
    rows = made.central_rows(visits)
    for row in rows:
        row |= {f"p99-baru_{n}": "x" for n in range(400)}
        del row["p06-q06"], row["p07-q07"]
    told = collect(study, put(tmp_path, made._csv(rows)))
    assert (told["accepted"], told["review"], told["rejected"]) == (3, [], [])
    assert all("q06" not in r.answers and r.answers["q13"] == "4" for r in stored_all(study))

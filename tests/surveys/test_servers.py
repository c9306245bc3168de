"""Central and Kobo: every page, through faults, with a key that goes to one host and nowhere else."""

import datetime as dt
import json
import socket
from email.utils import format_datetime

import pytest
from loopback import Reply, serving

from geo.errors import InputError
from surveys.servers import Manners, fetch_submissions, place_of

QUICK = Manners(connect_s=2, read_s=0.5, tries=3, pause_s=0.01)
KEYS = {"TAPAK_ODK_TOKEN": "rahasia-odk", "TAPAK_KOBO_TOKEN": "rahasia-kobo"}
CENTRAL = "/v1/projects/7/forms/kunjungan.svc/Submissions"
KOBO = "/api/v2/assets/aBcDeFgHiJkLmNoPqRsTuV/data.json"


def reply(rows, onward=None, *, key="value", link="@odata.nextLink", **more):
    return Reply(json.dumps({key: rows, link: onward}).encode(), **more)


def fetched(server, path="/#/projects/7/forms/kunjungan/submissions", **told):
    waits = told.pop("waits", [])
    told = {"environ": KEYS, "manners": QUICK, "sleep": waits.append} | told
    return json.loads(fetch_submissions(server.base + path, **told))


def free_port():
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return held.getsockname()[1]


@pytest.fixture
def server():
    with serving() as loopback:
        yield loopback


def test_central_is_followed_to_its_last_page(server):
    onward = f"{server.base}{CENTRAL}?%24skiptoken=01"
    server.on(CENTRAL, reply([{"__id": "a"}], onward), reply([{"__id": "b"}]))
    assert fetched(server) == {"value": [{"__id": "a"}, {"__id": "b"}]}
    assert {asked.headers["Authorization"] for asked in server.asked} == {"Bearer rahasia-odk"}


def test_central_is_asked_for_what_was_deleted_which_an_old_one_cannot_tell(server):
    here = {"__id": "a", "__system": {"deletedAt": None}}
    gone = {"__id": "b", "__system": {"deletedAt": "2026-11-21T00:00:00Z"}}
    told = {"status": 200}

    def answer(asked):
        if "deletedAt%20ne%20null" in asked.path:
            return reply([here, gone], **told)
        return reply([here])

    server.on(CENTRAL, answer)
    assert fetched(server) == {"value": [here, gone]}
    for told["status"] in (501, 400):
        assert fetched(server) == {"value": [here]}
    told["status"] = 500  # a fault is no answer: better nothing than half of it
    with pytest.raises(InputError, match="127"):
        fetched(server)


def test_kobo_is_followed_past_its_first_thousand(server):
    pages = [[{"_id": k} for k in range(p * 1000, p * 1000 + 1000)] for p in range(3)]
    links = [f"{server.base}{KOBO}?start={p}000" for p in (1, 2)] + [None]
    told = zip(pages, links, strict=True)
    server.on(KOBO, *(reply(rows, on, key="results", link="next") for rows, on in told))
    found = fetched(server, "/#/forms/aBcDeFgHiJkLmNoPqRsTuV/data/table")
    assert [row["_id"] for row in found["results"]] == list(range(3000))
    assert server.asked[0].headers["Authorization"] == "Token rahasia-kobo"


def test_a_busy_server_is_waited_for_as_it_asks_and_a_fault_is_tried_again(server):
    busy = Reply(b"", status=429, headers={"Retry-After": "7"})
    server.on(CENTRAL, busy, Reply(b"", status=500), reply([{"__id": "a"}]))
    waits = []
    assert fetched(server, waits=waits) == {"value": [{"__id": "a"}]}
    assert waits == [7.0, 0.02]


def test_a_server_that_names_a_date_is_waited_for_until_then_but_never_for_hours(server):
    def until(seconds, zone):
        when = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=seconds)
        text = format_datetime(when, usegmt=True)
        return Reply(b"", status=429, headers={"Retry-After": text.replace("GMT", zone)})

    server.on(CENTRAL, until(40, "GMT"), until(7200, "GMT"), reply([{"__id": "a"}]))
    waits = []
    assert fetched(server, waits=waits) == {"value": [{"__id": "a"}]}
    assert waits[0] == pytest.approx(40, abs=3)
    assert waits[1] == QUICK.longest_wait_s
    for text in ("kemarin", "-5", "Wed, 21 Oct 2015 07:28:00 GMT", "99999999999"):
        busy = Reply(b"", status=503, headers={"Retry-After": text})
        server.on(KOBO, busy, reply([], key="results", link="next"))
        waits.clear()
        server._used.clear()
        fetched(server, "/#/forms/aBcDeFgHiJkLmNoPqRsTuV", waits=waits)
        assert waits == [0.01], text


def test_a_link_onward_may_be_relative_and_every_token_in_it_stays(server):
    onward = "Submissions?%24top=250&%24skiptoken=01eyJyZXBlYXRJZCI6ImEifQ%3D%3D"
    server.on(CENTRAL, reply([{"__id": "a"}], onward), reply([{"__id": "b"}]))
    assert len(fetched(server)["value"]) == 2
    assert server.asked[1].path.endswith("%24skiptoken=01eyJyZXBlYXRJZCI6ImEifQ%3D%3D")


@pytest.mark.parametrize("fault", [{"status": 401}, {"status": 500}, {"cut_at": 30}, {"wait_s": 1}])
def test_kobo_too_is_asked_again_or_told_of_a_wrong_key(server, fault):
    rows = [{"_id": k} for k in range(40)]
    broken = reply(rows, key="results", link="next", **fault)
    server.on(KOBO, broken, reply(rows, key="results", link="next"))
    ask = "/#/forms/aBcDeFgHiJkLmNoPqRsTuV/data/table"
    if fault.get("status") == 401:
        with pytest.raises(InputError) as caught:
            fetched(server, ask)
        assert caught.value.code == "servers.unauthorised"
        return
    assert len(fetched(server, ask)["results"]) == 40
    assert len(server.asked) == 2


def test_a_server_that_is_not_there_is_given_up_after_all_tries():
    gone = f"http://127.0.0.1:{free_port()}"
    with pytest.raises(InputError) as caught:
        fetch_submissions(gone + "/projects/7/forms/x", environ=KEYS, manners=QUICK, sleep=id)
    assert caught.value.code == "servers.cut"


def test_pyodk_reads_the_same_page_from_the_same_server(server, tmp_path):
    """The maintainers' own client as the independent program; it follows no link onward."""
    client = pytest.importorskip("pyodk.client")
    config = pytest.importorskip("pyodk._utils.config")
    told = config.CentralConfig(server.base, "a@b.id", "s", 7)
    rows = [{"__id": "uuid:1"}, {"__id": "uuid:2"}]
    server.on(CENTRAL, reply(rows, f"{server.base}{CENTRAL}?%24skiptoken=01"))
    server.on("/v1/sessions", Reply(json.dumps({"token": "t"}).encode()))
    server.on("/v1/users/current", Reply(b"{}"))
    asked = client.Client(config=config.Config(told), cache_path=tmp_path / "cache.toml")
    found = asked.submissions.get_table(form_id="kunjungan")["value"]
    server._used.clear()
    server.on(CENTRAL, reply(rows))
    assert fetched(server)["value"] == found == rows


def test_a_line_cut_in_the_middle_of_a_page_is_resumed_at_that_page(server):
    rows = [{"__id": str(k)} for k in range(500)]
    onward = f"{server.base}{CENTRAL}?%24skiptoken=01"
    server.on(CENTRAL, reply([{"__id": "x"}], onward), reply(rows, cut_at=900), reply(rows))
    assert len(fetched(server)["value"]) == 501
    assert len(server.asked) == 3 + 1  # and once for what was deleted


def test_a_server_that_never_answers_is_given_up_with_a_sentence(server):
    server.on(CENTRAL, Reply(b"{}", wait_s=1.0))
    with pytest.raises(InputError) as caught:
        fetched(server)
    assert caught.value.code == "servers.timeout"
    assert "3 kali" in caught.value.say(lang="id")


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (401, "servers.unauthorised"),
        (403, "servers.forbidden"),
        (404, "servers.not_found"),
        (302, "servers.status"),
        (500, "servers.busy"),
    ],
)
def test_a_refusal_is_one_plain_sentence_without_the_key(server, status, code):
    server.on(CENTRAL, Reply(b"no", status=status))
    with pytest.raises(InputError) as caught:
        fetched(server)
    assert caught.value.code == code
    assert "rahasia" not in caught.value.say(lang="id") + repr(caught.value.fields)
    assert len(server.asked) == (3 if status == 500 else 1)


@pytest.mark.parametrize(
    ("onward", "code"),
    [
        ("https://elsewhere.example/page", "servers.elsewhere"),
        ("?$top=250", "servers.circle"),
    ],
)
def test_a_link_to_another_host_or_to_itself_is_not_followed(server, onward, code):
    server.on(CENTRAL, reply([{"__id": "a"}], onward))
    with pytest.raises(InputError) as caught:
        fetched(server)
    assert caught.value.code == code
    assert len(server.asked) == 1


def test_no_key_means_no_request(server):
    with pytest.raises(InputError, match="TAPAK_ODK_TOKEN"):
        fetched(server, environ={})
    assert server.asked == []


def test_a_password_works_where_there_is_no_token(server):
    server.on(CENTRAL, reply([]))
    fetched(server, environ={"TAPAK_ODK_EMAIL": "a@b.id", "TAPAK_ODK_PASSWORD": "s"})
    assert server.asked[0].headers["Authorization"] == "Basic YUBiLmlkOnM="


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://central.example/v1/projects/1/forms/x", "servers.not_https"),
        ("https://central.example/", "servers.address"),
        ("ftp://central.example/projects/1/forms/x", "servers.not_https"),
    ],
)
def test_an_address_that_is_no_form_or_not_safe_is_refused(url, code):
    with pytest.raises(InputError) as caught:
        place_of(url)
    assert caught.value.code == code

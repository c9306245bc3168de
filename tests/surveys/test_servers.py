"""Central and Kobo: every page, through faults, with a key that goes to one host and nowhere else."""

import json

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


@pytest.fixture
def server():
    with serving() as loopback:
        yield loopback


def test_central_is_followed_to_its_last_page(server):
    onward = f"{server.base}{CENTRAL}?%24skiptoken=01"
    server.on(CENTRAL, reply([{"__id": "a"}], onward), reply([{"__id": "b"}]))
    assert fetched(server) == {"value": [{"__id": "a"}, {"__id": "b"}]}
    assert {asked.headers["Authorization"] for asked in server.asked} == {"Bearer rahasia-odk"}


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


def test_a_line_cut_in_the_middle_of_a_page_is_resumed_at_that_page(server):
    rows = [{"__id": str(k)} for k in range(500)]
    onward = f"{server.base}{CENTRAL}?%24skiptoken=01"
    server.on(CENTRAL, reply([{"__id": "x"}], onward), reply(rows, cut_at=900), reply(rows))
    assert len(fetched(server)["value"]) == 501
    assert len(server.asked) == 3


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

"""The health of a study on a server: what is gone is told, and looking makes nothing."""

import os

import pytest

from data.server import Server, drop_schema, schemas_of
from work.health import study_health
from work.moving_store import move_study

URL = os.environ.get("TAPAK_PG", "")


@pytest.fixture
def on_server(study, server):
    move_study(study, URL, schema=server.schema)
    return study


def states(folder):
    return {c["check"]: c["state"] for c in study_health(folder)["checks"]}


def test_a_study_on_a_server_is_well(on_server):
    told = study_health(on_server)
    assert told["state"] == "ok"
    assert {c["check"] for c in told["checks"]} >= {"store", "write", "record"}


def test_a_schema_that_is_gone_is_told_and_not_made_anew(on_server, server):
    drop_schema(server)
    assert states(on_server)["store"] == "fail"
    assert server.schema not in schemas_of(server)


def test_a_server_that_does_not_answer_is_told(on_server, monkeypatch):
    silent = Server(url="postgresql://x@127.0.0.1:9/x", schema="x")
    monkeypatch.setattr("work.health.place_of", lambda _: silent)
    assert states(on_server)["store"] == "fail"

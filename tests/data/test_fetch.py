"""Fetching a file: resumed, checked, bounded, polite, and one plain sentence when it fails."""

import hashlib
import socket
from dataclasses import replace

import pytest
from loopback import Reply, serving

from data.fetch.fetcher import Fetcher, Manners
from data.fetch.sources import Source
from geo.errors import InputError, StudyError

BODY = bytes(range(256)) * 400  # 102,400 bytes
MODIFIED = "Wed, 01 Apr 2026 10:00:00 GMT"
QUICK = Manners(connect_s=2, read_s=1, total_s=5, tries=3, pause_s=0, longest_wait_s=30)


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def server():
    with serving() as loopback:
        yield loopback


@pytest.fixture
def source(server):
    return Source(
        key="glo30",
        what="elevation",
        title="Uji",
        date="modified",
        licence="x",
        attribution="y",
        max_mb=1,
        url=f"{server.base}/file.bin",
    )


@pytest.fixture
def slept():
    return []


@pytest.fixture
def fetcher(tmp_path, slept):
    return Fetcher(tmp_path / "download", manners=QUICK, sleep=slept.append)


def fault(fetcher, source, **told):
    with pytest.raises(InputError) as raised:
        fetcher.file(source.url, source=source, **told)
    assert raised.value.say(lang="id").endswith(".")
    return raised.value


def test_a_file_comes_whole_with_its_hash_and_date(server, source, fetcher):
    server.on("/file.bin", Reply(BODY, etag='"a"', modified=MODIFIED))
    fetched = fetcher.file(source.url, source=source)
    assert fetched.path.read_bytes() == BODY
    assert fetched.sha256 == hashlib.sha256(BODY).hexdigest()
    assert (fetched.modified, fetched.bytes) == ("2026-04-01", 102_400)
    assert server.asked[0].headers["User-Agent"].startswith("Tapak")


def test_a_cut_download_goes_on_where_it_stopped(server, source, fetcher):
    whole = Reply(BODY, etag='"a"')
    server.on("/file.bin", replace(whole, cut_at=40_000), whole)
    fetched = fetcher.file(source.url, source=source)
    assert fetched.path.read_bytes() == BODY
    assert 0 < fetched.resumed_at <= 40_000
    assert server.asked[1].headers["Range"] == f"bytes={fetched.resumed_at}-"
    assert server.asked[1].headers["If-Range"] == '"a"'


def test_the_next_process_goes_on_too(server, source, fetcher, tmp_path):
    whole = Reply(BODY, modified=MODIFIED)
    server.on("/file.bin", *[replace(whole, cut_at=n) for n in (10_000, 20_000, 30_000)], whole)
    assert fault(fetcher, source).code == "fetch.cut"
    again = Fetcher(tmp_path / "download", manners=QUICK, sleep=lambda _: None)
    fetched = again.file(source.url, source=source)
    assert fetched.path.read_bytes() == BODY
    assert fetched.resumed_at > 30_000


def test_a_part_of_an_older_version_is_never_joined_to_a_newer_one(server, source, fetcher):
    newer = b"n" * 50_000
    server.on("/file.bin", Reply(BODY, etag='"a"', cut_at=40_000), Reply(newer, etag='"b"'))
    fetched = fetcher.file(source.url, source=source)
    assert fetched.path.read_bytes() == newer
    assert fetched.resumed_at == 0


@pytest.mark.parametrize("etag", ['W/"a"', ""])
def test_without_a_strong_mark_a_part_is_not_resumed(server, source, fetcher, etag):
    whole = Reply(BODY, etag=etag)
    server.on("/file.bin", replace(whole, cut_at=40_000), whole)
    assert fetcher.file(source.url, source=source).path.read_bytes() == BODY
    assert "Range" not in server.asked[1].headers


def test_a_server_without_ranges_sends_the_file_anew(server, source, fetcher):
    whole = Reply(BODY, etag='"a"', ranges=False)
    server.on("/file.bin", replace(whole, cut_at=40_000), whole)
    assert fetcher.file(source.url, source=source).path.read_bytes() == BODY


def test_a_server_that_gives_less_than_the_range_is_asked_for_the_rest(server, source, fetcher):
    def little(asked):
        start = int(asked.headers["Range"][6:-1])
        told = {"Content-Range": f"bytes {start}-{start + 99}/{len(BODY)}"}
        body = BODY[start : start + 100]
        return Reply(body, status=206, etag='"a"', headers=told)

    whole = Reply(BODY, etag='"a"')
    server.on("/file.bin", replace(whole, cut_at=40_000), little, whole)
    assert fetcher.file(source.url, source=source).path.read_bytes() == BODY
    assert len(server.asked) == 3


def test_a_part_longer_than_the_file_is_dropped(server, source, fetcher):
    whole = Reply(BODY, etag='"a"')
    _, part, _ = fetcher._paths(source.url)
    server.on("/file.bin", Reply(BODY + b"x" * 10, etag='"a"', cut_at=len(BODY) + 5), whole)
    assert fetcher.file(source.url, source=source).path.read_bytes() == BODY
    assert not part.exists()


def test_an_unchanged_file_is_not_sent_twice(server, source, fetcher):
    server.on("/file.bin", Reply(BODY, etag='"a"'))
    first = fetcher.file(source.url, source=source)
    second = fetcher.file(source.url, source=source)
    assert (second.kept, second.sha256, second.path) == (True, first.sha256, first.path)
    first.path.write_bytes(b"spoilt on disk")
    assert fetcher.file(source.url, source=source).path.read_bytes() == BODY


def test_a_busy_server_is_asked_again_when_it_says(server, source, fetcher, slept):
    server.on("/file.bin", Reply(status=429, headers={"Retry-After": "7"}), Reply(BODY))
    assert fetcher.file(source.url, source=source).bytes == len(BODY)
    assert slept == [7.0]


def test_a_busy_server_is_left_alone_after_so_many_tries(server, source, fetcher, slept):
    server.on("/file.bin", Reply(status=429, headers={"Retry-After": "9"}))
    assert fault(fetcher, source).code == "fetch.busy"
    assert slept == [9.0, 9.0]
    assert len(server.asked) == 3


def test_a_wait_longer_than_polite_is_told_not_slept(server, source, fetcher, slept):
    server.on("/file.bin", Reply(status=503, headers={"Retry-After": "1800"}))
    told = fault(fetcher, source)
    assert (told.code, told.fields["minutes"], slept) == ("fetch.busy", 30, [])


def test_a_passing_fault_is_tried_again_with_growing_pauses(server, source, fetcher, slept):
    server.on("/file.bin", Reply(status=500), Reply(status=502), Reply(BODY))
    assert fetcher.file(source.url, source=source).bytes == len(BODY)
    assert slept == [1.0, 2.0]


@pytest.mark.parametrize(
    ("status", "code", "asked"),
    [
        (404, "fetch.not_found", 1),
        (403, "fetch.refused", 1),
        (418, "fetch.status", 1),
        (500, "fetch.server", 3),
    ],
)
def test_each_refusal_has_its_sentence(server, source, fetcher, status, code, asked):
    server.on("/file.bin", Reply(status=status))
    assert fault(fetcher, source).code == code
    assert len(server.asked) == asked


def test_a_silent_server_times_out(server, source, tmp_path):
    server.on("/file.bin", Reply(BODY, wait_s=0.6))
    hasty = Fetcher(tmp_path, manners=replace(QUICK, read_s=0.2, tries=2), sleep=lambda _: None)
    assert fault(hasty, source).code == "fetch.timeout"


def test_a_body_that_drips_times_out_as_a_whole(server, source, tmp_path):
    server.on("/file.bin", Reply(BODY, pause_s=0.1, block=500))
    hasty = Fetcher(tmp_path, manners=replace(QUICK, total_s=0.3, tries=1), sleep=lambda _: None)
    assert fault(hasty, source).code == "fetch.timeout"


@pytest.mark.parametrize("headers", [{}, {"Content-Length": "", "Connection": "close"}])
def test_a_file_over_the_limit_is_stopped(server, source, fetcher, headers):
    server.on("/file.bin", Reply(b"x" * (1 << 20) + b"y", headers=headers))
    assert fault(fetcher, source).code == "fetch.too_big"


def test_a_wrong_checksum_is_thrown_away(server, source, fetcher):
    server.on("/file.bin", Reply(BODY, etag='"a"'))
    assert fault(fetcher, source, md5="0" * 32).code == "fetch.checksum"
    assert [p.suffix for p in fetcher.folder.iterdir()] == [".json"]
    right = hashlib.md5(BODY).hexdigest()
    assert fetcher.file(source.url, source=source, md5=right).bytes == len(BODY)


def test_the_md5_that_s3_states_as_etag_is_checked(server, source, fetcher):
    checked = replace(source, checksum="etag")
    right = hashlib.md5(BODY).hexdigest()
    server.on("/file.bin", Reply(BODY[:-1] + b"!", etag=f'"{right}"'))
    assert fault(fetcher, checked).code == "fetch.checksum"
    server.on("/file.bin", Reply(BODY, etag=f'"{right}"'))
    assert fetcher.file(source.url, source=checked).bytes == len(BODY)


def test_a_part_that_went_bad_on_disk_is_fetched_anew_whole(server, source, fetcher):
    checked = replace(source, checksum="etag")
    whole = Reply(BODY, etag=f'"{hashlib.md5(BODY).hexdigest()}"')
    lost = replace(whole, cut_at=10_000)
    server.on("/file.bin", lost, lost, lost, whole)
    assert fault(fetcher, checked).code == "fetch.cut"
    _, part, _ = fetcher._paths(source.url)
    part.write_bytes(b"?" + part.read_bytes()[1:])
    assert fetcher.file(source.url, source=checked).path.read_bytes() == BODY


def test_a_redirect_to_a_stated_host_is_followed_and_no_other(server, source, fetcher):
    server.on("/file.bin", Reply(status=302, headers={"Location": "/there.bin"}))
    server.on("/there.bin", Reply(BODY))
    assert fetcher.file(source.url, source=source).bytes == len(BODY)
    for elsewhere in (
        f"http://localhost:{server.port}/there.bin",
        "https://example.org/there.bin",
        "file:///etc/passwd",
        f"http://user:pw@127.0.0.1:{server.port}/there.bin",
    ):
        server.on("/file.bin", Reply(status=302, headers={"Location": elsewhere}))
        assert fault(fetcher, source).code == "fetch.address"
    assert server.paths().count("/there.bin") == 1


def test_redirects_in_a_circle_end(server, source, fetcher):
    server.on("/file.bin", Reply(status=302, headers={"Location": "/file.bin"}))
    assert fault(fetcher, source).code == "fetch.redirects"


def test_nothing_listening_is_told_at_once(source, fetcher, slept):
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        dead = replace(source, url=f"http://127.0.0.1:{door.getsockname()[1]}/x")
    assert fault(fetcher, dead).code == "fetch.no_network"
    assert slept == []


def test_a_name_that_cannot_be_looked_up_is_told_at_once(source, fetcher, monkeypatch):
    def nobody(*_args, **_more):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    monkeypatch.setenv("NO_PROXY", "*")
    lost = replace(source, url="https://sumber.invalid/x")
    told = fault(fetcher, lost)
    assert told.code == "fetch.no_name"
    assert "sumber.invalid" in told.say(lang="en")


def test_a_server_that_is_no_https_server_is_told(server, source, fetcher):
    secure = replace(source, url=f"https://127.0.0.1:{server.port}/file.bin")
    assert fault(fetcher, secure).code == "fetch.tls"


def test_two_requests_to_one_host_keep_the_pause(server, source, tmp_path):
    slept = []
    polite = Fetcher(
        tmp_path, manners=replace(QUICK, pause_s=2.0), sleep=slept.append, clock=lambda: 100.0
    )
    server.on("/file.bin", Reply(BODY))
    polite.file(source.url, source=source)
    polite.file(source.url, source=source)
    assert slept == [2.0]


def test_a_full_disk_is_told(source, server, fetcher, monkeypatch):
    server.on("/file.bin", Reply(BODY))
    monkeypatch.setattr(
        Fetcher, "_body", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left"))
    )
    with pytest.raises(StudyError) as raised:
        fetcher.file(source.url, source=source)
    assert raised.value.code == "fetch.disk"


@pytest.mark.parametrize("body", [b"<html>login</html>", b"[" * 100_000, b'{"a":', b"\xff\xfe\x00"])
def test_a_catalogue_that_is_none_is_told(server, source, fetcher, body):
    server.on("/file.bin", Reply(body))
    with pytest.raises(InputError) as raised:
        fetcher.json(source.url, source=source)
    assert raised.value.code == "fetch.not_understood"

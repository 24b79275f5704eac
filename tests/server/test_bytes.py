"""Whatever bytes come in: an answer of the documented form, quickly, with bounded memory, and nothing written."""

import asyncio
import json
import re
import socket
import threading
import time
from collections.abc import Iterator

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quarantine.server.body import FIRST_BYTES
from quarantine.server.protocol import HEADER_BYTES

from .conftest import Running


@pytest.fixture
def running(shared: Running) -> Running:
    """One server for all of it: that it still answers afterwards is part of the promise."""
    shared.handlers.calls.clear()
    shared.handlers.after.clear()
    return shared


def error_of(reply: httpx.Response) -> str:
    assert reply.headers["content-type"] == "application/json"
    body = reply.json()
    assert list(body) == ["error"]
    assert body["error"]
    return str(body["error"])


BAD_BODIES = {
    "malformed": b'{"name": "a"',
    "not utf-8": b'{"name": "\xff"}',
    "not utf-8, in a field nobody reads": b'{"name": "a", "x": "\xff"}',
    "utf-16": '{"name": "a"}'.encode("utf-16"),
    "byte order mark": b'\xef\xbb\xbf{"name": "a"}',
    "100,000 deep": b"[" * 100_000 + b"]" * 100_000,
    "100,000 deep, in a field nobody reads": b'{"name": "a", "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "100,000 deep, not closed": b'{"a":' * 100_000,
    "int64 overflow": b'{"name": "a", "value": 9223372036854775808}',
    "5,000 digits": b'{"name": "a", "value": ' + b"9" * 5000 + b"}",
    "float overflow": b'{"name": "a", "value": 1e400}',
    "NaN": b'{"name": "a", "value": NaN}',
    "empty": b"",
    "blank": b"   ",
    "null": b"null",
    "another type": b"[1]",
    "a bare string": b'"a"',
    "two documents": b'{"name": "a"}{"name": "b"}',
    "NUL behind it": b'{"name": "a"}\x00',
    "the same key twice": b'{"name": "a", "name": "b"}',
    "half a surrogate pair": b'{"name": "\\ud800"}',
    "half a surrogate pair, in a field nobody reads": b'{"name": "a", "x": "\\udfff later"}',
    "a field missing": b"{}",
}


@pytest.mark.parametrize("path", ["/open", "/things"])
@pytest.mark.parametrize("name", BAD_BODIES)
def test_a_bad_body_is_400(running: Running, name: str, path: str) -> None:
    reply = running.client.post(path, content=BAD_BODIES[name], headers={"content-type": "application/json"})
    # A public operation reads no more than FIRST_BYTES.
    assert reply.status_code == (413 if path == "/open" and len(BAD_BODIES[name]) > FIRST_BYTES else 400)
    error_of(reply)
    assert running.handlers.calls == []
    assert running.handlers.after == []
    assert running.client.get("/health").status_code == 200


def test_a_bad_body_in_chunks_is_400_too(running: Running) -> None:
    for body in BAD_BODIES.values():
        reply = running.client.post("/things", content=iter([body[:7], body[7:]]))
        assert reply.status_code == 400
        error_of(reply)


def test_a_body_in_chunks_is_a_body(running: Running) -> None:
    reply = running.client.post("/open", content=iter([b'{"na', b'me": "a"', b"}"]))
    assert reply.json() == {"name": "a", "value": 0}


@pytest.mark.parametrize("spelling", ["APPLICATION/JSON", "application/json; charset=UTF-8", None])
def test_json_by_any_spelling_is_json(running: Running, spelling: str | None) -> None:
    headers = {} if spelling is None else {"content-type": spelling}
    assert running.client.post("/open", content=b'{"name": "a"}', headers=headers).status_code == 200


def test_another_media_type_is_415(running: Running) -> None:
    reply = running.client.post("/open", content=b"<a/>", headers={"content-type": "text/xml"})
    assert reply.status_code == 415
    error_of(reply)


def test_null_is_no_body_where_none_is_needed(running: Running) -> None:
    assert running.client.post("/things/7/stop", content=b"null").status_code == 200
    assert running.client.post("/things/7/stop").status_code == 200
    assert running.client.post("/things/7/stop", content=b"[" * 1000).status_code == 200


BAD_PATHS = {
    "/things/" + "9" * 5000: 400,
    "/things/9223372036854775808": 400,
    "/things/-1": 400,
    "/things/%00": 400,
    "/things/%0d%0aset-cookie:%20a": 400,
    "/things/%ff": 400,
    "/things/a%2Fb": 400,
    "/things/%2e%2e": 400,
    "/things//": 400,
    "/nothing": 404,
    "/things/1/2/3": 404,
    "/things/" + "a/" * 10_000: 404,
    "/things?" + "a=1&" * 200: 400,
    "/things?a=%ff": 400,
}


@pytest.mark.parametrize("path", BAD_PATHS, ids=range(len(BAD_PATHS)))
def test_a_bad_path_is_a_4xx(running: Running, path: str) -> None:
    raw = f"GET /api{path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {running.token}\r\n\r\n"
    head, _, body = running.send(raw.encode()).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % BAD_PATHS[path])
    assert list(json.loads(body)) == ["error"]


def test_an_integer_that_fits_no_int_is_not_an_internal_error(running: Running) -> None:
    assert running.client.delete("/thing/" + "1" * 5000).status_code == 400


def test_a_body_that_says_it_is_too_large_is_refused_before_it_comes(running: Running) -> None:
    started = time.monotonic()
    raw = b"POST /api/open HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000000\r\nExpect: 100-continue\r\n\r\n"
    answer = running.send(raw)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"100 Continue" not in answer
    assert list(json.loads(answer.partition(b"\r\n\r\n")[2])) == ["error"]
    assert time.monotonic() - started < 10


def pieces(total: int, size: int = 65_536) -> Iterator[bytes]:
    for _ in range(total // size):
        yield b" " * size


@pytest.mark.parametrize("path", ["/open", "/things"])
def test_an_endless_body_is_refused_on_the_way(running: Running, path: str) -> None:
    reply = running.client.post(path, content=pieces(20_000_000), timeout=20)
    assert reply.status_code == 413
    error_of(reply)
    assert running.client.get("/health").status_code == 200


def test_a_stranger_gets_his_401_without_his_long_body_being_read(running: Running) -> None:
    reply = running.client.post("/things", content=b" " * 900_000, headers={"authorization": "Bearer wrong"})
    assert reply.status_code == 401
    assert running.client.post("/things", content=b'{"name": "a"}' + b" " * 900_000).status_code == 200


def test_expect_100_continue_is_answered(running: Running) -> None:
    raw = b"POST /api/open HTTP/1.1\r\nHost: localhost\r\nContent-Length: 13\r\nConnection: close\r\n"
    assert running.send(raw + b'Expect: 100-continue\r\n\r\n{"name": "a"}').startswith(b"HTTP/1.1 100 Continue")


@pytest.mark.parametrize(
    "raw",
    [
        b"GET /api/health HTTP/1.1\r\nHost: localhost\r\n"
        + b"".join(b"X-%d: y\r\n" % n for n in range(5000))
        + b"\r\n",
        b"GET /api/health HTTP/1.1\r\nHost: localhost\r\nX: " + b"y" * (2 * HEADER_BYTES) + b"\r\n\r\n",
        b"GET /api/health HTTP/1.1\r\nHost: localhost\r\nX: " + b"y" * 400_000,
        b"GET /api/health HTTP/1.1\r\nHost: localhost\r\n" + b"x" * 400_000,
        b"GET /" + b"y" * 400_000,
        b"GET " + b"/" * (2 * HEADER_BYTES) + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"POST /api/open HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: " + b"y" * 400_000,
    ],
    ids=range(7),
)
def test_a_flood_of_headers_is_431(running: Running, raw: bytes) -> None:
    head, _, body = running.send(raw).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 431 ")
    assert list(json.loads(body)) == ["error"]
    assert running.client.get("/health").status_code == 200


def test_headers_that_come_piece_by_piece_are_counted_together(running: Running) -> None:
    field = b"X: " + b"y" * 500 + b"\r\n"
    with socket.create_connection(("127.0.0.1", running.port), timeout=10) as line:
        line.sendall(b"GET /api/health HTTP/1.1\r\n")
        for _ in range(HEADER_BYTES // len(field) + 1):
            line.sendall(field)
        assert line.recv(65_536).startswith(b"HTTP/1.1 431 ")


@pytest.mark.parametrize("size", [1, 7, 60])
def test_a_request_in_small_pieces_is_a_request(running: Running, size: int) -> None:
    raw = b"POST /api/open HTTP/1.1\r\nHost: localhost\r\nContent-Length: 13\r\n\r\n" + b'{"name": "a"}'
    with socket.create_connection(("127.0.0.1", running.port), timeout=10) as line:
        for start in range(0, len(raw), size):
            line.sendall(raw[start : start + size])
        assert line.recv(65_536).startswith(b"HTTP/1.1 200 ")


def test_requests_behind_each_other_are_answered_in_their_order(running: Running) -> None:
    asked = [b'{"name": "%d"}' % number for number in range(30)]
    head = b"POST /api/open HTTP/1.1\r\nHost: localhost\r\n"
    raw = b"".join(head + b"Content-Length: %d\r\n\r\n%b" % (len(body), body) for body in asked)
    with socket.create_connection(("127.0.0.1", running.port), timeout=10) as line:
        line.sendall(raw + b"GET /api/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        received = b""
        while piece := line.recv(65_536):
            received += piece
    assert re.findall(rb'"name":"(\d+)"', received) == [b"%d" % number for number in range(30)]
    assert received.lower().count(b"connection: close") == 1
    assert received.endswith(b'{"status":"ok"}')


def test_a_head_request_is_answered_without_a_body(running: Running) -> None:
    raw = b"HEAD /api/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    head, _, body = running.send(raw).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 405 ")
    assert body == b""


@pytest.mark.parametrize(
    "raw",
    [
        b"nonsense\r\n\r\n",
        b"GET /api/health HTTP/9.9\r\n\r\n",
        b"GET http:// HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /api/health HTTP/1.1\r\nHost: localhost\r\nBad Header: x\r\n\r\n",
        b"POST /api/open HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        b"POST /api/open HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /api/open HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET /api/\xff HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /api/health HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n",
        b"GET /api/health HTTP/1.1\r\nHost: localhost\r\nAuthorization: a\r\nAuthorization: b\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00",
    ],
    ids=range(11),
)
def test_what_is_not_http_is_400(running: Running, raw: bytes) -> None:
    head, _, body = running.send(raw).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert list(json.loads(body)) == ["error"]


def test_a_line_break_in_a_header_value_makes_no_header_of_the_answer(running: Running) -> None:
    raw = b"GET /api/nothing%0d%0aSet-Cookie:%20a=b HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: a\r\n b\r\n\r\n"
    head = running.send(raw).partition(b"\r\n\r\n")[0].lower()
    assert head.startswith(b"http/1.1 400 ")
    assert b"set-cookie" not in head


@given(st.binary(max_size=200))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_body_is_answered(running: Running, body: bytes) -> None:
    reply = running.client.post("/open", content=body)
    assert reply.status_code in (200, 400)
    if reply.status_code == 400:
        error_of(reply)


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "TRACE", "PUT"])
def test_an_undocumented_method_is_405_with_all_that_are_allowed(running: Running, method: str) -> None:
    reply = running.client.request(method, "/things")
    assert reply.status_code == 405
    assert reply.headers["allow"] == "GET, POST"
    assert method == "HEAD" or error_of(reply)


@pytest.mark.parametrize("path", ["/things/", "/things/7/", "/things/last/", "/health/"])
def test_a_slash_at_the_end_is_the_same_path_without_a_redirect(running: Running, path: str) -> None:
    assert running.client.get(path, follow_redirects=False).status_code == 200


def test_an_alias_leads_to_its_operation(running: Running) -> None:
    assert running.client.delete("/thing/7").json()["operation"] == "delete_thing"
    assert running.client.get("/boxes").json()["operation"] == "list_boxes"
    assert running.client.request("GET", "/boxes", content=b"null").json()["operation"] == "list_boxes"
    assert running.client.request("GET", "/boxes", json={"name": "a"}).json()["operation"] == "add_box"
    assert running.client.request("GET", "/boxes", json={}).status_code == 400


def test_every_answer_has_the_headers_of_every_answer(running: Running) -> None:
    for path in ("/things", "/health", "/nothing", "/openapi.json", "/things/x"):
        headers = running.client.get(path).headers
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"
        assert len(headers["x-request-id"]) == 16
        assert headers["content-type"] == "application/json"
        assert "server" not in headers


def test_a_foreign_page_is_refused_everywhere(running: Running) -> None:
    for path in ("/health", "/things", "/openapi.json", "/nothing"):
        for headers in ({"origin": "http://evil.example"}, {"host": "evil.example"}, {"sec-fetch-site": "cross-site"}):
            reply = running.client.get(path, headers=headers)
            assert reply.status_code == 403
            error_of(reply)


def test_others_are_answered_while_one_request_takes_long(running: Running) -> None:
    waiting = threading.Thread(target=lambda: running.client.get("/slow", timeout=20))
    waiting.start()
    with httpx.Client(base_url=running.client.base_url) as other:
        assert other.get("/health").status_code == 200
    running.handlers.release.set()
    waiting.join()


def test_a_client_that_goes_away_leaves_nothing_behind(running: Running) -> None:
    raw = b"POST /api/open HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n\r\n{"

    async def go_away() -> None:
        _, writer = await asyncio.open_connection("127.0.0.1", running.port)
        writer.write(raw)
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    for _ in range(20):
        asyncio.run(go_away())
    assert running.client.get("/health").status_code == 200
    assert running.handlers.calls == []
    until = time.monotonic() + 10
    while running.server.server_state.tasks and time.monotonic() < until:
        time.sleep(0.01)
    assert not running.server.server_state.tasks


def test_a_connection_that_answered_many_requests_ends_with_its_client(running: Running) -> None:
    before = len(running.server.server_state.connections)
    raw = b"POST /api/open HTTP/1.1\r\nHost: localhost\r\nContent-Length: 13\r\n\r\n" + b'{"name": "a"}'
    with socket.create_connection(("127.0.0.1", running.port), timeout=10) as line:
        for _ in range(3):
            line.sendall(raw)
            assert line.recv(65_536).startswith(b"HTTP/1.1 200 ")
        assert len(running.server.server_state.connections) == before + 1
    until = time.monotonic() + 10
    while len(running.server.server_state.connections) > before and time.monotonic() < until:
        time.sleep(0.01)
    assert len(running.server.server_state.connections) == before
    assert not running.server.server_state.tasks


@pytest.mark.parametrize("target", [b"http://evil.example/api/health", b"//x@evil.example:80/api/health", b"*"])
def test_a_target_that_names_a_host_of_its_own_is_refused(running: Running, target: bytes) -> None:
    answer = running.send(b"GET " + target + b" HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert answer.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 404 ")), answer
    assert b'{"error":' in answer

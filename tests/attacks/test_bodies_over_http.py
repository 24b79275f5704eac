"""Bodies and connections that are not what they should be, on both servers."""

import json
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from live import PASSWORD
from world import COUNT, World, done, refused


def raw(world: World, text: bytes, timeout: float = 20.0) -> bytes:
    """Bytes to the port, and what comes back before the server closes or has said all."""
    at = urlsplit(world.live.address)
    with socket.create_connection((at.hostname or "", at.port or 0), timeout=timeout) as line:
        received = b""
        try:
            line.sendall(text)
            while piece := line.recv(65_536):
                received += piece
                if b"}" in received:
                    break
        except (ConnectionError, TimeoutError):
            pass
        return received


def test_a_chunked_body_is_read_like_any_other(world: World) -> None:
    dataset = world.dataset()
    body = json.dumps({"query": COUNT, "datasets": dataset["data_name"], "epsilon": 1}).encode()

    def pieces() -> Iterator[bytes]:
        for at in range(0, len(body), 7):
            yield body[at : at + 7]

    headers = {"content-type": "application/json"}
    assert done(world.admin.post("/queries", content=pieces(), headers=headers))["job_uuid"]
    assert world.balance(dataset) == (9.0, 10.0)


def test_a_body_without_a_media_type_is_json(world: World) -> None:
    content = json.dumps({"email": "user@example.org", "password": PASSWORD}).encode()
    assert done(world.nobody.post("/users/login", content=content))["token"]


@pytest.mark.parametrize("size", [17_000_000, 1_000_000_000_000])
def test_a_body_beyond_the_limit_is_413_before_it_is_sent(world: World, size: int) -> None:
    head = (
        f"POST /api/queries HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {world.admin.token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {size}\r\n\r\n"
    )
    answer = raw(world, head.encode() + b"x" * 1000)
    assert b" 413 " in answer.splitlines()[0], answer[:300]
    assert b'{"error":' in answer


@pytest.mark.parametrize("size", [15_000_000])
def test_a_long_body_within_the_limit_is_read_and_refused_for_its_meaning(world: World, size: int) -> None:
    answer = world.admin.post("/data", json={"meta": "x" * size})
    refused(answer, 400)


@pytest.mark.parametrize(
    "text",
    [
        b"GET /api/data HTTP/1.1\r\nHost: a\x00b\r\n\r\n",
        b"NONSENSE\r\n\r\n",
        b"GET /api/data HTTP/9.9\r\nHost: 127.0.0.1\r\n\r\n",
        b"POST /api/queries HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -5\r\n\r\n",
        b"POST /api/queries HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n{}",
        b"POST /api/queries HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET /api/" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    ],
    ids=range(7),
)
def test_what_is_not_http_harms_nobody(world: World, text: bytes) -> None:
    answer = raw(world, text, timeout=5)
    assert b" 500 " not in answer.partition(b"\r\n")[0]
    assert b"Traceback" not in answer
    assert world.nobody.get("/health").status_code == 200


def test_query_fields_that_flood_repeat_or_are_no_text_are_400(world: World) -> None:
    for query in (
        "&".join(f"a{n}=1" for n in range(500)),
        "page=1&page=2",
        "page=%ff",
        "page=%00",
        "order_by=%0d%0aX-Injected:%201",
        "page=1e3",
        "page=+1",
        "page=0x1",
        "page=٣",
    ):
        refused(world.admin.get(f"/data?{query}"), 400)


def test_line_breaks_in_values_reach_neither_headers_nor_logs(world: World) -> None:
    name = "x%0d%0aSet-Cookie:%20a=b%0a[error]%20forged"
    answer = world.admin.get(f"/privacy/budgets?data_id=1&order_by={name}")
    refused(answer, 400)
    assert "set-cookie" not in answer.headers
    refused(world.admin.get(f"/data/{name}"), 400, 404)
    assert not [line for line in world.live.log().splitlines() if line.startswith(("[error]", " a=b"))]

"""The client that requests travel with: connections are kept, and whatever is not one clear answer ends them."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from quarantine.server.wire import HIGH, Busy, Lost, Origin, Pool, Unconnected
from quarantine.store.remote import trust

HEAD = b"GET /api/jobs HTTP/1.1\r\nhost: here\r\n\r\n"
ANSWER = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n"
Script = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class There:
    """A server that says what a test wants it to; counts connections."""

    def __init__(self, *pieces: bytes, end: bool = False) -> None:
        self.pieces, self.end = pieces, end
        self.connections = 0
        self.got = b""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection: a script for each request."""
        self.connections += 1
        while got := await reader.read(65_536):
            self.got += got
            if not self.got.endswith(b"\r\n\r\n"):
                continue
            for piece in self.pieces:
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(0.01)
            if self.end:
                break
        writer.close()


async def whole(pool: Pool, origin: Origin, content: bytes | AsyncIterator[bytes] = b"") -> tuple[int, bytes]:
    """Status and body of one request."""
    connection = await pool.take(origin)
    try:
        await connection.send(HEAD, content, chunked=not isinstance(content, bytes))
        await connection.answer()
        body = b""
        while piece := await connection.piece():
            body += piece
        return connection.status, body
    finally:
        pool.give_back(connection)


def run(there: There, test: Callable[[Pool, Origin], Awaitable[None]], silence: float = 5.0) -> None:
    """A test beside its server."""

    async def both() -> None:
        server = await asyncio.start_server(there.serve, "127.0.0.1", 0)
        origin = Origin("http", "127.0.0.1", server.sockets[0].getsockname()[1])
        pool = Pool(trust(""), silence)
        await test(pool, origin)
        pool.close()
        server.close()
        await asyncio.sleep(0.05)

    asyncio.run(both())


def test_one_connection_serves_many_requests() -> None:
    there = There(ANSWER, b"ok")

    async def test(pool: Pool, origin: Origin) -> None:
        for _ in range(5):
            assert await whole(pool, origin) == (200, b"ok")

    run(there, test)
    assert there.connections == 1


@pytest.mark.parametrize(
    "pieces",
    [
        (b"HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n", ANSWER, b"ok"),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n", b"ok\r\n0\r\n", b"\r\n"),
        (ANSWER + b"o", b"k"),
    ],
    ids=["interim", "chunked", "in pieces"],
)
def test_answers_are_read_however_they_come(pieces: tuple[bytes, ...]) -> None:
    async def test(pool: Pool, origin: Origin) -> None:
        assert await whole(pool, origin) == (200, b"ok")
        assert await whole(pool, origin) == (200, b"ok")

    run(There(*pieces), test)


@pytest.mark.parametrize(
    "pieces",
    [
        (b"SSH-2.0-x\r\n",),
        (ANSWER + b"o",),
        (b"HTTP/1.1 200 OK\r\n\r\n", b"ends with the connection"),
        (b"HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n",),
        (b"HTTP/1.1 200 OK\r\nx: " + b"y" * (HIGH * 2) + b"\r\n\r\n",),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nok",),
        (b"",),
    ],
    ids=["no HTTP", "too short", "no length", "upgrade", "long head", "two lengths", "nothing"],
)
def test_what_is_no_complete_answer_is_lost(pieces: tuple[bytes, ...]) -> None:
    async def test(pool: Pool, origin: Origin) -> None:
        with pytest.raises(Lost):
            await whole(pool, origin)

    run(There(*pieces, end=True), test)


def test_what_nobody_asked_for_is_no_answer_to_the_next_request() -> None:
    there = There(ANSWER + b"okHTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nforged")

    async def test(pool: Pool, origin: Origin) -> None:
        for _ in range(3):
            try:
                assert await whole(pool, origin) == (200, b"ok")
            except Lost:
                continue

    run(there, test)
    assert there.connections == 3


def test_a_body_that_was_answered_early_is_not_sent_to_its_end() -> None:
    sent = 0

    async def pieces() -> AsyncIterator[bytes]:
        nonlocal sent
        yield b"begins\r\n\r\n"
        for _ in range(100):
            await asyncio.sleep(0.01)
            sent += 1
            yield b"x" * 1000

    there = There(b"HTTP/1.1 413 Content Too Large\r\ncontent-length: 2\r\n\r\nno")

    async def test(pool: Pool, origin: Origin) -> None:
        assert await whole(pool, origin, pieces()) == (413, b"no")
        assert sent < 100
        # Half a request is on that connection.
        there.got = b""
        assert (await whole(pool, origin))[0] == 413

    run(there, test)
    assert there.connections == 2


def test_silence_ends() -> None:
    async def test(pool: Pool, origin: Origin) -> None:
        with pytest.raises(TimeoutError):
            await whole(pool, origin)

    run(There(), test, silence=0.1)


def test_nothing_there_is_said_so() -> None:
    async def test(pool: Pool, _: Origin) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            closed = Origin("http", "127.0.0.1", probe.getsockname()[1])
        with pytest.raises(Unconnected):
            await pool.take(closed)

    run(There(), test)


def test_connections_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("quarantine.server.wire.CONNECTIONS", 2)
    monkeypatch.setattr("quarantine.server.wire.CONNECT_SECONDS", 0.1)

    async def test(pool: Pool, origin: Origin) -> None:
        taken = [await pool.take(origin) for _ in range(2)]
        with pytest.raises(Busy):
            await pool.take(origin)
        for connection in taken:
            pool.give_back(connection)
        pool.give_back(await pool.take(origin))

    run(There(), test)


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        (Origin("https", "q.example.org", 443), "q.example.org"),
        (Origin("http", "localhost", 443), "localhost:443"),
        (Origin("http", "::1", 9000), "[::1]:9000"),
    ],
)
def test_the_host_header_is_what_servers_expect(origin: Origin, host: str) -> None:
    assert origin.host == host

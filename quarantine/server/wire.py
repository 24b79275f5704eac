"""HTTP/1.1 to other servers, over connections that are kept: httptools parses, asyncio carries, nothing else is in it.

Written because the usual clients take twenty times the processor time of this one for a short request, which is more
than all else that forwarding does (measured in `docs/decisions/0022-forwarding.md`). A response has a Content-Length or
comes in chunks; one that ends with its connection is taken for one that broke off.
"""

import asyncio
import ssl
import time
from collections import deque
from collections.abc import AsyncIterator
from typing import NamedTuple

import httptools

from quarantine.store.remote import CONNECT_SECONDS, Address

CONNECTIONS = 100
# Less than a server keeps a connection that nobody uses, so that none is taken up that is just being closed.
IDLE_SECONDS = 15.0
WRITE_SECONDS = 30.0
HEAD_BYTES = 32_768
# So much of a body waits here for who reads it, before the other server is told to pause.
HIGH, LOW = 262_144, 65_536


class Lost(Exception):
    """The connection ended, or said what is no HTTP, before the answer was complete."""


class Unconnected(Exception):
    """There was no connection to send anything over; `certificate` where its certificate was the reason."""

    def __init__(self, *, certificate: bool = False) -> None:
        super().__init__()
        self.certificate = certificate


class Busy(Exception):
    """All connections are in use, and none has become free in time."""


class Origin(NamedTuple):
    """Which connections are alike."""

    scheme: str
    hostname: str
    port: int

    @classmethod
    def of(cls, address: Address) -> "Origin":
        """The origin of an address."""
        return cls(address.scheme, address.hostname, address.port)

    @property
    def host(self) -> str:
        """The `Host` header."""
        name = f"[{self.hostname}]" if ":" in self.hostname else self.hostname
        usual = {"http": 80, "https": 443}[self.scheme]
        return name if self.port == usual else f"{name}:{self.port}"


class Connection(asyncio.Protocol):
    """One connection with at most one request on it; one task at a time waits for what happens on it."""

    def __init__(self, origin: Origin, silence: float) -> None:
        self.origin = origin
        self._silence = silence
        self._transport: asyncio.Transport | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._write_paused = False
        self.lost = False
        self.idle_since = 0.0
        self._begin()

    def _begin(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self._pieces: deque[bytes] = deque()
        self._waiting = self._head = 0
        self._read_paused = False
        self.status = 0
        self.headers: dict[bytes, bytes] = {}
        self.answered = self.complete = self._sent = self._keeps = False

    # What asyncio calls.

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """There is a connection."""
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """There is none any more."""
        self.lost = True
        self._wake()

    def data_received(self, data: bytes) -> None:
        """Bytes from the other server."""
        if self.complete or not self._head_fits(data):
            # Nothing was asked: whatever this answers, it is not the next request.
            self.close()
            return
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self.close()
        self._wake()

    def pause_writing(self) -> None:
        """The other server reads slower than we write."""
        self._write_paused = True

    def resume_writing(self) -> None:
        """It has caught up."""
        self._write_paused = False
        self._wake()

    # What the parser calls.

    def on_message_begin(self) -> None:
        """A response begins; a second one ends the connection, as nothing asked for it."""
        if self.answered:
            raise httptools.HttpParserError("more than one response")

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header field."""
        self.headers[name.lower()] = value

    def on_headers_complete(self) -> None:
        """The head is there; that of an interim response (1xx) is forgotten."""
        status = self._parser.get_status_code()
        if status < 200:
            self.headers = {}
            return
        self.status, self.answered = status, True
        # Once all of the response is there, the parser no longer knows.
        self._keeps = self._parser.should_keep_alive()

    def on_body(self, piece: bytes) -> None:
        """A piece of the body."""
        self._pieces.append(piece)
        self._waiting += len(piece)
        if self._waiting > HIGH and not self._read_paused and self._transport is not None:
            self._read_paused = True
            self._transport.pause_reading()

    def on_message_complete(self) -> None:
        """All of the response is there."""
        self.complete = self.answered

    # What who asks calls.

    async def send(self, head: bytes, content: bytes | AsyncIterator[bytes], *, chunked: bool) -> None:
        """Sends a request; stops sending a body that has been answered meanwhile. Raises Lost and TimeoutError."""
        self._begin()
        if isinstance(content, bytes):
            await self._write(head + content)
            self._sent = True
            return
        await self._write(head)
        async for piece in content:
            if self.answered:
                return
            await self._write(b"%x\r\n%b\r\n" % (len(piece), piece) if chunked else piece)
        if chunked:
            await self._write(b"0\r\n\r\n")
        self._sent = True

    async def answer(self) -> None:
        """Waits for the head of the response. Raises Lost and TimeoutError."""
        while not self.answered:
            await self._wait(self._silence)

    async def piece(self) -> bytes:
        """The next piece of the body; empty at its end. Raises Lost and TimeoutError."""
        while not self._pieces:
            if self.complete:
                return b""
            await self._wait(self._silence)
        piece = self._pieces.popleft()
        self._waiting -= len(piece)
        if self._read_paused and self._waiting < LOW and self._transport is not None:
            self._read_paused = False
            self._transport.resume_reading()
        return piece

    @property
    def reusable(self) -> bool:
        """Whether the next request may go over it."""
        return self.complete and self._sent and self._keeps and not self.lost

    def close(self) -> None:
        """Ends the connection at once."""
        self.lost = True
        if self._transport is not None:
            self._transport.abort()

    def _head_fits(self, data: bytes) -> bool:
        if not self.answered:
            self._head += len(data)
        return self.answered or self._head <= HEAD_BYTES + HIGH

    async def _write(self, data: bytes) -> None:
        if self._transport is None or self.lost:
            raise Lost
        self._transport.write(data)
        while self._write_paused and not self.answered:
            await self._wait(WRITE_SECONDS)

    async def _wait(self, seconds: float) -> None:
        if self.lost:
            raise Lost
        self._waiter = asyncio.get_running_loop().create_future()
        async with asyncio.timeout(seconds):
            await self._waiter

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


class Pool:
    """Connections by origin; a limited number in use at once."""

    def __init__(self, trust: ssl.SSLContext, silence: float) -> None:
        self._trust = trust
        self._silence = silence
        self._free = asyncio.Semaphore(CONNECTIONS)
        self._idle: dict[Origin, list[Connection]] = {}

    async def take(self, origin: Origin, *, fresh: bool = False) -> Connection:
        """A connection for one request, to be given back in any case. Raises Busy, Unconnected and TimeoutError."""
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await self._free.acquire()
        except TimeoutError:
            raise Busy from None
        try:
            return (None if fresh else self._kept(origin)) or await self._connected(origin)
        except BaseException:
            self._free.release()
            raise

    def give_back(self, connection: Connection) -> None:
        """Keeps a connection whose request is over, closes any other."""
        self._free.release()
        self._close_old()
        if connection.reusable:
            connection.idle_since = time.monotonic()
            self._idle.setdefault(connection.origin, []).append(connection)
        else:
            connection.close()

    def close(self) -> None:
        """Ends the connections that nobody uses."""
        for kept in self._idle.values():
            for connection in kept:
                connection.close()
        self._idle.clear()

    def _kept(self, origin: Origin) -> Connection | None:
        kept, since = self._idle.get(origin, []), time.monotonic() - IDLE_SECONDS
        while kept:
            connection = kept.pop()
            if not connection.lost and connection.idle_since > since:
                return connection
            connection.close()
        return None

    def _close_old(self) -> None:
        since = time.monotonic() - IDLE_SECONDS
        for kept in self._idle.values():
            while kept and kept[0].idle_since < since:
                kept.pop(0).close()

    async def _connected(self, origin: Origin) -> Connection:
        secret = self._trust if origin.scheme == "https" else None
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                _, connection = await asyncio.get_running_loop().create_connection(
                    lambda: Connection(origin, self._silence),
                    origin.hostname,
                    origin.port,
                    ssl=secret,
                    server_hostname=origin.hostname if secret else None,
                )
        except TimeoutError:
            raise
        except ssl.SSLCertVerificationError:
            raise Unconnected(certificate=True) from None
        except (OSError, UnicodeError):
            raise Unconnected from None
        return connection

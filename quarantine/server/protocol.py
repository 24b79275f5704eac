"""uvicorn's HTTP/1.1 over httptools: bounded headers, the documented error for no HTTP, one write per answer."""

import asyncio
from typing import Any

import httptools
import msgspec
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from quarantine.server.exchange import WHOLE, Reply, reply_bytes

HEADER_BYTES = 32_768
HEADER_FIELDS = 100
# From the first byte of a request, or from connecting, to the end of its headers.
HEADER_SECONDS = 20.0

_MESSAGES = {
    400: "this is not valid HTTP",
    431: f"the request line and headers are larger than {HEADER_BYTES} bytes or {HEADER_FIELDS} fields",
}

# What is done for each request is called by name: super() makes an object and looks the method up each time.
_feed = HttpToolsProtocol.data_received
_begin = HttpToolsProtocol.on_headers_complete
_take = HttpToolsProtocol.on_body


class BoundedProtocol(HttpToolsProtocol):
    """Counts what comes without a request getting on: the parser has no limit and keeps an unfinished field whole.

    A request gets on when its headers end and with each piece of its body. Counting whole pieces of the line, instead
    of fields as the parser finds them, costs next to nothing; a piece with all of the headers is looked at in full
    where it is larger than headers may be.
    """

    # Python reads the attributes of objects with more than thirty in a slower way: uvicorn's has just under.
    __slots__ = ("_asked", "_dated", "_head_timer", "_idle", "_own", "_status", "_task", "_waiting")

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client; it has HEADER_SECONDS to say what it wants."""
        self._waiting = 0
        self._status = 400
        self._dated: object = None
        self._own = b""
        self._asked: list[tuple[RequestResponseCycle, Any]] = []
        self._task: asyncio.Task[None] | None = None
        self._idle: asyncio.Future[None] | None = None
        super().connection_made(transport)
        self._head_timer: asyncio.TimerHandle | None = self.loop.call_later(HEADER_SECONDS, transport.close)

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone."""
        self._stop_timer()
        super().connection_lost(exc)
        self._wake()

    def data_received(self, data: bytes) -> None:
        """Bytes from the client."""
        self._waiting += len(data)
        _feed(self, data)
        if self._waiting > HEADER_BYTES and not self.transport.is_closing():
            self._status = 431
            self.send_400_response("")
        # Nearly all headers come whole, in one piece: no timer is made for them.
        # A request has its scope from the first byte on, and its cycle when the headers have ended.
        if self.cycle is not None and self.cycle.scope is self.scope:
            if self._head_timer is not None:
                self._stop_timer()
        elif self._head_timer is None:
            self._head_timer = self.loop.call_later(HEADER_SECONDS, self.transport.close)

    def on_headers_complete(self) -> None:
        """The headers are there; the request begins."""
        if self._waiting > HEADER_BYTES or len(self.headers) > HEADER_FIELDS:
            self._check_headers()
        if not self.url.startswith(b"/"):
            # A target with a host of its own (as proxies take it) would get past the check of Host.
            raise httptools.HttpParserError("the target is no path")
        self._waiting = 0
        _begin(self)

    def on_body(self, body: bytes) -> None:
        """A piece of the body."""
        self._waiting = 0
        _take(self, body)

    def _check_headers(self) -> None:
        size = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        if size > HEADER_BYTES or len(self.headers) > HEADER_FIELDS:
            self._status = 431
            raise httptools.HttpParserError("headers too large")

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        extensions: dict[str, Any] = {WHOLE: WholeCycle(cycle, self)}
        cycle.scope["extensions"] = extensions
        self._asked.append((cycle, app))
        if self._task is None or self._task.done():
            self._task = self.loop.create_task(self._run())
        else:
            self._wake()
        self.tasks.add(self._task)

    def _wake(self) -> None:
        if self._idle is not None and not self._idle.done():
            self._idle.set_result(None)

    async def _run(self) -> None:
        """Answers the requests of this connection, in one task: making one takes as long as finding three routes."""
        task = self._task
        while self._asked:
            cycle, app = self._asked.pop(0)
            await cycle.run_asgi(app)
            if self._asked or task is None:
                continue
            # What is among the tasks is work that a stopping server waits for.
            self.tasks.discard(task)
            if self.parser is not None:
                self._idle = self.loop.create_future()
                await self._idle

    def lines_of(self, fields: list[tuple[bytes, bytes]]) -> bytes:
        """uvicorn's own header fields as lines: the date, in a new list each second."""
        if fields is not self._dated:
            self._dated = fields
            self._own = b"".join(b"%b: %b\r\n" % field for field in fields)
        return self._own

    def send_400_response(self, msg: str) -> None:
        """Answers what could not be parsed, and closes."""
        body = msgspec.json.encode({"error": _MESSAGES[self._status]})
        fields = [b"content-type: application/json", b"content-length: %d" % len(body), b"connection: close"]
        self.transport.write(STATUS_LINE[self._status] + b"\r\n".join([*fields, b"", body]))
        self.transport.close()

    def _stop_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None


class WholeCycle(msgspec.Struct):
    """uvicorn's request and response, where each of them is one piece: no messages, nothing to wait for."""

    cycle: RequestResponseCycle
    protocol: BoundedProtocol

    def body(self, limit: int) -> bytes | None:
        """The body, unless some of it is missing, or it is too large, or the client waits for us to ask for it."""
        cycle = self.cycle
        if cycle.more_body or cycle.waiting_for_100_continue or cycle.disconnected or len(cycle.body) > limit:
            return None
        cycle.flow.resume_reading()
        body, cycle.body = bytes(cycle.body), bytearray()
        cycle.message_event.clear()
        return body

    def answer(self, reply: Reply, request_id: str) -> bool:
        """Sends a reply in one write, where uvicorn has two; False where that has to wait or to end the line."""
        cycle = self.cycle
        if cycle.flow.write_paused or cycle.disconnected or not cycle.keep_alive or cycle.scope["method"] == "HEAD":
            return False
        cycle.response_started = cycle.response_complete = True
        cycle.waiting_for_100_continue = False
        start = STATUS_LINE[reply.status] + self.protocol.lines_of(cycle.default_headers)
        cycle.transport.write(reply_bytes(start, reply, request_id))
        cycle.message_event.set()
        cycle.on_response()
        return True

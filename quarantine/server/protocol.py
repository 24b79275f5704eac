"""uvicorn's HTTP/1.1 over httptools: bounded headers, the documented error for no HTTP, one write per answer."""

import asyncio
from functools import lru_cache, partial
from typing import Any

import httptools
import msgspec
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from quarantine.server.exchange import WHOLE

HEADER_BYTES = 32_768
HEADER_FIELDS = 100
# From the first byte of a request, or from connecting, to the end of its headers.
HEADER_SECONDS = 20.0

_MESSAGES = {
    400: "this is not valid HTTP",
    431: f"the request line and headers are larger than {HEADER_BYTES} bytes or {HEADER_FIELDS} fields",
}


class BoundedProtocol(HttpToolsProtocol):
    """Counts what comes without a request getting on: the parser has no limit and keeps an unfinished field whole.

    A request gets on when its headers end and with each piece of its body. Counting whole pieces of the line, instead
    of fields as the parser finds them, costs next to nothing; a piece with all of the headers is looked at in full
    where it is larger than headers may be.
    """

    # Python reads the attributes of objects with more than thirty in a slower way: uvicorn's has just under.
    __slots__ = ("_head_timer", "_in_head", "_status", "_waiting")

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client; it has HEADER_SECONDS to say what it wants."""
        self._waiting = 0
        self._in_head = True
        self._status = 400
        super().connection_made(transport)
        self._head_timer: asyncio.TimerHandle | None = self.loop.call_later(HEADER_SECONDS, transport.close)

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone."""
        self._stop_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Bytes from the client."""
        self._waiting += len(data)
        super().data_received(data)
        if self._waiting > HEADER_BYTES and not self.transport.is_closing():
            self._status = 431
            self.send_400_response("")
        # Nearly all headers come whole, in one piece: no timer is made for them.
        if not self._in_head:
            if self._head_timer is not None:
                self._stop_timer()
        elif self._head_timer is None:
            self._head_timer = self.loop.call_later(HEADER_SECONDS, self.transport.close)

    def on_message_begin(self) -> None:
        """The first bytes of a request."""
        self._in_head = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """The headers are there; the request begins."""
        if self._waiting > HEADER_BYTES or len(self.headers) > HEADER_FIELDS:
            self._check_headers()
        if not self.url.startswith(b"/"):
            # A target with a host of its own (as proxies take it) would get past the check of Host.
            raise httptools.HttpParserError("the target is no path")
        self._waiting = 0
        self._in_head = False
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A piece of the body."""
        self._waiting = 0
        super().on_body(body)

    def _check_headers(self) -> None:
        size = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        if size > HEADER_BYTES or len(self.headers) > HEADER_FIELDS:
            self._status = 431
            raise httptools.HttpParserError("headers too large")

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        extensions: dict[str, Any] = {WHOLE: partial(self._answer, cycle)}
        cycle.scope["extensions"] = extensions
        super()._start_asgi_task(cycle, app)

    def _answer(self, cycle: RequestResponseCycle, status: int, fields: bytes, body: bytes) -> bool:
        """Sends an answer in one piece, where uvicorn writes two; False where that has to wait or to end the line."""
        if cycle.flow.write_paused or cycle.disconnected or not cycle.keep_alive or cycle.scope["method"] == "HEAD":
            return False
        cycle.response_started = cycle.response_complete = True
        cycle.waiting_for_100_continue = False
        own = _lines(tuple(cycle.default_headers))
        self.transport.write(b"%b%b%b\r\n%b" % (STATUS_LINE[status], own, fields, body))
        cycle.message_event.set()
        cycle.on_response()
        return True

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


@lru_cache(maxsize=1)
def _lines(fields: tuple[tuple[bytes, bytes], ...]) -> bytes:
    """uvicorn's own header fields as lines: the date, which is the same for a second."""
    return b"".join(b"%b: %b\r\n" % field for field in fields)

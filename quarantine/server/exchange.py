"""One request as the seam sees it, and one reply."""

import itertools
import os
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, Protocol

import msgspec

from generated.contract import Operation
from quarantine.domain.signatures import DIGEST, SIGNATURE

JSON = b"application/json"
# The extension in a request's scope that takes a body and gives an answer in one piece: a `Whole`.
WHOLE = "dq0.whole"
_encode = msgspec.json.Encoder().encode
# Random per process and counted within: unique without asking the kernel for each request.
_START = os.urandom(4).hex()
_COUNT = itertools.count(1)


def fresh_id() -> str:
    """A new request's id."""
    # The operator takes half as long as a format in an f-string.
    return _START + "%08x" % next(_COUNT)  # noqa: UP031


class Whole(Protocol):
    """What our protocol offers beside `receive` and `send`, for the many requests and answers that are one piece."""

    def body(self, limit: int) -> bytes | None:
        """The request's body where all of it is there, in at most `limit` bytes; None where it is to be received."""

    def answer(self, reply: "Reply", request_id: str) -> bool:
        """Sends a reply that is `bare`, or says that it has to be sent in the usual way."""


def body_at_hand(scope: Mapping[str, Any], limit: int) -> bytes | None:
    """The request's body where nothing has to be waited for; None where a `BodyReader` has to read it."""
    whole: Whole | None = scope["extensions"].get(WHOLE)
    return None if whole is None else whole.body(limit)


class Request(msgspec.Struct, kw_only=True):
    """A routed request: text is decoded, the body is read, nothing is believed yet."""

    operation: Operation
    path: Mapping[str, str]
    query: bytes = b""
    headers: Mapping[bytes, bytes] = msgspec.field(default_factory=dict)
    raw: bytes = b""
    client: str = ""
    request_id: str = ""
    # Who it turned out to be, by number.
    user_id: int | None = None
    # Whether it carries on with a stream: it has its audit row already.
    again: bool = False


class Reply(msgspec.Struct, kw_only=True):
    """Status, body and the headers beside the ones that every reply has."""

    status: int
    body: bytes
    headers: tuple[tuple[bytes, bytes], ...] = ()
    content_type: bytes = JSON

    @property
    def bare(self) -> bool:
        """Whether nobody has to look at the headers: what we sign with ends no line, and says nothing to a protocol."""
        return not self.headers or all(name in (DIGEST, SIGNATURE) for name, _ in self.headers)


class Streamed(msgspec.Struct, kw_only=True):
    """A reply that comes in pieces: `digest` is what its signed head says of them, which the last piece waits for.

    Whoever has it calls `close` once, however far it was read.
    """

    status: int
    pieces: AsyncIterator[bytes]
    close: Callable[[], None]
    length: int | None
    digest: bytes
    headers: tuple[tuple[bytes, bytes], ...] = ()
    content_type: bytes = JSON


def error_reply(status: int, message: str, headers: tuple[tuple[bytes, bytes], ...] = ()) -> Reply:
    """The documented error: `{"error": message}`."""
    return Reply(status=status, body=_encode({"error": message}), headers=headers)


_ALWAYS = ((b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff"))
_LINES = b"%bcontent-type: %b\r\ncontent-length: %d\r\nx-request-id: %b\r\n"
_LINES += b"".join(b"%b: %b\r\n" % field for field in _ALWAYS) + b"%b\r\n%b"


def reply_headers(reply: Reply | Streamed, request_id: str) -> list[tuple[bytes, bytes]]:
    """Every header of a reply."""
    length = len(reply.body) if isinstance(reply, Reply) else reply.length
    first, *rest = stream_headers(reply, request_id)
    return [first, *([] if length is None else [(b"content-length", b"%d" % length)]), *rest]


def stream_headers(reply: Reply | Streamed, request_id: str) -> list[tuple[bytes, bytes]]:
    """Every header of a reply that nobody knows the length of."""
    return [(b"content-type", reply.content_type), (b"x-request-id", request_id.encode()), *_ALWAYS, *reply.headers]


def reply_bytes(start: bytes, reply: Reply, request_id: str) -> bytes:
    """A reply that is `bare` as it is sent, from the status line and what else is in `start`."""
    own = b"".join(b"%b: %b\r\n" % field for field in reply.headers) if reply.headers else b""
    return _LINES % (start, reply.content_type, len(reply.body), request_id.encode(), own, reply.body)

"""One request as the seam sees it, and one reply."""

import itertools
import os
from collections.abc import Mapping

import msgspec

from generated.contract import Operation

JSON = b"application/json"
# The extension in a request's scope that sends status, header lines and body in one piece, and says whether it did.
WHOLE = "dq0.whole_answer"
_encode = msgspec.json.Encoder().encode
# Random per process and counted within: unique without asking the kernel for each request.
_START = os.urandom(4).hex()
_COUNT = itertools.count(1)


def fresh_id() -> str:
    """A new request's id."""
    return f"{_START}{next(_COUNT):08x}"


class Request(msgspec.Struct, kw_only=True):
    """A routed request: text is decoded, the body is read, nothing is believed yet."""

    operation: Operation
    path: Mapping[str, str]
    query: bytes = b""
    headers: Mapping[bytes, bytes] = msgspec.field(default_factory=dict)
    raw: bytes = b""
    client: str = ""
    request_id: str = ""


class Reply(msgspec.Struct, kw_only=True):
    """Status, body and the headers beside the ones that every reply has."""

    status: int
    body: bytes
    headers: tuple[tuple[bytes, bytes], ...] = ()
    content_type: bytes = JSON


def error_reply(status: int, message: str, headers: tuple[tuple[bytes, bytes], ...] = ()) -> Reply:
    """The documented error: `{"error": message}`."""
    return Reply(status=status, body=_encode({"error": message}), headers=headers)


_ALWAYS = ((b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff"))
_LINES = b"content-type: %b\r\ncontent-length: %d\r\nx-request-id: %b\r\n"
_LINES += b"".join(b"%b: %b\r\n" % field for field in _ALWAYS)


def reply_headers(reply: Reply, request_id: str) -> list[tuple[bytes, bytes]]:
    """Every header of a reply."""
    return [
        (b"content-type", reply.content_type),
        (b"content-length", b"%d" % len(reply.body)),
        (b"x-request-id", request_id.encode()),
        *_ALWAYS,
        *reply.headers,
    ]


def reply_lines(reply: Reply, request_id: str) -> bytes:
    """The headers of a reply that has none of its own, as they are sent."""
    return _LINES % (reply.content_type, len(reply.body), request_id.encode())

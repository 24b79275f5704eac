"""Reading a request's body: bounded in bytes, in time and in depth, so that every decoder survives it."""

import asyncio
import re
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from typing import Any

from quarantine.domain.errors import Invalid, TooLarge, UnsupportedMediaType

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

# Between two pieces of one body. A slow line sends more often than this; a held-open connection does not.
PIECE_SECONDS = 30.0
# After a refusal the rest is read and dropped for this long, so that the client comes to read the answer.
LINGER_SECONDS = 2.0
# What is read before anybody has shown credentials.
FIRST_BYTES = 65_536

_STRINGS = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_ONE_KIND = bytes.maketrans(b"{}", b"[]")

# Decoding may take some twenty times a body's size for a moment: beyond this size only one is decoded at a time.
LARGE = 1_048_576
_large = threading.Lock()


class Disconnected(Exception):
    """The client went away before its body was complete."""


class BodyReader:
    """The body of one request; `first` reads up to FIRST_BYTES, `rest` the remainder; `pieces` holds nothing."""

    def __init__(self, receive: Receive, length: bytes | None, limit: int) -> None:
        self._receive = receive
        self._limit = limit
        self._pieces: list[bytes] = []
        self._size = 0
        self.complete = False
        if length is not None and (len(length) > 18 or int(length) > limit):
            raise TooLarge(f"the body is larger than {limit} bytes")

    async def first(self) -> bytes:
        """Reads until the body is complete or FIRST_BYTES have come; what has come so far."""
        while not self.complete and self._size <= FIRST_BYTES:
            await self._piece()
        return b"".join(self._pieces)

    async def rest(self) -> bytes:
        """Reads to the end; the whole body."""
        while not self.complete:
            await self._piece()
        return b"".join(self._pieces)

    async def pieces(self) -> AsyncIterator[bytes]:
        """What has come so far, and then the rest, a piece at a time: never all of it is held."""
        while True:
            while self._pieces:
                yield self._pieces.pop(0)
            if self.complete:
                return
            await self._piece()

    async def _piece(self) -> None:
        try:
            async with asyncio.timeout(PIECE_SECONDS):
                self._take(await self._receive())
        except TimeoutError:
            raise Invalid(f"the body stopped coming for {PIECE_SECONDS:.0f} seconds") from None

    def _take(self, message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.disconnect":
            raise Disconnected
        piece: bytes = message.get("body", b"")
        self._size += len(piece)
        if self._size > self._limit:
            self._pieces.clear()
            raise TooLarge(f"the body is larger than {self._limit} bytes")
        if piece:
            self._pieces.append(piece)
        self.complete = not message.get("more_body", False)


async def drop(receive: Receive) -> None:
    """Reads and forgets what is still coming, for LINGER_SECONDS at most."""
    try:
        async with asyncio.timeout(LINGER_SECONDS):
            while (await receive()).get("more_body", False):
                pass
    except TimeoutError:
        return


def check_media_type(value: bytes | None, accepted: tuple[str, ...]) -> None:
    """Raises UnsupportedMediaType; a missing type is taken for JSON, parameters other than the charset are ignored."""
    if value is None or (value == b"application/json" and "application/json" in accepted):
        return
    media_type, _, parameters = value.decode("latin-1").lower().partition(";")
    if media_type.strip() not in accepted:
        raise UnsupportedMediaType(f"the body has to be {' or '.join(accepted)}")
    for parameter in parameters.split(";"):
        name, _, charset = parameter.partition("=")
        if name.strip() == "charset" and charset.strip().strip('"') not in ("utf-8", "utf8"):
            raise UnsupportedMediaType("the body has to be in UTF-8")


def decode_json(raw: bytes, depth_limit: int, decode: Callable[[bytes], object]) -> object:
    """What `decode` makes of a JSON body; raises Invalid where it is nested deeper than decoders can be asked to go."""
    # A level takes two bytes, or is not closed.
    if len(raw) > 2 * depth_limit and raw.count(b"[") + raw.count(b"{") > depth_limit:
        _check_depth(raw, depth_limit)
    if len(raw) <= LARGE:
        return decode(raw)
    with _large:
        return decode(raw)


def _check_depth(raw: bytes, depth_limit: int) -> None:
    # One kind of bracket: each pass then takes away exactly the innermost level, at the speed of bytes.replace.
    brackets = _STRINGS.sub(b"", raw).translate(_ONE_KIND, _NOT_BRACKETS)
    for _ in range(depth_limit):
        inner = brackets.replace(b"[]", b"")
        if len(inner) == len(brackets):
            break
        brackets = inner
    if brackets:
        raise Invalid(f"the body is nested deeper than {depth_limit} levels, or its brackets do not match")

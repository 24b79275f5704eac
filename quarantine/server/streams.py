"""Answers that go on: server-sent events of an object, sent when it changes, for as long as somebody listens.

The first piece is an ordinary answer of the seam. For the next ones the seam is asked again, with the id of the last
event: who may no longer see the object, or whose session has ended, is told so and sent away. What changes is found by
one look at the database for all streams of this process.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from typing import Any

import msgspec

from quarantine.domain import events
from quarantine.domain.errors import TooManyRequests
from quarantine.server.exchange import Reply, Request, stream_headers

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Ask = Callable[[Request], Awaitable[Reply]]
# What each of these objects looks like now, in any form that differs where it has changed.
Look = Callable[[Iterable[str]], Awaitable[Mapping[str, object]]]

LOOK_SECONDS = 0.5
# How often the session is asked for, and something is said where there is nothing new.
HEARTBEAT_SECONDS = 5.0
RETRY_SECONDS = 10
TOO_MANY = "you follow as many jobs as you may at once; close another stream first"
STOPPING = "the server stops; come back in a moment"


class Streams:
    """The open streams of this process."""

    def __init__(self, most_each: int) -> None:
        self._most_each = most_each
        self._open: Counter[int | None] = Counter()
        self._waiting: dict[str, set[asyncio.Event]] = {}
        self._looking: asyncio.Task[None] | None = None
        self._closing = False

    def close(self) -> None:
        """Let every stream end: the server stops."""
        self._closing = True
        self._wake(self._waiting)

    async def send(self, first: Reply, request: Request, receive: Receive, send: Send, *, ask: Ask, look: Look) -> None:
        """Sends a stream to its end; raises TooManyRequests before anything is sent."""
        if self._open[request.user_id] >= self._most_each:
            raise TooManyRequests(TOO_MANY, RETRY_SECONDS)
        self._open[request.user_id] += 1
        gone = asyncio.ensure_future(_gone(receive))
        try:
            headers = stream_headers(first, request.request_id)
            await send({"type": "http.response.start", "status": first.status, "headers": headers})
            await self._follow(first.body, request, gone, send, ask, look)
            await send({"type": "http.response.body", "body": b""})
        finally:
            gone.cancel()
            self._open[request.user_id] -= 1

    async def _follow(
        self, piece: bytes, request: Request, gone: "asyncio.Future[None]", send: Send, ask: Ask, look: Look
    ) -> None:
        request.again = True
        key = "/".join(request.path.values())
        changed = asyncio.Event()
        self._waiting.setdefault(key, set()).add(changed)
        self._look_with(look)
        try:
            while not gone.done():
                await send({"type": "http.response.body", "body": piece or events.HEARTBEAT, "more_body": True})
                if events.is_end(piece):
                    return
                if (seen := events.last_id(piece)) is not None:
                    request.headers = {**request.headers, b"last-event-id": seen.encode()}
                await _first_of(changed, gone)
                changed.clear()
                piece = await self._next(request, ask)
        finally:
            self._waiting[key].discard(changed)
            if not self._waiting[key]:
                del self._waiting[key]

    async def _next(self, request: Request, ask: Ask) -> bytes:
        if self._closing:
            return events.text([events.Event(events.CLOSED, {"error": STOPPING})])
        reply = await ask(request)
        if reply.status == 200:
            return reply.body
        return events.text([events.Event(events.CLOSED, msgspec.json.decode(reply.body))])

    def _look_with(self, look: Look) -> None:
        if self._looking is None or self._looking.done():
            self._looking = asyncio.ensure_future(self._look(look))

    async def _look(self, look: Look) -> None:
        """Wakes who waits for what has changed, until nobody waits."""
        known: Mapping[str, object] = {}
        while self._waiting and not self._closing:
            found = await look(list(self._waiting))
            # Who is new may have missed a change since his first piece.
            self._wake([key for key, shape in found.items() if known.get(key) != shape])
            known = found
            await asyncio.sleep(LOOK_SECONDS)

    def _wake(self, keys: Iterable[str]) -> None:
        for key in keys:
            for waiting in self._waiting.get(key, ()):
                waiting.set()


async def _first_of(changed: asyncio.Event, gone: "asyncio.Future[None]") -> None:
    """Wait for a change, for the client to go, or for the time of a heartbeat."""
    told = asyncio.ensure_future(changed.wait())
    try:
        await asyncio.wait((told, gone), timeout=HEARTBEAT_SECONDS, return_when=asyncio.FIRST_COMPLETED)
    finally:
        told.cancel()


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass

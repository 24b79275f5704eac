"""One request that another quarantine answers, from its body to the reply and the audit row."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any

import msgspec

from quarantine.domain.errors import DomainError, Unauthenticated, Unavailable
from quarantine.domain.settings import Settings
from quarantine.server.body import FIRST_BYTES, BodyReader, Receive
from quarantine.server.carry import Carrier
from quarantine.server.elsewhere import LOGINS, RENEWALS, Bound, Elsewhere, wants_local_files
from quarantine.server.exchange import Reply, Request, Streamed, body_at_hand
from quarantine.server.forward import Content, Forwarder
from quarantine.server.paces import CHECKPOINT_EVERY
from quarantine.server.problems import problem, status_of
from quarantine.server.routing import Route

# Bodies that this server has to know, too.
_READ = LOGINS | RENEWALS | {"get_commit_content"}
_EMPTY = (b"", b"null")
_CLOSE = ((b"connection", b"close"),)
Run = Callable[..., Awaitable[Any]]


class Answered(msgspec.Struct):
    """A reply, and what of the request's body nobody has read."""

    reply: Reply | Streamed
    unread: Receive | None = None


class Travel:
    """Sends requests elsewhere; `run` takes a function and its arguments to a thread."""

    def __init__(
        self, elsewhere: Elsewhere, forwarder: Forwarder, carrier: Carrier, run: Run, settings: Settings
    ) -> None:
        self._elsewhere = elsewhere
        self._forwarder = forwarder
        self._carrier = carrier
        self._run = run
        self._limit = settings.body_limit
        # SQLite's readers wait for nobody: they are done sooner than a thread is found. See `paces`.
        self._inline = settings.url.startswith("sqlite")
        self._turns = 0

    async def answer(
        self, request: Request, route: Route, scope: Mapping[str, Any], receive: Receive
    ) -> Answered | None:
        """The reply from elsewhere, or None where this server answers itself."""
        known = self._elsewhere.known
        if not (await self._run(self._elsewhere.look) if known is None else known):
            return None
        try:
            bound = await self._bound(request)
        except Unauthenticated as error:
            await self._run(self._elsewhere.refused, request, error)
            raise
        if bound is None:
            return None
        if self._elsewhere.knows_session(request, bound):
            return Answered(await self._run(self._elsewhere.session, request, bound))
        reader = await self._begin(request, route, scope, receive)
        content = request.raw if reader is None else reader.pieces()
        try:
            reply, there = await self._asked(request, bound, content)
            await self._keep(request, bound, reply, there)
        except DomainError as error:
            await self._write_down(request, bound, status_of(error), "", b"")
            reply = problem(error)
        return self._answered(reply, reader, receive)

    async def _asked(self, request: Request, bound: Bound, content: Content) -> tuple[Reply | Streamed, str]:
        if self._carrier.concerns(request.operation):
            return await self._carrier.answer(request, bound)
        if wants_local_files(request):
            return await self._carrier.local_content(request, bound)
        return await self._forwarder.ask(request, bound, content)

    async def _keep(self, request: Request, bound: Bound, reply: Reply | Streamed, there: str) -> None:
        try:
            await self._write_down(request, bound, reply.status, there, reply.body if isinstance(reply, Reply) else b"")
        except BaseException:
            if isinstance(reply, Streamed):
                reply.close()
            raise

    async def _bound(self, request: Request) -> Bound | None:
        if self._inline:
            return self._elsewhere.bound(request)
        found: Bound | None = await self._run(self._elsewhere.bound, request)
        return found

    async def _write_down(self, request: Request, bound: Bound, *outcome: Any) -> None:
        """On the event loop where nobody is waited for, and nothing has to be on the disk."""
        self._turns += 1
        if self._inline and request.operation.method == "GET" and self._turns % CHECKPOINT_EVERY:
            with suppress(Unavailable):
                self._elsewhere.done(request, bound, *outcome, wait=False)
                return
        await self._run(self._elsewhere.done, request, bound, *outcome)

    async def _begin(
        self, request: Request, route: Route, scope: Mapping[str, Any], receive: Receive
    ) -> BodyReader | None:
        """Reads a body that is short, or that has to be known here; for another the reader that has begun."""
        headers = request.headers
        if b"content-length" not in headers and b"transfer-encoding" not in headers:
            return None
        limit = FIRST_BYTES if request.operation.permission is None else self._limit
        raw, reader = body_at_hand(scope, limit), None
        if raw is None:
            reader = BodyReader(receive, headers.get(b"content-length"), limit)
            raw = await reader.first()
            if not reader.complete and (request.operation.id in _READ or self._carrier.concerns(request.operation)):
                raw = await reader.rest()
            if reader.complete:
                reader = None
        if route.with_body is not None and raw.strip() not in _EMPTY:
            request.operation = route.with_body.operation
        request.raw = b"" if reader is not None else raw
        return reader

    def _answered(self, reply: Reply | Streamed, reader: BodyReader | None, receive: Receive) -> Answered:
        if reader is None or reader.complete:
            return Answered(reply)
        if not any(name == b"connection" for name, _ in reply.headers):
            reply.headers = (*reply.headers, *_CLOSE)
        return Answered(reply, receive)

"""The fast stack: Connexion's middleware frame around generated routing, decoding and the seam."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, MutableMapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

from generated.contract import Operation
from quarantine.domain.errors import DomainError, Invalid, TooLarge
from quarantine.domain.events import MEDIA_TYPE
from quarantine.domain.settings import Settings
from quarantine.domain.signatures import CHALLENGE
from quarantine.server.body import FIRST_BYTES, BodyReader, Disconnected, drop
from quarantine.server.carry import Carrier
from quarantine.server.elsewhere import Elsewhere
from quarantine.server.exchange import WHOLE, Reply, Request, Streamed, Whole, body_at_hand, fresh_id, reply_headers
from quarantine.server.forward import Broken, Forwarder
from quarantine.server.frame import ROUTING_CONTEXT, ConnexionMiddleware, LifespanMiddleware
from quarantine.server.logs import log, where
from quarantine.server.observing import Answered as Observed
from quarantine.server.observing import Watch
from quarantine.server.origin import check_origin
from quarantine.server.paces import Paces
from quarantine.server.problems import MethodNotAllowed, internal, problem
from quarantine.server.routing import BASE, Match, Router
from quarantine.server.runtime import Runtime
from quarantine.server.seam import Seam
from quarantine.server.signing import Signer
from quarantine.server.streams import Streams
from quarantine.server.travel import Answered, Travel
from quarantine.store import jobs

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Lifespan = Callable[[Any], AbstractAsyncContextManager[None]]

T = TypeVar("T")
EVENTS = MEDIA_TYPE.encode()
DOCUMENT = Path(__file__).resolve().parents[2] / "generated" / "openapi.json"
# Seconds between the looks at a database that somebody else writes to: 20 ms together, then a thread waits.
PAUSES = (0.0005,) * 8 + (0.002,) * 8
# A body beyond this keeps SHA-256 busy for longer than the event loop may be.
LONG_TO_DIGEST = 262_144
_DOCUMENT_PATHS = frozenset((f"{BASE}/openapi.json", f"{BASE}/openapi.json/"))
# A header that says two things is taken for an attack, not for the last of them.
_ONCE = frozenset((b"host", b"authorization", b"origin", b"content-type", b"content-length", b"sec-fetch-site"))


class Front(LifespanMiddleware):  # type: ignore[misc]
    """Gives each request an id and an operation, and turns what was raised below into the documented errors.

    One middleware with Connexion's lifespan, not one for each: a layer costs half of what finding the route does.
    """

    def __init__(
        self,
        app: App,
        *,
        lifespan: Lifespan | None,
        router: Router,
        loopback: bool,
        signer: Signer,
        document: Path = DOCUMENT,
    ) -> None:
        super().__init__(app, lifespan=lifespan)
        self._signer = signer
        self._app = app
        self._match = router.match
        self._loopback = loopback
        # As the bytes it was generated as: Connexion would build it for each request.
        self._document = document.read_bytes() if document.exists() else b"{}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
            return
        scope["request_id"] = request_id = fresh_id()
        scope["signer"] = self._signer
        try:
            self._check_headers(scope)
            if scope["path"] in _DOCUMENT_PATHS:
                await self._hand_out(scope, send)
            else:
                self._find_operation(scope)
                await self._app(scope, receive, send)
        except DomainError as error:
            await respond(scope, send, problem(error), receive if isinstance(error, TooLarge) else None)
        except Disconnected:
            log.debug("client went away", request_id=request_id)
        except Exception as error:
            log.error("internal error", request_id=request_id, **where(error))
            await respond(scope, send, internal(request_id))

    def _check_headers(self, scope: Scope) -> None:
        """Reads them once; raises for a header that is there twice, and on loopback for foreign hosts and pages."""
        scope["fields"] = headers = dict(scope["headers"])
        if len(headers) != len(scope["headers"]):
            _refuse_repeats(scope["headers"])
        if self._loopback:
            check_origin(headers)

    async def _hand_out(self, scope: Scope, send: Send) -> None:
        if scope["method"] != "GET":
            raise MethodNotAllowed(scope["method"], ("GET",))
        await respond(scope, send, Reply(status=200, body=self._document))

    def _find_operation(self, scope: Scope) -> None:
        scope["match"] = match = self._match(scope["method"], scope["raw_path"])
        extensions = scope.get("extensions")
        if extensions is None:
            extensions = scope["extensions"] = {}
        # Where Connexion's middlewares look for it.
        extensions[ROUTING_CONTEXT] = match.route.found


class Answering:
    """The application inside the frame: reads the body and has the seam answer."""

    def __init__(
        self,
        settings: Settings,
        operations: Iterable[Operation],
        handlers_of: Callable[[str], ModuleType],
        streams: Streams | None = None,
    ) -> None:
        self._settings = settings
        self._streams = streams or Streams(settings.streams_per_person)
        self._operations = tuple(operations)
        self._handlers_of = handlers_of
        self._runtime: Runtime | None = None
        self._seam: Seam | None = None
        self._elsewhere: Elsewhere | None = None
        self._travel: Travel | None = None
        self._paces = Paces(inline=settings.url.startswith("sqlite"))

    @asynccontextmanager
    async def lifespan(self, _: object) -> AsyncIterator[None]:
        """Opens what the server needs before the first request, and lets the last one finish."""
        loop = asyncio.get_running_loop()
        try:
            runtime = self._runtime = await loop.run_in_executor(None, Runtime, self._settings, self._operations)
        except Exception as error:
            why = {"why": error.message} if isinstance(error, DomainError) else {}
            log.error("the server cannot start", **where(error), **why)
            raise
        ambient = self._settings.loopback and self._settings.ambient_session
        self._seam = Seam(runtime, self._handlers_of, ambient=ambient)
        self._elsewhere = Elsewhere(runtime, self._seam, ambient=ambient)
        forwarder = Forwarder(self._settings)
        known = {operation.id: operation for operation in self._operations}
        carrier = Carrier(runtime, known, forwarder, self._run)
        self._travel = Travel(self._elsewhere, forwarder, carrier, self._run, self._settings)
        try:
            yield
        finally:
            forwarder.close()
            await loop.run_in_executor(None, runtime.close)

    def tell(self, answered: Observed) -> None:
        """Tell the observers of a request; asked for only where there are some."""
        if self._runtime is not None and self._runtime.observer is not None:
            self._runtime.observer.answered(answered)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One routed request."""
        match: Match = scope["match"]
        headers = scope["fields"]
        request = Request(
            operation=match.route.operation,
            path=match.path,
            query=scope["query_string"],
            headers=headers,
            client=(scope.get("client") or ("",))[0],
            request_id=scope["request_id"],
        )
        elsewhere, travel = self._elsewhere, self._travel
        assert elsewhere is not None and travel is not None  # noqa: S101 - the lifespan has begun
        if elsewhere.concerns(request):
            answered = await travel.answer(request, match.route, scope, receive)
            if answered is not None:
                await pass_on(scope, send, answered)
                return
        if b"content-length" in headers or b"transfer-encoding" in headers:
            limit = FIRST_BYTES if request.operation.permission is None else self._settings.body_limit
            raw = body_at_hand(scope, limit)
            request.raw = await self._read(request, receive, limit) if raw is None else raw
            if match.route.with_body is not None and request.raw.strip() not in (b"", b"null"):
                request.operation = match.route.with_body.operation
                scope["match"] = Match(match.route.with_body, match.path)
        reply = await self._answer_here(request)
        if reply is None:
            reply = await self._run(self._answer, request)
            if request.operation.tag == "proxies":
                elsewhere.forget()
        # Who asks for a proof gets what is new, signed as a whole, and comes back for more.
        if reply.content_type == EVENTS and CHALLENGE not in headers:
            ask, look = partial(self._run, self._answer), partial(self._run, self._look)
            await self._streams.send(reply, request, receive, send, ask=ask, look=look)
            return
        await respond(scope, send, reply)

    async def _read(self, request: Request, receive: Receive, limit: int) -> bytes:
        reader = BodyReader(receive, request.headers.get(b"content-length"), limit)
        first = await reader.first()
        # A stranger's long body is not worth reading: without it, the answer is the 401 that it would be anyway.
        if not reader.complete and await self._run(self._knows, request):
            return await reader.rest()
        return first

    async def _answer_here(self, request: Request) -> Reply | None:
        """The reply, made on the event loop, of an operation that is known to be quick; None for all others."""
        assert self._seam is not None  # noqa: S101 - the lifespan has begun before the first request
        if not self._paces.is_quick(request.operation):
            return None
        # Whoever writes is done soon. Going to the threads at once would make the next one wait for us: all would end
        # there, taking turns at the interpreter, and stay.
        for pause in PAUSES:
            if not self._seam.has_to_wait:
                with self._paces.timed(request.operation):
                    reply = self._seam.answer_promptly(request)
                if reply is not None:
                    return reply
            await asyncio.sleep(pause)
        return None

    def _answer(self, request: Request) -> Reply:
        assert self._seam is not None  # noqa: S101
        with self._paces.timed(request.operation):
            return self._seam.answer(request)

    def _knows(self, request: Request) -> bool:
        assert self._seam is not None  # noqa: S101
        return self._seam.knows(request)

    def _look(self, keys: Iterable[str]) -> Mapping[str, object]:
        assert self._runtime is not None  # noqa: S101
        with self._runtime.database.transaction() as connection:
            return jobs.shapes(connection, keys)

    async def _run(self, work: Callable[..., Any], *given: Any) -> Any:
        runtime = self._runtime
        assert runtime is not None  # noqa: S101
        runtime.place()
        try:
            return await asyncio.get_running_loop().run_in_executor(runtime.pool, work, *given)
        finally:
            runtime.leave()


def create_app(
    settings: Settings,
    operations: Iterable[Operation] | None = None,
    handlers_of: Callable[[str], ModuleType] | None = None,
    streams: Streams | None = None,
) -> ConnexionMiddleware:
    """The ASGI application; needs a lifespan. Without operations and handlers: the generated ones."""
    if operations is None or handlers_of is None:
        from generated.operations import OPERATIONS
        from generated.wiring import handlers_of as generated_handlers_of

        operations, handlers_of = OPERATIONS, generated_handlers_of
    operations = tuple(operations)
    inner = Answering(settings, operations, handlers_of, streams)
    front = partial(Front, router=Router(operations), loopback=settings.loopback, signer=Signer(settings.root))
    watches = [partial(Watch, tell=inner.tell)] if settings.observed else []
    return ConnexionMiddleware(inner, lifespan=inner.lifespan, middlewares=[*watches, front])


async def respond(scope: Scope, send: Send, reply: Reply, unread: Receive | None = None) -> None:
    """Sends a reply; with `unread`, reads the refused body for a while so that the client gets to the answer."""
    request_id = scope["request_id"]
    if CHALLENGE in scope["fields"]:
        if len(reply.body) > LONG_TO_DIGEST:
            await asyncio.get_running_loop().run_in_executor(None, scope["signer"].sign, scope, reply)
        else:
            scope["signer"].sign(scope, reply)
    # Taken out: it holds the request that holds it, which the collector would have to find.
    whole: Whole | None = (scope.get("extensions") or {}).pop(WHOLE, None)
    # Headers of its own are looked at by uvicorn: no value may end its line.
    if whole is not None and reply.bare and whole.answer(reply, request_id):
        return
    await send({"type": "http.response.start", "status": reply.status, "headers": reply_headers(reply, request_id)})
    if unread is not None:
        await send({"type": "http.response.body", "body": reply.body, "more_body": True})
        await drop(unread)
        await send({"type": "http.response.body", "body": b"", "more_body": False})
        return
    await send({"type": "http.response.body", "body": reply.body})


async def pass_on(scope: Scope, send: Send, answered: Answered) -> None:
    """Sends what another quarantine has answered."""
    if isinstance(answered.reply, Reply):
        await respond(scope, send, answered.reply, answered.unread)
    else:
        await respond_streamed(scope, send, answered.reply)


async def respond_streamed(scope: Scope, send: Send, reply: Streamed) -> None:
    """Sends a reply in pieces; one that turns out wrong is left unfinished, which closes the connection."""
    if CHALLENGE in scope["fields"]:
        scope["signer"].sign(scope, reply)
    headers = reply_headers(reply, scope["request_id"])
    try:
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        async for piece in reply.pieces:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})
    except Broken as error:
        log.error("an answer of another quarantine broke off", request_id=scope["request_id"], why=str(error))
    finally:
        reply.close()


def _refuse_repeats(headers: Iterable[tuple[bytes, bytes]]) -> None:
    seen: set[bytes] = set()
    for name, _ in headers:
        if name in _ONCE and name in seen:
            raise Invalid(f"header {name.decode()} is there more than once")
        seen.add(name)

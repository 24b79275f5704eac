"""Plain `connexion run generated/openapi.json` with the same handlers, bodies and errors as the fast stack.

`connexion run` takes no application, lifespan, middleware or error handler. What it does do is import the controller
that the document names: this module. Importing it rebinds three things of Connexion 3.3.0 that are looked up late:

- `problem`, in the two modules that render errors with it: the body becomes `{"error": ...}`;
- `VALIDATOR_MAP`: parameters and bodies pass through, since the generated decoders check them behind the seam, where
  they give the same messages as on the fast stack and see chunked bodies;
- the routing's integer converter: a path integer stays text until our decoder reads it (5,000 digits are a 400).

Each operation is then a module attribute, made by `__getattr__`: a view that runs the seam. The database is opened, and
the worker started, at the first request. What this path does not have is in `docs/architecture.md`.
"""

import asyncio
import atexit
import os
import time
import warnings
from collections.abc import Awaitable, Callable
from functools import lru_cache
from typing import Any

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import connexion.exceptions
    import connexion.frameworks.starlette
    import connexion.middleware.exceptions
    from connexion.context import _receive, _scope
    from connexion.datastructures import MediaTypeDict
    from connexion.lifecycle import ConnexionResponse
    from connexion.middleware import routing as connexion_routing
    from connexion.validators import VALIDATOR_MAP
    from starlette.responses import Response

from generated.contract import Operation
from generated.operations import OPERATIONS
from generated.wiring import handlers_of
from quarantine.domain.errors import DomainError, NotBuilt, Unauthenticated, UnsupportedMediaType
from quarantine.domain.settings import read_settings
from quarantine.server.body import BodyReader
from quarantine.server.elsewhere import Elsewhere
from quarantine.server.exchange import Reply, Request, error_reply, fresh_id, reply_headers
from quarantine.server.observing import answered
from quarantine.server.origin import check_origin, is_loopback_address
from quarantine.server.problems import internal, problem
from quarantine.server.routing import Match, Router
from quarantine.server.runtime import Runtime
from quarantine.server.seam import ENDED, NOBODY, Seam
from quarantine.store import sessions

_BY_ID = {operation.id: operation for operation in OPERATIONS}
_ROUTER = Router(OPERATIONS)
NO_TRAVEL = (
    "another quarantine is active, and plain Connexion cannot ask it: run `dq0 server start`, or activate proxy 1"
)
View = Callable[[], Awaitable[Response]]
# What Connexion says when `bearer` gives None.
_NOT_VALID = "Provided token is not valid"
_VIEWS: dict[str, View] = {}


def __getattr__(name: str) -> View:
    """The view of an operation, by its operationId."""
    if name not in _BY_ID:
        raise AttributeError(name)
    return _VIEWS.setdefault(name, _view(_BY_ID[name]))


def bearer(token: str) -> dict[str, object] | None:
    """Connexion's question who a bearer token is; None is a 401. The seam asks again, inside its transaction."""
    with _runtime().database.transaction() as connection:
        actor = sessions.session(connection, sessions.token_hash(token))
    return None if actor is None else {"sub": actor.email, "uid": actor.user_id}


@lru_cache(maxsize=1)
def _runtime() -> Runtime:
    runtime = Runtime(read_settings(os.environ), OPERATIONS)
    atexit.register(runtime.close)
    return runtime


@lru_cache(maxsize=1)
def _elsewhere() -> Elsewhere:
    return Elsewhere(_runtime(), _seam(), ambient=False)


@lru_cache(maxsize=1)
def _seam() -> Seam:
    return Seam(_runtime(), handlers_of, ambient=False)


def _view(operation: Operation) -> View:
    async def view() -> Response:
        request_id, began = fresh_id(), time.time_ns()
        try:
            reply = await _answer(operation, request_id)
        except DomainError as error:
            reply = problem(error)
        _tell(operation, reply.status, began)
        return Response(reply.body, reply.status, _headers(reply, request_id))

    view.__name__ = view.__qualname__ = operation.id
    return view


def _tell(operation: Operation | None, status: int, began: int | None = None) -> None:
    # Without a runtime nothing has been opened that could be told.
    observer = _runtime().observer if _runtime.cache_info().currsize else None
    if observer is not None:
        scope = _scope.get({}) or connexion_routing._scope.get({})
        observer.answered(answered(operation, status, began, dict(scope.get("headers", ()))))


async def _answer(operation: Operation, request_id: str) -> Reply:
    scope, receive = _scope.get(), _receive.get()
    headers: dict[bytes, bytes] = dict(scope["headers"])
    if is_loopback_address((scope.get("server") or ("",))[0]):
        check_origin(headers)
    loop = asyncio.get_running_loop()
    runtime = await loop.run_in_executor(None, _runtime)
    request = Request(
        operation=operation,
        path=_ROUTER.match(scope["method"], scope["raw_path"]).path,
        query=scope["query_string"],
        headers=headers,
        client=(scope.get("client") or ("",))[0],
        request_id=request_id,
    )
    if operation.media_types and (b"content-length" in headers or b"transfer-encoding" in headers):
        reader = BodyReader(receive, headers.get(b"content-length"), runtime.settings.body_limit)
        await reader.first()
        request.raw = await reader.rest()
    return await loop.run_in_executor(runtime.pool, _answered_here, request)


def _answered_here(request: Request) -> Reply:
    if _elsewhere().concerns(request) and _elsewhere().look():
        return problem(NotBuilt(NO_TRAVEL))
    return _seam().answer(request)


def _headers(reply: Reply, request_id: str) -> dict[str, str]:
    return {name.decode(): value.decode() for name, value in reply_headers(reply, request_id)}


def _problem(status: int, title: str | None, detail: str | None, **_: object) -> ConnexionResponse:
    # Among what is left out are the router's headers: its Allow names one method, ours come with the reply.
    request_id = fresh_id()
    reply = _reply(status, detail or title or "", request_id)
    # Connexion sets the content type once more, in other letters, from its own arguments.
    match = _match()
    _tell(None if match is None else match.route.operation, reply.status)
    shown = {name: value for name, value in _headers(reply, request_id).items() if name != "content-type"}
    return ConnexionResponse(reply.status, "application/json", None, reply.body, shown)


def _reply(status: int, detail: str, request_id: str) -> Reply:
    """The fast stack's reply to what Connexion refuses before a view is called."""
    if status in (404, 405):
        scope = connexion_routing._scope.get({})
        try:
            _ROUTER.match(scope.get("method", ""), scope.get("raw_path", b""))
        except DomainError as error:
            return problem(error) if problem(error).status == status else error_reply(status, error.message)
    if status == 401:
        _write_down(request_id)
        return problem(Unauthenticated(ENDED if detail == _NOT_VALID else NOBODY))
    if status == 415:
        return problem(UnsupportedMediaType("the body has to be application/json"))
    return internal(request_id) if status >= 500 else error_reply(status, detail)


def _write_down(request_id: str) -> None:
    match = _match()
    # A path that our router does not read names nothing that could be written down.
    if match is not None:
        _seam().refuse_stranger(Request(operation=match.route.operation, path=match.path, request_id=request_id))


def _match() -> Match | None:
    scope = connexion_routing._scope.get({})
    try:
        return _ROUTER.match(scope.get("method", ""), scope.get("raw_path", b""))
    except DomainError:
        return None


class _Unchecked:
    """A validator of parameters or bodies that leaves both alone."""

    def __init__(self, *_: object, **__: object) -> None: ...

    def validate(self, scope: dict[str, Any]) -> None:
        """Takes away what Connexion would convert for views with arguments: ours have none."""
        scope["path_params"] = {}

    async def wrap_receive(self, receive: Any, *, scope: Any) -> tuple[Any, Any]:
        """The unread body, for the view."""
        return receive, scope


def _rebind() -> None:
    connexion.exceptions.problem = _problem
    connexion.middleware.exceptions.problem = _problem
    connexion.frameworks.starlette.PATH_PARAMETER_CONVERTERS.clear()
    VALIDATOR_MAP["parameter"] = _Unchecked
    VALIDATOR_MAP["body"] = MediaTypeDict({"*/*": _Unchecked})


_rebind()

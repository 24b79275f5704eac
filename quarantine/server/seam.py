"""The seam: the one place where a request gets its actor, its permission, its transaction and its audit row."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from types import ModuleType
from urllib.parse import parse_qsl

import msgspec
from sqlalchemy import Connection

from generated.contract import Mismatch, Operation, Permission, Raw
from quarantine.domain.errors import (
    Conflict,
    DomainError,
    Forbidden,
    Invalid,
    Refused,
    Unauthenticated,
    Unavailable,
)
from quarantine.server.body import check_media_type, decode_json
from quarantine.server.exchange import Reply, Request
from quarantine.server.logs import log, where
from quarantine.server.origin import is_forwarded
from quarantine.server.problems import internal, problem, status_of
from quarantine.server.runtime import Runtime
from quarantine.server.strangers import Strangers
from quarantine.store import audit, levels, permissions, sessions
from quarantine.store.context import Actor, Context, Done, Outside
from quarantine.store.rows import AnyRow

QUERY_FIELDS = 100
NOBODY = "sign in first: POST /api/auth/login gives the token for Authorization: Bearer TOKEN"
ENDED = "the session is unknown or has ended; sign in again"


class Trail(msgspec.Struct):
    """What is known about a request when it fails: its transaction is rolled back then."""

    begun: bool = False
    actor: Actor | None = None
    # Who was signed in at another quarantine, where that has answered.
    elsewhere: str = ""
    audited: str = ""
    on_refusal: list[Callable[[Connection], None]] = msgspec.field(default_factory=list)


class Seam:
    """Answers requests with handlers over one database; `answer` may run on any thread."""

    def __init__(self, runtime: Runtime, handlers_of: Callable[[str], ModuleType], *, ambient: bool) -> None:
        self._database = runtime.database
        self._settings = runtime.settings
        self._wake = runtime.wake
        self._handlers_of = handlers_of
        self._ambient = ambient
        self._strangers = Strangers()

    @property
    def has_to_wait(self) -> bool:
        """Whether a writer of this process is at work just now."""
        return self._database.writing

    def answer_promptly(self, request: Request) -> Reply | None:
        """The reply to a reading request, or None where it would have to wait for another writer."""
        try:
            return self.answer(request, wait=False)
        except Unavailable:
            return None

    def answer(self, request: Request, *, wait: bool = True) -> Reply:
        """The reply to a request; raises only without `wait`, and then Unavailable, with nothing done."""
        trail = Trail()
        try:
            return self._answer(request, trail, wait)
        except DomainError as error:
            if not wait and not trail.begun:
                raise
            self.record_refusal(request, trail, status_of(error), wait)
            return problem(error)
        except Exception as error:
            log.error("internal error", request_id=request.request_id, operation=request.operation.id, **where(error))
            self.record_refusal(request, trail, 500, wait)
            return internal(request.request_id)

    def refuse_stranger(self, request: Request) -> None:
        """Write down that nobody was refused, where somebody else has refused him."""
        self.record_refusal(request, Trail(), 401)

    def knows(self, request: Request) -> bool:
        """Whether the request is public or its credentials are good; asked before a long body is read."""
        if request.operation.permission is None:
            return True
        try:
            with self._database.transaction() as connection:
                return self._actor(Context(connection, self._settings, request.request_id), request) is not None
        except DomainError:
            return False

    def _answer(self, request: Request, trail: Trail, wait: bool) -> Reply:
        done: Done = {}
        while True:
            try:
                return self._attempt(request, trail, wait, done)
            except Outside as asked:
                # Its transaction has been rolled back: all that it read and checked is read and checked again.
                done[asked.work, asked.given] = asked.work(*asked.given)

    def _attempt(self, request: Request, trail: Trail, wait: bool, done: Done) -> Reply:
        operation = request.operation
        changes, audited = operation.method != "GET", is_audited(operation) and not request.again
        with self._transaction(write=audited, durable=changes, wait=wait) as connection:
            trail.begun = True
            context = Context(connection, self._settings, request.request_id, request.client, done=done)
            if operation.permission is not None:
                context.actor = trail.actor = self._actor(context, request)
                request.user_id = context.actor.user_id
            params, body = decoded(request, self._settings.depth_limit)
            try:
                permit(context, operation, params, body)
                result = operation.call(self._handlers_of(operation.tag), context, params, body)
            except Invalid as error:
                # The request has the documented form, or it would not have come this far: it is the meaning.
                raise Refused(error.message) from None
            finally:
                trail.audited, trail.on_refusal = context.audited, context.on_refusal
            reply = Reply(status=operation.status, body=operation.encode(result))
            if isinstance(result, Raw):
                reply.content_type = result.media_type.encode()
            if audited:
                self._record(context, request, trail, "ok")
        self._run_after(context, request)
        if changes:
            self._wake()
        return reply

    def _transaction(self, *, write: bool, durable: bool, wait: bool) -> AbstractContextManager[Connection]:
        if write and not wait:
            return self._database.prompt_transaction()
        return self._database.transaction(write=write, durable=durable)

    def _actor(self, context: Context, request: Request) -> Actor:
        given = bearer(request.headers)
        if given is not None:
            return _signed_in(context, request.operation, given)
        kept = None
        if self._ambient and not is_forwarded(request.headers):
            kept = sessions.local_token(context.connection)
        if kept is None:
            raise Unauthenticated(NOBODY)
        return _signed_in(context, request.operation, kept)

    def _record(self, context: Context, request: Request, trail: Trail, outcome: str) -> None:
        actor = context.actor or trail.actor
        audit.record(
            context.connection,
            actor=actor.email if actor else trail.elsewhere,
            action=request.operation.action,
            object=named(request),
            outcome=outcome,
            request_id=request.request_id,
            description=trail.audited,
        )

    def record_elsewhere(self, connection: Connection, request: Request, trail: Trail) -> None:
        """Write down, in this transaction, what another quarantine has done for somebody."""
        self._record(Context(connection, self._settings, request.request_id), request, trail, "ok")

    def record_refusal(self, request: Request, trail: Trail, status: int, wait: bool = True) -> None:
        """Write down that a request was refused; of nobody, as far as that is not told too often already."""
        if trail.actor is None and not trail.elsewhere and request.operation.permission is not None:
            told = self._strangers.told()
            if told is None:
                return
            trail.audited = told or trail.audited
        try:
            with self._transaction(write=True, durable=False, wait=wait) as connection:
                context = Context(connection, self._settings, request.request_id, actor=trail.actor)
                for keep in trail.on_refusal:
                    keep(connection)
                self._record(context, request, trail, f"refused {status}")
        except Unavailable:
            if not wait:
                raise
            log.error("audit failed", request_id=request.request_id, operation=request.operation.id, error="busy")
        except Exception as error:
            log.error("audit failed", request_id=request.request_id, operation=request.operation.id, **where(error))

    def _run_after(self, context: Context, request: Request) -> None:
        for callback in context.after_commit:
            try:
                callback()
            except Exception as error:
                log.error("after commit", request_id=request.request_id, operation=request.operation.id, **where(error))


def bearer(headers: Mapping[bytes, bytes]) -> str | None:
    """The token that a request carries; None without credentials, Unauthenticated for any other kind of them."""
    given = headers.get(b"authorization")
    if given is None:
        return None
    scheme, _, token = given.decode("latin-1").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Unauthenticated(NOBODY)
    return token.strip()


def _signed_in(context: Context, operation: Operation, token: str) -> Actor:
    needed = operation.permission
    floor = levels.floor("session" if needed is None else needed.on)
    hashed = sessions.token_hash(token)
    actor = sessions.session(context.connection, hashed, action=operation.action, floor=floor)
    if actor is None:
        raise Unauthenticated(ENDED)
    context.token = token
    return actor


def is_audited(operation: Operation) -> bool:
    """Everything leaves an audit row but public reading (health, versions)."""
    return operation.permission is not None or operation.method != "GET"


def named(request: Request) -> str:
    """The identifiers in the path, as the audit row's object."""
    return "/".join(request.path.values())


def decoded(request: Request, depth_limit: int) -> tuple[object, object]:
    """The typed parameters and body; raises Invalid for whatever does not have the documented form."""
    operation, query, raw = request.operation, request.query, request.raw
    try:
        headers = header_texts(request.headers) if operation.reads_headers else {}
        params = operation.read(request.path, fields(query) if query else (), headers)
        if not raw or not operation.media:
            return params, operation.decode(b"")
        check_media_type(request.headers.get(b"content-type"), operation.media_types)
        return params, decode_json(raw, depth_limit, operation.decode)
    except Mismatch as error:
        raise Invalid(str(error)) from None
    except (ValueError, RecursionError, OverflowError):
        # What a decoder did not foresee is still the client's doing: only its bytes came in.
        raise Invalid("the request does not have the documented form") from None


def fields(query: bytes) -> list[tuple[str, str]]:
    """The query's name-value pairs; raises Invalid for too many or for text that is not UTF-8."""
    try:
        return parse_qsl(query.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=QUERY_FIELDS)
    except UnicodeDecodeError:
        raise Invalid("the query is not valid UTF-8") from None
    except ValueError:
        raise Invalid(f"the query has more than {QUERY_FIELDS} fields") from None


def header_texts(headers: Mapping[bytes, bytes]) -> dict[str, str]:
    """Header names in lower case and values as text."""
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in headers.items()}


def permit(context: Context, operation: Operation, params: object, body: object) -> None:
    """Raises Forbidden where the level is too low, and NotFound where the object may not even be seen."""
    needed = operation.permission
    if needed is None:
        return
    context.level = context.user.may
    if needed.on != "action" and context.level < levels.SEE:
        raise Forbidden(f"{operation.action} is closed to your roles; an administrator can open it")
    if needed.on == "session":
        return
    if needed.on != "action":
        context.target, context.level = _object(context, needed, params, body)
    if context.level < needed.level:
        raise Forbidden(f"{operation.action} needs a higher permission level")


def _object(context: Context, needed: Permission, params: object, body: object) -> tuple[AnyRow, int]:
    """The object that the request names; without a key in the contract by any of its names, which have to agree."""
    keys = [needed.key] if needed.key else [f"{needed.on}_{ending}" for ending in ("id", "uuid", "name")]
    given = [(key, value) for key in keys if (value := _given(key, params, body)) is not None]
    if not given:
        raise Refused(f"name the {needed.on} by one of {', '.join(keys)}")
    found = [permissions.object_level(context.connection, context.user, needed.on, key, value) for key, value in given]
    if any(row != found[0][0] for row, _ in found):
        raise Conflict(f"{' and '.join(key for key, _ in given)} name different objects")
    return found[0]


def _given(key: str, params: object, body: object) -> object:
    for source in (params, body):
        value = getattr(source, key, None)
        if value is not None and value is not msgspec.UNSET:
            return value
    return None

"""The seam's side of requests that another quarantine answers: whose session they travel with, and their audit rows.

Reads and writes the database, so its methods belong on a thread; `forward` does the travelling.
"""

import time
from contextlib import AbstractContextManager
from typing import Annotated
from urllib.parse import quote

import msgspec
from sqlalchemy import Connection

from quarantine.domain.errors import DomainError, Invalid, Unauthenticated, Unreachable
from quarantine.server.exchange import Reply, Request
from quarantine.server.origin import is_forwarded
from quarantine.server.problems import status_of
from quarantine.server.runtime import Runtime
from quarantine.server.seam import ENDED, NOBODY, Seam, Trail, bearer
from quarantine.store import proxies
from quarantine.store.proxies import Kept
from quarantine.store.remote import Address

# For so long another process's activation may go unnoticed; one of this process is seen at once.
LOOK_SECONDS = 1.0
LOGINS = frozenset({"auth_login", "user_login"})
LOGOUTS = frozenset({"auth_logout", "user_logout"})
SESSIONS = frozenset({"auth_session", "user_session"})
RENEWALS = frozenset({"change_password"})
OURS = "this token is of this server, not of the active proxy {}; sign in there: POST /api/auth/login"


class Bound(msgspec.Struct, frozen=True):
    """Where a request goes, the key that the answer has to be signed with, and the session that it goes with."""

    proxy_id: int
    address: Address
    public_key: str
    session: Kept | None = None


class Elsewhere:
    """Knows whether another quarantine answers."""

    def __init__(self, runtime: Runtime, seam: Seam, *, ambient: bool) -> None:
        self._database = runtime.database
        self._settings = runtime.settings
        self._seam = seam
        self._ambient = ambient
        self._looked = -LOOK_SECONDS
        self._changes = 0
        # The active proxy with the session that is kept for it; None where this server answers itself.
        self._kept: Bound | None = None

    def concerns(self, request: Request) -> bool:
        """Whether it makes a difference to this request which proxy is active."""
        operation = request.operation
        return operation.answered_by == "quarantine" or operation.id in SESSIONS or operation.tag == "projects"

    @property
    def known(self) -> bool | None:
        """Whether another quarantine answers; None where that has to be looked up."""
        if time.monotonic() - self._looked > LOOK_SECONDS:
            return None
        return self._kept is not None

    def look(self) -> bool:
        """Look it up."""
        before = self._changes
        with self._database.transaction() as connection:
            row, kept = proxies.active(connection), None
            if row.proxy_id != proxies.OWN:
                session = proxies.kept_session(connection, self._settings, row.proxy_id)
                kept = Bound(row.proxy_id, proxies.address_of(row), row.public_key, session)
        # What was changed while it was read is looked at anew by the next request.
        self._kept, self._looked = kept, time.monotonic() if before == self._changes else -LOOK_SECONDS
        return kept is not None

    def forget(self) -> None:
        """Something was changed: look anew."""
        self._changes += 1
        self._looked = -LOOK_SECONDS

    def bound(self, request: Request) -> Bound | None:
        """Where the request goes; None where it stays. Raises Unauthenticated without a session to travel with."""
        kept = self._kept
        if kept is None:
            return None
        if request.operation.permission is None:
            return msgspec.structs.replace(kept, session=None)
        given = bearer(request.headers)
        own = None if given is None else self._is_own(given)
        if given is not None and own is None:
            return msgspec.structs.replace(kept, session=Kept(given, ""))
        if own is False:
            raise Unauthenticated(ENDED)
        if not self._ambient or is_forwarded(request.headers):
            # A token of ours is nobody else's business.
            raise Unauthenticated(OURS.format(kept.proxy_id) if own else NOBODY)
        if kept.session is None:
            # Another process of this server may have signed in just now.
            self.look()
            kept = self._kept
        if kept is not None and kept.session is None:
            raise Unauthenticated(NOBODY)
        return kept

    def _is_own(self, token: str) -> bool | None:
        with self._database.transaction() as connection:
            return proxies.own_session(connection, token)

    def refused(self, request: Request, error: DomainError) -> None:
        """Write down that a request was refused before it left."""
        self._seam.record_refusal(request, Trail(), status_of(error))

    def knows_session(self, request: Request, bound: Bound) -> bool:
        """Whether it asks for the session that is kept here; what a sent token is worth, only its quarantine knows."""
        return request.operation.id in SESSIONS and bound.session is not None and bool(bound.session.email)

    def session(self, request: Request, bound: Bound) -> Reply:
        """The answer to who asks for the session that his requests travel with."""
        self.done(request, bound, request.operation.status, "")
        token = "" if bound.session is None else bound.session.token
        return Reply(status=request.operation.status, body=msgspec.json.encode({"token": token}))

    def done(
        self, request: Request, bound: Bound, status: int, there: str, answer: bytes = b"", *, wait: bool = True
    ) -> None:
        """Write down how a request ended, and keep or forget the session that it opened or closed.

        `there` is the other server's own id of the request. Raises Unavailable, with nothing done, where another
        writer would have to be waited for without `wait`.
        """
        if status == 401:
            # The session has ended there, or another process of this server has opened a new one.
            self.forget()
        opened = self._opened(request, bound, answer) if status == request.operation.status else None
        trail = _trail(bound, opened, status, there)
        if status >= 400:
            self._seam.record_refusal(request, trail, status, wait)
            return
        durable = opened is not None or request.operation.id in LOGOUTS
        with self._transaction(durable=durable, wait=wait) as connection:
            if opened is not None and self._ambient:
                proxies.keep_session(connection, self._settings, bound.proxy_id, opened)
            elif request.operation.id in LOGOUTS:
                self._close(connection, bound)
            self._seam.record_elsewhere(connection, request, trail)
        if durable:
            self.forget()

    def _close(self, connection: Connection, bound: Bound) -> None:
        """Forget the kept session where it is the one that has ended."""
        kept = proxies.kept_session(connection, self._settings, bound.proxy_id)
        if kept is not None and bound.session is not None and kept.token == bound.session.token:
            proxies.forget_session(connection, bound.proxy_id)

    def _transaction(self, *, durable: bool, wait: bool) -> AbstractContextManager[Connection]:
        if wait:
            return self._database.transaction(write=True, durable=durable)
        return self._database.prompt_transaction()

    def _opened(self, request: Request, bound: Bound, answer: bytes) -> Kept | None:
        name = request.operation.id
        if name not in LOGINS | RENEWALS:
            return None
        try:
            token = msgspec.json.decode(answer, type=_Token).token
        except (msgspec.MsgspecError, ValueError):
            raise Unreachable(f"the quarantine of proxy {bound.proxy_id} has answered with no session") from None
        if name in LOGINS:
            return Kept(token, msgspec.json.decode(request.raw, type=_Login).email)
        email = "" if bound.session is None else bound.session.email
        # A token that came with the request is its sender's to keep, and so is the next one.
        return Kept(token, email) if email else None


def _trail(bound: Bound, opened: Kept | None, status: int, there: str) -> Trail:
    """Who it was, as far as is known here, and where the other server's row is."""
    actor = (opened or bound.session or Kept("", "")).email
    if not actor and bound.session is not None and status != 401:
        actor = f"(of proxy {bound.proxy_id})"
    told = f", request {there} there" if there else ""
    return Trail(elsewhere=actor, audited=f"proxy {bound.proxy_id}{told}")


class _Token(msgspec.Struct):
    """What opens a session answers."""

    # It becomes a header's value.
    token: Annotated[str, msgspec.Meta(pattern=r"^[\x21-\x7e]{1,500}\Z")]


class _Login(msgspec.Struct):
    """Who opens one."""

    email: str


def target(request: Request) -> str:
    """Path and query of the documented operation that a request was routed to, aliases resolved.

    Raises Invalid for a segment that means another folder to whoever normalises paths on the way.
    """
    path = request.operation.path
    for name, value in request.path.items():
        if value in ("", ".", ".."):
            raise Invalid(f"path parameter {name}: it cannot be {value!r}")
        path = path.replace(f"{{{name}}}", quote(value, safe=""))
    try:
        query = request.query.decode("ascii")
    except UnicodeDecodeError:
        raise Invalid("the query is not valid UTF-8") from None
    return f"{path}?{query}" if query else path


def wants_local_files(request: Request) -> bool:
    """Whether a commit's content is to be what its working folder holds now, which only its own machine can tell."""
    if request.operation.id != "get_commit_content" or not request.raw:
        return False
    try:
        body = request.operation.decode(request.raw)
    except ValueError:
        # The quarantine says what is wrong with it.
        return False
    return body is not None and body.local_only is True

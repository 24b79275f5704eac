"""To another quarantine and back: pooled connections, streamed both ways, nothing believed that is not signed.

What travels is named here, all else stays: no cookie, no origin, no header of one connection. Redirects are answers
like any other, that is, not followed and not signed. How it fails: 502 for what cannot be reached or does not prove who
it is, 504 for what is too slow, 508 for a request that comes round. See `docs/decisions/0022-forwarding.md`.
"""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from functools import partial

import msgspec

from quarantine.domain.errors import Loop, TooSlow, Unavailable, Unreachable
from quarantine.domain.settings import Settings
from quarantine.domain.signatures import (
    CHALLENGE,
    DIGEST,
    SIGNATURE,
    Head,
    digest_of,
    fingerprint,
    fresh_challenge,
    is_digest,
    is_signed,
)
from quarantine.server.elsewhere import Bound, target
from quarantine.server.exchange import Reply, Request, Streamed
from quarantine.server.wire import Busy, Connection, Lost, Origin, Pool, Unconnected
from quarantine.store.identity import identity
from quarantine.store.remote import CONNECT_SECONDS, trust

# A body of up to this size is checked before any of it is passed on; a longer one up to its last piece.
WHOLE_BYTES = 1_048_576
# More servers than this between asker and quarantine are taken for a loop, whatever they are called.
HOPS = 4
_SENT = (b"content-type", b"accept", b"last-event-id")
_VIA = re.compile(r"\b1\.1 dq0-([0-9a-f]{16})\b")
_THERE = re.compile(rb"[0-9a-f]{1,32}\Z")
Content = bytes | AsyncIterator[bytes]


class Broken(Exception):
    """No error of the asker's: an answer that was passed on in part has ended too early, or is not what was signed."""


class Question(msgspec.Struct, frozen=True):
    """A request as it travels."""

    origin: Origin
    method: str
    target: str
    challenge: bytes
    head: bytes
    chunked: bool


class Forwarder:
    """Asks other quarantines; made, used and closed on one event loop."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._made: Pool | None = None

    @property
    def _pool(self) -> Pool:
        """Made for the first request that travels: a server that is its own quarantine needs none."""
        if self._made is None:
            self._made = Pool(trust(self._settings.proxy_certificates), self._settings.proxy_seconds)
        return self._made

    def close(self) -> None:
        """Ends the connections."""
        if self._made is not None:
            self._made.close()

    async def ask(self, request: Request, bound: Bound, content: Content) -> tuple[Reply | Streamed, str]:
        """The checked answer, and the other server's id of the request.

        A long answer comes as pieces, of which the head has been checked and the rest will be. Raises Unreachable,
        TooSlow, Loop, Unavailable, and what reading `content` raises.
        """
        question = self._question(request, bound, content)
        async with self._in_time(content):
            with _explained(question.method, bound):
                connection = await self._answered(question, content)
                try:
                    reply = await self._received(connection, _checked(question, connection, bound))
                except BaseException:
                    connection.close()
                    self._pool.give_back(connection)
                    raise
        there = connection.headers.get(b"x-request-id", b"")
        if isinstance(reply, Reply):
            self._pool.give_back(connection)
        return reply, there.decode() if _THERE.match(there) else ""

    @asynccontextmanager
    async def _in_time(self, content: Content) -> AsyncIterator[None]:
        """However slowly bytes trickle: an answer to what is not still being sent begins in time."""
        seconds = self._settings.proxy_seconds + 2 * CONNECT_SECONDS if isinstance(content, bytes) else None
        try:
            async with asyncio.timeout(seconds):
                yield
        except TimeoutError:
            raise TooSlow("the active proxy's quarantine does not answer in time; try again later") from None

    def _question(self, request: Request, bound: Bound, content: Content) -> Question:
        where, challenge, origin = target(request), fresh_challenge(), Origin.of(bound.address)
        length = b"%d" % len(content) if isinstance(content, bytes) else request.headers.get(b"content-length")
        fields = [(name, request.headers[name]) for name in _SENT if name in request.headers]
        fields += [(b"host", origin.host.encode()), (b"via", self._via(request.headers)), (CHALLENGE, challenge)]
        if bound.session is not None:
            fields.append((b"authorization", b"Bearer " + bound.session.token.encode("latin-1")))
        if length is None:
            fields.append((b"transfer-encoding", b"chunked"))
        elif content or request.operation.method != "GET":
            fields.append((b"content-length", length))
        method = request.operation.method
        lines = [f"{method} {bound.address.folder}{where} HTTP/1.1".encode("ascii")]
        lines += [b"%b: %b" % field for field in fields]
        head = b"\r\n".join([*lines, b"", b""])
        return Question(origin, method, where, challenge, head, length is None)

    def _via(self, headers: Mapping[bytes, bytes]) -> bytes:
        own = fingerprint(identity(self._settings.root).public_key)
        passed: list[str] = _VIA.findall(headers.get(b"via", b"").decode("latin-1"))
        if own in passed or len(passed) >= HOPS:
            raise Loop("this request has come round: the active proxies of these servers lead in a circle")
        return ", ".join(f"1.1 dq0-{name}" for name in (*passed, own)).encode()

    async def _answered(self, question: Question, content: Content) -> Connection:
        """A connection with the head of the answer on it; reading is tried once more where a connection broke."""
        try:
            return await self._sent(question, content, fresh=False)
        except Lost:
            if question.method != "GET" or not isinstance(content, bytes):
                raise
        return await self._sent(question, content, fresh=True)

    async def _sent(self, question: Question, content: Content, *, fresh: bool) -> Connection:
        connection = await self._pool.take(question.origin, fresh=fresh)
        try:
            await connection.send(question.head, content, chunked=question.chunked)
            await connection.answer()
        except BaseException:
            connection.close()
            self._pool.give_back(connection)
            raise
        return connection

    async def _received(self, connection: Connection, head: Head) -> Reply | Streamed:
        """The answer, whole where it is short; raises Unreachable where it is not what was signed."""
        hashed, taken = hashlib.sha256(), bytearray()
        headers: tuple[tuple[bytes, bytes], ...] = ((b"retry-after", head.retry_after),) if head.retry_after else ()
        if head.status == 401:
            headers += ((b"www-authenticate", b"Bearer"),)
        while piece := await connection.piece():
            taken += piece
            hashed.update(piece)
            if len(taken) > WHOLE_BYTES:
                length = connection.headers.get(b"content-length")
                return Streamed(
                    status=head.status,
                    pieces=_passing(connection, bytes(taken), hashed, head.digest),
                    close=partial(self._pool.give_back, connection),
                    length=None if length is None else int(length),
                    digest=head.digest,
                    headers=headers,
                    content_type=head.content_type,
                )
        if digest_of(hashed) != head.digest:
            raise Unreachable("the active proxy's answer was changed on its way, and is not passed on")
        return Reply(status=head.status, body=bytes(taken), headers=headers, content_type=head.content_type)


async def _passing(connection: Connection, held: bytes, hashed: "hashlib._Hash", digest: bytes) -> AsyncIterator[bytes]:
    """One piece behind what comes, so that the last one is only passed on when all of them are what was signed."""
    try:
        while piece := await connection.piece():
            yield held
            hashed.update(piece)
            held = piece
    except (Lost, TimeoutError) as error:
        raise Broken(type(error).__name__) from None
    if digest_of(hashed) != digest:
        raise Broken("it is not what was signed")
    yield held


@contextmanager
def _explained(method: str, bound: Bound) -> Iterator[None]:
    """Failures of the way there and back as errors of the domain; never with a text of the other side."""
    name = f"proxy {bound.proxy_id}"
    try:
        yield
    except Busy:
        raise Unavailable(f"too many requests wait for the quarantine of {name}; try again") from None
    except TimeoutError:
        raise TooSlow(f"the quarantine of {name} does not answer in time; try again later") from None
    except Unconnected as error:
        if error.certificate:
            why = f"the certificate of {name} is not trusted; DQ0_PROXY_CERTIFICATES names who vouches for it"
            raise Unreachable(why) from None
        raise Unreachable(f"the quarantine of {name} cannot be reached; try again later") from None
    except Lost:
        unknown = "" if method == "GET" else "; look whether it was done before you do it again"
        raise Unreachable(f"the quarantine of {name} went away while it answered{unknown}") from None


def _checked(question: Question, connection: Connection, bound: Bound) -> Head:
    """The head of an answer; raises Unreachable where it is not signed with the pinned key."""
    found = connection.headers
    head = Head(
        challenge=question.challenge,
        method=question.method,
        target=question.target,
        status=connection.status,
        content_type=found.get(b"content-type", b""),
        digest=found.get(DIGEST, b""),
        retry_after=found.get(b"retry-after", b""),
    )
    signature = found.get(SIGNATURE, b"")
    if is_digest(head.digest) and is_signed(bound.public_key, head, signature):
        return head
    if not signature and head.status >= 500:
        raise Unreachable(f"the quarantine of proxy {bound.proxy_id} is down behind what stands in front of it")
    raise Unreachable(
        f"what answers at proxy {bound.proxy_id} does not prove the pinned key, so that its answer is not passed on;"
        " if its key was changed on purpose, remove the proxy and add it anew"
    )

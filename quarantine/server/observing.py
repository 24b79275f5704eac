"""What a process tells of itself where it is asked to: numbers for Prometheus, spans for OpenTelemetry.

Both are outputs like any other. They say what the server does (operations, statuses, types of jobs) and how long, never
for whom, on what data or with which values; what depends on private data has no time of its own. See
docs/decisions/0025-what-is-observed.md.
"""

import time
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any, Protocol

import msgspec

from generated.contract import Operation
from quarantine.domain.errors import Invalid
from quarantine.domain.settings import Settings
from quarantine.server.exchange import WHOLE, Reply, Whole
from quarantine.store.engine import Database

Message = MutableMapping[str, Any]
Counts = Callable[[], Mapping[str, tuple[int, int]]]
# Requests of these groups may look at a source (is it there, has it changed): they are counted and not timed.
LOOK_AT_SOURCES = frozenset(("data", "queries"))
SECOND = 1_000_000_000
NONE = "none"


class Answered(msgspec.Struct, frozen=True):
    """A request: the operationId, or `none`; its status, 0 where the client went away; unix nanoseconds.

    `timed` is false where the time may tell something: then it is known in whole seconds only. `parent` is the W3C
    traceparent that came with it.
    """

    operation: str
    public: bool
    status: int
    began: int
    ended: int
    timed: bool
    parent: str


class Observer(Protocol):
    """Is told what the process has done; called from any thread."""

    def answered(self, request: Answered) -> None:
        """A request is answered."""

    def ended(self, kind: str, how: str, began: int) -> None:
        """A job of this type, begun at this unix nanosecond, has ended so."""

    def works(self, counts: Counts) -> None:
        """There are workers: `counts` has for each kind how many there are and how many are busy."""

    def close(self) -> None:
        """Nothing more will be told."""


class Several:
    """Tells several observers."""

    def __init__(self, observers: list[Observer]) -> None:
        self._observers = observers

    def answered(self, request: Answered) -> None:
        """A request is answered."""
        for each in self._observers:
            each.answered(request)

    def ended(self, kind: str, how: str, began: int) -> None:
        """A job has ended."""
        for each in self._observers:
            each.ended(kind, how, began)

    def works(self, counts: Counts) -> None:
        """There are workers."""
        for each in self._observers:
            each.works(counts)

    def close(self) -> None:
        """Nothing more will be told."""
        for each in self._observers:
            each.close()


def observer(settings: Settings, database: Database) -> Observer | None:
    """Who is told, by the settings; None for nobody. Raises Invalid where the optional extra is not installed."""
    found: list[Observer] = []
    try:
        if settings.traces_url:
            found.append(_traces(settings.traces_url))
        if settings.metrics_port:
            found.append(_metrics(settings.metrics_port, database))
    except Invalid:
        Several(found).close()
        raise
    return Several(found) if found else None


def _traces(url: str) -> Observer:
    try:
        from quarantine.server.traces import Traces
    except ImportError:
        raise _missing("DQ0_TRACES_URL", "telemetry") from None
    return Traces(url)


def _metrics(port: int, database: Database) -> Observer:
    try:
        from quarantine.server.metrics import Metrics
    except ImportError:
        raise _missing("DQ0_METRICS_PORT", "metrics") from None
    return Metrics(port, database)


def _missing(setting: str, extra: str) -> Invalid:
    return Invalid(f"{setting} needs an extra that is not installed: pip install 'dq0-server[{extra}]'")


def answered(operation: Operation | None, status: int, began: int | None, headers: Mapping[bytes, bytes]) -> Answered:
    """What there is to tell of a request that has just been answered; `began` is None where nobody has looked."""
    now = time.time_ns()
    return Answered(
        operation=NONE if operation is None else operation.id,
        public=operation is not None and operation.permission is None,
        status=status,
        began=now if began is None else began,
        ended=now,
        timed=began is not None and operation is not None and operation.tag not in LOOK_AT_SOURCES,
        parent=headers.get(b"traceparent", b"").decode("latin-1"),
    )


def shown(began: int, ended: int, timed: bool) -> tuple[int, int]:
    """Two instants as they may be told: as they are, or in whole seconds."""
    return (began, ended) if timed else (began // SECOND * SECOND, ended // SECOND * SECOND)


class Watch:
    """ASGI middleware around everything else, there only where somebody is told: others pay nothing for it."""

    def __init__(self, app: Callable[..., Awaitable[None]], *, tell: Callable[[Answered], None]) -> None:
        self._app = app
        self._tell = tell

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        """One request; told of when its answer begins, for a stream may go on for an hour."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        seen = Seen(scope, self._tell, time.time_ns())
        extensions = scope.setdefault("extensions", {})
        if WHOLE in extensions:
            extensions[WHOLE] = Noted(extensions[WHOLE], seen)

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                seen.note(message["status"])
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            seen.note(0)


class Seen:
    """A request whose status is to be noted, once."""

    def __init__(self, scope: Mapping[str, Any], tell: Callable[[Answered], None], began: int) -> None:
        self._scope = scope
        self._tell: Callable[[Answered], None] | None = tell
        self._began = began

    def note(self, status: int) -> None:
        """The status; what is noted later is not the first and counts for nothing."""
        tell, self._tell = self._tell, None
        if tell is not None:
            match, headers = self._scope.get("match"), self._scope.get("fields", {})
            tell(answered(match and match.route.operation, status, self._began, headers))


class Noted(msgspec.Struct):
    """A `Whole` whose answers are noted."""

    whole: Whole
    seen: Seen

    def body(self, limit: int) -> bytes | None:
        """The request's body, where all of it is there."""
        return self.whole.body(limit)

    def answer(self, reply: Reply, request_id: str) -> bool:
        """Sends a reply, or says that it has to be sent in the usual way."""
        sent = self.whole.answer(reply, request_id)
        if sent:
            self.seen.note(reply.status)
        return sent

# Generated from generator/runtime/client/waiting.py: do not edit.
"""Work that outlasts a request: watched until it ends, then asked for what came of it."""

import time
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from msgspec import UNSET

from .connection import AsyncConnection, Connection
from .endpoint import Endpoint
from .errors import ConnectionFailed, JobCancelled, JobFailed, StillRunning, Unavailable
from .flow import Flow, Pause, exchange
from .tables import Table

S = TypeVar("S")
R = TypeVar("R")

FIRST_PAUSE = 0.05
GROWTH = 1.5
LONGEST_PAUSE = 2.0
# Seconds for which a server may be away while its work is waited for.
AWAY = 30.0


@dataclass(frozen=True, slots=True)
class Words:
    """How a contract speaks of jobs: the fields of a status, and which states are ends."""

    key: str
    state: str
    progress: str
    errors: str
    done: Sequence[str]
    cancelled: Sequence[str]
    failed: Sequence[str]


@dataclass(frozen=True, slots=True)
class Work(Generic[S, R]):
    """What an operation starts: who tells its status `S`, and how to ask for the outcome `R`."""

    words: Words
    watch: Endpoint[S]
    cancel: Endpoint[Any]
    outcome: Endpoint[Any]
    subject: str = ""
    """The field of the answer that names what the outcome is of; empty where the work's own name does."""
    given: Mapping[str, Any] = field(default_factory=dict)
    table: Mapping[str, str] = field(default_factory=dict)

    def key_of(self, started: Any) -> str:
        """The job's uuid: a field of the answer, or the last word of its message."""
        found = getattr(started, self.words.key, UNSET)
        return str(found) if isinstance(found, str) else str(getattr(started, "message", "")).rpartition(" ")[2]

    def watching(
        self, key: str, timeout: float | None, progress: Callable[[S], object] | None
    ) -> Generator[Any, Any, S]:
        """Ask for the status, less and less often, until it is an end."""
        begun, pause, shown = time.monotonic(), FIRST_PAUSE, ""
        while True:
            status: S = yield from self._patient(key)
            state, done = getattr(status, self.words.state), getattr(status, self.words.progress)
            if progress is not None and shown != f"{state} {done}":
                shown = f"{state} {done}"
                progress(status)
            if state in (*self.words.done, *self.words.failed, *self.words.cancelled):
                return status
            left = LONGEST_PAUSE if timeout is None else timeout - (time.monotonic() - begun)
            if left <= 0:
                raise StillRunning(f"job {key} is still {state} after {timeout:g} s, and goes on", status)
            yield Pause(min(pause, left))
            pause = min(pause * GROWTH, LONGEST_PAUSE)

    def _patient(self, key: str) -> Flow[S]:
        """One status; a server that is started anew is waited for."""
        until = time.monotonic() + AWAY
        while True:
            try:
                return (yield from self.standing(key))
            except (ConnectionFailed, Unavailable):
                if time.monotonic() > until:
                    raise
                yield Pause(1.0)

    def ended(self, started: Any, key: str, status: S) -> Flow[R]:
        """What came of it; JobFailed with the server's words where nothing did."""
        state = getattr(status, self.words.state)
        if state in self.words.cancelled:
            raise JobCancelled(f"job {key} was cancelled", status)
        if state in self.words.failed:
            said = getattr(status, self.words.errors, UNSET)
            raise JobFailed(said if isinstance(said, str) and said else f"job {key} failed", status)
        subject = str(getattr(started, self.subject)) if self.subject else key
        values = {**_naming(self.outcome, subject), **self.given}
        found = yield from exchange(self.outcome, values)
        result: Any = found if not self.table else Table.of(found, status, self.table)
        outcome: R = result
        return outcome

    def cancelling(self, key: str, options: Mapping[str, Any]) -> Flow[Any]:
        """Ask for its end."""
        return exchange(self.cancel, {**_naming(self.cancel, key), **options})

    def standing(self, key: str) -> Flow[S]:
        """The status as it is now."""
        return exchange(self.watch, _naming(self.watch, key))


def _naming(endpoint: Endpoint[Any], name: str) -> dict[str, Any]:
    """The arguments of an operation that has to be told what it is about."""
    return {n: name for n, places in endpoint.places.items() if any(p.required for p in places)}


class _Job(Generic[S, R]):
    """Work on the server. It goes on there whether anybody waits for it or not."""

    def __init__(self, work: Work[S, R], started: Any, key: str) -> None:
        self._work = work
        self.started = started
        self.uuid = key

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.uuid}>"

    def _waiting(self, timeout: float | None, progress: Callable[[S], object] | None) -> Flow[R]:
        status = yield from self._work.watching(self.uuid, timeout, progress)
        return (yield from self._work.ended(self.started, self.uuid, status))


class Job(_Job[S, R]):
    """Work on the server; `wait` gives what came of it. `started` is the answer that began it."""

    def __init__(self, connection: Connection, work: Work[S, R], started: Any, key: str) -> None:
        super().__init__(work, started, key)
        self._connection = connection

    def wait(self, timeout: float | None = None, progress: Callable[[S], object] | None = None) -> R:
        """Wait until the work has ended, and give its outcome.

        `progress` is called with the status whenever that has changed. StillRunning after `timeout` seconds,
        JobFailed or JobCancelled where there is no outcome. An interrupt leaves the work alone.
        """
        return self._connection.run(self._waiting(timeout, progress))

    def status(self) -> S:
        """How the work stands now."""
        return self._connection.run(self._work.standing(self.uuid))

    def cancel(self, **options: Any) -> None:
        """Ask the server to end the work."""
        self._connection.run(self._work.cancelling(self.uuid, options))


class AsyncJob(_Job[S, R]):
    """Work on the server; `await job` gives what came of it. `started` is the answer that began it."""

    def __init__(self, connection: AsyncConnection, work: Work[S, R], started: Any, key: str) -> None:
        super().__init__(work, started, key)
        self._connection = connection

    def __await__(self) -> Generator[Any, None, R]:
        return self.wait().__await__()

    async def wait(self, timeout: float | None = None, progress: Callable[[S], object] | None = None) -> R:
        """Wait until the work has ended, and give its outcome.

        `progress` is called with the status whenever that has changed. StillRunning after `timeout` seconds,
        JobFailed or JobCancelled where there is no outcome. Cancelling the task leaves the work alone.
        """
        return await self._connection.run(self._waiting(timeout, progress))

    async def status(self) -> S:
        """How the work stands now."""
        return await self._connection.run(self._work.standing(self.uuid))

    async def cancel(self, **options: Any) -> None:
        """Ask the server to end the work."""
        await self._connection.run(self._work.cancelling(self.uuid, options))

"""Deadlines for many calls with one thread: a thread per query would cost a tenth of a short query."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_TICK = 0.2
_QUIET_TICKS = 50


class Watch:
    """Stops calls that run past their deadline, within a fifth of a second; the thread ends when nothing runs."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: dict[object, tuple[float, Callable[[], None]]] = {}
        self._overdue: set[object] = set()
        self._thread: threading.Thread | None = None
        self._closed = threading.Event()

    def close(self) -> None:
        """End the thread now; a later call starts another."""
        self._closed.set()
        if (thread := self._thread) is not None:
            thread.join()
        self._closed.clear()

    @contextmanager
    def until(self, deadline: float, stop: Callable[[], None]) -> Iterator[Callable[[], bool]]:
        """Call `stop` once if the block still runs at `deadline` (monotonic seconds); what it yields tells whether."""
        call = object()
        with self._lock:
            self._running[call] = (deadline, stop)
            if self._thread is None:
                self._thread = threading.Thread(target=self._tick, name="query deadlines", daemon=True)
                self._thread.start()
        was_overdue = False
        try:
            yield lambda: was_overdue
        finally:
            with self._lock:
                self._running.pop(call, None)
                was_overdue = call in self._overdue
                self._overdue.discard(call)

    def _tick(self) -> None:
        quiet = 0
        while True:
            closed = self._closed.wait(_TICK)
            with self._lock:
                # Stopped under the lock: a call that has ended is never stopped, so its connection may be used again.
                for call, (deadline, stop) in list(self._running.items()):
                    if time.monotonic() >= deadline:
                        del self._running[call]
                        self._overdue.add(call)
                        stop()
                quiet = 0 if self._running else quiet + 1
                if closed or quiet > _QUIET_TICKS:
                    self._thread = None
                    return

"""Which operations are quick enough for the event loop; measured while they run, not guessed.

A thread costs a reading request several times what the request itself does: the threads and the event loop take turns
at the interpreter. So a reading operation whose last runs took less than QUICK_SECONDS of processor time runs on the
event loop; one that is or becomes slower goes to the threads. Changes always do: they wait for the disk.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from generated.contract import Operation

QUICK_SECONDS = 0.001
# How much of the slowest run is remembered by the next: a single slow run keeps an operation away for about twenty.
MEMORY = 0.9
# The loop's connection never checkpoints SQLite's journal; every so often a request goes where that happens.
CHECKPOINT_EVERY = 256


class Paces:
    """Processor seconds per operation, the slowest of the recent runs."""

    def __init__(self, *, inline: bool) -> None:
        self._inline = inline
        self._slowest: dict[str, float] = {}
        self._turns = 0

    def is_quick(self, operation: Operation) -> bool:
        """Whether the next run may take place on the event loop; a first run may not."""
        if not self._inline or operation.method != "GET":
            return False
        self._turns += 1
        return self._turns % CHECKPOINT_EVERY != 0 and self._slowest.get(operation.id, 1.0) < QUICK_SECONDS

    @contextmanager
    def timed(self, operation: Operation) -> Iterator[None]:
        """Measures one run on this thread."""
        started = time.thread_time()
        try:
            yield
        finally:
            taken = time.thread_time() - started
            self._slowest[operation.id] = max(taken, self._slowest.get(operation.id, 0.0) * MEMORY)

"""Refusals of nobody in the audit log: all are told of, few get a row of their own.

Whoever can reach the port could fill the disk with them: beyond ROWS a minute they are counted, and the next row says
how many there were. The count is the process's own; a process that ends takes an untold rest with it to its log.
"""

import threading
import time

ROWS = 60
SECONDS = 60.0


class Strangers:
    """Decides which refusals of nobody are written down; safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._since = 0.0
        self._rows = 0
        self._untold = 0

    def told(self) -> str | None:
        """What the row of one more refusal says beside the usual; None where it gets no row."""
        with self._lock:
            now = time.monotonic()
            if now - self._since >= SECONDS:
                self._since, self._rows = now, 0
            if self._rows >= ROWS:
                self._untold += 1
                return None
            self._rows += 1
            untold, self._untold = self._untold, 0
        return f"{untold} more refusals of nobody had no row of their own" if untold else ""

    @property
    def untold(self) -> int:
        """How many refusals no row has told of yet."""
        return self._untold

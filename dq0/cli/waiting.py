"""Waiting for a job: its progress on a terminal, its released log as it comes, and a way out that ends nothing."""

import sys
import time
from typing import Any

from dq0.cli.connection import Connection
from dq0.cli.failures import INTERRUPTED, UNAVAILABLE, Failure
from dq0.cli.tables import cell
from dq0.cli.texts import shown

ENDED = frozenset({"finished", "error", "cancelled"})
_FIRST, _LONGEST = 0.05, 1.0
_PATIENCE = 30.0
_WIDTH = 24


class Progress:
    """What is seen on standard error meanwhile: a bar only on a terminal, new lines of the log anywhere."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._since = time.monotonic()
        self._drawn = False
        self._log = ""

    def __call__(self, job: dict[str, Any]) -> None:
        """The job as it is now."""
        self._tell(str(job.get("job_logs") or ""))
        if self._terminal:
            share = min(max(float(job.get("job_progress") or 0.0), 0.0), 1.0)
            filled = round(share * _WIDTH)
            bar = "#" * filled + "." * (_WIDTH - filled)
            passed = time.monotonic() - self._since
            state = cell("", str(job.get("job_state")))[:20]
            sys.stderr.write(f"\r\x1b[K[{bar}] {share:4.0%} {state}, {passed:.0f} s")
            sys.stderr.flush()
            self._drawn = True

    def _tell(self, log: str) -> None:
        new = log[len(self._log) :] if log.startswith(self._log) else log
        if new.strip():
            self.clear()
            for line in new.strip("\n").replace("\r\n", "\n").split("\n"):
                sys.stderr.write(shown(line, keep="\t") + "\n")
            self._log = log

    def clear(self) -> None:
        """The line of the bar is empty again."""
        if self._drawn:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
            self._drawn = False


def wait(connection: Connection, job_uuid: str) -> dict[str, Any]:
    """The job once it has ended; raises Failure where the person would not wait, and the job goes on."""
    progress = Progress()
    pause = _FIRST
    try:
        while True:
            job = _asked(connection, job_uuid)
            progress(job)
            if job.get("job_state") in ENDED:
                return job
            time.sleep(pause)
            pause = min(pause * 1.3, _LONGEST)
    except KeyboardInterrupt:
        progress.clear()
        told = f"the job goes on: `dq0 job wait {job_uuid}` waits again, `dq0 job cancel {job_uuid}` ends it"
        raise Failure(told, INTERRUPTED) from None
    finally:
        progress.clear()


def _asked(connection: Connection, job_uuid: str) -> dict[str, Any]:
    """The job; a server that is away for a moment, as when it starts anew, is waited for."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            return connection.get(f"/jobs/{job_uuid}")
        except Failure as failure:
            if failure.status != UNAVAILABLE or time.monotonic() > deadline:
                raise
            time.sleep(_LONGEST)

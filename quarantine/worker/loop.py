"""The worker: takes one job at a time, keeps its lease alive, runs it, and publishes what came of it."""

import logging
import os
import socket
import threading
import time
import traceback
import uuid
from collections.abc import Callable, Mapping
from typing import Protocol

import msgspec
from sqlalchemy import Connection

from quarantine.domain.errors import DomainError, Unavailable
from quarantine.domain.settings import Settings
from quarantine.store import jobs
from quarantine.store.engine import Database
from quarantine.store.jobs import Artifact, Beat
from quarantine.store.rows import AnyRow

LOG = logging.getLogger("quarantine.worker")
IDLE_SECONDS = 0.5
# How soon a running job learns that it was cancelled.
LOOK_SECONDS = 0.25
# All that a client learns of an error that is not a refusal: its text may hold values from data.
FAILED = "the job failed inside the server; the server's log names the place under the job's uuid"
_TRIES = 5
# How a job is let go of besides the states that it can end in.
RELEASED, LOST = "released", "lost"


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What a job made: published as one when it finishes, not at all otherwise.

    `message` and `source_state` are the query's.
    """

    results: str = ""
    logs: str = ""
    message: str = ""
    source_state: str = ""
    artifacts: tuple[Artifact, ...] = ()
    # Why the job ends in error although it has something to keep; and what keeps it, in the finishing transaction.
    failed: str = ""
    keep: Callable[[Connection], None] | None = None


class Control:
    """A running job's line to its worker."""

    def __init__(self) -> None:
        self._end = threading.Event()
        self._force = threading.Event()
        self._done: float | None = None

    def progress(self, fraction: float) -> None:
        """Say how much is done, 0.0-1.0; shown with the next heartbeat."""
        self._done = min(max(fraction, 0.0), 1.0)

    def cancelled(self) -> bool:
        """Whether to stop: somebody cancelled the job, the worker shuts down, or another worker has it by now."""
        return self._end.is_set()

    def forced(self) -> bool:
        """Whether to kill what runs in place of asking it to end."""
        return self._force.is_set()

    def wait(self, seconds: float) -> bool:
        """Sleep, but not past a cancellation; whether there was one."""
        return self._end.wait(seconds)

    def end(self) -> None:
        """Tell the job to stop."""
        self._end.set()

    def force(self) -> None:
        """Tell the job to kill what it runs."""
        self._force.set()
        self._end.set()

    @property
    def done(self) -> float | None:
        """The last progress; None before the first."""
        return self._done


# Told of each job that a worker has let go of: its type, how it ended, and the unix nanosecond when it was begun with.
OnEnd = Callable[[str, str, int], None]


class Runner(Protocol):
    """Does the work of one type of job. What it raises ends the job: a DomainError with its message."""

    def __call__(self, job: AnyRow, control: Control) -> Outcome: ...


class Worker:
    """A thread that works off jobs of the types it has runners for.

    Several workers, in one process or on several hosts, share a database: the lease decides.
    """

    def __init__(
        self, database: Database, settings: Settings, runners: Mapping[str, Runner], on_end: OnEnd | None = None
    ) -> None:
        self._database = database
        self._on_end = on_end
        self._lease = float(settings.lease_seconds)
        self._runners = dict(runners)
        self._name = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._running: Control | None = None
        self._thread = threading.Thread(target=self._loop, name="dq0-worker", daemon=True)

    @property
    def alive(self) -> bool:
        """Whether its thread takes jobs."""
        return self._thread.is_alive()

    @property
    def busy(self) -> bool:
        """Whether it has a job just now."""
        return self._running is not None

    def start(self) -> None:
        """Begin to take jobs."""
        self._thread.start()

    def wake(self) -> None:
        """There is a new job: look at once."""
        self._wake.set()

    def stop(self, patience: float = 10.0) -> bool:
        """Take no more jobs; the running one is told to stop and given back. Whether it ended in `patience` seconds."""
        self._stopping.set()
        self._wake.set()
        running = self._running
        if running is not None:
            running.end()
        if self._thread.is_alive():
            self._thread.join(patience)
        return not self._thread.is_alive()

    def work(self) -> bool:
        """Take and run one job on the caller's thread; whether there was one."""
        types = list(self._runners)
        with self._database.transaction() as connection:
            if not jobs.waiting(connection, types):
                return False
        with self._database.transaction(write=True) as connection:
            job = jobs.claim(connection, owner=self._name, types=types, lease_seconds=self._lease)
        if job is None:
            return False
        self._run(job)
        return True

    def _loop(self) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            try:
                if self.work():
                    continue
            except Exception as error:
                LOG.error("worker cannot reach its jobs: %s", _place(error))
            self._wake.wait(IDLE_SECONDS)

    def _run(self, job: AnyRow) -> None:
        control, began = Control(), time.time_ns()
        self._running = control
        if self._stopping.is_set():
            control.end()
        done = threading.Event()
        pulse = threading.Thread(target=self._pulse, args=(job, control, done), name="dq0-heartbeat", daemon=True)
        pulse.start()
        try:
            outcome = self._attempt(job, control)
        finally:
            done.set()
            pulse.join()
            self._running = None
        how = self._settle(job, control, outcome)
        if self._on_end is not None:
            self._on_end(job.job_type, how, began)

    def _attempt(self, job: AnyRow, control: Control) -> Outcome | str:
        """What the job made, or the words it failed with."""
        try:
            return self._runners[job.job_type](job, control)
        except DomainError as error:
            return error.message
        except (Exception, SystemExit) as error:
            LOG.error("job %s failed: %s", job.job_uuid, _place(error))
            return FAILED

    def _pulse(self, job: AnyRow, control: Control, done: threading.Event) -> None:
        shown, last = control.done, time.monotonic()
        while not done.wait(min(LOOK_SECONDS, self._lease / 3)):
            due = time.monotonic() - last >= self._lease / 3
            try:
                if due or control.done != shown:
                    shown, last = control.done, time.monotonic()
                    beat = self._beat(job, shown)
                else:
                    beat = self._look(job)
            except Exception as error:
                # The lease outlives a missed beat; should it not, the fence keeps this worker from publishing.
                LOG.warning("job %s: a heartbeat failed: %s", job.job_uuid, _place(error))
                continue
            if beat.cancel or not beat.held:
                control.end()
            if beat.force:
                control.force()

    def _beat(self, job: AnyRow, progress: float | None) -> Beat:
        with self._database.transaction(write=True) as connection:
            return jobs.heartbeat(connection, job.job_uuid, job.fence, lease_seconds=self._lease, progress=progress)

    def _look(self, job: AnyRow) -> Beat:
        with self._database.transaction() as connection:
            return jobs.look(connection, job.job_uuid, job.fence)

    def _settle(self, job: AnyRow, control: Control, outcome: Outcome | str) -> str:
        """Write the end down, again if the database is busy, since results are not computed twice; how it ended."""
        for attempt in range(_TRIES):
            try:
                how = self._write_end(job, control, outcome)
            except Unavailable:
                time.sleep(0.1 * 2**attempt)
                continue
            except Exception as error:
                LOG.error("job %s: its outcome cannot be stored: %s", job.job_uuid, _place(error))
                outcome = FAILED
                continue
            if how == LOST:
                LOG.warning("job %s: the lease was lost, its outcome is dropped", job.job_uuid)
            return how
        LOG.error("job %s: its end could not be written; it is tried again when the lease is over", job.job_uuid)
        return LOST

    def _write_end(self, job: AnyRow, control: Control, outcome: Outcome | str) -> str:
        key, fence = job.job_uuid, job.fence
        with self._database.transaction(durable=True) as connection:
            if jobs.look(connection, key, fence).cancel:
                return jobs.CANCELLED if jobs.cancelled(connection, key, fence) else LOST
            if isinstance(outcome, Outcome):
                return _end(connection, job, outcome)
            if self._stopping.is_set() and control.cancelled():
                return RELEASED if jobs.release(connection, key, fence) else LOST
            return jobs.ERROR if jobs.fail(connection, key, fence, outcome) else LOST


def _end(connection: Connection, job: AnyRow, outcome: Outcome) -> str:
    key, fence = job.job_uuid, job.fence
    if outcome.failed:
        ended = jobs.fail(connection, key, fence, outcome.failed, logs=outcome.logs)
    else:
        made = {name: getattr(outcome, name) for name in ("results", "logs", "message", "source_state")}
        ended = jobs.finish(connection, key, fence, **made, artifacts=outcome.artifacts)
    if ended and outcome.keep is not None:
        outcome.keep(connection)
    return LOST if not ended else jobs.ERROR if outcome.failed else jobs.FINISHED


def _place(error: BaseException) -> str:
    """An error's class and where it was raised, without its text and without values."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" at {frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{where}"

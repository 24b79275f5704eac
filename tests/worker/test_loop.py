import logging
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import text

from databases import Kind
from quarantine.domain.errors import BudgetExceeded, Unavailable
from quarantine.domain.settings import Settings
from quarantine.store import jobs, rows, tables
from quarantine.store.engine import Database, open_database
from quarantine.store.jobs import Artifact
from quarantine.store.migrate import migrate
from quarantine.store.rows import AnyRow
from quarantine.worker import loop
from quarantine.worker.loop import Control, Outcome, Runner, Worker

ROOT = Path(__file__).parents[2]
CANARY = "4111-1111-1111-1111"


@pytest.fixture
def settings(tmp_path: Path, kind: Kind) -> Iterator[Settings]:
    with kind.migrated(tmp_path) as found:
        yield msgspec.structs.replace(found, lease_seconds=1)


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    opened = open_database(settings)
    migrate(opened)
    with opened.transaction(write=True) as connection:
        values = {"email": "a@b", "password_hash": "", "state": "confirmed", "created_at": 1, "updated_at": 1}
        rows.insert(connection, tables.users, **values)
    yield opened
    opened.close()


Start = Callable[[Mapping[str, Runner]], Worker]


@pytest.fixture
def start(database: Database, settings: Settings) -> Iterator[Start]:
    started = []

    def begin(runners: Mapping[str, Runner]) -> Worker:
        worker = Worker(database, settings, runners)
        started.append(worker)
        worker.start()
        return worker

    yield begin
    for worker in started:
        assert worker.stop()


def _create(database: Database, job_type: str = "test") -> str:
    with database.transaction(durable=True) as connection:
        return jobs.create(connection, job_type=job_type, user_id=1)


def _row(database: Database, job_uuid: str) -> AnyRow:
    with database.transaction() as connection:
        row = rows.get(connection, tables.jobs, job_uuid=job_uuid)
        assert row is not None
        return row


def _until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.005)


def _ended(database: Database, job_uuid: str) -> AnyRow:
    _until(lambda: _row(database, job_uuid).job_state in jobs.ENDED)
    return _row(database, job_uuid)


def test_a_job_is_run_and_its_outcome_published(database: Database, start: Start) -> None:
    def run(job: AnyRow, control: Control) -> Outcome:
        control.progress(0.5)
        files = (Artifact("results.csv", b"n\n1\n", "text/csv"),)
        return Outcome(results=job.job_uuid, logs="done", artifacts=files)

    worker = start({"test": run})
    key = _create(database)
    worker.wake()
    row = _ended(database, key)
    assert (row.job_state, row.job_results, row.job_logs, row.job_progress) == ("finished", key, "done", 1.0)
    with database.transaction() as connection:
        assert jobs.artifact(connection, key, "results.csv") is not None


def test_each_end_of_a_job_is_told_with_its_type(database: Database, settings: Settings) -> None:
    def refuse(job: AnyRow, control: Control) -> Outcome:
        raise BudgetExceeded("no")

    told: list[tuple[str, str]] = []
    runners: dict[str, Runner] = {"good": lambda job, control: Outcome(), "bad": refuse}
    worker = Worker(database, settings, runners, lambda kind, how, began: told.append((kind, how)))
    for name in runners:
        _create(database, name)
        assert worker.work()
    assert told == [("good", "finished"), ("bad", "error")]
    assert not worker.busy


def test_a_job_of_another_process_is_found_without_a_wake(database: Database, start: Start) -> None:
    start({"test": lambda job, control: Outcome()})
    assert _ended(database, _create(database)).job_state == "finished"


def test_many_jobs_and_several_workers_run_each_job_once(database: Database, start: Start) -> None:
    ran: list[str] = []

    def run(job: AnyRow, control: Control) -> Outcome:
        ran.append(job.job_uuid)
        return Outcome()

    for _ in range(3):
        start({"test": run})
    keys = [_create(database) for _ in range(30)]
    for key in keys:
        assert _ended(database, key).job_state == "finished"
    assert sorted(ran) == sorted(keys)


def test_a_refusal_is_told_with_its_reason(database: Database, start: Start) -> None:
    def run(job: AnyRow, control: Control) -> Outcome:
        raise BudgetExceeded("nothing is left")

    start({"test": run})
    row = _ended(database, _create(database))
    assert (row.job_state, row.job_errors) == ("error", "nothing is left")


@pytest.mark.parametrize("error", [ValueError, KeyError, SystemExit, RecursionError])
def test_any_other_error_is_told_without_a_value_to_client_and_log(
    database: Database, start: Start, caplog: pytest.LogCaptureFixture, error: type[BaseException]
) -> None:
    def run(job: AnyRow, control: Control) -> Outcome:
        raise error(f"could not convert {CANARY}")

    caplog.set_level(logging.DEBUG)
    start({"test": run})
    key = _create(database)
    row = _ended(database, key)
    assert (row.job_state, row.job_errors) == ("error", loop.FAILED)
    assert CANARY not in str(row) + caplog.text
    assert f"job {key} failed: {error.__name__} at test_loop.py:" in caplog.text


def test_an_outcome_that_cannot_be_stored_ends_in_error(
    database: Database, start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    twice = (Artifact("a", b"1"), Artifact("a", CANARY.encode()))
    start({"test": lambda job, control: Outcome(artifacts=twice)})
    row = _ended(database, _create(database))
    assert (row.job_state, row.job_errors) == ("error", loop.FAILED)
    assert CANARY not in caplog.text


def test_a_job_that_outlasts_its_lease_keeps_it(database: Database, start: Start) -> None:
    fences = []

    def run(job: AnyRow, control: Control) -> Outcome:
        fences.append(job.fence)
        control.wait(1.6)
        return Outcome()

    for _ in range(2):
        start({"test": run})
    assert _ended(database, _create(database)).job_state == "finished"
    assert fences == [1]


def test_progress_is_seen_while_the_job_runs(database: Database, start: Start) -> None:
    go_on = threading.Event()

    def run(job: AnyRow, control: Control) -> Outcome:
        control.progress(0.25)
        go_on.wait(20)
        return Outcome()

    start({"test": run})
    key = _create(database)
    _until(lambda: _row(database, key).job_progress == 0.25)
    go_on.set()
    assert _ended(database, key).job_progress == 1.0


def test_a_cancelled_job_hears_of_it_and_publishes_nothing(database: Database, start: Start) -> None:
    running = threading.Event()

    def run(job: AnyRow, control: Control) -> Outcome:
        running.set()
        assert control.wait(20)
        return Outcome(results="late", artifacts=(Artifact("a", b""),))

    start({"test": run})
    key = _create(database)
    running.wait(20)
    with database.transaction(durable=True) as connection:
        assert jobs.request_cancel(connection, key) == "running"
    row = _ended(database, key)
    assert (row.job_state, row.job_progress, row.job_results) == ("cancelled", 1.0, "")
    with database.transaction() as connection:
        assert jobs.artifacts(connection, key) == []


def test_a_worker_that_lost_its_lease_stops_and_publishes_nothing(database: Database, start: Start) -> None:
    running, stopped = threading.Event(), threading.Event()

    def run(job: AnyRow, control: Control) -> Outcome:
        running.set()
        if control.wait(20):
            stopped.set()
        return Outcome(results="late")

    start({"test": run})
    key = _create(database)
    running.wait(20)
    with database.transaction(write=True) as connection:
        connection.execute(text("UPDATE jobs SET fence = 7"))
    assert stopped.wait(20)
    assert _row(database, key).job_results == ""


def test_stopping_gives_the_running_job_back(database: Database, settings: Settings) -> None:
    running = threading.Event()

    def run(job: AnyRow, control: Control) -> Outcome:
        running.set()
        control.wait(20)
        raise Unavailable("interrupted")

    worker = Worker(database, settings, {"test": run})
    worker.start()
    key = _create(database)
    running.wait(20)
    assert worker.stop()
    row = _row(database, key)
    assert (row.job_state, row.lease_owner, row.job_errors) == ("created", None, "")


def test_a_worker_survives_a_database_that_is_busy(
    database: Database, settings: Settings, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []
    claim = jobs.claim

    def busy(*arguments: object, **named: object) -> AnyRow | None:
        calls.append(1)
        if len(calls) == 1:
            raise Unavailable("busy")
        return claim(*arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(jobs, "claim", busy)
    start({"test": lambda job, control: Outcome()})
    assert _ended(database, _create(database)).job_state == "finished"


_KILLED = """
import os, signal, sys
from quarantine.domain.settings import Settings
from quarantine.store.engine import open_database
from quarantine.worker.loop import Worker
def run(job, control):
    os.kill(os.getpid(), signal.SIGKILL)
settings = Settings(database_url=sys.argv[1], lease_seconds=1)
Worker(open_database(settings), settings, {"test": run}).work()
"""


def test_a_job_whose_worker_was_killed_is_run_by_another(database: Database, settings: Settings, start: Start) -> None:
    key = _create(database)
    killed = subprocess.run([sys.executable, "-c", _KILLED, settings.url], cwd=ROOT)
    assert killed.returncode == -signal.SIGKILL
    assert _row(database, key).job_state == "running"
    start({"test": lambda job, control: Outcome(results=str(job.fence))})
    row = _ended(database, key)
    assert (row.job_state, row.job_results) == ("finished", "2")

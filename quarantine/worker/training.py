"""Carries out a run of the trusted trainer: the declaration without data, the charge, the fit, and its release.

The project's code runs in the sandbox and finds no data there. What it declares is priced, charged durably, and then
fitted by our own code in a process of its own. All that comes out is private, so that nobody has to release it.
"""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

import msgspec
from sqlalchemy import Connection

from quarantine.domain.errors import Conflict, DomainError, Refused
from quarantine.domain.metadata.model import Metadata
from quarantine.domain.privacy import Policy
from quarantine.domain.settings import Settings
from quarantine.domain.tracking import Logged, encoded
from quarantine.domain.training.command import Command
from quarantine.domain.training.declaration import Declaration, read_declaration
from quarantine.domain.training.encoding import learnable
from quarantine.domain.training.training import Training, plan
from quarantine.store import commits, datasets, jobs, ledger, policies, rows, runs
from quarantine.store.engine import Database
from quarantine.store.rows import AnyRow
from quarantine.store.runs import Written
from quarantine.store.tables import data as data_table
from quarantine.worker import prediction
from quarantine.worker.fitting import Made, Task
from quarantine.worker.loop import Control, Outcome
from quarantine.worker.runs import Refresh
from quarantine.worker.sandbox import Kind, Limits
from quarantine.worker.staging import boxed, finished

FOLDER = "pyfunc_model"
MODEL, CARD = f"{FOLDER}/model.onnx", f"{FOLDER}/card.json"
DECLARED = "declaration.json"
NO_EXTRA = "the trusted trainer needs the extra `train` on the server: pip install 'dq0-server[train]'"
# Without walls the code could read the data and say it in its declaration, which nobody holds.
NO_WALLS = "the trusted trainer needs a sandbox, and DQ0_UNSAFE_RUNS is none; install bubblewrap on the server"
ONE_DATASET = "the trusted trainer learns from one dataset: attach it (and only it) to the project"
GONE = "the dataset was removed or changed while the run began; start it again"
STOPPED = "the run was stopped"
FAILED = "the model could not be fitted; the cost stays charged"
FITS = 2
DECLARE = Limits(seconds=60.0, memory_mb=512, processes=64, cores=1, folder_mb=16)


class Trainer:
    """Fits what a commit declares on the one dataset of its run."""

    def __init__(self, database: Database, settings: Settings, kind: Kind, refresh: Refresh) -> None:
        self._database = database
        self._settings = settings
        self._kind = kind
        self._refresh = refresh

    def __call__(
        self, job: AnyRow, commit: AnyRow, data: Sequence[AnyRow], command: Command, folder: Path, control: Control
    ) -> Outcome:
        """The run's outcome; everything before the charge refuses at no cost, nothing after it gives anything back."""
        if self._kind == "nothing":
            raise Refused(NO_WALLS)
        if importlib.util.find_spec("onnx") is None:
            raise Refused(NO_EXTRA)
        if len(data) != 1:
            raise Refused(ONE_DATASET)
        row = data[0]
        metadata = datasets.metadata_of(row.meta)
        policy = self._policy(row, job)
        declared = self._declared(commit, command, metadata, policy, folder, control)
        training = plan(metadata, policy, declared, command.epsilon)
        self._charge(job, row, training)
        # As for a query, the price has been paid when anything is looked at.
        self._refresh(row, metadata, control)
        control.progress(0.2)
        made = self._fitted(row, metadata, training, control)
        self._try(made, training, folder / "trial", control)
        return outcome(job, commit, row, declared, training, made)

    def _policy(self, row: AnyRow, job: AnyRow) -> Policy:
        with self._database.transaction() as connection:
            return policies.policy_of(connection, row, job.user_id)

    def _declared(
        self, commit: AnyRow, command: Command, metadata: Metadata, policy: Policy, folder: Path, control: Control
    ) -> Declaration:
        """What the code says in a sandbox that holds its own files, the names of columns, and nothing else."""
        commits.unpack(self._settings, commit, folder / "code")
        shutil.copytree(_makedp(), folder / "support" / "dq0" / "makedp", ignore=shutil.ignore_patterns("__pycache__"))
        columns = [name for table in metadata.tables for name in learnable(table, policy)]
        words, more = ("python", "-m", "dq0.makedp", command.file), {"DQ0_COLUMNS": json.dumps(columns)}
        box = boxed(words, folder, self._kind, DECLARE, begins="code", more=more)
        done = finished(box, self._kind, control, "run")
        return read_declaration(next((each.content for each in done.outputs.files if each.path == DECLARED), b""))

    def _charge(self, job: AnyRow, row: AnyRow, training: Training) -> None:
        """Durable before anything is asked of the data, and once for the job however often it is tried."""
        with self._database.transaction(durable=True) as connection:
            beat = jobs.look(connection, job.job_uuid, job.fence)
            if beat.cancel or not beat.held:
                raise Conflict(STOPPED)
            now = rows.get(connection, data_table, data_id=row.data_id, deleted_at=None)
            if now is None or (now.meta_version, now.data_state) != (row.meta_version, datasets.READY):
                raise Conflict(GONE)
            who, entries = {"user_id": job.user_id, "job_uuid": job.job_uuid}, training.ledger_entries()
            ledger.charge(connection, now.lineage, training.cost, **who, mechanisms=entries)

    def _fitted(self, row: AnyRow, metadata: Metadata, training: Training, control: Control) -> Made:
        table = metadata.tables[0]
        copy = datasets.copy_of(row, table)
        task = Task(settings=self._settings, table=table, copy=copy, training=training)
        return fitted(msgspec.msgpack.encode(task), self._settings.run_seconds, control)

    def _try(self, made: Made, training: Training, folder: Path, control: Control) -> None:
        """One prediction in the sandbox: what is published predicts; raises DomainError."""
        folder.mkdir(mode=0o755)
        middle = [[each.middle for each in training.problem.inputs]]
        found = prediction.predicted(made.onnx, msgspec.json.encode(middle), folder, self._kind, control)
        prediction.written(found, training.problem.target, len(middle), shares=True)


def fitted(task: bytes, seconds: float, control: Control) -> Made:
    """What the fitting process makes of a task; once more where somebody killed it, since the price is paid already.

    What a killed one has drawn nobody has seen: as with a worker that dies, only one of them publishes.
    """
    for _ in range(FITS):
        with tempfile.TemporaryFile() as told, tempfile.TemporaryFile() as answer:
            told.write(task)
            told.seek(0)
            status = _fit(told, answer, seconds, control)
            if status == 0:
                answer.seek(0)
                return msgspec.msgpack.decode(answer.read(), type=Made)
            if status > 0:
                break
    raise DomainError(FAILED)


def outcome(job: AnyRow, commit: AnyRow, row: AnyRow, declared: Declaration, training: Training, made: Made) -> Outcome:
    """Model, card, metrics and parameters, released by the transaction that ends the job."""
    now = int(time.time() * 1000)
    params = {"estimator": declared.estimator, "epsilon": f"{training.epsilon!r}"}
    params |= {name: f"{value:g}" for name, value in training.problem.parameters.items()}
    metrics = [Logged("metric", name, number=value, timestamp=now) for name, value in made.metrics.items()]
    card = json.dumps(card_of(job, commit, row, declared, training, made), indent=2).encode()
    log = f"fitted {training.problem.kind} at epsilon {training.epsilon:g}, delta 0; the metrics are of the fit\n"
    written = [
        Written("file", MODEL, made.onnx),
        Written("file", CARD, card),
        Written("log", "log", log.encode()),
        Written("metrics", "metrics", encoded(metrics)),
        Written("params", "params", encoded([Logged("param", name, text=text) for name, text in params.items()])),
    ]

    def keep(connection: Connection) -> None:
        runs.hold(connection, job.job_uuid, written)
        runs.release(connection, job.job_uuid, None, user_id=None)

    return Outcome(keep=keep)


def card_of(
    job: AnyRow, commit: AnyRow, row: AnyRow, declared: Declaration, training: Training, made: Made
) -> Mapping[str, object]:
    """What there is to know of a model: its data, price, bounds, code, and how to read and feed it."""
    problem = training.problem
    return {
        "format": "dq0-model-card-1",
        "estimator": declared.estimator,
        "kind": str(problem.kind),
        "parameters": problem.parameters,
        "inputs": [msgspec.to_builtins(each) for each in problem.inputs],
        "target": msgspec.to_builtins(problem.target),
        "data_uuid": row.data_uuid,
        "data_version": row.meta_version,
        "table": f"{problem.schema}.{problem.table}",
        "rows_per_person": problem.contribution,
        "epsilon": training.epsilon,
        "delta": 0.0,
        "mechanisms": training.ledger_entries(),
        "metrics": made.metrics,
        "commit_uuid": commit.commit_uuid,
        "run_uuid": job.job_uuid,
    }


def _makedp() -> Path:
    """Where our part of the namespace package is."""
    import dq0.makedp

    return Path(dq0.makedp.__file__).parent


def _fit(told: IO[bytes], answer: IO[bytes], seconds: float, control: Control) -> int:
    """The exit status of the fitting process; raises Conflict where the run is stopped."""
    command = [sys.executable, "-m", "quarantine.worker.fitting"]
    # Its words could hold a value.
    process = subprocess.Popen(command, stdin=told, stdout=answer, stderr=subprocess.DEVNULL, cwd=os.sep)  # noqa: S603
    deadline = time.monotonic() + seconds
    try:
        while process.poll() is None:
            if control.wait(0.02):
                raise Conflict(STOPPED)
            if time.monotonic() > deadline:
                raise DomainError(FAILED)
        return process.returncode
    finally:
        process.kill()
        process.wait()

"""Carries out a run: a commit's files, the data that may be read, and the command of its entry point in the sandbox."""

# ruff: noqa: S608 - SQL is made of declared names, quoted, and of numbers

import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import Connection

from quarantine.domain.errors import Conflict, Refused
from quarantine.domain.metadata.model import Column, ColumnType, Metadata, Table
from quarantine.domain.mlproject import FILE, argument_vector, read_mlproject
from quarantine.domain.settings import Settings
from quarantine.domain.tracking import FILE as LOG
from quarantine.domain.tracking import encoded, read_tracked
from quarantine.domain.training.command import read_command
from quarantine.store import commits, datasets, derived, policies, rows, runs
from quarantine.store.engine import Database
from quarantine.store.rows import AnyRow
from quarantine.store.runs import Written
from quarantine.store.tables import commits as commits_table
from quarantine.store.tables import runs as runs_table
from quarantine.worker import walls
from quarantine.worker.loop import Control, Outcome
from quarantine.worker.sandbox import Finished, Kind, Limits
from quarantine.worker.staging import INSIDE, boxed, finished, staged

if TYPE_CHECKING:
    from quarantine.worker.training import Trainer

GONE = "the commit or a dataset of the run was removed or changed after it was asked for; start it again"
NO_SANDBOX = "runs are refused: this machine has no working sandbox; `dq0 server` says why in its log"
FAILED = "the run did not end well; what it wrote says why, and is held until the data's owner releases it"
FAILED_OPENLY = "the run did not end well; its log says why"
HELD = "what the run wrote is held until the data's owner releases it"


# Brings the bounded copies of a dataset to the state of its source; raises Refused where that cannot be done.
Refresh = Callable[[AnyRow, Metadata, Control], str]


class Asked(msgspec.Struct, frozen=True):
    """What a job was made for: its run, its commit, the datasets that its code may read, what is hidden of each."""

    run: AnyRow
    commit: AnyRow
    data: Sequence[AnyRow]
    hidden: Mapping[int, Sequence[str]]


class Run:
    """The runner of `commit.run`."""

    def __init__(self, database: Database, settings: Settings, refresh: Refresh) -> None:
        self._database = database
        self._settings = settings
        self._refresh = refresh

    def __call__(self, job: AnyRow, control: Control) -> Outcome:
        """Everything that the code writes is held, unless it could read nothing that is protected.

        A run of the trusted trainer is another matter: its code sees no data, and what is fitted is paid for.
        """
        kind = walls.chosen(self._settings).kind
        if kind is None:
            raise Refused(NO_SANDBOX)
        asked = self._read(job)
        words = words_of(self._settings, asked.run, asked.commit)
        command = read_command(words)
        with staged(self._settings, job, kind) as folder:
            if command is not None:
                return self._trainer(kind)(job, asked.commit, asked.data, command, folder, control)
            for row in asked.data:
                self._refresh(row, datasets.metadata_of(row.meta), control)
            done = self._run(asked, words, folder, kind, control)
        return outcome(job.job_uuid, done, private=is_private(asked.data))

    def _read(self, job: AnyRow) -> Asked:
        with self._database.transaction() as connection:
            run = rows.get(connection, runs_table, run_uuid=job.job_uuid)
            commit = rows.get(connection, commits_table, commit_uuid=job.commit_uuid)
            data = runs.readable(connection, job.job_uuid)
            hidden = {row.data_id: policies.mask_of(connection, row.data_id, job.user_id).hidden for row in data}
        ready = all(row.deleted_at is None and row.data_state == datasets.READY for row in data)
        if run is None or commit is None or not ready:
            raise Conflict(GONE)
        return Asked(run, commit, data, hidden)

    def _trainer(self, kind: Kind) -> "Trainer":
        # Loaded by the first training: it brings the privacy engine along.
        from quarantine.worker.training import Trainer

        return Trainer(self._database, self._settings, kind, self._refresh)

    def _run(self, asked: Asked, words: Sequence[str], folder: Path, kind: Kind, control: Control) -> Finished:
        data = self._write_data(asked, folder / "data")
        return carried_out(self._settings, asked.commit, words, folder, kind, control, data)

    def _write_data(self, asked: Asked, folder: Path) -> list[str]:
        """The bounded copies as csv files; their names below the folder, `dataset/schema.table.csv`."""
        names = []
        for row in asked.data:
            for table in datasets.metadata_of(row.meta).tables:
                cells = shown_cells(table, asked.hidden[row.data_id])
                names.append(write_table(self._settings, row, table, cells, folder))
        folder.mkdir(exist_ok=True)
        return names


def words_of(settings: Settings, run: AnyRow, commit: AnyRow) -> list[str]:
    """The command of a run's entry point with its arguments."""
    content = commits.content(settings, commit, FILE)
    if content is None:
        raise Conflict(GONE)
    return argument_vector(read_mlproject(content)[run.entry_point], run.arguments)


def carried_out(
    settings: Settings,
    commit: AnyRow,
    words: Sequence[str],
    folder: Path,
    kind: Kind,
    control: Control,
    data: Sequence[str],
) -> Finished:
    """The command over a commit's files in the sandbox; `data` are names of tables below the staged folder's `data`."""
    commits.unpack(settings, commit, folder / "code")
    shutil.copytree(INSIDE, folder / "support", ignore=shutil.ignore_patterns("__pycache__"))
    return finished(boxed(words, folder, kind, limits(settings), begins="code", data=data), kind, control, "run")


def copies_of(settings: Settings, row: AnyRow, table: Table) -> list[Path]:
    """The files of a bounded copy; raises Refused for one in a database, Conflict for one that is gone."""
    if table.source.server:
        raise Refused(derived.IN_DATABASE)
    path = datasets.copy_of(row, table).path(settings.bounded_folder)
    # Spark's copies are folders of files.
    files = sorted(path.glob("*.parquet")) if path.is_dir() else [path]
    if not files or not all(file.is_file() for file in files):
        raise Conflict(GONE)
    return files


def outcome(run_uuid: str, done: Finished, *, private: bool) -> Outcome:
    """The end of a run: what it wrote is kept by the transaction that ends its job."""
    written = everything(done)

    def keep(connection: Connection) -> None:
        runs.hold(connection, run_uuid, written)
        if not private:
            runs.release(connection, run_uuid, None, user_id=None)

    failed = FAILED if private else FAILED_OPENLY
    ended_well = done.reason == "ended" and done.status == 0
    return Outcome(logs=HELD if private else "", failed="" if ended_well else failed, keep=keep)


def everything(done: Finished) -> list[Written]:
    """The log with how the run ended, what it tracked, and its files."""
    tracked = read_tracked(next((file.content for file in done.outputs.files if file.path == LOG), b""))
    end = (
        f"ended: {done.reason}, status {done.status}; left out: {done.outputs.left_out} files, {tracked.dropped} lines"
    )
    written = [Written("log", "log", f"{end}\n".encode() + done.log)]
    for kind in runs.KINDS:
        if logged := getattr(tracked, kind):
            written.append(Written(kind, kind, encoded(logged)))
    return [*written, *(Written("file", file.path, file.content) for file in done.outputs.files if file.path != LOG)]


def is_private(data: Sequence[AnyRow]) -> bool:
    """Whether a run's code could read anything above privacy level 0."""
    found: list[Metadata] = [datasets.metadata_of(row.meta) for row in data]
    return any(table.privacy_level > 0 for metadata in found for table in metadata.tables)


def limits(settings: Settings) -> Limits:
    """A run's limits, as the settings have them."""
    return Limits(
        seconds=settings.run_seconds,
        memory_mb=settings.run_memory_mb,
        processes=settings.run_processes,
        cores=settings.run_cores,
        folder_mb=settings.run_folder_mb,
    )


def shown_cells(table: Table, hidden: Sequence[str]) -> list[str]:
    """What code finds of a table, in SQL: not what nobody may select, nor what the owner has hidden from the asker."""
    from quarantine.domain.masks import without  # with it comes the SQL compiler

    return [cell(each) for each in without(table, hidden).columns if each.mask is None and each.selectable]


def cell(column: Column) -> str:
    """A column of a bounded copy, a float as one again."""
    from quarantine.domain.quoting import quoted

    number = f" / {column.scale}.0" if column.type is ColumnType.FLOAT else ""
    return f"{quoted(column.name)}{number} AS {quoted(column.name)}"


def write_table(settings: Settings, row: AnyRow, table: Table, cells: Sequence[str], folder: Path) -> str:
    """A bounded copy as a csv file of these cells; its name below the folder."""
    from quarantine.domain.quoting import literal
    from quarantine.store.sources.locked import locked_engine, parquet

    if not cells:
        raise Refused("the run could read no column of a table; detach the dataset")
    copies, name = copies_of(settings, row, table), f"{row.data_uuid}/{_file(table)}"
    target = (folder / name).resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    with locked_engine(reads=tuple(copies), folder=target.parent) as connection:
        written = f"SELECT {', '.join(cells)} FROM {parquet(*copies)}"
        connection.execute(f"COPY ({written}) TO {literal(str(target))} (FORMAT csv, HEADER)")
    return name


def _file(table: Table) -> str:
    name = f"{table.schema}.{table.name}"
    return "".join(each if each.isalnum() or each in "._-" else "_" for each in name)[:200] + ".csv"

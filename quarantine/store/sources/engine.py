"""DuckDB behind locks: runs the plan's exact aggregates over bounded copies, and can do nothing else.

The database lives in memory and reads files of one folder only; the network, other files, extensions and its own
settings are closed, and the lock on the settings cannot be opened again. A statement must be one SELECT, so that the
one folder is never written either.
"""

import os
import threading
import time
import weakref
from collections.abc import Mapping
from pathlib import Path
from typing import Self

import duckdb

from quarantine.domain.errors import DomainError
from quarantine.domain.privacy import FAILED
from quarantine.domain.quoting import quoted
from quarantine.domain.settings import Settings
from quarantine.store.sources.locked import parquet
from quarantine.store.sources.watch import Watch

MOST_GROUPS = 1_000_000
_IDLE = 32
_KNOWN = 1000

_FORGOTTEN: list[duckdb.DuckDBPyConnection] = []
_Files = tuple[tuple[str, str, int, int], ...]


class Engine:
    """One locked DuckDB over the folder of bounded copies; safe to share between threads, and after a fork."""

    def __init__(self, folder: Path, *, memory_mb: int = 2048, seconds: float = 600, threads: int = 0) -> None:
        self._folder = folder.resolve()
        self._memory_mb = memory_mb
        self._seconds = seconds
        self._threads = threads or os.cpu_count() or 1
        self._lock = threading.Lock()
        self._process = os.getpid()
        self._watch = Watch()
        self._root: list[duckdb.DuckDBPyConnection] = []
        self._idle: dict[_Files, list[duckdb.DuckDBPyConnection]] = {}
        self._selects: dict[str, duckdb.Statement] = {}
        # DuckDB complains on standard error when the interpreter ends before its connections.
        weakref.finalize(self, _close, os.getpid(), self._idle, self._root, self._watch)

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The engine that the settings describe."""
        return cls(settings.bounded_folder, memory_mb=settings.query_memory_mb, seconds=settings.query_seconds)

    def aggregate(self, statement: str, files: Mapping[str, Path]) -> list[tuple[object, ...]]:
        """The statement's rows, over the parquet files under their relation names.

        Every failure is a DomainError of one constant text: why a statement failed could depend on a private value.
        """
        try:
            return self._aggregate(statement, files)
        except Exception:
            failed = DomainError(FAILED)
        # Raised out here, so that the cause is not even attached to it.
        raise failed

    def close(self) -> None:
        """Let go of the database; the next statement opens a new one."""
        with self._lock:
            _close(self._process, self._idle, self._root, self._watch)

    def _aggregate(self, statement: str, files: Mapping[str, Path]) -> list[tuple[object, ...]]:
        known = tuple(_identity(relation, path) for relation, path in sorted(files.items()))
        connection = self._take(known)
        try:
            with self._watch.until(time.monotonic() + self._seconds, connection.interrupt) as overdue:
                rows = _fetch(connection, self._select(connection, statement))
            if overdue():
                raise TimeoutError
        except BaseException:
            connection.close()
            raise
        self._give(known, connection)
        return rows

    def _select(self, connection: duckdb.DuckDBPyConnection, statement: str) -> duckdb.Statement:
        """The parsed text, which must be one SELECT; parsing it once for each text saves a tenth of a short query."""
        found = self._selects.get(statement)
        if found is not None:
            return found
        parsed = connection.extract_statements(statement)
        if len(parsed) != 1 or parsed[0].type is not duckdb.StatementType.SELECT:
            raise PermissionError
        if len(self._selects) >= _KNOWN:
            self._selects.clear()
        self._selects[statement] = parsed[0]
        return parsed[0]

    def _take(self, files: _Files) -> duckdb.DuckDBPyConnection:
        """A connection that knows the files under their names: an idle one, or a new one on the same database."""
        with self._lock:
            if self._process != os.getpid():
                # DuckDB's threads do not survive a fork: a child starts its own database.
                # What the parent had is left as it is: it cannot even be closed here.
                _FORGOTTEN.extend([*self._root, *(one for many in self._idle.values() for one in many)])
                self._root.clear()
                self._idle.clear()
                self._process, self._watch = os.getpid(), Watch()
            idle = self._idle.get(files)
            if idle:
                return idle.pop()
            if not self._root:
                self._root.append(self._open())
            connection = self._root[0].cursor()
        for relation, path, _, _ in files:
            connection.execute(f"CREATE TEMP VIEW {quoted(relation)} AS SELECT * FROM {parquet(Path(path))}")  # noqa: S608
        return connection

    def _give(self, files: _Files, connection: duckdb.DuckDBPyConnection) -> None:
        with self._lock:
            if sum(map(len, self._idle.values())) < _IDLE:
                self._idle.setdefault(files, []).append(connection)
                return
            # Files come and go: the longest known make room.
            oldest = self._idle.pop(next(iter(self._idle)))
            self._idle.setdefault(files, []).append(connection)
        for one in oldest:
            one.close()

    def _open(self) -> duckdb.DuckDBPyConnection:
        connection = duckdb.connect(":memory:")
        folder = str(self._folder).replace("'", "''")
        # The order matters: folders can be named while access is open, and nothing after the lock.
        for setting in (
            f"threads = {self._threads}",
            f"memory_limit = '{self._memory_mb}MiB'",
            "temp_directory = ''",
            "max_temp_directory_size = '0KiB'",
            "preserve_insertion_order = false",
            "parquet_metadata_cache = true",
            "python_enable_replacements = false",
            "autoinstall_known_extensions = false",
            "autoload_known_extensions = false",
            "allow_community_extensions = false",
            f"allowed_directories = ['{folder}']",
            "enable_external_access = false",
            "lock_configuration = true",
        ):
            connection.execute(f"SET {setting}")
        return connection


def _close(
    process: int,
    idle: dict[_Files, list[duckdb.DuckDBPyConnection]],
    root: list[duckdb.DuckDBPyConnection],
    watch: Watch,
) -> None:
    if process != os.getpid():
        return
    watch.close()
    for connection in (*(one for many in idle.values() for one in many), *root):
        connection.close()
    idle.clear()
    root.clear()


def _identity(relation: str, path: Path) -> tuple[str, str, int, int]:
    """A file as it is now: a copy that was replaced is another file."""
    place = os.fspath(path)
    state = os.stat(place)  # noqa: PTH116 - twice as fast, and this is on every query's way
    return relation, place, state.st_mtime_ns, state.st_size


def _fetch(connection: duckdb.DuckDBPyConnection, statement: duckdb.Statement) -> list[tuple[object, ...]]:
    rows = connection.execute(statement).fetchmany(MOST_GROUPS + 1)
    if len(rows) > MOST_GROUPS:
        raise OverflowError
    return rows

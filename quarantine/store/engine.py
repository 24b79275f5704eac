"""The database connection: SQLite in the state folder by default, PostgreSQL by `DQ0_DATABASE_URL`.

The only module that knows which database it is. `Database.transaction` is the one way to a connection.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, QueuePool, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, OperationalError

from quarantine.domain.errors import Invalid, Unavailable
from quarantine.domain.settings import Settings

BUSY_SECONDS = 30.0
_BUSY = "the database is busy with other writers; try again"


class Database:
    """One database with three ways in: reading, writing, and writing that survives a power cut.

    On SQLite each way has its own engine, since `synchronous` cannot change inside a transaction and setting it per
    request would cost more than the request. Writers of this process queue on a lock, which is fair; SQLite's own
    waiting, which polls, is left for writers of other processes.
    """

    def __init__(self, url: URL, *, connections: int = 8) -> None:
        self.url = url
        self.sqlite = url.get_backend_name() == "sqlite"
        self._connections = connections
        self._writer = threading.Lock()
        self._writing = threading.local()
        if self.sqlite:
            _make_private(Path(str(url.database)))
            self._reader = self._sqlite_engine("NORMAL", read_only=True)
            self._ordinary = self._sqlite_engine("NORMAL", read_only=False)
            self._durable = self._sqlite_engine("FULL", read_only=False)
            self._prompt = self._sqlite_engine("NORMAL", read_only=False, waits=False)
        else:
            self._ordinary = self._durable = self._prompt = create_engine(url, pool_size=connections, max_overflow=64)
            self._reader = self._ordinary.execution_options(postgresql_readonly=True)

    def _sqlite_engine(self, synchronous: str, *, read_only: bool, waits: bool = True) -> Engine:
        engine = create_engine(
            self.url,
            poolclass=QueuePool,
            pool_size=self._connections,
            max_overflow=64,
            pool_use_lifo=True,
            # `transaction` ends what it begins; a second rollback on return would only cost time.
            pool_reset_on_return=None,
            connect_args={
                "timeout": BUSY_SECONDS if waits else 0,
                "check_same_thread": False,
                "cached_statements": 512,
            },
        )

        @event.listens_for(engine, "connect")
        def prepare(connection: Any, _record: object) -> None:
            # The driver's own implicit BEGIN comes too late and is never IMMEDIATE: `transaction` begins by itself.
            connection.isolation_level = None
            # Before WAL, so that the journal's first pages are already written under the wanted safety.
            connection.execute(f"PRAGMA synchronous = {synchronous}")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA foreign_keys = ON")
            if not waits:
                # A checkpoint waits for the disk: the other writers' connections make it.
                connection.execute("PRAGMA wal_autocheckpoint = 0")
            if read_only:
                connection.execute("PRAGMA query_only = ON")

        return engine

    @contextmanager
    def transaction(self, *, write: bool = False, durable: bool = False) -> Iterator[Connection]:
        """One transaction: committed at the end of the block, rolled back if an error leaves it.

        `write` takes the write lock at once, so that what was read is still true when it is written; `durable` has the
        commit on disk when the block ends. Raises Unavailable when other writers keep the lock for `BUSY_SECONDS`.
        """
        if not write and not durable:
            with self._begun(self._reader, "BEGIN") as connection:
                yield connection
            return
        with self._write_lock(), self._begun(self._durable if durable else self._ordinary, "BEGIN IMMEDIATE") as begun:
            yield begun

    @property
    def writing(self) -> bool:
        """Whether a transaction of this process has SQLite's write lock just now."""
        return self._writer.locked()

    @contextmanager
    def prompt_transaction(self) -> Iterator[Connection]:
        """A write transaction that never waits, for the event loop's thread on SQLite.

        Raises Unavailable at once when another writer has the lock. Some writing has to go through `transaction`, since
        nothing is moved from the journal into the database here.
        """
        with self._write_lock(wait=False), self._begun(self._prompt, "BEGIN IMMEDIATE") as begun:
            yield begun

    @contextmanager
    def _begun(self, engine: Engine, begin: str) -> Iterator[Connection]:
        with engine.connect() as connection, connection.begin():
            if self.sqlite:
                try:
                    connection.connection.driver_connection.execute(begin)  # type: ignore[union-attr]
                except Exception as error:
                    raise _busy_or(error) from error
            try:
                yield connection
            except OperationalError as error:
                raise _busy_or(error) from error
            except UnicodeEncodeError:
                # A lone surrogate: text that no database takes, whichever column it was meant for.
                raise Invalid("the request holds text that is not valid Unicode") from None

    @contextmanager
    def _write_lock(self, *, wait: bool = True) -> Iterator[None]:
        if not self.sqlite:
            yield
            return
        if getattr(self._writing, "now", False):
            raise RuntimeError("a write transaction is already open on this thread; a second would wait for it forever")
        if not self._writer.acquire(blocking=wait, timeout=BUSY_SECONDS if wait else -1):
            raise Unavailable(_BUSY)
        self._writing.now = True
        try:
            yield
        finally:
            self._writing.now = False
            self._writer.release()

    def lock(self, connection: Connection, name: str) -> None:
        """Wait until no other transaction holds the named lock; SQLite's write transactions are alone anyway."""
        if not self.sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(hashtext(:name))"), {"name": name})

    def close(self) -> None:
        """Close every pooled connection."""
        for engine in (self._reader, self._ordinary, self._durable, self._prompt):
            engine.dispose()


def open_database(settings: Settings) -> Database:
    """The database that the settings name; SQLite's folder (0700) and file (0600) are made when missing."""
    try:
        url = make_url(settings.url)
    except ArgumentError:
        raise Invalid("DQ0_DATABASE_URL: expected a URL such as postgresql://user@host/name") from None
    if url.get_backend_name() not in {"sqlite", "postgresql"}:
        raise Invalid("DQ0_DATABASE_URL: expected sqlite:///... or postgresql://...")
    if url.get_backend_name() == "sqlite" and url.database in {None, "", ":memory:"}:
        raise Invalid("DQ0_DATABASE_URL: an in-memory database would be forgotten; name a file")
    return Database(url, connections=settings.threads + 4)


def _make_private(path: Path) -> None:
    """The file for its owner only; the journal files take their mode from it."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
    if path.stat().st_mode & 0o077:
        path.chmod(0o600)


def _busy_or(error: Exception) -> Exception:
    said = str(error)
    return Unavailable(_BUSY) if "locked" in said or "busy" in said else error

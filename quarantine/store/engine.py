"""The database connection: SQLite in the state folder by default, PostgreSQL by `DQ0_DATABASE_URL`.

The only module that knows which database it is. `Database.transaction` is the one way to a connection.
"""

import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, QueuePool, Table, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DataError, IntegrityError, NoSuchModuleError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

from quarantine.domain.errors import Conflict, Invalid, Unavailable
from quarantine.domain.settings import Settings

BUSY_SECONDS = 30.0
# How long PostgreSQL works on one statement, and keeps the locks of a process that no longer says anything.
STATEMENT_SECONDS = 60
SILENT_SECONDS = 120
_BUSY = "the database is busy with other writers; try again"
_GONE = "the database cannot be reached just now; try again"
CHANGED = "somebody else has just changed the same; try again"
# Held by all who write, shared, and by who wants to be alone, for himself; any number that nobody else uses will do.
_WRITERS = 0x6471305F77726974
# Two inserted the same key, or what is referred to has just been deleted.
_RACED = ("23503", "23505")
# Locks and deadlocks, statements that took too long, transactions that came too late for each other.
_BUSY_STATES = ("40", "55P03", "57014")


_AMONG_WRITERS = text(f"SELECT pg_advisory_xact_lock_shared({_WRITERS})")
_ALONE = text(f"SELECT pg_advisory_xact_lock({_WRITERS})")


class Database:
    """One database with three ways in: reading, writing, and writing that survives a power cut.

    Each way has its own engine, since how a commit treats the disk is a property of the connection: setting it per
    request would cost more than the request. Writers of this process to SQLite queue on a lock, which is fair; SQLite's
    own waiting, which polls, is left for writers of other processes.
    """

    def __init__(self, url: URL, *, connections: int = 8) -> None:
        self.url = url
        self.sqlite = url.get_backend_name() == "sqlite"
        # Told of the database's errors, by kind.
        self.on_error: Callable[[str], None] | None = None
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
            # A reading transaction sees one state throughout, as SQLite's do; a writing one sees what it waited for.
            reading = {"default_transaction_read_only": "on", "default_transaction_isolation": "repeatable\\ read"}
            self._reader = self._postgresql_engine(**reading)
            self._ordinary = self._prompt = self._postgresql_engine(synchronous_commit="off")
            self._durable = self._postgresql_engine(synchronous_commit="on")

    def _postgresql_engine(self, **settings: str) -> Engine:
        """Sent when a connection is opened, so that no transaction spends a round trip on them."""
        settings |= {
            "lock_timeout": f"{int(BUSY_SECONDS * 1000)}",
            "statement_timeout": f"{STATEMENT_SECONDS * 1000}",
            "idle_in_transaction_session_timeout": f"{SILENT_SECONDS * 1000}",
        }
        given = self.url.query.get("options", "")
        options = " ".join([str(given), *(f"-c {name}={value}" for name, value in settings.items())]).strip()
        url = self.url.update_query_dict({"options": options})
        # Without this the client waits for a server that does not answer for as long as the kernel likes.
        return create_engine(
            url, pool_size=self._connections, max_overflow=64, connect_args={"connect_timeout": int(BUSY_SECONDS)}
        )

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
            self._enter(begun)
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
            self._enter(begun)
            yield begun

    @contextmanager
    def _begun(self, engine: Engine, begin: str) -> Iterator[Connection]:
        try:
            with engine.connect() as connection, connection.begin():
                if self.sqlite:
                    connection.connection.driver_connection.execute(begin)  # type: ignore[union-attr]
                yield connection
        except (OperationalError, sqlite3.OperationalError) as error:
            known = _unavailable_or(error)
            self._tell(engine, known)
            raise known from error
        except IntegrityError as error:
            # SQLite's writers come one by one: what they have read is still true when they write.
            if getattr(error.orig, "sqlstate", None) in _RACED:
                raise Conflict(CHANGED) from error
            raise
        except NoConnection as error:
            self._tell(engine, error)
            raise Unavailable(_BUSY) from error
        except UnicodeEncodeError:
            # A lone surrogate: text that no database takes, whichever column it was meant for.
            raise Invalid("the request holds text that is not valid Unicode") from None
        except DataError:
            # PostgreSQL's alone: a NUL in a text, a text or a number that its column has no room for.
            raise Invalid("the request holds a value that the database has no room for") from None

    def _tell(self, engine: Engine, error: Exception) -> None:
        # Whoever does not wait on SQLite finds others at work every now and then: he comes again by another way.
        if self.on_error is not None and not (self.sqlite and engine is self._prompt):
            self.on_error("unavailable" if isinstance(error, Unavailable | NoConnection) else "failed")

    @contextmanager
    def _write_lock(self, *, wait: bool = True) -> Iterator[None]:
        if getattr(self._writing, "now", False):
            raise RuntimeError("a write transaction is already open on this thread; a second would wait for it forever")
        # On PostgreSQL several write at once; its own locks keep them apart.
        if self.sqlite and not self._writer.acquire(blocking=wait, timeout=BUSY_SECONDS if wait else -1):
            raise Unavailable(_BUSY)
        self._writing.now = True
        try:
            yield
        finally:
            self._writing.now = False
            if self.sqlite:
                self._writer.release()

    def lock(self, connection: Connection, name: str) -> None:
        """Wait until no other transaction holds the named lock; SQLite's write transactions are alone anyway."""
        if not self.sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(hashtext(:name))"), {"name": name})

    def _enter(self, connection: Connection) -> None:
        """Be one of the writers, who all leave before somebody else may be alone."""
        if not self.sqlite:
            connection.execute(_AMONG_WRITERS)

    def keep_others_out(self, connection: Connection, tables: Iterable[Table]) -> None:
        """Wait until nobody else writes, and let nobody until the end; reading goes on.

        Whoever comes later queues behind. Locks of tables alone would have to be taken one by one, in an order that is
        no writer's, and PostgreSQL would end one of the two: beside writers who never pause, always this one.
        """
        if not self.sqlite:
            connection.execute(_ALONE)
            # Programs of earlier versions, which do not know of the lock above.
            names = ", ".join(connection.dialect.identifier_preparer.format_table(table) for table in tables)
            connection.execute(text(f"LOCK TABLE {names} IN EXCLUSIVE MODE"))

    def take_time(self, connection: Connection) -> None:
        """Let this transaction, which runs for the whole database's sake, take as long as it needs."""
        if not self.sqlite:
            for name in ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout"):
                connection.execute(text(f"SET LOCAL {name} = 0"))

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
    try:
        return Database(url, connections=settings.threads + 4)
    except (ModuleNotFoundError, NoSuchModuleError):
        raise Invalid("DQ0_DATABASE_URL: PostgreSQL needs its driver: pip install 'dq0-server[postgres]'") from None


def _make_private(path: Path) -> None:
    """The file for its owner only; the journal files take their mode from it."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
    if path.stat().st_mode & 0o077:
        path.chmod(0o600)


def _unavailable_or(error: OperationalError | sqlite3.OperationalError) -> Exception:
    cause = error.orig if isinstance(error, OperationalError) else error
    state = getattr(cause, "sqlstate", None)
    if state is None and not isinstance(cause, sqlite3.Error):
        # PostgreSQL said nothing at all: there was no connection, or there is none any more.
        return Unavailable(_GONE)
    if state is not None:
        if state.startswith(_BUSY_STATES):
            return Unavailable(_BUSY)
        # Connection errors, no connection left, an administrator's shutdown, a server that is only starting.
        return Unavailable(_GONE) if state.startswith(("08", "53", "57P")) else error
    said = str(cause)
    return Unavailable(_BUSY) if "locked" in said or "busy" in said else error

"""What lives as long as the server: the database, the threads, the embedded worker."""

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

from generated.contract import Operation
from quarantine.domain.errors import Unavailable
from quarantine.domain.settings import Settings
from quarantine.server.observing import Observer, observer
from quarantine.store import actions, identity, levels
from quarantine.store.engine import Database, open_database
from quarantine.store.migrate import migrate

WAITING_PER_THREAD = 64


class Runtime:
    """Opened once per process; `close` lets what has begun finish."""

    def __init__(self, settings: Settings, operations: Iterable[Operation] = ()) -> None:
        self.settings = settings
        self.database: Database = open_database(settings)
        self.wake: Callable[[], None] = _nobody
        self._open = ExitStack()
        self._open.callback(self.database.close)
        self._places = threading.BoundedSemaphore(settings.threads * (WAITING_PER_THREAD + 1))
        try:
            identity.ensure(settings.root)
            migrate(self.database)
            self.observer: Observer | None = observer(settings, self.database)
            if self.observer is not None:
                self._open.callback(self.observer.close)
            _follow_contract(self.database, operations)
            self._pool = ThreadPoolExecutor(settings.threads, thread_name_prefix="request")
            self._open.callback(self._pool.shutdown)
            if settings.worker:
                self._start_worker()
        except BaseException:
            self._open.close()
            raise

    def _start_worker(self) -> None:
        from quarantine.worker.crew import Crew

        crew = Crew(self.database, self.settings, None if self.observer is None else self.observer.ended)
        crew.start()
        if self.observer is not None:
            self.observer.works(crew.counts)
        self._open.callback(crew.stop)
        self.wake = crew.wake

    def close(self) -> None:
        """Stops the worker, waits for running requests, closes the database; may be called twice."""
        self._open.close()

    def place(self) -> None:
        """Takes a place in the queue for a thread; raises Unavailable when it is full."""
        if not self._places.acquire(blocking=False):
            raise Unavailable("the server has more requests waiting than it can answer soon; try again")

    def leave(self) -> None:
        """Gives the place back."""
        self._places.release()

    @property
    def pool(self) -> ThreadPoolExecutor:
        """The threads for requests that may take longer than a millisecond."""
        return self._pool


def _follow_contract(database: Database, operations: Iterable[Operation]) -> None:
    """The actions that permissions speak of are the contract's: a new one is there by itself."""
    from generated.operations import ROLES

    declared = {operation.action: _declared(operation) for operation in operations}
    with database.transaction() as connection:
        if actions.follows(connection, declared, ROLES):
            return
    with database.transaction(durable=True) as connection:
        actions.follow(connection, declared, ROLES)


def _declared(operation: Operation) -> actions.Declared:
    needed = operation.permission
    level, on = (levels.NONE, "public") if needed is None else (needed.level, needed.on)
    return actions.Declared(level, on, operation.roles, operation.method == "GET")


def _nobody() -> None:
    """Without an embedded worker there is nobody to wake: others look for jobs by themselves."""

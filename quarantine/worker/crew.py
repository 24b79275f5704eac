"""The threads that work off jobs in this process, whether it also answers requests or not."""

import logging
import threading
from typing import TYPE_CHECKING

from quarantine.domain.errors import DomainError
from quarantine.domain.settings import Settings
from quarantine.store.engine import Database
from quarantine.worker import walls
from quarantine.worker.loop import OnEnd, Worker
from quarantine.worker.runners import runners
from quarantine.worker.staging import sweep

if TYPE_CHECKING:
    from quarantine.worker.mirror import Mirror

LOG = logging.getLogger("quarantine.worker")
SLOW = ("commit.run", "commit.transform", "model.predict")


class Crew:
    """One thread for what is quick and some for runs: a run may take an hour, and nobody's query waits for it."""

    def __init__(self, database: Database, settings: Settings, on_end: OnEnd | None = None) -> None:
        self._database = database
        self._settings = settings
        known = runners(database, settings)
        slow = {name: known[name] for name in SLOW}
        quick = {name: runner for name, runner in known.items() if name not in SLOW}
        kinds = [quick, *[slow] * settings.run_threads]
        self._workers = [Worker(database, settings, each, on_end) for each in kinds]
        self._mirror = _mirror(database, settings.mlflow_uri)
        self._probe = threading.Thread(target=self._look_round, name="dq0-walls", daemon=True)

    def start(self) -> None:
        """Begin to take jobs, and find out whether this machine can wall code in."""
        for worker in self._workers:
            worker.start()
        self._probe.start()
        if self._mirror is not None:
            self._mirror.start()

    def counts(self) -> dict[str, tuple[int, int]]:
        """How many threads take jobs, and how many of them have one: the quick one, and those for runs."""
        kinds = {"quick": self._workers[:1], "runs": self._workers[1:]}
        return {kind: (sum(w.alive for w in some), sum(w.busy for w in some)) for kind, some in kinds.items()}

    def wake(self) -> None:
        """There is a new job: look at once."""
        for worker in self._workers:
            worker.wake()

    def stop(self) -> None:
        """Take no more jobs; running ones are told to stop and given back."""
        ending = [threading.Thread(target=worker.stop) for worker in self._workers]
        if self._mirror is not None:
            ending.append(threading.Thread(target=self._mirror.stop))
        for thread in ending:
            thread.start()
        for thread in (*ending, self._probe):
            thread.join()

    def _look_round(self) -> None:
        try:
            sweep(self._database, self._settings)
        except (DomainError, OSError) as error:
            LOG.warning("what ended runs have left could not be removed: %s", type(error).__name__)
        found = walls.chosen(self._settings)
        if found.kind is None:
            LOG.warning("runs are refused on this machine: %s", found.why)
        elif found.why:
            LOG.warning("runs are walled in by %s: %s", found.kind, found.why)
        else:
            LOG.info("runs are walled in by %s", found.kind)


def _mirror(database: Database, uri: str) -> "Mirror | None":
    """Who copies released runs to MLflow, where one is named."""
    if not uri:
        return None
    # With it comes an HTTP client.
    from quarantine.worker.mirror import Mirror

    return Mirror(database, uri)

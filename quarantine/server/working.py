"""The process of `dq0 worker start`: jobs of the same database as the servers', and nothing else."""

import signal
import sys
import threading
from contextlib import ExitStack

from quarantine.domain.settings import Settings
from quarantine.server.logs import configure_logs


def work(settings: Settings) -> int:
    """Runs until SIGTERM or SIGINT; jobs that have begun are told to stop then, and given back."""
    from quarantine.server.observing import observer
    from quarantine.store.engine import open_database
    from quarantine.store.migrate import migrate
    from quarantine.worker.crew import Crew

    configure_logs(settings)
    settings.root.mkdir(mode=0o700, parents=True, exist_ok=True)
    asked = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: asked.set())
    database = open_database(settings)
    with ExitStack() as opened:
        opened.callback(database.close)
        migrate(database)
        told = observer(settings, database)
        crew = Crew(database, settings, None if told is None else told.ended)
        crew.start()
        if told is not None:
            opened.callback(told.close)
            told.works(crew.counts)
        sys.stdout.write("DQ0 worker takes jobs\n")
        sys.stdout.flush()
        asked.wait()
        crew.stop()
    return 0

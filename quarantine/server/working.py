"""The process of `dq0 worker start`: jobs of the same database as the servers', and nothing else."""

import signal
import sys
import threading

from quarantine.domain.settings import Settings
from quarantine.server.logs import configure_logs


def work(settings: Settings) -> int:
    """Runs until SIGTERM or SIGINT; jobs that have begun are told to stop then, and given back."""
    from quarantine.store.engine import open_database
    from quarantine.store.migrate import migrate
    from quarantine.worker.crew import Crew

    configure_logs(settings)
    settings.root.mkdir(mode=0o700, parents=True, exist_ok=True)
    asked = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: asked.set())
    database = open_database(settings)
    try:
        migrate(database)
        crew = Crew(database, settings)
        crew.start()
        sys.stdout.write("DQ0 worker takes jobs\n")
        sys.stdout.flush()
        asked.wait()
        crew.stop()
    finally:
        database.close()
    return 0

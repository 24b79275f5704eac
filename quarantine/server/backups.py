"""`dq0 server backup` and `dq0 server restore`: both work beside running servers, and tell how far they are."""

import argparse
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from quarantine.domain.settings import Settings

BACKUP = "write the whole database into one file, while the server goes on"
BACKUP_MORE = """\
Writes a backup of the database, SQLite's or PostgreSQL's, into PATH: one compressed file, mode 0600, there whole or not
at all, to be restored into either. It is one consistent state; running servers go on meanwhile. Not in it: sources and
bounded copies (files), which are made anew when a restored dataset is queried, and the local session's token."""
RESTORE = "replace what the database holds by a backup, all or nothing, also while the server runs"
RESTORE_MORE = """\
Replaces what the database holds by the backup in PATH, in one transaction, also while servers run on it. No budget is
given back: privacy ledger, caps, audit log and lineages stay as they are, and have to continue those of the backup, or
the restore is refused; only an empty database takes them from the backup. Queries that were answered are not answered
again, ended sessions stay ended, and sessions opened since the backup end. Backups of older versions are brought up to
date on the way."""
_EVERY_SECONDS = 1.0


def add_commands(verbs: "argparse._SubParsersAction[Any]") -> None:
    """Adds both commands to the ones of `dq0 server`."""
    one = verbs.add_parser("backup", help=BACKUP, description=BACKUP_MORE)
    one.add_argument("path", metavar="PATH", type=Path, help="the file to write")
    one.add_argument("--force", action="store_true", help="replace the file if it is there already")
    one.set_defaults(command=back_up)
    other = verbs.add_parser("restore", help=RESTORE, description=RESTORE_MORE)
    other.add_argument("path", metavar="PATH", type=Path, help="a file that `dq0 server backup` wrote")
    other.set_defaults(command=bring_back)


class Told:
    """Progress on standard error, a line a second at most: a short run says nothing."""

    def __init__(self) -> None:
        self._next = time.monotonic() + _EVERY_SECONDS

    def __call__(self, table: str, done: int, total: int) -> None:
        """One batch is done."""
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + _EVERY_SECONDS
            sys.stderr.write(f"{table}: {done} of {total} rows\n")


def back_up(settings: Settings, given: argparse.Namespace) -> int:
    """`dq0 server backup`."""
    from quarantine.store import audit, backup
    from quarantine.store.engine import open_database

    with closing(open_database(settings)) as database:
        made = backup.write(database, given.path, force=given.force, progress=Told())
        with database.transaction(write=True, durable=True) as connection:
            audit.record(connection, actor="(host)", action="ServerBackup", description=f"backup of {made.created_at}")
    rows = sum(content.rows for content in made.tables.values())
    sys.stdout.write(f"{given.path}: {rows} rows of {len(made.tables)} tables, version {made.schema}\n")
    return 0


def bring_back(settings: Settings, given: argparse.Namespace) -> int:
    """`dq0 server restore`."""
    from quarantine.store.engine import open_database
    from quarantine.store.migrate import migrate
    from quarantine.store.restore import restore

    with closing(open_database(settings)) as database:
        migrate(database)
        made = restore(database, given.path, progress=Told())
    taken = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(made.created_at))
    sys.stdout.write(f"restored the backup of {taken}; datasets whose copies are missing are prepared when asked\n")
    return 0

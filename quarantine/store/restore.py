"""Bringing a backup back: one transaction, all or nothing, also while servers run on the database.

What only goes forward stays as it is. The present chains (ledger, caps, audits) must continue those of the backup and
are kept, with the lineages, their origins and the people that they name: no budget is ever refilled. A job that the
database knows stays where it is, with its query and its results: a second run would be a second draw of noise for one
price. Only a database in which nothing has happened yet takes chains and jobs from the backup.
"""

import tempfile
import time
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

from sqlalchemy import Connection, MetaData, Table, func, inspect, select, text

from quarantine.domain.errors import Conflict, Refused, Unavailable
from quarantine.domain.settings import Settings
from quarantine.store import audit, backup, chain, counts, rows
from quarantine.store.backup import Manifest, Progress
from quarantine.store.engine import Database, open_database
from quarantine.store.migrate import HEAD, migrate
from quarantine.store.present import Present, Rows
from quarantine.store.tables import METADATA, chain_heads, lineages, origins, users

DIVERGED = (
    "this database is not a continuation of the backup's (entry {entry} of {chain} is not the same): restoring it would"
    " take budgets back; restore into an empty database instead"
)
EMPTY = "nothing has happened yet in the backup's database, and things have in this one: it is kept as it is"
_TRIES = 5


def restore(database: Database, path: Path, *, progress: Progress = backup.silent) -> Manifest:
    """Replace what the database holds by the backup; raises Conflict where that would take a budget back.

    A backup of an older version is brought up to today's first; one of a newer version is refused.
    """
    with backup.opened(path) as (archive, manifest):
        if manifest.schema == HEAD:
            return _again_where_disturbed(lambda: _restore(database, archive, manifest, progress))
        if manifest.schema > HEAD:
            raise Refused(f"the backup is of version {manifest.schema}; this program knows versions up to {HEAD}")
        with tempfile.TemporaryDirectory(prefix="dq0-restore-") as folder:
            return restore(database, brought_up(archive, manifest, Path(folder)), progress=progress)


def brought_up(archive: zipfile.ZipFile, manifest: Manifest, folder: Path) -> Path:
    """The backup, brought to today's version: loaded into a file of its own version, migrated, written anew."""
    scratch = open_database(Settings(home=str(folder)))
    try:
        migrate(scratch, manifest.schema)
        with scratch.transaction(write=True) as connection:
            old = MetaData()
            old.reflect(connection)
            tables = [old.tables[table.name] for table in old.sorted_tables if table.name in manifest.tables]
            for table in tables[::-1]:
                connection.execute(table.delete())
            for table in tables:
                _load(connection, table, archive, manifest, backup.silent)
            _count_on(connection, manifest.numbers)
        migrate(scratch)
        backup.write(scratch, folder / "backup")
    finally:
        scratch.close()
    return folder / "backup"


def _again_where_disturbed(attempt: Callable[[], Manifest]) -> Manifest:
    # PostgreSQL ends one of two who wait for each other, and it may be this one.
    for _ in range(_TRIES - 1):
        try:
            return attempt()
        except Unavailable:
            time.sleep(1)
    return attempt()


def _restore(database: Database, archive: zipfile.ZipFile, manifest: Manifest, progress: Progress) -> Manifest:
    with database.transaction(durable=True) as connection:
        database.take_time(connection)
        database.keep_others_out(connection, METADATA.sorted_tables)
        fresh = _is_fresh(connection)
        if not fresh:
            _check_continues(connection, manifest)
        _replace(connection, archive, manifest, progress, fresh)
        if fresh:
            _check_chains(connection)
        _settle(connection, manifest)
        done = "all of it" if fresh else "chains, lineages and known jobs as they were"
        audit.record(
            connection, actor="(host)", action="ServerRestore", description=f"backup of {manifest.created_at}: {done}"
        )
    return manifest


def chains() -> list[Table]:
    """The append-only tables, told by their hashes."""
    return [table for table in METADATA.sorted_tables if "previous_hash" in table.c]


def _is_fresh(connection: Connection) -> bool:
    """Whether nothing has happened yet: no entry on any chain, nobody registered."""
    begun = connection.scalar(select(func.max(chain_heads.c.last_id)))
    return not begun and rows.get(connection, users) is None


def _check_continues(connection: Connection, manifest: Manifest) -> None:
    if not any(last for last, _ in manifest.heads.values()):
        raise Conflict(EMPTY)
    for table in chains():
        last, hashed = manifest.heads[table.name]
        key = next(iter(table.primary_key)).name
        row = rows.get(connection, table, **{key: last}) if last else None
        if last and (row is None or row.hash != hashed):
            raise Conflict(DIVERGED.format(chain=table.name, entry=last))


def _check_chains(connection: Connection) -> None:
    for table in chains():
        broken = chain.verify(connection, table)
        if broken is not None:
            raise Refused(f"the backup's {table.name} is broken from row {broken}; nothing was restored")


def _replace(
    connection: Connection, archive: zipfile.ZipFile, manifest: Manifest, progress: Progress, fresh: bool
) -> None:
    stay = [] if fresh else [chain_heads, lineages, origins, *chains()]
    present = Present(connection, chains(), fresh=fresh)
    for table in backup.kept_tables()[::-1]:
        if table not in stay:
            connection.execute(table.delete().where(present.goes(table)))
    for table in backup.kept_tables():
        if table in (chain_heads, *chains()) and table in stay:
            continue
        _load(connection, table, archive, manifest, progress, present.sieve(table))
        present.bring_back(table)
    present.finish()


def _load(
    connection: Connection,
    table: Table,
    archive: zipfile.ZipFile,
    manifest: Manifest,
    progress: Progress,
    sieve: Callable[[Rows], Rows] | None = None,
) -> None:
    content, done = manifest.tables[table.name], 0
    for batch in backup.batches(archive, table, content):
        chosen = sieve(batch) if sieve else batch
        if chosen:
            connection.execute(table.insert(), chosen)
        done += len(batch)
        progress(table.name, done, content.rows)


def _settle(connection: Connection, manifest: Manifest) -> None:
    """Counts and numbers as they follow from what is there now."""
    for table in METADATA.sorted_tables:
        if table.info.get("counted"):
            counts.count_anew(connection, table)
    _count_on(connection, manifest.numbers)


def _count_on(connection: Connection, given_out: Mapping[str, int]) -> None:
    """Have no number given out twice: neither one that is in use nor one that ever was."""
    now = backup.numbers(connection)
    for table, key in backup.counting():
        if not inspect(connection).has_table(table.name):
            continue
        highest = connection.scalar(select(func.max(table.c[key]))) or 0
        last = max(highest, given_out.get(table.name, 0), now.get(table.name, 0))
        if last and connection.dialect.name == "sqlite":
            connection.execute(_SQLITE_NUMBER, {"name": table.name, "last": last})
        elif last:
            connection.execute(_POSTGRESQL_NUMBER, {"name": table.name, "key": key, "last": last})


_SQLITE_NUMBER = text(
    "INSERT OR REPLACE INTO sqlite_sequence (rowid, name, seq)"
    " VALUES ((SELECT rowid FROM sqlite_sequence WHERE name = :name), :name, :last)"
)
_POSTGRESQL_NUMBER = text("SELECT setval(CAST(pg_get_serial_sequence(:name, :key) AS regclass), CAST(:last AS bigint))")

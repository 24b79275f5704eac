"""What of the present database outlives the restore of a backup: whatever could give budget back or let anybody in."""

import time
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, not_, or_, select, true

from quarantine.store import rows
from quarantine.store.accounts import BLOCKED
from quarantine.store.datasets import FAILED, READY
from quarantine.store.jobs import ENDED, ERROR
from quarantine.store.ledger import charged_job
from quarantine.store.tables import METADATA, data, jobs, ledger, lineages, origins, sessions, users

Row = dict[str, Any]
Rows = list[Row]
# What the server found out about a dataset's sources: true as long as its metadata is the same.
MADE = ("data_state", "lineage", "fingerprint", "digest", "job_uuid", "data_size")


# A job's outcome may have been seen in a time that a later restore has undone.
UNSURE = "the query may have been answered before a backup was restored; its cost stays charged, ask anew"


class Present:
    """Made before the database is emptied; of a fresh one, nothing remains.

    - People whom a chain names, and owners of what has a budget: without access where the backup does not know them.
    - Datasets with a budget that the backup does not know, as removed ones: their owners stay the sources' owners.
    - Versions of metadata are not given out twice: bounded copies are found by them.
    - Jobs that the backup knows, with what hangs on them: one that has ended is not run again.
    - Sessions that were ended stay ended.
    """

    def __init__(self, connection: Connection, chains: Sequence[Table], *, fresh: bool) -> None:
        self._connection = connection
        self._fresh = fresh
        self._named = _named(chains)
        self._people = {row.user_id: row.email for row in connection.execute(select(users).where(self._named))}
        self._datasets = {row.data_id: dict(row._mapping) for row in connection.execute(select(data))}
        self._live = set(connection.scalars(select(sessions.c.session_id).where(sessions.c.revoked_at.is_(None))))
        self._origins = {(row.kind, row.value): row.lineage for row in connection.execute(select(origins))}
        self._lineages = set(connection.scalars(select(lineages.c.lineage)))
        self._moved: dict[str, str] = {}
        self._jobs = set(connection.scalars(select(jobs.c.job_uuid)))
        self._known: list[str] = []
        self._aside = {table: _set_aside(connection, table) for table in _of_jobs()}
        self._sieves: dict[Table, Callable[[Rows], Rows]] = {
            users: self._sift_people,
            data: self._sift_datasets,
            sessions: self._sift_sessions,
            origins: self._sift_origins,
            lineages: self._sift_lineages,
            jobs: self._sift_jobs,
        }

    def goes(self, table: Table) -> "ColumnElement[bool]":
        """Which rows of a table are taken out; the people who stay are renamed, so that no address is in the way."""
        if table is not users:
            return true()
        for user_id in self._people:
            rows.update(self._connection, users, {"user_id": user_id}, email=f"restoring {user_id}")
        return not_(self._named)

    def sieve(self, table: Table) -> Callable[[Rows], Rows] | None:
        """What becomes of a batch of the backup's rows: the ones to insert."""
        if self._fresh:
            return None
        if table in self._aside and table is not jobs:
            key = _job_key(table)
            return lambda batch: [row for row in batch if row[key] not in self._jobs]
        return self._sieves.get(table)

    def bring_back(self, table: Table) -> None:
        """After a table was loaded: the rows of the present that outlive it."""
        if table is users:
            self._withdraw_access()
        if table is data:
            self._bring_back_removed()
        if table is jobs:
            for i in range(0, len(self._known), 500):
                self._bring_back_aside(jobs, self._aside[jobs].c.job_uuid.in_(self._known[i : i + 500]))
        elif table in self._aside:
            self._bring_back_aside(table, self._aside[table].c[_job_key(table)].in_(select(jobs.c.job_uuid)))

    def finish(self) -> None:
        """What can only be done when all is loaded: datasets follow their lineage, the help tables go."""
        for before, now in self._moved.items():
            rows.update(self._connection, data, {"lineage": before}, lineage=now)
        for aside in self._aside.values():
            aside.drop(self._connection)

    def _sift_people(self, batch: Rows) -> Rows:
        new = []
        for row in batch:
            if self._people.pop(row["user_id"], None) is None:
                new.append(row)
            else:
                rows.update(self._connection, users, {"user_id": row["user_id"]}, **row)
        return new

    def _withdraw_access(self) -> None:
        for user_id, email in self._people.items():
            taken = rows.get(self._connection, users, email=email) is not None
            kept = f"{user_id}.{email}"[:320] if taken else email
            now = int(time.time())
            rows.update(self._connection, users, {"user_id": user_id}, email=kept, state=BLOCKED, updated_at=now)

    def _sift_datasets(self, batch: Rows) -> Rows:
        for row in batch:
            now = self._datasets.pop(row["data_id"], None)
            if now is None:
                continue
            if (now["meta_version"], now["meta"]) == (row["meta_version"], row["meta"]):
                row.update({name: now[name] for name in MADE})
                continue
            row["meta_version"] = max(now["meta_version"], row["meta_version"]) + 1
            # The job that was to prepare it is not run for this version any more.
            row["data_state"] = row["data_state"] if row["data_state"] == READY else FAILED
        return batch

    def _bring_back_removed(self) -> None:
        budgeted = set(self._connection.scalars(select(ledger.c.lineage).distinct()))
        now = int(time.time())
        kept = [
            {**row, "deleted_at": row["deleted_at"] or now, "updated_at": now}
            for row in self._datasets.values()
            if row["lineage"] in budgeted
        ]
        if kept:
            self._connection.execute(data.insert(), kept)

    def _sift_sessions(self, batch: Rows) -> Rows:
        return [row for row in batch if row["revoked_at"] is not None or row["session_id"] in self._live]

    def _sift_origins(self, batch: Rows) -> Rows:
        new = []
        for row in batch:
            now = self._origins.get((row["kind"], row["value"]))
            if now is None:
                new.append(row)
            elif now != row["lineage"]:
                self._moved[row["lineage"]] = now
        return new

    def _sift_lineages(self, batch: Rows) -> Rows:
        return [row for row in batch if row["lineage"] not in self._lineages]

    def _sift_jobs(self, batch: Rows) -> Rows:
        self._known += [row["job_uuid"] for row in batch if row["job_uuid"] in self._jobs]
        new = [row for row in batch if row["job_uuid"] not in self._jobs]
        for row in new:
            if row["job_state"] not in ENDED and charged_job(self._connection, row["job_uuid"]):
                row.update(job_state=ERROR, job_errors=UNSURE, lease_owner=None, lease_until=None)
        return new

    def _bring_back_aside(self, table: Table, which: "ColumnElement[bool]") -> None:
        aside = self._aside[table]
        names = [column.name for column in table.columns]
        chosen = select(*(aside.c[name] for name in names)).where(which)
        self._connection.execute(table.insert().from_select(names, chosen))


def _named(chains: Sequence[Table]) -> "ColumnElement[bool]":
    """The people whom a chain names, and who own what has a budget."""
    keys = [key.parent for table in chains for key in table.foreign_keys if key.column is users.c.user_id]
    named = [users.c.user_id.in_(select(key).where(key.is_not(None))) for key in keys]
    owned = select(data.c.user_id).where(data.c.lineage.in_(select(ledger.c.lineage)))
    return or_(*named, users.c.user_id.in_(owned))


def _of_jobs() -> list[Table]:
    """Jobs, and whatever is kept under a job's key or says that it belongs to one."""
    found = [jobs]
    for table in METADATA.sorted_tables:
        primary = (key for column in table.primary_key for key in column.foreign_keys)
        if "of_job" in table.info or any(key.column.table in found for key in primary):
            found.append(table)
    return found


def _job_key(table: Table) -> str:
    """The column of a job's uuid in what hangs on jobs."""
    named: str | None = table.info.get("of_job")
    return named or next(column.name for column in table.primary_key if column.foreign_keys)


def _set_aside(connection: Connection, table: Table) -> Table:
    """A copy that lasts as long as the transaction; joining it, no row comes into the program's memory."""
    made = select(table).into(f"aside_{table.name}", temporary=True)
    connection.execute(made)
    return made.table

"""Which released runs are still to be mirrored to MLflow: whoever claims one has it for a while."""

import time
from collections.abc import Mapping, Sequence

import msgspec
from sqlalchemy import Connection, func, select

from quarantine.domain.errors import Conflict
from quarantine.store import jobs, rows, runs
from quarantine.store.rows import AnyRow
from quarantine.store.run_tables import run_mirrors, run_outputs
from quarantine.store.run_tables import runs as runs_table
from quarantine.store.tables import experiments, projects
from quarantine.store.tables import jobs as jobs_table

LEASE_SECONDS = 600
FIRST_PAUSE, LONGEST_PAUSE = 10, 3600


class Shown(msgspec.Struct, frozen=True):
    """What anybody who sees the run may see of it."""

    job: AnyRow
    project: str
    experiment: str
    params: Mapping[str, str]
    tags: Mapping[str, str]
    metrics: Sequence[AnyRow]
    paths: Sequence[str]


def due(connection: Connection) -> AnyRow | None:
    """The next run of which more is released than mirrored; a read, so that who looks disturbs nobody."""
    now = int(time.time())
    o, m = run_outputs.c, run_mirrors.c
    found = select(o.run_uuid, func.count().label("released")).where(o.state == runs.RELEASED).group_by(o.run_uuid)
    each = found.subquery()
    joined = each.outerjoin(run_mirrors, m.run_uuid == each.c.run_uuid)
    wanted = select(each, m.next_at, m.attempts).select_from(joined)
    wanted = wanted.where(func.coalesce(m.outputs, 0) < each.c.released, func.coalesce(m.next_at, 0) <= now)
    return connection.execute(wanted.order_by(func.coalesce(m.next_at, 0)).limit(1)).first()


def claim(connection: Connection) -> AnyRow | None:
    """The next run that is due, for `LEASE_SECONDS`; None where there is none, or another worker was quicker."""
    row = due(connection)
    return row if row is not None and _taken(connection, row) else None


def _taken(connection: Connection, row: AnyRow) -> bool:
    now = int(time.time())
    values = {"next_at": now + LEASE_SECONDS, "attempts": (row.attempts or 0) + 1}
    if row.next_at is not None:
        key = {"run_uuid": row.run_uuid, "next_at": row.next_at}
        return rows.update(connection, run_mirrors, key, **values) == 1
    try:
        with rows.unique(connection, "another worker has it"):
            rows.insert(connection, run_mirrors, run_uuid=row.run_uuid, outputs=0, **values)
    except Conflict:
        return False
    return True


def done(connection: Connection, claimed: AnyRow) -> None:
    """All that was released when it was claimed is mirrored."""
    key = {"run_uuid": claimed.run_uuid}
    rows.update(connection, run_mirrors, key, outputs=claimed.released, attempts=0, next_at=0)


def failed(connection: Connection, claimed: AnyRow) -> None:
    """To be tried again, each time after a longer pause."""
    pause = min(FIRST_PAUSE * 2 ** min(claimed.attempts or 0, 20), LONGEST_PAUSE)
    rows.update(connection, run_mirrors, {"run_uuid": claimed.run_uuid}, next_at=int(time.time()) + pause)


def shown(connection: Connection, run_uuid: str) -> Shown | None:
    """The released parts of a run; None where it is gone."""
    job = rows.get(connection, jobs_table, job_uuid=run_uuid)
    run = rows.get(connection, runs_table, run_uuid=run_uuid)
    if job is None or run is None:
        return None
    project = rows.get(connection, projects, project_uuid=job.project_uuid)
    experiment = rows.get(connection, experiments, experiment_uuid=job.experiment_uuid)
    texts = {
        kind: {each.key: each.text for each in runs.values(connection, run_uuid, kind)} for kind in ("param", "tag")
    }
    return Shown(
        job,
        "" if project is None else project.project_name,
        "" if experiment is None else experiment.experiment_name,
        {**run.arguments, **texts["param"]},
        {"entry_point": run.entry_point, **texts["tag"]},
        runs.values(connection, run_uuid, "metric"),
        [each.path for each in jobs.artifacts(connection, run_uuid)],
    )

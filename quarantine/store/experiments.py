"""Experiments: named groups of runs in a project, and how the last run in one ended."""

import time
import uuid
from collections.abc import Iterable

from sqlalchemy import ColumnElement, Connection, func, select

from quarantine.domain.errors import Conflict
from quarantine.store import rows
from quarantine.store.jobs import CREATED, RUNNING
from quarantine.store.rows import AnyRow
from quarantine.store.tables import experiments, jobs

ACTIVE, DELETED = "active", "deleted"
DEFAULT = "Default"
TAKEN = "an experiment of this name exists already in this project"


def create(connection: Connection, *, project_id: int, user_id: int, name: str) -> AnyRow:
    """A new experiment; raises Conflict for a name that an active one of the project bears."""
    now = int(time.time())
    values = {
        "experiment_name": name,
        "project_id": project_id,
        "user_id": user_id,
        "experiment_uuid": str(uuid.uuid4()),
    }
    with rows.unique(connection, TAKEN):
        return rows.inserted(connection, experiments, **values, created_at=now, updated_at=now)


def for_run(connection: Connection, project: AnyRow, *, user_id: int, name: str = "") -> AnyRow:
    """The experiment that a run of a project joins, made where it is not there yet.

    It is the one of this name, else the one that the project was set to, else `Default`.
    """
    wanted = name or project.experiment_name or DEFAULT
    key = {"project_id": project.project_id, "experiment_name": wanted, "experiment_stage": ACTIVE}
    found = rows.get(connection, experiments, **key)
    if found is None:
        return create(connection, project_id=project.project_id, user_id=user_id, name=wanted)
    rows.update(connection, experiments, {"experiment_id": found.experiment_id}, updated_at=int(time.time()))
    return found


def change(connection: Connection, experiment_id: int, **values: object) -> None:
    """Set columns; raises Conflict for a name that another active experiment of the project bears."""
    with rows.unique(connection, TAKEN):
        rows.update(connection, experiments, {"experiment_id": experiment_id}, **values, updated_at=int(time.time()))


def delete(connection: Connection, row: AnyRow) -> None:
    """Mark an experiment as deleted; raises Conflict while jobs of it wait or run, and where it is deleted already."""
    if row.experiment_stage == DELETED:
        raise Conflict("the experiment is deleted already")
    going_on = (jobs.c.experiment_uuid == row.experiment_uuid, jobs.c.job_state.in_((CREATED, RUNNING)))
    if connection.execute(select(jobs.c.job_uuid).where(*going_on).limit(1)).first() is not None:
        raise Conflict("jobs of this experiment wait or run; cancel them or wait for their end")
    change(connection, row.experiment_id, experiment_stage=DELETED)


def last_runs(connection: Connection, column: ColumnElement[str], uuids: Iterable[str]) -> dict[str, AnyRow]:
    """The run that ended last for each uuid in a column of the jobs: its experiment's uuid and name, its state."""
    c, key = jobs.c, column.label("key")
    newest = func.row_number().over(partition_by=column, order_by=(c.run_end_time.desc(), c.job_uuid))
    joined = jobs.join(experiments, experiments.c.experiment_uuid == c.experiment_uuid)
    told = select(key, c.experiment_uuid, c.job_state, experiments.c.experiment_name, newest.label("place"))
    ranked = told.select_from(joined).where(column.in_(list(uuids)), c.run_end_time.is_not(None)).subquery()
    return {row.key: row for row in connection.execute(select(ranked).where(ranked.c.place == 1))}


def last_made(connection: Connection, project_ids: Iterable[int]) -> dict[int, AnyRow]:
    """The active experiment of each project that was used or changed last."""
    c = experiments.c
    newest = func.row_number().over(partition_by=c.project_id, order_by=(c.updated_at.desc(), c.experiment_id.desc()))
    wanted = (c.project_id.in_(list(project_ids)), c.experiment_stage == ACTIVE)
    ranked = select(c.project_id, c.experiment_uuid, c.experiment_name, newest.label("place")).where(*wanted).subquery()
    return {row.project_id: row for row in connection.execute(select(ranked).where(ranked.c.place == 1))}

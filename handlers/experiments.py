"""Experiments: named groups of a project's runs."""

from collections.abc import Callable, Sequence

from generated.models.experiments import (
    ExperimentCreateRequestBody,
    ExperimentListItem,
    ExperimentListResponseBody,
)
from handlers.projects import latest
from quarantine.store import experiments, permissions, rows
from quarantine.store.context import Context
from quarantine.store.rows import AnyRow
from quarantine.store.tables import experiments as experiments_table
from quarantine.store.tables import jobs as jobs_table
from quarantine.store.tables import projects as projects_table


def list_experiments(
    context: Context,
    *,
    order_by: str = "-created_at",
    page: int = 1,
    page_size: int = 100,
    project_uuid: str | None = None,
    user_id: int | None = None,
) -> ExperimentListResponseBody:
    """The experiments of projects that the actor sees."""
    c, seen = experiments_table.c, permissions.seen_experiments(context.user)
    statement = rows.narrowed(seen, {projects_table.c.project_uuid: project_uuid, c.user_id: user_id})
    orders = rows.creation(experiments_table) | {str(o.key): o for o in (c.updated_at, c.experiment_name)}
    key = c.experiment_id
    found = rows.page(
        context.connection, statement, key=key, orders=orders, order_by=order_by, page=page, page_size=page_size
    )
    return rows.listed(ExperimentListResponseBody, found, item(context, found.items))


def create_experiment(context: Context, body: ExperimentCreateRequestBody, *, project_uuid: str) -> ExperimentListItem:
    """An experiment that runs can join."""
    made = experiments.create(
        context.connection,
        project_id=context.row.project_id,
        user_id=context.user.user_id,
        name=body.experiment_name,
    )
    context.audited = f"project {context.row.project_uuid} experiment {made.experiment_uuid}"
    return fresh(context, made.experiment_uuid)


def get_experiment(context: Context, experiment_uuid: str) -> ExperimentListItem:
    """One experiment."""
    return item(context, [context.row])(context.row)


def update_experiment(context: Context, experiment_uuid: str, body: ExperimentCreateRequestBody) -> ExperimentListItem:
    """Give an experiment another name."""
    experiments.change(context.connection, context.row.experiment_id, experiment_name=body.experiment_name)
    return fresh(context, experiment_uuid)


def delete_experiment(context: Context, experiment_uuid: str) -> ExperimentListItem:
    """Mark an experiment as deleted."""
    experiments.delete(context.connection, context.row)
    return fresh(context, experiment_uuid)


def restore_experiment(context: Context, experiment_uuid: str) -> ExperimentListItem:
    """Take the mark away."""
    if context.row.experiment_stage == experiments.DELETED:
        experiments.change(context.connection, context.row.experiment_id, experiment_stage=experiments.ACTIVE)
    return fresh(context, experiment_uuid)


def fresh(context: Context, experiment_uuid: str) -> ExperimentListItem:
    """An experiment as it is now."""
    key = "experiment_uuid"
    row, _ = permissions.object_level(context.connection, context.user, "experiment", key, experiment_uuid)
    return item(context, [row])(row)


def item(context: Context, found: Sequence[AnyRow]) -> Callable[[AnyRow], ExperimentListItem]:
    """What makes one of these rows an item of the API."""
    told = latest(context, found, jobs_table.c.experiment_uuid)
    return lambda row: rows.into(row, ExperimentListItem, **told(row))

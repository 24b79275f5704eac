"""Runs: entry points of commits, carried out in the sandbox; what they wrote is shown once it is released."""

from collections.abc import Callable, Mapping, Sequence

from msgspec import UNSET, UnsetType

from generated.models.common import Message
from generated.models.runs import (
    RunCreateRequestBody,
    RunItem,
    RunListResponseBody,
    RunOutputInfoResponseBody,
    RunOutputItem,
    RunOutputListResponseBody,
    RunRefuseRequestBody,
    RunReleaseRequestBody,
)
from handlers.artifacts import text_of
from handlers.jobs import run_status
from handlers.queries import run_times
from quarantine.domain.errors import BudgetExceeded, Conflict, NotFound, Refused
from quarantine.domain.mlproject import FILE, EntryPoint, argument_vector, arguments, read_mlproject
from quarantine.domain.training.command import read_command
from quarantine.store import commits, datasets, derived, experiments, jobs, ledger, permissions, projects, rows, runs
from quarantine.store.context import Context
from quarantine.store.rows import AnyRow
from quarantine.store.tables import commits as commits_table
from quarantine.store.tables import data as data_table
from quarantine.store.tables import jobs as jobs_table

ENTRY_POINT_TAG = "mlflow.project.entryPoint"


def list_runs(
    context: Context,
    *,
    commit_uuid: str | None = None,
    experiment_uuid: str | None = None,
    order_by: str = "-created_at",
    page: int = 1,
    page_size: int = 100,
    project_uuid: str | None = None,
    user_id: int | None = None,
) -> RunListResponseBody:
    """The runs that the actor sees."""
    c = jobs_table.c
    of = {c.commit_uuid: commit_uuid, c.experiment_uuid: experiment_uuid, c.project_uuid: project_uuid}
    statement = rows.narrowed(permissions.seen_runs(context.user), {**of, c.user_id: user_id})
    orders = (c.created_at, c.updated_at)
    found = rows.page(
        context.connection, statement, key=c.job_uuid, orders=orders, order_by=order_by, page=page, page_size=page_size
    )
    return rows.listed(RunListResponseBody, found, item(context, found.items))


def create_run(context: Context, body: RunCreateRequestBody) -> Message:
    """Queue a run of the named commit, or of the one that was deployed last."""
    project = context.row
    commit_uuid = project.commit_uuid if body.commit_uuid is UNSET else body.commit_uuid
    if commit_uuid is None:
        raise Conflict("the project has not been deployed yet; deploy it first")
    commit = rows.get(context.connection, commits_table, commit_uuid=commit_uuid, project_id=project.project_id)
    if commit is None:
        raise NotFound("there is no such commit in this project")
    return start(context, project, commit, body.ml_project_entry_point, body.args)


def start(
    context: Context, project: AnyRow, commit: AnyRow, name: str, args: Mapping[str, object] | str | UnsetType
) -> Message:
    """Check what is asked against the commit's MLproject, and queue it."""
    point, words = entry_point(context, commit, name, args)
    data = usable(context, project.project_id)
    check_price(context, argument_vector(point, words), data)
    job_uuid = queued(context, project, commit, name, words, data)
    return Message(message=f"run started by job with uuid: {job_uuid}")


def entry_point(
    context: Context, commit: AnyRow, name: str, args: Mapping[str, object] | str | UnsetType
) -> tuple[EntryPoint, dict[str, str]]:
    """What the commit's MLproject declares under a name, and its arguments; raises Refused for what it does not."""
    content = commits.content(context.settings, commit, FILE)
    if content is None:
        raise Refused(f"the commit has no file {FILE} at its top")
    declared = read_mlproject(content)
    if name not in declared:
        raise Refused(f"ml_project_entry_point: the commit declares {', '.join(declared) or 'none'}; not {name}")
    return declared[name], arguments(declared[name], args if isinstance(args, Mapping) else {})


def queued(
    context: Context,
    project: AnyRow,
    commit: AnyRow,
    name: str,
    words: Mapping[str, str],
    data: Sequence[AnyRow],
    **job: str,
) -> str:
    """The uuid of a new run, and of its job; `job` are further values of that."""
    connection, user_id = context.connection, context.user.user_id
    job_uuid = runs.create(
        connection,
        user_id=user_id,
        project_uuid=project.project_uuid,
        commit_uuid=commit.commit_uuid,
        experiment_uuid=experiments.for_run(connection, project, user_id=user_id).experiment_uuid,
        entry_point=name,
        arguments=words,
        data_ids=[row.data_id for row in data],
        **job,
    )
    context.audited = f"job {job_uuid} commit {commit.commit_uuid}"
    return job_uuid


def check_price(context: Context, words: Sequence[str], data: Sequence[AnyRow]) -> None:
    """Raises BudgetExceeded for a training whose price is not covered now; it is charged when the training runs.

    Raises Refused for other code that is to read rows of a database.
    """
    command = read_command(words)
    if command is None:
        for row in data:
            derived.check_files(datasets.metadata_of(row.meta))
    if command is None or len(data) != 1:
        return
    shortage = ledger.shortage(context.connection, data[0].lineage, command, user_id=context.user.user_id)
    if shortage:
        raise BudgetExceeded(shortage)


def usable(context: Context, project_id: int) -> list[AnyRow]:
    """The attached datasets that the actor may use; code of his does not see the others."""
    attached = [row.data_id for row in projects.attached(context.connection, project_id)]
    statement = permissions.datasets(context.user).where(data_table.c.data_id.in_(attached))
    found = [row for row in context.connection.execute(statement) if row.level >= permissions.USE]
    if any(row.data_state != datasets.READY for row in found):
        raise Conflict("an attached dataset is not ready; wait for its job, or detach it")
    return found


def get_run(context: Context, run_uuid: str) -> RunItem:
    """One run, with the last value of each released metric."""
    return item(context, [context.row])(context.row)


def get_metric_history(
    context: Context, run_uuid: str, *, metric_key: str | None = None, page: int | None = None, page_size: int = 1000
) -> RunItem:
    """One run with every released value of one metric, or of all; or a page of them."""
    part = None if page is None else ((page - 1) * page_size, page_size)
    found = [metric(each) for each in runs.values(context.connection, run_uuid, "metric", metric_key, part)]
    return item(context, [context.row], found)(context.row)


def delete_run(context: Context, run_uuid: str) -> Message:
    """Put a run aside."""
    if context.row.job_state not in jobs.ENDED:
        raise Conflict("the run has not ended; cancel its job first")
    runs.set_stage(context.connection, run_uuid, runs.DELETED)
    return Message(message="successfully deleted run")


def restore_run(context: Context, run_uuid: str) -> Message:
    """Bring a run back."""
    runs.set_stage(context.connection, run_uuid, runs.ACTIVE)
    return Message(message="successfully restored run")


def list_run_outputs(context: Context, run_uuid: str) -> RunOutputListResponseBody:
    """What there is to decide on."""
    found = [rows.into(row, RunOutputItem, file_size=row.size) for row in runs.outputs(context.connection, run_uuid)]
    return RunOutputListResponseBody(items=found, total=len(found), page=1, page_size=max(1, len(found)))


def get_run_output(context: Context, run_uuid: str, output_id: int) -> RunOutputInfoResponseBody:
    """One output with its content, for the owner's eyes."""
    row = runs.output(context.connection, run_uuid, output_id)
    if row is None:
        raise NotFound("the run has no such output")
    context.audited = f"output {output_id}"
    content, encoding = text_of(row.content)
    shown = {"file_size": row.size, "data_string": content, "data_encoding": encoding}
    return rows.into(row, RunOutputInfoResponseBody, **shown)


def release_run(context: Context, run_uuid: str, body: RunReleaseRequestBody | None) -> Message:
    """Show what is held from now on; the table of a transform becomes a dataset, and is shown to nobody."""
    wanted = None if body is None or body.outputs is UNSET else body.outputs
    table = runs.held_table(context.connection, run_uuid, wanted)
    count = runs.release(context.connection, run_uuid, wanted, user_id=context.user.user_id)
    context.audited = decided("released", count, wanted)
    message = f"successfully released {count} outputs"
    return Message(message=message if table is None else f"{message}; {made_dataset(context, table)}")


def made_dataset(context: Context, table: AnyRow) -> str:
    """Register a transform's table in the place of its source, and queue the job that prepares it; what is told."""
    connection = context.connection
    made, undo = derived.register(connection, context.settings, context.row, table.content)
    context.on_refusal.append(lambda _: undo())
    back = derived.take_place(connection, context.row, made)
    context.on_refusal.append(lambda _: back())
    job_uuid = datasets.prepare(connection, made, user_id=context.user.user_id)
    context.audited += f"; dataset {made.data_uuid} job {job_uuid}"
    return f"dataset {made.data_uuid} is prepared by job with uuid: {job_uuid}"


def refuse_run(context: Context, run_uuid: str, body: RunRefuseRequestBody) -> Message:
    """Never show what is held."""
    wanted = None if body.outputs is UNSET else body.outputs
    user_id, reason = context.user.user_id, body.reason
    count = runs.refuse(context.connection, run_uuid, wanted, user_id=user_id, reason=reason)
    context.audited = decided("refused", count, wanted)
    return Message(message=f"successfully refused {count} outputs")


def decided(word: str, count: int, wanted: Sequence[int] | None) -> str:
    """What the audit row says: numbers, never names, which the run chose."""
    return f"{word} {count} outputs: {'all held' if wanted is None else ' '.join(map(str, wanted))[:1000]}"


def item(
    context: Context, found: Sequence[AnyRow], values: list[dict[str, object]] | None = None
) -> Callable[[AnyRow], RunItem]:
    """What makes one of these rows an item of the API; with the last of each metric unless other values are given."""
    connection, uuids = context.connection, [row.job_uuid for row in found]
    param, tag = (runs.latest(connection, uuids, kind) for kind in ("param", "tag"))
    metrics = runs.latest(connection, uuids, "metric") if values is None else {}
    waits = waiting(context, uuids)

    def made(row: AnyRow) -> RunItem:
        key = row.job_uuid
        params = {**row.arguments, **{each.key: each.text for each in param.get(key, ())}}
        tags = {ENTRY_POINT_TAG: row.entry_point, **{each.key: each.text for each in tag.get(key, ())}}
        shown = {
            # How long code ran depends on the data that it read.
            **run_times(row),
            "run_status": run_status(row.job_state),
            "run_metrics": [metric(each) for each in metrics.get(key, ())] if values is None else values,
            "run_params": pairs(params),
            "run_tags": pairs(tags),
            **waits(key),
        }
        return rows.into(row, RunItem, **shown)

    return made


def waiting(context: Context, uuids: Sequence[str]) -> Callable[[str], Mapping[str, object]]:
    """What there is to tell of each run: whether something is held, who can release it, why something was refused.

    Never what is held, nor how much.
    """
    held = runs.held(context.connection, uuids)
    owners, reasons = runs.owners(context.connection, list(held)), runs.reasons(context.connection, uuids)
    return lambda key: {
        "run_held": key in held,
        "run_released_by": owners.get(key),
        "run_refused": reasons.get(key),
    }


def metric(row: AnyRow) -> dict[str, object]:
    """A released value of a metric."""
    return {"key": row.key, "value": row.number, "step": str(row.step), "timestamp": str(row.timestamp)}


def pairs(values: Mapping[str, str]) -> list[dict[str, str]]:
    """A mapping as MLflow writes it."""
    return [{"key": key, "value": value} for key, value in list(values.items())[:1000]]

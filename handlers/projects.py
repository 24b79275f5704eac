"""Projects: a working folder on this machine, what is attached to it, and what was deployed from it."""

from base64 import b64decode
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import UNSET, UnsetType
from sqlalchemy import ColumnElement

from generated.models.common import Message
from generated.models.projects import (
    CommitCreateRequestBody,
    CommitEntry,
    ProjectAttachRequestBody,
    ProjectCreateRequestBody,
    ProjectItem,
    ProjectListResponseBody,
    ProjectMetaResponseBody,
    ProjectRegisterRequestBody,
    ProjectRegisterResponseBody,
    ProjectSetExperimentNameRequestBody,
    ProjectSetPermissionRequestBody,
)
from handlers.jobs import run_status
from quarantine.domain.errors import Conflict, Forbidden, NotFound, Refused
from quarantine.store import commits, experiments, folders, memberships, packing, permissions, projects, rows
from quarantine.store.context import Context
from quarantine.store.permissions import SEE, USE
from quarantine.store.rows import AnyRow
from quarantine.store.tables import jobs as jobs_table
from quarantine.store.tables import project_permissions
from quarantine.store.tables import projects as projects_table


def list_projects(
    context: Context, *, order_by: str = "-created_at", page: int = 1, page_size: int = 100
) -> ProjectListResponseBody:
    """The projects that the actor sees."""
    found = rows.page(
        context.connection,
        permissions.seen_projects(context.user),
        key=projects_table.c.project_id,
        orders=rows.creation(projects_table) | {"updated_at": projects_table.c.updated_at},
        order_by=order_by,
        page=page,
        page_size=page_size,
        counted=projects_table if context.user.reach >= SEE else None,
    )
    return rows.listed(ProjectListResponseBody, found, item(context, found.items))


def get_project(context: Context, project_uuid: str) -> ProjectItem:
    """One project."""
    return item(context, [context.row])(context.row)


def create_project(context: Context, body: ProjectCreateRequestBody) -> Message:
    """Make the working folder and note the project."""
    row = projects.create(
        context.connection,
        context.settings,
        user_id=context.user.user_id,
        name=body.name,
        working_dir=body.working_dir,
    )
    context.on_refusal.append(lambda _: folders.remove(row))
    context.audited = f"project {row.project_uuid}"
    return Message(message=f"successfully created new project: {body.name}")


def register_project(context: Context, body: ProjectRegisterRequestBody) -> ProjectRegisterResponseBody:
    """Note a project whose folder another server makes."""
    row = projects.note(context.connection, user_id=context.user.user_id, name=body.name)
    context.audited = f"project {row.project_uuid}"
    return ProjectRegisterResponseBody(project_uuid=row.project_uuid)


def get_project_meta(context: Context, project_uuid: str) -> ProjectMetaResponseBody:
    """What the `.meta` file ought to say."""
    return ProjectMetaResponseBody(meta=projects.meta_text(context.connection, context.row))


def unlink_project(context: Context, project_uuid: str) -> Message:
    """Forget the project; its files and commits stay."""
    projects.unlink(context.connection, context.row.project_id)
    return Message(message="successfully unlinked project")


def set_project_permission(context: Context, body: ProjectSetPermissionRequestBody) -> Message:
    """Set a role's level on the project."""
    row, permission = context.row, int(body.permission)
    role = memberships.role(context.connection, role_id=body.role_id, role_name=body.role_name)
    context.audited = f"project {row.project_uuid} role {role.role_id} level {permission}"
    memberships.grant(context.connection, project_permissions, role.role_id, permission, project_id=row.project_id)
    return Message(message="successfully set permission")


def attach_project_data(context: Context, project_uuid: str, body: ProjectAttachRequestBody) -> Message:
    """Tie a dataset that the actor may use to the project."""
    data = usable(context, body)
    context.audited = f"dataset {data.data_uuid}"
    if not projects.attach(context.connection, context.row.project_id, data.data_id):
        return Message(message="data is already attached to project")
    changed(context)
    return Message(message="successfully attached data to project")


def detach_project_data(context: Context, project_uuid: str, body: ProjectAttachRequestBody) -> Message:
    """End the tie to a dataset."""
    data = projects.attached_as(
        context.connection, context.row.project_id, data_uuid=given(body.data_uuid), data_name=given(body.data_name)
    )
    context.audited = f"dataset {data.data_uuid}"
    projects.detach(context.connection, context.row.project_id, data.data_id)
    changed(context)
    return Message(message="successfully detached data from project")


def set_experiment_name(context: Context, project_uuid: str, body: ProjectSetExperimentNameRequestBody) -> Message:
    """Name the experiment that later runs belong to."""
    changed(context, experiment_name=body.experiment_name)
    return Message(message="successfully set experiment name")


def deploy_project(context: Context, project_uuid: str) -> Message:
    """Pack the working folder and keep it as a commit."""
    return deployed(context, context.outside(commits.pack, context.settings, folders.Place.of(context.row)))


def create_commit(context: Context, project_uuid: str, body: CommitCreateRequestBody) -> Message:
    """Keep what another server has read from its working folder as a commit."""
    row = context.row
    if row.working_dir:
        raise Conflict("the working folder of this project is on this machine: POST /projects/{project_uuid}/deploy")
    packed = context.outside(commits.receive, context.settings, tuple(map(entry, body.entries)))
    return deployed(context, packed)


def entry(given: CommitEntry) -> packing.Entry:
    """A file or folder as it was sent; raises Refused for content that is not base64."""
    try:
        content = b64decode(given.content, validate=True)
    except ValueError:
        raise Refused(f"{given.path[:200]}: expected its content in base64") from None
    return packing.Entry(given.path, folder=given.folder, content=content, executable=given.executable)


def deployed(context: Context, packed: packing.Packed) -> Message:
    """The commit of a packed folder, noted as the project's last."""
    row = context.row
    commit = commits.keep(context.connection, project_id=row.project_id, user_id=context.user.user_id, packed=packed)
    context.audited = f"commit {commit.commit_uuid} digest {packed.digest}"
    changed(context, commit_uuid=commit.commit_uuid)
    return Message(message=f"successfully deployed project with commit uuid: {commit.commit_uuid}")


def changed(context: Context, **values: object) -> None:
    """Set columns of the project and bring `.meta` to them; the file goes back where the request comes to nothing."""
    undo = projects.change(context.connection, context.row.project_id, **values)
    context.on_refusal.append(lambda _: undo())


def usable(context: Context, body: ProjectAttachRequestBody) -> AnyRow:
    """The dataset that the body names, by all that it says; raises NotFound or Conflict, Forbidden below level use."""
    named = [(key, value) for key in ("data_uuid", "data_name") if (value := given(getattr(body, key))) is not None]
    if not named:
        raise NotFound("there is no such dataset; name one by data_uuid or data_name")
    found = [permissions.object_level(context.connection, context.user, "data", *pair) for pair in named]
    (row, level) = found[0]
    if any(other.data_id != row.data_id for other, _ in found):
        raise Conflict("data_uuid and data_name name different datasets")
    if level < USE:
        raise Forbidden("attaching a dataset needs the level use on it")
    return row


def given(value: str | UnsetType) -> str | None:
    """A value of a body, None where it is not there."""
    return None if value is UNSET else value


def item(context: Context, found: Sequence[AnyRow]) -> Callable[[AnyRow], ProjectItem]:
    """What makes one of these rows an item of the API."""
    told = latest(context, found, jobs_table.c.project_uuid)
    return lambda row: rows.into(row, ProjectItem, **told(row))


def latest(
    context: Context, found: Sequence[AnyRow], column: ColumnElement[Any]
) -> Callable[[AnyRow], Mapping[str, object]]:
    """What there is to tell of each of these rows beside its own columns, looked up for all of them at once.

    That is the dataset attached last to its project, as far as the actor sees it, and the run that ended last among
    the jobs whose `column` names the row; without one, the project's own rows tell of its latest experiment.
    """
    connection, key = context.connection, str(column.key)
    numbers = {row.project_id for row in found}
    data_of = projects.seen_data(connection, context.user, numbers)
    runs = experiments.last_runs(connection, column, [getattr(row, key) for row in found])
    made = experiments.last_made(connection, numbers) if key == "project_uuid" else {}

    def told(row: AnyRow) -> dict[str, object]:
        data, run = data_of.get(row.project_id), runs.get(getattr(row, key))
        values: dict[str, object] = {"data_uuid": data.data_uuid, "data_name": data.data_name} if data else {}
        experiment = run or made.get(row.project_id)
        if experiment is not None:
            values["latest_experiment_uuid"] = experiment.experiment_uuid
            values["latest_experiment_name"] = experiment.experiment_name
        if run is not None:
            values["latest_experiment_result"] = run_status(run.job_state)
        return values

    return told

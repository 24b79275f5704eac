"""Projects: who may do what with them; making and deploying them is to come."""

from generated.models import projects
from generated.models.common import Message
from quarantine.domain.errors import NotBuilt
from quarantine.store import memberships, permissions, rows
from quarantine.store.context import Context
from quarantine.store.tables import project_permissions
from quarantine.store.tables import projects as projects_table


def attach_project_data(
    context: Context, project_uuid: str, body: projects.ProjectAttachRequestBody
) -> projects.ProjectAttachResponseBody:
    """Attach a dataset."""
    raise NotBuilt("attach_project_data is documented, not built yet")


def create_project(context: Context, body: projects.ProjectCreateRequestBody) -> projects.ProjectCreateResponseBody:
    """Create a project."""
    raise NotBuilt("create_project is documented, not built yet")


def deploy_project(context: Context, project_uuid: str) -> projects.ProjectDeployResponseBody:
    """Deploy a project."""
    raise NotBuilt("deploy_project is documented, not built yet")


def detach_project_data(
    context: Context, project_uuid: str, body: projects.ProjectDetachRequestBody
) -> projects.ProjectDetachResponseBody:
    """Detach a dataset."""
    raise NotBuilt("detach_project_data is documented, not built yet")


def set_experiment_name(
    context: Context, project_uuid: str, body: projects.ProjectSetExperimentNameRequestBody
) -> projects.ProjectSetExperimentNameResponseBody:
    """Name the experiment."""
    raise NotBuilt("set_experiment_name is documented, not built yet")


def unlink_project(context: Context, project_uuid: str) -> projects.ProjectUnlinkResponseBody:
    """Unlink a project."""
    raise NotBuilt("unlink_project is documented, not built yet")


def list_projects(
    context: Context, *, order_by: str = "-created_at", page: int = 1, page_size: int = 100
) -> projects.ProjectListResponseBody:
    """The projects that the actor sees."""
    found = rows.page(
        context.connection,
        permissions.seen_projects(context.user),
        key=projects_table.c.project_id,
        orders=rows.creation(projects_table) | {"updated_at": projects_table.c.updated_at},
        order_by=order_by,
        page=page,
        page_size=page_size,
        counted=projects_table if context.user.reach >= permissions.SEE else None,
    )
    return rows.listed(projects.ProjectListResponseBody, found, item)


def get_project(context: Context, project_uuid: str) -> projects.ProjectInfoResponseBody:
    """One project."""
    return item(context.row)


def set_project_permission(context: Context, body: projects.ProjectSetPermissionRequestBody) -> Message:
    """Set a role's level on the project that the body names."""
    row, permission = context.row, int(body.permission)
    role = memberships.role(context.connection, role_id=body.role_id, role_name=body.role_name)
    context.audited = f"project {row.project_uuid} role {role.role_id} level {permission}"
    memberships.grant(context.connection, project_permissions, role.role_id, permission, project_id=row.project_id)
    return Message(message="successfully set permission")


def item(row: rows.AnyRow) -> projects.ProjectItem:
    """A project's row as the API shows it; nothing can be attached, deployed or trained yet."""
    return rows.into(row, projects.ProjectItem)

"""What answers the operations of projects."""

from typing import Literal

from generated.models import projects
from quarantine.domain.errors import NotBuilt
from quarantine.store.context import Context


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


def get_project(context: Context, project_uuid: str) -> projects.ProjectInfoResponseBody:
    """Show a project."""
    raise NotBuilt("get_project is documented, not built yet")


def list_projects(
    context: Context,
    *,
    order_by: Literal["created_at", "-created_at", "updated_at", "-updated_at"] = "-created_at",
    page: int = 1,
    page_size: int = 100,
) -> projects.ProjectListResponseBody:
    """List projects."""
    raise NotBuilt("list_projects is documented, not built yet")


def set_experiment_name(
    context: Context, project_uuid: str, body: projects.ProjectSetExperimentNameRequestBody
) -> projects.ProjectSetExperimentNameResponseBody:
    """Name the experiment."""
    raise NotBuilt("set_experiment_name is documented, not built yet")


def set_project_permission(
    context: Context, body: projects.ProjectSetPermissionRequestBody
) -> projects.ProjectSetPermissionResponseBody:
    """Set a role's level on a project."""
    raise NotBuilt("set_project_permission is documented, not built yet")


def unlink_project(context: Context, project_uuid: str) -> projects.ProjectUnlinkResponseBody:
    """Unlink a project."""
    raise NotBuilt("unlink_project is documented, not built yet")

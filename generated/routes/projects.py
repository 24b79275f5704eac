# Generated from spec/projects.yaml: do not edit.
from __future__ import annotations

from typing import Annotated, Literal, Protocol

from msgspec import Meta, Struct

from quarantine.store.context import Context

from ..models import common, projects


class AttachProjectDataParams(Struct, kw_only=True):
    project_uuid: common.Uuid


class CreateCommitParams(Struct, kw_only=True):
    project_uuid: common.Uuid


class DeployProjectParams(Struct, kw_only=True):
    project_uuid: common.Uuid


class DetachProjectDataParams(Struct, kw_only=True):
    project_uuid: common.Uuid


class GetProjectParams(Struct, kw_only=True):
    project_uuid: common.Uuid


class GetProjectMetaParams(Struct, kw_only=True):
    project_uuid: common.Uuid


class ListProjectsParams(Struct, kw_only=True):
    order_by: Literal["created_at", "-created_at", "updated_at", "-updated_at"] = "-created_at"
    page: Annotated[int, Meta(ge=1, le=1000000000)] = 1
    page_size: Annotated[int, Meta(ge=1, le=1000)] = 100


class SetExperimentNameParams(Struct, kw_only=True):
    project_uuid: common.Uuid


class UnlinkProjectParams(Struct, kw_only=True):
    project_uuid: common.Uuid


class ProjectsHandlers(Protocol):
    """What answers the operations of projects."""

    def attach_project_data(
        self, context: Context, project_uuid: str, body: projects.ProjectAttachRequestBody
    ) -> projects.ProjectAttachResponseBody:
        """Attach a dataset."""

    def create_commit(
        self, context: Context, project_uuid: str, body: projects.CommitCreateRequestBody
    ) -> common.Message:
        """Deploy files that were sent."""

    def create_project(
        self, context: Context, body: projects.ProjectCreateRequestBody
    ) -> projects.ProjectCreateResponseBody:
        """Create a project."""

    def deploy_project(self, context: Context, project_uuid: str) -> projects.ProjectDeployResponseBody:
        """Deploy a project."""

    def detach_project_data(
        self, context: Context, project_uuid: str, body: projects.ProjectDetachRequestBody
    ) -> projects.ProjectDetachResponseBody:
        """Detach a dataset."""

    def get_project(self, context: Context, project_uuid: str) -> projects.ProjectInfoResponseBody:
        """Show a project."""

    def get_project_meta(self, context: Context, project_uuid: str) -> projects.ProjectMetaResponseBody:
        """Show what a project's .meta file ought to say."""

    def list_projects(
        self,
        context: Context,
        *,
        order_by: Literal["created_at", "-created_at", "updated_at", "-updated_at"] = "-created_at",
        page: int = 1,
        page_size: int = 100,
    ) -> projects.ProjectListResponseBody:
        """List projects."""

    def register_project(
        self, context: Context, body: projects.ProjectRegisterRequestBody
    ) -> projects.ProjectRegisterResponseBody:
        """Register a project whose folder is elsewhere."""

    def set_experiment_name(
        self, context: Context, project_uuid: str, body: projects.ProjectSetExperimentNameRequestBody
    ) -> projects.ProjectSetExperimentNameResponseBody:
        """Name the experiment."""

    def set_project_permission(
        self, context: Context, body: projects.ProjectSetPermissionRequestBody
    ) -> projects.ProjectSetPermissionResponseBody:
        """Set a role's level on a project."""

    def unlink_project(self, context: Context, project_uuid: str) -> projects.ProjectUnlinkResponseBody:
        """Unlink a project."""


def call_attach_project_data(
    handlers: ProjectsHandlers,
    context: Context,
    params: AttachProjectDataParams,
    body: projects.ProjectAttachRequestBody,
) -> projects.ProjectAttachResponseBody:
    return handlers.attach_project_data(context, params.project_uuid, body)


def call_create_commit(
    handlers: ProjectsHandlers, context: Context, params: CreateCommitParams, body: projects.CommitCreateRequestBody
) -> common.Message:
    return handlers.create_commit(context, params.project_uuid, body)


def call_create_project(
    handlers: ProjectsHandlers, context: Context, params: None, body: projects.ProjectCreateRequestBody
) -> projects.ProjectCreateResponseBody:
    return handlers.create_project(context, body)


def call_deploy_project(
    handlers: ProjectsHandlers, context: Context, params: DeployProjectParams, body: None
) -> projects.ProjectDeployResponseBody:
    return handlers.deploy_project(context, params.project_uuid)


def call_detach_project_data(
    handlers: ProjectsHandlers,
    context: Context,
    params: DetachProjectDataParams,
    body: projects.ProjectDetachRequestBody,
) -> projects.ProjectDetachResponseBody:
    return handlers.detach_project_data(context, params.project_uuid, body)


def call_get_project(
    handlers: ProjectsHandlers, context: Context, params: GetProjectParams, body: None
) -> projects.ProjectInfoResponseBody:
    return handlers.get_project(context, params.project_uuid)


def call_get_project_meta(
    handlers: ProjectsHandlers, context: Context, params: GetProjectMetaParams, body: None
) -> projects.ProjectMetaResponseBody:
    return handlers.get_project_meta(context, params.project_uuid)


def call_list_projects(
    handlers: ProjectsHandlers, context: Context, params: ListProjectsParams, body: None
) -> projects.ProjectListResponseBody:
    return handlers.list_projects(context, order_by=params.order_by, page=params.page, page_size=params.page_size)


def call_register_project(
    handlers: ProjectsHandlers, context: Context, params: None, body: projects.ProjectRegisterRequestBody
) -> projects.ProjectRegisterResponseBody:
    return handlers.register_project(context, body)


def call_set_experiment_name(
    handlers: ProjectsHandlers,
    context: Context,
    params: SetExperimentNameParams,
    body: projects.ProjectSetExperimentNameRequestBody,
) -> projects.ProjectSetExperimentNameResponseBody:
    return handlers.set_experiment_name(context, params.project_uuid, body)


def call_set_project_permission(
    handlers: ProjectsHandlers, context: Context, params: None, body: projects.ProjectSetPermissionRequestBody
) -> projects.ProjectSetPermissionResponseBody:
    return handlers.set_project_permission(context, body)


def call_unlink_project(
    handlers: ProjectsHandlers, context: Context, params: UnlinkProjectParams, body: None
) -> projects.ProjectUnlinkResponseBody:
    return handlers.unlink_project(context, params.project_uuid)

# Generated from spec/roles.yaml: do not edit.
from __future__ import annotations

from typing import Annotated, Literal, Protocol

from msgspec import Meta, Struct

from quarantine.store.context import Context

from ..models import common, roles


class DeleteRoleParams(Struct, kw_only=True):
    role_id: common.RowId


class GetRoleParams(Struct, kw_only=True):
    role_id: common.RowId


class ListRolesParams(Struct, kw_only=True):
    order_by: Literal["created_at", "-created_at", "updated_at", "-updated_at"] = "-created_at"
    page: Annotated[int, Meta(ge=1, le=1000000000)] = 1
    page_size: Annotated[int, Meta(ge=1, le=1000)] = 100


class UpdateRoleParams(Struct, kw_only=True):
    role_id: common.RowId


class RolesHandlers(Protocol):
    """What answers the operations of roles."""

    def add_role_group(self, context: Context, body: roles.RoleAddGroupRequestBody) -> roles.RoleAddGroupResponseBody:
        """Give a group a role."""

    def create_role(self, context: Context, body: roles.RoleCreateRequestBody) -> roles.RoleCreateResponseBody:
        """Create a role."""

    def delete_role(self, context: Context, role_id: int) -> roles.RoleDeleteResponseBody:
        """Delete a role."""

    def get_role(self, context: Context, role_id: int) -> roles.RoleGetResponseBody:
        """Show a role."""

    def list_roles(
        self,
        context: Context,
        *,
        order_by: Literal["created_at", "-created_at", "updated_at", "-updated_at"] = "-created_at",
        page: int = 1,
        page_size: int = 100,
    ) -> roles.RoleListResponseBody:
        """List roles."""

    def remove_role_group(
        self, context: Context, body: roles.RoleRemoveGroupRequestBody
    ) -> roles.RoleRemoveGroupResponseBody:
        """Take a role from a group."""

    def set_role_permission(
        self, context: Context, body: roles.RoleSetPermissionRequestBody
    ) -> roles.RoleSetPermissionResponseBody:
        """Set a role's own level."""

    def update_role(
        self, context: Context, role_id: int, body: roles.RolePatchRequestBody
    ) -> roles.RolePatchResponseBody:
        """Rename a role."""


def call_add_role_group(
    handlers: RolesHandlers, context: Context, params: None, body: roles.RoleAddGroupRequestBody
) -> roles.RoleAddGroupResponseBody:
    return handlers.add_role_group(context, body)


def call_create_role(
    handlers: RolesHandlers, context: Context, params: None, body: roles.RoleCreateRequestBody
) -> roles.RoleCreateResponseBody:
    return handlers.create_role(context, body)


def call_delete_role(
    handlers: RolesHandlers, context: Context, params: DeleteRoleParams, body: None
) -> roles.RoleDeleteResponseBody:
    return handlers.delete_role(context, params.role_id)


def call_get_role(
    handlers: RolesHandlers, context: Context, params: GetRoleParams, body: None
) -> roles.RoleGetResponseBody:
    return handlers.get_role(context, params.role_id)


def call_list_roles(
    handlers: RolesHandlers, context: Context, params: ListRolesParams, body: None
) -> roles.RoleListResponseBody:
    return handlers.list_roles(context, order_by=params.order_by, page=params.page, page_size=params.page_size)


def call_remove_role_group(
    handlers: RolesHandlers, context: Context, params: None, body: roles.RoleRemoveGroupRequestBody
) -> roles.RoleRemoveGroupResponseBody:
    return handlers.remove_role_group(context, body)


def call_set_role_permission(
    handlers: RolesHandlers, context: Context, params: None, body: roles.RoleSetPermissionRequestBody
) -> roles.RoleSetPermissionResponseBody:
    return handlers.set_role_permission(context, body)


def call_update_role(
    handlers: RolesHandlers, context: Context, params: UpdateRoleParams, body: roles.RolePatchRequestBody
) -> roles.RolePatchResponseBody:
    return handlers.update_role(context, params.role_id, body)

# Generated from spec/groups.yaml: do not edit.
from __future__ import annotations

from typing import Annotated, Literal, Protocol

from msgspec import Meta, Struct

from quarantine.store.context import Context

from ..models import common, groups


class DeleteGroupParams(Struct, kw_only=True):
    group_id: common.RowId


class GetGroupParams(Struct, kw_only=True):
    group_id: common.RowId


class ListGroupsParams(Struct, kw_only=True):
    order_by: Literal["group_id", "-group_id", "group_name", "-group_name", "created_at", "-created_at"] = "group_id"
    page: Annotated[int, Meta(ge=1, le=1000000000)] = 1
    page_size: Annotated[int, Meta(ge=1, le=1000)] = 100


class UpdateGroupParams(Struct, kw_only=True):
    group_id: common.RowId


class GroupsHandlers(Protocol):
    """What answers the operations of groups."""

    def add_group_role(self, context: Context, body: groups.GroupAddRoleRequestBody) -> groups.GroupAddRoleResponseBody:
        """Give a group a role."""

    def create_group(self, context: Context, body: groups.GroupCreateRequestBody) -> groups.GroupCreateResponseBody:
        """Create a group."""

    def delete_group(self, context: Context, group_id: int) -> groups.GroupDeleteResponseBody:
        """Delete a group."""

    def get_group(self, context: Context, group_id: int) -> groups.GroupGetResponseBody:
        """Show a group."""

    def list_groups(
        self,
        context: Context,
        *,
        order_by: Literal[
            "group_id", "-group_id", "group_name", "-group_name", "created_at", "-created_at"
        ] = "group_id",
        page: int = 1,
        page_size: int = 100,
    ) -> groups.GroupListResponseBody:
        """List the groups."""

    def remove_group_role(
        self, context: Context, body: groups.GroupRemoveRoleRequestBody
    ) -> groups.GroupRemoveRoleResponseBody:
        """Take a role from a group."""

    def update_group(
        self, context: Context, group_id: int, body: groups.GroupPatchRequestBody
    ) -> groups.GroupPatchResponseBody:
        """Rename a group."""


def call_add_group_role(
    handlers: GroupsHandlers, context: Context, params: None, body: groups.GroupAddRoleRequestBody
) -> groups.GroupAddRoleResponseBody:
    return handlers.add_group_role(context, body)


def call_create_group(
    handlers: GroupsHandlers, context: Context, params: None, body: groups.GroupCreateRequestBody
) -> groups.GroupCreateResponseBody:
    return handlers.create_group(context, body)


def call_delete_group(
    handlers: GroupsHandlers, context: Context, params: DeleteGroupParams, body: None
) -> groups.GroupDeleteResponseBody:
    return handlers.delete_group(context, params.group_id)


def call_get_group(
    handlers: GroupsHandlers, context: Context, params: GetGroupParams, body: None
) -> groups.GroupGetResponseBody:
    return handlers.get_group(context, params.group_id)


def call_list_groups(
    handlers: GroupsHandlers, context: Context, params: ListGroupsParams, body: None
) -> groups.GroupListResponseBody:
    return handlers.list_groups(context, order_by=params.order_by, page=params.page, page_size=params.page_size)


def call_remove_group_role(
    handlers: GroupsHandlers, context: Context, params: None, body: groups.GroupRemoveRoleRequestBody
) -> groups.GroupRemoveRoleResponseBody:
    return handlers.remove_group_role(context, body)


def call_update_group(
    handlers: GroupsHandlers, context: Context, params: UpdateGroupParams, body: groups.GroupPatchRequestBody
) -> groups.GroupPatchResponseBody:
    return handlers.update_group(context, params.group_id, body)

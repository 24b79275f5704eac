"""What answers the operations of groups."""

from typing import Literal

from generated.models import groups
from quarantine.domain.errors import NotBuilt
from quarantine.store.context import Context


def add_group_role(context: Context, body: groups.GroupAddRoleRequestBody) -> groups.GroupAddRoleResponseBody:
    """Give a group a role."""
    raise NotBuilt("add_group_role is documented, not built yet")


def create_group(context: Context, body: groups.GroupCreateRequestBody) -> groups.GroupCreateResponseBody:
    """Create a group."""
    raise NotBuilt("create_group is documented, not built yet")


def delete_group(context: Context, group_id: int) -> groups.GroupDeleteResponseBody:
    """Delete a group."""
    raise NotBuilt("delete_group is documented, not built yet")


def get_group(context: Context, group_id: int) -> groups.GroupGetResponseBody:
    """Show a group."""
    raise NotBuilt("get_group is documented, not built yet")


def list_groups(
    context: Context,
    *,
    order_by: Literal["group_id", "-group_id", "group_name", "-group_name", "created_at", "-created_at"] = "group_id",
    page: int = 1,
    page_size: int = 100,
) -> groups.GroupListResponseBody:
    """List the groups."""
    raise NotBuilt("list_groups is documented, not built yet")


def remove_group_role(context: Context, body: groups.GroupRemoveRoleRequestBody) -> groups.GroupRemoveRoleResponseBody:
    """Take a role from a group."""
    raise NotBuilt("remove_group_role is documented, not built yet")


def update_group(context: Context, group_id: int, body: groups.GroupPatchRequestBody) -> groups.GroupPatchResponseBody:
    """Rename a group."""
    raise NotBuilt("update_group is documented, not built yet")

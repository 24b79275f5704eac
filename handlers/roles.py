"""What answers the operations of roles."""

from typing import Literal

from generated.models import roles
from quarantine.domain.errors import NotBuilt
from quarantine.store.context import Context


def add_role_group(context: Context, body: roles.RoleAddGroupRequestBody) -> roles.RoleAddGroupResponseBody:
    """Give a group a role."""
    raise NotBuilt("add_role_group is documented, not built yet")


def create_role(context: Context, body: roles.RoleCreateRequestBody) -> roles.RoleCreateResponseBody:
    """Create a role."""
    raise NotBuilt("create_role is documented, not built yet")


def delete_role(context: Context, role_id: int) -> roles.RoleDeleteResponseBody:
    """Delete a role."""
    raise NotBuilt("delete_role is documented, not built yet")


def get_role(context: Context, role_id: int) -> roles.RoleGetResponseBody:
    """Show a role."""
    raise NotBuilt("get_role is documented, not built yet")


def list_roles(
    context: Context,
    *,
    order_by: Literal["created_at", "-created_at", "updated_at", "-updated_at"] = "-created_at",
    page: int = 1,
    page_size: int = 100,
) -> roles.RoleListResponseBody:
    """List roles."""
    raise NotBuilt("list_roles is documented, not built yet")


def remove_role_group(context: Context, body: roles.RoleRemoveGroupRequestBody) -> roles.RoleRemoveGroupResponseBody:
    """Take a role from a group."""
    raise NotBuilt("remove_role_group is documented, not built yet")


def set_role_permission(
    context: Context, body: roles.RoleSetPermissionRequestBody
) -> roles.RoleSetPermissionResponseBody:
    """Set a role's own level."""
    raise NotBuilt("set_role_permission is documented, not built yet")


def update_role(context: Context, role_id: int, body: roles.RolePatchRequestBody) -> roles.RolePatchResponseBody:
    """Rename a role."""
    raise NotBuilt("update_role is documented, not built yet")

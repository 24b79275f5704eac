"""Roles: what the people who have one may do."""

from generated.models.common import Message
from generated.models.groups import GroupAddRoleRequestBody
from generated.models.roles import (
    RoleCreateRequestBody,
    RoleListItem,
    RoleListResponseBody,
    RoleSetPermissionRequestBody,
)
from quarantine.store import memberships, rows
from quarantine.store.context import Context
from quarantine.store.tables import roles


def list_roles(
    context: Context, *, order_by: str = "-created_at", page: int = 1, page_size: int = 100
) -> RoleListResponseBody:
    """All roles."""
    found = rows.listing(context.connection, roles, order_by=order_by, page=page, page_size=page_size)
    return rows.listed(RoleListResponseBody, found, item)


def create_role(context: Context, body: RoleCreateRequestBody) -> Message:
    """A role that gives nothing yet."""
    role_id = memberships.create(context.connection, roles, "role", role_name=body.role_name, permission=0)
    context.audited = f"role {role_id}"
    return Message(message=f"successfully created role with id: {role_id}")


def get_role(context: Context, role_id: int) -> RoleListItem:
    """One role."""
    return item(memberships.role(context.connection, role_id=role_id))


def update_role(context: Context, role_id: int, body: RoleCreateRequestBody) -> RoleListItem:
    """Give a role another name."""
    found = memberships.own_role(context.connection, context.user, role_id)
    return item(memberships.change(context.connection, roles, "role", found, role_name=body.role_name))


def delete_role(context: Context, role_id: int) -> Message:
    """Take a role from everybody."""
    memberships.delete_role(context.connection, context.user, role_id)
    return Message(message="successfully deleted role")


def set_role_permission(context: Context, body: RoleSetPermissionRequestBody) -> Message:
    """Set the level that a role gives over actions."""
    found = memberships.role(context.connection, role_id=body.role_id, role_name=body.role_name)
    context.audited = f"role {found.role_id} level {int(body.permission)}"
    memberships.set_level(context.connection, context.user, found, int(body.permission))
    return Message(message="successfully set permission")


def add_role_group(context: Context, body: GroupAddRoleRequestBody) -> Message:
    """Give a group a role."""
    set_group_role(context, body, held=True)
    return Message(message="successfully added group to role")


def remove_role_group(context: Context, body: GroupAddRoleRequestBody) -> Message:
    """Take a role from a group."""
    set_group_role(context, body, held=False)
    return Message(message="successfully removed group from role")


def set_group_role(context: Context, body: GroupAddRoleRequestBody, *, held: bool) -> None:
    """What stands in the contract twice, from the role's side and from the group's."""
    role = memberships.role(context.connection, role_id=body.role_id, role_name=body.role_name)
    group = memberships.group(context.connection, group_id=body.group_id, group_name=body.group_name)
    context.audited = f"group {group.group_id} role {role.role_id}"
    memberships.set_group_role(context.connection, context.user, group.group_id, role, held=held)


def item(row: rows.AnyRow) -> RoleListItem:
    """A role's row as the API shows it."""
    return rows.into(row, RoleListItem)

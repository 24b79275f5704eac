"""Groups: people who share roles."""

from generated.models.common import Message
from generated.models.groups import (
    GroupAddRoleRequestBody,
    GroupCreateRequestBody,
    GroupListItem,
    GroupListResponseBody,
)
from handlers.roles import set_group_role
from quarantine.store import memberships, rows
from quarantine.store.context import Context
from quarantine.store.tables import groups


def list_groups(
    context: Context, *, order_by: str = "group_id", page: int = 1, page_size: int = 100
) -> GroupListResponseBody:
    """All groups."""
    found = rows.listing(context.connection, groups, order_by=order_by, page=page, page_size=page_size)
    return rows.listed(GroupListResponseBody, found, item)


def create_group(context: Context, body: GroupCreateRequestBody) -> Message:
    """A group without people and roles."""
    group_id = memberships.create(context.connection, groups, "group", group_name=body.group_name)
    context.audited = f"group {group_id}"
    return Message(message=f"successfully created new group: {body.group_name}")


def get_group(context: Context, group_id: int) -> GroupListItem:
    """One group."""
    return item(memberships.group(context.connection, group_id=group_id))


def update_group(context: Context, group_id: int, body: GroupCreateRequestBody) -> GroupListItem:
    """Give a group another name."""
    found = memberships.own_group(context.connection, context.user, group_id)
    return item(memberships.change(context.connection, groups, "group", found, group_name=body.group_name))


def delete_group(context: Context, group_id: int) -> Message:
    """Remove a group; its people lose what they had by it alone."""
    memberships.delete_group(context.connection, context.user, group_id)
    return Message(message="successfully deleted group")


def add_group_role(context: Context, body: GroupAddRoleRequestBody) -> Message:
    """Give a group a role."""
    set_group_role(context, body, held=True)
    return Message(message="successfully added role to group")


def remove_group_role(context: Context, body: GroupAddRoleRequestBody) -> Message:
    """Take a role from a group."""
    set_group_role(context, body, held=False)
    return Message(message="successfully removed role from group")


def item(row: rows.AnyRow) -> GroupListItem:
    """A group's row as the API shows it."""
    return rows.into(row, GroupListItem)

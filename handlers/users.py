"""People: their accounts, sessions and profiles."""

from msgspec import UNSET, structs

from generated.models.actions import ActionExplainResponseBody
from generated.models.auth import AuthLoginRequestBody, AuthLoginResponseBody
from generated.models.common import Message
from generated.models.users import (
    UserAddGroupRequestBody,
    UserAddRoleRequestBody,
    UserGetResponseBody,
    UserListItem,
    UserListResponseBody,
    UserPasswordRequestBody,
    UserProfileUpdateRequestBody,
    UserState,
    UserUpdateRequestBody,
)
from handlers import auth
from handlers.actions import explained
from quarantine.store import accounts, memberships, rows
from quarantine.store.context import Context
from quarantine.store.tables import users as users_table


def user_register(context: Context, body: AuthLoginRequestBody) -> Message:
    """Register a person."""
    return auth.auth_register(context, body)


def user_login(context: Context, body: AuthLoginRequestBody) -> AuthLoginResponseBody:
    """Open a session."""
    return auth.auth_login(context, body)


def user_logout(context: Context) -> Message:
    """End the session of this request."""
    return auth.auth_logout(context)


def user_session(context: Context) -> AuthLoginResponseBody:
    """The token this request acts under."""
    return auth.auth_session(context)


def get_own_profile(context: Context) -> UserGetResponseBody:
    """What the actor tells about himself."""
    return get_user_profile(context, context.user.user_id)


def get_user_profile(context: Context, user_id: int) -> UserGetResponseBody:
    """What a person tells about himself."""
    return rows.into(accounts.user(context.connection, user_id), UserGetResponseBody)


def get_user(context: Context, user_id: int) -> UserGetResponseBody:
    """A person, for an administrator."""
    return get_user_profile(context, user_id)


def update_profile(context: Context, body: UserProfileUpdateRequestBody) -> Message:
    """Change what is given."""
    given = {name: value for name, value in structs.asdict(body).items() if value is not UNSET}
    accounts.update_profile(context.connection, context.user.user_id, **given)
    return Message(message="successfully updated profile")


def list_users(
    context: Context,
    *,
    email: str | None = None,
    group_id: int | None = None,
    order_by: str = "-created_at",
    page: int = 1,
    page_size: int = 100,
    role_id: int | None = None,
    state: UserState | None = None,
) -> UserListResponseBody:
    """All accounts, or those that are asked for."""
    statement = accounts.people(email=email, state=state, role_id=role_id, group_id=group_id)
    whole = email is None and state is None and role_id is None and group_id is None
    c = users_table.c
    found = rows.page(
        context.connection,
        statement,
        key=c.user_id,
        orders=rows.creation(users_table) | {"updated_at": c.updated_at},
        order_by=order_by,
        page=page,
        page_size=page_size,
        counted=users_table if whole else None,
    )
    strongest = accounts.strongest(context.connection, (row.user_id for row in found.items))
    return rows.listed(UserListResponseBody, found, lambda row: account(row, strongest.get(row.user_id)))


def update_user(context: Context, user_id: int, body: UserUpdateRequestBody) -> UserListItem:
    """Confirm, block, or set the roles of a person."""
    context.audited = f"user {user_id}"
    state = None if body.state is UNSET else str(body.state)
    roles = None if body.roles is UNSET else body.roles
    row = accounts.update_user(context.connection, context.user, user_id, state=state, role_ids=roles)
    return account(row, accounts.strongest(context.connection, (user_id,)).get(user_id))


def account(row: rows.AnyRow, strongest: rows.AnyRow | None) -> UserListItem:
    """An account with its strongest role as the API shows it: never the password."""
    role = {} if strongest is None else {"role": strongest.role_id, "role_name": strongest.role_name}
    return rows.into(row, UserListItem, id=row.user_id, password="", **role)


def delete_user(context: Context, user_id: int) -> Message:
    """End an account; what the person made and spent stays on record."""
    accounts.delete_user(context.connection, context.user, user_id)
    return Message(message="successfully deleted user")


def change_password(context: Context, body: UserPasswordRequestBody) -> AuthLoginResponseBody:
    """Another password, and one session in place of all the old ones."""
    return auth.changed_password(context, body.current_password, body.password)


def explain_user_permission(
    context: Context, user_id: int, *, action: str, data_uuid: str | None = None, project_uuid: str | None = None
) -> ActionExplainResponseBody:
    """Why somebody may or may not do something."""
    accounts.user(context.connection, user_id)
    return explained(context, user_id, action, data_uuid, project_uuid)


def add_user_group(context: Context, body: UserAddGroupRequestBody) -> Message:
    """Put a person into a group."""
    set_user_group(context, body, held=True)
    return Message(message="successfully added user to group")


def remove_user_group(context: Context, body: UserAddGroupRequestBody) -> Message:
    """Take a person out of a group."""
    set_user_group(context, body, held=False)
    return Message(message="successfully removed user from group")


def add_user_role(context: Context, body: UserAddRoleRequestBody) -> Message:
    """Give a person a role."""
    set_user_role(context, body, held=True)
    return Message(message="successfully added role to user")


def remove_user_role(context: Context, body: UserAddRoleRequestBody) -> Message:
    """Take a role from a person."""
    set_user_role(context, body, held=False)
    return Message(message="successfully removed role from user")


def set_user_group(context: Context, body: UserAddGroupRequestBody, *, held: bool) -> None:
    """The person and the group that the body names."""
    user_id = accounts.named(context.connection, user_id=body.user_id, emails=(body.user_email,))
    group = memberships.group(context.connection, group_id=body.group_id, group_name=body.group_name)
    context.audited = f"user {user_id} group {group.group_id}"
    memberships.set_user_group(context.connection, context.user, user_id, group.group_id, held=held)


def set_user_role(context: Context, body: UserAddRoleRequestBody, *, held: bool) -> None:
    """The person and the role that the body names; people are shown by address, so that is what `user_name` is."""
    user_id = accounts.named(context.connection, user_id=body.user_id, emails=(body.user_email, body.user_name))
    role = memberships.role(context.connection, role_id=body.role_id, role_name=body.role_name)
    context.audited = f"user {user_id} role {role.role_id}"
    memberships.set_user_role(context.connection, context.user, user_id, role, held=held)

"""People: their accounts, sessions and profiles."""

from msgspec import UNSET, structs

from generated.models import users
from generated.models.auth import AuthLoginRequestBody, AuthLoginResponseBody
from generated.models.common import Message
from generated.models.users import (
    UserGetResponseBody,
    UserListItem,
    UserListResponseBody,
    UserProfileUpdateRequestBody,
    UserUpdateRequestBody,
)
from handlers import auth
from quarantine.domain.errors import NotBuilt
from quarantine.store import accounts, rows
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
    context: Context, *, order_by: str = "-created_at", page: int = 1, page_size: int = 100
) -> UserListResponseBody:
    """All accounts."""
    found = rows.page(
        context.connection,
        accounts.people(),
        key=users_table.c.user_id,
        orders=(users_table.c.created_at, users_table.c.updated_at, users_table.c.email),
        order_by=order_by,
        page=page,
        page_size=page_size,
    )
    return rows.listed(UserListResponseBody, found, account)


def update_user(context: Context, user_id: int, body: UserUpdateRequestBody) -> UserListItem:
    """Confirm, block, or set the roles of a person."""
    context.audited = f"user {user_id}"
    state = None if body.state is UNSET else str(body.state)
    roles = None if body.roles is UNSET else body.roles
    return account(accounts.update_user(context.connection, context.user, user_id, state=state, role_ids=roles))


def account(row: rows.AnyRow) -> UserListItem:
    """An account's row as the API shows it: never the password."""
    return rows.into(row, UserListItem, id=row.user_id, role=row.role_id, password="")


def add_user_group(context: Context, body: users.UserAddGroupRequestBody) -> users.UserAddGroupResponseBody:
    """Put a user into a group."""
    raise NotBuilt("add_user_group is documented, not built yet")


def add_user_role(context: Context, body: users.UserAddRoleRequestBody) -> users.UserAddRoleResponseBody:
    """Give a user a role."""
    raise NotBuilt("add_user_role is documented, not built yet")


def delete_user(context: Context, user_id: int) -> users.UserDeleteResponseBody:
    """Delete a user."""
    raise NotBuilt("delete_user is documented, not built yet")


def remove_user_group(context: Context, body: users.UserRemoveGroupRequestBody) -> users.UserRemoveGroupResponseBody:
    """Take a user out of a group."""
    raise NotBuilt("remove_user_group is documented, not built yet")


def remove_user_role(context: Context, body: users.UserRemoveRoleRequestBody) -> users.UserRemoveRoleResponseBody:
    """Take a role from a user."""
    raise NotBuilt("remove_user_role is documented, not built yet")

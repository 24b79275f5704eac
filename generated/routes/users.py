# Generated from spec/users.yaml: do not edit.
from __future__ import annotations

from typing import Annotated, Literal, Protocol

from msgspec import Meta, Struct

from quarantine.store.context import Context

from ..models import actions, common, users


class DeleteUserParams(Struct, kw_only=True):
    user_id: common.RowId


class ExplainUserPermissionParams(Struct, kw_only=True):
    user_id: common.RowId
    action: actions.ActionName
    data_uuid: common.Uuid | None = None
    project_uuid: common.Uuid | None = None


class GetUserParams(Struct, kw_only=True):
    user_id: common.RowId


class GetUserProfileParams(Struct, kw_only=True):
    user_id: common.RowId


class ListUsersParams(Struct, kw_only=True):
    email: common.Email | None = None
    group_id: common.RowId | None = None
    order_by: Literal["created_at", "-created_at", "updated_at", "-updated_at"] = "-created_at"
    page: Annotated[int, Meta(ge=1, le=1000000000)] = 1
    page_size: Annotated[int, Meta(ge=1, le=1000)] = 100
    role_id: common.RowId | None = None
    state: users.UserState | None = None


class UpdateUserParams(Struct, kw_only=True):
    user_id: common.RowId


class UsersHandlers(Protocol):
    """What answers the operations of users."""

    def add_user_group(self, context: Context, body: users.UserAddGroupRequestBody) -> users.UserAddGroupResponseBody:
        """Put a user into a group."""

    def add_user_role(self, context: Context, body: users.UserAddRoleRequestBody) -> users.UserAddRoleResponseBody:
        """Give a user a role."""

    def change_password(self, context: Context, body: users.UserPasswordRequestBody) -> users.UserLoginResponseBody:
        """Change the own password."""

    def delete_user(self, context: Context, user_id: int) -> users.UserDeleteResponseBody:
        """Delete a user."""

    def explain_user_permission(
        self,
        context: Context,
        user_id: int,
        *,
        action: str,
        data_uuid: str | None = None,
        project_uuid: str | None = None,
    ) -> actions.ActionExplainResponseBody:
        """Tell why somebody may or may not do something."""

    def get_own_profile(self, context: Context) -> users.UserProfileCurrentResponseBody:
        """Show the own profile."""

    def get_user(self, context: Context, user_id: int) -> users.UserGetResponseBody:
        """Show a user."""

    def get_user_profile(self, context: Context, user_id: int) -> users.UserGetResponseBody:
        """Show a profile."""

    def list_users(
        self,
        context: Context,
        *,
        email: str | None = None,
        group_id: int | None = None,
        order_by: Literal["created_at", "-created_at", "updated_at", "-updated_at"] = "-created_at",
        page: int = 1,
        page_size: int = 100,
        role_id: int | None = None,
        state: users.UserState | None = None,
    ) -> users.UserListResponseBody:
        """List users."""

    def remove_user_group(
        self, context: Context, body: users.UserRemoveGroupRequestBody
    ) -> users.UserRemoveGroupResponseBody:
        """Take a user out of a group."""

    def remove_user_role(
        self, context: Context, body: users.UserRemoveRoleRequestBody
    ) -> users.UserRemoveRoleResponseBody:
        """Take a role from a user."""

    def update_profile(
        self, context: Context, body: users.UserProfileUpdateRequestBody
    ) -> users.UserProfileUpdateResponseBody:
        """Change the own profile."""

    def update_user(
        self, context: Context, user_id: int, body: users.UserUpdateRequestBody
    ) -> users.UserUpdateResponseBody:
        """Confirm, block or give roles."""

    def user_login(self, context: Context, body: users.UserLoginRequestBody) -> users.UserLoginResponseBody:
        """Sign in."""

    def user_logout(self, context: Context) -> users.UserLogoutResponseBody:
        """Sign out."""

    def user_register(self, context: Context, body: users.UserRegisterRequestBody) -> users.UserRegisterResponseBody:
        """Ask for an account."""

    def user_session(self, context: Context) -> users.UserSessionResponseBody:
        """Show the current session."""


def call_add_user_group(
    handlers: UsersHandlers, context: Context, params: None, body: users.UserAddGroupRequestBody
) -> users.UserAddGroupResponseBody:
    return handlers.add_user_group(context, body)


def call_add_user_role(
    handlers: UsersHandlers, context: Context, params: None, body: users.UserAddRoleRequestBody
) -> users.UserAddRoleResponseBody:
    return handlers.add_user_role(context, body)


def call_change_password(
    handlers: UsersHandlers, context: Context, params: None, body: users.UserPasswordRequestBody
) -> users.UserLoginResponseBody:
    return handlers.change_password(context, body)


def call_delete_user(
    handlers: UsersHandlers, context: Context, params: DeleteUserParams, body: None
) -> users.UserDeleteResponseBody:
    return handlers.delete_user(context, params.user_id)


def call_explain_user_permission(
    handlers: UsersHandlers, context: Context, params: ExplainUserPermissionParams, body: None
) -> actions.ActionExplainResponseBody:
    return handlers.explain_user_permission(
        context, params.user_id, action=params.action, data_uuid=params.data_uuid, project_uuid=params.project_uuid
    )


def call_get_own_profile(
    handlers: UsersHandlers, context: Context, params: None, body: None
) -> users.UserProfileCurrentResponseBody:
    return handlers.get_own_profile(context)


def call_get_user(
    handlers: UsersHandlers, context: Context, params: GetUserParams, body: None
) -> users.UserGetResponseBody:
    return handlers.get_user(context, params.user_id)


def call_get_user_profile(
    handlers: UsersHandlers, context: Context, params: GetUserProfileParams, body: None
) -> users.UserGetResponseBody:
    return handlers.get_user_profile(context, params.user_id)


def call_list_users(
    handlers: UsersHandlers, context: Context, params: ListUsersParams, body: None
) -> users.UserListResponseBody:
    return handlers.list_users(
        context,
        email=params.email,
        group_id=params.group_id,
        order_by=params.order_by,
        page=params.page,
        page_size=params.page_size,
        role_id=params.role_id,
        state=params.state,
    )


def call_remove_user_group(
    handlers: UsersHandlers, context: Context, params: None, body: users.UserRemoveGroupRequestBody
) -> users.UserRemoveGroupResponseBody:
    return handlers.remove_user_group(context, body)


def call_remove_user_role(
    handlers: UsersHandlers, context: Context, params: None, body: users.UserRemoveRoleRequestBody
) -> users.UserRemoveRoleResponseBody:
    return handlers.remove_user_role(context, body)


def call_update_profile(
    handlers: UsersHandlers, context: Context, params: None, body: users.UserProfileUpdateRequestBody
) -> users.UserProfileUpdateResponseBody:
    return handlers.update_profile(context, body)


def call_update_user(
    handlers: UsersHandlers, context: Context, params: UpdateUserParams, body: users.UserUpdateRequestBody
) -> users.UserUpdateResponseBody:
    return handlers.update_user(context, params.user_id, body)


def call_user_login(
    handlers: UsersHandlers, context: Context, params: None, body: users.UserLoginRequestBody
) -> users.UserLoginResponseBody:
    return handlers.user_login(context, body)


def call_user_logout(
    handlers: UsersHandlers, context: Context, params: None, body: None
) -> users.UserLogoutResponseBody:
    return handlers.user_logout(context)


def call_user_register(
    handlers: UsersHandlers, context: Context, params: None, body: users.UserRegisterRequestBody
) -> users.UserRegisterResponseBody:
    return handlers.user_register(context, body)


def call_user_session(
    handlers: UsersHandlers, context: Context, params: None, body: None
) -> users.UserSessionResponseBody:
    return handlers.user_session(context)

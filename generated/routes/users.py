# Generated from spec/users.yaml: do not edit.
from __future__ import annotations

from typing import Annotated, Literal, Protocol

from msgspec import Meta, Struct

from quarantine.store.context import Context

from ..models import common, users


class DeleteUserParams(Struct, kw_only=True):
    user_id: common.RowId


class GetUserParams(Struct, kw_only=True):
    user_id: common.RowId


class GetUserProfileParams(Struct, kw_only=True):
    user_id: common.RowId


class ListUsersParams(Struct, kw_only=True):
    order_by: Literal["created_at", "-created_at", "updated_at", "-updated_at"] = "-created_at"
    page: Annotated[int, Meta(ge=1, le=1000000000)] = 1
    page_size: Annotated[int, Meta(ge=1, le=1000)] = 100


class UpdateUserParams(Struct, kw_only=True):
    user_id: common.RowId


class UsersHandlers(Protocol):
    """What answers the operations of users."""

    def add_user_group(self, context: Context, body: users.UserAddGroupRequestBody) -> users.UserAddGroupResponseBody:
        """Put a user into a group."""

    def add_user_role(self, context: Context, body: users.UserAddRoleRequestBody) -> users.UserAddRoleResponseBody:
        """Give a user a role."""

    def delete_user(self, context: Context, user_id: int) -> users.UserDeleteResponseBody:
        """Delete a user."""

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
        order_by: Literal["created_at", "-created_at", "updated_at", "-updated_at"] = "-created_at",
        page: int = 1,
        page_size: int = 100,
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


def call_delete_user(
    handlers: UsersHandlers, context: Context, params: DeleteUserParams, body: None
) -> users.UserDeleteResponseBody:
    return handlers.delete_user(context, params.user_id)


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
    return handlers.list_users(context, order_by=params.order_by, page=params.page, page_size=params.page_size)


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

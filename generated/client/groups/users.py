# Generated from spec/users.yaml: do not edit.
from __future__ import annotations

from typing import Literal

from msgspec import UNSET, UnsetType

from ...models import actions as _actions
from ...models import users as _users
from .. import endpoints as _endpoints
from .. import group as _group
from .. import pages as _pages


class Users(_group.Group):
    """People, their profiles and their state."""

    def add_group(
        self,
        *,
        group_id: int | UnsetType = UNSET,
        group_name: str | UnsetType = UNSET,
        user_email: str | UnsetType = UNSET,
        user_id: int | UnsetType = UNSET,
    ) -> _users.UserAddGroupResponseBody:
        """Put a user into a group.

        Gives the person the roles of the group. Each is named by any one of its fields; several that differ are
        409. Adding twice changes nothing.
        """
        return self._call(
            _endpoints.ADD_USER_GROUP,
            {"group_id": group_id, "group_name": group_name, "user_email": user_email, "user_id": user_id},
        )

    def add_role(
        self,
        *,
        role_id: int | UnsetType = UNSET,
        role_name: str | UnsetType = UNSET,
        user_email: str | UnsetType = UNSET,
        user_id: int | UnsetType = UNSET,
        user_name: str | UnsetType = UNSET,
    ) -> _users.UserAddRoleResponseBody:
        """Give a user a role.

        Person and role are each named by any one of their fields; several that differ are 409. Nobody can give a
        role to themselves.
        """
        return self._call(
            _endpoints.ADD_USER_ROLE,
            {
                "role_id": role_id,
                "role_name": role_name,
                "user_email": user_email,
                "user_id": user_id,
                "user_name": user_name,
            },
        )

    def change_password(self, *, current_password: str, password: str) -> _users.UserLoginResponseBody:
        """Change the own password.

        Ends every session of the person, on all devices, and opens a new one; the local server keeps it in place
        of the old. The wrong current password is 403 and counts as a failed sign-in.
        """
        return self._call(_endpoints.CHANGE_PASSWORD, {"current_password": current_password, "password": password})

    def delete(self, user_id: int) -> _users.UserDeleteResponseBody:
        """Delete a user.

        Ends the account and its sessions. What the person made and spent stays on record. The last administrator
        cannot go.

        user_id: The number of the account.
        """
        return self._call(_endpoints.DELETE_USER, {"user_id": user_id})

    def explain_permission(
        self, user_id: int, *, action: str, data_uuid: str | None = None, project_uuid: str | None = None
    ) -> _actions.ActionExplainResponseBody:
        """Tell why somebody may or may not do something.

        As `GET /actions/explain`, of another person. What that person may not see is told apart from what does
        not exist.

        user_id: The number of the account.
        action: The name of the action.
        data_uuid: The dataset that the action is on.
        project_uuid: The project that the action is on.
        """
        return self._call(
            _endpoints.EXPLAIN_USER_PERMISSION,
            {"user_id": user_id, "action": action, "data_uuid": data_uuid, "project_uuid": project_uuid},
        )

    def get_own_profile(self) -> _users.UserProfileCurrentResponseBody:
        """Show the own profile.

        What the asking person tells about themselves.
        """
        return self._call(_endpoints.GET_OWN_PROFILE, {})

    def get(self, user_id: int) -> _users.UserGetResponseBody:
        """Show a user.

        The profile of an account.

        user_id: The number of the account.
        """
        return self._call(_endpoints.GET_USER, {"user_id": user_id})

    def get_profile(self, user_id: int) -> _users.UserGetResponseBody:
        """Show a profile.

        What another person tells about themselves.

        user_id: The number of the account.
        """
        return self._call(_endpoints.GET_USER_PROFILE, {"user_id": user_id})

    def list(
        self,
        *,
        email: str | None = None,
        group_id: int | None = None,
        order_by: Literal["created_at", "-created_at", "updated_at", "-updated_at"] | None = None,
        page: int | None = None,
        page_size: int | None = None,
        role_id: int | None = None,
        state: _users.UserState | Literal["waiting", "confirmed", "blocked"] | None = None,
    ) -> _pages.Pages[_users.UserListItem, _users.UserListResponseBody]:
        """List users.

        Every account with its state and its strongest role.

        email: Keep only the account with this address.
        group_id: Keep only who is in this group.
        order_by: The field that sorts the list, with a leading minus for descending. Ties are broken by the
            item's own id, so that pages neither overlap nor skip. The newest item comes first where nothing is
            said. ('-created_at' if left out.)
        page: Which page of the list to return, counted from 1. (1 if left out.)
        page_size: How many items a page holds at most. (100 if left out.)
        role_id: Keep only who holds this role, alone or through a group.
        state: Keep only the accounts in this state.
        """
        return _pages.Pages(
            self._connection,
            _endpoints.LIST_USERS,
            {
                "email": email,
                "group_id": group_id,
                "order_by": order_by,
                "page": page,
                "page_size": page_size,
                "role_id": role_id,
                "state": state,
            },
        )

    def remove_group(
        self,
        *,
        group_id: int | UnsetType = UNSET,
        group_name: str | UnsetType = UNSET,
        user_email: str | UnsetType = UNSET,
        user_id: int | UnsetType = UNSET,
    ) -> _users.UserRemoveGroupResponseBody:
        """Take a user out of a group.

        The person loses what came by this group only. The last administrator cannot be removed.
        """
        return self._call(
            _endpoints.REMOVE_USER_GROUP,
            {"group_id": group_id, "group_name": group_name, "user_email": user_email, "user_id": user_id},
        )

    def remove_role(
        self,
        *,
        role_id: int | UnsetType = UNSET,
        role_name: str | UnsetType = UNSET,
        user_email: str | UnsetType = UNSET,
        user_id: int | UnsetType = UNSET,
        user_name: str | UnsetType = UNSET,
    ) -> _users.UserRemoveRoleResponseBody:
        """Take a role from a user.

        The person and the role are named as in `add_user_role`. The last administrator keeps the role.
        """
        return self._call(
            _endpoints.REMOVE_USER_ROLE,
            {
                "role_id": role_id,
                "role_name": role_name,
                "user_email": user_email,
                "user_id": user_id,
                "user_name": user_name,
            },
        )

    def update_profile(
        self,
        *,
        avatar: str | UnsetType = UNSET,
        company: str | UnsetType = UNSET,
        location: str | UnsetType = UNSET,
        name: str | UnsetType = UNSET,
        public_email: str | UnsetType = UNSET,
        website: str | UnsetType = UNSET,
    ) -> _users.UserProfileUpdateResponseBody:
        """Change the own profile.

        Changes what is given; an empty text removes a field, what is left out stays.

        public_email: An address for everybody to see, or nothing.
        """
        return self._call(
            _endpoints.UPDATE_PROFILE,
            {
                "avatar": avatar,
                "company": company,
                "location": location,
                "name": name,
                "public_email": public_email,
                "website": website,
            },
        )

    def update(
        self,
        user_id: int,
        *,
        roles: _users.UserUpdateRequestBodyRoles | UnsetType = UNSET,
        state: _users.UserState | Literal["waiting", "confirmed", "blocked"] | UnsetType = UNSET,
    ) -> _users.UserUpdateResponseBody:
        """Confirm, block or give roles.

        Sets the state or replaces the roles of an account; what is left out stays. A registered person can sign
        in once the state is `confirmed`; `blocked` ends all sessions. One's own account and the last
        administrator are out of reach.

        user_id: The number of the account.
        """
        return self._call(_endpoints.UPDATE_USER, {"user_id": user_id, "roles": roles, "state": state})

    def login(self, *, email: str, password: str) -> _users.UserLoginResponseBody:
        """Sign in.

        Opens a session of 30 days at the active quarantine. A server bound to a loopback address keeps it and
        acts as it when a request names no token. Unknown people and wrong passwords get the same 401; who is not
        confirmed gets 403.
        """
        return self._call(_endpoints.USER_LOGIN, {"email": email, "password": password})

    def logout(self) -> _users.UserLogoutResponseBody:
        """Sign out.

        Ends the session that the request acts under; its token is worthless afterwards.
        """
        return self._call(_endpoints.USER_LOGOUT, {})

    def register(self, *, email: str, password: str) -> _users.UserRegisterResponseBody:
        """Ask for an account.

        Registers an address. The first person on a server bound to a loopback address is its administrator,
        everybody else waits to be confirmed. An address that is already known gets the same answer and is left
        alone.
        """
        return self._call(_endpoints.USER_REGISTER, {"email": email, "password": password})

    def session(self) -> _users.UserSessionResponseBody:
        """Show the current session.

        The token that this request acts under, sent along or kept by the local server.
        """
        return self._call(_endpoints.USER_SESSION, {})


class AsyncUsers(_group.AsyncGroup):
    """People, their profiles and their state."""

    async def add_group(
        self,
        *,
        group_id: int | UnsetType = UNSET,
        group_name: str | UnsetType = UNSET,
        user_email: str | UnsetType = UNSET,
        user_id: int | UnsetType = UNSET,
    ) -> _users.UserAddGroupResponseBody:
        """Put a user into a group.

        Gives the person the roles of the group. Each is named by any one of its fields; several that differ are
        409. Adding twice changes nothing.
        """
        return await self._call(
            _endpoints.ADD_USER_GROUP,
            {"group_id": group_id, "group_name": group_name, "user_email": user_email, "user_id": user_id},
        )

    async def add_role(
        self,
        *,
        role_id: int | UnsetType = UNSET,
        role_name: str | UnsetType = UNSET,
        user_email: str | UnsetType = UNSET,
        user_id: int | UnsetType = UNSET,
        user_name: str | UnsetType = UNSET,
    ) -> _users.UserAddRoleResponseBody:
        """Give a user a role.

        Person and role are each named by any one of their fields; several that differ are 409. Nobody can give a
        role to themselves.
        """
        return await self._call(
            _endpoints.ADD_USER_ROLE,
            {
                "role_id": role_id,
                "role_name": role_name,
                "user_email": user_email,
                "user_id": user_id,
                "user_name": user_name,
            },
        )

    async def change_password(self, *, current_password: str, password: str) -> _users.UserLoginResponseBody:
        """Change the own password.

        Ends every session of the person, on all devices, and opens a new one; the local server keeps it in place
        of the old. The wrong current password is 403 and counts as a failed sign-in.
        """
        return await self._call(
            _endpoints.CHANGE_PASSWORD, {"current_password": current_password, "password": password}
        )

    async def delete(self, user_id: int) -> _users.UserDeleteResponseBody:
        """Delete a user.

        Ends the account and its sessions. What the person made and spent stays on record. The last administrator
        cannot go.

        user_id: The number of the account.
        """
        return await self._call(_endpoints.DELETE_USER, {"user_id": user_id})

    async def explain_permission(
        self, user_id: int, *, action: str, data_uuid: str | None = None, project_uuid: str | None = None
    ) -> _actions.ActionExplainResponseBody:
        """Tell why somebody may or may not do something.

        As `GET /actions/explain`, of another person. What that person may not see is told apart from what does
        not exist.

        user_id: The number of the account.
        action: The name of the action.
        data_uuid: The dataset that the action is on.
        project_uuid: The project that the action is on.
        """
        return await self._call(
            _endpoints.EXPLAIN_USER_PERMISSION,
            {"user_id": user_id, "action": action, "data_uuid": data_uuid, "project_uuid": project_uuid},
        )

    async def get_own_profile(self) -> _users.UserProfileCurrentResponseBody:
        """Show the own profile.

        What the asking person tells about themselves.
        """
        return await self._call(_endpoints.GET_OWN_PROFILE, {})

    async def get(self, user_id: int) -> _users.UserGetResponseBody:
        """Show a user.

        The profile of an account.

        user_id: The number of the account.
        """
        return await self._call(_endpoints.GET_USER, {"user_id": user_id})

    async def get_profile(self, user_id: int) -> _users.UserGetResponseBody:
        """Show a profile.

        What another person tells about themselves.

        user_id: The number of the account.
        """
        return await self._call(_endpoints.GET_USER_PROFILE, {"user_id": user_id})

    def list(
        self,
        *,
        email: str | None = None,
        group_id: int | None = None,
        order_by: Literal["created_at", "-created_at", "updated_at", "-updated_at"] | None = None,
        page: int | None = None,
        page_size: int | None = None,
        role_id: int | None = None,
        state: _users.UserState | Literal["waiting", "confirmed", "blocked"] | None = None,
    ) -> _pages.AsyncPages[_users.UserListItem, _users.UserListResponseBody]:
        """List users.

        Every account with its state and its strongest role.

        email: Keep only the account with this address.
        group_id: Keep only who is in this group.
        order_by: The field that sorts the list, with a leading minus for descending. Ties are broken by the
            item's own id, so that pages neither overlap nor skip. The newest item comes first where nothing is
            said. ('-created_at' if left out.)
        page: Which page of the list to return, counted from 1. (1 if left out.)
        page_size: How many items a page holds at most. (100 if left out.)
        role_id: Keep only who holds this role, alone or through a group.
        state: Keep only the accounts in this state.
        """
        return _pages.AsyncPages(
            self._connection,
            _endpoints.LIST_USERS,
            {
                "email": email,
                "group_id": group_id,
                "order_by": order_by,
                "page": page,
                "page_size": page_size,
                "role_id": role_id,
                "state": state,
            },
        )

    async def remove_group(
        self,
        *,
        group_id: int | UnsetType = UNSET,
        group_name: str | UnsetType = UNSET,
        user_email: str | UnsetType = UNSET,
        user_id: int | UnsetType = UNSET,
    ) -> _users.UserRemoveGroupResponseBody:
        """Take a user out of a group.

        The person loses what came by this group only. The last administrator cannot be removed.
        """
        return await self._call(
            _endpoints.REMOVE_USER_GROUP,
            {"group_id": group_id, "group_name": group_name, "user_email": user_email, "user_id": user_id},
        )

    async def remove_role(
        self,
        *,
        role_id: int | UnsetType = UNSET,
        role_name: str | UnsetType = UNSET,
        user_email: str | UnsetType = UNSET,
        user_id: int | UnsetType = UNSET,
        user_name: str | UnsetType = UNSET,
    ) -> _users.UserRemoveRoleResponseBody:
        """Take a role from a user.

        The person and the role are named as in `add_user_role`. The last administrator keeps the role.
        """
        return await self._call(
            _endpoints.REMOVE_USER_ROLE,
            {
                "role_id": role_id,
                "role_name": role_name,
                "user_email": user_email,
                "user_id": user_id,
                "user_name": user_name,
            },
        )

    async def update_profile(
        self,
        *,
        avatar: str | UnsetType = UNSET,
        company: str | UnsetType = UNSET,
        location: str | UnsetType = UNSET,
        name: str | UnsetType = UNSET,
        public_email: str | UnsetType = UNSET,
        website: str | UnsetType = UNSET,
    ) -> _users.UserProfileUpdateResponseBody:
        """Change the own profile.

        Changes what is given; an empty text removes a field, what is left out stays.

        public_email: An address for everybody to see, or nothing.
        """
        return await self._call(
            _endpoints.UPDATE_PROFILE,
            {
                "avatar": avatar,
                "company": company,
                "location": location,
                "name": name,
                "public_email": public_email,
                "website": website,
            },
        )

    async def update(
        self,
        user_id: int,
        *,
        roles: _users.UserUpdateRequestBodyRoles | UnsetType = UNSET,
        state: _users.UserState | Literal["waiting", "confirmed", "blocked"] | UnsetType = UNSET,
    ) -> _users.UserUpdateResponseBody:
        """Confirm, block or give roles.

        Sets the state or replaces the roles of an account; what is left out stays. A registered person can sign
        in once the state is `confirmed`; `blocked` ends all sessions. One's own account and the last
        administrator are out of reach.

        user_id: The number of the account.
        """
        return await self._call(_endpoints.UPDATE_USER, {"user_id": user_id, "roles": roles, "state": state})

    async def login(self, *, email: str, password: str) -> _users.UserLoginResponseBody:
        """Sign in.

        Opens a session of 30 days at the active quarantine. A server bound to a loopback address keeps it and
        acts as it when a request names no token. Unknown people and wrong passwords get the same 401; who is not
        confirmed gets 403.
        """
        return await self._call(_endpoints.USER_LOGIN, {"email": email, "password": password})

    async def logout(self) -> _users.UserLogoutResponseBody:
        """Sign out.

        Ends the session that the request acts under; its token is worthless afterwards.
        """
        return await self._call(_endpoints.USER_LOGOUT, {})

    async def register(self, *, email: str, password: str) -> _users.UserRegisterResponseBody:
        """Ask for an account.

        Registers an address. The first person on a server bound to a loopback address is its administrator,
        everybody else waits to be confirmed. An address that is already known gets the same answer and is left
        alone.
        """
        return await self._call(_endpoints.USER_REGISTER, {"email": email, "password": password})

    async def session(self) -> _users.UserSessionResponseBody:
        """Show the current session.

        The token that this request acts under, sent along or kept by the local server.
        """
        return await self._call(_endpoints.USER_SESSION, {})

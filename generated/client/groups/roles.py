# Generated from spec/roles.yaml: do not edit.
from __future__ import annotations

from typing import Literal

from msgspec import UNSET, UnsetType

from ...models import roles as _roles
from .. import endpoints as _endpoints
from .. import group as _group
from .. import pages as _pages


class Roles(_group.Group):
    """Sets of permissions that people and groups bear."""

    def add_group(
        self,
        *,
        group_id: int | UnsetType = UNSET,
        group_name: str | UnsetType = UNSET,
        role_id: int | UnsetType = UNSET,
        role_name: str | UnsetType = UNSET,
    ) -> _roles.RoleAddGroupResponseBody:
        """Give a group a role.

        Everybody in the group has the role from now on. Each is named by number or by name; adding twice changes
        nothing.
        """
        return self._call(
            _endpoints.ADD_ROLE_GROUP,
            {"group_id": group_id, "group_name": group_name, "role_id": role_id, "role_name": role_name},
        )

    def create(self, *, role_name: str) -> _roles.RoleCreateResponseBody:
        """Create a role.

        A new role has the level 0 until it is set. The last word of the message is the number of the role.
        """
        return self._call(_endpoints.CREATE_ROLE, {"role_name": role_name})

    def delete(self, role_id: int) -> _roles.RoleDeleteResponseBody:
        """Delete a role.

        Removes a role from everybody who has it. Built-in roles stay.

        role_id: The number of the role.
        """
        return self._call(_endpoints.DELETE_ROLE, {"role_id": role_id})

    def get(self, role_id: int) -> _roles.RoleGetResponseBody:
        """Show a role.

        Name and level of one role.

        role_id: The number of the role.
        """
        return self._call(_endpoints.GET_ROLE, {"role_id": role_id})

    def list(
        self,
        *,
        order_by: Literal["created_at", "-created_at", "updated_at", "-updated_at"] | None = None,
        page: int | None = None,
        page_size: int | None = None,
    ) -> _pages.Pages[_roles.RoleListItem, _roles.RoleListResponseBody]:
        """List roles.

        All roles, those built in among them.

        order_by: The field that sorts the list, with a leading minus for descending. Ties are broken by the
            item's own id, so that pages neither overlap nor skip. The newest item comes first where nothing is
            said. ('-created_at' if left out.)
        page: Which page of the list to return, counted from 1. (1 if left out.)
        page_size: How many items a page holds at most. (100 if left out.)
        """
        return _pages.Pages(
            self._connection, _endpoints.LIST_ROLES, {"order_by": order_by, "page": page, "page_size": page_size}
        )

    def remove_group(
        self,
        *,
        group_id: int | UnsetType = UNSET,
        group_name: str | UnsetType = UNSET,
        role_id: int | UnsetType = UNSET,
        role_name: str | UnsetType = UNSET,
    ) -> _roles.RoleRemoveGroupResponseBody:
        """Take a role from a group.

        The people of the group lose what they had by this role only. Taking the last administrator's role is 409.
        """
        return self._call(
            _endpoints.REMOVE_ROLE_GROUP,
            {"group_id": group_id, "group_name": group_name, "role_id": role_id, "role_name": role_name},
        )

    def set_permission(
        self,
        *,
        permission: Literal[0, 1, 2, 3, 4],
        role_id: int | UnsetType = UNSET,
        role_name: str | UnsetType = UNSET,
    ) -> _roles.RoleSetPermissionResponseBody:
        """Set a role's own level.

        The level that the people of a role have over actions. The role is named by `role_id` or `role_name`.
        Nobody can raise the own level this way, and one person with the level own always remains.
        """
        return self._call(
            _endpoints.SET_ROLE_PERMISSION, {"permission": permission, "role_id": role_id, "role_name": role_name}
        )

    def update(self, role_id: int, *, role_name: str) -> _roles.RolePatchResponseBody:
        """Rename a role.

        Gives a role another name. The built-in roles keep theirs.

        role_id: The number of the role.
        """
        return self._call(_endpoints.UPDATE_ROLE, {"role_id": role_id, "role_name": role_name})


class AsyncRoles(_group.AsyncGroup):
    """Sets of permissions that people and groups bear."""

    async def add_group(
        self,
        *,
        group_id: int | UnsetType = UNSET,
        group_name: str | UnsetType = UNSET,
        role_id: int | UnsetType = UNSET,
        role_name: str | UnsetType = UNSET,
    ) -> _roles.RoleAddGroupResponseBody:
        """Give a group a role.

        Everybody in the group has the role from now on. Each is named by number or by name; adding twice changes
        nothing.
        """
        return await self._call(
            _endpoints.ADD_ROLE_GROUP,
            {"group_id": group_id, "group_name": group_name, "role_id": role_id, "role_name": role_name},
        )

    async def create(self, *, role_name: str) -> _roles.RoleCreateResponseBody:
        """Create a role.

        A new role has the level 0 until it is set. The last word of the message is the number of the role.
        """
        return await self._call(_endpoints.CREATE_ROLE, {"role_name": role_name})

    async def delete(self, role_id: int) -> _roles.RoleDeleteResponseBody:
        """Delete a role.

        Removes a role from everybody who has it. Built-in roles stay.

        role_id: The number of the role.
        """
        return await self._call(_endpoints.DELETE_ROLE, {"role_id": role_id})

    async def get(self, role_id: int) -> _roles.RoleGetResponseBody:
        """Show a role.

        Name and level of one role.

        role_id: The number of the role.
        """
        return await self._call(_endpoints.GET_ROLE, {"role_id": role_id})

    def list(
        self,
        *,
        order_by: Literal["created_at", "-created_at", "updated_at", "-updated_at"] | None = None,
        page: int | None = None,
        page_size: int | None = None,
    ) -> _pages.AsyncPages[_roles.RoleListItem, _roles.RoleListResponseBody]:
        """List roles.

        All roles, those built in among them.

        order_by: The field that sorts the list, with a leading minus for descending. Ties are broken by the
            item's own id, so that pages neither overlap nor skip. The newest item comes first where nothing is
            said. ('-created_at' if left out.)
        page: Which page of the list to return, counted from 1. (1 if left out.)
        page_size: How many items a page holds at most. (100 if left out.)
        """
        return _pages.AsyncPages(
            self._connection, _endpoints.LIST_ROLES, {"order_by": order_by, "page": page, "page_size": page_size}
        )

    async def remove_group(
        self,
        *,
        group_id: int | UnsetType = UNSET,
        group_name: str | UnsetType = UNSET,
        role_id: int | UnsetType = UNSET,
        role_name: str | UnsetType = UNSET,
    ) -> _roles.RoleRemoveGroupResponseBody:
        """Take a role from a group.

        The people of the group lose what they had by this role only. Taking the last administrator's role is 409.
        """
        return await self._call(
            _endpoints.REMOVE_ROLE_GROUP,
            {"group_id": group_id, "group_name": group_name, "role_id": role_id, "role_name": role_name},
        )

    async def set_permission(
        self,
        *,
        permission: Literal[0, 1, 2, 3, 4],
        role_id: int | UnsetType = UNSET,
        role_name: str | UnsetType = UNSET,
    ) -> _roles.RoleSetPermissionResponseBody:
        """Set a role's own level.

        The level that the people of a role have over actions. The role is named by `role_id` or `role_name`.
        Nobody can raise the own level this way, and one person with the level own always remains.
        """
        return await self._call(
            _endpoints.SET_ROLE_PERMISSION, {"permission": permission, "role_id": role_id, "role_name": role_name}
        )

    async def update(self, role_id: int, *, role_name: str) -> _roles.RolePatchResponseBody:
        """Rename a role.

        Gives a role another name. The built-in roles keep theirs.

        role_id: The number of the role.
        """
        return await self._call(_endpoints.UPDATE_ROLE, {"role_id": role_id, "role_name": role_name})

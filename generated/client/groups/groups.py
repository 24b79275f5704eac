# Generated from spec/groups.yaml: do not edit.
from __future__ import annotations

from typing import Literal

from msgspec import UNSET, UnsetType

from ...models import groups as _groups
from .. import endpoints as _endpoints
from .. import group as _group
from .. import pages as _pages


class Groups(_group.Group):
    """People who share roles."""

    def add_role(
        self,
        *,
        group_id: int | UnsetType = UNSET,
        group_name: str | UnsetType = UNSET,
        role_id: int | UnsetType = UNSET,
        role_name: str | UnsetType = UNSET,
    ) -> _groups.GroupAddRoleResponseBody:
        """Give a group a role.

        Group and role are named by number, by name or by both; what is not found, or not named at all, is 404,
        and a number and a name that mean different things are 409. A role that the group has already stays.
        """
        return self._call(
            _endpoints.ADD_GROUP_ROLE,
            {"group_id": group_id, "group_name": group_name, "role_id": role_id, "role_name": role_name},
        )

    def create(self, *, group_name: str) -> _groups.GroupCreateResponseBody:
        """Create a group.

        Makes an empty group without roles. A name that is taken is 409.
        """
        return self._call(_endpoints.CREATE_GROUP, {"group_name": group_name})

    def delete(self, group_id: int) -> _groups.GroupDeleteResponseBody:
        """Delete a group.

        Its people lose the roles they had through it alone. Where that would leave the server without an
        administrator, it is 409.

        group_id: The group.
        """
        return self._call(_endpoints.DELETE_GROUP, {"group_id": group_id})

    def get(self, group_id: int) -> _groups.GroupGetResponseBody:
        """Show a group.

        Tells the group's name and when it was made and last changed.

        group_id: The group.
        """
        return self._call(_endpoints.GET_GROUP, {"group_id": group_id})

    def list(
        self,
        *,
        order_by: Literal["group_id", "-group_id", "group_name", "-group_name", "created_at", "-created_at"]
        | None = None,
        page: int | None = None,
        page_size: int | None = None,
    ) -> _pages.Pages[_groups.GroupListItem, _groups.GroupListResponseBody]:
        """List the groups.

        A group hands its roles to the people in it.

        order_by: The field that sorts the list, with a leading minus for descending. ('group_id' if left out.)
        page: Which page of the list to return, counted from 1. (1 if left out.)
        page_size: How many items a page holds at most. (100 if left out.)
        """
        return _pages.Pages(
            self._connection, _endpoints.LIST_GROUPS, {"order_by": order_by, "page": page, "page_size": page_size}
        )

    def remove_role(
        self,
        *,
        group_id: int | UnsetType = UNSET,
        group_name: str | UnsetType = UNSET,
        role_id: int | UnsetType = UNSET,
        role_name: str | UnsetType = UNSET,
    ) -> _groups.GroupRemoveRoleResponseBody:
        """Take a role from a group.

        Group and role are named as for adding. A role that the group does not have is no fault; one that would
        leave the server without an administrator is 409.
        """
        return self._call(
            _endpoints.REMOVE_GROUP_ROLE,
            {"group_id": group_id, "group_name": group_name, "role_id": role_id, "role_name": role_name},
        )

    def update(self, group_id: int, *, group_name: str) -> _groups.GroupPatchResponseBody:
        """Rename a group.

        Its people and roles stay. A name that another group bears is 409.

        group_id: The group.
        """
        return self._call(_endpoints.UPDATE_GROUP, {"group_id": group_id, "group_name": group_name})


class AsyncGroups(_group.AsyncGroup):
    """People who share roles."""

    async def add_role(
        self,
        *,
        group_id: int | UnsetType = UNSET,
        group_name: str | UnsetType = UNSET,
        role_id: int | UnsetType = UNSET,
        role_name: str | UnsetType = UNSET,
    ) -> _groups.GroupAddRoleResponseBody:
        """Give a group a role.

        Group and role are named by number, by name or by both; what is not found, or not named at all, is 404,
        and a number and a name that mean different things are 409. A role that the group has already stays.
        """
        return await self._call(
            _endpoints.ADD_GROUP_ROLE,
            {"group_id": group_id, "group_name": group_name, "role_id": role_id, "role_name": role_name},
        )

    async def create(self, *, group_name: str) -> _groups.GroupCreateResponseBody:
        """Create a group.

        Makes an empty group without roles. A name that is taken is 409.
        """
        return await self._call(_endpoints.CREATE_GROUP, {"group_name": group_name})

    async def delete(self, group_id: int) -> _groups.GroupDeleteResponseBody:
        """Delete a group.

        Its people lose the roles they had through it alone. Where that would leave the server without an
        administrator, it is 409.

        group_id: The group.
        """
        return await self._call(_endpoints.DELETE_GROUP, {"group_id": group_id})

    async def get(self, group_id: int) -> _groups.GroupGetResponseBody:
        """Show a group.

        Tells the group's name and when it was made and last changed.

        group_id: The group.
        """
        return await self._call(_endpoints.GET_GROUP, {"group_id": group_id})

    def list(
        self,
        *,
        order_by: Literal["group_id", "-group_id", "group_name", "-group_name", "created_at", "-created_at"]
        | None = None,
        page: int | None = None,
        page_size: int | None = None,
    ) -> _pages.AsyncPages[_groups.GroupListItem, _groups.GroupListResponseBody]:
        """List the groups.

        A group hands its roles to the people in it.

        order_by: The field that sorts the list, with a leading minus for descending. ('group_id' if left out.)
        page: Which page of the list to return, counted from 1. (1 if left out.)
        page_size: How many items a page holds at most. (100 if left out.)
        """
        return _pages.AsyncPages(
            self._connection, _endpoints.LIST_GROUPS, {"order_by": order_by, "page": page, "page_size": page_size}
        )

    async def remove_role(
        self,
        *,
        group_id: int | UnsetType = UNSET,
        group_name: str | UnsetType = UNSET,
        role_id: int | UnsetType = UNSET,
        role_name: str | UnsetType = UNSET,
    ) -> _groups.GroupRemoveRoleResponseBody:
        """Take a role from a group.

        Group and role are named as for adding. A role that the group does not have is no fault; one that would
        leave the server without an administrator is 409.
        """
        return await self._call(
            _endpoints.REMOVE_GROUP_ROLE,
            {"group_id": group_id, "group_name": group_name, "role_id": role_id, "role_name": role_name},
        )

    async def update(self, group_id: int, *, group_name: str) -> _groups.GroupPatchResponseBody:
        """Rename a group.

        Its people and roles stay. A name that another group bears is 409.

        group_id: The group.
        """
        return await self._call(_endpoints.UPDATE_GROUP, {"group_id": group_id, "group_name": group_name})

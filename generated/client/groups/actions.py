# Generated from spec/actions.yaml: do not edit.
from __future__ import annotations

from typing import Literal

from msgspec import UNSET, UnsetType

from ...models import actions as _actions
from .. import endpoints as _endpoints
from .. import group as _group
from .. import pages as _pages


class Actions(_group.Group):
    """What can be done here, and how much of it a role may do."""

    def explain_own_permission(
        self, *, action: str, data_uuid: str | None = None, project_uuid: str | None = None
    ) -> _actions.ActionExplainResponseBody:
        """Tell why the asking person may or may not do something.

        The level that an action needs, the level that the asking person has, and every role that gives one, with
        the group it comes through. An action on a dataset or a project needs the object's uuid; one that the
        person may not see is 404.

        action: The name of the action.
        data_uuid: The dataset that the action is on.
        project_uuid: The project that the action is on.
        """
        return self._call(
            _endpoints.EXPLAIN_OWN_PERMISSION, {"action": action, "data_uuid": data_uuid, "project_uuid": project_uuid}
        )

    def list(
        self,
        *,
        order_by: Literal["action_id", "-action_id", "action_name", "-action_name"] | None = None,
        page: int | None = None,
        page_size: int | None = None,
    ) -> _pages.Pages[_actions.ActionItem, _actions.ActionListResponseBody]:
        """List the actions.

        Every operation of this contract is an action with a number and a name; a role can be given a level on
        each.

        order_by: The field that sorts the list, with a leading minus for descending. ('action_id' if left out.)
        page: Which page of the list to return, counted from 1. (1 if left out.)
        page_size: How many items a page holds at most. (100 if left out.)
        """
        return _pages.Pages(
            self._connection, _endpoints.LIST_ACTIONS, {"order_by": order_by, "page": page, "page_size": page_size}
        )

    def set_permission(
        self,
        *,
        permission: Literal[0, 1, 2, 3, 4],
        action: str | UnsetType = UNSET,
        action_id: int | UnsetType = UNSET,
        role_id: int | UnsetType = UNSET,
        role_name: str | UnsetType = UNSET,
    ) -> _actions.ActionPermissionSetResponseBody:
        """Set a role's level on an action.

        Names the action and the role by number, by name or by both. What is not found, or not named at all, is
        404; a number and a name that mean different things are 409. Nobody can raise a role that is their own.
        """
        return self._call(
            _endpoints.SET_ACTION_PERMISSION,
            {
                "permission": permission,
                "action": action,
                "action_id": action_id,
                "role_id": role_id,
                "role_name": role_name,
            },
        )


class AsyncActions(_group.AsyncGroup):
    """What can be done here, and how much of it a role may do."""

    async def explain_own_permission(
        self, *, action: str, data_uuid: str | None = None, project_uuid: str | None = None
    ) -> _actions.ActionExplainResponseBody:
        """Tell why the asking person may or may not do something.

        The level that an action needs, the level that the asking person has, and every role that gives one, with
        the group it comes through. An action on a dataset or a project needs the object's uuid; one that the
        person may not see is 404.

        action: The name of the action.
        data_uuid: The dataset that the action is on.
        project_uuid: The project that the action is on.
        """
        return await self._call(
            _endpoints.EXPLAIN_OWN_PERMISSION, {"action": action, "data_uuid": data_uuid, "project_uuid": project_uuid}
        )

    def list(
        self,
        *,
        order_by: Literal["action_id", "-action_id", "action_name", "-action_name"] | None = None,
        page: int | None = None,
        page_size: int | None = None,
    ) -> _pages.AsyncPages[_actions.ActionItem, _actions.ActionListResponseBody]:
        """List the actions.

        Every operation of this contract is an action with a number and a name; a role can be given a level on
        each.

        order_by: The field that sorts the list, with a leading minus for descending. ('action_id' if left out.)
        page: Which page of the list to return, counted from 1. (1 if left out.)
        page_size: How many items a page holds at most. (100 if left out.)
        """
        return _pages.AsyncPages(
            self._connection, _endpoints.LIST_ACTIONS, {"order_by": order_by, "page": page, "page_size": page_size}
        )

    async def set_permission(
        self,
        *,
        permission: Literal[0, 1, 2, 3, 4],
        action: str | UnsetType = UNSET,
        action_id: int | UnsetType = UNSET,
        role_id: int | UnsetType = UNSET,
        role_name: str | UnsetType = UNSET,
    ) -> _actions.ActionPermissionSetResponseBody:
        """Set a role's level on an action.

        Names the action and the role by number, by name or by both. What is not found, or not named at all, is
        404; a number and a name that mean different things are 409. Nobody can raise a role that is their own.
        """
        return await self._call(
            _endpoints.SET_ACTION_PERMISSION,
            {
                "permission": permission,
                "action": action,
                "action_id": action_id,
                "role_id": role_id,
                "role_name": role_name,
            },
        )

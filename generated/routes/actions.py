# Generated from spec/actions.yaml: do not edit.
from __future__ import annotations

from typing import Annotated, Literal, Protocol

from msgspec import Meta, Struct

from quarantine.store.context import Context

from ..models import actions, common


class ExplainOwnPermissionParams(Struct, kw_only=True):
    action: actions.ActionName
    data_uuid: common.Uuid | None = None
    project_uuid: common.Uuid | None = None


class ListActionsParams(Struct, kw_only=True):
    order_by: Literal["action_id", "-action_id", "action_name", "-action_name"] = "action_id"
    page: Annotated[int, Meta(ge=1, le=1000000000)] = 1
    page_size: Annotated[int, Meta(ge=1, le=1000)] = 100


class ActionsHandlers(Protocol):
    """What answers the operations of actions."""

    def explain_own_permission(
        self, context: Context, *, action: str, data_uuid: str | None = None, project_uuid: str | None = None
    ) -> actions.ActionExplainResponseBody:
        """Tell why the asking person may or may not do something."""

    def list_actions(
        self,
        context: Context,
        *,
        order_by: Literal["action_id", "-action_id", "action_name", "-action_name"] = "action_id",
        page: int = 1,
        page_size: int = 100,
    ) -> actions.ActionListResponseBody:
        """List the actions."""

    def set_action_permission(
        self, context: Context, body: actions.ActionPermissionSetRequestBody
    ) -> actions.ActionPermissionSetResponseBody:
        """Set a role's level on an action."""


def call_explain_own_permission(
    handlers: ActionsHandlers, context: Context, params: ExplainOwnPermissionParams, body: None
) -> actions.ActionExplainResponseBody:
    return handlers.explain_own_permission(
        context, action=params.action, data_uuid=params.data_uuid, project_uuid=params.project_uuid
    )


def call_list_actions(
    handlers: ActionsHandlers, context: Context, params: ListActionsParams, body: None
) -> actions.ActionListResponseBody:
    return handlers.list_actions(context, order_by=params.order_by, page=params.page, page_size=params.page_size)


def call_set_action_permission(
    handlers: ActionsHandlers, context: Context, params: None, body: actions.ActionPermissionSetRequestBody
) -> actions.ActionPermissionSetResponseBody:
    return handlers.set_action_permission(context, body)

# Generated from spec/actions.yaml: do not edit.
from __future__ import annotations

from typing import Annotated, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType

from . import common as _common


class ActionExplainResponseBody(Struct, kw_only=True, repr_omit_defaults=True):
    action: ActionName
    # Whether the person may do it.
    allowed: bool
    # The same in one sentence.
    explanation: Annotated[str, Meta(min_length=1, max_length=1000)]
    level: _common.PermissionLevel
    needed: _common.PermissionLevel
    # What each role gives, the highest first.
    reasons: Annotated[list[ActionReason], Meta(max_length=10000)]


class ActionItem(Struct, kw_only=True, repr_omit_defaults=True):
    action_id: _common.RowId
    action_name: ActionName
    # Kept for old clients and never sent; the next page is `page` plus one.
    action_next_page_token: Annotated[str, Meta(max_length=200)] | UnsetType = UNSET


class ActionListResponseBody(Struct, kw_only=True, repr_omit_defaults=True):
    items: Annotated[list[ActionItem], Meta(max_length=1000)]
    page: _common.PageNumber
    page_size: _common.PageLength
    total: _common.Total


class ActionPermissionSetRequestBody(Struct, kw_only=True, repr_omit_defaults=True):
    action: ActionName | UnsetType = UNSET
    action_id: _common.RowId | UnsetType = UNSET
    permission: _common.PermissionLevel
    role_id: _common.RowId | UnsetType = UNSET
    role_name: _common.Name | UnsetType = UNSET


class ActionReason(Struct, kw_only=True, repr_omit_defaults=True):
    """A role that the person holds, and the group that it comes through where it is not the person's own."""

    group_name: _common.Name | UnsetType = UNSET
    level: _common.PermissionLevel
    role_name: _common.Name


ActionName: TypeAlias = Annotated[str, Meta(min_length=1, max_length=100, pattern="^[A-Za-z][A-Za-z0-9]*\\Z")]

ActionPermissionSetResponseBody: TypeAlias = _common.Message

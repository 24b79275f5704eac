# Generated from spec/groups.yaml: do not edit.
from __future__ import annotations

from typing import Annotated, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType

from . import common as _common


class GroupAddRoleRequestBody(Struct, kw_only=True, repr_omit_defaults=True):
    """A group and a role, each by number, by name or by both."""

    group_id: _common.RowId | UnsetType = UNSET
    group_name: _common.Name | UnsetType = UNSET
    role_id: _common.RowId | UnsetType = UNSET
    role_name: _common.Name | UnsetType = UNSET


class GroupCreateRequestBody(Struct, kw_only=True, repr_omit_defaults=True):
    group_name: _common.Name


class GroupListItem(Struct, kw_only=True, repr_omit_defaults=True):
    created_at: _common.Timestamp | UnsetType = UNSET
    group_id: _common.RowId
    group_name: _common.Name
    updated_at: _common.Timestamp | UnsetType = UNSET


class GroupListResponseBody(Struct, kw_only=True, repr_omit_defaults=True):
    items: Annotated[list[GroupListItem], Meta(max_length=1000)]
    page: _common.PageNumber
    page_size: _common.PageLength
    total: _common.Total


GroupAddRoleResponseBody: TypeAlias = _common.Message

GroupCreateResponseBody: TypeAlias = _common.Message
GroupDeleteResponseBody: TypeAlias = _common.Message
GroupGetResponseBody: TypeAlias = GroupListItem
GroupPatchRequestBody: TypeAlias = GroupCreateRequestBody
GroupPatchResponseBody: TypeAlias = GroupListItem
GroupRemoveRoleRequestBody: TypeAlias = GroupAddRoleRequestBody
GroupRemoveRoleResponseBody: TypeAlias = _common.Message

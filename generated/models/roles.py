# Generated from spec/roles.yaml: do not edit.
from __future__ import annotations

from typing import Annotated, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType

from . import common as _common
from . import groups as _groups


class RoleCreateRequestBody(Struct, kw_only=True, repr_omit_defaults=True):
    role_name: _common.Name


class RoleListItem(Struct, kw_only=True, repr_omit_defaults=True):
    """A role and the level that it gives over actions."""

    created_at: _common.Timestamp
    permission: _common.PermissionLevel
    role_id: _common.RowId
    role_name: _common.Name
    updated_at: _common.Timestamp


class RoleListResponseBody(Struct, kw_only=True, repr_omit_defaults=True):
    items: Annotated[list[RoleListItem], Meta(max_length=1000)]
    page: _common.PageNumber
    page_size: _common.PageLength
    total: _common.Total


class RoleSetPermissionRequestBody(Struct, kw_only=True, repr_omit_defaults=True):
    permission: _common.PermissionLevel
    role_id: _common.RowId | UnsetType = UNSET
    role_name: _common.Name | UnsetType = UNSET


RoleAddGroupRequestBody: TypeAlias = _groups.GroupAddRoleRequestBody

RoleAddGroupResponseBody: TypeAlias = _common.Message
RoleCreateResponseBody: TypeAlias = _common.Message
RoleDeleteResponseBody: TypeAlias = _common.Message
RoleGetResponseBody: TypeAlias = RoleListItem
RolePatchRequestBody: TypeAlias = RoleCreateRequestBody
RolePatchResponseBody: TypeAlias = RoleListItem
RoleRemoveGroupRequestBody: TypeAlias = _groups.GroupAddRoleRequestBody
RoleRemoveGroupResponseBody: TypeAlias = _common.Message
RoleSetPermissionResponseBody: TypeAlias = _common.Message

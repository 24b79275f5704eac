# Generated from spec/users.yaml: do not edit.
from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType

from .. import checking as _checking
from . import auth as _auth
from . import common as _common


class UserState(StrEnum):
    """Whether an account can sign in; only a confirmed one can."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    BLOCKED = "blocked"


class UserAddGroupRequestBody(Struct, kw_only=True, repr_omit_defaults=True):
    """A person and a group, each by number, by name or by address."""

    group_id: _common.RowId | UnsetType = UNSET
    group_name: _common.Name | UnsetType = UNSET
    user_email: _common.Email | UnsetType = UNSET
    user_id: _common.RowId | UnsetType = UNSET


class UserAddRoleRequestBody(Struct, kw_only=True, repr_omit_defaults=True):
    """A person and a role, each by number, by name or by address."""

    role_id: _common.RowId | UnsetType = UNSET
    role_name: _common.Name | UnsetType = UNSET
    user_email: _common.Email | UnsetType = UNSET
    user_id: _common.RowId | UnsetType = UNSET
    user_name: _common.Name | UnsetType = UNSET


class UserGetResponseBody(Struct, kw_only=True, repr_omit_defaults=True):
    """What a person tells about themselves; texts are empty until given."""

    avatar: _common.LineText | UnsetType = UNSET
    company: _common.LineText | UnsetType = UNSET
    location: _common.LineText | UnsetType = UNSET
    name: _common.LineText | UnsetType = UNSET
    public_email: _common.LineText | UnsetType = UNSET
    user_id: _common.RowId
    website: _common.LineText | UnsetType = UNSET


class UserListItem(Struct, kw_only=True, repr_omit_defaults=True):
    """An account. `role` and `role_name` tell the strongest of its roles; `password` is always empty."""

    created_at: _common.Timestamp
    email: _common.Email
    id: _common.RowId
    # Always empty.
    password: Annotated[str, Meta(max_length=0)]
    role: _common.RowId | UnsetType = UNSET
    role_name: _common.Name | UnsetType = UNSET
    state: UserState
    updated_at: _common.Timestamp


class UserListResponseBody(Struct, kw_only=True, repr_omit_defaults=True):
    items: Annotated[list[UserListItem], Meta(max_length=1000)]
    page: _common.PageNumber
    page_size: _common.PageLength
    total: _common.Total


class UserPasswordRequestBody(Struct, kw_only=True, repr_omit_defaults=True):
    current_password: _common.Password
    password: _common.Password


class UserProfileUpdateRequestBody(Struct, kw_only=True, repr_omit_defaults=True):
    avatar: UserLink | UnsetType = UNSET
    company: _common.LineText | UnsetType = UNSET
    location: _common.LineText | UnsetType = UNSET
    name: _common.LineText | UnsetType = UNSET
    # An address for everybody to see, or nothing.
    public_email: (
        Annotated[
            str,
            Meta(
                max_length=254,
                pattern=(
                    "^([^@\\t\\n\\v\\f\\r \\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff\\x0"
                    "0-\\x1f\\x7f]+@[^@\\t\\n\\v\\f\\r \\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u30"
                    "00\\ufeff\\x00-\\x1f\\x7f]+)?\\Z"
                ),
            ),
        ]
        | UnsetType
    ) = UNSET
    website: UserLink | UnsetType = UNSET


class UserUpdateRequestBody(Struct, kw_only=True, repr_omit_defaults=True):
    roles: UserUpdateRequestBodyRoles | UnsetType = UNSET
    state: UserState | UnsetType = UNSET


if TYPE_CHECKING:
    UserUpdateRequestBodyRoles: TypeAlias = "list[int]"
else:
    UserUpdateRequestBodyRoles = _checking.checked(
        "UserUpdateRequestBodyRoles",
        lambda: (Annotated[list[_common.RowId], Meta(max_length=1000)],),
        rules={"uniqueItems": True},
    )

UserAddGroupResponseBody: TypeAlias = _common.Message
UserAddRoleResponseBody: TypeAlias = _common.Message
UserDeleteResponseBody: TypeAlias = _common.Message
UserLink: TypeAlias = Annotated[
    str,
    Meta(
        max_length=1000,
        pattern=(
            "^(https?://[^\\t\\n\\v\\f\\r \\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\"
            "ufeff\\x00-\\x1f\\x7f]+)?\\Z"
        ),
    ),
]
UserLoginRequestBody: TypeAlias = _auth.AuthLoginRequestBody
UserLoginResponseBody: TypeAlias = _auth.AuthLoginResponseBody
UserLogoutResponseBody: TypeAlias = _common.Message
UserProfileCurrentResponseBody: TypeAlias = UserGetResponseBody
UserProfileUpdateResponseBody: TypeAlias = _common.Message
UserRegisterRequestBody: TypeAlias = _auth.AuthLoginRequestBody
UserRegisterResponseBody: TypeAlias = _common.Message
UserRemoveGroupRequestBody: TypeAlias = UserAddGroupRequestBody
UserRemoveGroupResponseBody: TypeAlias = _common.Message
UserRemoveRoleRequestBody: TypeAlias = UserAddRoleRequestBody
UserRemoveRoleResponseBody: TypeAlias = _common.Message
UserSessionResponseBody: TypeAlias = _auth.AuthLoginResponseBody
UserUpdateResponseBody: TypeAlias = UserListItem

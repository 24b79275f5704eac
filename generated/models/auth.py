# Generated from spec/auth.yaml: do not edit.
from __future__ import annotations

from typing import Annotated, TypeAlias

from msgspec import Meta, Struct

from . import common as _common


class AuthLoginRequestBody(Struct, kw_only=True, repr_omit_defaults=True):
    email: _common.Email
    password: _common.Password


class AuthLoginResponseBody(Struct, kw_only=True, repr_omit_defaults=True):
    # What later requests carry as their bearer token.
    token: Annotated[str, Meta(min_length=1, max_length=200)]


AuthLogoutResponseBody: TypeAlias = _common.Message

AuthRegisterRequestBody: TypeAlias = AuthLoginRequestBody
AuthRegisterResponseBody: TypeAlias = _common.Message
AuthSessionResponseBody: TypeAlias = AuthLoginResponseBody

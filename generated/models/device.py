# Generated from spec/device.yaml: do not edit.
from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType

from .. import checking as _checking


class DeviceVersionResponseBody(Struct, kw_only=True, repr_omit_defaults=True):
    # The version of this contract.
    api_version: Annotated[str, Meta(max_length=50)]
    # The processor family, such as amd64.
    architecture: Annotated[str, Meta(max_length=50)]
    # When the release was made.
    built: Annotated[_checking.DateTime, Meta(max_length=40)] | UnsetType = UNSET
    # The version of the installed program.
    cli_version: Annotated[str, Meta(max_length=50)]
    # The operating system, such as linux.
    os: Annotated[str, Meta(max_length=50)]


class HealthResponseBody(Struct, kw_only=True, repr_omit_defaults=True):
    # Always the same word; failure is 503.
    status: Literal["ok"]


class IdentityResponseBody(Struct, kw_only=True, repr_omit_defaults=True):
    public_key: PublicKey


PublicKey: TypeAlias = Annotated[str, Meta(min_length=44, max_length=44, pattern="^[A-Za-z0-9+/]{43}=\\Z")]

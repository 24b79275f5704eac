# Generated from spec/proxies.yaml: do not edit.
from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType

from . import common as _common
from . import device as _device


class ProxyScheme(StrEnum):
    """How to speak to the host."""

    HTTP = "http"
    HTTPS = "https"


class ProxyCreateRequestBody(Struct, kw_only=True, repr_omit_defaults=True):
    hostname: ProxyHost
    port: ProxyPort
    public_key: _device.PublicKey | UnsetType = UNSET
    # The path that the quarantine's operations stand under.
    request_uri: Annotated[str, Meta(min_length=1, max_length=200, pattern="^/[A-Za-z0-9._\\~/-]*\\Z")] = "/api"
    # How to speak to the host.
    scheme: Literal["http", "https"] = "https"


class ProxyListResponseBody(Struct, kw_only=True, repr_omit_defaults=True):
    items: Annotated[list[ProxyResultItem], Meta(max_length=1000)]
    page: _common.PageNumber
    page_size: _common.PageLength
    total: _common.Total


class ProxyResultItem(Struct, kw_only=True, repr_omit_defaults=True):
    """A quarantine that this server knows. `session_key` is always empty, as no session is shown to others."""

    # Whether this quarantine answers at present.
    active: bool
    # Who is signed in there; empty when nobody is.
    email_address: Annotated[str, Meta(max_length=254)] | UnsetType = UNSET
    hostname: ProxyHost
    port: ProxyPort
    proxy_id: _common.RowId
    # The pinned Ed25519 key in base64.
    public_key: Annotated[str, Meta(max_length=200)] | UnsetType = UNSET
    request_uri: ProxyUri
    scheme: ProxyScheme
    # Always empty.
    session_key: Annotated[str, Meta(max_length=0)]


ProxyActivateResponseBody: TypeAlias = _common.Message

ProxyCreateResponseBody: TypeAlias = _common.Message
ProxyCurrentResponseBody: TypeAlias = ProxyResultItem
ProxyDeleteResponseBody: TypeAlias = _common.Message
ProxyGetResponseBody: TypeAlias = ProxyResultItem
ProxyHost: TypeAlias = Annotated[
    str, Meta(min_length=1, max_length=253, pattern="^[A-Za-z0-9:][A-Za-z0-9.:-]{0,252}\\Z")
]
ProxyPort: TypeAlias = Annotated[int, Meta(ge=1, le=65535)]
ProxyUri: TypeAlias = Annotated[str, Meta(min_length=1, max_length=200, pattern="^/[A-Za-z0-9._\\~/-]*\\Z")]

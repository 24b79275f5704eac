# Generated from spec/proxies.yaml: do not edit.
from __future__ import annotations

from typing import Annotated, Protocol

from msgspec import Meta, Struct

from quarantine.store.context import Context

from ..models import common, proxies


class ActivateProxyParams(Struct, kw_only=True):
    proxy_id: common.RowId


class DeleteProxyParams(Struct, kw_only=True):
    proxy_id: common.RowId


class GetProxyParams(Struct, kw_only=True):
    proxy_id: common.RowId


class ListProxiesParams(Struct, kw_only=True):
    page: Annotated[int, Meta(ge=1, le=1000000000)] = 1
    page_size: Annotated[int, Meta(ge=1, le=1000)] = 100


class ProxiesHandlers(Protocol):
    """What answers the operations of proxies."""

    def activate_proxy(self, context: Context, proxy_id: int) -> proxies.ProxyActivateResponseBody:
        """Activate a proxy."""

    def create_proxy(self, context: Context, body: proxies.ProxyCreateRequestBody) -> proxies.ProxyCreateResponseBody:
        """Add a proxy."""

    def delete_proxy(self, context: Context, proxy_id: int) -> proxies.ProxyDeleteResponseBody:
        """Forget a proxy."""

    def get_current_proxy(self, context: Context) -> proxies.ProxyCurrentResponseBody:
        """Show the active proxy."""

    def get_proxy(self, context: Context, proxy_id: int) -> proxies.ProxyGetResponseBody:
        """Show a proxy."""

    def list_proxies(self, context: Context, *, page: int = 1, page_size: int = 100) -> proxies.ProxyListResponseBody:
        """List proxies."""


def call_activate_proxy(
    handlers: ProxiesHandlers, context: Context, params: ActivateProxyParams, body: None
) -> proxies.ProxyActivateResponseBody:
    return handlers.activate_proxy(context, params.proxy_id)


def call_create_proxy(
    handlers: ProxiesHandlers, context: Context, params: None, body: proxies.ProxyCreateRequestBody
) -> proxies.ProxyCreateResponseBody:
    return handlers.create_proxy(context, body)


def call_delete_proxy(
    handlers: ProxiesHandlers, context: Context, params: DeleteProxyParams, body: None
) -> proxies.ProxyDeleteResponseBody:
    return handlers.delete_proxy(context, params.proxy_id)


def call_get_current_proxy(
    handlers: ProxiesHandlers, context: Context, params: None, body: None
) -> proxies.ProxyCurrentResponseBody:
    return handlers.get_current_proxy(context)


def call_get_proxy(
    handlers: ProxiesHandlers, context: Context, params: GetProxyParams, body: None
) -> proxies.ProxyGetResponseBody:
    return handlers.get_proxy(context, params.proxy_id)


def call_list_proxies(
    handlers: ProxiesHandlers, context: Context, params: ListProxiesParams, body: None
) -> proxies.ProxyListResponseBody:
    return handlers.list_proxies(context, page=params.page, page_size=params.page_size)

# Generated from spec/proxies.yaml: do not edit.
from __future__ import annotations

from typing import Literal

from msgspec import UNSET, UnsetType

from ...models import proxies as _proxies
from .. import endpoints as _endpoints
from .. import group as _group
from .. import pages as _pages


class Proxies(_group.Group):
    """The quarantines this server talks to, itself among them."""

    def activate(self, proxy_id: int) -> _proxies.ProxyActivateResponseBody:
        """Activate a proxy.

        From now on this quarantine answers. Sign in again unless a session with it is still kept. A quarantine
        that shows another key than the pinned one is 409, and one that cannot be reached 422.

        proxy_id: The number of the proxy.
        """
        return self._call(_endpoints.ACTIVATE_PROXY, {"proxy_id": proxy_id})

    def create(
        self,
        *,
        hostname: str,
        port: int,
        public_key: str | UnsetType = UNSET,
        request_uri: str | UnsetType = UNSET,
        scheme: Literal["http", "https"] | UnsetType = UNSET,
    ) -> _proxies.ProxyCreateResponseBody:
        """Add a proxy.

        Notes another quarantine and pins the key that it proves to have now; a different key is refused later,
        and one that is not the given `public_key` at once (409). An address where no DQ0 server proves its key is
        422, and so is http beyond loopback. The last word of the message is the number of the proxy. It takes
        effect once activated.

        request_uri: The path that the quarantine's operations stand under. ('/api' if left out.)
        scheme: How to speak to the host. ('https' if left out.)
        """
        return self._call(
            _endpoints.CREATE_PROXY,
            {
                "hostname": hostname,
                "port": port,
                "public_key": public_key,
                "request_uri": request_uri,
                "scheme": scheme,
            },
        )

    def delete(self, proxy_id: int) -> _proxies.ProxyDeleteResponseBody:
        """Forget a proxy.

        Takes a quarantine from the list, with the session kept for it. The active one and the server itself
        cannot go.

        proxy_id: The number of the proxy.
        """
        return self._call(_endpoints.DELETE_PROXY, {"proxy_id": proxy_id})

    def get_current(self) -> _proxies.ProxyCurrentResponseBody:
        """Show the active proxy.

        The quarantine that answers at present.
        """
        return self._call(_endpoints.GET_CURRENT_PROXY, {})

    def get(self, proxy_id: int) -> _proxies.ProxyGetResponseBody:
        """Show a proxy.

        Address and pinned key of one quarantine.

        proxy_id: The number of the proxy.
        """
        return self._call(_endpoints.GET_PROXY, {"proxy_id": proxy_id})

    def list(
        self, *, page: int | None = None, page_size: int | None = None
    ) -> _pages.Pages[_proxies.ProxyResultItem, _proxies.ProxyListResponseBody]:
        """List proxies.

        The quarantines that this server can speak to. A fresh server knows one: itself.

        page: Which page of the list to return, counted from 1. (1 if left out.)
        page_size: How many items a page holds at most. (100 if left out.)
        """
        return _pages.Pages(self._connection, _endpoints.LIST_PROXIES, {"page": page, "page_size": page_size})


class AsyncProxies(_group.AsyncGroup):
    """The quarantines this server talks to, itself among them."""

    async def activate(self, proxy_id: int) -> _proxies.ProxyActivateResponseBody:
        """Activate a proxy.

        From now on this quarantine answers. Sign in again unless a session with it is still kept. A quarantine
        that shows another key than the pinned one is 409, and one that cannot be reached 422.

        proxy_id: The number of the proxy.
        """
        return await self._call(_endpoints.ACTIVATE_PROXY, {"proxy_id": proxy_id})

    async def create(
        self,
        *,
        hostname: str,
        port: int,
        public_key: str | UnsetType = UNSET,
        request_uri: str | UnsetType = UNSET,
        scheme: Literal["http", "https"] | UnsetType = UNSET,
    ) -> _proxies.ProxyCreateResponseBody:
        """Add a proxy.

        Notes another quarantine and pins the key that it proves to have now; a different key is refused later,
        and one that is not the given `public_key` at once (409). An address where no DQ0 server proves its key is
        422, and so is http beyond loopback. The last word of the message is the number of the proxy. It takes
        effect once activated.

        request_uri: The path that the quarantine's operations stand under. ('/api' if left out.)
        scheme: How to speak to the host. ('https' if left out.)
        """
        return await self._call(
            _endpoints.CREATE_PROXY,
            {
                "hostname": hostname,
                "port": port,
                "public_key": public_key,
                "request_uri": request_uri,
                "scheme": scheme,
            },
        )

    async def delete(self, proxy_id: int) -> _proxies.ProxyDeleteResponseBody:
        """Forget a proxy.

        Takes a quarantine from the list, with the session kept for it. The active one and the server itself
        cannot go.

        proxy_id: The number of the proxy.
        """
        return await self._call(_endpoints.DELETE_PROXY, {"proxy_id": proxy_id})

    async def get_current(self) -> _proxies.ProxyCurrentResponseBody:
        """Show the active proxy.

        The quarantine that answers at present.
        """
        return await self._call(_endpoints.GET_CURRENT_PROXY, {})

    async def get(self, proxy_id: int) -> _proxies.ProxyGetResponseBody:
        """Show a proxy.

        Address and pinned key of one quarantine.

        proxy_id: The number of the proxy.
        """
        return await self._call(_endpoints.GET_PROXY, {"proxy_id": proxy_id})

    def list(
        self, *, page: int | None = None, page_size: int | None = None
    ) -> _pages.AsyncPages[_proxies.ProxyResultItem, _proxies.ProxyListResponseBody]:
        """List proxies.

        The quarantines that this server can speak to. A fresh server knows one: itself.

        page: Which page of the list to return, counted from 1. (1 if left out.)
        page_size: How many items a page holds at most. (100 if left out.)
        """
        return _pages.AsyncPages(self._connection, _endpoints.LIST_PROXIES, {"page": page, "page_size": page_size})

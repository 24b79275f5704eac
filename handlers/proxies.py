"""Proxies: the quarantines that this server knows, and which of them answers."""

from msgspec import UNSET

from generated.models import proxies as models
from generated.models.common import Message
from quarantine.domain.errors import Conflict
from quarantine.store import proxies, remote, rows
from quarantine.store.context import Context
from quarantine.store.identity import identity

OTHER_KEY = "the server there shows another key than {}; if that is right, remove the proxy and add it anew"


def list_proxies(context: Context, *, page: int = 1, page_size: int = 100) -> models.ProxyListResponseBody:
    """All proxies, this server first."""
    found = proxies.listing(context.connection, page=page, page_size=page_size)
    return rows.listed(models.ProxyListResponseBody, found, lambda row: item(context, row))


def get_current_proxy(context: Context) -> models.ProxyResultItem:
    """The proxy that answers."""
    return item(context, proxies.active(context.connection))


def get_proxy(context: Context, proxy_id: int) -> models.ProxyResultItem:
    """One proxy."""
    return item(context, proxies.proxy(context.connection, proxy_id))


def create_proxy(context: Context, body: models.ProxyCreateRequestBody) -> Message:
    """Note a quarantine, and pin the key that it proves to have."""
    address = remote.Address(body.hostname.lower(), body.port, body.scheme, body.request_uri)
    remote.check(context.settings, address)
    key = context.outside(remote.read_key, context.settings, address)
    if key == identity(context.settings.root).public_key:
        raise Conflict(f"{proxies.ITSELF} already")
    if body.public_key not in (UNSET, key):
        raise Conflict(OTHER_KEY.format("the given public_key"))
    proxy_id = proxies.add(context.connection, address, key)
    context.audited = f"proxy {proxy_id}"
    return Message(message=f"successfully added proxy with id: {proxy_id}")


def activate_proxy(context: Context, proxy_id: int) -> Message:
    """Have a proxy answer, once it has shown the pinned key again."""
    row = proxies.proxy(context.connection, proxy_id)
    if proxy_id != proxies.OWN:
        address = proxies.address_of(row)
        remote.check(context.settings, address)
        if context.outside(remote.read_key, context.settings, address) != row.public_key:
            raise Conflict(OTHER_KEY.format("the pinned one"))
    proxies.activate(context.connection, proxy_id)
    return Message(message="successfully activated proxy")


def delete_proxy(context: Context, proxy_id: int) -> Message:
    """Forget a proxy, and the session with it."""
    proxies.delete(context.connection, proxy_id)
    return Message(message="successfully deleted proxy")


def item(context: Context, row: rows.AnyRow) -> models.ProxyResultItem:
    """A proxy as the API shows it."""
    return rows.into(proxies.shown(context.connection, context.settings, row), models.ProxyResultItem)

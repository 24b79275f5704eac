"""What answers the operations of proxies."""

from generated.models import proxies
from quarantine.domain.errors import NotBuilt
from quarantine.store.context import Context


def activate_proxy(context: Context, proxy_id: int) -> proxies.ProxyActivateResponseBody:
    """Activate a proxy."""
    raise NotBuilt("activate_proxy is documented, not built yet")


def create_proxy(context: Context, body: proxies.ProxyCreateRequestBody) -> proxies.ProxyCreateResponseBody:
    """Add a proxy."""
    raise NotBuilt("create_proxy is documented, not built yet")


def delete_proxy(context: Context, proxy_id: int) -> proxies.ProxyDeleteResponseBody:
    """Forget a proxy."""
    raise NotBuilt("delete_proxy is documented, not built yet")


def get_current_proxy(context: Context) -> proxies.ProxyCurrentResponseBody:
    """Show the active proxy."""
    raise NotBuilt("get_current_proxy is documented, not built yet")


def get_proxy(context: Context, proxy_id: int) -> proxies.ProxyGetResponseBody:
    """Show a proxy."""
    raise NotBuilt("get_proxy is documented, not built yet")


def list_proxies(context: Context, *, page: int = 1, page_size: int = 100) -> proxies.ProxyListResponseBody:
    """List proxies."""
    raise NotBuilt("list_proxies is documented, not built yet")

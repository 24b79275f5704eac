"""Whether a browser was talked into sending a request: Host and Origin on a server bound to loopback."""

import ipaddress
from collections.abc import Mapping
from functools import lru_cache

from quarantine.domain.errors import Forbidden

_OWN_SITES = (None, b"same-origin", b"none")
# Any of what proxies and tunnels add will do: a direct client has no reason to send it.
_FORWARDED = frozenset(
    (
        b"forwarded",
        b"via",
        b"x-forwarded-for",
        b"x-forwarded-host",
        b"x-forwarded-proto",
        b"x-forwarded-port",
        b"x-forwarded-server",
        b"x-original-forwarded-for",
        b"x-real-ip",
        b"x-client-ip",
        b"x-cluster-client-ip",
        b"true-client-ip",
        b"cf-connecting-ip",
        b"fly-client-ip",
    )
)


def check_origin(headers: Mapping[bytes, bytes]) -> None:
    """Raises Forbidden for a foreign Host (DNS rebinding) or a page of another origin; for loopback servers only."""
    host = headers.get(b"host", b"")
    if not _is_loopback(host):
        raise Forbidden("this server answers to localhost, 127.0.0.1 and [::1] only: the Host header names another")
    origin = headers.get(b"origin")
    if origin is not None and origin.lower() not in (b"http://" + host.lower(), b"https://" + host.lower()):
        raise Forbidden("this server does not answer pages of another origin")
    # An <img> or a navigation of a foreign page sends no Origin; browsers say where it came from all the same.
    if headers.get(b"sec-fetch-site") not in _OWN_SITES:
        raise Forbidden("this server does not answer pages of another site")


def is_forwarded(headers: Mapping[bytes, bytes]) -> bool:
    """Whether a proxy passed the request on: who sent it is then not who is connected."""
    return not _FORWARDED.isdisjoint(headers)


@lru_cache(maxsize=64)
def _is_loopback(host: bytes) -> bool:
    name = host.decode("latin-1").lower()
    if name.startswith("["):
        name, bracket, port = name[1:].partition("]")
        if not bracket or (port and not port.startswith(":")):
            return False
        port = port[1:]
    else:
        name, _, port = name.partition(":")
    if port and not port.isdecimal():
        return False
    return name == "localhost" or is_loopback_address(name)


def is_loopback_address(name: str) -> bool:
    """Whether a literal address is a loopback address."""
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False

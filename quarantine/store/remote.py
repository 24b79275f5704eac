"""Where another quarantine is, how it is spoken to, and the key that it shows."""

import hashlib
import http.client
import socket
import ssl
import threading
from contextlib import suppress
from functools import lru_cache
from http.client import HTTPConnection as Plain

import msgspec

from quarantine.domain.errors import Invalid, Refused
from quarantine.domain.settings import Settings, is_loopback_name
from quarantine.domain.signatures import CHALLENGE, DIGEST, SIGNATURE, Head, digest_of, fresh_challenge, is_signed

CONNECT_SECONDS = 5.0
# A stranger's answer is not worth more than this.
KEY_SECONDS = 10.0
KEY_BYTES = 4096
IDENTITY = "/identity"
UNSIGNED = "what answers there is no DQ0 server, or does not prove its key"


class Address(msgspec.Struct, frozen=True):
    """Where a quarantine's operations are; `request_uri` is the path that they stand under."""

    hostname: str
    port: int
    scheme: str = "https"
    request_uri: str = "/api"

    @property
    def folder(self) -> str:
        """The path before an operation's own."""
        return self.request_uri.rstrip("/")


def check(settings: Settings, address: Address) -> None:
    """Raises Refused for an address that tokens and answers would travel to in the clear, over a network."""
    if address.scheme == "http" and not settings.proxy_plain_http and not is_loopback_name(address.hostname):
        raise Refused(
            "scheme: http is for loopback addresses only; use https, or set DQ0_PROXY_PLAIN_HTTP on this server"
        )
    if {".", ".."} & set(address.request_uri.split("/")):
        raise Refused("request_uri: expected a path without . and .. in it")


@lru_cache(maxsize=4)
def trust(certificates: str) -> ssl.SSLContext:
    """Who may vouch for a quarantine's certificate: the authorities of this PEM file, or the system's."""
    try:
        return ssl.create_default_context(cafile=certificates or None)
    except (OSError, ssl.SSLError):
        raise Invalid(f"DQ0_PROXY_CERTIFICATES: {certificates} is no PEM file of certificates") from None


def read_key(settings: Settings, address: Address) -> str:
    """The public key (base64) of the server at an address, which has proved that it holds the private one.

    Raises Refused where nothing answers in time, or something that is no DQ0 server; more is not told, so that nobody
    can look around in a network by adding proxies.
    """
    challenge = fresh_challenge()
    try:
        status, found, body = _asked(settings, address, challenge)
    except (OSError, http.client.HTTPException, ValueError) as error:
        why = ": its certificate is not trusted" if isinstance(error, ssl.SSLCertVerificationError) else ""
        raise Refused(f"no DQ0 server can be reached at {address.hostname} port {address.port}{why}") from None
    head = Head(
        challenge=challenge,
        method="GET",
        target=IDENTITY,
        status=status,
        content_type=found.get("content-type", "").encode("latin-1"),
        digest=found.get(DIGEST.decode(), "").encode("latin-1"),
    )
    return _proven(body, head, found.get(SIGNATURE.decode(), "").encode("latin-1"))


def _asked(settings: Settings, address: Address, challenge: bytes) -> tuple[int, http.client.HTTPMessage, bytes]:
    """Status, headers and the beginning of the body; raises OSError, HTTPException and ValueError."""
    host, port, wait = address.hostname, address.port, CONNECT_SECONDS
    if address.scheme == "https":
        context = trust(settings.proxy_certificates)
        connection: Plain = http.client.HTTPSConnection(host, port, timeout=wait, context=context)
    else:
        connection = Plain(host, port, timeout=wait)
    # However slowly bytes trickle: a socket that is shut down ends every waiting for it.
    late = threading.Timer(KEY_SECONDS, lambda: _shut_down(connection.sock))
    late.start()
    try:
        connection.request("GET", address.folder + IDENTITY, headers={CHALLENGE.decode(): challenge.decode()})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read(KEY_BYTES)
    finally:
        late.cancel()
        connection.close()


def _shut_down(opened: socket.socket | None) -> None:
    with suppress(OSError):
        if opened is not None:
            opened.shutdown(socket.SHUT_RDWR)


def _proven(body: bytes, head: Head, signature: bytes) -> str:
    try:
        shown = msgspec.json.decode(body, type=_Shown).public_key
    except (msgspec.MsgspecError, ValueError):
        raise Refused(UNSIGNED) from None
    if head.status != 200 or digest_of(hashlib.sha256(body)) != head.digest or not is_signed(shown, head, signature):
        raise Refused(UNSIGNED)
    return shown


class _Shown(msgspec.Struct):
    """What the operation that shows a server's key answers."""

    public_key: str

"""One server, asked over HTTP: JSON out, JSON in, errors as failures. Redirects are not followed."""

import http.client
import json
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from dq0.cli.failures import UNAVAILABLE, USAGE, Failure, status_of

DEFAULT_ADDRESS = "http://127.0.0.1:9000/api"
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_SECONDS = 60.0


class Connection:
    """A connection that is kept between requests; `token` is sent with each where there is one."""

    def __init__(self, address: str, token: str = "") -> None:
        self.address = canonical(address)
        self.token = token
        # The media type of the last answer.
        self.kind = ""
        self._open: http.client.HTTPConnection | None = None

    def get(self, path: str, **query: object) -> dict[str, Any]:
        """The JSON object that a GET answers."""
        return decoded(self.ask("GET", path, [(name, str(value)) for name, value in query.items()]))

    def ask(
        self,
        method: str,
        path: str,
        query: Iterable[tuple[str, str]] = (),
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> bytes:
        """The body of a success; raises Failure for everything else."""
        parts = urlsplit(self.address)
        asked = urlencode(list(query))
        target = parts.path + path + (f"?{asked}" if asked else "")
        sent = {"Accept": "application/json", "User-Agent": "dq0", **(headers or {})}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        try:
            code, content = self._exchange(method, target, body, sent)
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise Failure(_unreachable(self.address, error), UNAVAILABLE) from None
        if code // 100 != 2:
            raise Failure(_said(code, content), status_of(code))
        return content

    def _exchange(self, method: str, target: str, body: bytes | None, headers: Mapping[str, str]) -> tuple[int, bytes]:
        kept = self._open is not None
        try:
            return self._once(method, target, body, headers)
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            # A server closes connections that idle. Only what changes nothing is asked a second time.
            self.close()
            if not kept or method != "GET":
                raise
            return self._once(method, target, body, headers)

    def _once(self, method: str, target: str, body: bytes | None, headers: Mapping[str, str]) -> tuple[int, bytes]:
        if self._open is None:
            self._open = _opened(self.address)
        self._open.request(method, target, body, dict(headers))
        answer = self._open.getresponse()
        content = answer.read()
        self.kind = answer.headers.get_content_type()
        if answer.will_close:
            self.close()
        return answer.status, content

    def close(self) -> None:
        """Let go of the connection."""
        if self._open is not None:
            self._open.close()
            self._open = None


def canonical(address: str) -> str:
    """The address without a slash at its end and with its host in lower case; raises Failure where it is none."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    right = parts.scheme in ("http", "https") and parts.hostname and not parts.username and not parts.query
    if not right or parts.fragment or any(c <= " " or c == "\x7f" or ord(c) > 126 for c in address):
        raise Failure("the server's address has to look like http://127.0.0.1:9000/api", USAGE)
    host = str(parts.hostname)
    host = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{host}{'' if port is None else f':{port}'}{parts.path.rstrip('/')}"


def travels_openly(address: str) -> bool:
    """Whether what is sent there can be read on the way."""
    parts = urlsplit(address)
    return parts.scheme == "http" and parts.hostname not in _LOOPBACK


def filled(path: str, values: Mapping[str, str]) -> str:
    """A path template with its values, each of which stays one segment; raises Failure for one that cannot."""
    for name, value in values.items():
        if value in ("", ".", ".."):
            raise Failure(f"{name} must not be empty or a dot", USAGE)
        path = path.replace("{" + name + "}", quote(value, safe=""))
    return path


def decoded(content: bytes) -> dict[str, Any]:
    """An answer's JSON object; raises Failure for anything else."""
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Failure("the answer is not a DQ0 server's: expected a JSON object", UNAVAILABLE)
    return found


def _opened(address: str) -> http.client.HTTPConnection:
    parts = urlsplit(address)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    return kind(str(parts.hostname), parts.port, timeout=_SECONDS)


def _unreachable(address: str, error: Exception) -> str:
    if isinstance(error, ConnectionRefusedError):
        return f"nothing answers at {address}: start a server with `dq0 server start`, or name one with --server"
    if isinstance(error, TimeoutError):
        return f"{address} does not answer in time"
    reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return f"{address} cannot be asked: {reason}"


def _said(code: int, content: bytes) -> str:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        found = None
    text = found.get("error") if isinstance(found, dict) else None
    if isinstance(text, str) and text:
        return text
    if code // 100 == 3:
        return "the server answers with a redirect: give the address that it leads to"
    return f"the server answers with status {code} and no reason"

"""Addresses of databases: `postgresql://[user[:password]@]host[:port]/database`, and how they are compared."""

from collections.abc import Mapping
from urllib.parse import parse_qsl, quote, unquote, urlsplit

import msgspec

SCHEMES = ("postgresql", "postgres")
DEFAULT_PORT = 5432
LONGEST_HOST = 253
FORM = "postgresql://[user[:password]@]host[:port]/database"
# How the connection is protected; nothing else of a client library is an operator's to hand on in an address.
OPTIONS = frozenset({"sslmode", "sslrootcert", "sslcert", "sslkey", "channel_binding"})


class Server(msgspec.Struct, frozen=True, kw_only=True):
    """A database and whom to be there; the password is in no representation of it."""

    host: str
    port: int = DEFAULT_PORT
    database: str
    username: str = ""
    password: str = ""

    def __repr__(self) -> str:
        return f"Server({self.address})"

    @property
    def address(self) -> str:
        """The database by its name and place alone: what is allowed, and what its tables' origins begin with."""
        host = f"[{self.host.lower()}]" if ":" in self.host else self.host.lower()
        return f"postgresql://{host}:{self.port}/{quote(self.database, safe='')}"


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """A server as written in a URL, and how its connections are protected (`sslmode` and the like)."""

    server: Server
    options: Mapping[str, str] = {}


def is_address(text: object) -> bool:
    """Whether this is meant as a database's address."""
    return isinstance(text, str) and text.split(":", 1)[0].lower() in SCHEMES and ":" in text


def read_address(text: str) -> Address | None:
    """The address; None for what is not of the documented form (the text may hold a password: do not quote it)."""
    try:
        parts = urlsplit(text)
        host, port = unquote(parts.hostname or ""), parts.port or DEFAULT_PORT
        options = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
        database, username, password = (
            unquote(part, errors="strict") for part in (parts.path[1:], parts.username or "", parts.password or "")
        )
    except ValueError:
        return None
    fits = parts.scheme in SCHEMES and is_host(host) and database and "/" not in parts.path[1:] and not parts.fragment
    if not fits or not set(options) <= OPTIONS or any("\x00" in one for one in (database, username, password)):
        return None
    server = Server(host=host, port=port, database=database, username=username, password=password)
    return Address(server=server, options=options)


def is_host(text: str) -> bool:
    """Whether this can be a host's name or number; several at once, and sockets, are none."""
    return 0 < len(text) <= LONGEST_HOST and text.isascii() and all(mark.isalnum() or mark in ".-_:" for mark in text)

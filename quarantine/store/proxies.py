"""Which quarantines there are, which one answers, and the sessions with them."""

import json
import time

import msgspec
from sqlalchemy import Connection, select

from quarantine.domain.errors import Conflict, NotFound, Unavailable
from quarantine.domain.settings import Settings
from quarantine.store import rows, sessions
from quarantine.store.identity import identity
from quarantine.store.remote import Address
from quarantine.store.rows import AnyRow
from quarantine.store.tables import local_session, proxies
from quarantine.store.tables import sessions as sessions_table

# This server's own row, made with the table.
OWN = 1
PORT_FILE = "server.json"
ITSELF = "this is the server itself, which is proxy 1"


def proxy(connection: Connection, proxy_id: int) -> AnyRow:
    """One proxy's row; raises NotFound."""
    row = rows.get(connection, proxies, proxy_id=proxy_id)
    if row is None:
        raise NotFound("there is no such proxy")
    return row


def active(connection: Connection) -> AnyRow:
    """The proxy that answers at present."""
    return connection.execute(_ACTIVE).one()


_ACTIVE = select(proxies).where(proxies.c.active)


def listing(connection: Connection, *, page: int, page_size: int) -> rows.Page[AnyRow]:
    """One page of proxies, this server first."""
    return rows.page(connection, select(proxies), key=proxies.c.proxy_id, page=page, page_size=page_size)


def add(connection: Connection, address: Address, public_key: str) -> int:
    """Note a quarantine with the key that it has shown; raises Conflict for an address that is there already."""
    now = int(time.time())
    given = msgspec.to_builtins(address)
    with rows.unique(connection, "this address is there already; GET /proxies lists it"):
        return int(rows.insert(connection, proxies, **given, public_key=public_key, created_at=now, updated_at=now))


def activate(connection: Connection, proxy_id: int) -> None:
    """Have a proxy answer from now on, in place of the one before."""
    now = int(time.time())
    rows.update(connection, proxies, {"active": True}, active=False, updated_at=now)
    rows.update(connection, proxies, {"proxy_id": proxy_id}, active=True, updated_at=now)


def delete(connection: Connection, proxy_id: int) -> None:
    """Forget a proxy and the session with it; raises Conflict for this server and for the one that answers."""
    row = proxy(connection, proxy_id)
    if proxy_id == OWN:
        raise Conflict(f"{ITSELF} and always there")
    if row.active:
        raise Conflict("the active proxy cannot be removed; activate another first")
    forget_session(connection, proxy_id)
    rows.delete(connection, proxies, proxy_id=proxy_id)


def address_of(row: AnyRow) -> Address:
    """Where another quarantine is."""
    return Address(row.hostname, row.port, row.scheme, row.request_uri)


def shown(connection: Connection, settings: Settings, row: AnyRow) -> dict[str, object]:
    """What is told of a proxy: address, pinned key, who is signed in there; never a session."""
    values: dict[str, object] = {"proxy_id": row.proxy_id, "active": row.active, "session_key": ""}
    if row.proxy_id == OWN:
        values |= _own_address(settings) | {"public_key": identity(settings.root).public_key}
        return values | {"email_address": _own_email(connection)}
    kept = rows.get(connection, local_session, proxy=str(row.proxy_id))
    values |= msgspec.to_builtins(address_of(row)) | {"public_key": row.public_key}
    return values | {"email_address": "" if kept is None else kept.email}


def _own_address(settings: Settings) -> dict[str, object]:
    port = settings.port
    if not port:
        port = _listening(settings)
    return {"hostname": settings.hostname.strip("[]"), "port": port, "scheme": "http", "request_uri": "/api"}


def _listening(settings: Settings) -> int:
    """The port that was free at the start, as the process that listens has written it down."""
    try:
        return int(json.loads((settings.root / PORT_FILE).read_text())["port"])
    except (OSError, ValueError, KeyError):
        raise Unavailable(f"{PORT_FILE} in the state folder does not say which port this server has taken") from None


def _own_email(connection: Connection) -> str:
    token = sessions.local_token(connection)
    actor = None if token is None else sessions.session(connection, sessions.token_hash(token))
    return "" if actor is None else actor.email


class Kept(msgspec.Struct, frozen=True):
    """A session with another quarantine: its token, and who has signed in there."""

    token: str
    email: str

    def __repr__(self) -> str:
        return f"Kept({self.email!r})"


def kept_session(connection: Connection, settings: Settings, proxy_id: int) -> Kept | None:
    """The session that is kept for a proxy; None where nobody has signed in, or the key file is another since."""
    row = rows.get(connection, local_session, proxy=str(proxy_id))
    token = None if row is None else identity(settings.root).unseal(row.token)
    return None if row is None or token is None else Kept(token, row.email)


def keep_session(connection: Connection, settings: Settings, proxy_id: int, kept: Kept) -> None:
    """Keep the session of who has just signed in, sealed, in place of the one before."""
    sealed = identity(settings.root).seal(kept.token)
    sessions.keep_local(connection, sealed, str(proxy_id), email=kept.email)


def forget_session(connection: Connection, proxy_id: int) -> None:
    """Forget the session with a proxy."""
    sessions.forget_local(connection, str(proxy_id))


def own_session(connection: Connection, token: str) -> bool | None:
    """Whether a token is of a live session with this server; None where it never was one with this server."""
    hashed = sessions.token_hash(token)
    if rows.get(connection, sessions_table, token_hash=hashed) is None:
        return None
    return sessions.session(connection, hashed) is not None

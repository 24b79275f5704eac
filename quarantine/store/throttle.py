"""Counting attempts, so that passwords cannot be guessed quickly. Keys are kept hashed: no address, no client."""

import hashlib
import time

import msgspec
from sqlalchemy import Connection, bindparam, case
from sqlalchemy.exc import IntegrityError

from quarantine.domain.errors import TooManyRequests
from quarantine.store import rows
from quarantine.store.tables import login_attempts


class Limit(msgspec.Struct, frozen=True):
    """At most `count` attempts of one key in `window` seconds."""

    name: str
    count: int
    window: int


# One address from one client; one client over all addresses; one address over all clients (spread guessing).
PER_ADDRESS_AND_CLIENT = Limit("address-client", 5, 300)
PER_CLIENT = Limit("client", 30, 300)
PER_ADDRESS = Limit("address", 50, 3600)
REGISTRATIONS = Limit("register", 20, 3600)


def check(connection: Connection, limit: Limit, *key: str) -> None:
    """Raise TooManyRequests when the key has used its window up; counts nothing."""
    now = int(time.time())
    row = rows.get(connection, login_attempts, key_hash=_hash(limit, key))
    if row is not None and row.attempts >= limit.count and now < row.window_start + limit.window:
        raise TooManyRequests("too many attempts; wait, then try again", row.window_start + limit.window - now)


def count(connection: Connection, limit: Limit, *key: str) -> None:
    """Count one attempt; a window that has passed begins anew."""
    now = int(time.time())
    values = {"find_key": _hash(limit, key), "now": now, "passed": now - limit.window}
    if connection.execute(_COUNT, values).rowcount == 0:
        # A new key pays for the old ones: the table never holds more than a day of them.
        sweep(connection)
        try:
            with connection.begin_nested():
                rows.insert(connection, login_attempts, key_hash=values["find_key"], attempts=1, window_start=now)
        except IntegrityError:
            # On PostgreSQL, another request has begun to count the key meanwhile.
            connection.execute(_COUNT, values)


def forget(connection: Connection, limit: Limit, *key: str) -> None:
    """Drop the key's count: after a success the next mistake is the first again."""
    rows.delete(connection, login_attempts, key_hash=_hash(limit, key))


def sweep(connection: Connection, older_than: int = 86_400) -> None:
    """Drop the windows that began more than `older_than` seconds ago."""
    connection.execute(login_attempts.delete().where(login_attempts.c.window_start < int(time.time()) - older_than))


_c = login_attempts.c
_over = _c.window_start <= bindparam("passed")
_COUNT = (
    login_attempts.update()
    .where(_c.key_hash == bindparam("find_key"))
    .values(
        attempts=case((_over, 1), else_=_c.attempts + 1),
        window_start=case((_over, bindparam("now")), else_=_c.window_start),
    )
)


def _hash(limit: Limit, key: tuple[str, ...]) -> str:
    return hashlib.sha256("\0".join((limit.name, *key)).encode("utf-8", "surrogatepass")).hexdigest()

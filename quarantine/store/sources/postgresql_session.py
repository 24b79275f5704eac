"""Connections to the PostgreSQL databases that the server's operator allows: whose, how they are set, how they fail."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from quarantine.domain.errors import Refused
from quarantine.domain.metadata.addresses import Address, Server
from quarantine.domain.settings import Settings

if TYPE_CHECKING:
    from psycopg import Connection

CONNECT_SECONDS = 5
LOCK_SECONDS = 10
UNALLOWED = (
    "the database is not one that data may come from on this server; its operator names those in DQ0_DATA_DATABASES"
)
UNNAMED = "the database needs a username and a password in the metadata: the server has no account of its own there"
OTHER_ACCOUNT = "the server has an account of its own in this database; leave username and password out"
MISSING = "the server was installed without PostgreSQL sources (`pip install 'dq0-server[postgres]'`)"
# One text for a host that is not there, an account that may not, and a table that is not there or not readable.
UNREACHABLE = "the table cannot be read: check host, port, database, account, schema, table, and that SELECT is granted"
TOO_MIGHTY = (
    "the account could read files of the database's host or is its superuser; "
    "use one that may read the tables of the data and nothing else"
)

# Of the one transaction that a connection is for; `transaction_read_only` is set before and cannot be lifted after.
_PINNED = {
    "search_path": "pg_catalog, pg_temp",
    "TimeZone": "UTC",
    "DateStyle": "ISO, YMD",
    "IntervalStyle": "postgres",
    "bytea_output": "hex",
    "extra_float_digits": "1",
    "standard_conforming_strings": "on",
    "xmloption": "content",
    "lock_timeout": f"{LOCK_SECONDS}s",
    "idle_in_transaction_session_timeout": "10min",
}
_MIGHTY = """SELECT rolsuper OR EXISTS (
  SELECT FROM pg_catalog.pg_roles AS mighty WHERE mighty.rolname IN
    ('pg_read_server_files', 'pg_write_server_files', 'pg_execute_server_program')
    AND pg_catalog.pg_has_role(current_user, mighty.oid, 'MEMBER'))
FROM pg_catalog.pg_roles WHERE rolname = current_user"""


def allowed(server: Server, settings: Settings) -> Address:
    """Where and as whom to connect; raises Refused unless the operator has named this database.

    An account in the operator's address is the only one; where there is none, metadata brings one with a password.
    """
    for address in settings.source_databases:
        if address.server.address == server.address:
            return _as_whom(address, server)
    raise Refused(UNALLOWED)


def _as_whom(address: Address, server: Server) -> Address:
    own = address.server
    if own.username:
        if server.username not in ("", own.username):
            raise Refused(OTHER_ACCOUNT)
        return address
    if not server.username or not server.password:
        # Without a password the server's own password file would be asked for one, whoever was named.
        raise Refused(UNNAMED)
    return Address(server=server, options=address.options)


@contextmanager
def session(address: Address, *, seconds: float, writes: bool = False) -> Iterator["Connection[Any]"]:
    """A connection for one transaction, which is committed at the end; read-only unless it `writes`.

    Raises Refused, with texts that hold nothing of what the database said.
    """
    connection = _connected(address, writes)
    try:
        with connection.transaction():
            mighty = connection.execute(_settings(seconds), prepare=False).fetchone()
            if mighty is None or connection.execute(_MIGHTY).fetchone() != (False,):
                raise Refused(TOO_MIGHTY)
            yield connection
    finally:
        connection.close()


def _connected(address: Address, writes: bool) -> "Connection[Any]":
    try:
        import psycopg
    except ImportError:
        raise Refused(MISSING) from None
    try:
        connection = psycopg.connect(_conninfo(address), prepare_threshold=None, autocommit=True)
    except (psycopg.Error, UnicodeError):
        failed = Refused(UNREACHABLE)
    else:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = not writes
        return connection
    # Raised out here: what the database said is not even attached.
    raise failed


def _conninfo(address: Address) -> str:
    from psycopg.conninfo import make_conninfo

    server = address.server
    account = {"user": server.username, "password": server.password}
    return make_conninfo(
        host=server.host,
        port=server.port,
        dbname=server.database,
        application_name="dq0",
        client_encoding="UTF8",
        connect_timeout=CONNECT_SECONDS,
        tcp_user_timeout=60_000,
        keepalives_idle=30,
        **{key: value for key, value in (account | dict(address.options)).items() if value},
    )


def _settings(seconds: float) -> str:
    pinned = _PINNED | {"statement_timeout": f"{max(1, round(seconds * 1000))}"}
    return "SELECT " + ", ".join(f"pg_catalog.set_config('{name}', '{value}', true)" for name, value in pinned.items())


def digest(*parts: object) -> str:
    """SHA-256 in hex of parts that say which state, or which thing, something is."""
    return hashlib.sha256("\x00".join(str(part) for part in parts).encode()).hexdigest()

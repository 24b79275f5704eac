"""The postgresql connector: a bounded projection beside the table in its own database, and aggregates of it.

The rows stay where they are: the projection is made inside the database, in a schema of ours, and only what a plan's
statement adds up is ever fetched.
"""

# ruff: noqa: S608 - names are quoted, all else is ours

import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from quarantine.domain.errors import DomainError, Refused
from quarantine.domain.metadata.addresses import Address
from quarantine.domain.metadata.model import Table
from quarantine.domain.quoting import literal, quoted
from quarantine.domain.settings import Settings
from quarantine.store.data import Origin
from quarantine.store.sources.connector import Copy, Progress, Stated, Stop, Unwanted, check_unique
from quarantine.store.sources.postgresql_session import UNREACHABLE, allowed, digest, session
from quarantine.store.sources.postgresql_typed import projection
from quarantine.store.sources.running import attended

if TYPE_CHECKING:
    from psycopg import Connection


SCHEMA = "dq0_bounded"
CATALOG_SECONDS = 10
BUILD_SECONDS = 86_400
MOST_GROUPS = 1_000_000
UNCOPIED = (
    f"the bounded copy could not be made in the database: the account needs to create tables in the schema {SCHEMA} "
    f"(GRANT CREATE ON DATABASE, or a schema {SCHEMA} of its own), and room for them"
)
T = TypeVar("T")

_COLUMNS = """SELECT a.attname, format_type(a.atttypid, NULL)
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace JOIN pg_attribute AS a ON a.attrelid = c.oid
WHERE n.nspname = %s AND c.relname = %s AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND a.attnum > 0
  AND NOT a.attisdropped AND has_schema_privilege(n.oid, 'USAGE') AND has_column_privilege(c.oid, a.attnum, 'SELECT')
ORDER BY a.attnum"""
# Cheap, and exact enough: rows that were written count, and so does every way to replace them all. The counters come
# a second late and are lost in a crash, and a view has none: in any case, a copy is made anew after a while.
_STATE = """WITH RECURSIVE parts AS (
  SELECT c.oid FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE n.nspname = %(schema)s AND c.relname = %(table)s
  UNION SELECT i.inhrelid FROM pg_inherits AS i JOIN parts ON i.inhparent = parts.oid)
SELECT string_agg(concat_ws(':', c.oid, c.relfilenode, pg_relation_size(c.oid), s.n_tup_ins, s.n_tup_upd, s.n_tup_del),
  ',' ORDER BY c.oid)
FROM parts JOIN pg_class AS c ON c.oid = parts.oid LEFT JOIN pg_stat_all_tables AS s ON s.relid = c.oid"""
_IDENTITY = """SELECT system_identifier, (SELECT oid FROM pg_database WHERE datname = current_database()), c.oid
FROM pg_control_system(), pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname = %s AND c.relname = %s"""


class TablePlace:
    """One table, partitioned table, view or foreign table in a database that the operator allows."""

    remote = True

    def __init__(self, table: Table, settings: Settings) -> None:
        if table.source.server is None:
            raise Refused(UNREACHABLE)
        self.table = table
        self._settings = settings
        self.address = allowed(table.source.server, settings)
        self._key = (table.schema, table.name)
        self._relation = f"{quoted(table.schema)}.{quoted(table.name)}"

    @property
    def names(self) -> tuple[str, ...]:
        """Server, database, schema and table; never an account."""
        names = "/".join(name.replace("%", "%25").replace("/", "%2F") for name in self._key)
        return (f"{self.address.server.address}/{names}",)

    def check_columns(self) -> None:
        """Asks the catalogue, of columns that the account may read; raises Refused with the declared names."""
        self._asked(self._kinds)

    def fingerprint(self) -> str:
        """The state of the table and all its parts by the catalogue, and the period in which a copy is good at all."""
        return self._asked(self._state)

    def origins(self) -> list[Origin]:
        """The table by its name, by its identity on the database's server, and by its rows; reads them all."""
        found = self._asked(self._digests, seconds=BUILD_SECONDS)
        return [Origin(self.names[0], one) for one in ("", *found) if one or not found]

    def build(self, copy: Copy, progress: Progress, stop: Stop) -> None:
        """Makes the projection under another name and puts it in the place of the older one, in one transaction."""
        progress(0.0)
        held: list[Connection[Any]] = []

        def work() -> None:
            with session(self.address, seconds=BUILD_SECONDS, writes=True) as connection:
                held.append(connection)
                _write(connection, copy, self.table, projection(self.table, self._kinds(connection), self._relation))

        def cancel() -> None:
            for connection in held:
                with suppress(Exception):
                    connection.cancel_safe(timeout=5)

        def attend() -> None:
            attended(work, stop=stop, cancel=cancel, report=lambda: progress(0.5))

        _refusing(attend, UNCOPIED)
        progress(1.0)

    def _asked(self, question: "Callable[[Connection[Any]], T]", seconds: float = CATALOG_SECONDS) -> T:
        def ask() -> T:
            with session(self.address, seconds=seconds) as connection:
                return question(connection)

        return _refusing(ask, UNREACHABLE)

    def _kinds(self, connection: "Connection[Any]") -> dict[str, str]:
        kinds = {str(name): str(kind) for name, kind in connection.execute(_COLUMNS, self._key)}
        if not kinds:
            raise Refused(UNREACHABLE)
        missing = [column.name for column in self.table.columns if column.name not in kinds]
        if missing:
            raise Refused(f"{self.table.schema}.{self.table.name}: the table has no column {', '.join(missing)}")
        return kinds

    def _state(self, connection: "Connection[Any]") -> str:
        found = connection.execute(_STATE, {"schema": self.table.schema, "table": self.table.name}).fetchone()
        kinds = connection.execute(_COLUMNS, self._key).fetchall()
        if found is None or found[0] is None or not kinds:
            raise Refused(UNREACHABLE)
        # In a digest, since the number of rows is among it.
        return digest(found[0], kinds, int(time.time()) // self._settings.database_refresh_seconds)

    def _digests(self, connection: "Connection[Any]") -> list[str]:
        identity = connection.execute(_IDENTITY, self._key).fetchone()
        kinds = self._kinds(connection)
        declared = connection.execute(_COLUMNS, self._key).fetchall()
        row = f"ROW({', '.join(f'source.{quoted(name)}' for name in kinds)})::text"
        rows = connection.execute(
            f"SELECT count(*), sum(hashtextextended({row}, 0)::numeric), sum(hashtextextended({row}, 1)::numeric) "
            f"FROM {self._relation} AS source"
        ).fetchone()
        found = [] if identity is None else [digest("postgresql table", *identity)]
        # All empty tables of these columns are the same, and nobody's yet.
        return [*found, digest("postgresql rows", declared, *rows)] if rows and rows[0] else found


class PostgreSQL:
    """Databases of others: nothing is kept open between two calls, and nothing of them is kept here."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def locate(self, table: Table) -> TablePlace:
        """The table; raises Refused for a database that is not on the operator's list."""
        return TablePlace(table, self._settings)

    def aggregate(self, plan: Stated, table: Table, copy: Copy, *more: tuple[Table, Copy]) -> list[tuple[object, ...]]:
        """The plan's exact aggregates by the database itself; raises DomainError with one constant text."""
        from quarantine.domain.privacy import FAILED

        try:
            names = [(SCHEMA, name_of(one)) for one in (copy, *(other for _, other in more))]
            return self.select(plan.statement("postgres", *names), self._address(table))
        except Exception:
            failed = DomainError(FAILED)
        # Raised out here, so that the cause is not even attached to it.
        raise failed

    def select(self, statement: str, address: Address) -> list[tuple[object, ...]]:
        """The rows of one SELECT, in a transaction that can only read; raises whatever the driver does."""
        with session(address, seconds=self._settings.query_seconds) as connection:
            # Inside another SELECT nothing else can stand, and the extended protocol (binary) takes one statement.
            whole = f"SELECT * FROM (\n{statement}\n) AS answer LIMIT {MOST_GROUPS + 1}"
            rows = connection.execute(whole, binary=True).fetchall()
        if len(rows) > MOST_GROUPS:
            raise OverflowError
        return [tuple(int(cell) if isinstance(cell, Decimal) else cell for cell in row) for row in rows]

    def has(self, copy: Copy) -> bool:
        """A database keeps the copies that were made in it."""
        return True

    def drop(self, tables: Iterable[Table], data_uuid: str, unwanted: Unwanted) -> None:
        """Remove the projections of the versions from every database that these tables are in."""
        addresses = {}
        for table in tables:
            with suppress(DomainError):
                address = self._address(table)
                addresses[address.server.address] = address
        for address in addresses.values():
            with suppress(DomainError):
                _refusing(partial(_drop, address, data_uuid, unwanted), UNREACHABLE)

    def close(self) -> None:
        """Nothing is open."""

    def _address(self, table: Table) -> Address:
        return self.locate(table).address


def name_of(copy: Copy) -> str:
    """The projection's table: within the 63 bytes of a name, and by dataset and version."""
    return f"{_prefix(copy.data_uuid)}{copy.version}_{digest(copy.schema, copy.table)[:12]}"


def _prefix(data_uuid: str) -> str:
    return f"d{data_uuid.replace('-', '')}_"


def _refusing(work: Callable[[], T], said: str) -> T:
    """Runs `work`; whatever the driver raises becomes Refused with this text, and nothing of its own."""
    try:
        return work()
    except DomainError:
        raise
    except Exception:
        failed = Refused(said)
    raise failed


def _repeated(connection: "Connection[Any]", relation: str, names: list[str]) -> tuple[object, ...]:
    counted = ", ".join(f"count({quoted(name)}) - count(DISTINCT {quoted(name)})" for name in names)
    return connection.execute(f"SELECT {counted} FROM {relation}").fetchone() or ()


def _write(connection: "Connection[Any]", copy: Copy, table: Table, select: str) -> None:
    name = name_of(copy)
    new, final = (f"{SCHEMA}.{quoted(one)}" for one in (f"{name}_n", name))
    if connection.execute("SELECT FROM pg_namespace WHERE nspname = %s", (SCHEMA,)).fetchone() is None:
        # Not by IF NOT EXISTS, which asks for the right to create a schema even where there is one.
        connection.execute(f"CREATE SCHEMA {SCHEMA}")
    for statement in (
        # One at a time, also of several servers; the lock ends with the transaction.
        f"SELECT pg_advisory_xact_lock(hashtextextended({literal(name)}, 0))",
        f"CREATE TABLE {new} AS {select}",
        f"REVOKE ALL ON {new} FROM PUBLIC",
        f"COMMENT ON TABLE {new} IS 'bounded copy of a DQ0 server: made and removed by it'",
        f"ANALYZE {new}",
        f"DROP TABLE IF EXISTS {final}",
        f"ALTER TABLE {new} RENAME TO {quoted(name)}",
    ):
        connection.execute(statement, prepare=False)
    check_unique(table, lambda names: _repeated(connection, final, names))


def _drop(address: Address, data_uuid: str, unwanted: Unwanted) -> None:
    with session(address, seconds=CATALOG_SECONDS, writes=True) as connection:
        found = connection.execute(
            "SELECT relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace "
            "WHERE nspname = %s AND starts_with(relname, %s) AND relkind = 'r'",
            (SCHEMA, _prefix(data_uuid)),
        ).fetchall()
        for (name,) in found:
            version = name.removeprefix(_prefix(data_uuid)).split("_")[0]
            if version.isdigit() and unwanted(int(version)):
                connection.execute(f"DROP TABLE IF EXISTS {SCHEMA}.{quoted(name)}")

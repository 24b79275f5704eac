"""A database that version 0001 of the schema wrote comes up to today's version and back, with everything in it."""

import re
from collections.abc import Iterator
from pathlib import Path

import counted
import pytest
from sqlalchemy import Connection, MetaData, inspect, select

from databases import Kind
from live import ROOT
from quarantine.store import audit, backup, ledger, rows, tables
from quarantine.store.engine import Database, open_database
from quarantine.store.migrate import HEAD, migrate, stored_version
from quarantine.store.restore import restore

FIRST = "0001"
DUMP = (ROOT / "tests" / "data" / "database-0001.sql").read_text(encoding="utf8")
Rows = dict[str, list[str]]


@pytest.fixture
def old(kind: Kind, tmp_path: Path) -> Iterator[Database]:
    """The dump in a database of its own version."""
    with kind.empty(tmp_path / "old") as settings:
        opened = open_database(settings)
        migrate(opened, FIRST)
        with opened.transaction(write=True) as connection:
            load(connection)
        yield opened
        opened.close()


def load(connection: Connection) -> None:
    """What the migration filled in makes way for the dump; numbers go on after the ones in it."""
    for table in ("roles", "chain_heads"):
        connection.exec_driver_sql(f"DELETE FROM {table}")
    for statement in re.split(r";\n(?=INSERT)", DUMP.split("\n", 1)[1].rstrip("\n;")):
        if connection.dialect.name == "postgresql":
            # Its driver takes a percent sign for the place of a value.
            doubled = statement.replace("%", "%%")
            connection.exec_driver_sql(re.sub(r"X'([0-9a-f]*)'", r"decode('\1', 'hex')", doubled))
        else:
            connection.exec_driver_sql(statement)
    if connection.dialect.name == "postgresql":
        for table, key in (("users", "user_id"), ("sessions", "session_id"), ("roles", "role_id"), ("data", "data_id")):
            connection.exec_driver_sql(
                f"SELECT setval(pg_get_serial_sequence('{table}', '{key}'), (SELECT max({key}) FROM {table}))"
            )


def shape(connection: Connection) -> dict[str, list[str]]:
    """The tables and their columns."""
    look = inspect(connection)
    names = [name for name in look.get_table_names() if name != "alembic_version"]
    return {name: sorted(column["name"] for column in look.get_columns(name)) for name in names}


def content(connection: Connection, wanted: dict[str, list[str]]) -> Rows:
    """Every row of these tables, of these columns only."""
    found = MetaData()
    found.reflect(connection)
    return {
        name: sorted(
            repr(tuple(row))
            for row in connection.execute(select(*(found.tables[name].c[column] for column in columns)))
        )
        for name, columns in wanted.items()
    }


def test_up_down_and_up_again_keep_every_row_and_both_chains(old: Database) -> None:
    with old.transaction() as connection:
        first = shape(connection)
        before = content(connection, first)
    assert sum(len(found) for found in before.values()) > 50
    for target in (HEAD, FIRST, HEAD):
        migrate(old, target)
        with old.transaction() as connection:
            assert stored_version(connection) == target
            after = content(connection, first)
            # A later version may add rows, such as a chain's beginning; it takes them back on its way down.
            assert all(set(before[name]) <= set(after[name]) for name in first)
            assert ledger.verify(connection) is None
            assert audit.verify(connection) is None
            if target == FIRST:
                assert after == before
                assert shape(connection) == first


def test_an_older_database_works_on_once_it_is_brought_up(old: Database) -> None:
    migrate(old)
    with old.transaction(write=True) as connection:
        lineage = rows.get(connection, tables.data, data_name="census")
        assert lineage is not None
        left = ledger.balance(connection, lineage.lineage)
        assert (left.current_epsilon, left.current_delta) == (5.0, 5e-4)
        counted.check(connection)
        values = {"email": "new@example.org", "password_hash": "", "state": "waiting", "created_at": 1, "updated_at": 1}
        assert rows.insert(connection, tables.users, **values) == 5
        audit.record(connection, actor="a", action="b")
        assert audit.verify(connection) is None


def test_a_backup_of_an_older_version_is_brought_up_and_restored(
    old: Database, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with old.transaction() as connection:
        first = shape(connection)
        described = MetaData()
        described.reflect(connection, only=list(first))
        before = content(connection, {name: first[name] for name in first if name not in backup.LEFT_OUT})
    with monkeypatch.context() as then:
        then.setattr(backup, "METADATA", described)
        then.setattr(backup, "HEAD", FIRST)
        backup.write(old, tmp_path / "old.zip")
    restore(database, tmp_path / "old.zip")
    with database.transaction() as connection:
        after = content(connection, {name: first[name] for name in before})
        assert ledger.verify(connection) is None
        assert audit.verify(connection) is None
    # The restore itself is one more entry.
    assert len(after["audits"]) == len(before["audits"]) + 1
    for name in before.keys() - {"audits", "chain_heads"}:
        assert set(before[name]) <= set(after[name]), name

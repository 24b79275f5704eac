import sqlite3
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from quarantine.domain.errors import Invalid, Unavailable
from quarantine.domain.settings import Settings
from quarantine.store import audit, engine, rows, tables
from quarantine.store.engine import Database, open_database


def test_the_state_folder_and_the_database_are_for_their_owner_only(tmp_path: Path) -> None:
    opened = open_database(Settings(home=str(tmp_path / "state")))
    with opened.transaction(write=True) as connection:
        connection.execute(text("CREATE TABLE t (a INTEGER)"))
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "state").iterdir()}
    opened.close()
    assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o700
    assert set(modes.values()) == {0o600}
    assert "dq0.sqlite-wal" in modes


def test_a_database_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    (tmp_path / "dq0.sqlite").touch(0o644)
    open_database(Settings(home=str(tmp_path))).close()
    assert stat.S_IMODE((tmp_path / "dq0.sqlite").stat().st_mode) == 0o600


@pytest.mark.parametrize("url", ["mysql://host/name", "sqlite://", "sqlite:///:memory:", "no url"])
def test_a_database_that_is_not_supported_is_refused(url: str) -> None:
    with pytest.raises(Invalid, match="DQ0_DATABASE_URL"):
        open_database(Settings(database_url=url))


def test_durable_transactions_wait_for_the_disk_and_ordinary_ones_do_not(database: Database) -> None:
    with database.transaction(write=True) as connection:
        assert connection.scalar(text("PRAGMA synchronous")) == 1
    with database.transaction(durable=True) as connection:
        assert connection.scalar(text("PRAGMA synchronous")) == 2
        assert connection.scalar(text("PRAGMA foreign_keys")) == 1
        assert connection.scalar(text("PRAGMA journal_mode")) == "wal"


def test_a_transaction_that_fails_leaves_nothing(database: Database) -> None:
    with pytest.raises(LookupError), database.transaction(write=True) as connection:
        audit.record(connection, actor="a", action="b")
        raise LookupError
    with database.transaction() as connection:
        assert rows.get(connection, tables.audits) is None


def test_a_reading_transaction_cannot_write(database: Database) -> None:
    with pytest.raises(OperationalError, match="readonly"), database.transaction() as connection:
        audit.record(connection, actor="a", action="b")


def test_a_reading_transaction_sees_one_state(database: Database) -> None:
    with database.transaction() as reading:
        assert rows.get(reading, tables.audits) is None
        with database.transaction(write=True) as connection:
            audit.record(connection, actor="a", action="b")
        assert rows.get(reading, tables.audits) is None


def test_a_second_write_transaction_inside_the_first_is_an_error_and_not_a_deadlock(database: Database) -> None:
    with (
        database.transaction(write=True),
        pytest.raises(RuntimeError, match="already open"),
        database.transaction(durable=True),
    ):
        pass
    with database.transaction(write=True):
        pass


def test_a_writer_that_waits_too_long_is_told_to_come_again(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.05)
    opened = open_database(settings)
    other = sqlite3.connect(settings.root / "dq0.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable), opened.transaction(write=True):
        pass
    other.close()
    with opened.transaction(write=True) as connection:
        audit.record(connection, actor="a", action="b")
    opened.close()


def test_threads_that_write_at_once_all_get_their_turn(database: Database) -> None:
    def write() -> None:
        for _ in range(20):
            with database.transaction(write=True) as connection:
                audit.record(connection, actor="a", action="b")

    threads = [threading.Thread(target=write) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.transaction() as connection:
        assert audit.verify(connection) is None
        assert connection.scalar(text("SELECT count(*) FROM audits")) == 320


def test_importing_the_store_loads_neither_alembic_nor_argon2() -> None:
    script = (
        "import sys, quarantine.store.migrate, quarantine.store.accounts;"
        "sys.exit(sum(name.partition('.')[0] in {'alembic', 'argon2'} for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", script], cwd=Path(__file__).parents[2]).returncode == 0


def test_text_that_is_not_unicode_is_refused_before_it_reaches_a_table(database: Database) -> None:
    with pytest.raises(Invalid, match="Unicode"), database.transaction(write=True) as connection:
        rows.get(connection, tables.data, data_name="\ud800")

import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from databases import Kind
from postgres import Cluster
from quarantine.domain.errors import Conflict, Invalid, Unavailable
from quarantine.domain.settings import Settings
from quarantine.store import audit, data, engine, rows, tables, throttle
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
    asked = text("PRAGMA synchronous" if database.sqlite else "SHOW synchronous_commit")
    with database.transaction(write=True) as connection:
        assert connection.scalar(asked) in (1, "off")
    with database.transaction(durable=True) as connection:
        assert connection.scalar(asked) in (2, "on")


def test_sqlite_keeps_foreign_keys_and_a_journal(sqlite_kind: Kind, tmp_path: Path) -> None:
    with sqlite_kind.migrated(tmp_path) as settings:
        opened = open_database(settings)
        with opened.transaction(durable=True) as connection:
            assert connection.scalar(text("PRAGMA foreign_keys")) == 1
            assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
        opened.close()


def test_a_transaction_that_fails_leaves_nothing(database: Database) -> None:
    with pytest.raises(LookupError), database.transaction(write=True) as connection:
        audit.record(connection, actor="a", action="b")
        raise LookupError
    with database.transaction() as connection:
        assert rows.get(connection, tables.audits) is None


def test_a_reading_transaction_cannot_write(database: Database) -> None:
    with pytest.raises(DBAPIError, match=r"read-?only"), database.transaction() as connection:
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
    other = open_database(settings)
    monkeypatch.setattr(engine, "BUSY_SECONDS", 1.0)
    opened, told = open_database(settings), list[str]()
    opened.on_error = told.append
    with other.transaction(write=True) as held:
        audit.record(held, actor="a", action="b")
        with pytest.raises(Unavailable, match="busy"), opened.transaction(write=True) as connection:
            audit.record(connection, actor="a", action="b")
    other.close()
    assert told == ["unavailable"]
    with opened.transaction(write=True) as connection:
        audit.record(connection, actor="a", action="b")
    opened.close()


def test_a_statement_that_takes_too_long_is_ended(postgresql_kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "STATEMENT_SECONDS", 1)
    with postgresql_kind.empty(Path()) as settings:
        opened = open_database(settings)
        for write in (False, True):
            with pytest.raises(Unavailable, match="busy"), opened.transaction(write=write) as connection:
                connection.execute(text("SELECT pg_sleep(30)"))
        with opened.transaction(write=True) as connection:
            opened.take_time(connection)
            connection.execute(text("SELECT pg_sleep(1.1)"))
        opened.close()


def test_a_database_that_cannot_be_reached_is_unavailable(postgres: Cluster) -> None:
    url = postgres.database()
    opened = open_database(Settings(database_url=url))
    with opened.transaction(write=True) as connection:
        audit.record(connection, actor="a", action="b")
    name = opened.url.database
    postgres.run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
    postgres.run(f"ALTER DATABASE {name} RENAME TO {name}_away")
    for _ in range(3):
        with pytest.raises(Unavailable, match="reached"), opened.transaction(write=True) as connection:
            audit.record(connection, actor="a", action="b")
    postgres.run(f"ALTER DATABASE {name}_away RENAME TO {name}")
    with opened.transaction() as connection:
        assert audit.verify(connection) is None
    opened.close()
    postgres.drop(url)


def test_a_process_that_is_killed_while_it_writes_leaves_nothing_locked(database: Database, settings: Settings) -> None:
    script = (
        "import os, signal, sys; from quarantine.domain.settings import Settings; from quarantine.store import audit;"
        "from quarantine.store.engine import open_database;"
        "database = open_database(Settings(database_url=sys.argv[1]));"
        "held = database.transaction(durable=True); connection = held.__enter__();"
        "audit.record(connection, actor='a', action='b'); os.kill(os.getpid(), signal.SIGKILL)"
    )
    ended = subprocess.run([sys.executable, "-c", script, settings.url], cwd=Path(__file__).parents[2])
    assert ended.returncode == -signal.SIGKILL
    with database.transaction(write=True) as connection:
        assert rows.get(connection, tables.audits) is None
        assert audit.record(connection, actor="a", action="b") == 1


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


def test_attempts_that_come_at_once_are_all_counted(database: Database) -> None:
    begun = threading.Barrier(8)

    def attempt() -> None:
        begun.wait(30)
        with database.transaction(write=True) as connection:
            throttle.count(connection, throttle.PER_CLIENT, "somewhere")

    threads = [threading.Thread(target=attempt) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.transaction() as connection:
        assert connection.scalar(text("SELECT attempts FROM login_attempts")) == 8


def test_two_who_write_the_same_at_once_are_told_so(postgresql_kind: Kind) -> None:
    """On SQLite the second begins when the first is done."""
    with postgresql_kind.migrated(Path()) as settings:
        opened = open_database(settings)
        seen, answers = threading.Barrier(2), []

        def register() -> None:
            try:
                with opened.transaction(write=True) as connection:
                    assert rows.get(connection, tables.origins) is None
                    seen.wait(30)
                    data.lineage_of(connection, [data.Origin("/data/census.csv", "a" * 64)])
                answers.append("done")
            except Conflict as error:
                answers.append(error.message)

        threads = [threading.Thread(target=register) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with opened.transaction() as connection:
            found = connection.scalar(text("SELECT count(*) FROM lineages"))
        opened.close()
    assert found == 1
    # Whoever looks after the other is done finds his lineage and shares it.
    assert sorted(answers) in (["done", "done"], ["done", "somebody else has just changed the same; try again"])


def test_who_looks_before_and_writes_after_another_registers_the_same_is_told_so(
    postgresql_kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or else one source would have two budgets."""
    source = [data.Origin("/data/census.csv", "a" * 64)]
    with postgresql_kind.migrated(Path()) as settings:
        opened = open_database(settings)
        created = data._new_lineage

        def register() -> None:
            with opened.transaction(write=True) as other:
                data.lineage_of(other, source)

        def after_another(connection: Connection) -> str:
            monkeypatch.setattr(data, "_new_lineage", created)
            another = threading.Thread(target=register)
            another.start()
            another.join()
            return created(connection)

        monkeypatch.setattr(data, "_new_lineage", after_another)
        with pytest.raises(Conflict, match="somebody else"), opened.transaction(write=True) as connection:
            data.lineage_of(connection, source)
        with opened.transaction() as connection:
            assert connection.scalar(text("SELECT count(*) FROM lineages")) == 1
        opened.close()


def test_importing_the_store_loads_neither_alembic_nor_argon2() -> None:
    script = (
        "import sys, quarantine.store.migrate, quarantine.store.accounts;"
        "sys.exit(sum(name.partition('.')[0] in {'alembic', 'argon2'} for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", script], cwd=Path(__file__).parents[2]).returncode == 0


def test_text_that_is_not_unicode_is_refused_before_it_reaches_a_table(database: Database) -> None:
    with pytest.raises(Invalid, match="Unicode"), database.transaction(write=True) as connection:
        rows.get(connection, tables.data, data_name="\ud800")


def test_text_that_only_sqlite_could_keep_is_refused_on_postgresql(postgresql_kind: Kind) -> None:
    with postgresql_kind.migrated(Path()) as settings:
        opened = open_database(settings)
        for name in ("nul \0", "x" * 300):
            with pytest.raises(Invalid, match="no room"), opened.transaction(write=True) as connection:
                lineage = rows.insert(connection, tables.lineages, lineage=name, created_at=1)
                assert lineage
        opened.close()

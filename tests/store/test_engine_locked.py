"""The query engine is closed to everything but SELECTs over the bounded copies, and fails with one text."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest

from quarantine.domain.errors import DomainError
from quarantine.domain.metadata.model import Column, ColumnType, Metadata, Source, Table
from quarantine.domain.privacy import FAILED, plan, release
from quarantine.domain.settings import Settings
from quarantine.store.sources.engine import Engine
from quarantine.store.sources.watch import Watch


def write(path: Path, select: str) -> Path:
    place = str(path).replace("'", "''")
    with duckdb.connect() as connection:
        connection.execute(f"COPY ({select}) TO '{place}' (FORMAT parquet)")
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    inside = tmp_path / "bounded"
    inside.mkdir()
    write(inside / "people.parquet", "SELECT range AS id, 'CANARY' AS name FROM range(10)")
    write(tmp_path / "outside.parquet", "SELECT 'CANARY' AS name")
    (tmp_path / "outside.csv").write_text("CANARY\n1\n")
    return inside


@pytest.fixture
def engine(folder: Path) -> Iterator[Engine]:
    made = Engine(folder, memory_mb=512, seconds=60, threads=2)
    yield made
    made.close()


CLOSED = [
    "SELECT * FROM read_csv('{outside}.csv')",
    "SELECT * FROM read_text('{outside}.csv')",
    "SELECT * FROM read_parquet('{outside}.parquet')",
    "SELECT * FROM '{outside}.csv'",
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_parquet('{folder}/../outside.parquet')",
    "SELECT * FROM glob('/etc/*')",
    "SELECT * FROM read_csv('https://example.com/x.csv')",
    "SELECT * FROM 's3://bucket/x.parquet'",
    "SELECT getenv('HOME')",
    "COPY (SELECT 1) TO '{outside}.out'",
    "COPY (SELECT 1) TO '{folder}/people.parquet'",
    "EXPORT DATABASE '{folder}/out'",
    "ATTACH '{folder}/new.db'",
    "ATTACH ':memory:' AS other",
    "INSTALL httpfs",
    "LOAD httpfs",
    "SET threads = 1",
    "SET enable_external_access = true",
    "RESET lock_configuration",
    "PRAGMA enable_external_access = true",
    "CREATE TABLE x AS SELECT 1",
    "DROP VIEW people",
    "DELETE FROM people",
    "CALL pragma_version()",
    "EXPLAIN ANALYZE SELECT 1",
    "SELECT 1; SELECT 2",
    "",
    "not sql",
]


@pytest.mark.parametrize("statement", CLOSED)
def test_nothing_but_a_select_over_the_copies_runs(
    engine: Engine, folder: Path, tmp_path: Path, statement: str
) -> None:
    before = (folder / "people.parquet").read_bytes()
    text = statement.format(outside=tmp_path / "outside", folder=folder)
    with pytest.raises(DomainError) as failed:
        engine.aggregate(text, {"people": folder / "people.parquet"})
    assert failed.value.message == FAILED
    assert sorted(path.name for path in folder.iterdir()) == ["people.parquet"]
    assert (folder / "people.parquet").read_bytes() == before
    assert not (tmp_path / "outside.out").exists()


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT name::INTEGER FROM people",
        "SELECT 9223372036854775807 + id FROM people",
        "SELECT nothing FROM people",
        "SELECT error(name) FROM people",
    ],
)
def test_a_failure_carries_no_value_and_no_cause(engine: Engine, folder: Path, statement: str) -> None:
    with pytest.raises(DomainError) as failed:
        engine.aggregate(statement, {"people": folder / "people.parquet"})
    assert str(failed.value) == FAILED
    assert failed.value.__cause__ is None and failed.value.__context__ is None


def test_a_missing_file_fails_alike(engine: Engine, folder: Path) -> None:
    with pytest.raises(DomainError, match="its cost stays charged"):
        engine.aggregate("SELECT 1 FROM people", {"people": folder / "nothing.parquet"})


def test_a_file_outside_the_folder_is_not_read(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(DomainError):
        engine.aggregate("SELECT COUNT(*) FROM people", {"people": tmp_path / "outside.parquet"})


def test_a_statement_that_runs_too_long_is_stopped_and_the_engine_goes_on(folder: Path) -> None:
    engine = Engine(folder, seconds=0.3, threads=2)
    endless = "SELECT SUM(a.range * b.range) FROM range(10000000) a, range(1000000) b"
    with pytest.raises(DomainError, match="its cost stays charged"):
        engine.aggregate(endless, {})
    assert engine.aggregate("SELECT COUNT(*) FROM people", {"people": folder / "people.parquet"}) == [(10,)]
    engine.close()


def test_too_much_memory_fails_alike(folder: Path) -> None:
    engine = Engine(folder, memory_mb=64, threads=2)
    with pytest.raises(DomainError):
        engine.aggregate("SELECT range, COUNT(*) FROM range(20000000) GROUP BY range ORDER BY 2", {})
    engine.close()


def test_a_replaced_copy_is_read_anew(engine: Engine, folder: Path) -> None:
    path = folder / "people.parquet"
    assert engine.aggregate("SELECT COUNT(*) FROM people", {"people": path}) == [(10,)]
    write(path, "SELECT 1.5 AS id FROM range(3)")
    assert engine.aggregate("SELECT COUNT(*), MAX(id)::VARCHAR FROM people", {"people": path}) == [(3, "1.5")]


def test_threads_share_an_engine(engine: Engine, folder: Path) -> None:
    files = {"people": folder / "people.parquet"}
    with ThreadPoolExecutor(8) as pool:
        rows = list(pool.map(lambda _: engine.aggregate("SELECT SUM(id) FROM people", files), range(64)))
    assert rows == [[(45,)]] * 64


def test_many_copies_do_not_pile_up(engine: Engine, folder: Path) -> None:
    for index in range(40):
        path = write(folder / f"copy{index}.parquet", f"SELECT {index} AS id")
        assert engine.aggregate("SELECT id FROM people", {"people": path}) == [(index,)]
    assert sum(map(len, engine._idle.values())) <= 32


def test_odd_names_are_only_names(engine: Engine, folder: Path) -> None:
    path = write(folder / 'it\'s "odd".parquet', "SELECT 7 AS id")
    assert engine.aggregate('SELECT id FROM "a""b.c"', {'a"b.c': path}) == [(7,)]


def test_a_forked_child_has_an_engine_of_its_own(engine: Engine, folder: Path) -> None:
    files = {"people": folder / "people.parquet"}
    engine.aggregate("SELECT COUNT(*) FROM people", files)
    code = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from quarantine.store.sources.engine import Engine\n"
        f"folder = Path({str(folder)!r})\n"
        "engine = Engine(folder)\n"
        "files = {'people': folder / 'people.parquet'}\n"
        "assert engine.aggregate('SELECT COUNT(*) FROM people', files) == [(10,)]\n"
        "child = os.fork()\n"
        "if child == 0:\n"
        "    os._exit(0 if engine.aggregate('SELECT COUNT(*) FROM people', files) == [(10,)] else 1)\n"
        "sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))\n"
    )
    # Python 3.12 and later warn of every fork beside threads; that it is safe here is what is tested.
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_settings_make_an_engine(tmp_path: Path) -> None:
    engine = Engine.of(Settings(home=str(tmp_path)))
    assert engine.aggregate("SELECT 42", {}) == [(42,)]
    engine.close()


def test_from_sql_to_csv(engine: Engine, folder: Path) -> None:
    path = write(folder / "t.parquet", "SELECT range // 2 AS person, 20 + range % 2 AS age FROM range(100000)")
    columns = (
        Column(name="person", type=ColumnType.INT, private_id=True, nullable=False),
        Column(name="age", type=ColumnType.INT, nullable=False, lower=0, upper=100),
    )
    table = Table(schema="s", name="t", columns=columns, source=Source(), max_ids=2)
    made = plan("SELECT COUNT(*) AS n, AVG(age) AS mean FROM t", Metadata(name="d", tables=(table,)), epsilon=100.0)
    answer = release(made, engine.aggregate(made.statement("duckdb", "bounded"), {"bounded": path}))
    assert answer.csv().startswith("n,mean\r\n")
    assert answer.rows[0][0] == pytest.approx(100_000, abs=10)
    assert answer.rows[0][1] == pytest.approx(20.5, abs=0.1)


def test_a_call_in_time_is_not_stopped() -> None:
    watch, stopped = Watch(), threading.Event()
    with watch.until(time.monotonic() + 60, stopped.set) as overdue:
        pass
    assert not overdue() and not stopped.is_set()
    with watch.until(time.monotonic() - 1, stopped.set) as overdue:
        assert stopped.wait(10)
    assert overdue()
    watch.close()

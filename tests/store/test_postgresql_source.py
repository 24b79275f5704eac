"""A table that lives in PostgreSQL: what its bounded copy promises, what is locked, and who decides what is reached."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from msgspec.structs import replace

from postgres_source import READER, Warehouse
from quarantine.domain.errors import DomainError, Refused
from quarantine.domain.metadata.addresses import Server
from quarantine.domain.metadata.model import Column, ColumnType, Metadata, Source, Table
from quarantine.domain.privacy import FAILED, plan
from quarantine.domain.settings import Settings
from quarantine.store.sources import postgresql
from quarantine.store.sources.connector import Copy
from quarantine.store.sources.postgresql import PostgreSQL, TablePlace, name_of
from quarantine.store.sources.postgresql_session import (
    TOO_MIGHTY,
    UNREACHABLE,
)
from quarantine.store.sources.running import Stopped

COPY = Copy(data_uuid="6af92043-33db-4c27-8b38-e8733f4713c2", version=1, schema="s", table="t")
CANARY = "canary-4111-1111"
INT, FLOAT, STRING, BOOLEAN, DATETIME = (
    ColumnType.INT,
    ColumnType.FLOAT,
    ColumnType.STRING,
    ColumnType.BOOLEAN,
    ColumnType.DATETIME,
)
Made = Callable[..., Table]


@pytest.fixture
def connector(warehouse: Warehouse, tmp_path: Path) -> PostgreSQL:
    return PostgreSQL(warehouse.settings(tmp_path, query_seconds=2))


@pytest.fixture
def made(warehouse: Warehouse) -> Iterator[Made]:
    """Makes a table `s.t` from a SELECT, readable, and gives its metadata."""
    warehouse.run("DROP SCHEMA IF EXISTS s, dq0_bounded CASCADE; CREATE SCHEMA s")
    warehouse.run(f"GRANT USAGE ON SCHEMA s TO {READER}")

    def make(select: str, *columns: Column, max_ids: int = 1, server: dict[str, Any] | None = None) -> Table:
        warehouse.run(f"CREATE TABLE s.t AS {select}")
        warehouse.run(f"GRANT SELECT ON s.t TO {READER}")
        source = Source(connector="postgresql", server=Server(**{**warehouse.source, **(server or {})}))
        private = any(column.private_id for column in columns)
        return Table(schema="s", name="t", columns=columns, source=source, max_ids=max_ids, row_privacy=not private)

    yield make
    warehouse.run("DROP SCHEMA IF EXISTS s, dq0_bounded CASCADE")


def built(connector: PostgreSQL, table: Table, copy: Copy = COPY) -> TablePlace:
    place = connector.locate(table)
    place.build(copy, lambda share: None, lambda: False)
    return place


def copied(warehouse: Warehouse, order: str = "1") -> list[tuple[Any, ...]]:
    return warehouse.run(f'SELECT * FROM dq0_bounded."{name_of(COPY)}" ORDER BY {order}')


def test_a_cell_of_any_type_becomes_what_it_is_elsewhere(
    warehouse: Warehouse, connector: PostgreSQL, made: Made
) -> None:
    cells = {
        "i": ("'12'", " 7 ", "x", "1e2", "", "9e40", "2.5", "-0.5", "NaN", "1" * 500),
        "f": ("'1.5'", "inf", "nan", "1e400", "1e-400", "-Infinity", ".5", "1,5", "", "1e999999"),
        "b": ("'yes'", "F", "1.0", "no", "maybe", "", "TRUE", "0", "t", "n"),
        "d": ("'2020-01-02'", "2020-02-30", "2020-02-29 01:02:03.5", "2020-01-01T00:00:00+01:00", "infinity",
              "0000-01-01", "99999-01-01", "2020-13-01", "now", "2020-01-01 25:00"),
    }  # fmt: skip
    lists = [
        f"unnest(ARRAY[{', '.join(chr(39) + cell.strip(chr(39)) + chr(39) for cell in many)}]) AS {name}"
        for name, many in cells.items()
    ]
    columns = (
        Column(name="i", type=INT, lower=-5, upper=1000),
        Column(name="f", type=FLOAT, lower=-10, upper=10),
        Column(name="b", type=BOOLEAN),
        Column(name="d", type=DATETIME, lower=0, upper=1_600_000_000),
    )
    built(
        connector, made(f"SELECT generate_series(1, 10) AS n, {', '.join(lists)}", Column(name="n", type=INT), *columns)
    )
    found = list(zip(*copied(warehouse), strict=True))
    assert found[1] == (12, 7, None, 100, None, None, 3, -1, None, None)
    scale = 10**8 if columns[1].scale > 10**6 else columns[1].scale
    expected = (1.5, 10, None, 10, 0, -10, 0.5, None, None, None)
    assert found[2] == tuple(None if value is None else round(value * scale) for value in expected)
    assert found[3] == (True, False, True, False, None, None, True, False, True, False)
    days = [None if value is None else value.isoformat(sep=" ") for value in found[4]]
    assert days[:4] == ["2020-01-02 00:00:00", None, "2020-02-29 01:02:03.500000", "2019-12-31 23:00:00"]
    assert days[4:] == [None] * 6


def test_types_of_its_own_are_read_exactly(warehouse: Warehouse, connector: PostgreSQL, made: Made) -> None:
    select = (
        "SELECT 0.1::real AS r, 'NaN'::numeric AS q, 12345678901234567.5::numeric AS big, 1.5::money AS m, "
        "'infinity'::timestamptz AS z, '4000-01-01 BC'::date AS old, timestamptz '2020-01-01 00:00+02' AS at, "
        "'x'::char(5) AS c, 3::float8 AS w, ARRAY[1] AS l, true AS b"
    )
    kinds = {"r": FLOAT, "q": FLOAT, "big": INT, "m": FLOAT, "z": DATETIME, "old": DATETIME, "at": DATETIME}
    kinds |= {"c": STRING, "w": INT, "l": INT, "b": INT}
    built(connector, made(select, *(Column(name=name, type=kind) for name, kind in kinds.items())))
    (row,) = copied(warehouse)
    found = dict(zip(kinds, row, strict=True))
    assert (found["r"], found["q"], found["big"], found["m"]) == (100_000, None, 12345678901234568, None)
    assert (found["z"], found["old"], found["at"].isoformat()) == (None, None, "2019-12-31T22:00:00")
    assert (found["c"], found["w"], found["l"], found["b"]) == ("x", 3, None, None)


def test_each_person_keeps_as_many_rows_as_allowed(warehouse: Warehouse, connector: PostgreSQL, made: Made) -> None:
    columns = (Column(name="id", type=STRING, private_id=True), Column(name="a", type=INT, lower=0, upper=5))
    table = made(
        "SELECT CASE WHEN n < 900 THEN 'many' WHEN n = 900 THEN NULL WHEN n < 950 THEN 'Many' ELSE 'p' || n END AS id, "
        "n AS a, 'CANARY' AS other FROM generate_series(1, 1000) AS n",
        *columns,
        max_ids=3,
    )
    built(connector, table)
    counts = warehouse.run(f'SELECT id, count(*), max(a) FROM dq0_bounded."{name_of(COPY)}" GROUP BY 1')
    assert {name: count for name, count, _ in counts} == {
        "many": 3,
        "Many": 3,
        **{f"p{n}": 1 for n in range(950, 1001)},
    }
    assert max(top for _, _, top in counts) == 5
    assert len(copied(warehouse)[0]) == 2


def test_persons_that_a_collation_takes_for_one_are_two(
    warehouse: Warehouse, connector: PostgreSQL, made: Made
) -> None:
    warehouse.run("CREATE COLLATION s.loose (provider = icu, locale = 'und-u-ks-level1', deterministic = false)")
    table = made(
        "SELECT unnest(ARRAY['ann', 'Ann']) COLLATE s.loose AS id", Column(name="id", type=STRING, private_id=True)
    )
    built(connector, table)
    assert [row[0] for row in copied(warehouse, 'id COLLATE "C"')] == ["Ann", "ann"]
    assert exact(connector, table, "SELECT COUNT(DISTINCT id), COUNT(*) FROM s.t") == [(2, 2)]


def exact(connector: PostgreSQL, table: Table, statement: str) -> list[tuple[object, ...]]:
    return connector.aggregate(plan(statement, Metadata(name="d", tables=(table,)), epsilon=1.0), table, COPY)


NUMBERS = "SELECT n AS id, n % 10 AS a FROM generate_series(1, 1000) AS n"
PERSON, A = Column(name="id", type=INT, private_id=True), Column(name="a", type=INT, lower=0, upper=9)


def test_only_one_select_runs_and_only_reading(
    warehouse: Warehouse, connector: PostgreSQL, made: Made, tmp_path: Path
) -> None:
    table = made(NUMBERS, PERSON, A)
    place = built(connector, table)
    copy = f'dq0_bounded."{name_of(COPY)}"'
    assert connector.select(f"SELECT sum(a) AS m FROM {copy}", place.address) == [(4500,)]
    for statement in (
        f"DELETE FROM {copy}",
        f"WITH gone AS (DELETE FROM {copy} RETURNING 1) SELECT * FROM gone",
        f"SELECT 1) AS a; DELETE FROM {copy}; SELECT (1",
        "SELECT 1; SELECT 2",
        "SET statement_timeout = 0",
        "COPY (SELECT 1) TO PROGRAM 'true'",
        "COPY s.t TO '/tmp/x'",
        "SELECT pg_read_file('/etc/passwd')",
        "SELECT pg_ls_dir('/')",
        "SELECT lo_import('/etc/passwd')",
        "SELECT set_config('transaction_read_only', 'off', true)",
        "SELECT set_config('session_authorization', 'owner', false)",
        "SELECT pg_reload_conf()",
        "CREATE TABLE s.x AS SELECT 1",
        "SELECT * INTO s.x FROM s.t",
        "SELECT nextval('s.q')",
        "SELECT * FROM t",
        f"SELECT a FROM {copy}, generate_series(1, 2000000)",
    ):
        with pytest.raises((psycopg.Error, OverflowError)):
            connector.select(statement, place.address)
    assert connector.select(f"SELECT count(*) AS n FROM {copy}", place.address) == [(1000,)]


def test_every_failure_of_an_aggregate_is_one_text_without_a_cause(connector: PostgreSQL, made: Made) -> None:
    table = made(NUMBERS, PERSON, A)
    asked = plan("SELECT COUNT(*) FROM s.t", Metadata(name="d", tables=(table,)), epsilon=1.0)
    with pytest.raises(DomainError) as caught:
        connector.aggregate(asked, table, COPY)
    assert (caught.value.message, caught.value.__cause__, caught.value.__context__) == (FAILED, None, None)


SMALL = "((a * 1e-100 - b * 1e-100) * (b * 1e-100 - 3e-99))"


def test_the_smallest_product_that_is_allowed_is_computed(connector: PostgreSQL, made: Made) -> None:
    table = made("SELECT 1 AS a, 2 AS b UNION ALL SELECT 0, 0 UNION ALL SELECT NULL, 3", A, Column(name="b", type=INT))
    built(connector, table)
    for sql in (f"{SMALL} > 0", f"CASE WHEN {SMALL} > 0 THEN 1 ELSE 0 END = 1", "a * 1e-100 * 1e-100 > 0"):
        assert exact(connector, table, f"SELECT COUNT(*) FROM s.t WHERE {sql}") == [(1,)]
    assert exact(connector, table, f"SELECT COUNT(*) FILTER (WHERE {SMALL} > 0) FROM s.t") == [(1,)]


def test_a_query_that_takes_too_long_is_stopped(connector: PostgreSQL, made: Made) -> None:
    place = built(connector, made(NUMBERS, PERSON, A))
    with pytest.raises(psycopg.errors.QueryCanceled):
        connector.select(
            "SELECT count(*) FROM generate_series(1, 1000000) a, generate_series(1, 1000000) b", place.address
        )


def test_a_build_is_stopped_and_leaves_the_older_copy(
    warehouse: Warehouse,
    connector: PostgreSQL,
    made: Made,
) -> None:
    table = made(NUMBERS, PERSON, A)
    place = built(connector, table)
    before = copied(warehouse)
    slow = "SELECT n AS id, n AS a FROM generate_series(1, 100000) AS n WHERE pg_sleep(0.1) IS NOT NULL"
    warehouse.run(f"DROP TABLE s.t; CREATE VIEW s.t AS {slow}; GRANT SELECT ON s.t TO {READER}")
    stop = threading.Event()
    timer = threading.Timer(0.5, stop.set)
    timer.start()
    with pytest.raises(Stopped):
        place.build(COPY, lambda share: None, stop.is_set)
    assert copied(warehouse) == before


def test_what_is_not_there_not_readable_or_not_granted_is_one_text(
    warehouse: Warehouse,
    made: Made,
    tmp_path: Path,
) -> None:
    table = made(NUMBERS, PERSON, A)
    warehouse.run(
        "CREATE TABLE s.hidden AS SELECT 1 AS id, 2 AS a; CREATE SCHEMA closed; CREATE TABLE closed.t (id int)"
    )

    def said(other: Table, url: str = warehouse.url) -> str:
        connector = PostgreSQL(Settings(home=str(tmp_path), data_databases=url))
        with pytest.raises(Refused) as caught:
            connector.locate(other).check_columns()
        error: BaseException | None = caught.value
        while error is not None:
            assert "reader" not in str(error) and "127.0.0.1" not in str(error)
            error = error.__cause__ or error.__context__
        return caught.value.message

    assert (
        said(replace(table, name="nothing"))
        == said(replace(table, name="hidden"))
        == said(replace(table, schema="closed"))
        == UNREACHABLE
    )
    assert said(table, warehouse.url.replace("reader:", "reader:wrong")) == UNREACHABLE
    gone = Source(connector="postgresql", server=Server(host="127.0.0.1", port=1, database="d"))
    assert said(replace(table, source=gone), "postgresql://reader@127.0.0.1:1/d") == UNREACHABLE
    assert (
        said(replace(table, columns=(*table.columns, Column(name="b", type=INT)))) == "s.t: the table has no column b"
    )
    warehouse.run("DROP SCHEMA closed CASCADE")


def test_an_account_that_could_read_the_hosts_files_is_refused(
    warehouse: Warehouse, made: Made, tmp_path: Path
) -> None:
    table = made(NUMBERS, PERSON, A)
    warehouse.run("CREATE ROLE mighty LOGIN PASSWORD 'm' IN ROLE pg_read_server_files")
    for account in (f"owner:{warehouse.password}", "mighty:m"):
        url = warehouse.address.replace("//", f"//{account}@")
        connector = PostgreSQL(Settings(home=str(tmp_path), data_databases=url))
        with pytest.raises(Refused) as caught:
            connector.locate(table).check_columns()
        assert caught.value.message == TOO_MIGHTY
    warehouse.run("DROP ROLE mighty")


def test_an_account_that_may_not_make_the_copy_is_told_what_is_missing(
    warehouse: Warehouse,
    connector: PostgreSQL,
    made: Made,
) -> None:
    table = made(NUMBERS, PERSON, A)
    warehouse.run(f"REVOKE CREATE ON DATABASE {warehouse.database} FROM {READER}")
    try:
        with pytest.raises(Refused, match="needs to create tables in the schema dq0_bounded"):
            built(connector, table)
        # A schema that is its own is enough.
        warehouse.run(f"CREATE SCHEMA dq0_bounded AUTHORIZATION {READER}")
        built(connector, table)
        assert warehouse.copies() == [name_of(COPY)]
    finally:
        warehouse.run(f"GRANT CREATE ON DATABASE {warehouse.database} TO {READER}")


def test_every_way_to_change_the_rows_changes_the_fingerprint(
    warehouse: Warehouse,
    connector: PostgreSQL,
    made: Made,
) -> None:
    place = connector.locate(made(NUMBERS, PERSON, A))
    seen = [place.fingerprint()]
    for change in (
        "INSERT INTO s.t VALUES (5000, 1)",
        "UPDATE s.t SET a = 2 WHERE id = 5000",
        "DELETE FROM s.t WHERE id = 5000",
        "TRUNCATE s.t",
        "ALTER TABLE s.t ADD COLUMN more int",
        f"DROP TABLE s.t; CREATE TABLE s.t (id int, a int); GRANT SELECT ON s.t TO {READER}",
        "CREATE TABLE s.child () INHERITS (s.t)",
        "INSERT INTO s.child VALUES (1, 1)",
    ):
        warehouse.run(change)
        deadline = time.monotonic() + 10
        # What was written is counted when the session that wrote it has ended, or a second later.
        while (found := place.fingerprint()) in seen and time.monotonic() < deadline:
            time.sleep(0.05)
        assert found not in seen, change
        seen.append(found)
    assert place.fingerprint() == seen[-1]


def test_a_copy_is_made_anew_after_a_while_in_any_case(warehouse: Warehouse, made: Made, tmp_path: Path) -> None:
    table = made(NUMBERS, PERSON, A)
    place = PostgreSQL(warehouse.settings(tmp_path, database_refresh_seconds=1)).locate(table)
    first = place.fingerprint()
    deadline = time.monotonic() + 10
    while place.fingerprint() == first and time.monotonic() < deadline:
        time.sleep(0.05)
    assert place.fingerprint() != first


def test_the_same_rows_and_the_same_table_are_known_under_other_names(
    warehouse: Warehouse,
    connector: PostgreSQL,
    made: Made,
) -> None:
    table = made(NUMBERS, PERSON, A)
    place = connector.locate(table)
    identity, content = [origin.digest for origin in place.origins()]
    assert place.names == (f"{warehouse.address}/s/t",)
    warehouse.run("ALTER TABLE s.t RENAME TO before; CREATE TABLE s.t AS SELECT * FROM s.before ORDER BY id DESC")
    warehouse.run(f"GRANT SELECT ON s.t TO {READER}")
    moved, same = [origin.digest for origin in place.origins()]
    assert moved != identity and same == content
    warehouse.run("UPDATE s.t SET a = a + 1 WHERE id = 7")
    assert [origin.digest for origin in place.origins()] == [moved, place.origins()[1].digest] != [moved, content]
    warehouse.run("DELETE FROM s.t")
    assert [origin.digest for origin in place.origins()] == [moved]


def test_copies_go_by_version_and_only_the_datasets_own(
    warehouse: Warehouse, connector: PostgreSQL, made: Made
) -> None:
    table = made(NUMBERS, PERSON, A)
    other = Copy(data_uuid="7af92043-33db-4c27-8b38-e8733f4713c2", version=1, schema="s", table="t")
    copies = [COPY, Copy(data_uuid=COPY.data_uuid, version=12, schema="s", table="t"), other]
    for copy in copies:
        built(connector, table, copy)
    connector.drop([table], COPY.data_uuid, lambda version: version < 12)
    assert sorted(warehouse.copies()) == sorted(map(name_of, copies[1:]))
    connector.drop([table], COPY.data_uuid, lambda version: True)
    assert warehouse.copies() == [name_of(other)]


def test_nothing_that_a_row_says_makes_a_build_fail_or_is_told(
    warehouse: Warehouse,
    connector: PostgreSQL,
    made: Made,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    table = made(f"SELECT 1 AS id, '{CANARY}' AS a", PERSON, A)
    built(connector, table)
    assert copied(warehouse) == [(1, None)]
    monkeypatch.setattr(postgresql, "projection", lambda *_: "SELECT a::int FROM s.t")
    with pytest.raises(Refused) as caught:
        built(connector, table)
    error: BaseException | None = caught.value
    while error is not None:
        assert CANARY not in str(error)
        error = error.__cause__ or error.__context__

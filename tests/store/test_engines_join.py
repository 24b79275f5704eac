"""Joins, UNION ALL and sums per person in every engine: equal answers, of copies whose keys are unique."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import pytest
from tables import QUERIES, Row, metadata

from engines import exact
from postgres_source import READER, Warehouse
from quarantine.domain.errors import Refused
from quarantine.domain.metadata.addresses import Server
from quarantine.domain.metadata.model import ColumnType, Source, Table
from quarantine.domain.privacy import Plan, plan
from quarantine.domain.settings import Settings
from quarantine.store.sources.connector import Copy
from quarantine.store.sources.connectors import Connectors

KINDS = {
    ColumnType.INT: "bigint",
    ColumnType.FLOAT: "double precision",
    ColumnType.STRING: "text",
    ColumnType.BOOLEAN: "boolean",
}
CONTENT: dict[str, list[Row]] = {
    "people": [(n // 2, "FM"[n % 2], None if n % 7 == 0 else 15 + n, n % 5, "x", "y") for n in range(40)],
    "visits": [(n // 3, n * 1.37 - 9, None if n % 11 == 0 else "aÄb"[n % 3], n % 35) for n in range(90)],
    "towns": [
        (1, "north", 5, "a"),
        (2, "south", 2_000, None),
        (3, "west", 3, "c"),
        (None, "north", 7, "d"),
        (None, None, 1, ""),
    ],
    "regions": [("north", True), ("south", False), ("", True)],
    "rows": [(n % 5, n % 12) for n in range(30)],
    "named": [("a", 1.0)],
}


class Places:
    """The tables of one engine, where it reads them."""

    def __init__(self, home: Path, source: Callable[[str], Source], **settings: Any) -> None:
        self.connectors = Connectors(Settings(home=str(home), query_memory_mb=768, query_seconds=120, **settings))
        self.source = source
        self.built: dict[str, tuple[Table, Copy]] = {}

    def build(self, name: str) -> tuple[Table, Copy]:
        """The bounded copy of one table; raises Refused."""
        found = next(table for table in metadata().tables if table.name == name)
        made = msgspec.structs.replace(found, source=self.source(name))
        copy = Copy(data_uuid="6af92043-33db-4c27-8b38-e8733f4713c2", version=1, schema="s", table=name)
        self.connectors.locate(made).build(copy, lambda share: None, lambda: False)
        return made, copy

    def aggregate(self, made: Plan) -> list[Any]:
        """The plan's aggregates."""
        for copied in made.copies:
            if copied.table not in self.built:
                self.built[copied.table] = self.build(copied.table)
        first, *more = (self.built[copied.table] for copied in made.copies)
        return self.connectors.of(first[0]).aggregate(made, *first, *more)


def write(home: Path, name: str, content: list[Row]) -> None:
    found = next(table for table in metadata().tables if table.name == name)
    kinds = ", ".join(f'"{column.name}" {KINDS[column.type]}' for column in found.columns)
    (home / "data").mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE t ({kinds})")
        connection.executemany(f"INSERT INTO t VALUES ({', '.join('?' * len(found.columns))})", content)
        connection.execute(f"COPY t TO '{home / 'data' / name}.parquet' (FORMAT parquet)")


def load(warehouse: Warehouse, name: str, content: list[Row]) -> None:
    found = next(table for table in metadata().tables if table.name == name)
    kinds = ", ".join(f'"{column.name}" {KINDS[column.type]}' for column in found.columns)
    warehouse.run(f"CREATE SCHEMA IF NOT EXISTS j; GRANT USAGE ON SCHEMA j TO {READER}; DROP TABLE IF EXISTS j.{name}")
    warehouse.run(f"CREATE TABLE j.{name} ({kinds}); GRANT SELECT ON j.{name} TO {READER}")
    with warehouse.connect() as connection, connection.cursor() as cursor:
        marks = ", ".join(["%s"] * len(found.columns))
        cursor.executemany(f"INSERT INTO j.{name} VALUES ({marks})", content)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("joins") / "home"
    for name, content in CONTENT.items():
        write(made, name, content)
    return made


@pytest.fixture(scope="module")
def files(home: Path) -> Iterator[Places]:
    made = Places(home, lambda name: Source(connector="parquet", uri=f"{name}.parquet"))
    yield made
    made.connectors.close()


class InPostgreSQL(Places):
    """The tables in the schema j of a database."""

    def build(self, name: str) -> tuple[Table, Copy]:
        found = next(table for table in metadata().tables if table.name == name)
        made = msgspec.structs.replace(found, schema="j", source=self.source(name))
        copy = Copy(data_uuid="6af92043-33db-4c27-8b38-e8733f4713c2", version=1, schema="j", table=name)
        self.connectors.locate(made).build(copy, lambda share: None, lambda: False)
        return made, copy


@pytest.fixture(scope="module")
def database(home: Path, warehouse: Warehouse) -> Iterator[Places]:
    for name, content in CONTENT.items():
        load(warehouse, name, content)
    source = Source(connector="postgresql", server=Server(**warehouse.source))
    made = InPostgreSQL(home, lambda name: source, data_databases=warehouse.url)
    yield made
    made.connectors.close()


@pytest.fixture(scope="module")
def spark(home: Path, spark_needed: None) -> Iterator[Places]:
    made = Places(home, lambda name: Source(connector="spark", format="parquet", uri=f"{name}.parquet"))
    yield made
    made.connectors.close()


@pytest.mark.parametrize("sql", QUERIES)
def test_several_tables_are_added_up_alike_in_files_and_in_postgresql(
    files: Places, database: Places, sql: str
) -> None:
    made = plan(sql, metadata(), epsilon=1.0)
    assert exact(files.aggregate, made) == exact(database.aggregate, made)


@pytest.mark.parametrize("sql", [QUERIES[i] for i in (1, 3, 6, 8, 9, 10, 11, 13, 16, -5, -3, -2)])
def test_several_tables_are_added_up_alike_by_spark(files: Places, spark: Places, sql: str) -> None:
    made = plan(sql, metadata(), epsilon=1.0)
    assert exact(files.aggregate, made) == exact(spark.aggregate, made)


# Beyond 64 bits both are the largest number: what counts is what the copy holds.
REPEATED: list[list[Row]] = [
    [(1, "north", 1, ""), (1, "south", 2, "")],
    [(2**63 - 1, None, 1, ""), (2**63 - 1, None, 2, "")],
]


@pytest.mark.parametrize("content", REPEATED)
def test_a_lookup_table_whose_key_stands_twice_has_no_copy(
    tmp_path: Path, warehouse: Warehouse, content: list[Row]
) -> None:
    write(tmp_path, "towns", content)
    load(warehouse, "towns", content)
    source = Source(connector="postgresql", server=Server(**warehouse.source))
    for places in (
        Places(tmp_path, lambda name: Source(connector="parquet", uri=f"{name}.parquet")),
        InPostgreSQL(tmp_path, lambda name: source, data_databases=warehouse.url),
    ):
        with pytest.raises(Refused, match="id is declared unique, and two rows have the same value"):
            places.build("towns")
        places.connectors.close()
    load(warehouse, "towns", CONTENT["towns"])


def test_a_lookup_table_whose_key_stands_twice_has_no_copy_in_spark(tmp_path: Path, spark: Places) -> None:
    write(tmp_path, "towns", REPEATED[0])
    places = Places(tmp_path, lambda name: Source(connector="spark", format="parquet", uri=f"{name}.parquet"))
    with pytest.raises(Refused, match="id is declared unique, and two rows have the same value"):
        places.build("towns")

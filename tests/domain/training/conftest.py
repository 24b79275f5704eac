"""DuckDB over rows as they stand in a bounded copy."""

from collections.abc import Iterator, Sequence
from typing import Any

import duckdb
import pytest

from quarantine.domain.training.measures import Row, Sums
from trained import COLUMNS, TYPES, Over


@pytest.fixture
def over() -> Iterator[Over]:
    """Exact sums over rows; a column that a row lacks is NULL."""
    with duckdb.connect() as connection:
        columns = ", ".join(f'"{column.name}" {TYPES[column.type]}' for column in COLUMNS)
        connection.execute(f"CREATE TABLE bounded ({columns})")

        def made(rows: Sequence[dict[str, Any]]) -> Any:
            connection.execute("DELETE FROM bounded")
            for start in range(0, len(rows), 100):
                part = rows[start : start + 100]
                places = ", ".join(f"({', '.join('?' for _ in COLUMNS)})" for _ in part)
                cells = [row.get(column.name) for row in part for column in COLUMNS]
                connection.execute(f"INSERT INTO bounded VALUES {places}", cells)

            def exact(sums: Sums) -> list[Row]:
                return connection.execute(sums.statement("duckdb", "bounded")).fetchall()

            return exact

        yield made

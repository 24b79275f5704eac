"""The statement on a real engine: one person changes it no more than the plan says, and WHERE means what SQL means."""

from collections.abc import Iterator, Sequence
from datetime import datetime

import duckdb
import pytest
import sqlglot
from hypothesis import given, settings
from hypothesis import strategies as st

from quarantine.domain.errors import Invalid
from quarantine.domain.metadata.model import Metadata
from quarantine.domain.privacy import Plan, plan

Row = tuple[object, ...]
TYPES = "user_id BIGINT, sex VARCHAR, region VARCHAR, town VARCHAR, active BOOLEAN, age BIGINT, income BIGINT, "
TYPES += "balance BIGINT, visits BIGINT, grade BIGINT, born TIMESTAMP"
# Nothing here respects the declared bounds: the statement has to.
WILD = st.none() | st.integers(-(2**63), 2**63 - 1) | st.integers(-100, 300)
VALUES = st.tuples(
    st.sampled_from(["F", "M", "x", None]),
    st.sampled_from(["north", "south", "elsewhere", None]),
    st.sampled_from(["a", "b", None]),
    st.sampled_from([True, False, None]),
    WILD,
    WILD,
    WILD,
    st.none() | st.integers(-3, 3),
    st.none() | st.integers(-5, 5),
    st.none() | st.sampled_from([datetime(2020, 1, 1), datetime(2021, 1, 1)]),
)
AGGREGATES = "COUNT(*), COUNT(income), SUM(age), AVG(income), SUM(balance), AVG(grade), COUNT(DISTINCT user_id)"
QUERIES = [
    f"SELECT {AGGREGATES} FROM census",
    f"SELECT {AGGREGATES} FROM census WHERE age > 30 OR town = 'a'",
    f"SELECT town, {AGGREGATES} FROM census GROUP BY town",
    f"SELECT sex, grade, {AGGREGATES} FROM census GROUP BY sex, grade",
    f"SELECT age, {AGGREGATES} FROM census GROUP BY age",
    f"SELECT born, active, {AGGREGATES} FROM census WHERE active GROUP BY born, active",
    "SELECT SUM(income) FROM census",
    "SELECT SUM(balance) FROM census",
    "SELECT region, SUM(age) FROM census GROUP BY region",
    "SELECT COUNT(DISTINCT town), COUNT(DISTINCT visits), COUNT(DISTINCT age % 7) FROM census",
    "SELECT sex, COUNT(DISTINCT town), COUNT(DISTINCT user_id) FILTER (WHERE active) FROM census GROUP BY sex",
    "SELECT VARIANCE(age), STDDEV_POP(income), VAR_POP(visits % 5), AVG(age * balance) FROM census",
    "SELECT SUM(age * 1e9), SUM(-3 * income + 7), AVG(age * age), SUM(ABS(balance) / 7) FROM census",
    "SELECT SUM(CASE WHEN visits > 0 THEN income WHEN active THEN -balance END), SUM(ROUND(income, -2)) FROM census",
    "SELECT AVG(COALESCE(grade, 2)), SUM(NULLIF(age, 30)), SUM(age) FILTER (WHERE active) FROM census",
    "SELECT FLOOR(age / 10) AS d, SUM(CEIL(balance / 3)), COUNT(NULLIF(age, 30)) FROM census GROUP BY d",
    "SELECT DATE_TRUNC('month', born) AS m, YEAR(born), AVG(MONTH(born)) FROM census GROUP BY m, YEAR(born)",
    "SELECT WIDTH_BUCKET(income, 0, 1e5, 8) AS b, age > 40, SUM(age % 3) FROM census GROUP BY b, age > 40",
    "SELECT CASE WHEN age < 30 THEN 'a' WHEN visits > 3 THEN 'b' END AS c, SUM(income) FROM census GROUP BY c",
]


@pytest.fixture(scope="module")
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect()
    connection.execute(f"CREATE TABLE bounded ({TYPES})")
    yield connection
    connection.close()


def fill(database: duckdb.DuckDBPyConnection, rows: Sequence[Row]) -> None:
    database.execute("DELETE FROM bounded")
    for row in rows:
        database.execute(f"INSERT INTO bounded VALUES ({', '.join('?' * len(row))})", row)


def measured(database: duckdb.DuckDBPyConnection, made: Plan) -> dict[Row, list[int]]:
    width = len(made.keys)
    rows = database.execute(made.statement("duckdb")).fetchall()
    return {tuple(row[:width]): [int(number) for number in row[width:]] for row in rows}


def distance(one: dict[Row, list[int]], other: dict[Row, list[int]], index: int) -> int:
    zeros = [0] * 30
    return sum(abs(one.get(key, zeros)[index] - other.get(key, zeros)[index]) for key in one.keys() | other.keys())


@settings(deadline=None)
@given(others=st.lists(VALUES, max_size=6), person=st.lists(VALUES, min_size=1, max_size=3), data=st.data())
def test_one_person_changes_each_measurement_by_its_sensitivity_at_most(
    metadata: Metadata,
    database: duckdb.DuckDBPyConnection,
    others: list[Row],
    person: list[Row],
    data: st.DataObject,
) -> None:
    made = plan(data.draw(st.sampled_from(QUERIES)), metadata, epsilon=1.0)
    rest = [(index // 3, *row) for index, row in enumerate(others)]
    fill(database, rest)
    without = measured(database, made)
    fill(database, rest + [(99, *row) for row in person])
    within = measured(database, made)
    for index, measurement in enumerate(made.measurements):
        assert distance(without, within, index) <= measurement.sensitivity


def test_the_sensitivity_is_reached(metadata: Metadata, database: duckdb.DuckDBPyConnection) -> None:
    made = plan("SELECT COUNT(*), AVG(age), SUM(balance) FROM census", metadata, epsilon=1.0)
    fill(database, [(1, "F", None, None, True, 90, 0, 10**18, 0, 1, None)] * 3)
    assert list(measured(database, made).values()) == [[m.sensitivity for m in made.measurements]]


def test_clamps_keep_null(metadata: Metadata, database: duckdb.DuckDBPyConnection) -> None:
    made = plan("SELECT COUNT(*), COUNT(income), SUM(income), AVG(income) FROM census", metadata, epsilon=1.0)
    fill(database, [(1, "F", None, None, True, None, None, None, None, None, None)])
    assert list(measured(database, made).values()) == [[1, 0, 0]]


@pytest.mark.parametrize("sql", QUERIES)
@pytest.mark.parametrize("dialect", ["duckdb", "postgres", "spark"])
def test_the_statement_can_be_read_in_every_dialect(metadata: Metadata, sql: str, dialect: str) -> None:
    made = plan(sql, metadata, epsilon=1.0)
    tree = sqlglot.parse_one(made.statement(dialect, ("public", "census")), dialect=dialect)
    assert len(tree.selects) == len(made.keys) + len(made.measurements)


def test_an_unknown_dialect_is_invalid(metadata: Metadata) -> None:
    with pytest.raises(Invalid, match="duckdb"):
        plan("SELECT COUNT(*) FROM census", metadata, epsilon=1.0).statement("oracle")


CONDITIONS = [
    "age > 30",
    "age >= 30.5",
    "30 < age",
    "age = 30.0",
    "age = 30.5",
    "age <> 30.5",
    "NOT age = 30.5",
    "age < 1e50",
    "age > 1e50",
    "age <> 1e50",
    "age >= -1e50",
    "income > 99.5",
    "income = 100",
    "income BETWEEN 50 AND 100.25",
    "income IN (100, 100.5, 7)",
    "income NOT IN (100, 100.5)",
    "balance < income",
    "age < income",
    "age < visits",
    "2 * age - 10 > visits",
    "-age < -30",
    "balance * 2 + 0.5 > age",
    "age + visits = 33",
    "town = 'a'",
    "town <> 'a'",
    "town IN ('a', 'b')",
    "NOT town IN ('a')",
    "town LIKE 'a%'",
    "town NOT LIKE 'a%'",
    "town < 'b'",
    "town = region",
    "town IS NULL",
    "town IS NOT NULL",
    "active",
    "NOT active",
    "active = FALSE",
    "active <> TRUE",
    "born >= '2020-06-01'",
    "born = TIMESTAMP '2020-01-01 00:00:00'",
    "born BETWEEN DATE '2019-12-31' AND '2020-01-01'",
    "age > 30 AND town = 'a' OR active AND NOT (visits > 0)",
    "(age > 30 OR town = 'a') AND (income > 50 OR income IS NULL)",
]
PEOPLE = [
    (age, income, balance, visits, town, active, born)
    for age, income, balance in ((30, 100.0, -50.0), (31, 100.5, 50.0), (None, None, 100.25), (18, 50.0, 12.5))
    for visits, town in ((3, "a"), (None, "ab"), (-2, None), (0, "b"))
    for active, born in ((True, datetime(2020, 1, 1)), (None, None), (False, datetime(2021, 1, 1)))
]


@pytest.mark.parametrize("text", CONDITIONS)
def test_a_condition_keeps_the_rows_that_sql_keeps(
    metadata: Metadata, database: duckdb.DuckDBPyConnection, text: str
) -> None:
    scale = {column.name: column.scale for column in metadata.tables[0].columns}
    types = "age BIGINT, income DOUBLE, balance DOUBLE, visits BIGINT, town VARCHAR, active BOOLEAN, born TIMESTAMP"
    database.execute(f"CREATE OR REPLACE TEMP TABLE plain ({types}, region VARCHAR)")
    database.executemany("INSERT INTO plain VALUES (?, ?, ?, ?, ?, ?, ?, 'a')", PEOPLE)
    database.execute(
        f"CREATE OR REPLACE TEMP TABLE fixed AS SELECT age, (income * {scale['income']})::BIGINT AS income, "
        f"(balance * {scale['balance']})::BIGINT AS balance, visits, town, active, born, region FROM plain"
    )
    made = plan(f"SELECT COUNT(*) FROM census WHERE {text}", metadata, epsilon=1.0)
    expected = database.execute(f"SELECT COUNT(*) FROM plain WHERE {text}").fetchall()
    assert database.execute(made.statement("duckdb", "fixed")).fetchall() == expected


def test_no_value_makes_a_condition_fail(metadata: Metadata, database: duckdb.DuckDBPyConnection) -> None:
    extremes = (1, "F", None, "x", True, -(2**63), 2**63 - 1, -(2**63), 2**63 - 1, 3, datetime(9999, 1, 1))
    fill(database, [extremes])
    for text in ("age * visits * income > 1e90", "-age > 0", "age - visits < 0", "balance * 1e100 < 1", "age > 1e18"):
        made = plan(f"SELECT SUM(age), AVG(balance) FROM census WHERE {text}", metadata, epsilon=1.0)
        assert len(measured(database, made)) == 1

"""Expressions of the language mean what they mean in SQL, stay within their bounds, and never fail on any value."""

import math
from collections.abc import Iterator
from datetime import datetime
from fractions import Fraction
from typing import Any

import duckdb
import pytest
import sqlglot
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

from quarantine.domain.errors import Refused
from quarantine.domain.metadata.model import Metadata
from quarantine.domain.privacy import Policy, plan, release
from quarantine.domain.privacy.catalogs import Catalog
from quarantine.domain.privacy.guesses import losses
from quarantine.domain.privacy.model import Kind, Plan
from quarantine.domain.privacy.resolve import scope
from quarantine.domain.privacy.values import number

EXACT = 1e6
TYPES = "user_id BIGINT, sex VARCHAR, region VARCHAR, town VARCHAR, active BOOLEAN, age BIGINT, income {0}, "
TYPES += "balance {0}, visits BIGINT, grade BIGINT, born TIMESTAMP"
FIXED = (
    "CREATE TABLE bounded AS SELECT * REPLACE (round(income * {})::BIGINT AS income, round(balance * {})::BIGINT AS "
)
FIXED += "balance) FROM plain"


@pytest.fixture(scope="module")
def database(metadata: Metadata) -> Iterator[duckdb.DuckDBPyConnection]:
    """The same people twice: as they are (plain), and as the bounded copy has them, in fixed point."""
    connection = duckdb.connect()
    connection.execute(f"CREATE TABLE plain ({TYPES.format('DOUBLE')})")
    towns, regions = ["Ulm", " bonn ", "KÖLN", None], ["north", "south", None]
    for i in range(300):
        born = None if i % 9 == 0 else datetime(2019 + i % 3, 1 + i % 12, 1 + i % 28, i % 24)
        income = None if i % 7 == 0 else (i * 977 % 200_000) / 4
        row = (i // 3, "FM"[i % 2], regions[i % 3], towns[i % 4], i % 5 < 2, 18 + i * 7 % 73, income)
        more = ((i * 31 % 1000) / 10 - 50, None if i % 8 == 0 else i % 40 - 10, (1, 2, 3, None)[i % 4], born)
        connection.execute(f"INSERT INTO plain VALUES ({', '.join('?' * 11)})", row + more)
    scale = {column.name: column.scale for column in metadata.tables[0].columns}
    connection.execute(FIXED.format(scale["income"], scale["balance"]))
    yield connection
    connection.close()


NUMBERS = [
    "age",
    "income",
    "balance * 2 + age",
    "-income / 12 + 1.25",
    "age * balance",
    "age * age - 7",
    "age % 7",
    "visits % 7",
    "age // 10",
    "ABS(balance)",
    "FLOOR(balance)",
    "CEIL(balance / 3)",
    "FLOOR(-age / 10)",
    "ROUND(balance)",
    "ROUND(balance / 3, 1)",
    "ROUND(income, -3)",
    "CASE WHEN age > 30 THEN income ELSE 0 END",
    "CASE WHEN visits > 3 THEN 1 WHEN active THEN 2.5 END",
    "CASE grade WHEN 1 THEN 10 WHEN 2 THEN age ELSE NULL END",
    "IF(active, age, -age)",
    "COALESCE(income, 0)",
    "COALESCE(grade, age) * 1.5",
    "NULLIF(age, 25)",
    "CAST(age AS DOUBLE)",
    "CAST(FLOOR(balance) AS BIGINT)",
    "LEAST(age, income, 40)",
    "GREATEST(age, 40) - LEAST(grade, income / 3)",
    "LEAST(GREATEST(visits % 5, -2), 3)",
    "MONTH(born)",
    "EXTRACT(hour FROM born) + EXTRACT(dow FROM born) * QUARTER(born)",
]


@pytest.mark.parametrize("text", NUMBERS)
def test_sums_and_counts_of_expressions_are_those_of_sql(
    metadata: Metadata, database: duckdb.DuckDBPyConnection, text: str
) -> None:
    made = plan(f"SELECT COUNT({text}), SUM({text}), COUNT(DISTINCT {text}) FROM census", metadata, epsilon=EXACT)
    found = release(made, database.execute(made.statement()).fetchall()).rows[0]
    # Equal in decimals may be unequal in SQL's floating point.
    equal = f"COUNT(DISTINCT ROUND({text}, 6))"
    wanted = database.execute(f"SELECT COUNT({text}), SUM({text}), {equal} FROM plain").fetchone()
    assert wanted is not None
    assert (found[0], found[2]) == (wanted[0], wanted[2])
    assert found[1] == pytest.approx(float(wanted[1]), rel=1e-4, abs=0.01)


@pytest.mark.parametrize("text", NUMBERS)
def test_every_row_lies_within_the_bounds_that_were_derived(
    metadata: Metadata, database: duckdb.DuckDBPyConnection, text: str
) -> None:
    made = plan(f"SELECT COUNT(*), SUM({text}) FROM census", metadata, epsilon=EXACT)
    total = next(m for m in made.measurements if m.kind in (Kind.SUM, Kind.CENTRED))
    low, high = database.execute(f"SELECT MIN({text}), MAX({text}) FROM plain").fetchall()[0]
    assert total.lower * total.unit <= Fraction(low) + Fraction(1, 10**6)
    assert Fraction(high) <= total.upper * total.unit + Fraction(1, 10**6)


KEYS = [
    "FLOOR(age / 10)",
    "age % 3",
    "WIDTH_BUCKET(age, 20, 80, 6)",
    "age > 40",
    "visits > 3",
    "CASE WHEN age < 30 THEN 'young' WHEN visits > 3 THEN 'busy' END",
    "CASE WHEN age < 30 THEN 0.5 ELSE 100000 END",
    "MONTH(born)",
    "YEAR(born)",
    "DATE_TRUNC('month', born)",
    "LOWER(TRIM(town))",
    "COALESCE(region, 'none')",
    "visits * 2",
    "LENGTH(town)",
]


@pytest.mark.parametrize("text", KEYS)
def test_groups_by_expressions_are_those_of_sql(
    metadata: Metadata, database: duckdb.DuckDBPyConnection, text: str
) -> None:
    made = plan(f"SELECT {text} AS k, COUNT(*) FROM census GROUP BY k", metadata, epsilon=EXACT, delta=1e-5)
    rows = [row for row in release(made, database.execute(made.statement()).fetchall()).rows if row[1]]
    plain = text.replace("WIDTH_BUCKET(age, 20, 80, 6)", "LEAST(7, GREATEST(0, FLOOR((age - 20) / 10) + 1))")
    wanted = database.execute(f"SELECT {plain} AS k, COUNT(*) AS n FROM plain GROUP BY k").fetchall()
    least = made.threshold or 0
    assert {row[0]: row[1] for row in rows} == {key: n for key, n in wanted if n >= least}


def test_binned_keys_are_public_where_the_bounds_make_them_known(metadata: Metadata) -> None:
    for text, cells in {
        "FLOOR(age / 10)": 9,
        "visits % 5": 10,
        "WIDTH_BUCKET(visits, 0, 10, 5)": 8,
        "CASE WHEN visits > 3 THEN 'a' ELSE 'b' END": 2,
        "age > 40": 2,
        "visits > 3": 3,
    }.items():
        made = plan(f"SELECT COUNT(*) FROM census GROUP BY {text}", metadata, epsilon=1.0)
        assert (made.threshold, len(list(made.public_cells()))) == (None, cells)


@pytest.mark.parametrize("text", ["visits * 2", "LOWER(town)", "DATE_TRUNC('day', born)", "YEAR(born)", "age * age"])
def test_other_computed_keys_are_thresholded(metadata: Metadata, text: str) -> None:
    made = plan(f"SELECT COUNT(*) FROM census GROUP BY {text}", metadata, epsilon=1.0)
    assert made.threshold is not None and 0 < made.cost.delta <= 1e-7


CONDITIONS = [
    "age / 10 > 4.55",
    "ABS(balance) > 10.5",
    "visits % 2 = 0",
    "FLOOR(income / 1000) = 3",
    "ROUND(balance) <> 3",
    "balance / 3 < age / 7 - 1",
    "COALESCE(visits, 0) >= 0",
    "COALESCE(region, 'x') = 'x'",
    "LOWER(town) IN ('ulm', 'köln')",
    "UPPER(TRIM(town)) LIKE 'B%'",
    "LENGTH(town) = 4",
    "LENGTH(town) NOT BETWEEN 4 AND 5",
    "SUBSTRING(town, 2, 2) = 'lm'",
    "LEFT(town, 1) = 'U'",
    "YEAR(born) = 2020 AND MONTH(born) NOT IN (1, 2)",
    "EXTRACT(dow FROM born) IN (0, 6)",
    "DATE_TRUNC('month', born) = '2020-02-01'",
    "CASE WHEN age > 50 THEN balance ELSE income END > 20",
    "CASE WHEN active THEN 'a' ELSE town END = 'a'",
    "IF(age > 50, 1, 2) = 1",
    "NULLIF(grade, 2) IS NULL",
    "LOWER(town) IS NULL",
    "age NOT IN (20, 25) AND age NOT BETWEEN 30 AND 40",
    "age / 3 = 7.1",
    "ABS(visits % 3) < 1e50",
    "town ILIKE 'k\u00f6%' OR town NOT ILIKE '%M'",
    "town || '-' || region = 'Ulm-north'",
    "CONCAT(town, '-', region) LIKE '%-'",
    "income IS DISTINCT FROM 244.25 AND visits IS NOT DISTINCT FROM grade",
    "NOT region IS DISTINCT FROM town OR region IS DISTINCT FROM 'north'",
    "(age > visits) IS TRUE OR active IS FALSE",
    "(age > visits) IS NOT TRUE",
]


@pytest.mark.parametrize("text", CONDITIONS)
def test_conditions_on_expressions_keep_the_rows_that_sql_keeps(
    metadata: Metadata, database: duckdb.DuckDBPyConnection, text: str
) -> None:
    made = plan(f"SELECT COUNT(*) FROM census WHERE {text}", metadata, epsilon=EXACT)
    wanted = database.execute(f"SELECT COUNT(*) FROM plain WHERE {text}").fetchall()
    assert database.execute(made.statement()).fetchall() == wanted


AFTER = [
    "SUM(income) / COUNT(*)",
    "ROUND(AVG(age), 1)",
    "COUNT(*) * 100.0 / 300",
    "-SUM(age) % 7",
    "CASE WHEN COUNT(*) > 5 THEN 'many' ELSE 'few' END",
    "FLOOR(AVG(age)) + CEIL(AVG(age)) - ABS(-5)",
    "SQRT(COUNT(*) + 0.0)",
    "NULLIF(COUNT(*), COUNT(*))",
    "sex = 'F' AND COUNT(*) BETWEEN 1 AND 1e6 OR COUNT(*) IN (1, 2)",
    "COUNT(*) FILTER (WHERE age > 40) / COUNT(*)",
    "VAR_POP(age)",
    "STDDEV(age)",
]


@pytest.mark.parametrize("text", AFTER)
def test_arithmetic_after_the_noise_is_that_of_sql(
    metadata: Metadata, database: duckdb.DuckDBPyConnection, text: str
) -> None:
    sql = f"SELECT sex, {text} AS x FROM {{}} GROUP BY sex ORDER BY sex"
    made = plan(sql.format("census"), metadata, epsilon=EXACT)
    found = release(made, database.execute(made.statement()).fetchall()).rows
    for (sex, value), (other, wanted) in zip(found, database.execute(sql.format("plain")).fetchall(), strict=True):
        assert sex == other
        assert value == (pytest.approx(wanted, rel=1e-3) if isinstance(wanted, float) else wanted)


def test_what_has_no_result_after_the_noise_is_null(metadata: Metadata) -> None:
    sql = "SELECT COUNT(*) / 0, SQRT(-1 - COUNT(*)), COALESCE(COUNT(*) / 0, -1), COUNT(*) * 1e99 * 1e99 * 1e99 * 1e99 "
    sql += "FROM census"
    assert release(plan(sql, metadata, epsilon=1.0), [(100,)]).rows == ((None, None, -1, None),)


def test_having_offset_and_distinct_are_those_of_sql(metadata: Metadata, database: duckdb.DuckDBPyConnection) -> None:
    for sql in (
        "SELECT sex, region, COUNT(*) AS n FROM {} GROUP BY sex, region HAVING n > 40 AND region = 'north' ORDER BY 1",
        "SELECT grade, COUNT(*) FROM {} GROUP BY grade HAVING COUNT(income) > 5 ORDER BY grade LIMIT 2 OFFSET 1",
        "SELECT DISTINCT town FROM {} ORDER BY town LIMIT 5",
    ):
        made = plan(sql.format("census"), metadata, epsilon=EXACT)
        rows = release(made, database.execute(made.statement()).fetchall()).rows
        assert list(rows) == database.execute(sql.format("plain")).fetchall()


def test_quantiles_are_near_those_of_sql(metadata: Metadata, database: duckdb.DuckDBPyConnection) -> None:
    wanted = "MIN(age), QUANTILE_DISC(age, 0.25), MEDIAN(balance), MAX(age), MEDIAN(CASE WHEN age > 50 THEN income END)"
    made = plan(f"SELECT {wanted}, COUNT(*) FROM census", metadata, epsilon=EXACT)
    found = release(made, database.execute(made.statement()).fetchall()).rows[0]
    exact = database.execute(f"SELECT {wanted}, COUNT(*) FROM plain").fetchall()[0]
    # Values come in 256 bins between the bounds; ranks are off by a row at this epsilon.
    for value, true, bin in zip(found, exact, (1, 1, 1, 1, 2_000, 0), strict=True):
        assert abs(value - float(true)) <= bin  # type: ignore[operator]


def test_quantiles_of_one_thing_share_a_histogram(metadata: Metadata) -> None:
    made = plan(
        "SELECT sex, COUNT(*), MIN(age), MAX(age), MEDIAN(income) FROM census GROUP BY sex", metadata, epsilon=1.0
    )
    assert (len(made.measurements), len(made.histograms)) == (4, 2)
    assert made.statement().count("UNION ALL") == 2


@pytest.mark.parametrize("sql", ["SELECT MIN(age) FROM census", "SELECT sex, MEDIAN(age) FROM census GROUP BY sex"])
def test_quantiles_alone_never_fetch_rows(metadata: Metadata, database: duckdb.DuckDBPyConnection, sql: str) -> None:
    made = plan(sql, metadata, epsilon=EXACT)
    rows = database.execute(made.statement()).fetchall()
    assert sum(row[-1] for row in rows) == 300 and len(rows) <= 256 * 2
    assert release(made, []).columns == release(made, rows).columns


@given(
    counts=st.lists(st.integers(0, 5), min_size=1, max_size=20),
    row=st.integers(0, 19),
    share=st.fractions(0, 1, max_denominator=1000),
)
def test_a_row_changes_the_loss_of_a_quantile_by_its_sensitivity_at_most(
    counts: list[int], row: int, share: Fraction
) -> None:
    more = list(counts)
    more[row % len(counts)] += 1
    most = 1 if share in (0, 1) else max(share.numerator, share.denominator - share.numerator)
    pairs = zip(losses(counts, share, 2.0), losses(more, share, 2.0), strict=True)
    assert max(abs(one - other) for one, other in pairs) <= most


EXTREMES = [-(2**63), 2**63 - 1, -(2**63) + 1, 0, -1, 1, None]


def every(made: Plan, database: duckdb.DuckDBPyConnection) -> list[Any]:
    return database.execute(made.statement("duckdb", "extreme")).fetchall()


@pytest.mark.parametrize("text", [*NUMBERS, "ABS(visits % 9)"])
def test_no_value_makes_an_expression_fail(metadata: Metadata, database: duckdb.DuckDBPyConnection, text: str) -> None:
    database.execute(f"CREATE OR REPLACE TEMP TABLE extreme ({TYPES.format('BIGINT')})")
    for number_ in EXTREMES:
        for at in (None, datetime(1, 1, 1), datetime(9999, 12, 31, 23, 59)):
            row = (1, "", None, "\N{PILE OF POO}", None, number_, number_, number_, number_, number_, at)
            database.execute(f"INSERT INTO extreme VALUES ({', '.join('?' * 11)})", row)
    made = plan(f"SELECT COUNT(*), SUM({text}), COUNT(DISTINCT {text}) FROM census", metadata, epsilon=1.0)
    total = next(m for m in made.measurements if m.kind in (Kind.SUM, Kind.CENTRED))
    index = made.measurements.index(total)
    largest = max(total.upper - total.centre, total.centre - total.lower)
    assert abs(every(made, database)[0][index]) <= len(EXTREMES) * 3 * largest
    grouped = plan(f"SELECT COUNT(*) FROM census WHERE {text} > 3 GROUP BY ({text}) > 5", metadata, epsilon=1.0)
    assert every(grouped, database) is not None
    if "born" not in text:
        assert every(plan(f"SELECT MEDIAN({text}), MIN({text}) FROM census", metadata, epsilon=1.0), database)


LEAVES = st.sampled_from(["age", "balance", "income", "grade", "3", "-2.5", "0", "1000", "0.125"])
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda parts: f"({' '.join(parts)})"),
        inner.map(lambda text: f"ABS({text})"),
        inner.map(lambda text: f"FLOOR({text} / 7)"),
        inner.map(lambda text: f"ROUND({text}, 1)"),
        st.tuples(inner, inner).map(lambda two: f"CASE WHEN active THEN {two[0]} ELSE {two[1]} END"),
        st.tuples(inner, inner).map(lambda two: f"COALESCE({two[0]}, {two[1]})"),
    ),
    max_leaves=6,
)


@settings(deadline=None)
@given(text=TREES)
def test_intervals_hold_for_random_expressions(
    metadata: Metadata, database: duckdb.DuckDBPyConnection, text: str
) -> None:
    tree = sqlglot.parse_one(f"SELECT {text} FROM census", dialect="duckdb")
    assert isinstance(tree, exp.Select)
    try:
        value = number(tree.selects[0], scope(tree, (Catalog(metadata, Policy()),)))
        made = plan(f"SELECT MEDIAN({text}) FROM census", metadata, epsilon=1.0)
    except Refused:
        return
    lowest = made.measurements[0].lower * made.measurements[0].unit
    rows = database.execute(f"SELECT {text} FROM plain").fetchall()
    for (found,) in rows:
        assert found is None or lowest <= Fraction(found) + Fraction(1, 10**5)
        assert found is None or Fraction(found) <= value.high * value.unit + Fraction(1, 10**5)
    assert all(isinstance(row[1], int | None) for row in database.execute(made.statement()).fetchall())


def test_spreads_have_an_interval_that_covers_the_truth(metadata: Metadata) -> None:
    made = plan("SELECT VAR_POP(age), STDDEV_POP(age), SUM(age) / COUNT(*) FROM census", metadata, epsilon=1.0)
    # 1000 people, half of them 44 and half 64: around the midpoint 54 all squares are 100.
    square = made.measurements[2]
    exact, missed = [1000, 0, 1000 * (100 - square.centre)], 0
    for _ in range(300):
        answer = release(made, [exact])
        for value, true, width in zip(answer.rows[0], (100.0, 10.0, 54.0), answer.half_widths, strict=True):
            missed += width is not None and not math.isclose(value, true, abs_tol=width)  # type: ignore[arg-type]
    assert missed <= 110

"""Random tables and random SQL over them, and each engine's exact aggregates: for tests that engines agree."""

import datetime
import string
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
from hypothesis import strategies as st

from quarantine.domain.errors import Refused
from quarantine.domain.metadata.model import Column, ColumnType, Metadata, Source, Table
from quarantine.domain.privacy import Plan, plan
from quarantine.store.sources.connector import Copy

Row = tuple[Any, ...]
PER_PERSON = ("AVG", "AVG", "MIN", "MAX", "COUNT")
HAVING = (
    "AVG(n) > 3.25",
    "COUNT(*) > 1 AND NOT AVG(x) < -7.5",
    "MAX(y) - MIN(y) > 2 OR kind = 'a'",
    "COUNT(m) = 0 AND AVG(x) IS NOT NULL",
    "AVG(CASE WHEN flag THEN x END) <= COUNT(DISTINCT town)",
)
MANY = 1_000  # more rows than a person has here: which ones are kept is drawn, and could not agree
NAMES = ("id", "kind", "town", "flag", "n", "m", "x", "y", "seen")
COLUMNS = (
    Column(name="id", type=ColumnType.INT, private_id=True),
    Column(name="kind", type=ColumnType.STRING, allowed_values=("a", "b", "it's", 'say "é"')),
    Column(name="town", type=ColumnType.STRING),
    Column(name="flag", type=ColumnType.BOOLEAN),
    Column(name="n", type=ColumnType.INT, lower=-50, upper=1000, nullable=False),
    Column(name="m", type=ColumnType.INT, allowed_values=(-3, 0, 7)),
    Column(name="x", type=ColumnType.FLOAT, lower=-1000.5, upper=250_000.25),
    Column(name="y", type=ColumnType.FLOAT, lower=-1e15, upper=1e15, nullable=False),
    Column(name="seen", type=ColumnType.DATETIME, lower=0, upper=4_000_000_000),
)
DUCKDB = "BIGINT VARCHAR VARCHAR BOOLEAN BIGINT INT DOUBLE DOUBLE TIMESTAMP"
POSTGRES = "bigint text text boolean bigint integer float8 float8 timestamp"
KINDS = {
    "duckdb": dict(zip(NAMES, DUCKDB.split(), strict=True)),
    "postgres": dict(zip(NAMES, POSTGRES.split(), strict=True)),
}
_text = st.text(
    st.characters(codec="utf-8", exclude_characters="\x00", exclude_categories=["Cs"]), max_size=6
) | st.sampled_from(
    [
        "",
        " ",
        "\u00a0x ",
        "Ä",
        "ß",
        "ÑÿΣς",
        "Жi",
        "ss",
        "漢字",
        "a'b",
        'a"b',
        "a\\b",
        "a%b",
        "a_b",
        "A",
        "a",
        "\U0001f600",
        "e\u0301",
    ]
)
_moments = st.datetimes(datetime.datetime(1950, 1, 1), datetime.datetime(2150, 1, 1))
_floats = st.floats(allow_nan=True, allow_infinity=True, width=64) | st.sampled_from(
    [0.5, -0.0, 0.00005, 2.5, -2.5, 1e-320, 1e308, 0.1, 1e15, 123456.78905]
)
rows: st.SearchStrategy[list[Row]] = st.lists(
    st.tuples(
        st.none() | st.integers(1, 5) | st.sampled_from([2**63 - 1, -(2**63)]),
        st.none() | st.sampled_from(["a", "b", "it's", 'say "é"', "other", ""]),
        st.none() | _text,
        st.none() | st.booleans(),
        st.none() | st.integers(-100, 2000) | st.sampled_from([2**63 - 1, -(2**63)]),
        st.none() | st.sampled_from([-3, 0, 7, 8]),
        st.none() | _floats,
        st.none() | _floats,
        st.none() | _moments,
    ),
    max_size=25,
)


def quoted(text: str) -> str:
    """An SQL string."""
    return "'" + text.replace("'", "''") + "'"


_numbers = st.sampled_from(["n", "m", "x", "y"])
_literals = st.integers(-60, 1100).map(str) | st.sampled_from(["0.5", "-2.25", "1e3", "7", "0", "99999999999999999999"])
_small = st.sampled_from(["1", "3", "10", "0.5", "-2.25", "7", "-4", "1000"])
_terms = st.one_of(
    _numbers,
    st.builds(lambda a, sign, b: f"({a} {sign} {b})", _numbers, st.sampled_from("+-*"), _numbers | _literals),
    _numbers.map(lambda a: f"(-{a})"),
)
_signs = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])
_strings = _text.map(quoted) | st.sampled_from(["a", "b", "it's"]).map(quoted)
_patterns = st.text(string.ascii_letters + "%_' Äé漢", max_size=4).map(quoted)
_negated = st.sampled_from(["", "NOT "])
_named = st.sampled_from(["town", "kind"])
_texts = st.recursive(
    _named,
    lambda inner: st.one_of(
        st.builds("{}({})".format, st.sampled_from(["LOWER", "UPPER", "TRIM"]), inner),
        st.builds("LEFT({}, {})".format, inner, st.integers(0, 3)),
        st.builds("SUBSTRING({}, {}, {})".format, inner, st.integers(1, 3), st.integers(0, 3)),
        st.builds("COALESCE({}, {})".format, inner, _strings),
        st.builds("({} || {})".format, inner, _strings | _named),
        st.builds("CONCAT({}, {})".format, inner, _named),
        st.builds("CASE WHEN flag THEN {} ELSE {} END".format, inner, _strings),
    ),
    max_leaves=3,
)
_units = st.sampled_from(["year", "quarter", "month", "week", "day", "hour", "minute"])
_parts = st.one_of(
    st.builds("EXTRACT({} FROM seen)".format, _units | st.just("dow")),
    st.builds("{}(seen)".format, st.sampled_from(["YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "HOUR", "MINUTE"])),
)
_tests = st.one_of(
    st.builds("{} {} {}".format, _terms, _signs, _terms | _literals),
    st.builds("{} {}{} {}".format, _texts, _negated, st.sampled_from(["LIKE", "ILIKE"]), _patterns),
    st.builds("{} IS {}NULL".format, st.sampled_from(NAMES[1:]), _negated),
    st.builds("{} IS {}DISTINCT FROM {}".format, _numbers, _negated, _numbers | _literals),
    st.builds("{} IS {}DISTINCT FROM {}".format, _named, _negated, _named | _strings),
    st.builds("(n < m) IS {}{}".format, _negated, st.sampled_from(["TRUE", "FALSE"])),
    st.just("flag"),
)
# Whole ones and fractions, with bounds and without: what a row's numbers can be computed with.
expressions = st.recursive(
    st.one_of(_numbers, _numbers, _small, _parts, st.just("LENGTH(town)")),
    lambda inner: st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from("+-*"), inner),
        st.builds("({} / {})".format, inner, _small),
        st.builds("({} % {})".format, inner, st.sampled_from(["2", "7", "1000"])),
        st.builds("(ABS({}) // {})".format, inner, st.sampled_from(["3", "10", "0.5"])),
        st.builds("{}({})".format, st.sampled_from(["ABS", "FLOOR", "CEIL", "ROUND", "-"]), inner),
        st.builds("ROUND({}, {})".format, inner, st.integers(-3, 3)),
        st.builds("CASE WHEN {} THEN {} ELSE {} END".format, _tests, inner, inner),
        st.builds("CASE WHEN {} THEN {} WHEN {} THEN {} END".format, _tests, inner, _tests, inner),
        st.builds("CASE m WHEN 7 THEN {} WHEN -3 THEN NULL ELSE {} END".format, inner, inner),
        st.builds("IF({}, {}, {})".format, _tests, inner, inner),
        st.builds("COALESCE({}, {})".format, inner, inner),
        st.builds("NULLIF({}, {})".format, inner, _small),
        st.builds("{}({}, {})".format, st.sampled_from(["LEAST", "GREATEST"]), inner, inner),
        st.builds("CAST({} AS DOUBLE)".format, inner),
        st.builds("CAST(ROUND({}) AS BIGINT)".format, inner),
        st.builds("WIDTH_BUCKET({}, -10, 500.5, {})".format, inner, st.integers(1, 12)),
    ),
    max_leaves=4,
)
conditions = st.recursive(
    st.one_of(
        _tests,
        st.builds("{} {} {}".format, expressions, _signs, expressions | _literals),
        st.builds("{} {}BETWEEN {} AND {}".format, _terms | expressions, _negated, _literals, _literals),
        st.builds("{} {}IN ({}, {})".format, expressions, _negated, _literals, _literals),
        st.builds("{} {} {}".format, _texts, _signs, _strings | _texts),
        st.builds("{} {}IN ({}, {})".format, _texts, _negated, _strings, _strings),
        st.builds("{} IS {}NULL".format, _texts | expressions, _negated),
        st.builds("seen {} TIMESTAMP {}".format, _signs, _moments.map(lambda at: quoted(at.isoformat(sep=" ")))),
        st.builds("DATE_TRUNC('{}', seen) {} '2001-02-03'".format, _units, _signs),
        st.sampled_from(["flag", "flag = TRUE", "flag <> FALSE", "town = kind", "town < kind"]),
    ),
    lambda inner: st.one_of(
        st.builds("({} AND {})".format, inner, inner),
        st.builds("({} OR {})".format, inner, inner),
        st.builds("(NOT {})".format, inner),
    ),
    max_leaves=4,
)
_things = st.one_of(st.sampled_from(NAMES[1:]), expressions, _texts, st.just("DATE_TRUNC('month', seen)"))
_plain = st.one_of(
    st.just("COUNT(*)"),
    st.just("COUNT(DISTINCT id)"),
    st.builds("COUNT({})".format, _things),
    st.builds("COUNT(DISTINCT {})".format, _things),
    st.builds("COUNT_IF({})".format, _tests),
    st.builds("{}({})".format, st.sampled_from(["SUM", "AVG", "VARIANCE", "STDDEV_POP"]), expressions),
    st.builds("{}({})".format, st.sampled_from(["SUM", "AVG"]), _numbers),
    st.builds("{}({})".format, st.sampled_from(["MIN", "MAX", "MEDIAN"]), _numbers | expressions),
    st.builds("QUANTILE({}, {})".format, _numbers | expressions, st.sampled_from(["0.25", "0.9", "0"])),
)
aggregates = _plain | st.builds("{} FILTER (WHERE {})".format, _plain, _tests)
keys = st.one_of(
    st.sampled_from(["kind", "town", "flag", "n", "m", "seen"]),
    st.builds("DATE_TRUNC('{}', seen)".format, _units),
    _parts,
    _texts.filter(lambda text: text not in ("town", "kind")),
    st.builds("FLOOR({} / {})".format, _numbers, st.sampled_from(["10", "3", "1000"])),
    st.builds("WIDTH_BUCKET({}, 0, 900, 5)".format, _numbers),
    st.builds("CASE WHEN {} THEN 'yes' WHEN {} THEN 'no' END".format, _tests, _tests),
    st.builds("({})".format, _tests),
    expressions,
)


@st.composite
def persons(draw: st.DrawFn) -> str:
    """The table with one row per person (and what else he is grouped by), under the same names."""
    numbers = ", ".join(f"{draw(st.sampled_from(PER_PERSON))}({name}) AS {name}" for name in ("n", "x", "y"))
    where = draw(st.just("") | conditions.map(" WHERE {}".format))
    having = draw(st.just("") | st.sampled_from(HAVING).map(" HAVING {}".format))
    same = "id, kind, town, flag, m, seen"
    return f"(SELECT {same}, {numbers} FROM s.t{where} GROUP BY {same}{having})"


@st.composite
def queries(draw: st.DrawFn) -> str:
    """A query of the supported language over `COLUMNS`; a few are refused for their meaning."""
    grouped = draw(st.lists(keys, max_size=2, unique=True))
    made = draw(st.lists(aggregates, min_size=1, max_size=3, unique=True))
    where = draw(st.just("") | conditions.map(" WHERE {}".format))
    group = f" GROUP BY {', '.join(grouped)}" if grouped else ""
    return f"SELECT {', '.join(made)} FROM {draw(st.just('s.t') | persons())}{where}{group}"


def table(source: Source, max_ids: int = MANY) -> Table:
    """The metadata of the random tables, wherever they are."""
    return Table(schema="s", name="t", columns=COLUMNS, source=source, max_ids=max_ids)


def planned(statement: str) -> Plan | None:
    """The plan, with nothing in it that depends on where the rows are; None for a query that is refused."""
    try:
        return plan(statement, Metadata(name="d", tables=(table(Source(uri="t.csv")),)), epsilon=1.0, tau=0.0)
    except Refused:
        return None


def copy_number(version: int) -> Copy:
    """A bounded copy of the random table."""
    return Copy(data_uuid="6af92043-33db-4c27-8b38-e8733f4713c2", version=version, schema="s", table="t")


def write_parquet(path: Path, content: list[Row]) -> None:
    """The rows as they are, typed, in a file."""
    with duckdb.connect() as connection:
        kinds = ", ".join(f'"{name}" {kind}' for name, kind in KINDS["duckdb"].items())
        connection.execute(f"CREATE TABLE t ({kinds})")
        if content:
            connection.executemany(f"INSERT INTO t VALUES ({', '.join('?' * len(NAMES))})", content)
        connection.execute(f"COPY t TO {quoted(str(path))} (FORMAT parquet)")


def exact(aggregate: Callable[[Plan], list[Row]], made: Plan) -> Counter[Row]:
    """The rows of an engine, in no order, numbers as Python's."""
    return Counter(tuple(map(_cell, row)) for row in aggregate(made))


def _cell(cell: object) -> object:
    whole = isinstance(cell, int | Decimal) and not isinstance(cell, bool)
    return int(cell) if whole else cell  # type: ignore[call-overload]

"""What one cell becomes in the bounded copy, by the column's type and declaration."""

import datetime
import tempfile
from pathlib import Path

import duckdb
import pytest

from quarantine.domain.metadata.model import Column, ColumnType, Source, Table
from quarantine.store.sources.bounded import build

INT, FLOAT, STRING, BOOLEAN, DATETIME = (
    ColumnType.INT,
    ColumnType.FLOAT,
    ColumnType.STRING,
    ColumnType.BOOLEAN,
    ColumnType.DATETIME,
)


def values(text: str, column: Column, source: Source | None = None) -> list[object]:
    """What the cells (separated by |) of a column `a` become, in the order of a column `n` that numbers them."""
    numbered = "".join(f"{number},{cell}\n" for number, cell in enumerate(text.split("|")))
    columns = (Column(name="n", type=INT), column)
    made = Table(schema="s", name="t", columns=columns, source=source or Source(uri="t.csv"), row_privacy=True)
    with tempfile.TemporaryDirectory() as folder:
        path, target = Path(folder) / "t.csv", Path(folder) / "t.parquet"
        path.write_text(f"n,a\n{numbered}", encoding="utf-8")
        build(made, (path,), target)
        found = duckdb.execute("SELECT a FROM read_parquet(?) ORDER BY n", [str(target)]).fetchall()
    return [row[0] for row in found]


def test_integers_are_clamped_and_what_is_none_is_null() -> None:
    column = Column(name="a", type=INT, lower=-2, upper=7)
    assert values("5|-5|99999999999999999999| 6 |7.0||x|1e400|nan|inf|3.4", column) == [
        *(5, -2, 7, 6, 7, None, None, None, None, None, 3),
    ]


def test_integers_without_bounds_end_at_64_bits() -> None:
    column = Column(name="a", type=INT)
    assert values("99999999999999999999|-99999999999999999999|3", column) == [2**63 - 1, -(2**63), 3]


def test_floats_become_fixed_point_and_infinities_bounds() -> None:
    column = Column(name="a", type=FLOAT, lower=-1.5, upper=1000.0)
    assert values("0.1|inf|-inf|nan|1e999|-2|0.0000005|0.0000015|x|", column) == [
        *(100_000, 10**9, -1_500_000, None, 10**9, -1_500_000, 0, 2, None, None),
    ]


def test_floats_without_bounds_are_finite_all_the_same() -> None:
    found = values("inf|-inf|1e300|1e-300|-0.0", Column(name="a", type=FLOAT))
    assert found == [9 * 10**18, -9 * 10**18, 9 * 10**18, 0, 0]


def test_half_bounded_columns_keep_the_bound_they_have() -> None:
    assert values("1|-1|inf", Column(name="a", type=FLOAT, lower=0.5)) == [10**6, 500_000, 9 * 10**18]
    assert values("1|-1|inf", Column(name="a", type=FLOAT, lower=1e15)) == [9 * 10**18] * 3
    assert values("5|1", Column(name="a", type=INT, upper=3)) == [3, 1]


def test_datetimes_are_utc_and_clamped() -> None:
    column = Column(name="a", type=DATETIME, lower=0, upper=86_400)
    found = values(
        "1970-01-01T02:00:00+01:00|1900-01-01|2000-01-01|infinity|-infinity|290000-01-01|x|1970-01-01", column
    )
    midnight = datetime.datetime(1970, 1, 1)
    day = datetime.timedelta(days=1)
    assert found == [midnight + day / 24, midnight, midnight + day, None, None, None, None, midnight]


def test_values_that_are_not_allowed_are_null() -> None:
    assert values("x|y|X|it's", Column(name="a", type=STRING, allowed_values=("x", "it's"))) == [
        "x",
        None,
        None,
        "it's",
    ]
    assert values("1|2|3", Column(name="a", type=INT, allowed_values=(1, 3))) == [1, None, 3]
    assert values("0.5|0.6", Column(name="a", type=FLOAT, lower=0.0, upper=1.0, allowed_values=(0.5,))) == [
        500_000,
        None,
    ]
    moments = values("2020-01-01|2020-01-02", Column(name="a", type=DATETIME, allowed_values=("2020-01-01 00:00:00",)))
    assert moments == [datetime.datetime(2020, 1, 1), None]


def test_booleans_are_read_from_the_usual_words() -> None:
    found = values("1|0|true|FALSE|Yes|n|1.0|2|maybe|", Column(name="a", type=BOOLEAN))
    assert found == [True, False, True, False, True, False, True, None, None, None]


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (Column(name="a", type=INT, nullable=False, lower=10, upper=21), 15),
        (Column(name="a", type=INT, nullable=False, lower=10), 10),
        (Column(name="a", type=INT, nullable=False, allowed_values=(4, 5)), 4),
        (Column(name="a", type=FLOAT, nullable=False, lower=0.0, upper=1.0), 500_000),
        (Column(name="a", type=STRING, nullable=False), ""),
        (Column(name="a", type=STRING, nullable=False, allowed_values=("it's",)), "it's"),
        (Column(name="a", type=BOOLEAN, nullable=False), False),
        (Column(name="a", type=DATETIME, nullable=False), datetime.datetime(1970, 1, 1)),
    ],
)
def test_null_in_a_column_without_nulls_becomes_a_constant(column: Column, expected: object) -> None:
    assert values("", column) == [expected]


def test_declared_missing_values_are_null_also_as_numbers() -> None:
    source = Source(uri="t.csv", na_values={"a": ("99", "?", "it's")})
    assert values("99|99.0|98|?", Column(name="a", type=INT), source) == [None, None, 98, None]
    assert values("99|99.0|?|it's", Column(name="a", type=STRING), source) == [None, "99.0", None, None]

"""Sample rows that are made up from the metadata alone: right in form, and nothing in them ever was in the data."""

import math
import random
from collections.abc import Callable

from quarantine.domain.metadata.fields import moment
from quarantine.domain.metadata.model import Column, ColumnType, Table, Value

SPREAD = 100  # width of the made-up range of a column that has no bounds
YEAR_2000, YEAR_2030 = 946_684_800, 1_893_456_000

_random = random.SystemRandom()


def sample(table: Table, rows: int = 10) -> list[dict[str, Value]]:
    """Made-up rows of the selectable columns, JSON-ready: datetime as text, masked text as asterisks."""
    shown = [column for column in table.columns if column.selectable]
    return [{column.name: _value(column, number) for column in shown} for number in range(rows)]


def _value(column: Column, row: int) -> Value:
    if column.mask is not None:
        return "***"
    if column.allowed_values:
        return _random.choice(column.allowed_values)
    if column.private_id:
        return row + 1 if column.type is ColumnType.INT else f"{column.name}-{row + 1}"
    makers: dict[ColumnType, Callable[[], Value]] = {
        ColumnType.BOOLEAN: lambda: _random.random() < 0.5,
        ColumnType.STRING: lambda: f"{column.name}-{_random.randint(1, min(column.cardinality or SPREAD, SPREAD))}",
        ColumnType.INT: lambda: _random.randint(*_whole(column)),
        ColumnType.FLOAT: lambda: _float(column),
        ColumnType.DATETIME: lambda: _moment(column),
    }
    return makers[column.type]()


def _range(column: Column, lower: float, spread: float) -> tuple[float, float]:
    """The declared range; a missing end is `spread` away from the other."""
    if column.lower is None:
        start = lower if column.upper is None else column.upper - spread
        return start, start + spread if column.upper is None else column.upper
    return column.lower, column.lower + spread if column.upper is None else column.upper


def _whole(column: Column) -> tuple[int, int]:
    lower, upper = _range(column, 0, SPREAD)
    # Whole numbers stay exact: no float has been made of a declared int.
    return int(lower), int(upper)


def _float(column: Column) -> float:
    lower, upper = _range(column, 0.0, float(SPREAD))
    return min(upper, max(lower, round(_random.uniform(lower, upper) * column.scale) / column.scale))


def _moment(column: Column) -> str:
    lower, upper = _range(column, YEAR_2000, YEAR_2030 - YEAR_2000)
    return moment(_random.randint(math.floor(lower), math.floor(upper)))

"""SQL expressions that make a typed, clamped value of a cell's text, by what the metadata says and never by the data.

Two steps, so that no expression stands twice: `parsed` (text to the column's type, NULL where it does not parse) and
`bounded` (allowed values, bounds, fixed point, filled NULLs). Both are total: no cell makes them raise.
"""

import math

from quarantine.domain.metadata.fields import seconds
from quarantine.domain.metadata.model import Column, ColumnType, Source, Value
from quarantine.domain.quoting import literal

INT64_LOWER, INT64_UPPER = -(2**63), 2**63 - 1
# Fixed-point values stay where a double still converts to a 64-bit integer.
LARGEST_SCALED = 9 * 10**18
TRUE = ("true", "t", "yes", "y", "1", "1.0")
FALSE = ("false", "f", "no", "n", "0", "0.0")
# Years 1 to 9999, in Unix microseconds: what every reader of the copy can represent.
FIRST_MICROSECOND, LAST_MICROSECOND = -62_135_596_800_000_000, 253_402_300_799_999_999


# A number that is written as a whole one: 7, 007, 7.0, 7e0.
WHOLE = "[+-]?[0-9]+([.]0*)?([eE][+]?[0-9]+)?"


def parsed(column: Column, cell: str, source: Source) -> str:
    """The cell (an SQL expression of type VARCHAR) as the column's type; empty and `na_values` are NULL."""
    text = f"nullif({cell}, '')"
    if source.skip_initial_space:
        text = f"nullif(ltrim({cell}, ' '), '')"
    missing = source.na_values.get(column.name, ())
    if missing:
        text = f"(CASE WHEN {text} IN ({listed(missing)}) THEN NULL ELSE {text} END)"
    if column.type is ColumnType.STRING:
        return text
    text = f"trim({text})"
    if column.type is ColumnType.BOOLEAN:
        yes, no = (f"WHEN lower({text}) IN ({listed(words)})" for words in (TRUE, FALSE))
        return f"(CASE {yes} THEN true {no} THEN false END)"
    if column.type is ColumnType.DATETIME:
        return f"TRY_CAST({text} AS TIMESTAMPTZ)"
    return _number(column, text, source, missing)


def _number(column: Column, text: str, source: Source, missing: tuple[str, ...]) -> str:
    if source.decimal == ",":
        text = f"replace({text}, ',', '.')"
    value = f"TRY_CAST({text} AS {'DOUBLE' if column.type is ColumnType.FLOAT else 'HUGEINT'})"
    if column.private_id:
        # Rounded, 1.4 and 1 would be one person with the rows of two.
        value = f"(CASE WHEN regexp_full_match({text}, '{WHOLE}') THEN {value} END)"
    numbers = [number for item in missing if (number := finite(item)) is not None]
    if not numbers:
        return value
    # 99999 also stands for the cell 99999.0.
    listed = ", ".join(f"{number!r}::DOUBLE" for number in numbers)
    return f"(CASE WHEN TRY_CAST({text} AS DOUBLE) IN ({listed}) THEN NULL ELSE {value} END)"


def finite(text: str) -> float | None:
    """The number that a text is; None for what is none, or not finite."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def listed(texts: tuple[str, ...]) -> str:
    """SQL strings, apart from each other by commas."""
    return ", ".join(literal(text) for text in texts)


def bounded(column: Column, value: str, *, filled: bool) -> str:
    """The parsed value (a column reference) as the copy holds it; `filled` replaces NULL where it is declared."""
    made = {
        ColumnType.BOOLEAN: lambda: value,
        ColumnType.STRING: lambda: _allowed(column, value),
        ColumnType.INT: lambda: _integer(column, value),
        ColumnType.FLOAT: lambda: _fixed_point(column, value),
        ColumnType.DATETIME: lambda: _moment(column, value),
    }[column.type]()
    return f"coalesce({made}, {_fill(column)})" if filled and not column.nullable else made


def _allowed(column: Column, value: str) -> str:
    if column.allowed_values is None:
        return value
    listed = ", ".join(_constant(column, item) for item in column.allowed_values)
    return f"(CASE WHEN {value} IN ({listed}) THEN {value} END)"


def _constant(column: Column, item: Value) -> str:
    """An allowed value as it stands in the copy."""
    if column.type is ColumnType.FLOAT:
        return f"{scaled(column, float(item))}::BIGINT"
    if column.type is ColumnType.INT:
        return f"{int(item)}::HUGEINT"
    if column.type is ColumnType.DATETIME:
        return _timestamp((seconds(str(item)) or 0) * 1_000_000)
    return literal(str(item))


def scaled(column: Column, value: float) -> int:
    """A declared float in the column's fixed point."""
    return max(-LARGEST_SCALED, min(LARGEST_SCALED, round(value * column.scale)))


def clamp(value: str, lower: str, upper: str) -> str:
    """The beginning of a CASE that brings a value between its bounds; what follows is for the values inside."""
    # A comparison with NULL is not true, so that NULL stays NULL (least and greatest would make a bound of it).
    return f"CASE WHEN {value} <= {lower} THEN {lower} WHEN {value} >= {upper} THEN {upper}"


def whole_ends(column: Column) -> tuple[int, int]:
    """An integer column's bounds, or those of 64 bits."""
    lower = INT64_LOWER if column.lower is None else int(column.lower)
    return lower, INT64_UPPER if column.upper is None else int(column.upper)


def scaled_ends(column: Column) -> tuple[int, int]:
    """A float column's bounds in its fixed point, or the largest there are."""
    lower = -LARGEST_SCALED if column.lower is None else scaled(column, column.lower)
    return lower, LARGEST_SCALED if column.upper is None else scaled(column, column.upper)


def _integer(column: Column, value: str) -> str:
    lower, upper = whole_ends(column)
    value = _allowed(column, value)
    if column.private_id:
        # Clamped, the numbers beyond 64 bits would be one person.
        return f"TRY_CAST({value} AS BIGINT)"
    return f"({clamp(value, f'({lower})::HUGEINT', f'({upper})::HUGEINT')} ELSE {value} END)::BIGINT"


def _fixed_point(column: Column, value: str) -> str:
    lower, upper = scaled_ends(column)
    steps = f"round_even({value} * {column.scale}, 0)"
    clamped = clamp(steps, f"({lower})::BIGINT", f"({upper})::BIGINT")
    made = f"(CASE WHEN isnan({value}) THEN NULL ELSE ({clamped} ELSE TRY_CAST({steps} AS BIGINT) END) END)"
    return _allowed(column, made)


def _moment(column: Column, value: str) -> str:
    lower = FIRST_MICROSECOND if column.lower is None else int(column.lower) * 1_000_000
    upper = LAST_MICROSECOND if column.upper is None else int(column.upper) * 1_000_000
    micros = f"epoch_us({value})"
    inside = f"isfinite({value}) AND {micros} BETWEEN {FIRST_MICROSECOND} AND {LAST_MICROSECOND}"
    clamped = f"{clamp(micros, f'({lower})', f'({upper})')} ELSE {micros} END"
    return _allowed(column, f"(CASE WHEN {inside} THEN make_timestamp({clamped}) END)")


def _timestamp(micros: int) -> str:
    return f"make_timestamp(({micros})::BIGINT)"


def _fill(column: Column) -> str:
    """What stands for NULL in a column declared not to have any: a constant, so that no row depends on another."""
    if column.allowed_values:
        made = _constant(column, column.allowed_values[0])
        # A wider type would be the column's: Parquet keeps such numbers as floats.
        return f"({made})::BIGINT" if column.type is ColumnType.INT else made
    if column.type is ColumnType.BOOLEAN:
        return "false"
    if column.type is ColumnType.STRING:
        return "''"
    if column.type is ColumnType.DATETIME:
        return _timestamp(math.floor(middle_of(column)) * 1_000_000)
    if column.type is ColumnType.FLOAT:
        return f"({scaled(column, middle_of(column))})::BIGINT"
    return f"({middle_int(column)})::BIGINT"


def middle_of(column: Column) -> float:
    """The middle of the bounds, or the one that is declared, or zero."""
    lower, upper = column.lower, column.upper
    return (lower + upper) / 2 if lower is not None and upper is not None else lower or upper or 0


def middle_int(column: Column) -> int:
    """The middle of an integer column's bounds, exactly; the allowed number next to zero where one is missing."""
    lower, upper = whole_ends(column)
    if column.lower is not None and column.upper is not None:
        return (lower + upper) // 2
    return max(lower, min(upper, 0))

"""The bounded projection of rows as Spark sees it: the same values that `typed` makes in DuckDB.

Every expression is total: no cell makes it raise. A cell is read by its own type where that is exact, and by its text
otherwise.
"""

# ruff: noqa: S608 - SQL is made of positions, numbers and names; `named` and `literal` write what others chose

import math

from quarantine.domain.metadata.fields import moment, seconds
from quarantine.domain.metadata.model import Column, ColumnType, Table, Value
from quarantine.store.sources.postgresql_typed import CLOCK, DAY, FIRST, INFINITE, LAST, NUMBER, ZONE
from quarantine.store.sources.typed import (
    FALSE,
    INT64_LOWER,
    INT64_UPPER,
    TRUE,
    WHOLE,
    clamp,
    finite,
    middle_int,
    middle_of,
    scaled,
    scaled_ends,
    whole_ends,
)

WHOLE_TYPES = ("tinyint", "smallint", "int", "bigint")
EXACT_FLOATS = ("double", *WHOLE_TYPES)
MOMENTS = ("date", "timestamp", "timestamp_ntz")
TYPES = {
    ColumnType.BOOLEAN: "BOOLEAN",
    ColumnType.DATETIME: "TIMESTAMP_NTZ",
    ColumnType.FLOAT: "BIGINT",
    ColumnType.INT: "BIGINT",
    ColumnType.STRING: "STRING",
}


def named(name: str) -> str:
    """An SQL identifier."""
    return "`" + name.replace("`", "``") + "`"


def literal(text: str) -> str:
    """An SQL string."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def schema(table: Table) -> str:
    """The columns of the copy and their types, as Spark declares them."""
    return ", ".join(f"{named(column.name)} {TYPES[column.type]}" for column in table.columns)


def cells(table: Table, kinds: dict[str, tuple[str, str]], view: str) -> str:
    """The SELECT of every declared column, parsed; `kinds` are the source's columns (SQL) and their types, by name."""
    parsed = [f"{_parsed(column, *kinds[column.name], table)} AS p{n}" for n, column in enumerate(table.columns)]
    return f"SELECT {', '.join(parsed)} FROM {view}"


def projection(table: Table, view: str) -> str:
    """The SELECT of the bounded projection from a view of parsed cells."""
    values = []
    for n, column in enumerate(table.columns):
        filled = column.name != table.privacy_unit
        values.append(f"CAST({_bounded(column, f'p{n}', filled=filled)} AS {TYPES[column.type]}) AS v{n}")
    typed = f"SELECT {', '.join(values)} FROM {view}"
    names = [column.name for column in table.columns]
    shown = ", ".join(f"v{n} AS {named(name)}" for n, name in enumerate(names))
    if table.privacy_unit is None:
        return f"SELECT {shown} FROM ({typed})"
    person = f"v{names.index(table.privacy_unit)}"
    lots = f"SELECT *, rand() AS lot FROM ({typed}) WHERE {person} IS NOT NULL"
    drawn = f"SELECT *, row_number() OVER (PARTITION BY {person} ORDER BY lot) AS position FROM ({lots})"
    return f"SELECT {shown} FROM ({drawn}) WHERE position <= {table.max_ids}"


def _parsed(column: Column, cell: str, kind: str, table: Table) -> str:
    """The cell as decimal (int), double (float), boolean, timestamp in UTC, or text."""
    text = f"nullif(CAST({cell} AS STRING), '')"
    missing = table.source.na_values.get(column.name, ())
    trimmed = f"trim({text})"
    number = f"replace({trimmed}, ',', '.')" if table.source.decimal == "," else trimmed
    made = {
        ColumnType.STRING: lambda: text,
        ColumnType.BOOLEAN: lambda: _boolean(trimmed),
        ColumnType.INT: lambda: _integer(column, cell, kind, number),
        ColumnType.FLOAT: lambda: _float(cell, kind, number),
        ColumnType.DATETIME: lambda: _moment(cell, kind, trimmed),
    }[column.type]()
    if missing:
        made = f"CASE WHEN {text} IN ({_listed(missing)}) THEN NULL ELSE {made} END"
    numbers = [found for item in missing if (found := finite(item)) is not None]
    if numbers and column.type in (ColumnType.INT, ColumnType.FLOAT):
        # 99999 also stands for the cell 99999.0.
        gone = ", ".join(f"CAST('{number!r}' AS DOUBLE)" for number in numbers)
        made = f"CASE WHEN {_float(cell, kind, number)} IN ({gone}) THEN NULL ELSE {made} END"
    return f"({made})"


def _listed(texts: tuple[str, ...]) -> str:
    return ", ".join(literal(text) for text in texts)


def _is(text: str, pattern: str) -> str:
    whole = "\\A(" + pattern + ")\\z"
    return f"{text} RLIKE {literal(whole)}"


def _boolean(text: str) -> str:
    yes, no = (f"WHEN lower({text}) IN ({_listed(words)})" for words in (TRUE, FALSE))
    return f"CASE {yes} THEN true {no} THEN false END"


def _integer(column: Column, cell: str, kind: str, text: str) -> str:
    if kind in WHOLE_TYPES:
        return f"CAST({cell} AS DECIMAL(38, 0))"
    # Rounded, 1.4 and 1 would be one person with the rows of two.
    form = f"{_is(text, WHOLE)} AND {_is(text, NUMBER)}" if column.private_id else _is(text, NUMBER)
    return f"CASE WHEN {form} THEN try_cast({text} AS DECIMAL(38, 0)) END"


def _float(cell: str, kind: str, text: str) -> str:
    if kind in EXACT_FLOATS:
        return f"CAST({cell} AS DOUBLE)"
    infinite = f"CASE WHEN {text} LIKE '-%' THEN -1 ELSE 1 END * CAST('Infinity' AS DOUBLE)"
    return (
        f"CASE WHEN {_is(text, NUMBER)} THEN try_cast({text} AS DOUBLE) "
        f"WHEN {_is(f'lower({text})', INFINITE)} THEN {infinite} END"
    )


def _moment(cell: str, kind: str, text: str) -> str:
    if kind in MOMENTS:
        return f"CAST({cell} AS TIMESTAMP_NTZ)"
    # The session's zone is UTC.
    found = f"CAST(try_cast({text} AS TIMESTAMP) AS TIMESTAMP_NTZ)"
    return f"CASE WHEN {_is(text, f'{DAY}([ T]{CLOCK}{ZONE}?)?')} THEN {found} END"


def _bounded(column: Column, value: str, *, filled: bool) -> str:
    """The parsed value as the copy holds it; `filled` replaces NULL where it is declared."""
    made = {
        ColumnType.BOOLEAN: lambda: value,
        ColumnType.STRING: lambda: _allowed(column, value),
        ColumnType.INT: lambda: _whole(column, value),
        ColumnType.FLOAT: lambda: _fixed_point(column, value),
        ColumnType.DATETIME: lambda: _allowed(column, _within(column, value)),
    }[column.type]()
    return f"coalesce({made}, {_fill(column)})" if filled and not column.nullable else made


def _allowed(column: Column, value: str) -> str:
    if column.allowed_values is None:
        return value
    constants = ", ".join(_constant(column, item) for item in column.allowed_values)
    return f"(CASE WHEN {value} IN ({constants}) THEN {value} END)"


def _number(value: int) -> str:
    return f"CAST('{value}' AS DECIMAL(38, 0))"


def _constant(column: Column, item: Value) -> str:
    """An allowed value as it stands in the copy."""
    if column.type is ColumnType.FLOAT:
        return f"CAST('{scaled(column, float(item))}' AS BIGINT)"
    if column.type is ColumnType.INT:
        return _number(int(item))
    if column.type is ColumnType.DATETIME:
        return _timestamp(seconds(str(item)) or 0)
    return literal(str(item))


def _whole(column: Column, value: str) -> str:
    lower, upper = whole_ends(column)
    value = _allowed(column, value)
    if column.private_id:
        # Clamped, the numbers beyond 64 bits would be one person.
        return f"(CASE WHEN {value} BETWEEN {_number(INT64_LOWER)} AND {_number(INT64_UPPER)} THEN {value} END)"
    return f"({clamp(value, _number(lower), _number(upper))} ELSE {value} END)"


def _fixed_point(column: Column, value: str) -> str:
    lower, upper = scaled_ends(column)
    steps = f"rint({value} * CAST({column.scale} AS DOUBLE))"
    low, high = (f"CAST('{bound}' AS BIGINT)" for bound in (lower, upper))
    clamped = f"{clamp(steps, low, high)} ELSE try_cast({steps} AS BIGINT) END"
    return _allowed(column, f"(CASE WHEN isnan({value}) THEN NULL ELSE {clamped} END)")


def _within(column: Column, value: str) -> str:
    first, last = f"TIMESTAMP_NTZ '{FIRST}'", f"TIMESTAMP_NTZ '{LAST}'"
    lower = first if column.lower is None else _timestamp(int(column.lower))
    upper = last if column.upper is None else _timestamp(int(column.upper))
    return f"(CASE WHEN {value} BETWEEN {first} AND {last} THEN {clamp(value, lower, upper)} ELSE {value} END END)"


def _timestamp(unix: int) -> str:
    return f"TIMESTAMP_NTZ '{moment(unix)}'"


def _fill(column: Column) -> str:
    """What stands for NULL in a column declared not to have any: a constant, so that no row depends on another."""
    if column.allowed_values:
        return _constant(column, column.allowed_values[0])
    if column.type is ColumnType.BOOLEAN:
        return "false"
    if column.type is ColumnType.STRING:
        return "''"
    if column.type is ColumnType.DATETIME:
        return _timestamp(math.floor(middle_of(column)))
    if column.type is ColumnType.FLOAT:
        return f"CAST('{scaled(column, middle_of(column))}' AS BIGINT)"
    return _number(middle_int(column))

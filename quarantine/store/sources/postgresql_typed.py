"""The bounded projection of a table as PostgreSQL sees it: the same values that `typed` makes in DuckDB.

Every expression is total: no cell makes it raise, so that whether a copy can be made never depends on one row. A cell
is read by its own type where that is exact, and by its text otherwise.
"""

# ruff: noqa: S608 - SQL is made of positions, numbers and names; `quoted` and `literal` write what others chose

import math

from quarantine.domain.metadata.fields import moment, seconds
from quarantine.domain.metadata.model import Column, ColumnType, Table, Value
from quarantine.domain.quoting import literal, quoted
from quarantine.store.sources.typed import (
    FALSE,
    INT64_LOWER,
    INT64_UPPER,
    LARGEST_SCALED,
    TRUE,
    WHOLE,
    clamp,
    finite,
    listed,
    middle_int,
    middle_of,
    scaled,
    scaled_ends,
    whole_ends,
)

WHOLE_TYPES = ("smallint", "integer", "bigint")
# Beyond this many digits (a pattern's most) a text is no number; a numeric has room for all that remain.
NUMBER = "[+-]?([0-9]{1,250}([.][0-9]{0,250})?|[.][0-9]{1,250})([eE][+-]?[0-9]{1,3})?"
INFINITE = "[+-]?inf(inity)?"
LARGEST_DOUBLE, SMALLEST_DOUBLE = "1.7e308", "1e-307"
LARGEST_HUGE = 2**127
DAY = "(?!0000)([0-9]{4})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
CLOCK = "([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,6})?)?"
ZONE = "(Z|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?)"
FIRST, LAST = "0001-01-01 00:00:00", "9999-12-31 23:59:59.999999"


def projection(table: Table, kinds: dict[str, str], source: str) -> str:
    """The SELECT of the bounded projection of `source` (SQL); `kinds` are the types of its columns, by name."""
    cells, values, named = [], [], []
    for n, column in enumerate(table.columns):
        unit = column.name == table.privacy_unit
        cells.append(f"{_parsed(column, kinds[column.name], table)} AS p{n}")
        values.append(f"{_bounded(column, f'p{n}', filled=not unit)} AS v{n}")
        named.append(f"v{n} AS {quoted(column.name)}")
    # OFFSET keeps the planner from writing a cell's expression into each place that reads it.
    typed = f"SELECT {', '.join(values)} FROM (SELECT {', '.join(cells)} FROM {source} OFFSET 0) AS cells"
    names = [column.name for column in table.columns]
    if table.privacy_unit is None:
        return f"SELECT {', '.join(named)} FROM ({typed}) AS typed"
    person = f"v{names.index(table.privacy_unit)}"
    lots = f"SELECT *, random() AS lot FROM ({typed}) AS typed WHERE {person} IS NOT NULL"
    drawn = f"SELECT *, row_number() OVER (PARTITION BY {person} ORDER BY lot) AS position FROM ({lots}) AS lots"
    return f"SELECT {', '.join(named)} FROM ({drawn}) AS drawn WHERE position <= {table.max_ids}"


def _parsed(column: Column, kind: str, table: Table) -> str:
    """The cell as numeric (int), double precision (float), boolean, timestamp in UTC, or text."""
    name = quoted(column.name)
    text = f"nullif({name}::text, '')"
    missing = table.source.na_values.get(column.name, ())
    made = {
        ColumnType.STRING: lambda: text,
        ColumnType.BOOLEAN: lambda: _boolean(f"btrim({text}, ' ')"),
        ColumnType.INT: lambda: _integer(column, name, kind, f"btrim({text}, ' ')"),
        ColumnType.FLOAT: lambda: _float(name, kind, f"btrim({text}, ' ')"),
        ColumnType.DATETIME: lambda: _moment(name, kind, f"btrim({text}, ' ')"),
    }[column.type]()
    if missing:
        made = f"CASE WHEN {text} IN ({listed(missing)}) THEN NULL ELSE {made} END"
    numbers = [found for item in missing if (found := finite(item)) is not None]
    if numbers and column.type in (ColumnType.INT, ColumnType.FLOAT):
        # 99999 also stands for the cell 99999.0.
        gone = ", ".join(f"{number!r}::double precision" for number in numbers)
        read = _float(name, kind, f"btrim({text}, ' ')")
        made = f"CASE WHEN {read} IN ({gone}) THEN NULL ELSE {made} END"
    return f'({made}) COLLATE "C"' if column.type is ColumnType.STRING else f"({made})"


def _is(text: str, pattern: str) -> str:
    return f"{text} ~ '^({pattern})$'"


def _boolean(text: str) -> str:
    yes, no = (f"WHEN lower({text}) IN ({listed(words)})" for words in (TRUE, FALSE))
    return f"CASE {yes} THEN true {no} THEN false END"


def _integer(column: Column, name: str, kind: str, text: str) -> str:
    if kind in WHOLE_TYPES:
        return f"{name}::numeric"
    if column.private_id:
        # Rounded, 1.4 and 1 would be one person with the rows of two.
        return f"CASE WHEN {_is(text, WHOLE)} AND {_is(text, NUMBER)} THEN {text}::numeric END"
    number = f"round({text}::numeric)"
    return f"CASE WHEN {_is(text, NUMBER)} THEN CASE WHEN abs({number}) < {LARGEST_HUGE} THEN {number} END END"


def _float(name: str, kind: str, text: str) -> str:
    if kind == "double precision" or kind in WHOLE_TYPES:
        return f"{name}::double precision"
    number = f"{text}::numeric"
    small = f"WHEN abs({number}) < {SMALLEST_DOUBLE} THEN 0"
    beyond = f"WHEN abs({number}) > {LARGEST_DOUBLE} THEN sign({number})::double precision * 'infinity'"
    within = f"CASE {small} {beyond} ELSE {number}::double precision END"
    return (
        f"CASE WHEN {_is(text, NUMBER)} THEN {within} WHEN {text} ~* '^{INFINITE}$' THEN {text}::double precision END"
    )


def _moment(name: str, kind: str, text: str) -> str:
    if kind == "date":
        return f"CASE WHEN {name} BETWEEN '0001-01-01'::date AND '9999-12-31'::date THEN {name}::timestamp END"
    if kind == "timestamp without time zone":
        return name
    if kind == "timestamp with time zone":
        return f"{name} AT TIME ZONE 'UTC'"
    # A text's day is counted on from the first of its month: the 30th of February is then in March, and no day.
    day = f"(substr({text}, 1, 8) || '01')::date + (substr({text}, 9, 2)::integer - 1)"
    exists = f"to_char({day}, 'YYYY-MM') = substr({text}, 1, 7)"
    found = f"{text}::timestamp with time zone AT TIME ZONE 'UTC'"
    return f"CASE WHEN {_is(text, f'{DAY}([ T]{CLOCK}{ZONE}?)?')} THEN CASE WHEN {exists} THEN {found} END END"


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
    return f"CASE WHEN {value} IN ({constants}) THEN {value} END"


def _constant(column: Column, item: Value) -> str:
    """An allowed value as it stands in the copy."""
    if column.type is ColumnType.FLOAT:
        return f"{scaled(column, float(item))}::bigint"
    if column.type is ColumnType.INT:
        return f"{int(item)}::numeric"
    if column.type is ColumnType.DATETIME:
        return _timestamp(seconds(str(item)) or 0)
    return f'{literal(str(item))}::text COLLATE "C"'


def _whole(column: Column, value: str) -> str:
    lower, upper = whole_ends(column)
    value = _allowed(column, value)
    if column.private_id:
        # Clamped, the numbers beyond 64 bits would be one person.
        return f"(CASE WHEN {value} BETWEEN {INT64_LOWER} AND {INT64_UPPER} THEN {value} END)::bigint"
    return f"({clamp(value, f'({lower})::numeric', f'({upper})::numeric')} ELSE {value} END)::bigint"


def _fixed_point(column: Column, value: str) -> str:
    lower, upper = scaled_ends(column)
    # What no step could hold is beyond every bound; multiplying it could overflow, which raises here.
    far = f"{2.0 * LARGEST_SCALED / column.scale!r}::double precision"
    beyond = f"WHEN {value} >= {far} THEN ({upper})::bigint WHEN {value} <= -{far} THEN ({lower})::bigint"
    steps = f"round({value} * {column.scale}::double precision)"
    clamped = f"{clamp(steps, f'({lower})::bigint', f'({upper})::bigint')} ELSE {steps}::bigint END"
    return _allowed(column, f"(CASE WHEN {value} = 'nan'::double precision THEN NULL {beyond} ELSE {clamped} END)")


def _within(column: Column, value: str) -> str:
    lower = f"timestamp '{FIRST}'" if column.lower is None else _timestamp(int(column.lower))
    upper = f"timestamp '{LAST}'" if column.upper is None else _timestamp(int(column.upper))
    inside = f"{value} BETWEEN timestamp '{FIRST}' AND timestamp '{LAST}'"
    return f"(CASE WHEN {inside} THEN {clamp(value, lower, upper)} ELSE {value} END END)"


def _timestamp(unix: int) -> str:
    return f"timestamp '{moment(unix)}'"


def _fill(column: Column) -> str:
    """What stands for NULL in a column declared not to have any: a constant, so that no row depends on another."""
    if column.allowed_values:
        made = _constant(column, column.allowed_values[0])
        return f"({made})::bigint" if column.type is ColumnType.INT else made
    if column.type is ColumnType.BOOLEAN:
        return "false"
    if column.type is ColumnType.STRING:
        return "''"
    if column.type is ColumnType.DATETIME:
        return _timestamp(math.floor(middle_of(column)))
    if column.type is ColumnType.FLOAT:
        return f"({scaled(column, middle_of(column))})::bigint"
    return f"({middle_int(column)})::bigint"

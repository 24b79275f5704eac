"""GROUP BY: what makes groups, and which of its values are known without looking at data."""

from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction

from sqlglot import exp

from quarantine.domain.metadata.model import Column, ColumnType
from quarantine.domain.privacy.conditions import condition
from quarantine.domain.privacy.model import Key, KeyValue
from quarantine.domain.privacy.parse import refusal, shown
from quarantine.domain.privacy.resolve import Scope
from quarantine.domain.privacy.texts import UNITS, Words, starts, words
from quarantine.domain.privacy.values import bounds, number

# A computed key is public if its values are known and no more than this.
MOST_VALUES = 1_000
TRUTHS = (
    exp.And,
    exp.Or,
    exp.Not,
    exp.EQ,
    exp.NEQ,
    exp.LT,
    exp.LTE,
    exp.GT,
    exp.GTE,
    exp.Between,
    exp.In,
    exp.Like,
    exp.ILike,
    exp.Is,
    exp.NullSafeEQ,
    exp.NullSafeNEQ,
)
_RIGHT = "GROUP BY columns, CASE, FLOOR(column / 10), width_bucket, date_trunc or date parts, by alias or position"


def key(node: exp.Expr, scope: Scope) -> Key:
    """The key that the expression makes; raises Refused."""
    if isinstance(node, exp.Paren):
        return key(node.this, scope)
    if isinstance(node, exp.Column):
        return _column(node, scope.column(node))
    names = tuple(dict.fromkeys(scope.column(column).name for column in node.find_all(exp.Column)))
    if not names:
        raise refusal(node, "groups are made by columns", _RIGHT)
    columns = [scope.named(name) for name in names]
    if isinstance(node, TRUTHS):
        null = any(column.nullable for column in columns) or node.find(exp.Case, exp.Nullif) is not None
        fragments = condition(node, scope)
        return Key(shown(node), ColumnType.BOOLEAN, null, (False, True), fragments=fragments, columns=names)
    found = words(node, scope)
    if found is not None:
        return _of_words(node, found, names, columns)
    return _of_number(node, scope, names)


def demoted(made: Key) -> Key:
    """A computed key as one whose values are looked up in the data; others stay."""
    return replace(made, allowed=None) if made.fragments and made.type is not ColumnType.BOOLEAN else made


def _of_number(node: exp.Expr, scope: Scope, names: tuple[str, ...]) -> Key:
    value = number(node, scope)
    allowed: tuple[KeyValue, ...] | None = None
    if value.options is not None:
        allowed = tuple(sorted(value.options))
    elif value.declared and value.high - value.low < MOST_VALUES:
        allowed = tuple(range(value.low, value.high + 1))
    if value.unit.denominator != 1 and allowed is None:
        raise refusal(node, "floating point numbers make no groups", _RIGHT)
    return Key(
        shown(node), ColumnType.INT, value.nullable, allowed, fragments=value.fragments, unit=value.unit, columns=names
    )


def _of_words(node: exp.Expr, found: Words, names: tuple[str, ...], columns: list[Column]) -> Key:
    if found.kind == "string":
        return Key(
            shown(node), ColumnType.STRING, found.nullable, found.options, fragments=found.fragments, columns=names
        )
    allowed = None
    unit = str(node.args["unit"].this).lower() if isinstance(node, exp.TimestampTrunc) else ""
    if unit in UNITS and columns[0].bounded:
        allowed = _moments(unit, columns[0])
    return Key(shown(node), ColumnType.DATETIME, found.nullable, allowed, fragments=found.fragments, columns=names)


def _moments(unit: str, column: Column) -> tuple[datetime, ...] | None:
    try:
        first, last = (
            datetime(1970, 1, 1) + timedelta(seconds=float(end or 0)) for end in (column.lower, column.upper)
        )
    except OverflowError:
        return None
    return starts(unit, first, last, MOST_VALUES)


def _column(node: exp.Column, column: Column) -> Key:
    if column.type is ColumnType.FLOAT:
        right = "GROUP BY a string, int, boolean or datetime column, or FLOOR(column / 10)"
        raise refusal(node, "floating point columns make no groups", right)
    allowed: tuple[KeyValue, ...] | None = None
    ends: tuple[int | None, int | None] = (None, None)
    if column.type is ColumnType.BOOLEAN:
        allowed = (False, True)
    elif column.allowed_values is not None and column.type is ColumnType.STRING:
        allowed = tuple(dict.fromkeys(str(value) for value in column.allowed_values))
    elif column.allowed_values is not None and column.type is ColumnType.INT:
        whole = [value for value in column.allowed_values if isinstance(value, int | float) and value == int(value)]
        allowed = tuple(dict.fromkeys(int(value) for value in whole))
    elif column.type is ColumnType.INT and column.bounded:
        ends = bounds(column)
    return Key(column.name, column.type, column.nullable, allowed, *ends, unit=Fraction(1), columns=(column.name,))

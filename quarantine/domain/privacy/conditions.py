"""WHERE: typed at plan time, so that no comparison can fail, or fail differently, on a private value.

A condition is compiled to fragments: plain text that every dialect reads alike, and the few things that dialects write
in their own way (names, strings, timestamps, the fixed-point columns read as floating point).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from math import ceil, floor

from sqlglot import exp

from quarantine.domain.metadata.model import Column, ColumnType
from quarantine.domain.privacy.parse import refusal
from quarantine.domain.privacy.resolve import Scope


@dataclass(frozen=True, slots=True)
class Name:
    """A column of the bounded copy."""

    column: str


@dataclass(frozen=True, slots=True)
class Real:
    """A numeric column in its own unit, as floating point."""

    column: str
    scale: int


@dataclass(frozen=True, slots=True)
class Text:
    """A string literal."""

    value: str


@dataclass(frozen=True, slots=True)
class Moment:
    """A timestamp literal."""

    value: datetime


Fragments = tuple[str | Name | Real | Text | Moment, ...]

_NUMBER, _STRING, _BOOLEAN, _DATETIME = "number", "string", "boolean", "datetime"
_KINDS = {
    ColumnType.INT: _NUMBER,
    ColumnType.FLOAT: _NUMBER,
    ColumnType.STRING: _STRING,
    ColumnType.BOOLEAN: _BOOLEAN,
    ColumnType.DATETIME: _DATETIME,
}
_SIGNS: dict[type[exp.Expr], str] = {
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
}
_ARITHMETIC: dict[type[exp.Expr], str] = {exp.Add: " + ", exp.Sub: " - ", exp.Mul: " * "}
_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_INT64 = 2**63
_LARGEST = Fraction(10) ** 300
_Literal = Fraction | str | bool | datetime


@dataclass(frozen=True, slots=True)
class _Operand:
    """One side of a comparison: a literal, a bare column, or arithmetic (`fragments`, at most `magnitude`)."""

    kind: str
    node: exp.Expr
    literal: _Literal | None = None
    column: Column | None = None
    fragments: Fragments = ()
    magnitude: Fraction = Fraction(0)

    @property
    def real(self) -> Fragments:
        if isinstance(self.literal, Fraction):
            return (f"({float(self.literal):.17e})",)
        return self.fragments


def condition(node: exp.Expr, scope: Scope) -> Fragments:
    """The fragments of a checked condition; raises Refused for what is not in the language or compares unlike types."""
    if isinstance(node, exp.Paren):
        return condition(node.this, scope)
    if isinstance(node, exp.And | exp.Or):
        word = " AND " if isinstance(node, exp.And) else " OR "
        return _joined([condition(part, scope) for part in node.flatten()], word)
    if isinstance(node, exp.Not):
        return ("(NOT ", *condition(node.this, scope), ")")
    rule = _RULES.get(type(node))
    if rule is None:
        raise refusal(node, "not a condition", "comparisons with AND, OR, NOT, BETWEEN, IN, LIKE, IS NULL")
    return rule(node, scope)


def _joined(parts: list[Fragments], word: str) -> Fragments:
    joined: list[str | Name | Real | Text | Moment] = ["("]
    for index, part in enumerate(parts):
        joined += [word, *part] if index else part
    return (*joined, ")")


def _comparison(node: exp.Expr, scope: Scope) -> Fragments:
    left, right = _operand(node.this, scope), _operand(node.expression, scope)
    return _compare(node, left, _SIGNS[type(node)], right)


def _between(node: exp.Expr, scope: Scope) -> Fragments:
    value = _operand(node.this, scope)
    low, high = _operand(node.args["low"], scope), _operand(node.args["high"], scope)
    return _joined([_compare(node, value, ">=", low), _compare(node, value, "<=", high)], " AND ")


def _in(node: exp.Expr, scope: Scope) -> Fragments:
    value = _operand(node.this, scope)
    options = [_operand(option, scope) for option in node.expressions]
    if not options or any(option.literal is None for option in options):
        raise refusal(node, "IN needs a list of literals", "column IN (1, 2)")
    return _joined([_compare(node, value, "=", option) for option in options], " OR ")


def _like(node: exp.Expr, scope: Scope) -> Fragments:
    value, pattern = _operand(node.this, scope), _operand(node.expression, scope)
    if value.column is None or value.kind != _STRING or not isinstance(pattern.literal, str):
        raise refusal(node, "LIKE compares a string column with a pattern", "column LIKE 'a%'")
    if "\\" in pattern.literal:
        raise refusal(node, "backslashes in a pattern mean different things in different engines", "% and _ only")
    word = " NOT LIKE " if node.args.get("negate") else " LIKE "
    return ("(", Name(value.column.name), word, Text(pattern.literal), ")")


def _is(node: exp.Expr, scope: Scope) -> Fragments:
    if not isinstance(node.this, exp.Column) or not isinstance(node.expression, exp.Null):
        raise refusal(node, "IS tests a column for NULL only", "column IS NULL, column IS NOT NULL")
    return ("(", Name(scope.column(node.this).name), " IS NULL)")


def _truth(node: exp.Expr, scope: Scope) -> Fragments:
    column = scope.column(node) if isinstance(node, exp.Column) else None
    if column is None or column.type is not ColumnType.BOOLEAN:
        raise refusal(node, "a condition is missing", "a comparison, or a boolean column")
    return (Name(column.name),)


_RULES: dict[type[exp.Expr], Callable[[exp.Expr, Scope], Fragments]] = {
    **dict.fromkeys(_SIGNS, _comparison),
    exp.Between: _between,
    exp.In: _in,
    exp.Like: _like,
    exp.Is: _is,
    exp.Column: _truth,
}


def _compare(node: exp.Expr, left: _Operand, sign: str, right: _Operand) -> Fragments:
    if left.literal is not None and right.literal is not None:
        raise refusal(node, "both sides are literals", "a column on one side")
    if left.literal is not None:
        left, right, sign = right, left, _FLIPPED.get(sign, sign)
    if left.kind == _DATETIME and isinstance(right.literal, str):
        right = _Operand(_DATETIME, right.node, literal=_moment(right.node, right.literal))
    if left.kind != right.kind:
        raise refusal(node, f"a {left.kind} is compared with a {right.kind}", f"a {left.kind} on both sides")
    if left.kind == _BOOLEAN and sign not in ("=", "<>"):
        raise refusal(node, "booleans have no order", "=, <> or the column alone")
    if left.kind == _NUMBER:
        return _compare_numbers(left, sign, right)
    assert left.column is not None  # noqa: S101 - only numbers are ever arithmetic
    return ("(", Name(left.column.name), f" {sign} ", _other(right), ")")


def _other(operand: _Operand) -> str | Name | Text | Moment:
    if operand.column is not None:
        return Name(operand.column.name)
    if isinstance(operand.literal, bool):
        return "TRUE" if operand.literal else "FALSE"
    return Moment(operand.literal) if isinstance(operand.literal, datetime) else Text(str(operand.literal))


def _compare_numbers(left: _Operand, sign: str, right: _Operand) -> Fragments:
    if left.column is not None and isinstance(right.literal, Fraction):
        return _compare_integer(left.column, sign, right.literal)
    if left.column is not None and right.column is not None and left.column.scale == right.column.scale:
        return ("(", Name(left.column.name), f" {sign} ", Name(right.column.name), ")")
    return ("(", *left.real, f" {sign} ", *right.real, ")")


def _compare_integer(column: Column, sign: str, literal: Fraction) -> Fragments:
    """The literal in the copy's fixed point: an exact comparison of integers, by which the engine can skip rows."""
    name, wanted = Name(column.name), literal * column.scale
    if sign in ("=", "<>") and (wanted.denominator != 1 or abs(wanted) >= _INT64):
        # Never equal; comparing the column with itself keeps NULL unknown.
        return ("(", name, " <> " if sign == "=" else " = ", name, ")")
    whole = floor(wanted) if sign in (">", "<=", "=", "<>") else ceil(wanted)
    if abs(whole) >= _INT64:
        always = (whole < 0) == (sign in (">", ">="))
        return ("(", name, " = " if always else " <> ", name, ")")
    return ("(", name, f" {sign} {whole})")


def _operand(node: exp.Expr, scope: Scope) -> _Operand:
    if isinstance(node, exp.Paren):
        return _operand(node.this, scope)
    if isinstance(node, exp.Column):
        return _column(node, scope)
    if isinstance(node, exp.Boolean):
        return _Operand(_BOOLEAN, node, literal=bool(node.this))
    if isinstance(node, exp.Literal):
        if node.is_string:
            return _Operand(_STRING, node, literal=str(node.this))
        return _Operand(_NUMBER, node, literal=_number(node))
    if isinstance(node, exp.Cast):
        return _dated(node)
    if isinstance(node, exp.Neg | exp.Add | exp.Sub | exp.Mul):
        return _arithmetic(node, scope)
    if isinstance(node, exp.Null):
        raise refusal(node, "a comparison with NULL is never true", "column IS NULL")
    raise refusal(node, "not a value", "a column, a literal, or + - * of them")


def _column(node: exp.Column, scope: Scope) -> _Operand:
    column = scope.column(node)
    kind = _KINDS[column.type]
    if kind != _NUMBER:
        return _Operand(kind, node, column=column)
    largest = Fraction(_INT64, column.scale)
    return _Operand(kind, node, column=column, fragments=(Real(column.name, column.scale),), magnitude=largest)


def _number(node: exp.Literal) -> Fraction:
    try:
        value = Decimal(str(node.this))
    except InvalidOperation:
        raise refusal(node, "not a decimal number", "digits, a point, an exponent") from None
    if not value.is_finite() or len(str(node.this)) > 100 or (value and abs(value.adjusted()) > 100):
        raise refusal(node, "too long, too large or too close to zero", "up to 100 digits, 1e-100 to 1e100")
    return Fraction(value)


def _dated(node: exp.Cast) -> _Operand:
    words = {"DATE", "TIMESTAMP", "TIMESTAMPNTZ", "DATETIME"}
    if node.to.sql().upper() not in words or not isinstance(node.this, exp.Literal) or not node.this.is_string:
        raise refusal(node, "casts are not supported", "DATE '2020-01-31' or TIMESTAMP '2020-01-31 12:00:00'")
    return _Operand(_DATETIME, node, literal=_moment(node, str(node.this.this)))


def _moment(node: exp.Expr, text: str) -> datetime:
    try:
        value = datetime.fromisoformat(text.strip())
    except ValueError:
        value = None
    if value is None or value.tzinfo is not None:
        raise refusal(node, "not a date or time without a zone", "'2020-01-31' or '2020-01-31 12:00:00'")
    return value


def _arithmetic(node: exp.Expr, scope: Scope) -> _Operand:
    sides = [_operand(node.this, scope)]
    if not isinstance(node, exp.Neg):
        sides.append(_operand(node.expression, scope))
    if any(side.kind != _NUMBER for side in sides):
        raise refusal(node, "arithmetic needs numbers", "numeric columns and literals")
    values = [side.literal for side in sides if isinstance(side.literal, Fraction)]
    if len(values) == len(sides):
        return _Operand(_NUMBER, node, literal=_bounded(node, _fold(node, values)))
    sizes = [abs(side.literal) if isinstance(side.literal, Fraction) else side.magnitude for side in sides]
    size = sizes[0] * sizes[-1] if isinstance(node, exp.Mul) else sum(sizes, Fraction(0))
    sign = _ARITHMETIC.get(type(node), "-")
    texts = ("(", sign, *sides[0].real, ")") if len(sides) == 1 else ("(", *sides[0].real, sign, *sides[1].real, ")")
    return _Operand(_NUMBER, node, fragments=texts, magnitude=_bounded(node, size))


def _fold(node: exp.Expr, values: list[Fraction]) -> Fraction:
    if isinstance(node, exp.Neg):
        return -values[0]
    if isinstance(node, exp.Mul):
        return values[0] * values[1]
    return values[0] + values[1] if isinstance(node, exp.Add) else values[0] - values[1]


def _bounded(node: exp.Expr, size: Fraction) -> Fraction:
    """Floating point must not overflow in the engine: some raise then, and that would depend on the data."""
    if abs(size) > _LARGEST:
        raise refusal(node, "the result could be too large", "smaller literals or fewer factors")
    return size

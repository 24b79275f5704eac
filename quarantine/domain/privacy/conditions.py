"""WHERE: typed at plan time, so that no comparison can fail, or fail differently, on a private value."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from math import ceil, floor

from sqlglot import exp

from quarantine.domain.metadata.model import Column, ColumnType
from quarantine.domain.privacy.fragments import Fragments, Moment, Name, Real, Spelling, Text, joined
from quarantine.domain.privacy.integers import Value, aligned
from quarantine.domain.privacy.letters import lowercase
from quarantine.domain.privacy.literals import dated, moment_literal, number_literal
from quarantine.domain.privacy.parse import refusal
from quarantine.domain.privacy.resolve import Scope
from quarantine.domain.privacy.texts import words
from quarantine.domain.privacy.values import number

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
# PostgreSQL raises where a product of doubles comes to zero; a little room is left for their rounding.
_SMALLEST = Fraction(1, 10**290)
# How much smaller than both of its sides the difference of two doubles may be.
_ROUNDING = Fraction(1, 2**54)
_Literal = Fraction | str | bool | datetime


@dataclass(frozen=True, slots=True)
class _Operand:
    """One side of a comparison: a literal, a bare column, or what is computed in floating point.

    That is `fragments`, of at most `magnitude`, and of `least` at least where it is not 0. Numbers that only exact
    arithmetic can compute have a `value`.
    """

    kind: str
    node: exp.Expr
    literal: _Literal | None = None
    column: Column | None = None
    fragments: Fragments = ()
    magnitude: Fraction = Fraction(0)
    least: Fraction = Fraction(1)
    value: Value | None = None

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
        return joined([condition(part, scope) for part in node.flatten()], word)
    if isinstance(node, exp.Not):
        return ("(NOT ", *condition(node.this, scope), ")")
    rule = _RULES.get(type(node))
    if rule is None:
        raise refusal(node, "not a condition", "comparisons with AND, OR, NOT, BETWEEN, IN, LIKE, ILIKE, IS NULL")
    return rule(node, scope)


def _comparison(node: exp.Expr, scope: Scope) -> Fragments:
    left, right = _operand(node.this, scope), _operand(node.expression, scope)
    return _compare(node, scope, left, _SIGNS[type(node)], right)


def _between(node: exp.Expr, scope: Scope) -> Fragments:
    value = _operand(node.this, scope)
    low, high = _operand(node.args["low"], scope), _operand(node.args["high"], scope)
    return joined([_compare(node, scope, value, ">=", low), _compare(node, scope, value, "<=", high)], " AND ")


def _in(node: exp.Expr, scope: Scope) -> Fragments:
    value = _operand(node.this, scope)
    options = [_operand(option, scope) for option in node.expressions]
    if not options or any(option.literal is None for option in options):
        raise refusal(node, "IN needs a list of literals", "column IN (1, 2)")
    return joined([_compare(node, scope, value, "=", option) for option in options], " OR ")


def _like(node: exp.Expr, scope: Scope) -> Fragments:
    value, pattern = _operand(node.this, scope), _operand(node.expression, scope)
    if "text" in pattern.node.meta:
        pattern = _Operand(_STRING, pattern.node, literal=str(pattern.node.meta["text"]))
    if value.literal is not None or value.kind != _STRING or not isinstance(pattern.literal, str):
        raise refusal(node, "LIKE compares a string column with a pattern", "column LIKE 'a%'")
    if "\\" in pattern.literal:
        raise refusal(node, "backslashes in a pattern mean different things in different engines", "% and _ only")
    word = " NOT LIKE " if node.args.get("negate") else " LIKE "
    if isinstance(node, exp.ILike):
        return ("(", Spelling("LOWER", value.fragments), word, Text(lowercase(pattern.literal)), ")")
    return ("(", *value.fragments, word, Text(pattern.literal), ")")


def _is(node: exp.Expr, scope: Scope) -> Fragments:
    if isinstance(node.expression, exp.Boolean):
        return ("(", *condition(node.this, scope), " IS TRUE)" if node.expression.this else " IS FALSE)")
    if not isinstance(node.expression, exp.Null):
        raise refusal(node, "IS tests for NULL, TRUE or FALSE", "column IS NULL, column IS NOT NULL")
    return _missing(node.this, scope)


def _missing(node: exp.Expr, scope: Scope) -> Fragments:
    if isinstance(node, exp.Column):
        return ("(", Name(scope.column(node).name), " IS NULL)")
    found = words(node, scope)
    return ("(", *(found.fragments if found is not None else number(node, scope).fragments), " IS NULL)")


def _same(node: exp.Expr, scope: Scope) -> Fragments:
    """IS [NOT] DISTINCT FROM: never NULL, and NULL is the same as NULL."""
    sides = [_operand(side, scope) for side in (node.this, node.expression)]
    equal = _compare(node, scope, sides[0], "=", sides[1])
    missing = [("FALSE",) if side.literal is not None else _missing(side.node, scope) for side in sides]
    same = joined([("(", *equal, " IS TRUE)"), joined(missing, " AND ")], " OR ")
    return same if isinstance(node, exp.NullSafeEQ) else ("(NOT ", *same, ")")


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
    exp.ILike: _like,
    exp.Is: _is,
    exp.NullSafeEQ: _same,
    exp.NullSafeNEQ: _same,
    exp.Column: _truth,
}


def _compare(node: exp.Expr, scope: Scope, left: _Operand, sign: str, right: _Operand) -> Fragments:
    if left.literal is not None and right.literal is not None:
        raise refusal(node, "both sides are literals", "a column on one side")
    if left.literal is not None:
        left, right, sign = right, left, _FLIPPED.get(sign, sign)
    if left.kind == _DATETIME and isinstance(right.literal, str):
        right = _Operand(_DATETIME, right.node, literal=moment_literal(right.node, right.literal))
    if left.kind == _STRING and "text" in right.node.meta:
        # A parameter that looks like a number or a truth value, compared with a string: its text is meant.
        right = _Operand(_STRING, right.node, literal=str(right.node.meta["text"]))
    if left.kind != right.kind:
        raise refusal(node, f"a {left.kind} is compared with a {right.kind}", f"a {left.kind} on both sides")
    if left.kind == _BOOLEAN and sign not in ("=", "<>"):
        raise refusal(node, "booleans have no order", "=, <> or the column alone")
    if left.kind == _NUMBER:
        return _compare_numbers(node, scope, left, sign, right)
    return ("(", *left.fragments, f" {sign} ", *_other(right), ")")


def _other(operand: _Operand) -> Fragments:
    if operand.literal is None:
        return operand.fragments
    if isinstance(operand.literal, bool):
        return ("TRUE" if operand.literal else "FALSE",)
    return (Moment(operand.literal) if isinstance(operand.literal, datetime) else Text(str(operand.literal)),)


def _compare_numbers(node: exp.Expr, scope: Scope, left: _Operand, sign: str, right: _Operand) -> Fragments:
    if left.value is not None and isinstance(right.literal, Fraction):
        return _compare_integer(left.value.fragments, sign, right.literal / left.value.unit)
    if left.value is not None or right.value is not None:
        sides = [side.value or number(side.node, scope) for side in (left, right)]
        one, other = aligned(node, sides)
        return ("(", *one.fragments, f" {sign} ", *other.fragments, ")")
    if left.column is not None and isinstance(right.literal, Fraction):
        return _compare_integer((Name(left.column.name),), sign, right.literal * left.column.scale)
    if left.column is not None and right.column is not None and left.column.scale == right.column.scale:
        return ("(", Name(left.column.name), f" {sign} ", Name(right.column.name), ")")
    return ("(", *left.real, f" {sign} ", *right.real, ")")


def _compare_integer(integer: Fragments, sign: str, wanted: Fraction) -> Fragments:
    """The literal in the integer's unit: an exact comparison, and of bare columns one by which engines skip rows."""
    if sign in ("=", "<>") and (wanted.denominator != 1 or abs(wanted) >= _INT64):
        # Never equal; comparing the integer with itself keeps NULL unknown.
        return ("(", *integer, " <> " if sign == "=" else " = ", *integer, ")")
    whole = floor(wanted) if sign in (">", "<=", "=", "<>") else ceil(wanted)
    if abs(whole) >= _INT64:
        always = (whole < 0) == (sign in (">", ">="))
        return ("(", *integer, " = " if always else " <> ", *integer, ")")
    return ("(", *integer, f" {sign} {whole})")


def _operand(node: exp.Expr, scope: Scope) -> _Operand:
    if isinstance(node, exp.Paren):
        return _operand(node.this, scope)
    if isinstance(node, exp.Boolean):
        return _Operand(_BOOLEAN, node, literal=bool(node.this))
    if isinstance(node, exp.Literal):
        if node.is_string:
            return _Operand(_STRING, node, literal=str(node.this))
        return _Operand(_NUMBER, node, literal=number_literal(node))
    if isinstance(node, exp.Cast) and isinstance(node.this, exp.Literal):
        return _Operand(_DATETIME, node, literal=dated(node))
    if isinstance(node, exp.Null):
        raise refusal(node, "a comparison with NULL is never true", "column IS NULL")
    if isinstance(node, exp.Column):
        return _column(node, scope)
    if isinstance(node, exp.Neg | exp.Add | exp.Sub | exp.Mul):
        return _arithmetic(node, scope)
    return _computed(node, scope)


def _computed(node: exp.Expr, scope: Scope) -> _Operand:
    found = words(node, scope)
    if found is not None:
        return _Operand(found.kind, node, fragments=found.fragments)
    value = number(node, scope)
    if value.literal is not None:
        return _Operand(_NUMBER, node, literal=value.literal)
    return _Operand(_NUMBER, node, value=value)


def _column(node: exp.Column, scope: Scope) -> _Operand:
    column = scope.column(node)
    kind = _KINDS[column.type]
    if kind != _NUMBER:
        return _Operand(kind, node, column=column, fragments=(Name(column.name),))
    largest, least = Fraction(_INT64, column.scale), Fraction(1, column.scale)
    real = (Real(column.name, column.scale),)
    return _Operand(kind, node, column=column, fragments=real, magnitude=largest, least=least)


def _arithmetic(node: exp.Expr, scope: Scope) -> _Operand:
    sides = [_operand(node.this, scope)]
    if not isinstance(node, exp.Neg):
        sides.append(_operand(node.expression, scope))
    if any(side.kind != _NUMBER for side in sides):
        raise refusal(node, "arithmetic needs numbers", "numeric columns and literals")
    if any(side.value is not None for side in sides):
        return _Operand(_NUMBER, node, value=number(node, scope))
    values = [side.literal for side in sides if isinstance(side.literal, Fraction)]
    if len(values) == len(sides):
        return _Operand(_NUMBER, node, literal=_folded(node, values))
    sizes = [abs(side.literal) if isinstance(side.literal, Fraction) else side.magnitude for side in sides]
    size = sizes[0] * sizes[-1] if isinstance(node, exp.Mul) else sum(sizes, Fraction(0))
    sign = _ARITHMETIC.get(type(node), "-")
    texts = ("(", sign, *sides[0].real, ")") if len(sides) == 1 else ("(", *sides[0].real, sign, *sides[1].real, ")")
    return _Operand(_NUMBER, node, fragments=texts, magnitude=_bounded(node, size), least=_least(node, sides))


def _least(node: exp.Expr, sides: list[_Operand]) -> Fraction:
    """The smallest that the result of floating point can be, but for 0; raises Refused where it could vanish."""
    # A literal of 0 makes products 0 and leaves sums as they are: neither is smaller than the other side.
    ends = [(abs(side.literal) or Fraction(1)) if isinstance(side.literal, Fraction) else side.least for side in sides]
    summed = min(ends) * (_ROUNDING if len(ends) > 1 else 1)
    found = ends[0] * ends[1] if isinstance(node, exp.Mul) else summed
    if found < _SMALLEST:
        raise refusal(node, "the result could be too close to zero", "literals nearer to 1, or fewer factors")
    return found


def _folded(node: exp.Expr, values: list[Fraction]) -> Fraction:
    found = _bounded(node, _fold(node, values))
    if found and abs(found) < _SMALLEST:
        raise refusal(node, "the result is too close to zero", "literals nearer to 1")
    return found


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

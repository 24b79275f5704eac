"""Numbers that SQL computes from a row, with their bounds by interval analysis."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import product

from sqlglot import exp

from quarantine.domain.errors import Refused
from quarantine.domain.metadata.model import Column, ColumnType
from quarantine.domain.privacy.fragments import Fragments, Name, Part
from quarantine.domain.privacy.integers import (
    Value,
    aligned,
    big,
    checked,
    constant,
    floored,
    negative,
    plus,
    times,
)
from quarantine.domain.privacy.literals import number_literal, whole_literal
from quarantine.domain.privacy.parse import refusal
from quarantine.domain.privacy.resolve import Scope

# Columns without declared bounds are cut off here, far beyond what is found in data; twice that still fits.
_FAR = 2**61


def bounds(column: Column) -> tuple[int, int]:
    """The column's bounds in its fixed point; raises Refused where nothing lies between them."""
    lower, upper = Fraction(column.lower or 0), Fraction(column.upper or 0)
    if column.type is ColumnType.FLOAT:
        found = round(lower * column.scale), round(upper * column.scale)
    else:
        found = math.ceil(lower), math.floor(upper)
    if found[0] > found[1]:
        raise Refused(f"{column.name}: no value lies between its declared bounds; the data owner can correct them")
    return found


def number(node: exp.Expr, scope: Scope, *, aggregated: bool = False) -> Value:
    """The number that the expression computes from a row; raises Refused for what is none, or could be too large.

    `aggregated` says that it stands inside an aggregate, where columns may be used that cannot be shown.
    """
    rule = _RULES.get(type(node))
    if rule is None:
        raise refusal(node, "not a number that can be computed from a row", _RIGHT)
    return checked(node, rule(node, _Reader(scope, aggregated)))


_RIGHT = (
    "numeric columns and literals with + - *, / by a literal, %, CASE, COALESCE, LEAST, GREATEST, ABS, ROUND, FLOOR, "
    "CEIL, date parts"
)


@dataclass(frozen=True, slots=True)
class _Reader:
    scope: Scope
    aggregated: bool

    def number(self, node: exp.Expr) -> Value:
        return number(node, self.scope, aggregated=self.aggregated)

    def condition(self, node: exp.Expr) -> Fragments:
        from quarantine.domain.privacy.conditions import condition  # each needs the other: CASE WHEN a > ABS(b)

        return condition(node, self.scope)

    def column(self, node: exp.Column) -> Column:
        return self.scope.aggregated(node) if self.aggregated else self.scope.column(node)


_Rule = Callable[[exp.Expr, _Reader], Value]


def of_column(node: exp.Column, column: Column) -> Value:
    """A numeric column, kept between its bounds."""
    if column.type not in (ColumnType.INT, ColumnType.FLOAT):
        raise refusal(node, f"{column.name} is of type {column.type}", "an int or float column")
    low, high = bounds(column) if column.bounded else (-_FAR, _FAR)
    name, unit = Name(column.name), Fraction(1, column.scale)
    # The inside of the bounds comes first: it is the branch that nearly every row takes.
    kept = ("(CASE WHEN ", name, f" BETWEEN {low} AND {high} THEN ", name, " WHEN ", name, f" < {low} THEN {low} WHEN ")
    fragments = (*kept, name, f" > {high} THEN {high} END)")
    return Value(fragments, low, high, unit, column.nullable, declared=column.bounded, column=column.name)


def _column(node: exp.Expr, reader: _Reader) -> Value:
    assert isinstance(node, exp.Column)  # noqa: S101 - by the table of rules
    return of_column(node, reader.column(node))


def _literal(node: exp.Expr, reader: _Reader) -> Value:
    return constant(number_literal(node))


def _inner(node: exp.Expr, reader: _Reader) -> Value:
    return reader.number(node.this)


def _negated(node: exp.Expr, reader: _Reader) -> Value:
    return negative(reader.number(node.this))


def _sum(node: exp.Expr, reader: _Reader) -> Value:
    return plus(node, reader.number(node.this), reader.number(node.expression))


def _difference(node: exp.Expr, reader: _Reader) -> Value:
    return plus(node, reader.number(node.this), negative(reader.number(node.expression)))


def _product(node: exp.Expr, reader: _Reader) -> Value:
    left, right = reader.number(node.this), reader.number(node.expression)
    for value, factor in ((left, right.literal), (right, left.literal)):
        if factor:
            return times(value, factor)
    corners = [a * b for a, b in product((left.low, left.high), (right.low, right.high))]
    fragments = ("(", *left.fragments, " * ", *right.fragments, ")")
    nullable, declared = left.nullable or right.nullable, left.declared and right.declared
    return Value(fragments, min(corners), max(corners), left.unit * right.unit, nullable, declared)


def _quotient(node: exp.Expr, reader: _Reader) -> Value:
    divisor = reader.number(node.expression).literal
    if not divisor:
        raise refusal(node, "division by what could be zero", "division by a literal, or of one aggregate by another")
    return times(reader.number(node.this), 1 / divisor)


def _remainder(node: exp.Expr, reader: _Reader) -> Value:
    value, divisor = reader.number(node.this), reader.number(node.expression).literal
    steps = divisor / value.unit if divisor is not None else Fraction(0)
    if steps <= 0 or steps.denominator != 1:
        raise refusal(node, "a remainder is of division by a positive whole literal", "column % 7")
    last = int(steps) - 1
    low = max(value.low, -last) if value.low < 0 else 0
    high = min(value.high, last) if value.high > 0 else 0
    fragments = ("(", *value.fragments, f" % {big(int(steps))})")
    return Value(fragments, low, high, value.unit, value.nullable)


def _absolute(node: exp.Expr, reader: _Reader) -> Value:
    value = reader.number(node.this)
    ends = abs(value.low), abs(value.high)
    low = 0 if value.low <= 0 <= value.high else min(ends)
    return replace(value, fragments=("ABS(", *value.fragments, ")"), low=low, high=max(ends), options=None, column="")


def _floor(node: exp.Expr, reader: _Reader) -> Value:
    return floored(node, reader.number(node.this))


def _ceiling(node: exp.Expr, reader: _Reader) -> Value:
    return negative(floored(node, negative(reader.number(node.this))))


def _whole_quotient(node: exp.Expr, reader: _Reader) -> Value:
    value = _quotient(node, reader)
    if value.low < 0:
        raise refusal(node, "engines round negative quotients differently", "FLOOR(column / 10)")
    return floored(node, value)


def _rounded(node: exp.Expr, reader: _Reader) -> Value:
    value, decimals = reader.number(node.this), node.args.get("decimals")
    places = whole_literal(decimals, -18, 18) if decimals is not None else 0
    unit = Fraction(1, 10**places) if places >= 0 else Fraction(10**-places)
    half = constant(unit / 2)
    # Halves go away from zero, as in every engine.
    up = floored(node, plus(node, value, half), unit) if value.high >= 0 else None
    down = negative(floored(node, plus(node, negative(value), half), unit)) if value.low < 0 else None
    if up is None or down is None:
        found = up or down
        assert found is not None  # noqa: S101 - a number is negative or not
        return found
    sign = cased([(*value.fragments, " < 0")], [down.fragments, up.fragments])
    return Value(sign, down.low, up.high, unit, value.nullable, value.declared)


def _case(node: exp.Expr, reader: _Reader) -> Value:
    asked, results = branches(node)
    tests = [reader.condition(test) for test in asked]
    values = [None if isinstance(result, exp.Null) else reader.number(result) for result in results]
    found = iter(aligned(node, [value for value in values if value is not None] or [constant(Fraction(0))]))
    same = [None if value is None else next(found) for value in values]
    missing = None in same or len(results) == len(tests)
    texts = [("NULL",) if value is None else value.fragments for value in same]
    return _either([value for value in same if value is not None], cased(tests, texts), null=missing)


def branches(node: exp.Expr) -> tuple[list[exp.Expr], list[exp.Expr]]:
    """The conditions and the results of a CASE or IF; a result more than conditions is the ELSE."""
    ifs = [node] if isinstance(node, exp.If) else node.args["ifs"]
    otherwise = node.args.get("false") if isinstance(node, exp.If) else node.args.get("default")
    results = [branch.args["true"] for branch in ifs] + ([otherwise] if otherwise is not None else [])
    if isinstance(node, exp.If) or node.this is None:
        return [branch.this for branch in ifs], results
    # Copies: a node has one parent, and the tree is kept for the next query of this text.
    return [exp.EQ(this=node.this.copy(), expression=branch.this.copy()) for branch in ifs], results


def cased(tests: list[Fragments], results: list[Fragments]) -> Fragments:
    """A CASE of these conditions and results; a result more than conditions is the ELSE."""
    pieces: Fragments = ("(CASE",)
    for test, result in zip(tests, results, strict=False):
        pieces = (*pieces, " WHEN ", *test, " THEN ", *result)
    return (*pieces, " ELSE ", *results[-1], " END)") if len(results) > len(tests) else (*pieces, " END)")


def _either(values: list[Value], fragments: Fragments, *, null: bool) -> Value:
    """One of several numbers of the same unit, whichever it is."""
    if not values:
        return Value(fragments, 0, 0, Fraction(1), nullable=True, options=frozenset())
    known: frozenset[int] | None = frozenset()
    for value in values:
        known = None if known is None or value.options is None else known | value.options
    low, high = min(value.low for value in values), max(value.high for value in values)
    nullable, declared = null or any(value.nullable for value in values), all(value.declared for value in values)
    return Value(fragments, low, high, values[0].unit, nullable, declared, known)


def _coalesced(node: exp.Expr, reader: _Reader) -> Value:
    values = aligned(node, [reader.number(part) for part in (node.this, *node.expressions)])
    pieces: list[Fragments] = [value.fragments for value in values]
    found = _either(values, ("COALESCE", *_listed(pieces)), null=False)
    return replace(found, nullable=all(value.nullable for value in values))


def _extreme(node: exp.Expr, reader: _Reader) -> Value:
    """LEAST and GREATEST: of what is not NULL, in every engine."""
    values = aligned(node, [reader.number(part) for part in (node.this, *node.expressions)])
    least = isinstance(node, exp.Least)
    pieces: list[Fragments] = [value.fragments for value in values]
    found = _either(values, ("LEAST" if least else "GREATEST", *_listed(pieces)), null=False)
    # What is never NULL is an end of the result, too.
    present = [value for value in values if not value.nullable]
    if present and least:
        found = replace(found, high=min(value.high for value in present))
    elif present:
        found = replace(found, low=max(value.low for value in present))
    return replace(found, nullable=not present)


def _listed(parts: Iterable[Fragments]) -> Fragments:
    pieces: Fragments = ("(",)
    for index, part in enumerate(parts):
        pieces = (*pieces, ", ", *part) if index else (*pieces, *part)
    return (*pieces, ")")


def _nullified(node: exp.Expr, reader: _Reader) -> Value:
    value = reader.number(node.this)
    same = exp.EQ(this=node.this.copy(), expression=node.expression.copy())
    if reader.number(node.expression).literal is None:
        raise refusal(node, "NULLIF compares with a literal", "NULLIF(column, 0)")
    # What is equal to a literal is filtered by it: a column that may only be aggregated is refused here.
    return replace(
        value, fragments=cased([reader.condition(same)], [("NULL",), value.fragments]), nullable=True, column=""
    )


def _cast(node: exp.Expr, reader: _Reader) -> Value:
    word = node.args["to"].sql().upper()
    value = reader.number(node.this)
    if word in _REAL:
        return value
    if word not in _WHOLE:
        raise refusal(
            node, "this cast could fail, or lose digits", "CAST(x AS BIGINT) of whole numbers, CAST(x AS DOUBLE)"
        )
    if value.unit.denominator != 1:
        raise refusal(node, "engines round differently when they cast", "FLOOR, CEIL or ROUND")
    return value


_REAL = {"DOUBLE", "FLOAT", "REAL"}
_WHOLE = {"INT", "INTEGER", "BIGINT"}


def _bucket(node: exp.Expr, reader: _Reader) -> Value:
    value = reader.number(node.this)
    ends = [reader.number(node.args[part]).literal for part in ("min_value", "max_value")]
    count = whole_literal(node.args["num_buckets"], 1, 10_000)
    if ends[0] is None or ends[1] is None or ends[0] >= ends[1]:
        raise refusal(node, "the ends of the buckets are two literals, in order", "width_bucket(age, 0, 100, 10)")
    from_start = times(plus(node, value, constant(-ends[0])), count / (ends[1] - ends[0]))
    found = plus(node, floored(node, from_start), constant(Fraction(1)))
    low, high = min(max(found.low, 0), count + 1), min(max(found.high, 0), count + 1)
    inner = found.fragments
    last = str(count + 1)
    kept = cased([(*inner, " < 0"), (*inner, f" > {last}")], [("0",), (last,), inner])
    return Value(kept, low, high, Fraction(1), value.nullable)


def _part(node: exp.Expr, reader: _Reader) -> Value:
    unit = str(node.this.this).lower() if isinstance(node, exp.Extract) else _PARTS[type(node)]
    inner = node.expression if isinstance(node, exp.Extract) else node.this
    found = inner if isinstance(inner, exp.Column) else None
    column = reader.column(found) if found is not None else None
    if column is None or column.type is not ColumnType.DATETIME or unit not in _SPANS:
        units = ", ".join(_SPANS).upper()
        raise refusal(node, "not a part of a datetime column", f"EXTRACT(part FROM column), part one of {units}")
    low, high = _SPANS[unit]
    fragments: Fragments = (Part(unit, (Name(column.name),)),)
    if unit != "year":
        return Value(fragments, low, high, Fraction(1), nullable=True)
    if column.bounded:
        low, high = (_year(second) for second in (column.lower, column.upper))
    kept = ("(CASE WHEN ", *fragments, f" BETWEEN {low} AND {high} THEN ", *fragments, " WHEN ", *fragments)
    fragments = (*kept, f" < {low} THEN {low} WHEN ", *fragments, f" > {high} THEN {high} END)")
    return Value(fragments, low, high, Fraction(1), nullable=True, declared=column.bounded)


def _year(second: int | float | None) -> int:
    try:
        return (datetime(1970, 1, 1) + timedelta(seconds=float(second or 0))).year
    except OverflowError:
        raise Refused(
            "the declared bounds of this datetime column are no dates; the data owner can correct them"
        ) from None


_PARTS: dict[type[exp.Expr], str] = {
    exp.Year: "year",
    exp.Quarter: "quarter",
    exp.Month: "month",
    exp.Week: "week",
    exp.Day: "day",
    exp.DayOfWeek: "dow",
    exp.Hour: "hour",
    exp.Minute: "minute",
}
_SPANS = {
    "year": (-400_000, 400_000),
    "quarter": (1, 4),
    "month": (1, 12),
    "week": (1, 53),
    "day": (1, 31),
    "dow": (0, 6),
    "hour": (0, 23),
    "minute": (0, 59),
}


def _length(node: exp.Expr, reader: _Reader) -> Value:
    from quarantine.domain.privacy.texts import text

    inner = text(node.this, reader.scope)
    return Value(("CAST(LENGTH(", *inner.fragments, ") AS BIGINT)"), 0, 2**31, Fraction(1), True, declared=False)


_RULES: dict[type[exp.Expr], _Rule] = {
    **dict.fromkeys(_PARTS, _part),
    exp.Extract: _part,
    exp.Length: _length,
    exp.Paren: _inner,
    exp.Column: _column,
    exp.Literal: _literal,
    exp.Neg: _negated,
    exp.Add: _sum,
    exp.Sub: _difference,
    exp.Mul: _product,
    exp.Div: _quotient,
    exp.IntDiv: _whole_quotient,
    exp.Mod: _remainder,
    exp.Abs: _absolute,
    exp.Floor: _floor,
    exp.Ceil: _ceiling,
    exp.Round: _rounded,
    exp.Case: _case,
    exp.If: _case,
    exp.Coalesce: _coalesced,
    exp.Nullif: _nullified,
    exp.Least: _extreme,
    exp.Greatest: _extreme,
    exp.Cast: _cast,
    exp.WidthBucket: _bucket,
}

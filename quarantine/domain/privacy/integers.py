"""Exact arithmetic of a row's numbers: 64-bit integers times a known unit, between bounds that follow from metadata.

Every step is a total function of integers that provably fit, so no value can make the engine fail or round; NULL stays
NULL. Division by a literal, and multiplication with one, only change the unit.
"""

import math
from dataclasses import dataclass, replace
from fractions import Fraction

from sqlglot import exp

from quarantine.domain.privacy.fragments import LONGEST, Fragments, Quotient
from quarantine.domain.privacy.parse import refusal

_FITS = 2**63 - 1
_FINEST = 2**200
_NARROWER = "smaller literals with fewer digits, or columns with narrower declared bounds"


@dataclass(frozen=True, slots=True)
class Value:
    """A number per row: the integer `fragments`, from `low` to `high` or NULL, times `unit`.

    `declared` bounds follow from metadata and SQL; `options` are all the integers there can be, if they are literals.
    """

    fragments: Fragments
    low: int
    high: int
    unit: Fraction
    nullable: bool
    declared: bool = True
    options: frozenset[int] | None = None
    column: str = ""  # of a bare column

    @property
    def literal(self) -> Fraction | None:
        """What a literal is worth."""
        return (
            self.low * self.unit if self.options is not None and len(self.options) == 1 and not self.nullable else None
        )


def constant(number: Fraction) -> Value:
    """A literal."""
    whole = number.numerator
    return Value(
        (big(whole),), whole, whole, Fraction(1, number.denominator), nullable=False, options=frozenset({whole})
    )


def big(whole: int) -> str:
    """A literal of 64 bits: engines take a bare one for 32, and fail when it grows."""
    return f"CAST({whole} AS BIGINT)"


def checked(node: exp.Expr, value: Value) -> Value:
    """The value, if it fits whatever the row holds; raises Refused."""
    sizes = max(abs(value.low), abs(value.high)), value.unit.numerator, value.unit.denominator
    if sizes[0] > _FITS or max(sizes[1:]) > _FINEST:
        raise refusal(node, "the result could be too large", _NARROWER)
    if len(value.fragments) > LONGEST:
        raise refusal(node, "the expression is too long", "fewer CASE, ROUND and COALESCE inside each other")
    return value


def scaled(node: exp.Expr, value: Value, factor: int) -> Value:
    """The same number in a finer unit."""
    if factor == 1:
        return value
    fragments: Fragments = ("(", *value.fragments, f" * {big(factor)})")
    if value.literal is not None:
        fragments = (big(value.low * factor),)
    options = None if value.options is None else frozenset(option * factor for option in value.options)
    low, high, unit = value.low * factor, value.high * factor, value.unit / factor
    return checked(node, Value(fragments, low, high, unit, value.nullable, value.declared, options))


def aligned(node: exp.Expr, values: list[Value]) -> list[Value]:
    """The values in one common unit; raises Refused where that would be too fine."""
    unit = values[0].unit
    for value in values[1:]:
        a, b = unit, value.unit
        common = math.gcd(a.numerator * b.denominator, b.numerator * a.denominator)
        unit = Fraction(common, a.denominator * b.denominator)
    return [scaled(node, value, int(value.unit / unit)) for value in values]


def negative(value: Value) -> Value:
    """The number with its other sign."""
    if value.literal is not None:
        return constant(-value.literal)
    return replace(
        value, fragments=("(-", *value.fragments, ")"), low=-value.high, high=-value.low, options=None, column=""
    )


def plus(node: exp.Expr, left: Value, right: Value) -> Value:
    """The sum of two numbers."""
    if left.literal is not None and right.literal is not None:
        return constant(left.literal + right.literal)
    a, b = aligned(node, [left, right])
    found = Value(
        ("(", *a.fragments, " + ", *b.fragments, ")"),
        a.low + b.low,
        a.high + b.high,
        a.unit,
        a.nullable or b.nullable,
        a.declared and b.declared,
    )
    return checked(node, found)


def times(value: Value, factor: Fraction) -> Value:
    """The number times a literal other than 0: a matter of the unit alone."""
    if value.literal is not None:
        return constant(value.literal * factor)
    value = negative(value) if factor < 0 else value
    return replace(value, unit=value.unit * abs(factor), column="")


def floored(node: exp.Expr, value: Value, unit: Fraction = Fraction(1)) -> Value:
    """The largest multiple of `unit` that is not above the number.

    The dividend is shifted so that it is never negative: engines disagree on the rest.
    """
    steps = value.unit / unit
    if steps.denominator == 1:
        return scaled(node, replace(value, column=""), int(steps))
    least = value.low * steps.numerator // steps.denominator
    raised = scaled(node, replace(value, column="", options=None), steps.numerator)
    shift = -least * steps.denominator
    if max(abs(raised.low), abs(raised.high)) + abs(shift) > _FITS:
        raise refusal(node, "the result could be too large", _NARROWER)
    inside = (*raised.fragments, f" + {big(shift)}" if shift else "")
    fragments = ("((", *inside, ")", Quotient(), big(steps.denominator), f" + {big(least)})" if least else ")")
    high = value.high * steps.numerator // steps.denominator
    return Value(fragments, least, high, unit, value.nullable, value.declared)

"""The errors to expect of an answer, from its plan alone, so that a quote tells them before anything is charged.

An error is what 95% of answers stay within. Some are the same whatever the data is (counts, sums, and what is added up
from these); others depend on how many rows a group has: those are told for groups of a few sizes, and hold there
whatever the values are. Every true value is carried as a range, with the error that the noise leaves (interval
arithmetic over all that the rows of such a group could hold).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from quarantine.domain.privacy.model import Aggregate, Kind, Measurement, Output, Plan
from quarantine.domain.privacy.terms import Term

SIZES = (100, 1_000, 10_000)
VALUES = "depends on values that cannot be known before the query runs; the answer tells it"
RANKS = "depends on how dense the data is; see rank_error"
ROWS = "depends on how many rows a group has; see errors_at"
KEPT = "is of all groups; HAVING and LIMIT choose groups by noisy values, so that of those more may be further off"


@dataclass(frozen=True, slots=True)
class Expected:
    """The error of a column: the same for all data, or `at` so many rows, or neither; `note` says what else to know."""

    error: float | None = None
    at: tuple[tuple[int, float], ...] = ()
    note: str = ""


class _Reach(NamedTuple):
    """Between what the true value lies, and how far off the shown one is."""

    low: float
    high: float
    error: float

    @property
    def size(self) -> float:
        return max(abs(self.low), abs(self.high))


_UNKNOWN = _Reach(-math.inf, math.inf, math.inf)


def expected(plan: Plan) -> tuple[Expected, ...]:
    """What is known of each output before the query runs."""
    return tuple(_expected(plan, output) for output in plan.outputs)


def _expected(plan: Plan, output: Output) -> Expected:
    used = output.term.aggregates()
    if output.term.kind != "number" or not used:
        return Expected()
    always = _Errors(plan, output, None).of(output.term).error
    chosen = plan.having is not None or plan.limit is not None
    if math.isfinite(always):
        return Expected(error=always, note=KEPT if chosen else "")
    found = ((rows, _Errors(plan, output, rows).of(output.term).error) for rows in SIZES)
    at = tuple((rows, error) for rows, error in found if math.isfinite(error))
    quantile = output.term.op == "aggregate" and plan.aggregates[output.term.index].kind == "quantile"
    why = ROWS if at else RANKS if quantile else VALUES
    return Expected(at=at, note=f"{why}; it {KEPT}" if at and chosen else why)


class _Errors:
    """The terms of an output in a group of so many rows, or in any group."""

    def __init__(self, plan: Plan, output: Output, rows: int | None) -> None:
        needed = {part for index in output.term.aggregates() for part in plan.aggregates[index].parts}
        self.plan = plan
        self.rows = rows
        self.widths: Sequence[float] = plan.noise_widths(0.05 / max(1, len(needed)))

    def of(self, term: Term) -> _Reach:
        """The term's range and error."""
        if term.op == "literal" and isinstance(term.literal, int | float):
            return _Reach(term.literal, term.literal, 0.0)
        if term.op == "key":
            return _Reach(-math.inf, math.inf, 0.0)
        if term.op == "aggregate":
            return self._aggregate(self.plan.aggregates[term.index])
        args = [self.of(arg) for arg in term.args]
        if term.op == "div":
            return _divided(args[0], args[1], self._least(term.args[1]))
        rule = _RULES.get(term.op)
        return rule(args) if rule is not None else _UNKNOWN

    def _least(self, divisor: Term) -> float:
        """From how far from zero the divisor is known to be; a count of rows is taken to be that of the group."""
        if divisor.op == "aggregate":
            one = self.plan.aggregates[divisor.index]
            if one.kind == "count" and self.plan.measurements[one.value].kind in (Kind.ROWS, Kind.PRESENT):
                return self.rows or 0.0
        found = self.of(divisor)
        return 0.0 if found.low <= 0 <= found.high else min(abs(found.low), abs(found.high))

    def _aggregate(self, one: Aggregate) -> _Reach:
        measured, rows = self.plan.measurements[one.value], math.inf if self.rows is None else self.rows
        unit, error = float(measured.unit), self.widths[one.value]
        if one.kind == "count":
            return _Reach(0.0, rows, error)
        if one.kind == "sum":
            if one.count is not None:
                error += abs(measured.centre) * self.widths[one.count]
            low, high = min(0, measured.lower) * unit, max(0, measured.upper) * unit
            return _Reach(_times(low, rows), _times(high, rows), error * unit)
        if one.kind == "quantile" or self.rows is None or one.count is None:
            return _UNKNOWN
        mean = self._mean(measured, one.value, one.count)
        if one.kind == "avg":
            return _Reach(
                measured.lower * unit, measured.upper * unit, min(mean, measured.upper - measured.lower) * unit
            )
        return self._spread(one, one.count, mean)

    def _mean(self, measured: Measurement, value: int, count: int) -> float:
        """(s + a) / (n + b) is off from s / n by (a - b s / n) / (n + b)."""
        assert self.rows is not None  # noqa: S101 - means are asked of groups of a size
        least = self.rows - self.widths[count]
        return (self.widths[value] + _reach(measured) * self.widths[count]) / least if least > 0 else math.inf

    def _spread(self, one: Aggregate, counted: int, mean: float) -> _Reach:
        """The mean of squares minus the squared mean, each off by the error of a mean."""
        assert one.square is not None and self.rows is not None  # noqa: S101 - spreads have squares
        measured, squares = self.plan.measurements[one.value], self.plan.measurements[one.square]
        unit, sample = float(measured.unit), one.kind.endswith("samp")
        range_ = (measured.upper - measured.lower) * unit
        largest = range_**2 / (2 if sample else 4)
        off = self._mean(squares, one.square, counted) * float(squares.unit)
        # Squares are rounded down to steps where these are not theirs anyway.
        off += float(squares.unit) if squares.unit != measured.unit**2 else 0.0
        off += mean * unit * (2 * _reach(measured) + mean) * unit
        least = self.rows - self.widths[counted]
        if sample and least > 1:
            shrunk = least / (least - 1)
            off = off * shrunk + range_**2 / 4 * (shrunk - self.rows / (self.rows - 1))
        off = min(off, largest) if least > 1 else largest
        root = one.kind.startswith("stddev")
        return _Reach(0.0, math.sqrt(largest), math.sqrt(off)) if root else _Reach(0.0, largest, off)


def _reach(measured: Measurement) -> float:
    """How far a value is from the centre at most."""
    return max(measured.upper - measured.centre, measured.centre - measured.lower, 1)


def _times(one: float, other: float) -> float:
    return 0.0 if one == 0 or other == 0 else one * other


def _added(args: list[_Reach]) -> _Reach:
    return _Reach(args[0].low + args[1].low, args[0].high + args[1].high, args[0].error + args[1].error)


def _negative(args: list[_Reach]) -> _Reach:
    return _Reach(-args[0].high, -args[0].low, args[0].error)


def _multiplied(args: list[_Reach]) -> _Reach:
    one, other = args
    corners = [_times(a, b) for a in (one.low, one.high) for b in (other.low, other.high)]
    error = _times(one.size, other.error) + _times(other.size, one.error) + _times(one.error, other.error)
    return _Reach(min(corners), max(corners), error)


def _divided(one: _Reach, other: _Reach, least: float) -> _Reach:
    """(x + a) / (y + b) is off from x / y by (a - b x / y) / (y + b)."""
    if least <= other.error:
        return _UNKNOWN
    largest = one.size / least
    return _Reach(-largest, largest, (one.error + _times(largest, other.error)) / (least - other.error))


def _rounded(args: list[_Reach]) -> _Reach:
    step = 10.0 ** -args[1].low if len(args) > 1 else 1.0
    return _Reach(args[0].low - step, args[0].high + step, args[0].error + step)


def _size(args: list[_Reach]) -> _Reach:
    return _Reach(0.0, args[0].size, args[0].error)


def _root(args: list[_Reach]) -> _Reach:
    return _Reach(0.0, math.sqrt(args[0].size), math.sqrt(args[0].error)) if args[0].low >= 0 else _UNKNOWN


_RULES = {
    "add": _added,
    "sub": lambda args: _added([args[0], _negative(args[1:])]),
    "neg": _negative,
    "mul": _multiplied,
    "abs": _size,
    "floor": _rounded,
    "ceil": _rounded,
    "round": _rounded,
    "sqrt": _root,
}

"""What is computed from private numbers: plain arithmetic after the noise, which costs nothing and cannot fail.

Every number is carried with an interval around it. SQL's rules for NULL hold; what has no result (x / 0) is NULL.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

AnswerValue = bool | int | float | str | datetime | None
_LARGEST = 1e300


@dataclass(frozen=True, slots=True)
class Term:
    """A key or an aggregate (by index), a literal, or an operation on terms; `kind` is the type of its result."""

    op: str
    kind: str  # number, string, boolean, datetime, null
    args: tuple["Term", ...] = ()
    index: int = 0
    literal: AnswerValue = None

    def aggregates(self) -> frozenset[int]:
        """The aggregates that it is made of."""
        if self.op == "aggregate":
            return frozenset({self.index})
        return frozenset().union(*(arg.aggregates() for arg in self.args))


class Guess(NamedTuple):
    """A value, and between what the true one lies; numbers only have an interval."""

    value: AnswerValue
    low: float = math.nan
    high: float = math.nan


NULL = Guess(None)


class Row(NamedTuple):
    """A group of the answer: its keys, and its aggregates after the noise."""

    keys: Sequence[AnswerValue]
    aggregates: Sequence[Guess]


def evaluate(term: Term, row: Row) -> Guess:
    """The term's value in a row."""
    if term.op == "aggregate":
        return row.aggregates[term.index]
    if term.op == "key":
        return _known(row.keys[term.index])
    if term.op == "literal":
        return _known(term.literal)
    if term.op == "case":
        return _case(term, row)
    args = [evaluate(arg, row) for arg in term.args]
    rule = _TRUTHS.get(term.op)
    if rule is not None:
        return Guess(rule([arg.value for arg in args]))
    if term.op == "coalesce":
        return next((arg for arg in args if arg.value is not None), NULL)
    if any(arg.value is None for arg in args):
        return NULL
    return _number(term.op, args)


def _known(value: AnswerValue) -> Guess:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Guess(value, value, value)
    return Guess(value)


def _case(term: Term, row: Row) -> Guess:
    pairs, otherwise = term.args[: len(term.args) // 2 * 2], term.args[len(term.args) // 2 * 2 :]
    for test, result in zip(pairs[::2], pairs[1::2], strict=True):
        if evaluate(test, row).value is True:
            return evaluate(result, row)
    return evaluate(otherwise[0], row) if otherwise else NULL


def _number(op: str, args: list[Guess]) -> Guess:
    try:
        values = [arg.value for arg in args]
        value = _NUMBERS[op](*values)
        if value is None or not abs(value) < _LARGEST:
            return NULL
        low, high = _interval(op, args)
    except (OverflowError, ValueError):
        return NULL
    if math.isnan(low) or math.isnan(high):
        low, high = -math.inf, math.inf
    return Guess(value, low, high)


def _interval(op: str, args: list[Guess]) -> tuple[float, float]:
    """Between what the true result lies, if the arguments lie within their intervals."""
    low, high = args[0].low, args[0].high
    if op in ("add", "sub", "mul", "div"):
        a, b = args[1].low, args[1].high
        if op == "div" and a <= 0 <= b:
            return -math.inf, math.inf
        apply = _ARITHMETIC[op]
        corners = [apply(x, y) for x in (low, high) for y in (a, b)]
        return (math.nan, math.nan) if any(map(math.isnan, corners)) else (min(corners), max(corners))
    if op == "neg":
        return -high, -low
    if op == "abs":
        return (0.0 if low <= 0 <= high else min(abs(low), abs(high))), max(abs(low), abs(high))
    if op in ("mod", "nullif") or math.isinf(low) or math.isinf(high):
        return (low, high) if op == "nullif" else (-math.inf, math.inf)
    if op == "sqrt":
        return math.sqrt(max(0.0, low)), math.sqrt(max(0.0, high))
    rest = [arg.value for arg in args[1:]]
    return float(_NUMBERS[op](low, *rest) or 0), float(_NUMBERS[op](high, *rest) or 0)


_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
}


def _rounded(value: float, places: int = 0) -> float:
    factor = 10.0 ** abs(places)
    size = abs(value) * factor if places >= 0 else abs(value) / factor
    whole = math.floor(size + 0.5)
    found = math.copysign(whole / factor if places >= 0 else whole * factor, value)
    return int(found) if places <= 0 else found


_NUMBERS: dict[str, Callable[..., int | float | None]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b if b else None,
    "mod": lambda a, b: math.fmod(a, b) if b else None,
    "neg": lambda a: -a,
    "abs": abs,
    "floor": math.floor,
    "ceil": math.ceil,
    "round": _rounded,
    "sqrt": lambda a: math.sqrt(a) if a >= 0 else None,
    "nullif": lambda a, b: None if a == b else a,
}


def _compared(compare: Callable[[object, object], bool]) -> Callable[[list[AnswerValue]], bool | None]:
    return lambda args: None if args[0] is None or args[1] is None else compare(args[0], args[1])


def _all(args: list[AnswerValue]) -> bool | None:
    return False if False in args else None if None in args else True


def _any(args: list[AnswerValue]) -> bool | None:
    return True if True in args else None if None in args else False


_TRUTHS: dict[str, Callable[[list[AnswerValue]], bool | None]] = {
    "eq": _compared(lambda a, b: a == b),
    "ne": _compared(lambda a, b: a != b),
    "lt": _compared(lambda a, b: a < b),  # type: ignore[operator]
    "le": _compared(lambda a, b: a <= b),  # type: ignore[operator]
    "gt": _compared(lambda a, b: a > b),  # type: ignore[operator]
    "ge": _compared(lambda a, b: a >= b),  # type: ignore[operator]
    "and": _all,
    "or": _any,
    "not": lambda args: None if args[0] is None else not args[0],
    "null": lambda args: args[0] is None,
}

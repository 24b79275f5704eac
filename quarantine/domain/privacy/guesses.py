"""Aggregates from noisy measurements, each with the interval that the noise leaves around it."""

import math
from collections.abc import Sequence
from fractions import Fraction

from quarantine.domain.privacy.model import Aggregate, Measurement, Plan
from quarantine.domain.privacy.terms import NULL, Guess, Term

_NEVER = 40  # exp(-40) is the chance that a bin is chosen whose loss is cut off


def guess(plan: Plan, one: Aggregate, values: Sequence[int], widths: Sequence[float]) -> Guess:
    """The aggregate, where each measurement is off by `widths` at most."""
    measured, value = plan.measurements[one.value], values[one.value]
    if one.kind == "count":
        width = widths[one.value]
        return Guess(max(0, value), max(0.0, value - width), max(0.0, value + width))
    if one.kind == "quantile":
        return Guess(_in_bin(measured, value))
    if one.kind == "sum":
        width, centre = widths[one.value], measured.centre
        if one.count is not None:
            value += centre * values[one.count]
            width += abs(centre) * widths[one.count]
        return Guess(
            _times(value, measured.unit), _times(value - width, measured.unit), _times(value + width, measured.unit)
        )
    if one.kind == "avg":
        low, high = _mean(one, measured, values, widths)
        distance = values[one.value] / max(1, values[one.count or 0])
        average = min(measured.upper, max(measured.lower, measured.centre + distance))
        return Guess(*(_times(number, measured.unit) for number in (average, low, high)))
    return _spread(plan, one, values, widths)


def _times(number: float, unit: Fraction) -> int | float:
    found = number * unit.numerator
    return found if unit.denominator == 1 else found / unit.denominator


def _in_bin(measured: Measurement, index: int) -> int | float:
    """The middle of a bin."""
    first = measured.lower + index * measured.step
    last = min(measured.upper, first + measured.step - 1)
    return _times(first if first == last else (first + last) / 2, measured.unit)


def _mean(one: Aggregate, measured: Measurement, values: Sequence[int], widths: Sequence[float]) -> tuple[float, float]:
    """Between what the mean lies, in the measurement's own unit."""
    assert one.count is not None  # noqa: S101 - means are made with a count
    count, error = values[one.count], widths[one.count]
    distance = values[one.value] / max(1, count)
    low, high = float(measured.lower), float(measured.upper)
    if count <= error:
        return low, high
    half = (widths[one.value] + abs(distance) * error) / (count - error)
    middle = min(high, max(low, measured.centre + distance))
    return max(low, middle - half), min(high, middle + half)


def _spread(plan: Plan, one: Aggregate, values: Sequence[int], widths: Sequence[float]) -> Guess:
    """Variance or standard deviation: the mean of squares minus the squared mean, both around the midpoint."""
    assert one.count is not None and one.square is not None  # noqa: S101 - spreads are made with both
    measured, squares = plan.measurements[one.value], plan.measurements[one.square]
    count, sample = values[one.count], one.kind.endswith("samp")
    if count < (2 if sample else 1):
        return NULL
    factor = count / (count - 1) if sample else 1.0
    reach = float((measured.upper - measured.lower) * measured.unit)
    cap = reach**2 / (2 if sample else 4)
    unit, unit2 = float(measured.unit), float(squares.unit)
    mean = values[one.value] / count * unit
    second = (squares.centre + values[one.square] / count) * unit2
    low, high = (end * unit - measured.centre * unit for end in _mean(one, measured, values, widths))
    squared = Aggregate("avg", one.square, one.count)
    least, most = (end * unit2 for end in _mean(squared, squares, values, widths))
    nearest = 0.0 if low <= 0 <= high else min(low**2, high**2)
    ends = (second - mean**2, least - max(low**2, high**2), most - nearest)
    found = [min(cap, max(0.0, end * factor)) for end in ends]
    if one.kind.startswith("stddev"):
        found = [math.sqrt(end) for end in found]
    return Guess(*found)


def losses(counts: Sequence[int], share: Fraction, scale: float) -> list[int]:
    """How badly each bin serves as the value that `share` of the rows lie below: by the rows on its wrong side.

    One row more or less changes every loss by max(p, q - p) at most, where the share is p / q. Of the smallest and the
    largest value the loss is the distance from a fixed rank, deep enough that empty bins beyond are unlikely to be
    taken for it; a row changes that by 1. Some bin has a loss of 0 (or of the rank, where rows are few), so losses far
    above are cut off: they are never chosen, cutting off adds to no difference, and the sampler is slow with them.
    """
    total, below, found = sum(counts), 0, []
    rank = depth(scale, len(counts))
    most = rank + math.ceil(scale * (math.log(len(counts) + 1) + _NEVER))
    p, q = share.numerator, share.denominator
    for count in counts:
        above = total - below - count
        if share in (0, 1):
            beyond = above if share else below
            found.append(min(most, max(beyond - rank, rank - beyond - count, 0)))
        else:
            found.append(min(most, max(q * below - p * total, q * above - (q - p) * total, 0)))
        below += count
    return found


def depth(scale: float, bins: int) -> int:
    """How many rows from the end the value that is shown for a MIN or a MAX aims at."""
    return max(1, math.ceil(scale * math.log(bins + 1)))


def rank_errors(plan: Plan, error: float = 0.05) -> tuple[int | None, ...]:
    """For each output that is a quantile: how many rows lie at most between the shown value's bin and the true value,
    in all but `error` of answers; None for the others.

    Of m bins, one whose loss exceeds the smallest by t is chosen with a probability of m * exp(-t / scale) at most
    (McKenna and Sheldon 2020, permute-and-flip, which noisy max with exponential noise is equal to). Some bin has a
    loss of 0, and a loss is q times the rows between. It says nothing of values: those depend on how dense the data is.
    """
    return tuple(_rank_error(plan, output.term, error) for output in plan.outputs)


def _rank_error(plan: Plan, term: Term, error: float) -> int | None:
    if term.op != "aggregate" or plan.aggregates[term.index].kind != "quantile":
        return None
    at = plan.aggregates[term.index].value
    one, scale = plan.measurements[at], plan.mechanisms[at].scale
    assert one.share is not None  # noqa: S101 - quantiles have one
    most = scale * math.log(one.bins / error)
    return math.ceil(most / one.share.denominator) + (depth(scale, one.bins) if one.share in (0, 1) else 0)

"""How epsilon is split over the measurements of a query: more for what many numbers of the answer lean on.

Noise of scale `sensitivity / share` is added to measurement i, and number j of the answer strays, to first order, by

    error_j = sum_i a_ij / share_i,    a_ij = |d number_j / d measurement_i| * sensitivity_i

up to a factor that is the same for all i (1 / rows, for averages). By Cauchy and Schwarz, sum_i w_i / share_i is
smallest for share_i proportional to sqrt(w_i): for one average, sum to count as sqrt(a_sum) to sqrt(a_count). For
several numbers w_i is the sum of the a_ij, each number's in relation to its error under equal shares, so that columns
of different units count alike; the mean of these ratios is then at most 1. None of them may exceed MOST, or shares are
moved back towards equal ones; the ratios are convex in the shares, so on the way both bounds hold.

Derivatives depend on data where a mean does. The plan takes it to lie halfway between the middle and an end of the
bounds. That guess decides how well the split fits, never what it costs.
"""

import math
from collections.abc import Mapping, Sequence

from quarantine.domain.privacy import noise
from quarantine.domain.privacy.model import Aggregate, Measurement

# No number of the answer may stray further than this times what it would with equal shares.
MOST = 1.1
_STEPS = 16

Parts = Mapping[int, float]


def split(
    measured: Sequence[Measurement], answers: Sequence[Aggregate], epsilon: float, *, selects: bool
) -> tuple[float, ...]:
    """The share of each measurement; exactly summed they are at most `epsilon`.

    Where the first one `selects` the groups that are shown, that counts like a number of the answer.
    """
    return noise.shares(epsilon, weights(numbers_of(measured, answers, selects=selects), len(measured)))


def numbers_of(measured: Sequence[Measurement], answers: Sequence[Aggregate], *, selects: bool) -> list[Parts]:
    """What each number of the answer leans on. Nothing is measured for nothing: what no number needs selects groups."""
    numbers: list[Parts] = [parts(measured, one) for one in answers]
    used = {i for number in numbers for i, part in number.items() if part > 0}
    return numbers + [{i: 1.0} for i in range(len(measured)) if i not in used or (selects and i == 0)]


def weights(numbers: Sequence[Parts], count: int) -> list[float]:
    """What the shares of `count` measurements are proportional to; they add up to 1."""
    equal = [1 / count] * count
    before = [error(number, equal) for number in numbers]
    wanted = [0.0] * count
    for number, was in zip(numbers, before, strict=True):
        for i, part in number.items():
            wanted[i] += part / was
    roots = [math.sqrt(weight) for weight in wanted]
    best = [root / sum(roots) for root in roots]
    for step in range(_STEPS, 0, -1):
        mixed = [(step * one + (_STEPS - step) / count) / _STEPS for one in best]
        if all(error(number, mixed) <= MOST * was for number, was in zip(numbers, before, strict=True)):
            return mixed
    return equal


def error(number: Parts, shares: Sequence[float]) -> float:
    """How far a number strays, in a unit of its own."""
    return sum(part / shares[i] for i, part in number.items())


def parts(measured: Sequence[Measurement], one: Aggregate) -> dict[int, float]:
    """The a_ij of an aggregate, by measurement."""
    value = measured[one.value]
    found = {one.value: 1.0}
    reach = float(max(value.upper - value.centre, value.centre - value.lower))
    if one.count is not None:
        found[one.count] = abs(float(value.centre)) if one.kind == "sum" else reach / 2
    if one.square is not None and one.count is not None:
        # (S2 / n + c) - (S1 / n)^2 with |S1 / n| at half of its reach, and squares around the middle of theirs.
        square = measured[one.square]
        found[one.square] = float(square.unit / value.unit**2)
        found[one.value], found[one.count] = reach, reach**2 / 2
    return {i: part * measured[i].sensitivity for i, part in found.items()}

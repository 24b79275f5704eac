"""The only source of noise: OpenDP's discrete mechanisms, fed by the operating system's randomness. There are no seeds.

OpenDP's own privacy maps price every mechanism; a scale or threshold is taken only once its map confirms it.
"""

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

from quarantine.domain.errors import Invalid

_INT64 = 2**63 - 1
# Leaves room for sums in 64 bits; beyond that, saturation takes over, which never adds to a sensitivity.
LARGEST_SENSITIVITY = 2**60


class _Spaces(NamedTuple):
    """OpenDP's constructors, and the domains with metrics that they are used on."""

    mechanisms: Any
    combinators: Any
    number: tuple[Any, Any]
    vector: tuple[Any, Any]
    euclidean: tuple[Any, Any]
    counts: tuple[Any, Any]
    losses: tuple[Any, Any, Any]


@lru_cache(maxsize=1)
def _spaces() -> _Spaces:
    # Imported on first use: it costs a fifth of a second, which a server that answers no query need not pay.
    import opendp.prelude as dp

    dp.enable_features("contrib")
    whole = dp.atom_domain(T="i64")
    return _Spaces(
        mechanisms=dp.m,
        combinators=dp.c,
        number=(whole, dp.absolute_distance(T="i64")),
        vector=(dp.vector_domain(whole), dp.l1_distance(T="i64")),
        euclidean=(dp.vector_domain(whole), dp.l2_distance(T="f64")),
        losses=(dp.vector_domain(whole), dp.linf_distance(T="i64"), dp.max_divergence()),
        counts=(dp.map_domain(whole, whole), dp.l01inf_distance(dp.absolute_distance(T="i64"))),
    )


@lru_cache(maxsize=256)
def _laplace(scale: float) -> Any:
    spaces = _spaces()
    return spaces.mechanisms.make_laplace(*spaces.vector, scale=scale)


@lru_cache(maxsize=256)
def _laplace_of_one(scale: float) -> Any:
    # The same mechanism over a single number, which OpenDP takes in half the time of a vector.
    spaces = _spaces()
    return spaces.mechanisms.make_laplace(*spaces.number, scale=scale)


@lru_cache(maxsize=256)
def _thresholded(scale: float, threshold: int) -> Any:
    spaces = _spaces()
    return spaces.mechanisms.make_laplace_threshold(*spaces.counts, scale=scale, threshold=threshold)


@lru_cache(maxsize=256)
def _selection(scale: float) -> Any:
    spaces = _spaces()
    return spaces.mechanisms.make_noisy_max(*spaces.losses, scale=scale, negate=True)


@lru_cache(maxsize=256)
def _gaussian(scale: float) -> Any:
    spaces = _spaces()
    return spaces.mechanisms.make_gaussian(*spaces.euclidean, scale=scale)


def shares(epsilon: float, weights: Sequence[float]) -> tuple[float, ...]:
    """Parts of `epsilon` in proportion to the weights; exactly summed they are at most `epsilon`."""
    total = sum(weights)
    found = [epsilon * (weight / total) for weight in weights]
    while sum(map(Fraction, found)) > Fraction(epsilon):
        found = [math.nextafter(share, 0.0) for share in found]
    return tuple(found)


@lru_cache(maxsize=1024)
def laplace_scale(sensitivity: int, epsilon: float) -> float:
    """The scale at which OpenDP's map prices a change of `sensitivity` (L1) at `epsilon` or less."""
    scale = sensitivity / epsilon
    while math.isfinite(scale) and _laplace(scale).map(sensitivity) > epsilon:
        scale = math.nextafter(scale, math.inf)
    if not math.isfinite(scale) or scale <= 0:
        raise Invalid("epsilon is too far from 1 for this query")
    return scale


@lru_cache(maxsize=1024)
def selection_scale(sensitivity: int, epsilon: float) -> float:
    """The scale at which OpenDP's map prices losses that change by `sensitivity` (each) at `epsilon` or less."""
    scale = 2 * sensitivity / epsilon
    while math.isfinite(scale) and scale > 0 and _selection(scale).map(sensitivity) > epsilon:
        scale = math.nextafter(scale, math.inf)
    if not math.isfinite(scale) or scale <= 0:
        raise Invalid("epsilon is too far from 1 for this query")
    return scale


@lru_cache(maxsize=1024)
def gaussian_rho(scale: float, sensitivity: float) -> float:
    """What OpenDP's map prices a change of `sensitivity` (L2) at, in zCDP."""
    return float(_gaussian(scale).map(sensitivity))


@lru_cache(maxsize=1024)
def approximate(rho: float, delta: float) -> float:
    """The epsilon, beside `delta`, that OpenDP's conversion gives for a price of `rho` in zCDP or slightly more."""
    distance, step = math.sqrt(2 * rho), 2.0**-52
    while gaussian_rho(1.0, distance) < rho:
        distance, step = distance * (1 + step), step * 2
    return float(_spaces().combinators.make_zCDP_to_approxDP(_gaussian(1.0)).map(distance).epsilon(delta))


@lru_cache(maxsize=1024)
def affordable_rho(epsilon: float, delta: float) -> float:
    """Nearly the largest price in zCDP that `epsilon` and `delta` pay for."""
    # Bun and Steinke's closed form, epsilon = rho + 2 sqrt(rho ln(1 / delta)), is never better than the conversion.
    away = math.log(1 / delta)
    low = (math.sqrt(away + epsilon) - math.sqrt(away)) ** 2
    if approximate(low, delta) > epsilon:
        return 0.0
    high = low * 2
    while approximate(high, delta) <= epsilon:
        low, high = high, high * 2
    for _ in range(14):
        middle = (low + high) / 2
        if approximate(middle, delta) <= epsilon:
            low = middle
        else:
            high = middle
    return low


@lru_cache(maxsize=1024)
def threshold_price(scale: float, threshold: int, contribution: int) -> tuple[float, float]:
    """Epsilon and delta, by OpenDP's map, of showing groups whose noisy count reaches the threshold.

    One privacy unit changes at most `contribution` rows: that many groups, that much in all, that much in one.
    """
    price = _thresholded(scale, threshold).map((contribution, contribution, contribution))
    return float(price[0]), float(price[1])


@lru_cache(maxsize=1024)
def threshold_scale(contribution: int, epsilon: float) -> float:
    """The scale at which OpenDP's map prices thresholded counts at `epsilon` or less."""
    scale = laplace_scale(contribution, epsilon)
    while threshold_price(scale, 2 * contribution, contribution)[0] > epsilon:
        scale = math.nextafter(scale, math.inf)
    return scale


@lru_cache(maxsize=1024)
def safe_threshold(scale: float, contribution: int, delta: float) -> int:
    """The smallest threshold whose derived delta is at most `delta`."""
    low = contribution
    high = contribution + max(2, math.ceil(scale * math.log(contribution / delta)))
    while threshold_price(scale, high, contribution)[1] > delta:
        low, high = high, high * 2
        if high > _INT64 // 4:
            raise Invalid("epsilon is too small for a query whose groups are not public")
    while high - low > 1:
        middle = (low + high) // 2
        if threshold_price(scale, middle, contribution)[1] > delta:
            low = middle
        else:
            high = middle
    return high


def add_noise(values: Sequence[int], scale: float) -> list[int]:
    """The values with discrete Laplace noise, as one vector."""
    if len(values) == 1:
        return [int(_laplace_of_one(scale)(_saturated(values[0])))]
    released = _laplace(scale)([_saturated(value) for value in values])
    return [int(value) for value in released]


def add_gaussian(values: Sequence[int], scale: float) -> list[int]:
    """The values with discrete Gaussian noise, as one vector."""
    return [int(value) for value in _gaussian(scale)([_saturated(value) for value in values])]


def select(losses: Sequence[int], scale: float) -> int:
    """The index of a small loss, by noisy comparison."""
    return int(_selection(scale)([_saturated(loss) for loss in losses]))


def keep_frequent(counts: Mapping[int, int], scale: float, threshold: int) -> dict[int, int]:
    """The noisy counts that reach the threshold, under their indices; the rest is never shown.

    Indices stand for the groups' keys: the mechanism treats all keys alike, so naming them does not change it.
    """
    released = _thresholded(scale, threshold)({index: _saturated(count) for index, count in counts.items()})
    return {int(index): int(count) for index, count in released.items()}


def _saturated(value: int) -> int:
    return max(-_INT64, min(_INT64, value))

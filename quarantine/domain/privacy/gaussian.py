"""Gaussian in place of Laplace noise, where a query may cost some delta for it and strays less with it.

Gaussian noise is priced in zCDP (Bun and Steinke 2016): each measurement at rho_i = (L2 sensitivity / scale)^2 / 2.
These add up, and the sum is turned into epsilon and delta once, by OpenDP's conversion.
So m measurements need noise that grows like sqrt(m), where Laplace noise grows like m; but there is a price for
delta first, which a few measurements do not earn back.

All of a query's Laplace scales are replaced in the same proportion, so that every number gains alike: the split stays
as it is. The count that decides which groups are shown keeps Laplace noise and its own delta, quantiles are selections.
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from quarantine.domain.privacy import noise
from quarantine.domain.privacy.model import Key, Kind, Measurement, Mechanism

ERROR = 0.05
NAME = "discrete Gaussian"


def relaxed(
    measured: Sequence[Measurement], made: Sequence[Mechanism], keys: Sequence[Key], delta: float
) -> tuple[Mechanism, ...]:
    """The mechanisms with Gaussian noise for `delta` more, or as they are where it is not smaller."""
    plain = [i for i, one in enumerate(measured) if one.kind is not Kind.QUANTILE and made[i].threshold is None]
    if not plain:
        return tuple(made)
    distances = {i: euclidean(measured[i], keys) for i in plain}
    rho = noise.affordable_rho(_together([made[i].epsilon for i in plain]), delta)
    if rho <= 0:
        return tuple(made)
    found = list(made)
    for i, scale in _scales(distances, {i: made[i].scale for i in plain}, rho).items():
        found[i] = replace(made[i], name=NAME, scale=scale, rho=noise.gaussian_rho(scale, distances[i]))
    found[plain[0]] = replace(found[plain[0]], delta=delta)
    better = all(found[i].width(ERROR) < made[i].width(ERROR) for i in plain)
    return tuple(found if better else made)


def euclidean(one: Measurement, keys: Sequence[Key]) -> float:
    """By how much one privacy unit can change a measurement, over all groups together, in L2.

    All of a person's rows may fall into one group, so it is the L1 distance; but a person counts once in each group,
    unless several of the engine's groups are added up: those of values that a public key is not declared to have are,
    in the NULL group, which is shown where the key may be NULL or other keys are private.
    """
    private = all(key.allowed is None for key in keys)
    apart = private or all(key.allowed is not None and not key.nullable for key in keys)
    if one.kind is Kind.PERSONS and apart:
        return math.nextafter(math.sqrt(one.sensitivity), math.inf)
    return float(one.sensitivity)


def _together(shares: Sequence[float]) -> float:
    total = sum(shares)
    while Fraction(total) > sum(map(Fraction, shares)):
        total = math.nextafter(total, 0.0)
    return total


def _scales(distances: dict[int, float], before: dict[int, float], rho: float) -> dict[int, float]:
    """Scales in the proportions of `before` whose prices, by OpenDP's map, add up to `rho` at most."""
    step = 2.0**-52
    factor = math.sqrt(sum((distances[i] / before[i]) ** 2 for i in before) / (2 * rho))
    while True:
        found = {i: scale * factor for i, scale in before.items()}
        prices = [noise.gaussian_rho(found[i], distances[i]) for i in found]
        if sum(map(Fraction, prices)) <= Fraction(rho):
            return found
        factor, step = factor * (1 + step), step * 2

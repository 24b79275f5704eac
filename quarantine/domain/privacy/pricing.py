"""Measurements to mechanisms: how much noise each gets, so that the whole query costs what was asked."""

from collections.abc import Sequence
from typing import NamedTuple

from quarantine.domain.privacy import noise
from quarantine.domain.privacy.gaussian import relaxed
from quarantine.domain.privacy.model import Aggregate, Key, Kind, Measurement, Mechanism
from quarantine.domain.privacy.split import split


class Deltas(NamedTuple):
    """What a query may cost in delta: to find its groups, and for Gaussian noise (0: there is none)."""

    groups: float
    gaussian: float = 0.0


def mechanisms(
    measured: Sequence[Measurement],
    answers: Sequence[Aggregate],
    epsilon: float,
    *,
    contribution: int,
    deltas: Deltas,
    least: int | None,
    keys: Sequence[Key] = (),
) -> tuple[Mechanism, ...]:
    """A mechanism for each measurement that the answers are made of.

    With `least`, the first one decides which groups are shown: from a noisy count of `least` on, or of the smallest
    threshold that costs a delta of `groups` at most, whichever is larger. The others have Gaussian noise if a delta is
    allowed for that and it is the smaller noise.
    """
    shares = split(measured, answers, epsilon, selects=least is not None)
    made = [_mechanism(one, share) for one, share in zip(measured, shares, strict=True)]
    if least is not None:
        made[0] = _thresholded(measured[0], shares[0], contribution, least, deltas.groups)
    return relaxed(measured, made, keys, deltas.gaussian) if deltas.gaussian else tuple(made)


def _mechanism(one: Measurement, epsilon: float) -> Mechanism:
    if one.kind is Kind.QUANTILE:
        scale = noise.selection_scale(one.sensitivity, epsilon)
        return Mechanism("exponential noise on the loss of each bin", one.name, one.sensitivity, scale, epsilon)
    scale = noise.laplace_scale(one.sensitivity, epsilon)
    return Mechanism("discrete Laplace", one.name, one.sensitivity, scale, epsilon)


def _thresholded(count: Measurement, epsilon: float, contribution: int, least: int, delta: float) -> Mechanism:
    """The count that decides which groups are shown: at the safe threshold, or a higher one of the owner or the query.

    `censor_dims: false` changes nothing here: without the threshold a group's mere presence would give a person away.
    """
    scale = noise.threshold_scale(contribution, epsilon)
    safe = noise.safe_threshold(scale, contribution, delta)
    threshold = max(safe, least)
    _, price = noise.threshold_price(scale, threshold, contribution)
    name = "discrete Laplace with threshold"
    return Mechanism(name, count.name, count.sensitivity, scale, epsilon, price, threshold)

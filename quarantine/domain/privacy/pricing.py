"""Measurements to mechanisms: how much noise each gets, so that the whole query costs what was asked."""

from collections.abc import Sequence

from quarantine.domain.privacy import noise
from quarantine.domain.privacy.model import Kind, Measurement, Mechanism


def mechanisms(
    measured: Sequence[Measurement], epsilon: float, *, contribution: int, delta: float, least: int | None
) -> tuple[Mechanism, ...]:
    """A mechanism for each measurement. With `least`, the first one decides which groups are shown: from a noisy count
    of `least` on, or of the smallest threshold that costs `delta` at most, whichever is larger.
    """
    share = noise.equal_shares(epsilon, len(measured))
    made = [_mechanism(one, share) for one in measured]
    if least is not None:
        made[0] = _thresholded(measured[0], share, contribution, least, delta)
    return tuple(made)


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

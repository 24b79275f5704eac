"""What all charges of a lineage come to, counted in three ways: a report, which decides nothing.

Epsilons are added up; prices in zCDP are added up (see `accounting`); and privacy loss distributions are composed by
Google's dp-accounting (Koskela et al. 2020; Doroshenko et al. 2022), rounded so that the result is an upper bound. A
mechanism of pure epsilon, and one outside the event that its delta pays for, loses no more than randomized response
does (Kairouz, Oh and Viswanath 2015). All Gaussian noise is one such mechanism: of the epsilon that the sum of its rho
comes to beside the deltas that were charged for it.
"""

import importlib
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from quarantine.domain.accounting import RHO_UNITS, epsilon_of, rho_units

# What zCDP and loss distributions cost beside the deltas that were charged.
BESIDE = 1e-6
MISSING = "not computed: pip install 'dq0-server[accounting]'"
TOO_LARGE = "not computed: the epsilons are too large for it"
# Losses are rounded up to steps; a power of two, so that nothing else is.
_STEP = 2.0**-13
_LARGEST = 100.0


@dataclass(frozen=True, slots=True)
class Report:
    """The epsilon of all charges: added up, beside `delta`; in zCDP and as distributions, beside `BESIDE` more.

    `distributions` is None where it cannot be computed; `why` says so.
    """

    charges: int
    delta: float
    added: float
    rho: float
    zcdp: float
    distributions: float | None = None
    why: str = ""


def report(charges: Sequence[tuple[Fraction, float, Sequence[Mapping[str, Any]]]]) -> Report:
    """The three counts of charges, each with its epsilon, its delta and the mechanisms that the ledger has of it."""
    added = float(sum((epsilon for epsilon, _, _ in charges), Fraction()))
    rho = sum(rho_units(mechanisms, epsilon) for epsilon, _, mechanisms in charges) / RHO_UNITS
    delta = math.fsum(price for _, price, _ in charges)
    found = composed(_losses(charges))
    made = Report(len(charges), delta, added, rho, epsilon_of(rho, BESIDE))
    return replace(made, why=found) if isinstance(found, str) else replace(made, distributions=min(found, added))


def composed(epsilons: Iterable[float], delta: float = BESIDE) -> float | str:
    """The epsilon beside `delta` of all these pure ones together, at most; a text where it cannot be computed."""
    counted = Counter(_steps(epsilon) for epsilon in epsilons if epsilon > 0)
    if sum(steps * times for steps, times in counted.items()) * _STEP > _LARGEST:
        return TOO_LARGE
    try:
        common = importlib.import_module("dp_accounting.pld.common")
        pld = importlib.import_module("dp_accounting.pld.privacy_loss_distribution")
    except ImportError:
        return MISSING
    whole: Any = None
    for steps, times in sorted(counted.items()):
        price = common.DifferentialPrivacyParameters(steps * _STEP, 0.0)
        one = pld.from_privacy_parameters(price, value_discretization_interval=_STEP)
        one = one.self_compose(times) if times > 1 else one
        whole = one if whole is None else whole.compose(one)
    return 0.0 if whole is None else float(whole.get_epsilon_for_delta(delta))


def _losses(charges: Iterable[tuple[Fraction, float, Sequence[Mapping[str, Any]]]]) -> list[float]:
    """The pure epsilons that the charges lose no more than, outside the events that their deltas pay for."""
    found: list[float] = []
    rho, paid, gaussian = 0.0, 0.0, 0.0
    for epsilon, _, mechanisms in charges:
        if not mechanisms or not all("epsilon" in one for one in mechanisms):
            found.append(float(epsilon))
            continue
        noisy = [one for one in mechanisms if (one.get("rho") or 0) > 0]
        found += [float(one["epsilon"]) for one in mechanisms if one not in noisy]
        rho += math.fsum(float(one["rho"]) for one in noisy)
        paid += math.fsum(float(one.get("delta") or 0) for one in noisy)
        gaussian += math.fsum(float(one["epsilon"]) for one in noisy)
    return [*found, min(gaussian, epsilon_of(rho, paid))] if rho and paid else [*found, gaussian]


def _steps(epsilon: float) -> int:
    return math.ceil(Fraction(epsilon) / Fraction(_STEP))

"""What charges cost in zero-concentrated differential privacy (zCDP; Bun and Steinke 2016), beside epsilon and delta.

A mechanism of pure epsilon costs rho = epsilon^2 / 2 (their Proposition 1.4). One of epsilon and delta costs that much
outside an event of probability delta: but for this event it behaves like randomized response with epsilon (Kairouz, Oh
and Viswanath 2015), and deltas are added up apart. Gaussian noise has its own rho. Prices of adaptively chosen queries
may be added up until a limit that was set before (Feldman and Zrnic 2021; Whitehouse et al. 2023).
"""

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

# Amounts are kept as integers: so many units are one.
EPSILON_UNITS = 10**9
DELTA_UNITS = 10**18
RHO_UNITS = 10**12
_LARGEST = 10**6 * RHO_UNITS


def rho_units(mechanisms: Sequence[Mapping[str, Any]], epsilon: Fraction) -> int:
    """The price of a charge in units of 1e-12, rounded up; numbers are the decimals that their shortest forms show.

    `mechanisms` are the ledger's: those with a `rho` of their own cost that. Where they do not all say what they cost,
    it is what any release of that `epsilon` costs, which is more than its parts.
    """
    told = all("epsilon" in one for one in mechanisms)
    parts = [_rho(one) for one in mechanisms] if mechanisms and told else [epsilon * epsilon / 2]
    return min(_LARGEST, math.ceil(sum(parts, Fraction()) * RHO_UNITS))


def _rho(mechanism: Mapping[str, Any]) -> Fraction:
    own = Fraction(repr(mechanism.get("rho") or 0))
    return own if own > 0 else Fraction(repr(mechanism["epsilon"])) ** 2 / 2


def epsilon_of(rho: float, delta: float) -> float:
    """The epsilon that a total of `rho` comes to beside `delta` (Bun and Steinke, Proposition 1.3)."""
    return rho + 2 * math.sqrt(rho * math.log(1 / delta))

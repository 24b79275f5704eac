"""Prices in zCDP against OpenDP's own conversions."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarantine.domain.accounting import RHO_UNITS, epsilon_of, rho_units
from quarantine.domain.privacy import noise


@settings(deadline=None, max_examples=50)
@given(epsilon=st.floats(1e-3, 10), k=st.integers(1, 5))
def test_laplace_noise_costs_half_the_square_of_its_epsilon_and_no_less(epsilon: float, k: int) -> None:
    units = rho_units([{"epsilon": epsilon, "rho": 0.0}] * k, Fraction(1))
    exact = k * Fraction(repr(epsilon)) ** 2 / 2
    assert exact <= Fraction(units, RHO_UNITS) < exact + Fraction(1, RHO_UNITS)


@settings(deadline=None, max_examples=50)
@given(rho=st.floats(1e-4, 10), delta=st.sampled_from([1e-9, 1e-6, 1e-3]))
def test_a_total_comes_to_no_less_epsilon_than_the_tight_conversion_says(rho: float, delta: float) -> None:
    assert epsilon_of(rho, delta) >= noise.approximate(rho, delta)


def test_what_is_too_large_to_count_is_the_largest_there_is() -> None:
    assert rho_units([], Fraction(10**9)) == 10**6 * RHO_UNITS


@pytest.mark.parametrize("mechanisms", [[], [{"name": "x"}], [{"epsilon": 0.1}, {"name": "x"}]])
def test_what_does_not_say_its_parts_costs_as_a_whole(mechanisms: list[dict[str, float]]) -> None:
    assert rho_units(mechanisms, Fraction(2)) == 2 * RHO_UNITS

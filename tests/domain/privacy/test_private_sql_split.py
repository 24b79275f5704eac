"""The split of epsilon: exact, from the plan alone, better on the whole than equal shares and never much worse."""

import math
from dataclasses import replace
from fractions import Fraction
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarantine.domain.metadata.model import Metadata
from quarantine.domain.privacy import Plan, noise, plan, release, split
from quarantine.domain.privacy.pricing import _mechanism

NUMBERS = (
    "COUNT(*)",
    "COUNT(income)",
    "COUNT(DISTINCT user_id)",
    "COUNT(DISTINCT town)",
    "SUM(age)",
    "SUM(income)",
    "SUM(balance)",
    "AVG(age)",
    "AVG(income)",
    "AVG(balance)",
    "AVG(visits % 7)",
    "VARIANCE(age)",
    "STDDEV(income)",
    "MEDIAN(age)",
    "MAX(age)",
)
GROUPS = ("", " GROUP BY sex", " GROUP BY town")


def numbers_of(made: Plan) -> list[split.Parts]:
    return split.numbers_of(made.measurements, made.aggregates, selects=made.threshold is not None)


@given(
    st.lists(st.sampled_from(NUMBERS), min_size=1, max_size=12, unique=True),
    st.sampled_from(GROUPS),
    st.floats(min_value=1e-3, max_value=1e3),
)
def test_no_number_strays_much_further_than_with_equal_shares_and_all_together_less(
    metadata: Metadata, asked: list[str], group: str, epsilon: float
) -> None:
    made = plan(f"SELECT {', '.join(asked)} FROM census{group}", metadata, epsilon=epsilon)
    shares = [mechanism.epsilon for mechanism in made.mechanisms]
    assert sum(map(Fraction, shares)) <= Fraction(epsilon)
    assert sum(shares) == pytest.approx(epsilon)
    equal = [epsilon / len(shares)] * len(shares)
    ratios = [split.error(number, shares) / split.error(number, equal) for number in numbers_of(made)]
    assert max(ratios) <= split.MOST * (1 + 1e-9)
    assert sum(ratios) / len(ratios) <= 1 + 1e-9


@given(st.lists(st.floats(min_value=1e-6, max_value=1e6), min_size=1, max_size=20), st.floats(1e-9, 1e6))
def test_shares_are_at_most_epsilon_exactly_summed(weights: list[float], epsilon: float) -> None:
    found = noise.shares(epsilon, weights)
    assert sum(map(Fraction, found)) <= Fraction(epsilon)
    for share, weight in zip(found, weights, strict=True):
        assert share == pytest.approx(epsilon * weight / sum(weights), rel=1e-9)


def test_one_average_is_split_as_derived(metadata: Metadata) -> None:
    # a_sum = 1 * 3 * 36 and a_count = 36 / 2 * 3: the shares are as the roots, so as sqrt(2) to 1.
    made = plan("SELECT AVG(age) FROM census", metadata, epsilon=1.0)
    shares = {mechanism.measurement: mechanism.epsilon for mechanism in made.mechanisms}
    ratio = shares["sum of age around its midpoint"] / shares["count of rows"]
    assert ratio == pytest.approx(math.sqrt(2))


def test_a_count_that_many_averages_lean_on_gets_more(metadata: Metadata) -> None:
    made = plan("SELECT AVG(age), AVG(balance), AVG(age * 2), AVG(age % 9) FROM census", metadata, epsilon=1.0)
    count, *sums = (mechanism.epsilon for mechanism in made.mechanisms)
    assert all(count > share for share in sums)


def test_the_threshold_hardly_rises_for_the_sake_of_sums(metadata: Metadata) -> None:
    made = plan("SELECT town, AVG(age) FROM census GROUP BY town", metadata, epsilon=1.0)
    equal = plan("SELECT town, COUNT(*) FROM census GROUP BY town", metadata, epsilon=0.5)
    assert made.threshold is not None and equal.threshold is not None
    assert made.threshold <= equal.threshold * split.MOST


def test_the_split_is_as_good_as_any_other_for_a_single_number(metadata: Metadata) -> None:
    for asked in ("AVG(income)", "VARIANCE(age)"):
        made = plan(f"SELECT {asked} FROM census", metadata, epsilon=1.0)
        (number,) = numbers_of(made)
        shares = [mechanism.epsilon for mechanism in made.mechanisms]
        best = split.error(number, shares)
        for i in range(len(shares)):
            for j in range(len(shares)):
                moved = list(shares)
                moved[i], moved[j] = moved[i] + 0.01 * (i != j), moved[j] - 0.01 * (i != j)
                assert best <= split.error(number, moved) + 1e-9


def test_averages_come_out_closer_than_with_equal_shares(metadata: Metadata) -> None:
    made = plan("SELECT AVG(age) FROM census", metadata, epsilon=0.1)
    share = noise.shares(0.1, [1.0, 1.0])[0]
    equal = tuple(_mechanism(one, share) for one in made.measurements)
    # Everybody is in the middle: nearly all of the error is the sum's then, the case that shows it best.
    rows = [(5_000, 0)]
    assert off(made, rows) < off(replace(made, mechanisms=equal), rows)


def off(made: Plan, rows: list[tuple[int, int]]) -> float:
    return median(abs(float(release(made, rows).rows[0][0]) - 54) for _ in range(4_000))  # type: ignore[arg-type]

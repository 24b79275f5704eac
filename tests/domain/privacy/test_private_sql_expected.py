"""The errors that a quote tells: answers stay within them, whatever the values are."""

import math

import pytest

from quarantine.domain.metadata.model import Metadata
from quarantine.domain.privacy import Expected, expected, plan, release
from quarantine.domain.privacy.expected import KEPT, RANKS, SIZES, VALUES

DRAWS = 200


def of(metadata: Metadata, columns: str, rest: str = "") -> tuple[Expected, ...]:
    return expected(plan(f"SELECT {columns} FROM census{rest}", metadata, epsilon=1.0))


@pytest.mark.parametrize("delta", [0.0, 1e-6])
def test_what_is_added_up_from_counts_and_sums_has_the_same_error_whatever_the_data_is(
    metadata: Metadata, delta: float
) -> None:
    sql = "SELECT COUNT(*), SUM(balance), COUNT(DISTINCT town), COUNT(DISTINCT user_id) FROM census"
    made = plan(sql, metadata, epsilon=1.0, gaussian_delta=delta)
    assert [one.error for one in expected(made)] == pytest.approx(made.half_widths())
    count, twice, less, rounded, both = expected(
        plan(
            "SELECT COUNT(*), COUNT(*) * 2 + 1, -COUNT(*) / 4, ROUND(COUNT(*) / 10), COUNT(*) - SUM(balance) "
            "FROM census",
            metadata,
            epsilon=1.0,
            gaussian_delta=delta,
        )
    )
    assert count.error is not None
    assert twice.error == pytest.approx(2 * count.error)
    assert less.error == pytest.approx(count.error / 4)
    assert rounded.error == pytest.approx(count.error / 10 + 1)
    assert both.error is not None and both.error > count.error
    assert not any(one.at or one.note for one in (count, twice, less, rounded, both))


ROWS = {
    "low": lambda n: [18] * n,
    "high": lambda n: [90] * n,
    "spread": lambda n: [18, 90] * (n // 2),
    "typical": lambda n: [30 + i % 40 for i in range(n)],
}


@pytest.mark.parametrize("values", ROWS)
def test_answers_stay_within_the_errors_at_a_size(metadata: Metadata, values: str) -> None:
    columns = "AVG(age), VARIANCE(age), STDDEV(age), VAR_POP(age), SUM(age) / COUNT(*), 100 * AVG(age) / COUNT(*)"
    made = plan(f"SELECT {columns} FROM census", metadata, epsilon=1.0)
    found = expected(made)
    assert all(tuple(rows for rows, _ in one.at) == SIZES for one in found)
    for place, n in enumerate((100, 1_000)):
        ages = ROWS[values](n)
        mean = sum(ages) / n
        pop = sum((age - mean) ** 2 for age in ages) / n
        truth = (mean, pop * n / (n - 1), math.sqrt(pop * n / (n - 1)), pop, mean, 100 * mean / n)
        exact = [n, sum(age - 54 for age in ages)]
        squares = made.measurements[2]
        exact.append(sum((age - 54) ** 2 - squares.centre for age in ages))
        missed = [0] * len(truth)
        for _ in range(DRAWS):
            shown = release(made, [exact]).rows[0]
            for i, (value, true, one) in enumerate(zip(shown, truth, found, strict=True)):
                missed[i] += value is None or abs(float(value) - true) > one.at[place][1] + 1e-9
        # Of 200 at 5%, beyond 30 lies less than one chance in a million.
        assert max(missed) <= 30, (n, missed)


def test_the_error_of_an_average_shrinks_with_the_rows_and_is_never_beyond_the_bounds(metadata: Metadata) -> None:
    (one,) = of(metadata, "AVG(age)")
    errors = [error for _, error in one.at]
    assert errors == sorted(errors, reverse=True)
    assert errors[-1] < errors[0] / 50
    (crowded,) = expected(plan("SELECT AVG(age) FROM census", metadata, epsilon=1e-4))
    assert all(error <= 90 - 18 for _, error in crowded.at)


def test_what_cannot_be_known_is_told_with_the_reason(metadata: Metadata) -> None:
    median, choice, ratio, empty = of(
        metadata,
        "MEDIAN(age), CASE WHEN COUNT(*) > 5 THEN 1 ELSE SUM(age) END, COUNT(*) / SUM(balance), "
        "COUNT(*) / (COUNT(*) - COUNT(income))",
    )
    assert [one.note for one in (median, choice, ratio, empty)] == [RANKS, VALUES, VALUES, VALUES]
    assert not any(one.at or one.error for one in (median, choice, ratio, empty))


def test_a_choice_among_noisy_groups_is_told(metadata: Metadata) -> None:
    rest = " GROUP BY sex HAVING COUNT(*) > 10"
    sex, count, average = of(metadata, "sex, COUNT(*), AVG(age)", rest)
    assert not (sex.error or sex.at or sex.note)
    assert KEPT in count.note and KEPT in average.note and average.at

"""The rank errors of quantiles: known from the plan alone, and kept by what is released."""

import random

import pytest

from quarantine.domain.metadata.model import Metadata
from quarantine.domain.privacy import plan, rank_errors, release

QUERIES = ("MEDIAN(age)", "QUANTILE(age, 0.9)", "QUANTILE(age, 0.001)", "MIN(age)", "MAX(age)")
RUNS = 120


def rows_between(counts: list[int], share: float, bin_: int) -> int:
    """How many rows lie between a bin and the value of this rank; 0 where it is in the bin."""
    target, below = share * sum(counts), sum(counts[:bin_])
    return max(0, round(below - target), round(target - below - counts[bin_]))


TABLES = {
    "even": [40] * 73,
    "two heaps": [1500, *[0] * 71, 1500],
    "few": [0] * 30 + [1] * 5 + [0] * 38,
    "random": [random.Random(7).randrange(80) for _ in range(73)],
}


@pytest.mark.parametrize("asked", QUERIES)
@pytest.mark.parametrize("name", TABLES)
def test_at_most_that_many_rows_lie_between_a_value_and_the_true_one(metadata: Metadata, asked: str, name: str) -> None:
    counts = TABLES[name]
    made = plan(f"SELECT {asked} FROM census", metadata, epsilon=1.0)
    (known,), measured = rank_errors(made), made.measurements[0]
    assert known is not None and measured.share is not None and measured.bins == len(counts)
    rows = [(1, i, count) for i, count in enumerate(counts) if count]
    missed = 0
    for _ in range(RUNS):
        shown = int(release(made, rows).rows[0][0]) - 18  # type: ignore[arg-type]
        missed += rows_between(counts, float(measured.share), shown) > known
    # At 5% of 120, more than 22 misses have a chance below one in a million.
    assert missed <= 22


def test_a_rank_error_that_is_too_small_would_be_noticed(metadata: Metadata) -> None:
    made = plan("SELECT MEDIAN(age) FROM census", metadata, epsilon=1.0)
    (known,) = rank_errors(made)
    assert known is not None
    # One bin is right, and all others are as wrong as a bound of a third would forbid.
    counts = [0] * 36 + [known] + [0] * 36
    missed = sum(
        rows_between(counts, 0.5, int(release(made, [(1, 36, known)]).rows[0][0]) - 18) > known / 3  # type: ignore[arg-type]
        for _ in range(RUNS)
    )
    assert missed > 22


def test_only_quantiles_have_rank_errors_and_they_have_nothing_else(metadata: Metadata) -> None:
    made = plan("SELECT sex, COUNT(*), MEDIAN(age), MEDIAN(age) * 2 FROM census GROUP BY sex", metadata, epsilon=1.0)
    ranks, widths = rank_errors(made), made.half_widths()
    assert [rank is not None for rank in ranks] == [False, False, True, False]
    assert [width is not None for width in widths] == [False, True, False, False]


def test_more_epsilon_makes_rank_errors_smaller_and_the_message_tells_them(metadata: Metadata) -> None:
    sql = "SELECT MAX(age) FROM census"
    (less,), (more,) = (rank_errors(plan(sql, metadata, epsilon=epsilon)) for epsilon in (0.1, 1.0))
    assert less is not None and more is not None and more < less
    said = release(plan(sql, metadata, epsilon=1.0), [(1, 0, 5)]).message
    assert f"MAX(age) {more} rows" in said

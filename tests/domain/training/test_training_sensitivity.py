"""The sums that a fit asks for: one person more changes them by no more than the noise is made for, in any table."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quarantine.domain.privacy import Policy
from quarantine.domain.training import encoding, training
from quarantine.domain.training.catalogue import NAMES
from quarantine.domain.training.declaration import Declaration
from quarantine.domain.training.encoding import STEPS, Problem
from quarantine.domain.training.measures import UNIT, Asking, Measure, Row, Sums, Value
from quarantine.domain.training.training import fit
from trained import Over, described, trained

K = 3
# Beyond the bounds as well: the statement clamps what a copy should have clamped.
rows = st.fixed_dictionaries(
    {
        "id": st.just(1),
        "age": st.none() | st.integers(-(2**40), 2**40) | st.sampled_from([18, 54, 90]),
        "x": st.none() | st.integers(-4_000_000, 4_000_000),
        "sex": st.sampled_from([None, "f", "m", "other"]),
        "town": st.sampled_from([None, "it's", "b", "c", "other"]),
        "rich": st.sampled_from([None, True, False]),
        "income": st.none() | st.integers(-(10**9), 10**9),
    }
)
# Few and small trees: what a tree asks is the same however many there are.
SMALL = {"RandomForestClassifier": {"n_estimators": 2, "max_depth": 2}, "KMeans": {"n_clusters": 3}}


class Noting:
    """Exact sums, and each question that was asked of them."""

    def __init__(self, exact: Callable[[Sums], Sequence[Row]]) -> None:
        self.exact = exact
        self.asked: list[Sums] = []

    def __call__(self, sums: Sums) -> Sequence[Row]:
        self.asked.append(sums)
        return self.exact(sums)


def numbers(measure: Measure, found: Sequence[Row]) -> dict[tuple[int, int], int]:
    """Every sum in 1 / UNIT, by cell and place."""
    return {
        (int(str(row[0])), place): UNIT // value.unit * int(str(row[1 + place] or 0))
        for row in found
        for place, value in enumerate(measure.values)
    }


@pytest.mark.parametrize("name", NAMES)
@given(st.lists(rows, max_size=6), st.lists(rows, min_size=1, max_size=K))
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_person_changes_no_question_by_more_than_its_sensitivity(
    over: Over, name: str, others: list[dict[str, Any]], person: list[dict[str, Any]]
) -> None:
    made = trained(name, k=K, parameters=SMALL.get(name, {}))
    noting = Noting(over(others))
    fit(made, noting)
    without = over(others)
    before = [numbers(each.measure, without(each)) for each in noting.asked]
    with_it = over([*others, *person])
    after = [numbers(each.measure, with_it(each)) for each in noting.asked]
    total = 0
    for one, other in zip(before, after, strict=True):
        total += sum(abs(one.get(place, 0) - other.get(place, 0)) for place in one.keys() | other.keys())
    assert total <= sum(each.sensitivity for each in made.mechanisms)
    for each, one, other in zip(noting.asked, before, after, strict=True):
        change = sum(abs(one.get(place, 0) - other.get(place, 0)) for place in one.keys() | other.keys())
        assert change <= K * each.measure.sensitivity
        assert all(0 <= cell < each.measure.cells for cell, _ in other)


@given(st.lists(rows, min_size=1, max_size=1))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_feature_of_every_row_lies_within_its_steps(over: Over, one: list[dict[str, Any]]) -> None:
    problem: Problem = trained("GaussianNB").problem
    for number in range(problem.features):
        measure = Measure((encoding_value(number),))
        for row in over(one)(Sums(problem, measure)):
            assert abs(int(str(row[1]))) <= STEPS


def encoding_value(number: int) -> Value:
    return Value((f"z{number}",), STEPS, STEPS)


def test_a_fit_that_asks_what_it_was_not_charged_for_ends() -> None:
    made = trained("GaussianNB")
    asking = Asking(made.problem, made.mechanisms, lambda sums: [])
    with pytest.raises(PermissionError):
        asking("something else", [Measure((encoding_value(0),))], 0.1)


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_table_is_fitted_like_any_other(over: Over, name: str) -> None:
    assert fit(trained(name, parameters=SMALL.get(name, {})), over([])).model


@pytest.mark.parametrize("dialect", ["duckdb", "postgres", "spark"])
def test_the_questions_can_be_written_for_every_engine(dialect: str) -> None:
    problem = encoding.problem(
        described().tables[0], Policy(), training.kind_of("GaussianNB"), {}, Declaration(estimator="GaussianNB")
    )
    text = Sums(problem, Measure((encoding_value(0),))).statement(dialect, ("schema", "copy"))
    assert text.count("SELECT") == 3

"""Broken on purpose: each of these mutants of the privacy engine is caught by the audit below; the engine passes it.

The audit asks two things of a plan. Does one person, at the worst that the bounds allow, change a measurement by more
than its sensitivity? And does what OpenDP's own maps charge for the noise add up to what the plan says it costs?
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

import duckdb
import pytest

from quarantine.domain.metadata.model import Metadata
from quarantine.domain.privacy import (
    Plan,
    aggregates,
    answer,
    compile,
    guesses,
    noise,
    plan,
    pricing,
    release,
    statement,
)
from quarantine.domain.privacy.compile import DEFAULT_DELTA
from quarantine.domain.privacy.guesses import losses
from quarantine.domain.privacy.model import Kind, Mechanism

QUERIES = (
    "SELECT COUNT(*), SUM(age), SUM(income) FROM census",
    "SELECT sex, AVG(income), COUNT(DISTINCT town), COUNT(income) FROM census GROUP BY sex",
    "SELECT VARIANCE(age), SUM(-2 * age + 7) FROM census",
    "SELECT SUM(balance), SUM(CASE WHEN active THEN age * 3 END) FROM census",
    "SELECT MEDIAN(age), QUANTILE(age, 0.9), MAX(age) FROM census",
    "SELECT town, COUNT(*) FROM census GROUP BY town",
)
CROWD = [(user, "FM"[user % 2], "a", True, 18 + user * 3, 0, 0) for user in range(20)]
# Three rows of one person, at either end of the bounds and far beyond them.
PEOPLE = [
    [(99, "F", town, True, age, income, balance) for town in "xyz"]
    for age, income, balance in ((90, 10**15, 10**15), (18, 0, -(10**15)), (10**9, 10**15, 0), (-(10**9), -1, 10**9))
]


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    """Plans are kept: a mutant is asked for its own, and leaves none behind."""
    compile._planned.cache_clear()
    yield
    compile._planned.cache_clear()


@pytest.fixture(scope="module")
def tables() -> Iterator[Callable[[Plan, list[Any]], list[Any]]]:
    connection = duckdb.connect()
    types = "user_id BIGINT, sex VARCHAR, town VARCHAR, active BOOLEAN, age BIGINT, income BIGINT, balance BIGINT"
    connection.execute(f"CREATE TABLE bounded ({types})")

    def rows(made: Plan, people: list[Any]) -> list[Any]:
        connection.execute("DELETE FROM bounded")
        marks = ", ".join(["(?, ?, ?, ?, ?, ?, ?)"] * len(people))
        connection.execute(f"INSERT INTO bounded VALUES {marks}", [value for row in people for value in row])
        return connection.execute(made.statement()).fetchall()

    yield rows
    connection.close()


def audit(make: Callable[[str], Plan], rows: Callable[[Plan, list[Any]], list[Any]]) -> None:
    """Raise AssertionError if one person can change more, or the noise costs more, than the plans say."""
    for sql in QUERIES:
        made = make(sql)
        without = rows(made, CROWD)
        for person in PEOPLE:
            compare(made, without, rows(made, CROWD + person))
        price(made)


def compare(made: Plan, without: list[Any], within: list[Any]) -> None:
    one, other = (answer._exact(made, rows) for rows in (without, within))
    groups = [*({**one[0], **other[0]} or {(): None})]
    zeros, at = [0] * len(made.numbers), 0
    places = {m.fragments: place for place, m in enumerate(made.histograms)}
    for measured, mechanism in zip(made.measurements, made.mechanisms, strict=True):
        if measured.kind is Kind.QUANTILE:
            place = places[measured.fragments]
            found = [
                losses(part[1][place][()], measured.share or Fraction(0), mechanism.scale) for part in (one, other)
            ]
            assert max(abs(a - b) for a, b in zip(*found, strict=True)) <= measured.sensitivity
            continue
        changes = (abs(one[0].get(group, zeros)[at] - other[0].get(group, zeros)[at]) for group in groups)
        assert sum(changes) <= measured.sensitivity
        at += 1


def price(made: Plan) -> None:
    spent, delta = Fraction(0), 0.0
    for measured, mechanism in zip(made.measurements, made.mechanisms, strict=True):
        assert mechanism.sensitivity == measured.sensitivity
        epsilon, more = charge(mechanism, made.contribution_bound, selected=measured.kind is Kind.QUANTILE)
        assert epsilon <= mechanism.epsilon
        spent, delta = spent + Fraction(mechanism.epsilon), delta + more
    assert spent <= Fraction(made.cost.epsilon)
    assert delta <= made.cost.delta <= DEFAULT_DELTA
    assert (made.threshold is None) == all(key.allowed is not None for key in made.keys)


PRICE, LAPLACE, SELECTION = noise.threshold_price, noise._laplace, noise._selection


def charge(mechanism: Mechanism, contribution: int, *, selected: bool) -> tuple[float, float]:
    """What OpenDP charges, whatever the engine under audit was told."""
    if selected:
        return SELECTION(mechanism.scale).map(mechanism.sensitivity), 0.0
    if mechanism.threshold is not None:
        return PRICE(mechanism.scale, mechanism.threshold, contribution)
    return LAPLACE(mechanism.scale).map(mechanism.sensitivity), 0.0


CACHED = (
    noise.laplace_scale,
    noise.selection_scale,
    noise.threshold_price,
    noise.threshold_scale,
    noise.safe_threshold,
)


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    """What a mutant has computed is forgotten, before it and after."""
    for cached in CACHED:
        cached.cache_clear()
    yield
    for cached in CACHED:
        cached.cache_clear()


def planned(metadata: Metadata) -> Callable[[str], Plan]:
    return lambda sql: plan(sql, metadata, epsilon=1.0)


def test_the_engine_passes_its_audit(metadata: Metadata, tables: Any) -> None:
    audit(planned(metadata), tables)


def _halved(original: Callable[..., float]) -> Callable[..., float]:
    return lambda *args: original(*args) / 2


def _less_contribution(original: Any) -> Any:
    def made(self: Any, contribution: int, **rest: Any) -> None:
        original(self, contribution - 1, **rest)

    return made


def _less_by_one(original: Any) -> Any:
    def made(self: Any, *args: Any) -> Any:
        one = original(self, *args)
        return replace(one, sensitivity=one.sensitivity - 1)

    return made


MUTANTS: dict[str, tuple[Any, str, Callable[[Any], Any]]] = {
    "noise halved": (noise, "laplace_scale", _halved),
    "noise of selections halved": (noise, "selection_scale", _halved),
    "noise of thresholded counts halved": (noise, "threshold_scale", _halved),
    "each measurement takes all of epsilon": (
        noise,
        "shares",
        lambda original: lambda epsilon, weights: (epsilon,) * len(weights),
    ),
    "shares are not brought down to their sum": (
        noise,
        "shares",
        lambda original: lambda epsilon, weights: tuple(epsilon * weight * (1 + 1e-15) for weight in weights),
    ),
    "contribution off by one": (aggregates.Measured, "__init__", _less_contribution),
    "bound of sums off by one": (aggregates.Measured, "_sum", _less_by_one),
    "bound of quantiles off by one": (aggregates.Measured, "_quantile", _less_by_one),
    "bound of distinct counts off by one": (aggregates.Measured, "_distinct", _less_by_one),
    "clamp removed": (statement, "_clamped", lambda original: lambda name, lower, upper: name),
    "delta ignored": (noise, "threshold_price", lambda original: lambda *args: (original(*args)[0], 0.0)),
    "threshold lowered": (noise, "safe_threshold", lambda original: lambda *args: original(*args) // 2),
    "threshold skipped": (
        pricing,
        "_thresholded",
        lambda original: lambda one, share, *rest: pricing._mechanism(one, share),
    ),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_a_mutant_of_the_engine_is_caught(
    name: str, metadata: Metadata, tables: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    where, attribute, mutate = MUTANTS[name]
    monkeypatch.setattr(where, attribute, mutate(getattr(where, attribute)))
    with pytest.raises(AssertionError):
        audit(planned(metadata), tables)


def test_a_release_that_skips_the_noise_is_caught(metadata: Metadata, monkeypatch: pytest.MonkeyPatch) -> None:
    made = plan("SELECT COUNT(*) FROM census", metadata, epsilon=0.01)

    def spread() -> int:
        return len({release(made, [(10_000,)]).csv() for _ in range(20)})

    assert spread() > 10
    monkeypatch.setattr(noise, "add_noise", lambda values, scale: list(values))
    assert spread() == 1


def test_a_release_that_shows_rare_groups_is_caught(metadata: Metadata, monkeypatch: pytest.MonkeyPatch) -> None:
    made = plan(QUERIES[-1], metadata, epsilon=1.0)
    rows = [("a", 10_000), ("x", 3)]
    assert not any("x" in release(made, rows).csv() for _ in range(200))
    monkeypatch.setattr(noise, "keep_frequent", lambda counts, scale, threshold: dict(counts))
    assert "x" in release(made, rows).csv()


def test_the_rank_of_extremes_is_known_from_the_plan_alone() -> None:
    # Shifting every count far away leaves the target rank where it is.
    few, many = (losses([n] * 8, Fraction(0), 3.0) for n in (10**3, 10**6))
    assert few[0] == many[0] == 0
    assert guesses.losses([0, 0, 1], Fraction(0), 3.0)[0] == 5

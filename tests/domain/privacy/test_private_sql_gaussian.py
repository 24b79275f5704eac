"""Gaussian noise: only where delta is allowed for it and it is smaller; priced by OpenDP, and broken on purpose."""

import math
from collections.abc import Callable, Iterator
from fractions import Fraction
from statistics import NormalDist
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarantine.domain.errors import Invalid, Refused
from quarantine.domain.metadata.model import Metadata
from quarantine.domain.privacy import Plan, compile, gaussian, noise, plan, release
from quarantine.domain.privacy.answer import _exact

DELTA = 1e-7
PERSONS = "SELECT sex, COUNT(DISTINCT user_id) FROM census GROUP BY sex"
MANY = f"SELECT {', '.join(f'SUM(age % {n})' for n in range(2, 22))} FROM census"
MIXED = f"SELECT town, {MANY[7:].replace(' FROM', ', MEDIAN(age) FROM')} GROUP BY town"
QUERIES = (PERSONS, MANY, MIXED)
RHO, APPROXIMATE = noise._gaussian, noise.approximate.__wrapped__
CACHED = (noise.gaussian_rho, noise.approximate, noise.affordable_rho)


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    """Plans and prices are kept: a mutant is asked for its own, and leaves none behind."""
    for cached in (compile._planned, *CACHED):
        cached.cache_clear()
    yield
    for cached in (compile._planned, *CACHED):
        cached.cache_clear()


@pytest.fixture(scope="module")
def wide(make_metadata: Callable[..., Metadata]) -> Metadata:
    """Thirty rows per person."""
    return make_metadata(max_ids=30)


def planned(sql: str, metadata: Metadata, **more: Any) -> Plan:
    return plan(sql, metadata, **{"epsilon": 1.0, "gaussian_delta": DELTA, **more})


def kinds(made: Plan) -> set[str]:
    return {mechanism.name for mechanism in made.mechanisms}


def test_nobody_gets_gaussian_noise_unasked(wide: Metadata) -> None:
    for sql in QUERIES:
        made = plan(sql, wide, epsilon=1.0)
        assert "discrete Gaussian" not in kinds(made)
        assert made.cost.delta == sum(m.delta for m in made.mechanisms if m.threshold is not None)


def test_gaussian_noise_is_chosen_where_it_is_smaller_and_only_then_charged(wide: Metadata) -> None:
    for sql in QUERIES:
        made, plain = planned(sql, wide), plan(sql, wide, epsilon=1.0)
        assert "discrete Gaussian" in kinds(made)
        assert made.cost.epsilon == 1.0
        assert made.cost.delta == pytest.approx(plain.cost.delta + DELTA)
        pairs = list(zip(made.mechanisms, plain.mechanisms, strict=True))
        assert all(one.width(0.05) < other.width(0.05) for one, other in pairs if one.gaussian)
        assert all(one == other for one, other in pairs if not one.gaussian)
    few = "SELECT COUNT(*), AVG(age) FROM census"
    assert planned(few, wide) == plan(few, wide, epsilon=1.0)


def test_selections_and_thresholds_stay_what_they_are(wide: Metadata) -> None:
    made = planned(MIXED, wide)
    assert kinds(made) == {
        "discrete Laplace with threshold",
        "discrete Gaussian",
        "exponential noise on the loss of each bin",
    }
    assert not made.mechanisms[0].gaussian


@settings(max_examples=25, deadline=None)
@given(st.floats(min_value=0.01, max_value=10), st.sampled_from([1e-14, 1e-9, 1e-7, 1e-5]), st.sampled_from(QUERIES))
def test_the_price_is_what_opendp_charges(wide: Metadata, epsilon: float, delta: float, sql: str) -> None:
    made = planned(sql, wide, epsilon=epsilon, gaussian_delta=delta)
    audit_price(made, delta)
    assert sum(Fraction(m.epsilon) for m in made.mechanisms) <= Fraction(epsilon)


def audit_price(made: Plan, delta: float) -> None:
    """Raise AssertionError where OpenDP's own maps charge more for the Gaussian part than the plan says."""
    noisy = [(m, one) for m, one in zip(made.mechanisms, made.measurements, strict=True) if m.gaussian]
    if not noisy:
        return
    rho = sum(Fraction(RHO(m.scale).map(distance(made, one))) for m, one in noisy)
    assert APPROXIMATE(float(rho), delta) <= sum(m.epsilon for m, _ in noisy) * (1 + 1e-12)
    assert sum(m.delta for m, _ in noisy) >= delta


def distance(made: Plan, one: Any) -> float:
    """The L2 distance, by an argument of the test's own: a person in each of k groups, or k rows in one."""
    undeclared = any(key.nullable or not all(k.allowed for k in made.keys) for key in made.keys if key.allowed)
    if one.kind == "persons" and not undeclared:
        return math.sqrt(one.sensitivity)
    return float(one.sensitivity)


def test_a_person_who_is_in_many_groups_changes_them_by_less_than_their_sum(wide: Metadata) -> None:
    made = planned(PERSONS, wide)
    scale = made.mechanisms[0].scale
    assert noise.gaussian_rho(scale, math.sqrt(30)) <= made.mechanisms[0].rho
    # Where undeclared values are added up in the NULL group, a person can change that one by 30.
    for sql in (
        "SELECT region, COUNT(DISTINCT user_id) FROM census GROUP BY region",
        "SELECT sex, town, COUNT(DISTINCT user_id) FROM census GROUP BY sex, town",
    ):
        other = plan(sql, wide, epsilon=1.0)
        persons = next(one for one in other.measurements if one.kind == "persons")
        assert gaussian.euclidean(persons, other.keys) == 30
    merged = plan("SELECT region, COUNT(DISTINCT user_id) FROM census GROUP BY region", wide, epsilon=1.0)
    exact, _ = _exact(merged, [(f"elsewhere {n}", 1) for n in range(30)])
    assert exact == {(None,): [30]}


@pytest.mark.parametrize("delta", [float("nan"), -1e-9, 1.0, "1e-7", True, 2e-5])
def test_a_delta_that_is_no_small_number_is_invalid(wide: Metadata, delta: object) -> None:
    with pytest.raises(Invalid, match="delta"):
        planned(PERSONS, wide, gaussian_delta=delta)


def test_a_delta_that_is_too_small_is_refused(wide: Metadata) -> None:
    with pytest.raises(Refused, match="too small"):
        planned(PERSONS, wide, gaussian_delta=1e-20)


def test_half_widths_cover_the_truth_most_of_the_time(wide: Metadata) -> None:
    made, missed = planned(PERSONS, wide), 0
    for _ in range(300):
        answer = release(made, [("F", 1000), ("M", 500)])
        for row, true in zip(answer.rows, (1000, 500), strict=True):
            missed += abs(row[1] - true) > answer.half_widths[1]  # type: ignore[operator]
    # 600 intervals at 5%: beyond 60 misses lies less than one chance in ten thousand million.
    assert 5 < missed <= 66


# One person in each of thirty groups is the worst that L2 allows, and the best test of two Gaussians is linear.
RUNS = 1_500
ERROR = 1e-8


def loss(scale: float, epsilon: float) -> float:
    """A lower bound of the probability by which e^epsilon is exceeded, from what the noise really draws."""
    with_person, without = ([1] * 30, [0] * 30)
    # Above this sum the odds of the person being there are better than e^epsilon.
    edge = 15 + epsilon * scale**2
    hits = [
        sum(sum(noise.add_gaussian(values, scale)) > edge for _ in range(RUNS)) for values in (with_person, without)
    ]
    slack = math.sqrt(math.log(1 / ERROR) / (2 * RUNS))
    return hits[0] / RUNS - slack - math.exp(epsilon) * (hits[1] / RUNS + slack)


def test_the_privacy_loss_stays_under_what_is_charged(wide: Metadata) -> None:
    made = planned(PERSONS, wide)
    assert loss(made.mechanisms[0].scale, 1.0) <= DELTA


def test_noise_that_is_far_too_small_is_seen_in_what_is_drawn(wide: Metadata) -> None:
    made = planned(PERSONS, wide)
    assert loss(made.mechanisms[0].scale / 20, 1.0) > DELTA


def test_the_noise_drawn_is_of_the_scale_that_is_priced() -> None:
    draws = noise.add_gaussian([0] * 20_000, 27.5)
    spread = math.sqrt(sum(draw**2 for draw in draws) / len(draws))
    assert spread == pytest.approx(27.5, rel=0.04)
    beyond = sum(abs(draw) > 27.5 * NormalDist().inv_cdf(0.975) for draw in draws) / len(draws)
    assert beyond == pytest.approx(0.05, abs=0.012)


MUTANTS: dict[str, tuple[Any, str, Callable[[Any], Any]]] = {
    "noise halved": (
        gaussian,
        "_scales",
        lambda original: lambda *args: {i: scale / 2 for i, scale in original(*args).items()},
    ),
    "each measurement takes all of rho": (
        gaussian,
        "_scales",
        lambda original: lambda away, before, rho: {i: original({i: away[i]}, {i: before[i]}, rho)[i] for i in before},
    ),
    "everything changes by its root": (gaussian, "euclidean", lambda original: lambda one, keys: one.sensitivity**0.5),
    "the conversion forgets delta": (noise, "approximate", lambda original: lambda rho, delta: rho),
    "the conversion takes a larger delta": (
        noise,
        "approximate",
        lambda original: lambda rho, delta: original(rho, delta * 1000),
    ),
    "delta ignored": (
        gaussian,
        "replace",
        lambda original: lambda one, **changes: original(one, **{k: v for k, v in changes.items() if k != "delta"}),
    ),
    "selections and thresholds are counted in": (
        gaussian,
        "_together",
        lambda original: lambda shares: 1.0 + 0 * original(shares),
    ),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_a_mutant_of_the_pricing_is_caught(name: str, wide: Metadata, monkeypatch: pytest.MonkeyPatch) -> None:
    where, attribute, mutate = MUTANTS[name]
    monkeypatch.setattr(where, attribute, mutate(getattr(where, attribute)))
    with pytest.raises(AssertionError):
        for sql in QUERIES:
            audit_price(planned(sql, wide), DELTA)

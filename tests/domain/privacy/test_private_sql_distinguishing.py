"""Neighbouring tables, many releases: how well can an observer tell them apart?

For an event E the privacy loss is at least ln(P(E | one table) / P(E | the other)). Both probabilities are bounded from
the counted frequencies with Chernoff's bound (error 1e-8 each), so a sound mechanism raises a false alarm less than
once in a million runs, while the mutants at the end of this file are caught.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import duckdb
import pytest

from quarantine.domain.metadata.model import Metadata
from quarantine.domain.privacy import Plan, plan, release

RUNS = 1_500
ERROR = 1e-8
EPSILON = 1.0
CROWD = [(user, "F", "M", 54, 1000) for user in range(200)]
# The person whose presence is at stake, three rows at the edge of the bounds, and alone in town "x".
PERSON = [(999, "F", "x", 90, 0)] * 3
OUTLIER = [(999, "F", "x", 10**6, 0)] * 3

Event = Callable[[Sequence[Sequence[Any]]], bool]


def bound(hits: int, runs: int, *, upper: bool) -> float:
    """The probability furthest from the frequency that Chernoff's bound still allows at ERROR."""
    seen, edge = hits / runs, 1.0 if upper else 0.0
    near, far = seen, edge
    for _ in range(60):
        middle = (near + far) / 2
        if runs * divergence(seen, middle) > math.log(1 / ERROR):
            far = middle
        else:
            near = middle
    return far


def divergence(p: float, q: float) -> float:
    parts = [a * math.log(a / b) if b > 0 else math.inf for a, b in ((p, q), (1 - p, 1 - q)) if a > 0]
    return sum(parts)


def loss(made: Plan, present: list[Any], absent: list[Any], event: Event, runs: int = RUNS) -> float:
    """A lower bound of the privacy loss that the event shows, in either direction."""
    hits = [sum(event(release(made, rows).rows) for _ in range(runs)) for rows in (present, absent)]
    ratios = []
    for one, other in (hits, hits[::-1]):
        low, high = bound(one, runs, upper=False), bound(other, runs, upper=True)
        ratios.append(math.log(low / high) if low > 0 else -math.inf)
    return max(ratios)


@pytest.fixture(scope="module")
def exact() -> Iterator[Callable[[Plan, list[tuple[Any, ...]]], list[Any]]]:
    """The statement's rows over a table of people, by DuckDB."""
    connection = duckdb.connect()
    columns = "user_id BIGINT, sex VARCHAR, town VARCHAR, age BIGINT, income BIGINT"
    rest = "region VARCHAR, active BOOLEAN, balance BIGINT, visits BIGINT, grade BIGINT, born TIMESTAMP, secret VARCHAR"
    connection.execute(f"CREATE TABLE bounded ({columns}, {rest}, phone VARCHAR)")
    # A table that is read twice.
    connection.execute("CREATE VIEW bounded1 AS SELECT * FROM bounded")

    def run(made: Plan, people: list[tuple[Any, ...]]) -> list[Any]:
        connection.execute("DELETE FROM bounded")
        connection.executemany("INSERT INTO bounded (user_id, sex, town, age, income) VALUES (?, ?, ?, ?, ?)", people)
        return connection.execute(made.statement("duckdb")).fetchall()

    yield run
    connection.close()


QUERIES: dict[str, tuple[str, Event]] = {
    "COUNT": ("SELECT COUNT(*) FROM census", lambda rows: rows[0][0] >= 203),
    "PERSONS": ("SELECT COUNT(DISTINCT user_id) FROM census", lambda rows: rows[0][0] >= 201),
    "SUM": ("SELECT SUM(age) FROM census", lambda rows: rows[0][0] >= 200 * 54 + 3 * 90),
    "AVG": ("SELECT AVG(age) FROM census", lambda rows: rows[0][0] > 54.53),
    "GROUPED": (
        "SELECT sex, COUNT(*), SUM(age) FROM census GROUP BY sex",
        lambda rows: rows[0][1] >= 203 and rows[0][2] >= 200 * 54 + 3 * 90,
    ),
    "DISTINCT": ("SELECT COUNT(DISTINCT town) FROM census", lambda rows: rows[0][0] >= 2),
    "VARIANCE": ("SELECT VAR_POP(age) FROM census", lambda rows: rows[0][0] > 15),
    "MAX": ("SELECT MAX(age) FROM census", lambda rows: rows[0][0] > 54),
    "QUANTILE": ("SELECT QUANTILE(age, 0.99) FROM census", lambda rows: rows[0][0] > 54),
    "RATIO": ("SELECT SUM(age * 2 + 1) / COUNT(*) AS r FROM census", lambda rows: rows[0][0] > 110),
    "BINNED": ("SELECT age > 60 AS old, COUNT(*) FROM census GROUP BY old", lambda rows: rows[1][1] >= 3),
    "THRESHOLD": ("SELECT town, COUNT(*) FROM census GROUP BY town", lambda rows: len(rows) > 1),
    "JOIN": (
        "SELECT COUNT(*) FROM census AS a JOIN census AS b ON a.user_id = b.user_id",
        lambda rows: rows[0][0] >= 209,
    ),
    "UNION": (
        "SELECT COUNT(*) FROM (SELECT user_id FROM census UNION ALL SELECT user_id FROM census)",
        lambda rows: rows[0][0] >= 406,
    ),
    "PER PERSON": (
        "SELECT SUM(t) FROM (SELECT SUM(age) AS t FROM census GROUP BY user_id)",
        lambda rows: rows[0][0] >= 200 * 54 + 3 * 90,
    ),
}


@pytest.mark.parametrize("name", QUERIES)
def test_the_privacy_loss_stays_under_what_is_charged(name: str, metadata: Metadata, exact: Any) -> None:
    sql, event = QUERIES[name]
    made = plan(sql, metadata, epsilon=EPSILON)
    assert loss(made, exact(made, CROWD + PERSON), exact(made, CROWD), event) <= made.cost.epsilon


# So many sums that Gaussian noise is the smaller one, and one person changes each by all that he may.
SUMS = ", ".join(f"SUM(a.age + {n})" for n in range(8))
RELAXED: dict[str, str] = {
    "JOIN": f"SELECT {SUMS} FROM census AS a JOIN census AS b ON a.user_id = b.user_id",
    "UNION OF SUMS PER PERSON": f"SELECT {SUMS} FROM (SELECT user_id, age FROM census UNION ALL SELECT user_id, "
    "MAX(age) AS age FROM census GROUP BY user_id HAVING COUNT(*) > 0) AS a",
}
DELTA, FEWER = 1e-5, 600


def between(present: Sequence[Any], absent: Sequence[Any]) -> Event:
    """That an answer is nearer to the one true answer than to the other: the most telling event of Gaussian noise."""
    middle = sum((one**2 - other**2) / 2 for one, other in zip(present, absent, strict=True))
    return lambda rows: (
        sum((one - other) * value for one, other, value in zip(present, absent, rows[0], strict=True)) > middle
    )


def telling(made: Plan, exact: Any) -> tuple[list[Any], list[Any], Event]:
    """The exact rows with and without the person, and what tells them apart best."""
    found = [exact(made, people) for people in (CROWD + PERSON, CROWD)]
    silent = replace(made, mechanisms=tuple(replace(m, name="none", scale=1e-9, rho=0.0) for m in made.mechanisms))
    truths = [[int(value) for value in release(silent, rows).rows[0]] for rows in found]
    return found[0], found[1], between(*truths)


@pytest.mark.parametrize("name", RELAXED)
def test_gaussian_noise_over_several_tables_hides_a_person_as_well(name: str, metadata: Metadata, exact: Any) -> None:
    made = plan(RELAXED[name], metadata, epsilon=EPSILON, gaussian_delta=DELTA)
    assert {mechanism.name for mechanism in made.mechanisms} == {"discrete Gaussian"}
    # P(E) <= e^epsilon P(E') + delta; delta is far below what so few runs can see of P(E).
    assert loss(made, *telling(made, exact), FEWER) <= made.cost.epsilon
    narrow = replace(made, mechanisms=tuple(replace(m, scale=m.scale / 10) for m in made.mechanisms))
    assert loss(narrow, *telling(narrow, exact), FEWER) > made.cost.epsilon


def test_a_lonely_group_is_shown_no_oftener_than_delta(metadata: Metadata, exact: Any) -> None:
    made = plan(QUERIES["THRESHOLD"][0], metadata, epsilon=EPSILON)
    rows = exact(made, CROWD + PERSON)
    # Three sightings in this many runs have a chance below 1e-10 at a delta of 1e-7.
    assert sum(("x" in release(made, rows).csv()) for _ in range(RUNS)) < 3


def halved(made: Plan) -> Plan:
    return replace(made, mechanisms=tuple(replace(m, scale=m.scale / 2) for m in made.mechanisms))


def unclamped(made: Plan) -> Plan:
    return replace(made, measurements=tuple(replace(m, lower=-(10**9), upper=10**9) for m in made.measurements))


def unthresholded(made: Plan) -> Plan:
    return replace(made, mechanisms=tuple(replace(m, threshold=made.contribution_bound) for m in made.mechanisms))


def multiplied(made: Plan) -> Plan:
    """The noise of a join as if a person had as many rows as in one of its tables."""
    return replace(made, mechanisms=tuple(replace(m, scale=m.scale / 3) for m in made.mechanisms))


@pytest.mark.parametrize(
    ("name", "mutate", "person"),
    [
        ("COUNT", halved, PERSON),
        ("JOIN", multiplied, PERSON),
        ("SUM", unclamped, OUTLIER),
        ("THRESHOLD", unthresholded, PERSON),
    ],
)
def test_a_broken_mechanism_is_caught(
    name: str, mutate: Callable[[Plan], Plan], person: list[Any], metadata: Metadata, exact: Any
) -> None:
    sql, event = QUERIES[name]
    made = mutate(plan(sql, metadata, epsilon=EPSILON))
    assert loss(made, exact(made, CROWD + person), exact(made, CROWD), event) > made.cost.epsilon


def test_the_clamp_protects_against_an_outlier(metadata: Metadata, exact: Any) -> None:
    sql, event = QUERIES["SUM"]
    made = plan(sql, metadata, epsilon=EPSILON)
    assert loss(made, exact(made, CROWD + OUTLIER), exact(made, CROWD), event) <= made.cost.epsilon

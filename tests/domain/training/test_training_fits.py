"""With little noise, what is fitted is what the rows say; the metrics say how well."""

import random
from typing import Any

import pytest

from quarantine.domain.privacy import Policy
from quarantine.domain.training.declaration import Declaration
from quarantine.domain.training.training import Fitted, fit, plan
from trained import Over, described

DRAWN = random.Random(7)


def people(count: int = 400) -> list[dict[str, Any]]:
    """Older people with a large x are rich, and income is a straight line of both."""
    found = []
    for number in range(count):
        age, x = DRAWN.randint(18, 90), DRAWN.uniform(-3, 3)
        income = min(120_000.0, max(0.0, 500.0 * age + 8_000.0 * x + 30_000))
        more = {"sex": DRAWN.choice("fm"), "town": DRAWN.choice(["it's", "b", "c"]), "rich": age / 20 + x > 2.7}
        found.append({"id": number, "age": age, "x": round(x * 10**6), "income": round(income * 1000), **more})
    return found


def fitted(over: Over, name: str, target: str | None, epsilon: float = 1000.0, **more: Any) -> Fitted:
    declared = Declaration(estimator=name, target=target, **more)
    return fit(plan(described(), Policy(), declared, epsilon), over(people()))


@pytest.mark.parametrize(
    ("name", "target", "metric", "least"),
    [
        ("LogisticRegression", "rich", "accuracy", 0.9),
        ("GaussianNB", "rich", "accuracy", 0.85),
        ("RandomForestClassifier", "rich", "accuracy", 0.6),
        ("LinearRegression", "income", "r2", 0.97),
        ("Ridge", "income", "r2", 0.97),
    ],
)
def test_a_supervised_model_learns_what_there_is_to_learn(
    over: Over, name: str, target: str, metric: str, least: float
) -> None:
    assert fitted(over, name, target).metrics[metric] >= least


def test_components_are_the_directions_of_most_variance(over: Over) -> None:
    found = fitted(over, "PCA", None, features=("age", "x"), parameters={"n_components": 2})
    shares = list(found.metrics.values())
    assert 0.99 < sum(shares) < 1.01
    assert shares == sorted(shares, reverse=True)
    lengths = [sum(each * each for each in axis) for axis in found.model.weights]
    assert lengths == pytest.approx([1.0, 1.0])


def test_centres_lie_where_the_rows_are(over: Over) -> None:
    found = fitted(over, "KMeans", None, features=("age", "x"), parameters={"n_clusters": 4})
    assert found.metrics["mean_squared_distance"] < 0.5, "all rows at one centre would be about 0.67"


def test_the_same_fit_twice_is_not_the_same_model(over: Over) -> None:
    one, other = (fitted(over, "GaussianNB", "rich", 1.0).model for _ in range(2))
    assert one != other

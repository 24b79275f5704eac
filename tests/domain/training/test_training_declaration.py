"""What may be trained, what is refused and why, and what it costs: from metadata and declaration alone."""

from fractions import Fraction
from typing import Any

import msgspec
import pytest

from quarantine.domain.errors import Refused
from quarantine.domain.privacy import Policy
from quarantine.domain.training.catalogue import NAMES
from quarantine.domain.training.declaration import Declaration, read_declaration
from quarantine.domain.training.training import plan
from trained import TARGETS, described, trained


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("epsilon", [0.1, 1.0, 0.3, 7.7])
def test_all_questions_of_a_fit_together_cost_no_more_than_its_epsilon(name: str, epsilon: float) -> None:
    training = trained(name, epsilon=epsilon)
    assert sum(Fraction(each.epsilon) for each in training.mechanisms) <= Fraction(epsilon)
    assert training.cost.epsilon == epsilon
    assert training.cost.delta == 0


@pytest.mark.parametrize("name", NAMES)
def test_the_noise_grows_with_the_rows_that_a_person_may_have(name: str) -> None:
    declared = Declaration(estimator=name, target=TARGETS.get(name, "rich"))
    one, five = (plan(described(max_ids=k), Policy(), declared, 1.0) for k in (1, 5))
    assert [5 * each.sensitivity for each in one.mechanisms] == [each.sensitivity for each in five.mechanisms]


def test_features_and_target_are_the_metadatas_where_the_declaration_names_none() -> None:
    training = trained("GaussianNB", target=None)
    assert [each.column for each in training.problem.inputs] == ["age", "x", "sex", "town"]
    assert training.problem.target is not None
    assert training.problem.target.column == "rich"
    assert training.problem.features == 6, "two values are one feature, three are three"


@pytest.mark.parametrize(
    ("declared", "reason"),
    [
        ({"estimator": "SVC"}, "cannot be fitted privately"),
        ({"estimator": ""}, "cannot be fitted privately"),
        ({"estimator": "GaussianNB", "parameters": {"random_state": 1}}, "no seeds"),
        ({"estimator": "GaussianNB", "parameters": {"epsilon": 100}}, "whole price"),
        ({"estimator": "GaussianNB", "parameters": {"bounds": "x"}}, "come from the metadata"),
        ({"estimator": "GaussianNB", "parameters": {"priors": "x"}}, "no parameter"),
        ({"estimator": "LogisticRegression", "parameters": {"C": 0}}, "expected a number from"),
        ({"estimator": "LogisticRegression", "parameters": {"C": "1"}}, "expected a number from"),
        ({"estimator": "LogisticRegression", "parameters": {"penalty": "l1"}}, "only 'l2'"),
        ({"estimator": "KMeans", "parameters": {"n_clusters": 2.5}}, "expected a whole number"),
        ({"estimator": "PCA", "parameters": {"n_components": 7}}, "there are 6 features only"),
        ({"estimator": "GaussianNB", "features": ["age", "nothing"]}, "no column nothing"),
        ({"estimator": "GaussianNB", "features": ["age", "id"]}, "the data owner keeps"),
        ({"estimator": "GaussianNB", "features": ["secret"]}, "the data owner keeps"),
        ({"estimator": "GaussianNB", "features": ["name"]}, "allowed_values"),
        ({"estimator": "GaussianNB", "features": ["open"]}, "no declared lower and upper bound"),
        ({"estimator": "GaussianNB", "features": ["wide"]}, "too far apart"),
        ({"estimator": "GaussianNB", "features": ["seen"]}, "cannot be learned as a number"),
        ({"estimator": "GaussianNB", "features": ["age", "age"]}, "named twice"),
        ({"estimator": "GaussianNB", "features": ["rich"], "target": "rich"}, "cannot be a feature as well"),
        ({"estimator": "GaussianNB", "features": []}, "no features"),
        ({"estimator": "GaussianNB", "target": "income"}, "allowed_values the metadata declares"),
        ({"estimator": "GaussianNB", "target": "name"}, "allowed_values the metadata declares"),
        ({"estimator": "LinearRegression", "target": "rich", "features": ["age"]}, "cannot be learned as a number"),
        ({"estimator": "RandomForestClassifier", "parameters": {"n_estimators": 100, "max_depth": 8}}, "leaves"),
    ],
)
def test_what_cannot_be_made_private_is_refused_with_the_reason(declared: dict[str, Any], reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        plan(described(), Policy(), msgspec.convert(declared, Declaration), 1.0)


@pytest.mark.parametrize("policy", [Policy(hidden=("AGE",)), Policy(private=("age",))])
def test_columns_that_the_owner_keeps_are_not_trained_on(policy: Policy) -> None:
    with pytest.raises(Refused, match="the data owner keeps"):
        trained("GaussianNB", policy=policy, features=("age", "x"))
    left = trained("GaussianNB", policy=policy)
    assert "age" not in [each.column for each in left.problem.inputs]


@pytest.mark.parametrize("epsilon", [0.0, -1.0, float("nan"), float("inf"), 1e9, 1e-300])
def test_an_epsilon_that_is_no_price_is_refused(epsilon: float) -> None:
    with pytest.raises(Refused, match="target-epsilon"):
        trained("GaussianNB", epsilon=epsilon)


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"\xff", b'{"estimator": 1}', b'{"estimator": "PCA", "more": 1}', b'{"parameters": {"a": [1]}}'],
)
def test_a_sandbox_that_tells_something_else_is_not_believed(content: bytes) -> None:
    with pytest.raises(Refused, match="not understood"):
        read_declaration(content)


def test_the_reason_that_a_sandbox_gives_is_one_line() -> None:
    with pytest.raises(Refused) as refused:
        read_declaration(msgspec.json.encode({"refused": "setup_data\r\ncomputes on rows" + "x" * 10_000}))
    assert "\n" not in refused.value.message
    assert len(refused.value.message) <= 500

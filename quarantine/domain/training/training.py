"""The trusted trainer: a declaration to a problem with its price, a problem and noisy sums to a model with its metrics.

Nothing of it reads a row. The price is found by going through the fit without data; the real fit may ask only what was
priced, in the same order and with the same noise.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction

import msgspec

from quarantine.domain.errors import Refused
from quarantine.domain.metadata.model import Metadata, Table
from quarantine.domain.privacy import noise
from quarantine.domain.privacy.cost import Cost
from quarantine.domain.privacy.model import Mechanism
from quarantine.domain.privacy.policy import Policy
from quarantine.domain.training import encoding, moments
from quarantine.domain.training.bayes import bayes
from quarantine.domain.training.catalogue import Kind, kind_of, parameters_of
from quarantine.domain.training.clusters import clusters
from quarantine.domain.training.declaration import Declaration
from quarantine.domain.training.encoding import Problem
from quarantine.domain.training.forest import forest
from quarantine.domain.training.measures import Ask, Asking, Pricing, Row, Sums
from quarantine.domain.training.metrics import measured
from quarantine.domain.training.model import Model

# One part of epsilon in so many is for the metrics of the fit.
PARTS = 10
LEAST_EPSILON, LARGEST_EPSILON = 1e-6, 1e3
_FITS: dict[Kind, Callable[[Problem, Ask, float], Model]] = {
    Kind.LINEAR: moments.linear,
    Kind.LOGISTIC: moments.logistic,
    Kind.BAYES: bayes,
    Kind.FOREST: forest,
    Kind.CLUSTERS: clusters,
}


class Fitted(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a fit: all of it is private already."""

    model: Model
    metrics: dict[str, float]


class Training(msgspec.Struct, frozen=True, kw_only=True):
    """A problem with the epsilon that it may cost, and the mechanisms that it costs."""

    problem: Problem
    epsilon: float
    mechanisms: tuple[Mechanism, ...]

    @property
    def cost(self) -> Cost:
        """The whole price; the noise is discrete Laplace throughout, so that there is no delta."""
        return Cost(self.epsilon)

    def ledger_entries(self) -> list[dict[str, object]]:
        """The mechanisms as JSON values, for the ledger."""
        fields = Mechanism.__dataclass_fields__
        return [{field: getattr(each, field) for field in fields} for each in self.mechanisms]


def plan(metadata: Metadata, policy: Policy, declared: Declaration, epsilon: float) -> Training:
    """What the declaration means for this dataset, and what it costs; raises Refused, before anything is charged."""
    if not LEAST_EPSILON <= epsilon <= LARGEST_EPSILON:
        raise Refused(f"target-epsilon: expected a number from {LEAST_EPSILON:g} to {LARGEST_EPSILON:g}")
    kind = kind_of(declared.estimator)
    parameters = parameters_of(kind, declared.parameters)
    problem = encoding.problem(_table(metadata), policy, kind, parameters, declared)
    pricing = Pricing(problem.contribution)
    _fit(problem, pricing, epsilon)
    if sum(Fraction(each.epsilon) for each in pricing.mechanisms) > Fraction(epsilon):
        raise ArithmeticError("the questions of a fit cost more than its epsilon")
    return Training(problem=problem, epsilon=epsilon, mechanisms=tuple(pricing.mechanisms))


def fit(training: Training, exact: Callable[[Sums], Sequence[Row]]) -> Fitted:
    """The model and its metrics; `exact` gives a statement's rows and is asked after the charge only."""
    return _fit(training.problem, Asking(training.problem, training.mechanisms, exact), training.epsilon)


def _fit(problem: Problem, ask: Ask, epsilon: float) -> Fitted:
    if problem.kind is Kind.COMPONENTS:
        model, shares = moments.components(problem, ask, epsilon)
        return Fitted(model=model, metrics={f"explained_variance_ratio_{i}": each for i, each in enumerate(shares)})
    part, rest = noise.shares(epsilon, (1.0, PARTS - 1.0))
    model = _FITS[problem.kind](problem, ask, rest)
    return Fitted(model=model, metrics=measured(problem, model, ask, part))


def _table(metadata: Metadata) -> Table:
    if len(metadata.tables) != 1:
        raise Refused("the trusted trainer learns from a dataset of one table; attach such a one")
    return metadata.tables[0]

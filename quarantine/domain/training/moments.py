"""Linear and logistic regression and principal components: all three from the noisy second moments of the features.

Linear: least squares by perturbed sufficient statistics (Vu, Slavkovic: *Differential Privacy for Clinical Trial Data*,
ICDMW 2009; Wang: *Revisiting Differentially Private Linear Regression*, UAI 2018). Logistic: the loss to second order
(Zhang et al.: *Functional Mechanism*, VLDB 2012; Huggins et al.: *PASS-GLM*, NeurIPS 2017), one class against the rest.
Components: the eigenvectors of the noisy covariance (Blum, Dwork, McSherry, Nissim: *SuLQ*, PODS 2005).
"""

import itertools
import math
from typing import TYPE_CHECKING, NamedTuple

from quarantine.domain.training.encoding import Problem
from quarantine.domain.training.measures import UNIT, Ask, Measure, mechanism, product, rows_and_features, square, steps
from quarantine.domain.training.model import Model

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[tuple[int, ...], np.dtype[np.float64]]

NAME = "moments of the features"


class Moments(NamedTuple):
    """Noisy sums over the rows: of all products of (1, features), of the target's with them, and the noise's spread.

    The target's are a column for each class (how often it is there), or one of the number.
    """

    products: "Array"
    targets: "Array"
    spread: float


def linear(problem: Problem, ask: Ask, epsilon: float) -> Model:
    """Least squares with the ridge that the declaration asks for, and as much more as the noise needs."""
    found = _moments(problem, ask, epsilon)
    weights = _solved(found, problem.parameters["alpha"])
    return Model(bias=[float(weights[0, 0])], weights=[[float(each) for each in weights[1:, 0]]])


def logistic(problem: Problem, ask: Ask, epsilon: float) -> Model:
    """One class against the rest; the difference of a class's score and the others' is the logarithm of its odds."""
    found = _moments(problem, ask, epsilon)
    # To second order the loss of t (1 or -1) is least at twice the least squares of t.
    signs = found._replace(targets=2 * found.targets - found.products[:, :1])
    weights = 2 * _solved(signs, 4 / problem.parameters["C"])
    # Of two classes both have the same odds, one for and one against: half of it each.
    weights = weights / 2 if len(problem.labels) == 2 else weights
    return Model(
        bias=[float(each) for each in weights[0]], weights=[[float(each) for each in row] for row in weights[1:].T]
    )


def components(problem: Problem, ask: Ask, epsilon: float) -> tuple[Model, list[float]]:
    """The directions of the largest variance, and the share of the variance that each explains."""
    import numpy as np

    products = _moments(problem, ask, epsilon).products
    rows = max(1.0, products[0, 0])
    mean = np.clip(products[0, 1:] / rows, -1, 1)
    covariance = products[1:, 1:] / rows - np.outer(mean, mean)
    variances, directions = np.linalg.eigh(covariance)
    wanted = int(problem.parameters.get("n_components", problem.features))
    kept = np.maximum(variances[::-1], 0.0)
    axes = directions[:, ::-1][:, :wanted].T
    shares = kept[:wanted] / max(float(kept.sum()), 1e-12)
    model = Model(bias=[float(-axis @ mean) for axis in axes], weights=[[float(each) for each in a] for a in axes])
    return model, [float(share) for share in shares]


def _moments(problem: Problem, ask: Ask, epsilon: float) -> Moments:
    import numpy as np

    size = problem.features
    measures = [_products(problem), *_class_sums(problem)]
    cells = ask(NAME, measures, epsilon)
    numbers = iter(cells[0][0])
    products = np.zeros((size + 1, size + 1))
    products[0, :] = products[:, 0] = [next(numbers) for _ in range(size + 1)]
    for i, j in itertools.combinations_with_replacement(range(1, size + 1), 2):
        # Squares were measured around the middle of their range.
        products[i, j] = products[j, i] = next(numbers) + (products[0, 0] / 2 if i == j else 0.0)
    rest = list(numbers)
    targets = np.array([rest]) if rest else np.array(cells[1] if len(cells) > 1 else np.zeros((0, size + 1)))
    scale = mechanism(NAME, measures, epsilon, problem.contribution).scale
    return Moments(products, targets.T, math.sqrt(2) * scale / UNIT)


def _products(problem: Problem) -> Measure:
    names = [f"z{i}" for i in range(problem.features)]
    values = list(rows_and_features(problem.features))
    for one, other in itertools.combinations_with_replacement(names, 2):
        values.append(square(one) if one == other else product(one, other))
    if problem.target is not None and not problem.kind.classifies:
        values += [steps("y"), *(product("y", name) for name in names)]
    return Measure(tuple(values))


def _class_sums(problem: Problem) -> list[Measure]:
    """How many rows are of each class, and the sums of their features."""
    if not problem.labels:
        return []
    return [Measure(rows_and_features(problem.features), cell=("y",), cells=len(problem.labels))]


def _solved(found: Moments, ridge: float) -> "Array":
    """The ridge regression of the targets: what is left of the noise's eigenvalues is at least its own size."""
    import numpy as np

    size = len(found.products)
    noise = found.spread * math.sqrt(size)
    values, vectors = np.linalg.eigh(found.products)
    kept = np.maximum(values, noise) + ridge + noise
    return vectors @ ((vectors.T @ found.targets) / kept[:, None])  # type: ignore[no-any-return]

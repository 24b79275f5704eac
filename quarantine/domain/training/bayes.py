"""Gaussian naive Bayes: of each class the noisy count, sums and sums of squares of every feature.

Vaidya, Shafiq, Basu, Hong: *Differentially Private Naive Bayes Classification*, WI-IAT 2013, with the number of rows
protected as well.
"""

import math

from quarantine.domain.training.encoding import Problem
from quarantine.domain.training.measures import Ask, Measure, rows_and_features, square
from quarantine.domain.training.model import LARGEST_SQUARE, Model

# The narrowest that a feature can be known to lie: a scale in SQL has no more digits.
_LEAST_VARIANCE = 1 / LARGEST_SQUARE


def bayes(problem: Problem, ask: Ask, epsilon: float) -> Model:
    """A normal distribution for each class and feature; the score is the logarithm of class and features together."""
    squares = [square(f"z{i}") for i in range(problem.features)]
    measure = Measure((*rows_and_features(problem.features), *squares), cell=("y",), cells=len(problem.labels))
    (cells,) = ask("counts, sums and squares of each class", [measure], epsilon)
    counts = [max(1.0, cell[0]) for cell in cells]
    made = [_scores(cell, count, problem) for cell, count in zip(cells, counts, strict=True)]
    priors = [math.log(count / sum(counts)) for count in counts]
    return Model(
        bias=[prior + bias for prior, (bias, _, _) in zip(priors, made, strict=True)],
        weights=[weights for _, weights, _ in made],
        squares=[factors for _, _, factors in made],
    )


def _scores(cell: list[float], count: float, problem: Problem) -> tuple[float, list[float], list[float]]:
    """The logarithm of the density: a constant, and what goes with each feature and its square."""
    size = problem.features
    bias, weights, factors = 0.0, [], []
    for total, squared in zip(cell[1 : size + 1], cell[size + 1 :], strict=True):
        mean = max(-1.0, min(1.0, total / count))
        least = max(_LEAST_VARIANCE, problem.parameters["var_smoothing"])
        variance = max(least, min(1.0, squared / count + 0.5 - mean * mean))
        bias -= (math.log(2 * math.pi * variance) + mean * mean / variance) / 2
        weights.append(mean / variance)
        factors.append(-0.5 / variance)
    return bias, weights, factors

"""k-means: centres drawn without looking at any row, and rounds in which noisy sums move them.

Blum, Dwork, McSherry, Nissim: *SuLQ*, PODS 2005; Su et al.: *Differentially Private K-Means Clustering*, CODASPY 2016.
"""

import secrets

from quarantine.domain.privacy.noise import shares
from quarantine.domain.training.encoding import STEPS, Problem
from quarantine.domain.training.measures import Ask, Measure, largest, rows_and_features
from quarantine.domain.training.model import Model

ROUNDS = 5
Centres = list[list[float]]


def clusters(problem: Problem, ask: Ask, epsilon: float) -> Model:
    """Centres after a fixed number of rounds: how many were needed would tell of the data."""
    number = int(problem.parameters["n_clusters"])
    centres = _spread(number, problem.features)
    for turn, share in enumerate(shares(epsilon, [1.0] * ROUNDS)):
        measure = Measure(
            rows_and_features(problem.features), cell=(largest(number),), cells=number, scores=_model(centres).scores()
        )
        (cells,) = ask(f"counts and sums of each cluster, round {turn + 1}", [measure], share)
        centres = [_moved(centre, cell) for centre, cell in zip(centres, cells, strict=True)]
    return _model(centres)


def _model(centres: Centres) -> Model:
    """The nearest centre has the largest score: 2 x c - c c."""
    return Model(
        bias=[-sum(each * each for each in c) for c in centres], weights=[[2 * each for each in c] for c in centres]
    )


def _spread(number: int, features: int) -> Centres:
    """Points that keep away from each other: of some drawn ones, always the one that is farthest from the others."""
    found = [_point(features)]
    while len(found) < number:
        drawn = [_point(features) for _ in range(16)]
        found.append(max(drawn, key=lambda point: min(_distance(point, other) for other in found)))
    return found


def _point(features: int) -> list[float]:
    return [secrets.randbelow(2 * STEPS + 1) / STEPS - 1 for _ in range(features)]


def _distance(one: list[float], other: list[float]) -> float:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


def _moved(centre: list[float], cell: list[float]) -> list[float]:
    count = cell[0]
    if count < 1:
        return centre
    return [max(-1.0, min(1.0, total / count)) for total in cell[1:]]

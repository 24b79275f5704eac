"""A random forest: splits drawn without looking at any row, and the noisy counts of the classes in every leaf.

Jagannathan, Pillaipakkamnatt, Wright: *A Practical Differentially Private Random Decision Tree Classifier*, 2009.
All rows go through all trees: one row changes one count of each.
"""

import secrets

from quarantine.domain.training.encoding import STEPS, Problem
from quarantine.domain.training.measures import ROWS, Ask, Measure
from quarantine.domain.training.model import Model, Tree


def forest(problem: Problem, ask: Ask, epsilon: float) -> Model:
    """Trees whose leaves hold the share of each class."""
    trees, depth = int(problem.parameters["n_estimators"]), int(problem.parameters["max_depth"])
    drawn = [_drawn(problem.features, depth) for _ in range(trees)]
    classes = len(problem.labels)
    measures = [
        Measure((ROWS,), cell=("(", *tree.leaf(), f") * {classes} + y"), cells=2**depth * classes) for tree in drawn
    ]
    answers = ask("rows of each class in each leaf", measures, epsilon)
    return Model(trees=[_grown(tree, cells, classes) for tree, cells in zip(drawn, answers, strict=True)])


def _drawn(features: int, depth: int) -> Tree:
    """Splits of the part of the space that is left, so that no leaf is empty of necessity."""
    made = Tree([0] * (2**depth - 1), [0] * (2**depth - 1))
    _split(made, 0, [(-STEPS, STEPS)] * features)
    return made


def _split(tree: Tree, node: int, bounds: list[tuple[int, int]]) -> None:
    if node >= len(tree.features):
        return
    feature = secrets.randbelow(len(bounds))
    lower, upper = bounds[feature]
    threshold = lower + secrets.randbelow(max(1, upper - lower))
    tree.features[node], tree.thresholds[node] = feature, threshold
    for side, part in ((1, (lower, threshold)), (2, (min(threshold + 1, upper), upper))):
        _split(tree, 2 * node + side, [*bounds[:feature], part, *bounds[feature + 1 :]])


def _grown(tree: Tree, cells: list[list[float]], classes: int) -> Tree:
    counts = [max(0.0, cell[0]) for cell in cells]
    leaves = [_shares(counts[i : i + classes]) for i in range(0, len(counts), classes)]
    return Tree(tree.features, tree.thresholds, leaves)


def _shares(counts: list[float]) -> list[float]:
    # One row more of each: a leaf of which little is known says little.
    total = sum(counts) + len(counts)
    return [(count + 1) / total for count in counts]

"""The exported model predicts what was fitted, from the columns' own units, in a runtime that is not ours."""

import random
from collections.abc import Sequence
from typing import Any

import numpy as np
import onnxruntime
import pytest

from quarantine.domain.training.catalogue import NAMES, Kind
from quarantine.domain.training.encoding import STEPS, Problem
from quarantine.domain.training.model import Model, Tree
from quarantine.worker.onnx_export import exported
from trained import trained

DRAWN = random.Random(3)


def row(problem: Problem) -> list[float]:
    """A row within the bounds and now and then beyond them; a string is the place of its value."""
    return [
        float(DRAWN.randrange(len(each.values))) if each.values else each.middle + each.half * DRAWN.uniform(-1.3, 1.3)
        for each in problem.inputs
    ]


def features(problem: Problem, given: Sequence[float]) -> list[float]:
    """The same row as features between -1 and 1, by the definition."""
    found: list[float] = []
    for each, cell in zip(problem.inputs, given, strict=True):
        if each.features > 1:
            found += [1.0 if cell == code else -1.0 for code in range(each.features)]
        else:
            found.append(max(-1.0, min(1.0, (cell - each.middle) / each.half)))
    return found


def scores(model: Model, z: list[float]) -> list[float]:
    """The scores by the definition."""
    if model.trees:
        return list(np.mean([leaf(tree, z) for tree in model.trees], axis=0))
    squares = model.squares or [[0.0] * len(z)] * len(model.bias)
    return [
        bias
        + sum(w * x for w, x in zip(weights, z, strict=True))
        + sum(q * x * x for q, x in zip(square, z, strict=True))
        for bias, weights, square in zip(model.bias, model.weights, squares, strict=True)
    ]


def leaf(tree: Tree, z: list[float]) -> list[float]:
    """The shares of the leaf that a row falls into."""
    node = 0
    while node < len(tree.features):
        node = 2 * node + (1 if z[tree.features[node]] * STEPS <= tree.thresholds[node] + 0.5 else 2)
    return tree.leaves[node - len(tree.features)]


def drawn(problem: Problem) -> Model:
    """A model of random numbers in the shape of the problem's."""

    def numbers(count: int) -> list[float]:
        return [DRAWN.uniform(-2, 2) for _ in range(count)]

    count = max(1, len(problem.labels)) if problem.kind.supervised else 3
    if problem.kind is Kind.FOREST:
        splits = [
            Tree(
                [DRAWN.randrange(problem.features) for _ in range(7)],
                [DRAWN.randrange(-STEPS, STEPS) for _ in range(7)],
                [[share, 1 - share] for share in (DRAWN.random() for _ in range(8))],
            )
            for _ in range(5)
        ]
        return Model(trees=splits)
    squares = [numbers(problem.features) for _ in range(count)] if problem.kind is Kind.BAYES else []
    return Model(bias=numbers(count), weights=[numbers(problem.features) for _ in range(count)], squares=squares)


@pytest.mark.parametrize("name", NAMES)
def test_the_file_predicts_what_the_definition_says(name: str) -> None:
    problem = trained(name).problem
    model = drawn(problem)
    session = onnxruntime.InferenceSession(exported(problem, model))
    given = [row(problem) for _ in range(200)]
    names = [each.name for each in session.get_outputs()]
    outputs: dict[str, Any] = dict(zip(names, session.run(None, {"X": given}), strict=True))
    for place, each in enumerate(given):
        wanted = scores(model, features(problem, each))
        if "label" in outputs:
            assert outputs["label"][place] == int(np.argmax(wanted))
        elif problem.target is not None:
            number = max(-1.0, min(1.0, wanted[0])) * problem.target.half + problem.target.middle
            assert outputs["variable"][place][0] == pytest.approx(number)
        else:
            assert list(outputs["variable"][place]) == pytest.approx(wanted)
        if "probabilities" in outputs:
            assert sum(outputs["probabilities"][place]) == pytest.approx(1.0, abs=1e-5)


def test_the_file_holds_the_graph_and_nothing_that_runs_by_itself() -> None:
    problem = trained("GaussianNB").problem
    content = exported(problem, drawn(problem))
    assert b"pickle" not in content
    assert content[:2] == b"\x08\x08", "an ONNX file of this version begins so"

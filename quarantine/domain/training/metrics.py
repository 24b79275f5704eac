"""How well a model fits the rows that it was fitted to, measured with noise like everything else, for its own price."""

from quarantine.domain.privacy.fragments import Fragments
from quarantine.domain.privacy.integers import big
from quarantine.domain.training.catalogue import Kind
from quarantine.domain.training.encoding import STEPS, Problem
from quarantine.domain.training.measures import ROWS, UNIT, Ask, Measure, Value, largest, quotient, square, steps
from quarantine.domain.training.model import FRACTION, Model


def measured(problem: Problem, model: Model, ask: Ask, epsilon: float) -> dict[str, float]:
    """Accuracy of a classifier, R2 of a regression, mean squared distance to the nearest centre of k-means."""
    if problem.kind.classifies:
        return _accuracy(problem, model, ask, epsilon)
    if problem.kind is Kind.LINEAR:
        return _r2(model, ask, epsilon)
    return _inertia(problem, model, ask, epsilon)


def _accuracy(problem: Problem, model: Model, ask: Ask, epsilon: float) -> dict[str, float]:
    right = Value((f"CASE WHEN {_right(len(problem.labels))} THEN 1 ELSE 0 END",), 1, 1)
    count, correct = _asked("rows, and those classified rightly", (ROWS, right), model.scores(), ask, epsilon)
    return {"accuracy": _between(correct / max(1.0, count), 0.0, 1.0)}


def _right(classes: int) -> str:
    """Whether a row's own class has the largest score, as SQL; the first of equal ones counts."""
    cases = []
    for i in range(classes):
        beats = "".join(f" AND s{i} {'>' if j < i else '>='} s{j}" for j in range(classes) if j != i)
        cases.append(f"(y = {i}{beats})")
    return " OR ".join(cases)


def _r2(model: Model, ask: Ask, epsilon: float) -> dict[str, float]:
    """An error of more than half of the target's range counts as that."""
    by = FRACTION // STEPS
    predicted = _clamped("s0", FRACTION)
    error = ("(y - ", *quotient((predicted,), by, STEPS), ")")
    size: Fragments = (
        "CASE WHEN ",
        *error,
        f" > {STEPS} THEN {STEPS} WHEN ",
        *error,
        f" < {-STEPS} THEN {-STEPS} ELSE ",
    )
    kept: Fragments = ("(", *size, *error, " END)")
    values = (
        ROWS,
        steps("y"),
        square("y"),
        square(*kept),
    )
    count, total, squares, errors = _asked(
        "rows, the target's variance and the errors", values, model.scores(), ask, epsilon
    )
    count = max(1.0, count)
    variance = max(1 / UNIT, squares / count + 0.5 - (total / count) ** 2)
    return {"r2": _between(1 - max(0.0, errors / count + 0.5) / variance, -1.0, 1.0)}


def _inertia(problem: Problem, model: Model, ask: Ask, epsilon: float) -> dict[str, float]:
    """In steps of 1 / STEPS, of at most 4 for each feature, which is the largest there can be."""
    size = 4 * problem.features
    length = " + ".join(f"z{i} * z{i}" for i in range(problem.features))
    distance = f"(({length}) * {big(FRACTION // UNIT)} - ({largest(len(model.bias), 's')}))"
    most = size * FRACTION
    kept = f"(CASE WHEN {distance} < 0 THEN 0 WHEN {distance} > {most} THEN {most} ELSE {distance} END)"
    value = Value(quotient((kept,), FRACTION // STEPS, 0), size * STEPS, STEPS)
    count, total = _asked("rows, and their distances from the centres", (ROWS, value), model.scores(), ask, epsilon)
    return {"mean_squared_distance": _between(total / max(1.0, count), 0.0, float(size))}


def _asked(
    name: str, values: tuple[Value, ...], scores: tuple[Fragments, ...], ask: Ask, epsilon: float
) -> list[float]:
    (cells,) = ask(name, [Measure(values, scores=scores)], epsilon)
    return cells[0]


def _clamped(name: str, size: int) -> str:
    return f"(CASE WHEN {name} > {size} THEN {size} WHEN {name} < {-size} THEN {-size} ELSE {name} END)"


def _between(value: float, lower: float, upper: float) -> float:
    return max(lower, min(upper, value))

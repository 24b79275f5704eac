"""What a fit asks of the data: exact sums of small integers over all rows, and the discrete noise that goes on them.

A row falls into one cell of a measure and adds at most its bound to each of the cell's values, whatever it holds. So
the rows of one person change all cells of all measures of one question together by `contribution` times the sum of the
bounds: that is the sensitivity (L1) that the noise is made for.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from quarantine.domain.errors import Refused
from quarantine.domain.privacy import noise
from quarantine.domain.privacy.fragments import Fragment, Fragments, Quotient
from quarantine.domain.privacy.model import Mechanism
from quarantine.domain.privacy.statement import DIALECTS, Dialect, written
from quarantine.domain.training.encoding import STEPS, Problem

# All values are counted in this unit, the product of two features, so that one noise serves them all.
UNIT = STEPS * STEPS
# PostgreSQL's longest list of columns is 1664.
MOST_COLUMNS = 1_600
Row = tuple[object, ...]
Cells = list[list[float]]


@dataclass(frozen=True, slots=True)
class Value:
    """An integer of a row, of at most `bound` in size; `unit` of it are one."""

    sql: Fragments
    bound: int
    unit: int


ROWS = Value(("1",), 1, 1)


def steps(name: str) -> Value:
    """An encoded column, or what is of its size."""
    return Value((name,), STEPS, STEPS)


def product(one: str, other: str) -> Value:
    """Of two encoded columns."""
    return Value((f"{one} * {other}",), UNIT, UNIT)


def square(*piece: Fragment) -> Value:
    """Of an encoded column, or what is of its size, around the middle of a square's range: half the sensitivity.

    A half for each row is to be added to the sum.
    """
    return Value((*piece, " * ", *piece, f" - {UNIT // 2}"), UNIT // 2, UNIT)


def rows_and_features(count: int) -> tuple[Value, ...]:
    """The rows, and all encoded features."""
    return (ROWS, *(steps(f"z{i}") for i in range(count)))


@dataclass(frozen=True, slots=True)
class Measure:
    """Sums of values by cell; `cell` is a number from 0 to `cells`, of which every one comes back."""

    values: tuple[Value, ...]
    cell: Fragments = ("0",)
    cells: int = 1
    # What is computed of a row before: s0, s1, ...
    scores: tuple[Fragments, ...] = ()

    @property
    def sensitivity(self) -> int:
        """How much one row changes all cells together, in 1 / UNIT."""
        return sum(UNIT // value.unit * value.bound for value in self.values)


@dataclass(frozen=True, slots=True)
class Sums:
    """One measure as a statement, for whatever engine holds the bounded copy."""

    problem: Problem
    measure: Measure

    def statement(self, dialect: str, relation: str | tuple[str, ...]) -> str:
        """The SQL: a row for each cell that is not empty, its number and then the sums."""
        speech = DIALECTS[dialect]
        values = [
            f"{speech.total.format(f'({written(v.sql, speech)})')} AS m{i}" for i, v in enumerate(self.measure.values)
        ]
        rest = self._rows(speech, relation)
        cell = f"{written(self.measure.cell, speech)} AS cell"
        return f"SELECT {', '.join([cell, *values])} FROM ({rest}) AS scored GROUP BY 1"  # noqa: S608 - own words

    def _rows(self, speech: Dialect, relation: str | tuple[str, ...]) -> str:
        """The encoded rows that take part, with their scores."""
        parts = (relation,) if isinstance(relation, str) else relation
        columns = [*self._features(speech), *self._target(speech)]
        named = ", ".join(f"{sql} AS {name}" for name, sql in columns)
        whole = " AND ".join(f"{name} IS NOT NULL" for name, _ in columns)
        scores = "".join(f", {written(sql, speech)} AS s{i}" for i, sql in enumerate(self.measure.scores))
        source = ".".join(speech.name(part) for part in parts)
        return f"SELECT encoded.*{scores} FROM (SELECT {named} FROM {source}) AS encoded WHERE {whole}"  # noqa: S608

    def _features(self, speech: Dialect) -> list[tuple[str, str]]:
        found = [sql for each in self.problem.inputs for sql in each.encoded()]
        return [(f"z{i}", written(sql, speech)) for i, sql in enumerate(found)]

    def _target(self, speech: Dialect) -> list[tuple[str, str]]:
        target = self.problem.target
        if target is None:
            return []
        return [("y", written(target.position() if self.problem.kind.classifies else target.encoded()[0], speech))]


# A question: its name, its measures, its epsilon; the answer is the noisy cells of each measure.
Ask = Callable[[str, Sequence[Measure], float], list[Cells]]


class Pricing:
    """Asks without data: notes the mechanism of every question, and answers with zeros."""

    def __init__(self, contribution: int) -> None:
        self._contribution = contribution
        self.mechanisms: list[Mechanism] = []

    def __call__(self, name: str, measures: Sequence[Measure], epsilon: float) -> list[Cells]:
        """Zeros, in the shape of the answer."""
        self.mechanisms.append(mechanism(name, measures, epsilon, self._contribution))
        return [[[0.0] * len(each.values) for _ in range(each.cells)] for each in measures]


class Asking:
    """Asks the data, the very questions that were priced and in their order: anything else ends the fit."""

    def __init__(self, problem: Problem, priced: Sequence[Mechanism], exact: Callable[[Sums], Sequence[Row]]) -> None:
        self._problem = problem
        self._priced = list(priced)
        self._exact = exact

    def __call__(self, name: str, measures: Sequence[Measure], epsilon: float) -> list[Cells]:
        """The noisy cells: all of a question's numbers are one vector under one noise."""
        wanted = mechanism(name, measures, epsilon, self._problem.contribution)
        if not self._priced or self._priced.pop(0) != wanted:
            raise PermissionError("a fit asked what it was not charged for")
        exact = [_exact(each, self._exact(Sums(self._problem, each))) for each in measures]
        noisy = iter(noise.add_noise([number for cells in exact for cell in cells for number in cell], wanted.scale))
        return [[[next(noisy) / UNIT for _ in cell] for cell in cells] for cells in exact]


def mechanism(name: str, measures: Sequence[Measure], epsilon: float, contribution: int) -> Mechanism:
    """The noise of a question; raises Refused where there are more numbers than an engine takes."""
    if any(len(each.values) > MOST_COLUMNS for each in measures):
        raise Refused("too many features to be measured at once; take fewer")
    sensitivity = contribution * sum(each.sensitivity for each in measures)
    if sensitivity > noise.LARGEST_SENSITIVITY:
        raise Refused("max_ids of the table is too large to train on it")
    return Mechanism("discrete Laplace", name, sensitivity, noise.laplace_scale(sensitivity, epsilon), epsilon)


def _exact(measure: Measure, found: Sequence[Row]) -> list[list[int]]:
    """The sums in 1 / UNIT, a zero for each that has no row."""
    cells = [[0] * len(measure.values) for _ in range(measure.cells)]
    for row in found:
        cells[int(str(row[0]))] = [
            UNIT // value.unit * int(str(number or 0)) for value, number in zip(measure.values, row[1:], strict=True)
        ]
    return cells


def largest(number: int, named: str = "") -> str:
    """The number of the largest of so many scores as SQL, or the score itself where it is `named` by its letter.

    The first of equal ones counts. Some engines' GREATEST ignores NULL, and of other numbers there are none.
    """
    cases = []
    for i in range(number - 1):
        beats = " AND ".join(f"s{i} >= s{j}" for j in range(i + 1, number))
        cases.append(f" WHEN {beats} THEN {named}{i}")
    return f"CASE{''.join(cases)} ELSE {named}{number - 1} END"


def quotient(fragments: Fragments, by: int, shift: int) -> Fragments:
    """A number above -shift * by, in steps of `by`: shifted first, since engines disagree on negative dividends."""
    return ("((", *fragments, f" + {shift * by})", Quotient(), f"{by} - {shift})")

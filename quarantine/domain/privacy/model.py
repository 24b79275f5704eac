"""The plan of a private query: what is measured, how much noise each measurement gets, and what the answer is made of.

A plan is made from metadata and SQL alone. It knows no engine and no data, so its price is the same whatever the table
holds.
"""

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from statistics import NormalDist

from quarantine.domain.metadata.model import ColumnType
from quarantine.domain.privacy.cost import Cost
from quarantine.domain.privacy.fragments import Fragments
from quarantine.domain.privacy.relations import Copied, Relation, copies
from quarantine.domain.privacy.terms import AnswerValue, Term

# What a statement calls the bounded copy unless told otherwise.
RELATION = "bounded"
MOST_BINS = 256
_NORMAL = NormalDist()


def relation_name(number: int) -> str:
    """What a statement calls its copies unless told otherwise, from 0."""
    return RELATION if number == 0 else f"{RELATION}{number}"


KeyValue = bool | int | str | datetime | None


class Kind(StrEnum):
    """What a measurement counts or adds up."""

    ROWS = "rows"
    PRESENT = "present"
    PERSONS = "persons"
    DISTINCT = "distinct"
    SUM = "sum"
    CENTRED = "centred"
    QUANTILE = "quantile"


@dataclass(frozen=True, slots=True)
class Measurement:
    """Exact integers, and by how much one privacy unit can change them.

    Counts and sums (L1, over all groups together): `fragments` of each row, clamped to [lower, upper], times `unit`;
    CENTRED ones add up the distances from `centre`. A QUANTILE is the histogram of `fragments` over equal bins; what
    changes by `sensitivity` there is the loss of each bin, over all groups together.
    """

    kind: Kind
    column: str
    sensitivity: int
    lower: int = 0
    upper: int = 0
    centre: int = 0
    fragments: Fragments = ()
    unit: Fraction = Fraction(1)
    share: Fraction | None = None  # of the rows that a quantile has below it

    @property
    def name(self) -> str:
        """The measurement in words, for price lists and the ledger."""
        words = {
            Kind.ROWS: "count of rows",
            Kind.PRESENT: f"count of {self.column}",
            Kind.PERSONS: "count of distinct privacy units",
            Kind.DISTINCT: f"count of distinct {self.column}",
            Kind.SUM: f"sum of {self.column}",
            Kind.CENTRED: f"sum of {self.column} around its midpoint",
            Kind.QUANTILE: f"quantile {float(self.share or 0):g} of {self.column}",
        }
        return words[self.kind]

    @property
    def step(self) -> int:
        """How many integers share a bin of a quantile's histogram."""
        return -(-(self.upper - self.lower + 1) // MOST_BINS)

    @property
    def bins(self) -> int:
        """How many bins a quantile's histogram has."""
        return -(-(self.upper - self.lower + 1) // self.step)


@dataclass(frozen=True, slots=True)
class Mechanism:
    """The noise of one measurement; scale is the scale of the noise in the measurement's own (fixed-point) unit."""

    name: str
    measurement: str
    sensitivity: int
    scale: float
    epsilon: float
    delta: float = 0.0
    threshold: int | None = None
    rho: float = 0.0  # of Gaussian noise: its price in zCDP; the delta of all is on the first of them

    @property
    def gaussian(self) -> bool:
        """Whether the noise is Gaussian; Laplace, or a selection, otherwise."""
        return self.rho > 0

    def width(self, error: float) -> float:
        """How far the noise strays; further with probability `error` at most."""
        if self.gaussian:
            # The discrete Gaussian's tail at m is at most the continuous one's at m - 1 (Canonne et al. 2020).
            return math.ceil(self.scale * _NORMAL.inv_cdf(1 - error / 2)) + 1.0
        return float(math.ceil(self.scale * math.log(1 / error)))


@dataclass(frozen=True, slots=True)
class Key:
    """What makes groups: a column, or the `fragments` of an expression, integers of which are times `unit`.

    `allowed` are the values that it is known to have from metadata and SQL: public, so every one comes back.
    """

    column: str
    type: ColumnType
    nullable: bool
    allowed: tuple[KeyValue, ...] | None
    lower: int | None = None
    upper: int | None = None
    fragments: Fragments = ()
    unit: Fraction = Fraction(1)
    columns: tuple[str, ...] = ()  # that it is made of

    @property
    def cells(self) -> tuple[KeyValue, ...]:
        """All values of a public key, NULL included where the column may hold it."""
        return (*(self.allowed or ()), *((None,) if self.nullable else ()))

    def shown(self, value: KeyValue) -> AnswerValue:
        """A value as the answer has it."""
        if self.unit == 1 or value is None or not isinstance(value, int):
            return value
        exact = value * self.unit
        return int(exact) if self.unit.denominator == 1 else float(exact)


@dataclass(frozen=True, slots=True)
class Aggregate:
    """A number of the answer: the measurement `value`, with the one that counts, and the one of squares."""

    kind: str  # count, sum, avg, var_samp, var_pop, stddev_samp, stddev_pop, quantile
    value: int
    count: int | None = None
    square: int | None = None

    @property
    def parts(self) -> tuple[int, ...]:
        """The measurements that it is made of."""
        return tuple(part for part in (self.value, self.count, self.square) if part is not None)


@dataclass(frozen=True, slots=True)
class Output:
    """A column of the answer."""

    label: str
    term: Term


@dataclass(frozen=True, slots=True)
class Order:
    """One term of ORDER BY."""

    term: Term
    descending: bool
    nulls_first: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """A checked query, ready to be priced, stated for an engine, and released."""

    source: Relation
    privacy_unit: str | None
    contribution_bound: int
    epsilon: float
    keys: tuple[Key, ...]
    where: Fragments
    measurements: tuple[Measurement, ...]
    mechanisms: tuple[Mechanism, ...]
    aggregates: tuple[Aggregate, ...]
    outputs: tuple[Output, ...]
    having: Term | None = None
    order: tuple[Order, ...] = ()
    limit: int | None = None
    offset: int = 0
    least: int = 0  # public groups with fewer (noisy) rows are left out; the first measurement counts them then
    paying: tuple[int, ...] = (0,)  # the datasets that its price is charged to, by their place among those asked

    @property
    def cost(self) -> Cost:
        """The price: what is asked, plus the delta of a threshold on keys, and that of Gaussian noise."""
        return Cost(self.epsilon, sum(mechanism.delta for mechanism in self.mechanisms))

    @property
    def threshold(self) -> int | None:
        """The noisy count from which on a group is shown; None where all groups are public."""
        return self.mechanisms[0].threshold

    @property
    def numbers(self) -> tuple[Measurement, ...]:
        """The measurements that are one number per group, in their order."""
        return tuple(one for one in self.measurements if one.kind is not Kind.QUANTILE)

    @property
    def histograms(self) -> tuple[Measurement, ...]:
        """The histograms that quantiles are made from, one for each thing that they are of."""
        found = {one.fragments: one for one in self.measurements if one.kind is Kind.QUANTILE}
        return tuple(found.values())

    def public_cells(self) -> Iterator[tuple[KeyValue, ...]]:
        """Every combination of public keys; one empty combination without GROUP BY."""
        return itertools.product(*(key.cells for key in self.keys))

    @property
    def datasets(self) -> tuple[int, ...]:
        """The datasets that it reads, by their place among those that are asked."""
        return tuple(sorted({copied.dataset for copied in self.copies}))

    @property
    def copies(self) -> tuple[Copied, ...]:
        """The bounded copies that it reads, in the order in which the statement names them."""
        return tuple(copies(self.source))

    def statement(
        self, dialect: str = "duckdb", relation: str | tuple[str, ...] = RELATION, *more: str | tuple[str, ...]
    ) -> str:
        """The exact, bounded, integer aggregates as SQL for `duckdb`, `postgres` or `spark`.

        `relation` is one name, or the parts of a qualified one; `more` are those of the other copies. Columns are the
        keys, then the measurements. A plan with quantiles has a part more for each histogram: all rows begin with the
        part's number then, from 0; histograms have the bin and its count after the keys, and NULL in what is left.
        """
        from quarantine.domain.privacy.statement import render

        names = (relation, *more)
        return render(self, dialect, names + tuple(relation_name(i) for i in range(len(names), len(self.copies))))

    def noise_widths(self, error: float) -> list[float]:
        """How far the noise of each measurement strays; further with probability `error` at most."""
        return [mechanism.width(error) for mechanism in self.mechanisms]

    @property
    def no_widths(self) -> list[float]:
        """No error at all: for values without an interval."""
        return [0.0] * len(self.measurements)

    def half_widths(self) -> tuple[float | None, ...]:
        """The 95% half-width of each output as it is known before the query runs; None for all but counts and sums."""
        alone, both = self.noise_widths(0.05), self.noise_widths(0.025)
        return tuple(self._half_width(output, alone, both) for output in self.outputs)

    def _half_width(self, output: Output, alone: list[float], both: list[float]) -> float | None:
        if output.term.op != "aggregate":
            return None
        one = self.aggregates[output.term.index]
        if one.kind not in ("count", "sum"):
            return None
        measured = self.measurements[one.value]
        if one.count is None:
            return alone[one.value] * measured.unit.numerator / measured.unit.denominator
        # Where two measurements meet, each may err by half of the 5%.
        error = both[one.value] + abs(measured.centre) * both[one.count]
        return error * measured.unit.numerator / measured.unit.denominator

    def ledger_entries(self) -> list[dict[str, object]]:
        """The mechanisms as JSON values, for the ledger."""
        fields = Mechanism.__dataclass_fields__
        return [{field: getattr(mechanism, field) for field in fields} for mechanism in self.mechanisms]

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

from quarantine.domain.metadata.model import ColumnType
from quarantine.domain.privacy.conditions import Fragments
from quarantine.domain.privacy.cost import Cost

# What a statement calls the bounded copy unless told otherwise.
RELATION = "bounded"

KeyValue = bool | int | str | datetime | None


class Kind(StrEnum):
    """What a measurement counts or adds up."""

    ROWS = "rows"
    PRESENT = "present"
    PERSONS = "persons"
    SUM = "sum"
    CENTRED = "centred"


@dataclass(frozen=True, slots=True)
class Measurement:
    """An exact integer aggregate, and by how much (L1, over all groups together) one privacy unit can change it.

    Sums are of `column` in its fixed point, clamped to [lower, upper]; CENTRED ones add up the distances from `centre`.
    """

    kind: Kind
    column: str
    sensitivity: int
    lower: int = 0
    upper: int = 0
    centre: int = 0

    @property
    def name(self) -> str:
        """The measurement in words, for price lists and the ledger."""
        words = {
            Kind.ROWS: "count of rows",
            Kind.PRESENT: f"count of {self.column}",
            Kind.PERSONS: "count of distinct privacy units",
            Kind.SUM: f"sum of {self.column}",
            Kind.CENTRED: f"sum of {self.column} around its midpoint",
        }
        return words[self.kind]


@dataclass(frozen=True, slots=True)
class Mechanism:
    """The noise of one measurement; scale is the Laplace scale in the measurement's own (fixed-point) unit."""

    name: str
    measurement: str
    sensitivity: int
    scale: float
    epsilon: float
    delta: float = 0.0
    threshold: int | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """A grouping column. `allowed` are the values that it is declared to have: public, so every one comes back."""

    column: str
    type: ColumnType
    nullable: bool
    allowed: tuple[KeyValue, ...] | None
    lower: int | None = None
    upper: int | None = None

    @property
    def cells(self) -> tuple[KeyValue, ...]:
        """All values of a public key, NULL included where the column may hold it."""
        return (*(self.allowed or ()), *((None,) if self.nullable else ()))


@dataclass(frozen=True, slots=True)
class Output:
    """A column of the answer: a key, or the measurement `value`, recentred by or divided by the measurement `count`."""

    label: str
    kind: str  # key, count, sum, avg
    key: int = 0
    value: int = 0
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """One term of ORDER BY: an output, or a key that is not selected."""

    index: int
    is_key: bool
    descending: bool
    nulls_first: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """A checked query, ready to be priced, stated for an engine, and released."""

    schema: str
    table: str
    privacy_unit: str | None
    contribution_bound: int
    epsilon: float
    keys: tuple[Key, ...]
    where: Fragments
    measurements: tuple[Measurement, ...]
    scales: tuple[int, ...]  # fixed-point factor of each measurement
    mechanisms: tuple[Mechanism, ...]
    outputs: tuple[Output, ...]
    order: tuple[Order, ...] = ()
    limit: int | None = None

    @property
    def cost(self) -> Cost:
        """The price: what is asked, plus the delta of a threshold on keys."""
        return Cost(self.epsilon, sum(mechanism.delta for mechanism in self.mechanisms))

    @property
    def threshold(self) -> int | None:
        """The noisy count from which on a group is shown; None where all groups are public."""
        return self.mechanisms[0].threshold

    def public_cells(self) -> Iterator[tuple[KeyValue, ...]]:
        """Every combination of public keys; one empty combination without GROUP BY."""
        return itertools.product(*(key.cells for key in self.keys))

    def statement(self, dialect: str = "duckdb", relation: str | tuple[str, ...] = RELATION) -> str:
        """The exact, bounded, integer aggregates as SQL for `duckdb`, `postgres` or `spark`.

        `relation` is one name, or the parts of a qualified one. Columns are the keys, then the measurements.
        """
        from quarantine.domain.privacy.statement import render

        return render(self, dialect, relation)

    def noise_widths(self, error: float) -> list[float]:
        """How far the noise of each measurement strays; further with probability `error` at most."""
        return [float(math.ceil(mechanism.scale * math.log(1 / error))) for mechanism in self.mechanisms]

    def half_widths(self) -> tuple[float | None, ...]:
        """The 95% half-width of each output as it is known before the query runs; None for keys and for averages."""
        alone, both = self.noise_widths(0.05), self.noise_widths(0.025)
        return tuple(self._half_width(output, alone, both) for output in self.outputs)

    def _half_width(self, output: Output, alone: list[float], both: list[float]) -> float | None:
        if output.kind in ("key", "avg"):
            return None
        if output.count is None:
            return alone[output.value] / self.scales[output.value]
        # Where two measurements meet, each may err by half of the 5%.
        centre = abs(self.measurements[output.value].centre)
        return (both[output.value] + centre * both[output.count]) / self.scales[output.value]

    def ledger_entries(self) -> list[dict[str, object]]:
        """The mechanisms as JSON values, for the ledger."""
        fields = Mechanism.__dataclass_fields__
        return [{field: getattr(mechanism, field) for field in fields} for mechanism in self.mechanisms]

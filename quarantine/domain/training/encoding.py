"""Columns to numbers that a model can learn from: whole steps between -STEPS and STEPS, by the metadata alone.

Every row of the bounded copy becomes integers of known size, so that each sum over rows has a sensitivity that is known
before any data is looked at. A row with a NULL among the columns that are used takes no part.
"""

import msgspec

from quarantine.domain.errors import Refused
from quarantine.domain.metadata.model import Column, ColumnType, Table, Value
from quarantine.domain.privacy.fragments import Fragments, Name, Quotient, Text
from quarantine.domain.privacy.integers import big
from quarantine.domain.privacy.names import named
from quarantine.domain.privacy.policy import Policy, Rules
from quarantine.domain.training.catalogue import Kind
from quarantine.domain.training.declaration import Declaration

STEPS = 1024
MOST_FEATURES = 50
MOST_CLASSES = 32
# Of a forest, each with a count of every class.
MOST_LEAVES = 4_096
# A wider column would overflow 64 bits on its way to steps.
_WIDEST = 2**50


class Input(msgspec.Struct, frozen=True, kw_only=True):
    """A column that the model reads.

    A number between `lower` and `upper` in units of 1 / `scale`, or one of `values`, each of which is told by its
    position. Several values are a feature each, two are one, as a number is.
    """

    column: str
    type: ColumnType
    lower: int = 0
    upper: int = 1
    scale: int = 1
    values: tuple[Value, ...] = ()

    @property
    def features(self) -> int:
        """How many features it makes."""
        return len(self.values) if len(self.values) > 2 else 1

    @property
    def middle(self) -> float:
        """The middle of its bounds, in its own unit (a position where it has `values`)."""
        return (self.lower + self.upper) / 2 / self.scale

    @property
    def half(self) -> float:
        """Half of the distance of its bounds, in its own unit."""
        return (self.upper - self.lower) / 2 / self.scale

    def encoded(self) -> tuple[Fragments, ...]:
        """Its features as SQL."""
        if self.features > 1:
            return tuple(self._is(value) for value in self.values)
        width, cell = self.upper - self.lower, self._number()
        steps: Fragments = ("((", *cell, f" - {big(self.lower)}) * {2 * STEPS} + {big(width // 2)})")
        # The ends come first: that nothing is outside of them is not left to the copy.
        low: Fragments = ("CASE WHEN ", *cell, f" <= {self.lower} THEN {-STEPS}")
        high: Fragments = (" WHEN ", *cell, f" >= {self.upper} THEN {STEPS}")
        return ((*low, *high, " ELSE ", *steps, Quotient(), big(width), f" - {STEPS} END"),)

    def position(self) -> Fragments:
        """The position of its value among `values` as SQL, NULL for every other."""
        pieces: list[object] = ["CASE"]
        for number, value in enumerate(self.values):
            pieces += [" WHEN ", *self._equals(value), f" THEN {number}"]
        return (*pieces, " END")  # type: ignore[arg-type]

    def _number(self) -> Fragments:
        return ("(", *self.position(), ")") if self.values else (Name(self.column),)

    def _is(self, value: Value) -> Fragments:
        pieces: list[object] = ["CASE WHEN ", *self._equals(value), f" THEN {STEPS}"]
        for other in self.values:
            pieces += [" WHEN ", *self._equals(other), f" THEN {-STEPS}"]
        return (*pieces, " END")  # type: ignore[arg-type]

    def _equals(self, value: Value) -> Fragments:
        if self.type is ColumnType.BOOLEAN:
            return (Name(self.column),) if value else ("NOT ", Name(self.column))
        return (Name(self.column), " = ", Text(value) if isinstance(value, str) else big(int(value)))


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be learned from which columns of a table, of which at most `contribution` rows are one person's."""

    kind: Kind
    parameters: dict[str, float]
    schema: str
    table: str
    contribution: int
    inputs: tuple[Input, ...]
    target: Input | None = None

    @property
    def features(self) -> int:
        """How many features there are."""
        return sum(each.features for each in self.inputs)

    @property
    def labels(self) -> tuple[Value, ...]:
        """What a classifier chooses from."""
        return self.target.values if self.kind.classifies and self.target else ()


def problem(table: Table, policy: Policy, kind: Kind, parameters: dict[str, float], wanted: Declaration) -> Problem:
    """The declaration against the metadata; raises Refused for what cannot be learned privately, with the reason."""
    closed = _closed(table, policy)
    target = _target(table, closed, wanted) if kind.supervised else None
    names = _features(table, closed, wanted, target)
    inputs = tuple(_input(column) for column in names)
    found = Problem(
        kind=kind,
        parameters=parameters,
        schema=table.schema,
        table=table.name,
        contribution=table.contribution_bound,
        inputs=inputs,
        target=None if target is None else (_labelled(target) if kind.classifies else _measured(target)),
    )
    return _checked(found)


def _closed(table: Table, policy: Policy) -> set[str]:
    """The columns that the owner keeps: hidden, private or masked, not selectable, or telling persons apart."""
    rules = Rules.of(policy, table)
    kept = rules.hidden | rules.private
    return {
        column.name
        for column in table.columns
        if column.name in kept
        or (not column.selectable and column.name not in rules.public)
        or column.mask is not None
        or column.private_id
        or column.name == table.privacy_unit
    }


def _checked(found: Problem) -> Problem:
    if not 0 < found.features <= MOST_FEATURES:
        raise Refused(
            f"the columns make {found.features} features (each value of a string column is one); "
            f"expected 1 to {MOST_FEATURES}"
        )
    if (found.parameters.get("n_components") or 1) > found.features:
        raise Refused(f"setup_model: n_components: there are {found.features} features only")
    leaves = found.parameters.get("n_estimators", 0) * 2 ** found.parameters.get("max_depth", 0)
    if leaves * len(found.labels) > MOST_LEAVES:
        raise Refused(f"setup_model: more than {MOST_LEAVES} counts in the leaves; take fewer or less deep trees")
    return found


def _target(table: Table, closed: set[str], wanted: Declaration) -> Column:
    if wanted.target is not None:
        return _one(table, closed, wanted.target)
    flagged = [column for column in table.columns if column.is_target]
    if len(flagged) != 1:
        raise Refused(
            f"{table.name}: no target; name it in setup_data, or let the metadata say is_target of one column"
        )
    return _one(table, closed, flagged[0].name)


def _features(table: Table, closed: set[str], wanted: Declaration, target: Column | None) -> list[Column]:
    if wanted.features is not None:
        found = [_one(table, closed, name) for name in wanted.features]
    else:
        found = [column for column in table.columns if column.is_feature and column.name not in closed]
    if target is not None and target in found:
        raise Refused(f"{target.name} is the target; it cannot be a feature as well")
    if len({column.name for column in found}) != len(found):
        raise Refused("a feature is named twice")
    if not found:
        raise Refused(f"{table.name}: no features; name them in setup_data, or let the metadata say is_feature")
    return found


def _one(table: Table, closed: set[str], name: str) -> Column:
    found = named(table.columns, name)
    if len(found) != 1:
        raise Refused(f"{table.name} has no column {name[:100]}")
    if found[0].name in closed:
        raise Refused(f"{found[0].name}: the data owner keeps this column; train on others")
    return found[0]


def _input(column: Column) -> Input:
    """A feature's column."""
    if column.type is ColumnType.BOOLEAN:
        return Input(column=column.name, type=column.type, values=(False, True))
    if column.type is ColumnType.STRING and len(column.allowed_values or ()) >= 2:
        return Input(column=column.name, type=column.type, values=column.allowed_values or ())
    if column.type is ColumnType.STRING:
        raise Refused(f"{column.name}: a string can be a feature if the metadata has its allowed_values, two at least")
    return _measured(column)


def _measured(column: Column) -> Input:
    """A number that has bounds."""
    lower, upper = column.lower, column.upper
    if column.type is ColumnType.INT and column.allowed_values and not column.bounded:
        whole = [int(value) for value in column.allowed_values]
        lower, upper = min(whole), max(whole)
    if column.type not in (ColumnType.INT, ColumnType.FLOAT):
        raise Refused(f"{column.name}: a {column.type} column cannot be learned as a number; take an int or float")
    if lower is None or upper is None or lower >= upper:
        raise Refused(f"{column.name}: has no declared lower and upper bound; the data owner's metadata needs both")
    ends = round(lower * column.scale), round(upper * column.scale)
    if ends[1] - ends[0] > _WIDEST:
        raise Refused(f"{column.name}: the declared bounds are too far apart to learn from; narrower ones would do")
    return Input(column=column.name, type=column.type, lower=ends[0], upper=ends[1], scale=column.scale)


def _labelled(column: Column) -> Input:
    """A target that is one of a few known values: read from the data, the list alone would tell of a person."""
    if column.type is ColumnType.BOOLEAN:
        return Input(column=column.name, type=column.type, values=(False, True))
    allowed = column.allowed_values if column.type in (ColumnType.INT, ColumnType.STRING) else None
    if not 2 <= len(allowed or ()) <= MOST_CLASSES:
        raise Refused(
            f"{column.name}: a classifier's target is boolean, or an int or string whose 2 to {MOST_CLASSES} "
            "allowed_values the metadata declares"
        )
    return Input(column=column.name, type=column.type, values=allowed or ())


def learnable(table: Table, policy: Policy) -> list[str]:
    """The columns that a model could learn from, the metadata's features before its target where it tells which."""
    closed = _closed(table, policy)
    found = [column for column in table.columns if column.name not in closed and _fits(column)]
    told = [column.name for column in found if column.is_feature and not column.is_target]
    target = [column.name for column in found if column.is_target]
    return [*told, *target] if told and target else [column.name for column in found]


def _fits(column: Column) -> bool:
    for made in (_input, _measured, _labelled):
        try:
            made(column)
        except Refused:
            continue
        return True
    return False

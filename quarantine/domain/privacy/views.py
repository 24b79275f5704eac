"""Columns of a subquery: each with the expression that makes it, and what the owner says of what it is made of."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import msgspec
from sqlglot import exp

from quarantine.domain.errors import Refused
from quarantine.domain.metadata.model import Column, ColumnType, Table
from quarantine.domain.privacy.aggregates import Asked, asked
from quarantine.domain.privacy.conditions import condition
from quarantine.domain.privacy.fragments import Fragments, Name, Quotient
from quarantine.domain.privacy.integers import Value, big, scaled
from quarantine.domain.privacy.keys import MOST_VALUES, TRUTHS
from quarantine.domain.privacy.names import same
from quarantine.domain.privacy.parse import refusal
from quarantine.domain.privacy.policy import Rules
from quarantine.domain.privacy.relations import Computed, Relation, View
from quarantine.domain.privacy.resolve import Part, Scope, Visible
from quarantine.domain.privacy.texts import STRING, words
from quarantine.domain.privacy.values import number

# Bounds of computed columns are kept as floats, which are exact up to here.
_LARGEST = 2**52
MOST_ROWS = 1_000_000
_PER_PERSON = "COUNT, COUNT(DISTINCT x), SUM, AVG, MIN, MAX per person; all others outside"


@dataclass(frozen=True, slots=True)
class Made:
    """A column of a subquery, what makes it of a row or a group, and the columns below that it is made of."""

    column: Column
    fragments: Fragments
    origins: tuple[str, ...]


def bare(name: str, column: Column, scope: Scope) -> Made:
    """A column as it is, under another name; all that restricts it stays with it."""
    selectable = column.selectable or column.name in scope.rules.public
    kept = msgspec.structs.replace(column, name=name, selectable=selectable)
    return Made(kept, (Name(column.name),), (column.name,))


def computed(name: str, node: exp.Expr, scope: Scope) -> Made:
    """An expression of a row; raises Refused."""
    origins = _origins(node, scope)
    if isinstance(node, TRUTHS):
        return Made(Column(name=name, type=ColumnType.BOOLEAN), condition(node, scope), origins)
    found = words(node, scope)
    if found is None:
        return numbered(name, node, number(node, scope), origins)
    kind = ColumnType.STRING if found.kind == STRING else ColumnType.DATETIME
    column = Column(name=name, type=kind, nullable=found.nullable, allowed_values=found.options)
    return Made(column, found.fragments, origins)


def _origins(node: exp.Expr, scope: Scope) -> tuple[str, ...]:
    found = (scope.find(column).name for column in node.find_all(exp.Column))
    return tuple(dict.fromkeys(found))


def numbered(name: str, node: exp.Expr, value: Value, origins: tuple[str, ...]) -> Made:
    """A number as a column with the bounds that were derived."""
    value = scaled(node, value, value.unit.numerator)
    factor = value.unit.denominator
    if value.declared and max(abs(value.low), abs(value.high)) > _LARGEST:
        raise refusal(node, "the result could be too large", "columns with narrower declared bounds")
    ends: tuple[int | float | None, int | float | None] = (None, None)
    allowed: tuple[int, ...] | None = None
    if value.declared:
        ends = (value.low, value.high) if factor == 1 else (value.low / factor, value.high / factor)
        if factor == 1 and value.options is not None:
            allowed = tuple(sorted(value.options))
        elif factor == 1 and value.high - value.low < MOST_VALUES:
            allowed = tuple(range(value.low, value.high + 1))
    column = Computed(
        name=name,
        type=ColumnType.INT if factor == 1 else ColumnType.FLOAT,
        nullable=value.nullable,
        lower=ends[0],
        upper=ends[1],
        allowed_values=allowed,
        factor=factor,
    )
    return Made(column, value.fragments, origins)


def per_person(name: str, node: exp.Expr, scope: Scope) -> Made:
    """An aggregate of one person's rows, of which there are `contribution_bound` at most; raises Refused."""
    one, most = asked(node, scope), scope.table.contribution_bound
    rule = _AGGREGATES.get(one.kind)
    made = rule(one, most) if rule is not None else None
    if made is None:
        raise refusal(node, "this aggregate has no exact value per person", _PER_PERSON)
    return numbered(name, node, made, _origins(node, scope))


def _count(one: Asked, most: int) -> Value | None:
    if not one.fragments:
        return _counted(("COUNT(*)",), 1, most)
    return _counted(("COUNT(", *one.fragments, ")"), 0, most)


def _distinct(one: Asked, most: int) -> Value | None:
    return _counted(("COUNT(DISTINCT ", *one.fragments, ")"), 0, most)


def _counted(fragments: Fragments, low: int, most: int) -> Value:
    return Value(fragments, low, most, Fraction(1), nullable=False)


def _sum(one: Asked, most: int) -> Value | None:
    value = one.value
    assert value is not None  # noqa: S101 - sums are of numbers
    low, high = min(value.low, value.low * most), max(value.high, value.high * most)
    fragments: Fragments = ("CAST(SUM(", *value.fragments, ") AS BIGINT)")
    return Value(fragments, low, high, value.unit, value.nullable)


def _end(one: Asked, most: int) -> Value | None:
    value = one.value
    if value is None or one.probability not in (0, 1):
        return None
    word = "MAX(" if one.probability else "MIN("
    return Value((word, *value.fragments, ")"), value.low, value.high, value.unit, value.nullable)


def _average(one: Asked, most: int) -> Value | None:
    """The mean of a person's rows, rounded to steps that follow from the bounds, as those of a float column do."""
    value = one.value
    assert value is not None  # noqa: S101 - averages are of numbers
    largest = max(abs(value.low), abs(value.high), 1)
    steps = int(10 ** min(6, max(0, 9 - len(str(largest)))))
    if largest * most * steps > 2**60:
        raise Refused(f"AVG({one.name}): its declared bounds are too large to be averaged per person")
    count: Fragments = ("NULLIF(COUNT(", *value.fragments, "), 0)")
    # From the lower bound on, so that what is divided is never negative: engines round those differently.
    away: Fragments = ("(CAST(SUM(", *value.fragments, f") AS BIGINT) - {big(value.low)} * ", *count, ")")
    halves: Fragments = ("(", *away, f" * {big(2 * steps)} + ", *count, ")")
    mean: Fragments = ("(", *halves, Quotient(), "(", *count, f" * {big(2)}))")
    return Value(
        ("(", *mean, f" + {big(value.low * steps)})"),
        value.low * steps,
        value.high * steps,
        value.unit / steps,
        value.nullable,
    )


_AGGREGATES: dict[str, Callable[[Asked, int], Value | None]] = {
    "count": _count,
    "distinct": _distinct,
    "sum": _sum,
    "avg": _average,
    "quantile": _end,
}


def view(
    below: Scope, made: Sequence[Made], hidden: frozenset[str], relation: Relation, unit: str | None, rows: int
) -> Scope:
    """The subquery as a table: columns in `hidden` are there and have no name in the query."""
    table = View(
        schema="",
        name="",
        columns=tuple(one.column for one in made),
        source=below.table.source,
        row_privacy=unit is None,
        rows_are_public=below.table.rows_are_public,
        tau=below.table.tau,
        unit=unit,
        rows_per_unit=rows,
    )
    visible = tuple(Visible(one.column.name, one.column) for one in made if one.column.name not in hidden)
    return Scope(table, (Part(frozenset(), visible),), _rules(below.rules, made), relation)


def _rules(below: Rules, made: Sequence[Made]) -> Rules:
    """What restricts a column restricts all that is made of it."""
    hidden = frozenset(one.column.name for one in made if below.hidden.intersection(one.origins))
    private = frozenset(one.column.name for one in made if below.private.intersection(one.origins))
    thresholds: dict[str, int] = {}
    for one in made:
        found = [below.thresholds[name] for name in one.origins if name in below.thresholds]
        if found:
            thresholds[one.column.name] = max(found)
    return Rules(hidden, private, frozenset(), thresholds, {})


def unused(name: str, taken: Sequence[str]) -> str:
    """The name, or one like it that is not taken."""
    while any(same(name, other) for other in taken):
        name += "_"
    return name


def place(table: Table) -> str:
    """Where a table is added up, and as whom: only tables of one place meet in a statement."""
    if table.source.server is not None:
        return f"{table.source.server.username} {table.source.server.address}"
    return "spark" if table.source.connector == "spark" else "files"


def limited(node: exp.Expr, rows: int) -> int:
    """That many rows per privacy unit, if there may be so many; raises Refused."""
    if rows > MOST_ROWS:
        raise refusal(node, f"one person could have {rows} rows", f"at most {MOST_ROWS}, so smaller max_ids")
    return rows

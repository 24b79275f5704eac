"""Aggregates to measurements: the fewest exact sums and counts that answer them, each with its sensitivity."""

from dataclasses import dataclass, replace
from fractions import Fraction

from sqlglot import exp

from quarantine.domain.errors import Refused
from quarantine.domain.privacy import noise
from quarantine.domain.privacy.conditions import condition
from quarantine.domain.privacy.fragments import Fragments, Name, Quotient
from quarantine.domain.privacy.integers import Value, big
from quarantine.domain.privacy.literals import number_literal
from quarantine.domain.privacy.model import Aggregate, Kind, Measurement
from quarantine.domain.privacy.parse import refusal, shown
from quarantine.domain.privacy.resolve import Scope
from quarantine.domain.privacy.texts import words
from quarantine.domain.privacy.values import cased, number

SPREADS: dict[type[exp.Expr], str] = {
    exp.Variance: "var_samp",
    exp.VariancePop: "var_pop",
    exp.Stddev: "stddev_samp",
    exp.StddevSamp: "stddev_samp",
    exp.StddevPop: "stddev_pop",
}
_SPREAD = frozenset(SPREADS.values())


@dataclass(frozen=True, slots=True)
class Asked:
    """An aggregate of a query: of all rows, of what `fragments` make of a row, or of the number `value`."""

    kind: str  # count, distinct, persons, sum, avg, quantile, or a kind of SPREADS
    name: str = ""
    fragments: Fragments = ()
    value: Value | None = None
    probability: Fraction | None = None

    @property
    def counted(self) -> tuple[Kind, str, Fragments]:
        """The count that goes with it: its own where it may be NULL, else the one of all rows."""
        null = bool(self.fragments) if self.value is None else self.value.nullable
        return (Kind.PRESENT, self.name, self.fragments) if null else (Kind.ROWS, "", ())


def asked(node: exp.Expr, scope: Scope) -> Asked:
    """The aggregate that the SQL asks for; raises Refused."""
    if isinstance(node, exp.Filter):
        return _filtered(node, scope)
    if isinstance(node, exp.CountIf):
        return Asked("count", shown(node), cased([condition(node.this, scope)], [("1",)]))
    if isinstance(node, exp.Count):
        return _count(node, scope)
    if isinstance(node.this, exp.Distinct):
        raise refusal(node, "DISTINCT belongs into COUNT", "COUNT(DISTINCT column)")
    return _of_value(node, scope)


def _of_value(node: exp.Expr, scope: Scope) -> Asked:
    kind, inner, probability = _split(node)
    value = number(inner, scope, aggregated=True)
    if not value.declared:
        name = value.column or shown(inner)
        raise refusal(node, f"{name} has no declared lower and upper bound", "a column with both bounds")
    # A bare column is measured as it always was; what is computed is named by its SQL.
    fragments = (Name(value.column),) if value.column else value.fragments
    return Asked(kind, value.column or shown(inner), fragments, value, probability)


def _split(node: exp.Expr) -> tuple[str, exp.Expr, Fraction | None]:
    """The kind of an aggregate, what it is of, and the share of rows that a quantile has below it."""
    if isinstance(node, exp.Sum | exp.Avg):
        return ("sum" if isinstance(node, exp.Sum) else "avg"), node.this, None
    if type(node) in SPREADS:
        return SPREADS[type(node)], node.this, None
    if isinstance(node, exp.Min | exp.Max | exp.Median):
        share = {exp.Min: Fraction(0), exp.Max: Fraction(1)}.get(type(node), Fraction(1, 2))
        return "quantile", node.this, share
    if isinstance(node, exp.WithinGroup):
        within, order = node.this, node.expression
        if isinstance(within, exp.PercentileCont | exp.PercentileDisc) and len(order.expressions) == 1:
            ordered = order.expressions[0]
            share = _share(node, within.this)
            return "quantile", ordered.this, 1 - share if ordered.args.get("desc") else share
    share_of: dict[type[exp.Expr], str] = {
        exp.Quantile: "quantile",
        exp.PercentileCont: "expression",
        exp.PercentileDisc: "expression",
    }
    if type(node) in share_of and node.args.get(share_of[type(node)]) is not None:
        return "quantile", node.this, _share(node, node.args[share_of[type(node)]])
    raise refusal(
        node, "this aggregate is not understood", "COUNT, SUM, AVG, VARIANCE, STDDEV, MIN, MAX, QUANTILE(x, 0.5)"
    )


def _share(node: exp.Expr, literal: exp.Expr) -> Fraction:
    share = number_literal(literal)
    if not 0 <= share <= 1 or share.denominator > 1_000:
        raise refusal(node, "the share of a quantile is not from 0 to 1, in steps of 0.001", "QUANTILE(x, 0.95)")
    return share


def _count(node: exp.Count, scope: Scope) -> Asked:
    inner = node.this
    if isinstance(inner, exp.Star) or (isinstance(inner, exp.Literal) and not inner.is_string):
        return Asked("count")
    if isinstance(inner, exp.Distinct):
        if len(inner.expressions) != 1:
            raise refusal(node, "distinct values of one expression can be counted", "COUNT(DISTINCT column)")
        return _distinct(node, inner.expressions[0], scope)
    name, fragments, nullable = _counted(node, inner, scope)
    return Asked("count", name, fragments) if nullable else Asked("count")


def _counted(node: exp.Expr, inner: exp.Expr, scope: Scope) -> tuple[str, Fragments, bool]:
    if isinstance(inner, exp.Column):
        column = scope.aggregated(inner)
        return column.name, (Name(column.name),), column.nullable
    found = words(inner, scope) if not isinstance(inner, exp.Star) else None
    if found is not None:
        return shown(inner), found.fragments, found.nullable
    value = number(inner, scope, aggregated=True)
    return shown(inner), value.fragments, value.nullable


def _distinct(node: exp.Expr, inner: exp.Expr, scope: Scope) -> Asked:
    if isinstance(inner, exp.Column):
        column = scope.find(inner)
        if column.name == scope.table.privacy_unit:
            return Asked("persons", column.name, (Name(column.name),))
    name, fragments, _ = _counted(node, inner, scope)
    return Asked("distinct", name, fragments)


def _filtered(node: exp.Filter, scope: Scope) -> Asked:
    """FILTER (WHERE ...) is a CASE around what is aggregated."""
    where = node.expression
    test = condition(where.this, scope)
    inner = asked(node.this, scope)
    if inner.value is None:
        fragments = cased([test], [inner.fragments or ("1",)])
        return replace(inner, name=shown(node), fragments=fragments)
    value = inner.value
    kept = replace(value, fragments=cased([test], [value.fragments]), nullable=True, column="")
    return replace(inner, name=shown(node), fragments=kept.fragments, value=kept)


class Measured:
    """The measurements of a query, made as they are needed and never twice."""

    def __init__(self, contribution: int, *, grouped: bool) -> None:
        self.contribution = contribution
        self.grouped = grouped
        self.found: list[Measurement] = []

    def rows(self) -> int:
        """The count of all rows."""
        return self._measure(Measurement(Kind.ROWS, "", self.contribution))

    def count(self, one: Asked) -> int:
        """The count that goes with the aggregate."""
        kind, name, fragments = one.counted
        return self._measure(Measurement(kind, name, self.contribution, fragments=fragments))

    def aggregate(self, one: Asked) -> Aggregate:
        """The aggregate in terms of measurements; counts are expected to be there already."""
        if one.kind == "count":
            return Aggregate("count", self.count(one))
        if one.kind in ("persons", "distinct"):
            return Aggregate("count", self._measure(self._distinct(one)))
        assert one.value is not None  # noqa: S101 - the others are of numbers
        if one.kind == "quantile":
            return Aggregate("quantile", self._measure(self._quantile(one, one.value)))
        counted = self._find(one.counted)
        if counted is None:
            return Aggregate("sum", self._measure(self._sum(Kind.SUM, one.name, one.fragments, one.value)))
        total = self._measure(self._sum(Kind.CENTRED, one.name, one.fragments, one.value))
        square = self._measure(self._square(one, one.value)) if one.kind in _SPREAD else None
        return Aggregate(one.kind, total, counted, square)

    def _find(self, wanted: tuple[Kind, str, Fragments]) -> int | None:
        found = (i for i, known in enumerate(self.found) if (known.kind, known.column, known.fragments) == wanted)
        return next(found, None)

    def _measure(self, made: Measurement) -> int:
        known = next((i for i, one in enumerate(self.found) if one == made), None)
        if known is not None:
            return known
        if made.sensitivity > noise.LARGEST_SENSITIVITY:
            raise Refused(f"{made.column}: its declared bounds are too large to be summed; the owner can narrow them")
        self.found.append(made)
        return len(self.found) - 1

    def _distinct(self, one: Asked) -> Measurement:
        # A person adds a value per row at most; ungrouped, the person as such counts once.
        kind = Kind.PERSONS if one.kind == "persons" else Kind.DISTINCT
        once = kind is Kind.PERSONS and not self.grouped
        return Measurement(kind, one.name, 1 if once else self.contribution, fragments=one.fragments)

    def _sum(self, kind: Kind, name: str, fragments: Fragments, value: Value) -> Measurement:
        centre = (value.low + value.high) // 2 if kind is Kind.CENTRED else 0
        largest = max(abs(value.low - centre), abs(value.high - centre), 1)
        return Measurement(
            kind, name, self.contribution * largest, value.low, value.high, centre, fragments=fragments, unit=value.unit
        )

    def _square(self, one: Asked, value: Value) -> Measurement:
        """The sum of squared distances from the middle, in steps coarse enough that the noise's integers hold it."""
        centre = (value.low + value.high) // 2
        largest = max(value.high - centre, centre - value.low, 1)
        step = max(1, -(-(largest**2) * self.contribution // noise.LARGEST_SENSITIVITY))
        away = ("(", *value.fragments, f" - {big(centre)})")
        if largest**2 > 2**63 - 1:
            raise Refused(f"{one.name}: its declared bounds are too large to be squared; the owner can narrow them")
        squared: Fragments = ("(", *away, " * ", *away, ")")
        fragments: Fragments = squared if step == 1 else ("(", *squared, Quotient(), big(step), ")")
        square = Value(fragments, 0, largest**2 // step, value.unit**2 * step, value.nullable)
        return self._sum(Kind.CENTRED, f"squares of {one.name}", fragments, square)

    def _quantile(self, one: Asked, value: Value) -> Measurement:
        assert one.probability is not None  # noqa: S101 - quantiles are made with one
        share, k = one.probability, self.contribution
        extreme = share in (0, 1)
        per_row = 1 if extreme else max(share.numerator, share.denominator - share.numerator)
        return Measurement(
            Kind.QUANTILE,
            one.name,
            k * per_row,
            value.low,
            value.high,
            fragments=value.fragments,
            unit=value.unit,
            share=share,
        )


def measured(
    found: list[Asked], contribution: int, *, grouped: bool, rows: bool
) -> tuple[Measured, tuple[Aggregate, ...]]:
    """The measurements that answer the aggregates. Counts come first: a SUM whose count is measured anyway is answered
    from that and the smaller, centred sum. With `rows`, the first measurement counts all rows.
    """
    made = Measured(contribution, grouped=grouped)
    if rows:
        made.rows()
    for one in found:
        if one.kind in ("count", "avg") or one.kind in _SPREAD:
            made.count(one)
        elif one.kind == "persons":
            made.aggregate(one)
    return made, tuple(made.aggregate(one) for one in found)

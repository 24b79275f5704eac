"""SQL and metadata to a plan: what is asked, the fewest measurements that answer it, and the noise that pays for it."""

import math
from dataclasses import dataclass
from fractions import Fraction

from sqlglot import exp

from quarantine.domain.errors import Invalid, Refused
from quarantine.domain.metadata.model import Column, ColumnType, Metadata, Table
from quarantine.domain.privacy import noise
from quarantine.domain.privacy.conditions import condition
from quarantine.domain.privacy.model import Key, KeyValue, Kind, Measurement, Mechanism, Order, Output, Plan
from quarantine.domain.privacy.parse import label, parse, refusal
from quarantine.domain.privacy.resolve import Scope, check_private_column, scope

DEFAULT_DELTA = 1e-7
LARGEST_DELTA = 1e-5
SMALLEST_DELTA = 1e-14
LARGEST_EPSILON = 1e6
SMALLEST_EPSILON = 1e-9
LARGEST_TAU = 1e12
MOST_CELLS = 10_000
_SUMMED = "COUNT(*), COUNT(column), SUM(column), AVG(column), or a column of GROUP BY"


@dataclass(frozen=True, slots=True)
class _Asked:
    """One thing that the query asks for: a key (by index), or an aggregate of a column."""

    kind: str  # key, count, persons, sum, avg
    column: Column | None = None
    key: int = 0


def plan(
    sql: str,
    metadata: Metadata,
    *,
    epsilon: float,
    tau: float = 0,
    private_column: str = "",
    delta: float | None = None,
) -> Plan:
    """The plan of a query that costs `epsilon` as a whole, from metadata and SQL alone.

    `tau` raises the threshold of groups that are not public, `delta` is the most that such groups may cost. Raises
    Invalid for numbers out of their range, Refused for everything outside the language or the owner's policy.
    """
    epsilon = _number("epsilon", epsilon, SMALLEST_EPSILON, LARGEST_EPSILON)
    tau = _number("tau", tau, 0, LARGEST_TAU)
    delta = DEFAULT_DELTA if delta is None else _number("delta", delta, SMALLEST_DELTA, LARGEST_DELTA)
    if not isinstance(sql, str):
        raise Invalid("the query: expected SQL text")
    tree = parse(sql)
    try:
        return _Compiler(tree, metadata, private_column).plan(epsilon, tau, delta)
    except RecursionError:
        raise Refused("the SQL is nested too deeply; use fewer operators or parentheses inside each other") from None


def _number(name: str, value: object, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise Invalid(f"{name}: expected a number from {low:g} to {high:g}")
    return float(value)


class _Compiler:
    """The steps from tree to plan, in order; each reads what the one before has found."""

    def __init__(self, tree: exp.Select, metadata: Metadata, private_column: str) -> None:
        self.tree = tree
        self.scope: Scope = scope(tree, metadata)
        self.table: Table = self.scope.table
        check_private_column(self.table, private_column)
        self.keys: list[Key] = []
        self.measurements: list[Measurement] = []
        self.scales: list[int] = []

    def plan(self, epsilon: float, tau: float, delta: float) -> Plan:
        where = self.tree.args.get("where")
        fragments = condition(where.this, self.scope) if where is not None else ()
        for node in self._group():
            key = _key(node, self.scope.column(node))
            if key not in self.keys:
                self.keys.append(key)
        asked = [self._asked(item.unalias()) for item in self.tree.expressions]
        outputs = self._outputs(asked)
        self._check_cells()
        mechanisms = self._mechanisms(epsilon, tau, delta)
        return Plan(
            schema=self.table.schema,
            table=self.table.name,
            privacy_unit=self.table.privacy_unit,
            contribution_bound=self.table.contribution_bound,
            epsilon=epsilon,
            keys=tuple(self.keys),
            where=fragments,
            measurements=tuple(self.measurements),
            scales=tuple(self.scales),
            mechanisms=mechanisms,
            outputs=outputs,
            order=self._order(asked, outputs),
            limit=self._limit(),
        )

    @property
    def _public(self) -> bool:
        return all(key.allowed is not None for key in self.keys)

    def _check_cells(self) -> None:
        cells = math.prod(len(key.cells) for key in self.keys) if self._public else 0
        if cells > MOST_CELLS:
            group = self.tree.args["group"]
            raise refusal(group, f"these columns make {cells} groups", f"at most {MOST_CELLS} groups, so fewer columns")

    def _group(self) -> list[exp.Column]:
        group = self.tree.args.get("group")
        return [self._grouped(node) for node in group.expressions] if group is not None else []

    def _grouped(self, node: exp.Expr) -> exp.Column:
        """A column of GROUP BY: named, or by its alias or its position in the select list."""
        items = self.tree.expressions
        found: exp.Expr = node
        if isinstance(node, exp.Literal) and not node.is_string:
            found = items[_position(node, len(items))].unalias()
        elif isinstance(node, exp.Column) and not node.table and not self._is_column(node):
            named = [item for item in items if isinstance(item, exp.Alias) and _same(item.alias, node.name)]
            found = named[0].this if named else node
        if not isinstance(found, exp.Column):
            raise refusal(node, "groups are made by columns", "GROUP BY a column, its alias, or its position")
        return found

    def _is_column(self, node: exp.Column) -> bool:
        return any(_same(column.name, node.name) for column in self.table.columns)

    def _asked(self, node: exp.Expr) -> _Asked:
        if isinstance(node, exp.Count):
            return self._asked_count(node)
        if isinstance(node, exp.Sum | exp.Avg):
            return self._asked_sum(node)
        if isinstance(node, exp.Column):
            column = self.scope.column(node)
            for index, key in enumerate(self.keys):
                if key.column == column.name:
                    return _Asked("key", key=index)
            raise refusal(node, "single values are never shown", f"{_SUMMED}; or add it to GROUP BY")
        if isinstance(node, exp.Star):
            raise refusal(node, "a star selects every column, so every person's row", _SUMMED)
        raise refusal(node, "this cannot be selected", _SUMMED)

    def _asked_count(self, node: exp.Count) -> _Asked:
        inner = node.this
        if isinstance(inner, exp.Star) or (isinstance(inner, exp.Literal) and not inner.is_string):
            return _Asked("count")
        if isinstance(inner, exp.Distinct):
            return self._asked_persons(node, inner)
        if not isinstance(inner, exp.Column):
            raise refusal(node, "COUNT takes a star or a column", "COUNT(*), COUNT(column)")
        column = self.scope.column(inner)
        return _Asked("count", column if column.nullable else None)

    def _asked_persons(self, node: exp.Count, distinct: exp.Distinct) -> _Asked:
        unit, inner = self.table.privacy_unit, distinct.expressions
        if unit is None or len(inner) != 1 or not isinstance(inner[0], exp.Column):
            raise refusal(node, "distinct values of this cannot be counted", "COUNT(DISTINCT the privacy unit)")
        column = self.scope.find(inner[0])
        if column.name != unit:
            raise refusal(node, "distinct values are counted of the privacy unit only", f"COUNT(DISTINCT {unit})")
        return _Asked("persons", column)

    def _asked_sum(self, node: exp.Expr) -> _Asked:
        if not isinstance(node.this, exp.Column):
            right = "SUM or AVG of one column, and arithmetic on the answer"
            raise refusal(node, "the bounds of this expression are not declared", right)
        column = self.scope.column(node.this)
        if column.type not in (ColumnType.INT, ColumnType.FLOAT):
            raise refusal(node, f"{column.name} is of type {column.type}", "SUM and AVG of int and float columns")
        if not column.bounded:
            raise refusal(node, f"{column.name} has no declared lower and upper bound", "a column with both bounds")
        return _Asked("sum" if isinstance(node, exp.Sum) else "avg", column)

    def _outputs(self, asked: list[_Asked]) -> tuple[Output, ...]:
        """Counts first: a SUM whose count is measured anyway is answered from that and the smaller, centred sum."""
        if not self._public:
            self._measure(Kind.ROWS, None)
        for one in asked:
            if one.kind == "persons":
                self._measure(Kind.PERSONS, one.column)
            elif one.kind in ("count", "avg"):
                self._count(one.column)
        outputs = tuple(self._output(one, item) for one, item in zip(asked, self.tree.expressions, strict=True))
        if not self.measurements:
            raise refusal(self.tree, "nothing is measured", _SUMMED)
        return outputs

    def _output(self, one: _Asked, item: exp.Expr) -> Output:
        if one.kind == "key":
            return Output(item.alias or item.name, "key", key=one.key)
        named = label(item)
        if one.kind == "persons":
            return Output(named, "count", value=self._measure(Kind.PERSONS, one.column))
        if one.kind == "count":
            return Output(named, "count", value=self._count(one.column))
        assert one.column is not None  # noqa: S101 - sums are of a column
        counted = self._find(*_counting(one.column))
        if counted is None:
            return Output(named, "sum", value=self._measure(Kind.SUM, one.column))
        return Output(named, one.kind, value=self._measure(Kind.CENTRED, one.column), count=counted)

    def _count(self, column: Column | None) -> int:
        kind, name = _counting(column)
        return self._measure(kind, column if name else None)

    def _find(self, kind: Kind, column: str) -> int | None:
        found = (i for i, known in enumerate(self.measurements) if (known.kind, known.column) == (kind, column))
        return next(found, None)

    def _measure(self, kind: Kind, column: Column | None) -> int:
        """The index of the measurement, made if it is new."""
        known = self._find(kind, column.name if column else "")
        if known is not None:
            return known
        made = _measurement(kind, column, self.table.contribution_bound, grouped=bool(self.keys))
        self.measurements.append(made)
        self.scales.append(column.scale if column is not None and kind in (Kind.SUM, Kind.CENTRED) else 1)
        return len(self.measurements) - 1

    def _mechanisms(self, epsilon: float, tau: float, delta: float) -> tuple[Mechanism, ...]:
        share = noise.equal_shares(epsilon, len(self.measurements))
        made = []
        for index, measured in enumerate(self.measurements):
            if index == 0 and not self._public:
                made.append(_thresholded(measured, share, self.table, tau, delta))
                continue
            scale = noise.laplace_scale(measured.sensitivity, share)
            made.append(Mechanism("discrete Laplace", measured.name, measured.sensitivity, scale, share))
        return tuple(made)

    def _order(self, asked: list[_Asked], outputs: tuple[Output, ...]) -> tuple[Order, ...]:
        order = self.tree.args.get("order")
        return tuple(self._ordered(node, asked, outputs) for node in order.expressions) if order is not None else ()

    def _ordered(self, node: exp.Ordered, asked: list[_Asked], outputs: tuple[Output, ...]) -> Order:
        what = node.this
        descending, first = bool(node.args.get("desc")), bool(node.args.get("nulls_first"))
        if isinstance(what, exp.Literal) and not what.is_string:
            return Order(_position(what, len(outputs)), False, descending, first)
        if isinstance(what, exp.Column) and not what.table:
            for index, item in enumerate(self.tree.expressions):
                if isinstance(item, exp.Alias) and _same(item.alias, what.name):
                    return Order(index, False, descending, first)
        wanted = self._asked(what)
        if wanted.kind == "key":
            return Order(wanted.key, True, descending, first)
        if wanted not in asked:
            raise refusal(what, "the answer is ordered by what it holds", "ORDER BY a selected column")
        return Order(asked.index(wanted), False, descending, first)

    def _limit(self) -> int | None:
        limit = self.tree.args.get("limit")
        if limit is None:
            return None
        node = limit.expression
        if not isinstance(node, exp.Literal) or node.is_string or not str(node.this).isdecimal():
            raise refusal(limit, "LIMIT takes a whole number", "LIMIT 10")
        return min(int(str(node.this)[:18]), 10**18)


def _same(left: str, right: str) -> bool:
    return left.casefold() == right.casefold()


def _position(node: exp.Literal, length: int) -> int:
    text = str(node.this)
    if not text.isdecimal() or len(text) > 9 or not 1 <= int(text) <= length:
        raise refusal(node, "there is no such position in the select list", f"1 to {length}")
    return int(text) - 1


def _counting(column: Column | None) -> tuple[Kind, str]:
    """The count that goes with a column: its own where it may be NULL, else the one of all rows."""
    return (Kind.PRESENT, column.name) if column is not None and column.nullable else (Kind.ROWS, "")


def _measurement(kind: Kind, column: Column | None, contribution: int, *, grouped: bool) -> Measurement:
    """The measurement with its sensitivity: one privacy unit is `contribution` rows, each in one group."""
    if column is None or kind is Kind.PRESENT:
        return Measurement(kind, column.name if column else "", contribution)
    if kind is Kind.PERSONS:
        # Ungrouped, a person counts once; grouped, once in each of the groups that the person's rows are in.
        return Measurement(kind, column.name, contribution if grouped else 1)
    lower, upper = _fixed(column)
    centre = (lower + upper) // 2 if kind is Kind.CENTRED else 0
    largest = max(abs(lower - centre), abs(upper - centre), 1)
    if contribution * largest > noise.LARGEST_SENSITIVITY:
        raise Refused(f"{column.name}: its declared bounds are too large to be summed; the data owner can narrow them")
    return Measurement(kind, column.name, contribution * largest, lower, upper, centre)


def _fixed(column: Column) -> tuple[int, int]:
    """The column's bounds in its fixed point; raises Refused where nothing lies between them."""
    lower, upper = Fraction(column.lower or 0), Fraction(column.upper or 0)
    if column.type is ColumnType.FLOAT:
        bounds = round(lower * column.scale), round(upper * column.scale)
    else:
        bounds = math.ceil(lower), math.floor(upper)
    if bounds[0] > bounds[1]:
        raise Refused(f"{column.name}: no value lies between its declared bounds; the data owner can correct them")
    return bounds


def _key(node: exp.Column, column: Column) -> Key:
    if column.type is ColumnType.FLOAT:
        raise refusal(
            node, "floating point columns make no groups", "GROUP BY a string, int, boolean or datetime column"
        )
    allowed: tuple[KeyValue, ...] | None = None
    bounds: tuple[int | None, int | None] = (None, None)
    if column.type is ColumnType.BOOLEAN:
        allowed = (False, True)
    elif column.allowed_values is not None and column.type is ColumnType.STRING:
        allowed = tuple(dict.fromkeys(str(value) for value in column.allowed_values))
    elif column.allowed_values is not None and column.type is ColumnType.INT:
        whole = [value for value in column.allowed_values if isinstance(value, int | float) and value == int(value)]
        allowed = tuple(dict.fromkeys(int(value) for value in whole))
    elif column.type is ColumnType.INT and column.bounded:
        bounds = _fixed(column)
    return Key(column.name, column.type, column.nullable, allowed, *bounds)


def _thresholded(count: Measurement, epsilon: float, table: Table, tau: float, delta: float) -> Mechanism:
    """The count that decides which groups are shown: at the safe threshold, or a higher one of the owner or the query.

    `censor_dims: false` changes nothing here: without the threshold a group's mere presence would give a person away.
    """
    contribution = table.contribution_bound
    scale = noise.threshold_scale(contribution, epsilon)
    safe = noise.safe_threshold(scale, contribution, delta)
    threshold = max(safe, math.ceil(tau), math.ceil(table.tau or 0))
    _, price = noise.threshold_price(scale, threshold, contribution)
    name = "discrete Laplace with threshold"
    return Mechanism(name, count.name, count.sensitivity, scale, epsilon, price, threshold)

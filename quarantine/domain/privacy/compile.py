"""SQL and metadata to a plan: what is asked, the fewest measurements that answer it, and the noise that pays for it."""

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache

from sqlglot import exp

from quarantine.domain.errors import Invalid, Refused
from quarantine.domain.metadata.model import ColumnType, Metadata
from quarantine.domain.privacy import aggregates, outputs, pricing
from quarantine.domain.privacy.aggregates import Asked
from quarantine.domain.privacy.catalogs import Catalog, Catalogs, paying
from quarantine.domain.privacy.conditions import condition
from quarantine.domain.privacy.inline import inlined
from quarantine.domain.privacy.keys import demoted, key
from quarantine.domain.privacy.model import Key, Order, Output, Plan
from quarantine.domain.privacy.names import same
from quarantine.domain.privacy.parameters import ParameterValue, bound
from quarantine.domain.privacy.parse import label, parse, refusal
from quarantine.domain.privacy.policy import Policy
from quarantine.domain.privacy.pricing import Deltas
from quarantine.domain.privacy.relations import copies
from quarantine.domain.privacy.resolve import Scope, check_private_column
from quarantine.domain.privacy.sources import source
from quarantine.domain.privacy.terms import Term

DEFAULT_DELTA = 1e-7
LARGEST_DELTA = 1e-5
SMALLEST_DELTA = 1e-14
LARGEST_EPSILON = 1e6
SMALLEST_EPSILON = 1e-9
LARGEST_TAU = 1e12
MOST_CELLS = 10_000
EVERYTHING = Policy()
_KINDS = {ColumnType.INT: "number", ColumnType.FLOAT: "number"}


def plan(
    sql: str,
    metadata: Metadata,
    *,
    epsilon: float,
    tau: float = 0,
    private_column: str = "",
    delta: float | None = None,
    gaussian_delta: float = 0,
    policy: Policy = EVERYTHING,
    params: Mapping[str, ParameterValue] | None = None,
    beside: Sequence[tuple[Metadata, Policy]] = (),
) -> Plan:
    """The plan of a query that costs `epsilon` as a whole, from metadata and SQL alone.

    `tau` raises the threshold of groups that are not public, `delta` is the most that such groups may cost, and
    `gaussian_delta` what Gaussian noise may cost beside, where it is the smaller noise (0: Laplace noise only);
    `policy` is what the data owner allows, `params` bind the parameters of the SQL; `beside` are further datasets that
    it may read. Raises Invalid for numbers out of their range, Refused for everything outside the language or the
    owners' policies.
    """
    epsilon = _number("epsilon", epsilon, SMALLEST_EPSILON, LARGEST_EPSILON)
    tau = _number("tau", tau, 0, LARGEST_TAU)
    delta = DEFAULT_DELTA if delta is None else _number("delta", delta, SMALLEST_DELTA, LARGEST_DELTA)
    gaussian_delta = _number("delta", gaussian_delta, 0, LARGEST_DELTA)
    if 0 < gaussian_delta < SMALLEST_DELTA:
        raise Refused(f"delta: {gaussian_delta:g} is too small for Gaussian noise; 0, or from {SMALLEST_DELTA:g} up")
    if not isinstance(sql, str):
        raise Invalid("the query: expected SQL text")
    catalogs = tuple(Catalog(*one, number) for number, one in enumerate(((metadata, policy), *beside)))
    return _planned(sql, epsilon, tau, private_column, Deltas(delta, gaussian_delta), _Known(catalogs, params or {}))


class _Known:
    """What a question is asked under. Metadata is told apart by identity: the store keeps one object for one text."""

    def __init__(self, catalogs: Catalogs, params: Mapping[str, ParameterValue]) -> None:
        self.catalogs = catalogs
        self.params = params
        self._key = (tuple((id(one.metadata), repr(one.policy)) for one in catalogs), repr(params))

    def __hash__(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Known) and self._key == other._key


# Kept, since a query is planned to be priced and planned again to be run; refusals are not kept.
@lru_cache(maxsize=256)
def _planned(sql: str, epsilon: float, tau: float, private_column: str, deltas: Deltas, known: _Known) -> Plan:
    tree = parse(sql)
    try:
        tree = inlined(bound(tree, known.params), known.catalogs)
        return _Compiler(tree, known.catalogs, private_column).plan(epsilon, tau, deltas)
    except RecursionError:
        raise Refused("the SQL is nested too deeply; use fewer operators or parentheses inside each other") from None


def _number(name: str, value: object, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise Invalid(f"{name}: expected a number from {low:g} to {high:g}")
    return float(value)


class _Compiler:
    """The steps from tree to plan, in order; each reads what the one before has found."""

    def __init__(self, tree: exp.Select, catalogs: Catalogs, private_column: str) -> None:
        self.tree = tree
        self.catalogs = catalogs
        self.items: list[exp.Expr] = tree.expressions
        self.scope: Scope = source(tree, catalogs)
        self.scope.check_hidden(tree, tuple(item.alias for item in self.items))
        self.table = self.scope.table
        check_private_column(self.table, private_column)
        self.keys: list[Key] = []
        self.asked: list[Asked] = []

    def plan(self, epsilon: float, tau: float, deltas: Deltas) -> Plan:
        where = self.tree.args.get("where")
        fragments = condition(where.this, self.scope) if where is not None else ()
        self._group()
        columns = tuple(Output(self._label(item), self._term(item.unalias())) for item in self.items)
        having = self.tree.args.get("having")
        kept = outputs.truth(having.this, _Aliased(self, columns)) if having is not None else None
        order = self._order(columns)
        public = all(one.allowed is not None for one in self.keys)
        grouped = [name for one in self.keys for name in one.columns]
        least = self.scope.rules.least(grouped, self.table.tau or 0, public=public)
        contribution = self.table.contribution_bound
        made, answers = aggregates.measured(
            self.asked, contribution, grouped=bool(self.keys), rows=not public or least > 0
        )
        if not made.found:
            raise refusal(self.tree, "nothing is measured", outputs.SUMMED)
        threshold = None if public else max(math.ceil(tau), least)
        return Plan(
            source=self.scope.relation,
            privacy_unit=self.table.privacy_unit,
            contribution_bound=contribution,
            epsilon=epsilon,
            keys=tuple(self.keys),
            where=fragments,
            measurements=tuple(made.found),
            mechanisms=pricing.mechanisms(
                made.found,
                answers,
                epsilon,
                contribution=contribution,
                deltas=deltas,
                least=threshold,
                keys=self.keys,
            ),
            aggregates=answers,
            outputs=columns,
            having=kept,
            order=order,
            limit=outputs.rows(self.tree.args.get("limit"), "LIMIT"),
            offset=outputs.rows(self.tree.args.get("offset"), "OFFSET") or 0,
            least=least if public else 0,
            paying=paying(tuple(copies(self.scope.relation)), self.catalogs),
        )

    def _group(self) -> None:
        """The keys, and that there are not too many groups of public ones."""
        group = self.tree.args.get("group")
        nodes = [self._grouped(node) for node in group.expressions] if group is not None else []
        if self.tree.args.get("distinct") is not None:
            if group is not None:
                raise refusal(self.tree, "DISTINCT and GROUP BY exclude each other", "SELECT DISTINCT of columns alone")
            nodes = [item.unalias() for item in self.items]
        for node in nodes:
            made = key(node, self.scope)
            if made not in self.keys:
                self.keys.append(made)
        if self._cells() > MOST_CELLS:
            self.keys = [demoted(made) for made in self.keys]
        if (cells := self._cells()) > MOST_CELLS:
            reason = f"these columns make {cells} groups"
            raise refusal(group or self.tree, reason, f"at most {MOST_CELLS} groups, so fewer columns")

    def _cells(self) -> int:
        return math.prod(0 if one.allowed is None else len(one.cells) for one in self.keys)

    def _grouped(self, node: exp.Expr) -> exp.Expr:
        """An expression of GROUP BY: itself, or what its alias or its position in the select list means."""
        place = outputs.position(node, len(self.items))
        if place is not None:
            return self.items[place].unalias()
        if isinstance(node, exp.Column) and not node.table and not self.scope.meant(node):
            return next((item.unalias() for item in self.items if _is_alias(item, node)), node)
        return node

    def _label(self, item: exp.Expr) -> str:
        return item.name if isinstance(item, exp.Column) else label(item)

    def _term(self, node: exp.Expr) -> Term:
        return outputs.term(node, self)

    def key(self, node: exp.Expr) -> Term | None:
        """The key that the expression is, if any."""
        if not self.keys or isinstance(node, exp.Literal) or node.find(exp.AggFunc) is not None:
            return None
        try:
            made = key(node, self.scope)
        except Refused:
            return None
        for index, one in enumerate(self.keys):
            if (one.column, one.fragments) == (made.column, made.fragments):
                return Term("key", _KINDS.get(one.type, str(one.type)), index=index)
        return None

    def aggregate(self, node: exp.Expr) -> Term:
        """The aggregate; raises Refused for what is none."""
        one = aggregates.asked(node, self.scope)
        if one not in self.asked:
            self.asked.append(one)
        return Term("aggregate", "number", index=self.asked.index(one))

    def named(self, node: exp.Column) -> Term:
        """A column that is no key: raises Refused."""
        self.scope.column(node)
        raise outputs.single(node)

    def _order(self, columns: tuple[Output, ...]) -> tuple[Order, ...]:
        order = self.tree.args.get("order")
        return tuple(self._ordered(node, columns) for node in order.expressions) if order is not None else ()

    def _ordered(self, node: exp.Ordered, columns: tuple[Output, ...]) -> Order:
        place = outputs.position(node.this, len(columns))
        if place is None and isinstance(node.this, exp.Column) and not node.this.table:
            place = next((i for i, item in enumerate(self.items) if _is_alias(item, node.this)), None)
        found = columns[place].term if place is not None else outputs.term(node.this, _Aliased(self, columns))
        return Order(found, bool(node.args.get("desc")), bool(node.args.get("nulls_first")))


class _Aliased:
    """HAVING and ORDER BY: the names of SELECT, and its aliases where a name is no column of the table."""

    def __init__(self, compiler: _Compiler, columns: tuple[Output, ...]) -> None:
        self.compiler = compiler
        self.columns = columns
        self.key = compiler.key
        self.aggregate = compiler.aggregate

    def named(self, node: exp.Column) -> Term:
        """The item of the select list that has this alias; raises Refused."""
        if not node.table:
            for item, column in zip(self.compiler.items, self.columns, strict=True):
                if _is_alias(item, node):
                    return column.term
        return self.compiler.named(node)


def _is_alias(item: exp.Expr, node: exp.Column) -> bool:
    return isinstance(item, exp.Alias) and same(item.alias, node.name)

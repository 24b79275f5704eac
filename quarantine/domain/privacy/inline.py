"""Subqueries and common table expressions that keep every person's rows apart, put in their place.

What remains is one SELECT over one table of the metadata, and only that is checked, priced and run: a subquery lends
names to expressions and adds a condition, nothing else.
"""

from collections.abc import Mapping

from sqlglot import exp

from quarantine.domain.metadata.model import Metadata
from quarantine.domain.privacy.names import same
from quarantine.domain.privacy.parse import refusal
from quarantine.domain.privacy.policy import Policy
from quarantine.domain.privacy.resolve import scope

# Names stand for expressions that stand for expressions: the whole must not grow without end.
MOST_NODES = 5_000
_RIGHT = "SELECT columns and expressions FROM a table WHERE a condition, as a subquery in FROM or WITH"
_BEYOND = ("group", "having", "distinct", "order", "limit", "offset")

_Tables = Mapping[str, exp.Select]


def inlined(tree: exp.Select, metadata: Metadata, policy: Policy) -> exp.Select:
    """The tree over a table of the metadata alone; raises Refused where a subquery does more than name and filter."""
    if tree.meta["flat"]:
        return tree
    for select in tree.find_all(exp.Select):
        at = select.parent
        if at is not None and not isinstance(at, exp.CTE) and not isinstance(at.parent, exp.From):
            raise refusal(select, "subqueries stand in FROM or WITH only", _RIGHT)
    return _Inliner(metadata, policy).flat(tree.copy(), {})


class _Inliner:
    def __init__(self, metadata: Metadata, policy: Policy) -> None:
        self.metadata = metadata
        self.policy = policy

    def flat(self, select: exp.Select, known: _Tables) -> exp.Select:
        """The select (which is changed) over its table, after everything below it."""
        with_ = select.args.pop("with_", None)
        tables = dict(known)
        for common in with_.expressions if with_ is not None else ():
            tables[common.alias.casefold()] = self._inner(common.this, tables)
        origin = select.args.get("from_")
        source = origin.this if origin is not None else None
        if isinstance(source, exp.Subquery):
            self._merge(select, self._inner(source.this, tables), source.alias)
        elif isinstance(source, exp.Table) and not source.db and source.name.casefold() in tables:
            self._merge(select, tables[source.name.casefold()], source.alias or source.name)
        return select

    def _inner(self, select: exp.Expr, known: _Tables) -> exp.Select:
        """A subquery over its table, checked: it projects and filters, and names no hidden column."""
        if not isinstance(select, exp.Select):
            raise refusal(select, "not a subquery that can be put in its place", _RIGHT)
        found = self.flat(select.copy(), known)
        if any(found.args.get(part) for part in _BEYOND) or found.find(exp.AggFunc) is not None:
            raise refusal(select, "a subquery that groups, sorts or limits does not keep every person's rows", _RIGHT)
        table = scope(found, self.metadata, self.policy)
        for node in found.find_all(exp.Column):
            if not isinstance(node.this, exp.Star):
                table.find(node)
        return found

    def _merge(self, outer: exp.Select, inner: exp.Select, alias: str) -> None:
        """Put the subquery's expressions in the place of its names, and its table and condition with the outer ones."""
        names = _Names(inner, alias)
        for item in list(outer.expressions):
            if isinstance(item, exp.Column) and not isinstance(item.this, exp.Star):
                # The column of the answer keeps the name that the query gave it.
                named = exp.alias_(item.copy(), item.name, quoted=True)
                named.meta["label"] = item.name
                item.replace(named)
        items = list(outer.expressions)
        self._replace(outer, [*items, outer.args.get("where")], names, [])
        self._replace(outer, [outer.args.get(part) for part in ("group", "having", "order")], names, items)
        outer.set("from_", inner.args["from_"].copy())
        conditions = [
            part.this.copy() for part in (inner.args.get("where"), outer.args.get("where")) if part is not None
        ]
        if conditions:
            wrapped = [exp.Paren(this=condition) for condition in conditions]
            one = wrapped[0] if len(wrapped) == 1 else exp.And(this=wrapped[0], expression=wrapped[1])
            outer.set("where", exp.Where(this=one))

    def _replace(self, outer: exp.Select, parts: list[exp.Expr | None], names: "_Names", items: list[exp.Expr]) -> None:
        columns = [node for part in parts if part is not None for node in part.find_all(exp.Column)]
        made = [(node, names.meaning(node, items)) for node in columns]
        size = sum(sum(1 for _ in meaning.walk()) for _, meaning in made)
        if size > MOST_NODES:
            raise refusal(outer, "the subqueries make the query too long", "fewer names that stand for expressions")
        for node, meaning in made:
            put = meaning.copy()
            node.replace(put if isinstance(put, exp.Column | exp.Paren) else exp.Paren(this=put))


class _Names:
    """The names that a subquery gives to expressions over its table."""

    def __init__(self, inner: exp.Select, alias: str) -> None:
        self.alias = alias
        self.inner = inner
        self.star = any(isinstance(item, exp.Star) for item in inner.expressions)
        self.items = [
            (item.alias_or_name, item.unalias())
            for item in inner.expressions
            if isinstance(item, exp.Alias | exp.Column) and not isinstance(item.this, exp.Star)
        ]

    def meaning(self, node: exp.Column, items: list[exp.Expr]) -> exp.Expr:
        """What the column of the outer query means over the table; `items` are the select list where aliases count."""
        if isinstance(node.this, exp.Star):
            raise refusal(node, "a star selects every column, so every person's row", "columns by name")
        if node.db or node.catalog or (node.table and not same(node.table, self.alias)):
            raise refusal(node, "there is no such table in this query", f"columns of {self.alias or 'the subquery'}")
        aliased: list[exp.Alias] = []
        if not node.table:
            aliased = [item for item in items if isinstance(item, exp.Alias) and same(item.alias, node.name)]
        if aliased and isinstance(node.parent, exp.Ordered):
            return _first(aliased)
        close = [(name, found) for name, found in self.items if same(name, node.name)]
        exact = [pair for pair in close if pair[0] == node.name] or close
        if len(exact) == 1:
            return _bare(exact[0][1])
        if not exact and aliased:
            return _first(aliased)
        if not exact and self.star:
            return exp.Column(this=node.this.copy())
        shown = ", ".join(name for name, _ in self.items[:30]) or "none"
        reason = "this name is ambiguous" if exact else "there is no such column in the subquery"
        raise refusal(node, reason, f"one of its columns: {shown}")


def _first(aliased: list[exp.Alias]) -> exp.Expr:
    found: exp.Expr = aliased[0].this
    return found


def _bare(found: exp.Expr) -> exp.Expr:
    """The expression with its columns named alone: the alias of the table below is gone."""
    copy = found.copy()
    for node in copy.find_all(exp.Column):
        for part in ("table", "db", "catalog"):
            node.set(part, None)
    return copy

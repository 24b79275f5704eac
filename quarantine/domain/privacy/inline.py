"""Subqueries and common table expressions that keep every person's rows apart, put in their place.

What remains is one SELECT over one table of the metadata, and only that is checked, priced and run: a subquery lends
names to expressions and adds a condition, nothing else.
"""

from collections.abc import Mapping

from sqlglot import exp

from quarantine.domain.privacy.catalogs import Catalogs
from quarantine.domain.privacy.names import same
from quarantine.domain.privacy.parse import refusal
from quarantine.domain.privacy.sources import source, subquery

# Names stand for expressions that stand for expressions: the whole must not grow without end.
MOST_NODES = 5_000
_RIGHT = "SELECT columns and expressions FROM a table WHERE a condition, as a subquery in FROM or WITH"
_PLACES = (exp.From, exp.Join, exp.Union)
_BEYOND = ("group", "having", "distinct", "order", "limit", "offset")

_Tables = Mapping[str, exp.Expr]


def inlined(tree: exp.Select, catalogs: Catalogs) -> exp.Select:
    """The tree over a table of the metadata alone; raises Refused where a subquery does more than name and filter."""
    if tree.meta["flat"]:
        return tree
    for select in tree.find_all(exp.Select):
        at = select.parent
        if at is not None and not isinstance(at, exp.CTE | exp.Union) and not isinstance(at.parent, _PLACES):
            raise refusal(select, "subqueries stand in FROM or WITH only", _RIGHT)
    return _Inliner(catalogs).flat(tree.copy(), {})


class _Inliner:
    def __init__(self, catalogs: Catalogs) -> None:
        self.catalogs = catalogs

    def flat(self, select: exp.Select, known: _Tables) -> exp.Select:
        """The select (which is changed) over its table, after everything below it."""
        with_ = select.args.pop("with_", None)
        tables = dict(known)
        for common in with_.expressions if with_ is not None else ():
            tables[common.alias.casefold()] = self._inner(common.this, tables)
        origin, joins = select.args.get("from_"), select.args.get("joins") or []
        for join in joins:
            self._put(join.this, tables)
        if origin is not None:
            alone = None if joins else origin.this
            found = self._put(origin.this, tables)
            if found is not None and alone is not None and isinstance(found[0], exp.Select) and _plain(found[0]):
                self._merge(select, found[0], found[1])
        return select

    def _put(self, operand: exp.Expr, known: _Tables) -> tuple[exp.Expr, str] | None:
        """The subquery that stands, or is named, in FROM or JOIN, put there as it is over its tables; and its alias."""
        if isinstance(operand, exp.Subquery):
            inner, alias = self._inner(operand.this, known), operand.alias
        elif isinstance(operand, exp.Table) and not operand.db and operand.name.casefold() in known:
            inner, alias = known[operand.name.casefold()], operand.alias or operand.name
        else:
            return None
        named = exp.TableAlias(this=exp.to_identifier(alias, quoted=True)) if alias else None
        operand.replace(exp.Subquery(this=inner.copy(), alias=named))
        return inner, alias

    def _inner(self, select: exp.Expr, known: _Tables) -> exp.Expr:
        """A subquery over its tables, checked: it keeps persons apart, and names no hidden column."""
        if isinstance(select, exp.Subquery) and not select.alias:
            return self._inner(select.this, known)
        if isinstance(select, exp.Union):
            found: exp.Expr = select.copy()
            for part in ("this", "expression"):
                found.set(part, self._inner(select.args[part], known))
            subquery(found, self.catalogs)
            return found
        if not isinstance(select, exp.Select):
            raise refusal(select, "not a subquery that can be put in its place", _RIGHT)
        found = self.flat(select.copy(), known)
        if not _plain(found):
            subquery(found, self.catalogs)
            return found
        table = source(found, self.catalogs)
        for node in found.walk(prune=lambda node: isinstance(node, exp.Subquery)):
            if isinstance(node, exp.Column) and not isinstance(node.this, exp.Star):
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
        for part in ("from_", "joins"):
            outer.set(part, inner.copy().args.get(part))
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


def _plain(select: exp.Select) -> bool:
    """Whether a subquery only names and filters."""
    parts = [select.args.get("where"), *select.expressions]
    aggregate = any(part is not None and part.find(exp.AggFunc) is not None for part in parts)
    return not aggregate and not any(select.args.get(part) for part in _BEYOND)


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
            # Of several tables, names may need theirs.
            return exact[0][1].copy() if self.inner.args.get("joins") else _bare(exact[0][1])
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

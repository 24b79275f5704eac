"""HAVING in a subquery that has a row per person: a filter of these rows, over the columns that its aggregates make."""

from sqlglot import exp

from quarantine.domain.privacy import outputs
from quarantine.domain.privacy.names import same
from quarantine.domain.privacy.parse import refusal
from quarantine.domain.privacy.resolve import Scope
from quarantine.domain.privacy.views import unused

_RIGHT = "COUNT, SUM, AVG, MIN, MAX of the person, and columns of GROUP BY"


def without(select: exp.Select, keys: list[exp.Expr], below: Scope) -> tuple[exp.Select, exp.Expr, frozenset[str]]:
    """The select without its HAVING, the condition over its columns, and those that were added for that alone.

    `keys` are what it groups by; raises Refused for a name that means nothing in a group.
    """
    plain = select.copy()
    test = plain.args.pop("having").this
    found = _Columns(plain, keys, below)
    made: exp.Expr = test.transform(found.put)
    return plain, made, frozenset(found.added)


class _Columns:
    def __init__(self, select: exp.Select, keys: list[exp.Expr], below: Scope) -> None:
        self.select = select
        self.keys = keys
        self.below = below
        self.added: list[str] = []

    def put(self, node: exp.Expr) -> exp.Expr:
        """The column of the group that the expression is, if it is one."""
        if isinstance(node, outputs.AGGREGATES) or node in self.keys:
            return exp.column(self._name(node), quoted=True)
        if not isinstance(node, exp.Column):
            return node
        for item in self.select.expressions:
            if not node.table and same(item.alias_or_name, node.name) and self._means(item, node):
                return exp.column(item.alias_or_name, quoted=True)
        raise refusal(node, "neither grouped by nor an aggregate", _RIGHT)

    def _means(self, item: exp.Expr, node: exp.Column) -> bool:
        """Whether a name is this item's and not that of another column of the table, which it would be in SQL."""
        column, known = item.unalias(), self.below.meant(node)
        return not known or (isinstance(column, exp.Column) and self.below.meant(column) == known)

    def _name(self, node: exp.Expr) -> str:
        for item in self.select.expressions:
            if item.unalias() == node:
                return str(item.alias_or_name)
        name = unused("h", [item.alias_or_name for item in self.select.expressions])
        self.select.append("expressions", exp.alias_(node.copy(), name, quoted=True))
        self.added.append(name)
        return name

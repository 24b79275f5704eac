"""Names in the SQL to tables and columns of the metadata.

Names match as in SQL, whatever their case, quoted or not; where two names differ in case alone, the exact spelling
decides. Columns that the owner has hidden are refused here, so that no other room has to think of them.
"""

from dataclasses import dataclass

from sqlglot import exp

from quarantine.domain.errors import Invalid, Refused
from quarantine.domain.metadata.model import Column, Table
from quarantine.domain.privacy.catalogs import Catalogs, found, listed
from quarantine.domain.privacy.names import named, same
from quarantine.domain.privacy.parse import refusal
from quarantine.domain.privacy.policy import Rules
from quarantine.domain.privacy.relations import Copied, Relation


@dataclass(frozen=True, slots=True)
class Visible:
    """A column under the name that the query has for it."""

    name: str
    column: Column


@dataclass(frozen=True, slots=True)
class Part:
    """A table of FROM: what may stand before its columns' names, and its columns."""

    names: frozenset[tuple[str, ...]]
    columns: tuple[Visible, ...]


@dataclass(frozen=True)
class Scope:
    """What a query reads as one table, the names under which it may speak of its parts, and what the owner allows."""

    table: Table
    parts: tuple[Part, ...]
    rules: Rules
    relation: Relation

    def column(self, node: exp.Column) -> Column:
        """The column that the SQL shows, groups or filters by; raises Refused where there is none or it may not."""
        found = self.aggregated(node)
        if found.name in self.rules.private:
            right = f"COUNT, SUM or AVG of {found.name}"
            raise refusal(node, "the data owner lets this column be aggregated only", right)
        return found

    def aggregated(self, node: exp.Column) -> Column:
        """The column that stands inside an aggregate; raises Refused where there is none, several, or it may not."""
        found = self.find(node)
        if found.private_id or found.name == self.table.privacy_unit:
            right = f"COUNT(DISTINCT {found.name})" if self.table.privacy_unit else "any other column"
            raise refusal(
                node, "this column names the protected persons and is never shown, filtered or grouped", right
            )
        if not found.selectable and found.name not in self.rules.public:
            raise refusal(node, "the data owner has not made this column selectable", self._list())
        if found.mask is not None:
            raise refusal(node, "the data owner has masked this column", self._list())
        return found

    def find(self, node: exp.Column) -> Column:
        """The column of this name, whatever may be done with it; raises Refused where there is none or it is hidden."""
        if isinstance(node.this, exp.Star):
            raise refusal(node, "a star selects every column, so every person's row", "COUNT(*), or columns by name")
        found = self.meant(node)
        if any(column.name in self.rules.hidden for column in found):
            raise refusal(node, "the data owner has hidden this column", self._list())
        if len(found) != 1:
            several = (
                "several columns differ in case alone" if len(self.parts) == 1 else "several tables have this column"
            )
            raise refusal(node, several if found else "there is no such column", self._list())
        return found[0]

    def named(self, name: str) -> Column:
        """The column of exactly this spelling."""
        return next(column for column in self.table.columns if column.name == name)

    def meant(self, node: exp.Column) -> list[Column]:
        """All columns that the name may mean; raises Refused where it is another table's."""
        qualifier = tuple(part.casefold() for part in (node.catalog, node.db, node.table) if part)
        parts = [part for part in self.parts if not qualifier or qualifier in part.names]
        if not parts:
            raise refusal(node, "there is no such table in this query", f"columns of {self.table.name or 'its tables'}")
        # A column of USING is in two tables, and one column.
        return list(dict.fromkeys(found.column for part in parts for found in named(part.columns, node.name)))

    def check_hidden(self, tree: exp.Expr, aliases: tuple[str, ...]) -> None:
        """Raise Refused if a hidden column is named anywhere, before anything else is said of the query.

        ORDER BY means an alias before it means a column.
        """
        for node in tree.walk(prune=lambda node: isinstance(node, exp.Subquery)) if self.rules.hidden else ():
            if not isinstance(node, exp.Column) or isinstance(node.this, exp.Star):
                continue
            alone = not node.table and isinstance(node.parent, exp.Ordered)
            ordered = alone and any(same(alias, node.name) for alias in aliases)
            if not ordered and any(column.name in self.rules.hidden for column in self.meant(node)):
                self.find(node)

    def _list(self) -> str:
        rules = self.rules
        names = [
            c.name
            for c in self.table.columns
            if (c.selectable or c.name in rules.public)
            and c.mask is None
            and not c.private_id
            and c.name not in rules.hidden
        ]
        return ", ".join(names[:30]) + (", ..." if len(names) > 30 else "") if names else "no column of this table"


def scope(tree: exp.Select, catalogs: Catalogs) -> Scope:
    """The table that the query reads; raises Refused where the name is missing, unknown or ambiguous."""
    source = tree.args.get("from_")
    node = source.this if source is not None else None
    if not isinstance(node, exp.Table) or not isinstance(node.this, exp.Identifier):
        raise refusal(tree, "a table is missing", f"FROM {listed(catalogs)}")
    return table_scope(node, catalogs)


def table_scope(node: exp.Table, catalogs: Catalogs) -> Scope:
    """The table that stands in FROM or JOIN; raises Refused where the name is unknown or ambiguous."""
    catalog, table = found(node, catalogs)
    rules = Rules.of(catalog.policy, table)
    schema, name, dataset = (part.casefold() for part in (table.schema, table.name, catalog.metadata.name))
    names = {(name,), (schema, name), (dataset, schema, name), (node.name.casefold(),)}
    if node.db:
        names.add((node.db.casefold(), name))
    if node.alias:
        names = {(node.alias.casefold(),)}
    part = Part(frozenset(names), tuple(Visible(column.name, column) for column in table.columns))
    return Scope(table, (part,), rules, Copied(table.schema, table.name, catalog.number))


def check_private_column(table: Table, private_column: str) -> None:
    """A request may repeat the owner's privacy unit, never choose another; raises Invalid or Refused."""
    if not isinstance(private_column, str):
        raise Invalid("private_column: expected a string")
    name = private_column.strip()
    if not name:
        return
    unit = table.privacy_unit
    if unit is None:
        raise Refused("private_column: each row of this table is protected by itself; leave private_column empty")
    if not same(name, unit):
        raise Refused(
            "private_column: only the privacy unit that the data owner declared can be protected; leave it empty"
        )

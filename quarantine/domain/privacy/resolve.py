"""Names in the SQL to tables and columns of the metadata.

Names match as in SQL, whatever their case, quoted or not; where two names differ in case alone, the exact spelling
decides. Columns that the owner has hidden are refused here, so that no other room has to think of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from sqlglot import exp

from quarantine.domain.errors import Invalid, Refused
from quarantine.domain.metadata.model import Column, Metadata, Table
from quarantine.domain.privacy.parse import refusal


class _Named(Protocol):
    @property
    def name(self) -> str: ...


_N = TypeVar("_N", bound=_Named)


def _same(left: str, right: str) -> bool:
    return left.casefold() == right.casefold()


def _named(items: Sequence[_N], name: str) -> list[_N]:
    exact = [item for item in items if item.name == name]
    return exact or [item for item in items if _same(item.name, name)]


@dataclass(frozen=True)
class Scope:
    """The one table of a query, and the names under which the query may speak of it."""

    table: Table
    names: frozenset[tuple[str, ...]]

    def column(self, node: exp.Column) -> Column:
        """The column that the piece of SQL names; raises Refused where there is none, several, or a hidden one."""
        found = self.find(node)
        if found.private_id or found.name == self.table.privacy_unit:
            right = f"COUNT(DISTINCT {found.name})" if self.table.privacy_unit else "any other column"
            raise refusal(
                node, "this column names the protected persons and is never shown, filtered or grouped", right
            )
        if not found.selectable:
            raise refusal(node, "the data owner has not made this column selectable", _list(self.table))
        if found.mask is not None:
            raise refusal(node, "the data owner has masked this column", _list(self.table))
        return found

    def find(self, node: exp.Column) -> Column:
        """Like `column`, but hidden columns are found too."""
        if isinstance(node.this, exp.Star):
            raise refusal(node, "a star selects every column, so every person's row", "COUNT(*), or columns by name")
        qualifier = tuple(part.casefold() for part in (node.catalog, node.db, node.table) if part)
        if qualifier and qualifier not in self.names:
            raise refusal(node, "there is no such table in this query", f"columns of {self.table.name}")
        found = _named(self.table.columns, node.name)
        if len(found) != 1:
            reason = "several columns differ in case alone" if found else "there is no such column"
            raise refusal(node, reason, _list(self.table))
        return found[0]


def _list(table: Table) -> str:
    names = [c.name for c in table.columns if c.selectable and c.mask is None and not c.private_id]
    return ", ".join(names[:30]) + (", ..." if len(names) > 30 else "") if names else "no column of this table"


def scope(tree: exp.Select, metadata: Metadata) -> Scope:
    """The table that the query reads; raises Refused where the name is missing, unknown or ambiguous."""
    source = tree.args.get("from_")
    node = source.this if source is not None else None
    if not isinstance(node, exp.Table) or not isinstance(node.this, exp.Identifier):
        raise refusal(tree, "a table is missing", f"FROM {_tables(metadata)}")
    table = _table(node, metadata)
    alias = node.alias
    if alias:
        return Scope(table, frozenset({(alias.casefold(),)}))
    schema, name, dataset = (part.casefold() for part in (table.schema, table.name, metadata.name))
    names = {(name,), (schema, name), (dataset, schema, name), (node.name.casefold(),)}
    return Scope(table, frozenset(names))


def _table(node: exp.Table, metadata: Metadata) -> Table:
    within = [table for table in metadata.tables if not node.db or _same(table.schema, node.db)]
    found = _named(within, node.name)
    if not node.db and not found and len(metadata.tables) == 1 and _same(metadata.name, node.name):
        found = list(metadata.tables)
    if node.catalog and not _same(metadata.name, node.catalog):
        found = []
    if len(found) != 1:
        reason = "this name is ambiguous" if found else "there is no such table"
        raise refusal(node, reason, _tables(metadata))
    return found[0]


def _tables(metadata: Metadata) -> str:
    return " or ".join(f"{table.schema}.{table.name}" for table in metadata.tables[:20])


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
    if not _same(name, unit):
        raise Refused(
            "private_column: only the privacy unit that the data owner declared can be protected; leave it empty"
        )

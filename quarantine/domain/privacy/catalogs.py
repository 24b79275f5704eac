"""The datasets that a query may read, each under what its owner allows. In SQL's words each is a catalog."""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec
from sqlglot import exp

from quarantine.domain.metadata.model import Metadata, Table
from quarantine.domain.privacy.names import named, same
from quarantine.domain.privacy.parse import refusal
from quarantine.domain.privacy.policy import Policy
from quarantine.domain.privacy.relations import Copied


class Catalog(NamedTuple):
    """A dataset, what its owner allows of it, and its place among those that are asked (from 0)."""

    metadata: Metadata
    policy: Policy
    number: int = 0


Catalogs = tuple[Catalog, ...]


def unasked(catalogs: Catalogs) -> Catalogs:
    """The same without what the request itself asks for: that is of the whole query, not of a table in it."""
    return tuple(one._replace(policy=msgspec.structs.replace(one.policy, requested={})) for one in catalogs)


def found(node: exp.Table, catalogs: Catalogs) -> tuple[Catalog, Table]:
    """The table of this name and its dataset; raises Refused where the name is unknown or ambiguous."""
    made = [(one, table) for one in catalogs for table in _within(node, one.metadata)]
    if len(made) != 1:
        several = {one.number for one, _ in made}
        reason = "there is no such table"
        if made:
            reason = "this name is in several datasets" if len(several) > 1 else "this name is ambiguous"
        raise refusal(node, reason, listed(tuple(one for one in catalogs if one.number in several) or catalogs))
    return made[0]


def _within(node: exp.Table, metadata: Metadata) -> list[Table]:
    """The tables of a dataset that the name may mean: `table`, `schema.table`, `dataset.table`, or all three."""
    if node.catalog and not same(metadata.name, node.catalog):
        return []
    tables = [table for table in metadata.tables if not node.db or same(table.schema, node.db)]
    made = named(tables, node.name)
    if made or node.catalog:
        return made
    if node.db:
        return named(metadata.tables, node.name) if same(metadata.name, node.db) else []
    alone = len(metadata.tables) == 1 and same(metadata.name, node.name)
    return list(metadata.tables) if alone else []


def listed(catalogs: Catalogs) -> str:
    """The tables by name; with that of their dataset where there are several."""
    tables = [(one.metadata.name, table) for one in catalogs for table in one.metadata.tables]
    if len(catalogs) > 1:
        return " or ".join(f"{name}.{table.schema}.{table.name}" for name, table in tables[:20])
    return " or ".join(f"{table.schema}.{table.name}" for _, table in tables[:20])


def check_persons(node: exp.Expr, read: Sequence[Copied], catalogs: Catalogs) -> None:
    """Raises Refused where tables could name persons in different ways: one person would be two of them.

    Within a dataset the column that names the person has one name. Two datasets are of the same persons where both
    owners say so, by one word in `persons`.
    """
    known = {(one.number, table.schema, table.name): table for one in catalogs for table in one.metadata.tables}
    tables = {(copied.dataset, copied.schema, copied.table) for copied in read}
    private = {place: known[place] for place in tables if not known[place].rows_are_public}
    said = {table.persons if table.privacy_unit is not None else "" for table in private.values()}
    if len({place[0] for place in private}) > 1:
        if len(said) > 1 or said == {""}:
            right = "one dataset, with lookup tables of others; or datasets whose metadata has the same `persons`"
            raise refusal(node, "these datasets do not say that they are about the same persons", right)
        return
    units = {table.privacy_unit.casefold() for table in private.values() if table.privacy_unit is not None}
    if len(units) > 1 or len(said - {""}) > 1:
        right = "tables in which the column that names the person has one name"
        raise refusal(node, "these tables may name the same person differently", right)


def paying(read: Sequence[Copied], catalogs: Catalogs) -> tuple[int, ...]:
    """The datasets whose private tables are read, by their place; the first where only lookup tables are."""
    public = {
        (one.number, table.schema, table.name)
        for one in catalogs
        for table in one.metadata.tables
        if table.rows_are_public
    }
    private = {one.dataset for one in read if (one.dataset, one.schema, one.table) not in public}
    return tuple(sorted(private)) or (read[0].dataset,)

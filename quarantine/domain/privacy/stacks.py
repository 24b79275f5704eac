"""UNION ALL: rows of several subqueries as one table, where each branch says whose its rows are."""

import math
from dataclasses import replace

import msgspec
from sqlglot import exp

from quarantine.domain.metadata.model import Column, ColumnType
from quarantine.domain.privacy.fragments import Fragments, Name
from quarantine.domain.privacy.integers import scaled
from quarantine.domain.privacy.parse import refusal
from quarantine.domain.privacy.policy import Rules
from quarantine.domain.privacy.relations import Computed, Selected, Stacked
from quarantine.domain.privacy.resolve import Scope
from quarantine.domain.privacy.values import of_column
from quarantine.domain.privacy.views import Made, limited, place, view


def stacked(node: exp.Union, scopes: list[Scope]) -> Scope:
    """The rows of all branches: a person has the rows that he has in each."""
    first = scopes[0]
    if any(one.table.rows_are_public or one.table.privacy_unit is None for one in scopes):
        right = "tables whose metadata names the person"
        raise refusal(node, "each branch of UNION ALL has to say whose its rows are", right)
    if len({place(one.table) for one in scopes}) > 1:
        raise refusal(node, "these tables are in different engines", "tables of one connector and one database")
    listed = [_ordered(one) for one in scopes]
    if len({len(columns) for columns in listed}) > 1:
        raise refusal(node, "the branches of UNION ALL have different numbers of columns", "as many in each, in order")
    made = [_stack(node, list(columns), scopes) for columns in zip(*listed, strict=True)]
    places = {
        [c.name for c in columns].index(s.table.privacy_unit or "") for columns, s in zip(listed, scopes, strict=True)
    }
    if len(places) > 1:
        raise refusal(
            node, "the column that names the person is not in the same place", "the same order in each branch"
        )
    parts = tuple(
        Selected(one.relation, tuple((m[i].fragments, m[0].column.name) for m in made)) for i, one in enumerate(scopes)
    )
    unit = first.table.privacy_unit
    rows = limited(node, sum(one.table.contribution_bound for one in scopes))
    seen = {visible.column.name for visible in first.parts[0].columns}
    hidden = frozenset(column.name for column in first.table.columns if column.name not in seen)
    found = view(first, [m[0] for m in made], hidden, Stacked(parts), unit, rows)
    rules = _all_rules(scopes, listed)
    table = msgspec.structs.replace(found.table, tau=max(one.table.tau or 0 for one in scopes))
    return replace(found, table=table, rules=rules)


def _ordered(one: Scope) -> list[Column]:
    """The columns in the order of the query, and then the privacy unit where it has no name there."""
    seen = [visible.column for visible in one.parts[0].columns]
    unit = [column for column in one.table.columns if column.name == one.table.privacy_unit]
    return seen + [column for column in unit if column not in seen]


def _all_rules(scopes: list[Scope], listed: list[list[Column]]) -> Rules:
    """What restricts a column of a branch restricts the column of the whole."""
    names = [column.name for column in listed[0]]
    hidden, private, thresholds = set[str](), set[str](), dict[str, int]()
    for one, columns in zip(scopes, listed, strict=True):
        for name, column in zip(names, columns, strict=True):
            hidden |= {name} if column.name in one.rules.hidden else set()
            private |= {name} if column.name in one.rules.private else set()
            thresholds[name] = max(thresholds.get(name, 0), one.rules.thresholds.get(column.name, 0))
    kept = {name: least for name, least in thresholds.items() if least}
    return Rules(frozenset(hidden), frozenset(private), frozenset(), kept, {})


def _stack(node: exp.Union, columns: list[Column], scopes: list[Scope]) -> list[Made]:
    """One column of the whole, as each branch makes it."""
    first = columns[0]
    for other in columns[1:]:
        if (other.type, other.private_id) != (first.type, first.private_id):
            reason = f"{first.name} is a {first.type} in one branch and a {other.type} in another"
            if other.type is first.type:
                reason = f"{first.name} names the person in one branch only"
            raise refusal(node, reason, "columns of the same types in the same order")
    merged = _merged(columns)
    factor = merged.scale
    pieces: list[Fragments] = [(Name(column.name),) for column in columns]
    if first.type is ColumnType.FLOAT and len({column.scale for column in columns}) > 1:
        named = exp.column(first.name)
        pieces = [scaled(node, of_column(named, c), factor // c.scale).fragments for c in columns]
    return [Made(merged, piece, (column.name,)) for piece, column in zip(pieces, columns, strict=True)]


def _merged(columns: list[Column]) -> Column:
    """A column that holds the values of all of these, with what restricts any of them."""
    first = columns[0]
    bounded = all(column.bounded for column in columns)
    lowers = [column.lower for column in columns if column.lower is not None]
    uppers = [column.upper for column in columns if column.upper is not None]
    known = [column.allowed_values for column in columns if column.allowed_values is not None]
    allowed = tuple(dict.fromkeys(value for values in known for value in values))
    return Computed(
        name=first.name,
        type=first.type,
        selectable=all(column.selectable for column in columns),
        private_id=first.private_id,
        nullable=any(column.nullable for column in columns),
        lower=min(lowers) if bounded else None,
        upper=max(uppers) if bounded else None,
        allowed_values=allowed if len(known) == len(columns) else None,
        mask=next((column.mask for column in columns if column.mask is not None), None),
        factor=math.lcm(*(column.scale for column in columns)),
    )

"""FROM: tables, joins and subqueries as one table whose rows each belong to one privacy unit, so many at most.

A join keeps that up in two ways: a row meets at most one row of a public lookup table, or only rows of the same person.
Everything else is refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeGuard

import msgspec
from sqlglot import exp

from quarantine.domain.metadata.model import Column, ColumnType
from quarantine.domain.privacy import having, outputs
from quarantine.domain.privacy.catalogs import Catalogs, check_persons, unasked
from quarantine.domain.privacy.conditions import condition
from quarantine.domain.privacy.fragments import Fragments
from quarantine.domain.privacy.names import same
from quarantine.domain.privacy.parse import refusal
from quarantine.domain.privacy.policy import Rules, asked_of
from quarantine.domain.privacy.relations import Joined, Selected, View, copies
from quarantine.domain.privacy.resolve import Part, Scope, Visible, scope, table_scope
from quarantine.domain.privacy.stacks import stacked
from quarantine.domain.privacy.views import Made, bare, computed, limited, per_person, place, unused, view

_ON = "JOIN table ON a.id = b.id"
_BEYOND = ("distinct", "order", "limit", "offset", "with_")
_KEYS = (ColumnType.INT, ColumnType.STRING)


def source(tree: exp.Select, catalogs: Catalogs) -> Scope:
    """What the query reads; raises Refused where that could be more than so many rows of one privacy unit."""
    origin, joins = tree.args.get("from_"), tree.args.get("joins") or []
    node = origin.this if origin is not None else None
    if not joins and not isinstance(node, exp.Subquery):
        return scope(tree, catalogs)
    below = _Sources(unasked(catalogs))
    found = below.operand(node, tree)
    for join in joins:
        found = below.joined(found, join)
    check_persons(tree, tuple(copies(found.relation)), catalogs)
    requested = asked_of(catalogs[0].policy, found.table, found.rules.hidden)
    return replace(found, rules=replace(found.rules, requested=requested))


def subquery(node: exp.Expr, catalogs: Catalogs) -> Scope:
    """A subquery that is more than names and a filter, as a table; raises Refused."""
    found = _Sources(unasked(catalogs)).subquery(node)
    check_persons(node, tuple(copies(found.relation)), catalogs)
    return found


@dataclass(frozen=True, slots=True)
class _Sources:
    catalogs: Catalogs

    def operand(self, node: exp.Expr | None, whole: exp.Expr) -> Scope:
        """One table of FROM or JOIN."""
        if isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier):
            return table_scope(node, self.catalogs)
        if not isinstance(node, exp.Subquery):
            raise refusal(whole, "a table is missing", "FROM a table or a subquery")
        found = self.subquery(node.this)
        names = frozenset({(node.alias.casefold(),)}) if node.alias else frozenset[tuple[str, ...]]()
        return replace(found, parts=tuple(replace(part, names=names) for part in found.parts))

    def subquery(self, node: exp.Expr) -> Scope:
        """The table that a subquery makes."""
        if isinstance(node, exp.Union):
            first, *rest = _branches(node)
            return stacked(node, [self.subquery(first), *(self.subquery(_titled(part)) for part in rest)])
        if not isinstance(node, exp.Select):
            raise refusal(node, "not a subquery", "SELECT ... FROM a table")
        for part in _BEYOND:
            if node.args.get(part):
                right = "WHERE, and GROUP BY the column that names the person"
                reason = f"a subquery with {part.strip('_').upper()} does not keep every person's rows"
                raise refusal(node, reason, right)
        below = source(node, self.catalogs)
        below.check_hidden(node, ())
        group = node.args.get("group")
        if group is None and node.args.get("having"):
            raise refusal(
                node, "HAVING is a condition of groups", "GROUP BY the column that names the person, or WHERE"
            )
        if group is None:
            return _projected(node, below)
        return _chosen(node, group, below) if node.args.get("having") else _grouped(node, group, below)

    def joined(self, left: Scope, join: exp.Join) -> Scope:
        """The tables so far with one more."""
        kind = " ".join(str(join.args[part]).upper() for part in ("side", "kind") if join.args.get(part))
        outer = kind in ("LEFT", "LEFT OUTER")
        if (not outer and kind not in ("", "INNER")) or not (join.args.get("on") or join.args.get("using")):
            raise refusal(join, "this join is not supported", f"{_ON}, or LEFT {_ON}")
        right = self.operand(join.this, join)
        if left.table.rows_are_public and not right.table.rows_are_public and not outer:
            left, right = right, left
        if any(one.names & other.names for one in left.parts for other in right.parts):
            raise refusal(join, "two tables have one name", "an alias for each: FROM a JOIN a AS b ON a.id = b.id")
        if place(left.table) != place(right.table):
            raise refusal(join, "these tables are in different engines", "tables of one connector and one database")
        return _join(left, right, join, outer=outer)


def _join(left: Scope, right: Scope, join: exp.Join, *, outer: bool) -> Scope:
    renamed: dict[str, Column] = {}
    taken = [column.name for column in left.table.columns]
    for column in right.table.columns:
        name = unused(column.name, [*taken, *(one.name for one in renamed.values())])
        null = column.nullable or outer
        renamed[column.name] = bare(name, msgspec.structs.replace(column, nullable=null, unique=False), right).column
    shared = _shared(join, left, right)
    # A row of the left that has several matches stands several times.
    own = {c.name: _left(c, left, kept=right.table.rows_are_public) for c in left.table.columns}
    parts = [Part(p.names, tuple(Visible(v.name, own[v.column.name]) for v in p.columns)) for p in left.parts]
    # A column of USING is one column: the left's, which is the right's as well unless there is no row on the right.
    met = renamed | {other.name: own[one.name] for one, other in shared}
    gone = {other.name for _, other in shared} if outer else set[str]()
    more = [
        Part(p.names, tuple(Visible(v.name, met[v.column.name]) for v in p.columns if v.column.name not in gone))
        for p in right.parts
    ]
    table = View(
        schema="",
        name="",
        columns=(*own.values(), *renamed.values()),
        source=left.table.source,
        row_privacy=left.table.privacy_unit is None,
        rows_are_public=left.table.rows_are_public,
        tau=max(left.table.tau or 0, right.table.tau or 0),
        unit=left.table.privacy_unit,
    )
    rules = _both(left.rules, right.rules, {name: column.name for name, column in renamed.items()})
    merged = Scope(table, (*parts, *more), rules, left.relation)
    pairs = [(own[one.name], renamed[other.name]) for one, other in shared] or _pairs(join, merged, set(own))
    back = {column.name: name for name, column in renamed.items()}
    on = tuple((one.name, back[other.name]) for one, other in pairs)
    rows = _rows_per_unit(left, right, join, on, outer=outer)
    relation = Joined(
        left.relation, right.relation, outer, on, tuple(own), tuple((name, c.name) for name, c in renamed.items())
    )
    return replace(merged, table=msgspec.structs.replace(table, rows_per_unit=rows), relation=relation)


def _left(column: Column, left: Scope, *, kept: bool) -> Column:
    return msgspec.structs.replace(bare(column.name, column, left).column, unique=column.unique and kept)


def _both(left: Rules, right: Rules, names: dict[str, str]) -> Rules:
    """The rules of both sides; those of the right under its new names. What is public is selectable by now."""
    hidden = left.hidden | {names[name] for name in right.hidden}
    private = left.private | {names[name] for name in right.private}
    thresholds = {**left.thresholds, **{names[name]: least for name, least in right.thresholds.items()}}
    return Rules(hidden, private, frozenset(), thresholds, {})


def _shared(join: exp.Join, left: Scope, right: Scope) -> list[tuple[Column, Column]]:
    """The columns that USING compares, those of the left first."""
    found = []
    for name in join.args.get("using") or ():
        node = exp.Column(this=name.copy())
        one, other = left.find(node), right.find(node)
        if not (one.private_id and other.private_id):
            left.column(node)
            right.column(node)
        found.append(_comparable(node, one, other))
    return found


def _comparable(part: exp.Expr, one: Column, other: Column) -> tuple[Column, Column]:
    if one.type != other.type or one.type not in _KEYS:
        raise refusal(part, f"a {one.type} is compared with a {other.type}", "two int or two string columns")
    return one, other


def _pairs(join: exp.Join, merged: Scope, left: set[str]) -> list[tuple[Column, Column]]:
    """The columns that ON compares, those of the left first."""
    on = join.args["on"]
    parts = list(on.flatten()) if isinstance(on, exp.And) else [on]
    return [_pair(part.unnest(), merged, left) for part in parts]


def _pair(part: exp.Expr, merged: Scope, left: set[str]) -> tuple[Column, Column]:
    sides = (part.this, part.expression) if isinstance(part, exp.EQ) else ()
    if not sides or not all(isinstance(side, exp.Column) for side in sides):
        raise refusal(part, "rows are joined by equal columns", f"{_ON}, further conditions in WHERE")
    one, other = (merged.find(side) for side in sides)
    if not (one.private_id and other.private_id):
        # What names persons is compared with what names persons, and nothing else.
        for side in sides:
            merged.column(side)
    if one.name not in left:
        one, other = other, one
    if one.name not in left or other.name in left:
        raise refusal(part, "this compares columns of one side", _ON)
    return _comparable(part, one, other)


def _rows_per_unit(left: Scope, right: Scope, join: exp.Join, on: tuple[tuple[str, str], ...], *, outer: bool) -> int:
    """How many rows of the join one privacy unit has at most; raises Refused where that is not known."""
    own, table = {column.name: column for column in left.table.columns}, right.table
    if table.rows_are_public:
        if not any(
            table_column.unique for _, name in on for table_column in table.columns if table_column.name == name
        ):
            right_way = "ON a column of the lookup table of which the metadata says `unique: true`"
            raise refusal(join, "a row could meet several rows of the lookup table", right_way)
        return left.table.contribution_bound
    reason = "" if left.table.rows_are_public else "both tables need a column that names the person"
    if left.table.rows_are_public:
        reason = "rows of a lookup table without a match belong to nobody"
    elif left.table.privacy_unit is not None and table.privacy_unit is not None:
        if any(own[one].private_id and other == table.privacy_unit for one, other in on):
            return limited(join, left.table.contribution_bound * table.contribution_bound)
        reason = "a row of one person could meet rows of another"
    right_way = "ON a.person = b.person (what names the persons), or a lookup table (rows_are_public: true)"
    raise refusal(join, reason, right_way)


def _projected(select: exp.Select, below: Scope) -> Scope:
    """Names and a filter: as many rows per unit as below."""
    made = [one for item in select.expressions for one in _items(item, below)]
    unit, hidden = _unit_of(made, below)
    relation = Selected(below.relation, _columns(made), _where(select, below))
    return _distinctly(select, view(below, made, hidden, relation, unit, below.table.contribution_bound))


def _grouped(select: exp.Select, group: exp.Group, below: Scope) -> Scope:
    """One row for each person, or for each person and what else is grouped by."""
    nodes = _grouping(select, group, below)
    keys = [node for node in nodes if not _is_unit(node, below)]
    items = [item for item in select.expressions if item.unalias() not in nodes]
    shown = [_key(item, below) for item in select.expressions if item.unalias() in nodes]
    chosen = [item.unalias() for item in select.expressions]
    taken = [item.alias_or_name for item in select.expressions]
    inner = [_key(exp.alias_(key.copy(), unused("k", taken)), below) for key in keys if key not in chosen]
    folded = [_aggregate(item, below) for item in items]
    made = [*shown, *inner]
    found, hidden = _unit_of(made, below)
    hidden = hidden | {one.column.name for one in inner}
    rows = below.table.contribution_bound if keys else 1
    relation = Selected(below.relation, _columns([*made, *folded]), _where(select, below), grouped=len(made))
    return _distinctly(select, view(below, [*made, *folded], hidden, relation, found, rows))


def _grouping(select: exp.Select, group: exp.Group, below: Scope) -> list[exp.Expr]:
    """What a subquery groups by; raises Refused where that is not the person."""
    nodes = [_named(node, select) for node in group.expressions]
    if not any(_is_unit(node, below) for node in nodes):
        unit = below.table.privacy_unit
        right = f"GROUP BY {unit}" if unit else "a table whose metadata names the person"
        raise refusal(select, "a group of a subquery has to be of one person", right)
    return nodes


def _chosen(select: exp.Select, group: exp.Group, below: Scope) -> Scope:
    """Of the rows of `_grouped`, those that HAVING keeps: each is of one person, so this says nothing of others."""
    plain, test, added = having.without(select, _grouping(select, group, below), below)
    found = _grouped(plain, group, below)
    made = [bare(column.name, column, found) for column in found.table.columns]
    seen = {visible.column.name for part in found.parts for visible in part.columns} - added
    relation = Selected(found.relation, _columns(made), condition(test, found))
    hidden = frozenset(one.column.name for one in made if one.column.name not in seen)
    return view(found, made, hidden, relation, found.table.privacy_unit, found.table.contribution_bound)


def _named(node: exp.Expr, select: exp.Select) -> exp.Expr:
    """What GROUP BY means: an expression, or a position or an alias of the select list."""
    place = outputs.position(node, len(select.expressions))
    if place is not None:
        return _bare(select.expressions[place])
    for item in select.expressions:
        if (
            isinstance(node, exp.Column)
            and not node.table
            and isinstance(item, exp.Alias)
            and same(item.alias, node.name)
        ):
            return _bare(item)
    return node


def _bare(item: exp.Expr) -> exp.Expr:
    found: exp.Expr = item.unalias()
    return found


def _is_unit(node: exp.Expr, below: Scope) -> TypeGuard[exp.Column]:
    unit = below.table.privacy_unit
    return unit is not None and isinstance(node, exp.Column) and below.find(node).name == unit


def _key(item: exp.Expr, below: Scope) -> Made:
    node = item.unalias()
    if _is_unit(node, below):
        return bare(item.alias_or_name, below.find(node), below)
    if isinstance(node, exp.Column):
        return bare(item.alias_or_name, msgspec.structs.replace(below.column(node), unique=False), below)
    return computed(_alias(item), node, below)


def _aggregate(item: exp.Expr, below: Scope) -> Made:
    node = item.unalias()
    if not isinstance(node, outputs.AGGREGATES):
        raise refusal(item, "neither grouped by nor an aggregate", "columns of GROUP BY, COUNT, SUM, AVG, MIN, MAX")
    return per_person(_alias(item), node, below)


def _alias(item: exp.Expr) -> str:
    if not item.alias:
        raise refusal(item, "this column has no name", f"{item.sql(dialect='duckdb')[:50]} AS name")
    return str(item.alias)


def _items(item: exp.Expr, below: Scope) -> list[Made]:
    node = item.unalias()
    if isinstance(node, exp.Star) or (isinstance(node, exp.Column) and isinstance(node.this, exp.Star)):
        parts = below.parts
        if isinstance(node, exp.Column):
            parts = tuple(part for part in parts if (node.table.casefold(),) in part.names)
        if not parts:
            raise refusal(node, "there is no such table in this query", "*")
        return [
            bare(seen.name, seen.column, below) for seen in dict.fromkeys(v for part in parts for v in part.columns)
        ]
    if isinstance(node, exp.Column):
        return [bare(item.alias_or_name, below.find(node), below)]
    if node.find(exp.AggFunc) is not None:
        raise refusal(item, "an aggregate without GROUP BY mixes persons", "GROUP BY the column that names the person")
    return [computed(_alias(item), node, below)]


def _unit_of(made: list[Made], below: Scope) -> tuple[str | None, frozenset[str]]:
    """The name of the privacy unit, which is added without a name for the query where it is not selected."""
    unit = below.table.privacy_unit
    if unit is None:
        return None, frozenset()
    for one in made:
        if one.column.private_id and one.origins == (unit,):
            return one.column.name, frozenset()
    name = unused(unit, [one.column.name for one in made])
    made.append(bare(name, below.named(unit), below))
    return name, frozenset({name})


def _where(select: exp.Select, below: Scope) -> Fragments:
    where = select.args.get("where")
    return condition(where.this, below) if where is not None else ()


def _columns(made: Sequence[Made]) -> tuple[tuple[Fragments, str], ...]:
    return tuple((one.fragments, one.column.name) for one in made)


def _distinctly(node: exp.Expr, found: Scope) -> Scope:
    names: list[str] = []
    for column in found.table.columns:
        if unused(column.name, names) != column.name:
            raise refusal(node, f"two columns have the name {column.name}", "a name for each: x AS y")
        names.append(column.name)
    return found


def _titled(branch: exp.Expr) -> exp.Expr:
    """A branch of UNION ALL after the first, whose names mean nothing, with some where it has none."""
    copy = branch.copy()
    for number, item in enumerate(list(copy.expressions) if isinstance(copy, exp.Select) else []):
        if not item.alias and not isinstance(item, exp.Column | exp.Star):
            item.replace(exp.alias_(item.copy(), f"column {number}", quoted=True))
    return copy


def _branches(node: exp.Expr) -> list[exp.Expr]:
    """The SELECTs of a UNION ALL, in order."""
    if isinstance(node, exp.Union):
        return [*_branches(node.this), *_branches(node.expression)]
    return _branches(node.this) if isinstance(node, exp.Subquery) and not node.alias else [node]

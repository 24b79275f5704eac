"""Strings and moments that SQL computes from a row: total functions of one column, or one of several literals."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlglot import exp

from quarantine.domain.metadata.model import Column, ColumnType
from quarantine.domain.privacy.fragments import Fragments, Moment, Name, Spelling, Text, Trunc, joined
from quarantine.domain.privacy.literals import dated, whole_literal
from quarantine.domain.privacy.parse import refusal
from quarantine.domain.privacy.resolve import Scope

STRING, DATETIME = "string", "datetime"
UNITS = ("year", "quarter", "month", "week", "day", "hour", "minute")
_CASES: dict[type[exp.Expr], str] = {exp.Lower: "LOWER", exp.Upper: "UPPER", exp.Trim: "TRIM"}
_RIGHT = "a string column, LOWER, UPPER, TRIM, LEFT, SUBSTRING, ||, CONCAT, COALESCE, CASE, or a string"


@dataclass(frozen=True, slots=True)
class Words:
    """A string or a moment per row. `options` are all that there can be, where they are literals."""

    kind: str
    fragments: Fragments
    nullable: bool
    options: tuple[str, ...] | None = None


def words(node: exp.Expr, scope: Scope) -> Words | None:
    """The string or moment that the expression is; None where it is neither."""
    if isinstance(node, exp.Paren):
        return words(node.this, scope)
    if isinstance(node, exp.Column):
        return _column(scope.column(node))
    if isinstance(node, exp.Literal) and node.is_string:
        value = str(node.this)
        return Words(STRING, (Text(value),), False, (value,))
    if isinstance(node, exp.Cast):
        return Words(DATETIME, (Moment(dated(node)),), False) if _is_string(node.this) else None
    rule = _RULES.get(type(node))
    return rule(node, scope) if rule is not None else None


def text(node: exp.Expr, scope: Scope) -> Words:
    """The string that the expression is; raises Refused."""
    found = words(node, scope)
    if found is None or found.kind != STRING:
        raise refusal(node, "not a string", _RIGHT)
    return found


def _is_string(node: exp.Expr) -> bool:
    return isinstance(node, exp.Literal) and bool(node.is_string)


def _column(column: Column) -> Words | None:
    if column.type not in (ColumnType.STRING, ColumnType.DATETIME):
        return None
    kind = STRING if column.type is ColumnType.STRING else DATETIME
    return Words(kind, (Name(column.name),), column.nullable)


def _cased(node: exp.Expr, scope: Scope) -> Words:
    if any(part for name, part in node.args.items() if name != "this"):
        raise refusal(node, "TRIM takes one string", "TRIM(column)")
    inner = text(node.this, scope)
    return Words(STRING, (Spelling(_CASES[type(node)], inner.fragments),), inner.nullable)


def _substring(node: exp.Expr, scope: Scope) -> Words:
    inner = text(node.this, scope)
    left = isinstance(node, exp.Left)
    start = 1 if left else whole_literal(node.args["start"], 1, 10_000)
    length = node.expression if left else node.args.get("length")
    if length is None:
        raise refusal(node, "the length is missing", "SUBSTRING(column, 1, 3)")
    size = whole_literal(length, 0, 10_000)
    return Words(STRING, ("SUBSTRING(", *inner.fragments, f", {start}, {size})"), inner.nullable)


def _coalesced(node: exp.Expr, scope: Scope) -> Words | None:
    parts = [words(part, scope) for part in (node.this, *node.expressions)]
    if parts[0] is None:
        return None
    pieces: Fragments = ("COALESCE(",)
    for index, part in enumerate(parts):
        if part is None or part.kind != parts[0].kind:
            raise refusal(node, "COALESCE takes values of one type", "COALESCE(town, 'unknown')")
        pieces = (*pieces, ", ", *part.fragments) if index else (*pieces, *part.fragments)
    return Words(parts[0].kind, (*pieces, ")"), all(part is not None and part.nullable for part in parts))


def _case(node: exp.Expr, scope: Scope) -> Words | None:
    from quarantine.domain.privacy.conditions import condition  # each needs the other: CASE WHEN LOWER(a) = 'b'
    from quarantine.domain.privacy.values import branches, cased

    tests, results = branches(node)
    present = [result for result in results if not isinstance(result, exp.Null)]
    if not any(_is_string(result) for result in present):
        return None
    found = {id(result): text(result, scope) for result in present}
    fragments = [found[id(result)].fragments if id(result) in found else ("NULL",) for result in results]
    known = [option for each in found.values() for option in each.options or ()]
    literal = all(each.options is not None for each in found.values())
    null = len(results) == len(tests) or len(present) < len(results) or any(each.nullable for each in found.values())
    options = tuple(dict.fromkeys(known)) if literal else None
    return Words(STRING, cased([condition(test, scope) for test in tests], fragments), null, options)


def _joined(node: exp.Expr, scope: Scope) -> Words | None:
    """`||`, which is NULL where a part is, and CONCAT, which leaves NULL out."""
    pipe = isinstance(node, exp.DPipe)
    parts = [text(part, scope) for part in ((node.this, node.expression) if pipe else node.expressions)]
    empty: Fragments = (", ", Text(""), ")")
    pieces = [part.fragments if pipe or not part.nullable else ("COALESCE(", *part.fragments, *empty) for part in parts]
    return Words(STRING, joined(pieces, " || "), pipe and any(part.nullable for part in parts))


def _trunc(node: exp.Expr, scope: Scope) -> Words:
    unit = str(node.args["unit"].this).lower()
    inner = scope.column(node.this) if isinstance(node.this, exp.Column) else None
    if inner is None or inner.type is not ColumnType.DATETIME or unit not in UNITS:
        raise refusal(node, "date_trunc takes a unit and a datetime column", f"one of {', '.join(UNITS)}")
    return Words(DATETIME, (Trunc(unit, (Name(inner.name),)),), inner.nullable)


_RULES: dict[type[exp.Expr], Callable[[exp.Expr, Scope], Words | None]] = {
    **dict.fromkeys(_CASES, _cased),
    exp.Substring: _substring,
    exp.Left: _substring,
    exp.Coalesce: _coalesced,
    exp.Case: _case,
    exp.If: _case,
    exp.TimestampTrunc: _trunc,
    exp.DPipe: _joined,
    exp.Concat: _joined,
}


def starts(unit: str, first: datetime, last: datetime, most: int) -> tuple[datetime, ...] | None:
    """All values of date_trunc between two moments, in order; None where there are more than `most`."""
    found: list[datetime] = []
    at = start(unit, first)
    while at <= last:
        found.append(at)
        if len(found) > most or at.year > 9990:
            return None
        at = following(unit, at)
    return tuple(found)


def start(unit: str, at: datetime) -> datetime:
    """The start of the unit that the moment lies in; weeks begin on Monday."""
    day = at.replace(hour=0, minute=0, second=0, microsecond=0)
    if unit in ("hour", "minute"):
        return at.replace(minute=at.minute if unit == "minute" else 0, second=0, microsecond=0)
    if unit == "week":
        return day - timedelta(days=day.weekday())
    months = {"month": 1, "quarter": 3, "year": 12}.get(unit)
    return day if months is None else day.replace(day=1, month=(day.month - 1) // months * months + 1)


def following(unit: str, at: datetime) -> datetime:
    """The start of the next unit."""
    minutes = {"minute": 1, "hour": 60, "day": 1_440, "week": 10_080}.get(unit)
    # Long enough to reach the next month, quarter or year, and too short to pass it.
    days = {"month": 32, "quarter": 94, "year": 367}.get(unit, 0)
    return at + timedelta(minutes=minutes) if minutes else start(unit, at + timedelta(days=days))

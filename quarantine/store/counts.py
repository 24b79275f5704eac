"""How many rows the counted tables have: by blocks of their numbers, and by when they were last changed.

By these a page far inside a long list is found, and nobody waits for the rows before it to be skipped. Only `rows`
changes them, with the rows themselves and in their transaction.
"""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Connection, Table, bindparam, func, literal, select, text

from quarantine.store.tables import change_counts, row_counts

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

# So many numbers are counted together: few enough to skip over, and few blocks to add up.
BLOCK = 512
# Seconds are counted together as a tree: by spans of 2^21 (24 days), and below each its 128 parts, down to one.
LEVELS, PARTS = (21, 14, 7, 0), 128


class Place(NamedTuple):
    """Where a row that is there, and not deleted, is counted: its number, and when it was last changed, if it says."""

    number: int
    changed: int | None


def number(table: Table) -> "ColumnElement[Any]":
    """The column of the rows' numbers."""
    return table.primary_key.columns[0]


def count(connection: Connection, table: Table) -> int:
    """How many rows a counted table has that are not deleted."""
    return int(connection.scalar(_COUNT, {"name": table.name}) or 0)


def note(connection: Connection, table: Table, *, gone: Sequence[Place] = (), come: Sequence[Place] = ()) -> None:
    """Rows of a counted table have left these places and are at those now."""
    blocks: Counter[int] = Counter()
    spans: Counter[tuple[int, int]] = Counter()
    for places, change in ((gone, -1), (come, 1)):
        for place in places:
            blocks[place.number // BLOCK] += change
            if place.changed is not None:
                spans.update({(level, place.changed >> level): change for level in LEVELS})
    # Sorted, so that of two who change the same counts one waits for the other, and not both.
    found = [{"name": table.name, "block": block, "change": by} for block, by in sorted(blocks.items()) if by]
    if found:
        connection.execute(_RECOUNT, found)
    moved = [
        {"name": table.name, "level": at[0], "span": at[1], "change": by} for at, by in sorted(spans.items()) if by
    ]
    if moved:
        connection.execute(_MOVE, moved)
        connection.execute(_SWEEP, moved)


def count_anew(connection: Connection, table: Table) -> None:
    """Count a counted table's rows from what is there, for who has put them in or taken them out by other ways."""
    for counts in (row_counts, change_counts):
        connection.execute(counts.delete().where(counts.c.table_name == table.name))
    there = [] if "deleted_at" not in table.c else [table.c.deleted_at.is_(None)]

    def total(*groups: Any) -> Any:
        return select(literal(table.name), *groups, func.count()).select_from(table).where(*there)

    block = (number(table) // BLOCK).label("block")
    connection.execute(row_counts.insert().from_select(list(row_counts.c), total(block).group_by(block)))
    if "updated_at" not in table.c:
        return
    for level in LEVELS:
        span = (table.c.updated_at // 2**level).label("span")
        found = total(literal(level), span).group_by(span)
        connection.execute(change_counts.insert().from_select(list(change_counts.c), found))


def number_after(connection: Connection, table: Table, skipped: int, *, descending: bool) -> tuple[int, int]:
    """The number to begin at instead of the first row's, and how many rows are still to be skipped from there."""
    block, before, _ = _found(connection, _BLOCK_AT[descending], name=table.name, skipped=skipped)
    return block * BLOCK + (BLOCK - 1 if descending else 0), skipped - before


def second_after(connection: Connection, table: Table, skipped: int, *, descending: bool) -> tuple[int, int]:
    """The same for an order by the last change: the second to begin at."""
    asked = {"name": table.name, "skipped": skipped}
    span, before, there = _found(connection, _SPAN_AT[descending], **asked)
    if there > BLOCK:
        # Many at once, as from a file: the last step down is taken only for them.
        second, before, _ = _found(connection, _SECOND_AT[descending], **asked, within=span, passed=before)
        return second, skipped - before
    return span * PARTS + (PARTS - 1 if descending else 0), skipped - before


def _found(connection: Connection, statement: Any, **asked: object) -> tuple[int, int, int]:
    """A part, how many rows lie before it, and how many are in it."""
    found = connection.execute(statement, asked).first()
    if found is None:
        raise ValueError("more rows than there are cannot be skipped")
    return int(found[0]), int(found[1]), int(found[2])


_COUNT = select(func.sum(row_counts.c.row_count)).where(row_counts.c.table_name == bindparam("name"))
_RECOUNT = text(
    "INSERT INTO row_counts (table_name, block, row_count) VALUES (:name, :block, :change) "
    "ON CONFLICT (table_name, block) DO UPDATE SET row_count = row_counts.row_count + excluded.row_count"
)
_MOVE = text(
    "INSERT INTO change_counts (table_name, level, span, row_count) VALUES (:name, :level, :span, :change) "
    "ON CONFLICT (table_name, level, span) DO UPDATE SET row_count = change_counts.row_count + excluded.row_count"
)
_SWEEP = text(
    "DELETE FROM change_counts WHERE table_name = :name AND level = :level AND span = :span AND row_count = 0"
)


def _first(part: str, counts: str, where: str, before: str, order: str) -> str:
    """The first part that more rows than are skipped lie before the end of, with what is before it and in it."""
    upto = f"{before} + SUM(c.row_count) OVER (ORDER BY c.{part} {order})"
    inside = f"SELECT c.{part} AS part, {upto} AS upto, c.row_count AS there FROM {counts} WHERE {where}"  # noqa: S608
    return (
        f"SELECT part, upto - there AS before, there FROM ({inside}) AS i "  # noqa: S608 - names of ours
        "WHERE upto > :skipped AND there > 0 ORDER BY upto LIMIT 1"
    )


def _at(level: int) -> str:
    return f"c.table_name = :name AND c.level = {level}"


def _parts(of: str) -> str:
    return f" AND c.span >= {of} * {PARTS} AND c.span < ({of} + 1) * {PARTS}"


def _span_at(order: str) -> Any:
    """From span to span down the tree, but for the last step, in one statement."""
    steps, counts, within, before = [], "change_counts c", "", "0"
    for level in LEVELS[:-1]:
        steps.append(f"s{level} AS ({_first('span', counts, _at(level) + within, before, order)})")
        counts, within, before = f"change_counts c, s{level} AS p", _parts("p.part"), "p.before"
    return text(f"WITH {', '.join(steps)} SELECT part, before, there FROM s{LEVELS[-2]}")  # noqa: S608 - names of ours


_ORDERS = {False: "ASC", True: "DESC"}
_BLOCK_AT = {
    descending: text(_first("block", "row_counts c", "c.table_name = :name", "0", order))
    for descending, order in _ORDERS.items()
}
_SPAN_AT = {descending: _span_at(order) for descending, order in _ORDERS.items()}
_SECOND_AT = {
    descending: text(_first("span", "change_counts c", _at(LEVELS[-1]) + _parts(":within"), ":passed", order))
    for descending, order in _ORDERS.items()
}

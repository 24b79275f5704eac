"""Five functions over rows, and the way from a row to a model. Tables, columns and orders are code, never input."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    Delete,
    Insert,
    Row,
    Select,
    Table,
    Update,
    bindparam,
    func,
    literal,
    select,
    text,
)
from sqlalchemy.exc import IntegrityError

from quarantine.domain.errors import Conflict, Invalid
from quarantine.store.tables import row_counts

M = TypeVar("M")
L = TypeVar("L")
AnyRow: TypeAlias = Row[*tuple[Any, ...]]
AnySelect: TypeAlias = Select[*tuple[Any, ...]]
# Apart from every column's name, so that a value to set and a value to find by never share a bound name.
_FIND = "find_"
# So many numbers are counted together: few enough to skip over, and few blocks to add up.
BLOCK = 512


class Page(msgspec.Struct, Generic[M], frozen=True):
    """One page of a list; `total` counts the rows of all pages."""

    items: list[M]
    total: int
    page: int
    page_size: int


def get(connection: Connection, table: Table, /, **key: object) -> AnyRow | None:
    """The first row whose columns equal `key` (None finds NULL), or None."""
    return connection.execute(_select(table, _shape(key)), _find(key)).first()


def insert(connection: Connection, table: Table, /, **values: object) -> Any:
    """Insert one row; its primary key (the first column of it)."""
    done = connection.execute(_insert(table), values)
    key = done.inserted_primary_key[0] if done.inserted_primary_key else None
    if key is not None:
        recount(connection, table, key, 1)
    return key


def inserted(connection: Connection, table: Table, /, **values: object) -> AnyRow:
    """Insert one row, and give it as it is then."""
    number = _number(table)
    return connection.execute(select(table).where(number == insert(connection, table, **values))).one()


@contextmanager
def unique(connection: Connection, message: str) -> Iterator[None]:
    """A change that may meet a row which has the same already: undone then, by itself, and Conflict with `message`."""
    try:
        with connection.begin_nested():
            yield
    except IntegrityError:
        raise Conflict(message) from None


def narrowed(statement: AnySelect, wanted: Mapping[Any, object]) -> AnySelect:
    """Where these columns have these values; None asks for nothing."""
    return statement.where(*(column == value for column, value in wanted.items() if value is not None))


def update(connection: Connection, table: Table, key: Mapping[str, object], /, **values: object) -> int:
    """Set `values` on the rows that equal `key`; how many there were. With a fence in `key`: compare and set."""
    return connection.execute(_update(table, _shape(key)), {**_find(key), **values}).rowcount


def delete(connection: Connection, table: Table, /, **key: object) -> int:
    """Delete the rows that equal `key`; how many there were."""
    gone = connection.execute(_delete(table, _shape(key)), _find(key)).rowcount
    if gone and table.info.get("counted"):
        # A counted table's rows go one by one, by their number.
        recount(connection, table, key[_number(table).name], -1)
    return gone


def recount(connection: Connection, table: Table, key: Any, change: int) -> None:
    """Note that a row of a counted table came or went; for who marks one as deleted, too."""
    if table.info.get("counted"):
        connection.execute(_RECOUNT, {"name": table.name, "block": int(key) // BLOCK, "change": change})


def count(connection: Connection, table: Table) -> int:
    """How many rows a counted table has that are not deleted."""
    return int(connection.scalar(_COUNT, {"name": table.name}) or 0)


def count_anew(connection: Connection, table: Table) -> None:
    """Count a counted table's rows from what is there, for who has put them in or taken them out by other ways."""
    block = (_number(table) // BLOCK).label("block")
    found = select(literal(table.name), block, func.count()).select_from(table).group_by(block)
    there = found.where(table.c.deleted_at.is_(None)) if "deleted_at" in table.c else found
    delete(connection, row_counts, table_name=table.name)
    connection.execute(row_counts.insert().from_select(["table_name", "block", "row_count"], there))


def page(
    connection: Connection,
    statement: AnySelect,
    *,
    key: "ColumnElement[Any]",
    orders: Mapping[str, "ColumnElement[Any]"] | Sequence["ColumnElement[Any]"] = (),
    order_by: str | None = None,
    page: int = 1,
    page_size: int = 100,
    counted: Table | None = None,
) -> Page[AnyRow]:
    """One page of a statement, ordered by `field` or `-field` out of `orders`, ties by `key` in the same direction.

    The order is total, so that pages neither repeat nor lose a row. NULLs come last either way. A page in the second
    half is looked for from the end. Where the statement gives all rows of the `counted` table nothing is counted, and
    an order by the key itself finds the page's block: nobody waits for rows to be skipped.
    """
    if counted is not None:
        total = count(connection, counted)
    else:
        total = connection.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0
    offset = (page - 1) * page_size
    size = min(page_size, total - offset)
    order = _order(order_by, orders, key)
    if size <= 0:
        return Page(items=[], total=total, page=page, page_size=page_size)
    from_end = offset > total // 2
    skipped = total - offset - size if from_end else offset
    if counted is not None and skipped > BLOCK and order[0].column is key:
        start, skipped = _far(connection, counted, skipped, descending=order[0].descending != from_end)
        statement = statement.where(key <= start if order[0].descending != from_end else key >= start)
    ordered = statement.order_by(*(term.sql(reverse=from_end) for term in order)).limit(size).offset(skipped)
    found = list(connection.execute(ordered))
    return Page(items=found[::-1] if from_end else found, total=total, page=page, page_size=page_size)


_page_of: Callable[..., Page[AnyRow]] = page


def listing(connection: Connection, table: Table, *, order_by: str, page: int, page_size: int) -> Page[AnyRow]:
    """One page of a whole counted table, ordered by any of its columns."""
    orders = creation(table) | {name: c for name, c in table.c.items() if name != "created_at"}
    key, more = _number(table), {"order_by": order_by, "page": page, "page_size": page_size, "counted": table}
    return _page_of(connection, select(table), key=key, orders=orders, **more)


def creation(table: Table) -> dict[str, "ColumnElement[Any]"]:
    """The order in which rows came: numbers are given out in it, and a clock that was set back does not change it."""
    return {"created_at": _number(table)}


def _number(table: Table) -> "ColumnElement[Any]":
    return table.primary_key.columns[0]


def _far(connection: Connection, table: Table, skipped: int, *, descending: bool) -> tuple[int, int]:
    """Where to begin instead of at the first row, and how many rows are still to be skipped from there."""
    found = connection.execute(_BLOCK_AT[descending], {"name": table.name, "skipped": skipped}).first()
    if found is None:
        raise ValueError("more rows than there are cannot be skipped")
    start = found.block * BLOCK + (BLOCK - 1 if descending else 0)
    return start, skipped - int(found.upto - found.row_count)


def listed(model: Callable[..., L], found: Page[AnyRow], item: Callable[[AnyRow], object]) -> L:
    """A page of rows as a list response: `item` makes each row an item of `model`."""
    items = [item(row) for row in found.items]
    return model(items=items, total=found.total, page=found.page, page_size=found.page_size)


def into(row: AnyRow | Mapping[str, object], model: type[M], **more: object) -> M:
    """A row as a model: columns go to the fields of their name, `more` adds or replaces, NULL leaves a field unset."""
    pairs = zip(_names(row._fields), row, strict=True) if isinstance(row, Row) else row.items()
    values = {name: value for name, value in pairs if value is not None}
    values.update((name, value) for name, value in more.items() if value is not None)
    return msgspec.convert(values, model)


@lru_cache(maxsize=512)
def _names(fields: tuple[str, ...]) -> tuple[str, ...]:
    # SQLAlchemy's names can be a subclass of str, which msgspec does not take for a key.
    return tuple(str(name) for name in fields)


class _Term(NamedTuple):
    """A column that sorts; NULLs come last, or first where all is turned round."""

    column: "ColumnElement[Any]"
    descending: bool

    def sql(self, *, reverse: bool) -> "ColumnElement[Any]":
        ordered = self.column.desc() if self.descending != reverse else self.column.asc()
        if not getattr(self.column, "nullable", True):
            return ordered
        return ordered.nulls_first() if reverse else ordered.nulls_last()


def _order(
    order_by: str | None,
    orders: Mapping[str, "ColumnElement[Any]"] | Sequence["ColumnElement[Any]"],
    key: "ColumnElement[Any]",
) -> list[_Term]:
    if not order_by:
        return [_Term(key, False)]
    allowed = orders if isinstance(orders, Mapping) else {str(column.key): column for column in orders}
    column = allowed.get(order_by.removeprefix("-"))
    if column is None:
        raise Invalid(f"order_by: expected one of {', '.join(sorted(allowed))}, or one of them after a minus sign")
    descending = order_by.startswith("-")
    return [_Term(term, descending) for term in ((key,) if column is key else (column, key))]


_RECOUNT = text(
    "INSERT INTO row_counts (table_name, block, row_count) VALUES (:name, :block, :change) "
    "ON CONFLICT (table_name, block) DO UPDATE SET row_count = row_counts.row_count + excluded.row_count"
)


def _block_at(order: "ColumnElement[Any]") -> AnySelect:
    """The first block, and the rows up to its end, that more rows than `skipped` lie before the end of."""
    upto = func.sum(row_counts.c.row_count).over(order_by=order).label("upto")
    inside = select(row_counts, upto).where(row_counts.c.table_name == bindparam("name")).subquery()
    return select(inside).where(inside.c.upto > bindparam("skipped")).order_by(inside.c.upto).limit(1)


_BLOCK_AT = {False: _block_at(row_counts.c.block.asc()), True: _block_at(row_counts.c.block.desc())}
_COUNT = select(func.sum(row_counts.c.row_count)).where(row_counts.c.table_name == bindparam("name"))


# Building a statement costs several times its execution; there are few shapes, so each is built once.
_Shape = tuple[tuple[str, bool], ...]


def _shape(key: Mapping[str, object]) -> _Shape:
    return tuple((name, value is None) for name, value in key.items())


def _find(key: Mapping[str, object]) -> dict[str, object]:
    return {_FIND + name: value for name, value in key.items() if value is not None}


def _equal(table: Table, shape: _Shape) -> list["ColumnElement[bool]"]:
    return [
        table.c[name].is_(None) if null else table.c[name] == bindparam(_FIND + name, type_=table.c[name].type)
        for name, null in shape
    ]


@lru_cache(maxsize=512)
def _select(table: Table, shape: _Shape) -> AnySelect:
    return select(table).where(*_equal(table, shape)).limit(1)


@lru_cache(maxsize=64)
def _insert(table: Table) -> Insert:
    return table.insert()


@lru_cache(maxsize=512)
def _update(table: Table, shape: _Shape) -> Update:
    return table.update().where(*_equal(table, shape))


@lru_cache(maxsize=512)
def _delete(table: Table, shape: _Shape) -> Delete:
    return table.delete().where(*_equal(table, shape))

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
    null,
    select,
)
from sqlalchemy.exc import IntegrityError

from quarantine.domain.errors import Conflict, Invalid
from quarantine.store import counts
from quarantine.store.counts import Place, number

M = TypeVar("M")
L = TypeVar("L")
AnyRow: TypeAlias = Row[*tuple[Any, ...]]
AnySelect: TypeAlias = Select[*tuple[Any, ...]]
# Apart from every column's name, so that a value to set and a value to find by never share a bound name.
_FIND = "find_"
# What changes where a row of a counted table is counted.
_MOVES = {"updated_at", "deleted_at"}


class Page(msgspec.Struct, Generic[M], frozen=True):
    """One page of a list; `total` counts the rows of all pages."""

    items: list[M]
    total: int
    page: int
    page_size: int


def get(connection: Connection, table: Table, /, **key: object) -> AnyRow | None:
    """The first row whose columns equal `key` (None finds NULL), or None."""
    return connection.execute(_select(table, _shape(key)), _find(key)).first()


def insert(connection: Connection, table: Table, /, **values: Any) -> Any:
    """Insert one row; its primary key (the first column of it)."""
    done = connection.execute(_insert(table), values)
    key = done.inserted_primary_key[0] if done.inserted_primary_key else None
    if key is not None and table.info.get("counted"):
        counts.note(connection, table, come=[Place(key, values.get("updated_at"))])
    return key


def inserted(connection: Connection, table: Table, /, **values: object) -> AnyRow:
    """Insert one row, and give it as it is then."""
    return connection.execute(select(table).where(number(table) == insert(connection, table, **values))).one()


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


def update(connection: Connection, table: Table, key: Mapping[str, object], /, **values: Any) -> int:
    """Set `values` on the rows that equal `key`; how many there were. With a fence in `key`: compare and set."""
    moves = table.info.get("counted") and not _MOVES.isdisjoint(values)
    before = _there(connection, table, key) if moves else []
    found = connection.execute(_update(table, _shape(key)), {**_find(key), **values}).rowcount
    if before:
        after = [row._replace(**{name: values[name] for name in _MOVES & values.keys()}) for row in before]
        counts.note(connection, table, gone=_places(before), come=_places(after))
    return found


def delete(connection: Connection, table: Table, /, **key: object) -> int:
    """Delete the rows that equal `key`; how many there were."""
    before = _there(connection, table, key) if table.info.get("counted") else []
    found = connection.execute(_delete(table, _shape(key)), _find(key)).rowcount
    if before:
        counts.note(connection, table, gone=_places(before))
    return found


class _Row(NamedTuple):
    """What counts of a row of a counted table."""

    number: int
    updated_at: int | None
    deleted_at: int | None


def _there(connection: Connection, table: Table, key: Mapping[str, object]) -> list[_Row]:
    """A counted table's rows that are about to change, as nobody else changes them until then."""
    return [_Row(*row) for row in connection.execute(_counting(table, _shape(key)), _find(key))]


def _places(found: Sequence[_Row]) -> list[Place]:
    return [Place(row.number, row.updated_at) for row in found if row.deleted_at is None]


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
    an order by the key or by `updated_at` finds its way to the page: nobody waits for rows to be skipped.
    """
    if counted is not None:
        total = counts.count(connection, counted)
    else:
        total = connection.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0
    offset = (page - 1) * page_size
    size = min(page_size, total - offset)
    order = _order(order_by, orders, key)
    if size <= 0:
        return Page(items=[], total=total, page=page, page_size=page_size)
    from_end = offset > total // 2
    skipped = total - offset - size if from_end else offset
    column, descending = order[0].column, order[0].descending != from_end
    after = _way(column, counted) if skipped > counts.BLOCK else None
    if counted is not None and after is not None:
        start, skipped = after(connection, counted, skipped, descending=descending)
        statement = statement.where(column <= start if descending else column >= start)
    ordered = statement.order_by(*(term.sql(reverse=from_end) for term in order)).limit(size).offset(skipped)
    found = list(connection.execute(ordered))
    return Page(items=found[::-1] if from_end else found, total=total, page=page, page_size=page_size)


_page_of: Callable[..., Page[AnyRow]] = page


def listing(connection: Connection, table: Table, *, order_by: str, page: int, page_size: int) -> Page[AnyRow]:
    """One page of a whole counted table, ordered by any of its columns."""
    orders = creation(table) | {name: c for name, c in table.c.items() if name != "created_at"}
    key, more = number(table), {"order_by": order_by, "page": page, "page_size": page_size, "counted": table}
    return _page_of(connection, select(table), key=key, orders=orders, **more)


def creation(table: Table) -> dict[str, "ColumnElement[Any]"]:
    """The order in which rows came: numbers are given out in it, and a clock that was set back does not change it."""
    return {"created_at": number(table)}


def _way(column: "ColumnElement[Any]", counted: Table | None) -> Callable[..., tuple[int, int]] | None:
    """How the counts find the place in an order by this column, if they do."""
    if counted is None:
        return None
    if column is number(counted):
        return counts.number_after
    return counts.second_after if column is counted.c.get("updated_at") else None


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
def _counting(table: Table, shape: _Shape) -> AnySelect:
    changed, gone = (table.c[name] if name in table.c else null() for name in ("updated_at", "deleted_at"))
    return select(number(table), changed, gone).where(*_equal(table, shape)).with_for_update()


@lru_cache(maxsize=64)
def _insert(table: Table) -> Insert:
    return table.insert()


@lru_cache(maxsize=512)
def _update(table: Table, shape: _Shape) -> Update:
    return table.update().where(*_equal(table, shape))


@lru_cache(maxsize=512)
def _delete(table: Table, shape: _Shape) -> Delete:
    return table.delete().where(*_equal(table, shape))

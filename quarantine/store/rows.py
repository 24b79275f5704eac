"""Five functions over rows, and the way from a row to a model. Tables, columns and orders are code, never input."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Generic, TypeAlias, TypeVar

import msgspec
from sqlalchemy import ColumnElement, Connection, Delete, Insert, Row, Select, Table, Update, bindparam, func, select

from quarantine.domain.errors import Invalid

M = TypeVar("M")
L = TypeVar("L")
AnyRow: TypeAlias = Row[*tuple[Any, ...]]
AnySelect: TypeAlias = Select[*tuple[Any, ...]]
# Apart from every column's name, so that a value to set and a value to find by never share a bound name.
_FIND = "find_"


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
    return done.inserted_primary_key[0] if done.inserted_primary_key else None


def update(connection: Connection, table: Table, key: Mapping[str, object], /, **values: object) -> int:
    """Set `values` on the rows that equal `key`; how many there were. With a fence in `key`: compare and set."""
    return connection.execute(_update(table, _shape(key)), {**_find(key), **values}).rowcount


def delete(connection: Connection, table: Table, /, **key: object) -> int:
    """Delete the rows that equal `key`; how many there were."""
    return connection.execute(_delete(table, _shape(key)), _find(key)).rowcount


def page(
    connection: Connection,
    statement: AnySelect,
    *,
    key: "ColumnElement[Any]",
    orders: Mapping[str, "ColumnElement[Any]"] | Sequence["ColumnElement[Any]"] = (),
    order_by: str | None = None,
    page: int = 1,
    page_size: int = 100,
) -> Page[AnyRow]:
    """One page of a statement, ordered by `field` or `-field` out of `orders`, ties by `key` (or `key.desc()`).

    The order is total, so that pages neither repeat nor lose a row. NULLs come last either way.
    """
    total = connection.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0
    ordered = statement.order_by(*_order(order_by, orders), key)
    offset = (page - 1) * page_size
    found = connection.execute(ordered.limit(page_size).offset(offset)).all() if offset < total else []
    return Page(items=list(found), total=total, page=page, page_size=page_size)


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


def _order(
    order_by: str | None, orders: Mapping[str, "ColumnElement[Any]"] | Sequence["ColumnElement[Any]"]
) -> list["ColumnElement[Any]"]:
    if not order_by:
        return []
    allowed = orders if isinstance(orders, Mapping) else {str(column.key): column for column in orders}
    name = order_by.removeprefix("-")
    column = allowed.get(name)
    if column is None:
        raise Invalid(f"order_by: expected one of {', '.join(sorted(allowed))}, or one of them after a minus sign")
    ordered = column.desc() if order_by.startswith("-") else column.asc()
    return [ordered.nulls_last()] if getattr(column, "nullable", True) else [ordered]


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

"""Who may see and do what, as SQL: the one condition that guards an object also filters the lists that show it.

Levels: 0 none, 1 see, 2 use, 3 change, 4 own. What a person may not see is answered like what does not exist.
"""

from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, case, func, literal, select, true

from quarantine.domain.errors import Invalid, NotFound
from quarantine.store.context import Actor
from quarantine.store.rows import AnyRow, AnySelect
from quarantine.store.sessions import level_of
from quarantine.store.tables import data, data_permissions, jobs, queries, user_roles, users

NONE, SEE, USE, CHANGE, OWN = range(5)
_OBJECTS = {"data": "dataset", "job": "job", "query": "query"}


def level_over_roles(connection: Connection, user_id: int) -> int:
    """The highest permission level over a person's roles."""
    return connection.scalar(select(level_of(user_id))) or NONE


def data_level(actor: Actor) -> ColumnElement[int]:
    """The actor's level on a dataset row: own for its creator and administrators, else what his roles were granted."""
    return _data_level(actor.user_id, actor.level >= OWN)


def visible_data(actor: Actor) -> ColumnElement[bool]:
    """Whether a dataset row is there for the actor: not deleted, and level see or more."""
    return _visible_data(actor.user_id, actor.level >= OWN)


def visible_jobs(actor: Actor) -> ColumnElement[bool]:
    """Whether a job row (or a query's) is there for the actor: his own, or any for administrators."""
    return _visible_jobs(actor.user_id, actor.level >= OWN)


def datasets(actor: Actor) -> AnySelect:
    """The datasets that the actor sees: all columns, his `level`, and the creator's address as `user_name`."""
    return _datasets(actor.user_id, actor.level >= OWN)


def started_jobs(actor: Actor) -> AnySelect:
    """The jobs that the actor sees: all columns, his `level`, and the starter's address as `user_name`."""
    return _started_jobs(actor.user_id, actor.level >= OWN)


def asked_queries(actor: Actor) -> AnySelect:
    """The queries that the actor sees: their own columns and those of `started_jobs`."""
    return _asked_queries(actor.user_id, actor.level >= OWN)


def object_level(connection: Connection, actor: Actor, on: str, key: str, value: object) -> tuple[AnyRow, int]:
    """The object that a permission names, and the actor's level on it; NotFound when it is not there for him.

    `on` is data, job or query. A dataset is found by number, name or uuid, as `key` ends in `_id`, `_name` or neither;
    the key `datasets` names several: then the row is the first one's and the level the lowest.
    """
    if key == "datasets":
        found = named_datasets(connection, actor, str(value))
        return found[0], min(int(row.level) for row in found)
    if on not in _OBJECTS:
        raise NotFound(f"there is no such {on}")
    row = _find(connection, actor, on, _column(on, key), value)
    if row is None:
        raise NotFound(f"there is no such {_OBJECTS[on]}")
    return row, int(row.level)


def named_datasets(connection: Connection, actor: Actor, text: str) -> list[AnyRow]:
    """The datasets in a comma-separated list of names or uuids, each once, in its order, with the actor's `level`.

    Spaces, quotes and backslashes around a name are dropped (shells leave them behind). Raises Invalid for an empty
    list and NotFound for a name that is not there for the actor.
    """
    names = [part for part in (piece.strip(" \t\r\n'\"\\`") for piece in text.split(",")) if part]
    if not names:
        raise Invalid("datasets: expected names or uuids of datasets, separated by commas")
    found: dict[int, AnyRow] = {}
    for name in names:
        row = _find(connection, actor, "data", "data_uuid", name.lower())
        row = row or _find(connection, actor, "data", "data_name", name)
        if row is None:
            raise NotFound("there is no such dataset")
        found[row.data_id] = row
    return list(found.values())


def _column(on: str, key: str) -> str:
    if on != "data":
        return "query_uuid" if on == "query" else "job_uuid"
    return next((column for column in ("data_id", "data_name") if key.endswith(column)), "data_uuid")


def _find(connection: Connection, actor: Actor, on: str, column: str, value: object) -> AnyRow | None:
    if column == "data_id":
        value = _number(value)
    values = {"actor_id": actor.user_id, "value": value}
    return connection.execute(_finder(on, column, actor.level >= OWN), values).first()


def _number(value: object) -> int:
    text = str(value)
    if not (text.isascii() and text.isdecimal() and len(text) <= 18):
        raise NotFound("there is no such dataset")
    return int(text)


@lru_cache(maxsize=16)
def _finder(on: str, column: str, admin: bool) -> AnySelect:
    """One object's statement, built once: the actor's number and the sought value are bound at execution."""
    statements = {"data": _datasets, "job": _started_jobs, "query": _asked_queries}
    found = {"data": data, "job": jobs, "query": queries}[on].c[column]
    return statements[on](bindparam("actor_id"), admin).where(found == bindparam("value", type_=found.type))


def _data_level(user_id: Any, admin: bool) -> ColumnElement[int]:
    if admin:
        return literal(OWN)
    granted = (
        select(func.max(data_permissions.c.permission))
        .join(user_roles, user_roles.c.role_id == data_permissions.c.role_id)
        .where(data_permissions.c.data_id == data.c.data_id, user_roles.c.user_id == user_id)
        .correlate(data)
        .scalar_subquery()
    )
    return case((data.c.user_id == user_id, OWN), else_=func.coalesce(granted, NONE))


def _visible_data(user_id: Any, admin: bool) -> ColumnElement[bool]:
    kept = data.c.deleted_at.is_(None)
    return kept if admin else and_(kept, _data_level(user_id, admin) >= SEE)


def _visible_jobs(user_id: Any, admin: bool) -> ColumnElement[bool]:
    return true() if admin else jobs.c.user_id == user_id


def _datasets(user_id: Any, admin: bool) -> AnySelect:
    shown = select(data, _data_level(user_id, admin).label("level"), users.c.email.label("user_name"))
    return shown.join(users, users.c.user_id == data.c.user_id).where(_visible_data(user_id, admin))


def _started_jobs(user_id: Any, admin: bool) -> AnySelect:
    # Who sees a job at all started it or is an administrator: both own it.
    shown = select(jobs, literal(OWN).label("level"), users.c.email.label("user_name"))
    return shown.join(users, users.c.user_id == jobs.c.user_id).where(_visible_jobs(user_id, admin))


def _asked_queries(user_id: Any, admin: bool) -> AnySelect:
    asked = _started_jobs(user_id, admin).add_columns(*queries.c)
    return asked.join(queries, queries.c.query_uuid == jobs.c.job_uuid)

"""Who may see and do what with an object: the one condition that guards an object also filters the lists that show it.

What a person may not see is answered like what does not exist.
"""

from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Dialect,
    Select,
    Table,
    TextClause,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    or_,
    select,
    text,
    true,
    union,
)

from quarantine.domain.errors import Conflict, Invalid, NotFound
from quarantine.store import levels
from quarantine.store.context import Actor
from quarantine.store.levels import CHANGE, NONE, OWN, SEE, USE
from quarantine.store.rows import AnyRow, AnySelect
from quarantine.store.tables import (
    commits,
    data,
    data_permissions,
    experiments,
    jobs,
    models,
    project_permissions,
    projects,
    queries,
    run_data,
    runs,
    users,
)

__all__ = ["CHANGE", "NONE", "OWN", "SEE", "USE"]


class _Owned(NamedTuple):
    """A kind of object that its creator owns and that roles are given levels on."""

    table: Table
    grants: Table
    number: str


OWNED = {
    "data": _Owned(data, data_permissions, "data_id"),
    "project": _Owned(projects, project_permissions, "project_id"),
}
# What belongs to a project: the level on the project is the level on it, also once the project is unlinked.
_PARTS = {"commit": commits, "experiment": experiments}
# What a query is to its asker, a job is to who started it.
_STARTED = ("job", "query", "run", "held")
# A model's columns, and those of its run that say where it comes from.
_OF_RUN = ("job_uuid", "project_uuid", "commit_uuid", "experiment_uuid")
_WORDS = {"data": "dataset", "held": "run"}


def level_over_roles(connection: Connection, user_id: int) -> int:
    """The highest permission level over a person's roles."""
    return levels.standing(connection, user_id).level


def data_level(actor: Actor) -> ColumnElement[int]:
    """The actor's level on a dataset row: own for its creator and administrators, else what his roles were granted."""
    return _level(OWNED["data"], actor.user_id, actor.reach)


def visible_data(actor: Actor) -> ColumnElement[bool]:
    """Whether a dataset row is there for the actor: not deleted, and level see or more."""
    return and_(*_visible(OWNED["data"], actor.user_id, actor.reach))


def datasets(actor: Actor) -> AnySelect:
    """The datasets that the actor sees: all columns, his `level`, and the creator's address as `user_name`."""
    return _listed(OWNED["data"], actor)


def seen_projects(actor: Actor) -> AnySelect:
    """The projects that the actor sees: all columns, his `level`, and the creator's address as `user_name`."""
    return _listed(OWNED["project"], actor)


def seen_commits(actor: Actor) -> AnySelect:
    """The commits of projects that the actor sees or saw: all columns, his `level`, the project's name and uuid."""
    return _listed_parts(commits, actor)


def seen_experiments(actor: Actor) -> AnySelect:
    """The experiments of projects that the actor sees or saw: the same of each."""
    return _listed_parts(experiments, actor)


def holder(on: str) -> str:
    """The kind of object whose level decides: a commit's and an experiment's is the project's."""
    return "project" if on in _PARTS else on


def started_jobs(actor: Actor) -> AnySelect:
    """The jobs that the actor sees: all columns, his `level`, and the starter's address as `user_name`."""
    return _started_jobs(actor.user_id, actor.reach)


def asked_queries(actor: Actor) -> AnySelect:
    """The queries that the actor sees: their own columns and those of `started_jobs`."""
    return _asked_queries(actor.user_id, actor.reach)


def seen_runs(actor: Actor) -> AnySelect:
    """The runs that the actor started, or whose data he owns: the columns of jobs and runs, his `level`, and names."""
    shown = _shown_runs(actor.user_id, actor.reach)
    if actor.reach >= SEE:
        return shown
    # The few rows that the condition can hold for.
    started = select(jobs.c.job_uuid).where(jobs.c.user_id == actor.user_id)
    read = select(run_data.c.run_uuid).where(run_data.c.data_id.in_(_reached(OWNED["data"], actor)))
    return shown.where(jobs.c.job_uuid.in_(union(started, read)))


def seen_models(actor: Actor) -> AnySelect:
    """The registered models that the actor made, or whose data he owns: all columns, his `level`, and names."""
    return _shown_models(actor.user_id, actor.reach)


def object_level(connection: Connection, actor: Actor, on: str, key: str, value: object) -> tuple[AnyRow, int]:
    """The object that a permission names, and the actor's level on it; NotFound when it is not there for him.

    `on` is data, project, commit, experiment, job, query, run, model or held (what a run wrote: the level is the lowest
    on the data that it could read). The former two are found by number, name or uuid, as `key` ends in `_id`, `_name`
    or neither; the key `datasets` names several: then the row is the first one's and the level the lowest. Raises
    Conflict for a name that several objects have.
    """
    if key == "datasets":
        found = named_datasets(connection, actor, str(value))
        return found[0], min(int(row.level) for row in found)
    row = _find(connection, actor, on, key, value)
    if row is None:
        raise NotFound(f"there is no such {_WORDS.get(on, on)}")
    return row, row.level


def named_datasets(connection: Connection, actor: Actor, names: str) -> list[AnyRow]:
    """The datasets in a comma-separated list of names or uuids, each once, in its order, with the actor's `level`.

    Spaces, quotes and backslashes around a name are dropped (shells leave them behind). Raises Invalid for an empty
    list and NotFound for a name that is not there for the actor.
    """
    wanted = [part for part in (piece.strip(" \t\r\n'\"\\`") for piece in names.split(",")) if part]
    if not wanted:
        raise Invalid("datasets: expected names or uuids of datasets, separated by commas")
    found: dict[int, AnyRow] = {}
    for name in wanted:
        row = _find(connection, actor, "data", "data_uuid", name.lower())
        row = row or _find(connection, actor, "data", "data_name", name)
        if row is None:
            raise NotFound("there is no such dataset")
        found[row.data_id] = row
    return list(found.values())


class _Finder(NamedTuple):
    """How an object is found: the statement (the actor's number and the sought value are bound when it is executed),
    and whether the value has to be a number, or may be a name that several objects have."""

    statement: AnySelect
    number: bool
    name: bool


def gives_more(connection: Connection, actor: Actor, role_id: int) -> bool:
    """Whether a role was granted a level on some object that is above the actor's own there."""
    for kind in OWNED.values():
        given, key = kind.grants.c, kind.table.c[kind.number]
        joined = kind.table.join(kind.grants, given[kind.number] == key)
        above = given.permission > _level(kind, actor.user_id, actor.reach)
        found = (
            select(key).select_from(joined).where(given.role_id == role_id, kind.table.c.deleted_at.is_(None), above)
        )
        if connection.execute(found.limit(1)).first() is not None:
            return True
    return False


def _find(connection: Connection, actor: Actor, on: str, key: str, value: object) -> AnyRow | None:
    finder = _finder(on, key, actor.reach, connection.dialect)
    if finder is None:
        return None
    if finder.number:
        value = _number(on, value)
    made = connection.execute(finder.statement, {"actor_id": actor.user_id, "value": value})
    if not finder.name:
        row = made.first()
        return row if row is not None and row.level >= SEE else None
    found = [row for row in made if row.level >= SEE]
    if len(found) > 1:
        raise Conflict(f"several {_WORDS.get(on, on)}s have this name; name one by its uuid")
    return found[0] if found else None


def _number(on: str, value: object) -> int:
    digits = str(value)
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 18):
        raise NotFound(f"there is no such {_WORDS.get(on, on)}")
    return int(digits)


@lru_cache(maxsize=256)
def _finder(on: str, key: str, reach: int, dialect: Dialect) -> _Finder | None:
    """Built once. The level is computed once and compared by who executes it: as a condition it would be twice."""
    actor_id: Any = bindparam("actor_id")
    if on in OWNED:
        kind = OWNED[on]
        ending = next((ending for ending in ("id", "name") if key.endswith(f"{on}_{ending}")), "uuid")
        found = kind.table.c[f"{on}_{ending}"]
        level = _written(_level(kind, literal_column(":actor_id"), reach), dialect)
        statement = select(kind.table, level).where(kind.table.c.deleted_at.is_(None))
    elif on in _PARTS:
        ending, found = "uuid", _PARTS[on].c[f"{on}_uuid"]
        statement = _shown_parts(_PARTS[on], actor_id, reach)
    elif on in _STARTED:
        ending, found = "uuid", jobs.c.job_uuid
        statements = {"job": _started_jobs, "query": _asked_queries, "run": _shown_runs, "held": _held_runs}
        statement = statements[on](actor_id, reach)
    elif on == "model":
        ending, found, statement = "uuid", models.c.model_uuid, _shown_models(actor_id, reach)
    else:
        return None
    return _Finder(statement.where(found == bindparam("value", type_=found.type)), ending == "id", ending == "name")


def _written(level: ColumnElement[int], dialect: Dialect) -> TextClause:
    """The expression as text: whatever has a structure is hashed anew, part by part, whenever it is executed."""
    return text(f"{level.compile(dialect=dialect)} AS level")


def _level(kind: _Owned, user_id: Any, reach: int) -> ColumnElement[int]:
    """The condition: own for administrators and creators, see for who sees all, and what the roles were granted."""
    if reach >= OWN:
        return levels.number(OWN)
    level = levels.granted(user_id, kind.grants, kind.grants.c[kind.number] == kind.table.c[kind.number])
    if reach >= SEE:
        level = case((level < levels.number(reach), levels.number(reach)), else_=level)
    return case((kind.table.c.user_id == user_id, levels.number(OWN)), else_=level)


def _visible(kind: _Owned, user_id: Any, reach: int) -> list[ColumnElement[bool]]:
    kept = kind.table.c.deleted_at.is_(None)
    return [kept] if reach >= SEE else [kept, _level(kind, user_id, reach) >= SEE]


def _listed(kind: _Owned, actor: Actor) -> AnySelect:
    """The same condition, and the few rows that it can hold for: no list looks at what is nothing to the actor."""
    shown = select(kind.table, _level(kind, actor.user_id, actor.reach).label("level"), _creator(kind.table))
    shown = shown.where(*_visible(kind, actor.user_id, actor.reach))
    if actor.reach >= SEE:
        return shown
    return shown.where(kind.table.c[kind.number].in_(_reached(kind, actor)))


def _creator(table: Table) -> ColumnElement[str]:
    # Not a join: the rows before a late page would all be joined, only to be skipped.
    return select(users.c.email).where(users.c.user_id == table.c.user_id).scalar_subquery().label("user_name")


def _reached(kind: _Owned, actor: Actor) -> Any:
    """The numbers of the objects that the actor made or that one of his roles has any level on."""
    key, given = kind.table.c[kind.number], kind.grants.c
    return union(
        select(key).where(kind.table.c.user_id == actor.user_id),
        select(given[kind.number]).where(given.role_id.in_(levels.held_roles(actor.user_id))),
    )


def _shown_parts(table: Table, user_id: Any, reach: int) -> AnySelect:
    level = _level(OWNED["project"], user_id, reach).label("level")
    shown = select(table, level, projects.c.project_uuid, projects.c.project_name, _creator(table))
    return shown.join(projects, projects.c.project_id == table.c.project_id)


def _listed_parts(table: Table, actor: Actor) -> AnySelect:
    shown, kind = _shown_parts(table, actor.user_id, actor.reach), OWNED["project"]
    if actor.reach >= SEE:
        return shown
    there = _level(kind, actor.user_id, actor.reach) >= SEE
    return shown.where(there, table.c.project_id.in_(_reached(kind, actor)))


def _visible_jobs(user_id: Any, reach: int) -> ColumnElement[bool]:
    return true() if reach >= SEE else jobs.c.user_id == user_id


def _started_jobs(user_id: Any, reach: int) -> Select[Any]:
    # Who started it owns it, like administrators; who sees all sees it.
    own: ColumnElement[int] = levels.number(OWN)
    if reach == SEE:
        own = case((jobs.c.user_id == user_id, own), else_=levels.number(SEE))
    shown = select(jobs, own.label("level"), users.c.email.label("user_name"))
    return shown.join(users, users.c.user_id == jobs.c.user_id).where(_visible_jobs(user_id, reach))


def _asked_queries(user_id: Any, reach: int) -> Select[Any]:
    asked = _started_jobs(user_id, reach).add_columns(*queries.c)
    return asked.join(queries, queries.c.query_uuid == jobs.c.job_uuid)


def _shown_runs(user_id: Any, reach: int) -> AnySelect:
    # Who started it owns it, like administrators; who owns all that it could read sees it.
    level: ColumnElement[int] = levels.number(OWN)
    if reach < OWN:
        started, owned = jobs.c.user_id == user_id, _lowest(user_id, reach) >= OWN
        level = case((started, level), (owned, levels.number(SEE)), else_=levels.number(reach))
    shown = _runs(level)
    return shown if reach >= SEE else shown.where(or_(jobs.c.user_id == user_id, _lowest(user_id, reach) >= OWN))


def _held_runs(user_id: Any, reach: int) -> AnySelect:
    # What was written without any data concerns nobody but who started it.
    own = case((jobs.c.user_id == user_id, levels.number(OWN)), else_=levels.number(reach))
    return _runs(func.coalesce(_lowest(user_id, reach), own))


def _shown_models(user_id: Any, reach: int) -> AnySelect:
    """Who registered it owns it, like administrators; who owns all that its run could read changes it."""
    level: ColumnElement[int] = levels.number(OWN)
    made, owned = models.c.user_id == user_id, _lowest(user_id, reach) >= OWN
    if reach < OWN:
        level = case((made, level), (owned, levels.number(CHANGE)), else_=levels.number(reach))
    of_run = (jobs.c[name] for name in _OF_RUN)
    shown = select(models, *of_run, level.label("level"), users.c.email.label("user_name"))
    shown = _named(
        shown.join(runs, runs.c.run_uuid == models.c.run_uuid).join(jobs, jobs.c.job_uuid == runs.c.run_uuid)
    )
    shown = shown.join(users, users.c.user_id == models.c.user_id).where(models.c.deleted_at.is_(None))
    return shown if reach >= SEE else shown.where(or_(made, owned))


def _named(shown: Select[Any]) -> Select[Any]:
    """With the names of the project, commit and experiment of a job."""
    shown = shown.add_columns(projects.c.project_name, commits.c.commit_name, experiments.c.experiment_name)
    shown = shown.outerjoin(projects, projects.c.project_uuid == jobs.c.project_uuid)
    shown = shown.outerjoin(commits, commits.c.commit_uuid == jobs.c.commit_uuid)
    return shown.outerjoin(experiments, experiments.c.experiment_uuid == jobs.c.experiment_uuid)


def _runs(level: ColumnElement[int]) -> AnySelect:
    shown = select(jobs, runs, level.label("level"), users.c.email.label("user_name"))
    return _named(shown.join(runs, runs.c.run_uuid == jobs.c.job_uuid).join(users, users.c.user_id == jobs.c.user_id))


def _lowest(user_id: Any, reach: int) -> ColumnElement[int]:
    """The lowest level on the datasets that a run could read, deleted ones too; NULL where it could read nothing."""
    lowest = select(func.min(_level(OWNED["data"], user_id, reach)))
    lowest = lowest.select_from(data.join(run_data, run_data.c.data_id == data.c.data_id))
    return lowest.where(run_data.c.run_uuid == runs.c.run_uuid).correlate(runs).scalar_subquery()

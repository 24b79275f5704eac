"""Roles, groups, and who is in them: nobody raises himself or hands on more than he has, an administrator remains."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from msgspec import UNSET
from sqlalchemy import Connection, Table, select

from quarantine.domain.errors import Conflict, Forbidden, NotFound
from quarantine.store import levels, permissions, rows
from quarantine.store.context import Actor
from quarantine.store.levels import OWN, SEE
from quarantine.store.rows import AnyRow
from quarantine.store.tables import action_permissions, group_roles, groups, roles, user_groups, user_roles, users

LAST = "this is the last administrator; make another one first"
LOWERED = "your own roles or state have been changed meanwhile; ask an administrator"
RAISED = "nobody raises his own level; another administrator can"
ABOVE = "nobody gives or takes a role above his own level"
OWN_ROLES = "nobody changes his own state or roles; another administrator can"
AUDITORS = "auditors see everything and change nothing"
BUILT_IN = "the built-in roles keep their name and level"


@contextmanager
def guarded(connection: Connection, actor: Actor) -> Iterator[None]:
    """A change of people, roles or groups: one at a time, undone where it raises the actor or ends the last
    administrator (Forbidden, Conflict); refused to who is no longer what he was when he asked (Forbidden)."""
    lock(connection)
    _check_unchanged(connection, actor)
    before = levels.on_actions(connection, levels.held_roles(actor.user_id))
    yield
    if not levels.administered(connection):
        raise Conflict(LAST)
    after = levels.standing(connection, actor.user_id)
    over = levels.on_actions(connection, levels.held_roles(actor.user_id))
    if after.level > actor.level or after.reach > actor.reach or _above(over, before):
        raise Forbidden(RAISED)


def _check_unchanged(connection: Connection, actor: Actor) -> None:
    # Of two administrators who remove each other at once the second has waited for the lock, and is none any more.
    now = levels.standing(connection, actor.user_id)
    if now.level < actor.level or now.reach < actor.reach:
        raise Forbidden(LOWERED)
    if rows.get(connection, users, user_id=actor.user_id, state="confirmed", deleted_at=None) is None:
        raise Forbidden(LOWERED)


def lock(connection: Connection) -> None:
    """On PostgreSQL, one change of people and roles at a time: what the guards count stays true until commit."""
    admins = roles.c.role_name == levels.ADMINS
    connection.execute(select(roles.c.role_id).where(admins).with_for_update()).all()


def named(connection: Connection, table: Table, what: str, given: Mapping[str, object]) -> AnyRow:
    """The row that all given columns name, UNSET ones left out; raises NotFound, or Conflict where they differ."""
    key = {column: value for column, value in given.items() if value is not UNSET}
    found = [rows.get(connection, table, **{column: value}) for column, value in key.items()]
    known = [row for row in found if row is not None]
    if not known or len(known) < len(found):
        raise NotFound(f"there is no such {what}; name one by {' or '.join(given)}")
    if any(row != known[0] for row in known):
        raise Conflict(f"{' and '.join(key)} name different {what}s")
    return known[0]


def check_reach(connection: Connection, actor: Actor, role: AnyRow) -> None:
    """Raises Forbidden where a role gives more than the actor has: by its level, by what it sees, on any action, or on
    any object."""
    if actor.level >= OWN:
        return
    if role.permission > actor.level or (role.sees_all and actor.reach < SEE):
        raise Forbidden(ABOVE)
    had = levels.on_actions(connection, levels.held_roles(actor.user_id))
    given = levels.on_actions(connection, select(roles.c.role_id).where(roles.c.role_id == role.role_id))
    if _above(given, had) or permissions.gives_more(connection, actor, role.role_id):
        raise Forbidden(ABOVE)


def check_held(connection: Connection, actor: Actor, user_id: int) -> None:
    """Raises Forbidden where a role of a person, or of a group of his, gives more than the actor has."""
    for found in levels.held(connection, user_id):
        check_reach(connection, actor, found)


def _above(given: Mapping[int, int], had: Mapping[int, int]) -> bool:
    return any(level > had[action_id] for action_id, level in given.items())


def check_group(connection: Connection, actor: Actor, group_id: int) -> None:
    """Raises Forbidden where a role of the group gives more than the actor has."""
    held = select(roles).join(group_roles, group_roles.c.role_id == roles.c.role_id)
    for role in connection.execute(held.where(group_roles.c.group_id == group_id)).all():
        check_reach(connection, actor, role)


def grant(connection: Connection, table: Table, role_id: int, permission: int, **on: int) -> None:
    """Give a role a level on an object by the table of its grants, in place of the one before.

    Raises NotFound for an unknown role, and Conflict where who is to see everything would change something.
    """
    found = role(connection, role_id=role_id)
    if found.sees_all and permission > SEE:
        raise Conflict(AUDITORS)
    key = {**on, "role_id": role_id}
    if not rows.update(connection, table, key, permission=permission):
        rows.insert(connection, table, **key, permission=permission)


def create(connection: Connection, table: Table, what: str, **values: object) -> int:
    """A new role or group; its number. Raises Conflict for a name that is taken."""
    now = int(time.time())
    with rows.unique(connection, f"a {what} of this name exists already"):
        return int(rows.insert(connection, table, **values, created_at=now, updated_at=now))


def change(connection: Connection, table: Table, what: str, row: AnyRow, **values: object) -> AnyRow:
    """Change a role or group; the row as it is then. Raises Conflict for a name that is taken."""
    key = {table.primary_key.columns[0].name: row[0]}
    with rows.unique(connection, f"a {what} of this name exists already"):
        rows.update(connection, table, key, **values, updated_at=int(time.time()))
    return named(connection, table, what, key)


def role(connection: Connection, **given: object) -> AnyRow:
    """The role named by `role_id`, `role_name` or both."""
    return named(connection, roles, "role", given)


def group(connection: Connection, **given: object) -> AnyRow:
    """The group named by `group_id`, `group_name` or both."""
    return named(connection, groups, "group", given)


def own_role(connection: Connection, actor: Actor, role_id: int) -> AnyRow:
    """A role that is not built in and gives no more than the actor has; to be changed or deleted."""
    found = role(connection, role_id=role_id)
    if found.built_in:
        raise Conflict(BUILT_IN)
    check_reach(connection, actor, found)
    return found


def own_group(connection: Connection, actor: Actor, group_id: int) -> AnyRow:
    """A group that gives no more than the actor has; to be changed or deleted."""
    found = group(connection, group_id=group_id)
    check_group(connection, actor, found.group_id)
    return found


def set_level(connection: Connection, actor: Actor, found: AnyRow, permission: int) -> None:
    """Set a role's own level. A role with the level own has it on every action."""
    if found.built_in:
        raise Conflict(BUILT_IN)
    check_reach(connection, actor, found)
    if permission > actor.level:
        raise Forbidden("nobody gives a level above his own")
    with guarded(connection, actor):
        changed = change(connection, roles, "role", found, permission=permission)
        if permission >= OWN:
            rows.delete(connection, action_permissions, role_id=found.role_id)
        check_reach(connection, actor, changed)


def set_user_role(connection: Connection, actor: Actor, user_id: int, found: AnyRow, *, held: bool) -> None:
    """Give a person a role or take it; twice changes nothing."""
    if user_id == actor.user_id:
        raise Forbidden(OWN_ROLES)
    check_reach(connection, actor, found)
    with guarded(connection, actor):
        _set(connection, user_roles, held, user_id=user_id, role_id=found.role_id)


def set_user_group(connection: Connection, actor: Actor, user_id: int, group_id: int, *, held: bool) -> None:
    """Put a person into a group or take him out; twice changes nothing."""
    if user_id == actor.user_id:
        raise Forbidden(OWN_ROLES)
    with guarded(connection, actor):
        check_group(connection, actor, group_id)
        _set(connection, user_groups, held, user_id=user_id, group_id=group_id)


def set_group_role(connection: Connection, actor: Actor, group_id: int, found: AnyRow, *, held: bool) -> None:
    """Give a group a role or take it; twice changes nothing."""
    check_reach(connection, actor, found)
    with guarded(connection, actor):
        _set(connection, group_roles, held, group_id=group_id, role_id=found.role_id)


def delete_role(connection: Connection, actor: Actor, role_id: int) -> None:
    """Take a role from everybody and everything."""
    with guarded(connection, actor):
        own_role(connection, actor, role_id)
        rows.delete(connection, roles, role_id=role_id)


def delete_group(connection: Connection, actor: Actor, group_id: int) -> None:
    """Remove a group; its people lose what they had by it alone."""
    with guarded(connection, actor):
        own_group(connection, actor, group_id)
        rows.delete(connection, groups, group_id=group_id)


def _set(connection: Connection, table: Table, held: bool, **pair: int) -> None:
    if not held:
        rows.delete(connection, table, **pair)
    elif rows.get(connection, table, **pair) is None:
        rows.insert(connection, table, **pair)

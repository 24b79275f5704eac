"""The contract's actions under numbers, and what roles may do with each."""

from collections.abc import Mapping

import msgspec
from msgspec import UNSET
from sqlalchemy import Connection, select

from quarantine.domain.errors import Conflict, Forbidden
from quarantine.store import levels, memberships, permissions, rows
from quarantine.store.context import Actor
from quarantine.store.levels import OWN, SEE, Held
from quarantine.store.rows import AnyRow
from quarantine.store.tables import action_permissions, actions, roles, users


class Declared(msgspec.Struct, frozen=True):
    """An action as the contract has it: the level it needs, on what, whether it only reads, and the built-in roles with
    another level there."""

    needed: int
    on: str
    roles: Mapping[str, int]
    reads: bool = False


def follow(connection: Connection, declared: Mapping[str, Declared], built_in: Mapping[str, int]) -> None:
    """Bring actions, built-in roles and their declared levels to what the contract says; what people set stays.

    `built_in` are the levels that the built-in roles have on all other actions.
    """
    for name, level in built_in.items():
        rows.update(connection, roles, {"role_name": name, "built_in": True}, permission=level)
    numbers = {
        row.role_name: row.role_id for row in connection.execute(select(roles).where(roles.c.built_in.is_(True)))
    }
    known = {name: _followed(connection, name, action) for name, action in sorted(declared.items())}
    wanted = {
        (known[name], numbers[role]): level for name, action in declared.items() for role, level in action.roles.items()
    }
    found = {(row.action_id, row.role_id): row for row in connection.execute(select(action_permissions))}
    for key, row in found.items():
        if row.declared and key not in wanted:
            rows.delete(connection, action_permissions, action_id=key[0], role_id=key[1])
    for key, level in wanted.items():
        if key not in found or found[key].declared:
            _put(connection, *key, level, declared=True)


def _followed(connection: Connection, name: str, action: Declared) -> int:
    """The number of an action, which is as the contract has it then."""
    values = {"needed": action.needed, "needed_on": action.on, "reads": action.reads}
    if not rows.update(connection, actions, {"action_name": name}, **values):
        return int(rows.insert(connection, actions, action_name=name, **values))
    return int(named(connection, action_name=name).action_id)


def follows(connection: Connection, declared: Mapping[str, Declared], built_in: Mapping[str, int]) -> bool:
    """Whether `follow` would change nothing; a read."""
    joined = action_permissions.join(actions, actions.c.action_id == action_permissions.c.action_id)
    joined = joined.join(roles, roles.c.role_id == action_permissions.c.role_id)
    columns = (actions.c.action_name, roles.c.role_name, action_permissions.c.permission, action_permissions.c.declared)
    found = {(row[0], row[1]): row for row in connection.execute(select(*columns).select_from(joined))}
    wanted = {(name, role): level for name, action in declared.items() for role, level in action.roles.items()}
    own = select(roles.c.role_name, roles.c.permission).where(roles.c.built_in.is_(True))
    known = {row.action_name: (row.needed, row.needed_on, row.reads) for row in connection.execute(select(actions))}
    return (
        {row[0]: row[1] for row in connection.execute(own)} == dict(built_in)
        and all(known.get(name) == (action.needed, action.on, action.reads) for name, action in declared.items())
        and {pair for pair, row in found.items() if row.declared} <= wanted.keys() <= found.keys()
        and all(row.permission == wanted[pair] for pair, row in found.items() if row.declared)
    )


def set_permission(connection: Connection, actor: Actor, action: AnyRow, role: AnyRow, permission: int) -> None:
    """Set a role's level on an action. Raises Forbidden where that raises the actor's own role, or goes above him."""
    least = levels.floor(action.needed_on)
    own = levels.standing(connection, actor.user_id, action.action_name, least).may
    if role.permission >= OWN:
        raise Conflict("a role with the level own has it on every action")
    if role.sees_all and permission > SEE and not action.reads:
        raise Conflict(memberships.AUDITORS)
    memberships.check_reach(connection, actor, role)
    if actor.level < OWN and permission > own:
        raise Forbidden("nobody gives a level above his own")
    before = rows.get(connection, action_permissions, action_id=action.action_id, role_id=role.role_id)
    held = {row.role_id for row in levels.held(connection, actor.user_id)}
    if role.role_id in held and permission > (role.permission if before is None else before.permission):
        raise Forbidden("nobody raises a role that is his own; another administrator can")
    _put(connection, action.action_id, role.role_id, permission, declared=False)


def named(connection: Connection, *, action_id: object = UNSET, action_name: object = UNSET) -> AnyRow:
    """The action named by number, name or both; raises NotFound, or Conflict where they differ."""
    return memberships.named(connection, actions, "action", {"action_id": action_id, "action_name": action_name})


def _put(connection: Connection, action_id: int, role_id: int, permission: int, *, declared: bool) -> None:
    key: dict[str, object] = {"action_id": action_id, "role_id": role_id}
    if not rows.update(connection, action_permissions, key, permission=permission, declared=declared):
        rows.insert(connection, action_permissions, **key, permission=permission, declared=declared)


class Explained(msgspec.Struct, frozen=True, kw_only=True):
    """Why a person may or may not: the level needed and had, the roles that give one, and what else decides."""

    needed: int
    level: int
    reasons: list[Held]
    state: str
    creator: bool = False
    shut: bool = False

    @property
    def allowed(self) -> bool:
        return self.level >= self.needed and not self.shut and (self.needed == 0 or self.state == "confirmed")


def explain(connection: Connection, actor: Actor, user_id: int, action: AnyRow, uuid: str | None) -> Explained:
    """Why a person may or may not do something, on the object of this uuid if it is on one.

    Raises NotFound for an object that is not there for the actor who asks.
    """
    name, on, needed = action.action_name, action.needed_on, action.needed
    may = levels.standing(connection, user_id, name, levels.floor(on)).may
    reasons = levels.reasons(connection, user_id, name)
    state = str(connection.scalar(select(users.c.state).where(users.c.user_id == user_id)))
    if on in ("public", "action", "session") or may < SEE:
        shut = on not in ("public", "action") and may < SEE
        return Explained(needed=needed, level=may, reasons=reasons, state=state, shut=shut)
    holder = permissions.holder(on)
    kind = permissions.OWNED[holder]
    row, _ = permissions.object_level(connection, actor, holder, f"{holder}_uuid", uuid)
    key, number = kind.grants.c[kind.number], row._mapping[kind.number]
    given = levels.reasons_on(connection, user_id, kind.grants, key, number)
    creator = row.user_id == user_id
    level = OWN if creator else max((held.level for held in given), default=0)
    return Explained(needed=needed, level=level, reasons=given, state=state, creator=creator)

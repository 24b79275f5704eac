"""How much a person may do, as SQL: the roles held, by himself or through groups, and the highest level over them.

Levels: 0 none, 1 see, 2 use, 3 change, 4 own. A role's own level holds for every action on which it has no other.
"""

from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Integer,
    String,
    and_,
    bindparam,
    case,
    func,
    literal,
    literal_column,
    null,
    select,
    union_all,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from quarantine.store.rows import AnyRow, AnySelect
from quarantine.store.tables import (
    action_permissions,
    actions,
    group_roles,
    groups,
    roles,
    user_groups,
    user_roles,
    users,
)

NONE, SEE, USE, CHANGE, OWN = range(5)
ADMINS = "admins"


class Held(NamedTuple):
    """A role that a person holds, the group it comes through (None: it is his own), and the level that it gives."""

    role_name: str
    group_name: str | None
    level: int


def held_roles(user_id: object) -> Any:
    """The numbers of the roles that a person holds, as a compound SELECT; one may be there several times.

    `user_id` is a number or a subquery of its own: what depends on the rows outside would be looked up for each role.
    """
    through = user_groups.join(group_roles, group_roles.c.group_id == user_groups.c.group_id)
    return union_all(
        select(user_roles.c.role_id).where(user_roles.c.user_id == user_id),
        select(group_roles.c.role_id).select_from(through).where(user_groups.c.user_id == user_id),
    )


class Greatest(FunctionElement[int]):
    """The larger of two numbers, neither of them NULL."""

    type = Integer()
    inherit_cache = True


@compiles(Greatest)
def _greatest(element: Greatest, compiler: Any, **more: Any) -> str:
    return f"greatest({compiler.process(element.clauses, **more)})"


@compiles(Greatest, "sqlite")
def _max(element: Greatest, compiler: Any, **more: Any) -> str:
    return f"max({compiler.process(element.clauses, **more)})"


def number(level: int) -> ColumnElement[int]:
    """A level, written into the statement: a bound value costs more than the comparison that it is for."""
    return literal_column(str(level), Integer)


class Standing(NamedTuple):
    """What a person's roles come to: the highest level, whether one of them sees every object, the level on an action.

    `may` is what was set for the action or, where nothing was, a role's own level, but at least the floor that was
    asked for; the highest over the roles, and the floor for a person without any.
    """

    level: int
    sees_all: bool
    may: int

    @classmethod
    def of(cls, level: int | None, sees_all: int | None, may: int | None, floor: int) -> "Standing":
        """From the columns of `over_roles`, which are NULL without roles."""
        return cls(level or NONE, bool(sees_all), floor if may is None else may)

    @property
    def reach(self) -> int:
        """The level on every object there is: own for administrators, see for who sees all."""
        return reach(self.level, self.sees_all)


def reach(level: int, sees_all: bool) -> int:
    """The level on every object there is, by the highest one over a person's roles."""
    if level >= OWN:
        return OWN
    return SEE if sees_all else NONE


def granted(user_id: object, grants: Any, on: ColumnElement[bool]) -> ColumnElement[int]:
    """The highest level over a person's roles by a table of grants, of those that are `on` a row; 0 without any.

    Own roles and groups' roles each start from the person, so that nothing else is read.
    """
    own = user_roles.join(grants, and_(grants.c.role_id == user_roles.c.role_id, on))
    through = user_groups.join(group_roles, group_roles.c.group_id == user_groups.c.group_id)
    shared = through.join(grants, and_(grants.c.role_id == group_roles.c.role_id, on))
    highest = select(func.max(grants.c.permission))
    halves = (
        highest.select_from(own).where(user_roles.c.user_id == user_id),
        highest.select_from(shared).where(user_groups.c.user_id == user_id),
    )
    return Greatest(*(func.coalesce(half.scalar_subquery(), number(NONE)) for half in halves))


def _set(action: object) -> ColumnElement[bool]:
    found = select(actions.c.action_id).where(actions.c.action_name == action).scalar_subquery()
    return and_(action_permissions.c.role_id == roles.c.role_id, action_permissions.c.action_id == found)


def over_roles(user_id: object, action: object, floor: Any) -> AnySelect:
    """One row with `level`, `sees_all` and `may` over the roles of a person: the columns of `Standing`."""
    held = held_roles(user_id).subquery("held")
    own = case((roles.c.permission < floor, floor), else_=roles.c.permission)
    # The largest of truth values is not the same thing on every database.
    truth = case((roles.c.sees_all.is_(True), number(1)), else_=number(0))
    columns = {"level": roles.c.permission, "sees_all": truth}
    columns["may"] = func.coalesce(action_permissions.c.permission, own)
    joined = held.join(roles, roles.c.role_id == held.c.role_id).outerjoin(action_permissions, _set(action))
    return select(*(func.max(column).label(name) for name, column in columns.items())).select_from(joined)


_STANDING = over_roles(
    bindparam("user_id", type_=BigInteger), bindparam("action", type_=String), bindparam("floor", type_=Integer)
)


def floor(on: str) -> int:
    """The least that a role gives on an action without having been set there, and what a person without roles has.

    What is not about an action as such is open to everybody whose roles have not been shut out of it.
    """
    return NONE if on == "action" else SEE


def on_actions(connection: Connection, role_ids: Any) -> dict[int, int]:
    """The highest level over roles on every action that is not public; `role_ids` is a SELECT of their numbers."""
    least = case((actions.c.needed_on == "action", floor("action")), else_=floor(""))
    own = case((roles.c.permission < least, least), else_=roles.c.permission)
    on = and_(action_permissions.c.role_id == roles.c.role_id, action_permissions.c.action_id == actions.c.action_id)
    joined = actions.outerjoin(roles, roles.c.role_id.in_(role_ids)).outerjoin(action_permissions, on)
    highest = func.coalesce(func.max(func.coalesce(action_permissions.c.permission, own)), func.max(least))
    found = select(actions.c.action_id, highest).select_from(joined).where(actions.c.needed_on != "public")
    return {row[0]: row[1] for row in connection.execute(found.group_by(actions.c.action_id))}


def standing(connection: Connection, user_id: int, action: str = "", floor: int = NONE) -> Standing:
    """What a person's roles come to just now."""
    values = {"user_id": user_id, "action": action, "floor": floor}
    level, everything, may = connection.execute(_STANDING, values).one()
    return Standing.of(level, everything, may, floor)


def held(connection: Connection, user_id: int) -> list[AnyRow]:
    """The roles of a person, each once, highest first: all columns."""
    found = select(roles).where(roles.c.role_id.in_(held_roles(user_id)))
    return list(connection.execute(found.order_by(roles.c.permission.desc(), roles.c.role_id)))


def reasons(connection: Connection, user_id: int, action: str) -> list[Held]:
    """What each role of a person gives him on an action, highest first."""
    level = func.coalesce(action_permissions.c.permission, roles.c.permission)
    return _reasons(connection, user_id, roles.outerjoin(action_permissions, _set(action)), level)


def reasons_on(connection: Connection, user_id: int, grants: Any, key: ColumnElement[Any], number: int) -> list[Held]:
    """What each role of a person gives him on one object by the table `grants`, highest first."""
    on = and_(grants.c.role_id == roles.c.role_id, key == number)
    given = case((roles.c.permission >= OWN, OWN), else_=func.coalesce(grants.c.permission, NONE))
    highest = case((and_(roles.c.sees_all.is_(True), given < SEE), SEE), else_=given)
    return _reasons(connection, user_id, roles.outerjoin(grants, on), highest)


def _reasons(connection: Connection, user_id: int, joined: Any, level: ColumnElement[Any]) -> list[Held]:
    own = select(roles.c.role_name, null().label("group_name"), level.label("level")).select_from(
        joined.join(user_roles, user_roles.c.role_id == roles.c.role_id)
    )
    through = joined.join(group_roles, group_roles.c.role_id == roles.c.role_id)
    through = through.join(groups, groups.c.group_id == group_roles.c.group_id)
    through = through.join(user_groups, user_groups.c.group_id == groups.c.group_id)
    shared = select(roles.c.role_name, groups.c.group_name, level.label("level")).select_from(through)
    found = connection.execute(
        union_all(own.where(user_roles.c.user_id == user_id), shared.where(user_groups.c.user_id == user_id))
    )
    return sorted((Held(*row) for row in found), key=lambda held: (-held.level, held.role_name, held.group_name or ""))


def _administrators() -> AnySelect:
    own = user_roles.join(roles, roles.c.role_id == user_roles.c.role_id)
    through = user_groups.join(group_roles, group_roles.c.group_id == user_groups.c.group_id)
    shared = through.join(roles, roles.c.role_id == group_roles.c.role_id)
    holders = union_all(
        select(user_roles.c.user_id).select_from(own).where(roles.c.permission >= OWN),
        select(user_groups.c.user_id).select_from(shared).where(roles.c.permission >= OWN),
    )
    confirmed = users.c.state == bindparam("state")
    return select(literal(1)).where(users.c.user_id.in_(holders), confirmed).limit(1)


_ADMINISTRATORS = _administrators()


def administered(connection: Connection) -> bool:
    """Whether there is a confirmed person with the level own."""
    return connection.execute(_ADMINISTRATORS, {"state": "confirmed"}).first() is not None

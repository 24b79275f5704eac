"""Actions follow the contract by themselves, and what people set stays."""

from collections.abc import Callable

import pytest
from sqlalchemy import Connection, select

from generated.operations import OPERATIONS, ROLES
from quarantine.domain.errors import Conflict, Forbidden, NotFound
from quarantine.store import actions, counts, levels, memberships, rows, tables
from quarantine.store.actions import Declared
from quarantine.store.context import Actor
from quarantine.store.engine import Database

Person = Callable[..., Actor]
BEFORE = {"DataList": Declared(1, "session", {}), "AuditList": Declared(4, "action", {"auditors": 4})}


@pytest.fixture
def followed(database: Database) -> Database:
    with database.transaction(write=True) as connection:
        actions.follow(connection, BEFORE, ROLES)
    return database


def _set(connection: Connection, action: str, role: str) -> int | None:
    found = rows.get(
        connection,
        tables.action_permissions,
        action_id=actions.named(connection, action_name=action).action_id,
        role_id=memberships.role(connection, role_name=role).role_id,
    )
    return None if found is None else int(found.permission)


def test_the_built_in_roles_are_the_contracts(database: Database) -> None:
    with database.transaction() as connection:
        found = connection.execute(select(tables.roles).where(tables.roles.c.built_in.is_(True)))
        assert {row.role_name: row.permission for row in found} == ROLES


def test_a_new_operation_is_there_by_itself_under_a_number_of_its_own(followed: Database) -> None:
    more = BEFORE | {"AtomSplit": Declared(4, "action", {"users": 2})}
    with followed.transaction(write=True) as connection:
        assert actions.follows(connection, BEFORE, ROLES)
        assert not actions.follows(connection, more, ROLES)
        numbers = {row.action_name: row.action_id for row in connection.execute(select(tables.actions))}
        actions.follow(connection, more, ROLES)
        after = {row.action_name: row.action_id for row in connection.execute(select(tables.actions))}
        assert actions.follows(connection, more, ROLES)
        assert (after["DataList"], after["AuditList"]) == (numbers["DataList"], numbers["AuditList"])
        assert after["AtomSplit"] not in numbers.values()
        assert _set(connection, "AtomSplit", "users") == 2
        assert counts.count(connection, tables.actions) == 3


def test_a_declared_level_follows_the_contract_and_a_set_one_stays(followed: Database, person: Person) -> None:
    admin = person("admin@dq0.io", "admins")
    with followed.transaction(write=True) as connection:
        action, role = (
            actions.named(connection, action_name="AuditList"),
            memberships.role(connection, role_name="users"),
        )
        actions.set_permission(connection, admin, action, role, 3)
        now = {"DataList": Declared(2, "session", {}), "AuditList": Declared(4, "action", {"users": 1})}
        assert not actions.follows(connection, now, ROLES)
        actions.follow(connection, now, ROLES)
        assert _set(connection, "AuditList", "auditors") is None
        assert _set(connection, "AuditList", "users") == 3
        assert actions.named(connection, action_name="DataList").needed == 2
        assert actions.follows(connection, now, ROLES)


def test_a_role_that_lost_its_level_gets_it_back(followed: Database) -> None:
    with followed.transaction(write=True) as connection:
        rows.update(connection, tables.roles, {"role_name": "owners"}, permission=1)
        assert not actions.follows(connection, BEFORE, ROLES)
        actions.follow(connection, BEFORE, ROLES)
        assert memberships.role(connection, role_name="owners").permission == ROLES["owners"]


def test_the_contracts_own_table_can_be_followed(database: Database) -> None:
    declared = {
        operation.action: Declared(
            operation.permission.level if operation.permission else 0,
            operation.permission.on if operation.permission else "public",
            operation.roles,
        )
        for operation in OPERATIONS
    }
    assert len(declared) == len(OPERATIONS)
    with database.transaction(write=True) as connection:
        actions.follow(connection, declared, ROLES)
        assert actions.follows(connection, declared, ROLES)
        assert counts.count(connection, tables.actions) == len(OPERATIONS)


def test_the_highest_level_on_an_action_counts_over_own_roles_and_groups(followed: Database, person: Person) -> None:
    admin, user, nobody = person("a@dq0.io", "admins"), person("u@dq0.io", "users"), person("n@dq0.io")
    with followed.transaction(write=True) as connection:
        action = actions.named(connection, action_name="AuditList")
        users, owners = (memberships.role(connection, role_name=name) for name in ("users", "owners"))
        assert levels.standing(connection, user.user_id, "AuditList").may == 2
        assert levels.standing(connection, nobody.user_id, "AuditList").may == 0
        assert levels.standing(connection, nobody.user_id, "AuditList", 1).may == 1
        actions.set_permission(connection, admin, action, users, 0)
        # A role that was shut out gives nothing; a person without roles has what everybody has.
        assert levels.standing(connection, user.user_id, "AuditList", 1).may == 0
        group_id = memberships.create(connection, tables.groups, "group", group_name="lab")
        memberships.set_group_role(connection, admin, group_id, owners, held=True)
        memberships.set_user_group(connection, admin, user.user_id, group_id, held=True)
        assert levels.standing(connection, user.user_id, "AuditList", 1).may == 3
        assert [tuple(held) for held in levels.reasons(connection, user.user_id, "AuditList")] == [
            ("owners", "lab", 3),
            ("users", None, 0),
        ]


def test_levels_that_nobody_can_set_are_refused(followed: Database, person: Person) -> None:
    admin, owner = person("admin@dq0.io", "admins"), person("owner@dq0.io", "owners")
    with followed.transaction(write=True) as connection:
        action = actions.named(connection, action_name="DataList")
        by_name = {name: memberships.role(connection, role_name=name) for name in ROLES}
        with pytest.raises(Conflict, match="every action"):
            actions.set_permission(connection, admin, action, by_name["admins"], 0)
        with pytest.raises(Conflict, match="auditors"):
            actions.set_permission(connection, admin, action, by_name["auditors"], 2)
        with pytest.raises(Forbidden, match="above his own"):
            actions.set_permission(connection, owner, action, by_name["users"], 4)
        actions.set_permission(connection, admin, action, by_name["owners"], 1)
        with pytest.raises(Forbidden):
            actions.set_permission(connection, owner, action, by_name["owners"], 3)
        with pytest.raises(NotFound):
            actions.named(connection, action_name="Nothing")

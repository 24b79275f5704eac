"""Nobody comes to more than he was given, whatever he asks for, in whatever order; and an administrator remains."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import Connection, select

from generated.operations import OPERATIONS
from generated.wiring import handlers_of
from quarantine.domain.settings import Settings
from quarantine.server.exchange import Request
from quarantine.server.runtime import Runtime
from quarantine.server.seam import Seam
from quarantine.store import data, levels, permissions, rows, sessions, tables
from quarantine.store.context import Actor

BY_ID = {operation.id: operation for operation in OPERATIONS}
MANAGING = [
    *("UserAddRole", "UserRemoveRole", "UserAddGroup", "UserRemoveGroup", "UserUpdate", "UserDelete"),
    *("GroupAddRole", "GroupRemoveRole", "RoleAddGroup", "RoleRemoveGroup", "GroupDelete", "RoleDelete"),
    *("ActionPermissionSet", "RoleSetPermission"),
]
# Two administrators, a role manager with a second account, and somebody.
PEOPLE = ("first", "second", "manager", "account", "member")
ACTIONS = ("UserAddRole", "RoleSetPermission", "DataCreate", "GroupList", "AuditList")
Powers = dict[object, int]
ON_ROLES, ON_GROUPS = ("user_id", "role_id"), ("user_id", "group_id")
BODIES = {
    **dict.fromkeys(("add_user_role", "remove_user_role"), ON_ROLES),
    **dict.fromkeys(("add_user_group", "remove_user_group"), ON_GROUPS),
    **dict.fromkeys(("add_group_role", "remove_group_role", "add_role_group"), ("group_id", "role_id")),
    **dict.fromkeys(("remove_role_group",), ("group_id", "role_id")),
    "set_role_permission": ("role_id", "permission"),
    "set_action_permission": ("action", "role_id", "permission"),
    "set_data_permission": ("role_id", "permission"),
}
PATHS = {
    **dict.fromkeys(("update_user", "delete_user"), ("user_id",)),
    "delete_role": ("role_id",),
    "delete_group": ("group_id",),
}
ASKED = [*BODIES, *PATHS]
# Mostly who has something to gain, and what there is to be gained.
WHO = st.sampled_from(["manager", "manager", "manager", "account", "first", "second"])
CHANGE = st.one_of(
    st.fixed_dictionaries({"state": st.sampled_from(["confirmed", "blocked"])}),
    st.fixed_dictionaries({"roles": st.lists(st.integers(1, 8), unique=True, max_size=2)}),
)
SOME = st.fixed_dictionaries(
    {
        "user_id": st.sampled_from([1, 2, 3, 4, 4, 5]),
        "role": st.sampled_from([0, 3, 4, 5, 5, 6, 6, 7, 7]),
        "group": st.integers(0, 1),
        "permission": st.integers(0, 4),
        "action": st.sampled_from(ACTIONS),
        "change": CHANGE,
    }
)


@lru_cache(maxsize=1)
def template() -> Path:
    """A migrated database that knows the contract's actions."""
    home = Path(tempfile.mkdtemp(prefix="powers"))
    Runtime(Settings(home=str(home), worker=False), OPERATIONS).close()
    return home / "dq0.sqlite"


@pytest.fixture(scope="module", autouse=True)
def cleared() -> Iterator[None]:
    yield
    shutil.rmtree(template().parent)


def table(connection: Connection, name: str) -> list[Any]:
    return list(connection.execute(select(tables.METADATA.tables[name])))


class Recount:
    """Levels as the documentation has them, worked out by hand from all rows."""

    def __init__(self, connection: Connection) -> None:
        self.roles = {row.role_id: row for row in table(connection, "roles")}
        self.states = {row.user_id: row.state for row in table(connection, "users")}
        self.set = {(row.role_id, row.action_id): row.permission for row in table(connection, "action_permissions")}
        self.actions = [row for row in table(connection, "actions") if row.needed_on != "public"]
        self.granted = {(row.role_id, row.data_id): row.permission for row in table(connection, "data_permissions")}
        self.data = table(connection, "data")
        self.held: dict[int, set[int]] = {user_id: set() for user_id in self.states}
        for row in table(connection, "user_roles"):
            self.held[row.user_id].add(row.role_id)
        for member in table(connection, "user_groups"):
            for row in table(connection, "group_roles"):
                if row.group_id == member.group_id:
                    self.held[member.user_id].add(row.role_id)

    def level(self, user_id: int) -> int:
        return max((self.roles[role].permission for role in self.held[user_id]), default=0)

    def sees_all(self, user_id: int) -> bool:
        return any(self.roles[role].sees_all for role in self.held[user_id])

    def action(self, user_id: int, action: Any) -> int:
        floor = 0 if action.needed_on == "action" else 1
        given = []
        for role in self.held[user_id]:
            own = max(self.roles[role].permission, floor)
            given.append(self.set.get((role, action.action_id), own))
        return max(given, default=floor)

    def on_data(self, user_id: int, row: Any) -> int:
        if row.user_id == user_id or self.level(user_id) == 4:
            return 4
        given = max((self.granted.get((role, row.data_id), 0) for role in self.held[user_id]), default=0)
        return max(given, 1 if self.sees_all(user_id) else 0)

    def powers(self, user_id: int) -> Powers:
        found: Powers = {"level": self.level(user_id), "sees all": int(self.sees_all(user_id))}
        found |= {action.action_name: self.action(user_id, action) for action in self.actions}
        return found | {row.data_uuid: self.on_data(user_id, row) for row in self.data}

    def administrators(self) -> list[int]:
        return [user for user, state in self.states.items() if state == "confirmed" and self.level(user) == 4]


def risen(before: Powers, after: Powers) -> list[object]:
    return [name for name, level in after.items() if level > before.get(name, 0)]


def together(one: Powers, other: Powers) -> Powers:
    return {name: max(level, other.get(name, 0)) for name, level in one.items()}


class Court(RuleBasedStateMachine):
    """Everybody asks for anything; after each request the rows are looked at."""

    def __init__(self) -> None:
        super().__init__()
        self.home = Path(tempfile.mkdtemp(prefix="court"))
        shutil.copy(template(), self.home / "dq0.sqlite")
        self.runtime = Runtime(Settings(home=str(self.home), worker=False))
        self.seam = Seam(self.runtime, handlers_of, ambient=False)

    def teardown(self) -> None:
        self.runtime.close()
        shutil.rmtree(self.home)

    @initialize(level=st.integers(0, 3), reading=st.integers(0, 4), strong=st.integers(0, 4), grant=st.integers(0, 4))
    def cast(self, level: int, reading: int, strong: int, grant: int) -> None:
        """A manager's role, a role that can do what managers cannot, a plain one, and one that opens a dataset."""
        with self.runtime.database.transaction(write=True) as connection:
            numbers = {row.action_name: row.action_id for row in table(connection, "actions")}
            made = {"managers": level, "strong": 0, "plain": level, "readers": 0}
            roles = {name: self._add(connection, "roles", role_name=name, permission=own) for name, own in made.items()}
            levels_on = [("managers", name, 4) for name in MANAGING]
            levels_on += [("managers", "DataCreate", 0)]
            levels_on += [("strong", "DataCreate", strong), ("strong", "GroupList", reading)]
            for role, action, permission in levels_on:
                key = {"role_id": roles[role], "action_id": numbers[action]}
                rows.insert(connection, tables.action_permissions, **key, permission=permission)
            self.tokens = {name: self._person(connection, name) for name in PEOPLE}
            self.groups = [self._add(connection, "groups", group_name=f"group {n}") for n in range(2)]
            self._join(connection, roles)
            lineage = data.lineage_of(connection, [data.Origin("/census", "a" * 64)])
            kept = data.register(connection, user_id=1, name="census", meta="", lineage=lineage)
            data.set_permission(connection, kept.data_id, roles["readers"], grant)
        self.roles = [1, 2, 3, 4, *roles.values()]
        self.uuid, self.turn, self.now = kept.data_uuid, 0, self.recount()

    def _add(self, connection: Connection, name: str, **values: object) -> int:
        return int(rows.insert(connection, tables.METADATA.tables[name], **values, created_at=1, updated_at=1))

    def _person(self, connection: Connection, name: str) -> str:
        values = {"email": f"{name}@example.org", "password_hash": "", "state": "confirmed"}
        return sessions.open_session(connection, self._add(connection, "users", **values), days=1)

    def _join(self, connection: Connection, roles: dict[str, int]) -> None:
        # The second administrator is one by a group alone.
        for user_id, role_id in ((1, 1), (3, roles["managers"]), (4, roles["plain"])):
            rows.insert(connection, tables.user_roles, user_id=user_id, role_id=role_id)
        rows.insert(connection, tables.group_roles, group_id=self.groups[0], role_id=1)
        for user_id, group_id in ((2, self.groups[0]), (3, self.groups[1])):
            rows.insert(connection, tables.user_groups, user_id=user_id, group_id=group_id)

    def ask(self, who: str, operation: str, path: dict[str, object] | None = None, **body: object) -> None:
        """One request through the seam, and what must not have come of it."""
        before = self.now
        headers = {b"authorization": f"Bearer {self.tokens[who]}".encode(), b"content-type": b"application/json"}
        raw = json.dumps(body).encode() if body else b""
        text = {name: str(value) for name, value in (path or {}).items()}
        request = Request(operation=BY_ID[operation], path=text, headers=headers, raw=raw, request_id="r")
        status = self.seam.answer(request).status
        assert status in (200, 401, 403, 404, 409), (status, operation, body)
        after = self.now = self.recount()
        user_id = PEOPLE.index(who) + 1
        assert not risen(before.powers(user_id), after.powers(user_id)), (who, operation, path, body)
        if who in ("manager", "account") and before.level(user_id) < 4:
            had, has = (together(found.powers(3), found.powers(4)) for found in (before, after))
            # Who has lost his last role has what everybody has: that is no more than the other one could give.
            everybody = {action.action_name for action in after.actions if action.needed_on != "action"}
            assert not set(risen(had, has)) - everybody, (who, operation, path, body)

    def recount(self) -> Recount:
        with self.runtime.database.transaction() as connection:
            return Recount(connection)

    @rule(who=WHO, operation=st.sampled_from(ASKED), some=SOME)
    def request(self, who: str, operation: str, some: dict[str, Any]) -> None:
        some = {**some, "role_id": self.roles[some["role"]], "group_id": self.groups[some["group"]]}
        path = {name: some[name] for name in PATHS.get(operation, ())} | (
            {"data_uuid": self.uuid} if operation == "set_data_permission" else {}
        )
        body = {name: some[name] for name in BODIES.get(operation, ())}
        self.ask(who, operation, path, **(some["change"] if operation == "update_user" else body))

    @invariant()
    def an_administrator_remains(self) -> None:
        if hasattr(self, "now"):
            assert self.now.administrators()

    @invariant()
    def the_database_counts_the_same(self) -> None:
        """One person after the other: building the statements takes longer than everything else here."""
        if not hasattr(self, "now"):
            return
        self.turn += 1
        found, user_id = self.now, self.turn % len(PEOPLE) + 1
        with self.runtime.database.transaction() as connection:
            assert levels.administered(connection)
            level, everything, _ = levels.standing(connection, user_id)
            assert (level, everything) == (found.level(user_id), found.sees_all(user_id))
            had = levels.on_actions(connection, levels.held_roles(user_id))
            assert had == {action.action_id: found.action(user_id, action) for action in found.actions}
            action = found.actions[self.turn % len(found.actions)]
            asked = levels.standing(connection, user_id, action.action_name, levels.floor(action.needed_on))
            assert asked.may == had[action.action_id]
            actor = Actor(user_id, "", level, 0, bool(everything))
            shown = {row.data_uuid: row.level for row in connection.execute(permissions.datasets(actor))}
            assert shown == {row.data_uuid: n for row in found.data if (n := found.on_data(user_id, row)) > 0}


Court.TestCase.settings = settings(
    max_examples=15, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
TestCourt = Court.TestCase

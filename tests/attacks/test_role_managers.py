"""Who may hand out roles without being an administrator can neither raise himself nor hand on what he does not have."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from people import Person, allow, join, new_group, new_role
from world import World, done, refused

USERS = ("UserAddRole", "UserRemoveRole", "UserAddGroup", "UserRemoveGroup", "UserUpdate", "UserDelete")
GROUPS = ("GroupAddRole", "GroupRemoveRole", "GroupDelete", "GroupCreate", "GroupPatch")
ROLES = ("RoleAddGroup", "RoleRemoveGroup", "RoleDelete", "RoleCreate", "RolePatch", "RoleSetPermission")
MANAGING = dict.fromkeys((*USERS, *GROUPS, *ROLES, "ActionPermissionSet"), 4)


@dataclass
class Office:
    """A role manager, his second account, the role that makes him one, and a group that he is in."""

    world: World
    manager: Person
    account: Person
    role_id: int
    group_id: int

    def all_ways(self, role_id: int) -> list[int]:
        """Statuses of giving a role to the second account and to the own group, by every door."""
        me, pair = self.manager, {"group_id": self.group_id, "role_id": role_id}
        answers = [
            me.post("/users/add-role", user_id=self.account.user_id, role_id=role_id),
            me.patch(f"/users/{self.account.user_id}", roles=[role_id]),
            me.post("/groups/add-role", **pair),
            me.post("/roles/add-group", **pair),
            me.post("/users/add-role", user_id=me.user_id, role_id=role_id),
        ]
        return [answer.status_code for answer in answers]


@pytest.fixture(params=["fast", "plain"], scope="module")
def office(request: pytest.FixtureRequest) -> Iterator[Office]:
    world: World = request.getfixturevalue(request.param)
    role_id, name = new_role(world, 1, **MANAGING, GroupList=0)
    manager, account = join(world, name), join(world)
    group_id, _ = new_group(world, people=(manager,))
    yield Office(world, manager, account, role_id, group_id)


def test_what_is_no_more_than_he_has_can_be_handed_on(office: Office) -> None:
    number, _ = new_role(office.world)
    assert office.all_ways(number) == [200, 200, 200, 200, 403]
    me = office.manager
    done(me.post("/users/remove-role", user_id=office.account.user_id, role_id=number))
    done(me.post("/groups/remove-role", group_id=office.group_id, role_id=number))
    done(me.request("DELETE", f"/roles/{number}"))


@pytest.mark.parametrize("more", ["built in", "level", "action", "sees all", "dataset", "shut out"])
def test_a_role_that_gives_more_cannot_be_handed_on(office: Office, more: str) -> None:
    world = office.world
    number, name = new_role(world, 2 if more == "level" else 0)
    if more == "built in":
        number = 1
    elif more == "sees all":
        number = 4
    elif more == "action":
        allow(world, number, "DataCreate", 3)
    elif more == "dataset":
        world.grant(world.dataset(), name, 2)
    elif more == "shut out":
        # His own role is shut out of this action, and the level of the other one would open it.
        done(world.admin.post("/roles/set-permission", json={"role_id": number, "permission": 1}))
    assert office.all_ways(number) == [403] * 5
    body = {"role_id": number, "permission": 1}
    for answer in (
        office.manager.post("/roles/set-permission", **body),
        office.manager.post("/actions/set-permission", **body, action="DataCreate"),
        office.manager.patch(f"/roles/{number}", role_name="mine"),
        office.manager.request("DELETE", f"/roles/{number}"),
    ):
        refused(answer, 403, 409)


def test_a_role_that_the_second_account_has_is_not_raised(office: Office) -> None:
    number, name = new_role(office.world)
    account = join(office.world, name)
    for level in (2, 3, 4):
        refused(office.manager.post("/roles/set-permission", role_id=number, permission=level), 403)
    # His own level, but on an action that he is shut out of.
    refused(office.manager.post("/roles/set-permission", role_id=number, permission=1), 403)
    for action, level in (("DataCreate", 3), ("GroupList", 1), ("AuditList", 4)):
        body = {"role_id": number, "action": action, "permission": level}
        refused(office.manager.post("/actions/set-permission", **body), 403)
    refused(account.get("/groups"), 403)
    refused(account.get("/audits"), 403)


def test_the_own_role_and_the_own_account_stay_as_they_are(office: Office) -> None:
    me = office.manager
    for level in range(5):
        answer = me.post("/roles/set-permission", role_id=office.role_id, permission=level)
        assert answer.status_code == 403 or level <= 1, answer.text
    refused(me.post("/actions/set-permission", role_id=office.role_id, action="GroupList", permission=1), 403)
    for body in ({"state": "confirmed"}, {"roles": [1]}, {"roles": []}):
        refused(me.patch(f"/users/{me.user_id}", **body), 403)
    refused(me.request("DELETE", f"/user/{me.user_id}"), 403)
    refused(me.post("/users/remove-role", user_id=me.user_id, role_id=office.role_id), 403)
    refused(me.post("/users/add-group", user_id=me.user_id, group_id=office.group_id), 403)
    refused(me.get("/groups"), 403)


def test_leaving_a_role_that_shuts_him_out_does_not_let_him_in(office: Office) -> None:
    closed, name = new_role(office.world, **MANAGING, DataList=0)
    person = join(office.world)
    group, _ = new_group(office.world, name, people=(person,))
    refused(person.get("/data"), 403)
    refused(person.post("/groups/remove-role", group_id=group, role_id=closed), 403)
    refused(person.request("DELETE", f"/groups/{group}"), 403)
    refused(person.request("DELETE", f"/roles/{closed}"), 403)
    refused(person.get("/data"), 403)


def test_who_is_above_him_cannot_be_blocked_confirmed_renamed_or_removed(office: Office) -> None:
    above, waiting = join(office.world, "admins"), join(office.world, "owners", state="waiting")
    group, _ = new_group(office.world, "owners", people=(above,))
    me = office.manager
    refused(me.patch(f"/users/{above.user_id}", state="blocked"), 403)
    refused(me.patch(f"/users/{waiting.user_id}", state="confirmed"), 403)
    refused(me.patch(f"/users/{above.user_id}", roles=[]), 403)
    refused(me.request("DELETE", f"/user/{above.user_id}"), 403)
    refused(me.post("/users/remove-role", user_id=above.user_id, role_id=1), 403)
    refused(me.patch(f"/groups/{group}", group_name="nothing special"), 403)
    refused(me.request("DELETE", f"/groups/{group}"), 403)
    refused(me.post("/users/add-group", user_id=office.account.user_id, group_id=group), 403)
    refused(me.post("/users/remove-group", user_id=above.user_id, group_id=group), 403)
    done(above.get("/users"))

"""Actions over HTTP: all are listed, levels go up and down, auditors change nothing, and explanations are true."""

from collections.abc import Iterator
from typing import Any

import pytest

from every import ANEW, KINDS, NOT_BUILT, Scene, actions_of, scene, send
from generated.operations import OPERATIONS
from people import allow, forgive, join, new_group, new_role, sign_in
from world import World, done, refused

OWN = {"auth_logout", "user_logout", "update_profile", "change_password"}
# Reads, though it has a body.
READS = {"get_commit_content", "get_model_content"}
OBJECTS = ("data", "project")
EXPLAINED = [o for o in OPERATIONS if o.permission is not None and o.permission.on in ("session", "action", *OBJECTS)]


class Audience:
    """A scene, and people of all kinds before it."""

    def __init__(self, world: World) -> None:
        forgive(world)
        self.world = world
        role, name = new_role(world, 0, GroupList=1, RoleCreate=4, DataList=0, UserProfileUpdate=0)
        starter = join(world, "users")
        self.scene: Scene = scene(world, starter)
        world.grant(self.scene.values, name, 3)
        self.role_id = role
        self.auditor = join(world, "auditors")
        self.people = {
            "starter": starter,
            "auditor": self.auditor,
            "admin": join(world, "admins"),
            "nothing": join(world),
            "custom": join(world, name),
            "by group": join(world),
            "blocked": join(world, "admins", state="blocked"),
            "waiting": join(world, "owners", state="waiting"),
        }
        new_group(world, name, "owners", people=(self.people["by group"],))


@pytest.fixture(params=["fast", "plain"], scope="module")
def audience(request: pytest.FixtureRequest) -> Iterator[Audience]:
    yield Audience(request.getfixturevalue(request.param))


@pytest.mark.parametrize("operation", EXPLAINED, ids=lambda o: o.id)
def test_an_explanation_says_what_really_happens(audience: Audience, operation: Any) -> None:
    sign_in(audience.world, *audience.people.values())
    on = operation.permission.on
    for name, person in audience.people.items():
        values = dict(audience.scene.values)
        if operation.id in ANEW:
            values |= ANEW[operation.id](audience.scene, audience.people["starter"])
        asked = {"action": operation.action}
        if on in OBJECTS:
            asked[f"{on}_uuid"] = values[f"{on}_uuid"]
        told = done(audience.world.admin.get(f"/users/{person.user_id}/explain", params=asked))
        own = person.get("/actions/explain", **asked)
        really = send(person, operation, values, audience.world)
        assert told["allowed"] == (really.status_code not in (401, 403, 404)), (name, told, really.text)
        assert told["explanation"].startswith("allowed" if told["allowed"] else "refused")
        if own.status_code == 200:
            assert own.json() == told
        else:
            assert own.status_code == (401 if really.status_code == 401 else 404), own.text


@pytest.mark.parametrize("on", ["job", "query", "run", "model", "commit", "experiment"])
def test_what_belongs_to_who_started_it_is_not_explained(audience: Audience, on: str) -> None:
    action = next(o.action for o in OPERATIONS if o.permission is not None and o.permission.on == on)
    refused(audience.world.admin.get("/actions/explain", params={"action": action}), 422)


def test_what_cannot_be_explained_is_404_or_422(audience: Audience) -> None:
    admin, values = audience.world.admin, audience.scene.values
    refused(admin.get("/actions/explain", params={"action": "Nothing"}), 404)
    refused(admin.get("/actions/explain", params={"action": "DataGet"}), 422)
    refused(admin.get("/users/999999999/explain", params={"action": "DataGet"}), 404)
    unseen = {"action": "DataGet", "data_uuid": values["data_uuid"]}
    nothing = {"action": "DataGet", "data_uuid": "00000000-0000-4000-8000-000000000000"}
    person = join(audience.world)
    assert person.get("/actions/explain", **unseen).content == person.get("/actions/explain", **nothing).content
    assert person.get("/actions/explain", **unseen).status_code == 404
    refused(person.get(f"/users/{person.user_id}/explain", action="DataList"), 403)


def test_every_operation_is_an_action(audience: Audience) -> None:
    found = actions_of(audience.world)
    assert {item["action_name"] for item in found} == {operation.action for operation in OPERATIONS}
    assert len({item["action_id"] for item in found}) == len(found)


def test_a_level_on_an_action_goes_up_and_down_for_one_role(audience: Audience) -> None:
    world = audience.world
    (role, name), (_, other) = new_role(world), new_role(world)
    person, another = join(world, name), join(world, other)
    for level, status in ((1, 200), (0, 403), (4, 200), (0, 403), (3, 200)):
        allow(world, role, "GroupList", level)
        assert person.get("/groups").status_code == status
        refused(another.get("/groups"), 403)
    allow(world, role, "DataList", 0)
    refused(person.get("/data"), 403)
    done(another.get("/data"))
    allow(world, role, "DataList", 1)
    done(person.get("/data"))


def test_a_role_with_the_level_own_is_shut_out_of_nothing(audience: Audience) -> None:
    world = audience.world
    body = {"role_name": "admins", "action": "DataList", "permission": 0}
    refused(world.admin.post("/actions/set-permission", json=body), 409)
    role, name = new_role(world, 0, DataList=0)
    person = join(world, name)
    refused(person.get("/data"), 403)
    done(world.admin.post("/roles/set-permission", json={"role_id": role, "permission": 4}))
    done(person.get("/data"))


def test_auditors_can_be_shut_out_of_reading_and_let_in_again(audience: Audience) -> None:
    world = audience.world
    try:
        allow(world, 4, "AuditList", 0)
        refused(audience.auditor.get("/audits"), 403)
    finally:
        allow(world, 4, "AuditList", 4)
    done(audience.auditor.get("/audits"))
    for action in ("DataCreate", "UserUpdate", "BudgetSet", "QueryCreate"):
        body = {"role_id": 4, "action": action, "permission": 2}
        if action in {operation.action for operation in OPERATIONS}:
            refused(world.admin.post("/actions/set-permission", json=body), 409)


@pytest.mark.parametrize("operation", [o for o in OPERATIONS if o.permission is not None], ids=lambda o: o.id)
def test_an_auditor_sees_everything_and_changes_nothing(audience: Audience, operation: Any) -> None:
    sign_in(audience.world, audience.auditor)
    status = send(audience.auditor, operation, audience.scene.values, audience.world).status_code
    if operation.permission.on not in KINDS:
        assert status == 404
        assert operation.id in NOT_BUILT
    elif operation.method == "GET" or operation.id in OWN | READS:
        seen = operation.roles.get("auditors", 1) >= operation.permission.level
        assert status == (403 if not seen else 501 if operation.id in NOT_BUILT else 200)
    else:
        assert status in (403, 404)

"""No way leads to a server without an administrator; each is tried on a server with two, of whom one may go."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from live import live_server
from people import Person, join, new_group, new_role
from world import World, done, fresh, refused, settle


@pytest.fixture(scope="module")
def alone() -> Iterator[World]:
    with tempfile.TemporaryDirectory() as folder, live_server(Path(folder) / "home", ambient_session="false") as live:
        world = settle(live)
        yield world
        world.close()


def ways(world: World, admin: Person, role_id: int, group_id: int) -> dict[str, tuple[str, str, dict[str, object]]]:
    """Every request that could end somebody's being an administrator: by role `role_id` through group `group_id`."""
    role, pair = {"role_id": role_id}, {"group_id": group_id, "role_id": role_id}
    return {
        "blocked": ("PATCH", f"/users/{admin.user_id}", {"state": "blocked"}),
        "deleted": ("DELETE", f"/user/{admin.user_id}", {}),
        "out of the group": ("POST", "/users/remove-group", {"user_id": admin.user_id, "group_id": group_id}),
        "the group loses the role": ("POST", "/groups/remove-role", pair),
        "the role loses the group": ("POST", "/roles/remove-group", pair),
        "the role is lowered": ("POST", "/roles/set-permission", {**role, "permission": 3}),
        "the group is deleted": ("DELETE", f"/groups/{group_id}", {}),
        "the role is deleted": ("DELETE", f"/roles/{role_id}", {}),
    }


def test_the_last_one_cannot_be_removed_in_any_way(alone: World) -> None:
    """The first, an administrator by the built-in role, leaves after a second one came by a group; then nobody can."""
    number, name = new_role(alone, 4)
    second, third = join(alone), join(alone, "users")
    group, _ = new_group(alone, name, people=(second, third))
    first = int(done(alone.admin.get("/users/profile"))["user_id"])
    # Two are left: the second blocks the third, and is then alone with the first.
    done(second.patch(f"/users/{third.user_id}", state="blocked"))
    done(second.patch(f"/users/{first}", roles=[2]))
    refused(alone.admin.get("/users"), 403)
    before = alone.rows("SELECT user_id, state, deleted_at FROM users ORDER BY user_id")
    for way, (method, path, body) in ways(alone, second, number, group).items():
        answer = second.request(method, path, json=body) if body else second.request(method, path)
        assert answer.status_code in (403, 409), (way, answer.text)
        assert done(second.get("/users"))["total"] > 0, way
    assert alone.rows("SELECT user_id, state, deleted_at FROM users ORDER BY user_id") == before


@pytest.mark.parametrize("way", ["blocked", "deleted", "roles", "role", "group"])
def test_of_two_one_may_go(alone: World, way: str) -> None:
    number, name = new_role_by_another(alone)
    person, other = join(alone) if way == "group" else join(alone, name), join(alone, "admins")
    at, mine = f"/users/{person.user_id}", {"user_id": person.user_id}
    if way == "group":
        answer = other.post("/users/remove-group", **mine, group_id=new_group_by(other, name, person))
    elif way == "deleted":
        answer = other.request("DELETE", at)
    elif way == "role":
        answer = other.post("/users/remove-role", **mine, role_id=number)
    else:
        answer = other.request("PATCH", at, json={"state": "blocked"} if way == "blocked" else {"roles": []})
    done(answer)
    refused(person.get("/users"), 401, 403)


def new_role_by_another(world: World) -> tuple[int, str]:
    """The fixture's administrator may have gone: another one makes the role."""
    name = fresh("chiefs")
    maker = join(world, "admins")
    number = int(done(maker.post("/roles", role_name=name))["message"].rpartition(" ")[2])
    done(maker.post("/roles/set-permission", role_id=number, permission=4))
    return number, name


def new_group_by(maker: Person, role_name: str, member: Person) -> int:
    """A group with a role and a member."""
    name = fresh("group")
    done(maker.post("/groups", group_name=name))
    group = next(item["group_id"] for item in done(maker.get("/groups"))["items"] if item["group_name"] == name)
    done(maker.post("/groups/add-role", group_id=group, role_name=role_name))
    done(maker.post("/users/add-group", user_id=member.user_id, group_id=group))
    done(member.get("/users"))
    return int(group)

"""Roles and groups over HTTP: what they are, how they are named, and that a level counts as long as it is held."""

from typing import Any

import httpx
import pytest

from people import Person, join, new_group, new_role
from world import META, ROLES, World, done, fresh, refused

LOST = ["leaves", "the group loses the role", "the role loses the group", "group deleted", "role deleted", "level"]


def pages(world: World, path: str, **params: object) -> list[Any]:
    """All items, three at a time."""
    found: list[Any] = []
    for page in range(1, 1000):
        body = done(world.admin.get(path, params={"page": page, "page_size": 3, **params}))
        if not body["items"]:
            assert len(found) == body["total"]
            return found
        found += body["items"]
    raise AssertionError("the list does not end")


@pytest.mark.parametrize("kind", ["role", "group"])
def test_it_is_made_renamed_and_deleted_under_a_name_of_its_own(world: World, kind: str) -> None:
    number, name = (new_role if kind == "role" else new_group)(world)
    other = (new_role if kind == "role" else new_group)(world)[1]
    at, field = f"/{kind}s/{number}", f"{kind}_name"
    refused(world.admin.post(f"/{kind}s", json={field: name}), 409)
    refused(world.admin.patch(at, json={field: other}), 409)
    assert done(world.admin.get(at))[field] == name
    renamed = fresh("renamed")
    assert done(world.admin.patch(at, json={field: renamed}))[field] == renamed
    assert done(world.admin.get(at))[field] == renamed
    assert [item[field] for item in pages(world, f"/{kind}s") if item[f"{kind}_id"] == number] == [renamed]
    done(world.admin.delete(at))
    for method in ("GET", "DELETE"):
        refused(world.admin.request(method, at), 404)
    refused(world.admin.patch(at, json={field: fresh("x")}), 404)
    assert number not in {item[f"{kind}_id"] for item in pages(world, f"/{kind}s")}
    assert (new_role if kind == "role" else new_group)(world)[0] > number
    for bad in ({}, {field: ""}, {field: "x" * 101}, {field: 7}, {field: None}):
        refused(world.admin.post(f"/{kind}s", json=bad), 400)


@pytest.mark.parametrize("path", ["/roles", "/groups", "/actions"])
def test_lists_are_paged_and_ordered(world: World, path: str) -> None:
    kind = path[1:-1]
    for _ in range(4):
        (new_group if kind == "group" else new_role)(world)
    whole = done(world.admin.get(path, params={"page_size": 1000}))["items"]
    fields = {"roles": "created_at", "groups": "created_at", "actions": "action_name"}
    for order in (fields[path[1:]], "-" + fields[path[1:]]):
        items = pages(world, path, order_by=order)
        keys = [(item[order.removeprefix("-")], item[f"{kind}_id"]) for item in items]
        assert keys == sorted(keys, reverse=order.startswith("-"))
        assert sorted(item[f"{kind}_id"] for item in items) == sorted(item[f"{kind}_id"] for item in whole)
    refused(world.admin.get(path, params={"order_by": "permission_hash"}), 400)


@pytest.mark.parametrize("name", ROLES)
def test_built_in_roles_keep_name_and_level(world: World, name: str) -> None:
    at, before = f"/roles/{ROLES[name]}", done(world.admin.get(f"/roles/{ROLES[name]}"))
    refused(world.admin.patch(at, json={"role_name": "mine"}), 409)
    refused(world.admin.delete(at), 409)
    for level in range(5):
        refused(world.admin.post("/roles/set-permission", json={"role_name": name, "permission": level}), 409)
    assert done(world.admin.get(at)) == before


def test_a_role_and_a_group_are_named_by_number_by_name_or_by_both(world: World) -> None:
    (role, role_name), (group, group_name), person = new_role(world), new_group(world), join(world)
    roles = ({"role_id": role}, {"role_name": role_name}, {"role_id": role, "role_name": role_name})
    groups = ({"group_id": group}, {"group_name": group_name}, {"group_id": group, "group_name": group_name})
    people = ({"user_id": person.user_id}, {"user_email": person.email.upper()}, {"user_name": person.email})
    for one in roles:
        for other in groups:
            for path in ("/groups/add-role", "/roles/add-group", "/groups/remove-role", "/roles/remove-group"):
                done(world.admin.post(path, json={**one, **other}))
        for other in people:
            for path in ("/users/add-role", "/users/add-role", "/users/remove-role", "/users/remove-role"):
                done(world.admin.post(path, json={**one, **other}))
    for one in groups:
        for other in people[:2]:
            for path in ("/users/add-group", "/users/remove-group"):
                done(world.admin.post(path, json={**one, **other}))


def wrong(world: World) -> list[tuple[str, dict[str, object], int]]:
    """Bodies that name nothing, or two things."""
    (role, role_name), (group, group_name), person = new_role(world), new_group(world), join(world)
    good_role, good_group, good_user = {"role_id": role}, {"group_id": group}, {"user_id": person.user_id}
    bad_role = [({}, 404), ({"role_id": 999_999}, 404), ({"role_name": "none"}, 404)]
    bad_role += [({"role_id": 1, "role_name": role_name}, 409)]
    bad_group = [({}, 404), ({"group_id": 999_999}, 404), ({"group_id": 999_999, "group_name": group_name}, 404)]
    bad_group += [({"group_id": new_group(world)[0], "group_name": group_name}, 409)]
    bad_user = [({}, 404), ({"user_id": 999_999}, 404), ({"user_email": "none@example.org"}, 404)]
    bad_user += [({"user_id": 1, "user_email": person.email}, 409)]
    found: list[tuple[str, dict[str, object], int]] = []
    for path in ("/groups/add-role", "/groups/remove-role", "/roles/add-group", "/roles/remove-group"):
        found += [(path, {**good_group, **bad}, status) for bad, status in bad_role]
        found += [(path, {**good_role, **bad}, status) for bad, status in bad_group]
    for path in ("/users/add-role", "/users/remove-role"):
        found += [(path, {**good_user, **bad}, status) for bad, status in bad_role]
        found += [(path, {**good_role, **bad}, status) for bad, status in bad_user]
    for path in ("/users/add-group", "/users/remove-group"):
        found += [(path, {**good_user, **bad}, status) for bad, status in bad_group]
        found += [(path, {**good_group, **bad}, status) for bad, status in bad_user]
    levelled = [({**bad, "permission": 1}, status) for bad, status in bad_role]
    found += [("/roles/set-permission", body, status) for body, status in levelled]
    found += [("/actions/set-permission", {**body, "action": "GroupList"}, status) for body, status in levelled]
    named = {**good_role, "permission": 1}
    found += [("/actions/set-permission", named, 404), ("/actions/set-permission", {**named, "action": "Nothing"}, 404)]
    other = next(a["action_id"] for a in pages(world, "/actions") if a["action_name"] == "RoleList")
    return [*found, ("/actions/set-permission", {**named, "action": "GroupList", "action_id": other}, 409)]


def test_what_names_nothing_is_404_and_what_names_two_is_409(world: World) -> None:
    tables = ("user_roles", "user_groups", "group_roles", "action_permissions")
    bodies = wrong(world)
    before = [world.rows(f"SELECT * FROM {table}") for table in tables]
    for path, body, status in bodies:
        answer = world.admin.post(path, json=body)
        assert answer.status_code == status, (path, body, answer.text)
    assert [world.rows(f"SELECT * FROM {table}") for table in tables] == before


def may_create(person: Person) -> httpx.Response:
    """What shows the level change on an action; nothing is registered: the source is not there."""
    meta = META.format(name=fresh("x"), file=f"{fresh('missing')}.csv", epsilon=1.0, description="")
    return person.post("/data", meta=meta)


@pytest.mark.parametrize("how", LOST)
def test_a_level_through_a_group_counts_everywhere_until_it_is_lost(world: World, how: str) -> None:
    (role, role_name), person, dataset = new_role(world, 3), join(world), world.dataset()
    at = f"/data/{dataset['data_uuid']}"
    world.grant(dataset, role_name, 2)
    for answer, status in ((may_create(person), 403), (person.get(at), 404), (person.get("/groups"), 403)):
        refused(answer, status)
    group, _ = new_group(world, role_name)
    done(world.admin.post("/users/add-group", json={"user_id": person.user_id, "group_id": group}))
    refused(may_create(person), 422)
    done(person.get(f"{at}/sample"))
    done(person.get("/groups"))
    assert dataset["data_uuid"] in person.get("/data", page_size=1000).text
    pair = {"group_id": group, "role_id": role}
    ways = {
        "leaves": ("POST", "/users/remove-group", {"user_id": person.user_id, "group_id": group}),
        "the group loses the role": ("POST", "/groups/remove-role", pair),
        "the role loses the group": ("POST", "/roles/remove-group", pair),
        "group deleted": ("DELETE", f"/groups/{group}", None),
        "role deleted": ("DELETE", f"/roles/{role}", None),
        "level": ("POST", "/roles/set-permission", {"role_id": role, "permission": 0}),
    }
    method, path, body = ways[how]
    done(world.admin.request(method, path, json=body) if body else world.admin.request(method, path))
    refused(may_create(person), 403)
    refused(person.get("/groups"), 403)
    if how == "level":
        # What the role was granted on the dataset has nothing to do with its own level.
        done(person.get(at))
    else:
        refused(person.get(at), 404)
        assert dataset["data_uuid"] not in person.get("/data", page_size=1000).text

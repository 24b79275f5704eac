"""People over HTTP: accounts end, sessions end, passwords change, and the list of people finds whom it is asked for."""

from typing import Any

import pytest

from checked import Checked
from live import PASSWORD
from people import Person, forgive, join, new_group, new_role, sign_in, stored
from quarantine.store import rows, sessions
from quarantine.store.tables import sessions as sessions_table
from world import META, World, answer, done, fresh, ready, refused


def logged_in(world: World, person: Person, password: str = PASSWORD) -> Any:
    return world.nobody.post("/users/login", json={"email": person.email, "password": password})


def listed(world: World, **params: object) -> list[Any]:
    """Everybody who fits, two at a time."""
    found: list[Any] = []
    for page in range(1, 1000):
        body = done(world.admin.get("/users", params={"page": page, "page_size": 2, **params}))
        if not body["items"]:
            assert len(found) == body["total"]
            return found
        found += body["items"]
    raise AssertionError("the list does not end")


def test_a_deleted_person_is_gone_and_what_was_made_stays(world: World) -> None:
    forgive(world)
    person = join(world, "owners", "users")
    with Checked(world.live, person.token) as client:
        text = META.format(name=fresh("left"), file=world.source(), epsilon=1.0, description="")
        dataset = ready(client, client.post("/data", json={"meta": text}))
    before = done(world.admin.get("/users"))["total"]
    done(world.admin.delete(f"/user/{person.user_id}"))
    assert done(world.admin.get("/users"))["total"] == before - 1
    refused(person.get("/data"), 401)
    refused(logged_in(world, person), 401)
    for path in (f"/users/{person.user_id}", f"/users/profile/{person.user_id}"):
        refused(world.admin.get(path), 404)
    refused(world.admin.delete(f"/user/{person.user_id}"), 404)
    refused(world.admin.patch(f"/users/{person.user_id}", json={"state": "confirmed"}), 404)
    body = {"user_id": person.user_id, "role_name": "users"}
    refused(world.admin.post("/users/add-role", json=body), 404)
    assert listed(world, email=person.email) == []
    shown = done(world.admin.get(f"/data/{dataset['data_uuid']}"))
    assert (shown["user_id"], shown["user_name"]) == (person.user_id, f"deleted user {person.user_id}")
    assert answer(world.admin, dataset)
    done(world.nobody.post("/users/register", json={"email": person.email, "password": PASSWORD}))
    (new,) = listed(world, email=person.email)
    assert (new["state"], new["id"] > person.user_id, "role" in new) == ("waiting", True, False)
    assert done(world.admin.get(f"/data/{dataset['data_uuid']}"))["user_id"] == person.user_id


def test_the_list_of_people_finds_whom_it_is_asked_for(world: World) -> None:
    (role_id, role_name), (through, through_name) = new_role(world, 1), new_role(world, 2)
    alone = [join(world, role_name) for _ in range(3)]
    blocked = join(world, role_name, state="blocked")
    group_id, _ = new_group(world, role_name, through_name, people=(alone[0], member := join(world)))
    everybody = {person.user_id for person in (*alone, blocked, member)}
    assert {item["id"] for item in listed(world, role_id=role_id)} == everybody
    assert {item["id"] for item in listed(world, role_id=role_id, state="blocked")} == {blocked.user_id}
    assert {item["id"] for item in listed(world, group_id=group_id)} == {alone[0].user_id, member.user_id}
    assert {item["id"] for item in listed(world, role_id=through, group_id=group_id)} == {
        alone[0].user_id,
        member.user_id,
    }
    assert [item["id"] for item in listed(world, email=member.email.upper())] == [member.user_id]
    assert {item["role_name"] for item in listed(world, group_id=group_id)} == {through_name}
    assert {item["password"] for item in listed(world, role_id=role_id)} == {""}
    for order in ("created_at", "-created_at", "updated_at", "-updated_at"):
        items = listed(world, role_id=role_id, order_by=order)
        assert [item["id"] for item in items] == sorted(everybody, reverse=order.startswith("-"))
    done(world.admin.request("DELETE", f"/user/{member.user_id}"))
    assert {item["id"] for item in listed(world, group_id=group_id)} == {alone[0].user_id}
    for nothing in ({"role_id": 999_999}, {"group_id": 999_999}, {"email": "nobody@example.org"}):
        assert listed(world, **nothing) == []
    for bad in ({"state": "dead"}, {"email": "x"}, {"role_id": "x"}):
        refused(world.admin.get("/users", params=bad), 400)


def test_each_device_has_a_session_of_its_own(world: World) -> None:
    first = join(world)
    second = Person(first.client, first.user_id, first.email, "")
    sign_in(world, second)
    assert first.token != second.token
    done(first.request("POST", "/users/logout"))
    refused(first.get("/users/profile"), 401)
    done(second.get("/users/profile"))
    done(world.admin.patch(f"/users/{first.user_id}", json={"state": "blocked"}))
    refused(second.get("/users/profile"), 401)
    done(world.admin.patch(f"/users/{first.user_id}", json={"state": "confirmed"}))
    refused(second.get("/users/profile"), 401)


def test_a_session_ends_after_thirty_days(world: World) -> None:
    person = join(world)
    done(person.get("/users/profile"))
    with stored(world.live) as connection:
        key: dict[str, object] = {"token_hash": sessions.token_hash(person.token)}
        row = rows.get(connection, sessions_table, **key)
        assert row is not None
        assert row.expires_at - row.created_at == 30 * 86_400
        month = row.expires_at - row.created_at
        rows.update(
            connection, sessions_table, key, created_at=row.created_at - month, expires_at=row.expires_at - month
        )
    refused(person.get("/users/profile"), 401)


def test_another_password_ends_every_session_and_opens_one(world: World) -> None:
    forgive(world)
    first = join(world)
    second = Person(first.client, first.user_id, first.email, "")
    sign_in(world, second)
    new = "quite another passphrase"
    token = done(first.post("/users/password", current_password=PASSWORD, password=new))["token"]
    for old in (first, second):
        refused(old.get("/users/profile"), 401)
    assert done(Person(first.client, 0, "", token).get("/users/profile"))["user_id"] == first.user_id
    refused(logged_in(world, first), 401)
    done(logged_in(world, first, new))


def test_guessing_the_current_password_is_throttled_like_signing_in(world: World) -> None:
    forgive(world)
    person = join(world)
    guesses = [
        person.post("/users/password", current_password=f"guess number {n}", password="a new passphrase")
        for n in range(6)
    ]
    assert [guess.status_code for guess in guesses] == [403] * 5 + [429]
    refused(person.post("/users/password", current_password=PASSWORD, password="another one"), 429)
    refused(logged_in(world, person), 429)
    forgive(world)
    done(logged_in(world, person))
    done(person.get("/users/profile"))


def test_profiles_are_changed_by_their_person_alone(world: World) -> None:
    person = join(world)
    done(person.patch("/users/profile", name="Ada", company="Engines"))
    done(person.patch("/users/profile", company=""))
    shown = done(world.user.get(f"/users/profile/{person.user_id}"))
    assert (shown["user_id"], shown["name"], shown["company"]) == (person.user_id, "Ada", "")
    assert done(person.get("/users/profile")) == shown
    assert "password" not in str(shown)
    for body in ({"state": "confirmed"}, {"user_id": 1}, {"password_hash": "x"}, {"email": "admin@example.org"}):
        person.patch("/users/profile", **body)
        assert done(person.get("/users/profile")) == shown
    assert listed(world, email=person.email)[0]["state"] == "confirmed"


@pytest.mark.parametrize("door", ["auth", "users"])
def test_registering_does_not_sign_in_and_gives_nothing(world: World, door: str) -> None:
    forgive(world)
    email = f"{fresh('new')}@example.org"
    told = done(world.nobody.post(f"/{door}/register", json={"email": email, "password": PASSWORD}))
    assert list(told) == ["message"]
    (shown,) = listed(world, email=email)
    assert (shown["state"], shown["password"], "role" in shown) == ("waiting", "", False)

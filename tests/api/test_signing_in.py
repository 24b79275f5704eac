"""Registration, sessions and profiles; `auth` and `users` are two doors to the same room."""

import httpx
import pytest

from checked import Checked
from live import PASSWORD
from world import ROLES, World, done, fresh, refused, sign_up

GROUPS = ("auth", "users")


def login(client: httpx.Client, email: str, password: str = PASSWORD, group: str = "users") -> httpx.Response:
    return client.post(f"/{group}/login", json={"email": email, "password": password})


def user_id(world: World, email: str) -> int:
    people = done(world.admin.get("/users", params={"page_size": 1000}))["items"]
    return int(next(person["id"] for person in people if person["email"] == email))


@pytest.mark.parametrize("group", GROUPS)
def test_a_session_begins_at_login_and_ends_at_logout(world: World, group: str) -> None:
    token = done(login(world.nobody, "user@example.org", group=group))["token"]
    with Checked(world.live, token) as client:
        assert done(client.get(f"/{group}/session")) == {"token": token}
        done(client.post(f"/{group}/logout"))
        for path in ("/data", "/users/profile", f"/{group}/session"):
            refused(client.get(path), 401)
        refused(client.post(f"/{group}/logout"), 401)
    done(world.user.get("/data"))


def test_the_second_person_waits_until_an_administrator_confirms(world: World) -> None:
    email = f"{fresh('second')}@example.org"
    done(world.nobody.post("/auth/register", json={"email": email, "password": PASSWORD}))
    assert "waits" in refused(login(world.nobody, email), 403)
    waiting = user_id(world, email)
    refused(world.owner.patch(f"/users/{waiting}", json={"state": "confirmed"}), 403)
    shown = done(world.admin.patch(f"/users/{waiting}", json={"state": "confirmed", "roles": [ROLES["users"]]}))
    assert (shown["state"], shown["role_name"], shown["password"]) == ("confirmed", "users", "")
    assert done(login(world.nobody, email))["token"]


def test_blocking_a_person_ends_the_sessions(world: World) -> None:
    email = f"{fresh('blocked')}@example.org"
    with sign_up(world.live, world.admin, email, "users") as client:
        done(client.get("/data"))
        done(world.admin.patch(f"/users/{user_id(world, email)}", json={"state": "blocked"}))
        refused(client.get("/data"), 401)
    assert "blocked" in refused(login(world.nobody, email), 403)


def test_a_known_address_registers_like_an_unknown_one_and_changes_nothing(world: World) -> None:
    known = {"email": "user@example.org", "password": "another passphrase"}
    unknown = {"email": f"{fresh('new')}@example.org", "password": "another passphrase"}
    first, second = (world.nobody.post("/users/register", json=body) for body in (known, unknown))
    assert first.content == second.content
    assert first.status_code == second.status_code == 200
    refused(login(world.nobody, "user@example.org", "another passphrase"), 401)
    done(login(world.nobody, "user@example.org"))


def test_a_wrong_password_and_an_unknown_address_look_alike(world: World) -> None:
    wrong = login(world.nobody, "auditor@example.org", "not this passphrase")
    unknown = login(world.nobody, f"{fresh('unknown')}@example.org", "not this passphrase")
    assert (wrong.status_code, wrong.content) == (unknown.status_code, unknown.content)
    assert wrong.status_code == 401


def test_guessing_is_throttled_for_unknown_addresses_too(world: World) -> None:
    address = f"{fresh('guessed')}@example.org"
    answers = [login(world.nobody, address, f"guess number {guess}") for guess in range(6)]
    assert [answer.status_code for answer in answers] == [401] * 5 + [429]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"email": "a@example.org"},
        {"email": "no address", "password": PASSWORD},
        {"email": "a@example.org", "password": "short"},
        {"email": "a@example.org", "password": 12345678},
        {"email": ["a@example.org"], "password": PASSWORD},
        {"email": "a@example.org\nadmin@example.org", "password": PASSWORD},
        {"email": "a" * 300 + "@example.org", "password": PASSWORD},
        {"email": "a@example.org", "password": "x" * 10_000},
    ],
)
def test_what_is_no_registration_registers_nobody(world: World, body: dict[str, object]) -> None:
    before = world.rows("SELECT count(*) FROM users")
    refused(world.nobody.post("/users/register", json=body), 400)
    assert world.rows("SELECT count(*) FROM users") == before


def test_a_profile_is_changed_by_its_person_and_seen_by_others(world: World) -> None:
    body = {"name": "Ada", "company": "Analytical Engines", "website": "https://example.org/~ada"}
    done(world.owner.patch("/users/profile", json=body))
    own = done(world.owner.get("/users/profile"))
    assert {name: own[name] for name in body} == body
    assert done(world.user.get(f"/users/profile/{own['user_id']}")) == own
    refused(world.owner.patch("/users/profile", json={"website": "javascript:alert(1)"}), 400)
    assert done(world.owner.get("/users/profile")) == own
    refused(world.user.get("/users/profile/999999999"), 404)


def test_nobody_raises_himself_and_the_last_administrator_stays(world: World) -> None:
    me = done(world.admin.get("/users/profile"))["user_id"]
    refused(world.admin.patch(f"/users/{me}", json={"state": "blocked"}), 403)
    refused(world.admin.patch(f"/users/{me}", json={"roles": [ROLES["users"]]}), 403)
    user = done(world.user.get("/users/profile"))["user_id"]
    refused(world.user.patch(f"/users/{user}", json={"roles": [ROLES["admins"]]}), 403)
    refused(world.owner.patch(f"/users/{user}", json={"roles": [ROLES["owners"]]}), 403)
    refused(world.admin.patch("/users/999999999", json={"state": "blocked"}), 404)
    refused(world.admin.patch(f"/users/{user}", json={"roles": [999]}), 404)
    refused(world.admin.patch(f"/users/{user}", json={"state": "waiting"}), 409)
    assert done(world.user.get("/data")) is not None


def test_the_list_of_people_is_the_administrators_and_the_auditors(world: World) -> None:
    for client in (world.owner, world.user):
        refused(client.get("/users"), 403)
    assert done(world.auditor.get("/users"))["total"] == done(world.admin.get("/users"))["total"]
    people = done(world.admin.get("/users"))["items"]
    assert {"admin@example.org", "user@example.org"} <= {person["email"] for person in people}
    assert {person["password"] for person in people} == {""}
    assert done(world.admin.get(f"/users/{people[0]['id']}"))["user_id"] == people[0]["id"]


def test_neither_passwords_nor_tokens_are_kept_in_clear(world: World) -> None:
    token = done(login(world.nobody, "user@example.org"))["token"]
    hashes = [row[0] for row in world.rows("SELECT password_hash FROM users WHERE deleted_at IS NULL")]
    assert all(kept.startswith("$argon2id$") for kept in hashes)
    assert not world.rows("SELECT 1 FROM sessions WHERE token_hash = ?", token)
    assert not world.rows("SELECT 1 FROM local_session")


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Basic dXNlcjpwYXNz", "Bearer nonsense", "Bearer " + "x" * 5000, "bearer\tx"]
)
def test_what_is_no_token_is_401(world: World, header: str) -> None:
    refused(world.nobody.get("/data", headers={"Authorization": header}), 401)


def test_the_device_tells_its_versions_to_anybody(world: World) -> None:
    assert done(world.nobody.get("/device/version"))["api_version"] == "1.0"
    assert done(world.nobody.get("/health")) == {"status": "ok"}

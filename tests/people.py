"""People, roles, groups and projects put straight into a running server's database: many are quick to make."""

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import httpx
import yaml
from sqlalchemy import Connection

from checked import Checked
from live import PASSWORD, Live
from quarantine.domain.settings import Settings
from quarantine.store import memberships, passwords, rows, sessions
from quarantine.store.engine import open_database
from quarantine.store.tables import login_attempts, projects, user_groups, user_roles, users
from world import World, done, fresh


@dataclass
class Person:
    """Somebody with a token; requests go through a client that nobody is signed in with."""

    client: Checked
    user_id: int
    email: str
    token: str

    def request(self, method: str, path: str, **given: Any) -> httpx.Response:
        """A request under the token; without one where it is empty."""
        headers = {"authorization": f"Bearer {self.token}"} if self.token else {}
        return self.client.request(method, path, headers=headers, **given)

    def get(self, path: str, **params: object) -> httpx.Response:
        """A `GET` with these query parameters."""
        return self.request("GET", path, params=params)

    def post(self, path: str, **body: object) -> httpx.Response:
        """A `POST` of these fields."""
        return self.request("POST", path, json=body)

    def patch(self, path: str, **body: object) -> httpx.Response:
        """A `PATCH` of these fields."""
        return self.request("PATCH", path, json=body)


@contextmanager
def stored(live: Live) -> Iterator[Connection]:
    """A write transaction in a server's database, beside the server: for what no request can make."""
    database = open_database(Settings(home=str(live.home), database_url=live.url))
    try:
        with database.transaction(write=True) as connection:
            yield connection
    finally:
        database.close()


@lru_cache(maxsize=1)
def password_hash() -> str:
    """The one password of everybody, hashed once."""
    return passwords.hashed(PASSWORD)


def join(world: World, *role_names: str, state: str = "confirmed") -> Person:
    """A new person with these roles, with a session of his own whatever his state is."""
    email, now = f"{fresh('p')}@example.org", int(time.time())
    with stored(world.live) as connection:
        values = {"email": email, "password_hash": password_hash(), "state": state}
        user_id = int(rows.insert(connection, users, **values, created_at=now, updated_at=now))
        for name in role_names:
            rows.insert(
                connection, user_roles, user_id=user_id, role_id=memberships.role(connection, role_name=name)[0]
            )
        token = sessions.open_session(connection, user_id, days=30)
    return Person(world.nobody, user_id, email, token)


def sign_in(world: World, *people: Person) -> None:
    """New sessions for people, as if they had just signed in."""
    with stored(world.live) as connection:
        for person in people:
            person.token = sessions.open_session(connection, person.user_id, days=30)


def forgive(world: World) -> None:
    """Forget who has tried too often: tests that share a server share its throttle."""
    with stored(world.live) as connection:
        connection.execute(login_attempts.delete())


def new_role(world: World, level: int = 0, **actions: int) -> tuple[int, str]:
    """A role with a level of its own and levels on actions; its number and name."""
    name = fresh("role")
    role_id = int(done(world.admin.post("/roles", json={"role_name": name}))["message"].rpartition(" ")[2])
    if level:
        done(world.admin.post("/roles/set-permission", json={"role_id": role_id, "permission": level}))
    for action, permission in actions.items():
        allow(world, role_id, action, permission)
    return role_id, name


def allow(world: World, role_id: int, action: str, permission: int) -> None:
    """Set a role's level on an action."""
    body = {"role_id": role_id, "action": action, "permission": permission}
    done(world.admin.post("/actions/set-permission", json=body))


def new_group(world: World, *role_names: str, people: tuple[Person, ...] = ()) -> tuple[int, str]:
    """A group with roles and people; its number and name."""
    name = fresh("group")
    done(world.admin.post("/groups", json={"group_name": name}))
    for role_name in role_names:
        done(world.admin.post("/groups/add-role", json={"group_name": name, "role_name": role_name}))
    with stored(world.live) as connection:
        group_id = int(memberships.group(connection, group_name=name)[0])
        for person in people:
            rows.insert(connection, user_groups, user_id=person.user_id, group_id=group_id)
    return group_id, name


def new_project(connection: Connection, user_id: int) -> Any:
    """A project of somebody, without a working folder; its row."""
    values = {"project_uuid": str(uuid.uuid4()), "project_name": fresh("project"), "user_id": user_id}
    # Lists by age go by numbers: a row from before all others would be out of its order.
    now = int(time.time())
    key = rows.insert(connection, projects, **values, created_at=now, updated_at=now)
    return rows.get(connection, projects, project_id=key)


def new_folder(world: World, client: Checked) -> tuple[str, Path]:
    """A project of the client's with its working folder; its uuid and the folder."""
    place, name = world.live.home.parent, fresh("project")
    done(client.post("/projects", json={"name": name, "working_dir": str(place)}))
    meta = (place / name / ".meta").read_text(encoding="utf8")
    return str(yaml.safe_load(meta)["project_uuid"]), place / name


def deploy(client: Checked, project_uuid: str) -> str:
    """The uuid of the commit that deploying makes."""
    return str(done(client.post(f"/projects/{project_uuid}/deploy"))["message"].split(" ")[-1])

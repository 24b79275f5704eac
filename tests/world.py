"""People and datasets on a running server, for tests over HTTP."""

import itertools
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

import databases
from checked import Checked
from live import PASSWORD, ROOT, Live, wait_for_job

PUMS = ROOT / "tests" / "data" / "PUMS_pid.csv"
ROLES = {"admins": 1, "owners": 2, "users": 3, "auditors": 4}
COUNT = "SELECT COUNT(*) AS n FROM pums.person"
META = """
name: {name}
description: {description}
type: CSV
privacy_column: pid
pums:
  connection: {file}
  privacy_level: 2
  person:
    max_ids: 1
    rows: 1234
    budget_epsilon: {epsilon}
    budget_delta: 0.001
    pid: {{type: int, private_id: true, selectable: false}}
    age: {{type: int, lower: 0, upper: 120, nullable: false}}
    sex: {{type: int, allowed_values: [0, 1], nullable: false}}
    educ: {{type: int, lower: 0, upper: 20}}
    race: {{type: int, lower: 0, upper: 10}}
    income: {{type: float, lower: 0.0, upper: 200000.0}}
    married: {{type: boolean}}
"""
_number = itertools.count(1)


def fresh(prefix: str) -> str:
    """A name that no other test has, in this process or in another."""
    return f"{prefix}{os.getpid()}x{next(_number)}"


@dataclass
class World:
    """One server and the people on it; `admin` was the first to register, `nobody` is not signed in."""

    live: Live
    admin: Checked
    owner: Checked
    user: Checked
    auditor: Checked
    nobody: Checked

    def close(self) -> None:
        """Let go of everybody's connections."""
        for client in (self.admin, self.owner, self.user, self.auditor, self.nobody):
            client.close()

    def source(self, name: str = "", more: str = "") -> str:
        """A census file in the data folder with content of its own (a budget belongs to the content); its name."""
        file = f"{name or fresh('census')}.csv"
        unique = f"50,1,9,1,100.0,1,{1_000_000 + os.getpid() * 1000 + next(_number)}\n"
        (data_folder(self.live) / file).write_text(PUMS.read_text(encoding="utf8") + unique + more, encoding="utf8")
        return file

    def dataset(
        self, client: Checked | None = None, *, epsilon: float = 10.0, meta: str = "", free: bool = False, **words: str
    ) -> Any:
        """A registered dataset that is ready to be asked; the admin's unless told otherwise."""
        client = client or self.admin
        name = words.pop("name", fresh("people"))
        file = words.pop("file", "") or self.source()
        values = {"name": name, "file": file, "epsilon": float(epsilon), "description": "a test", **words}
        text = (meta or META).format(**values)
        made = ready(client, client.post("/data", json={"meta": text}))
        # Most tests ask one question several times, and mean to pay each time.
        self.set_repetition(made, free, client)
        return made

    def set_repetition(self, dataset: Any, free: bool, client: Checked | None = None) -> None:
        """Whether an identical query is answered again at no charge."""
        body = {"data_id": dataset["data_id"], "free": free}
        done((client or self.admin).post("/privacy/repetition", json=body))

    def balance(self, dataset: Any) -> tuple[float, float]:
        """Epsilon left and granted, over all people."""
        answer = self.admin.get("/privacy/budgets", params={"data_id": dataset["data_id"]}).json()
        found = next(item for item in answer["items"] if "user_id" not in item)
        return found["current"], found["initial"]

    def grant(self, dataset: Any, role: str, level: int) -> None:
        """Set a role's level on a dataset."""
        body = {"role_name": role, "permission": level}
        done(self.admin.post(f"/data/{dataset['data_uuid']}/permissions", json=body))

    def rows(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """What is really in the database."""
        return select(self.live, statement, *values)


def select(live: Live, statement: str, *values: object) -> list[tuple[Any, ...]]:
    """Rows of a server's database, read beside it."""
    return databases.select(live.database, statement, *values)


def data_folder(live: Live) -> Path:
    """Where the server looks for sources."""
    folder = live.home / "data"
    folder.mkdir(exist_ok=True)
    return folder


def done(response: httpx.Response) -> Any:
    """The body of a success; anything else ends the test with what was said."""
    assert response.status_code == 200, response.text
    return response.json()


def refused(response: httpx.Response, *statuses: int) -> str:
    """What was said with one of these statuses."""
    assert response.status_code in statuses, (response.status_code, response.text)
    return str(response.json()["error"])


def ready(client: Checked, response: httpx.Response) -> Any:
    """The dataset of a `POST` or `PATCH /data` after its job."""
    answer = done(response)
    job = wait_for_job(client, answer["job_uuid"])
    assert job["job_state"] == "finished", job
    return done(client.get(f"/data/{answer['data_uuid']}"))


def ask(
    client: httpx.Client, dataset: Any, query: str = COUNT, epsilon: object = 0.5, **more: object
) -> httpx.Response:
    """A query's `POST`."""
    body = {"query": query, "datasets": dataset["data_name"], "epsilon": epsilon, **more}
    return client.post("/queries", json=body)


def answer(client: httpx.Client, dataset: Any, query: str = COUNT, epsilon: float = 0.5, **more: object) -> str:
    """The table of a query as CSV text."""
    job = wait_for_job(client, done(ask(client, dataset, query, epsilon, **more))["job_uuid"])
    assert job["job_state"] == "finished", job
    found = client.get("/artifacts/download", params={"run_uuid": job["job_uuid"], "artifact_path": "results.csv"})
    return str(done(found)["data_string"])


def sign_up(live: Live, admin: Checked | None, email: str, role: str = "") -> Checked:
    """Register, be confirmed with a role, sign in. Without an admin, the first person of a server."""
    with Checked(live) as client:
        done(client.post("/users/register", json={"email": email, "password": PASSWORD}))
        if admin is not None:
            found = done(admin.get("/users", params={"page_size": 1000}))["items"]
            user_id = next(person["id"] for person in found if person["email"] == email)
            body = {"state": "confirmed", "roles": [ROLES[role]] if role else []}
            done(admin.patch(f"/users/{user_id}", json=body))
        token = done(client.post("/users/login", json={"email": email, "password": PASSWORD}))["token"]
    return Checked(live, token)


def settle(live: Live, admin: Checked | None = None) -> World:
    """The cast on a fresh server; beyond loopback the host has made the `admin`."""
    admin = admin or sign_up(live, None, "admin@example.org")
    people = {
        name: sign_up(live, admin, f"{name}@example.org", role)
        for name, role in (("owner", "owners"), ("user", "users"), ("auditor", "auditors"))
    }
    return World(live=live, admin=admin, nobody=Checked(live), **people)

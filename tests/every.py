"""A good request for every operation, made from the contract, its examples, and objects that are really there."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from checked import DOCUMENT
from generator.readme import not_built
from live import PASSWORD, ROOT, wait_for_job
from people import Person, join, new_group, new_project, new_role, stored
from quarantine.store import jobs, rows
from quarantine.store.tables import jobs as jobs_table
from world import COUNT, META, World, done, fresh

UNKNOWN = "00000000-0000-4000-8000-000000000000"
NOT_BUILT = not_built(ROOT / "handlers")
# The kinds of objects that tests can make so far; of the others there are none, and all their operations are not built.
KINDS = {"session", "action", "data", "project", "job", "query"}
Values = dict[str, Any]


@dataclass
class Scene:
    """Objects of the administrator that requests are about, by the names that the contract has for what names them."""

    world: World
    values: Values = field(default_factory=dict)

    def dataset(self) -> Values:
        """A dataset of the administrator's that is ready."""
        file, name = self.world.source(), fresh("people")
        made = self.world.dataset(file=file, name=name, epsilon=50.0)
        text = META.format(name=name, file=file, epsilon=50.0, description="a test")
        return {"data_uuid": made["data_uuid"], "data_id": made["data_id"], "data_name": name, "meta": text}

    def role(self) -> Values:
        """A role that gives nothing."""
        return dict(zip(("role_id", "role_name"), new_role(self.world), strict=True))

    def group(self) -> Values:
        """An empty group."""
        return dict(zip(("group_id", "group_name"), new_group(self.world), strict=True))

    def person(self) -> Values:
        """Somebody without roles."""
        made = join(self.world)
        return {"user_id": made.user_id, "user_email": made.email}

    def running_query(self, starter: Person) -> Values:
        """A query that another worker is at: it can be cancelled and does not end by itself."""
        data = self.values
        with stored(self.world.live) as connection:
            key = jobs.create_query(
                connection,
                user_id=starter.user_id,
                data_id=data["data_id"],
                statement=COUNT,
                datasets={data["data_name"]: data["data_uuid"]},
                epsilon=0.01,
                delta=0.0,
            )
            held = {"job_state": "running", "lease_owner": "another", "lease_until": 2**53, "fence": 1}
            rows.update(connection, jobs_table, {"job_uuid": key}, **held)
        return {"job_uuid": key, "query_uuid": key}


def scene(world: World, starter: Person) -> Scene:
    """All there is to ask for; `starter` has asked a query that has finished."""
    found = Scene(world)
    values = found.values
    for made in (found.dataset(), found.role(), found.group(), found.person()):
        values.update(made)
    world.grant(values, "users", 2)
    query = done(starter.post("/queries", query=COUNT, datasets=values["data_name"], epsilon=0.1))["job_uuid"]
    assert wait_for_job(world.admin, query)["job_state"] == "finished"
    owner = person_number(world)
    with stored(world.live) as connection:
        project = new_project(connection, owner)
    values.update(job_uuid=query, query_uuid=query, run_uuid=query, artifact_path="results.csv", action="GroupList")
    values.update(project_uuid=project.project_uuid, project_id=project.project_id, query=COUNT, epsilon=0.01)
    values.update(email="user@example.org", password=PASSWORD, current_password=PASSWORD)
    values["action_id"] = next(item["action_id"] for item in actions_of(world) if item["action_name"] == "GroupList")
    return found


def person_number(world: World) -> int:
    """The administrator's own number."""
    return int(done(world.admin.get("/users/profile"))["user_id"])


def actions_of(world: World) -> list[Any]:
    """Every action of a server."""
    return list(done(world.admin.get("/actions", params={"page_size": 1000}))["items"])


# What uses its object up, and what has to be there for the next one.
ANEW: dict[str, Callable[[Scene, Person], Values]] = {
    "delete_data": lambda found, _: found.dataset(),
    "update_data": lambda found, _: found.dataset(),
    "delete_role": lambda found, _: found.role(),
    "delete_group": lambda found, _: found.group(),
    "delete_user": lambda found, _: found.person(),
    "cancel_job": lambda found, starter: found.running_query(starter),
    "cancel_query": lambda found, starter: found.running_query(starter),
}
# Bodies that the contract's examples do not give: names that are not taken, levels that anybody may hand on.
BODIES: dict[str, Callable[[Values, World], Values]] = {
    "auth_register": lambda _, world: {"email": f"{fresh('r')}@example.org", "password": PASSWORD},
    "user_register": lambda _, world: {"email": f"{fresh('r')}@example.org", "password": PASSWORD},
    "create_role": lambda _, world: {"role_name": fresh("role")},
    "create_group": lambda _, world: {"group_name": fresh("group")},
    "create_data": lambda _, world: {
        "meta": META.format(name=fresh("new"), file=world.source(), epsilon=1.0, description="")
    },
    "update_user": lambda values, _: {"state": "confirmed", "roles": [values["role_id"]]},
}
# A level that the lowest may hand on.
LOWEST = {"set_action_permission": 0, "set_role_permission": 0}


def body_of(operation: Any, values: Values, world: World) -> Values | None:
    """The contract's own example of a body, about objects that are there."""
    if not operation.media_types:
        return None
    if operation.id in BODIES:
        return BODIES[operation.id](values, world)
    document = DOCUMENT["paths"][operation.path][operation.method.lower()]["requestBody"]["content"]
    example = document["application/json"].get("example", {})
    # Columns of the test's own table, in place of the examples'.
    known = {"datasets": values["data_name"], "field": "educ", "mask_data": {"private": ["educ"]}, **values}
    if operation.id in LOWEST:
        known["permission"] = LOWEST[operation.id]
    return {name: known.get(name, given) if given != "" else given for name, given in example.items()}


def send(person: Person, operation: Any, values: Values, world: World) -> httpx.Response:
    """The operation about these objects; whatever is not among them does not exist."""

    def fill(found: re.Match[str]) -> str:
        return str(values.get(found[1], "999999999" if found[1].endswith("_id") else UNKNOWN))

    path = re.sub(r"\{([^}]+)\}", fill, operation.path)
    wanted = [one for one in operation.parameters if one.required and one.where == "query"]
    params = {one.name: values.get(one.name, UNKNOWN) for one in wanted}
    body = body_of(operation, values, world)
    given: dict[str, Any] = {} if body is None else {"json": body}
    return person.request(operation.method, path, params=params, **given)


def missing(values: Values) -> Values:
    """The same names, of objects that do not exist."""
    other = {"data_id": 999_999_999, "data_name": fresh("missing"), "project_id": 999_999_999}
    kinds = ("data", "project", "job", "query", "run")
    return {**values, **other, **{f"{kind}_uuid": UNKNOWN for kind in kinds}}

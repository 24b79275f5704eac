"""A good request for every operation, made from the contract, its examples, and objects that are really there."""

import atexit
import re
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import httpx

from checked import DOCUMENT
from generator.readme import not_built
from live import PASSWORD, ROOT, wait_for_job
from people import Person, deploy, join, new_folder, new_group, new_role, stored
from quarantine.store import data, jobs, levels, models, proxies, rows, runs
from quarantine.store.remote import Address
from quarantine.store.tables import artifacts
from quarantine.store.tables import jobs as jobs_table
from quarantine.store.tables import models as models_table
from signed import signed_server
from world import COUNT, META, World, done, fresh

UNKNOWN = "00000000-0000-4000-8000-000000000000"
NOT_BUILT = not_built(ROOT / "handlers")
# The kinds of objects that tests can make so far; of the others there are none, and all their operations are not built.
KINDS = {"session", "action", "data", "project", "commit", "experiment", "job", "query", "run", "model", "held"}
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

    def usable(self, starter: Person) -> Values:
        """Another one, which the roles of somebody may use."""
        made = self.dataset()
        with stored(self.world.live) as connection:
            for role in levels.held(connection, starter.user_id):
                data.set_permission(connection, made["data_id"], role.role_id, levels.USE)
        return made

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

    def transformable(self, starter: Person) -> Values:
        """A project of the administrator's with a dataset that somebody may use."""
        return self.project(self.usable(starter)["data_uuid"])

    def project(self, data_uuid: object = None) -> Values:
        """A project of the administrator's with a commit and an experiment, and the dataset attached."""
        admin = self.world.admin
        project, folder = new_folder(self.world, admin)
        done(admin.post(f"/projects/{project}/attach", json={"data_uuid": data_uuid or self.values["data_uuid"]}))
        number = self.world.rows("SELECT project_id FROM projects WHERE project_uuid = ?", project)[0][0]
        made = done(admin.post(f"/experiments?project_uuid={project}", json={"experiment_name": fresh("first")}))
        named = {"project_uuid": project, "project_id": number, "project_name": folder.name}
        return {**named, "commit_uuid": deploy(admin, project), "experiment_uuid": made["experiment_uuid"]}

    def run(self, starter: Person) -> Values:
        """A run on the dataset that has ended and has left something to decide on."""
        asked = self.values
        given = {name: asked[name] for name in ("project_uuid", "commit_uuid", "experiment_uuid")}
        with stored(self.world.live) as connection:
            key = runs.create(
                connection,
                user_id=starter.user_id,
                entry_point="main",
                arguments={},
                data_ids=[asked["data_id"]],
                **given,
            )
            # Nobody has run it, and nobody will.
            rows.update(connection, jobs_table, {"job_uuid": key}, job_state="finished", run_end_time=1)
            runs.hold(connection, key, [runs.Written("log", "log", b"a row"), runs.Written("file", "a.txt", b"a row")])
            return {"run_uuid": key, "output_id": runs.outputs(connection, key)[0].output_id}

    def model(self, starter: Person) -> Values:
        """A model of a run that has published everything, which may predict."""
        made = self.run(starter)
        with stored(self.world.live) as connection:
            runs.release(connection, made["run_uuid"], None, user_id=None)
            values = {"path": "pyfunc_model/model.onnx", "media_type": "application/octet-stream", "content": b"x"}
            rows.insert(connection, artifacts, job_uuid=made["run_uuid"], **values, created_at=1)
            run = rows.get(connection, jobs_table, job_uuid=made["run_uuid"])
            assert run is not None
            place = {"name": fresh("model"), "permissions": (), "user_id": starter.user_id}
            key = models.register(connection, run, "pyfunc_model", **place)
            row = rows.get(connection, models_table, model_uuid=key)
            assert row is not None
            models.change(connection, row.model_id, permissions=["predict_allowed"])
        return {"model_uuid": key, "of_model": made["run_uuid"]}

    def carried(self) -> Values:
        """A project of the administrator's whose folder is elsewhere."""
        named = {"name": fresh("carried")}
        made = done(self.world.admin.post("/projects/register", json=named))["project_uuid"]
        number = self.world.rows("SELECT project_id FROM projects WHERE project_uuid = ?", made)[0][0]
        return {"project_uuid": made, "project_id": number, "project_name": named["name"]}

    def proxy(self) -> Values:
        """A proxy that is not active."""
        with stored(self.world.live) as connection:
            return {"proxy_id": proxies.add(connection, Address(f"{fresh('q')}.example.org", 443), "")}

    def running_query(self, starter: Person) -> Values:
        """A query that another worker is at: it can be cancelled and does not end by itself."""
        asked = self.values
        with stored(self.world.live) as connection:
            key = jobs.create_query(
                connection,
                user_id=starter.user_id,
                data_id=asked["data_id"],
                statement=COUNT,
                datasets={asked["data_name"]: asked["data_uuid"]},
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
    values.update(found.project())
    values.update(job_uuid=query, query_uuid=query, artifact_path="results.csv", action="GroupList")
    values.update(query=COUNT, epsilon=0.01, proxy_id=proxies.OWN)
    values.update(found.run(starter))
    values.update(found.model(starter))
    values.update(email="user@example.org", password=PASSWORD, current_password=PASSWORD)
    values["action_id"] = next(item["action_id"] for item in actions_of(world) if item["action_name"] == "GroupList")
    return found


def actions_of(world: World) -> list[Any]:
    """Every action of a server."""
    return list(done(world.admin.get("/actions", params={"page_size": 1000}))["items"])


@lru_cache(maxsize=1)
def another_server() -> Values:
    """The address of a server that shows its key, for as long as the tests run."""
    stack = ExitStack()
    atexit.register(stack.close)
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dq0-another-")))
    return stack.enter_context(signed_server(folder)).address


# What uses its object up, and what has to be there for the next one.
ANEW: dict[str, Callable[[Scene, Person], Values]] = {
    "delete_data": lambda found, _: found.dataset(),
    "update_data": lambda found, _: found.dataset(),
    "attach_project_data": lambda found, starter: found.usable(starter),
    "detach_project_data": lambda found, _: found.project(),
    "transform_commit": lambda found, starter: found.transformable(starter),
    "unlink_project": lambda found, _: found.project(),
    "delete_experiment": lambda found, _: found.project(),
    "restore_experiment": lambda found, _: found.project(),
    "release_run": lambda found, starter: found.run(starter),
    "refuse_run": lambda found, starter: found.run(starter),
    "predict_model": lambda found, starter: found.model(starter),
    "unregister_model": lambda found, starter: found.model(starter),
    "delete_role": lambda found, _: found.role(),
    "delete_group": lambda found, _: found.group(),
    "delete_user": lambda found, _: found.person(),
    "create_commit": lambda found, _: found.carried(),
    "delete_proxy": lambda found, _: found.proxy(),
    "cancel_job": lambda found, starter: found.running_query(starter),
    "cancel_query": lambda found, starter: found.running_query(starter),
}
# Bodies that the contract's examples do not give: names that are not taken, levels that anybody may hand on.
BODIES: dict[str, Callable[[Values, World], Values]] = {
    "auth_register": lambda _, world: {"email": f"{fresh('r')}@example.org", "password": PASSWORD},
    "user_register": lambda _, world: {"email": f"{fresh('r')}@example.org", "password": PASSWORD},
    "create_role": lambda _, world: {"role_name": fresh("role")},
    "create_proxy": lambda _, __: {**another_server(), "request_uri": f"/{fresh('api')}"},
    "register_project": lambda _, __: {"name": fresh("carried")},
    "create_group": lambda _, world: {"group_name": fresh("group")},
    "create_project": lambda _, world: {"name": fresh("new"), "working_dir": str(world.live.home.parent)},
    "create_run": lambda values, _: {"project_uuid": values["project_uuid"], "ml_project_entry_point": "main"},
    "run_commit": lambda values, _: {"project_uuid": values["project_uuid"]},
    "release_run": lambda values, _: {"outputs": [values["output_id"]]},
    "refuse_run": lambda values, _: {"outputs": [values["output_id"]], "reason": "it holds rows"},
    "register_model": lambda values, _: {"run_uuid": values["of_model"], "job_uuid": values["of_model"]},
    "update_model": lambda _, __: {"model_name": fresh("model")},
    # The files of the working folder are for who may deploy them.
    "get_commit_content": lambda values, _: {"project_uuid": values["project_uuid"]},
    "create_experiment": lambda _, world: {"experiment_name": fresh("new")},
    "update_experiment": lambda _, world: {"experiment_name": fresh("new")},
    "create_data": lambda _, world: {
        "meta": META.format(name=fresh("new"), file=world.source(), epsilon=1.0, description="")
    },
    "update_user": lambda values, _: {"state": "confirmed", "roles": [values["role_id"]]},
}
# A level that the lowest may hand on.
LOWEST = {"set_action_permission": 0, "set_role_permission": 0, "set_project_permission": 1}


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

    if operation.tag == "artifacts":
        # A run is a job, too, and so is a query.
        values = {**values, "run_uuid": values["job_uuid"]}
    path = re.sub(r"\{([^}]+)\}", fill, operation.path)
    wanted = [one for one in operation.parameters if one.required and one.where == "query"]
    params = {one.name: values.get(one.name, UNKNOWN) for one in wanted}
    body = body_of(operation, values, world)
    given: dict[str, Any] = {} if body is None else {"json": body}
    return person.request(operation.method, path, params=params, **given)


def missing(values: Values) -> Values:
    """The same names, of objects that do not exist."""
    other: Values = {f"{kind}_id": 999_999_999 for kind in ("data", "project")}
    other |= {f"{kind}_name": fresh("missing") for kind in ("data", "project")}
    kinds = ("data", "project", "commit", "experiment", "job", "query", "run", "model")
    return {**values, **other, "of_model": UNKNOWN, **{f"{kind}_uuid": UNKNOWN for kind in kinds}}

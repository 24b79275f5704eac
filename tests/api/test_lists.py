"""Lists: pages that neither lose nor repeat, orders and filters from an allowlist, only what the asker sees."""

from typing import Any

import pytest

from checked import DOCUMENT
from live import wait_for_job
from people import deploy, new_folder, stored
from quarantine.store import models, rows, runs
from quarantine.store.tables import artifacts, jobs
from world import World, ask, done, fresh, refused

OTHER = "7f6f2f0a-6a2c-4a0e-9c0d-2b7f0d9a51b1"
UNKNOWN = "00000000-0000-4000-8000-000000000000"
BUILT = ("/data", "/jobs", "/queries", "/privacy/budgets", "/privacy/masks", "/privacy/thresholds", "/users")
BUILT += ("/projects", "/commits", "/experiments", "/runs", "/models")


def listed(world: World, path: str, **params: object) -> list[Any]:
    """All items, three at a time."""
    found, page = [], 1
    while True:
        answer = done(world.admin.get(path, params={"page": page, "page_size": 3, **params}))
        assert (answer["page"], answer["page_size"]) == (page, 3)
        found += answer["items"]
        if not answer["items"]:
            assert len(found) == answer["total"]
            return found
        page += 1


def orders(path: str) -> list[str]:
    """What the contract allows as `order_by`."""
    for given in DOCUMENT["paths"][path]["get"]["parameters"]:
        parameter = given
        if "$ref" in given:
            parameter = DOCUMENT["components"]["parameters"][given["$ref"].rpartition("/")[2]]
        if parameter["name"] == "order_by":
            return list(parameter["schema"]["enum"])
    return []


def key(item: Any) -> object:
    names = ("query_uuid", "model_uuid", "job_uuid", "data_id", "id", "commit_uuid", "experiment_uuid", "project_uuid")
    one = next(item[name] for name in names if name in item)
    # A dataset's budget, mask and thresholds are several: for everybody and for one person, for each column.
    return one, item.get("user_id"), item.get("field")


def something_to_list(world: World) -> Any:
    dataset = world.dataset()
    world.grant(dataset, "users", 2)
    for client in (world.admin, world.user):
        for _ in range(2):
            wait_for_job(client, done(ask(client, dataset, epsilon=0.5))["job_uuid"])
        project, _ = new_folder(world, client)
        deploy(client, project)
        done(client.post(f"/experiments?project_uuid={project}", json={"experiment_name": fresh("try")}))
    me = done(world.admin.get("/users/profile"))["user_id"]
    for number, more in enumerate(({}, {"user_id": me}, {"user_email": "user@example.org"})):
        body = {"data_id": dataset["data_id"], **more}
        done(world.admin.post("/privacy/masks", json={**body, "mask_data": {"hidden": ["race"]}}))
        done(world.admin.post("/privacy/thresholds", json={**body, "field": "educ", "threshold": 75}))
        done(world.admin.post("/privacy/budgets", json={**body, "current": 5 + number}))
    for _ in range(2):
        run_and_model(world, me, dataset["data_id"], project)
    return dataset


def run_and_model(world: World, user_id: int, data_id: int, project_uuid: str) -> None:
    """A run that has ended, and the model that it left; nobody has run it."""
    with stored(world.live) as connection:
        named = {"project_uuid": project_uuid, "commit_uuid": OTHER, "experiment_uuid": OTHER}
        run = runs.create(connection, user_id=user_id, entry_point="main", arguments={}, data_ids=[data_id], **named)
        rows.update(connection, jobs, {"job_uuid": run}, job_state="finished", run_end_time=1)
        file = {"path": "pyfunc_model/model.onnx", "media_type": "x/y", "content": b"x"}
        rows.insert(connection, artifacts, job_uuid=run, **file, created_at=1)
        found = rows.get(connection, jobs, job_uuid=run)
        assert found is not None
        models.register(connection, found, "pyfunc_model", name="m", permissions=(), user_id=user_id)


@pytest.mark.parametrize("path", BUILT)
def test_pages_neither_lose_nor_repeat_in_any_order(world: World, path: str) -> None:
    something_to_list(world)
    assert orders(path)
    for order in orders(path):
        items = listed(world, path, order_by=order)
        assert len({key(item) for item in items}) == len(items) > 0
        values = [item.get(order.removeprefix("-")) for item in items]
        given = [value for value in values if value is not None]
        assert given == sorted(given, reverse=order.startswith("-"))


@pytest.mark.parametrize("path", BUILT)
@pytest.mark.parametrize(
    "params",
    [
        {"page": 0},
        {"page": -1},
        {"page": "1.5"},
        {"page": "9" * 5000},
        {"page": 10**9 + 1},
        {"page_size": 0},
        {"page_size": 1001},
        {"page_size": "many"},
        {"order_by": "password_hash"},
        {"order_by": "created_at; DROP TABLE users"},
        {"order_by": "--created_at"},
        {"order_by": ""},
        {"page": [1, 2]},
    ],
)
def test_a_page_that_cannot_be_is_400(world: World, path: str, params: dict[str, Any]) -> None:
    refused(world.admin.get(path, params=params), 400)


@pytest.mark.parametrize("path", BUILT)
def test_a_page_beyond_the_end_is_empty(world: World, path: str) -> None:
    found = done(world.admin.get(path, params={"page": 10**9, "page_size": 1000}))
    assert found["items"] == []


def test_a_list_shows_only_what_its_reader_may_see(world: World) -> None:
    dataset = something_to_list(world)
    hidden = world.dataset()
    seen = {item["data_uuid"] for item in done(world.user.get("/data", params={"page_size": 1000}))["items"]}
    assert dataset["data_uuid"] in seen
    assert hidden["data_uuid"] not in seen
    me = done(world.user.get("/users/profile"))["user_id"]
    for path in ("/jobs", "/queries"):
        found = done(world.user.get(path, params={"page_size": 1000}))
        assert {item["user_id"] for item in found["items"]} == {me}
        assert found["total"] == len(found["items"])


def test_lists_are_filtered_by_what_they_hold(world: World) -> None:
    dataset = something_to_list(world)
    me, other = (done(client.get("/users/profile"))["user_id"] for client in (world.admin, world.user))
    for path in ("/jobs", "/queries"):
        for person in (me, other):
            items = listed(world, path, user_id=person)
            assert items
            assert {item["user_id"] for item in items} == {person}
        assert listed(world, path, user_id=999_999) == []
    assert {job["job_type"] for job in listed(world, "/jobs", job_type="query.run")} == {"query.run"}
    assert {job["job_type"] for job in listed(world, "/jobs", job_type="data.prepare")} == {"data.prepare"}
    assert {job["job_type"] for job in listed(world, "/jobs", job_type="model.predict")} <= {"model.predict"}
    refused(world.admin.get("/jobs", params={"job_type": "anything"}), 400)
    assert len(listed(world, "/jobs", job_params=dataset["data_name"])) == 4
    assert listed(world, "/jobs", job_params="%") == []
    for path in ("/data", "/jobs"):
        assert listed(world, path, project_uuid=UNKNOWN) == []
        assert listed(world, path, commit_uuid=UNKNOWN) == []
        refused(world.admin.get(path, params={"project_uuid": "x"}), 400)
    for name in ("budgets", "masks", "thresholds"):
        items = listed(world, f"/privacy/{name}", data_id=dataset["data_id"])
        assert [item["data_id"] for item in items] == [dataset["data_id"]] * 3
    assert {item["user_id"] for item in listed(world, "/data", user_id=me)} == {me}


def test_a_project_of_a_query_finds_it_again(world: World) -> None:
    dataset, project = world.dataset(), "11111111-2222-4333-8444-555555555555"
    wanted = done(ask(world.admin, dataset, project_uuid=project))["job_uuid"]
    assert wanted in {job["job_uuid"] for job in listed(world, "/jobs", project_uuid=project)}

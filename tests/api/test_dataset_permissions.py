"""What each level on a dataset opens, and that what is not seen is not there."""

from typing import Any

import httpx
import pytest

from checked import Checked
from world import META, World, ask, done, fresh, refused

UNKNOWN = "00000000-0000-4000-8000-000000000000"


def every_way(client: Checked, dataset: Any, uuid: str = "", name: str = "", number: int = 0) -> list[httpx.Response]:
    """All operations on one dataset, each with a good body."""
    path, name = f"/data/{uuid or dataset['data_uuid']}", name or dataset["data_name"]
    meta = {"meta": META.format(name=fresh("n"), file="x.csv", epsilon=1.0, description="")}
    return [
        client.get(path),
        client.get(f"{path}/sample"),
        client.patch(path, json=meta),
        client.post(f"{path}/permissions", json={"role_name": "users", "permission": 4}),
        client.delete(path),
        client.post("/privacy/budgets", json={"data_id": number or dataset["data_id"], "current": 5}),
        client.post("/privacy/budgets", json={"data_name": name, "current": 5}),
        client.post("/privacy/masks", json={"data_name": name, "mask_data": {"hidden": ["age"]}}),
        client.post("/privacy/thresholds", json={"data_name": name, "field": "sex", "threshold": 5, "user_id": 1}),
        ask(client, {"data_name": name}),
        ask(client, {"data_name": uuid or dataset["data_uuid"]}),
    ]


def test_an_unseen_dataset_cannot_be_told_from_one_that_does_not_exist(world: World) -> None:
    dataset = world.dataset()
    for client in (world.owner, world.user):
        unseen = every_way(client, dataset)
        missing = every_way(client, dataset, UNKNOWN, fresh("missing"), 999_999_999)
        for one, other in zip(unseen, missing, strict=True):
            assert (one.status_code, one.content) == (other.status_code, other.content)
            assert one.status_code == 404
            assert one.headers.keys() == other.headers.keys()
        assert dataset["data_uuid"] not in client.get("/data", params={"page_size": 1000}).text
        for name in ("budgets", "masks", "thresholds"):
            assert client.get(f"/privacy/{name}", params={"data_id": dataset["data_id"]}).json()["total"] == 0


def test_see_tells_what_it_is_and_answers_no_query(world: World) -> None:
    dataset = world.dataset()
    world.grant(dataset, "users", 1)
    shown = done(world.user.get(f"/data/{dataset['data_uuid']}"))
    assert shown["data_permissions"] == ["meta", "types"]
    assert not {"data_size", "data_usage", "privacy_budget", "job_uuid"} & set(shown)
    refused(ask(world.user, dataset), 403)
    refused(world.user.get(f"/data/{dataset['data_uuid']}/sample"), 403)
    refused(world.user.patch(f"/data/{dataset['data_uuid']}", json={"meta": "x"}), 403)
    assert done(world.user.get("/privacy/budgets", params={"data_id": dataset["data_id"]}))["items"] == []
    assert world.balance(dataset) == (10.0, 10.0)


def test_use_asks_and_samples_and_changes_nothing(world: World) -> None:
    dataset = world.dataset()
    world.grant(dataset, "users", 2)
    assert done(ask(world.user, dataset))
    assert done(world.user.get(f"/data/{dataset['data_uuid']}/sample"))
    shown = done(world.user.get(f"/data/{dataset['data_uuid']}"))
    assert shown["data_permissions"] == ["read", "meta", "types", "stats", "sample"]
    assert done(world.user.get("/privacy/budgets", params={"data_id": dataset["data_id"]}))["total"] == 1
    for answer in every_way(world.user, dataset)[2:9]:
        refused(answer, 403)
    refused(ask(world.auditor, dataset), 403)


def test_change_rewords_and_does_not_touch_what_protects(world: World) -> None:
    file, name = world.source(), fresh("guarded")
    meta = META.replace("married: {{type: boolean}}", "married: {{type: boolean, selectable: false}}")
    meta = meta.replace("private_id: true, ", "")
    dataset = world.dataset(meta=meta, file=file, name=name)
    world.grant(dataset, "users", 3)
    path = f"/data/{dataset['data_uuid']}"

    def changed(old: str = "", new: str = "") -> httpx.Response:
        text = meta.format(name=name, file=file, epsilon=10.0, description="reworded").replace(old, new)
        return world.user.patch(path, json={"meta": text})

    for old, new in (
        ("boolean, selectable: false", "boolean"),
        ("privacy_column: pid", "privacy_column: educ"),
        ("max_ids: 1", "max_ids: 2"),
        (file, world.source()),
        ("    educ:", "    age2: {type: int}\n    educ:"),
    ):
        refused(changed(old, new), 403, 422)
    assert done(world.admin.get(path))["data_description"] == "a test"
    assert done(changed())["data_description"] == "reworded"
    refused(world.user.delete(path), 403)
    refused(world.user.post(f"{path}/permissions", json={"role_name": "users", "permission": 4}), 403)
    refused(world.user.post("/privacy/budgets", json={"data_id": dataset["data_id"], "current": 5}), 403)


def test_a_level_can_be_taken_back(world: World) -> None:
    dataset = world.dataset()
    world.grant(dataset, "users", 2)
    done(ask(world.user, dataset))
    world.grant(dataset, "users", 0)
    refused(ask(world.user, dataset), 404)
    refused(world.user.get(f"/data/{dataset['data_uuid']}"), 404)


def test_the_creator_owns_and_other_owners_do_not(world: World) -> None:
    dataset = world.dataset(world.owner)
    done(world.owner.post("/privacy/budgets", json={"data_name": dataset["data_name"], "current": 5.5}))
    assert world.balance(dataset) == (5.5, 5.5)
    refused(world.user.get(f"/data/{dataset['data_uuid']}"), 404)
    assert done(world.admin.get(f"/data/{dataset['data_uuid']}"))["user_name"] == "owner@example.org"


def test_who_may_only_use_registers_nothing(world: World) -> None:
    meta = META.format(name=fresh("x"), file=world.source(), epsilon=1.0, description="")
    for client in (world.user, world.auditor):
        refused(client.post("/data", json={"meta": meta}), 403)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"role_name": "users"}, 400),
        ({"role_name": "users", "permission": 5}, 400),
        ({"role_name": "users", "permission": -1}, 400),
        ({"role_name": "users", "permission": "4"}, 400),
        ({"role_name": "users", "permission": True}, 400),
        ({"permission": 2}, 404),
        ({"role_name": "nobody", "permission": 2}, 404),
        ({"role_id": 99, "permission": 2}, 404),
        ({"role_id": 1, "role_name": "users", "permission": 2}, 409),
        ({"role_id": 3, "permission": 2, "data_name": "another"}, 409),
        ({"role_id": 3, "permission": 2, "data_id": 999}, 409),
        ({"role_id": 3, "permission": 2, "data_uuid": UNKNOWN}, 409),
    ],
)
def test_a_permission_that_does_not_say_what_it_means_is_not_set(world: World, body: Any, status: int) -> None:
    dataset = world.dataset()
    refused(world.admin.post(f"/data/{dataset['data_uuid']}/permissions", json=body), status)
    assert not world.rows("SELECT * FROM data_permissions WHERE data_id = ?", dataset["data_id"])

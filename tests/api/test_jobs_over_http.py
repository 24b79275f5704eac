"""Jobs from created to their end, and how one is cancelled."""

import pytest

from checked import Checked
from live import PASSWORD, live_server, wait_for_job
from world import META, World, ask, done, fresh, refused, settle

UNKNOWN = "00000000-0000-4000-8000-000000000000"


@pytest.fixture(scope="module")
def idle(tmp_path_factory: pytest.TempPathFactory) -> World:  # type: ignore[misc]
    """A server whose datasets are ready and whose worker has gone: jobs wait forever."""
    home = tmp_path_factory.mktemp("idle") / "home"
    with live_server(home, ambient_session="false") as live:
        world = settle(live)
        dataset = world.dataset(name="waiting")
        world.grant(dataset, "users", 2)
        world.close()
    with live_server(home, ambient_session="false", worker="false") as live:
        with Checked(live) as nobody:
            tokens = {
                name: done(nobody.post("/users/login", json={"email": f"{name}@example.org", "password": PASSWORD}))
                for name in ("admin", "owner", "user", "auditor")
            }
        people = {name: Checked(live, found["token"]) for name, found in tokens.items()}
        world = World(live=live, nobody=Checked(live), **people)
        yield world
        world.close()


@pytest.mark.parametrize("way", ["/jobs/{}/cancel", "/jobs/{}/delete", "/jobs/{}/delete/", "/queries/{}/cancel"])
@pytest.mark.parametrize("body", [b"", b"null", b"{}", b'{"force": true}', b'{"force": false, "%s": "{key}"}'])
def test_a_waiting_job_is_cancelled_and_stays_charged(idle: World, way: str, body: bytes) -> None:
    dataset = done(idle.admin.get("/data"))["items"][0]
    done(idle.admin.post("/privacy/budgets", json={"data_id": dataset["data_id"], "current": 1}))
    key = done(ask(idle.user, dataset, epsilon=0.5))["job_uuid"]
    job = done(idle.user.get(f"/jobs/{key}"))
    assert (job["job_state"], job["run_status"], job["job_progress"]) == ("created", "SCHEDULED", 0.0)
    name = b"query_uuid" if "queries" in way else b"job_uuid"
    content = body.replace(b"%s", name).replace(b"{key}", key.encode())
    headers = {"content-type": "application/json"} if body else {}
    assert done(idle.user.post(way.format(key), content=content, headers=headers))["message"]
    job = done(idle.user.get(f"/jobs/{key}"))
    assert (job["job_state"], job["run_status"], job["job_progress"]) == ("cancelled", "KILLED", 1.0)
    refused(idle.user.post(f"/jobs/{key}/cancel"), 409)
    refused(idle.user.get("/artifacts/download", params={"run_uuid": key, "artifact_path": "results.csv"}), 404)
    assert "query_result_data" not in done(idle.user.get(f"/queries/{key}", params={"include_result": "true"}))
    assert idle.balance(dataset)[0] == 0.5


def test_a_job_that_is_not_done_has_nothing_to_download(idle: World) -> None:
    dataset = done(idle.admin.get("/data"))["items"][0]
    done(idle.admin.post("/privacy/budgets", json={"data_id": dataset["data_id"], "current": 1}))
    key = done(ask(idle.user, dataset))["job_uuid"]
    refused(idle.user.get("/artifacts/download", params={"run_uuid": key, "artifact_path": "results.csv"}), 409)
    whole = done(idle.user.get(f"/queries/{key}", params={"include_result": "true", "include_run": "true"}))
    assert not {"query_result_data", "query_result_message", "run_start_time"} & set(whole)


def test_a_body_that_names_another_job_cancels_neither(idle: World) -> None:
    dataset = done(idle.admin.get("/data"))["items"][0]
    done(idle.admin.post("/privacy/budgets", json={"data_id": dataset["data_id"], "current": 1}))
    key = done(ask(idle.user, dataset))["job_uuid"]
    refused(idle.user.post(f"/jobs/{key}/cancel", json={"job_uuid": UNKNOWN}), 422)
    refused(idle.user.post(f"/queries/{key}/cancel", json={"query_uuid": UNKNOWN}), 422)
    refused(idle.user.post(f"/jobs/{key}/cancel", json={"force": "yes"}), 400)
    assert done(idle.user.get(f"/jobs/{key}"))["job_state"] == "created"


def test_a_dataset_whose_preparation_was_cancelled_waits_no_longer(idle: World) -> None:
    meta = META.format(name=fresh("cancelled"), file=idle.source(), epsilon=1.0, description="")
    created = done(idle.admin.post("/data", json={"meta": meta}))
    done(idle.admin.post(f"/jobs/{created['job_uuid']}/cancel"))
    shown = done(idle.admin.get(f"/data/{created['data_uuid']}"))
    assert shown["data_state"] == "failed"
    refused(ask(idle.admin, shown), 409)
    again = done(idle.admin.patch(f"/data/{created['data_uuid']}", json={"meta": meta}))
    assert again["data_state"] == "preparing"
    assert again["job_uuid"] != created["job_uuid"]


def test_a_running_job_is_cancelled_for_good(fast: World) -> None:
    file = fast.source(more="".join(f"{n % 90},1,9,1,5.0,1,{6_000_000 + n}\n" for n in range(800_000)))
    meta = META.format(name=fresh("huge"), file=file, epsilon=1.0, description="")
    created = done(fast.admin.post("/data", json={"meta": meta}))
    key = created["job_uuid"]
    while done(fast.admin.get(f"/jobs/{key}"))["job_state"] == "created":
        pass
    answered = fast.admin.post(f"/jobs/{key}/cancel", json={"force": True})
    job = wait_for_job(fast.admin, key)
    assert answered.status_code == 200, answered.text
    assert (job["job_state"], job["job_progress"]) == ("cancelled", 1.0)
    assert done(fast.admin.get(f"/data/{created['data_uuid']}"))["data_state"] == "failed"
    assert not list((fast.live.home / "bounded" / created["data_uuid"]).glob("**/*.parquet"))


def test_a_job_that_is_not_there_is_404_and_a_wrong_uuid_400(world: World) -> None:
    for path in (f"/jobs/{UNKNOWN}", f"/queries/{UNKNOWN}"):
        refused(world.admin.get(path), 404)
        refused(world.admin.post(f"{path}/cancel"), 404)
    for wrong in ("string", UNKNOWN.upper().replace("8", "A"), "1", "0" * 5000):
        refused(world.admin.get(f"/jobs/{wrong}"), 400)


def test_an_ended_job_cannot_be_cancelled(world: World) -> None:
    dataset = world.dataset()
    refused(world.admin.post(f"/jobs/{dataset['job_uuid']}/cancel"), 409)
    assert done(world.admin.get(f"/jobs/{dataset['job_uuid']}"))["job_state"] == "finished"

"""The charge is made once, whole and before the data is touched, whatever happens to the server."""

import json
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from checked import Checked
from live import PASSWORD, Live, live_server, wait_for_job
from world import COUNT, META, World, ask, data_folder, done, ready, refused, select, settle

SETTINGS = {"ambient_session": "false", "lease_seconds": "1"}


def charges(live: Live) -> list[tuple[str, int]]:
    """The job and the price, in units of 1e-9, of everything that was charged."""
    return [
        (str(job), int(epsilon))
        for job, epsilon in select(live, "SELECT job_uuid, epsilon FROM ledger WHERE kind = 'charge'")
    ]


def admin(live: Live) -> Checked:
    with Checked(live) as client:
        answer = client.post("/users/login", json={"email": "admin@example.org", "password": PASSWORD})
        return Checked(live, done(answer)["token"])


@dataclass
class Still:
    """A state folder with one dataset that is ready, and nobody serving it; each test has a copy of it."""

    home: Path
    dataset: Any

    def copy(self, home: Path) -> tuple[Path, Any]:
        shutil.copytree(self.home, home)
        return home, self.dataset


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory) -> Still:
    folder = tmp_path_factory.mktemp("still")
    # The copies read the source where it is: it is part of what stays.
    SETTINGS["data_folders"] = str(folder / "home" / "data")
    with live_server(folder / "home", **SETTINGS) as live:
        world = settle(live)
        dataset = world.dataset(epsilon=10.0, file=world.source("census"), name="people")
        world.close()
    return Still(folder / "home", dataset)


def test_of_64_parallel_queries_with_budget_for_one_exactly_one_is_admitted(world: World) -> None:
    dataset = world.dataset(epsilon=1.0)
    with ThreadPoolExecutor(64) as pool:
        answers = list(pool.map(lambda _: ask(world.admin, dataset, epsilon=1.0), range(64)))
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [200] + [403] * 63
    assert world.balance(dataset) == (0.0, 1.0)
    key = next(answer.json()["job_uuid"] for answer in answers if answer.status_code == 200)
    assert wait_for_job(world.admin, key)["job_state"] == "finished"


def test_two_servers_on_one_database_admit_one_between_them(still: Still, tmp_path: Path) -> None:
    home, dataset = still.copy(tmp_path / "home")
    with live_server(home, **SETTINGS) as one, live_server(home, worker="false", **SETTINGS) as other:
        with admin(one) as first, admin(other) as second, ThreadPoolExecutor(32) as pool:
            sent = pool.map(lambda n: ask((first, second)[n % 2], dataset, epsilon=5.0), range(64))
            statuses = sorted(answer.status_code for answer in sent)
        assert statuses == [200] * 2 + [403] * 62
        assert sum(epsilon for _, epsilon in charges(one)) == 10 * 10**9


def test_killed_between_charge_and_answer_the_job_ends_once_on_the_one_charge(still: Still, tmp_path: Path) -> None:
    home, dataset = still.copy(tmp_path / "home")
    with live_server(home, worker="false", **SETTINGS) as live, admin(live) as client:
        keys = {done(ask(client, dataset, epsilon=0.5))["job_uuid"] for _ in range(3)}
        live.kill()
    with live_server(home, **SETTINGS) as live, admin(live) as client:
        assert {wait_for_job(client, key)["job_state"] for key in keys} == {"finished"}
        assert sorted(charges(live)) == sorted((key, 500_000_000) for key in keys)
        assert len(select(live, "SELECT job_uuid FROM artifacts")) == 3
        assert done(client.get("/privacy/budgets"))["items"][0]["current"] == 8.5


@pytest.mark.parametrize("moment", range(3))
def test_killed_in_the_middle_of_a_query_every_job_still_ends_and_is_charged_once(
    still: Still, tmp_path: Path, moment: int
) -> None:
    home, dataset = still.copy(tmp_path / "home")
    with live_server(home, **SETTINGS) as live, admin(live) as client:
        # A changed source makes the first query build the copy anew: it runs long enough to be killed in.
        with (still.home / "data" / "census.csv").open("a", encoding="utf8") as source:
            source.writelines(f"{n % 90},1,9,1,5.0,1,{7_000_000 + n}\n" for n in range(100_000))
        keys = [done(ask(client, dataset, epsilon=0.5))["job_uuid"] for _ in range(8)]
        while done(client.get(f"/jobs/{keys[0]}"))["job_state"] == "created":
            pass
        time.sleep(0.15 * moment)
        live.kill()
        before = charges(live)
        finished = {key for (key,) in select(live, "SELECT job_uuid FROM jobs WHERE job_state = 'finished'")}
        published = dict(select(live, "SELECT job_uuid, content FROM artifacts"))
        assert set(published) <= finished
    assert len(before) == 8
    with live_server(home, **SETTINGS) as live, admin(live) as client:
        jobs = [wait_for_job(client, key) for key in keys]
        assert {job["job_state"] for job in jobs} == {"finished"}
        assert charges(live) == before
        now = dict(select(live, "SELECT job_uuid, content FROM artifacts"))
        assert set(now) == set(keys)
        # What was published before is what is there now: no second draw of noise for the same price.
        assert {key: now[key] for key in published} == published
        assert done(client.get("/privacy/budgets"))["items"][0]["current"] == 6.0


def test_a_failed_query_still_costs_budget(world: World) -> None:
    dataset = world.dataset(epsilon=10.0)
    for copy in (world.live.home / "bounded" / dataset["data_uuid"]).glob("**/*.parquet"):
        copy.write_bytes(b"not a table any more")
    job = wait_for_job(world.admin, done(ask(world.admin, dataset, epsilon=2.0))["job_uuid"])
    assert (job["job_state"], job["run_status"]) == ("error", "FAILED")
    assert job["job_errors"]
    assert world.balance(dataset) == (8.0, 10.0)
    where = {"run_uuid": job["job_uuid"], "artifact_path": "results.csv"}
    refused(world.admin.get("/artifacts/download", params=where), 404)
    whole = done(world.admin.get(f"/queries/{job['job_uuid']}", params={"include_result": "true"}))
    assert "query_result_data" not in whole
    # Without its source, a copy that is missing cannot be made anew.
    file = world.source()
    other = world.dataset(file=file)
    (data_folder(world.live) / file).unlink()
    (world.live.home / "bounded" / other["data_uuid"]).rename(tmp := world.live.home / f"gone-{other['data_uuid']}")
    again = wait_for_job(world.admin, done(ask(world.admin, other, epsilon=2.0))["job_uuid"])
    assert again["job_errors"] == job["job_errors"]
    assert world.balance(other) == (8.0, 10.0)
    assert tmp.exists()


def test_changed_between_charge_and_run_a_query_does_not_meet_other_metadata(still: Still, tmp_path: Path) -> None:
    home, dataset = still.copy(tmp_path / "home")
    meta = META.format(name="people", file="census.csv", epsilon=10.0, description="wider").replace("120", "1000")
    with live_server(home, worker="false", **SETTINGS) as live, admin(live) as client:
        key = done(ask(client, dataset, "SELECT SUM(age) FROM pums.person", 1.0))["job_uuid"]
        removed = done(ask(client, dataset, epsilon=1.0))["job_uuid"]
        changed = done(client.patch(f"/data/{dataset['data_uuid']}", json={"meta": meta}))
    with live_server(home, **SETTINGS) as live, admin(live) as client:
        for job in (wait_for_job(client, key), wait_for_job(client, removed)):
            assert job["job_state"] == "error"
            assert "stays charged" in job["job_errors"]
        assert wait_for_job(client, changed["job_uuid"])["job_state"] == "finished"
        assert done(client.get("/privacy/budgets"))["items"][0]["current"] == 8.0
        fresh = wait_for_job(client, done(ask(client, dataset, COUNT, 1.0))["job_uuid"])
        assert fresh["job_state"] == "finished"


def test_removed_between_charge_and_run_the_query_ends_in_error(still: Still, tmp_path: Path) -> None:
    home, dataset = still.copy(tmp_path / "home")
    with live_server(home, worker="false", **SETTINGS) as live, admin(live) as client:
        key = done(ask(client, dataset, epsilon=1.0))["job_uuid"]
        done(client.delete(f"/data/{dataset['data_uuid']}"))
    with live_server(home, **SETTINGS) as live, admin(live) as client:
        assert wait_for_job(client, key)["job_state"] == "error"
        assert charges(live) == [(key, 10**9)]
        meta = META.format(name="again", file="census.csv", epsilon=10.0, description="")
        again = ready(client, client.post("/data", json={"meta": meta}))
        assert done(client.get("/privacy/budgets", params={"data_id": again["data_id"]}))["items"][0]["current"] == 9.0


def test_the_price_is_whole_whatever_is_asked(world: World) -> None:
    dataset = world.dataset(epsilon=100.0)
    spent = 0.0
    for query in (
        "SELECT AVG(age) FROM pums.person",
        "SELECT sex, married, COUNT(*), AVG(income), SUM(age), COUNT(educ) FROM pums.person GROUP BY sex, married",
        "SELECT COUNT(DISTINCT pid) FROM pums.person WHERE age > 200",
    ):
        job = wait_for_job(world.admin, done(ask(world.admin, dataset, query, 3.0))["job_uuid"])
        spent += 3.0
        assert job["job_state"] == "finished", job
        assert json.loads(job["job_results"])["epsilon"] == 3.0
        assert world.balance(dataset)[0] == 100.0 - spent

"""Private queries: what they cost, what they answer, what is refused before anything is charged."""

import csv
import io
from typing import Any

import pytest

from live import wait_for_job
from world import COUNT, World, answer, ask, done, refused

GROUPED = "SELECT sex, COUNT(*) AS n, AVG(age) AS age, SUM(income) AS income FROM pums.person GROUP BY sex"


def test_an_answer_is_a_table_with_its_price(world: World) -> None:
    dataset = world.dataset()
    job = wait_for_job(world.admin, done(ask(world.admin, dataset, GROUPED, 2.0))["job_uuid"])
    where = {"run_uuid": job["job_uuid"], "artifact_path": "results.csv"}
    found = done(world.admin.get("/artifacts/download", params=where))
    assert (found["data_path"], found["data_encoding"]) == ("results.csv", "text")
    table = list(csv.DictReader(io.StringIO(found["data_string"])))
    assert [row["sex"] for row in table] == ["0", "1"]
    assert all(300 < int(row["n"]) < 700 and 30 < float(row["age"]) < 60 for row in table)
    assert world.balance(dataset) == (8.0, 10.0)


def test_a_query_shows_its_run_and_result_only_where_asked_for(world: World) -> None:
    dataset = world.dataset()
    key = done(ask(world.admin, dataset, epsilon=1.0))["query_uuid"]
    wait_for_job(world.admin, key)
    plain = done(world.admin.get(f"/queries/{key}"))
    assert not [name for name in plain if name.startswith(("run_", "query_result"))]
    assert plain["query_datasets"] == {dataset["data_name"]: dataset["data_uuid"]}
    assert plain["query_statement"] == COUNT
    run = done(world.admin.get(f"/queries/{key}", params={"include_run": "true"}))
    assert (run["run_uuid"], run["run_status"], run["run_stage"]) == (key, "FINISHED", "active")
    assert run["run_start_time"] <= run["run_end_time"]
    assert "query_result_data" not in run
    whole = done(world.admin.get(f"/queries/{key}", params={"include_run": "true", "include_result": "true"}))
    assert whole["query_result_data"].startswith("n")
    assert "epsilon 1" in whole["query_result_message"]
    assert whole["run_status"] == "FINISHED"
    for words in ({"include_run": "maybe"}, {"include_result": "2"}):
        refused(world.admin.get(f"/queries/{key}", params=words), 400)


def test_a_query_is_its_askers_and_the_administrators_and_auditors_read_it(world: World) -> None:
    dataset = world.dataset()
    world.grant(dataset, "users", 2)
    key = done(ask(world.user, dataset))["job_uuid"]
    wait_for_job(world.user, key)
    where = {"run_uuid": key, "artifact_path": "results.csv"}
    for client, reads in ((world.owner, 404), (world.auditor, 200)):
        for answered in (
            client.get(f"/queries/{key}", params={"include_result": "true"}),
            client.get(f"/jobs/{key}"),
            client.get("/artifacts/download", params=where),
        ):
            assert answered.status_code == reads
        for answered in (client.post(f"/jobs/{key}/cancel"), client.post(f"/queries/{key}/cancel")):
            refused(answered, 403 if reads == 200 else 404)
    for client in (world.user, world.admin):
        done(client.get(f"/queries/{key}", params={"include_result": "true"}))
        done(client.get("/artifacts/download", params=where))


def test_everybodys_queries_are_charged_to_one_budget(world: World) -> None:
    dataset = world.dataset(epsilon=1.0)
    world.grant(dataset, "users", 2)
    done(ask(world.user, dataset, epsilon=0.25))
    done(ask(world.admin, dataset, epsilon=0.25))
    assert "0.5" in refused(ask(world.user, dataset, epsilon=0.75), 403)
    assert world.balance(dataset) == (0.5, 1.0)
    done(ask(world.user, dataset, epsilon=0.5))
    refused(ask(world.admin, dataset, epsilon=1e-6), 403)
    assert world.balance(dataset) == (0.0, 1.0)


def test_a_tenth_ten_times_is_one(world: World) -> None:
    dataset = world.dataset(epsilon=1.0)
    keys = [done(ask(world.admin, dataset, epsilon=0.1))["job_uuid"] for _ in range(10)]
    refused(ask(world.admin, dataset, epsilon=0.001), 403)
    assert all(wait_for_job(world.admin, key)["job_state"] == "finished" for key in keys)


def test_the_budget_can_be_set_by_its_owner_and_what_was_spent_stays(world: World) -> None:
    dataset = world.dataset(epsilon=2.0)
    done(ask(world.admin, dataset, epsilon=1.5))
    done(world.admin.post("/privacy/budgets", json={"data_id": dataset["data_id"], "current": 4}))
    assert world.balance(dataset) == (4.0, 5.5)
    done(world.admin.post("/privacy/budgets", json={"data_name": dataset["data_name"], "current": 0}))
    assert world.balance(dataset)[0] == 0.0
    refused(ask(world.admin, dataset), 403)
    both = {"data_id": dataset["data_id"], "data_name": "another", "current": 5}
    refused(world.admin.post("/privacy/budgets", json=both), 404)
    refused(world.admin.post("/privacy/budgets", json={"current": 5}), 422)
    for current in (-1, 1e7, "5", None, True):
        body = {"data_id": dataset["data_id"], "current": current}
        refused(world.admin.post("/privacy/budgets", json=body), 400)
    assert world.balance(dataset)[0] == 0.0


def test_keys_that_are_not_public_cost_delta_and_pass_a_threshold(world: World) -> None:
    # One person alone has this key: it is shown about once in a million answers.
    file = world.source(more="40,1,19,1,5.0,1,9000000\n")
    dataset = world.dataset(file=file)
    text = answer(world.admin, dataset, "SELECT educ, COUNT(*) AS n FROM pums.person GROUP BY educ", 5.0)
    rows = list(csv.DictReader(io.StringIO(text)))
    assert rows
    assert "19" not in {row["educ"] for row in rows}
    budget = done(world.admin.get("/privacy/budgets", params={"data_id": dataset["data_id"]}))["items"][0]
    assert 0 < budget["initial_delta"] - budget["current_delta"] < 1e-4
    assert budget["current"] == 5.0


def test_tau_raises_the_threshold_and_never_lowers_it(world: World) -> None:
    dataset = world.dataset(epsilon=100.0)
    query = "SELECT educ, COUNT(*) AS n FROM pums.person GROUP BY educ"

    def shown(tau: float) -> int:
        return len(answer(world.admin, dataset, query, 10.0, tau=tau).split()) - 1

    assert shown(400) == 0
    assert 0 < shown(150) < shown(0)


@pytest.mark.parametrize("datasets", ["{name}", "'{name}'", '"{name}"', " {name} ", "{uuid}", "{name},{uuid}"])
def test_a_dataset_is_named_by_name_or_uuid_with_or_without_quotes(world: World, datasets: str) -> None:
    dataset = world.dataset()
    named = datasets.format(name=dataset["data_name"], uuid=dataset["data_uuid"])
    done(world.admin.post("/queries", json={"query": COUNT, "datasets": named, "epsilon": 1}))


def test_a_query_over_two_datasets_is_refused_before_it_costs(world: World) -> None:
    one, other = world.dataset(), world.dataset()
    body = {"query": COUNT, "datasets": f"{one['data_name']},{other['data_name']}", "epsilon": 1}
    refused(world.admin.post("/queries", json=body), 422)
    body["datasets"] = f"{one['data_name']},nothing of that name"
    refused(world.admin.post("/queries", json=body), 404)
    assert world.balance(one) == world.balance(other) == (10.0, 10.0)


@pytest.mark.parametrize(
    "more",
    [
        {"private_column": "sex"},
        {"private_column": "pid; DROP TABLE"},
        {"permissions": "households<75"},
        {"params": ["p1=123"]},
        {"params": "123"},
        {"query": "SELECT COUNT(*) AS n FROM pums.person WHERE age > :p1"},
        {"query": "SELECT COUNT(*) AS n FROM pums.person WHERE age > :p1", "params": "p1=forty"},
        {"query": ""},
        {"query": "x" * 100_001},
        {"query": None},
        {"datasets": ""},
        {"datasets": ","},
        {"datasets": ["people"]},
        {"project_uuid": "not a uuid"},
        {"tau": -1},
        {"tau": "5"},
        {"tau": 1e10},
        {"private_column": "a\nb"},
    ],
)
def test_what_is_refused_costs_nothing_and_leaves_no_job(world: World, more: dict[str, Any]) -> None:
    dataset = world.dataset()
    jobs = world.rows("SELECT count(*) FROM jobs")
    refused(ask(world.admin, dataset, **{"query": COUNT, **more}), 400, 422)
    assert world.balance(dataset) == (10.0, 10.0)
    assert world.rows("SELECT count(*) FROM jobs") == jobs


def test_options_that_mean_nothing_are_welcome(world: World) -> None:
    dataset = world.dataset()
    for more in (
        {"permissions": None, "params": None, "project_uuid": "", "private_column": "", "tau": 0},
        {"permissions": [], "params": "", "private_column": '"pid"', "tau": 0.0},
        {"a_field_of_tomorrow": {"x": 1}},
    ):
        assert done(ask(world.admin, dataset, epsilon=1, **more))["job_uuid"]


def test_the_default_epsilon_is_one(world: World) -> None:
    dataset = world.dataset()
    done(world.admin.post("/queries", json={"query": COUNT, "datasets": dataset["data_name"]}))
    assert world.balance(dataset) == (9.0, 10.0)


@pytest.mark.parametrize(
    ("path", "status"),
    [("missing.csv", 404), ("../results.csv", 400), ("/etc/passwd", 400), (".hidden", 400), ("", 400), ("a\x00b", 400)],
)
def test_only_what_a_job_published_can_be_downloaded(world: World, path: str, status: int) -> None:
    dataset = world.dataset()
    key = done(ask(world.admin, dataset))["job_uuid"]
    wait_for_job(world.admin, key)
    refused(world.admin.get("/artifacts/download", params={"run_uuid": key, "artifact_path": path}), status)


def test_parameters_are_bound_by_type_and_never_become_sql(world: World) -> None:
    dataset = world.dataset(epsilon=1000.0)
    query = "SELECT COUNT(*) AS n FROM pums.person WHERE age < :p1 AND sex = :p2"
    for given in ("p1=0,p2=1", ["p1=0", "p2=1"]):
        table = answer(world.admin, dataset, query, epsilon=100.0, params=given)
        assert table.splitlines()[0] == "n"
        assert int(table.splitlines()[1]) < 50
    everybody = answer(world.admin, dataset, query.replace("<", ">="), epsilon=100.0, params="p1=0,p2=1")
    assert int(everybody.splitlines()[1]) > 100
    refused(ask(world.admin, dataset, query, params="p1=0 OR 1=1,p2=1"), 422)

"""Asking the same again: the same answer for nothing, where nothing has changed and the owner lets it be."""

from typing import Any

import msgspec
import pytest

from live import wait_for_job
from people import join, stored
from quarantine.store import rows
from quarantine.store.tables import jobs as jobs_table
from world import COUNT, META, World, ask, data_folder, done, ready, refused

SEX = "SELECT sex, COUNT(*) AS n FROM pums.person GROUP BY sex"


def result(client: Any, dataset: Any, query: str = COUNT, **more: object) -> Any:
    """A finished query with its result."""
    body = {"query": query, "datasets": dataset["data_name"], "epsilon": 0.5, **more}
    key = done(client.request("POST", "/queries", json=body))["query_uuid"]
    assert wait_for_job(client, key)["job_state"] == "finished"
    return done(client.request("GET", f"/queries/{key}", params={"include_result": "true"}))


def spent(world: World, dataset: Any) -> float:
    left, granted = world.balance(dataset)
    return round(granted - left, 9)


@pytest.fixture
def dataset(world: World) -> Any:
    return world.dataset(free=True)


def test_the_same_question_has_the_same_answer_and_is_charged_once(world: World, dataset: Any) -> None:
    first = result(world.admin, dataset, SEX)
    again = [result(world.admin, dataset, SEX) for _ in range(3)]
    assert spent(world, dataset) == 0.5
    assert len({one["job_uuid"] for one in (first, *again)}) == 4
    for one in again:
        assert one["query_result_data"] == first["query_result_data"]
        assert "nothing was charged" in one["query_result_message"]
        assert one["query_result_message"].endswith(first["query_result_message"])
        shown = msgspec.json.decode(one["job_results"])
        assert (shown["epsilon"], shown["delta"]) == (0, 0)
        assert shown["intervals"] == msgspec.json.decode(first["job_results"])["intervals"]
        where = {"run_uuid": one["job_uuid"], "artifact_path": "results.csv"}
        assert done(world.admin.get("/artifacts/download", params=where))["data_string"] == first["query_result_data"]
    assert "nothing was charged" not in first["query_result_message"]
    entries = done(world.admin.get("/audits", params={"action": "QueryCreate"}))["items"]
    said = [entry["description"] for entry in entries]
    assert f"job {again[0]['job_uuid']} repeats job {first['job_uuid']} at no charge: ok" in said


@pytest.mark.parametrize(
    "more",
    [
        {"query": "select   count(*)  as n from pums.person  -- the same\n"},
        {"query": "SELECT COUNT(*) AS n FROM pums.person p"},
        {"private_column": "pid"},
        {"tau": 50},
    ],
)
def test_a_question_in_other_words_is_the_same_question(world: World, dataset: Any, more: dict[str, Any]) -> None:
    first = result(world.admin, dataset)
    assert result(world.admin, dataset, **more)["query_result_data"] == first["query_result_data"]
    assert spent(world, dataset) == 0.5


@pytest.mark.parametrize(
    "more",
    [
        {"epsilon": 0.25},
        {"query": "SELECT COUNT(*) AS m FROM pums.person"},
        {"query": "SELECT COUNT(*) AS n FROM pums.person WHERE age > 30"},
        {"query": "SELECT COUNT(*) AS n FROM pums.person LIMIT 0"},
        {"query": "SELECT COUNT(*) AS n FROM pums.person WHERE age > :p1", "params": "p1=30"},
    ],
)
def test_another_question_is_charged(world: World, dataset: Any, more: dict[str, Any]) -> None:
    result(world.admin, dataset)
    result(world.admin, dataset, **more)
    assert spent(world, dataset) == 0.5 + more.get("epsilon", 0.5)


def test_other_values_of_parameters_are_another_question(world: World, dataset: Any) -> None:
    query = "SELECT COUNT(*) AS n FROM pums.person WHERE age > :p1"
    for value in (30, 40, 30):
        result(world.admin, dataset, query, params=f"p1={value}")
    assert spent(world, dataset) == 1.0


def test_a_changed_source_is_asked_anew(world: World) -> None:
    file = world.source()
    dataset = world.dataset(file=file, free=True)
    result(world.admin, dataset)
    with (data_folder(world.live) / file).open("a", encoding="utf8") as stream:
        stream.write("40,1,9,1,5.0,1,9000001\n")
    said = result(world.admin, dataset)["query_result_message"]
    assert "nothing was charged" not in said
    assert spent(world, dataset) == 1.0
    result(world.admin, dataset)
    assert spent(world, dataset) == 1.0


def test_changed_metadata_are_asked_anew(world: World) -> None:
    file, name = world.source(), "repeated"
    values = {"name": name, "file": file, "epsilon": 10.0, "description": "a test"}
    dataset = ready(world.admin, world.admin.post("/data", json={"meta": META.format(**values)}))
    result(world.admin, dataset)
    changed = META.format(**values).replace("upper: 120", "upper: 110")
    ready(world.admin, world.admin.patch(f"/data/{dataset['data_uuid']}", json={"meta": changed}))
    result(world.admin, dataset)
    assert spent(world, dataset) == 1.0
    done(world.admin.delete(f"/data/{dataset['data_uuid']}"))


@pytest.mark.parametrize("state", ["error", "cancelled", "running"])
def test_a_query_without_an_answer_does_not_count(world: World, dataset: Any, state: str) -> None:
    key = result(world.admin, dataset)["job_uuid"]
    with stored(world.live) as connection:
        # As if it had ended so, or another worker were still at it.
        held = {"job_state": state, "lease_owner": "another", "lease_until": 2**53}
        rows.update(connection, jobs_table, {"job_uuid": key}, **held)
    result(world.admin, dataset)
    assert spent(world, dataset) == 1.0


def test_the_owner_can_have_every_question_charged(world: World, dataset: Any) -> None:
    result(world.admin, dataset)
    world.set_repetition(dataset, False)
    assert shown(world, dataset) is False
    result(world.admin, dataset)
    assert spent(world, dataset) == 1.0
    world.set_repetition(dataset, True)
    assert shown(world, dataset) is True
    result(world.admin, dataset)
    assert spent(world, dataset) == 1.0
    world.grant(dataset, "users", 3)
    refused(world.user.post("/privacy/repetition", json={"data_id": dataset["data_id"], "free": False}), 403)


def shown(world: World, dataset: Any) -> Any:
    return done(world.admin.get("/privacy/budgets", params={"data_id": dataset["data_id"]}))["items"][0][
        "free_repetition"
    ]


def test_an_exhausted_budget_still_gives_what_was_paid_for(world: World) -> None:
    dataset = world.dataset(epsilon=0.5, free=True)
    first = result(world.admin, dataset)
    assert result(world.admin, dataset)["query_result_data"] == first["query_result_data"]
    refused(ask(world.admin, dataset, SEX), 403)


def test_others_are_given_the_same_answer_under_the_same_policy_only(world: World, dataset: Any) -> None:
    world.grant(dataset, "users", 2)
    masked, other = join(world, "users"), join(world, "users")
    mask = {"data_id": dataset["data_id"], "user_id": masked.user_id, "mask_data": {"hidden": ["income"]}}
    done(world.admin.post("/privacy/masks", json=mask))
    first = result(world.admin, dataset)["query_result_data"]
    assert result(other, dataset)["query_result_data"] == first
    assert spent(world, dataset) == 0.5
    own = result(masked, dataset)
    assert spent(world, dataset) == 1.0
    assert "nothing was charged" not in own["query_result_message"]


def test_who_has_a_cap_pays_for_what_others_have_paid_for_and_not_for_his_own(world: World, dataset: Any) -> None:
    world.grant(dataset, "users", 2)
    person = join(world, "users")
    cap = {"data_id": dataset["data_id"], "user_id": person.user_id, "current": 0.5}
    done(world.admin.post("/privacy/budgets", json=cap))
    result(world.admin, dataset)
    mine = result(person, dataset)
    assert spent(world, dataset) == 1.0
    assert result(person, dataset)["query_result_data"] == mine["query_result_data"]
    assert spent(world, dataset) == 1.0
    result(world.admin, dataset, SEX)
    refused(person.post("/queries", query=SEX, datasets=dataset["data_name"], epsilon=0.5), 403)


def test_a_quote_knows_of_own_answers_only(world: World, dataset: Any) -> None:
    world.grant(dataset, "users", 2)
    body = {"query": COUNT, "datasets": dataset["data_name"], "epsilon": 0.5}
    assert not done(world.user.post("/queries/quote", json=body))["free"]
    result(world.admin, dataset)
    assert not done(world.user.post("/queries/quote", json=body))["free"]
    assert done(world.admin.post("/queries/quote", json=body))["free"]
    result(world.user, dataset)
    assert done(world.user.post("/queries/quote", json=body))["free"]
    assert spent(world, dataset) == 0.5


def test_a_repeated_query_cannot_be_cancelled_and_is_listed_like_others(world: World, dataset: Any) -> None:
    result(world.admin, dataset)
    key = done(ask(world.admin, dataset))["job_uuid"]
    assert wait_for_job(world.admin, key)["job_state"] == "finished"
    refused(world.admin.post(f"/queries/{key}/cancel"), 409)
    assert key in {item["job_uuid"] for item in done(world.admin.get("/queries"))["items"]}

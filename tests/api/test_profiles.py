"""Profiles: what an owner buys once, who sees it, and what it costs."""

import json
from typing import Any

import pytest

from checked import Checked
from live import wait_for_job
from world import META, PUMS, World, data_folder, done, ready, refused

COLUMNS = ["age", "educ", "race", "income"]
UNDECLARED = META.replace("    rows: 1234\n", "")


def buy(client: Checked, dataset: Any, epsilon: float = 2.0, **more: object) -> Any:
    """Buy a profile and wait for its job."""
    body = {"data_id": dataset["data_id"], "epsilon": epsilon, **more}
    paid = done(client.post("/privacy/profile", json=body))
    job = wait_for_job(client, paid["job_uuid"])
    assert job["job_state"] == "finished", job
    return paid


def seen(client: Checked, dataset: Any) -> Any:
    return done(client.get(f"/data/{dataset['data_uuid']}"))


def true_ages() -> list[int]:
    lines = PUMS.read_text(encoding="utf8").splitlines()[1:]
    return [int(line.split(",")[0]) for line in lines]


@pytest.fixture
def dataset(world: World) -> Any:
    made = world.dataset(world.owner, epsilon=3.0, meta=UNDECLARED)
    world.grant(made, "users", 2)
    return made


def test_a_profile_is_seen_by_all_who_may_use_the_dataset_and_is_close_to_the_truth(world: World, dataset: Any) -> None:
    assert not {"data_size", "data_mean", "data_std", "data_stats"} & set(seen(world.user, dataset))
    buy(world.owner, dataset, 20.0)
    found = seen(world.user, dataset)
    ages = true_ages()
    assert abs(found["data_size"] - len(ages)) < 20
    means, deviations = json.loads(found["data_mean"]), json.loads(found["data_std"])
    assert list(means) == list(deviations) == COLUMNS
    assert means["age"] == pytest.approx(sum(ages) / len(ages), abs=10)
    stats = json.loads(found["data_stats"])
    assert (stats["epsilon"], stats["delta"]) == (20.0, 0.0)
    age = stats["tables"]["pums.person"]["columns"]["age"]
    assert (age["mean"], age["std"]) == (means["age"], deviations["age"])
    assert age["mean_error"] > 0
    assert age["std_error"] > 0
    listed = done(world.user.get("/data", params={"page_size": 1000}))["items"]
    assert next(item for item in listed if item["data_id"] == dataset["data_id"])["data_mean"] == found["data_mean"]


def test_it_costs_what_it_says_and_leaves_what_queries_may_spend(world: World, dataset: Any) -> None:
    before = world.balance(dataset)
    paid = buy(world.owner, dataset, 2.0)
    assert (paid["epsilon"], paid["delta"]) == (2.0, 0.0)
    assert world.balance(dataset) == (before[0], before[1] + 2.0)
    entries = world.rows("SELECT kind, epsilon, mechanisms FROM ledger WHERE job_uuid = ?", paid["job_uuid"])
    assert [(kind, epsilon) for kind, epsilon, _ in entries] == [("charge", 2 * 10**9)]
    spent = [each["epsilon"] for each in json.loads(entries[0][2])]
    assert sum(spent) == pytest.approx(2.0)
    audits = done(world.admin.get("/audits", params={"action": "PrivacyProfileBuy"}))["items"]
    assert any(f"job {paid['job_uuid']} epsilon 2 delta 0" in entry["description"] for entry in audits)


def test_each_profile_has_noise_of_its_own_and_replaces_the_one_before(world: World, dataset: Any) -> None:
    found = []
    for _ in range(2):
        buy(world.owner, dataset, 0.5)
        found.append(seen(world.user, dataset)["data_stats"])
    assert found[0] != found[1]
    assert world.balance(dataset) == (3.0, 4.0)


def test_gaussian_noise_is_used_where_a_delta_allows_it_and_it_is_smaller(world: World, dataset: Any) -> None:
    paid = buy(world.owner, dataset, 1.0, delta=1e-6)
    stats = json.loads(seen(world.user, dataset)["data_stats"])
    assert (stats["epsilon"], stats["delta"]) == (paid["epsilon"], paid["delta"])


def test_only_an_owner_buys(world: World, dataset: Any) -> None:
    body = {"data_id": dataset["data_id"], "epsilon": 1.0}
    before = world.rows("SELECT count(*) FROM ledger")
    refused(world.user.post("/privacy/profile", json=body), 403)
    refused(world.nobody.post("/privacy/profile", json=body), 401)
    for wrong in ({"epsilon": 0}, {"epsilon": -1}, {"epsilon": "1"}, {"epsilon": 1, "delta": 1}, {}):
        refused(world.owner.post("/privacy/profile", json={**body, "epsilon": None, **wrong}), 400, 422)
    assert world.rows("SELECT count(*) FROM ledger") == before


def test_who_only_sees_the_dataset_sees_no_statistics(world: World, dataset: Any) -> None:
    buy(world.owner, dataset)
    world.grant(dataset, "users", 1)
    assert not {"data_size", "data_mean", "data_std", "data_stats"} & set(seen(world.user, dataset))


def test_a_column_hidden_from_somebody_is_missing_from_what_he_sees(world: World, dataset: Any) -> None:
    buy(world.owner, dataset)
    person = done(world.user.get("/users/profile"))["user_id"]
    mask = {"data_id": dataset["data_id"], "user_id": person, "mask_data": {"hidden": ["Income"]}}
    done(world.owner.post("/privacy/masks", json=mask))
    assert list(json.loads(seen(world.user, dataset)["data_mean"])) == ["age", "educ", "race"]
    assert "income" not in seen(world.user, dataset)["data_stats"]
    assert "income" in json.loads(seen(world.owner, dataset)["data_mean"])
    listed = done(world.user.get("/data", params={"page_size": 1000}))["items"]
    assert "income" not in next(item for item in listed if item["data_id"] == dataset["data_id"])["data_stats"]


def test_a_column_hidden_from_everybody_is_not_paid_for(world: World, dataset: Any) -> None:
    mask = {"data_id": dataset["data_id"], "mask_data": {"hidden": ["income"]}}
    done(world.owner.post("/privacy/masks", json=mask))
    paid = buy(world.owner, dataset)
    assert list(json.loads(seen(world.owner, dataset)["data_std"])) == ["age", "educ", "race"]
    told = world.rows("SELECT mechanisms FROM ledger WHERE job_uuid = ?", paid["job_uuid"])[0][0]
    assert "income" not in told


def test_a_new_description_takes_the_profile_away_and_gives_nothing_back(world: World, dataset: Any) -> None:
    buy(world.owner, dataset)
    before = world.balance(dataset)
    meta = seen_meta(world, dataset).replace("a test", "another text")
    ready(world.owner, world.owner.patch(f"/data/{dataset['data_uuid']}", json={"meta": meta}))
    assert "data_stats" not in seen(world.owner, dataset)
    assert world.balance(dataset) == before


def test_what_is_declared_goes_before_what_is_counted(world: World) -> None:
    made = world.dataset(world.owner, epsilon=3.0)
    buy(world.owner, made)
    assert seen(world.owner, made)["data_size"] == 1234


def test_a_profile_that_fails_costs_all_the_same_and_says_nothing(world: World) -> None:
    file = world.source()
    made = world.dataset(world.owner, epsilon=3.0, file=file)
    before = world.balance(made)
    # The copy is to be made anew then, which goes wrong.
    (data_folder(world.live) / file).write_text("age,sex\nfifty,1\n", encoding="utf8")
    body = {"data_id": made["data_id"], "epsilon": 1.0}
    paid = done(world.owner.post("/privacy/profile", json=body))
    job = wait_for_job(world.owner, paid["job_uuid"])
    assert job["job_state"] == "error"
    assert "stays charged" in job["job_errors"]
    assert "fifty" not in json.dumps(job)
    assert world.balance(made) == (before[0], before[1] + 1.0)
    assert "data_stats" not in seen(world.owner, made)


def seen_meta(world: World, dataset: Any) -> str:
    return str(world.rows("SELECT meta FROM data WHERE data_id = ?", dataset["data_id"])[0][0])

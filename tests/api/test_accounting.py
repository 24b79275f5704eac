"""Accounting: an owner has a dataset's queries counted in zCDP, and who asks is told so."""

import json
from typing import Any

import pytest

from world import World, answer, ask, done, refused

SEX = "SELECT sex, COUNT(*) AS n FROM pums.person GROUP BY sex"


def count_in_rho(world: World, dataset: Any, rho: float) -> None:
    done(world.owner.post("/privacy/accounting", json={"data_id": dataset["data_id"], "rho": rho}))


def shown(world: World, dataset: Any) -> Any:
    found = done(world.owner.get("/privacy/budgets", params={"data_id": dataset["data_id"]}))["items"]
    return next(item for item in found if "user_id" not in item)


@pytest.fixture
def dataset(world: World) -> Any:
    made = world.dataset(world.owner, epsilon=1.0)
    world.grant(made, "users", 2)
    return made


def test_more_small_queries_are_answered_than_their_epsilons_would_allow(world: World, dataset: Any) -> None:
    assert "initial_rho" not in shown(world, dataset)
    count_in_rho(world, dataset, 0.6)
    for _ in range(4):
        answer(world.user, dataset, epsilon=0.5)
    found = shown(world, dataset)
    assert (found["initial_rho"], found["current_rho"], found["current"]) == (0.6, 0.1, 0.0)
    quoted = done(
        world.user.post("/queries/quote", json={"query": SEX, "datasets": dataset["data_name"], "epsilon": 1.0})
    )
    assert not quoted["covered"]
    assert "the privacy budget left is rho 0.1" in quoted["shortage"]
    text = refused(ask(world.user, dataset, SEX, epsilon=1.0), 403)
    assert text == quoted["shortage"]
    answer(world.user, dataset, SEX, epsilon=0.4)


def test_it_can_be_turned_off_and_everything_is_still_charged(world: World, dataset: Any) -> None:
    count_in_rho(world, dataset, 5.0)
    for _ in range(3):
        answer(world.user, dataset, epsilon=0.5)
    count_in_rho(world, dataset, 0)
    assert "initial_rho" not in shown(world, dataset)
    assert "left is epsilon 0" in refused(ask(world.user, dataset, epsilon=0.1), 403)
    entries = world.rows("SELECT mechanisms FROM ledger WHERE kind = 'grant' ORDER BY entry_id DESC LIMIT 2")
    assert [json.loads(entry[0])[0]["limit"] for entry in entries] == [0, 5 * 10**12]


def test_gaussian_noise_costs_its_own_rho(world: World, dataset: Any) -> None:
    count_in_rho(world, dataset, 5.0)
    done(
        world.owner.post("/privacy/budgets", json={"data_id": dataset["data_id"], "current": 1, "current_delta": 1e-3})
    )
    columns = ", ".join(f"SUM({name}) AS {name}{i}" for i in range(5) for name in ("age", "educ", "income"))
    numbers = ", ".join(f"SUM({name} + {i}) AS x{name}{i}" for i in range(1, 6) for name in ("age", "educ", "income"))
    job = done(ask(world.user, dataset, f"SELECT {columns}, {numbers} FROM pums.person", epsilon=1.0, delta=1e-7))
    entries = json.loads(world.rows("SELECT mechanisms FROM ledger WHERE job_uuid = ?", job["job_uuid"])[0][0])
    gaussian = sum(entry["rho"] for entry in entries)
    assert 0 < gaussian < 0.5
    rest = sum(entry["epsilon"] ** 2 / 2 for entry in entries if not entry["rho"])
    assert shown(world, dataset)["current_rho"] == pytest.approx(5.0 - gaussian - rest)


def test_only_an_owner_decides_and_only_on_numbers(world: World, dataset: Any) -> None:
    before = world.rows("SELECT count(*) FROM ledger")
    body = {"data_id": dataset["data_id"], "rho": 1.0}
    refused(world.user.post("/privacy/accounting", json=body), 403)
    refused(world.nobody.post("/privacy/accounting", json=body), 401)
    for wrong in (-1, "1", None, 1001, True):
        refused(world.owner.post("/privacy/accounting", json={**body, "rho": wrong}), 400)
    assert world.rows("SELECT count(*) FROM ledger") == before

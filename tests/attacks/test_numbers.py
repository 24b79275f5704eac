"""Numbers that are none, or mean something else than they look: 400, and nothing is charged."""

import pytest

from live import wait_for_job
from world import COUNT, World, ask, refused

BAD_EPSILON = [
    "NaN",
    "-NaN",
    "Infinity",
    "-Infinity",
    "1e309",
    "-1e309",
    "0",
    "0.0",
    "-0.0",
    "1e-400",
    "-1",
    "-1e-9",
    "1e308",
    "1000.0001",
    "9" * 400,
    '"1"',
    '"NaN"',
    "true",
    "false",
    "null",
    "[]",
    "[1]",
    "{}",
    "1,0",
    "0x10",
    "01",
    "+1",
    "1.",
    ".5",
]


@pytest.mark.parametrize("written", BAD_EPSILON, ids=lambda text: text[:20])
def test_an_epsilon_that_is_no_budget_is_400_and_costs_nothing(world: World, written: str) -> None:
    dataset = shared(world)
    body = f'{{"query": "{COUNT}", "datasets": "{dataset}", "epsilon": {written}}}'
    before = world.rows("SELECT count(*) FROM ledger UNION ALL SELECT count(*) FROM jobs")
    headers = {"content-type": "application/json"}
    refused(world.admin.post("/queries", content=body.encode(), headers=headers), 400)
    assert world.rows("SELECT count(*) FROM ledger UNION ALL SELECT count(*) FROM jobs") == before


@pytest.mark.parametrize("written", ["NaN", "Infinity", "-1", "1e308", '"5"', "true", "null", "[]", "1e10"])
def test_a_tau_that_is_no_threshold_is_400_and_costs_nothing(world: World, written: str) -> None:
    body = f'{{"query": "{COUNT}", "datasets": "{shared(world)}", "epsilon": 1, "tau": {written}}}'
    before = world.rows("SELECT count(*) FROM ledger UNION ALL SELECT count(*) FROM jobs")
    headers = {"content-type": "application/json"}
    refused(world.admin.post("/queries", content=body.encode(), headers=headers), 400)
    assert world.rows("SELECT count(*) FROM ledger UNION ALL SELECT count(*) FROM jobs") == before


@pytest.mark.parametrize("twice", ['"epsilon": 1, "epsilon": 0.001', '"epsilon": 0.001, "\\u0065psilon": 5'])
def test_an_epsilon_that_stands_twice_is_400(world: World, twice: str) -> None:
    body = f'{{"query": "{COUNT}", "datasets": "{shared(world)}", {twice}}}'
    headers = {"content-type": "application/json"}
    refused(world.admin.post("/queries", content=body.encode(), headers=headers), 400)


@pytest.mark.parametrize("written", ["NaN", "Infinity", "-1", "1e308", '"5"', "true", "null", "[]", "1000001"])
def test_a_budget_that_is_no_number_is_400_and_sets_nothing(world: World, written: str) -> None:
    dataset = shared(world)
    body = f'{{"data_name": "{dataset}", "current": {written}}}'
    before = world.rows("SELECT count(*) FROM ledger")
    headers = {"content-type": "application/json"}
    refused(world.admin.post("/privacy/budgets", content=body.encode(), headers=headers), 400)
    assert world.rows("SELECT count(*) FROM ledger") == before


def test_a_price_below_the_ledgers_smallest_unit_is_refused(world: World) -> None:
    dataset = world.dataset(epsilon=1.0)
    for epsilon in (1e-12, 5e-324, 9.99e-10):
        refused(
            world.admin.post("/queries", json={"query": COUNT, "datasets": dataset["data_name"], "epsilon": epsilon}),
            422,
        )
    assert world.balance(dataset) == (1.0, 1.0)


def test_constants_beyond_all_values_are_compared_and_nothing_overflows(world: World) -> None:
    dataset = world.dataset(epsilon=100.0)
    for constant in ("9" * 44, "-" + "9" * 44, "9223372036854775808", "1e30", "0.1"):
        for sign in "<=>":
            job = ask(world.admin, dataset, f"{COUNT} WHERE age {sign} {constant} AND income < {constant}")
            if job.status_code == 200:
                assert wait_for_job(world.admin, job.json()["job_uuid"])["job_state"] == "finished", (sign, constant)
            else:
                refused(job, 422)


def shared(world: World) -> str:
    """The name of a dataset that nobody manages to charge here."""
    found = world.admin.get("/data", params={"page_size": 1000}).json()["items"]
    name = "never-charged"
    if name not in {item["data_name"] for item in found}:
        world.dataset(name=name)
    return name

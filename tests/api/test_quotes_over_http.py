"""Quoting a query: the price and the errors to expect, before anything is charged."""

from typing import Any

import pytest

from live import wait_for_job
from people import join
from world import COUNT, World, ask, done, refused

GROUPED = "SELECT educ, COUNT(*) AS n, AVG(age) AS age FROM pums.person GROUP BY educ"


def quote(client: Any, dataset: Any, query: str = COUNT, epsilon: float = 0.5, **more: object) -> Any:
    body = {"query": query, "datasets": dataset["data_name"], "epsilon": epsilon, **more}
    return client.post("/queries/quote", json=body)


def test_the_price_quoted_is_the_price_charged(world: World) -> None:
    dataset = world.dataset()
    for query in (COUNT, GROUPED):
        before = budget(world, dataset)
        quoted = done(quote(world.admin, dataset, query, 1.0))
        assert budget(world, dataset) == before
        done(ask(world.admin, dataset, query, 1.0))
        after = budget(world, dataset)
        assert before["current"] - after["current"] == pytest.approx(quoted["epsilon"])
        assert before["current_delta"] - after["current_delta"] == pytest.approx(quoted["delta"])


def budget(world: World, dataset: Any) -> Any:
    return done(world.admin.get("/privacy/budgets", params={"data_id": dataset["data_id"]}))["items"][0]


def test_a_quote_names_the_mechanisms_the_threshold_and_the_errors_to_expect(world: World) -> None:
    dataset = world.dataset()
    quoted = done(quote(world.admin, dataset, GROUPED, 1.0))
    assert [column["name"] for column in quoted["columns"]] == ["educ", "n", "age"]
    # A key has no error, and that of an average depends on how many rows there are: it is told for some sizes.
    assert [("error" in column) for column in quoted["columns"]] == [False, True, False]
    assert [one["rows"] for one in quoted["columns"][2]["errors_at"]] == [100, 1_000, 10_000]
    assert "rows" in quoted["columns"][2]["note"]
    assert quoted["threshold"] > 1
    assert 0 < quoted["delta"] < 1e-6
    assert sum(one["epsilon"] for one in quoted["mechanisms"]) == pytest.approx(1.0)
    assert quoted["mechanisms"][0]["measurement"] == "count of rows"
    key = done(ask(world.admin, dataset, GROUPED, 1.0))["job_uuid"]
    wait_for_job(world.admin, key)
    said = done(world.admin.get(f"/queries/{key}", params={"include_result": "true"}))["query_result_message"]
    for known in (f"noisy count of {quoted['threshold']} on", f"n {quoted['columns'][1]['error']:.4g}"):
        assert known in said
    public = done(quote(world.admin, dataset))
    assert public["delta"] == 0
    assert "threshold" not in public and "shortage" not in public


def test_a_quote_is_the_same_whatever_the_table_holds(world: World) -> None:
    few, many = world.dataset(), world.dataset(file=world.source(more="40,1,19,1,5.0,1,9000000\n" * 500))
    assert done(quote(world.admin, few, GROUPED)) == done(quote(world.admin, many, GROUPED))


def test_a_quote_tells_whether_the_budget_and_the_own_cap_would_suffice(world: World) -> None:
    dataset = world.dataset(epsilon=1.0)
    person = join(world, "users")
    world.grant(dataset, "users", 2)

    def quoted(epsilon: float) -> Any:
        body = {"query": COUNT, "datasets": dataset["data_name"], "epsilon": epsilon}
        return done(person.post("/queries/quote", **body))

    assert quoted(1.0)["covered"] and not quoted(1.1)["covered"]
    assert "budget" in quoted(1.1)["shortage"]
    done(world.admin.post("/privacy/budgets", json={**cap(dataset, person.user_id), "current": 0.25}))
    assert quoted(0.25)["covered"]
    assert "own cap" in quoted(0.5)["shortage"]
    assert world.balance(dataset) == (1.0, 1.0)
    refused(person.post("/queries", query=COUNT, datasets=dataset["data_name"], epsilon=0.5), 403)


def cap(dataset: Any, user_id: int) -> dict[str, object]:
    return {"data_id": dataset["data_id"], "user_id": user_id}


def test_what_may_not_be_asked_is_not_quoted(world: World) -> None:
    dataset = world.dataset()
    refused(quote(world.user, dataset), 404)
    world.grant(dataset, "users", 1)
    refused(quote(world.user, dataset), 403)
    world.grant(dataset, "users", 2)
    done(world.admin.post("/privacy/masks", json={"data_id": dataset["data_id"], "mask_data": {"hidden": ["age"]}}))
    assert "hidden" in refused(quote(world.user, dataset, GROUPED), 422)
    refused(quote(world.user, dataset, "SELECT pid FROM pums.person"), 422)
    refused(quote(world.user, dataset, epsilon=0.0), 400)


def test_a_quote_leaves_an_audit_row_and_no_job(world: World) -> None:
    dataset = world.dataset()
    jobs = world.rows("SELECT count(*) FROM jobs")
    done(quote(world.admin, dataset))
    assert world.rows("SELECT count(*) FROM jobs") == jobs
    entry = done(world.admin.get("/audits", params={"action": "QueryQuote"}))["items"][0]
    assert dataset["data_uuid"] in str(entry)


def test_gaussian_noise_is_quoted_charged_and_told_only_where_the_request_allows_delta(world: World) -> None:
    dataset = world.dataset()
    many = f"SELECT {', '.join(f'SUM(age % {n})' for n in range(2, 18))} FROM pums.person"
    plain, relaxed = (done(quote(world.admin, dataset, many, 1.0, delta=delta)) for delta in (0, 1e-7))
    assert {one["mechanism"] for one in plain["mechanisms"]} == {"discrete Laplace"}
    assert {one["mechanism"] for one in relaxed["mechanisms"]} == {"discrete Gaussian"}
    assert (plain["delta"], relaxed["delta"]) == (0, 1e-7)
    pairs = zip(plain["columns"], relaxed["columns"], strict=True)
    assert all(smaller["error"] < larger["error"] for larger, smaller in pairs)
    before = budget(world, dataset)["current_delta"]
    key = done(ask(world.admin, dataset, many, 1.0, delta=1e-7))["job_uuid"]
    assert before - budget(world, dataset)["current_delta"] == pytest.approx(1e-7)
    assert wait_for_job(world.admin, key)["job_state"] == "finished"
    said = done(world.admin.get(f"/queries/{key}", params={"include_result": "true"}))["query_result_message"]
    assert "Gaussian scale" in said
    # Where it gains nothing, nothing of it is charged.
    assert done(quote(world.admin, dataset, COUNT, 1.0, delta=1e-7))["delta"] == 0
    for bad in (-1e-9, 1e-3, "1e-7", None, True):
        refused(quote(world.admin, dataset, many, 1.0, delta=bad), 400)
    refused(quote(world.admin, dataset, many, 1.0, delta=1e-20), 422)


def test_an_owner_who_grants_no_delta_permits_no_gaussian_noise(world: World) -> None:
    dataset = world.dataset()
    done(world.admin.post("/privacy/budgets", json={"data_id": dataset["data_id"], "current": 5, "current_delta": 0}))
    many = f"SELECT {', '.join(f'SUM(age % {n})' for n in range(2, 18))} FROM pums.person"
    assert not done(quote(world.admin, dataset, many, 1.0, delta=1e-7))["covered"]
    assert "delta" in refused(ask(world.admin, dataset, many, 1.0, delta=1e-7), 403)
    done(ask(world.admin, dataset, many, 1.0))

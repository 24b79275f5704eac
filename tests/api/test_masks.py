"""Masks: hidden, private and public columns, for everybody or for one person, whatever the SQL tries."""

from typing import Any

import pytest

from checked import Checked
from live import wait_for_job
from world import COUNT, META, World, answer, ask, done, fresh, ready, refused

MASKED = META.replace("    married: {{type: boolean}}", "    married: {{type: boolean, selectable: false}}")
BY_SEX = "SELECT sex, COUNT(*) AS n, AVG(age) AS age FROM pums.person GROUP BY sex"
# Every clause, with {} for one spelling of the column.
WAYS = [
    "SELECT COUNT({}) FROM pums.person",
    "SELECT SUM({}) FROM pums.person",
    "SELECT AVG({}) AS race FROM pums.person ORDER BY race",
    "SELECT COUNT(DISTINCT {}) FROM pums.person",
    "SELECT {}, COUNT(*) FROM pums.person GROUP BY {}",
    "SELECT {} AS race, COUNT(*) FROM pums.person GROUP BY race",
    "SELECT {} AS a, COUNT(*) FROM pums.person GROUP BY 1",
    "SELECT COUNT(*) FROM pums.person GROUP BY {}",
    "SELECT COUNT(*) FROM pums.person WHERE {} > 21",
    "SELECT COUNT(*) FROM pums.person WHERE sex = 1 OR NOT ({} IS NULL)",
    "SELECT COUNT(*) FROM pums.person ORDER BY {}",
    "SELECT COUNT(*) FROM pums.person ORDER BY COUNT({})",
    "SELECT COUNT(*) FROM pums.person HAVING {} > 5",
    "SELECT COUNT(*) FROM pums.person p WHERE p.{} = p.educ",
]


def mask(client: Checked, dataset: Any, **body: Any) -> Any:
    """Set a mask: `hidden`, `private`, `public`, and whom it is for."""
    kinds = {kind: body.pop(kind) for kind in ("hidden", "private", "public") if kind in body}
    return client.post("/privacy/masks", json={"data_id": dataset["data_id"], "mask_data": kinds, **body})


def number(client: Checked) -> int:
    return int(done(client.get("/users/profile"))["user_id"])


def asked(world: World, **more: Any) -> Any:
    """A dataset that the role `users` may query."""
    dataset = world.dataset(epsilon=50.0, **more)
    world.grant(dataset, "users", 2)
    return dataset


@pytest.mark.parametrize("name", ["age", "AGE", '"age"', '"aGe"'])
def test_a_hidden_column_cannot_be_reached_by_any_clause_or_spelling(world: World, name: str) -> None:
    dataset = asked(world)
    done(mask(world.admin, dataset, hidden=["Age"]))
    before = world.rows("SELECT count(*) FROM ledger UNION ALL SELECT count(*) FROM jobs")
    for way in WAYS:
        for client in (world.user, world.admin):
            refused(ask(client, dataset, way.replace("{}", name)), 422)
    for star in ("*", "person.*", "p.*"):
        refused(ask(world.user, dataset, f"SELECT {star} FROM pums.person p"), 422)
    assert world.rows("SELECT count(*) FROM ledger UNION ALL SELECT count(*) FROM jobs") == before
    assert "hidden this column" in refused(ask(world.user, dataset, WAYS[0].replace("{}", name)), 422)
    assert answer(world.user, dataset, "SELECT COUNT(*) AS age FROM pums.person WHERE race > 1 ORDER BY age")


def test_a_private_column_is_aggregated_and_nothing_else(world: World) -> None:
    dataset = asked(world)
    done(mask(world.admin, dataset, private=["age"]))
    for way in WAYS[4:11]:
        refused(ask(world.user, dataset, way.replace("{}", "Age")), 422)
    assert world.balance(dataset) == (50.0, 50.0)
    assert answer(world.user, dataset, BY_SEX).startswith("sex,n,age")


def test_a_mask_for_one_person_takes_the_place_of_everybodys(world: World) -> None:
    dataset = asked(world)
    age, educ = (f"SELECT SUM({name}) FROM pums.person" for name in ("age", "educ"))
    done(mask(world.admin, dataset, hidden=["age"]))
    done(mask(world.admin, dataset, hidden=["educ"], user_email="USER@example.org"))
    refused(ask(world.user, dataset, educ), 422)
    refused(ask(world.admin, dataset, age), 422)
    done(ask(world.user, dataset, age))
    done(ask(world.admin, dataset, educ))
    # An empty one is none: everybody's holds again.
    done(mask(world.admin, dataset, user_id=number(world.user)))
    refused(ask(world.user, dataset, age), 422)
    done(ask(world.user, dataset, educ))
    done(mask(world.admin, dataset))
    done(ask(world.user, dataset, age))
    assert done(world.admin.get("/privacy/masks", params={"data_id": dataset["data_id"]}))["items"] == []


def test_public_lifts_selectable_for_that_person_and_changes_no_price(world: World) -> None:
    dataset = asked(world, meta=MASKED)
    query = "SELECT married, COUNT(*) AS n FROM pums.person GROUP BY married"
    refused(ask(world.user, dataset, query), 422)
    done(mask(world.admin, dataset, public=["married"], user_id=number(world.user)))
    assert answer(world.user, dataset, query, 2.0).startswith("married,n")
    assert world.balance(dataset) == (48.0, 50.0)
    refused(ask(world.admin, dataset, query), 422)
    refused(ask(world.user, dataset, "SELECT married FROM pums.person"), 422)


def test_a_sample_leaves_hidden_columns_out(world: World) -> None:
    dataset = asked(world)

    def sampled(client: Checked) -> str:
        return str(done(client.get(f"/data/{dataset['data_uuid']}/sample"))["sample"])

    assert '"income"' in sampled(world.user)
    done(mask(world.admin, dataset, hidden=["Income"], private=["age"], user_id=number(world.user)))
    assert '"income"' not in sampled(world.user)
    assert '"age"' in sampled(world.user)
    assert '"income"' in sampled(world.admin)


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({"hidden": ["salary"]}, 422, "no column salary; the metadata has pid, age, sex"),
        ({"hidden": ["age"], "private": ["AGE"]}, 422, "AGE is in two kinds"),
        ({"hidden": ["age"], "public": ["age"]}, 422, "two kinds"),
        ({"public": ["PID"]}, 422, "not made public"),
        ({"hidden": ["age", "age"]}, 400, ""),
        ({"hidden": "age"}, 400, ""),
        ({"hidden": [""]}, 400, ""),
        ({"hidden": [1]}, 400, ""),
        ({"hidden": ["age"], "user_id": 999_999}, 404, "no such user"),
        ({"hidden": ["age"], "user_email": "nobody@example.org"}, 404, "no such user"),
        ({"hidden": ["age"], "user_email": "user@example.org", "user_id": 1}, 409, "different users"),
        ({"hidden": ["age"], "user_id": 0}, 400, ""),
        ({"hidden": ["age"], "user_id": None}, 400, ""),
        ({"hidden": ["age"], "data_name": "another"}, 404, ""),
    ],
)
def test_a_mask_that_does_not_say_what_it_means_is_not_set(world: World, body: Any, status: int, said: str) -> None:
    dataset = world.dataset()
    assert said in refused(mask(world.admin, dataset, **body), status)
    assert not world.rows("SELECT * FROM masks WHERE data_id = ?", dataset["data_id"])
    where = {"data_id": dataset["data_id"]}
    refused(world.admin.post("/privacy/masks", json={"mask_data": {"hidden": ["age"]}}), 422)
    refused(world.admin.post("/privacy/masks", json={**where, "mask_data": {"secret": ["age"]}}), 400)
    refused(world.admin.post("/privacy/masks", json=where), 400)


def test_only_an_owner_sets_and_only_an_owner_sees_those_of_others(world: World) -> None:
    dataset = world.dataset(world.owner)
    where = {"data_id": dataset["data_id"]}
    refused(mask(world.user, dataset, hidden=["age"]), 404)
    assert done(world.user.get("/privacy/masks", params=where))["total"] == 0
    world.grant(dataset, "users", 3)
    refused(mask(world.user, dataset, hidden=["age"]), 403)
    refused(mask(world.auditor, dataset, hidden=["age"]), 403)
    refused(mask(world.nobody, dataset, hidden=["age"]), 401)
    people = {client: number(client) for client in (world.user, world.auditor, world.admin)}
    done(mask(world.owner, dataset, hidden=["Race"], private=["age", "income"]))
    for user_id in people.values():
        done(mask(world.owner, dataset, public=["educ"], user_id=user_id))

    def seen(client: Checked) -> list[int | None]:
        answered = done(client.get("/privacy/masks", params={**where, "order_by": "created_at"}))
        assert answered["total"] == len(answered["items"])
        return [item.get("user_id") for item in answered["items"]]

    assert seen(world.user) == [None, people[world.user]]
    for client in (world.owner, world.admin, world.auditor):
        assert seen(client) == [None, *people.values()]
    refused(world.nobody.get("/privacy/masks"), 401)
    item = done(world.user.get("/privacy/masks", params={**where, "order_by": "created_at"}))["items"][0]
    assert {k: v for k, v in item.items() if not k.endswith("_at")} == {
        "data_id": dataset["data_id"],
        "data_name": dataset["data_name"],
        "hidden": "race",
        "private": "age,income",
        "public": "",
    }
    world.grant(dataset, "users", 0)
    assert seen(world.user) == []


def test_a_column_that_comes_back_is_hidden_again_and_not_public(world: World) -> None:
    file, name = world.source(), fresh("people")
    dataset = asked(world, meta=MASKED, file=file, name=name)
    done(mask(world.admin, dataset, hidden=["income"], public=["married"]))
    married = "    married: {{type: boolean, selectable: false}}"
    income = "    income: {{type: float, lower: 0.0, upper: 200000.0}}"
    for meta in (MASKED.replace(married, "").replace(income, ""), MASKED):
        text = meta.format(name=name, file=file, epsilon=50.0, description="a test")
        ready(world.admin, world.admin.patch(f"/data/{dataset['data_uuid']}", json={"meta": text}))
        done(ask(world.user, dataset, COUNT))
        for column in ("income", "married"):
            refused(ask(world.user, dataset, f"SELECT COUNT({column}) FROM pums.person"), 422)
    found = done(world.user.get("/privacy/masks", params={"data_id": dataset["data_id"]}))["items"]
    assert [(item["hidden"], item["public"]) for item in found] == [("income", "")]


def test_queries_that_were_asked_before_a_change_of_policy_are_answered_as_priced(world: World) -> None:
    dataset = asked(world)
    keys = [done(ask(world.user, dataset, BY_SEX, 0.5))["job_uuid"] for _ in range(20)]
    done(mask(world.admin, dataset, hidden=["age"]))
    threshold = {"data_id": dataset["data_id"], "field": "sex", "threshold": 100_000}
    done(world.admin.post("/privacy/thresholds", json=threshold))
    refused(ask(world.user, dataset, BY_SEX), 422)
    for key in keys:
        assert wait_for_job(world.user, key)["job_state"] == "finished"
        shown = done(world.user.get(f"/queries/{key}", params={"include_result": "true"}))
        assert len(shown["query_result_data"].splitlines()) == 3
    assert world.balance(dataset) == (40.0, 50.0)


def test_who_set_what_for_whom_is_written_down(world: World) -> None:
    dataset = world.dataset()
    done(mask(world.admin, dataset, hidden=["age"], private=["race", "educ"], user_id=number(world.user)))
    told = f"dataset {dataset['data_uuid']} user {number(world.user)}: hidden age; private race, educ"
    found = world.rows("SELECT actor FROM audits WHERE action = 'PrivacyMaskSetPermission' AND description = ?", told)
    assert found == [("admin@example.org",)]

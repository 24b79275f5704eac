"""A table that lives in PostgreSQL, over HTTP: registered, asked, changed, left, and never told of."""

import json
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from boxed import need_sandbox
from live import live_server, wait_for_job
from postgres_source import READER, Warehouse
from trainings import Project
from world import World, answer, ask, done, fresh, ready, refused, settle

CANARY = "canary-4111-1111"
NUMBER = 987_654_321_123
SECRET = "s3cret of the owner"
META = """
name: {name}
schema_{name}:
  connection: {connection}
  person:
    max_ids: 2
    budget_epsilon: 100.0
    budget_delta: 0.001
    pid: {{type: string, private_id: true}}
    age: {{type: int, lower: 0, upper: 100, nullable: false}}
    town: {{type: string}}
    income: {{type: float, lower: 0.0, upper: 1000.0}}
    {more}
"""


@pytest.fixture(scope="module")
def seen() -> list[str]:
    """Every body and header that came back."""
    return []


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, warehouse: Warehouse, seen: list[str]) -> Iterator[World]:
    def keep(response: httpx.Response) -> None:
        response.read()
        seen.append(response.text + str(response.headers))

    home = tmp_path_factory.mktemp("house") / "home"
    named = f"{warehouse.url} {warehouse.address.replace('127.0.0.1', 'localhost')}"
    with live_server(home, ambient_session="false", log_level="debug", data_databases=named) as live:
        world = settle(live)
        for client in (world.admin, world.owner, world.nobody):
            client.event_hooks["response"].append(keep)
        yield world
        world.close()


def table(warehouse: Warehouse, name: str) -> None:
    """Two thousand persons, 35 on average, with planted values in what is declared and what is not.

    One person is its own: the same rows elsewhere would share a budget.
    """
    person = f"'p' || n || CASE n WHEN 7 THEN '{name}' ELSE '' END AS pid"
    others = f"25 + n % 21 AS age, 'town ' || n % 3 AS town, 500.0 AS income, '{CANARY}' AS note"
    planted = f"SELECT '{CANARY}', {NUMBER}, '{CANARY}', {NUMBER}, '{CANARY}'"
    rows = f"SELECT {person}, {others} FROM generate_series(1, 2000) AS n UNION ALL {planted}"
    warehouse.run(f"CREATE SCHEMA schema_{name}; CREATE TABLE schema_{name}.person AS {rows}")
    warehouse.run(f"GRANT USAGE ON SCHEMA schema_{name} TO {READER}; GRANT SELECT ON schema_{name}.person TO {READER}")


def meta(name: str, connection: str, more: str = "") -> str:
    return META.format(name=name, connection=connection, more=more)


def registered(house: World, warehouse: Warehouse, name: str, connection: str = "") -> Any:
    return ready(house.admin, house.admin.post("/data", json={"meta": meta(name, connection or warehouse.address)}))


def count(house: World, dataset: Any) -> int:
    query = f"SELECT COUNT(*) AS n FROM schema_{dataset['data_name']}.person"
    return int(answer(house.admin, dataset, query, 10.0).split()[1])


def copies(warehouse: Warehouse, dataset: Any) -> list[str]:
    return [name for name in warehouse.copies() if dataset["data_uuid"].replace("-", "") in name]


def test_a_table_in_a_database_is_asked_like_any_other(house: World, warehouse: Warehouse) -> None:
    name = fresh("w")
    table(warehouse, name)
    dataset = registered(house, warehouse, name)
    assert dataset["data_type"] == "POSTGRESQL"
    query = (
        f"SELECT AVG(age) AS age, SUM(income) AS income, COUNT(*) AS n FROM schema_{name}.person WHERE town LIKE 't%'"
    )
    age, income, people = map(float, answer(house.admin, dataset, query, 20.0).split()[1].split(","))
    assert abs(age - 35) < 1 and abs(income - 1_000_000) < 10_000 and abs(people - 2000) < 20
    assert [path.name for path in (house.live.home / "bounded").glob("**/*.parquet")] == []
    assert len(copies(warehouse, dataset)) == 1


def test_rows_that_change_are_seen_by_the_next_query_and_leave_the_lineage(house: World, warehouse: Warehouse) -> None:
    name = fresh("w")
    table(warehouse, name)
    dataset = registered(house, warehouse, name)
    assert abs(count(house, dataset) - 2001) < 10
    warehouse.run(f"INSERT INTO schema_{name}.person SELECT 'q' || n, 40, 'x', 1 FROM generate_series(1, 1000) AS n")
    time.sleep(1.5)
    assert abs(count(house, dataset) - 3001) < 10
    assert house.balance(dataset) == (80.0, 100.0)


def test_copies_go_with_the_dataset_and_when_it_moves_elsewhere(house: World, warehouse: Warehouse) -> None:
    name = fresh("w")
    table(warehouse, name)
    dataset = registered(house, warehouse, name)
    before = copies(warehouse, dataset)
    path = f"/data/{dataset['data_uuid']}"
    ready(house.admin, house.admin.patch(path, json={"meta": meta(name, warehouse.address, "note: {type: string}")}))
    after = copies(warehouse, dataset)
    assert len(before) == len(after) == 1 and before != after
    text = f"name: {name}\ns:\n  connection: {house.source()}\n  t:\n    age: {{type: int}}\n"
    ready(house.admin, house.admin.patch(path, json={"meta": text}))
    assert copies(warehouse, dataset) == []
    again = fresh("w")
    table(warehouse, again)
    removed = registered(house, warehouse, again)
    done(house.admin.delete(f"/data/{removed['data_uuid']}"))
    assert copies(warehouse, removed) == []


def test_the_same_table_is_one_budget_however_it_is_reached(house: World, warehouse: Warehouse) -> None:
    name = fresh("w")
    table(warehouse, name)
    dataset = registered(house, warehouse, name)
    done(ask(house.admin, dataset, f"SELECT COUNT(*) FROM schema_{name}.person", 60.0))
    warehouse.run(f"CREATE ROLE {name} LOGIN PASSWORD '{SECRET}'; GRANT CREATE ON DATABASE warehouse TO {name}")
    warehouse.run(f"GRANT USAGE ON SCHEMA schema_{name} TO {name}; GRANT SELECT ON schema_{name}.person TO {name}")
    account = f"//{name}:{SECRET.replace(' ', '%20')}@"
    other = warehouse.address.replace("127.0.0.1", "localhost").replace("//", account)
    # The schema of copies is the first account's: another one needs to be let in.
    warehouse.run(f"GRANT USAGE, CREATE ON SCHEMA dq0_bounded TO {name}")
    text = meta(name, other).replace(f"name: {name}", f"name: {name}b")
    same = ready(house.admin, house.admin.post("/data", json={"meta": text}))
    assert house.balance(same) == house.balance(dataset) == (40.0, 100.0)
    mine = meta(name, warehouse.address).replace(f"name: {name}", f"name: {name}c")
    assert "belongs to another person's dataset" in refused(house.owner.post("/data", json={"meta": mine}), 403)


@pytest.mark.parametrize(
    ("connection", "expected"),
    [
        ("postgresql://127.0.0.1:5432/postgres", "DQ0_DATA_DATABASES"),
        ("postgresql://169.254.169.254:80/x", "DQ0_DATA_DATABASES"),
        (f"postgresql://owner:{CANARY}@%s", "leave username and password out"),
        ("postgresql://localhost%s", "needs a username and a password"),
        (f"postgresql://x:{CANARY}@h:1/d?host=/tmp", "must be a path in a data folder, or postgresql://"),
        ("mysql://h/d", "must be a path in a data folder"),
    ],
)
def test_no_author_of_metadata_makes_the_server_connect_elsewhere(
    house: World, warehouse: Warehouse, connection: str, expected: str
) -> None:
    place = warehouse.address.removeprefix("postgresql://")
    if "%s" in connection:
        connection = connection % (place if "@" in connection else place.removeprefix("127.0.0.1"))
    assert expected in refused(house.admin.post("/data", json={"meta": meta(fresh("w"), connection)}), 422)


def test_a_training_has_the_database_add_up_and_other_code_is_refused_its_rows(
    house: World, warehouse: Warehouse
) -> None:
    need_sandbox("bubblewrap")
    name = fresh("w")
    table(warehouse, name)
    dataset = registered(house, warehouse, name)
    project = Project(house, house.admin, dataset)
    columns = "self.X_train, self.y_train = self.data_source.read()[['age']], self.data_source.read()['income']"
    project.model("from sklearn.linear_model import LinearRegression; self.model = LinearRegression()", columns)
    # All earn the same, whoever is old: what is planted is not declared, and not learned.
    run = project.train(50.0)
    assert run["job_state"] == "finished", run
    assert house.balance(dataset) == (50.0, 100.0)
    assert not (house.live.home / "bounded" / dataset["data_uuid"]).exists()
    warehouse.run(f"UPDATE schema_{name}.person SET income = age * 10 WHERE age IS NOT NULL")
    time.sleep(1.5)
    run = project.train(40.0)
    assert run["job_state"] == "finished", run
    assert run["run_metrics"][0]["value"] > 0.8
    commit = done(house.admin.get("/commits", params={"project_uuid": project.uuid}))["items"][0]["commit_uuid"]
    for path in ("run", "transform"):
        said = refused(house.admin.post(f"/commits/{commit}/{path}", json=None), 422)
        assert "rows that live in a database do not leave it" in said


def test_what_fails_in_the_job_says_nothing_of_the_database(house: World, warehouse: Warehouse) -> None:
    name = fresh("w")
    table(warehouse, name)
    errors = []
    for change in ("nothing: {type: int}", "note: {type: int}"):
        created = done(house.admin.post("/data", json={"meta": meta(name, warehouse.address, change)}))
        errors.append(wait_for_job(house.admin, created["job_uuid"])["job_errors"])
        done(house.admin.delete(f"/data/{created['data_uuid']}"))
    assert "the table has no column nothing" in errors[0]
    created = done(house.admin.post("/data", json={"meta": meta(name + "x", warehouse.address)}))
    job = wait_for_job(house.admin, created["job_uuid"])
    assert job["job_state"] == "error" and "the table cannot be read" in job["job_errors"]


def test_a_copy_that_is_gone_fails_the_query_with_the_one_text(house: World, warehouse: Warehouse) -> None:
    name = fresh("w")
    table(warehouse, name)
    dataset = registered(house, warehouse, name)
    for copy in copies(warehouse, dataset):
        warehouse.run(f"DROP TABLE dq0_bounded.{copy}")
    job = wait_for_job(
        house.admin, done(ask(house.admin, dataset, f"SELECT COUNT(*) FROM schema_{name}.person"))["job_uuid"]
    )
    assert job["job_errors"] == "the query failed inside the quarantine; its cost stays charged"
    assert house.balance(dataset) == (99.5, 100.0)


def test_no_planted_value_and_no_password_was_ever_told(house: World, warehouse: Warehouse, seen: list[str]) -> None:
    """Runs last: over everything that the tests above have made the server say and write."""
    assert len(seen) > 50
    assert all(hidden not in text for text in seen for hidden in (CANARY, str(NUMBER), SECRET, warehouse.password))
    kept = house.live.log()
    for name in ("audits", "jobs", "queries", "ledger", "origins", "artifacts"):
        kept += json.dumps([[str(cell) for cell in row] for row in house.rows(f"SELECT * FROM {name}")])
    assert not any(hidden in kept for hidden in (CANARY, str(NUMBER), SECRET, "s3cret", "p%C3%A4ss", "pässword"))
    assert all(CANARY not in str(path) for path in house.live.home.rglob("*"))

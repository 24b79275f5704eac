"""A query over several tables of a dataset: one charge, one answer, and nothing that the copies do not allow."""

import csv
import io
from typing import Any

from live import wait_for_job
from world import World, answer, data_folder, done, fresh, ready, refused

META = """
name: {name}
description: {description}
privacy_column: pid
people:
  connection: {file}
  person: {{max_ids: 1, budget_epsilon: {epsilon}, pid: {{type: int}}, town: {{type: int}}}}
visits:
  connection: {visits}
  visit: {{max_ids: 2, pid: {{type: int}}, minutes: {{type: int, lower: 0, upper: 60, nullable: false}}}}
places:
  connection: {towns}
  town: {{rows_are_public: true, id: {{type: int, unique: true}}, name: {{type: string, allowed_values: [Ulm, Bonn]}}}}
"""
JOINED = """SELECT t.name, SUM(v.total) AS minutes, COUNT(*) AS people FROM people.person AS p
JOIN (SELECT pid, SUM(minutes) AS total FROM visits.visit GROUP BY pid) AS v ON v.pid = p.pid
JOIN places.town AS t ON t.id = p.town GROUP BY t.name ORDER BY t.name"""


def test_joined_tables_are_answered_at_one_price(world: World) -> None:
    unique = fresh("x")
    files = {"file": f"people{unique}.csv", "visits": f"visits{unique}.csv", "towns": f"towns{unique}.csv"}
    folder = data_folder(world.live)
    people = "".join(f"{n},{n % 2}\n" for n in range(400))
    visits = "".join(f"{n},{minutes}\n" for n in range(400) for minutes in (10, 20))
    (folder / files["file"]).write_text(f"pid,town\n{people}{unique},7\n")
    (folder / files["visits"]).write_text(f"pid,minutes\n{visits}{unique},7\n")
    (folder / files["towns"]).write_text("id,name\n0,Ulm\n1,Bonn\n")
    dataset = world.dataset(meta=META, **files)
    found = list(csv.DictReader(io.StringIO(answer(world.admin, dataset, JOINED, 5.0))))
    rows = {row["name"]: (int(row["people"]), float(row["minutes"])) for row in found}
    for town in ("Ulm", "Bonn"):
        assert abs(rows[town][0] - 200) < 30 and abs(rows[town][1] - 6_000) < 2_000
    assert world.balance(dataset) == (5.0, 10.0)
    multiplied = "SELECT COUNT(*) FROM people.person AS p JOIN visits.visit AS v ON p.town = v.minutes"
    body = {"query": multiplied, "datasets": dataset["data_name"], "epsilon": 1.0}
    assert "rows of another" in refused(world.admin.post("/queries", json=body), 422)
    assert world.balance(dataset) == (5.0, 10.0)


FOLK = """
name: {name}
description: {description}
privacy_column: pid
folk:
  connection: {file}
  person: {{max_ids: 1, budget_epsilon: {epsilon}, persons: {persons}, pid: {{type: int}}, town: {{type: int}}}}
"""
TRIPS = """
name: {name}
description: {description}
privacy_column: pid
trips:
  connection: {file}
  visit:
    {{max_ids: 2, budget_epsilon: {epsilon}, persons: {persons}, pid: {{type: int}},
      minutes: {{type: int, lower: 0, upper: 60, nullable: false}}}}
"""
TOWNS = """
name: {name}
description: {description}
places:
  connection: {file}
  town: {{rows_are_public: true, id: {{type: int, unique: true}}, name: {{type: string, allowed_values: [Ulm, Bonn]}}}}
"""
MET = """SELECT t.name, COUNT(*) AS n, SUM(minutes) AS minutes FROM folk.person p
JOIN trips.visit v ON v.pid = p.pid JOIN places.town t ON t.id = p.town GROUP BY t.name ORDER BY t.name"""


def made(world: World, meta: str, text: str, client: Any = None, **words: Any) -> Any:
    """A dataset whose file holds this text."""
    file = f"{fresh('part')}.csv"
    (data_folder(world.live) / file).write_text(text)
    return world.dataset(client, meta=meta, file=file, free=True, **words)


def several(world: World, owner: Any = None, **words: Any) -> tuple[Any, Any, Any]:
    """Three datasets: persons, visits of the same persons, towns."""
    unique = fresh("")[1:].replace("x", "7")
    people = "".join(f"{n},{n % 2}\n" for n in range(400))
    visits = "".join(f"{n},{minutes}\n" for n in range(400) for minutes in (10, 20))
    folk = made(world, FOLK, f"pid,town\n{people}{unique},7\n", **{"persons": "citizens", "epsilon": 10.0} | words)
    trips = made(world, TRIPS, f"pid,minutes\n{visits}{unique},7\n", owner, persons="citizens", epsilon=5.0)
    return folk, trips, made(world, TOWNS, f"id,name\n0,Ulm\n1,Bonn\n{unique},\n")


def named(*datasets: Any) -> str:
    return ", ".join(dataset["data_name"] for dataset in datasets)


def test_several_datasets_are_asked_together_and_each_with_persons_in_it_pays(world: World) -> None:
    folk, trips, towns = several(world)
    body = {"query": MET, "datasets": named(towns, trips, folk), "epsilon": 4.0}
    quote = done(world.admin.post("/queries/quote", json=body))
    assert (quote["covered"], quote["free"], quote["epsilon"]) == (True, False, 4.0)
    first = done(world.admin.post("/queries", json=body))["job_uuid"]
    assert wait_for_job(world.admin, first)["job_state"] == "finished"
    shown = done(world.admin.get(f"/queries/{first}", params={"include_result": "true"}))
    rows = {row["name"]: row for row in csv.DictReader(io.StringIO(shown["query_result_data"]))}
    assert all(abs(int(rows[town]["n"]) - 400) < 60 for town in ("Ulm", "Bonn"))
    assert shown["query_datasets"] == {one["data_name"]: one["data_uuid"] for one in (folk, trips, towns)}
    assert (world.balance(folk), world.balance(trips)) == ((6.0, 10.0), (1.0, 5.0))
    entries = done(world.admin.get("/audits", params={"action": "QueryCreate"}))["items"]
    told = next(entry["description"] for entry in entries if first in entry["description"])
    assert folk["data_uuid"] in told and trips["data_uuid"] in told
    assert done(world.admin.post("/queries/quote", json=body))["free"]
    again = done(world.admin.post("/queries", json=body | {"datasets": named(folk, towns, trips)}))["job_uuid"]
    assert wait_for_job(world.admin, again)["job_state"] == "finished"
    assert (world.balance(folk), world.balance(trips)) == ((6.0, 10.0), (1.0, 5.0))
    # The visits cannot pay twice, so the persons do not pay either, and no job is made.
    before = len(done(world.admin.get("/queries", params={"page_size": 1000}))["items"])
    other = body | {"query": MET.replace("AS n", "AS people")}
    said = refused(world.admin.post("/queries", json=other), 403)
    assert trips["data_name"] in said and "budget" in said
    assert done(world.admin.post("/queries/quote", json=other))["shortage"] == said
    assert (world.balance(folk), world.balance(trips)) == ((6.0, 10.0), (1.0, 5.0))
    assert len(done(world.admin.get("/queries", params={"page_size": 1000}))["items"]) == before
    # What one owner does not give away for nothing is paid again, wherever else it is read.
    world.set_repetition(folk, False)
    assert not done(world.admin.post("/queries/quote", json=body))["free"]
    # Only what is read is charged, waited for and told of.
    alone = "SELECT name, COUNT(*) FROM folk.person JOIN places.town ON town = id GROUP BY name"
    asked = done(world.admin.post("/queries", json=body | {"query": alone, "epsilon": 1.0}))["job_uuid"]
    job = wait_for_job(world.admin, asked)
    assert job["job_state"] == "finished", job
    assert (world.balance(folk), world.balance(trips)) == ((5.0, 10.0), (1.0, 5.0))
    assert trips["data_name"] not in done(world.admin.get(f"/queries/{asked}"))["query_datasets"]


def test_a_change_of_any_dataset_makes_another_question(world: World) -> None:
    folk, trips, towns = several(world)
    body = {"query": MET, "datasets": named(folk, trips, towns), "epsilon": 1.0}
    first = done(world.admin.post("/queries", json=body))["job_uuid"]
    assert wait_for_job(world.admin, first)["job_state"] == "finished"
    assert done(world.admin.post("/queries/quote", json=body))["free"]
    changed = world.rows(f"SELECT meta FROM data WHERE data_id = {towns['data_id']}")[0][0] + "\n"
    ready(world.admin, world.admin.patch(f"/data/{towns['data_uuid']}", json={"meta": changed}))
    assert not done(world.admin.post("/queries/quote", json=body))["free"]


def test_a_query_needs_the_permission_of_every_dataset_that_it_names(world: World) -> None:
    folk, trips, towns = several(world)
    for dataset in (folk, towns):
        world.grant(dataset, "users", 2)
    body = {"query": MET, "datasets": named(folk, trips, towns), "epsilon": 0.5}
    assert refused(world.user.post("/queries", json=body), 404) == "there is no such dataset"
    world.grant(trips, "users", 1)
    refused(world.user.post("/queries", json=body), 403)
    world.grant(trips, "users", 2)
    mask = {"data_id": trips["data_id"], "mask_data": {"hidden": ["minutes"]}}
    done(world.admin.post("/privacy/masks", json=mask))
    assert "hidden" in refused(world.user.post("/queries", json=body), 422)
    assert (world.balance(folk), world.balance(trips)) == ((10.0, 10.0), (5.0, 5.0))


def test_persons_of_datasets_whose_owners_do_not_say_so_never_meet(world: World) -> None:
    folk, trips, towns = several(world, persons="patients")
    body = {"query": MET, "datasets": named(folk, trips, towns), "epsilon": 1.0}
    assert "same persons" in refused(world.admin.post("/queries", json=body), 422)
    assert (world.balance(folk), world.balance(trips)) == ((10.0, 10.0), (5.0, 5.0))

"""A query over several tables of a dataset: one charge, one answer, and nothing that the copies do not allow."""

import csv
import io

from world import World, answer, data_folder, fresh, refused

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

"""What somebody who may register data could try on sources and budgets that are not his."""

import gzip
import shutil
from typing import Any

from live import wait_for_job
from world import META, World, answer, ask, data_folder, done, fresh, ready, refused

LINES_AS_HEADER = """
meta_dataset:
  format: simple
  node:
    dataset:
      attributes: {{data: {{name: {name}}}}}
      child_nodes:
        database:
          attributes: {{data: {{name: d}}, connector: {{type_name: csv, uri: {file}, header_row: {line}}}}}
          child_nodes:
            schema:
              attributes: {{data: {{name: s}}}}
              child_nodes:
                table:
                  attributes: {{data: {{name: t}}}}
                  child_nodes:
                    column: {{attributes: {{data: {{name: '{column}', data_type_name: string}}}}}}
"""


def as_header(world: World, file: str, line: int, column: str) -> Any:
    """The answer to another owner who says that some line of the file is its header."""
    meta = LINES_AS_HEADER.format(name=fresh("thief"), file=file, line=line, column=column)
    return world.owner.post("/data", json={"meta": meta})


def test_a_line_declared_the_header_tells_no_cell_of_a_foreign_source(world: World) -> None:
    file = world.source()
    mine = world.dataset(file=file)
    cell = (data_folder(world.live) / file).read_text(encoding="utf8").splitlines()[57].split(",")[-1]
    guesses = [as_header(world, file, 57, column) for column in (cell, "no such cell", "pid")]
    assert {(one.status_code, one.content) for one in guesses} == {(403, guesses[0].content)}

    own = world.dataset(world.owner)
    for column in (cell, "no such cell"):
        meta = LINES_AS_HEADER.format(name=own["data_name"], file=file, line=57, column=column)
        said = refused(world.owner.patch(f"/data/{own['data_uuid']}", json={"meta": meta}), 403)
        assert cell not in said
    assert world.balance(mine) == (10.0, 10.0)


def test_a_compressed_copy_refills_nothing_and_stays_its_owners(world: World) -> None:
    file = world.source()
    dataset = world.dataset(file=file, epsilon=2.0)
    done(ask(world.admin, dataset, epsilon=1.5))
    source = data_folder(world.live) / file
    for level in (1, 9):
        packed = source.with_name(f"{level}-{file}.gz")
        with source.open("rb") as plain, gzip.open(packed, "wb", compresslevel=level) as stream:
            shutil.copyfileobj(plain, stream)
        meta = META.format(name=fresh("packed"), file=packed.name, epsilon=50.0, description="")
        created = done(world.owner.post("/data", json={"meta": meta}))
        assert wait_for_job(world.owner, created["job_uuid"])["job_state"] == "error"
        assert done(world.owner.get(f"/data/{created['data_uuid']}"))["data_state"] == "failed"
        again = ready(world.admin, world.admin.post("/data", json={"meta": meta.replace("packed", "again")}))
        assert world.balance(again) == (0.5, 2.0)
        # Now the path is the administrator's, too, and the failed dataset still names it.
        refused(world.owner.patch(f"/data/{created['data_uuid']}", json={"meta": meta}), 403)


def test_whoever_may_only_change_a_dataset_opens_no_budget(world: World) -> None:
    without = META.replace("    budget_epsilon: {epsilon}\n    budget_delta: 0.001\n", "")
    file = world.source()
    dataset = world.dataset(file=file, meta=without)
    world.grant(dataset, "owners", 3)
    path = f"/data/{dataset['data_uuid']}"
    words = {"name": dataset["data_name"], "file": file, "epsilon": 1000.0}
    refused(world.owner.patch(path, json={"meta": META.format(**words, description="a test")}), 403)
    ready(world.owner, world.owner.patch(path, json={"meta": without.format(**words, description="other words")}))
    assert world.balance(dataset) == (0.0, 0.0)
    ready(world.admin, world.admin.patch(path, json={"meta": META.format(**words, description="a test")}))
    assert world.balance(dataset) == (1000.0, 1000.0)


def test_a_name_that_looks_like_a_pattern_reads_one_table(world: World) -> None:
    one = META.format(name=fresh("stars"), file=world.source(), epsilon=50.0, description="")
    table = one.split("pums:\n")[1]
    meta = one.replace("pums:\n", "'*':\n") + f"pums:\n{table}'pum[s]':\n{table}'%2a':\n{table}"
    dataset = ready(world.admin, world.admin.post("/data", json={"meta": meta}))
    for schema in ("*", "pums", "pum[s]", "%2a"):
        rows = int(answer(world.admin, dataset, f'SELECT COUNT(*) AS n FROM "{schema}".person', 5.0).split()[1])
        assert abs(rows - 1001) < 40


def test_why_a_changed_source_is_not_read_is_not_told_to_those_who_ask(world: World) -> None:
    said = set()
    other = (data_folder(world.live) / world.source()).read_text(encoding="utf8")
    done_with = world.source()
    (data_folder(world.live) / done_with).write_text(other, encoding="utf8")
    world.dataset(file=done_with)
    for content in ("40,1,9,1,5.0,1,777,one cell too many\n", '40,1,9,1,5.0,1,"777\n', None):
        file = world.source()
        dataset = world.dataset(file=file)
        path = data_folder(world.live) / file
        # None: the content of another dataset, which has a budget of its own.
        path.write_text(other if content is None else path.read_text(encoding="utf8") + content, encoding="utf8")
        job = wait_for_job(world.admin, done(ask(world.admin, dataset))["job_uuid"])
        assert job["job_state"] == "error"
        assert world.balance(dataset) == (9.5, 10.0)
        said.add((job["job_errors"], job["job_logs"], job["job_results"]))
    assert len(said) == 1


def test_when_a_query_ran_is_told_in_whole_seconds(world: World) -> None:
    job = wait_for_job(world.admin, done(ask(world.admin, world.dataset()))["job_uuid"])
    shown = done(world.admin.get(f"/queries/{job['job_uuid']}", params={"include_run": "true"}))
    instants = shown["run_start_time"], shown["run_end_time"]
    assert [instant % 1000 for instant in instants] == [0, 0]
    assert 10**12 < instants[0] <= instants[1]
    really = world.rows("SELECT run_start_time, run_end_time FROM jobs WHERE job_uuid = ?", job["job_uuid"])
    assert [instant // 1000 for instant in really[0]] == [instant // 1000 for instant in instants]

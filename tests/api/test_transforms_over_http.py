"""Transforms over HTTP: code makes a table of a dataset, its owner a dataset of the table, and nothing is loosened."""

import csv
import textwrap
from typing import Any

import pytest
from transforms import CODE, PACKED, PROJECT, Transformed

from boxed import need_sandbox
from people import join
from world import META, World, answer, ask, done, fresh, refused

OLDER = "SELECT COUNT(*) AS n, AVG(tens) AS tens FROM pums.person"


@pytest.fixture(autouse=True)
def _needed() -> None:
    need_sandbox()


def people(world: World, **more: Any) -> Any:
    """A dataset of the owner's that users may use."""
    made = world.dataset(world.owner, **more)
    world.grant(made, "users", 2)
    return made


@pytest.fixture
def source(world: World) -> Any:
    return people(world)


@pytest.fixture(scope="module")
def shared(fast: World) -> Any:
    """The same for tests that leave it as it is."""
    return people(fast)


def held(world: World, run: dict[str, Any], kind: str) -> Any:
    """What the owner sees of one output."""
    items = done(world.owner.get(f"/runs/{run['run_uuid']}/outputs"))["items"]
    number = next(each["output_id"] for each in items if each["kind"] == kind)
    return done(world.owner.get(f"/runs/{run['run_uuid']}/outputs/{number}"))


def test_a_transform_is_held_then_released_and_its_queries_cost_the_sources_budget(world: World) -> None:
    file = world.source()
    source = people(world, file=file)
    project = Transformed(world, source)
    run = project.run()
    assert (run["job_state"], run["job_errors"], run["job_type"]) == ("finished", "", "commit.transform")
    assert (run["run_held"], run["run_released_by"]) == (True, ["owner@example.org"])
    where = {"run_uuid": run["run_uuid"], "artifact_path": "dataset.csv"}
    refused(world.user.get("/artifacts/download", params=where), 403)
    refused(world.user.post(f"/runs/{run['run_uuid']}/release", json=None), 403)
    # Who decides sees what ran, and whether it fits, before he looks at a row.
    assert "{age // 10}" in held(world, run, "code")["data_string"]
    log = held(world, run, "log")["data_string"]
    assert log.startswith("the table fits its description, and nobody is in it who is not in the source\nended: ended")
    # People have a name for this transform alone; the columns that nobody is hidden from are there.
    assert "canary ['age', 'educ', 'income', 'married', 'pid', 'race', 'sex'] 32" in log
    made = project.release(run)
    assert made["data_state"] == "ready"
    assert made["user_name"] == "owner@example.org"
    # The rows are a dataset's now, and nobody's to download.
    refused(world.user.get("/artifacts/download", params=where), 404)
    kept = "SELECT length(content) FROM run_outputs WHERE run_uuid = ? AND kind = 'table'"
    assert world.rows(kept, run["run_uuid"]) == [(0,)]
    attached = done(world.user.get("/data", params={"project_uuid": project.uuid}))["items"]
    assert [each["data_uuid"] for each in attached] == [made["data_uuid"]]
    assert made["data_uuid"] in (project.folder / ".meta").read_text()
    before = world.balance(source)
    count, tens = map(float, answer(world.user, made, OLDER, 2.0).split()[1].split(","))
    with (world.live.home / "data" / file).open() as lines:
        older = [age for line in csv.DictReader(lines) if (age := int(line["age"])) >= 40]
    assert abs(count - len(older)) < 60 and abs(tens - sum(age // 10 for age in older) / len(older)) < 1
    assert world.balance(source) == (before[0] - 2.0, before[1])
    assert world.balance(made) == world.balance(source)


def test_a_refused_table_is_forgotten_and_no_dataset_is_left(fast: World, shared: Any) -> None:
    run = Transformed(fast, shared).run()
    before = done(fast.admin.get("/data", params={"page_size": 1}))["total"]
    done(fast.owner.post(f"/runs/{run['run_uuid']}/refuse", json={"reason": "people are mixed"}))
    assert done(fast.user.get(f"/runs/{run['run_uuid']}"))["run_refused"] == ["people are mixed"]
    kept = "SELECT count(*) FROM run_outputs WHERE run_uuid = ? AND length(content) > 0"
    assert fast.rows(kept, run["run_uuid"]) == [(0,)]
    assert "released 0 outputs" in done(fast.owner.post(f"/runs/{run['run_uuid']}/release", json=None))["message"]
    assert done(fast.admin.get("/data", params={"page_size": 1}))["total"] == before


@pytest.mark.parametrize(
    ("described", "said"),
    [
        ("columns: {age: }", "pid is missing: it tells apart the people who are protected"),
        ("columns: {pid: , wealth: }", "the source has no such column that code sees"),
        ("columns: {pid: , age: {type: int, lower: 0, upper: 1000}}", "the source has a column of this name"),
        ("columns: {pid: , other: {type: int, private_id: true}}", "unknown"),
        ("columns: {pid: , other: {type: number}}", "must be one of"),
        ("max_ids: -1", "max_ids: expected a whole number"),
        ("name: 'a, b'", "name"),
        ("[]", "expected a mapping"),
    ],
)
def test_what_cannot_be_a_dataset_is_refused_before_anything_runs(
    fast: World, shared: Any, described: str, said: str
) -> None:
    assert said in refused(Transformed(fast, shared, described=described).start(), 422)


def test_a_transform_needs_an_entry_point_and_one_dataset(fast: World, shared: Any) -> None:
    assert "attach one that you may use" in refused(Transformed(fast).start(), 422)
    other = fast.dataset(fast.owner)
    fast.grant(other, "users", 2)
    assert "attach one that you may use" in refused(Transformed(fast, shared, other).start(), 422)
    named = Transformed(fast, shared, project=PROJECT.replace("preprocess", "main"))
    assert "not preprocess" in refused(named.start(), 422)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("print('canary')", "there is no table"),
        ("write('pid,age,tens\\n4,4,4\\n'); raise SystemExit(3)", "and its table is not kept"),
        ("write('age,tens\\n4,4\\n')", "has no column pid"),
        ("write('pid,age,tens\\nsomebody,4,4\\n')", "rows of somebody who is not in the source"),
        ("write('pid,age,tens\\n')", "no row that is about anybody"),
        ("write('pid,age,tens\\n\"')", "cannot be read as declared"),
        ("write(b'PAR1' * 100)", "has no column pid"),
        ("write(b'PAR1' * 100, 'dataset.parquet')", "there is no table that can be read"),
        ("import os; os.symlink('/etc/passwd', os.environ['DQ0_OUT'] + '/dataset.csv')", "there is no table"),
    ],
)
def test_a_table_that_does_not_fit_is_not_kept_and_only_the_owner_learns_why(
    fast: World, shared: Any, code: str, said: str
) -> None:
    write = """
    import os
    def write(content, name="dataset.csv"):
        with open(os.environ["DQ0_OUT"] + "/" + name, "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())
    """
    run = Transformed(fast, shared, code=f"{textwrap.dedent(write)}\n{code}\n").run()
    assert run["job_state"] == "error"
    assert said not in str(run) and "its table is not what the commit and the source describe" in run["job_errors"]
    assert said in held(fast, run, "log")["data_string"]
    outputs = done(fast.owner.get(f"/runs/{run['run_uuid']}/outputs"))["items"]
    assert "table" not in [each["kind"] for each in outputs]


def test_a_table_may_be_parquet_and_nothing_but_the_table_is_kept(fast: World, shared: Any) -> None:
    project = Transformed(fast, shared, code=PACKED)
    run = project.run()
    assert run["job_state"] == "finished", held(fast, run, "log")["data_string"]
    outputs = done(fast.owner.get(f"/runs/{run['run_uuid']}/outputs"))["items"]
    assert [(each["kind"], each["name"]) for each in outputs] == [
        ("code", "code"),
        ("log", "log"),
        ("table", "dataset.csv"),
    ]
    made = project.release(run)
    assert float(answer(fast.user, made, OLDER, 1.0).split()[1].split(",")[0]) > 300
    refused(
        fast.user.get("/artifacts/download", params={"run_uuid": run["run_uuid"], "artifact_path": "rows.txt"}), 404
    )


def test_where_each_row_is_a_person_a_table_has_no_more_rows_than_its_source(fast: World) -> None:
    whole = META.replace("privacy_column: pid\n", "").replace(", private_id: true, selectable: false", "")
    source = people(fast, meta=whole)
    for times, state in ((1, "finished"), (3, "error")):
        text = CODE.replace("made.writelines(", f"older *= {times}\n    made.writelines(").replace(">= 40", ">= 0")
        run = Transformed(fast, source, code=text).run()
        assert run["job_state"] == state, held(fast, run, "log")["data_string"]
    assert "more rows than the source" in held(fast, run, "log")["data_string"]


def test_columns_that_are_masked_for_anybody_are_not_there_for_code(fast: World) -> None:
    source = people(fast)
    mask = {"data_name": source["data_name"], "user_email": "auditor@example.org", "mask_data": {"private": ["income"]}}
    done(fast.owner.post("/privacy/masks", json=mask))
    everybody = {"data_name": source["data_name"], "mask_data": {"hidden": ["race"]}}
    done(fast.owner.post("/privacy/masks", json=everybody))
    run = Transformed(fast, source).run()
    assert "canary ['age', 'educ', 'married', 'pid', 'sex']" in held(fast, run, "log")["data_string"]


def test_what_the_owner_tightens_at_the_source_is_tightened_at_what_was_made_of_it(world: World, source: Any) -> None:
    threshold = {"data_name": source["data_name"], "field": "educ", "threshold": 5000}
    done(world.owner.post("/privacy/thresholds", json=threshold))
    project = Transformed(world, source)
    made = project.release(project.run())
    # Any column may hold what any other did: groups of 5000 there are none, and none is shown.
    grouped = "SELECT age, COUNT(*) AS n FROM pums.person GROUP BY age"
    assert answer(world.user, made, grouped, 1.0).split() == ["age,n"]
    done(world.owner.post("/privacy/masks", json={"data_name": source["data_name"], "mask_data": {"hidden": ["sex"]}}))
    assert "the data owner has hidden" in refused(ask(world.user, made, OLDER), 422)
    world.grant(source, "users", 1)
    refused(ask(world.user, made, "SELECT COUNT(*) FROM pums.person"), 403)
    # What is loosened stays the owner's to loosen at each of them.
    world.grant(source, "users", 2)
    refused(ask(world.user, made, "SELECT COUNT(*) FROM pums.person"), 403)
    world.grant(made, "users", 2)
    assert float(answer(world.user, made, "SELECT COUNT(*) AS n FROM pums.person", 1.0).split()[1]) > 300


def test_a_table_is_not_released_from_a_source_that_has_changed_since(fast: World) -> None:
    source = people(fast)
    project = Transformed(fast, source)
    run = project.run()
    mask = {"data_name": source["data_name"], "mask_data": {"hidden": ["educ"]}}
    done(fast.owner.post("/privacy/masks", json=mask))
    path = f"/runs/{run['run_uuid']}/release"
    assert "masked since the transform began" in refused(fast.owner.post(path, json=None), 409)
    done(fast.owner.delete(f"/data/{source['data_uuid']}"))
    assert "removed" in refused(fast.owner.post(path, json=None), 409)


def test_what_was_made_of_a_dataset_goes_with_it_rows_and_all(world: World, source: Any) -> None:
    project = Transformed(world, source)
    made = project.release(project.run())
    place = world.live.home / "derived" / f"{made['data_uuid']}.derived.csv"
    assert place.stat().st_mode & 0o777 == 0o600
    again = Transformed(world, made, described="")
    second = again.release(again.run())
    done(world.owner.delete(f"/data/{source['data_uuid']}"))
    for each in (made, second):
        refused(world.owner.get(f"/data/{each['data_uuid']}"), 404)
        assert not (world.live.home / "derived" / f"{each['data_uuid']}.derived.csv").exists()
        assert not (world.live.home / "bounded" / each["data_uuid"]).exists()
    # The budget is the source's, and as spent as it was.
    lineages = [
        world.rows("SELECT lineage FROM data WHERE data_uuid = ?", each["data_uuid"]) for each in (source, made, second)
    ]
    assert lineages[0] == lineages[1] == lineages[2]


def test_nobody_else_registers_the_file_of_a_derived_dataset(fast: World, shared: Any) -> None:
    project = Transformed(fast, shared)
    made = project.release(project.run())
    text = f"name: {fresh('taken')}\npums:\n  connection: {made['data_uuid']}.derived.csv\n"
    text += "  person:\n    age: {type: int}\n"
    stranger = join(fast, "owners")
    assert "belongs to another person" in refused(stranger.post("/data", meta=text), 403)
    unknown = text.replace(made["data_uuid"], "0" * 8 + made["data_uuid"][8:])
    assert "not a readable data file" in refused(stranger.post("/data", meta=unknown), 422)


def test_a_release_that_the_disk_does_not_take_leaves_all_as_it_was(fast: World, shared: Any) -> None:
    project = Transformed(fast, shared)
    run = project.run()
    path, folder = f"/runs/{run['run_uuid']}/release", fast.live.home / "derived"
    aside = folder.rename(folder.with_name("aside")) if folder.exists() else None
    folder.write_text("in the way")
    before = fast.rows("SELECT count(*) FROM data")
    with fast.live.client() as unchecked:
        headers = {"Authorization": fast.owner.headers["Authorization"]}
        assert "cannot keep the table" in refused(unchecked.post(path, json=None, headers=headers), 503)
    folder.unlink()
    if aside is not None:
        aside.rename(folder)
    assert fast.rows("SELECT count(*) FROM data") == before
    assert done(fast.user.get(f"/runs/{run['run_uuid']}"))["run_held"] is True
    assert project.release(run)["data_state"] == "ready"


def test_who_may_only_use_a_project_has_a_dataset_made_and_leaves_the_project_as_it_is(
    fast: World, shared: Any
) -> None:
    project = Transformed(fast, shared, client=fast.admin)
    granted = {"project_uuid": project.uuid, "role_name": "users", "permission": 2}
    done(fast.admin.post("/projects/set-permission", json=granted))
    project.client = fast.user
    made = project.release(project.run())
    attached = done(fast.admin.get("/data", params={"project_uuid": project.uuid}))["items"]
    assert [each["data_uuid"] for each in attached] == [shared["data_uuid"]]
    assert made["data_uuid"] in [each["data_uuid"] for each in done(fast.user.get("/data"))["items"]]

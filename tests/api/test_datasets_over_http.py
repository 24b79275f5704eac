"""Registering, showing, changing, sampling and removing datasets."""

import json

import pytest

from live import ROOT, wait_for_job
from quarantine.domain.metadata.read import read_metadata
from quarantine.domain.metadata.write import write_metadata
from world import COUNT, META, World, answer, ask, data_folder, done, fresh, ready, refused


def in_form(text: str, form: str) -> str:
    return write_metadata(read_metadata(text), form)  # type: ignore[arg-type]


@pytest.mark.parametrize("form", ["old", "simple", "full"])
def test_a_dataset_goes_all_the_way_from_registration_to_removal(world: World, form: str) -> None:
    name, file = fresh("people"), world.source()
    meta = in_form(META.format(name=name, file=file, epsilon=3.0, description="a region"), form)
    created = done(world.admin.post("/data", json={"meta": meta}))
    assert (created["data_state"], created["data_name"], created["data_size"]) == ("preparing", name, 1234)
    data = f"/data/{created['data_uuid']}"

    job = wait_for_job(world.admin, created["job_uuid"])
    assert (job["job_state"], job["job_progress"], job["job_type"]) == ("finished", 1.0, "data.prepare")
    shown = done(world.admin.get(data))
    assert (shown["data_state"], shown["privacy_budget"], shown["data_usage"]) == ("ready", 3, 0.0)

    text = answer(world.admin, shown, epsilon=1.0)
    names, count = text.split()
    assert names == "n"
    assert 800 < int(count) < 1200
    assert world.balance(shown) == (2.0, 3.0)
    shown = done(world.admin.get(data))
    assert (shown["privacy_budget"], round(shown["data_usage"], 6)) == (2, 0.333333)

    made = json.loads(done(world.admin.get(f"{data}/sample"))["sample"])
    assert set(made[0]) == {"age", "sex", "educ", "race", "income", "married"}
    assert world.balance(shown) == (2.0, 3.0)

    renamed = fresh("renamed")
    changed = in_form(META.format(name=renamed, file=file, epsilon=99.0, description="renamed"), form)
    shown = ready(world.admin, world.admin.patch(data, json={"meta": changed}))
    assert (shown["data_name"], shown["data_description"]) == (renamed, "renamed")
    assert world.balance(shown) == (2.0, 3.0)
    assert answer(world.admin, shown, epsilon=0.25)
    assert world.balance(shown) == (1.75, 3.0)

    assert done(world.admin.delete(data))["data_name"] == renamed
    refused(world.admin.get(data), 404)
    refused(world.admin.get(f"{data}/sample"), 404)
    refused(world.admin.delete(data), 404)
    refused(ask(world.admin, shown), 404)
    assert not list((world.live.home / "bounded" / created["data_uuid"]).glob("**/*.parquet"))
    assert (world.live.home / "data" / file).exists()


def test_the_example_of_the_repository_can_be_registered(world: World) -> None:
    meta = (ROOT / "examples" / "census.yaml").read_text(encoding="utf8")
    source = world.live.home / "data" / "census.csv"
    source.parent.mkdir(exist_ok=True)
    source.write_text("user_id,age,sex,education,race,married,income\n1,40,F,master,a,true,100.5\n", encoding="utf8")
    shown = ready(world.admin, world.admin.post("/data", json={"meta": meta}))
    assert shown["data_name"] == "census"
    done(world.admin.delete(f"/data/{shown['data_uuid']}"))


def test_a_taken_name_is_409_and_free_again_after_removal(world: World) -> None:
    dataset = world.dataset()
    meta = META.format(name=dataset["data_name"], file=world.source(), epsilon=1.0, description="")
    refused(world.admin.post("/data", json={"meta": meta}), 409)
    other = world.dataset()
    refused(world.admin.patch(f"/data/{other['data_uuid']}", json={"meta": meta}), 409)
    assert done(world.admin.get(f"/data/{other['data_uuid']}"))["data_name"] == other["data_name"]
    done(world.admin.delete(f"/data/{dataset['data_uuid']}"))
    ready(world.admin, world.admin.post("/data", json={"meta": meta}))


def test_a_refused_registration_leaves_nothing_behind(world: World) -> None:
    tables = ("data", "jobs", "lineages", "origins", "ledger")
    before = [world.rows(f"SELECT count(*) FROM {table}") for table in tables]
    good = META.format(name=fresh("x"), file=world.source(), epsilon=1.0, description="")
    for bad in (
        good.replace("connection: census", "connection: missing"),
        good.replace("lower: 0, upper: 120", "lower: 120, upper: 0"),
        good.replace("pid: {type: int", "pidd: {type: int"),
        good.replace("age: {type: int", "agee: {type: int"),
        good.replace("name: x", "name: " + "x" * 201),
        good.replace("budget_epsilon: 1.0", "budget_epsilon: 1.0e+300"),
        good.replace("budget_epsilon: 1.0", "budget_epsilon: .nan"),
        good.replace("name: x", "name: 1d3c0ed7-a092-4ce6-b947-55a376dc312b #"),
    ):
        refused(world.admin.post("/data", json={"meta": bad}), 400, 422)
    for body in ({}, {"meta": ""}, {"meta": None}, {"meta": 3}, {"meta": "string"}, {"meta": "x" * 1_000_001}, []):
        refused(world.admin.post("/data", json=body), 400, 422)
    assert [world.rows(f"SELECT count(*) FROM {table}") for table in tables] == before


def test_a_dataset_is_not_asked_before_it_is_ready(fast: World) -> None:
    file = fast.source(more="".join(f"{n % 90},1,9,1,5.0,1,{5_000_000 + n}\n" for n in range(300_000)))
    meta = META.format(name=fresh("big"), file=file, epsilon=1.0, description="")
    created = done(fast.admin.post("/data", json={"meta": meta}))
    refused(ask(fast.admin, created), 409)
    refused(fast.admin.post("/privacy/budgets", json={"data_id": created["data_id"], "current": 5}), 409)
    progress = set()
    while (job := done(fast.admin.get(f"/jobs/{created['job_uuid']}")))["job_state"] in ("created", "running"):
        assert job["job_progress"] < 1
        progress.add(job["job_progress"])
    assert job["job_state"] == "finished"
    assert done(ask(fast.admin, created))


def test_a_dataset_whose_preparation_failed_says_so_and_can_be_mended(world: World) -> None:
    file = world.source(more='"never closed\n')
    meta = META.format(name=fresh("broken"), file=file, epsilon=1.0, description="")
    created = done(world.admin.post("/data", json={"meta": meta}))
    job = wait_for_job(world.admin, created["job_uuid"])
    assert job["job_state"] == "error"
    assert job["job_errors"]
    shown = done(world.admin.get(f"/data/{created['data_uuid']}"))
    assert shown["data_state"] == "failed"
    assert "failed" in refused(ask(world.admin, shown), 409)
    world.source(file.removesuffix(".csv"))
    assert ready(world.admin, world.admin.patch(f"/data/{created['data_uuid']}", json={"meta": meta}))
    assert answer(world.admin, created)


def test_parquet_and_gzip_sources_are_read(fast: World) -> None:
    import gzip

    import duckdb

    folder = fast.live.home / "data"
    text = (folder / fast.source()).read_bytes()
    (folder / "packed.csv.gz").write_bytes(gzip.compress(text + b"1,1,1,1,1.0,1,777001\n"))
    (folder / "plain.csv").write_bytes(text + b"1,1,1,1,1.0,1,777002\n")
    with duckdb.connect() as engine:
        engine.execute(f"COPY (FROM read_csv('{folder}/plain.csv')) TO '{folder}/typed.parquet' (FORMAT parquet)")
    for file, kind in (("packed.csv.gz", "CSV"), ("typed.parquet", "PARQUET")):
        dataset = fast.dataset(file=file, meta=META.replace("type: CSV", f"type: {kind}"))
        assert dataset["data_type"] == kind
        assert 800 < int(answer(fast.admin, dataset, COUNT, 1.0).split()[1]) < 1200


def test_only_the_declared_figures_are_told(world: World) -> None:
    dataset = world.dataset()
    for shown in (dataset, done(world.admin.get("/data", params={"page_size": 1000}))["items"]):
        assert "1001" not in json.dumps(shown)
    assert dataset["data_size"] == 1234
    without = META.replace("    rows: 1234\n", "")
    assert "data_size" not in world.dataset(meta=without)
    assert not {"data_mean", "data_std", "data_stats"} & set(dataset)


def test_a_sample_is_made_up_anew_from_the_description(world: World) -> None:
    dataset = world.dataset(meta=META.replace("educ: {{type: int", "educ: {{type: int, selectable: false"))
    path = f"/data/{dataset['data_uuid']}/sample"
    first, second = (done(world.admin.get(path)) for _ in range(2))
    assert first["sample"] != second["sample"]
    assert (first["name"], first["uuid"], first["type"]) == (dataset["data_name"], dataset["data_uuid"], "CSV")
    rows = json.loads(first["sample"])
    assert all("educ" not in row and "pid" not in row and 0 <= row["age"] <= 120 for row in rows)


def test_a_folder_of_files_is_one_table_and_is_read_anew_when_a_file_joins(world: World) -> None:
    folder = data_folder(world.live) / fresh("folder")
    folder.mkdir()
    for n in range(2):
        (data_folder(world.live) / world.source()).rename(folder / f"{n}.csv")
    dataset = world.dataset(file=f"{folder.name}/", meta=META.replace("max_ids: 1", "max_ids: 3"))
    assert abs(int(answer(world.admin, dataset, epsilon=4.0).split()[1]) - 2002) < 40
    (data_folder(world.live) / world.source()).rename(folder / "more.csv")
    assert abs(int(answer(world.admin, dataset, epsilon=4.0).split()[1]) - 3003) < 40
    other = world.dataset(file=f"{folder.name}/0.csv")
    assert world.balance(other) == world.balance(dataset)

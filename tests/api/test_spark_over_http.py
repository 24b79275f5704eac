"""Files that Spark reads, over HTTP."""

from collections.abc import Iterator

import pytest

import live
from live import live_server, wait_for_job
from world import META, World, answer, ask, data_folder, done, fresh, ready, settle

CANARY = "canary-4111-1111"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, spark_needed: None) -> Iterator[World]:
    home = tmp_path_factory.mktemp("spark") / "home"
    # On a busy machine of two cores Spark takes a minute to start.
    patch = pytest.MonkeyPatch()
    patch.setattr(live, "PATIENCE", 300.0)
    with live_server(home, ambient_session="false", query_memory_mb="768") as server:
        world = settle(server)
        yield world
        world.close()
    patch.undo()


def test_a_table_for_spark_is_asked_like_any_other_and_tells_nothing_else(house: World) -> None:
    file = house.source(more=f"40,1,9,1,{CANARY},1,77777\n")
    meta = META.format(name=fresh("spark"), file=file, epsilon=50.0, description="x").replace(
        "type: CSV", "type: SPARK"
    )
    dataset = ready(house.admin, house.admin.post("/data", json={"meta": meta}))
    assert dataset["data_type"] == "SPARK"
    assert abs(int(answer(house.admin, dataset, epsilon=10.0).split()[1]) - 1002) < 10
    with (data_folder(house.live) / file).open("a") as stream:
        stream.write("".join(f"40,1,9,1,5.0,1,{n}\n" for n in range(500_000, 501_000)))
    assert abs(int(answer(house.admin, dataset, epsilon=10.0).split()[1]) - 2002) < 10
    (data_folder(house.live) / file).write_text(f"pid,age,sex,educ,race,income,married\n{CANARY},1,2,3,4,5,6,7,8,9\n")
    job = wait_for_job(house.admin, done(ask(house.admin, dataset))["job_uuid"])
    assert job["job_state"] == "error" and CANARY not in str(job)
    assert CANARY not in house.live.log()

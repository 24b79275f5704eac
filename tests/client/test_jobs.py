"""Work that outlasts a request: waited for, with progress, and left alone by who stops waiting."""

import asyncio
import pickle
from pathlib import Path
from typing import Any

import httpx
import pytest

from boxed import need_sandbox
from clients import UNKNOWN, Told, connect, connect_async
from dq0.client import Client, Job, JobCancelled, JobFailed, NotFound, StillRunning
from every import Scene
from generated.client import connection, waiting
from people import stored
from quarantine.store import rows
from quarantine.store.tables import jobs as jobs_table
from runs import Deployed
from world import COUNT, META, World, fresh


def state(name: str, progress: float, **more: Any) -> httpx.Response:
    """The status of a job."""
    found = {"job_uuid": UNKNOWN, "job_type": "query.run", "job_errors": "", "job_logs": ""}
    return httpx.Response(200, json={**found, "job_state": name, "job_progress": progress, **more})


def a_query(told: Told) -> Any:
    """A query that was started earlier, whose server answers like this."""
    return told.client(repeats=0).queries.resume_create(UNKNOWN)


def running(world: World) -> str:
    """A query that another worker is at, which never ends by itself."""
    made = world.dataset()
    scene = Scene(world, {**made, "data_id": made["data_id"]})

    class Starter:
        user_id = 1

    return str(scene.running_query(Starter())["job_uuid"])  # type: ignore[arg-type]


def test_a_registered_dataset_and_a_query_are_waited_for(fast: World) -> None:
    seen: list[tuple[str, float]] = []
    with connect(fast.live, fast.admin.token) as client:
        name = fresh("people")
        meta = META.format(name=name, file=fast.source(), epsilon=10.0, description="a test")
        dataset = client.data.create(meta=meta).wait(
            progress=lambda job: seen.append((job.job_state, job.job_progress))
        )
        assert (dataset.data_name, dataset.data_state) == (name, "ready")
        assert seen[-1] == ("finished", 1.0)
        assert len(set(seen)) == len(seen)
        job = client.queries.create(query=COUNT, datasets=name, epsilon=5.0)
        assert job.started.query_uuid == job.uuid
        table = job.wait()
        assert table.columns == ("n",)
        assert abs(table["n"][0] - 1001) < 100
        assert (table.epsilon, table.delta, table.confidence) == (5.0, 0.0, 0.95)
        assert 0 < table.errors["n"][0] < 20
        assert "were charged" in table.message
        # Whoever has only the uuid finds the same.
        assert client.queries.resume_create(job.uuid).wait().rows == table.rows
        assert client.jobs.get(job.uuid).job_state == job.status().job_state == "finished"


def test_await_gives_what_waiting_gives(fast: World) -> None:
    dataset = fast.dataset(free=True)

    async def tour() -> list[Any]:
        async with connect_async(fast.live, fast.admin.token) as client:
            job = await client.queries.create(query=COUNT, datasets=dataset["data_name"])
            seen: list[str] = []
            first, second = await job, await job.wait(progress=lambda status: seen.append(status.job_state))
            assert seen == ["finished"]
            assert (await job.status()).job_state == "finished"
            many = [await client.queries.create(query=COUNT, datasets=dataset["data_name"]) for _ in range(3)]
            return [first.rows, second.rows, *[t.rows for t in await asyncio.gather(*many)]]

    found = asyncio.run(tour())
    with connect(fast.live, fast.admin.token) as client:
        again = client.queries.create(query=COUNT, datasets=dataset["data_name"]).wait()
    assert all(rows == again.rows for rows in found)


def test_the_time_to_wait_may_be_over_and_the_work_goes_on(fast: World) -> None:
    key = running(fast)
    with connect(fast.live, fast.admin.token) as client:
        job = client.queries.resume_create(key)
        with pytest.raises(StillRunning, match="is still running after") as caught:
            job.wait(timeout=0.2)
        assert caught.value.job.job_uuid == key
        assert job.status().job_state == "running"


def test_an_interrupt_leaves_the_work_alone(fast: World) -> None:
    def interrupt(_: object) -> None:
        raise KeyboardInterrupt

    key = running(fast)
    with connect(fast.live, fast.admin.token) as client:
        job = client.queries.resume_create(key)
        with pytest.raises(KeyboardInterrupt):
            job.wait(progress=interrupt)
        assert fast.rows("SELECT job_state, cancel_requested FROM jobs WHERE job_uuid = ?", key) == [("running", 0)]


def test_a_cancelled_task_leaves_the_work_alone(fast: World) -> None:
    key = running(fast)

    async def tour() -> None:
        async with connect_async(fast.live, fast.admin.token) as client:
            task = asyncio.ensure_future(client.queries.resume_create(key).wait())
            await asyncio.sleep(0.2)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    asyncio.run(tour())
    assert fast.rows("SELECT job_state, cancel_requested FROM jobs WHERE job_uuid = ?", key) == [("running", 0)]


def test_a_cancelled_job_is_an_error_of_its_own(fast: World) -> None:
    key = running(fast)
    with connect(fast.live, fast.admin.token) as client:
        job = client.queries.resume_create(key)
        job.cancel(force=True)
        assert fast.rows("SELECT cancel_requested FROM jobs WHERE job_uuid = ?", key) != [(0,)]
        with stored(fast.live) as connection:
            # As its worker does, once nothing of it lives.
            rows.update(connection, jobs_table, {"job_uuid": key}, job_state="cancelled", job_progress=1.0)
        with pytest.raises(JobCancelled, match=f"job {key} was cancelled") as caught:
            job.wait()
        assert caught.value.job.job_state == "cancelled"


def test_a_run_that_fails_raises_with_the_servers_words(fast: World, tmp_path: Path) -> None:
    need_sandbox("bubblewrap")
    made = Deployed(fast.admin, tmp_path, "raise SystemExit(3)")
    with connect(fast.live, fast.admin.token) as client:
        job = client.runs.create(project_uuid=made.uuid, commit_uuid=made.commit)
        with pytest.raises(JobFailed) as caught:
            job.wait()
        assert str(caught.value) == caught.value.job.job_errors == client.runs.get(job.uuid).job_errors
        assert str(caught.value)


def test_a_run_that_ends_well_gives_the_run(fast: World, tmp_path: Path) -> None:
    need_sandbox("bubblewrap")
    made = Deployed(fast.admin, tmp_path)
    with connect(fast.live, fast.admin.token) as client:
        run = client.commits.run(made.commit, ml_project_entry_point="main", args={"epochs": 1}).wait()
        assert (run.run_status, run.commit_uuid) == ("FINISHED", made.commit)


def test_a_failed_job_without_words_says_which_one() -> None:
    with pytest.raises(JobFailed, match=f"job {UNKNOWN} failed") as caught:
        a_query(Told(state("error", 1.0))).wait()
    again = pickle.loads(pickle.dumps(caught.value))
    assert (type(again), str(again), again.job) == (JobFailed, str(caught.value), caught.value.job)


def test_it_is_asked_less_and_less_often(monkeypatch: pytest.MonkeyPatch) -> None:
    naps: list[float] = []
    monkeypatch.setattr(connection.time, "sleep", naps.append)
    ends = state("error", 1.0, job_errors="no")
    told = Told(*[state("running", 0.5)] * 15, ends)
    with pytest.raises(JobFailed):
        a_query(told).wait()
    assert naps == sorted(naps)
    assert (naps[0], naps[-1]) == (waiting.FIRST_PAUSE, waiting.LONGEST_PAUSE)


def test_progress_is_told_when_it_changes() -> None:
    told = Told(*[state("created", 0.0)] * 2, *[state("running", 0.5)] * 2, state("error", 1.0, job_errors="no"))
    seen: list[float] = []
    with pytest.raises(JobFailed, match="no"):
        a_query(told).wait(progress=lambda job: seen.append(job.job_progress))
    assert seen == [0.0, 0.5, 1.0]


def test_a_server_that_is_started_anew_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection.time, "sleep", lambda _: None)

    def gone(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    told = Told(state("running", 0.5), gone, httpx.Response(503, json={"error": "soon"}), state("error", 1.0))
    with pytest.raises(JobFailed):
        a_query(told).wait()
    assert len(told.requests) == 4


def test_a_job_that_is_not_there_is_not_waited_for() -> None:
    told = Told(httpx.Response(404, json={"error": "there is no such job"}))
    with pytest.raises(NotFound):
        a_query(told).wait()
    assert len(told.requests) == 1


def test_the_uuid_is_a_field_of_the_answer_or_the_last_word_of_its_message() -> None:
    told = Told(httpx.Response(200, json={"message": f"run started by job with uuid: {UNKNOWN}"}))
    client: Client = told.client()
    job = client.runs.create(project_uuid=UNKNOWN)
    assert isinstance(job, Job)
    assert (job.uuid, repr(job)) == (UNKNOWN, f"<Job {UNKNOWN}>")

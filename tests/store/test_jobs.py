from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from quarantine.domain.errors import Conflict, NotFound
from quarantine.store import data, jobs, rows, tables
from quarantine.store.context import Actor
from quarantine.store.engine import Database
from quarantine.store.jobs import Artifact
from quarantine.store.rows import AnyRow

Person = Callable[..., Actor]


@pytest.fixture
def user(person: Person) -> int:
    return person("user@dq0.io").user_id


def _create(database: Database, user_id: int, *, job_type: str = "test", priority: int = 0) -> str:
    with database.transaction(durable=True) as connection:
        return jobs.create(connection, job_type=job_type, user_id=user_id, priority=priority)


def _claim(database: Database, owner: str = "w", lease_seconds: float = 60) -> AnyRow | None:
    with database.transaction(write=True) as connection:
        return jobs.claim(connection, owner=owner, types=["test"], lease_seconds=lease_seconds)


def _claimed(database: Database, owner: str = "w", lease_seconds: float = 60) -> AnyRow:
    job = _claim(database, owner, lease_seconds)
    assert job is not None
    return job


def _row(database: Database, job_uuid: str) -> AnyRow:
    with database.transaction() as connection:
        row = rows.get(connection, tables.jobs, job_uuid=job_uuid)
        assert row is not None
        return row


def test_a_job_goes_from_created_to_running_to_finished(database: Database, user: int) -> None:
    key = _create(database, user)
    assert (_row(database, key).job_state, _row(database, key).job_progress) == ("created", 0)
    job = _claimed(database)
    assert (job.job_uuid, job.job_state, job.fence, job.run_end_time) == (key, "running", 1, None)
    with database.transaction(durable=True) as connection:
        files = (Artifact("results.csv", b"a,b\n", "text/csv"),)
        assert jobs.finish(connection, key, 1, results="{}", logs="fine", artifacts=files)
    done = _row(database, key)
    assert (done.job_state, done.job_progress, done.job_results, done.job_logs, done.job_errors) == (
        "finished", 1.0, "{}", "fine", "",
    )  # fmt: skip
    assert done.run_end_time >= done.run_start_time > 10**12
    with database.transaction() as connection:
        published = jobs.artifact(connection, key, "results.csv")
        assert published is not None
        assert (published.content, published.media_type) == (b"a,b\n", "text/csv")
        assert [row.path for row in jobs.artifacts(connection, key)] == ["results.csv"]
        assert jobs.artifact(connection, key, "other.csv") is None


def test_a_claimed_job_is_not_given_out_again(database: Database, user: int) -> None:
    _create(database, user)
    assert _claim(database) is not None
    assert _claim(database) is None


def test_only_jobs_of_the_wanted_types_are_given_out(database: Database, user: int) -> None:
    _create(database, user, job_type="other")
    assert _claim(database) is None
    with database.transaction() as connection:
        assert jobs.waiting(connection, ["other"])
        assert not jobs.waiting(connection, ["test"])
        assert not jobs.waiting(connection, [])


def test_higher_priority_goes_first(database: Database, user: int) -> None:
    _create(database, user)
    urgent = _create(database, user, priority=5)
    assert _claimed(database).job_uuid == urgent


def test_a_job_taken_over_after_its_lease_publishes_once(database: Database, user: int) -> None:
    key = _create(database, user)
    slow = _claimed(database, "slow", lease_seconds=-1)
    quick = _claimed(database, "quick")
    assert (slow.job_uuid, quick.job_uuid, quick.fence) == (key, key, slow.fence + 1)
    for job, published in ((slow, False), (quick, True), (slow, False), (quick, False)):
        with database.transaction(durable=True) as connection:
            files = (Artifact("results.csv", job.lease_owner.encode()),)
            assert jobs.finish(connection, key, job.fence, artifacts=files) is published
    with database.transaction(write=True) as connection:
        kept = jobs.artifact(connection, key, "results.csv")
        assert kept is not None
        assert kept.content == b"quick"
        assert not jobs.fail(connection, key, slow.fence, "no")
        assert not jobs.cancelled(connection, key, slow.fence)
        assert not jobs.release(connection, key, slow.fence)
        assert jobs.heartbeat(connection, key, slow.fence, lease_seconds=9) == jobs.Beat(held=False, cancel=False)
    assert _row(database, key).job_state == "finished"


def test_a_heartbeat_keeps_the_lease_and_shows_progress_below_one(database: Database, user: int) -> None:
    key = _create(database, user)
    job = _claimed(database, lease_seconds=-1)
    with database.transaction(write=True) as connection:
        assert jobs.heartbeat(connection, key, job.fence, lease_seconds=60, progress=1.0).held
    assert _claim(database) is None
    assert _row(database, key).job_progress == 0.99


def test_a_job_that_ends_its_worker_every_time_is_given_up(database: Database, user: int) -> None:
    key = _create(database, user)
    for _ in range(jobs.ATTEMPTS):
        assert _claimed(database, lease_seconds=-1).job_uuid == key
    assert _claim(database) is None
    given_up = _row(database, key)
    assert given_up.job_state == "error"
    assert "not tried again" in given_up.job_errors
    assert given_up.run_end_time is not None


def test_a_waiting_job_is_cancelled_at_once(database: Database, user: int) -> None:
    key = _create(database, user)
    with database.transaction(durable=True) as connection:
        assert jobs.request_cancel(connection, key) == "cancelled"
        with pytest.raises(Conflict, match="ended already: cancelled"):
            jobs.request_cancel(connection, key)
        with pytest.raises(NotFound):
            jobs.request_cancel(connection, "none")
    assert (_row(database, key).job_state, _row(database, key).job_progress) == ("cancelled", 1.0)
    assert _claim(database) is None


def test_a_running_job_is_cancelled_by_its_worker_and_publishes_nothing(database: Database, user: int) -> None:
    key = _create(database, user)
    job = _claimed(database)
    with database.transaction(durable=True) as connection:
        assert jobs.request_cancel(connection, key) == "running"
        assert jobs.look(connection, key, job.fence) == jobs.Beat(held=True, cancel=True)
        assert not jobs.finish(connection, key, job.fence, results="late", artifacts=[Artifact("a", b"")])
        assert jobs.cancelled(connection, key, job.fence)
        assert jobs.artifacts(connection, key) == []
    row = _row(database, key)
    assert (row.job_state, row.job_progress, row.job_results) == ("cancelled", 1.0, "")


def test_a_cancelled_job_whose_worker_is_gone_ends_cancelled(database: Database, user: int) -> None:
    key = _create(database, user)
    job = _claimed(database, lease_seconds=-1)
    with database.transaction(durable=True) as connection:
        jobs.request_cancel(connection, key)
        assert jobs.recover(connection) == 1
        assert jobs.recover(connection) == 0
        assert not jobs.finish(connection, key, job.fence)
    assert (_row(database, key).job_state, _row(database, key).job_progress) == ("cancelled", 1.0)


def test_a_job_given_back_can_be_taken_again_but_not_ended_by_who_gave_it(database: Database, user: int) -> None:
    key = _create(database, user)
    first = _claimed(database)
    with database.transaction(write=True) as connection:
        assert jobs.release(connection, key, first.fence)
        assert not jobs.fail(connection, key, first.fence, "late")
    assert _claimed(database).fence == first.fence + 1


def test_a_failed_publication_leaves_the_job_running_and_nothing_published(database: Database, user: int) -> None:
    key = _create(database, user)
    job = _claimed(database)
    twice = [Artifact("a", b"1"), Artifact("a", b"2")]
    with pytest.raises((IntegrityError, Conflict)), database.transaction(durable=True) as connection:
        jobs.finish(connection, key, job.fence, artifacts=twice)
    assert _row(database, key).job_state == "running"
    with database.transaction() as connection:
        assert jobs.artifacts(connection, key) == []


@given(
    st.lists(st.sampled_from(["claim", "lose", "finish", "fail", "cancel", "end", "release", "recover"]), max_size=15)
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happens_an_ended_job_stays_as_it_ended(database: Database, user: int, steps: list[str]) -> None:
    with database.transaction(write=True) as connection:
        rows.update(connection, tables.jobs, {"job_state": "created"}, job_state="error")
        rows.update(connection, tables.jobs, {"job_state": "running"}, job_state="error")
        key = jobs.create(connection, job_type="test", user_id=user)
        fences, ended = [0], None
        for step in steps:
            held = fences[-1]
            if step in ("claim", "lose"):
                seconds = -1 if step == "lose" else 60
                job = jobs.claim(connection, owner="w", types=["test"], lease_seconds=seconds)
                fences += [job.fence] if job else []
            elif step == "finish":
                jobs.finish(connection, key, held)
            elif step == "fail":
                jobs.fail(connection, key, held, "no")
            elif step == "end":
                jobs.cancelled(connection, key, held)
            elif step == "release":
                jobs.release(connection, key, held)
            elif step == "recover":
                jobs.recover(connection)
            elif ended is None:
                jobs.request_cancel(connection, key)
            row = rows.get(connection, tables.jobs, job_uuid=key)
            assert row is not None
            assert ended in (None, row.job_state)
            assert (row.job_progress == 1.0) == (row.job_state in ("finished", "cancelled"))
            assert (row.lease_owner is not None) == (row.job_state == "running")
            ended = row.job_state if row.job_state in jobs.ENDED else None
        assert fences == sorted(set(fences))


def test_a_dataset_fails_with_the_job_that_was_to_prepare_it(database: Database, user: int, lineage: str) -> None:
    made = {}
    for name in ("killed", "cancelled", "taken-over", "prepared-anew"):
        with database.transaction(durable=True) as connection:
            row = data.register(connection, user_id=user, name=name, meta="m", lineage=lineage, state="preparing")
            made[name] = jobs.create(connection, job_type="test", user_id=user, job_name=name, data_id=row.data_id)
            data.change(connection, row.data_id, job_uuid=made[name])
    attempts = {"killed": jobs.ATTEMPTS, "cancelled": 1, "taken-over": 1, "prepared-anew": jobs.ATTEMPTS}
    with database.transaction(write=True) as connection:
        for name, fence in attempts.items():
            values = {"job_state": "running", "lease_until": 1, "fence": fence, "cancel_requested": name == "cancelled"}
            rows.update(connection, tables.jobs, {"job_uuid": made[name]}, **values)
        newer = jobs.create(connection, job_type="test", user_id=user)
        rows.update(connection, tables.data, {"data_name": "prepared-anew"}, job_uuid=newer)
        assert jobs.recover(connection) == 3
        assert jobs.recover(connection) == 0
        found = {name: rows.get(connection, tables.data, data_name=name) for name in made}
    assert {name: row.data_state for name, row in found.items() if row} == {
        "killed": "failed", "cancelled": "failed", "taken-over": "preparing", "prepared-anew": "preparing",
    }  # fmt: skip

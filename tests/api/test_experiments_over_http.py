"""Experiments: names, the mark of deletion, and what the last run tells."""

import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from people import stored
from quarantine.store import rows, tables
from world import World, done, fresh, refused


@pytest.fixture
def project(world: World, tmp_path: Path) -> Iterator[str]:
    name = fresh("lab")
    done(world.user.post("/projects", json={"name": name, "working_dir": str(tmp_path)}))
    yield yaml.safe_load((tmp_path / name / ".meta").read_text(encoding="utf8"))["project_uuid"]
    shutil.rmtree(tmp_path / name, ignore_errors=True)


def create(world: World, project: str, name: str) -> Any:
    return done(world.user.post(f"/experiments?project_uuid={project}", json={"experiment_name": name}))


def run(world: World, project: str, experiment: str, state: str, at: int | None, commit: str | None = None) -> None:
    """A run as the worker would leave it: there is no operation yet that makes one."""
    values = {"job_type": "commit.run", "job_state": state, "project_uuid": project, "commit_uuid": commit}
    values |= {"experiment_uuid": experiment, "run_end_time": at, "created_at": 1, "updated_at": 1}
    with stored(world.live) as connection:
        user = rows.get(connection, tables.users, email="user@example.org")
        assert user is not None
        rows.insert(connection, tables.jobs, job_uuid=str(uuid.uuid4()), user_id=user.user_id, **values)


def test_an_experiment_is_made_renamed_deleted_and_restored(world: World, project: str) -> None:
    made = create(world, project, "first")
    path = f"/experiments/{made['experiment_uuid']}"
    assert (made["experiment_name"], made["experiment_stage"], made["project_uuid"]) == ("first", "active", project)
    assert done(world.user.get(path)) == made
    assert done(world.user.patch(path, json={"experiment_name": "renamed"}))["experiment_name"] == "renamed"
    assert done(world.user.delete(path))["experiment_stage"] == "deleted"
    refused(world.user.delete(path), 409)
    assert done(world.user.get(path))["experiment_stage"] == "deleted"
    listed = done(world.user.get("/experiments", params={"project_uuid": project}))["items"]
    assert [item["experiment_stage"] for item in listed] == ["deleted"]
    assert done(world.user.post(f"{path}/restore"))["experiment_stage"] == "active"
    assert done(world.user.post(f"{path}/restore"))["experiment_stage"] == "active"


def test_a_name_is_borne_by_one_active_experiment_of_a_project(world: World, project: str) -> None:
    one, other = create(world, project, "one"), create(world, project, "other")
    again = f"/experiments?project_uuid={project}"
    refused(world.user.post(again, json={"experiment_name": "one"}), 409)
    path = f"/experiments/{one['experiment_uuid']}"
    refused(world.user.patch(path, json={"experiment_name": "other"}), 409)
    done(world.user.patch(path, json={"experiment_name": "one"}))
    done(world.user.delete(path))
    create(world, project, "one")
    refused(world.user.post(f"{path}/restore"), 409)
    done(world.user.delete(f"/experiments/{other['experiment_uuid']}"))


@pytest.mark.parametrize("state", ["created", "running"])
def test_an_experiment_with_jobs_under_way_is_not_deleted(world: World, project: str, state: str) -> None:
    made = create(world, project, "busy")
    run(world, project, made["experiment_uuid"], "finished", 5)
    # Nobody works on jobs of this type on this server.
    run(world, project, made["experiment_uuid"], state, None)
    refused(world.user.delete(f"/experiments/{made['experiment_uuid']}"), 409)
    assert done(world.user.get(f"/experiments/{made['experiment_uuid']}"))["experiment_stage"] == "active"


def test_the_run_that_ended_last_is_told_of_experiment_and_project(world: World, project: str) -> None:
    early, late = create(world, project, "early"), create(world, project, "late")
    shown = done(world.user.get(f"/projects/{project}"))
    assert shown["latest_experiment_name"] == "late"
    assert "latest_experiment_result" not in shown
    run(world, project, early["experiment_uuid"], "finished", 1_000)
    run(world, project, early["experiment_uuid"], "error", 3_000)
    run(world, project, late["experiment_uuid"], "cancelled", 2_000)
    run(world, project, late["experiment_uuid"], "running", None)
    for made, result in ((early, "FAILED"), (late, "KILLED")):
        found = done(world.user.get(f"/experiments/{made['experiment_uuid']}"))
        assert found["latest_experiment_result"] == result
        assert found["latest_experiment_uuid"] == made["experiment_uuid"]
    shown = done(world.user.get(f"/projects/{project}"))
    assert (shown["latest_experiment_name"], shown["latest_experiment_result"]) == ("early", "FAILED")


def test_the_run_that_ended_last_is_told_of_a_commit(world: World, project: str) -> None:
    commit = done(world.user.post(f"/projects/{project}/deploy"))["message"].split(" ")[-1]
    made = create(world, project, "once")
    assert "latest_experiment_name" not in done(world.user.get(f"/commits/{commit}"))
    run(world, project, made["experiment_uuid"], "finished", 1_000, commit)
    shown = done(world.user.get(f"/commits/{commit}"))
    assert (shown["latest_experiment_name"], shown["latest_experiment_result"]) == ("once", "FINISHED")


def test_lists_are_ordered_by_name_too(world: World, project: str) -> None:
    for name in ("b", "c", "a"):
        create(world, project, name)
    for order, names in (("experiment_name", ["a", "b", "c"]), ("-experiment_name", ["c", "b", "a"])):
        found = done(world.user.get("/experiments", params={"project_uuid": project, "order_by": order}))
        assert [item["experiment_name"] for item in found["items"]] == names

"""Projects from the folder to the commit: what is made, what `.meta` says, who may, and what lists show."""

import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from checked import Checked
from world import World, done, fresh, refused

UNKNOWN = "00000000-0000-4000-8000-000000000000"
FILES = {".meta", "MLproject", "my_model.py", "run.py", "models"}


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    shutil.rmtree(tmp_path, ignore_errors=True)


def made(client: Checked, place: Path, name: str = "") -> tuple[str, Path]:
    """A new project's uuid and folder."""
    name = name or fresh("project")
    done(client.post("/projects", json={"name": name, "working_dir": str(place)}))
    return meta(place / name)["project_uuid"], place / name


def meta(folder: Path) -> Any:
    return yaml.safe_load((folder / ".meta").read_text(encoding="utf8"))


def deployed(client: Checked, project: str) -> str:
    return str(done(client.post(f"/projects/{project}/deploy"))["message"].split(" ")[-1])


def grant(world: World, project: str, role: str, level: int) -> None:
    body = {"project_uuid": project, "role_name": role, "permission": level}
    done(world.admin.post("/projects/set-permission", json=body))


def test_a_new_project_has_its_folder_and_its_uuid_in_meta(world: World, place: Path) -> None:
    name = fresh("income")
    answer = done(world.user.post("/projects", json={"name": name, "working_dir": str(place)}))
    assert answer["message"] == f"successfully created new project: {name}"
    assert {path.name for path in (place / name).iterdir()} == FILES
    assert not list((place / name / "models").iterdir())
    assert {path.name for path in place.iterdir()} == {name}
    said = meta(place / name)
    assert list(said) == ["project_name", "project_uuid", "commit_uuid", "experiment_name", "datasets"]
    assert said == {
        "project_name": name,
        "project_uuid": str(uuid.UUID(said["project_uuid"])),
        "commit_uuid": "",
        "experiment_name": "",
        "datasets": {},
    }
    shown = done(world.user.get(f"/projects/{said['project_uuid']}"))
    assert (shown["project_name"], shown["project_uuid"]) == (name, said["project_uuid"])
    assert not {"data_uuid", "latest_experiment_name"} & set(shown)


def test_a_folder_that_exists_is_left_alone(world: World, place: Path) -> None:
    for name, make in (("file", Path.touch), ("folder", Path.mkdir), ("dangling", lambda path: path.symlink_to("x"))):
        make(place / name)
        refused(world.user.post("/projects", json={"name": name, "working_dir": str(place)}), 409)
    made(world.user, place, "mine")
    before = (place / "mine" / ".meta").read_bytes()
    refused(world.user.post("/projects", json={"name": "mine", "working_dir": str(place)}), 409)
    assert (place / "mine" / ".meta").read_bytes() == before
    assert not list((place / "folder").iterdir())
    assert {path.name for path in place.iterdir()} == {"file", "folder", "dangling", "mine"}


def test_attach_and_detach_keep_meta_current(world: World, place: Path) -> None:
    project, folder = made(world.admin, place)
    first, second = world.dataset(), world.dataset()
    path = f"/projects/{project}"
    body = {"data_uuid": first["data_uuid"], "data_name": first["data_name"]}
    assert done(world.admin.post(f"{path}/attach", json=body))["message"] == "successfully attached data to project"
    assert meta(folder)["datasets"] == {first["data_name"]: first["data_uuid"]}
    assert done(world.admin.post(f"{path}/attach", json=body))["message"] == "data is already attached to project"
    done(world.admin.post(f"{path}/attach", json={"data_name": second["data_name"]}))
    commit = deployed(world.admin, project)
    for params in ({"project_uuid": project}, {"commit_uuid": commit}):
        found = done(world.admin.get("/data", params=params))["items"]
        assert {item["data_uuid"] for item in found} == {first["data_uuid"], second["data_uuid"]}
        assert done(world.user.get("/data", params=params))["items"] == []
    assert set(meta(folder)["datasets"].values()) == {first["data_uuid"], second["data_uuid"]}
    assert done(world.admin.get(path))["data_uuid"] == second["data_uuid"]
    mixed = {"data_uuid": first["data_uuid"], "data_name": second["data_name"]}
    for verb in ("attach", "detach"):
        refused(world.admin.post(f"{path}/{verb}", json=mixed), 409)
        refused(world.admin.post(f"{path}/{verb}", json={}), 404)
        refused(world.admin.post(f"{path}/{verb}", json={"data_uuid": UNKNOWN}), 404)
    done(world.admin.post(f"{path}/detach", json={"data_uuid": second["data_uuid"]}))
    assert done(world.admin.get(path))["data_name"] == first["data_name"]
    done(world.admin.post(f"{path}/detach", json=body))
    refused(world.admin.post(f"{path}/detach", json=body), 404)
    assert meta(folder)["datasets"] == {}


def test_data_has_to_be_usable_to_be_attached_and_visible_to_be_shown(world: World, place: Path) -> None:
    project, folder = made(world.user, place)
    dataset = world.dataset()
    path, body = f"/projects/{project}", {"data_uuid": dataset["data_uuid"]}
    missing = world.user.post(f"{path}/attach", json={"data_uuid": UNKNOWN})
    unseen = world.user.post(f"{path}/attach", json=body)
    assert (unseen.status_code, unseen.content) == (missing.status_code, missing.content)
    assert unseen.status_code == 404
    world.grant(dataset, "users", 1)
    refused(world.user.post(f"{path}/attach", json=body), 403)
    assert meta(folder)["datasets"] == {}
    world.grant(dataset, "users", 2)
    done(world.user.post(f"{path}/attach", json=body))
    assert done(world.user.get(path))["data_uuid"] == dataset["data_uuid"]
    grant(world, project, "owners", 1)
    assert "data_uuid" not in done(world.owner.get(path))
    done(world.admin.delete(f"/data/{dataset['data_uuid']}"))
    assert "data_uuid" not in done(world.user.get(path))


def test_the_experiment_name_stands_in_meta(world: World, place: Path) -> None:
    project, folder = made(world.user, place)
    for name in ("My Cool Experiment 42", "no", "12", "ünï: {x}", "'quoted' \"twice\" # and more"):
        done(world.user.post(f"/projects/{project}/set-experiment-name", json={"experiment_name": name}))
        assert meta(folder)["experiment_name"] == name
    refused(world.user.post(f"/projects/{project}/set-experiment-name", json={"experiment_name": "a\nb: c"}), 400)


def test_an_unchanged_folder_gives_the_same_commit_and_a_changed_one_another(world: World, place: Path) -> None:
    project, folder = made(world.user, place)
    first = deployed(world.user, project)
    assert meta(folder)["commit_uuid"] == first
    assert deployed(world.user, project) == first
    done(world.user.post(f"/projects/{project}/set-experiment-name", json={"experiment_name": "later"}))
    (folder / "MLproject").touch()
    assert deployed(world.user, project) == first
    (folder / "more.py").write_text("x = 1\n", encoding="utf8")
    second = deployed(world.user, project)
    assert second != first == deployed_before(folder, world.user, project)
    listed = done(world.user.get("/commits", params={"project_uuid": project}))
    assert {item["commit_uuid"] for item in listed["items"]} == {first, second}


def deployed_before(folder: Path, client: Checked, project: str) -> str:
    """The commit after what was added last is gone again."""
    (folder / "more.py").unlink()
    return deployed(client, project)


def test_the_same_files_of_two_projects_are_two_commits(world: World, place: Path) -> None:
    (one, folder), (other, _) = made(world.user, place), made(world.admin, place)
    shutil.copy(folder / "MLproject", place / "MLproject")
    for path in place.glob("*/MLproject"):
        shutil.copy(place / "MLproject", path)
    commits = [deployed(client, project) for client, project in ((world.user, one), (world.admin, other))]
    assert len(set(commits)) == 2
    refused(world.user.get(f"/commits/{commits[1]}"), 404)


def test_content_lists_the_deployed_files_and_local_only_those_of_the_folder(world: World, place: Path) -> None:
    project, folder = made(world.user, place)
    commit = deployed(world.user, project)
    (folder / "later.py").write_text("later", encoding="utf8")
    path = f"/commits/{commit}/content"
    found = done(world.user.post(path))
    assert [file["path"] for file in found["files"]] == ["MLproject", "my_model.py", "run.py"]
    assert found["project_uuid"] == project
    assert found["files"][0]["size"] == (folder / "MLproject").stat().st_size
    assert done(world.user.post(path, content=b"null", headers={"content-type": "application/json"})) == found
    local = done(world.user.post(path, json={"local_only": True, "project_uuid": project}))
    assert {"path": "later.py", "size": 5} in local["files"]
    refused(world.user.post(path, json={"project_uuid": UNKNOWN}), 404)
    grant(world, project, "owners", 1)
    assert done(world.owner.post(path)) == found
    refused(world.owner.post(path, json={"local_only": True}), 403)


def test_unlink_forgets_the_project_and_leaves_the_files(world: World, place: Path) -> None:
    project, folder = made(world.user, place)
    commit = deployed(world.user, project)
    before = sorted(folder.iterdir())
    done(world.user.delete(f"/projects/{project}"))
    assert sorted(folder.iterdir()) == before
    refused(world.user.get(f"/projects/{project}"), 404)
    refused(world.user.post(f"/projects/{project}/deploy"), 404)
    assert project not in world.user.get("/projects", params={"page_size": 1000}).text
    assert done(world.user.get(f"/commits/{commit}"))["commit_uuid"] == commit
    refused(world.user.post(f"/commits/{commit}/content", json={"local_only": True}), 409)


def test_each_level_on_a_project_opens_what_it_says(world: World, place: Path) -> None:
    project, folder = made(world.admin, place)
    commit = deployed(world.admin, project)
    experiment = done(world.admin.post(f"/experiments?project_uuid={project}", json={"experiment_name": "one"}))
    path, other = f"/projects/{project}", f"/experiments/{experiment['experiment_uuid']}"
    name, new = {"experiment_name": fresh("name")}, {"experiment_name": fresh("new")}
    ways: list[tuple[int, Any]] = [
        (1, lambda who: who.get(path)),
        (1, lambda who: who.get(f"/commits/{commit}")),
        (1, lambda who: who.post(f"/commits/{commit}/content")),
        (1, lambda who: who.get(other)),
        (2, lambda who: who.post(f"/experiments?project_uuid={project}", json={"experiment_name": fresh("new")})),
        (3, lambda who: who.patch(other, json=new)),
        (3, lambda who: who.post(f"{path}/deploy")),
        (3, lambda who: who.post(f"{path}/set-experiment-name", json=name)),
        (4, lambda who: who.post(f"{other}/restore")),
        (
            4,
            lambda who: who.post(
                "/projects/set-permission", json={"project_uuid": project, "role_id": 2, "permission": 1}
            ),
        ),
        (4, lambda who: who.delete(other)),
        (4, lambda who: who.delete(path)),
    ]
    for level in range(5):
        grant(world, project, "users", level)
        for needed, way in ways:
            answer = way(world.user)
            if level >= needed:
                assert answer.status_code == 200, (level, needed, answer.request.url, answer.text)
            else:
                refused(answer, 403 if level else 404)
    assert folder.is_dir()


def test_lists_show_only_what_the_asker_sees(world: World, place: Path) -> None:
    project, _ = made(world.admin, place)
    commit = deployed(world.admin, project)
    done(world.admin.post(f"/experiments?project_uuid={project}", json={"experiment_name": "hidden"}))
    for path in ("/projects", "/commits", "/experiments"):
        for client, seen in ((world.admin, True), (world.auditor, True), (world.user, False), (world.owner, False)):
            found = client.get(path, params={"page_size": 1000})
            assert (project in found.text) == seen, (path, found.text)
            assert len(found.json()["items"]) == found.json()["total"]
    grant(world, project, "users", 1)
    for path in ("/projects", "/commits", "/experiments"):
        assert project in world.user.get(path, params={"page_size": 1000}).text
    admin, user = (done(client.get("/users/profile"))["user_id"] for client in (world.admin, world.user))
    for path in ("/commits", "/experiments"):
        assert done(world.admin.get(path, params={"project_uuid": project, "user_id": admin}))["total"] == 1
        assert done(world.admin.get(path, params={"project_uuid": project, "user_id": user}))["total"] == 0
        assert done(world.admin.get(path, params={"project_uuid": UNKNOWN}))["items"] == []
    assert commit in world.user.get("/commits", params={"project_uuid": project}).text


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"role_name": "users"}, 400),
        ({"role_name": "users", "permission": 5}, 400),
        ({"permission": 2}, 404),
        ({"role_id": 1, "role_name": "users", "permission": 2}, 409),
        ({"role_id": 99, "permission": 2}, 404),
        ({"role_id": 3, "permission": 2, "project_id": 999_999}, 404),
        ({"role_id": 4, "permission": 4}, 409),
    ],
)
def test_a_project_permission_that_does_not_say_what_it_means_is_not_set(
    world: World, place: Path, body: Any, status: int
) -> None:
    project, _ = made(world.admin, place)
    refused(world.admin.post("/projects/set-permission", json={"project_uuid": project, **body}), status)
    number = world.rows("SELECT project_id FROM projects WHERE project_uuid = ?", project)[0][0]
    assert not world.rows("SELECT * FROM project_permissions WHERE project_id = ?", number)


def test_a_project_goes_by_number_uuid_or_name_and_they_have_to_agree(world: World, place: Path) -> None:
    (one, folder), (other, _) = made(world.user, place), made(world.user, place)
    number = world.rows("SELECT project_id FROM projects WHERE project_uuid = ?", one)[0][0]
    role = {"role_name": "owners", "permission": 1}
    whole = {"project_uuid": one, "project_id": number, "project_name": folder.name}
    for key, value in whole.items():
        done(world.user.post("/projects/set-permission", json={key: value, **role}))
    done(world.user.post("/projects/set-permission", json={**whole, **role}))
    refused(world.user.post("/projects/set-permission", json={**whole, "project_uuid": other, **role}), 409)
    if not world.live.plain:
        # The printed form, which a checked client would take for the list.
        with world.live.client(world.user.token) as client:
            said = done(client.request("GET", "/projects", json={**whole, **role}))
        assert said == {"message": "successfully set permission"}
    again = place / "again"
    again.mkdir()
    made(world.user, again, folder.name)
    refused(world.user.post("/projects/set-permission", json={"project_name": folder.name, **role}), 409)


def test_who_may_what_on_a_commit_is_explained_by_its_project(world: World, place: Path) -> None:
    project, _ = made(world.user, place)
    for action in ("CommitInfo", "ExperimentDelete", "ProjectDeploy"):
        told = done(world.user.get("/actions/explain", params={"action": action, "project_uuid": project}))
        assert told["allowed"]
        assert told["level"] == 4


def test_audit_rows_name_what_was_done_and_no_folder(world: World, place: Path) -> None:
    project, _ = made(world.user, place)
    commit = deployed(world.user, project)
    found = world.rows("SELECT description, object FROM audits WHERE action LIKE 'Project%'")
    assert any(f"project {project}" in description for description, _ in found)
    assert any(f"commit {commit}" in description and object == project for description, object in found)
    assert str(place) not in str(found)

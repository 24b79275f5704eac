"""Folders and deployments of somebody who wants to write or read elsewhere: refused, and nothing is touched."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from live import live_server
from world import World, data_folder, done, fresh, refused, sign_up


@contextmanager
def untouched(folder: Path) -> Iterator[None]:
    """Nothing below the folder comes, goes or changes meanwhile."""

    def state() -> dict[str, object]:
        return {str(path): (path.lstat().st_mtime_ns, path.lstat().st_mode) for path in sorted(folder.rglob("*"))}

    before = state()
    yield
    assert state() == before


def made(world: World, place: Path) -> tuple[str, Path]:
    name = fresh("victim")
    done(world.user.post("/projects", json={"name": name, "working_dir": str(place)}))
    said = yaml.safe_load((place / name / ".meta").read_text(encoding="utf8"))
    return said["project_uuid"], place / name


@pytest.mark.parametrize(
    "name",
    ["..", ".", "a/b", "../x", "/x", "", "a\0b", "a\nb", ".hidden", "-x", "a b", "x" * 101, "%2e%2e", "ü", 7, None],
)
def test_a_name_that_is_no_plain_folder_name_is_400(world: World, tmp_path: Path, name: object) -> None:
    with untouched(tmp_path):
        refused(world.user.post("/projects", json={"name": name, "working_dir": str(tmp_path / "a")}), 400)


@pytest.mark.parametrize(
    "working_dir", ["", ".", "relative", "../..", "a\0b", "/a\0b", "/a\nb", "/" * 5000, 7, None, "~"]
)
def test_a_working_dir_that_is_no_absolute_path_is_400(world: World, working_dir: object) -> None:
    refused(world.user.post("/projects", json={"name": "x", "working_dir": working_dir}), 400)


def test_a_working_dir_that_is_not_plainly_there_is_422(world: World, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "folder")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    os.mkfifo(tmp_path / "pipe")
    wrong = [
        "file",
        "missing",
        "file/below",
        "link",
        "loop",
        "pipe",
        "folder/..",
        "folder/../folder",
        "x" * 300,
        "\udcff",
    ]
    said = set()
    for each in (*(f"{tmp_path}/{name}" for name in wrong), "/proc", "/dev/null", "/dev/fd", "/proc/self/root"):
        content = json.dumps({"name": "x", "working_dir": each}).encode()
        headers = {"content-type": "application/json"}
        with untouched(tmp_path):
            answer = world.user.post("/projects", content=content, headers=headers)
        said.add(refused(answer, 400, 422))
        assert not each.endswith("\udcff") or answer.status_code in (400, 422)
    # What is there and what is not cannot be told apart.
    assert len([text for text in said if "working_dir: expected the absolute path" in text]) == 1
    assert str(tmp_path) not in " ".join(said)


def test_the_servers_own_folders_hold_no_projects(world: World) -> None:
    home = world.live.home
    own = [home, home / "bounded", data_folder(world.live)]
    for folder in own:
        if folder.is_dir():
            refused(world.user.post("/projects", json={"name": "inside", "working_dir": str(folder)}), 422)
    around = {"name": home.name, "working_dir": str(home.parent)}
    refused(world.user.post("/projects", json=around), 409, 422)
    assert not list(home.rglob("my_model.py"))


def test_a_folder_that_became_a_link_or_another_is_neither_read_nor_written(world: World, tmp_path: Path) -> None:
    project, folder = made(world, tmp_path)
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text("canary", encoding="utf8")
    (outside / ".meta").write_text("project_uuid: another\n", encoding="utf8")
    away = tmp_path / "away"
    folder.rename(away)

    def attempts() -> None:
        with untouched(outside), untouched(away):
            refused(world.user.post(f"/projects/{project}/deploy"), 409)
            name = {"experiment_name": "x"}
            refused(world.user.post(f"/projects/{project}/set-experiment-name", json=name), 409)

    attempts()
    folder.symlink_to(outside)
    attempts()
    folder.unlink()
    folder.symlink_to(away)
    attempts()
    folder.unlink()
    outside.rename(folder)
    with untouched(folder):
        refused(world.user.post(f"/projects/{project}/deploy"), 409)
    folder.rename(outside)
    away.rename(folder)
    done(world.user.post(f"/projects/{project}/deploy"))
    assert done(world.user.get("/commits", params={"project_uuid": project}))["total"] == 1


def test_a_folder_above_that_became_a_link_leads_nowhere(world: World, tmp_path: Path) -> None:
    place = tmp_path / "place"
    place.mkdir()
    project, folder = made(world, place)
    elsewhere = tmp_path / "elsewhere"
    place.rename(elsewhere)
    place.symlink_to(elsewhere)
    assert (folder / ".meta").is_file()
    refused(world.user.post(f"/projects/{project}/deploy"), 409)


def test_meta_as_a_link_or_device_is_not_followed(world: World, tmp_path: Path) -> None:
    project, folder = made(world, tmp_path)
    text = (folder / ".meta").read_text(encoding="utf8")
    victim = tmp_path / "victim"
    victim.write_text(text, encoding="utf8")
    (folder / ".meta").unlink()
    (folder / ".meta").symlink_to(victim)
    name = {"experiment_name": "x"}
    with untouched(tmp_path):
        refused(world.user.post(f"/projects/{project}/set-experiment-name", json=name), 409)
    (folder / ".meta").unlink()
    os.mkfifo(folder / ".meta")
    refused(world.user.post(f"/projects/{project}/set-experiment-name", json=name), 409)
    (folder / ".meta").unlink()
    (folder / ".meta").write_text(text, encoding="utf8")
    (folder / ".meta.new").symlink_to(victim)
    done(world.user.post(f"/projects/{project}/set-experiment-name", json=name))
    assert victim.read_text(encoding="utf8") == text
    assert not (folder / ".meta").is_symlink()


def test_what_may_not_be_deployed_is_422_and_makes_no_commit(world: World, tmp_path: Path) -> None:
    project, folder = made(world, tmp_path)
    (tmp_path / "outside").write_text("canary", encoding="utf8")

    def link(path: Path) -> None:
        path.symlink_to("../outside")

    def absolute(path: Path) -> None:
        path.symlink_to("/etc/passwd")

    def hard(path: Path) -> None:
        path.hardlink_to(tmp_path / "outside")

    def huge(path: Path) -> None:
        with path.open("wb") as file:
            file.truncate(1 << 42)

    ways: list[Any] = [link, absolute, hard, huge, os.mkfifo]
    for way in ways:
        way(folder / "trap")
        before = (folder / ".meta").read_bytes()
        said = refused(world.user.post(f"/projects/{project}/deploy"), 422)
        assert "canary" not in said
        assert str(tmp_path) not in said
        assert (folder / ".meta").read_bytes() == before
        (folder / "trap").unlink()
    (folder / "a\x1b[31m\udcff").write_text("x", encoding="utf8")
    refused(world.user.post(f"/projects/{project}/deploy"), 422)
    assert done(world.user.get("/commits", params={"project_uuid": project}))["total"] == 0


def test_projects_stay_in_the_folders_that_are_open_to_them(tmp_path: Path) -> None:
    opened, closed = tmp_path / "open", tmp_path / "closed"
    for folder in (opened / "below", closed):
        folder.mkdir(parents=True)
    (opened / "out").symlink_to(closed)
    (closed / "deeper").mkdir()
    with live_server(tmp_path / "home", project_folders=str(opened), worker="false") as live:
        admin = sign_up(live, None, "admin@example.org")
        for folder in (opened, opened / "below"):
            done(admin.post("/projects", json={"name": "fine", "working_dir": str(folder)}))
        with untouched(closed):
            for folder in (closed, tmp_path, opened / "out" / "deeper", opened / "out", Path("/")):
                refused(admin.post("/projects", json={"name": "out", "working_dir": str(folder)}), 422)
        admin.close()


def test_a_request_that_fails_in_the_end_leaves_neither_row_nor_folder(tmp_path: Path) -> None:
    place = tmp_path / "place"
    place.mkdir()
    with live_server(tmp_path / "home", worker="false") as live:
        admin = sign_up(live, None, "admin@example.org")
        done(admin.post("/projects", json={"name": "kept", "working_dir": str(place)}))
        meta = (place / "kept" / ".meta").read_bytes()
        uuid = yaml.safe_load(meta)["project_uuid"]
        forbid(live.home / "dq0.sqlite")
        with live.client(admin.token) as client:
            body = {"name": "gone", "working_dir": str(place)}
            assert client.post("/projects", json=body).status_code == 500
            name = {"experiment_name": "never"}
            assert client.post(f"/projects/{uuid}/set-experiment-name", json=name).status_code == 500
        assert [path.name for path in place.iterdir()] == ["kept"]
        assert (place / "kept" / ".meta").read_bytes() == meta
        assert done(admin.get("/projects"))["total"] == 1
        admin.close()


def forbid(database: Path) -> None:
    """From now on no success of these two operations can be noted: their transactions fail at the very end."""
    import sqlite3
    from contextlib import closing

    condition = "NEW.outcome = 'ok' AND NEW.action IN ('ProjectCreate', 'ProjectSetExperimentName')"
    with closing(sqlite3.connect(database, timeout=20)) as connection, connection:
        connection.execute(
            f"CREATE TRIGGER forbid BEFORE INSERT ON audits WHEN {condition} BEGIN SELECT RAISE(ABORT, 'no'); END"
        )

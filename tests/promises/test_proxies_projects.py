"""A working folder on the laptop, its project in the quarantine: made, attached, deployed and run from the laptop."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from boxed import need_sandbox
from live import Live, live_server, wait_for_job
from quarantines import ADMIN, USER, activate, joined, last_audit, log_in, own
from runs import CODE, PROJECT
from world import World, done, fresh, refused, select, settle


class Pair:
    """A laptop's server, a quarantine, and the laptop's user, signed in there as its administrator."""

    def __init__(self, laptop: Live, there: World, me: httpx.Client) -> None:
        self.laptop, self.there, self.me = laptop, there, me
        self.proxy = joined(me, there.live, ADMIN)
        self.place = laptop.home.parent / "work"
        self.place.mkdir()

    def project(self) -> tuple[str, Path]:
        """A new project's uuid and folder."""
        name = fresh("carried")
        told = done(self.me.post("/projects", json={"name": name, "working_dir": str(self.place)}))
        assert told == {"message": f"successfully created new project: {name}"}
        return str(meta(self.place / name)["project_uuid"]), self.place / name

    def deploy(self, key: str) -> str:
        """The uuid of the commit that deploying makes."""
        return str(done(self.me.post(f"/projects/{key}/deploy", content=b"null"))["message"].split(" ")[-1])


def meta(folder: Path) -> dict[str, Any]:
    """What the `.meta` file says."""
    found: dict[str, Any] = yaml.safe_load((folder / ".meta").read_text(encoding="utf8"))
    return found


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Both servers."""
    folder = tmp_path_factory.mktemp("carried")
    with (
        live_server(folder / "laptop") as laptop,
        live_server(folder / "there", ambient_session="false", deploy_bytes="200000") as there,
        own(laptop) as me,
    ):
        world = settle(there)
        yield Pair(laptop, world, me)
        world.close()


def test_a_project_is_made_here_and_known_there(pair: Pair) -> None:
    key, folder = pair.project()
    nothing_yet = {"commit_uuid": "", "experiment_name": "", "datasets": {}}
    assert meta(folder) == {"project_name": folder.name, "project_uuid": key} | nothing_yet
    assert {path.name for path in folder.iterdir()} >= {"MLproject", "my_model.py", "models", ".meta"}
    assert done(pair.there.admin.get(f"/projects/{key}"))["project_name"] == folder.name
    assert select(pair.laptop, "SELECT count(*) FROM projects") == [(0,)]
    assert last_audit(pair.laptop, "ProjectCreate")[:2] == (ADMIN, "ok")
    assert last_audit(pair.there.live, "ProjectRegister")[:2] == (ADMIN, "ok")


def test_attaching_and_naming_are_done_there_and_noted_here(pair: Pair) -> None:
    key, folder = pair.project()
    dataset = pair.there.dataset()
    named = {"data_name": dataset["data_name"], "data_uuid": dataset["data_uuid"]}
    told = done(pair.me.post(f"/projects/{key}/attach/", json=named))
    assert told == {"message": "successfully attached data to project"}
    assert meta(folder)["datasets"] == {dataset["data_name"]: dataset["data_uuid"]}
    told = done(pair.me.post(f"/projects/{key}/attach", json=named))
    assert told == {"message": "data is already attached to project"}
    done(pair.me.post(f"/projects/{key}/set-experiment-name", json={"experiment_name": "first tries"}))
    assert meta(folder)["experiment_name"] == "first tries"
    done(pair.me.post(f"/projects/{key}/detach", json={"data_uuid": dataset["data_uuid"]}))
    assert meta(folder)["datasets"] == {}
    before = (folder / ".meta").read_bytes()
    refused(pair.me.post(f"/projects/{key}/attach", json={"data_name": "nothing"}), 404)
    assert (folder / ".meta").read_bytes() == before


def test_what_is_deployed_from_here_is_run_there(pair: Pair) -> None:
    need_sandbox()
    key, folder = pair.project()
    (folder / "MLproject").write_text(PROJECT)
    (folder / "code.py").write_text(CODE)
    (folder / "sub").mkdir()
    (folder / "sub" / "tool.sh").write_text("true")
    (folder / "sub" / "tool.sh").chmod(0o755)
    (folder / ".gitignore").write_text("secret*\n")
    (folder / "secret.txt").write_text("stays at home")
    commit = pair.deploy(key)
    assert meta(folder)["commit_uuid"] == commit
    content = done(pair.me.post(f"/commits/{commit}/content", content=b"null"))
    paths = {file["path"] for file in content["files"]}
    assert {"code.py", "sub/tool.sh", "MLproject"} <= paths
    assert "secret.txt" not in paths
    # The same files are the same commit, and the same digest as if they had been deployed there.
    assert pair.deploy(key) == commit
    (folder / "more.txt").write_text("more")
    assert pair.deploy(key) != commit
    body = {"project_uuid": key, "commit_uuid": commit, "ml_project_entry_point": "main", "args": ""}
    job = done(pair.me.post("/runs/", json=body))["message"].split(" ")[-1]
    ended = wait_for_job(pair.me, job)
    assert ended["job_state"] == "finished", ended
    assert "canary-log" in done(pair.me.get(f"/runs/{job}"))["job_logs"]


def test_local_only_shows_the_folder_here_to_who_may_change_the_project(pair: Pair) -> None:
    key, folder = pair.project()
    commit = pair.deploy(key)
    (folder / "later.txt").write_text("later")
    for local, there in ((False, False), (True, True)):
        told = done(pair.me.post(f"/commits/{commit}/content", json={"local_only": local}))
        assert ("later.txt" in {file["path"] for file in told["files"]}) is there
        assert told["commit_uuid"] == commit
    # There it is not to be had.
    refused(pair.there.admin.post(f"/commits/{commit}/content", json={"local_only": True}), 409)
    refused(pair.me.post(f"/commits/{key}/content", json={"local_only": True}), 404)
    body = {"project_uuid": key, "role_name": "users", "permission": 2}
    done(pair.there.admin.post("/projects/set-permission", json=body))
    log_in(pair.me, USER)
    try:
        done(pair.me.post(f"/commits/{commit}/content", content=b"null"))
        refused(pair.me.post(f"/commits/{commit}/content", json={"local_only": True}), 403)
    finally:
        log_in(pair.me, ADMIN)


def test_a_commit_has_one_digest_wherever_its_folder_was(pair: Pair) -> None:
    key, folder = pair.project()
    for path in ("a/x", "a.txt", "b"):
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(path)
    pair.deploy(key)
    told = last_audit(pair.there.live, "CommitCreate")[2]
    activate(pair.me, 1)
    try:
        done(pair.me.post("/projects", json={"name": folder.name + "here", "working_dir": str(pair.place)}))
        here = pair.place / (folder.name + "here")
        for path in ("a/x", "a.txt", "b"):
            (here / path).parent.mkdir(exist_ok=True)
            (here / path).write_text(path)
        (here / "my_model.py").write_bytes((folder / "my_model.py").read_bytes())
        (here / "MLproject").write_bytes((folder / "MLproject").read_bytes())
        pair.deploy(meta(here)["project_uuid"])
        local = last_audit(pair.laptop, "ProjectDeploy")[2]
        assert local.split(" digest ")[1] == told.split(" digest ")[1]
        # What is the quarantine's is not looked for here.
        refused(pair.me.post(f"/projects/{key}/deploy"), 404)
    finally:
        activate(pair.me, pair.proxy)


def test_a_folder_that_cannot_be_made_leaves_no_project(pair: Pair) -> None:
    before = done(pair.there.admin.get("/projects"))["total"]
    (pair.place / "taken").mkdir()
    refused(pair.me.post("/projects", json={"name": "taken", "working_dir": str(pair.place)}), 409)
    for place, status in (("/nowhere", 422), (str(pair.laptop.home), 422), ("relative", 400)):
        refused(pair.me.post("/projects", json={"name": "fresh", "working_dir": place}), status)
    assert done(pair.there.admin.get("/projects"))["total"] == before
    assert not list((pair.place / "taken").iterdir())


def test_a_folder_that_is_gone_or_anothers_changes_nothing_there(pair: Pair) -> None:
    key, folder = pair.project()
    (other, elsewhere), hidden = pair.project(), folder.with_name("hidden")
    folder.rename(hidden)
    elsewhere.rename(folder)
    for path, body in (("deploy", None), ("set-experiment-name", {"experiment_name": "x"})):
        assert ".meta" in refused(pair.me.post(f"/projects/{key}/{path}", json=body), 409)
    assert "first" not in str(done(pair.there.admin.get(f"/projects/{key}")))
    refused(pair.me.post(f"/projects/{other}/deploy"), 409)


def test_unlinking_leaves_the_files_and_ends_the_tie(pair: Pair) -> None:
    key, folder = pair.project()
    done(pair.me.delete(f"/projects/{key}"))
    refused(pair.there.admin.get(f"/projects/{key}"), 404)
    assert meta(folder)["project_uuid"] == key
    refused(pair.me.post(f"/projects/{key}/deploy"), 404)


def test_a_project_of_the_quarantines_own_machine_is_changed_there(pair: Pair) -> None:
    name = fresh("theirs")
    done(pair.there.admin.post("/projects", json={"name": name, "working_dir": str(pair.place)}))
    folder = pair.place / name
    key = meta(folder)["project_uuid"]
    done(pair.me.post(f"/projects/{key}/set-experiment-name", json={"experiment_name": "there"}))
    assert meta(folder)["experiment_name"] == "there"
    assert pair.deploy(key) == meta(folder)["commit_uuid"]
    # Files that are sent are for projects without a folder there.
    refused(pair.there.admin.post(f"/projects/{key}/commits", json={"entries": []}), 409)


def test_levels_are_those_of_the_quarantine(pair: Pair) -> None:
    key, folder = pair.project()
    log_in(pair.me, USER)
    try:
        refused(pair.me.post(f"/projects/{key}/deploy"), 404)
        body = {"project_uuid": key, "role_name": "users", "permission": 2}
        done(pair.there.admin.post("/projects/set-permission", json=body))
        refused(pair.me.post(f"/projects/{key}/deploy"), 403)
        refused(pair.there.user.get(f"/projects/{key}/meta"), 403)
        assert meta(folder)["commit_uuid"] == ""
    finally:
        log_in(pair.me, ADMIN)


def test_a_token_that_came_with_the_request_reaches_no_folder_of_the_host(pair: Pair) -> None:
    key, _ = pair.project()
    with pair.laptop.client(pair.there.admin.token) as bearing:
        refused(bearing.post("/projects", json={"name": "strange", "working_dir": str(pair.place)}), 403)
        refused(bearing.post(f"/projects/{key}/deploy"), 403)
    assert not (pair.place / "strange").exists()


@pytest.mark.parametrize(
    "entries",
    [
        [{"path": "../out", "content": ""}],
        [{"path": "/etc/passwd"}],
        [{"path": "a//b"}],
        [{"path": "a/"}],
        [{"path": "."}],
        [{"path": "a/b"}],
        [{"path": "a"}, {"path": "a/b"}],
        [{"path": "a"}, {"path": "a"}],
        [{"path": "a", "folder": True, "content": "AAAA"}],
        [{"path": "a\\b"}],
        [{"path": "a\nb"}],
        [{"path": "\u202egpj.exe"}],
        [{"path": "a", "content": "A"}],
        [{"path": "f", "folder": True}, {"path": "f/../../x"}],
        [{"path": "/".join("x" * 70)}],
        [{"path": f"f{number}"} for number in range(1001)],
        [{"path": "big", "content": "A" * 400_000}],
        [{"path": f"f{number}", "content": "A" * 100_000} for number in range(4)],
    ],
)
def test_files_that_were_sent_keep_the_rules_of_files_that_were_read(pair: Pair, entries: list[dict[str, Any]]) -> None:
    key = done(pair.there.admin.post("/projects/register", json={"name": fresh("sent")}))["project_uuid"]
    refused(pair.there.admin.post(f"/projects/{key}/commits", json={"entries": entries}), 422)
    assert done(pair.there.admin.get("/commits", params={"project_uuid": key}))["total"] == 0

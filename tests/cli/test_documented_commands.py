"""The documented commands, in the documented order, by a person on a fresh server: from registering to a prediction."""

import json
import shutil
import signal
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from boxed import need_sandbox
from checked import Checked
from live import PASSWORD, ROOT, Live, live_server
from terminal import Terminal
from world import META

MODEL = """
from dq0.sdk.models.base import Model


class UserModel(Model):
    def setup_data(self):
        data = self.data_source.read()
        self.X_train = data[["age", "sex", "educ"]]
        self.y_train = data["married"]

    def setup_model(self):
        from sklearn.linear_model import LogisticRegression

        self.model = LogisticRegression()
"""
SLOW = "import time\nwhile True:\n    time.sleep(0.1)\n"
QUESTION = "SELECT sex, COUNT(*) AS n, AVG(age) AS a FROM pums.person GROUP BY sex"


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A fresh server on loopback with a source in its folder; nobody has registered."""
    with live_server(tmp_path_factory.mktemp("cli") / "home") as live:
        (live.home / "data").mkdir(exist_ok=True)
        shutil.copy(ROOT / "tests" / "data" / "PUMS_pid.csv", live.home / "data" / "census.csv")
        yield live


@pytest.fixture(scope="module")
def shell(local: Live, tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    """A person who has registered, signed in, and made a project with a dataset; all by commands."""
    need_sandbox()
    terminal = Terminal(tmp_path_factory.mktemp("shell"), local.address)
    (terminal.folder / "meta.yaml").write_text(
        META.format(name="census", file="census.csv", epsilon=100.0, description="census")
    )
    said = terminal.done("user", "register", "ada@example.org", "--password-file", "-", text=PASSWORD + "\n")
    assert "successfully registered" in said
    said = terminal.done("user", "login", "ada@example.org", "--password-file", "-", text=PASSWORD)
    assert "ada@example.org is signed in" in said
    assert "census" in terminal.done("data", "create", "--meta-file", "meta.yaml")
    assert terminal.done("project", "create", "income") == "successfully created new project: income\n"
    assert terminal.done("data", "attach", "census", at=terminal.folder / "income").startswith("successfully attached")
    return terminal


@pytest.fixture
def project(shell: Terminal) -> Path:
    return shell.folder / "income"


def answer(terminal: Terminal, *arguments: str, at: Path | None = None) -> Any:
    return json.loads(terminal.done(*arguments, "--json", at=at))


def test_the_dataset_is_listed_and_shown_by_uuid_number_and_name(shell: Terminal, local: Live) -> None:
    heads, row, *more = shell.done("data", "list").splitlines()
    assert (heads.split(), more) == (["ID", "UUID", "NAME", "TYPE", "STATE"], [])
    number, key, name, kind, state = row.split()
    assert (number, name, kind, state) == ("1", "census", "CSV", "ready")
    shown = {shell.done("data", "info", *which) for which in ((key,), ("census",), ("--id", "1"))}
    assert len(shown | {shell.done("data", "info", "--data-source-uuid", key)}) == 1
    with Checked(local) as client:
        assert answer(shell, "data", "info", "census") == client.get(f"/data/{key}").json()
        assert answer(shell, "data", "list") == client.get("/data").json()
        assert answer(shell, "data", "list", "--all")["items"] == client.get("/data").json()["items"]


def test_a_project_is_shown_and_deployed_from_its_folder_and_below(shell: Terminal, project: Path) -> None:
    meta = yaml.safe_load((project / ".meta").read_text())
    assert meta["project_uuid"] in shell.done("project", "info", at=project)
    commit = shell.done("project", "deploy", at=project / "models").split()[-1]
    assert yaml.safe_load((project / ".meta").read_text())["commit_uuid"] == commit == str(uuid.UUID(commit))
    assert commit in shell.done("commit", "info", at=project)


def test_a_query_shows_the_noisy_table_its_errors_and_its_price(shell: Terminal, project: Path) -> None:
    before = answer(shell, "privacy", "budgets")["items"][0]["current"]
    heads, first, second, _, *told = shell.done("query", "run", QUESTION, at=project).splitlines()
    assert heads.split() == ["sex", "n", "95%", "a", "95%"]
    for number, line in enumerate((first, second)):
        sex, n, _, error, a, *_ = line.split()
        assert (int(sex), 300 < int(n) < 700, float(error) > 0, 20 < float(a) < 70) == (number, True, True, True)
    assert told[0].startswith("epsilon 1 and delta 0 were charged")
    assert answer(shell, "privacy", "budgets")["items"][0]["current"] == before - 1
    found = answer(shell, "query", "run", "--query", QUESTION, "--datasets", "census")
    assert found["query_result_data"].splitlines()[0] == "sex,n,a"
    line = shell.done("query", "state", found["job_uuid"])
    assert line.startswith("finished 20")
    assert line.count("\n") == 1


def test_a_query_that_is_not_waited_for_is_the_servers_own_answer(shell: Terminal, project: Path) -> None:
    made = answer(shell, "query", "run", QUESTION, "--no-wait", at=project)
    assert set(made) == {"message", "job_uuid", "query_uuid"}
    assert answer(shell, "job", "wait", made["job_uuid"])["query_result_data"].startswith("sex,n,a")


def test_a_model_is_trained_registered_and_predicts(shell: Terminal, project: Path) -> None:
    (project / "my_model.py").write_text(MODEL)
    shell.done("project", "deploy", at=project)
    run = answer(shell, "model", "train", "--args", "target-epsilon=2.0", "--args", "epochs=1", at=project)
    assert (run["job_state"], run["run_status"]) == ("finished", "FINISHED")
    assert {each["key"]: each["value"] for each in run["run_params"]}["target-epsilon"] == "2"
    assert run["run_tags"] == [{"key": "mlflow.project.entryPoint", "value": "train_use_dq0_makedp"}]
    assert shell.done("model", "state", run["job_uuid"]).startswith("finished ")
    model = answer(shell, "model", "register", run["run_uuid"])["model_uuid"]
    (project / "rows.json").write_text("[[39, 1, 13], [20, 0, 5]]")
    (project / "rows.csv").write_text("age,sex,educ\n39,1,13\n20,0,5\n")
    np.save(project / "rows.npy", np.array([[39, 1, 13], [20, 0, 5]]))
    tables = {shell.done("model", "predict", model, "--input-path", f"rows.{kind}", at=project) for kind in KINDS}
    (table,) = tables
    assert len(table.splitlines()) == 3
    assert table.split()[0] == "label"


KINDS = ("json", "csv", "npy")


def test_a_run_that_fails_says_so_in_a_line_and_a_status(shell: Terminal, project: Path) -> None:
    (project / "run.py").write_text("raise SystemExit(3)\n")
    shell.done("project", "deploy", at=project)
    ended = shell.run("commit", "run", "--args", "epochs=1", at=project)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.splitlines()[-1].startswith("error: the job ended as error: ")
    shown = shell.run("commit", "run", "--json", at=project)
    assert (shown.returncode, json.loads(shown.stdout)["job_state"]) == (1, "error")


def test_ctrl_c_leaves_the_job_running_and_says_how_to_cancel_it(shell: Terminal, project: Path) -> None:
    (project / "run.py").write_text(SLOW)
    shell.done("project", "deploy", at=project)
    waiting = shell.start("commit", "run", at=project)
    while not (items := [i for i in answer(shell, "job", "list")["items"] if i["job_state"] == "running"]):
        time.sleep(0.1)
    job = items[0]["job_uuid"]
    time.sleep(1)
    waiting.send_signal(signal.SIGINT)
    out, told = waiting.communicate(timeout=30)
    assert (waiting.returncode, out) == (130, "")
    assert told.splitlines()[-1].startswith("error: the job goes on: ")
    assert f"dq0 job cancel {job}" in told
    assert shell.done("model", "state", job).startswith("running ")
    assert "cancelled" in shell.done("job", "cancel", job, "--force")
    again = shell.run("run", "wait", job)
    assert again.returncode == 1
    assert "the job ended as cancelled" in again.stderr


def test_a_waiting_command_shows_a_bar_at_a_terminal_only(shell: Terminal, project: Path) -> None:
    words = ["query", "run", QUESTION + " HAVING COUNT(*) > 0", "--datasets", "census"]
    seen = shell.typed(words, [], at=project)
    assert seen.status == 0
    assert "[" + "#" * 24 + "] 100% finished" in seen.text
    assert shell.run(*words, at=project).stderr == ""


def test_a_released_log_is_shown_as_it_comes(shell: Terminal, project: Path) -> None:
    ended = shell.run("data", "update", "census", "--meta-file", str(shell.folder / "meta.yaml"), "--json")
    assert ended.returncode == 0
    key = json.loads(ended.stdout)["job_uuid"]
    assert "the bounded copy is ready" in shell.run("job", "wait", key).stderr


def test_adding_a_proxy_is_a_command(shell: Terminal) -> None:
    ended = shell.run("proxy", "add", "--hostname", "127.0.0.1", "--port", "1", "--scheme", "http")
    assert ended.returncode not in (2, 3)
    assert ended.stderr.count("\n") == (1 if ended.returncode else 0)


def test_who_signs_out_is_signed_out_and_can_sign_in_again(shell: Terminal) -> None:
    kept = shell.folder / "config" / "dq0" / "sessions.json"
    assert (kept.stat().st_mode & 0o777, list(json.loads(kept.read_text()))) == (0o600, [shell.address])
    shell.done("user", "logout")
    assert json.loads(kept.read_text()) == {}
    ended = shell.run("data", "list")
    assert (ended.returncode, ended.stdout) == (3, "")
    assert ended.stderr == "error: sign in first: dq0 user login EMAIL\n"
    wrong = shell.run("user", "login", "ada@example.org", "--password-file", "-", text="another passphrase\n")
    assert wrong.returncode == 3
    shell.done("user", "login", "ada@example.org", "--password-file", "-", text=PASSWORD)
    shell.done("data", "list")

"""A notebook's way from a new project to released results and back to queries, as the public SDK sends it."""

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml

from boxed import need_sandbox
from checked import Checked
from live import PASSWORD, Live, live_server
from quarantines import joined, own
from sdk.census import register_census
from sdk.notebook import edited
from sdk.quiet_client import Quiet, Trouble, last_word

# What a person has in his folder who wants to do without the SDK in the quarantine.
BASE = """
class UserModel:
    def evaluate(self):
        return {"rows": float(len(self.rows)), "positive": float(sum(self.model(row) for row in self.rows))}
"""
RUN = """
import csv, os, mlflow
from my_model import UserModel
model = UserModel()
with open(os.environ["DQ0_DATA"]) as file:
    model.data_source = list(csv.DictReader(file))
model.setup_data()
model.setup_model()
mlflow.log_metrics(model.evaluate())
mlflow.log_text("weights", "pyfunc_model/model.txt")
print("trained")
"""
EMAIL = "ada@example.org"
ENDLESS = "while True: pass\n"


@pytest.fixture(scope="module", params=["here", "elsewhere"])
def local(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A server on loopback, its one user signed in, one dataset that is ready: its own, or another quarantine's."""
    need_sandbox()
    folder = tmp_path_factory.mktemp("sdk")
    with quarantine(folder / "home") as live:
        if request.param == "here":
            yield live
            return
        with live_server(folder / "laptop") as laptop, own(laptop) as me:
            joined(me, live, EMAIL)
            yield laptop


@contextmanager
def quarantine(home: Path) -> Iterator[Live]:
    """A server with one person and one dataset that is ready."""
    with live_server(home) as live:
        with Checked(live) as client:
            person = {"email": EMAIL, "password": PASSWORD}
            for verb in ("register", "login"):
                assert client.post(f"/users/{verb}", json=person).status_code == 200
            register_census(live, client)
        yield live


class Notebook:
    """What the SDK keeps of a project: its folder, and the uuids that it reads from answers and from `.meta`."""

    def __init__(self, quiet: Quiet, place: Path, name: str) -> None:
        self.quiet, self.folder = quiet, place / name
        said = quiet.post("projects/", {"working_dir": str(place), "name": name})["message"]
        assert last_word(said) == name
        self.uuid = str(self.meta()["project_uuid"])
        self.commit = ""

    def meta(self) -> dict[str, object]:
        """The `.meta` file."""
        return dict(yaml.safe_load((self.folder / ".meta").read_text(encoding="utf8")))

    def set_model_code(self, **bodies: str) -> None:
        """Other bodies for methods of the model, another base for its class."""
        file = self.folder / "my_model.py"
        lines = file.read_text(encoding="utf8").splitlines(keepends=True)
        for name, body in bodies.items():
            lines = edited(lines, name, ["    " + line for line in body.strip().splitlines()])
        text = "".join(
            "from dq0.sdk.models.user_model import UserModel as Base\n" if line.startswith("from dq0.sdk") else line
            for line in lines
        )
        file.write_text(text.replace("class UserModel(NaiveBayesianModel)", "class UserModel(Base)"), encoding="utf8")

    def write(self, path: str, text: str) -> None:
        """A file of the person's own."""
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_text(text, encoding="utf8")

    def deploy(self) -> None:
        """The commit's uuid is the last word."""
        self.commit = last_word(self.quiet.post(f"projects/{self.uuid}/deploy/", None)["message"])
        assert self.meta()["commit_uuid"] == self.commit

    def run(self, **more: object) -> str:
        """The job's uuid is the last word; what is not said is as the SDK has it."""
        body = {"project_uuid": self.uuid, "commit_uuid": self.commit, "args": ""}
        body |= {"ml_project_entry_point": "train_use_dq0_makedp", **more}
        return last_word(self.quiet.post("runs/", body)["message"])


def notebook(quiet: Quiet, place: Path, name: str, run: str = RUN) -> Notebook:
    """A project with a dataset, whose code runs without the SDK."""
    made = Notebook(quiet, place, name)
    data = next(item for item in quiet.get("data/")["items"] if item["data_name"] == "census")
    body = {"data_uuid": data["data_uuid"], "data_name": data["data_name"]}
    assert quiet.post(f"projects/{made.uuid}/attach/", body)["message"] == "successfully attached data to project"
    made.set_model_code(
        setup_data="self.rows = [row for row in self.data_source if row['age']]",
        setup_model="self.model = lambda row: row['married'] == 'true'",
    )
    made.write("dq0/sdk/models/user_model.py", BASE)
    made.write("run.py", run)
    made.deploy()
    return made


def test_from_a_new_project_to_results_and_back_to_queries(quiet: Quiet, tmp_path: Path) -> None:
    made = notebook(quiet, tmp_path, "income")
    assert quiet.get(f"projects/{made.uuid}/")["project_name"] == "income"
    key = made.run(ml_project_entry_point="train_use_my_model")
    job = quiet.job(key)
    assert (job["job_state"], job["job_errors"], job["job_uuid"]) == ("finished", "", key)
    run = quiet.get(f"runs/{key}/")
    assert (run["run_status"], run["experiment_name"], run["commit_uuid"]) == ("FINISHED", "Default", made.commit)
    assert (run["run_stage"], run["job_type"], run["run_held"]) == ("active", "commit.run", True)
    where = {"run_uuid": key, "artifact_path": "pyfunc_model/model.txt"}
    with pytest.raises(Trouble, match="held"):
        quiet.get("artifacts/download", **where)
    # Whose data it is lets it go: here that is the same person.
    quiet.post(f"runs/{key}/release/", None)
    shown = quiet.get(f"runs/{key}/")
    assert "trained" in shown["job_logs"]
    assert {each["key"]: each["value"] for each in shown["run_metrics"]}["rows"] == 1000.0
    assert quiet.get("artifacts/download", **where)["data_string"] == "weights"
    asked = {"query": "SELECT COUNT(*) AS n FROM pums.person", "datasets": "census", "epsilon": 1.0, "tau": 0.0}
    asked |= {"private_column": "", "permissions": None, "params": None, "project_uuid": made.uuid}
    query = quiet.post("queries/", asked)["job_uuid"]
    assert quiet.job(query)["job_state"] == "finished"
    table = quiet.get("artifacts/download", run_uuid=query, artifact_path="results.csv")["data_string"]
    assert len(list(csv.DictReader(io.StringIO(table)))) == 1


def test_a_run_is_cancelled_by_the_sdks_own_path_and_looks_ended(quiet: Quiet, tmp_path: Path) -> None:
    made = notebook(quiet, tmp_path, "endless", ENDLESS)
    key = made.run(ml_project_entry_point="train_use_my_model")
    while quiet.get(f"jobs/{key}/")["job_state"] == "created":
        pass
    assert quiet.post(f"jobs/{key}/delete/", None)["message"] == "successfully cancelled job"
    assert int(quiet.job(key)["job_progress"]) == 1
    assert quiet.get(f"runs/{key}/")["run_status"] == "KILLED"


def test_the_sdks_own_defaults_start_a_run_that_ends(quiet: Quiet, tmp_path: Path) -> None:
    made = notebook(quiet, tmp_path, "defaults")
    job = quiet.job(made.run())
    assert job["job_state"] in ("finished", "error")
    tags = {each["key"]: each["value"] for each in quiet.get(f"runs/{job['job_uuid']}/")["run_tags"]}
    assert tags == {"mlflow.project.entryPoint": "train_use_dq0_makedp"}


def test_an_entry_point_that_is_not_declared_is_an_error_in_the_body(quiet: Quiet, tmp_path: Path) -> None:
    made = notebook(quiet, tmp_path, "undeclared")
    with pytest.raises(Trouble, match="declares main"):
        made.run(ml_project_entry_point="run.py")

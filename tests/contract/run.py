"""Contract test: schemathesis against a running server, every operation, every check.

`python tests/contract/run.py [--plain] [--deep]`: a fresh server (or plain `connexion run`), an administrator, a
dataset, and then all phases; the exit status is schemathesis's own.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import httpx  # noqa: E402

from live import PASSWORD, ROOT, Live, live_server, wait_for_job  # noqa: E402

EMAIL = "contract@example.org"
SPARE_SESSIONS = 60
DATASETS = 6
PROJECTS = 6
ENTRY = {"ml_project_entry_point": "main", "args": ""}
# Which parameters name which of the things that exist.
NAMING = {
    "path.data_uuid": "datasets",
    "path.job_uuid": "jobs",
    "path.query_uuid": "jobs",
    "path.project_uuid": "projects",
    "query.project_uuid": "projects",
    "path.commit_uuid": "commits",
    "path.experiment_uuid": "experiments",
    "path.run_uuid": "runs",
    "query.run_uuid": "jobs",
    "query.artifact_path": "artifacts",
}


def prepare(live: Live) -> tuple[list[str], dict[str, list[str]]]:
    """An administrator's sessions, and the uuids of datasets and finished queries for the requests to name."""
    token = live.sign_up(EMAIL)
    data = live.home / "data"
    data.mkdir(exist_ok=True)
    shutil.copy(HERE.parent / "data" / "PUMS_pid.csv", data / "people.csv")
    meta = (HERE / "people.yaml").read_text(encoding="utf8")
    with live.client(token) as client:
        datasets = [register(client, meta.replace("name: people", f"name: people{i}")) for i in range(DATASETS)]
        queries = [ask(client, uuid) for uuid in datasets]
        known = projects(client, live.home.parent)
        person = {"email": EMAIL, "password": PASSWORD}
        spare = [str(client.post("/users/login", json=person).json()["token"]) for _ in range(SPARE_SESSIONS)]
    return [token, *spare], {"datasets": datasets, "jobs": queries, "artifacts": ["results.csv"], **known}


def projects(client: httpx.Client, folder: Path) -> dict[str, list[str]]:
    """The uuids of projects, each with a commit, an experiment and a run that has failed."""
    for number in range(PROJECTS):
        client.post("/projects", json={"name": f"model{number}", "working_dir": str(folder)}).raise_for_status()
    made = [str(item["project_uuid"]) for item in client.get("/projects").json()["items"]]
    commits = [client.post(f"/projects/{uuid}/deploy").json()["message"].split(" ")[-1] for uuid in made]
    bodies = [{"project_uuid": uuid, "commit_uuid": commit} for uuid, commit in zip(made, commits, strict=True)]
    runs = [client.post("/runs", json=body | ENTRY).json()["message"].split(" ")[-1] for body in bodies]
    for run in runs:
        wait_for_job(client, run)
    name = {"experiment_name": "first"}
    tries = [client.post(f"/experiments?project_uuid={uuid}", json=name).json()["experiment_uuid"] for uuid in made]
    return {"projects": made, "commits": commits, "experiments": tries, "runs": runs}


def register(client: httpx.Client, meta: str) -> str:
    """A dataset that can be asked."""
    answer = client.post("/data", json={"meta": meta})
    answer.raise_for_status()
    wait_for_job(client, answer.json()["job_uuid"])
    return str(answer.json()["data_uuid"])


def ask(client: httpx.Client, data_uuid: str) -> str:
    """A query that has been answered."""
    asked = {"query": "SELECT sex, COUNT(*) FROM pums.person GROUP BY sex", "datasets": data_uuid, "epsilon": 1.0}
    answer = client.post("/queries", json=asked)
    answer.raise_for_status()
    wait_for_job(client, answer.json()["job_uuid"])
    return str(answer.json()["job_uuid"])


def configuration(folder: Path, known: dict[str, list[str]]) -> Path:
    """The settings of the run, with what exists: half of the requests name something that is there."""
    lines = [(HERE / "schemathesis.toml").read_text(encoding="utf8")]
    lines += [f"[dictionaries.{name}]\nvalues = {json.dumps(values)}" for name, values in known.items()]
    lines += [
        f'[parameters."{parameter}"]\ndictionary = "{name}"\nprobability = 0.5' for parameter, name in NAMING.items()
    ]
    path = folder / "schemathesis.toml"
    path.write_text("\n\n".join(lines), encoding="utf8")
    return path


def fuzz(live: Live, tokens: list[str], settings: Path, examples: int) -> int:
    """Run schemathesis; the hooks give the operations that end a session one of the spare ones."""
    environment = os.environ | {
        "SCHEMATHESIS_HOOKS": str(HERE / "hooks.py"),
        "DQ0_TEST_TOKEN": tokens[0],
        "DQ0_TEST_SPARE_TOKENS": " ".join(tokens[1:]),
    }
    command = [str(Path(sys.executable).parent / "schemathesis"), "--config-file", str(settings)]
    command += ["run", "generated/openapi.json", "--url", live.address]
    command += ["--max-examples", str(examples), "--continue-on-failure", "--no-color"]
    return subprocess.run(command, cwd=ROOT, env=environment).returncode


def main() -> int:
    """One server, one run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plain", action="store_true", help="against plain `connexion run`")
    parser.add_argument("--deep", action="store_true", help="many more examples: for a night")
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="dq0-contract-") as folder,
        # Whatever folder is asked for: nothing is made beside this one.
        live_server(
            Path(folder) / "home", plain=options.plain, ambient_session="false", project_folders=folder
        ) as live,
    ):
        tokens, known = prepare(live)
        status = fuzz(live, tokens, configuration(Path(folder), known), 400 if options.deep else 15)
        # What a 500 hides from the client stands here.
        sys.stderr.write((Path(folder) / "home.log").read_text(errors="replace")[-4000:])
        return status


if __name__ == "__main__":
    raise SystemExit(main())

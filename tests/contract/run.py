"""Contract test: schemathesis against a running server, every operation, every check.

`python tests/contract/run.py [--plain | --proxied] [--deep] [--phases ...]`: a fresh server (or plain `connexion run`,
or a server whose active proxy is a second one), an administrator, datasets, projects, and then all phases, also the one
that follows the links of the specification; the exit status is schemathesis's own.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import httpx  # noqa: E402

from live import PASSWORD, ROOT, Live, live_server, wait_for_job  # noqa: E402
from quarantines import LAPTOP, activate, add  # noqa: E402

EMAIL = "contract@example.org"
SPARE_SESSIONS = 60
DATASETS = 6
PROJECTS = 6
# Examples of an operation, sequences of linked operations, further turns of those: for every change, for a night.
SHORT, LONG = (15, 300, 3), (400, 3000, 60)
SHORT_PROXIED = (4, 8, 0)
# They would end what a run through a proxy is about; the other runs have them.
LEADING_HOME = ("activate_proxy", "delete_proxy")
QUESTION = "SELECT sex, COUNT(*) FROM pums.person GROUP BY sex"
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
    "body.meta": "metadata",
    "body.query": "questions",
    "body.datasets": "datasets",
    "body.project_uuid": "projects",
    "body.commit_uuid": "commits",
    "body.working_dir": "folders",
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
    # With what is right, more requests make something that a link can go on with.
    right = {
        "metadata": [meta.replace("name: people", f"name: more{number}") for number in range(SPARE_SESSIONS)],
        "questions": [QUESTION],
        "folders": [str(live.home.parent)],
        "artifacts": ["results.csv"],
    }
    return [token, *spare], {"datasets": datasets, "jobs": queries, **right, **known}


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
    asked = {"query": QUESTION, "datasets": data_uuid, "epsilon": 1.0}
    answer = client.post("/queries", json=asked)
    answer.raise_for_status()
    wait_for_job(client, answer.json()["job_uuid"])
    return str(answer.json()["job_uuid"])


def configuration(folder: Path, known: dict[str, list[str]], sequences: int) -> Path:
    """The settings of the run, with what exists: half of the requests name something that is there."""
    lines = [(HERE / "schemathesis.toml").read_text(encoding="utf8")]
    lines += [f"[dictionaries.{name}]\nvalues = {json.dumps(values)}" for name, values in known.items()]
    lines += [
        f'[parameters."{parameter}"]\ndictionary = "{name}"\nprobability = 0.5' for parameter, name in NAMING.items()
    ]
    lines.append(f"[phases.stateful.generation]\nmax-examples = {sequences}")
    path = folder / "schemathesis.toml"
    path.write_text("\n\n".join(lines), encoding="utf8")
    return path


@contextmanager
def served(folder: Path, options: argparse.Namespace) -> Iterator[tuple[Live, Live, str]]:
    """The server that is asked, the one where the data is, and a token for what the first keeps to itself."""
    settings = {"ambient_session": "false", "project_folders": str(folder)}
    # Whatever folder is asked for: nothing is made beside this one.
    with live_server(folder / "home", plain=options.plain, **settings) as quarantine:
        if not options.proxied:
            yield quarantine, quarantine, ""
            return
        with live_server(folder / "laptop", **settings) as laptop:
            token = laptop.sign_up(LAPTOP)
            with laptop.client(token) as me:
                activate(me, add(me, quarantine))
            yield laptop, quarantine, token


def fuzz(live: Live, tokens: list[str], settings: Path, options: argparse.Namespace) -> int:
    """Run schemathesis; the hooks give each operation the session that it needs."""
    environment = os.environ | {
        "SCHEMATHESIS_HOOKS": str(HERE / "hooks.py"),
        "DQ0_TEST_TOKEN": tokens[0],
        "DQ0_TEST_OWN_TOKEN": tokens[1] or tokens[0],
        "DQ0_TEST_SPARE_TOKENS": " ".join(tokens[2:]),
    }
    command = [str(Path(sys.executable).parent / "schemathesis"), "--config-file", str(settings)]
    command += ["run", "generated/openapi.json", "--url", live.address]
    command += ["--max-examples", str(amounts(options)[0]), "--continue-on-failure", "--no-color"]
    command += [word for name in LEADING_HOME if options.proxied for word in ("--exclude-operation-id", name)]
    # Hypothesis may end the phase that follows links long before its number of sequences: it is begun anew.
    turns = [options.phases] + ["stateful"] * (amounts(options)[2] if "stateful" in options.phases else 0)
    ended = [subprocess.run([*command, "--phases", each], cwd=ROOT, env=environment).returncode for each in turns]
    return next((1 for status in ended if status), 0)


def amounts(options: argparse.Namespace) -> tuple[int, int, int]:
    """How many examples of each operation, how many sequences, and how often sequences are begun anew."""
    return LONG if options.deep else SHORT_PROXIED if options.proxied else SHORT


def parsed() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    kinds = parser.add_mutually_exclusive_group()
    kinds.add_argument("--plain", action="store_true", help="against plain `connexion run`")
    kinds.add_argument("--proxied", action="store_true", help="against a server whose active proxy is another one")
    parser.add_argument("--deep", action="store_true", help="many more examples: for a night")
    parser.add_argument(
        "--phases", default="", help="of examples, coverage, fuzzing, stateful; some are enough in a hurry"
    )
    options = parser.parse_args()
    # Through a proxy, the boundary values of every operation are the nightly run's: they are the same checks twice.
    brief = options.proxied and not options.deep
    options.phases = options.phases or ("examples,fuzzing,stateful" if brief else "examples,coverage,fuzzing,stateful")
    return options


def main() -> int:
    """One server, or two, and one run."""
    options = parsed()
    with (
        tempfile.TemporaryDirectory(prefix="dq0-contract-") as name,
        served(folder := Path(name), options) as (asked, quarantine, own),
    ):
        (first, *spare), known = prepare(quarantine)
        settings = configuration(folder, known, amounts(options)[1])
        status = fuzz(asked, [first, own, *spare], settings, options)
        # What a 500 hides from the client stands here.
        for live in {asked.home: asked, quarantine.home: quarantine}.values():
            sys.stderr.write(live.log()[-4000:])
        return status


if __name__ == "__main__":
    raise SystemExit(main())

"""A small project that logs, and runs of it on a running server."""

import textwrap
from pathlib import Path
from typing import Any

from checked import Checked
from live import wait_for_job
from world import done, fresh

PROJECT = """
name: census
entry_points:
  main:
    parameters:
      epochs: {type: int, default: 2}
    command: "python code.py {epochs}"
  other:
    command: "python code.py"
"""
CODE = """
import csv, os, sys, mlflow
mlflow.log_param("rows", "canary-param")
for step in range(int(sys.argv[1])):
    mlflow.log_metric("loss", 1.0 / (step + 1), step=step)
mlflow.set_tag("kind", "canary-tag")
mlflow.log_text("canary-file", "model/canary.txt")
open(os.environ["DQ0_OUT"] + "/weights.bin", "wb").write(bytes([255, 0, 1]))
print("canary-log")
if "DQ0_DATA" in os.environ:
    with open(os.environ["DQ0_DATA"]) as file:
        lines = list(csv.DictReader(file))
    print(len(lines), sorted(lines[0]))
"""


class Deployed:
    """A project with one commit, made by somebody."""

    def __init__(self, client: Checked, folder: Path, code: str = CODE, dataset: Any = None) -> None:
        self.client, name = client, fresh("project")
        done(client.post("/projects", json={"working_dir": str(folder), "name": name}))
        home = folder / name
        (home / "MLproject").write_text(PROJECT)
        (home / "code.py").write_text(textwrap.dedent(code))
        self.uuid = next(each["project_uuid"] for each in client.get("/projects").json()["items"] if name in str(each))
        if dataset is not None:
            body = {"data_uuid": dataset["data_uuid"], "data_name": dataset["data_name"]}
            done(client.post(f"/projects/{self.uuid}/attach", json=body))
        self.commit = done(client.post(f"/projects/{self.uuid}/deploy"))["message"].split()[-1]

    def start(self, **more: Any) -> Any:
        """The answer of a `POST /runs`."""
        return self.client.post("/runs", json={"project_uuid": self.uuid, "commit_uuid": self.commit, **more})

    def run(self, **more: Any) -> dict[str, Any]:
        """A run that has ended."""
        job_uuid = done(self.start(**more))["message"].split()[-1]
        wait_for_job(self.client, job_uuid)
        found: dict[str, Any] = done(self.client.get(f"/runs/{job_uuid}"))
        return found

"""Projects that make a dataset of another, on a running server."""

import re
import textwrap
from typing import Any

from checked import Checked
from live import wait_for_job
from people import deploy, new_folder
from world import World, done

PROJECT = """
name: halves
entry_points:
  preprocess:
    command: "python code.py"
"""
DESCRIBED = """
columns:
  pid:
  age:
  tens: {type: int, lower: 0, upper: 12, nullable: false}
"""
CODE = """
import csv, os
with open(os.environ["DQ0_DATA"]) as given, open(os.environ["DQ0_OUT"] + "/dataset.csv", "w") as made:
    lines = list(csv.DictReader(given))
    made.write("pid,age,tens\\n")
    older = [(line["pid"], int(line["age"])) for line in lines if int(line["age"]) >= 40]
    made.writelines(f"{pid},{age},{age // 10}\\n" for pid, age in older)
print("canary", sorted(lines[0]), len(lines[0]["pid"]))
"""


PACKED = f"""{CODE}
import duckdb
out = os.environ["DQ0_OUT"]
duckdb.read_csv(out + "/dataset.csv", parallel=False).write_parquet(out + "/dataset.parquet")
os.remove(out + "/dataset.csv")
open(out + "/rows.txt", "w").write(str(lines))
"""


class Transformed:
    """A project with a dataset attached, and its transforms."""

    def __init__(
        self,
        world: World,
        *datasets: Any,
        client: Checked | None = None,
        code: str = CODE,
        described: str = DESCRIBED,
        project: str = PROJECT,
    ) -> None:
        self.world, self.client = world, client or world.user
        self.uuid, folder = new_folder(world, self.client)
        self.folder = folder
        for each in datasets:
            done(self.client.post(f"/projects/{self.uuid}/attach", json={"data_uuid": each["data_uuid"]}))
        for name, text in (("MLproject", project), ("code.py", code), ("dataset.yaml", described)):
            (folder / name).write_text(textwrap.dedent(text))
        self.commit = deploy(self.client, self.uuid)

    def start(self) -> Any:
        """The answer of the `POST`."""
        return self.client.post(f"/commits/{self.commit}/transform", json={"project_uuid": self.uuid})

    def run(self) -> dict[str, Any]:
        """A transform that has ended."""
        key = done(self.start())["message"].split()[-1]
        wait_for_job(self.client, key)
        found: dict[str, Any] = done(self.client.get(f"/runs/{key}"))
        return found

    def release(self, run: dict[str, Any], client: Checked | None = None) -> dict[str, Any]:
        """The dataset of a transform, released and ready."""
        client = client or self.world.owner
        said = done(client.post(f"/runs/{run['run_uuid']}/release", json=None))["message"]
        job = wait_for_job(client, said.split()[-1])
        assert job["job_state"] == "finished", job
        found: dict[str, Any] = done(client.get(f"/data/{re.findall('dataset ([0-9a-f-]{36})', said)[0]}"))
        return found

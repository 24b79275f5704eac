"""Projects that the trusted trainer fits, on a running server."""

import textwrap
from typing import Any

from checked import Checked
from live import wait_for_job
from people import deploy, new_folder
from world import World, done

TRAIN = "train_use_dq0_makedp"


class Project:
    """A working folder as `POST /projects` makes it, with a dataset attached."""

    def __init__(self, world: World, client: Checked, *datasets: dict[str, Any]) -> None:
        self.client = client
        self.uuid, self.folder = new_folder(world, client)
        for each in datasets:
            done(client.post(f"/projects/{self.uuid}/attach", json={"data_uuid": each["data_uuid"]}))

    def model(self, body: str, setup_data: str = "pass") -> None:
        """Other bodies for the template's two methods."""
        text = f"""
        from dq0.sdk.models.base import Model


        class UserModel(Model):
            def setup_data(self):
                {setup_data}

            def setup_model(self):
                {body}
        """
        (self.folder / "my_model.py").write_text(textwrap.dedent(text))

    def start(self, epsilon: float = 1.0) -> Any:
        """The answer of a `POST /runs` of the folder as it is now."""
        body = {"project_uuid": self.uuid, "commit_uuid": deploy(self.client, self.uuid)}
        return self.client.post("/runs", json={**body, **training(epsilon)})

    def train(self, epsilon: float = 1.0) -> dict[str, Any]:
        """The run of the folder as it is now, ended."""
        key = done(self.start(epsilon))["message"].split()[-1]
        wait_for_job(self.client, key)
        found: dict[str, Any] = done(self.client.get(f"/runs/{key}"))
        return found


def training(epsilon: float) -> dict[str, Any]:
    """The part of a `POST /runs` that says how a project trains."""
    return {"ml_project_entry_point": TRAIN, "args": {"target-epsilon": epsilon}}

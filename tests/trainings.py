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

    def train(self, epsilon: float = 1.0) -> dict[str, Any]:
        """The run of the folder as it is now, ended."""
        commit = deploy(self.client, self.uuid)
        body = {"project_uuid": self.uuid, "commit_uuid": commit, "ml_project_entry_point": TRAIN}
        made = done(self.client.post("/runs", json={**body, "args": {"target-epsilon": epsilon}}))
        wait_for_job(self.client, made["message"].split()[-1])
        found: dict[str, Any] = done(self.client.get(f"/runs/{made['message'].split()[-1]}"))
        return found

"""What a notebook's person has registered at his own server."""

import shutil

from checked import Checked
from live import ROOT, Live, wait_for_job
from world import META


def register_census(live: Live, client: Checked) -> None:
    """The one dataset, `census`, made ready."""
    (live.home / "data").mkdir(exist_ok=True)
    shutil.copy(ROOT / "tests" / "data" / "PUMS_pid.csv", live.home / "data" / "census.csv")
    meta = META.format(name="census", file="census.csv", epsilon=100.0, description="census")
    wait_for_job(client, client.post("/data", json={"meta": meta}).json()["job_uuid"])

"""Copies what is released of runs to an MLflow tracking server, by its REST API.

Nobody waits for it: it looks for what has been released, and comes back to what it could not bring over. Run twice, it
finds the run that it made before by a tag.
"""

import logging
import threading
from typing import Any
from urllib.parse import quote

import httpx

from quarantine.domain import mlflow
from quarantine.domain.errors import DomainError
from quarantine.store import jobs, mirrors
from quarantine.store.engine import Database
from quarantine.store.mirrors import Shown

LOG = logging.getLogger("quarantine.worker")
LOOK_SECONDS = 3.0
PATIENCE = httpx.Timeout(60.0, connect=10.0)
PROXIED = "mlflow-artifacts:"
LOG_FILE = "log.txt"


class Mirror:
    """A thread that mirrors one run after the other."""

    def __init__(self, database: Database, uri: str) -> None:
        self._database = database
        self._uri = uri.rstrip("/")
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="dq0-mirror", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the request that is under way, and no other."""
        self._stopping.set()
        self._thread.join(10.0)

    def _loop(self) -> None:
        while not self._stopping.is_set():
            try:
                if self.work():
                    continue
            except DomainError as error:
                LOG.warning("the mirror cannot reach its runs: %s", type(error).__name__)
            self._stopping.wait(LOOK_SECONDS)

    def work(self) -> bool:
        """Mirror one run, or fail to and come back later; whether there was one."""
        with self._database.transaction() as connection:
            if mirrors.due(connection) is None:
                return False
        with self._database.transaction(write=True) as connection:
            claimed = mirrors.claim(connection)
            found = None if claimed is None else mirrors.shown(connection, claimed.run_uuid)
        if claimed is None:
            return False
        try:
            if found is not None:
                with httpx.Client(base_url=self._uri, timeout=PATIENCE, trust_env=False) as client:
                    self._bring(client, found)
        except (httpx.HTTPError, httpx.InvalidURL, KeyError, ValueError) as error:
            LOG.warning("run %s could not be mirrored to MLflow: %s", claimed.run_uuid, said(error))
            end = mirrors.failed
        else:
            end = mirrors.done
        with self._database.transaction(write=True) as connection:
            end(connection, claimed)
        return True

    def _bring(self, client: httpx.Client, found: Shown) -> None:
        made = run_of(client, found, experiment_of(client, found))
        info = made["info"]
        tags = {mlflow.OWN_TAG: found.job.job_uuid, **found.tags}
        points = [
            {"key": mlflow.key_of(each.key), "value": each.number, "step": each.step, "timestamp": each.timestamp}
            for each in found.metrics
        ]
        for batch in mlflow.batches(points, found.params, tags):
            call(client, "runs/log-batch", run_id=info["run_id"], **batch)
        self._bring_files(client, found, info["artifact_uri"])
        end = {
            "status": mlflow.STATUS.get(found.job.job_state, "FINISHED"),
            "end_time": instant(found.job.run_end_time),
        }
        call(client, "runs/update", run_id=info["run_id"], **end)

    def _bring_files(self, client: httpx.Client, found: Shown, place: str) -> None:
        """Files and log, where the tracking server takes them; it may also keep them where only clients can write."""
        if not place.startswith(PROXIED):
            LOG.warning("MLflow keeps artifacts elsewhere: run %s is mirrored without its files", found.job.job_uuid)
            return
        above = f"/api/2.0/mlflow-artifacts/artifacts/{place.removeprefix(PROXIED).lstrip('/')}"
        if found.job.job_logs:
            client.put(f"{above}/{LOG_FILE}", content=found.job.job_logs.encode()).raise_for_status()
        for path in found.paths:
            with self._database.transaction() as connection:
                file = jobs.artifact(connection, found.job.job_uuid, path)
            if file is not None:
                client.put(f"{above}/{quote(path)}", content=file.content).raise_for_status()


def experiment_of(client: httpx.Client, found: Shown) -> str:
    """The id of the experiment with the names of ours, made where it is missing."""
    name = f"{found.project} / {found.experiment}"
    given = client.get("/api/2.0/mlflow/experiments/get-by-name", params={"experiment_name": name})
    if given.status_code != httpx.codes.NOT_FOUND:
        return str(given.raise_for_status().json()["experiment"]["experiment_id"])
    return str(call(client, "experiments/create", name=name)["experiment_id"])


def run_of(client: httpx.Client, found: Shown, experiment_id: str) -> dict[str, Any]:
    """MLflow's run for one of ours: the one that bears its uuid, or a new one."""
    key = found.job.job_uuid
    wanted = {"experiment_ids": [experiment_id], "filter": f"tags.\"{mlflow.OWN_TAG}\" = '{key}'", "max_results": 1}
    known = call(client, "runs/search", **wanted).get("runs")
    if known:
        return dict(known[0])
    tags = [{"key": mlflow.OWN_TAG, "value": key}]
    begun = instant(found.job.run_start_time)
    made = call(client, "runs/create", experiment_id=experiment_id, run_name=key, start_time=begun, tags=tags)
    return dict(made["run"])


def call(client: httpx.Client, what: str, **body: object) -> dict[str, Any]:
    """One call of the tracking API."""
    return dict(client.post(f"/api/2.0/mlflow/{what}", json=body).raise_for_status().json())


def instant(milliseconds: int | None) -> int:
    """Whole seconds, in milliseconds: how long code ran depends on the data that it read."""
    return (milliseconds or 0) // 1000 * 1000


def said(error: Exception) -> str:
    """What went wrong, without anything that was sent or answered."""
    return f"status {error.response.status_code}" if isinstance(error, httpx.HTTPStatusError) else type(error).__name__

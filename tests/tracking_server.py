"""A real MLflow tracking server, from an environment of its own: it asks for old versions of what we use."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

# The Python that has MLflow; `.ci/run` makes one, and wants it there.
PYTHON, REQUIRED = "DQ0_TEST_MLFLOW_PYTHON", "DQ0_TEST_REQUIRE_MLFLOW"
PATIENCE = 120.0


def mlflow_python() -> str:
    """Where MLflow is; skips where it is nowhere, which in CI is a failure."""
    found = os.environ.get(PYTHON, "")
    if not found or not Path(found).exists():
        assert not os.environ.get(REQUIRED), f"{PYTHON} names no Python with MLflow"
        pytest.skip(f"{PYTHON} names no Python with MLflow")
    return found


@contextmanager
def tracking_server(folder: Path, port: int) -> Iterator[httpx.Client]:
    """Its API, until the block ends."""
    command = [mlflow_python(), "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    command += ["--backend-store-uri", f"sqlite:///{folder / 'mlflow.db'}"]
    command += ["--artifacts-destination", str(folder / "artifacts")]
    with (folder / "mlflow.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, start_new_session=True)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=30) as client:
            deadline = time.monotonic() + PATIENCE
            while not _is_up(client):
                assert process.poll() is None, (folder / "mlflow.log").read_text()
                assert time.monotonic() < deadline
                time.sleep(0.2)
            yield client
    finally:
        os.killpg(process.pid, 15)
        process.wait(30)


def _is_up(client: httpx.Client) -> bool:
    try:
        return client.get("/health").status_code == 200
    except httpx.TransportError:
        return False

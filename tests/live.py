"""A real server in a process of its own, for tests that promise something about the API over HTTP."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "a long enough passphrase"
PATIENCE = 60.0


@dataclass
class Live:
    """A running server: its address (with /api), its state folder and its process."""

    address: str
    home: Path
    process: subprocess.Popen[bytes]
    plain: bool
    url: str = ""

    def client(self, token: str = "", timeout: float = 30.0) -> httpx.Client:
        """An HTTP client whose base is the API; signed in where a token is given."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return httpx.Client(base_url=self.address, headers=headers, timeout=timeout, trust_env=False)

    def sign_up(self, email: str, password: str = PASSWORD) -> str:
        """Register and log in; the first to do so on a fresh server is its administrator."""
        with self.client() as client:
            client.post("/users/register", json={"email": email, "password": password}).raise_for_status()
            answer = client.post("/users/login", json={"email": email, "password": password})
            answer.raise_for_status()
            return str(answer.json()["token"])

    @property
    def database(self) -> str:
        """The URL of the database, for tests that look at what was really written."""
        return self.url or f"sqlite:///{self.home / 'dq0.sqlite'}"

    def log(self) -> str:
        """Everything the server has written to standard output and error."""
        return log_of(self.home).read_text(encoding="utf8", errors="replace")

    def kill(self) -> None:
        """The power goes: no signal handler runs, nothing is flushed."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=30)

    def stop(self) -> int:
        """Ask politely, wait, and give the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=30)


def log_of(home: Path) -> Path:
    """Where the servers on this state folder write."""
    return home.parent / f"{home.name}.log"


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment_of(home: Path, **settings: str) -> dict[str, str]:
    """This process's environment with settings of ours and no others."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("DQ0_")}
    environment |= {"DQ0_HOME": str(home), "DQ0_LOG_LEVEL": "warning", "PYTHONPATH": str(ROOT)}
    return environment | {f"DQ0_{name.upper()}": value for name, value in settings.items()}


@contextmanager
def live_server(
    home: Path, *, plain: bool = False, before: Sequence[str] = (), port: int = 0, **settings: str
) -> Iterator[Live]:
    """`dq0 server start`, or plain `connexion run` with the same settings, until the block ends.

    `before` are words that come before the command, of a program that runs it. Without a `port`, a free one.
    """
    port = port or free_port()
    environment = environment_of(home, **settings)
    scripts = Path(sys.executable).parent
    command = (
        [str(scripts / "connexion"), "run", str(ROOT / "generated" / "openapi.json"), str(ROOT), "--port", str(port)]
        if plain
        else [sys.executable, "-m", "quarantine.server.cli", "server", "start", "--port", str(port)]
    )
    log = log_of(home).open("ab")
    # `connexion run` starts anew when a source file below its folder changes, also one of a run's: it is started where
    # none are.
    elsewhere = home.parent / f"{home.name}.empty"
    elsewhere.mkdir(parents=True, exist_ok=True)
    process = subprocess.Popen(
        [*before, *command],
        env=environment,
        cwd=elsewhere if plain else ROOT,
        stdout=log,
        stderr=log,
        start_new_session=True,
    )
    address = f"http://{settings.get('hostname', '127.0.0.1')}:{port}/api"
    live = Live(address, home, process, plain, settings.get("database_url", ""))
    try:
        wait_until_up(live)
        yield live
    finally:
        if process.poll() is None:
            # `connexion run` is a reloader with a child of its own: the whole group ends.
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        log.close()


def wait_until_up(live: Live) -> None:
    """Poll the health operation until it answers."""
    deadline = time.monotonic() + PATIENCE
    with live.client() as client:
        while time.monotonic() < deadline:
            if live.process.poll() is not None:
                break
            try:
                if client.get("/health").status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.05)
    raise RuntimeError(live.log()[-4000:])


def wait_for_job(client: httpx.Client, job_uuid: str) -> dict[str, Any]:
    """Poll a job until it has ended."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        job: dict[str, Any] = client.get(f"/jobs/{job_uuid}").json()
        if job.get("job_state") in ("finished", "error", "cancelled"):
            return job
        time.sleep(0.05)
    raise RuntimeError(f"job {job_uuid} did not end: {json.dumps(job)}")

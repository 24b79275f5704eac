"""Plain `connexion run` and the fast stack give the same answers: the same bytes, statuses and headers."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from generated.operations import OPERATIONS
from quarantine.server.app import DOCUMENT

ROOT = DOCUMENT.parents[1]
PERSON = {"email": "admin@example.org", "password": "correct horse"}
NOBODYS = "0d9b4b1e-8f0e-4b56-9a2f-6a0c3f1f2a3b"


@dataclass
class Both:
    """The two servers, each with its own administrator's token."""

    fast: httpx.Client
    plain: httpx.Client

    def ask(self, method: str, path: str, **given: object) -> tuple[httpx.Response, httpx.Response]:
        return self.fast.request(method, path, **given), self.plain.request(method, path, **given)  # type: ignore[arg-type]


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextmanager
def process(home: Path, port: int, *command: str) -> Iterator[httpx.Client]:
    """A server process, answering; its first user signed in."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("DQ0_")}
    environment |= {"DQ0_HOME": str(home), "DQ0_WORKER": "false", "PYTHONPATH": str(ROOT)}
    log = home.with_suffix(".log").open("wb")
    with (
        log,
        subprocess.Popen([sys.executable, "-m", *command], env=environment, cwd=ROOT, stdout=log, stderr=log) as run,
    ):
        try:
            client = httpx.Client(base_url=f"http://127.0.0.1:{port}/api", timeout=20)
            answers(client, run)
            assert client.post("/auth/register", json=PERSON).status_code == 200
            client.headers["authorization"] = f"Bearer {client.post('/auth/login', json=PERSON).json()['token']}"
            yield client
            client.close()
        finally:
            run.send_signal(signal.SIGINT)
            run.wait(30)


def answers(client: httpx.Client, run: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and run.poll() is None:
        try:
            assert client.get("/health").json() == {"status": "ok"}
            return
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError("the server did not start")


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    home = tmp_path_factory.mktemp("both")
    fast, plain = free_port(), free_port()
    with (
        process(home / "fast", fast, "quarantine.server.cli", "server", "start", "--port", str(fast)) as first,
        process(home / "plain", plain, "connexion", "run", str(DOCUMENT), str(ROOT), "--port", str(plain)) as second,
    ):
        yield Both(first, second)


SHOWN = ("content-type", "content-length", "allow", "www-authenticate", "cache-control", "x-content-type-options")


def assert_alike(fast: httpx.Response, plain: httpx.Response) -> None:
    assert (plain.status_code, plain.text) == (fast.status_code, fast.text)
    for name in SHOWN:
        assert plain.headers.get(name) == fast.headers.get(name), name
    assert len(plain.headers["x-request-id"]) == 16
    if fast.status_code >= 400:
        assert list(fast.json()) == ["error"]


def path_of(operation: object, value: str) -> str:
    return re.sub(r"\{[^}]*\}", value, operation.path)  # type: ignore[attr-defined]


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.id)
def test_every_operation_answers_alike(both: Both, operation: object) -> None:
    method = operation.method  # type: ignore[attr-defined]
    # What signs out, or draws a token, is not the same twice; nor is the key of each server.
    if operation.action.endswith(("Logout", "Login", "Session", "Register", "Identity")):  # type: ignore[attr-defined]
        return
    for value in ("7", NOBODYS, "x", "9" * 5000):
        path = path_of(operation, value)
        assert_alike(*both.ask(method, path, headers={"authorization": "Bearer wrong"}))
        if method == "GET":
            continue
        for body in (b"", b"null", b"{", b"[]", b"{}", b'{"a": 1, "a": 1}', b'{"a": "\xff"}', b"[" * 100_000):
            reply = both.ask(method, path, content=body, headers={"content-type": "application/json"})
            assert_alike(*reply)
            assert reply[0].status_code < 500 or reply[0].status_code == 501


def test_nobody_is_answered_alike(both: Both) -> None:
    # On loopback the fast stack would act as the stored session.
    both.fast.headers.pop("authorization")
    kept = both.plain.headers.pop("authorization")
    for authorization in ("Bearer wrong", "Bearer x y"):
        assert_alike(*both.ask("GET", "/users/profile", headers={"authorization": authorization}))
    assert both.plain.get("/users/profile").status_code == 401
    assert both.plain.get("/users/profile").headers["www-authenticate"] == "Bearer"
    both.plain.headers["authorization"] = kept
    both.fast.headers["authorization"] = f"Bearer {both.fast.post('/auth/login', json=PERSON).json()['token']}"


@pytest.mark.parametrize(
    ("method", "path", "given"),
    [
        ("GET", "/nothing", {}),
        ("GET", "/jobs/x/y/z", {}),
        ("PUT", "/data", {}),
        ("OPTIONS", "/data", {}),
        ("TRACE", "/data", {}),
        ("PATCH", "/models/register", {}),
        ("GET", "/jobs?page=0", {}),
        ("GET", "/jobs?page=x", {}),
        ("GET", "/jobs?page=9223372036854775808", {}),
        ("GET", "/jobs?order_by=nothing", {}),
        ("GET", "/jobs?page=1&page=2", {}),
        ("GET", "/jobs?project_uuid=%ff", {}),
        ("GET", "/jobs?page=1", {"content": b"null"}),
        ("POST", "/auth/login", {"content": b"<a/>", "headers": {"content-type": "text/xml"}}),
        ("POST", "/auth/login", {"content": b"{}", "headers": {"content-type": "APPLICATION/JSON"}}),
        ("POST", "/auth/login", {"content": b"{}", "headers": {"content-type": "application/json; charset=latin-1"}}),
        ("POST", "/auth/login", {"content": b"{}"}),
        ("GET", "/health", {"headers": {"origin": "http://evil.example"}}),
        ("GET", "/groups/1", {"headers": {"host": "evil.example"}}),
    ],
)
def test_what_is_wrong_is_answered_alike(both: Both, method: str, path: str, given: dict[str, object]) -> None:
    assert_alike(*both.ask(method, path, **given))


def test_chunked_bodies_are_read_on_both(both: Both) -> None:
    for client in (both.fast, both.plain):
        reply = client.patch("/users/profile", content=iter([b'{"na', b'me": "Ada"}']))
        assert reply.status_code == 200, reply.text
    for reply in both.ask("GET", "/users/profile"):
        assert reply.json()["name"] == "Ada"


def test_a_body_that_is_too_large_is_413_on_both(both: Both) -> None:
    for client in (both.fast, both.plain):
        reply = client.post("/data", content=b" " * 17_000_000, headers={"content-type": "application/json"})
        assert reply.status_code == 413
        assert list(reply.json()) == ["error"]


def test_null_is_no_body_on_both(both: Both) -> None:
    assert_alike(
        *both.ask("POST", f"/jobs/{NOBODYS}/cancel", content=b"null", headers={"content-type": "application/json"})
    )


def test_a_path_that_holds_control_characters_is_refused_to_nobody_on_both(both: Both) -> None:
    for client in (both.fast, both.plain):
        answer = client.get("/jobs/%C3%B3%18", headers={"authorization": "Bearer wrong"})
        assert answer.status_code in (400, 401)
        assert list(answer.json()) == ["error"]

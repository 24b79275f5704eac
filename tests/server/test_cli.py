"""The `dq0` command: its help, its settings, a start that says where, a stop that is graceful."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from quarantine.domain.settings import DESCRIPTIONS, Settings
from quarantine.server.app import DOCUMENT
from quarantine.server.cli import main
from quarantine.store import accounts, audit, levels, sessions
from quarantine.store.engine import open_database
from quarantine.store.tables import audits

ROOT = DOCUMENT.parents[1]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in list(os.environ):
        if name.startswith("DQ0_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("DQ0_HOME", str(tmp_path))
    return tmp_path


def dq0(*arguments: str, text: str = "", **more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "quarantine.server.cli", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **more}
    return subprocess.run(command, env=environment, cwd=ROOT, input=text, capture_output=True, text=True, timeout=60)


@contextmanager
def started(*arguments: str, **more: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`dq0 server start` on a free port, and the address that it prints."""
    command = [sys.executable, "-m", "quarantine.server.cli", "server", "start", "--port", "0", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **more}
    with subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        try:
            yield run, run.stdout.readline().split()[-1]
        finally:
            run.send_signal(signal.SIGKILL)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "server",
        "server start",
        "server config",
        "server add-admin",
        "server backup",
        "server restore",
        "audit verify",
        "audit spent",
    ],
)
def test_every_command_has_help(path: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*path.split(), "--help"])
    assert ended.value.code == 0
    assert "usage: dq0" in capsys.readouterr().out


def test_config_prints_every_setting_with_its_value(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DQ0_PORT", "9123")
    monkeypatch.setenv("DQ0_DATABASE_URL", "postgresql://user:secret@host/name")
    monkeypatch.setenv("DQ0_MLFLOW_URI", "https://user:secret@tracking:5000")
    assert main(["server", "config"]) == 0
    printed = capsys.readouterr().out
    assert set(DESCRIPTIONS) == set(Settings.__struct_fields__)
    for name in DESCRIPTIONS:
        assert f"DQ0_{name.upper()} " in printed
    assert "9123" in printed
    assert "https://***@tracking:5000" in printed
    assert "secret" not in printed


@pytest.mark.parametrize(
    ("name", "value"), [("DQ0_PORT", "x"), ("DQ0_NOTHING", "1"), ("DQ0_THREADS", "0"), ("DQ0_MLFLOW_URI", "file:///x")]
)
def test_a_wrong_setting_is_named(
    name: str, value: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    assert main(["server", "config"]) == 2
    assert name in capsys.readouterr().err


def test_an_administrator_is_made_from_standard_input(home: Path) -> None:
    assert dq0("server", "add-admin", "ada@example.org", text="correct horse\n").returncode == 0
    again = dq0("server", "add-admin", "ada@example.org", text="correct horse\n")
    assert (again.returncode, again.stderr) == (2, "dq0: the address is registered already\n")
    assert dq0("server", "add-admin", "bob@example.org", text="short\n").returncode == 2
    database = open_database(Settings(home=str(home)))
    with database.transaction() as connection:
        assert levels.administered(connection)
    database.close()


def test_a_forgotten_password_is_set_on_the_host(home: Path) -> None:
    assert dq0("server", "add-admin", "ada@example.org", text="correct horse\n").returncode == 0
    database = open_database(Settings(home=str(home)))
    with database.transaction(write=True) as connection:
        token = accounts.login(connection, "ada@example.org", "correct horse", client="", days=1)
    assert dq0("server", "set-password", "ada@example.org", text="battery staple\n").returncode == 0
    with database.transaction(write=True) as connection:
        assert sessions.session(connection, sessions.token_hash(token)) is None
        assert accounts.login(connection, "ada@example.org", "battery staple", client="", days=1)
        assert audit.verify(connection) is None
    unknown = dq0("server", "set-password", "bob@example.org", text="battery staple\n")
    assert (unknown.returncode, unknown.stderr) == (2, "dq0: there is no such user; name one by number or address\n")
    assert dq0("server", "set-password", "ada@example.org", text="short\n").returncode == 2
    database.close()


def test_verify_names_the_first_broken_row(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert dq0("server", "add-admin", "ada@example.org", text="correct horse\n").returncode == 0
    assert main(["audit", "verify"]) == 0
    assert capsys.readouterr().out == "audit log: whole\nledger: whole\ncaps: whole\n"
    database = open_database(Settings(home=str(home)))
    with database.transaction(write=True) as connection:
        connection.execute(audits.update().values(actor="somebody else"))
    database.close()
    assert main(["audit", "verify"]) == 1
    assert "audit log: broken from row 1" in capsys.readouterr().out


def test_the_server_says_where_it_listens_and_takes_it_back_when_it_stops(home: Path) -> None:
    with started() as (run, address):
        told = json.loads((home / "server.json").read_text())
        assert address == f"http://127.0.0.1:{told['port']}/api"
        assert told == {"hostname": "127.0.0.1", "port": told["port"], "pid": run.pid}
        assert httpx.get(f"{address}/health").json() == {"status": "ok"}
        assert httpx.get(f"{address}/openapi.json").content == DOCUMENT.read_bytes()
        run.send_signal(signal.SIGTERM)
        assert run.wait(30) == 0
    assert not (home / "server.json").exists()


def test_a_running_request_is_finished_before_the_server_stops(home: Path) -> None:
    with started() as (run, address):
        person = {"email": "ada@example.org", "password": "correct horse"}
        assert httpx.post(f"{address}/auth/register", json=person).status_code == 200
        answers: list[int] = []
        login = f"{address}/auth/login"
        asked = [
            threading.Thread(target=lambda: answers.append(httpx.post(login, json=person).status_code))
            for _ in range(4)
        ]
        with httpx.Client() as client:
            assert client.get(f"{address}/health").status_code == 200
            for thread in asked:
                thread.start()
            while not answers:
                pass
            run.send_signal(signal.SIGTERM)
        for thread in asked:
            thread.join()
        assert run.wait(30) == 0
    assert answers == [200] * 4


def test_a_port_that_is_taken_is_an_error_not_a_hang(home: Path) -> None:
    with started() as (_, address):
        port = address.split(":")[2].split("/")[0]
        second = dq0("server", "start", "--port", port)
        assert second.returncode != 0
        assert "address already in use" in second.stderr.lower()


def test_a_database_that_cannot_be_opened_is_an_error_not_a_hang(home: Path) -> None:
    (home / "dq0.sqlite").write_bytes(b"not a database" * 100)
    ended = dq0("server", "start", "--port", "0")
    assert ended.returncode != 0
    assert "DatabaseError" in ended.stderr


def test_beyond_loopback_nobody_is_anybody_without_a_token(home: Path) -> None:
    with started("--hostname", "0.0.0.0") as (_, address):
        here = address.replace("0.0.0.0", "127.0.0.1")
        person = {"email": "ada@example.org", "password": "correct horse"}
        assert httpx.post(f"{here}/auth/register", json=person).status_code == 200
        # The first to register is not the administrator there: he waits.
        assert httpx.post(f"{here}/auth/login", json=person).status_code == 403
        assert dq0("server", "add-admin", "eve@example.org", text="correct horse\n").returncode == 0
        admin = {"email": "eve@example.org", "password": "correct horse"}
        token = httpx.post(f"{here}/auth/login", json=admin).json()["token"]
        assert httpx.get(f"{here}/users/profile").status_code == 401
        assert httpx.get(f"{here}/users/profile", headers={"authorization": f"Bearer {token}"}).status_code == 200
        assert httpx.get(f"{here}/health", headers={"host": "dq0.example"}).status_code == 200


def test_on_loopback_the_first_is_the_administrator_and_stays_signed_in(home: Path) -> None:
    with started() as (_, address):
        person = {"email": "ada@example.org", "password": "correct horse"}
        assert httpx.get(f"{address}/users/profile").status_code == 401
        httpx.post(f"{address}/auth/register", json=person)
        assert httpx.post(f"{address}/auth/login", json=person).status_code == 200
        assert httpx.get(f"{address}/users/profile").status_code == 200
        assert httpx.get(f"{address}/users").status_code == 200
        assert httpx.post(f"{address}/auth/logout").status_code == 200
        assert httpx.get(f"{address}/users/profile").status_code == 401

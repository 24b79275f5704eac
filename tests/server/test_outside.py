"""Work that takes long, such as checking a password, is done while nobody waits for the database."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from generated.operations import OPERATIONS
from generated.wiring import handlers_of
from quarantine.domain.settings import Settings
from quarantine.server.exchange import Reply, Request
from quarantine.server.runtime import Runtime
from quarantine.server.seam import Seam
from quarantine.store import accounts, passwords
from quarantine.store.engine import Database
from quarantine.store.tables import audits, login_attempts, sessions, users

EMAIL, PASSWORD, OTHER = "admin@example.org", "a long enough passphrase", "another passphrase"
LOGINS = 3
BY_ID = {operation.id: operation for operation in OPERATIONS}


@pytest.fixture
def runtime(tmp_path: Path) -> Iterator[Runtime]:
    runtime = Runtime(Settings(home=str(tmp_path), worker=False), OPERATIONS)
    with runtime.database.transaction(write=True) as connection:
        accounts.add_admin(connection, EMAIL, PASSWORD)
    yield runtime
    runtime.close()


@pytest.fixture
def seam(runtime: Runtime) -> Seam:
    return Seam(runtime, handlers_of, ambient=False)


def ask(seam: Seam, operation: str, token: str = "", **body: str) -> Reply:
    headers = {b"authorization": b"Bearer " + token.encode()} if token else {}
    raw = msgspec.json.encode(body)
    return seam.answer(Request(operation=BY_ID[operation], path={}, headers=headers, raw=raw, client="here"))


def found(database: Database, column: Any) -> list[Any]:
    with database.transaction() as connection:
        return list(connection.execute(select(column)).scalars())


def test_others_write_while_passwords_are_checked(
    runtime: Runtime, seam: Seam, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = passwords.matches
    all_at_it, written = threading.Barrier(LOGINS + 1), threading.Event()

    def slow(password_hash: str | None, password: str) -> bool:
        all_at_it.wait(30)
        assert written.wait(30)
        return check(password_hash, password)

    monkeypatch.setattr(passwords, "matches", slow)
    with ThreadPoolExecutor(LOGINS) as threads:
        logins = [threads.submit(ask, seam, "auth_login", email=EMAIL, password=PASSWORD) for _ in range(LOGINS)]
        # Breaks where one login waits for another.
        all_at_it.wait(30)
        assert not runtime.database.writing
        with runtime.database.transaction(write=True) as connection:
            accounts.update_profile(connection, 1, name="written meanwhile")
        written.set()
        assert [login.result().status for login in logins] == [200] * LOGINS
    assert found(runtime.database, users.c.name) == ["written meanwhile"]
    assert found(runtime.database, audits.c.outcome) == ["ok"] * LOGINS


@pytest.mark.parametrize("operation", ["auth_register", "user_register", "auth_login", "user_login", "change_password"])
def test_no_password_is_hashed_or_checked_inside_a_transaction(
    runtime: Runtime, seam: Seam, monkeypatch: pytest.MonkeyPatch, operation: str
) -> None:
    token = str(msgspec.json.decode(ask(seam, "auth_login", email=EMAIL, password=PASSWORD).body)["token"])
    body = {"email": "new@example.org" if "register" in operation else EMAIL, "password": PASSWORD}
    if operation == "change_password":
        body = {"current_password": PASSWORD, "password": OTHER}
    calls = []
    for name in ("hashed", "matches"):
        monkeypatch.setattr(passwords, name, free(runtime.database, getattr(passwords, name), calls))
    monkeypatch.setattr(passwords, "outdated", lambda password_hash: True)
    assert ask(seam, operation, token, **body).status == 200
    assert calls == [False] * (1 if "register" in operation else 2)


def free(database: Database, work: Any, calls: list[bool]) -> Any:
    """The same work, noting whether the database was locked."""

    def noted(*given: Any) -> Any:
        calls.append(database.writing)
        return work(*given)

    return noted


def test_a_password_that_changes_while_it_is_checked_is_the_old_one(
    runtime: Runtime, seam: Seam, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = passwords.matches
    checked = []

    def late(password_hash: str | None, password: str) -> bool:
        right = check(password_hash, password)
        checked.append(right)
        if len(checked) == 1:
            with runtime.database.transaction(write=True) as connection:
                accounts.set_password(connection, 1, OTHER)
        return right

    monkeypatch.setattr(passwords, "matches", late)
    assert ask(seam, "auth_login", email=EMAIL, password=PASSWORD).status == 401
    assert checked == [True, False]
    assert found(runtime.database, sessions.c.session_id) == []
    assert ask(seam, "auth_login", email=EMAIL, password=OTHER).status == 200


def test_a_person_who_is_blocked_while_his_password_is_checked_is_not_let_in(
    runtime: Runtime, seam: Seam, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = passwords.matches

    def late(password_hash: str | None, password: str) -> bool:
        with runtime.database.transaction(write=True) as connection:
            connection.execute(users.update().values(state="blocked"))
        return check(password_hash, password)

    monkeypatch.setattr(passwords, "matches", late)
    assert ask(seam, "auth_login", email=EMAIL, password=PASSWORD).status == 403
    assert found(runtime.database, sessions.c.session_id) == []


@pytest.mark.parametrize("email", [EMAIL, "nobody@example.org"])
def test_a_wrong_password_is_checked_counted_and_audited_once(
    runtime: Runtime, seam: Seam, monkeypatch: pytest.MonkeyPatch, email: str
) -> None:
    calls: list[bool] = []
    monkeypatch.setattr(passwords, "matches", free(runtime.database, passwords.matches, calls))
    assert ask(seam, "auth_login", email=email, password=OTHER).status == 401
    assert calls == [False]
    assert found(runtime.database, login_attempts.c.attempts) == [1, 1, 1]
    assert found(runtime.database, audits.c.outcome) == ["refused 401"]


def test_of_many_who_register_at_once_one_is_the_administrator(tmp_path: Path) -> None:
    runtime = Runtime(Settings(home=str(tmp_path / "fresh"), worker=False), OPERATIONS)
    seam = Seam(runtime, handlers_of, ambient=False)
    start = threading.Barrier(4)

    def register(number: int) -> int:
        start.wait(30)
        return ask(seam, "auth_register", email=f"{number}@example.org", password=PASSWORD).status

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(register, range(4))) == [200] * 4
    assert sorted(found(runtime.database, users.c.state)) == ["confirmed", "waiting", "waiting", "waiting"]
    assert found(runtime.database, audits.c.outcome) == ["ok"] * 4
    runtime.close()

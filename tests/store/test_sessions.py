from collections.abc import Callable

import pytest

from quarantine.store import rows, sessions, tables
from quarantine.store.context import Actor
from quarantine.store.engine import Database

Person = Callable[..., Actor]


def test_a_token_gives_its_person_and_the_highest_level_over_the_roles(database: Database, person: Person) -> None:
    ada = person("ada@dq0.io", "auditors", "owners")
    with database.transaction(write=True) as connection:
        token = sessions.open_session(connection, ada.user_id, days=30)
        found = sessions.session(connection, sessions.token_hash(token))
        assert found is not None
        assert (found.user_id, found.email, found.level) == (ada.user_id, "ada@dq0.io", 3)
        assert sessions.session(connection, sessions.token_hash(token + "x")) is None
        assert sessions.session(connection, token) is None


def test_a_session_ends_after_its_days(database: Database, person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = person("ada@dq0.io")
    now = 1_000_000.0
    monkeypatch.setattr(sessions.time, "time", lambda: now)
    with database.transaction(write=True) as connection:
        hashed = sessions.token_hash(sessions.open_session(connection, ada.user_id, days=30))
        now += 30 * 86_400 - 1
        found = sessions.session(connection, hashed)
        assert found is not None
        assert found.level == 0
        now += 1
        assert sessions.session(connection, hashed) is None


@pytest.mark.parametrize("state", ["waiting", "blocked"])
def test_only_confirmed_people_have_sessions(database: Database, person: Person, state: str) -> None:
    ada = person("ada@dq0.io")
    with database.transaction(write=True) as connection:
        hashed = sessions.token_hash(sessions.open_session(connection, ada.user_id, days=30))
        rows.update(connection, tables.users, {"user_id": ada.user_id}, state=state)
        assert sessions.session(connection, hashed) is None


def test_logging_out_ends_that_session_and_no_other(database: Database, person: Person) -> None:
    ada = person("ada@dq0.io")
    with database.transaction(write=True) as connection:
        first, second = (sessions.open_session(connection, ada.user_id, days=30) for _ in range(2))
        found = sessions.session(connection, sessions.token_hash(first))
        assert found is not None
        sessions.keep_local(connection, first)
        sessions.keep_local(connection, second, proxy="elsewhere")
        sessions.revoke(connection, found.session_id)
        sessions.revoke(connection, 12345)
        assert sessions.session(connection, sessions.token_hash(first)) is None
        assert sessions.session(connection, sessions.token_hash(second)) is not None
        assert sessions.local_token(connection) is None
        assert sessions.local_token(connection, "elsewhere") == second
        sessions.revoke_all(connection, ada.user_id)
        assert sessions.session(connection, sessions.token_hash(second)) is None


def test_the_last_login_is_the_local_one(database: Database) -> None:
    with database.transaction(write=True) as connection:
        sessions.keep_local(connection, "a")
        sessions.keep_local(connection, "b")
        assert sessions.local_token(connection) == "b"
